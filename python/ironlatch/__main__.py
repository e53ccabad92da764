"""The command ``ironlatch``, also as ``python -m ironlatch``."""

import signal
import sys

from ironlatch._native import cli


def main() -> None:
    """Run the command with this process's arguments, and exit."""
    # The command ends at Ctrl-C by itself. Python's handler would wait for it to return.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(cli.main(["ironlatch", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
