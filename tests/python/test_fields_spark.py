"""Encrypted columns in PySpark, in local mode with two workers."""

from __future__ import annotations

import base64
import datetime
import os
import pickle
import re
import time
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from ironlatch.fields import BlindIndex, FieldCipher, MalformedValue
from ironlatch.keyring import Keyring, KeyringFile, LocalProvider, UnknownKey
from pyspark import cloudpickle
from pyspark.errors import PythonException
from pyspark.serializers import CloudPickleSerializer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from ironlatch.fields.spark import SparkCipher, SparkIndex  # isort: skip - after PySpark, which it imports

ROWS = 100_000
ID = uuid.UUID("12345678-1234-5678-1234-567812345678")
NOON = datetime.datetime(2024, 2, 29, 12, 30, 1, 5)


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    provider = LocalProvider.create(tmp_path / "provider.key")
    ring = Keyring.create(tmp_path / "app.keyring", provider=provider)
    ring.create_key("customers")
    return ring


@pytest.fixture
def keyring(ring: Keyring, tmp_path: Path) -> KeyringFile:
    return KeyringFile(tmp_path / "app.keyring", provider_key=tmp_path / "provider.key")


@pytest.fixture
def emails(keyring: KeyringFile) -> SparkCipher:
    return SparkCipher(keyring, "customers", table="customer", column="email")


@pytest.fixture
def customers(spark: SparkSession) -> DataFrame:
    """Addresses of 100,000 customers, of which every seventh has none, in eight partitions."""
    email = F.when(F.col("id") % 7 != 0, F.format_string("customer %d@example.org", F.col("id")))
    return spark.range(0, ROWS, numPartitions=8).withColumn("email", email)


@pytest.fixture
def counted(
    tmp_path: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> tuple[KeyringFile, Callable[[], list[int]]]:
    """A keyring whose provider records in which process it unwraps the key, and that record."""
    name = f"counted_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(COUNTED.format(key=tmp_path / "counted.key", log=tmp_path / "unwrapped"))
    monkeypatch.syspath_prepend(tmp_path)
    spark.sparkContext.addPyFile(str(tmp_path / f"{name}.py"))
    Keyring.create(tmp_path / "counted.keyring", provider=LocalProvider.create(tmp_path / "counted.key")).create_key(
        "customers"
    )
    file = KeyringFile(tmp_path / "counted.keyring", provider=f"{name}:provider")
    return file, lambda: [int(line) for line in (tmp_path / "unwrapped").read_text().splitlines()]


COUNTED = """
import os
from ironlatch.keyring import KeyProvider, LocalProvider

class Counted(KeyProvider):
    def __init__(self):
        self.inner = LocalProvider.open({str(key)!r})
    @property
    def name(self):
        return self.inner.name
    def wrap(self, key, context):
        return self.inner.wrap(key, context)
    def unwrap(self, wrapped, context):
        with open({str(log)!r}, "a") as file:
            file.write(f"{{os.getpid()}}\\n")
        return self.inner.unwrap(wrapped, context)

provider = Counted
""".replace("{str(key)!r}", "'{key}'").replace("{str(log)!r}", "'{log}'")


def test_a_table_is_encrypted_with_the_key_unwrapped_once_in_each_worker(
    customers: DataFrame, counted: tuple[KeyringFile, Callable[[], list[int]]], tmp_path: Path
) -> None:
    keyring, unwrapped = counted
    emails = SparkCipher(keyring, "customers", table="customer", column="email")
    customers.withColumn("email", emails.encrypt("email", "id")).write.parquet(str(tmp_path / "stored"))
    stored = customers.sparkSession.read.parquet(str(tmp_path / "stored"))
    assert stored.schema["email"].dataType.simpleString() == "binary"
    opened = stored.withColumn("email", emails.decrypt("email", "id"))
    assert opened.where("id % 7 = 0 and email is null").count() == len(range(0, ROWS, 7))
    assert opened.exceptAll(customers).count() == 0
    assert opened.count() == ROWS
    in_workers = unwrapped()
    assert os.getpid() not in in_workers
    assert 1 <= len(in_workers) <= 2
    assert len(set(in_workers)) == len(in_workers)

    # What is stored is what a program without Spark reads, and it ends in the same columns.
    cipher = FieldCipher(keyring.open()["customers"], "customer", "email")
    for row in stored.where("id % 9973 = 0").collect():
        assert cipher.decrypt(row.email, row.id) == (f"customer {row.id}@example.org" if row.id % 7 else None)
    assert stored.select(F.countDistinct("email")).first()[0] == ROWS - len(range(0, ROWS, 7))


def test_what_another_program_encrypted_opens(spark: SparkSession, emails: SparkCipher, ring: Keyring) -> None:
    cipher = FieldCipher(ring["customers"], "customer", "email")
    values = ["ada@example.org", None, "grace@example.org"]
    binary, text = cipher.encrypt_many(values, range(3)), cipher.encrypt_many(values, range(3), text=True)
    stored = spark.createDataFrame(
        [(row, *both) for row, both in enumerate(zip(binary, text, strict=True))], "id long, binary binary, text string"
    )
    opened = stored.select(
        emails.decrypt("binary", "id").alias("a"), emails.decrypt(F.col("text"), F.col("id")).alias("b")
    )
    assert [tuple(row) for row in opened.collect()] == [(value, value) for value in values]


TYPES = {
    "str": ("string", ["ü", "", None], {}),
    "bytes": ("binary", [b"\xff", b"", None], {}),
    "int": ("bigint", [2**63 - 1, -1, None], {}),
    "float": ("double", [0.1, float("-inf"), None], {}),
    "bool": ("boolean", [True, False, None], {}),
    "date": ("date", [datetime.date(2024, 2, 29), datetime.date(1969, 12, 31), None], {}),
    "time": ("time", [datetime.time(23, 59, 59, 5), datetime.time(), None], {}),
    "datetime": ("timestamp", [NOON, NOON.replace(year=1968), None], {}),
    "naive": ("timestamp_ntz", [NOON, NOON.replace(year=1968), None], {"returns": "timestamp_ntz"}),
    "decimal": ("decimal(10,2)", [Decimal("-12.30"), Decimal("0.00"), None], {"returns": DecimalType(10, 2)}),
    "uuid": ("string", [str(ID), str(uuid.UUID(int=1)), None], {}),
    "json": ("string", ['{"a":[1,2]}', "null", None], {}),
}


@pytest.mark.parametrize("large", ["false", "true"])
def test_each_type_comes_back(spark: SparkSession, keyring: KeyringFile, large: str) -> None:
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", large)
    frame = spark.createDataFrame(
        list(enumerate(zip(*(values for _, values, _ in TYPES.values()), strict=True))),
        f"id int, v struct<{', '.join(f'`{name}`: {kind}' for name, (kind, _, _) in TYPES.items())}>",
    ).select("id", "v.*")
    ciphers = {
        name: SparkCipher(keyring, "customers", "t", name, "datetime" if name == "naive" else name) for name in TYPES
    }
    stored = frame.select("id", *[cipher.encrypt(name, "id").alias(name) for name, cipher in ciphers.items()])
    opened = stored.select(
        "id",
        *[cipher.decrypt(name, "id", **TYPES[name][2]).alias(name) for name, cipher in ciphers.items()],
    )
    assert [field.dataType for field in opened.schema] == [field.dataType for field in frame.schema]
    assert opened.collect() == frame.collect()
    anew = stored.select("id", *[cipher.reencrypt(name, "id").alias(name) for name, cipher in ciphers.items()])
    assert anew.select(ciphers["str"].decrypt("str", "id")).collect() == frame.select("str").collect()
    spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")

    # To a program without Spark they are of the types that they are for it.
    row = stored.first()
    values = {name: cipher.cipher.decrypt(row[name], 0) for name, cipher in ciphers.items()}
    assert values["uuid"] == ID
    assert values["decimal"] == Decimal("-12.30")
    assert str(values["decimal"]) == "-12.30"
    assert values["naive"] == NOON
    assert values["datetime"] == NOON.astimezone(datetime.UTC)
    assert values["json"] == {"a": [1, 2]}


def test_the_result_is_of_the_type_that_was_asked_for(spark: SparkSession, keyring: KeyringFile) -> None:
    ages = SparkCipher(keyring, "customers", "customer", "age", int)
    stored = spark.range(1).select(ages.encrypt(F.lit(36)).alias("age"))
    assert stored.select(ages.decrypt("age", returns="tinyint")).first()[0] == 36
    large = (
        spark.createDataFrame([(1,), (None,), (2**40,)], "age long")
        .coalesce(1)
        .select(ages.encrypt("age").alias("age"))
    )
    with pytest.raises(PythonException, match='value 2 of a batch of "age" does not fit into int') as raised:
        large.select(ages.decrypt("age", returns="int")).collect()
    assert str(2**40) not in str(raised.value)
    prices = SparkCipher(keyring, "customers", "article", "price", Decimal)
    with pytest.raises(ValueError, match=r'returns="decimal\(18,2\)"'):
        prices.decrypt("price")
    price = spark.range(1).select(prices.encrypt(F.lit(Decimal("12.345"))).alias("price"))
    assert price.select(prices.decrypt("price", returns="string")).first()[0] == "12.345"
    assert price.select(prices.decrypt("price", returns="decimal(10,4)")).first()[0] == Decimal("12.345")
    with pytest.raises(PythonException, match=r"decimal128\(10, 2\)") as raised:
        price.select(prices.decrypt("price", returns="decimal(10,2)")).collect()
    assert "12.345" not in str(raised.value)
    times = SparkCipher(keyring, "customers", "t", "c", datetime.datetime)
    with pytest.raises(PythonException, match='without a time zone: say returns="timestamp_ntz"'):
        spark.range(1).select(times.decrypt(times.encrypt(F.lit(NOON).cast("timestamp_ntz")))).collect()
    with pytest.raises(PythonException, match='with a time zone: say returns="timestamp"'):
        spark.range(1).select(times.decrypt(times.encrypt(F.now()), returns="timestamp_ntz")).collect()


@pytest.mark.parametrize(
    ("kind", "returns"),
    [
        ("datetime", "date"),
        ("datetime", "time"),
        ("date", "timestamp"),
        ("float", "float"),
        ("float", "decimal(10,1)"),
        ("decimal", "double"),
        ("int", "boolean"),
        ("int", "timestamp"),
        ("int", "string"),
        ("str", "int"),
        ("str", "string collate UTF8_LCASE"),
        ("time", "time(0)"),
        ("bytes", "string"),
        ("json", "variant"),
    ],
)
def test_types_that_would_change_a_value_are_refused(
    spark: SparkSession, keyring: KeyringFile, kind: str, returns: str
) -> None:
    with pytest.raises(ValueError, match=f"values of type {kind} come back as "):
        SparkCipher(keyring, "customers", "t", "c", kind).decrypt("c", returns=returns)


def test_rows_of_every_kind(spark: SparkSession, emails: SparkCipher) -> None:
    frame = spark.createDataFrame(
        [(1, "a", str(ID).upper(), b"k", "x")], "n int, s string, u string, b binary, v string"
    )
    rows: list[tuple[Any, Any, dict[str, Any]]] = [
        (None, None, {}),
        ("n", 1, {}),
        ("s", "a", {}),
        ("b", b"k", {}),
        ("u", ID, {"row_type": "uuid"}),
        (["n", "u"], (1, ID), {"row_type": (None, uuid.UUID)}),
        (["n", "s"], (1, "a"), {}),
        ([F.col("n"), F.upper("s")], (1, "A"), {}),
    ]
    stored = frame.select(
        "*", *[emails.encrypt("v", row, **kind).alias(f"e{i}") for i, (row, _, kind) in enumerate(rows)]
    )
    opened = stored.select(*[emails.decrypt(f"e{i}", row, **kind) for i, (row, _, kind) in enumerate(rows)])
    assert list(opened.first()) == ["x"] * len(rows)
    first = stored.first()
    assert [emails.cipher.decrypt(first[f"e{i}"], row) for i, (_, row, _) in enumerate(rows)] == ["x"] * len(rows)


def test_tokens_are_those_of_other_programs(customers: DataFrame, keyring: KeyringFile, ring: Keyring) -> None:
    settings: dict[str, Any] = {"table": "customer", "column": "email", "rows": ROWS, "normalize": "text"}
    index, plain = SparkIndex(keyring, "customers", **settings), BlindIndex(ring["customers"], **settings)
    few = customers.where("id < 10").orderBy("id")
    found = few.select(*[index.token("email", form=form) for form in ("bytes", "int", "text")]).collect()
    values = [row.email for row in few.collect()]
    for place, form in enumerate(("bytes", "int", "text")):
        assert [row[place] for row in found] == plain.tokens_many(values, form=form)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match='"bytes", "int" or "text"'):
        index.token("email", form="number")  # type: ignore[arg-type]
    address = customers.where("id = 17").withColumn("token", index.token(F.upper("email"), form="int"))
    assert address.where(F.col("token").isin(index.index.tokens("Customer 17@Example.org", form="int"))).count() == 1


def test_the_cipher_is_there_for_functions_of_ones_own(customers: DataFrame, emails: SparkCipher) -> None:
    def protect(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            stored = pa.array(emails.cipher.encrypt_arrow(batch["email"], batch["id"]))
            yield pa.record_batch([batch["id"], stored], ["id", "email"])

    def show(stored: pd.Series, id: pd.Series) -> pd.Series:
        opened = emails.cipher.decrypt_arrow(pa.array(stored, pa.binary()), pa.array(id))
        return pa.array(opened).to_pandas()

    stored = customers.where("id < 100").mapInArrow(protect, "id long, email binary")
    opened = stored.select("id", F.pandas_udf(show, "string")("email", "id").alias("email"))
    assert sorted(opened.collect()) == sorted(customers.where("id < 100").collect())


def test_a_column_used_twice_is_encrypted_once(customers: DataFrame, emails: SparkCipher) -> None:
    # If Spark thought that it may work the column out a second time, it would filter by another
    # ciphertext than it shows.
    stored = customers.where("id < 2000").withColumn("email", emails.encrypt("email", "id"))
    kept = stored.where(F.hex("email").endswith("0")).collect()
    assert len(kept) > 50
    assert all(row.email.hex().endswith("0") for row in kept)
    again = stored.withColumn("email", emails.reencrypt("email", "id")).where(F.hex("email").endswith("0")).collect()
    assert len(again) > 50
    assert all(row.email.hex().endswith("0") for row in again)


def test_rows_may_be_null_where_values_are(spark: SparkSession, customers: DataFrame, emails: SparkCipher) -> None:
    few = customers.where("id < 10")
    stored = few.withColumn("email", emails.encrypt("email", "id"))
    orders = spark.createDataFrame([(1, 3), (2, 99)], "order int, customer long")
    joined = orders.join(stored, orders["customer"] == stored["id"], "left").orderBy("order")
    assert [row[0] for row in joined.select(emails.decrypt("email", "id")).collect()] == [
        "customer 3@example.org",
        None,
    ]
    assert [row[0] is None for row in joined.select(emails.reencrypt("email", "id")).collect()] == [False, True]
    pairs = joined.select(
        "order", emails.reencrypt("email", "id", to_row=["id", "customer"]).alias("email"), "id", "customer"
    )
    opened = pairs.select(emails.decrypt("email", ["id", "customer"])).collect()
    assert [row[0] for row in opened] == ["customer 3@example.org", None]


def test_values_follow_the_key_and_move(customers: DataFrame, emails: SparkCipher, ring: Keyring) -> None:
    few = customers.where("id < 20").withColumn("tenant", F.lit("acme"))
    stored = few.withColumn("email", emails.encrypt("email", "id")).localCheckpoint()
    version = ring.rotate("customers")
    time.sleep(2.1)  # A process sees a change of the keyring's file within two seconds.
    anew = stored.withColumn("email", emails.reencrypt("email", "id")).localCheckpoint()
    assert {FieldCipher.version_id(row.email) for row in anew.collect() if row.email} == {version}
    other = SparkCipher(emails.keyring, "customers", "client", "email")
    for row, to_row in [("id", None), ("id", ["tenant", "id"])]:
        moved = anew.withColumn("email", emails.reencrypt("email", row, to=other, to_row=to_row))
        assert moved.withColumn("email", other.decrypt("email", to_row or row)).exceptAll(few).count() == 0
    unbound = few.withColumn("email", emails.encrypt("email", text=True))
    bound = unbound.withColumn("email", emails.reencrypt("email", to_row="id", text=True))
    assert bound.withColumn("email", emails.decrypt("email", "id")).exceptAll(few).count() == 0
    with pytest.raises(PythonException, match="UUID") as raised:
        anew.select(emails.reencrypt("email", "id", to_row="tenant", to_row_type="uuid")).collect()
    assert "acme" not in str(raised.value)
    with pytest.raises(PythonException, match="stored as string: say text=True"):
        unbound.select(emails.reencrypt("email")).collect()
    with pytest.raises(PythonException, match="stored as binary: say text=False"):
        anew.select(emails.reencrypt("email", "id", text=True)).collect()
    with pytest.raises(TypeError, match="different types: str and int"):
        emails.reencrypt("email", to=SparkCipher(emails.keyring, "customers", "t", "c", int))


def test_a_moved_value_ends_the_job_or_is_null(customers: DataFrame, emails: SparkCipher) -> None:
    stored = customers.where("id < 20").withColumn("email", emails.encrypt("email", "id")).localCheckpoint()
    moved = stored.withColumn("id", F.when(F.col("id") == 5, 6).otherwise(F.col("id")))
    with pytest.raises(PythonException) as raised:
        moved.select(emails.decrypt("email", "id")).collect()
    assert "ironlatch.fields.Tampered: " in str(raised.value)
    assert "encrypted for another table, column or row" in str(raised.value)
    assert re.search("in value [0-9]+ of the list", str(raised.value))
    assert "@example.org" not in str(raised.value)
    opened = moved.select("id", "email", emails.decrypt("email", "id", on_error="null").alias("opened"))
    assert [row.id for row in opened.where("email is not null and opened is null").collect()] == [6]
    with pytest.raises(PythonException, match=MalformedValue.__name__):
        customers.select(emails.decrypt(F.lit("plain text"), "id")).collect()
    with pytest.raises(PythonException, match="row is null"):
        customers.select(emails.encrypt("email", F.lit(None).cast("long"))).collect()
    with pytest.raises(PythonException, match='"email" has values of type str'):
        customers.select(emails.encrypt("id", "id")).collect()


def test_what_is_wrong_is_said_before_there_is_a_job(keyring: KeyringFile, ring: Keyring, emails: SparkCipher) -> None:
    wrong: Any = ring
    with pytest.raises(ValueError, match="type"):
        SparkCipher(keyring, "customers", "t", "c", "text")
    with pytest.raises(ValueError, match="table"):
        SparkCipher(keyring, "customers", "", "c")
    with pytest.raises(ValueError, match="bits or rows"):
        SparkIndex(keyring, "customers", "t", "c")
    with pytest.raises(TypeError, match="keyring is a KeyringFile, .* not Keyring"):
        SparkCipher(wrong, "customers", "t", "c")
    with pytest.raises(TypeError, match="key is the name of a key in the keyring, not Key"):
        SparkIndex(keyring, wrong["customers"], "t", "c", rows=10)
    for row in (17, [], ["id", 17]):
        with pytest.raises(TypeError, match="row is a column"):
            emails.encrypt("email", row)  # type: ignore[arg-type]
    for row, kind in [("id", ["uuid"]), (["id", "tenant"], "uuid"), (["id", "tenant"], ["uuid"]), (None, "uuid")]:
        with pytest.raises(TypeError, match="row_type"):
            emails.decrypt("email", row, row_type=kind)
    for kind in ("uid", datetime.date):
        with pytest.raises(ValueError, match='row_type is "int", "str", "bytes" or "uuid"'):
            emails.reencrypt("email", to_row="id", to_row_type=kind)
    for call in (emails.decrypt, emails.reencrypt):
        with pytest.raises(ValueError, match='on_error is "raise" or "null", not \'ignore\''):
            call("email", on_error="ignore")  # type: ignore[operator]


def test_a_keyring_that_does_not_open_ends_the_job(customers: DataFrame, emails: SparkCipher, tmp_path: Path) -> None:
    nowhere = KeyringFile(tmp_path / "nowhere", provider_key=tmp_path / "provider.key")
    unset = KeyringFile(tmp_path / "app.keyring", passphrase_env="NOT_SET")
    for keyring, key, message in [
        (nowhere, "customers", "no such file"),
        (unset, "customers", "the environment variable NOT_SET is not set"),
        (emails.keyring, "clients", "UnknownKey"),
    ]:
        cipher = SparkCipher(keyring, key, "customer", "email")
        with pytest.raises(PythonException, match=message):
            customers.select(cipher.encrypt("email", "id")).collect()
    with pytest.raises(UnknownKey, match="clients"):
        _ = SparkCipher(emails.keyring, "clients", "customer", "email").cipher


def test_no_key_is_in_what_workers_are_sent(
    tmp_path: Path, customers: DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, passphrase = tmp_path / "ring", tmp_path / "passphrase"
    passphrase.write_text("correct horse\n")
    Keyring.create(path, passphrase="correct horse", iterations=1, lanes=1, memory_kib=64).create_key("customers")
    emails = SparkCipher(KeyringFile(path, passphrase_file=passphrase), "customers", "customer", "email")
    emails.cipher.encrypt("so that it is there")
    key = emails.cipher.key.derive("field", [b"customer", b"email"], 32).expose()

    sent: list[bytes] = []

    def dumps(_: object, what: object) -> bytes:
        sent.append(cloudpickle.dumps(what))
        return sent[-1]

    monkeypatch.setattr(CloudPickleSerializer, "dumps", dumps)
    stored = customers.where("id < 10").select(emails.encrypt("email", "id").alias("email"), "id")
    frame = stored.select(emails.decrypt("email", "id").alias("email"), emails.reencrypt("email", "id").alias("again"))
    frame.collect()
    plan: Any = frame._jdf  # type: ignore[attr-defined]
    sent.append(plan.queryExecution().toString().encode())
    assert len(sent) > 3
    assert str(passphrase).encode() in b"".join(sent)
    for secret in (key, key.hex().encode(), base64.b64encode(key), b"correct horse"):
        assert not any(secret in part for part in sent)
    assert pickle.loads(pickle.dumps(emails)) == emails
    assert repr(emails).startswith("SparkCipher(keyring=KeyringFile(path=")


def test_a_key_made_later_is_found(spark: SparkSession, emails: SparkCipher, ring: Keyring) -> None:
    spark.range(1).select(emails.encrypt(F.lit("x"))).collect()
    ring.create_key("later")
    later = SparkCipher(emails.keyring, "later", "customer", "email")
    assert spark.range(1).select(later.decrypt(later.encrypt(F.lit("x")))).first()[0] == "x"
