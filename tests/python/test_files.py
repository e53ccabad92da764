"""``ironlatch.files``: files encrypted under a passphrase or to keys."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ironlatch import secrets
from ironlatch.files import DamagedFile, DecryptionError, Identity, WrongKey, decrypt_file, encrypt_file


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    path.write_bytes(os.urandom(200_000))
    return path


def test_a_passphrase(tmp_path: Path, plain: Path) -> None:
    assert encrypt_file(plain, tmp_path / "sealed", passphrase="correct horse battery staple") == 200_000
    sealed = (tmp_path / "sealed").read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    for passphrase in (b"correct horse battery staple", secrets.SecretBytes.copy_from(b"correct horse battery staple")):
        assert decrypt_file(tmp_path / "sealed", tmp_path / "back", passphrase=passphrase, overwrite=True) == 200_000
        assert (tmp_path / "back").read_bytes() == plain.read_bytes()
    assert (tmp_path / "back").stat().st_mode & 0o777 == 0o600
    with pytest.raises(WrongKey, match="wrong passphrase"):
        decrypt_file(tmp_path / "sealed", tmp_path / "other", passphrase="correct house battery staple")
    assert not (tmp_path / "other").exists()


def test_a_generated_passphrase(tmp_path: Path, plain: Path) -> None:
    phrase = secrets.passphrase()
    encrypt_file(plain, tmp_path / "sealed", passphrase=phrase)
    decrypt_file(tmp_path / "sealed", tmp_path / "back", passphrase=phrase.expose())
    assert (tmp_path / "back").read_bytes() == plain.read_bytes()


def test_keys(tmp_path: Path, plain: Path) -> None:
    alice, bob, eve = (Identity.generate() for _ in range(3))
    encrypt_file(str(plain), str(tmp_path / "sealed"), recipients=[alice.recipient, bob.recipient])
    for identities in ([alice], (eve, bob), iter([bob])):
        decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=identities, overwrite=True)
        assert (tmp_path / "back").read_bytes() == plain.read_bytes()
    with pytest.raises(WrongKey, match="none of the given keys"):
        decrypt_file(tmp_path / "sealed", tmp_path / "none", identities=[eve])
    with pytest.raises(WrongKey, match="to a key"):
        decrypt_file(tmp_path / "sealed", tmp_path / "none", passphrase="x")


def test_post_quantum_keys(tmp_path: Path, plain: Path) -> None:
    alice, bob = (Identity.generate(post_quantum=True) for _ in range(2))
    assert alice.recipient.startswith("age1pq1")
    assert alice.expose().startswith("AGE-SECRET-KEY-PQ-1")
    encrypt_file(plain, tmp_path / "sealed", recipients=[alice.recipient, bob.recipient])
    alice.save(tmp_path / "key")
    decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=Identity.load(tmp_path / "key"))
    assert (tmp_path / "back").read_bytes() == plain.read_bytes()
    with pytest.raises(WrongKey):
        decrypt_file(tmp_path / "sealed", tmp_path / "none", identities=[Identity.generate(post_quantum=True)])
    with pytest.raises(ValueError, match="cannot be combined"):
        encrypt_file(plain, tmp_path / "new", recipients=[alice.recipient, Identity.generate().recipient])
    with pytest.raises(ValueError, match="plugin"):
        encrypt_file(
            plain,
            tmp_path / "new",
            recipients=["age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e"],
        )
    assert sorted(os.listdir(tmp_path)) == ["back", "key", "plain", "sealed"]


def test_key_files(tmp_path: Path) -> None:
    identity = Identity.generate()
    path = tmp_path / "key"
    identity.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    [loaded] = Identity.load(path)
    assert loaded.expose() == identity.expose() == Identity.parse(identity.expose()).expose()
    with pytest.raises(FileExistsError):
        identity.save(path)
    identity.save(path, overwrite=True)
    assert identity.recipient in repr(identity)
    assert "SECRET" not in repr(identity)
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(identity)
    path.write_text("hunter2")
    with pytest.raises(ValueError, match="line 1") as caught:
        Identity.load(path)
    assert "hunter2" not in str(caught.value)
    with pytest.raises(ValueError, match="private key"):
        Identity.parse(identity.recipient)


def test_key_files_under_a_passphrase(tmp_path: Path) -> None:
    identity = Identity.generate()
    path = tmp_path / "key.age"
    identity.save(path, passphrase="correct horse")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    [loaded] = Identity.load(path, passphrase=secrets.SecretBytes.copy_from(b"correct horse"))
    assert loaded.expose() == identity.expose()
    with pytest.raises(WrongKey, match="wrong passphrase"):
        Identity.load(path, passphrase="correct house")
    with pytest.raises(WrongKey, match="none was given"):
        Identity.load(path)
    with pytest.raises(ValueError, match="empty"):
        identity.save(tmp_path / "new", passphrase="")
    with pytest.raises(FileExistsError):
        identity.save(path, passphrase="correct horse")
    # A key file that is encrypted to another key, and one that was damaged.
    identity.save(tmp_path / "plain")
    encrypt_file(tmp_path / "plain", path, recipients=[identity.recipient], overwrite=True)
    with pytest.raises(WrongKey, match="encrypted to a key"):
        Identity.load(path, passphrase="x")
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(DamagedFile):
        Identity.load(path, passphrase="x")
    assert sorted(os.listdir(tmp_path)) == ["key.age", "plain"]


@pytest.mark.parametrize("length", [0, 1, 65535, 65536, 65537, 1 << 20])
def test_lengths(tmp_path: Path, length: int) -> None:
    identity = Identity.generate()
    (tmp_path / "plain").write_bytes(os.urandom(length))
    assert encrypt_file(tmp_path / "plain", tmp_path / "sealed", recipients=[identity.recipient]) == length
    assert decrypt_file(tmp_path / "sealed", tmp_path / "back", identities=[identity]) == length
    assert (tmp_path / "back").read_bytes() == (tmp_path / "plain").read_bytes()


def test_damage(tmp_path: Path, plain: Path) -> None:
    identity = Identity.generate()
    encrypt_file(plain, tmp_path / "sealed", recipients=[identity.recipient])
    sealed = (tmp_path / "sealed").read_bytes()
    for damaged in (
        b"",
        sealed[:-1],
        sealed + b"\0",
        sealed[:1000],
        b"x" + sealed,
        sealed[:150_000] + b"\0" + sealed[150_001:],
    ):
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(DamagedFile, match="damaged: "):
            decrypt_file(tmp_path / "damaged", tmp_path / "back", identities=[identity])
        assert sorted(os.listdir(tmp_path)) == ["damaged", "plain", "sealed"]
    assert issubclass(DamagedFile, DecryptionError)
    assert issubclass(WrongKey, DecryptionError)


def test_places_that_are_refused(tmp_path: Path, plain: Path) -> None:
    identity = Identity.generate()
    to = [identity.recipient]
    (tmp_path / "taken").write_bytes(b"old")
    with pytest.raises(FileExistsError, match="taken"):
        encrypt_file(plain, tmp_path / "taken", recipients=to)
    assert (tmp_path / "taken").read_bytes() == b"old"
    with pytest.raises(FileNotFoundError, match="missing"):
        encrypt_file(tmp_path / "missing", tmp_path / "new", recipients=to)
    with pytest.raises(OSError, match="input itself"):
        encrypt_file(plain, plain, recipients=to, overwrite=True)
    with pytest.raises(OSError, match="directory"):
        encrypt_file(plain, tmp_path, recipients=to, overwrite=True)
    assert sorted(os.listdir(tmp_path)) == ["plain", "taken"]


def test_arguments_that_make_no_sense(tmp_path: Path, plain: Path) -> None:
    new = tmp_path / "new"
    key = Identity.generate()
    for refuse, error in [
        (lambda: encrypt_file(plain, new), ValueError),
        (lambda: decrypt_file(plain, new), ValueError),
        (lambda: encrypt_file(plain, new, passphrase=""), ValueError),
        (lambda: encrypt_file(plain, new, passphrase="x", recipients=[key.recipient]), ValueError),
        (lambda: encrypt_file(plain, new, recipients=key.recipient), TypeError),
        (lambda: encrypt_file(plain, new, recipients=["age1nonsense"]), ValueError),
        (lambda: encrypt_file(plain, new, recipients=[key.expose()]), ValueError),
        (lambda: encrypt_file(plain, new, recipients=[b"age1"]), TypeError),
        (lambda: encrypt_file(plain, new, passphrase=3), TypeError),
        (lambda: decrypt_file(plain, new, identities=[key.expose()]), TypeError),
        (lambda: encrypt_file(3, new, passphrase="x"), TypeError),
    ]:
        with pytest.raises(error):
            refuse()
    assert not new.exists()


def test_other_threads_run_meanwhile(tmp_path: Path, plain: Path) -> None:
    count = 0
    done = threading.Event()

    def work() -> None:
        encrypt_file(plain, tmp_path / "sealed", passphrase="x")
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        count += 1
        time.sleep(0.001)
    thread.join()
    assert count > 20


def test_progress(tmp_path: Path, plain: Path) -> None:
    key = Identity.generate()
    seen: list[tuple[int, int | None]] = []
    encrypt_file(plain, tmp_path / "sealed", recipients=[key.recipient], progress=lambda *args: seen.append(args))
    assert seen[-1] == (200_000, 200_000)
    seen.clear()
    decrypt_file(
        tmp_path / "sealed",
        tmp_path / "back",
        identities=[key],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == ((tmp_path / "sealed").stat().st_size,) * 2

    def stop(done: int, total: int | None) -> None:
        raise ZeroDivisionError(f"{done} of {total}")

    with pytest.raises(ZeroDivisionError, match="of 200000"):
        encrypt_file(plain, tmp_path / "new", recipients=[key.recipient], progress=stop)
    with pytest.raises(TypeError, match="callable"):
        encrypt_file(plain, tmp_path / "new", recipients=[key.recipient], progress=3)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    with open(tmp_path / "plain", "wb") as file:
        file.truncate(1 << 40)
    program = (
        # A shell that starts the tests in the background makes them ignore this signal.
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from ironlatch.files import Identity, encrypt_file\nprint('ready', flush=True)\n"
        "encrypt_file(sys.argv[1], sys.argv[2], recipients=[Identity.generate().recipient])"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "plain"), str(tmp_path / "sealed")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=20)
        finally:
            process.kill()
    assert b"KeyboardInterrupt" in said
    assert os.listdir(tmp_path) == ["plain"]
