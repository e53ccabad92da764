"""Memory of the caller's that others can write to while a call runs, or look at."""

import io
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from ironlatch import files
from ironlatch.exceptions import InvalidTag
from ironlatch.hazmat.primitives import cmac, hashes, hmac
from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ironlatch.hazmat.primitives.ciphers import aead
from ironlatch.hazmat.primitives.ciphers.algorithms import AES
from ironlatch.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from ironlatch.hazmat.primitives.poly1305 import Poly1305
from ironlatch.sealing import XAES256GCM

LONG = 4 * 1024 * 1024
NONCE = bytes(12)


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Has another thread do ``work`` again and again."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            work()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class Cipher:
    """The AEADs with the same methods."""

    def __init__(self, name: str) -> None:
        self.name = name
        if name == "XAES256GCM":
            self.key = XAES256GCM(bytes(32))
        else:
            self.key = getattr(aead, name)(bytes(32))

    def encrypt(self, data: object) -> bytes:
        if self.name == "XAES256GCM":
            return self.key.seal(data)
        return self.key.encrypt(data, None) if self.name == "AESSIV" else self.key.encrypt(NONCE, data, None)

    def decrypt(self, data: object) -> bytes:
        if self.name == "XAES256GCM":
            return self.key.open(data)
        return self.key.decrypt(data, None) if self.name == "AESSIV" else self.key.decrypt(NONCE, data, None)

    def decrypt_into(self, data: object, out: bytearray) -> int:
        into = self.key.decrypt_into
        return into(data, None, out) if self.name == "AESSIV" else into(NONCE, data, None, out)


AEADS = ["AESGCM", "AESCCM", "AESGCMSIV", "AESOCB3", "AESSIV", "ChaCha20Poly1305"]


@pytest.mark.parametrize("name", [*AEADS, "XAES256GCM"])
def test_a_ciphertext_that_changes_meanwhile_gives_nothing_that_was_not_authenticated(name: str) -> None:
    cipher, plaintext = Cipher(name), bytes(LONG)
    sealed = bytearray(cipher.encrypt(plaintext))
    place, byte = len(sealed) - 1000, sealed[-1000]

    def change() -> None:
        sealed[place] = byte ^ 1
        sealed[place] = byte

    results = []
    with meanwhile(change):
        end = time.monotonic() + 1
        while time.monotonic() < end:
            try:
                results.append(cipher.decrypt(sealed) == plaintext)
            except InvalidTag:
                results.append(True)
    assert results
    assert all(results)


@pytest.mark.parametrize("name", AEADS)
def test_nobody_sees_a_plaintext_before_it_is_authentic(name: str) -> None:
    cipher = Cipher(name)
    sealed = bytearray(cipher.encrypt(b"p" * LONG))
    sealed[-1] ^= 1
    sealed[0] ^= name == "AESSIV"
    out, seen = bytearray(LONG), set()

    def look() -> None:
        seen.update((out[0], out[LONG // 2], out[-1]))

    with meanwhile(look):
        for _ in range(5):
            with pytest.raises(InvalidTag):
                cipher.decrypt_into(bytes(sealed), out)
    assert seen == {0}


def test_a_signature_is_of_one_message() -> None:
    """Ed25519 hashes a message twice; of two different ones it would give away the key."""
    key = Ed25519PrivateKey.generate()
    message = bytearray(LONG)

    def change() -> None:
        message[-1] = 1
        message[-1] = 0

    with meanwhile(change):
        signatures = [key.sign(message) for _ in range(10)]
    one, other = bytes(LONG), bytes(LONG - 1) + b"\1"

    def is_of(signature: bytes, data: bytes) -> bool:
        try:
            key.public_key().verify(signature, data)
        except Exception:
            return False
        return True

    assert all(is_of(signature, one) or is_of(signature, other) for signature in signatures)


class Watching(io.BytesIO):
    """A source that looks at, and writes to, the buffer that its reader is to fill."""

    target = bytearray()
    seen: set[bytes] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        self.seen.add(bytes(self.target))
        self.target[:] = b"x" * len(self.target)
        return super().read(size)


@pytest.mark.parametrize("seekable", [True, False])
def test_a_source_shares_no_memory_with_its_reader(seekable: bool) -> None:
    encrypted = files.encrypt(b"plaintext" * 50_000, recipients=[(identity := files.Identity.generate()).recipient])
    source = Watching(encrypted)
    source.seekable = lambda: seekable  # type: ignore[method-assign]
    reader = files.Reader(source, None, [identity])
    whole = b""
    while True:
        target = bytearray(b"-" * 70_000)
        source.target, source.seen = target, set()
        count = reader.read_at(len(whole), target)
        assert source.seen <= {b"-" * 70_000, b"x" * 70_000}
        if not count:
            break
        whole += target[:count]
    assert whole == b"plaintext" * 50_000


def test_a_derived_key_goes_to_its_place_when_it_is_whole() -> None:
    out, seen = bytearray(b"-" * 64), set()
    with meanwhile(lambda: seen.add(bytes(out))):
        PBKDF2HMAC(hashes.SHA512(), 64, b"salt", 300_000).derive_into(b"password", out)
    assert seen <= {b"-" * 64, bytes(out)}


MUTABLE = {
    "bytearray": bytearray,
    "a view of a bytearray": lambda data: memoryview(bytearray(data)),
    "a view of bytes": memoryview,
    "a piece of a view of bytes": lambda data: memoryview(b"--" + data + b"--")[2:-2],
    "a view that cannot be written to": lambda data: memoryview(bytearray(data)).toreadonly(),
}


@pytest.mark.parametrize("kind", MUTABLE)
@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 3 * 65536, 1_000_001])
def test_long_input_that_can_change_is_taken_in_piece_by_piece(kind: str, size: int) -> None:
    data = (b"0123456789" * (size // 10 + 1))[:size]
    given = MUTABLE[kind](data)
    for make in (
        lambda: hashes.Hash(hashes.SHA256()),
        lambda: hashes.Hash(hashes.SHA512()),
        lambda: hmac.HMAC(b"key", hashes.SHA256()),
        lambda: cmac.CMAC(AES(bytes(16))),
        lambda: Poly1305(bytes(32)),
    ):
        results = []
        for form in (data, given):
            state = make()
            state.update(form)
            results.append(state.finalize())
        assert results[0] == results[1]
    results = []
    for form in (data, given):
        state = hashes.XOFHash(hashes.SHAKE256(32))
        state.update(form)
        results.append(state.squeeze(32))
    assert results[0] == results[1]
    assert Poly1305.generate_tag(bytes(32), given) == Poly1305.generate_tag(bytes(32), data)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_mapped_file_is_hashed_without_a_copy_of_it() -> None:
    """In a process that can take 64 MiB more and no more."""
    program = """if True:
        import mmap, resource
        from ironlatch.hazmat.primitives import hashes
        mapped = mmap.mmap(-1, 200 * 1024 * 1024)
        state = hashes.Hash(hashes.SHA1())
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + 64 * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        state.update(mapped)
        print(state.finalize().hex())
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("fd7c5327c68fcf94b62dc9f58fc1cdb3c8c01258\n", "")
