"""Costs that a process pays once: the first token, the first key, the first key after a fork, and
the command's start.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from benches.operation import Call, Group, Library, Prepared

cold_starts = Group("Cold starts")

CLOCK = "import time; start = time.perf_counter(); {work}; print(time.perf_counter() - start)"
FORK = """
import os, time
{imports}
{work}
reader, writer = os.pipe()
if os.fork() == 0:
    start = time.perf_counter()
    {work}
    os.write(writer, str(time.perf_counter() - start).encode())
    os._exit(0)
os.wait()
print(os.read(reader, 64).decode())
"""
FERNET = "from {root}.fernet import Fernet"
TOKEN = "Fernet(b'A' * 43 + b'=').encrypt(b'hello')"
KEYS = {
    "Fernet": (FERNET, "Fernet.generate_key()"),
    "AES-256-GCM": ("from {root}.hazmat.primitives.ciphers.aead import AESGCM", "AESGCM.generate_key(256)"),
    "Ed25519": (
        "from {root}.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey",
        "Ed25519PrivateKey.generate()",
    ),
    "P-256": ("from {root}.hazmat.primitives.asymmetric import ec", "ec.generate_private_key(ec.SECP256R1())"),
}
ROUNDS = 21


@cold_starts.operation("import Fernet and make the first token", own_clock=True, samples=ROUNDS)
def first_token(library: Library) -> Prepared:
    return _in_a_new_process(library, CLOCK.format(work=f"{FERNET}; {TOKEN}"))


@cold_starts.operation("first {kind} key, after its import", own_clock=True, samples=ROUNDS, kind=tuple(KEYS))
def first_key(library: Library, kind: str) -> Prepared:
    imports, work = KEYS[kind]
    return _in_a_new_process(library, f"{imports}; {CLOCK.format(work=work)}")


@cold_starts.operation("first {kind} key of a forked child", own_clock=True, samples=ROUNDS, kind=tuple(KEYS))
def first_key_after_fork(library: Library, kind: str) -> Prepared:
    imports, work = KEYS[kind]
    return _in_a_new_process(library, FORK.format(imports=imports, work=work))


@cold_starts.operation(
    "a process that prints a new key: `ironlatch random`, and Python with the peer", own_clock=True, samples=ROUNDS
)
def command(library: Library) -> Prepared:
    library("fernet")
    program = Path(sysconfig.get_path("scripts")) / "ironlatch"
    peer = [sys.executable, "-I", "-c", f"{FERNET.format(root=library.root)}; print(Fernet.generate_key())"]
    return Call(_whole_process, ([str(program), "random"] if library.root == "ironlatch" else peer,))


def _in_a_new_process(library: Library, program: str) -> Prepared:
    library("fernet")  # so that a package that is not there is found here
    return Call(_seconds, ([sys.executable, "-I", "-c", program.replace("{root}", library.root)],))


def _seconds(command: list[str]) -> float:
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _whole_process(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
