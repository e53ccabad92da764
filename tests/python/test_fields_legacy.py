"""Readers of what other packages encrypted, against values that these packages write here, on the
drop-in.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import os
import subprocess
import sys
import uuid
import warnings
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from ironlatch.fields import FieldCipher, FieldError, MalformedValue, Tampered
from ironlatch.fields._old_values import open_stored
from ironlatch.fields.legacy import (
    DjangoFernetFields,
    LegacyReader,
    LegacyReads,
    PlainText,
    RefusedLegacyValue,
    RefuseOldValues,
    SqlalchemyUtilsAes,
    SqlalchemyUtilsAesGcm,
    SqlalchemyUtilsFernet,
    UnreadableLegacyValue,
    is_ours,
    reads,
)
from ironlatch.keyring import KeyDestroyed, KeyDisabled, Keyring, UnknownKey
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy_utils import JSONType, StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import AesEngine, AesGcmEngine, EncryptedType, FernetEngine

PASSPHRASE = "correct horse"
VALUES = [
    (sa.Unicode(), str, "Grüße, ada@example.com"),
    (sa.Unicode(), str, ""),
    (sa.Integer(), int, -(2**40)),
    (sa.Float(), float, 0.1),
    (sa.Boolean(), bool, True),
    (sa.Boolean(), bool, False),
    (sa.Date(), datetime.date, datetime.date(1912, 6, 23)),
    (sa.Time(), datetime.time, datetime.time(10, 30, 0, 5)),
    (sa.DateTime(), datetime.datetime, datetime.datetime(2024, 2, 29, 23, 59, 59, 123456)),
    (sa.DateTime(), datetime.datetime, datetime.datetime(2024, 2, 29, 1, tzinfo=datetime.UTC)),
    (JSONType(), dict, {"a": [1, 2.5, None, True], "b": "ü"}),
]
# Written by that package, which then fails to read them or reads something else.
UNREADABLE_THERE = [
    (sa.Numeric(), Decimal, Decimal("12.50")),
    (sa.Uuid(), uuid.UUID, uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
    (sa.LargeBinary(), bytes, b"\x00\xff'\""),
    (sa.JSON(), dict, {"a": [1, None, True]}),
]
ENGINES = [
    (FernetEngine, None, SqlalchemyUtilsFernet, {}),
    (AesGcmEngine, None, SqlalchemyUtilsAesGcm, {}),
    *(
        (AesEngine, padding, SqlalchemyUtilsAes, {"padding": padding})
        for padding in ("naive", "pkcs5", "zeroes", "oneandzeroes")
    ),
    (None, None, SqlalchemyUtilsAes, {}),
]


@pytest.mark.parametrize(("engine", "padding", "reader", "options"), ENGINES)
@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize(("column_type", "type", "value"), VALUES + UNREADABLE_THERE)
def test_sqlalchemy_utils(engine, padding, reader, options, dialect, column_type, type, value) -> None:
    for kind in (StringEncryptedType, EncryptedType):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            theirs = kind(column_type, PASSPHRASE, engine, padding)
        stored = theirs.process_bind_param(value, dialect)
        assert isinstance(stored, bytes if kind is EncryptedType else str)
        assert not is_ours(stored)
        read = reader(PASSPHRASE, type, **options).decrypt(stored)
        assert read == value
        assert read.__class__ is value.__class__
        assert reader(lambda: PASSPHRASE.encode(), type, **options).decrypt(stored) == value


@pytest.mark.parametrize(("engine", "padding", "reader", "options"), ENGINES)
def test_sqlalchemy_utils_faults(engine, padding, reader, options) -> None:
    stored = StringEncryptedType(sa.Unicode, PASSPHRASE, engine, padding).process_bind_param(
        "a value of some length", sqlite.dialect()
    )
    wrong = reader("another", **options)
    not_ours = ["", "gAAAAA==", "*", b"\xff\xfe", "ilf1.AAAA", "é"]
    for bad in [*not_ours, *([stored] if reader is not SqlalchemyUtilsAes else [])]:
        if bad == "" and reader is SqlalchemyUtilsAes and options.get("padding") not in ("pkcs5", "zeroes"):
            continue  # An empty string is a value of the paddings that check nothing.
        with pytest.raises(UnreadableLegacyValue) as caught:
            wrong.decrypt(bad)
        assert "another" not in str(caught.value)
        assert isinstance(caught.value, FieldError)
    if reader is not SqlalchemyUtilsAes:
        flipped = stored[:30] + ("A" if stored[30] != "A" else "B") + stored[31:]
        with pytest.raises(UnreadableLegacyValue):
            reader(PASSPHRASE).decrypt(flipped)
    with pytest.raises(UnreadableLegacyValue, match="type"):
        reader(PASSPHRASE, int, **options).decrypt(stored)


def test_what_a_reader_takes() -> None:
    with pytest.raises(ValueError, match="padding"):
        SqlalchemyUtilsAes(PASSPHRASE, padding="ansi")
    with pytest.raises(ValueError, match="type"):
        SqlalchemyUtilsFernet(PASSPHRASE, complex)
    with pytest.raises(ValueError, match="at least one"):
        DjangoFernetFields([], "salt")
    with pytest.raises(ValueError, match="new column"):
        PlainText(int)


TYPE_NAMES = ["str", "int", "float", "bool", "decimal", "uuid", "date", "datetime", "time", "json"]


def test_types_go_by_the_names_that_ciphers_have_for_them() -> None:
    for name in TYPE_NAMES:
        FieldCipher(make()[0]["customers"], "t", "c", name)
        for reader in (SqlalchemyUtilsFernet, SqlalchemyUtilsAes, SqlalchemyUtilsAesGcm):
            reader(PASSPHRASE, name)
        DjangoFernetFields("secret", "salt", name)
    SqlalchemyUtilsFernet(PASSPHRASE, "bytes")
    assert PlainText("bytes").decrypt("x") == b"x"
    assert PlainText("str").decrypt(b"x") == "x"
    stored = StringEncryptedType(sa.Unicode, PASSPHRASE, FernetEngine).process_bind_param('{"a": 1}', sqlite.dialect())
    assert SqlalchemyUtilsFernet(PASSPHRASE, "json").decrypt(stored) == {"a": 1}
    assert DjangoFernetFields("s", "s", "json").decrypt_document({"a": None}) == {"a": None}
    for wrong in ("JSON", "dict", "text", "", complex, [str], None, 5):
        for make_reader in (
            lambda kind: SqlalchemyUtilsAes(PASSPHRASE, kind),
            lambda kind: DjangoFernetFields("s", "s", kind),
        ):
            with pytest.raises(ValueError, match="is one of str, int, float, bool, decimal, uuid, .*json"):
                make_reader(wrong)
    with pytest.raises(ValueError, match="bytes"):
        DjangoFernetFields("s", "s", "bytes")
    for wrong in (int, "int", "json", complex, None):
        with pytest.raises(ValueError, match="plain values are str, bytes, not .*new column"):
            PlainText(wrong)


# In a process of its own: its settings are for all of Django.
DJANGO = """
import datetime, json
import django
from django.conf import settings
settings.configure(SECRET_KEY="new secret", SECRET_KEY_FALLBACKS=["old secret"], SALT_KEY=["new salt", "old salt"], USE_TZ=True)
django.setup()
from encrypted_fields import fields

def write(secret, salts, field, value):
    settings.SECRET_KEY, settings.SALT_KEY = secret, salts
    stored = field.get_prep_value(value)
    return stored

utc = datetime.timezone.utc
written = [
    ("str", write("new secret", ["new salt", "old salt"], fields.EncryptedTextField(), "Grüße")),
    ("str", write("old secret", "old salt", fields.EncryptedEmailField(), "ada@example.com")),
    ("int", write("new secret", "old salt", fields.EncryptedIntegerField(), 1815)),
    ("float", write("old secret", ["new salt"], fields.EncryptedFloatField(), 0.1)),
    ("bool", write("new secret", "new salt", fields.EncryptedBooleanField(), True)),
    ("date", write("new secret", "new salt", fields.EncryptedDateField(), datetime.date(1815, 12, 10))),
    ("datetime", write("new secret", "new salt", fields.EncryptedDateTimeField(), datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=utc))),
    ("dict", write("new secret", "new salt", fields.EncryptedJSONField(), {"a": ["x", {"b": "y"}], "n": 1})),
]
lost = [fields.EncryptedTextField().get_prep_value(""), fields.EncryptedIntegerField().get_prep_value(0), fields.EncryptedBooleanField().get_prep_value(False)]
print(json.dumps([written, lost]))
"""
DJANGO_VALUES = [
    (str, "Grüße"),
    (str, "ada@example.com"),
    (int, 1815),
    (float, 0.1),
    (bool, True),
    (datetime.date, datetime.date(1815, 12, 10)),
    (datetime.datetime, datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=datetime.UTC)),
    (dict, {"a": ["x", {"b": "y"}], "n": "1"}),
]


def test_django_fernet_fields() -> None:
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root / 'dropin' / 'src'}:{root / 'python'}"}
    done = subprocess.run([sys.executable, "-c", DJANGO], env=environment, capture_output=True, text=True, check=True)
    written, lost = json.loads(done.stdout)
    assert lost == [None, None, None]  # As the page says.
    for (name, stored), (type, value) in zip(written, DJANGO_VALUES, strict=True):
        assert name == type.__name__
        reader = DjangoFernetFields(["new secret", "old secret"], ["new salt", "old salt"], type)
        read = reader.decrypt(stored)
        assert read == value
        assert read.__class__ is value.__class__
    document = json.loads(written[-1][1])
    assert DjangoFernetFields("new secret", "new salt", dict).decrypt_document(document) == DJANGO_VALUES[-1][1]
    with pytest.raises(UnreadableLegacyValue, match="secret key with a salt key") as caught:
        DjangoFernetFields("new secret", "other salt").decrypt(written[0][1])
    assert "new secret" not in str(caught.value)
    with pytest.raises(UnreadableLegacyValue, match="type"):
        DjangoFernetFields("new secret", "new salt", int).decrypt(written[0][1])
    with pytest.raises(UnreadableLegacyValue, match="JSON"):
        DjangoFernetFields("new secret", "new salt", dict).decrypt(written[0][1])
    with pytest.raises(UnreadableLegacyValue, match="not encrypted"):
        DjangoFernetFields("new secret", "new salt", dict).decrypt('{"a": 1}')


def test_plain_text() -> None:
    assert PlainText().decrypt("Grüße") == PlainText().decrypt("Grüße".encode()) == "Grüße"
    assert PlainText(bytes).decrypt(b"\xff") == b"\xff"
    with pytest.raises(UnreadableLegacyValue, match="UTF-8"):
        PlainText().decrypt(b"\xff")


READERS = [
    *(
        reader(PASSPHRASE, type, **options)
        for _, _, reader, options in ENGINES
        for type in (str, int, dict, bytes, Decimal)
    ),
    DjangoFernetFields("secret", "salt"),
    DjangoFernetFields("secret", "salt", dict),
    PlainText(),
]


@given(
    st.binary(max_size=100) | st.text(max_size=100) | st.binary(max_size=96).map(base64.b64encode),
    st.sampled_from(READERS),
)
def test_anything_else_is_one_error(stored: bytes | str, reader: LegacyReader) -> None:
    with contextlib.suppress(UnreadableLegacyValue):
        reader.decrypt(stored)


@pytest.mark.parametrize("stored", ["\ud800", "[" * 100_000, "(" * 100_000, "{" * 1000 + '"a"', "9" * 5000])
def test_what_parsers_choke_on_is_one_error(stored: str) -> None:
    for type in (str, int, dict, bytes, Decimal):
        if "\ud800" not in stored:
            old = StringEncryptedType(sa.Unicode, PASSPHRASE, FernetEngine).process_bind_param(stored, sqlite.dialect())
            with contextlib.suppress(UnreadableLegacyValue):
                assert SqlalchemyUtilsFernet(PASSPHRASE, type).decrypt(old) in (stored, Decimal("9" * 5000))
        for reader in (SqlalchemyUtilsFernet, SqlalchemyUtilsAes, SqlalchemyUtilsAesGcm):
            with pytest.raises(UnreadableLegacyValue):
                reader(PASSPHRASE, type).decrypt(stored + "!")


def test_ours_is_told_from_theirs() -> None:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    cipher = FieldCipher(ring["customers"], table="t", column="c")
    text = cipher.encrypt("x", text=True)
    assert is_ours(cipher.encrypt("x"))
    assert is_ours(text)
    assert is_ours(text.encode())
    assert is_ours("ilf2.AAAA")  # of a newer version: not for a reader of old values
    assert is_ours(b"\xc1\0\0\0\0newer")
    theirs = ["", b"", "gAAAAABl", "ilf", "ilfA.", "ilf1", b"ilfed", "ü", "ü".encode(), b"\xe2\x82\xac"]
    theirs += [JPEG, UTF16, b"\xf5", b"\xc1", "ilf1.", "ilf1.hello", "ilf1.hello world", "ilf2.not base64", "\ud800"]
    for other in theirs:
        assert not is_ours(other)
        assert not cipher.recognizes(other)
    assert is_ours(NOISE)
    assert not cipher.recognizes(NOISE)


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 and so on, for as long as an encrypted value is"
UTF16 = "Ada Lovelace".encode("utf-16")
NOISE = b"\xc1\x12\x34\x56\x78" + bytes(60)
"""Random bytes that begin as a value under another key does, as one in 128 do."""
PLAIN_BYTES = [JPEG, UTF16, NOISE, b"", b"\xc0", b"\xc1" * 60, b"\xf5" * 60]


def make(type: object = str, column: str = "c") -> tuple[Keyring, FieldCipher]:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring, FieldCipher(ring["customers"], table="t", column=column, type=type)


def test_plain_bytes_are_read_whatever_they_begin_with() -> None:
    ring, cipher = make(bytes)
    stored = cipher.encrypt(JPEG, 1)
    old = ring["customers"].primary.id
    ring.rotate("customers")
    for plain in PLAIN_BYTES:
        assert open_stored(cipher, PlainText(bytes), plain, 1) == plain
        assert open_stored(cipher, PlainText(bytes), cipher.encrypt(plain, 1), 1) == plain
    assert open_stored(cipher, PlainText(bytes), stored, 1) == JPEG
    ring.disable("customers", old)
    with pytest.raises(KeyDisabled):  # and is not given out as if it were plain
        open_stored(cipher, PlainText(bytes), stored, 1)
    ring.destroy("customers", old)
    with pytest.raises(KeyDestroyed):
        open_stored(cipher, PlainText(bytes), stored, 1)


def test_what_is_ours_and_does_not_open_is_not_for_the_reader() -> None:
    _, cipher = make()
    _, other = make()
    binary, text = cipher.encrypt("x", 1), cipher.encrypt("x", 1, text=True)
    for bad, error in [
        (binary[:20], MalformedValue),
        (text[:30], MalformedValue),
        (binary + b"!", Tampered),
        (b"\xc1\0\0\0\0newer", MalformedValue),
        ("ilf2.AAAA", MalformedValue),
        (other.encrypt("x", 1, text=True), UnknownKey),
    ]:
        with pytest.raises(error):
            open_stored(cipher, PlainText(), bad, 1)
    # Of another key, and no text: rather that than "no text in UTF-8".
    with pytest.raises(UnknownKey):
        open_stored(cipher, PlainText(), other.encrypt("x", 1), 1)
    with pytest.raises(UnreadableLegacyValue):
        open_stored(cipher, PlainText(), JPEG, 1)


def test_old_values_are_counted_and_can_be_refused(caplog: pytest.LogCaptureFixture) -> None:
    _, cipher = make(column="counted")
    assert "t.counted" not in reads()
    for _ in range(3):
        assert open_stored(cipher, PlainText(), "Ada") == "Ada"
    open_stored(cipher, PlainText(), cipher.encrypt("Ada"))
    assert reads()["t.counted"] == LegacyReads(opened=3)
    assert [record.getMessage() for record in caplog.records if "t.counted" in record.getMessage()] == [
        "t.counted: a value in the old form that PlainText reads was opened; "
        "later ones are only counted, see legacy.reads()"
    ]
    strict = RefuseOldValues(PlainText())
    with pytest.raises(RefusedLegacyValue, match="form that PlainText reads"):
        open_stored(cipher, strict, "Ada")
    with pytest.raises(UnreadableLegacyValue, match="UTF-8"):
        open_stored(cipher, strict, JPEG)
    assert open_stored(cipher, strict, cipher.encrypt("Ada")) == "Ada"
    assert reads()["t.counted"] == LegacyReads(opened=3, refused=1)
    assert "Ada" not in caplog.text


def test_a_forked_child_counts_from_zero() -> None:
    _, cipher = make(column="forked")
    open_stored(cipher, PlainText(), "Ada")
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        found = reads()
        open_stored(cipher, PlainText(), "Ada")
        os.write(write, repr((found, reads()["t.forked"].opened)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 1000) == b"({}, 1)"
    os.close(read)
    os.close(write)
    assert reads()["t.forked"].opened == 1
