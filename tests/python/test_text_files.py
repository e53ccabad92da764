"""Files that editors on Windows wrote, and files of secrets that others can read."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from ironlatch import jwk
from ironlatch._native.cli import main
from ironlatch.files import Identity, decrypt_file, encrypt
from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from ironlatch.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from ironlatch.pinning import PinSet
from ironlatch.rotation._plan import Plan, PlanError
from ironlatch.secrets import ExposedFileWarning, SecretBytes
from ironlatch.show_once import ServerKey
from ironlatch.signing import Key, KeySet
from ironlatch.signing.tokens import EncryptionKey

MARK = b"\xef\xbb\xbf"


def write(path: Path, contents: bytes) -> Path:
    path.write_bytes(contents)
    path.chmod(0o600)
    return path


def test_a_mark_before_identities(tmp_path: Path) -> None:
    identity = Identity.generate()
    path = write(tmp_path / "key", MARK + identity.expose().encode() + b"\r\n")
    (read,) = Identity.load(path)
    assert read.recipient == identity.recipient
    assert Identity.parse(f"\ufeff{identity.expose()}").recipient == identity.recipient
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(ValueError, match="is no key file: it is text in UTF-16"):
            Identity.load(write(path, identity.expose().encode(encoding)))
    with pytest.raises(ValueError, match="is no key file: it is no text in UTF-8"):
        Identity.load(write(path, b"\x80\x81\x82"))


def test_a_mark_before_json(tmp_path: Path) -> None:
    Key.generate_pair().save(tmp_path / "saved.jwk")
    text = (tmp_path / "saved.jwk").read_text()
    assert jwk.load("\ufeff" + text) is not None
    assert jwk.load(MARK + text.encode()) is not None
    with pytest.raises(ValueError, match="UTF-16"):
        jwk.load(text.encode("utf-16"))
    assert Key.load(write(tmp_path / "key.jwk", MARK + text.encode())).id == Key.load(tmp_path / "saved.jwk").id
    pins = json.dumps({"version": 1, "hosts": {}})
    assert PinSet.from_json("\ufeff" + pins).to_json() == PinSet.from_json(pins).to_json()


def test_a_mark_before_a_plan(tmp_path: Path) -> None:
    path = write(tmp_path / "plan.toml", MARK + b'key = "id"\r\n')
    with pytest.raises(PlanError, match="table"):  # it is read, and lacks one
        Plan.read(path)
    with pytest.raises(PlanError, match="UTF-16"):
        Plan.read(write(path, 'table = "t"'.encode("utf-16")))


def test_a_passphrase_file_with_a_mark_is_the_same_passphrase(tmp_path: Path) -> None:
    assert SecretBytes.from_file(write(tmp_path / "p", MARK + b"hunter2\r\n"), strip_newline=True) == b"hunter2"
    with pytest.raises(ValueError, match=r"p: it is text in UTF-16"):
        SecretBytes.from_file(write(tmp_path / "p", "hunter2".encode("utf-16")), strip_newline=True)
    plain, encrypted = write(tmp_path / "plain", b"data"), tmp_path / "encrypted"
    write(tmp_path / "p", MARK + b"correct horse battery staple\r\n")
    assert (
        main(["ironlatch", "encrypt", "--passphrase-file", str(tmp_path / "p"), "-o", str(encrypted), str(plain)]) == 0
    )
    decrypt_file(encrypted, tmp_path / "again", passphrase="correct horse battery staple")
    assert (tmp_path / "again").read_bytes() == b"data"


def test_recipients_files(tmp_path: Path) -> None:
    identity, plain = Identity.generate(), write(tmp_path / "plain", b"data")
    recipients = write(tmp_path / "recipients", MARK + identity.recipient.encode() + b"\r\n")
    assert main(["ironlatch", "encrypt", "-R", str(recipients), "-o", str(tmp_path / "out"), str(plain)]) == 0
    key = write(tmp_path / "key", MARK + identity.expose().encode())
    assert main(["ironlatch", "decrypt", "-i", str(key), "-o", str(tmp_path / "again"), str(tmp_path / "out")]) == 0
    write(recipients, identity.recipient.encode("utf-16"))
    assert main(["ironlatch", "encrypt", "-R", str(recipients), "-o", str(tmp_path / "other"), str(plain)]) != 0


def test_keys_of_plugins() -> None:
    for text in ("AGE-PLUGIN-YUBIKEY-1QQPSYQYPZZZ", "age-plugin-tpm-1xyz"):
        with pytest.raises(ValueError, match="plugins are not supported"):
            Identity.parse(text)
        with pytest.raises(ValueError, match="private key of an age plugin"):
            encrypt(b"", recipients=[text])


def test_files_that_others_can_read(tmp_path: Path) -> None:
    identity = Identity.generate()
    path = write(tmp_path / "key", identity.expose().encode())
    for mode, exposed in [(0o600, False), (0o440, False), (0o644, True), (0o604, True), (0o620, True), (0o602, True)]:
        path.chmod(mode)
        for read in (lambda: SecretBytes.from_file(path), lambda: Identity.load(path)):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                read()
            assert [warning.category for warning in caught] == [ExposedFileWarning] * exposed, oct(mode)
        if exposed:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                with pytest.raises(ExposedFileWarning, match="chmod 600"):
                    SecretBytes.from_file(path)


def test_keys_that_others_can_read(tmp_path: Path) -> None:
    pair, secret, encryption = Key.generate_pair(), Key.generate(), EncryptionKey.generate()
    server = ServerKey.generate()
    private = pair_of_pem(b"a password")
    for text, read, is_secret in [
        (secret.expose(), Key.load, True),
        (pair.expose(), Key.load, True),
        (pair.public().expose(), Key.load, False),
        (private, lambda path: Key.load(path, password="a password"), False),
        (KeySet([pair, secret]).expose(), KeySet.load, True),
        (KeySet(pair).public().expose(), KeySet.load, False),
        (encryption.expose(), EncryptionKey.load, True),
        (server.expose(), ServerKey.load, True),
    ]:
        path = write(tmp_path / "key", text.encode())
        for mode, exposed in [(0o600, False), (0o644, is_secret)]:
            path.chmod(mode)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                read(path)
            assert [warning.category for warning in caught] == [ExposedFileWarning] * exposed, (read, oct(mode))


def pair_of_pem(password: bytes) -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)).decode()
