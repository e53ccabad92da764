"""Files that go back and forth between this package, Debian's ``age``, and ``rage`` by way of its
binding, pyrage.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pyrage
import pytest
from ironlatch.files import Identity, decrypt, encrypt, open_encrypted
from terminal import at_terminal

CHUNK = 64 * 1024
LENGTHS = [0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 321]
TEXT = os.urandom(max(LENGTHS))
PASSPHRASE = "correct horse battery staple"
KEYS = Path(__file__).parents[1] / "data/keys/ssh"


class Peer(Protocol):
    def encrypt(self, data: bytes, recipients: list[str], *, armored: bool = False) -> bytes: ...
    def decrypt(self, data: bytes, key_file: Path) -> bytes: ...
    def encrypt_under(self, data: bytes, passphrase: str) -> bytes: ...
    def decrypt_under(self, data: bytes, passphrase: str) -> bytes: ...


class Age:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def encrypt(self, data: bytes, recipients: list[str], *, armored: bool = False) -> bytes:
        to = [argument for recipient in recipients for argument in ("-r", recipient)]
        return self._run(["age", *(["-a"] if armored else []), *to], data)

    def decrypt(self, data: bytes, key_file: Path) -> bytes:
        return self._run(["age", "-d", "-i", str(key_file)], data)

    def encrypt_under(self, data: bytes, passphrase: str) -> bytes:
        return self._at_terminal(["-p"], data, passphrase, passphrase)

    def decrypt_under(self, data: bytes, passphrase: str) -> bytes:
        return self._at_terminal(["-d"], data, passphrase)

    def _run(self, command: list[str], data: bytes) -> bytes:
        done = subprocess.run(command, input=data, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _at_terminal(self, options: list[str], data: bytes, *answers: str) -> bytes:
        (self.folder / "in").write_bytes(data)
        command = ["age", *options, "-o", "out", "in"]
        shown, status = at_terminal(command, [f"{answer}\r".encode() for answer in answers], self.folder)
        assert status == 0, shown
        return (self.folder / "out").read_bytes()


class Rage:
    def encrypt(self, data: bytes, recipients: list[str], *, armored: bool = False) -> bytes:
        return pyrage.encrypt(data, [self._recipient(recipient) for recipient in recipients], armored=armored)

    def decrypt(self, data: bytes, key_file: Path) -> bytes:
        text = key_file.read_bytes()
        if b"AGE-SECRET-KEY-" in text:
            return pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(text.decode().splitlines()[-1])])
        return pyrage.decrypt(data, [pyrage.ssh.Identity.from_buffer(text)])

    def encrypt_under(self, data: bytes, passphrase: str) -> bytes:
        return pyrage.passphrase.encrypt(data, passphrase)

    def decrypt_under(self, data: bytes, passphrase: str) -> bytes:
        return pyrage.passphrase.decrypt(data, passphrase)

    @staticmethod
    def _recipient(text: str) -> object:
        return (pyrage.x25519 if text.startswith("age1") else pyrage.ssh).Recipient.from_str(text)


@pytest.fixture(params=["age", "rage"])
def peer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Peer:
    if request.param == "rage":
        return Rage()
    require("age", package="age")
    return Age(tmp_path_factory.mktemp("age"))


def require(program: str, *, package: str) -> None:
    if shutil.which(program) is None:
        missing = f"NOT COMPARED WITH {program}, which is not installed: apt-get install {package}"
        # Where a change is judged, nothing is left out.
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)


@pytest.fixture
def key(tmp_path: Path) -> tuple[Identity, Path]:
    identity = Identity.generate()
    identity.save(tmp_path / "key")
    return identity, tmp_path / "key"


@pytest.mark.parametrize("length", LENGTHS)
def test_keys(peer: Peer, key: tuple[Identity, Path], length: int) -> None:
    identity, key_file = key
    text = TEXT[:length]
    assert peer.decrypt(encrypt(text, recipients=[identity.recipient]), key_file) == text
    theirs = peer.encrypt(text, [identity.recipient])
    assert decrypt(theirs, identities=[identity]) == text
    with open_encrypted(peer_file(key_file, theirs), identities=[identity]) as file:
        file.seek(length // 2)
        assert file.read() == text[length // 2 :]


def peer_file(beside: Path, contents: bytes) -> Path:
    path = beside.with_name("theirs")
    path.write_bytes(contents)
    return path


@pytest.mark.parametrize("length", LENGTHS)
def test_armor(peer: Peer, key: tuple[Identity, Path], tmp_path: Path, length: int) -> None:
    identity, key_file = key
    text = TEXT[:length]
    (tmp_path / "plain").write_bytes(text)
    ours = ironlatch("encrypt", "--armor", "-r", identity.recipient, "-o", "-", str(tmp_path / "plain"))
    assert ours.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert peer.decrypt(ours, key_file) == text
    theirs = peer.encrypt(text, [identity.recipient], armored=True)
    assert theirs.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert decrypt(theirs, identities=[identity]) == text


def ironlatch(*arguments: str) -> bytes:
    return subprocess.run([sys.executable, "-m", "ironlatch", *arguments], capture_output=True, check=True).stdout


def test_passphrases(peer: Peer) -> None:
    text = TEXT[:100_000]
    assert peer.decrypt_under(encrypt(text, passphrase=PASSPHRASE), PASSPHRASE) == text
    assert decrypt(peer.encrypt_under(text, PASSPHRASE), passphrase=PASSPHRASE) == text


def new_ssh_key(kind: str, folder: Path) -> tuple[str, Path]:
    """A public key's line and a private key's file."""
    require("ssh-keygen", package="openssh-client")
    path = folder / f"{kind}-{os.urandom(4).hex()}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", "2048", "-N", "", "-f", path], check=True)
    return path.with_suffix(".pub").read_text().strip(), path


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_new_ssh_keys(peer: Peer, tmp_path: Path, kind: str) -> None:
    for _ in range(4):
        recipient, path = new_ssh_key(kind, tmp_path)
        assert peer.decrypt(encrypt(TEXT, recipients=[recipient]), path) == TEXT
        assert decrypt(peer.encrypt(TEXT, [recipient]), identities=Identity.load(path)) == TEXT


@pytest.mark.parametrize("name", ["ed25519", "rsa"])
def test_ssh_keys(peer: Peer, tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(KEYS / name, tmp_path))
    path.chmod(0o600)
    recipient = (KEYS / f"{name}.pub").read_text().strip()
    assert peer.decrypt(encrypt(TEXT, recipients=[recipient]), path) == TEXT
    assert decrypt(peer.encrypt(TEXT, [recipient]), identities=Identity.load(path)) == TEXT


def test_many_recipients(peer: Peer, key: tuple[Identity, Path], tmp_path: Path) -> None:
    identity, key_file = key
    line, ssh_key = new_ssh_key("ed25519", tmp_path)
    others = [Identity.generate().recipient for _ in range(50)]
    to = [*others[:20], line, *others[20:], identity.recipient]
    sealed = encrypt(TEXT, recipients=to)
    assert peer.decrypt(sealed, key_file) == peer.decrypt(sealed, ssh_key) == TEXT
    sealed = peer.encrypt(TEXT, to)
    assert decrypt(sealed, identities=[identity]) == decrypt(sealed, identities=Identity.load(ssh_key)) == TEXT


def test_encrypted_key_files(tmp_path: Path) -> None:
    require("age", package="age")
    identity = Identity.generate()
    identity.save(tmp_path / "key.age", passphrase=PASSPHRASE)
    (tmp_path / "sealed").write_bytes(encrypt(TEXT, recipients=[identity.recipient]))
    command = ["age", "-d", "-i", "key.age", "-o", "back", "sealed"]
    shown, status = at_terminal(command, [f"{PASSPHRASE}\r".encode()], tmp_path)
    assert status == 0, shown
    assert (tmp_path / "back").read_bytes() == TEXT

    made = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout
    (tmp_path / "theirs.age").write_bytes(Age(tmp_path).encrypt_under(made, PASSPHRASE))
    [loaded] = Identity.load(tmp_path / "theirs.age", passphrase=PASSPHRASE)
    assert loaded.expose() in made.decode()
