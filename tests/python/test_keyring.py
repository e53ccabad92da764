"""Keyrings: in memory, in files, under passphrases, other keyrings and providers; faults; what is
logged.
"""

import copy
import logging
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ironlatch.exceptions import InvalidTag
from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from ironlatch.keyring import (
    CachingProvider,
    DamagedKeyring,
    Event,
    InsecurePermissions,
    Key,
    KeyDestroyed,
    KeyDisabled,
    KeyProvider,
    Keyring,
    KeyringError,
    KeyringLocked,
    LocalProvider,
    OperationNotAllowed,
    ProviderDenied,
    ProviderError,
    ProviderInvalid,
    ProviderNotFound,
    ProviderUnavailable,
    UnknownKey,
    WrongKeyringKey,
)
from ironlatch.secrets import SecretBytes

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.keyring"


@pytest.fixture
def ring(path: Path) -> Keyring:
    ring = Keyring.create(path, passphrase="secret", **CHEAP)
    ring.create_key("customers")
    return ring


def test_a_key_outlives_its_rotation():
    ring = Keyring.in_memory()
    key = ring.create_key("customers")
    assert isinstance(key, Key)
    assert (key.name, key.kind) == ("customers", "general")
    old = key.encrypt(b"hello", b"to Ada")
    assert len(old) == 5 + 45
    assert old[0] == 1
    assert key.version_of(old) == key.primary.id
    second = ring.rotate("customers", actor="ada", note="yearly")
    assert key.needs_update(old)
    assert key.primary.id == second
    assert key.decrypt(old, associated_data=b"to Ada") == b"hello"
    assert not key.needs_update(key.encrypt(SecretBytes.copy_from(b"hello")))
    assert [(v.number, v.state) for v in key.versions] == [(1, "active"), (2, "primary")]
    assert [(c.action, c.actor, c.note) for c in ring.history()] == [
        ("created", None, None),
        ("rotated", "ada", "yearly"),
    ]
    assert "customers" in ring
    assert "orders" not in ring
    assert len(ring) == 1
    assert ring.names == list(ring) == ["customers"]
    with pytest.raises(InvalidTag):
        key.decrypt(old, b"to Bob")
    with pytest.raises(InvalidTag):
        key.decrypt(b"")


def test_states_and_their_errors():
    ring = Keyring.in_memory()
    key = ring.create_key("customers")
    message = key.encrypt(b"x")
    with pytest.raises(OperationNotAllowed, match="rotate"):
        ring.disable("customers", 1)
    first, second = key.primary.id, ring.add_version("customers")
    assert key.primary.id == first
    ring.promote("customers", second)
    ring.disable("customers", first)
    with pytest.raises(KeyDisabled, match="disabled on 20"):
        key.decrypt(message)
    ring.enable("customers", 1)
    assert key.decrypt(message) == b"x"
    ring.disable("customers", 1)
    ring.destroy("customers", 1, note="gone")
    with pytest.raises(KeyDestroyed, match="destroyed on 20"):
        key.decrypt(message)
    with pytest.raises(UnknownKey, match="another keyring"):
        key.decrypt(b"\x01\xff\xff\xff\xff" + message[5:])
    with pytest.raises(LookupError, match="no key"):
        ring["orders"]
    with pytest.raises(UnknownKey):
        ring.promote("customers", 9)
    with pytest.raises(OperationNotAllowed, match="already"):
        ring.create_key("customers")
    for name in ["", "a b", "é", "a" * 129]:
        with pytest.raises(ValueError, match="name"):
            ring.create_key(name)
    with pytest.raises(ValueError, match="general, aes-gcm"):
        ring.create_key("x", "quantum")
    with pytest.raises(ValueError, match="control"):
        ring.rotate("customers", note="a\nb")
    for error in [UnknownKey, KeyDisabled, KeyDestroyed, OperationNotAllowed, DamagedKeyring, ProviderError]:
        assert issubclass(error, KeyringError)


def test_kinds_and_what_they_give():
    ring = Keyring.in_memory()
    fernet = ring.create_key("tokens", "fernet")
    token = fernet.fernet().encrypt(b"x")
    ring.rotate("tokens")
    assert fernet.fernet().decrypt(token) == b"x"
    assert fernet.fernet().decrypt(fernet.fernet().rotate(token)) == b"x"
    for kind in ["hmac-sha256", "ed25519"]:
        key = ring.create_key(kind, kind)
        assert key.primary.id in repr(key.signing_keys())
        with pytest.raises(TypeError, match="signatures"):
            key.encrypt(b"x")
    with pytest.raises(TypeError, match="fernet"):
        ring["ed25519"].fernet()
    general = ring.create_key("general")
    derived = general.derive("field", [b"table", b"column"], 64)
    assert len(derived) == 64
    assert derived.expose() != general.derive("field", [b"tablecolumn"], 64).expose()
    version = general.primary.id
    ring.rotate("general")
    assert general.derive("field", [b"table", b"column"], 64, version=version) == derived
    assert general.derive("field", [b"table", b"column"], 64) != derived
    with pytest.raises(TypeError):
        fernet.derive("field")


def test_nothing_is_pickled_or_shown():
    ring = Keyring.in_memory()
    key = ring.create_key("customers")
    for value in [ring, key]:
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(value)
        with pytest.raises(TypeError):
            copy.copy(value)
    assert repr(ring) == "Keyring(customers)"
    assert repr(key) == 'Key("customers", general)'


def test_files_are_reopened(ring: Keyring, path: Path):
    message = ring["customers"].encrypt(b"x")
    for passphrase in ["secret", b"secret", SecretBytes.copy_from(b"secret")]:
        again = Keyring.open(path, passphrase=passphrase)
        assert again["customers"].decrypt(message) == b"x"
        assert again.describe() == ring.describe()
        assert again.history() == ring.history()
    assert (ring.path, ring.protection, ring.revision) == (path, "a passphrase", 2)
    assert path.stat().st_mode & 0o777 == 0o600
    peek = Keyring.peek(path)
    assert peek.keys == ring.describe()
    assert peek.revision == 2
    assert len(peek.id) == 32
    with pytest.raises(WrongKeyringKey, match="passphrase is wrong"):
        Keyring.open(path, passphrase="Secret")
    with pytest.raises(FileExistsError):
        Keyring.create(path, passphrase="secret")
    with pytest.raises(FileNotFoundError):
        Keyring.open(path.with_name("other"), passphrase="secret")
    with pytest.raises(TypeError, match="one of passphrase"):
        Keyring.open(path)
    with pytest.raises(TypeError, match="one of passphrase"):
        Keyring.open(path, passphrase="x", keyring_key=ring["customers"])
    with pytest.raises(ValueError, match="empty"):
        Keyring.open(path, passphrase="")
    with pytest.raises(ValueError, match="1 GiB"):
        Keyring.create(path.with_name("new"), passphrase="x", memory_kib=2**21)
    path.write_bytes(path.read_bytes()[:-10] + b"\n")
    with pytest.raises(DamagedKeyring, match="app.keyring"):
        Keyring.open(path, passphrase="secret")


def test_under_another_keyring(ring: Keyring, path: Path):
    root = Keyring.in_memory()
    root.create_key("root")
    ring.rewrap(keyring_key=root["root"], actor="ada")
    assert ring.protection == 'the key "root" of another keyring'
    root.rotate("root")
    assert Keyring.open(path, keyring_key=root["root"]).history()[-1].action == "rewrapped"
    with pytest.raises(WrongKeyringKey, match="is under the key"):
        Keyring.open(path, passphrase="secret")


def test_insecure_permissions(ring: Keyring, path: Path):
    path.chmod(0o640)
    with pytest.raises(InsecurePermissions, match="chmod 600"):
        Keyring.open(path, passphrase="secret")
    with pytest.raises(InsecurePermissions):
        ring.rotate("customers")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_directory_that_cannot_be_written(ring: Keyring, path: Path):
    program = f"""
import os, sys
from pathlib import Path
from ironlatch.keyring import Keyring
os.chown({str(path)!r}, 12345, 12345)
os.setuid(12345)
ring = Keyring.open({str(path)!r}, passphrase="secret")
ring["customers"].encrypt(b"x")
try:
    ring.rotate("customers")
except PermissionError as error:
    print(error)
"""
    for parent in path.parents:
        if parent.stat().st_uid == 0 and parent != Path("/tmp") and "pytest" in str(parent):
            parent.chmod(0o755)
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "cannot lock" in outcome.stdout, outcome.stderr


def test_a_full_disk(ring: Keyring, path: Path):
    before = path.read_bytes()
    program = f"""
import resource, signal
from ironlatch.keyring import Keyring
ring = Keyring.open({str(path)!r}, passphrase="secret")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    ring.rotate("customers")
except OSError as error:
    print("refused:", error)
assert len(ring["customers"].versions) == 1
"""
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert outcome.stdout.startswith("refused: [Errno 27] cannot write"), outcome.stdout
    assert path.read_bytes() == before
    assert {entry.name for entry in path.parent.iterdir()} == {"app.keyring", "app.keyring.lock"}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 100


def test_killed_in_the_middle_of_writing(ring: Keyring, path: Path):
    program = f"""
from ironlatch.keyring import Keyring
ring = Keyring.open({str(path)!r}, passphrase="secret")
print("ready", flush=True)
while True:
    ring.rotate("customers")
"""
    seen = 1
    for round_ in range(12):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(0.02 + 0.03 * round_)
            writer.send_signal(signal.SIGKILL)
        again = Keyring.open(path, passphrase="secret")
        count = len(again["customers"].versions)
        assert count >= seen, "a version that was written is not lost"
        seen = count
    # Each write waits for the disk, some of them for long.
    assert seen > 2
    ring.rotate("customers")
    assert len(ring["customers"].versions) == seen + 1


def test_two_processes_lose_nothing(ring: Keyring, path: Path):
    program = f"""
import sys
from ironlatch.keyring import Keyring
ring = Keyring.open({str(path)!r}, passphrase="secret")
for number in range(20):
    ring.create_key(f"key-{{sys.argv[1]}}-{{number}}")
"""
    writers = [subprocess.Popen([sys.executable, "-c", program, str(number)]) for number in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert ring.reload()
    assert len(ring) == 41


def test_locked_by_another_process(ring: Keyring, path: Path):
    program = f"""
import fcntl, time
lock = open({str(path) + ".lock"!r})
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        ring.set_lock_wait(0.1)
        with pytest.raises(KeyringLocked, match="nothing was changed here"):
            ring.rotate("customers")
        holder.kill()
    ring.set_lock_wait(10)
    ring.rotate("customers")
    with pytest.raises(ValueError, match="seconds"):
        ring.set_lock_wait(-1)


def test_a_service_sees_the_rotation_of_another_process(ring: Keyring, path: Path):
    key = ring["customers"]
    program = f"""
from ironlatch.keyring import Keyring
ring = Keyring.open({str(path)!r}, passphrase="secret")
ring.rotate("customers")
print(ring["customers"].encrypt(b"x").hex())
"""
    outcome = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    message = bytes.fromhex(outcome.stdout)
    assert key.decrypt(message) == b"x"
    assert key.primary.number == 2


class Vault(KeyProvider):
    """A provider in Python that fails as it is told."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.answer: bytes | None = None
        self.calls = 0

    @property
    def name(self) -> str:
        return "vault:app"

    def wrap(self, key: SecretBytes, context: bytes) -> bytes:
        assert isinstance(key, SecretBytes)
        assert len(key) == 32
        if self.failure:
            raise self.failure
        return context + bytes(byte ^ 0x55 for byte in key.expose())

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes | SecretBytes:
        self.calls += 1
        if self.failure:
            raise self.failure
        assert wrapped.startswith(context)
        return self.answer or bytes(byte ^ 0x55 for byte in wrapped[len(context) :])


def test_a_provider_in_python(path: Path):
    vault = Vault()
    ring = Keyring.create(path, provider=vault)
    ring.create_key("customers")
    assert ring.protection == "the key provider vault:app"
    assert Keyring.open(path, provider=vault).names == ["customers"]
    for failure, expected, retryable in [
        (ProviderUnavailable("busy"), ProviderUnavailable, True),
        (ProviderDenied("no"), ProviderDenied, False),
        (ProviderNotFound("where"), ProviderNotFound, False),
        (ProviderInvalid("what"), ProviderInvalid, False),
        (TimeoutError("late"), ProviderUnavailable, True),
        (ConnectionResetError("gone"), ProviderUnavailable, True),
        (PermissionError("no"), ProviderDenied, False),
        (ZeroDivisionError("a bug with a secret in it"), ProviderInvalid, False),
    ]:
        vault.failure = failure
        with pytest.raises(expected, match="vault:app") as caught:
            Keyring.open(path, provider=vault)
        assert caught.value.retryable == retryable
        assert caught.value.__cause__ is failure
        assert "secret" not in str(caught.value)
    vault.failure = None
    vault.answer = bytes(32)
    with pytest.raises(WrongKeyringKey, match="another key"):
        Keyring.open(path, provider=vault)
    vault.answer = bytes(31)
    with pytest.raises(ProviderInvalid, match="31 bytes"):
        Keyring.open(path, provider=vault)
    vault.answer = None
    with pytest.raises(ProviderInvalid, match="does not sign"):
        vault.sign(b"")
    with pytest.raises(TypeError, match="KeyProvider"):
        Keyring.open(path, provider=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        KeyProvider()  # type: ignore[abstract]


def test_a_cache_in_front_of_a_provider(path: Path):
    vault = Vault()
    ring = Keyring.create(path, provider=vault)
    ring.create_key("customers")
    cache = CachingProvider(vault, time_to_live=1, uses=3)
    for _ in range(3):
        Keyring.open(path, provider=cache)
    assert vault.calls == 1
    Keyring.open(path, provider=cache)
    assert vault.calls == 2
    vault.failure = ConnectionError("down")
    Keyring.open(path, provider=cache)
    time.sleep(1.1)
    with pytest.raises(ProviderUnavailable) as caught:
        Keyring.open(path, provider=cache)
    assert caught.value.__cause__ is vault.failure
    vault.failure = None
    Keyring.open(path, provider=cache)
    cache.forget()
    Keyring.open(path, provider=cache)
    assert vault.calls == 5
    for bad in [{"time_to_live": 0}, {"time_to_live": float("nan")}, {"uses": 0}, {"keys": 0}]:
        with pytest.raises(ValueError):
            CachingProvider(vault, **bad)  # type: ignore[arg-type]


def test_a_local_provider(tmp_path: Path, path: Path):
    provider = LocalProvider.create(tmp_path / "provider.key")
    ring = Keyring.create(path, provider=provider)
    ring.create_key("customers")
    again = LocalProvider.open(tmp_path / "provider.key")
    assert again.name == provider.name
    assert isinstance(again, KeyProvider)
    assert Keyring.open(path, provider=again).names == ["customers"]
    assert Keyring.open(path, provider=CachingProvider(again)).names == ["customers"]
    other = LocalProvider.create(tmp_path / "other.key")
    with pytest.raises(WrongKeyringKey, match=provider.name):
        Keyring.open(path, provider=other)
    wrapped = provider.wrap(bytes(32), b"here")
    assert again.unwrap(wrapped, b"here").expose() == bytes(32)
    with pytest.raises(ProviderInvalid):
        again.unwrap(wrapped, b"there")
    public = again.public_key()
    assert isinstance(public, Ed25519PublicKey)
    public.verify(provider.sign(b"x"), b"x")
    (tmp_path / "other.key").chmod(0o644)
    with pytest.raises(InsecurePermissions):
        LocalProvider.open(tmp_path / "other.key")


def test_what_is_logged_and_counted(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "ironlatch.keyring")
    ring = Keyring.in_memory()
    key = ring.create_key("customers")
    message = key.encrypt(b"the plaintext")
    events: list[Event] = []
    ring.on_event(events.append)
    ring.rotate("customers")
    key.decrypt(message)
    ring.disable("customers", 1)
    for _ in range(25):
        with pytest.raises(KeyDisabled):
            key.decrypt(message)
    first = key.versions[0].id
    assert [(e.what, e.count, e.is_warning) for e in events] == [
        ("rotated", 1, False),
        ("old version used", 1, False),
        ("disabled", 1, False),
        ("disabled version", 1, True),
        ("disabled version", 10, True),
    ]
    assert events[-1].version == first
    assert str(events[1]) == f"old version used: key customers, version {first}"
    assert [record.levelname for record in caplog.records][-2:] == ["WARNING", "WARNING"]
    assert "plaintext" not in caplog.text
    usage = {(u.number, u.operation): u.count for u in ring.usage()}
    assert usage == {(1, "encrypt"): 1, (1, "decrypt"): 1}


def test_a_callback_that_fails_breaks_nothing(monkeypatch: pytest.MonkeyPatch):
    reported: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda hook: reported.append(hook.exc_value))
    ring = Keyring.in_memory()

    def fail(event: Event) -> None:
        raise RuntimeError(event.what)

    ring.on_event(fail)
    ring.create_key("customers")
    assert len(ring) == 1
    assert [str(error) for error in reported] == ["created"]


def test_threads():
    ring = Keyring.in_memory()
    key = ring.create_key("customers")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(100):
                assert key.decrypt(key.encrypt(b"x")) == b"x"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        ring.rotate("customers")
    for thread in threads:
        thread.join()
    assert not failures
    assert len(key.versions) == 51
