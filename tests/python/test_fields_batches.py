"""Encrypted columns, lists at a time."""

import datetime as dt
import threading
from decimal import Decimal
from uuid import UUID

import pytest
from ironlatch import fields
from ironlatch.fields import FieldCipher
from ironlatch.keyring import Keyring, UnknownKey

COUNT = 10_000


@pytest.fixture
def ring():
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring


@pytest.fixture
def cipher(ring):
    return FieldCipher(ring["customers"], "customer", "column")


VALUES = [None if i % 7 == 3 else f"value {i}" for i in range(COUNT)]


@pytest.mark.parametrize("text", [False, True])
def test_lists_are_what_single_calls_would_be(cipher, text):
    rows = range(COUNT)
    stored = cipher.encrypt_many(VALUES, rows, text)
    assert len(stored) == COUNT
    for row, (value, item) in enumerate(zip(VALUES, stored, strict=True)):
        if row % 100 == 0 or value is None:
            assert item is None if value is None else isinstance(item, str if text else bytes)
            assert cipher.decrypt(item, row) == value
    assert cipher.decrypt_many(stored, rows) == VALUES
    singly = [cipher.encrypt(value, row, text=text) for row, value in enumerate(VALUES[:50])]
    assert cipher.decrypt_many(singly, range(50)) == VALUES[:50]


def test_rows_of_every_kind(cipher):
    rows = [None, 1, "1", b"1", UUID(int=1), (1, "a")]
    stored = cipher.encrypt_many(["a"] * 6, rows)
    assert [cipher.decrypt(item, row) for item, row in zip(stored, rows, strict=True)] == ["a"] * 6
    assert cipher.encrypt_many([], []) == []
    for call in (cipher.encrypt_many, cipher.decrypt_many, cipher.reencrypt_many):
        with pytest.raises(ValueError, match="as many rows as values: 6, not 5"):
            call(stored if call != cipher.encrypt_many else ["a"] * 6, rows[:5])
    with pytest.raises(TypeError, match="a row is named by"):
        cipher.encrypt_many(["a"], [1.5])


def test_values_of_every_type(ring):
    values = {
        int: [1, 2**70, -5],
        Decimal: [Decimal("1.50"), Decimal("9" * 50)],
        dt.datetime: [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)],
        "json": [{"a": [1]}, [], "x"],
    }
    for kind, column in values.items():
        cipher = FieldCipher(ring["customers"], "customer", "column", kind)
        assert repr(cipher.decrypt_many(cipher.encrypt_many(column))) == repr(column)


def test_the_first_bad_value_is_named(cipher, ring):
    stored = cipher.encrypt_many([str(i) for i in range(COUNT)], range(COUNT))
    stored[5000], stored[5001] = stored[5001], stored[5000]
    stored[9000] = "no such thing"
    other = Keyring.in_memory()
    other.create_key("k")
    stored[9001] = FieldCipher(other["k"], "customer", "column").encrypt("9001", 9001)
    for call in (cipher.decrypt_many, cipher.reencrypt_many):
        with pytest.raises(fields.Tampered) as caught:
            call(stored, range(COUNT))
        assert caught.value.index == 5000
        assert caught.value.__notes__ == ["in value 5000 of the list, counted from 0"]
        results = call(stored, range(COUNT), return_errors=True)
        failed = {index: type(result) for index, result in enumerate(results) if isinstance(result, Exception)}
        assert failed == {
            5000: fields.Tampered,
            5001: fields.Tampered,
            9000: fields.MalformedValue,
            9001: UnknownKey,
        }
        assert results[9001].index == 9001
    assert cipher.decrypt_many(stored, range(COUNT), return_errors=True)[5002] == "5002"
    with pytest.raises(TypeError, match="bytes or str, not int") as caught:
        cipher.decrypt_many([None, 5])
    assert caught.value.index == 1


def test_lists_are_encrypted_anew(cipher, ring):
    rows = range(COUNT)
    stored = cipher.encrypt_many(VALUES, rows)
    text = cipher.encrypt_many(VALUES, rows, text=True)
    ring.rotate("customers")
    for old in (stored, text):
        assert all(cipher.needs_update(item) for item in old if item)
        new = cipher.reencrypt_many(old, rows)
        assert not any(cipher.needs_update(item) for item in new)
        assert {type(item) for item in new if item} == {type(old[0])}
        assert cipher.decrypt_many(new, rows) == VALUES
    to = FieldCipher(ring["customers"], "customer", "new", pad_to=32)
    moved = cipher.reencrypt_many(stored, rows, to=to, to_rows=[str(row) for row in rows])
    assert to.decrypt_many(moved, [str(row) for row in rows]) == VALUES
    unbound = cipher.reencrypt_many(stored, rows, to=to, to_rows=[None] * COUNT)
    assert to.decrypt_many(unbound) == VALUES
    with pytest.raises(TypeError, match="cannot be encrypted as int"):
        cipher.reencrypt_many(stored, rows, to=FieldCipher(ring["customers"], "customer", "new", int))


def test_rotations_while_batches_run(cipher, ring):
    """No value fails, whatever the keyring does meanwhile."""
    done = threading.Event()
    failures = []

    def work():
        try:
            while not done.is_set():
                stored = cipher.encrypt_many(VALUES[:500], range(500))
                assert cipher.decrypt_many(stored, range(500)) == VALUES[:500]
                assert cipher.decrypt(cipher.encrypt("a", 1), 1) == "a"
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        ring.rotate("customers")
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_use_is_counted(cipher, ring):
    stored = cipher.encrypt_many(["a"] * 5000)
    cipher.decrypt_many(stored)
    counts = {(usage.purpose, usage.operation): usage.count for usage in ring.usage()}
    assert counts == {("field customer.column", "encrypt"): 5000, ("field customer.column", "decrypt"): 5000}
