"""Looks into another process's memory for secrets that should be gone."""

import base64
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Self

# In the child no copy of a secret comes about but those of the library: secrets are computed byte
# by byte in a bytearray, and what has to be `bytes` or `str` is overwritten at the end, as the
# garbage collector would not do it.
CHILD = r"""
import ctypes, gc, json, sys, threading, traceback

sys.stdout.reconfigure(line_buffering=True)
lines = iter(sys.stdin.readline, "")
owned, reports, seen = [], [], set()
parts, used = [], []


def secret(size=32):
    '''A secret of printable characters, as a bytearray.'''
    mask, masked = parts[len(used)]
    used.append(size)
    made = bytearray(size)
    for index in range(size):
        made[index] = mask[index] ^ masked[index]
    owned.append(made)
    return made


def owns(made):
    '''Has an object of Python's, which is not shared, overwritten at the end.'''
    if isinstance(made, (list, tuple)):
        for item in made:
            owns(item)
    elif isinstance(made, dict):
        for item in made.values():
            owns(item)
    elif isinstance(made, (bytes, bytearray, str)) and len(made) > 1:
        owned.append(made)
    return made


def frozen(made):
    return owns(bytes(made))


def text(made):
    return owns(made.decode("ascii"))


def report(made):
    '''Tells the parent of a secret that the library made.'''
    owns(made)
    raw = made.encode() if isinstance(made, str) else made
    if raw is not made:
        owns(raw)
    mask = b"\xa5\x5a\x3c" * 4000
    masked = bytearray(len(raw))
    for index in range(len(raw)):
        masked[index] = raw[index] ^ mask[index]
    reports.append(masked.hex())
    return made


def number(made):
    '''The bytes of an integer, as a report.'''
    report(made.to_bytes((made.bit_length() + 7) // 8, "big"))
    return made


def raises(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except Exception as error:
        assert not isinstance(error, (NameError, SyntaxError)), error
        # Its traceback would hold this frame's variables.
        error.__traceback__ = None
        return type(error).__name__
    raise AssertionError("nothing was raised")


def spoiled(made, place):
    '''A copy of it with another character in one place.'''
    copy = bytearray(len(made))
    for index in range(len(made)):
        copy[index] = made[index] if isinstance(made, bytes) else ord(made[index])
    copy[place] = ord("!")
    owned.append(copy)
    return frozen(copy) if isinstance(made, bytes) else text(copy)


def tries(call, *arguments):
    '''As `raises`, where it is all the same whether it does.'''
    try:
        call(*arguments)
    except ValueError as error:
        error.__traceback__ = None


def wipe(made):
    if isinstance(made, bytearray):
        for index in range(len(made)):
            made[index] = 0
        return
    length = len(made)
    if isinstance(made, bytes):
        start = id(made) + bytes.__basicsize__ - 1
    else:
        assert made.isascii()
        start = id(made) + sys.getsizeof(made) - length - 1
        size = sys.getsizeof(made)
    ctypes.memset(start, 0, length)


def called(frame, event, argument):
    if event == "c_call" and not isinstance(argument, type):
        owner = getattr(argument, "__self__", None)
        kind = owner if isinstance(owner, type) else type(owner)
        # Of a static method it does not tell the class.
        module = "*" if owner is None else owner.__name__ if type(owner).__name__ == "module" else kind.__qualname__
        seen.add(f"{module}.{argument.__name__}")


problem = None


def work(code, keep, over, go_on):
    global owned, problem
    scope = {name: globals()[name] for name in ("secret", "frozen", "text", "report", "number", "raises", "owns", "spoiled", "tries")}
    sys.setprofile(called)
    try:
        exec(code, scope)
    except BaseException as error:
        sys.setprofile(None)
        problem = "".join(traceback.format_exception(error))
    sys.setprofile(None)
    if not keep:
        for made in owned:
            wipe(made)
        owned = made = None
        scope.clear()
    over.set()
    # Its stack stays as it is.
    go_on.wait()


threading.stack_size(STACK)
for line in lines:
    request = json.loads(line)
    owned, reports, seen, used, problem = [], [], set(), [], None
    parts = [(bytes.fromhex(mask), bytes.fromhex(masked)) for mask, masked in request["parts"]]
    over, go_on = threading.Event(), threading.Event()
    code = compile(request["code"], "case", "exec")
    thread = threading.Thread(target=work, args=(code, request["keep"], over, go_on))
    thread.start()
    over.wait()
    gc.collect()
    print("over")
    next(lines)
    print(json.dumps({"problem": problem, "reports": reports, "seen": sorted(seen), "used": used}))
    go_on.set()
    thread.join()
"""

LABEL = re.compile(rb"[A-Z \n-]+")
# 2.16.840.1.101.3 in DER, the arc of the NIST algorithms that encrypted keys name in clear (AES).
NIST_ALGORITHMS = bytes.fromhex("608648016503")
MASK = b"\xa5\x5a\x3c" * 4000
PAGE = 4096
STACK = 3 * 1024 * 1024
LARGEST = 80
SECRETS_A_CASE = 6


class Process:
    """A process of Python that runs cases, and whose memory is looked through after each."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        # Its messages come over pipes, so it has nothing of ours on its command line.
        self._child = subprocess.Popen(
            [sys.executable, "-c", CHILD.replace("STACK", str(STACK))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._random = random.Random()
        self._before: dict[int, bytes] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.kill()
        self._child.wait()

    def run(self, code: str, *, keep: bool = False) -> dict[str, Any]:
        """Runs a case: what it called, and how many copies are left of the secrets it was given,
        and of those it reported.
        """
        parts, secrets = [], []
        for _ in range(SECRETS_A_CASE):
            secret = base64.b64encode(self._random.randbytes(LARGEST))[:LARGEST]
            mask = self._random.randbytes(LARGEST)
            parts.append((mask.hex(), bytes(a ^ b for a, b in zip(mask, secret, strict=True)).hex()))
            secrets.append(secret)
        self._send(json.dumps({"code": code, "parts": parts, "keep": keep}))
        assert self._receive() == "over\n", code
        memory = list(self._changed())
        self._send("")
        result = json.loads(self._receive())
        origins: dict[bytes, str] = {}
        for number, (secret, size) in enumerate(zip(secrets, result["used"], strict=False)):
            origins |= dict.fromkeys(cut(secret[:size]), f"secret {number}")
        for number, masked in enumerate(result["reports"]):
            raw = bytes(a ^ b for a, b in zip(bytes.fromhex(masked), MASK, strict=False))
            origins |= dict.fromkeys(cut(raw), f"report {number}")
        result["left"] = {}
        for place, content in memory:
            for piece, origin in origins.items():
                if count := content.count(piece):
                    what = f"{origin} in {place}"
                    result["left"][what] = result["left"].get(what, 0) + count
        return result

    def _receive(self) -> str:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "the process has ended"
        return line

    def _send(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def _changed(self) -> Iterator[tuple[str, bytes]]:
        """Returns the memory that the process can write to and that has changed since the last
        call, by kind: a stack, the heap …
        """
        process = f"/proc/{self._child.pid}"
        before, self._before = self._before, {}
        with open(f"{process}/maps") as maps, open(f"{process}/mem", "rb", buffering=0) as memory:
            for line in maps:
                span, rights, *rest = line.split()
                if "w" not in rights:
                    continue
                name = rest[3] if len(rest) > 3 else "memory"
                start, end = (int(address, 16) for address in span.split("-"))
                if end - start == STACK:
                    name = "[stack of the thread]"
                memory.seek(start)
                try:
                    content = memory.read(end - start)
                except OSError:
                    continue
                self._before[start] = content
                old = before.get(start, b"")
                if content == old:
                    continue
                first = None
                for page in range(0, len(content) + PAGE, PAGE):
                    changed = page < len(content) and content[page : page + PAGE] != old[page : page + PAGE]
                    if changed and first is None:
                        first = page
                    elif not changed and first is not None:
                        # With a little of what lies around, for what lies across a border.
                        yield name, content[max(0, first - 8) : page + 8]
                        first = None


def cut(secret: bytes) -> set[bytes]:
    """The patterns to look for: a secret in pieces of 8 bytes, because it may not be left as a
    whole, also padded for HMAC, and in the processor words that hash functions and numbers use.
    """
    pieces = {secret[start : start + 8] for start in range(0, max(1, len(secret) - 7), 8)}
    # What all PEM files have, names of algorithms, and short numbers, are in many places.
    pieces = {
        piece for piece in pieces if len(set(piece)) > 4 and not LABEL.fullmatch(piece) and NIST_ALGORITHMS not in piece
    }
    for pad in (0x36, 0x5C):
        pieces |= {bytes(byte ^ pad for byte in piece) for piece in set(pieces)}
    swapped = {piece[3::-1] + piece[:3:-1] for piece in pieces} | {piece[::-1] for piece in pieces}
    return pieces | swapped
