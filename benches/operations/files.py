"""Encrypted files of 1 GiB: our command against `age` and `rage`, to an X25519 key.

Here the peer of a row is not the package, but the program in its name.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benches.operation import GIB, MIB, Call, Group, Library, Prepared

ROUNDS = 7
PROGRAMS = ("age", "rage")
TARGETS = ("to a file", "to the disk", "to /dev/null")
"""To the disk means to a file, and then `fsync`: ours has done that already."""

files = Group("Files, our command against others")


@files.operation("encrypt {size} {target}, against {program}", samples=ROUNDS, own_clock=True,
                 size=(GIB,), target=TARGETS, program=PROGRAMS)  # fmt: skip
def encrypt(library: Library, size: int, target: str, program: str) -> Prepared:
    sample = _sample(size)
    command = _ours(library, "encrypt") or [_program(program)]
    return _timed([*command, "-r", sample.recipient], sample.plain, target)


@files.operation("decrypt {size} {target}, against {program}", samples=ROUNDS, own_clock=True,
                 size=(GIB,), target=TARGETS, program=PROGRAMS)  # fmt: skip
def decrypt(library: Library, size: int, target: str, program: str) -> Prepared:
    sample = _sample(size)
    command = _ours(library, "decrypt") or [_program(program), "-d"]
    return _timed([*command, "-i", str(sample.key)], sample.sealed, target)


class _Sample:
    """A file that nothing can compress, and the same encrypted to a key."""

    def __init__(self, size: int) -> None:
        # On the disk that the project is on: /tmp may be in memory.
        folder = TemporaryDirectory(dir="target", prefix="bench-files-")
        atexit.register(folder.cleanup)
        self.plain, self.sealed, self.key = (Path(folder.name) / name for name in ("plain", "sealed", "key"))
        with self.plain.open("wb") as file:
            for _ in range(size // MIB):
                file.write(os.urandom(MIB))
        ours = _command()
        made = subprocess.run([*ours, "keygen", "-o", self.key], check=True, capture_output=True, text=True)
        self.recipient = made.stdout.strip()
        subprocess.run([*ours, "encrypt", "-r", self.recipient, "-o", self.sealed, self.plain], check=True)


_sample = functools.cache(_Sample)


def _command() -> list[str]:
    """Our command, as the wheel in this environment has it."""
    return [str(Path(sys.executable).with_name("ironlatch"))]


def _ours(library: Library, subcommand: str) -> list[str] | None:
    return [*_command(), subcommand] if library.root == "ironlatch" else None


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ModuleNotFoundError(f"{name} is not installed")
    return found


def _timed(command: Sequence[str], source: Path, target: str) -> Call:
    if target == "to /dev/null":
        return Call(_to_nowhere, (command, source))
    return Call(_to_a_file, (command, source, target == "to the disk"))


def _to_a_file(command: Sequence[str], source: Path, to_the_disk: bool) -> float:
    target = source.with_name("result")

    def work() -> None:
        subprocess.run([*command, "-o", target, source], check=True, capture_output=True)
        if to_the_disk:
            with target.open("rb") as file:
                os.fsync(file.fileno())

    try:
        return _seconds(work)
    finally:
        target.unlink(missing_ok=True)
        os.sync()  # What one program leaves to be written later does not slow the next.


def _to_nowhere(command: Sequence[str], source: Path) -> float:
    with source.open("rb") as file:
        return _seconds(lambda: subprocess.run(command, check=True, stdin=file, stdout=subprocess.DEVNULL))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
