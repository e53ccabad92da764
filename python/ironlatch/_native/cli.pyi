def main(argv: list[str]) -> int:
    """Runs the command with these arguments (the first is the program's name) and returns its exit
    code.
    """
