"""Encrypted columns as Arrow arrays: pyarrow, Polars, pandas and DuckDB."""

import datetime
import json
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
    ("uuid", [ID, None, uuid.UUID(int=0)], pa.binary(16)),
    ("uuid", [ID, None, uuid.UUID(int=0)], pa.binary()),
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
    array = pa.array(
        [value.bytes if isinstance(value, uuid.UUID) and arrow != pa.uuid() else value for value in values], arrow
    )
    rows = pa.array(range(len(values)))
    as_objects = [json.loads(value) if kind == "json" and value else value for value in values]
    stored = pa.array(cipher.encrypt_arrow(array, rows, text=text))
    assert stored.type == (pa.string() if text else pa.binary())
    assert cipher.decrypt_many(stored.to_pylist(), range(len(values))) == as_objects
    listed = pa.array(cipher.encrypt_many(as_objects, range(len(values)), text=text), stored.type)
    for encrypted in (stored, listed):
        opened = pa.array(cipher.decrypt_arrow(encrypted, rows)).to_pylist()
        assert opened == [str(value) if isinstance(value, Decimal) else value for value in values]
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
        (pa.array([{"a": 7}, {"a": 8}]), [(7,), (8,)]),
        (pa.table({"a": [1, 2], "b": ["x", "y"]}), [(1, "x"), (2, "y")]),
        (pa.record_batch({"a": [1, 2], "b": pa.array([ID, ID], pa.uuid())}), [(1, ID), (2, ID)]),
        (
            pa.table({"a": pa.array([1, 2**64 - 1], pa.uint64()), "b": pa.array([b"x", b"y"]).dictionary_encode()}),
            [(1, b"x"), (2**64 - 1, b"y")],
        ),
        (pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}), [(1, "x"), (2, "y")]),
        (pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_struct(), [(1, "x"), (2, "y")]),
    ],
)
def test_rows_are_those_of_lists(codes: FieldCipher, rows: pa.Array, as_list: list[object]) -> None:
    stored = pa.array(codes.encrypt_arrow(pa.array(["x", "y"]), rows))
    assert codes.decrypt_many(stored.to_pylist(), as_list) == ["x", "y"]


IDS = [uuid.UUID(int=2**127 + 5), ID]


@pytest.mark.parametrize("row_type", ["uuid", uuid.UUID])
@pytest.mark.parametrize(
    "rows",
    [
        pa.array([str(row) for row in IDS]),
        pa.array([str(row).upper() for row in IDS], pa.large_string()),
        pa.array([row.hex for row in IDS], pa.string_view()),
        pa.array([str(row) for row in IDS]).dictionary_encode(),
        pa.chunked_array([[str(IDS[0])], [IDS[1].hex.upper()]]),
        pa.array([row.bytes for row in IDS]),
        pa.array([row.bytes for row in IDS], pa.binary(16)),
        pa.array(IDS, pa.uuid()),
        pl.Series([str(row) for row in IDS]),
    ],
)
def test_rows_as_uuids(codes: FieldCipher, rows: pa.Array, row_type: str | type) -> None:
    stored = pa.array(codes.encrypt_arrow(pa.array(["x", "y"]), rows, row_type=row_type))
    assert codes.decrypt_many(stored.to_pylist(), IDS) == ["x", "y"]
    assert pa.array(codes.decrypt_arrow(stored, rows, row_type=row_type)).to_pylist() == ["x", "y"]
    moved = codes.reencrypt_arrow(stored, rows, row_type=row_type, to_rows=pa.array([1, 2]))
    assert codes.decrypt_many(pa.array(moved).to_pylist(), [1, 2]) == ["x", "y"]
    back = codes.reencrypt_arrow(moved, pa.array([1, 2]), to_rows=rows, to_row_type=row_type)
    assert codes.decrypt_many(pa.array(back).to_pylist(), IDS) == ["x", "y"]


def test_parts_of_rows_as_uuids(codes: FieldCipher) -> None:
    rows = pa.table({"tenant": [str(row) for row in IDS], "id": ["a", "b"], "n": [1, 2]})
    stored = pa.array(codes.encrypt_arrow(pa.array(["x", "y"]), rows, row_type=("uuid", None, int)))
    assert codes.decrypt_many(stored.to_pylist(), [(IDS[0], "a", 1), (IDS[1], "b", 2)]) == ["x", "y"]
    # Without it they are texts.
    stored = pa.array(codes.encrypt_arrow(pa.array(["x", "y"]), rows))
    assert codes.decrypt_many(stored.to_pylist(), [(str(IDS[0]), "a", 1), (str(IDS[1]), "b", 2)]) == ["x", "y"]


@pytest.mark.parametrize(
    "text",
    ["", "secret", "{" + ID.hex + "}", "urn:uuid:" + str(ID), ID.hex[1:], str(ID)[:-1] + "g", "ü" * 16, "-" * 36],
)
def test_what_is_no_uuid_is_refused_without_being_shown(codes: FieldCipher, key: Key, text: str) -> None:
    rows = pa.array([str(ID), str(ID), text])
    with pytest.raises(ValueError, match="the text is no UUID") as raised:
        codes.encrypt_arrow(pa.array(["x", "y", "z"]), rows, row_type="uuid")
    assert raised.value.index == 2  # type: ignore[attr-defined]
    assert not text or text not in str(raised.value)
    # It is an error of the call, not of a value.
    with pytest.raises(ValueError, match="the text is no UUID"):
        codes.decrypt_arrow(pa.array([b"", b"", b""]), rows, row_type="uuid", on_error="null")
    with pytest.raises(ValueError, match="the text is no UUID") as raised:
        FieldCipher(key, "t", "c", uuid.UUID).encrypt_arrow(rows)
    assert raised.value.index == 2  # type: ignore[attr-defined]


def test_uuids_as_text_are_values(key: Key) -> None:
    cipher = FieldCipher(key, "t", "c", uuid.UUID)
    for values in ([str(ID), None], [ID.hex.upper(), None]):
        stored = pa.array(cipher.encrypt_arrow(pa.array(values)))
        assert cipher.decrypt_many(stored.to_pylist()) == [ID, None]
        assert pa.array(cipher.decrypt_arrow(stored)).to_pylist() == [ID, None]
        index = BlindIndex(key, "t", "c", uuid.UUID, bits=64)
        assert pa.array(index.tokens_arrow(pa.array(values))).to_pylist() == index.tokens_many([ID, None])


def test_rows_that_do_not_fit_are_refused(codes: FieldCipher) -> None:
    values = pa.array(["x", "y"])
    two = pa.table({"a": [1, 2], "b": ["x", "y"]})
    for rows, row_type, message in [
        (pa.array([1, 2]), "uuid", "rows of type uuid do not come as an Arrow array of type Int64"),
        (pa.array(["a", "b"]), int, "rows of type int do not come as"),
        (pa.array([1, 2]), "decimal", "row_type is int, str, bytes or uuid, not decimal"),
        (pa.array([1, 2]), ("int",), "row_type is a tuple"),
        (two, "uuid", "the rows are structs: row_type is a tuple"),
        (two, ("uuid",), "row_type has 1 types, and the rows have 2 fields"),
        (two, (None, "uuid", None), "row_type has 3 types"),
        (two, ("uuid", None), "rows of type uuid do not come as"),
        (pa.table({"a": [1.5, 2.5]}), None, "structs of these"),
        (pa.array([{"a": {"b": 1}}, {"a": {"b": 2}}]), None, "structs of these"),
        (pa.nulls(2), None, "structs of these"),
    ]:
        with pytest.raises(TypeError, match=message):
            codes.encrypt_arrow(values, rows, row_type=row_type)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a type for rows, and no rows"):
        codes.encrypt_arrow(values, row_type="uuid")
    with pytest.raises(TypeError, match="a type for rows, and no rows"):
        codes.reencrypt_arrow(pa.array([b"", b""]), pa.array([1, 2]), to_row_type="uuid")
    with pytest.raises(TypeError, match="a column's type is"):
        codes.encrypt_arrow(values, pa.array([1, 2]), row_type=list)
    for rows in (
        pa.array([{"a": 1}, None], pa.struct([("a", pa.int64())])),
        pa.table({"a": [1, 2], "b": ["x", None]}),
        pa.StructArray.from_arrays([pa.array([1, 2])], ["a"], mask=pa.array([False, True])),
    ):
        with pytest.raises(ValueError, match="row is null, or a part of it") as raised:
            codes.encrypt_arrow(values, rows)
        assert raised.value.index == 1  # type: ignore[attr-defined]
    for rows in (pa.array(["a", "b" * 4096]), pa.table({"a": ["a", "b" * 4096]})):
        with pytest.raises(ValueError, match="at most 4096 bytes") as raised:
            codes.decrypt_arrow(pa.array([b"", b""]), rows, on_error="null")
        assert raised.value.index == 1  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="1 to 32 parts"):
        codes.encrypt_arrow(values, pa.table({str(name): [1, 2] for name in range(33)}))


def test_decimals_are_those_of_python(key: Key) -> None:
    cipher = FieldCipher(key, "t", "c", Decimal)
    values = [
        Decimal(text)
        for text in ("-12.30", "0", "-0.00", "1E+3", "0E-9", "1E-7", "0.000001", "1" * 50 + ".5", "-9E+999")
    ]
    opened = pa.array(cipher.decrypt_arrow(pa.array(cipher.encrypt_many([*values, None]))))
    assert opened.to_pylist() == [*map(str, values), None]


def test_decimals_come_in_the_type_that_is_asked_for(key: Key) -> None:
    cipher = FieldCipher(key, "t", "c", Decimal)

    def opened(*texts: str | None) -> object:
        values = [None if text is None else Decimal(text) for text in texts]
        return cipher.decrypt_arrow(pa.array(cipher.encrypt_many(values), pa.binary()))

    kind = pa.decimal128(10, 2)
    array = pa.array(opened("-12.30", None, "1E+3", "0.5", "-0", "99999999.99", "1.000"), kind)
    assert array.type == kind
    assert [None if value is None else str(value) for value in array.to_pylist()] == [
        "-12.30", None, "1000.00", "0.50", "0.00", "99999999.99", "1.00",
    ]  # fmt: skip
    assert pa.array(opened(), kind).type == kind
    assert pa.array(opened("12E+3"), pa.decimal128(3, -3)).to_pylist() == [Decimal("12E+3")]
    assert pa.array(opened("9" * 38), pa.decimal128(38, 0)).to_pylist() == [Decimal("9" * 38)]
    for text in ("0.001", "100000000", "1E+9999", "1E-9999", "9" * 60):
        with pytest.raises(ValueError, match=r"does not fit into decimal128\(10, 2\)") as raised:
            pa.array(opened("1", None, text), kind)
        assert raised.value.index == 2  # type: ignore[attr-defined]
    # Anything else that is asked for is not looked at.
    assert pa.array(opened("1.5"), pa.string()).to_pylist() == ["1.5"]
    texts = FieldCipher(key, "t", "c").decrypt_arrow(FieldCipher(key, "t", "c").encrypt_arrow(pa.array(["1.5"])))
    schema = kind.__arrow_c_schema__()
    assert pa.Array._import_from_c_capsule(*texts.__arrow_c_array__(schema)).to_pylist() == ["1.5"]


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
    rows = pa.array([1, None])
    stored = codes.encrypt_arrow(pa.array(["x", None]), rows)
    assert pa.array(codes.decrypt_arrow(codes.reencrypt_arrow(stored, rows), rows)).to_pylist() == ["x", None]
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
    short_view = pa.Array.from_buffers(
        pa.string_view(),
        1,
        [None, pa.py_buffer(bytes.fromhex("0d000000 61616161 00000000 05000000")), pa.py_buffer(b"hello")],
    )
    for array in (falling, no_text, keys, short_view):
        for whole in (array, pa.chunked_array([array])):
            with pytest.raises(ValueError, match="refused"):
                codes.encrypt_arrow(whole)
        with pytest.raises(ValueError, match="refused"):
            codes.encrypt_arrow(pa.array([None] * len(array), pa.string()), array)


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
    result = connection.sql("select id, code from customer order by id desc").to_arrow_table()
    assert pa.array(codes.decrypt_arrow(result["code"], result["id"])).to_pylist() == values[::-1]
    numbered = connection.sql(f"select '{ID}'::uuid as id, code from customer where id = 3").to_arrow_table()
    assert numbered["id"].type == pa.string()
    under_uuid = codes.reencrypt_arrow(result["code"][:1], result["id"][:1], to_rows=numbered["id"], to_row_type="uuid")
    assert codes.decrypt_many(pa.array(under_uuid).to_pylist(), [ID]) == ["z"]


def test_no_value_is_shown(codes: FieldCipher) -> None:
    opened = codes.decrypt_arrow(codes.encrypt_arrow(pa.array(["secret value"])))
    assert repr(opened) == "ArrowArray(<1 values of type Utf8>)"


def test_capsules_that_were_used_are_refused(key: Key) -> None:
    class Once:
        capsules = pa.array(["a"]).__arrow_c_array__()

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self.capsules

    cipher = FieldCipher(key, table="customer", column="email")
    assert len(cipher.encrypt_arrow(Once())) == 1
    with pytest.raises(ValueError, match="taken already"):
        cipher.encrypt_arrow(Once())
