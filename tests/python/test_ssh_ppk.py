"""``ironlatch.ssh``: PuTTY's keys. `puttygen` reads those written here, and the reverse."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from ironlatch.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    SSHPrivateKeyTypes,
    load_ssh_private_key,
)
from ironlatch.secrets import SecretBytes
from ironlatch.ssh import SshPublicKey, load_ppk, private_bytes_ppk

KEYS = Path(__file__).parents[1] / "data/keys/ssh"
PASSWORD = b"correct horse"

needs_puttygen = pytest.mark.skipif(shutil.which("puttygen") is None, reason="puttygen is not installed")


def keys() -> dict[str, SSHPrivateKeyTypes]:
    return {
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "rsa": rsa.generate_private_key(65537, 2048),
        "dsa": dsa.generate_private_key(1024),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
    }


def puttygen(*arguments: object) -> str:
    command = ["puttygen", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def pkcs8(key: SSHPrivateKeyTypes) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("password", [None, PASSWORD])
def test_there_and_back(version: int, password: bytes | None) -> None:
    for key in keys().values():
        text = private_bytes_ppk(key, password, comment="grüße", version=version, memory_kib=64, passes=1)
        assert text.startswith(b"PuTTY-User-Key-File-%d: " % version)
        assert pkcs8(load_ppk(text, password)) == pkcs8(key)
        assert pkcs8(load_ppk(text.replace(b"\n", b"\r\n"), password)) == pkcs8(key)
        if password is None:
            assert load_ppk(text, b"").public_key() == key.public_key()
            with pytest.raises(TypeError, match="not encrypted"):
                load_ppk(text, PASSWORD)
            with pytest.raises(ValueError, match="was changed"):
                load_ppk(text.replace("grüße".encode(), b"greetings"), None)
        else:
            assert load_ppk(bytearray(text), SecretBytes.copy_from(PASSWORD)).public_key() == key.public_key()
            for missing in (None, b""):
                with pytest.raises(TypeError, match="Password was not given"):
                    load_ppk(text, missing)
            with pytest.raises(ValueError, match="Incorrect password"):
                load_ppk(text, b"incorrect horse")
            with pytest.raises(ValueError, match="Incorrect password"):
                load_ppk(text.replace("grüße".encode(), b"greetings"), PASSWORD)


@needs_puttygen
@pytest.mark.parametrize("version", [2, 3])
def test_puttygen_reads_what_is_written(tmp_path: Path, version: int) -> None:
    (tmp_path / "password").write_bytes(PASSWORD)
    for name, key in keys().items():
        for password in (None, PASSWORD):
            path = tmp_path / f"{name}.ppk"
            path.write_bytes(
                private_bytes_ppk(key, password, comment="a key", version=version, memory_kib=64, passes=1)
            )
            old = ["--old-passphrase", tmp_path / "password"] if password else []
            new = ["--new-passphrase", "/dev/null"]
            puttygen(path, "-O", "private-openssh-new", "-o", tmp_path / "back", *old, *new)
            if name == "dsa":
                continue
            assert pkcs8(load_ssh_private_key((tmp_path / "back").read_bytes(), None)) == pkcs8(key)
            assert puttygen(path, "-L", *old).encode().split()[:2] == SshPublicKey(key.public_key()).to_line().split()


@needs_puttygen
@pytest.mark.parametrize("name", ["ed25519", "rsa", "ecdsa-256", "ecdsa-521"])
def test_keys_of_puttygen(tmp_path: Path, name: str) -> None:
    shutil.copy(KEYS / name, tmp_path / "key")
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "password").write_bytes(PASSWORD)
    expected = load_ssh_private_key((KEYS / name).read_bytes(), None)
    for version, more in [(2, ""), (3, ",memory=64,passes=2"), (3, ",memory=64,passes=2,parallelism=2,kdf=Argon2i")]:
        for password in (None, PASSWORD):
            path = tmp_path / "key.ppk"
            new = tmp_path / "password" if password else "/dev/null"
            parameters = f"version={version}{more}"
            puttygen(tmp_path / "key", "-O", "private", "-o", path, "--new-passphrase", new, "--ppk-param", parameters)
            assert pkcs8(load_ppk(path.read_bytes(), password)) == pkcs8(expected)


def test_hostile_files() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    text = private_bytes_ppk(key, PASSWORD, memory_kib=64, passes=1)
    start = time.perf_counter()
    for change, reason in [
        (rb"Argon2-Memory: 4294967295", "too much"),
        (rb"Argon2-Passes: 4294967295", "too much"),
        (rb"Argon2-Parallelism: 65", "too much"),
        (rb"Argon2-Memory: 4294967296", "no number"),
        (rb"Argon2-Memory: -1", "no number"),
        (rb"Argon2-Passes: 0", "iterations"),
        (rb"Argon2-Salt: abc", "hexadecimal"),
        (rb"Private-Lines: 1001", "at most 1000"),
        (rb"Private-Lines: 100", "cut short"),
        (rb"Private-Lines: 0", "without a name"),
        (rb"Private-MAC: xx", "hexadecimal"),
        (rb"Public-Lines: 18446744073709551616", "no number"),
    ]:
        name = change.split(b":")[0]
        with pytest.raises(ValueError, match=reason):
            load_ppk(re.sub(name + rb": .*", change, text), PASSWORD)
    for change, reason in [
        (b"Encryption: aes512-cbc", "cipher"),
        (b"Key-Derivation: scrypt", "key derivation"),
        (b"PuTTY-User-Key-File-1: ssh-ed25519", "version"),
    ]:
        name = change.split(b":")[0].replace(b"File-1", b"File-3")
        with pytest.raises(UnsupportedAlgorithm, match=reason):
            load_ppk(re.sub(name + rb": .*", change, text), PASSWORD)
    assert time.perf_counter() - start < 5
    plain = private_bytes_ppk(key)
    lines = plain.splitlines(keepends=True)
    for count in range(len(lines)):
        with pytest.raises(ValueError, match="Invalid PuTTY key"):
            load_ppk(b"".join(lines[:count]))
    for at in range(len(plain) - 1):
        changed = plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :]
        with pytest.raises((ValueError, TypeError, UnsupportedAlgorithm)):
            load_ppk(changed)
    with pytest.raises(ValueError, match="Invalid PuTTY key"):
        load_ppk((KEYS / "ed25519").read_bytes())
    with pytest.raises(ValueError, match="load_ppk"):
        load_ssh_private_key(plain, None)


def test_what_is_not_written() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    for version in (1, 4):
        with pytest.raises(ValueError, match="2 or 3"):
            private_bytes_ppk(key, version=version)
    with pytest.raises(ValueError, match="one line"):
        private_bytes_ppk(key, comment="a\nb")
    with pytest.raises(ValueError, match="1 or more bytes"):
        private_bytes_ppk(key, b"")
    with pytest.raises(ValueError, match="too much"):
        private_bytes_ppk(key, PASSWORD, memory_kib=2**21)
    with pytest.raises(TypeError, match="private key object"):
        private_bytes_ppk(key.public_key())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="format is invalid"):
        private_bytes_ppk(x25519.X25519PrivateKey.generate())  # type: ignore[arg-type]
