"""Keyrings that are named by where they are and what opens them: for other processes, which open
them for themselves.
"""

import multiprocessing
import pickle
import threading
from pathlib import Path
from typing import Any

import pytest
from ironlatch.keyring import (
    KeyProvider,
    Keyring,
    KeyringError,
    KeyringFile,
    LocalProvider,
    OperationNotAllowed,
    ProviderUnavailable,
    WrongKeyringKey,
)
from ironlatch.secrets import SecretBytes

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


class Backwards(KeyProvider):
    """Keeps nothing secret, but is a provider that a function can make."""

    name = "backwards"

    def wrap(self, key: SecretBytes, context: bytes) -> bytes:
        return key.expose()[::-1]

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        return wrapped[::-1]


def backwards() -> Backwards:
    return Backwards()


def lost() -> Backwards:
    raise KeyError("VAULT_TOKEN")


def sealed() -> Backwards:
    raise ProviderUnavailable("the vault is sealed")


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    (tmp_path / "passphrase").write_text("correct horse\n")
    return tmp_path / "passphrase"


def made(path: Path, **under: object) -> Path:
    Keyring.create(path, **under).create_key("customers")
    return path


def test_each_way_to_open_one(
    tmp_path: Path, passphrase_file: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setenv("KEYRING_PASSPHRASE", "correct horse")
    provider = LocalProvider.create(tmp_path / "provider.key")
    by_passphrase = made(tmp_path / "a", passphrase="correct horse", **CHEAP)
    by_key = made(tmp_path / "b", keyring_key=Keyring.open(by_passphrase, passphrase="correct horse")["customers"])
    outer = KeyringFile(by_passphrase, passphrase_file=passphrase_file)
    for file in [
        outer,
        KeyringFile(by_passphrase, passphrase_env="KEYRING_PASSPHRASE"),
        KeyringFile(made(tmp_path / "c", provider=provider), provider_key=tmp_path / "provider.key"),
        KeyringFile(made(tmp_path / "d", provider=Backwards()), provider=f"{__name__}:backwards"),
        KeyringFile(by_key, under=outer, under_key="customers"),
    ]:
        with subtests.test(file=file):
            assert file.open().names == ["customers"]
            assert file.open() is not file.open()
            sent = pickle.loads(pickle.dumps(file))
            assert sent == file
            assert sent.shared() is file.shared()
            assert "correct horse" not in repr(file)


def test_a_dear_passphrase_is_tried_if_that_is_allowed(tmp_path: Path, passphrase_file: Path) -> None:
    ring = made(tmp_path / "ring", passphrase="correct horse", **CHEAP)
    text = ring.read_text()
    cost = '"memory":64,"iterations":1,"lanes":1'
    assert cost in text
    ring.write_text(text.replace(cost, '"memory":65537,"iterations":64,"lanes":1'))
    file = KeyringFile(ring, passphrase_file=passphrase_file)
    with pytest.raises(OperationNotAllowed, match="iterations, lanes and a memory cost"):
        file.open()
    # It is not the cost under which the keyring was made, but it was tried.
    with pytest.raises(WrongKeyringKey):
        KeyringFile(ring, passphrase_file=passphrase_file, iterations=64, lanes=1, memory_kib=65_537).open()


def test_what_is_wrong_with_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = made(tmp_path / "ring", passphrase="correct horse", **CHEAP)
    with pytest.raises(ValueError, match="nothing was given"):
        KeyringFile(ring)
    with pytest.raises(ValueError, match="passphrase_env and provider_key was given"):
        KeyringFile(ring, passphrase_env="X", provider_key="y")
    with pytest.raises(ValueError, match="go together"):
        KeyringFile(ring, under=KeyringFile(ring, passphrase_env="X"))
    with pytest.raises(ValueError, match="go together"):
        KeyringFile(ring, passphrase_env="X", under_key="customers")
    for provider in ["backwards", ":backwards", "module:"]:
        with pytest.raises(ValueError, match="module:function"):
            KeyringFile(ring, provider=provider)
    with pytest.raises(KeyringError, match=f"{__name__}:forwards is not there"):
        KeyringFile(ring, provider=f"{__name__}:forwards").open()
    with pytest.raises(KeyringError, match="No module named 'nowhere'"):
        KeyringFile(ring, provider="nowhere:provider").open()
    with pytest.raises(KeyringError, match=f"{__name__}:lost was not made: KeyError: 'VAULT_TOKEN'"):
        KeyringFile(ring, provider=f"{__name__}:lost").open()
    with pytest.raises(ProviderUnavailable, match="sealed"):
        KeyringFile(ring, provider=f"{__name__}:sealed").open()
    with pytest.raises(KeyringError, match="made no KeyProvider, but dict"):
        KeyringFile(ring, provider="builtins:dict").open()
    with pytest.raises(ValueError, match="NOT_SET is not set"):
        KeyringFile(ring, passphrase_env="NOT_SET").open()
    with pytest.raises(FileNotFoundError):
        KeyringFile(ring, passphrase_file=tmp_path / "nowhere").open()


def test_only_what_opened_is_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = KeyringFile(made(tmp_path / "ring", passphrase="right", **CHEAP), passphrase_env="KEYRING_PASSPHRASE")
    monkeypatch.setenv("KEYRING_PASSPHRASE", "wrong")
    with pytest.raises(WrongKeyringKey):
        file.shared()
    monkeypatch.setenv("KEYRING_PASSPHRASE", "right")
    assert file.shared() is file.shared()


def test_a_provider_may_open_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "inner", provider=Backwards())
    made(tmp_path / "outer", provider=Backwards())
    monkeypatch.setattr(Within, "inner", KeyringFile(tmp_path / "inner", provider=f"{__name__}:backwards"))
    opened = []
    file = KeyringFile(tmp_path / "outer", provider=f"{__name__}:within")
    thread = threading.Thread(target=lambda: opened.append(file.shared()), daemon=True)
    thread.start()
    thread.join(30)
    assert opened == [file.shared()]


class Within(Backwards):
    """Has its credential from a keyring of its own."""

    inner: Any = None

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        assert self.inner.shared().names == ["customers"]
        return super().unwrap(wrapped, context)


def within() -> Within:
    return Within()


def test_paths_are_seen_from_where_it_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "ring", provider=LocalProvider.create(tmp_path / "key"))
    monkeypatch.chdir(tmp_path)
    file = KeyringFile("ring", provider_key="key")
    monkeypatch.chdir("/")
    assert file.open().path == tmp_path / "ring"


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_another_process_opens_it(tmp_path: Path, passphrase_file: Path, method: str) -> None:
    file = KeyringFile(made(tmp_path / "ring", passphrase="correct horse", **CHEAP), passphrase_file=passphrase_file)
    message = file.shared()["customers"].encrypt(b"hello")
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply(opened_there, [file, message]) == b"hello"


def opened_there(file: KeyringFile, message: bytes) -> bytes:
    return file.shared()["customers"].decrypt(message)
