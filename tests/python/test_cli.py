"""The command, as the wheel carries it."""

import fcntl
import json
import os
import pty
import resource
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from terminal import Session, at_terminal

COMMAND = [sys.executable, "-m", "ironlatch"]


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, check=False)


def test_runs_and_says_what_it_can() -> None:
    result = run("--help")
    assert result.returncode == 0
    assert b"Exit codes" in result.stdout
    assert b"Usage: ironlatch" in result.stdout


def test_result_and_exit_code_come_through(tmp_path: Path) -> None:
    result = run("hash", stdin=b"abc")
    assert result.stdout.startswith(b"ba7816bf8f01cfea")
    assert run("hash", str(tmp_path)).returncode == 1
    assert run("hash", "--no-such-option").returncode == 2
    (tmp_path / "sums").write_text(f"{0:064}  {tmp_path / 'sums'}\n")
    assert run("hash", "--check", str(tmp_path / "sums")).returncode == 3


def test_json() -> None:
    made = json.loads(run("random", "codes", "--count", "4", "--json").stdout)
    assert len(made["codes"]) == 4


def test_arguments_that_are_not_unicode(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff"
    with open(path, "wb") as file:
        file.write(b"abc")
    result = subprocess.run([*map(os.fsencode, COMMAND), b"hash", path], capture_output=True, check=True)
    assert result.stdout.endswith(b"\xff\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_at_once_when_interrupted(number: signal.Signals) -> None:
    with subprocess.Popen([*COMMAND, "hash"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(0.5)
        started = time.monotonic()
        process.send_signal(number)
        _, said = process.communicate()
        assert time.monotonic() - started < 5
    assert process.returncode == -number
    assert b"Traceback" not in said


PROMPT = """
from ironlatch.secrets import SecretBytes
print(SecretBytes.from_prompt("Key: ").expose().decode(), "was typed")
"""


def at_our_terminal(arguments: list[str], keys: list[bytes], directory: Path) -> tuple[str, int]:
    return at_terminal([*COMMAND, *arguments], keys, directory)


def test_a_passphrase_at_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"attack at dawn")
    shown, status = at_our_terminal(["encrypt", "plain"], [b"hunter2\r", b"hunter3\r"], tmp_path)
    assert status == 1
    assert "not the same" in shown
    shown, status = at_our_terminal(["encrypt", "plain"], [b"hunter2\r", b"\x03"], tmp_path)
    assert status == 130
    assert os.listdir(tmp_path) == ["plain"]
    shown, status = at_our_terminal(["encrypt", "plain"], [b"hunter2\r", b"hunter2\r"], tmp_path)
    assert status == 0
    assert "hunter2" not in shown
    shown, status = at_our_terminal(["decrypt", "plain.age", "-o", "back"], [b"hunter3\r"], tmp_path)
    assert status == 3
    assert "wrong passphrase" in shown
    assert at_our_terminal(["decrypt", "plain.age", "-o", "back"], [b"hunter2\r"], tmp_path)[1] == 0
    assert (tmp_path / "back").read_bytes() == b"attack at dawn"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize(
    "program",
    [
        [*COMMAND, "encrypt", "/dev/null", "-o", "out"],  # with a handler that cleans up
        [*COMMAND, "password", "hash"],
        [sys.executable, "-c", "from ironlatch.secrets import SecretBytes; SecretBytes.from_prompt('Key: ')"],
    ],
    ids=["encrypt", "password", "python"],
)
def test_the_terminal_has_its_echo_back_after_a_signal(
    program: list[str], number: signal.Signals, tmp_path: Path
) -> None:
    terminal, side = pty.openpty()  # the second end stays open here, so that the settings outlive the program

    def echoes() -> bool:
        return bool(termios.tcgetattr(side)[3] & termios.ECHO)

    def sit_at_terminal() -> None:
        os.setsid()
        fcntl.ioctl(side, termios.TIOCSCTTY, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    process = subprocess.Popen(program, stdin=side, stdout=side, stderr=side, preexec_fn=sit_at_terminal, cwd=tmp_path)
    try:
        shown = b""
        while b": " not in shown:
            shown += os.read(terminal, 1024)
        assert not echoes()
        while process.poll() is None:
            # More than once, as Python's own handler waits for a read that may just not have begun.
            process.send_signal(number)
            time.sleep(0.1)
        status = process.wait()
    finally:
        process.kill()
        process.wait()
    assert echoes()
    if program[0] == sys.executable and "-c" in program and number == signal.SIGINT:
        assert status in (1, -number)  # Python's own KeyboardInterrupt
    else:
        assert status == -number
    assert os.listdir(tmp_path) == []
    os.close(terminal)
    os.close(side)


@pytest.mark.parametrize("way", ["Ctrl-Z", signal.SIGTSTP, signal.SIGSTOP])
@pytest.mark.parametrize("program", [[*COMMAND, "password", "hash"], [sys.executable, "-c", PROMPT]])
def test_a_question_is_asked_again_when_the_program_goes_on(program: list[str], way: str | signal.Signals) -> None:
    session = Session(program)
    for _ in range(2):
        session.wait_for(b": ")
        time.sleep(0.1)
        assert not session.echoes
        if isinstance(way, signal.Signals):
            session.type(b"half")
            os.kill(session.process, way)
        else:
            session.type(b"half\x1a")
        # What stops a program without asking it finds no echo, and shells put that right.
        session.wait_for(b"stopped, echo " + (b"False" if way == signal.SIGSTOP else b"True"))
        session.type(b"\n")
    session.wait_for(b": ")
    session.type(b"hunter2\r")
    if "-c" not in program:
        session.wait_for(b": ")
        session.type(b"hunter2\r")
    assert session.end() == 0
    assert b"half" not in session.shown
    assert b"$argon2id$" in session.shown or b"hunter2 was typed" in session.shown


def test_a_question_ends_where_output_is_held_back() -> None:
    """Ctrl-S holds the question itself back, and a signal ends the program all the same."""
    session = Session([sys.executable, "-c", "import sys; sys.stdin.readline()\n" + PROMPT])
    session.type(b"\x13")
    # What is shown of it is held back too.
    session.type(b"\n")
    deadline = time.monotonic() + 20
    while session.echoes:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(session.process, signal.SIGTERM)
    assert session.end() == 256 - signal.SIGTERM


def test_bytes_do_not_garble_the_terminal(tmp_path: Path) -> None:
    for arguments in (["random", "--format", "raw"], ["encrypt", "-o", "-", "/dev/null"]):
        shown, status = at_our_terminal(arguments, [], tmp_path)
        assert status == 2
        assert "garble" in shown
