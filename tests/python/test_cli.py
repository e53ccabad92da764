"""The command, as the wheel carries it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
