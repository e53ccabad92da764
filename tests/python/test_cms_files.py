"""Encrypted files: memory that does not grow, and nothing in its place before all is verified."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from ironlatch import cms, x509
from ironlatch.exceptions import InvalidTag
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from test_cms_encryption import issue

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE: x509.Certificate = issue("reader", KEY.public_key())
CONTENT = os.urandom(300_000)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("cipher", ["AES-256-GCM", "AES-128-CBC"])
def test_there_and_back(cipher: str, plain: Path, tmp_path: Path) -> None:
    sealed, again = tmp_path / "sealed", tmp_path / "again"
    seen: list[tuple[int, int | None]] = []
    count = cms.encrypt_file(plain, sealed, [CERTIFICATE], cipher=cipher, progress=lambda *at: seen.append(at))  # type: ignore[arg-type]
    assert count == len(CONTENT)
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert cms.decrypt(sealed.read_bytes(), KEY, CERTIFICATE, allow_unauthenticated=True) == CONTENT
    assert cms.decrypt_file(sealed, again, KEY, CERTIFICATE, allow_unauthenticated=True) == len(CONTENT)
    assert again.read_bytes() == CONTENT
    assert again.stat().st_mode & 0o077 == 0
    for call in (
        lambda: cms.encrypt_file(plain, sealed, [CERTIFICATE]),
        lambda: cms.decrypt_file(sealed, again, KEY, CERTIFICATE, allow_unauthenticated=True),
    ):
        with pytest.raises(FileExistsError):
            call()
    assert cms.decrypt_file(sealed, again, KEY, CERTIFICATE, allow_unauthenticated=True, overwrite=True)


def test_nothing_appears_of_a_message_that_was_changed(plain: Path, tmp_path: Path) -> None:
    sealed, again = tmp_path / "sealed", tmp_path / "again"
    cms.encrypt_file(plain, sealed, [CERTIFICATE])
    whole = sealed.read_bytes()
    before = sorted(os.listdir(tmp_path))
    for changed, error in [
        (whole[:-1] + bytes([whole[-1] ^ 1]), InvalidTag),
        (whole[:200_000] + bytes([whole[200_000] ^ 1]) + whole[200_001:], InvalidTag),
        (whole[:-1], ValueError),
        (whole[:200_000], ValueError),
        (b"", ValueError),
    ]:
        sealed.write_bytes(changed)
        with pytest.raises(error):
            cms.decrypt_file(sealed, again, KEY, CERTIFICATE)
        assert sorted(os.listdir(tmp_path)) == before
    again.write_bytes(b"there before")
    with pytest.raises(ValueError):
        cms.decrypt_file(sealed, again, KEY, CERTIFICATE, overwrite=True)
    assert again.read_bytes() == b"there before"
    for source in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(OSError, match=str(source)):
            cms.decrypt_file(source, tmp_path / "new", KEY, CERTIFICATE)
    with pytest.raises(OSError):
        cms.encrypt_file(plain, plain, [CERTIFICATE], overwrite=True)
    assert plain.read_bytes() == CONTENT


def test_what_progress_raises_ends_the_work(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    with plain.open("wb") as file:
        file.truncate(400_000_000)

    def stop(_done: int, _total: int | None) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        cms.encrypt_file(plain, tmp_path / "sealed", [CERTIFICATE], progress=stop)
    assert not (tmp_path / "sealed").exists()


def test_pipes(tmp_path: Path) -> None:
    pipe, sealed, again = tmp_path / "pipe", tmp_path / "sealed", tmp_path / "again"
    os.mkfifo(pipe)

    def write(data: bytes) -> threading.Thread:
        thread = threading.Thread(target=pipe.write_bytes, args=[data])
        thread.start()
        return thread

    writer = write(CONTENT)
    # Its length is not known, so that the message is in BER.
    assert cms.encrypt_file(pipe, sealed, [CERTIFICATE]) == len(CONTENT)
    writer.join()
    assert sealed.read_bytes()[:2] == b"\x30\x80"
    assert cms.decrypt(sealed.read_bytes(), KEY, CERTIFICATE) == CONTENT
    writer = write(sealed.read_bytes())
    assert cms.decrypt_file(pipe, again, KEY, CERTIFICATE) == len(CONTENT)
    writer.join()
    assert again.read_bytes() == CONTENT


GROWTH = """
import resource, sys
from ironlatch import cms, x509
from ironlatch.hazmat.primitives.serialization import load_pem_private_key
key = load_pem_private_key(open("key", "rb").read(), None)
certificate = x509.load_pem_x509_certificate(open("crt", "rb").read())

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

cms.encrypt_file("small", "small.p7m", [certificate])
cms.decrypt_file("small.p7m", "small.again", key, certificate)
before = most()
cms.encrypt_file("large", "large.p7m", [certificate])
cms.decrypt_file("large.p7m", "large.again", key, certificate)
cms.sign_file("large", certificate, key)
print(most() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of the memory is Linux's")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "crt").write_bytes(CERTIFICATE.public_bytes(Encoding.PEM))
    (tmp_path / "small").write_bytes(bytes(300_000))
    with (tmp_path / "large").open("wb") as file:
        file.truncate(150_000_000)
    done = subprocess.run([sys.executable, "-c", GROWTH], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4096, "KiB"
    assert (tmp_path / "large.again").stat().st_size == 150_000_000
