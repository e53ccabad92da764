"""Text that has no UTF-8: the errors do not hold it, since it may be secret."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from ironlatch import files, jwk, keyring, passwords, pinning, secrets, show_once
from ironlatch.fernet import Fernet, InvalidToken, MultiFernet
from ironlatch.fields import FieldCipher, legacy
from ironlatch.hazmat.primitives import serialization
from ironlatch.signing import Key, KeySet, MalformedMessage, NotVerified, RequestSigner, tokens, webhooks

SECRET = "correct horse"
BROKEN = SECRET + "\udc80"  # as `surrogateescape` makes it of a byte that is no UTF-8
LONG = "correct horse battery staple\ud800 correct horse battery staple"


def shown(error: BaseException | None) -> str:
    """All that a log, a debugger or a crash reporter could find in an error."""
    texts, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        texts += [repr(error), str(error), repr(error.args), repr(vars(error))]
        texts += [repr(getattr(error, name, None)) for name in ("object", "doc", "obj", "__notes__")]
        error = error.__cause__ or error.__context__
    return " ".join(texts)


HASHER = passwords.PasswordHasher(memory_kib=64, iterations=1)
KEY = Key.generate()
SERVER_KEY = show_once.ServerKey.generate()
SIGNED = tokens.SignedTokens(KEY, "login")
ENCRYPTED = tokens.EncryptedTokens(tokens.EncryptionKey.generate(), "login")
CODES = show_once.Codes("login", SERVER_KEY)
API_KEYS = show_once.ApiKeys("acme", SERVER_KEY)
IDENTITY = files.Identity.generate()

CALLS: dict[str, Callable[[str], Any]] = {
    "a password": HASHER.hash,
    "a password to verify": lambda text: HASHER.verify(text, None),
    "a password to rate": passwords.strength,
    "words about a user": lambda text: passwords.strength("a", [text]),
    "a hash's scheme": passwords.scheme,
    "a hash to look at": passwords.needs_rehash,
    "a file's passphrase": lambda text: files.encrypt(b"", passphrase=text),
    "a file's passphrase, to decrypt": lambda text: files.decrypt(b"", passphrase=text),
    "an identity": files.Identity.parse,
    "a keyring's passphrase": lambda text: keyring.Keyring.create("/nowhere/ring", passphrase=text),
    "a Fernet key": Fernet,
    "a Fernet token": Fernet(Fernet.generate_key()).decrypt,
    "a Fernet token of several": MultiFernet([Fernet(Fernet.generate_key())]).rotate,
    "a JWK": jwk.load,
    "a JWK in a mapping": lambda text: jwk.load({"kty": "oct", "k": text}),
    "a set of JWKs": jwk.load_set,
    "a signing key": Key.parse,
    "a set of signing keys": KeySet.parse,
    "a signing key's password": lambda text: Key.parse("-----BEGIN", password=text),
    "an encryption key": tokens.EncryptionKey.parse,
    "a signed token": SIGNED.verify,
    "an encrypted token": ENCRYPTED.decrypt,
    "what a token says": SIGNED.sign,
    "what an encrypted token says": ENCRYPTED.encrypt,
    "a webhook's secret": webhooks.WebhookVerifier,
    "a webhook's secret, parsed": webhooks.WebhookSecret.parse,
    "a signed URL": lambda text: RequestSigner(KEY).sign("GET", "https://example.com/" + text, {}, b""),
    "a field of a request": lambda text: RequestSigner(KEY).sign("GET", "https://a.example/", {"a": text}, b""),
    "a code": lambda text: CODES.digest(text, "ada"),
    "a code's owner": lambda text: CODES.digest("code", text),
    "a code's digest": lambda text: CODES.verify("code", "ada", text),
    "an API key": API_KEYS.digest,
    "an API key to look at": show_once.check_api_key,
    "a recovery code": secrets.normalize_recovery_code,
    "a pin's password": lambda text: pinning.pin(b"", text),
    "the passphrase of a legacy column": lambda text: legacy.SqlalchemyUtilsFernet(text).decrypt("a"),
    "the secret of a legacy column": lambda text: legacy.DjangoFernetFields(text, "salt").decrypt("a"),
    "the salt of a legacy column": lambda text: legacy.DjangoFernetFields("secret", text).decrypt("a"),
    "a legacy value": lambda text: legacy.SqlalchemyUtilsFernet("secret").decrypt(text),
    "a legacy value of bytes": legacy.PlainText(bytes).decrypt,
    "a PEM's password": lambda text: serialization.load_pem_private_key(b"", text),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("text", [BROKEN, LONG, "\ud800" + SECRET])
@pytest.mark.parametrize("what", CALLS)
def test_an_error_does_not_hold_text_that_has_no_utf_8(what: str, text: str) -> None:
    with pytest.raises((ValueError, TypeError, NotVerified, InvalidToken)) as raised:
        CALLS[what](text)
    assert not isinstance(raised.value, UnicodeError)
    assert SECRET not in shown(raised.value)


def test_what_was_sent_is_refused_as_anything_else_is_that_is_wrong() -> None:
    token = SIGNED.sign({"user": 1})
    for broken in (token + "\udc80", "\ud800" + token):
        with pytest.raises(MalformedMessage):
            SIGNED.verify(broken)
        with pytest.raises(NotVerified):
            ENCRYPTED.decrypt(broken)
    with pytest.raises(InvalidToken):
        Fernet(Fernet.generate_key()).decrypt("gAAAA\udc80")
    assert not HASHER.verify("password", HASHER.hash("password") + "\udc80")
    with pytest.raises(passwords.UnusableHash):
        passwords.scheme(HASHER.hash("password") + "\udc80")


@pytest.fixture(scope="module")
def ring() -> keyring.Keyring:
    ring = keyring.Keyring.in_memory()
    ring.create_key("fields")
    return ring


@pytest.mark.parametrize("kind", [str, "json"])
def test_a_column_s_value_is_not_in_the_error(ring: keyring.Keyring, kind: type) -> None:
    cipher = FieldCipher(ring["fields"], table="t", column="c", type=kind)
    with pytest.raises(ValueError) as raised:
        cipher.encrypt(BROKEN if kind is str else {"a": BROKEN})
    assert SECRET not in shown(raised.value)


@pytest.mark.parametrize("kind", [int, float, bool, dict])
def test_a_legacy_value_that_does_not_fit_is_not_in_the_error(kind: type) -> None:
    key = legacy._sha256("passphrase")
    stored = Fernet(base64.urlsafe_b64encode(key)).encrypt(SECRET.encode())
    with pytest.raises(legacy.UnreadableLegacyValue) as raised:
        legacy.SqlalchemyUtilsFernet("passphrase", kind).decrypt(stored)
    assert SECRET not in shown(raised.value)
    with pytest.raises(legacy.UnreadableLegacyValue) as raised:
        legacy.PlainText().decrypt(SECRET.encode() + b"\xff")
    assert SECRET not in shown(raised.value)


def test_a_jwk_that_is_no_json_is_not_in_the_error() -> None:
    for text in (json.dumps({"kty": "oct", "k": SECRET})[:-1], json.dumps({"kty": "oct", "k": SECRET})):
        with pytest.raises(ValueError) as raised:
            jwk.load(text)
        assert SECRET not in shown(raised.value)
