"""``ironlatch.files`` with SSH keys. `ssh-keygen` made the keys, see the folder's ``make.sh``."""

import os
from pathlib import Path

import pytest
from ironlatch import secrets
from ironlatch.files import DamagedFile, Identity, WrongKey, decrypt_file, encrypt_file

KEYS = Path(__file__).parents[1] / "data/keys/ssh"
PASSPHRASE = "correct horse"


def public(name: str) -> str:
    return (KEYS / f"{name}.pub").read_text()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    path.write_bytes(os.urandom(100_000))
    return path


@pytest.mark.parametrize("name", ["ed25519", "rsa"])
def test_there_and_back(tmp_path: Path, plain: Path, name: str) -> None:
    other = Identity.generate()
    encrypt_file(plain, tmp_path / "sealed", recipients=[public(name), other.recipient])
    [identity] = Identity.load(KEYS / name)
    assert public(name).startswith(identity.recipient)
    assert not identity.is_locked
    for candidate in (identity, other, Identity.parse((KEYS / name).read_bytes())):
        decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=[candidate], overwrite=True)
        assert (tmp_path / "back").read_bytes() == plain.read_bytes()
    with pytest.raises(WrongKey, match="none of the given keys"):
        decrypt_file(tmp_path / "sealed", tmp_path / "none", identities=[Identity.generate()])


@pytest.mark.parametrize("name", ["ed25519-aes256-ctr", "ed25519-aes256-gcm", "rsa-encrypted"])
def test_a_key_under_a_passphrase(tmp_path: Path, plain: Path, name: str) -> None:
    encrypt_file(plain, tmp_path / "sealed", recipients=[public(name)])
    [locked] = Identity.load(KEYS / name)
    assert locked.is_locked
    assert public(name).startswith(locked.recipient)
    with pytest.raises(WrongKey, match="locked"):
        decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=[locked])
    for wrong in ("Correct horse", b"", "x" * 10_000):
        with pytest.raises(WrongKey, match="wrong passphrase"):
            locked.unlock(wrong)
        with pytest.raises(WrongKey, match="wrong passphrase"):
            Identity.load(KEYS / name, passphrase=wrong)
    assert not (tmp_path / "back").exists()
    for given in (PASSPHRASE, PASSPHRASE.encode(), secrets.SecretBytes.copy_from(PASSPHRASE.encode())):
        [key] = Identity.load(KEYS / name, passphrase=given)
        assert not key.is_locked
        decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=[key], overwrite=True)
        assert (tmp_path / "back").read_bytes() == plain.read_bytes()
    assert not locked.unlock(PASSPHRASE).is_locked


def test_work_of_a_passphrase_is_limited() -> None:
    [locked] = Identity.load(KEYS / "ed25519-aes256-ctr")
    with pytest.raises(ValueError, match="rounds of key derivation .* must be at most 1, not"):
        locked.unlock(PASSPHRASE, max_rounds=1)
    assert not locked.unlock(PASSPHRASE, max_rounds=100_000).is_locked


def test_a_passphrase_too_many_is_no_fault() -> None:
    [key] = Identity.load(KEYS / "ed25519", passphrase=PASSPHRASE)
    assert not key.is_locked


def test_what_is_shown(tmp_path: Path) -> None:
    [key] = Identity.load(KEYS / "ed25519")
    assert "ssh-ed25519 AAAA" in repr(key)
    with pytest.raises(ValueError, match="file"):
        key.expose()
    with pytest.raises(ValueError, match="cannot be written"):
        key.save(tmp_path / "key")
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [("ecdsa-256", "only those of type"), ("dsa", "only those of type"), ("rsa-1024", "1024 bits")],
)
def test_keys_that_cannot_encrypt(tmp_path: Path, plain: Path, name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        encrypt_file(plain, tmp_path / "sealed", recipients=[public(name)])
    assert not (tmp_path / "sealed").exists()


def test_a_private_key_in_place_of_a_public_one_is_not_repeated(tmp_path: Path, plain: Path) -> None:
    private = (KEYS / "ed25519").read_text()
    with pytest.raises(ValueError, match="not a public key") as caught:
        encrypt_file(plain, tmp_path / "sealed", recipients=[private])
    assert private.splitlines()[2] not in str(caught.value)


@pytest.mark.parametrize("name", ["ed25519", "ed25519-aes256-gcm"])
def test_damaged_key_files(tmp_path: Path, name: str) -> None:
    text = (KEYS / name).read_bytes()
    for length in range(0, len(text) - 2, 7):
        (tmp_path / "key").write_bytes(text[:length])
        with pytest.raises(ValueError, match=r"."):
            Identity.load(tmp_path / "key", passphrase=PASSPHRASE)


@pytest.mark.parametrize("name", ["ed25519", "rsa"])
def test_damaged_headers(tmp_path: Path, name: str) -> None:
    [key] = Identity.load(KEYS / name)
    sealed = (KEYS / f"{name}.age").read_bytes()
    header = sealed.index(b"\n--- ") + 48
    for position in range(0, header, 5):
        changed = bytearray(sealed)
        changed[position] ^= 4
        (tmp_path / "sealed").write_bytes(changed)
        with pytest.raises((WrongKey, DamagedFile)):
            decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=[key])
        assert not (tmp_path / "back").exists()
