"""``ironlatch.files``: whole values in memory, writers, readers, and reading in the middle."""

import errno
import gc
import io
import os
import shutil
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path

import pytest
from ironlatch.files import (
    DamagedFile,
    EncryptingWriter,
    Identity,
    WrongKey,
    decrypt,
    decrypt_file,
    encrypt,
    encrypt_file,
    open_encrypted,
)

CHUNK = 64 * 1024
SEALED = CHUNK + 16
TEXT = os.urandom(5 * CHUNK + 123)
LENGTHS = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, len(TEXT)]


@pytest.fixture(scope="module")
def key() -> Identity:
    return Identity.generate()


class Pipe(io.RawIOBase):
    """A source that gives a few bytes at a time and cannot be sought."""

    def __init__(self, data: bytes, piece: int = 1000) -> None:
        self.left = memoryview(data)
        self.piece = piece

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), self.piece, len(self.left))
        view[:count] = self.left[:count]
        self.left = self.left[count:]
        return count


@pytest.mark.parametrize("length", LENGTHS)
def test_bytes(key: Identity, length: int) -> None:
    text = TEXT[:length]
    for data in (text, bytearray(text), memoryview(text)):
        sealed = encrypt(data, recipients=[key.recipient])
        assert decrypt(sealed, identities=[key]) == decrypt(memoryview(sealed), identities=[key]) == text


def test_bytes_under_a_passphrase_and_wrong_arguments(key: Identity) -> None:
    sealed = encrypt(b"text", passphrase="correct horse")
    assert decrypt(sealed, passphrase=b"correct horse") == b"text"
    with pytest.raises(WrongKey, match="wrong passphrase"):
        decrypt(sealed, passphrase="correct house")
    with pytest.raises(ValueError, match="give a passphrase"):
        encrypt(b"text")
    with pytest.raises(ValueError, match="give a passphrase"):
        decrypt(sealed)
    with pytest.raises(TypeError):
        encrypt("text", passphrase="x")  # type: ignore[arg-type]
    with pytest.raises(DamagedFile, match="not an age file"):
        decrypt(b"text", identities=[key])


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("piece", [1, 1000, CHUNK, CHUNK + 1, 10 * CHUNK])
def test_writing_in_pieces(tmp_path: Path, key: Identity, length: int, piece: int) -> None:
    if piece == 1:
        length = min(length, 1000)
    with open_encrypted(tmp_path / "sealed", "wb", recipients=[key.recipient]) as file:
        for start in range(0, length, piece):
            data = TEXT[start : min(start + piece, length)]
            assert file.write(data) == len(data)
        assert os.listdir(tmp_path) == []
    assert decrypt((tmp_path / "sealed").read_bytes(), identities=[key]) == TEXT[:length]


def fail_while_writing(target: Path | io.BytesIO, key: Identity) -> None:
    with open_encrypted(target, "wb", recipients=[key.recipient]) as file:
        file.write(TEXT)
        raise ZeroDivisionError


def test_a_file_appears_when_it_is_whole(tmp_path: Path, key: Identity) -> None:
    path = tmp_path / "sealed"
    to = [key.recipient]
    with pytest.raises(ZeroDivisionError):
        fail_while_writing(path, key)
    forgotten = open_encrypted(path, "wb", recipients=to)
    forgotten.write(TEXT)
    del forgotten
    gc.collect()
    discarded = open_encrypted(path, "wb", recipients=to)
    discarded.discard()
    discarded.discard()
    discarded.close()
    assert discarded.closed
    assert os.listdir(tmp_path) == []

    file = open_encrypted(path, "wb", recipients=to)
    file.write(b"one")
    file.close()
    file.close()
    for use in (lambda: file.write(b"more"), file.flush):
        with pytest.raises(ValueError, match="closed"):
            use()
    with pytest.raises(FileExistsError):
        open_encrypted(path, "wb", recipients=to)
    with open_encrypted(path, "wb", recipients=to, overwrite=True) as file:
        assert decrypt(path.read_bytes(), identities=[key]) == b"one"
        file.write(b"two")
    assert decrypt(path.read_bytes(), identities=[key]) == b"two"
    assert os.listdir(tmp_path) == ["sealed"]


def test_two_writers_of_one_name(tmp_path: Path, key: Identity) -> None:
    path, to = tmp_path / "sealed", [key.recipient]
    one, two = (open_encrypted(path, "wb", recipients=to) for _ in range(2))
    one.write(b"one")
    two.write(b"two")
    one.close()
    with pytest.raises(FileExistsError):
        two.close()
    assert two.closed
    assert decrypt(path.read_bytes(), identities=[key]) == b"one"

    # Replacing, the last to finish stays, whole.
    writers = [open_encrypted(path, "wb", recipients=to, overwrite=True) for _ in range(8)]
    threads = []
    for number, writer in enumerate(writers):

        def work(number: int = number, writer: EncryptingWriter = writer) -> None:
            with writer:
                writer.write(bytes([number]) * 100_000)

        threads.append(threading.Thread(target=work))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plaintext = decrypt(path.read_bytes(), identities=[key])
    assert len(plaintext) == 100_000
    assert len(set(plaintext)) == 1
    assert os.listdir(tmp_path) == ["sealed"]


def test_file_objects_as_targets(key: Identity) -> None:
    target = io.BytesIO()
    with open_encrypted(target, "wb", recipients=[key.recipient]) as file:
        assert file.writable()
        assert not file.readable()
        file.write(TEXT)
    assert decrypt(target.getvalue(), identities=[key]) == TEXT

    target = io.BytesIO()
    with pytest.raises(ZeroDivisionError):
        fail_while_writing(target, key)
    with pytest.raises(DamagedFile, match="cut short"):
        decrypt(target.getvalue(), identities=[key])


class Limited(io.RawIOBase):
    """A target that takes a little at a time, and only so much."""

    def __init__(self, left: int) -> None:
        self.left = left

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        if self.left == 0:
            raise OSError(errno.ENOSPC, "this target is full")
        count = min(self.left, len(data), 1000)  # type: ignore[arg-type]
        self.left -= count
        return count


def test_what_a_target_raises_is_raised(key: Identity) -> None:
    to = [key.recipient]
    with pytest.raises(OSError, match="full"):
        open_encrypted(Limited(0), "wb", recipients=to)
    file = open_encrypted(Limited(100_000), "wb", recipients=to)
    with pytest.raises(OSError, match="full") as caught:
        file.write(TEXT)
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="failed before"):
        file.write(b"more")
    with pytest.raises(OSError, match="failed before"):
        file.close()
    assert file.closed

    class Waits(Limited):
        def write(self, data: object) -> None:  # type: ignore[override]
            return None

    with pytest.raises(BlockingIOError):
        open_encrypted(Waits(9), "wb", recipients=to)


@pytest.mark.parametrize("length", LENGTHS)
def test_reading_anywhere(tmp_path: Path, key: Identity, length: int) -> None:
    sealed = encrypt(TEXT[:length], recipients=[key.recipient])
    (tmp_path / "sealed").write_bytes(sealed)
    expected = io.BytesIO(TEXT[:length])
    for source in (tmp_path / "sealed", str(tmp_path / "sealed"), io.BytesIO(sealed)):
        with open_encrypted(source, identities=[key]) as file:
            assert isinstance(file, io.BufferedReader)
            assert file.seekable()
            for place, whence, count in [
                (0, 0, 10),
                (CHUNK - 5, 0, 10),
                (0, 2, 10),
                (length // 2, 0, 2 * CHUNK),
                (-(length // 3), 2, CHUNK),
                (1, 1, -1),
                (CHUNK, 0, -1),
                (length + 100, 0, 10),
                (0, 0, -1),
            ]:
                assert file.seek(place, whence) == expected.seek(place, whence) == file.tell()
                assert file.read(count) == expected.read(count), (place, whence, count)
            with pytest.raises((OSError, ValueError)):
                file.seek(-1)
            with pytest.raises((OSError, ValueError)):
                file.seek(0, 17)
            assert not file.closed
            for start in (0, CHUNK - 3):
                file.seek(start)
                expected.seek(start)
                buffers = bytearray(100_000), bytearray(100_000)
                assert file.readinto(buffers[0]) == expected.readinto(buffers[1])
                assert buffers[0] == buffers[1]


def test_a_part_is_read_without_the_rest(tmp_path: Path, key: Identity) -> None:
    class Counting(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.count += len(data)
            return data

    source = Counting(encrypt(bytes(100 * CHUNK), recipients=[key.recipient]))
    file = open_encrypted(source, identities=[key])
    file.seek(50 * CHUNK)
    assert file.read(100) == bytes(100)
    assert source.count < 4 * SEALED
    file.close()
    assert not source.closed
    for use in (file.read, file.seekable, file.tell):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_other_modules_read_and_write_through_it(tmp_path: Path, key: Identity) -> None:
    with (
        open_encrypted(tmp_path / "sealed", "wb", recipients=[key.recipient]) as file,
        tarfile.open(fileobj=file, mode="w|") as tar,
    ):
        for name in ("one", "two"):
            info = tarfile.TarInfo(name)
            info.size = 100_000
            tar.addfile(info, io.BytesIO(TEXT))
    with (
        open_encrypted(tmp_path / "sealed", identities=[key]) as opened,
        tarfile.open(fileobj=opened, mode="r") as tar,
    ):
        member = tar.extractfile("two")
        assert member is not None
        assert member.read() == TEXT[:100_000]

    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a/b", TEXT)
    sealed = io.BytesIO(encrypt(plain.getvalue(), recipients=[key.recipient]))
    with zipfile.ZipFile(open_encrypted(sealed, identities=[key])) as archive:
        assert archive.read("a/b") == TEXT

    lines = io.BytesIO(encrypt(b"one\ntwo\n", recipients=[key.recipient]))
    assert list(io.TextIOWrapper(open_encrypted(lines, identities=[key]))) == ["one\n", "two\n"]


@pytest.mark.parametrize("length", LENGTHS)
def test_sources_that_cannot_be_sought(key: Identity, length: int) -> None:
    sealed = encrypt(TEXT[:length], recipients=[key.recipient])
    for piece in (777, 10 * CHUNK):
        file = open_encrypted(Pipe(sealed, piece), identities=[key])
        assert not file.seekable()
        with pytest.raises(io.UnsupportedOperation):
            file.seek(0)
        target = io.BytesIO()
        shutil.copyfileobj(file, target)
        assert target.getvalue() == TEXT[:length]
        assert file.read() == b""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe(tmp_path: Path, key: Identity) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    sealed = encrypt(TEXT, recipients=[key.recipient])
    thread = threading.Thread(target=lambda: pipe.write_bytes(sealed))
    thread.start()
    with open_encrypted(pipe, identities=[key]) as file:
        assert not file.seekable()
        assert file.read() == TEXT
    thread.join()


def test_damage_shows_where_it_is_read(key: Identity) -> None:
    sealed = encrypt(TEXT, recipients=[key.recipient])
    header = len(sealed) - 5 * SEALED - 139
    # What is cut shows at once where the end can be seen, and at the end where not.
    for length in [header + chunk * SEALED + extra for chunk in range(6) for extra in (0, 1, 20)] + [len(sealed) - 1]:
        with pytest.raises(DamagedFile, match="damaged|cut short"):
            open_encrypted(io.BytesIO(sealed[:length]), identities=[key])
        file = open_encrypted(Pipe(sealed[:length], 100_000), identities=[key])
        with pytest.raises(DamagedFile, match="damaged|cut short"):
            file.read()
    changed = bytearray(sealed)
    changed[header + SEALED + 9] ^= 1
    file = open_encrypted(io.BytesIO(changed), identities=[key])
    assert file.read(CHUNK) == TEXT[:CHUNK]
    for _ in range(2):
        with pytest.raises(DamagedFile, match="chunk 2"):
            file.read(1)
    file.seek(3 * CHUNK)
    assert file.read() == TEXT[3 * CHUNK :]
    file = open_encrypted(Pipe(bytes(changed), 10_000), identities=[key])
    assert file.read(CHUNK) == TEXT[:CHUNK]
    for _ in range(2):
        with pytest.raises(DamagedFile, match="chunk 2"):
            file.read(1)


def test_a_source_that_changes_under_way(tmp_path: Path, key: Identity) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(encrypt(TEXT, recipients=[key.recipient]))
    with open_encrypted(path, identities=[key]) as file:
        assert file.read(10) == TEXT[:10]
        os.truncate(path, 3 * SEALED)
        file.seek(4 * CHUNK)
        with pytest.raises(DamagedFile, match="cut short"):
            file.read(10)
        path.write_bytes(encrypt(TEXT, recipients=[key.recipient]))
        with pytest.raises(DamagedFile, match="was changed"):
            file.read(10)


def test_what_a_source_raises_or_returns_wrongly(key: Identity) -> None:
    sealed = encrypt(TEXT, recipients=[key.recipient])

    class Source(io.BytesIO):
        answer: object = ZeroDivisionError("the source is tired")

        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() < 3 * SEALED:
                return super().read(size)
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer  # type: ignore[return-value]

        def seekable(self) -> bool:
            return False

    for answer, error in [
        (ZeroDivisionError("tired"), ZeroDivisionError),
        (None, BlockingIOError),
        ("text", TypeError),
        (bytes(10_000_000), ValueError),
    ]:
        source = Source(sealed)
        source.answer = answer
        file = open_encrypted(source, identities=[key])
        with pytest.raises(error):
            file.read()


def test_keys_modes_and_places(tmp_path: Path, key: Identity) -> None:
    sealed = encrypt(TEXT, recipients=[key.recipient])
    path = tmp_path / "sealed"
    path.write_bytes(sealed)
    other = Identity.generate()
    with pytest.raises(WrongKey, match="none of the given keys"):
        open_encrypted(path, identities=[other])
    with pytest.raises(WrongKey, match="to a key"):
        open_encrypted(path, passphrase="x")
    for mode in ("r", "w", "ab", "r+b", ""):
        with pytest.raises(ValueError, match="mode"):
            open_encrypted(path, mode, identities=[key])  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="for reading"):
        open_encrypted(path, "wb", identities=[key])  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="for writing"):
        open_encrypted(path, recipients=[key.recipient])  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="give a passphrase"):
        open_encrypted(path)
    with pytest.raises(FileNotFoundError, match="missing"):
        open_encrypted(tmp_path / "missing", identities=[key])
    with pytest.raises(OSError, match="directory"):
        open_encrypted(tmp_path, identities=[key])
    with pytest.raises(OSError, match="directory"):
        open_encrypted(tmp_path, "wb", recipients=[key.recipient], overwrite=True)
    for wrong in (3, None, b"x".decode):
        with pytest.raises(TypeError, match="a file is a path or an object with"):
            open_encrypted(wrong, identities=[key])  # type: ignore[call-overload]
        with pytest.raises(TypeError, match="a file is a path or an object with"):
            open_encrypted(wrong, "wb", recipients=[key.recipient])  # type: ignore[call-overload]
    assert path.read_bytes() == sealed


def test_no_thread_and_no_descriptor_stays(tmp_path: Path, key: Identity) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("counted in /proc")
    (tmp_path / "plain").write_bytes(bytes(20_000_000))

    def counts() -> tuple[int, int]:
        return len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

    before = counts()
    for _ in range(3):
        encrypt_file(tmp_path / "plain", tmp_path / "sealed", recipients=[key.recipient], overwrite=True)
        decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=[key], overwrite=True)
        with open_encrypted(tmp_path / "sealed", identities=[key]) as file:
            file.read()
        data = bytearray((tmp_path / "sealed").read_bytes())
        data[5_000_000] ^= 1
        (tmp_path / "damaged").write_bytes(data)
        with pytest.raises(DamagedFile):
            decrypt_file(tmp_path / "damaged", tmp_path / "back", identities=[key], overwrite=True)
        with pytest.raises(DamagedFile):
            decrypt(data, identities=[key])
    # A thread that has ended stays in the list for a moment.
    for _ in range(1000):
        if counts() == before:
            break
        time.sleep(0.01)
    assert counts() == before
