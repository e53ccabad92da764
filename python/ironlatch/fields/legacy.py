"""Readers of what other packages encrypted, for tables that move to `FieldCipher` value by value.

    reader = SqlalchemyUtilsFernet("the old passphrase")
    assert reader.decrypt(old_value) == "ada@example.com"

Each adapter takes a reader as ``legacy``: it opens what is no value of `FieldCipher`, and
everything that is written is written by `FieldCipher`. None of these formats binds a value to its
place, and some do not show a change at all: move, look at `reads`, then refuse old values with
`RefuseOldValues`, then take the reader out. See ``docs/moving-to-fields.md``.
"""

from __future__ import annotations

import ast
import base64
import binascii
import datetime
import json
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Protocol

from ironlatch._quiet import Failed, attempt, utf8
from ironlatch.exceptions import InvalidTag
from ironlatch.fernet import Fernet, InvalidToken, MultiFernet
from ironlatch.fields import FieldError
from ironlatch.fields._old_values import LegacyReads as LegacyReads
from ironlatch.fields._old_values import RefusedLegacyValue as RefusedLegacyValue
from ironlatch.fields._old_values import RefuseOldValues as RefuseOldValues
from ironlatch.fields._old_values import is_ours as is_ours
from ironlatch.fields._old_values import reads as reads
from ironlatch.hazmat.primitives import hashes, padding
from ironlatch.hazmat.primitives.ciphers import Cipher, algorithms, modes
from ironlatch.hazmat.primitives.ciphers.aead import AESGCM
from ironlatch.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

__all__ = [
    "DjangoFernetFields",
    "LegacyReader",
    "LegacyReads",
    "PlainText",
    "RefuseOldValues",
    "RefusedLegacyValue",
    "SqlalchemyUtilsAes",
    "SqlalchemyUtilsAesGcm",
    "SqlalchemyUtilsFernet",
    "UnreadableLegacyValue",
    "is_ours",
    "reads",
]

Passphrase = str | bytes | Callable[[], str | bytes]


class UnreadableLegacyValue(FieldError):
    """The reader cannot open the value: another key, another type, a changed value, or no value of
    that package.
    """


class LegacyReader(Protocol):
    """The type of ``legacy``. Any object with this method will do."""

    def decrypt(self, stored: bytes | str) -> object:
        """The value that another package stored.

        Raises UnreadableLegacyValue, or another FieldError.
        """
        ...


class SqlalchemyUtilsFernet:
    """Values of ``EncryptedType`` and ``StringEncryptedType`` of sqlalchemy-utils with their
    ``FernetEngine``.

    The key is SHA-256 of the passphrase. `type` is the Python type of the column's values, or its
    name as for `FieldCipher`: str, bytes, int, float, bool, Decimal, UUID, date, datetime, time, or
    dict or "json" for JSON. Of bytes, Decimal and UUID, which that package writes and cannot read,
    this reads what it wrote. `passphrase` may be a callable, as there.
    """

    def __init__(self, passphrase: Passphrase, type: type | str = str) -> None:
        self._passphrase = passphrase
        self._parse = _sqlalchemy_utils_parser(type)

    def decrypt(self, stored: bytes | str) -> object:
        """The value. Raises UnreadableLegacyValue."""
        fernet = Fernet(base64.urlsafe_b64encode(_sha256(self._passphrase)))
        try:
            plain = fernet.decrypt(stored)
        except (InvalidToken, UnicodeError):
            raise _wrong_key("FernetEngine") from None
        return _parsed(self._parse, plain)


class SqlalchemyUtilsAes:
    """Values of sqlalchemy-utils with ``AesEngine``, the default there: AES-256-CBC under SHA-256
    of the passphrase.

    The initialization vector is the same for all values and nothing authenticates them: a changed
    value or a wrong passphrase is noticed only if what comes out is no text or no value of `type`.
    `padding` is the name given there: naive (the default, which takes asterisks off the end of a
    value, there and here), pkcs5, zeroes or oneandzeroes. `passphrase` and `type` are as for
    `SqlalchemyUtilsFernet`.
    """

    def __init__(self, passphrase: Passphrase, type: type | str = str, padding: str = "naive") -> None:
        if padding not in _UNPADDERS:
            raise ValueError(f"padding is one of {', '.join(_UNPADDERS)}, not {padding!r}")
        self._passphrase = passphrase
        self._parse = _sqlalchemy_utils_parser(type)
        self._unpad = _UNPADDERS[padding]

    def decrypt(self, stored: bytes | str) -> object:
        """The value. Raises UnreadableLegacyValue."""
        key = _sha256(self._passphrase)
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).decryptor()
        try:
            plain = self._unpad(decryptor.update(_base64(stored)) + decryptor.finalize())
        except ValueError:
            raise _wrong_key("AesEngine") from None
        return _parsed(self._parse, plain)


class SqlalchemyUtilsAesGcm:
    """Values of sqlalchemy-utils with ``AesGcmEngine``: AES-256-GCM under SHA-256 of the
    passphrase.

    `passphrase` and `type` are as for `SqlalchemyUtilsFernet`.
    """

    def __init__(self, passphrase: Passphrase, type: type | str = str) -> None:
        self._passphrase = passphrase
        self._parse = _sqlalchemy_utils_parser(type)

    def decrypt(self, stored: bytes | str) -> object:
        """The value. Raises UnreadableLegacyValue."""
        blob = _base64(stored)
        nonce, tag, ciphertext = blob[:12], blob[12:28], blob[28:]
        try:
            plain = AESGCM(_sha256(self._passphrase)).decrypt(nonce, ciphertext + tag, None)
        except (InvalidTag, ValueError):
            raise _wrong_key("AesGcmEngine") from None
        return _parsed(self._parse, plain)


class DjangoFernetFields:
    """Values of django-fernet-encrypted-fields: Fernet under PBKDF2-HMAC-SHA-256 of SECRET_KEY and
    SALT_KEY.

    `secret_keys` are SECRET_KEY and SECRET_KEY_FALLBACKS, `salt_keys` is SALT_KEY, one or a list:
    every pair of them opens values, as there. The keys are derived at the first value, which takes
    some tens of milliseconds a pair. `type` is str, int, float, bool, Decimal, UUID, date, datetime
    or time; or dict or "json" for ``EncryptedJSONField``, which encrypts each leaf of a document
    and makes text of it, so that its numbers come back as text here as there.

    That package stores ``""``, ``0`` and ``False`` as NULL: they are lost, and read as None.
    """

    def __init__(
        self, secret_keys: str | Sequence[str], salt_keys: str | Sequence[str], type: type | str = str
    ) -> None:
        self._secret_keys = [secret_keys] if isinstance(secret_keys, str) else list(secret_keys)
        self._salt_keys = [salt_keys] if isinstance(salt_keys, str) else list(salt_keys)
        if not self._secret_keys or not self._salt_keys:
            raise ValueError("at least one secret key and one salt key are needed")
        kind = _class(type, _PARSERS)
        self._is_document = kind is dict
        self._parse = _PARSERS[str if self._is_document else kind]

    def decrypt(self, stored: bytes | str) -> object:
        """The value. Raises UnreadableLegacyValue."""
        if self._is_document:
            try:
                document = json.loads(stored)
            except ValueError:
                raise UnreadableLegacyValue(
                    "the value is no JSON document, so EncryptedJSONField did not write it"
                ) from None
            return self.decrypt_document(document)
        return _parsed(self._parse, self._open(stored))

    def decrypt_document(self, document: object) -> object:
        """A document of ``EncryptedJSONField``, as a JSON column gives it, with its leaves
        decrypted.

        Raises UnreadableLegacyValue.
        """
        if isinstance(document, dict):
            return {name: self.decrypt_document(item) for name, item in document.items()}
        if isinstance(document, list):
            return [self.decrypt_document(item) for item in document]
        if document is None:
            return None
        if not isinstance(document, str):
            raise UnreadableLegacyValue("the document has a leaf that is not encrypted")
        return _parsed(self._parse, self._open(document))

    def _open(self, stored: bytes | str) -> bytes:
        try:
            return self._fernet.decrypt(stored)
        except (InvalidToken, UnicodeError):
            raise UnreadableLegacyValue(
                "no secret key with a salt key opens the value: add those that were in force when it was written"
            ) from None

    @cached_property
    def _fernet(self) -> MultiFernet:
        return MultiFernet(
            [Fernet(_django_key(secret, salt)) for secret in self._secret_keys for salt in self._salt_keys]
        )


class PlainText:
    """Values that were never encrypted, in a column of text (`type` str) or of bytes (bytes).

    Anyone who can write to the database can put in a value of their own while this reader is there:
    take it out after the move. Of bytes it reads all but those that begin with the header of a
    version of the column's key; so it reads what is encrypted under a key that this keyring does
    not have as if it were plain, too.
    """

    def __init__(self, type: type | str = str) -> None:
        self._type = _class(type, (str, bytes), "plain values are {}, not {}: move other types into a new column")

    def decrypt(self, stored: bytes | str) -> object:
        """The value itself. Raises UnreadableLegacyValue if it should be text and is none."""
        if isinstance(stored, self._type):
            return stored
        convert: Callable[[], object] = stored.encode if isinstance(stored, str) else stored.decode
        value = attempt(convert, UnicodeError)
        if isinstance(value, Failed):
            raise UnreadableLegacyValue("the value is no text in UTF-8")
        return value


def _wrong_key(engine: str) -> UnreadableLegacyValue:
    return UnreadableLegacyValue(f"the value was not written by {engine} under this passphrase, or was changed")


def _sha256(passphrase: Passphrase) -> bytes:
    given = passphrase() if callable(passphrase) else passphrase
    digest = hashes.Hash(hashes.SHA256())
    digest.update(utf8(given, "the passphrase") if isinstance(given, str) else given)
    return digest.finalize()


def _django_key(secret: str, salt: str) -> bytes:
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=utf8(salt, "the salt"), iterations=100_000)
    return base64.urlsafe_b64encode(kdf.derive(utf8(secret, "the secret")))


def _base64(stored: bytes | str) -> bytes:
    try:
        return base64.b64decode(stored, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableLegacyValue("the value is no base64, so sqlalchemy-utils did not write it") from None


def _unpad_pkcs5(padded: bytes) -> bytes:
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _unpad_zeroes(padded: bytes) -> bytes:
    length = padded[-1] if padded else 0
    if not 1 <= length <= 16 or any(padded[-length:-1]):
        raise ValueError
    return padded[:-length]


_UNPADDERS: dict[str, Callable[[bytes], bytes]] = {
    "naive": lambda padded: padded.rstrip(b"*"),
    "pkcs5": _unpad_pkcs5,
    "zeroes": _unpad_zeroes,
    "oneandzeroes": lambda padded: padded.rstrip(b"\0").removesuffix(b"\x80"),
}


def _parsed(parse: Callable[[str], object], plain: bytes) -> object:
    errors = ValueError, SyntaxError, InvalidOperation, RecursionError, MemoryError
    value = attempt(lambda: parse(plain.decode()), *errors)
    if isinstance(value, Failed):
        raise UnreadableLegacyValue(
            "the value opened, but is none of the column's type: give the type that it was written with"
        )
    return value


def _class(
    given: type | str, known: Iterable[type], refusal: str = "the type of old values is one of {}, not {}"
) -> type:
    """The class that is given, or of that name. Raises ValueError if it is not a known one."""
    names = {_NAMES.get(one, one.__name__): one for one in known}
    found = names.get(given) if isinstance(given, str) else given
    if found is None or found not in names.values():
        shown = given.__name__ if isinstance(given, type) else repr(given)
        raise ValueError(refusal.format(", ".join(names), shown))
    return found


def _sqlalchemy_utils_parser(type: type | str) -> Callable[[str], object]:
    parsers = _PARSERS | _REPR_PARSERS
    return parsers[_class(type, parsers)]


def _bool(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def _from_repr(name: str, parse: Callable[[str], object]) -> Callable[[str], object]:
    """A parser of ``Decimal('1.5')`` as well as of ``1.5``: that package stores the repr of what it
    does not know.
    """
    pattern = re.compile(rf"{name}\((['\"])(.*)\1\)", re.DOTALL)

    def parser(text: str) -> object:
        written = pattern.fullmatch(text)
        return parse(written[2] if written else text)

    return parser


def _bytes_from_repr(text: str) -> bytes:
    value = ast.literal_eval(text)
    if not isinstance(value, bytes):
        raise ValueError
    return value


def _document(text: str) -> object:
    """JSON, or the repr that that package makes of ``sqlalchemy.JSON`` and, in PostgreSQL, of its
    own ``JSONType``.
    """
    try:
        return json.loads(text)
    except ValueError:
        return ast.literal_eval(text)


_PARSERS: dict[type, Callable[[str], object]] = {
    str: str,
    int: int,
    float: float,
    bool: _bool,
    Decimal: Decimal,
    uuid.UUID: uuid.UUID,
    datetime.date: datetime.date.fromisoformat,
    datetime.datetime: datetime.datetime.fromisoformat,
    datetime.time: datetime.time.fromisoformat,
    dict: json.loads,
}

_NAMES = {dict: "json", Decimal: "decimal", uuid.UUID: "uuid"}
"""The names that `FieldCipher` has for classes that are called otherwise."""

_REPR_PARSERS: dict[type, Callable[[str], object]] = {
    bytes: _bytes_from_repr,
    dict: _document,
    Decimal: _from_repr("Decimal", Decimal),
    uuid.UUID: _from_repr("UUID", uuid.UUID),
}
