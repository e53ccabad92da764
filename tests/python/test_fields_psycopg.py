"""Encrypted values through psycopg 3, on PostgreSQL."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import psycopg
import psycopg.sql
import pytest
from ironlatch.fields import BlindIndex, FieldCipher, MalformedValue, Tampered, WrongType
from ironlatch.fields.legacy import SqlalchemyUtilsFernet, UnreadableLegacyValue
from ironlatch.fields.psycopg import (
    Encrypted,
    EncryptedText,
    IndexToken,
    IndexTokenInt,
    IndexTokenText,
    decrypting,
    register,
)
from ironlatch.keyring import KeyDestroyed, KeyDisabled, Keyring, UnknownKey
from postgres import Database
from psycopg.rows import class_row, dict_row, namedtuple_row

TABLE = """CREATE TABLE customer (
    id int PRIMARY KEY, email bytea, email_index bytea, phone text
)"""
INSERT = "INSERT INTO customer VALUES (%s, %s, %s, %s)"


@pytest.fixture
def ring() -> Keyring:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring


@pytest.fixture
def email(ring: Keyring) -> FieldCipher:
    return FieldCipher(ring["customers"], table="customer", column="email", type=str)


@pytest.fixture
def phone(ring: Keyring) -> FieldCipher:
    return FieldCipher(ring["customers"], table="customer", column="phone", type=int)


@pytest.fixture
def connection(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.conninfo) as connection:
        register(connection)
        connection.execute(TABLE)
        yield connection


WAYS = [
    (kind, binary, mark)
    for kind in (psycopg.Cursor, psycopg.RawCursor)
    for binary in (False, True)
    for mark in ("%s", "%b", "%t")
]
WAYS += [(psycopg.ClientCursor, False, mark) for mark in ("%s", "%t")]  # it has no binary format


@pytest.mark.parametrize(("cursor_class", "binary", "mark"), WAYS)
def test_write_and_read(connection, email, phone, cursor_class, binary, mark) -> None:
    insert = (
        "INSERT INTO customer VALUES ($1, $2, $3, $4)"
        if cursor_class is psycopg.RawCursor
        else INSERT.replace("%s", mark)
    )
    writer = cursor_class(connection)
    writer.execute(insert, (1, Encrypted(email, "Grüße", 1), None, EncryptedText(phone, 2**70, 1)))
    writer.executemany(
        insert,
        [
            (2, Encrypted(email, "b'\\", 2), None, EncryptedText(phone, 5, 2)),
            (3, Encrypted(email, None, 3), None, EncryptedText(phone, None, 3)),
        ],
    )
    ciphers = {"email": email, "phone": phone, "absent": email}
    reader = connection.cursor(binary=binary, row_factory=decrypting(ciphers, row="id"))
    rows = reader.execute("SELECT id, email, phone FROM customer ORDER BY id").fetchall()
    assert rows == [(1, "Grüße", 2**70), (2, "b'\\", 5), (3, None, None)]
    assert connection.execute("SELECT phone LIKE 'ilf1.%%' FROM customer WHERE id = 1").fetchone() == (True,)
    assert connection.execute("SELECT email IS NULL AND phone IS NULL FROM customer WHERE id = 3").fetchone() == (True,)


@pytest.mark.parametrize(("cursor_class", "binary", "mark"), WAYS)
def test_tokens_are_under_the_version_of_their_value(connection, ring, email, cursor_class, binary, mark) -> None:
    connection.execute("CREATE TABLE indexed (id int, bytes bytea, number bigint, hex text, email bytea, phone text)")
    insert = f"INSERT INTO indexed VALUES ({', '.join([mark] * 6)})"
    if cursor_class is psycopg.RawCursor:
        insert = "INSERT INTO indexed VALUES ($1, $2, $3, $4, $5, $6)"
    index = BlindIndex(ring["customers"], table="customer", column="email", type=str, bits=62)
    first, null = Encrypted(email, "Ada", 1), Encrypted(email, None, 2)
    first.stored()
    old = ring["customers"].primary.id
    ring.rotate("customers")
    second = EncryptedText(email, "Ada", 3)
    writer = cursor_class(connection)
    for id, each in enumerate([first, null, second], start=1):
        tokens = (IndexToken(index, each), IndexTokenInt(index, each), IndexTokenText(index, each))
        stored = (None, each) if each is second else (each, None)
        writer.execute(insert, (id, *tokens, *stored))
    new_token, old_token = index.tokens("Ada")
    rows = connection.execute("SELECT bytes, number, hex, email, phone FROM indexed ORDER BY id").fetchall()
    assert [row[:3] for row in rows] == [
        (token, token and int.from_bytes(token), token and token.hex()) for token in (old_token, None, new_token)
    ]
    assert email.version_id(rows[0][3]) == old != email.version_id(rows[2][4])
    assert "Ada" not in repr(IndexToken(index, first))
    ring.disable("customers", old)
    with pytest.raises(KeyDisabled):
        writer.execute(insert, (4, IndexToken(index, first), None, None, first, None))


def test_tokens_in_copy(connection, ring, email) -> None:
    index = BlindIndex(ring["customers"], table="customer", column="email", type=str, bits=62)
    connection.execute("CREATE TABLE indexed (id int, number bigint, other bigint, email bytea)")
    with connection.cursor().copy("COPY indexed FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "int8", "int8", "bytea"])
        for id, value in enumerate(["Ada", None]):
            each = Encrypted(email, value, id)
            copy.write_row((id, IndexTokenInt(index, each), 7, each))
    rows = connection.execute("SELECT number, other FROM indexed ORDER BY id").fetchall()
    assert rows == [(index.token("Ada", form="int"), 7), (None, 7)]


def test_row_factories(connection, email) -> None:
    connection.execute(INSERT, (1, Encrypted(email, "a", 1), None, None))
    query = "SELECT id, email FROM customer"

    def fetch(**options: object) -> object:
        return connection.cursor(row_factory=decrypting({"email": email}, **options)).execute(query).fetchone()

    assert fetch(row="id", row_factory=dict_row) == {"id": 1, "email": "a"}
    assert fetch(row="id", row_factory=namedtuple_row).email == "a"
    assert fetch(row=lambda others: others["id"]) == (1, "a")
    assert fetch(row=lambda others: list(others) == ["id"] and 1) == (1, "a")

    class Customer:
        def __init__(self, id: int, email: str) -> None:
            self.pair = (id, email)

    assert fetch(row="id", row_factory=class_row(Customer)).pair == (1, "a")
    with pytest.raises(Tampered):
        fetch()
    cursor = connection.cursor(row_factory=decrypting({"email": email}, row="id"))
    with pytest.raises(psycopg.ProgrammingError, match="select id too"):
        cursor.execute("SELECT email FROM customer").fetchone()
    assert cursor.execute("SELECT 5 AS other").fetchone() == (5,)
    cursor.execute("DELETE FROM customer")
    assert cursor.rowcount == 1
    with connection.cursor("named", row_factory=decrypting({"email": email}, row="id")) as server_side:
        connection.execute(INSERT, (1, Encrypted(email, "a", 1), None, None))
        assert server_side.execute(query).fetchall() == [(1, "a")]


def test_composite_keys(connection, ring) -> None:
    cipher = FieldCipher(ring["customers"], table="pair", column="v", type=str)
    connection.execute("CREATE TABLE pair (a int, b uuid, v bytea)")
    key = (7, uuid.uuid4())
    connection.execute("INSERT INTO pair VALUES (%s, %s, %s)", (*key, Encrypted(cipher, "x", key)))
    reader = connection.cursor(row_factory=decrypting({"v": cipher}, row=("a", "b")))
    assert reader.execute("SELECT v, b, a FROM pair").fetchone() == ("x", key[1], key[0])


def test_copy(connection, email, phone) -> None:
    for start, kind in ((0, "TEXT"), (100, "BINARY")):
        with connection.cursor().copy(f"COPY customer (id, email, phone) FROM STDIN (FORMAT {kind})") as copy:
            if kind == "BINARY":
                copy.set_types(["int4", "bytea", "text"])
            for n in range(start, start + 50):
                copy.write_row((n, Encrypted(email, f"{n}@example.com", n), EncryptedText(phone, n, n)))
            copy.write_row((start + 50, Encrypted(email, None), None))
    reader = connection.cursor(row_factory=decrypting({"email": email, "phone": phone}, row="id"))
    rows = reader.execute("SELECT id, email, phone FROM customer WHERE email IS NOT NULL ORDER BY id").fetchall()
    assert rows == [(n, f"{n}@example.com", n) for n in (*range(50), *range(100, 150))]
    with connection.cursor().copy(
        "COPY (SELECT id, email FROM customer WHERE id < 50 ORDER BY id) TO STDOUT (FORMAT BINARY)"
    ) as copy:
        copy.set_types(["int4", "bytea"])
        ids, stored = zip(*copy.rows(), strict=True)
    assert email.decrypt_many(list(stored), list(ids)) == [f"{n}@example.com" for n in range(50)]


def test_bytes_and_text_are_what_they_were(connection, email) -> None:
    for kind in ("TEXT", "BINARY"):
        with connection.cursor().copy(
            f"COPY customer (id, email, email_index, phone) FROM STDIN (FORMAT {kind})"
        ) as copy:
            copy.set_types(["int4", "bytea", "bytea", "text"])
            copy.write_row((1, Encrypted(email, "x", 1), b"\x00token", "plain"))
            copy.write_row((2, b"plain", None, None))
        rows = connection.execute("SELECT email_index, phone FROM customer ORDER BY id").fetchall()
        assert rows == [(b"\x00token", "plain"), (None, None)]
        assert connection.execute("DELETE FROM customer WHERE email = %s", (b"plain",)).rowcount == 1
        assert connection.execute("DELETE FROM customer WHERE phone = %s", ("plain",)).rowcount == 1


def test_find_by_blind_index(connection, email, ring) -> None:
    index = BlindIndex(ring["customers"], table="customer", column="email", type=str, rows=16, normalize="text")
    for n in range(20):
        address = f"{n}@example.com"
        connection.execute(INSERT, (n, Encrypted(email, address, n), index.token(address), None))
    ring.rotate("customers")
    connection.execute(INSERT, (20, Encrypted(email, "20@example.com", 20), index.token("20@example.com"), None))
    reader = connection.cursor(row_factory=decrypting({"email": email}, row="id", row_factory=dict_row))
    for n in (3, 20):
        query = "SELECT id, email FROM customer WHERE email_index = ANY(%s)"
        found = reader.execute(query, [index.tokens(f"{n}@EXAMPLE.com")]).fetchall()
        assert [row["id"] for row in found if row["email"] == f"{n}@example.com"] == [n]
        assert len(found) < 21


def test_faults(connection, email, ring) -> None:
    for n in (1, 2):
        connection.execute(INSERT, (n, Encrypted(email, "secret", n), None, None))
    reader = connection.cursor(row_factory=decrypting({"email": email}, row="id"))

    def read(stored: bytes | None = None) -> object:
        if stored is not None:
            connection.execute("UPDATE customer SET email = %s WHERE id = 1", (stored,))
        return reader.execute("SELECT id, email FROM customer WHERE id = 1").fetchone()

    (good,), (other,) = connection.execute("SELECT email FROM customer ORDER BY id").fetchall()
    column = FieldCipher(ring["customers"], table="customer", column="phone", type=str)
    table = FieldCipher(ring["customers"], table="supplier", column="email", type=str)
    for bad in (
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:-1],
        other,
        column.encrypt("secret", 1),
        table.encrypt("secret", 1),
    ):
        with pytest.raises(Tampered) as caught:
            read(bad)
        assert "secret" not in str(caught.value)
    for bad in (b"", good[:5], b"plain"):
        with pytest.raises(MalformedValue):
            read(bad)
    with pytest.raises(WrongType):
        read(FieldCipher(ring["customers"], table="customer", column="email", type=int).encrypt(5, 1))
    stranger = Keyring.in_memory()
    stranger.create_key("customers")
    with pytest.raises(UnknownKey):
        read(FieldCipher(stranger["customers"], table="customer", column="email", type=str).encrypt("secret", 1))
    assert read(good) == (1, "secret")
    old = ring["customers"].primary.id
    ring.rotate("customers")
    assert read() == (1, "secret")
    ring.disable("customers", old)
    with pytest.raises(KeyDisabled):
        read()
    ring.destroy("customers", old)
    with pytest.raises(KeyDestroyed):
        read()
    with pytest.raises(TypeError):
        connection.execute(INSERT, (3, Encrypted(email, 5, 3), None, None))
    assert "secret" not in repr(Encrypted(email, "secret", 3))


@pytest.mark.parametrize("cursor_class", [psycopg.Cursor, psycopg.ClientCursor])
def test_values_within_others_are_encrypted(connection, email, phone, cursor_class) -> None:
    """In arrays, composed SQL, named parameters and results of another type the plain value is not
    to be seen.
    """
    cursor = cursor_class(connection)
    cursor.execute(
        "INSERT INTO customer (id, email) SELECT * FROM unnest(%s::int[], %s::bytea[])",
        ([1, 2], [Encrypted(email, "hunter2", 1), Encrypted(email, "hunter2", 2)]),
    )
    cursor.execute("UPDATE customer SET phone = (%s::text[])[1]", ([EncryptedText(phone, 4711, 1)],))
    literal = psycopg.sql.Literal(Encrypted(email, "hunter2", 3))
    cursor.execute(psycopg.sql.SQL("INSERT INTO customer (id, email) VALUES (3, {})").format(literal))
    cursor.execute("INSERT INTO customer (id, email) VALUES (4, %(e)s)", {"e": Encrypted(email, "hunter2", 4)})
    cursor.execute("INSERT INTO customer (id, email) VALUES (5, coalesce(%s, 'x'))", [Encrypted(email, "hunter2", 5)])
    rows = connection.execute("SELECT id, email FROM customer ORDER BY id").fetchall()
    assert [email.decrypt(stored, id) for id, stored in rows] == ["hunter2"] * 5
    assert all(b"hunter2" not in stored for _, stored in rows)
    (stored,) = connection.execute("SELECT phone FROM customer WHERE id = 1").fetchone()
    assert phone.decrypt(stored, 1) == 4711
    for statement in ("SELECT %s::int", "SELECT %s::bool"):
        with pytest.raises(psycopg.Error) as caught, connection.transaction():
            cursor.execute(statement, [Encrypted(email, "hunter2")])
        assert "hunter2" not in str(caught.value)
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        cursor.execute("INSERT INTO customer (id, email) VALUES (1, %s)", [Encrypted(email, "hunter2", 1)])
    assert "hunter2" not in str(caught.value)


def test_only_registered_connections_know_them(database: Database, connection, email) -> None:
    with psycopg.connect(database.conninfo) as other, pytest.raises(psycopg.ProgrammingError):
        other.execute("SELECT %s", (Encrypted(email, "x"),))


def test_values_that_another_package_left(connection, email) -> None:
    import sqlalchemy
    from sqlalchemy.dialects import postgresql
    from sqlalchemy_utils import StringEncryptedType
    from sqlalchemy_utils.types.encrypted.encrypted_type import FernetEngine

    old = StringEncryptedType(sqlalchemy.Unicode, "passphrase", FernetEngine).process_bind_param(
        "old", postgresql.dialect()
    )
    connection.execute("INSERT INTO customer (id, email) VALUES (1, %s)", (old.encode(),))
    connection.execute("INSERT INTO customer (id, email) VALUES (2, %s)", (Encrypted(email, "new", 2),))
    reader = connection.cursor(
        row_factory=decrypting({"email": email}, row="id", legacy={"email": SqlalchemyUtilsFernet("passphrase")})
    )
    assert reader.execute("SELECT id, email FROM customer ORDER BY id").fetchall() == [(1, "old"), (2, "new")]
    reader = connection.cursor(
        row_factory=decrypting({"email": email}, row="id", legacy={"email": SqlalchemyUtilsFernet("other")})
    )
    with pytest.raises(UnreadableLegacyValue):
        reader.execute("SELECT id, email FROM customer ORDER BY id").fetchall()


def test_async_connections_and_pipelines(database: Database, email) -> None:
    async def run() -> None:
        async with await psycopg.AsyncConnection.connect(database.conninfo) as connection:
            register(connection)
            await connection.execute(TABLE)
            async with connection.pipeline(), connection.cursor() as cursor:
                for n in range(3):
                    await cursor.execute(INSERT, (n, Encrypted(email, f"{n}", n), None, None))
            async with connection.cursor().copy("COPY customer (id, email) FROM STDIN") as copy:
                await copy.write_row((3, Encrypted(email, "3", 3)))
            cursor = connection.cursor(row_factory=decrypting({"email": email}, row="id"))
            await cursor.execute("SELECT id, email FROM customer ORDER BY id")
            assert [row async for row in cursor] == [(n, f"{n}") for n in range(4)]

    asyncio.run(run())
