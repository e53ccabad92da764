"""``ironlatch.files`` and its commands when the machine gives out around them, or somebody else
wishes them ill.
"""

from __future__ import annotations

import base64
import errno
import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ironlatch.files import (
    DamagedFile,
    Identity,
    WrongKey,
    decrypt,
    decrypt_file,
    encrypt,
    encrypt_file,
    open_encrypted,
)
from ironlatch.secrets import SecretBytes

MIB = 1 << 20
COMMAND = [sys.executable, "-m", "ironlatch"]
KEY = Identity.generate()
TO = [KEY.recipient]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    KEY.save(tmp_path / "key")
    return tmp_path / "key"


# What others have made to exhaust the machine.

VERSION = b"age-encryption.org/v1\n"
MAC = b"--- " + b"A" * 43 + b"\n"
BODY = b"A" * 43 + b"\n"
HOSTILE = {
    "recipients": b"-> a\n\n",
    "arguments": b"-> " + b"a " * 1000 + b"a\n\n",
    "one line": b"-> " + b"a" * 2 * MIB,
    "one recipient": b"-> a\n" + (b"A" * 64 + b"\n") * 32 * 1024,
    "X25519": b"-> X25519 " + b"A" * 42 + b"E\n" + BODY,
    "ssh-rsa": b"-> ssh-rsa AAAAAA\n" + BODY,
}


class Endless(io.RawIOBase):
    """The start of a file, and then the same bytes forever."""

    def __init__(self, start: bytes, again: bytes) -> None:
        self.waiting, self.again, self.count = start, again * (MIB // len(again) + 1), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self.waiting:
            self.waiting = self.again
        count = min(len(view), len(self.waiting))
        view[:count] = self.waiting[:count]
        self.waiting = self.waiting[count:]
        self.count += count
        return count


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_header_without_end(kind: str) -> None:
    source = Endless(VERSION, HOSTILE[kind])
    with pytest.raises(DamagedFile, match="header is malformed"):
        open_encrypted(source, identities=[KEY])
    assert source.count < 2 * MIB


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_header_without_end_in_armor(kind: str) -> None:
    text = base64.b64encode((VERSION + HOSTILE[kind] * (3 * MIB // len(HOSTILE[kind])))[: 3 * MIB])
    lines = b"".join(text[start : start + 64] + b"\n" for start in range(0, len(text), 64))
    source = Endless(b"-----BEGIN AGE ENCRYPTED FILE-----\n" + lines, b"A")
    with pytest.raises(DamagedFile, match="header is malformed"):
        open_encrypted(source, identities=[KEY])
    assert source.count < 3 * MIB


def test_passphrase_work_beyond_all_measure(tmp_path: Path) -> None:
    sealed = encrypt(b"text", passphrase="correct horse")
    for factor in (b"23", b"63", b"64", b"255", b"18446744073709551616"):
        changed = sealed.replace(b" 18\n", b" " + factor + b"\n", 1)
        (tmp_path / "sealed").write_bytes(changed)
        started = time.monotonic()
        with pytest.raises(DamagedFile, match="limit|malformed"):
            decrypt_file(tmp_path / "sealed", tmp_path / "back", passphrase="correct horse")
        with pytest.raises(DamagedFile, match="limit|malformed"):
            open_encrypted(tmp_path / "sealed", passphrase="correct horse")
        assert time.monotonic() - started < 1
    # Less work than it was does not open it either.
    with pytest.raises(WrongKey, match="header was changed"):
        decrypt(sealed.replace(b" 18\n", b" 1\n", 1), passphrase="correct horse")
    assert os.listdir(tmp_path) == ["sealed"]


# How much memory it takes. The most that a process ever had is known to the system, so each is a
# process of its own.

MEMORY = """
import io, json, os, resource, sys
from ironlatch.files import DamagedFile, Identity, WrongKey, decrypt_file, encrypt_file, open_encrypted
os.chdir(sys.argv[1])
[key] = Identity.load("key")
to = [key.recipient]
null = open("/dev/null", "wb")

class Pipe(io.FileIO):
    def seekable(self):
        return False

def copy(source, target, piece):
    while data := source.read(piece):
        target.write(data)

def writer(size):
    with open_encrypted(null, "wb", recipients=to) as file:
        data = bytes(size)
        for _ in range(0, TOTAL if size > 1 else 1, size):
            file.write(data)

def reader(name, piece):
    copy(open_encrypted(Pipe(name), identities=[key]), null, piece)

def seeker(name, piece):
    file = open_encrypted(name, identities=[key])
    copy(file, null, piece)
    file.seek(0, 2)
    file.seek(file.tell() // 2)
    file.read(10)

def refused(name):
    try:
        decrypt_file(name, "none", identities=[key])
    except (DamagedFile, WrongKey):
        pass

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

TOTAL = os.stat("large").st_size
work = {
    "encrypt_file": lambda size: encrypt_file(size, "out", recipients=to, overwrite=True),
    "decrypt_file": lambda size: decrypt_file(size + ".age", "out", identities=[key], overwrite=True),
    "writer": lambda size: writer(1 << 20 if size == "large" else 1),
    "reader": lambda size: reader(size + ".age", 1 << 20),
    "seeker": lambda size: seeker(size + ".age", 1 << 20),
    "hostile": lambda size: refused(size + ".hostile"),
}[sys.argv[2]]
work("small")
before = peak()
work("large")
print(peak() - before)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key, a small file and a large one with holes for contents, and both
    encrypted.
    """
    folder = tmp_path_factory.mktemp("large")
    KEY.save(folder / "key")
    for name, size in (("small", 1), ("large", 256 * MIB)):
        with open(folder / name, "wb") as file:
            file.truncate(size)
        encrypt_file(folder / name, folder / f"{name}.age", recipients=TO)
    (folder / "small.hostile").write_bytes(VERSION + HOSTILE["recipients"] + MAC)
    return folder


@pytest.mark.parametrize("work", ["encrypt_file", "decrypt_file", "writer", "reader", "seeker"])
def test_memory_does_not_grow_with_the_file(large: Path, work: str) -> None:
    assert grown(large, work) < 32 * MIB


@pytest.mark.parametrize("kind", HOSTILE)
def test_memory_does_not_grow_with_the_header(large: Path, kind: str) -> None:
    """The longest header that is still read."""
    count = (MIB - 1000) // len(HOSTILE[kind])
    (large / "large.hostile").write_bytes(VERSION + HOSTILE[kind] * count + MAC + bytes(100))
    assert grown(large, "hostile") < 32 * MIB


def grown(folder: Path, work: str) -> int:
    done = subprocess.run([sys.executable, "-c", MEMORY, folder, work], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize(
    "command", [["encrypt", *TO], ["encrypt", "--armor", *TO], ["decrypt"]], ids=["encrypt", "armor", "decrypt"]
)
def test_the_commands_memory_does_not_grow_with_the_file(large: Path, command: list[str]) -> None:
    def peak(name: str) -> int:
        arguments = ["decrypt", "-i", "key"] if command == ["decrypt"] else [*command[:-1], "-r", command[-1]]
        source = f"{name}.age" if command == ["decrypt"] else name
        process = subprocess.Popen([*COMMAND, *arguments, "-o", "-", source], cwd=large, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return usage.ru_maxrss * 1024

    assert peak("large") - peak("small") < 32 * MIB


# Disks that are full, or not to be written to.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk(small_disk: Path, tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "plain").write_bytes(bytes(3 * MIB))
    encrypt_file(tmp_path / "plain", tmp_path / "sealed", recipients=TO)
    (small_disk / "taken").write_bytes(b"old")

    def write() -> None:
        with open_encrypted(small_disk / "taken", "wb", recipients=TO, overwrite=True) as file:
            file.write(bytes(3 * MIB))

    for target in ("new", "taken"):
        for work in (
            lambda target=target: encrypt_file(tmp_path / "plain", small_disk / target, recipients=TO, overwrite=True),
            lambda target=target: decrypt_file(
                tmp_path / "sealed", small_disk / target, identities=[KEY], overwrite=True
            ),
            write,
        ):
            with pytest.raises(OSError, match="no space left") as caught:
                work()
            assert caught.value.errno == errno.ENOSPC
    for arguments in (["encrypt", "-r", *TO, "plain"], ["decrypt", "-i", "key", "sealed"]):
        for target in ("new", "taken"):
            failed = run([*arguments, "-f", "-o", f"disk/{target}"], tmp_path)
            assert failed.returncode == 1
            assert f"disk/{target}" in failed.stderr
            assert "no space left" in failed.stderr
            assert "free some space" in failed.stderr
    assert os.listdir(small_disk) == ["taken"]
    assert (small_disk / "taken").read_bytes() == b"old"
    assert os.statvfs(small_disk).f_bavail > 200


def run(arguments: list[str], folder: Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, check=False, **options
    )


def test_a_limit_on_the_size_of_files(tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "plain").write_bytes(bytes(3 * MIB))
    encrypt_file(tmp_path / "plain", tmp_path / "sealed", recipients=TO)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))

    for arguments in (["encrypt", "-r", *TO, "plain"], ["decrypt", "-i", "key", "sealed"]):
        failed = run([*arguments, "-o", "new"], tmp_path, preexec_fn=limit)
        assert failed.returncode == 1
        assert "cannot write new: file too large" in failed.stderr
    assert sorted(os.listdir(tmp_path)) == ["key", "plain", "sealed"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"text")
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    # Root may write anywhere but there.
    target = Path("/sys/new") if os.geteuid() == 0 else folder / "new"
    with pytest.raises(PermissionError, match="cannot make a file in"):
        encrypt_file(tmp_path / "plain", target, recipients=TO)
    with pytest.raises(PermissionError, match="cannot make a file in"):
        open_encrypted(target, "wb", recipients=TO)
    failed = run(["encrypt", "-r", *TO, "-o", str(target), "plain"], tmp_path)
    assert failed.returncode == 1
    assert "check who owns the file and its directory" in failed.stderr


# Ends in the middle.

PLAIN = os.urandom(8 * MIB)
HALFWAY = 6 * MIB


class Halfway:
    """A process that has read most of a pipe, has written some of its output, and waits for the
    rest.
    """

    def __init__(self, command: list[str | Path], folder: Path, pipe: Path, contents: bytes) -> None:
        os.mkfifo(pipe)
        self.folder = folder
        self.process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE)
        self.pipe = open(pipe, "wb", buffering=0)
        self.rest = contents[HALFWAY:]
        feeder = threading.Thread(target=self.pipe.write, args=(contents[:HALFWAY],))
        feeder.start()
        feeder.join(60)
        self.wait_for_output()

    def wait_for_output(self) -> None:
        """Until a file without a name has some of the output in it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for link in Path(f"/proc/{self.process.pid}/fd").iterdir():
                if os.readlink(link).startswith(str(self.folder)) and link.stat().st_size > MIB:
                    return
            time.sleep(0.02)
        raise AssertionError("nothing was written")

    def finish(self) -> tuple[int, bytes]:
        self.pipe.write(self.rest)
        return self.wait()

    def wait(self) -> tuple[int, bytes]:
        self.pipe.close()
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def function(name: str, arguments: str) -> list[str | Path]:
    program = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from ironlatch.files import Identity, decrypt_file, encrypt_file
[key] = Identity.load("../key")
{name}("../pipe", "new", {arguments})
"""
    return [sys.executable, "-c", program]


PROGRAMS: dict[str, Callable[[], list[str | Path]]] = {
    "encrypt_file": lambda: function("encrypt_file", "recipients=[key.recipient]"),
    "decrypt_file": lambda: function("decrypt_file", "identities=[key]"),
    "encrypt": lambda: [*COMMAND, "encrypt", "-r", *TO, "-o", "new", "../pipe"],
    "decrypt": lambda: [*COMMAND, "decrypt", "-i", "../key", "-o", "new", "../pipe"],
}


def halfway(program: str, tmp_path: Path, pipe: str = "pipe") -> Halfway:
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    contents = encrypt(PLAIN, recipients=TO) if program.startswith("decrypt") else PLAIN
    command = [str(part).replace("../pipe", f"../{pipe}") for part in PROGRAMS[program]()]
    return Halfway([*command], folder, tmp_path / pipe, contents)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_in_the_middle_leaves_nothing(
    tmp_path: Path, key_file: Path, program: str, number: signal.Signals
) -> None:
    started = halfway(program, tmp_path)
    assert os.listdir(started.folder) == []
    started.process.send_signal(number)
    started.process.wait(10)  # The pipe neither gives nor ends.
    status, said = started.wait()
    assert status == -number or b"KeyboardInterrupt" in said
    assert os.listdir(started.folder) == []


STALLED = {
    "encrypt_file": "encrypt_file('pipe', 'new', recipients=[key.recipient])",
    "decrypt_file": "decrypt_file('pipe', 'new', identities=[key])",
    "open_encrypted": "open('new', 'wb').write(open_encrypted('pipe', identities=[key]).read())",
}


def waiting_for_a_pipe(call: str, folder: Path, handler: str) -> subprocess.Popen[bytes]:
    """A process that begins to read a named pipe."""
    os.mkfifo(folder / "pipe")
    program = f"""
import signal
from ironlatch.files import Identity, decrypt_file, encrypt_file, open_encrypted
signal.signal(signal.SIGINT, {handler})
[key] = Identity.load("key")
print("now", flush=True)
{call}
"""
    started = subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    assert started.stdout.readline() == b"now\n"
    return started


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in the file system")
@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("call", STALLED)
def test_ctrl_c_while_a_pipe_gives_nothing_at_all(tmp_path: Path, key_file: Path, call: str, opened: bool) -> None:
    before = {*os.listdir(tmp_path), "pipe"}
    started = waiting_for_a_pipe(STALLED[call], tmp_path, "signal.default_int_handler")
    writer = open(tmp_path / "pipe", "wb") if opened else None
    time.sleep(0.3)  # It waits for a writer, or for what he writes.
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=10)
    assert b"KeyboardInterrupt" in said
    if writer:
        writer.close()
    assert set(os.listdir(tmp_path)) - {"new"} == before
    assert not (tmp_path / "new").exists() or (tmp_path / "new").read_bytes() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in the file system")
@pytest.mark.parametrize("call", STALLED)
def test_a_signal_that_raises_nothing_ends_nothing(tmp_path: Path, key_file: Path, call: str) -> None:
    started = waiting_for_a_pipe(STALLED[call], tmp_path, "lambda *_: print('heard', flush=True)")
    assert started.stdout is not None
    contents = PLAIN[: 3 * MIB] if call == "encrypt_file" else encrypt(PLAIN[: 3 * MIB], recipients=TO)
    time.sleep(0.3)
    started.send_signal(signal.SIGINT)
    assert started.stdout.readline() == b"heard\n"
    with open(tmp_path / "pipe", "wb", buffering=0) as pipe:
        pipe.write(contents[: 2 * MIB])
        time.sleep(0.2)
        started.send_signal(signal.SIGINT)
        assert started.stdout.readline() == b"heard\n"
        pipe.write(contents[2 * MIB :])
    _, said = started.communicate(timeout=30)
    assert started.returncode == 0, said
    result = (tmp_path / "new").read_bytes()
    assert (decrypt(result, identities=[KEY]) if call == "encrypt_file" else result) == PLAIN[: 3 * MIB]


class TestSourcesThatChangeMeanwhile:
    """Files whose length changes in the middle of the work: ``progress`` tells when that is."""

    def change(self, work: Callable[[Path, Callable[..., None]], Any], folder: Path, to: Callable[[int], int]) -> int:
        """Has ``work`` read a file that gets another length under way. The length that it had."""
        source = folder / "source"
        for size in (256 * MIB, 1024 * MIB, 4096 * MIB):
            calls: list[int] = []

            def progress(done: int, total: int | None, size: int = size, calls: list[int] = calls) -> None:
                if not calls and 0 < done < size:
                    os.truncate(source, to(os.path.getsize(source)))
                calls.append(done)

            source.unlink(missing_ok=True)
            self.make(source, size)
            try:
                work(source, progress)
            finally:
                early = calls[0] < size
            if early:
                return size
        raise AssertionError("the work is done before its progress is told")

    def make(self, source: Path, size: int) -> None:
        with open(source, "wb") as file:
            file.truncate(size)

    def test_encrypting_what_somebody_cuts_short(self, tmp_path: Path) -> None:
        def work(source: Path, progress: Callable[..., None]) -> None:
            encrypt_file(source, tmp_path / "new", recipients=TO, progress=progress)

        with pytest.raises(OSError, match="cannot read .*source: it was cut short by another program meanwhile"):
            self.change(work, tmp_path, to=lambda size: size // 1000)
        assert os.listdir(tmp_path) == ["source"]

    def test_encrypting_what_grows(self, tmp_path: Path) -> None:
        done = []

        def work(source: Path, progress: Callable[..., None]) -> None:
            done.append(encrypt_file(source, tmp_path / "new", recipients=TO, overwrite=True, progress=progress))

        size = self.change(work, tmp_path, to=lambda size: size + MIB + 1)
        assert done[-1] == size + MIB + 1
        assert decrypt_file(tmp_path / "new", tmp_path / "back", identities=[KEY]) == size + MIB + 1

    @pytest.mark.parametrize("to", [lambda size: size // 1000, lambda size: size + 1], ids=["shorter", "longer"])
    def test_decrypting(self, tmp_path: Path, to: Callable[[int], int], monkeypatch: pytest.MonkeyPatch) -> None:
        def make(source: Path, size: int) -> None:
            plain = tmp_path / "plain"
            with open(plain, "wb") as file:
                file.truncate(size)
            encrypt_file(plain, source, recipients=TO)
            plain.unlink()

        def work(source: Path, progress: Callable[..., None]) -> None:
            decrypt_file(source, tmp_path / "new", identities=[KEY], progress=progress)

        monkeypatch.setattr(self, "make", make)
        with pytest.raises(DamagedFile, match="source: "):
            self.change(work, tmp_path, to)
        assert os.listdir(tmp_path) == ["source"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_source_that_ends_too_early_or_goes_on(tmp_path: Path, key_file: Path, program: str) -> None:
    started = halfway(program, tmp_path)
    # The name is gone; what was opened stays.
    (tmp_path / "pipe").unlink()
    status, _ = started.finish()
    assert status == 0
    result = (started.folder / "new").read_bytes()
    assert (result if program.startswith("decrypt") else decrypt(result, identities=[KEY])) == PLAIN
    if program.startswith("decrypt"):
        (started.folder / "new").unlink()
        started = halfway(program, tmp_path)
        status, said = started.wait()
        assert status in (1, 3)
        assert b"cut short" in said
        assert os.listdir(started.folder) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("program", PROGRAMS)
def test_two_writers_of_one_name(tmp_path: Path, key_file: Path, program: str) -> None:
    one, two = halfway(program, tmp_path, "one"), halfway(program, tmp_path, "two")
    assert one.finish()[0] == 0
    written = (one.folder / "new").read_bytes()
    status, said = two.finish()
    assert status == 1
    assert b"file exists" in said or b"File exists" in said
    assert (one.folder / "new").read_bytes() == written
    assert os.listdir(one.folder) == ["new"]


def test_a_failure_of_the_system_keeps_its_number(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, number in [
        (tmp_path / "none", errno.ENOENT),
        (loop, errno.ELOOP),
        (tmp_path / ("n" * 300), errno.ENAMETOOLONG),
        (tmp_path / "none" / "below", errno.ENOENT),
    ]:
        with pytest.raises(OSError) as caught:
            SecretBytes.from_file(path)
        assert caught.value.errno == number, path
