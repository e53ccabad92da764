"""Blind indexes."""

import datetime as dt
import math
from decimal import Decimal

import pytest
from ironlatch.fields import BlindIndex, FieldCipher, MalformedValue
from ironlatch.keyring import KeyDisabled, Keyring, UnknownKey


@pytest.fixture
def ring():
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring


def make(ring, type=str, **options):
    return BlindIndex(ring["customers"], "customer", "column", type, **(options or {"bits": 128}))


def test_forms(ring):
    index = make(ring, bits=17)
    token = index.token("a")
    assert isinstance(token, bytes)
    assert len(token) == 3
    assert token[0] < 2
    assert index.token("a", form="int") == int.from_bytes(token, "big")
    assert index.token("a", form="text") == token.hex()
    assert index.tokens("a") == [token]
    assert index.tokens("a", form="int") == [index.token("a", form="int")]
    assert index.tokens("a", form="text") == [token.hex()]
    values = ["a", None, "b"]
    assert index.tokens_many(values) == [index.token(value) for value in values]
    assert index.tokens_many(values, form="int") == [index.token(value, form="int") for value in values]
    assert index.tokens_many(values, form="text") == [index.token(value, form="text") for value in values]
    with pytest.raises(ValueError, match="form of a token"):
        index.tokens_many(values, form="hex")


def test_none(ring):
    index = make(ring)
    assert index.token(None) is index.token(None, form="int") is index.token(None, form="text") is None
    assert index.tokens(None) == index.tokens(None, form="int") == index.tokens(None, form="text") == []


def test_numbers_of_64_bits(ring):
    assert 0 <= make(ring, bits=63).token("a", form="int") < 2**63
    index = make(ring, bits=64)
    for call in (
        lambda value: index.token(value, form="int"),
        lambda value: index.tokens(value, form="int"),
        lambda value: index.tokens_many([value], form="int"),
    ):
        with pytest.raises(ValueError, match="at most 63 bits"):
            call("a")


def test_rotation(ring):
    index = make(ring)
    old = index.token("a")
    ring.rotate("customers")
    assert index.token("a") != old
    assert index.tokens("a") == [index.token("a"), old]


def test_what_counts_as_equal(ring):
    text, digits, exact = (make(ring, bits=128, normalize=name) for name in ("text", "digits", "exact"))
    assert text.token("  Straße 5") == text.token("STRASSE  5 ")
    assert text.token("a") != exact.token("a")
    assert digits.token("+44 (20) 7946-0018") == digits.token("442079460018")
    assert exact.token("a") != exact.token("A")
    decimals = make(ring, Decimal)
    assert decimals.token(Decimal("1.0")) == decimals.token(Decimal("1.00"))
    moments = make(ring, dt.datetime)
    noon = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
    assert moments.token(noon) == moments.token(noon.astimezone(dt.timezone(dt.timedelta(hours=5))))
    assert moments.token(noon) != moments.token(noon.replace(tzinfo=None))


def test_what_is_refused(ring):
    with pytest.raises(ValueError, match="either bits or rows"):
        BlindIndex(ring["customers"], "t", "c")
    with pytest.raises(ValueError, match="either bits or rows"):
        make(ring, bits=5, rows=5)
    with pytest.raises(ValueError, match="1 to 256 bits"):
        make(ring, bits=0)
    with pytest.raises(ValueError, match="JSON has no blind index"):
        make(ring, "json")
    with pytest.raises(ValueError, match="for values of type str"):
        make(ring, int, bits=5, normalize="text")
    with pytest.raises(ValueError, match="there is no normalization"):
        make(ring, bits=5, normalize="lower")
    with pytest.raises(TypeError, match="takes str, not int"):
        make(ring).token(5)
    with pytest.raises(ValueError, match="not-a-number"):
        make(ring, float).token(math.nan)
    with pytest.raises(ValueError) as caught:
        make(ring, bits=5, normalize="digits").tokens_many(["1", "none"])
    assert caught.value.index == 1


def test_bits_and_what_they_tell(ring):
    index = make(ring, rows=1_000_000)
    assert index.bits == 17
    leak = index.leak(1_000_000)
    assert (leak.bits, leak.rows, leak.is_exact) == (17, 1_000_000, False)
    assert 7 < leak.other_rows < 8
    assert leak.noticed_from == 9
    assert "17 bits in 1000000 rows" in str(leak)
    assert make(ring, bits=128).leak(10**9).is_exact
    assert repr(index) == 'BlindIndex(customer.column, str, exact, 17 bits, key "customers")'


def test_a_token_beside_a_value_is_under_its_version() -> None:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    ring.create_key("others")
    cipher = FieldCipher(ring["customers"], "customer", "email")
    index = BlindIndex(ring["customers"], "customer", "email", bits=40)
    old, stored, text = index.token("Ada"), cipher.encrypt("Ada", 1), cipher.encrypt("Ada", 1, text=True)
    old_id = ring["customers"].primary.id
    ring.rotate("customers")
    new = cipher.encrypt("Ada", 1)
    for beside in (stored, text, memoryview(stored)):
        assert index.token("Ada", beside=beside) == old
        assert index.token("Ada", beside=beside, form="int") == int.from_bytes(old)
        assert index.token("Ada", beside=beside, form="text") == old.hex()
    assert index.token("Ada", beside=new) == index.token("Ada") != old
    assert index.token(None, beside=None) is None
    assert index.token(None, beside=stored) is None
    many = index.tokens_many(["Ada", None, "Ada", "Ada"], beside=[stored, None, new, text])
    assert many == [old, None, index.token("Ada"), old]
    with pytest.raises(ValueError, match="NULL is stored") as caught:
        index.tokens_many(["Ada", "Ada"], beside=[stored, None])
    assert caught.value.index == 1
    with pytest.raises(ValueError, match="as many stored values as values: 1, not 2"):
        index.tokens_many(["Ada"], beside=[stored, stored])
    for bad in (b"plain", "plain", b"", stored[:20]):
        with pytest.raises(MalformedValue):
            index.token("Ada", beside=bad)
    with pytest.raises(TypeError):
        index.token("Ada", beside=5)
    with pytest.raises(UnknownKey, match='belongs to the key "customers"'):
        BlindIndex(ring["others"], "customer", "email", bits=40).token("Ada", beside=stored)
    ring.disable("customers", old_id)
    with pytest.raises(KeyDisabled):
        index.token("Ada", beside=stored)
