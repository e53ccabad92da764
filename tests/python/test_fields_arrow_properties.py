"""Encrypted columns as Arrow arrays: what holds for all arrays."""

import ctypes
import datetime
import gc
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ironlatch.fields import FieldCipher, MalformedValue, Tampered
from ironlatch.keyring import Keyring, UnknownKey

KEY = Keyring.in_memory().create_key("customers")
DAMAGED = (Tampered, MalformedValue, UnknownKey)

ints = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(codec="utf-8"), max_size=40)
binaries = st.binary(max_size=40)
dates = st.dates()
datetimes = st.datetimes()
json_texts = st.dictionaries(texts, ints | texts | st.none(), max_size=3).map(
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
)

# The type of the column, values, and in what Arrow types they may come.
COLUMNS: list[tuple[str, st.SearchStrategy[Any], list[pa.DataType]]] = [
    (
        "str",
        texts,
        [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int16(), pa.string())],
    ),
    (
        "bytes",
        binaries,
        [pa.binary(), pa.large_binary(), pa.binary_view(), pa.dictionary(pa.uint8(), pa.binary())],
    ),
    ("bytes", st.binary(min_size=7, max_size=7), [pa.binary(7)]),
    ("uuid", st.uuids(), [pa.uuid()]),
    ("int", ints, [pa.int64(), pa.dictionary(pa.int32(), pa.int64())]),
    ("int", st.integers(-128, 127), [pa.int8(), pa.int16(), pa.int32()]),
    ("int", st.integers(0, 255), [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]),
    ("float", st.floats(allow_nan=False), [pa.float64()]),
    ("float", st.floats(allow_nan=False, width=32), [pa.float32()]),
    ("bool", st.booleans(), [pa.bool_()]),
    ("date", dates, [pa.date32()]),
    ("time", st.times(), [pa.time64("us"), pa.time64("ns")]),
    ("time", st.times().map(lambda time: time.replace(microsecond=0)), [pa.time32("s"), pa.time32("ms")]),
    ("datetime", datetimes, [pa.timestamp("us")]),
    ("datetime", datetimes.map(lambda time: time.replace(tzinfo=datetime.UTC)), [pa.timestamp("us", "UTC")]),
    (
        "decimal",
        st.integers(-(10**9) + 1, 10**9 - 1).map(lambda number: Decimal(number).scaleb(-2)),
        [pa.decimal32(9, 2), pa.decimal64(18, 2), pa.decimal128(38, 2), pa.decimal256(76, 2)],
    ),
    ("json", json_texts, [pa.string(), pa.large_string(), pa.string_view()]),
]

ROWS: list[tuple[st.SearchStrategy[Any], pa.DataType]] = [
    (ints, pa.int64()),
    (st.integers(0, 2**64 - 1), pa.uint64()),
    (texts, pa.string()),
    (texts, pa.string_view()),
    (texts, pa.dictionary(pa.int8(), pa.large_string())),
    (binaries, pa.binary()),
    (st.uuids(), pa.uuid()),
    (st.tuples(ints), pa.struct([("a", pa.int64())])),
    (
        st.tuples(st.uuids(), texts, st.integers(0, 255), binaries),
        pa.struct([("a", pa.uuid()), ("b", pa.string_view()), ("c", pa.uint8()), ("d", pa.large_binary())]),
    ),
]


@st.composite
def pieces(draw: st.DrawFn, values: list[Any], kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """The same values as a whole, as a slice of more, or in chunks that are slices."""

    def array(values: list[Any]) -> pa.Array:
        if pa.types.is_struct(kind):
            fields = list(kind)
            columns = [pa.array([row[place] for row in values], field.type) for place, field in enumerate(fields)]
            return pa.StructArray.from_arrays(columns, fields=fields)
        return pa.array(values, kind)

    def slice_of_more(values: list[Any]) -> pa.Array:
        before, after = (values * draw(st.integers(0, 2)) for _ in range(2))
        return array([*before, *values, *after]).slice(len(before), len(values))

    if draw(st.booleans()):
        return slice_of_more(values)
    cuts = sorted(draw(st.lists(st.integers(0, len(values)), max_size=5)))
    bounds = zip([0, *cuts], [*cuts, len(values)], strict=True)
    return pa.chunked_array([slice_of_more(values[start:end]) for start, end in bounds], array([]).type)


@st.composite
def columns(draw: st.DrawFn) -> tuple[str, list[Any], pa.DataType]:
    kind, values, types = draw(st.sampled_from(COLUMNS))
    return kind, draw(st.lists(st.none() | values, max_size=30)), draw(st.sampled_from(types))


def as_objects(kind: str, values: list[Any]) -> list[Any]:
    return [json.loads(value) if kind == "json" and value is not None else value for value in values]


def exact(values: list[Any]) -> list[Any]:
    """So that 1.0 and 1.00, and 0.0 and -0.0, are two."""
    return [str(value) if isinstance(value, Decimal | float) else value for value in values]


@settings(max_examples=300, deadline=None)
@given(st.data(), columns(), st.booleans(), st.booleans(), st.sampled_from([None, 64]))
def test_what_is_encrypted_comes_back(
    data: st.DataObject,
    column: tuple[str, list[Any], pa.DataType],
    text: bool,
    deterministic: bool,
    pad_to: int | None,
) -> None:
    kind, values, arrow = column
    deterministic = deterministic and kind != "json"
    cipher = FieldCipher(KEY, "t", "c", kind, deterministic=deterministic, pad_to=pad_to)
    drawn = data.draw(st.none() | st.sampled_from(ROWS), "rows")
    rows, list_of_rows = [], None
    if drawn is not None:
        list_of_rows = data.draw(st.lists(drawn[0], min_size=len(values), max_size=len(values)))
        rows = [data.draw(pieces(list_of_rows, drawn[1])) for _ in range(2)]

    array = data.draw(pieces(values, arrow), "values")
    stored = pa.array(cipher.encrypt_arrow(array, *rows[:1], text=text)).to_pylist()
    assert exact(cipher.decrypt_many(stored, list_of_rows)) == exact(as_objects(kind, values))

    listed = cipher.encrypt_many(as_objects(kind, values), list_of_rows, text=text)
    if deterministic:
        assert listed == stored
    for made in (stored, listed):
        types = (
            [pa.string(), pa.large_string(), pa.string_view()]
            if text
            else [pa.binary(), pa.large_binary(), pa.binary_view()]
        )
        encrypted = data.draw(pieces(made, data.draw(st.sampled_from(types))), "stored")
        opened = pa.array(cipher.decrypt_arrow(encrypted, *rows[1:])).to_pylist()
        assert opened == [str(value) if isinstance(value, Decimal) else value for value in values]
        assert exact(opened) == exact(values)
        again = pa.array(cipher.reencrypt_arrow(encrypted, *rows[1:]))
        assert again.type == (pa.string() if text else pa.binary())
        assert exact(cipher.decrypt_many(again.to_pylist(), list_of_rows)) == exact(as_objects(kind, values))


def stored_in_both_forms(cipher: FieldCipher, values: list[str], text: bool) -> list[bytes]:
    stored = cipher.encrypt_many(values, range(len(values)), text=text)
    return [item.encode() if isinstance(item, str) else item for item in stored]


def check_damage(cipher: FieldCipher, values: list[str], stored: list[bytes], index: int, damaged: bytes) -> None:
    array = pa.array([*stored[:index], damaged, *stored[index + 1 :]], pa.binary())
    rows = pa.array(range(len(stored)))
    for call in (cipher.decrypt_arrow, cipher.reencrypt_arrow):
        with pytest.raises(DAMAGED) as raised:
            call(array, rows)
        assert raised.value.index == index
    left = pa.array(cipher.decrypt_arrow(array, rows, on_error="null")).to_pylist()
    assert left == [*values[:index], None, *values[index + 1 :]]


@settings(max_examples=100, deadline=None)
@given(st.data(), st.lists(texts, min_size=1, max_size=20), st.booleans(), st.booleans())
def test_one_changed_byte_is_noticed(data: st.DataObject, values: list[str], text: bool, deterministic: bool) -> None:
    cipher = FieldCipher(KEY, "t", "c", deterministic=deterministic)
    stored = stored_in_both_forms(cipher, values, text)
    index = data.draw(st.integers(0, len(values) - 1))
    damaged = bytearray(stored[index])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    check_damage(cipher, values, stored, index, bytes(damaged))


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("deterministic", [False, True])
def test_every_byte_counts_and_none_may_be_missing(text: bool, deterministic: bool) -> None:
    cipher = FieldCipher(KEY, "t", "c", deterministic=deterministic)
    [stored] = stored_in_both_forms(cipher, ["seven"], text)
    changed = [
        stored[:place] + bytes([stored[place] ^ mask]) + stored[place + 1 :]
        for place in range(len(stored))
        for mask in range(1, 256)
    ]
    cut = [stored[:end] for end in range(len(stored))] + [stored[start:] for start in range(1, len(stored))]
    damaged = [*changed, *cut, stored + b"A", stored + b"\0"]
    assert cipher.decrypt(stored, 0) == "seven"
    opened = pa.array(cipher.decrypt_arrow(pa.array(damaged), pa.array([0] * len(damaged)), on_error="null"))
    assert opened.null_count == len(damaged)
    errors = cipher.decrypt_many(damaged, [0] * len(damaged), return_errors=True)
    assert {type(error) for error in errors} <= set(DAMAGED)


@settings(max_examples=50, deadline=None)
@given(st.data(), st.lists(texts, min_size=1, max_size=20), st.booleans())
def test_a_value_cut_short_is_noticed(data: st.DataObject, values: list[str], text: bool) -> None:
    cipher = FieldCipher(KEY, "t", "c")
    stored = stored_in_both_forms(cipher, values, text)
    index = data.draw(st.integers(0, len(values) - 1))
    cut = stored[index][: data.draw(st.integers(0, len(stored[index]) - 1))]
    check_damage(cipher, values, stored, index, cut)


class Heap(ctypes.Structure):
    """The `struct mallinfo2` of glibc."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


def bytes_in_use() -> int:
    gc.collect()
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = Heap
    heap = mallinfo()
    return heap.uordblks + heap.hblkhd


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="glibc counts what is allocated")
@pytest.mark.parametrize("count", [1, 50_000])
def test_memory_is_given_back(count: int) -> None:
    cipher = FieldCipher(KEY, "t", "c")
    numbers = FieldCipher(KEY, "t", "n", Decimal)

    def strings() -> None:
        values = pa.array(["x" * 20] * count)
        stored = cipher.encrypt_arrow(values, pa.array(range(count)))
        del values
        kept = pa.array(stored)
        del stored
        opened = pa.array(
            cipher.decrypt_arrow(pa.chunked_array([kept, kept]), pa.array([*range(count), *range(count)]))
        )
        del kept
        assert opened[-1].as_py() == "x" * 20

    def decimals() -> None:
        rows = pa.StructArray.from_arrays([pa.array(range(count)), pa.array(["a"] * count)], ["a", "b"])
        opened = numbers.decrypt_arrow(numbers.encrypt_arrow(pa.array([Decimal("1.5")] * count), rows), rows)
        assert pa.array(opened, pa.decimal128(10, 2))[-1].as_py() == Decimal("1.50")

    def refused() -> None:
        stored = pa.array(cipher.encrypt_arrow(pa.array(["x" * 20] * count)))
        with pytest.raises(Tampered):
            cipher.decrypt_arrow(stored, pa.array([1] * count))
        with pytest.raises(TypeError):
            cipher.encrypt_arrow(pa.chunked_array([pa.array([1] * count)]))

    def unread() -> None:
        cipher.encrypt_arrow(pa.array(["x" * 20] * count)).__arrow_c_array__()
        cipher.encrypt_arrow(pa.array(["x" * 20] * count)).__arrow_c_schema__()

    def grown(once: Callable[[], None], rounds: int) -> tuple[int, int]:
        for _ in range(3):
            once()
        ours, theirs = bytes_in_use(), pa.total_allocated_bytes()
        for _ in range(rounds):
            once()
        return bytes_in_use() - ours, pa.total_allocated_bytes() - theirs

    rounds = 1000 if count == 1 else 20
    for once in (strings, decimals, refused, unread):
        ours, theirs = grown(once, rounds)
        assert theirs == 0
        # Were an array left behind each time, it would be 500,000 bytes with one value and
        # 20,000,000 with 50,000.
        assert ours < 20_000, once.__name__
