"""Encrypted columns as Arrow arrays: pyarrow, Polars, pandas and DuckDB."""

import datetime
import gc
import json
import resource
import uuid
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from ironlatch.fields import BlindIndex, FieldCipher, Tampered
from ironlatch.keyring import Key, Keyring

UTC = datetime.UTC
ID = uuid.UUID("12345678-1234-5678-1234-567812345678")
NOON = datetime.datetime(2024, 2, 29, 12, 30, 1, 5)

CASES = [
    ("str", ["a", None, "ü" * 40, ""], pa.string()),
    ("str", ["a", None, "ü" * 40, ""], pa.large_string()),
    ("str", ["a", None, "ü" * 40, ""], pa.string_view()),
    ("str", ["a", None, "a", "b"], pa.dictionary(pa.int8(), pa.string())),
    ("bytes", [b"a", None, b"\xff" * 40, b""], pa.binary()),
    ("bytes", [b"a", None, b"\xff" * 40, b""], pa.large_binary()),
    ("bytes", [b"a", None, b"\xff" * 40, b""], pa.binary_view()),
    ("bytes", [b"abc", None], pa.binary(3)),
    ("uuid", [ID, None, uuid.UUID(int=0)], pa.uuid()),
    ("int", [-128, None, 127], pa.int8()),
    ("int", [-(2**15), None, 5], pa.int16()),
    ("int", [-(2**31), None, 5], pa.int32()),
    ("int", [-(2**63), None, 2**63 - 1], pa.int64()),
    ("int", [255, None, 0], pa.uint8()),
    ("int", [65535, None, 0], pa.uint16()),
    ("int", [2**32 - 1, None, 0], pa.uint32()),
    ("int", [2**63 - 1, None, 0], pa.uint64()),
    ("float", [1.5, None, float("inf")], pa.float32()),
    ("float", [0.1, None, -0.0], pa.float64()),
    ("bool", [True, None, False], pa.bool_()),
    ("date", [datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)], pa.date32()),
    ("time", [datetime.time(23, 59, 59), None], pa.time32("s")),
    ("time", [datetime.time(23, 59, 59, 5), None], pa.time64("ns")),
    ("datetime", [NOON, None], pa.timestamp("us")),
    ("datetime", [NOON, None], pa.timestamp("ns")),
    ("datetime", [NOON.replace(microsecond=0, tzinfo=UTC), None], pa.timestamp("s", "UTC")),
    ("json", ['{"a":[1,2]}', None], pa.string()),
    ("decimal", [Decimal("-12.30"), None, Decimal("0.00")], pa.decimal128(10, 2)),
]


@pytest.fixture
def key() -> Key:
    return Keyring.in_memory().create_key("customers")


@pytest.fixture
def codes(key: Key) -> FieldCipher:
    return FieldCipher(key, "customer", "code")


@pytest.mark.parametrize(
    ("kind", "values", "arrow"), CASES, ids=lambda case: str(case) if isinstance(case, pa.DataType) else ""
)
@pytest.mark.parametrize("text", [False, True])
def test_arrays_and_lists_read_each_other(
    key: Key, kind: str, values: list[object], arrow: pa.DataType, text: bool
) -> None:
    cipher = FieldCipher(key, "t", "c", kind)
    array = pa.array(values, arrow)
    rows = pa.array(range(len(values)))
    as_objects = [json.loads(value) if kind == "json" and value else value for value in values]
    stored = pa.array(cipher.encrypt_arrow(array, rows, text=text))
    assert stored.type == (pa.string() if text else pa.binary())
    assert cipher.decrypt_many(stored.to_pylist(), range(len(values))) == as_objects
    listed = pa.array(cipher.encrypt_many(as_objects, range(len(values)), text=text), stored.type)
    for encrypted in (stored, listed):
        opened = pa.array(cipher.decrypt_arrow(encrypted, rows)).to_pylist()
        if kind == "decimal":
            assert [None if value is None else str(Decimal(value)) for value in opened] == [
                None if value is None else str(value) for value in values
            ]
        else:
            assert opened == values
    # From an offset, in pieces, and nothing at all.
    chunked = pa.chunked_array([array.slice(1, 1), array.slice(2), array.slice(0, 1)])
    assert cipher.decrypt_many(pa.array(cipher.encrypt_arrow(chunked)).to_pylist()) == as_objects[1:] + as_objects[:1]
    assert cipher.decrypt_many(pa.array(cipher.encrypt_arrow(array.slice(1))).to_pylist()) == as_objects[1:]
    assert len(cipher.decrypt_arrow(cipher.encrypt_arrow(array.slice(0, 0)))) == 0


def test_a_slice_of_what_is_stored_opens(codes: FieldCipher) -> None:
    values = [f"value {number}" if number % 3 else None for number in range(10_000)]
    stored = pa.array(codes.encrypt_arrow(pa.array(values), pa.array(range(10_000))))
    assert (
        pa.array(codes.decrypt_arrow(stored.slice(77, 5000), pa.array(range(77, 5077)))).to_pylist() == values[77:5077]
    )


@pytest.mark.parametrize(
    ("rows", "as_list"),
    [
        (pa.array([1, 2], pa.int8()), [1, 2]),
        (pa.array([1, 2**64 - 1], pa.uint64()), [1, 2**64 - 1]),
        (pa.array(["a", "b"]), ["a", "b"]),
        (pa.array(["a", "b"], pa.string_view()), ["a", "b"]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array([b"a", b"b"]), [b"a", b"b"]),
        (pa.array([ID, uuid.UUID(int=1)], pa.uuid()), [ID, uuid.UUID(int=1)]),
        (pa.chunked_array([[1], [2]]), [1, 2]),
    ],
)
def test_rows_are_those_of_lists(codes: FieldCipher, rows: pa.Array, as_list: list[object]) -> None:
    stored = pa.array(codes.encrypt_arrow(pa.array(["x", "y"]), rows))
    assert codes.decrypt_many(stored.to_pylist(), as_list) == ["x", "y"]


def test_a_moved_value_does_not_open(codes: FieldCipher) -> None:
    stored = pa.array(codes.encrypt_arrow(pa.array(["x", None, "z"]), pa.array([1, 2, 3])))
    with pytest.raises(Tampered) as raised:
        codes.decrypt_arrow(stored, pa.array([1, 2, 4]))
    assert raised.value.index == 2  # type: ignore[attr-defined]
    assert pa.array(codes.decrypt_arrow(stored, pa.array([9, 2, 3]), on_error="null")).to_pylist() == [None, None, "z"]
    other = FieldCipher(codes.key, "customer", "other")
    with pytest.raises(Tampered):
        other.decrypt_arrow(stored, pa.array([1, 2, 3]))


def test_wrong_input_is_refused(codes: FieldCipher, key: Key) -> None:
    with pytest.raises(TypeError, match=r"\"code\" has values of type str, .* Int64"):
        codes.encrypt_arrow(pa.array([1]))
    with pytest.raises(TypeError, match="__arrow_c_array__"):
        codes.encrypt_arrow(["x"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="stored values are binary or text"):
        codes.decrypt_arrow(pa.array([1]))
    with pytest.raises(TypeError, match="rows are ints"):
        codes.encrypt_arrow(pa.array(["x"]), pa.array([1.5]))
    with pytest.raises(ValueError, match="row is null") as raised:
        codes.encrypt_arrow(pa.array(["x", "y"]), pa.array([1, None]))
    assert raised.value.index == 1  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="as many rows"):
        codes.encrypt_arrow(pa.array(["x"]), pa.array([1, 2]))
    with pytest.raises(ValueError, match="on_error"):
        codes.decrypt_arrow(pa.array([b""]), on_error="ignore")  # type: ignore[arg-type]
    times = FieldCipher(key, "t", "c", "datetime")
    with pytest.raises(ValueError, match="nanoseconds"):
        times.encrypt_arrow(pa.array([1], pa.timestamp("ns")))
    mixed = times.encrypt_many([NOON, NOON.replace(tzinfo=UTC)])
    with pytest.raises(ValueError, match="some have none"):
        times.decrypt_arrow(pa.array(mixed))
    numbers = FieldCipher(key, "t", "c", "int")
    with pytest.raises(ValueError, match="64 bits"):
        numbers.decrypt_arrow(numbers.encrypt_arrow(pa.array([2**64 - 1], pa.uint64())))


def test_arrays_that_lie_are_refused(codes: FieldCipher) -> None:
    offsets = pa.py_buffer(bytes.fromhex("00000000 05000000 02000000".replace(" ", "")))
    falling = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"hello")])
    no_text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(bytes([0, 0, 0, 0, 1, 0, 0, 0])), pa.py_buffer(b"\xff")]
    )
    keys = pa.DictionaryArray.from_arrays(pa.array([7], pa.int8()), pa.array(["a"]), safe=False)
    for array in (falling, no_text, keys):
        with pytest.raises(ValueError, match="refused"):
            codes.encrypt_arrow(array)


def test_an_array_moves_to_another_column_and_key(codes: FieldCipher) -> None:
    other = FieldCipher(Keyring.in_memory().create_key("other"), "customer", "code")
    stored = codes.encrypt_arrow(pa.array(["x", None]), pa.array([1, 2]), text=True)
    moved = codes.reencrypt_arrow(stored, pa.array([1, 2]), to=other, to_rows=pa.array(["a", "b"]))
    assert pa.array(moved).type == pa.string()
    assert pa.array(other.decrypt_arrow(moved, pa.array(["a", "b"]))).to_pylist() == ["x", None]


def test_tokens_are_those_of_lists(key: Key) -> None:
    index = BlindIndex(key, "customer", "code", rows=1000)
    values = ["x", None, "y"]
    for form, kind in [("bytes", pa.binary()), ("int", pa.int64()), ("text", pa.string())]:
        tokens = pa.array(index.tokens_arrow(pa.array(values), form=form))
        assert tokens.type == kind
        assert tokens.to_pylist() == index.tokens_many(values, form=form)
    with pytest.raises(ValueError, match=r"the form of a token is .*\"int\""):
        index.tokens_arrow(pa.array(values), form="number")
    long = BlindIndex(key, "t", "c", bits=64)
    with pytest.raises(ValueError, match="at most 63 bits"):
        long.tokens_arrow(pa.array(values), form="int")


def test_polars_pandas_and_duckdb(codes: FieldCipher) -> None:
    values, rows = ["x", None, "z"], [1, 2, 3]
    series = pl.Series(codes.encrypt_arrow(pl.Series(values), pl.Series(rows)))
    assert pl.Series(codes.decrypt_arrow(series, pl.Series(rows))).to_list() == values
    frame = pd.DataFrame(
        {"code": pd.array(values, dtype="string[pyarrow]"), "id": pd.array(rows, dtype="int64[pyarrow]")}
    )
    stored = pa.array(codes.encrypt_arrow(pa.array(frame["code"]), pa.array(frame["id"])))
    assert codes.decrypt_many(stored.to_pylist(), rows) == values
    connection = duckdb.connect()
    connection.register("customer", pa.table({"id": rows, "code": stored}))
    result = connection.execute("select id, code from customer order by id desc").to_arrow_table()
    assert pa.array(codes.decrypt_arrow(result["code"], result["id"])).to_pylist() == values[::-1]


def test_no_value_is_shown(codes: FieldCipher) -> None:
    opened = codes.decrypt_arrow(codes.encrypt_arrow(pa.array(["secret value"])))
    assert repr(opened) == "ArrowArray(<1 values of type Utf8>)"


def test_memory_is_given_back(codes: FieldCipher) -> None:
    def once() -> None:
        values = pa.array(["x" * 100] * 50_000)
        stored = codes.encrypt_arrow(values)
        del values
        kept = pa.array(stored)
        del stored
        opened = pa.array(codes.decrypt_arrow(pa.chunked_array([kept, kept])))
        del kept
        assert opened[-1].as_py() == "x" * 100

    for _ in range(5):
        once()
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(30):
        once()
    # One round leaves some 30 MB behind if anything leaks.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


def test_capsules_that_were_used_are_refused(key: Key) -> None:
    class Once:
        capsules = pa.array(["a"]).__arrow_c_array__()

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self.capsules

    cipher = FieldCipher(key, table="customer", column="email")
    assert len(cipher.encrypt_arrow(Once())) == 1
    with pytest.raises(ValueError, match="taken already"):
        cipher.encrypt_arrow(Once())
