"""Encrypted columns, one value at a time."""

import datetime as dt
import enum
import inspect
import json
import math
import pickle
from decimal import Decimal
from uuid import UUID

import pytest
from ironlatch import fields
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.keyring import KeyDestroyed, KeyDisabled, Keyring, UnknownKey
from ironlatch.secrets import SecretBytes


@pytest.fixture
def ring():
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring


def make(ring, type=str, **options):
    return FieldCipher(ring["customers"], "customer", "column", type, **options)


HOUR = dt.timedelta(hours=1)
VALUES = [
    (str, ["", "é", "a long text " * 10, "\U0001f512"]),
    (bytes, [b"", b"\0\xff", bytes(1000)]),
    (int, [0, -1, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**100, -(10**100), 255, 256, 2**64, -(2**64)]),
    (
        Decimal,
        [
            "0",
            "-0.00",
            "1.0",
            "1.00",
            "-12.30",
            "1E+400",
            "1E-400",
            "9" * 38,
            "9" * 39,
            "1" * 500 + ".5",
            "0E+5",
            "1E+9999999",
        ],
    ),
    (float, [0.0, -0.0, 1.1, math.inf, -math.inf, 5e-324]),
    (bool, [True, False]),
    (dt.date, [dt.date.min, dt.date(1969, 12, 31), dt.date(2024, 2, 29), dt.date.max]),
    (dt.time, [dt.time.min, dt.time(12, 34, 56, 7), dt.time.max]),
    (
        dt.datetime,
        [
            dt.datetime.min,
            dt.datetime.max,
            dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
            dt.datetime(2024, 2, 29, tzinfo=dt.UTC),
            dt.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=dt.timezone(-5 * HOUR)),
            dt.datetime(2024, 2, 29, tzinfo=dt.timezone(dt.timedelta(seconds=-1, microseconds=1))),
            dt.datetime.min.replace(tzinfo=dt.timezone(14 * HOUR)),
            dt.datetime.max.replace(tzinfo=dt.timezone(-14 * HOUR)),
        ],
    ),
    (UUID, [UUID(int=0), UUID("00112233-4455-6677-8899-aabbccddeeff")]),
    ("json", [{}, [], {"b": 1, "a": [1.5, None, True, "é", 10**30]}, "text", 0, False]),
]
CASES = [(kind, Decimal(value) if kind is Decimal else value) for kind, values in VALUES for value in values]


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_values_come_back_exactly(ring, kind, value):
    for options in [{}, {"pad_to": 32}] + ([{"deterministic": True}] if kind != "json" else []):
        cipher = make(ring, kind, **options)
        back = cipher.decrypt(cipher.encrypt(value, 7), 7)
        assert type(back) is type(value)
        assert repr(back) == repr(value)
        assert repr(cipher.decrypt(cipher.encrypt(value, 7, text=True), 7)) == repr(value)
        assert repr(cipher.decrypt_many(cipher.encrypt_many([value, None], [1, 2]), [1, 2])) == repr([value, None])


def test_ciphers_and_indexes_tell_their_key(ring):
    index = BlindIndex(ring["customers"], "customer", "value", bits=16)
    assert make(ring).key.name == index.key.name == "customers"
    assert make(ring).key.primary == ring["customers"].primary


def test_json_keeps_the_order_of_names(ring):
    cipher = make(ring, "json")
    assert list(cipher.decrypt(cipher.encrypt({"b": 1, "a": 2}))) == ["b", "a"]


def test_not_a_number(ring):
    cipher = make(ring, float)
    assert math.isnan(cipher.decrypt(cipher.encrypt(math.nan)))
    for bad in ["NaN", "sNaN", "Infinity", "-Infinity"]:
        with pytest.raises(ValueError, match="no finite decimal number"):
            make(ring, Decimal).encrypt(Decimal(bad))


def test_a_time_zone_becomes_its_offset(ring):
    from zoneinfo import ZoneInfo

    cipher = make(ring, dt.datetime)
    for fold in (0, 1):
        moment = dt.datetime(2024, 10, 27, 2, 30, fold=fold, tzinfo=ZoneInfo("Europe/Berlin"))
        back = cipher.decrypt(cipher.encrypt(moment))
        assert back.utcoffset() == moment.utcoffset() == (2 - fold) * HOUR
        assert back.replace(tzinfo=None) == dt.datetime(2024, 10, 27, 2, 30)


WRONG = [
    (str, b"bytes", "str, not bytes"),
    (str, 1, "str, not int"),
    (bytes, "text", "bytes, not str"),
    (int, True, "int, not bool"),
    (int, 1.0, "int, not float"),
    (int, "1", "int, not str"),
    (float, 1, "float, not int"),
    (float, Decimal(1), "float, not Decimal"),
    (Decimal, 1, "decimal.Decimal, not int"),
    (Decimal, 1.0, "decimal.Decimal, not float"),
    (bool, 1, "bool, not int"),
    (dt.date, dt.datetime(2024, 1, 1), "datetime.date, not datetime"),
    (dt.datetime, dt.date(2024, 1, 1), "datetime.datetime, not date"),
    (dt.time, dt.datetime(2024, 1, 1), "datetime.time, not datetime"),
    (UUID, "00112233-4455-6677-8899-aabbccddeeff", "uuid.UUID, not str"),
]


@pytest.mark.parametrize(("kind", "value", "message"), WRONG)
def test_other_types_are_refused(ring, kind, value, message):
    cipher = make(ring, kind)
    with pytest.raises(TypeError, match=f'the column "column" takes {message}'):
        cipher.encrypt(value)
    with pytest.raises(TypeError, match=message) as caught:
        cipher.encrypt_many([None, value])
    assert caught.value.index == 1
    assert caught.value.__notes__ == ["in value 1 of the list, counted from 0"]


def test_what_would_not_come_back_is_refused(ring):
    with pytest.raises(ValueError, match="time zone"):
        make(ring, dt.time).encrypt(dt.time(1, tzinfo=dt.UTC))
    for value in [{1: "a"}, (1, 2), {"a": (1,)}]:
        with pytest.raises(TypeError, match="come back otherwise"):
            make(ring, "json").encrypt(value)
    with pytest.raises(TypeError):
        make(ring, "json").encrypt({"a": Decimal(1)})
    for value in [math.nan, math.inf]:
        with pytest.raises(ValueError):
            make(ring, "json").encrypt(value)
    for kind, value in [(str, "secret \ud800"), ("json", ["secret \ud800"])]:
        with pytest.raises(ValueError, match="surrogate") as caught:
            make(ring, kind).encrypt(value)
        assert "secret" not in repr(caught.value)
        assert not isinstance(caught.value, UnicodeError)

    class Stamp(dt.datetime):
        nanosecond = 5

    with pytest.raises(ValueError, match="nanoseconds"):
        make(ring, dt.datetime).encrypt(Stamp(2024, 1, 1))


def test_subclasses_count_as_what_they_are(ring):
    class Text(str):
        pass

    class Number(enum.IntEnum):
        FIVE = 5

    assert type(make(ring).decrypt(make(ring).encrypt(Text("a")))) is str
    assert make(ring, int).decrypt(make(ring, int).encrypt(Number.FIVE)) == 5
    cipher = make(ring, bytes)
    for value in [bytearray(b"abc"), memoryview(b"abc"), SecretBytes.copy_from(b"abc")]:
        assert cipher.decrypt(cipher.encrypt(value)) == b"abc"


def test_none_stays_none(ring):
    cipher = make(ring, deterministic=True)
    assert cipher.encrypt(None) is None
    assert cipher.encrypt(None, 1, text=True) is None
    assert cipher.decrypt(None, 1) is None
    assert cipher.reencrypt(None) is None
    assert cipher.needs_update(None) is False
    assert cipher.tokens(None) == []
    assert cipher.encrypt_many([None]) == cipher.decrypt_many([None]) == cipher.reencrypt_many([None]) == [None]
    assert make(ring, "json").encrypt(None) is None


def test_types_by_name_and_class(ring):
    names = {str: "str", bytes: "bytes", int: "int", Decimal: "decimal", float: "float", bool: "bool"}
    names |= {dt.date: "date", dt.time: "time", dt.datetime: "datetime", UUID: "uuid", "json": "json"}
    for kind, name in names.items():
        assert make(ring, kind).type == make(ring, name).type == name
    assert FieldCipher(ring["customers"], table="t", column="c").type == "str"
    for bad in [dict, 5, json, object]:
        with pytest.raises(TypeError, match="a column's type is str"):
            make(ring, bad)
    with pytest.raises(ValueError, match="there is no type"):
        make(ring, "string")


def test_sizes_and_forms(ring):
    cipher = make(ring)
    stored, text = cipher.encrypt("12345", 1), cipher.encrypt("12345", 1, text=True)
    assert isinstance(stored, bytes)
    assert len(stored) == 5 + 46
    assert isinstance(text, str)
    assert text.startswith("ilf1.")
    assert len(make(ring, deterministic=True).encrypt("12345")) == 5 + 22
    for form in [stored, bytearray(stored), memoryview(stored), text, text.encode()]:
        assert cipher.decrypt(form, 1) == "12345"
    assert stored.startswith(cipher.current_prefix)
    assert len(cipher.current_prefix) == 5
    assert text.startswith(cipher.current_text_prefix)
    assert len(cipher.current_text_prefix) == 11
    assert cipher.version_id(stored) == cipher.version_id(text) == ring["customers"].primary.id


ROWS = [
    None,
    0,
    42,
    -42,
    2**100,
    "42",
    b"42",
    UUID(int=42),
    (42,),
    (42, 42),
    ("4", "2"),
    ("42", ""),
    (UUID(int=1), b"", 5),
]


def test_a_value_opens_in_its_row_alone(ring):
    cipher = make(ring)
    for row in ROWS:
        stored = cipher.encrypt("secret", row)
        for other in ROWS:
            if other is row:
                assert cipher.decrypt(stored, other) == "secret"
            else:
                with pytest.raises(fields.Tampered, match="for another table, column or row"):
                    cipher.decrypt(stored, other)
    assert cipher.decrypt(cipher.encrypt("secret")) == "secret"


def test_bad_rows(ring):
    cipher = make(ring)
    for row in [True, 1.0, [1], (1, None), (1, (2,)), dt.date.min, object()]:
        with pytest.raises(TypeError, match="a row is named by an int, str, bytes or UUID"):
            cipher.encrypt("secret", row)
    for row in [(), 2**127, "x" * 5000, (1,) * 33, "\ud800"]:
        with pytest.raises(ValueError):
            cipher.encrypt("secret", row)


def test_errors_say_what_happened(ring):
    ring.create_key("others")
    cipher = make(ring)
    stored = cipher.encrypt("secret", 1)
    elsewhere = FieldCipher(ring["customers"], "customer", "other")
    for bad in [stored[:-1], stored[:-1] + bytes([stored[-1] ^ 1]), stored + b"\0"]:
        with pytest.raises(fields.Tampered) as caught:
            cipher.decrypt(bad, 1)
        assert isinstance(caught.value, fields.FieldError)
        assert isinstance(caught.value, ValueError)
    with pytest.raises(fields.Tampered):
        elsewhere.decrypt(stored, 1)
    with pytest.raises(UnknownKey):
        FieldCipher(ring["others"], "customer", "column").decrypt(stored, 1)
    for bad in ["plain", b"plain", b"", "", stored[:20], "ilf1.AAAA", "ilf1.%%%", "\ud800", "gAAAAABl"]:
        with pytest.raises(fields.MalformedValue):
            cipher.decrypt(bad, 1)
        assert not cipher.is_encrypted(bad)
    with pytest.raises(fields.MalformedValue, match="newer version"):
        cipher.decrypt("ilf2.AAAA", 1)
    with pytest.raises(fields.WrongType, match="is of type str, but the column is read as int"):
        make(ring, int).decrypt(stored, 1)
    with pytest.raises(TypeError, match="a stored value is bytes or str, not int"):
        cipher.decrypt(5)
    assert cipher.is_encrypted(stored)
    assert not cipher.is_encrypted(5)
    assert not cipher.is_encrypted(None)


def test_a_rotation_changes_nothing_for_callers(ring):
    cipher = make(ring)
    stored, text = cipher.encrypt("secret", 1), cipher.encrypt("secret", 1, text=True)
    old = ring["customers"].primary.id
    ring.rotate("customers")
    assert cipher.needs_update(stored)
    assert cipher.needs_update(text)
    assert cipher.decrypt(stored, 1) == "secret"
    new, new_text = cipher.reencrypt(stored, 1), cipher.reencrypt(text, 1)
    assert isinstance(new, bytes)
    assert isinstance(new_text, str)
    assert not cipher.needs_update(new)
    assert not cipher.needs_update(new_text)
    assert cipher.decrypt(new, 1) == cipher.decrypt(new_text, 1) == "secret"
    ring.disable("customers", old)
    with pytest.raises(KeyDisabled, match="enable it again"):
        cipher.decrypt(stored, 1)
    ring.destroy("customers", old)
    with pytest.raises(KeyDestroyed):
        cipher.decrypt(stored, 1)
    assert cipher.decrypt(new, 1) == "secret"


def test_a_value_moves(ring):
    old, new = make(ring), FieldCipher(ring["customers"], "customer", "new", deterministic=True)
    stored = old.encrypt("secret")
    moved = old.reencrypt(stored, to=new, to_row=5)
    assert moved == new.encrypt("secret", 5)
    assert old.reencrypt(old.encrypt("secret", 5), 5, to=new) == moved
    with pytest.raises(TypeError, match="values of type str cannot be encrypted as int"):
        old.reencrypt(stored, to=make(ring, int))


def test_deterministic_columns(ring):
    cipher = make(ring, deterministic=True)
    old = cipher.encrypt("secret")
    assert cipher.encrypt("secret") == old
    ring.rotate("customers")
    assert cipher.tokens("secret") == [cipher.encrypt("secret"), old]
    assert cipher.tokens("secret", text=True)[0] == cipher.encrypt("secret", text=True)
    with pytest.raises(ValueError, match="blind index"):
        make(ring).tokens("secret")
    with pytest.raises(ValueError, match="JSON"):
        make(ring, "json", deterministic=True)


def test_padding(ring):
    cipher = make(ring, pad_to=16)
    assert [len(cipher.encrypt("x" * n)) - 46 for n in (0, 15, 16)] == [16, 16, 32]
    assert cipher.pad_to == 16
    for bad in [0, 1, 65537]:
        with pytest.raises(ValueError, match="multiple"):
            make(ring, pad_to=bad)


def test_keys_of_another_kind(ring):
    ring.create_key("tokens", "fernet")
    with pytest.raises(TypeError):
        FieldCipher(ring["tokens"], "t", "c")
    with pytest.raises(TypeError):
        FieldCipher(b"k" * 32, "t", "c")
    with pytest.raises(ValueError, match="name of the table"):
        FieldCipher(ring["customers"], "", "c")


def test_nothing_secret_is_shown_or_pickled(ring):
    cipher = make(ring)
    assert repr(cipher) == 'FieldCipher(customer.column, str, Random, key "customers")'
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(cipher)


def test_large_values(ring):
    cipher = make(ring, bytes)
    value = bytes(5_000_000)
    assert cipher.decrypt(cipher.encrypt(value, 1, text=True), 1) == value


def test_old_spellings_warn(ring: Keyring) -> None:
    cipher = FieldCipher(ring["customers"], "customer", "name", deterministic=True)
    index = BlindIndex(ring["customers"], "customer", "name", bits=63)
    old = [
        (cipher.encrypt_text, cipher.encrypt("Ada", text=True), r"encrypt\(value, row, text=True\)"),
        (index.token_int, index.token("Ada", form="int"), r"token\(value, form=\"int\"\)"),
        (index.token_text, index.token("Ada", form="text"), r"token\(value, form=\"text\"\)"),
        (index.tokens_int, index.tokens("Ada", form="int"), r"tokens\(value, form=\"int\"\)"),
        (index.tokens_text, index.tokens("Ada", form="text"), r"tokens\(value, form=\"text\"\)"),
    ]
    for call, expected, new in old:
        with pytest.warns(DeprecationWarning, match=f"is now {new}") as caught:
            assert call("Ada") == expected
        assert caught[0].filename == __file__


def test_the_class_takes_a_type_for_type_checkers() -> None:
    alias = FieldCipher[Decimal]
    assert alias.__origin__ is FieldCipher
    assert alias.__args__ == (Decimal,)


def test_defaults_are_shown_as_what_they_are() -> None:
    for kind in (FieldCipher, BlindIndex):
        assert inspect.signature(kind).parameters["type"].default == "str"
