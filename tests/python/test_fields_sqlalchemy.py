"""Encrypted columns and blind indexes in SQLAlchemy 2, on PostgreSQL and SQLite."""

from __future__ import annotations

import asyncio
import datetime
import uuid
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields import FieldCipher, MalformedValue, Tampered, WrongType
from ironlatch.fields.legacy import PlainText
from ironlatch.fields.sqlalchemy import (
    Encrypted,
    RowBound,
    index_equals,
)
from ironlatch.keyring import KeyDestroyed, KeyDisabled, Keyring, UnknownKey
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy_models import models, raw

pytest_plugins = ["sqlalchemy_models"]

VALUES = {
    "text": "Grüße",
    "number": 2**80,
    "amount": Decimal("12.500"),
    "day": datetime.date(1815, 12, 10),
    "moment": datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=datetime.UTC),
    "flag": False,
    "identifier": uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    "document": {"a": [1, None, True, "ü"]},
    "blob": b"\x00\xff",
}


def put(session: Session, table: str, column: str, value: object, **where: object) -> None:
    condition = " AND ".join(f"{name} = :{name}" for name in where)
    session.execute(sa.text(f"UPDATE {table} SET {column} = :value WHERE {condition}"), {"value": value, **where})
    session.expire_all()


def test_every_type(session: Session, m: SimpleNamespace) -> None:
    session.add_all([m.Everything(id=1, **VALUES), m.Everything(id=2)])
    session.commit()
    full, empty = session.scalars(select(m.Everything).order_by(m.Everything.id))
    for name, value in VALUES.items():
        read = getattr(full, name)
        assert read == value
        assert isinstance(read, type(value))
        assert getattr(empty, name) is None
        stored, nothing = raw(session, "everything", name)
        assert stored[0] == 0xC1
        assert nothing is None
    full.document["b"] = 2  # a change within, as MutableDict sees it
    session.commit()
    assert session.scalars(select(m.Everything.document).where(m.Everything.id == 1)).one() == {
        **VALUES["document"],
        "b": 2,
    }
    assert session.scalars(select(m.Everything.id).where(m.Everything.text == None)).all() == [2]  # noqa: E711
    assert session.scalars(select(m.Everything.id).where(m.Everything.text.is_not(None))).all() == [1]


def test_every_way_to_write_fills_the_index(session: Session, m: SimpleNamespace) -> None:
    Customer = m.Customer
    table = Customer.__table__

    def check() -> None:
        session.expire_all()
        for customer in session.scalars(select(Customer)):
            assert customer.email_index == table.c.email_index.type.token(customer.email), customer.id
            assert customer.phone_token == table.c.phone_token.type.token(customer.phone), customer.id

    customer = Customer(id=1, name="a", email="a@example.com", phone="1")
    session.add(customer)
    session.flush()
    assert customer.email_index is not None  # without reading it back
    customer.email = "a2@example.com"
    session.flush()
    check()
    customer.name = "only the name"
    session.flush()
    check()
    customer.email = None
    session.flush()
    assert raw(session, "customer", "email_index") == [None]
    session.execute(
        sa.insert(Customer), [{"id": n, "name": "", "email": f"{n}@example.com", "phone": str(n)} for n in (2, 3)]
    )
    session.execute(sa.insert(Customer).values([{"id": n, "name": "", "email": f"{n}@example.com"} for n in (4, 5)]))
    session.execute(sa.insert(table).values(id=6, name="", email="6@example.com", phone_number="6"))
    session.bulk_save_objects([Customer(id=7, name="", email="7@example.com")])
    session.bulk_insert_mappings(Customer, [{"id": 8, "name": "", "phone": "8"}])
    check()
    session.execute(sa.update(Customer).where(Customer.id == 2).values(email="new2@example.com", phone="22"))
    session.execute(sa.update(Customer).where(Customer.id == 2).values({Customer.phone: "222"}))
    session.execute(sa.update(table).where(table.c.id == 3).values({"email": "new3@example.com", "phone_number": None}))
    session.execute(sa.update(table).where(table.c.id == 4).values(email=sa.null()))
    session.execute(sa.update(table).where(table.c.id == 5), {"email": "new5@example.com"})
    session.execute(sa.update(Customer), [{"id": 6, "email": "new6@example.com"}, {"id": 7, "email": None}])
    session.bulk_update_mappings(Customer, [{"id": 8, "phone": "88"}])
    session.connection().execute(
        sa.update(table).where(table.c.id == sa.bindparam("which")).values(email=sa.bindparam("address")),
        [{"which": 2, "address": "last2@example.com"}, {"which": 3, "address": "last3@example.com"}],
    )
    check()
    assert session.get(Customer, 3).email == "last3@example.com"
    assert session.get(Customer, 8).phone == "88"
    session.execute(sa.update(Customer).where(Customer.id == 8).values(name="x"))
    check()
    session.commit()
    session.get(Customer, 8).email = "x@example.com"
    session.commit()
    check()


def test_upserts_set_the_index_too(engine: sa.Engine, session: Session, m: SimpleNamespace) -> None:
    insert = __import__(f"sqlalchemy.dialects.{engine.dialect.name}", fromlist=["insert"]).insert
    table = m.Customer.__table__
    session.execute(sa.insert(table).values(id=1, name="", email="old@example.com"))
    session.execute(
        sa.insert(table).from_select(
            ["id", "name", "email", "email_index"],
            select(table.c.id + 1, table.c.name, table.c.email, table.c.email_index),
        )
    )
    assert {1, 2} <= set(
        session.scalars(select(m.Customer.id).where(index_equals(m.Customer.email, "old@example.com")))
    )
    session.execute(sa.delete(table).where(table.c.id == 2))
    statement = insert(table).values(id=1, name="", email="new@example.com")
    with pytest.raises(InvalidRequestError, match="'email_index' together with 'email'"):
        session.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_={"email": statement.excluded.email})
        )
    both = {"email": statement.excluded.email, "email_index": statement.excluded.email_index}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=both))
    found = session.scalars(select(m.Customer).where(index_equals(m.Customer.email, "new@example.com"))).one()
    assert found.email == "new@example.com"


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 and so on, for as long as an encrypted value is"
UTF16 = "Ada Lovelace, Countess of so and so, who wrote".encode("utf-16")
NOISE = b"\xc1\x12\x34\x56\x78" + bytes(60)


def test_what_begins_like_ciphertext_is_not_taken_for_it(engine: sa.Engine, ring: Keyring) -> None:
    class Base(DeclarativeBase):
        pass

    class Picture(Base):
        __tablename__ = "picture"
        id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
        content = RowBound(ring["customers"], bytes)
        moved: Mapped[bytes | None] = mapped_column(Encrypted(ring["customers"], bytes, legacy=PlainText(bytes)))

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for id, plain in enumerate([JPEG, UTF16, NOISE]):
            session.add(Picture(id=id, content=plain))
            session.flush()
            with pytest.raises(TypeError, match="takes what its type sealed for a row"):
                session.execute(sa.insert(Picture).values(id=9, content=plain))
            put(session, "picture", "moved", plain, id=id)
            picture = session.get(Picture, id)
            assert (picture.content, picture.moved) == (plain, plain)
            picture.moved = plain + b"!"
            session.flush()
            session.expire(picture)
            assert picture.moved == plain + b"!"
        assert all(
            ring["customers"].primary.id == FieldCipher.version_id(stored)
            for stored in raw(session, "picture", "content")
        )


def test_faults_pass_through_as_they_are(session: Session, m: SimpleNamespace, ring: Keyring) -> None:
    Customer = m.Customer
    session.add_all(
        [
            Customer(id=1, name="", email="a@example.com", phone="1"),
            Customer(id=2, name="", email="b@example.com", badge=5),
        ]
    )
    session.commit()
    email, phone = raw(session, "customer", "email"), raw(session, "customer", "phone_number")
    emails = select(Customer.email).where(Customer.id == 1)
    texts = select(Customer.phone).where(Customer.id == 1)
    elsewhere = FieldCipher(ring["customers"], table="supplier", column="email", type=str)
    moved = FieldCipher(ring["customers"], table="customer", column="phone_number", type=str)
    flipped = email[0][:-1] + bytes([email[0][-1] ^ 1])
    for stored in (flipped, email[0][:-1], elsewhere.encrypt("a"), moved.encrypt("a")):
        put(session, "customer", "email", stored, id=1)
        with pytest.raises(Tampered):
            session.scalars(emails).one()
        with pytest.raises(Tampered):
            session.get(Customer, 1).email  # noqa: B018
        session.rollback()
    for stored in (email[0][:9], b"", b"plain"):
        put(session, "customer", "email", stored, id=1)
        with pytest.raises(MalformedValue):
            session.scalars(emails).one()
    for stored in ("ilf1.", "plain", phone[0][:-1] + "!"):
        put(session, "customer", "phone_number", stored, id=1)
        with pytest.raises(MalformedValue):
            session.scalars(texts).one()
    stranger = Keyring.in_memory()
    stranger.create_key("customers")
    theirs = FieldCipher(stranger["customers"], table="customer", column="email", type=str)
    put(session, "customer", "email", theirs.encrypt("a"), id=1)
    with pytest.raises(UnknownKey):
        session.scalars(emails).one()
    number = FieldCipher(ring["customers"], table="customer", column="email", type=int)
    put(session, "customer", "email", number.encrypt(5), id=1)
    with pytest.raises(WrongType):
        session.scalars(emails).one()
    put(session, "customer", "email", email[0], id=1)
    assert session.scalars(emails).one() == "a@example.com"


def test_disabled_and_destroyed_keys(session: Session, m: SimpleNamespace, ring: Keyring) -> None:
    session.add(m.Customer(id=1, name="", email="a@example.com"))
    session.commit()
    old = ring["customers"].primary.id
    ring.rotate("customers")
    assert session.scalars(select(m.Customer.email)).one() == "a@example.com"
    ring.disable("customers", old)
    with pytest.raises(KeyDisabled):
        session.scalars(select(m.Customer.email)).one()
    ring.destroy("customers", old)
    with pytest.raises(KeyDestroyed):
        session.scalars(select(m.Customer.email)).one()


def test_a_wrong_value_is_not_shown(session: Session, m: SimpleNamespace) -> None:
    session.add(m.Customer(id=1, name="", badge="hunter2"))
    with pytest.raises(TypeError) as caught:
        session.flush()
    assert "hunter2" not in str(caught.value)
    session.rollback()
    with pytest.raises(TypeError) as caught:
        m.RecoveryCode(code=4711)  # when its token is made
    assert "4711" not in str(caught.value)
    session.add(m.RecoveryCode(note={5: "hunter2"}))
    with pytest.raises((TypeError, ValueError)) as caught:
        session.flush()
    assert "hunter2" not in str(caught.value)
    session.rollback()
    assert raw(session, "customer", "id") == []


def test_rotation_moves_values_when_they_are_written(session: Session, m: SimpleNamespace, ring: Keyring) -> None:
    session.add_all([m.Customer(id=n, name="", email=f"{n}@example.com") for n in (1, 2)])
    session.commit()
    ring.rotate("customers")
    cipher = m.Customer.__table__.c.email.type.cipher
    assert [cipher.needs_update(stored) for stored in raw(session, "customer", "email")] == [True, True]
    customer = session.get(m.Customer, 1)
    sa.orm.attributes.flag_modified(customer, "email")
    session.commit()
    assert [cipher.needs_update(stored) for stored in raw(session, "customer", "email")] == [False, True]
    for n in (1, 2):  # found under the new version and under the old one
        assert (
            n in session.scalars(select(m.Customer.id).where(index_equals(m.Customer.email, f"{n}@example.com"))).all()
        )
    assert customer.email_index == m.Customer.__table__.c.email_index.type.token("1@example.com")


def test_another_process_rotates_the_key(engine: sa.Engine, tmp_path: Path) -> None:
    path = tmp_path / "app.keyring"
    here = Keyring.create(path, passphrase="correct horse", iterations=1, lanes=1, memory_kib=8)
    here.create_key("customers")
    there = Keyring.open(path, passphrase="correct horse")
    ours, theirs = models(here), models(there)
    ours.Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(ours.Customer(id=1, name="", email="a@example.com", phone="1"))
        session.commit()
        there.rotate("customers")
        session.add(theirs.Customer(id=2, name="", email="b@example.com", phone="2"))
        session.commit()
        assert session.scalars(select(ours.Customer.email).order_by(ours.Customer.id)).all() == [
            "a@example.com",
            "b@example.com",
        ]
        assert session.scalars(select(ours.Customer.id).where(ours.Customer.phone == "2")).all() == [2]
        assert session.scalars(select(theirs.Customer.id).where(theirs.Customer.phone == "1")).all() == [1]


def test_async_engine(ring: Keyring, database) -> None:  # type: ignore[no-untyped-def]
    m = models(ring)

    async def run(url: str) -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(m.Base.metadata.create_all)
        async with AsyncSession(engine, expire_on_commit=False) as session:
            session.add_all([m.Customer(id=1, name="", email="a@example.com"), m.RecoveryCode(code="1111")])
            await session.commit()
            customer = (
                await session.scalars(select(m.Customer).where(index_equals(m.Customer.email, "a@example.com")))
            ).one()
            customer.email = "b@example.com"
            await session.execute(sa.update(m.Customer).values(phone="5"))
            await session.commit()
            assert (await session.scalars(select(m.Customer.phone).where(m.Customer.phone == "5"))).all() == ["5"]
            code = (await session.scalars(select(m.RecoveryCode))).one()
            assert code.code == "1111"
            cursor = await session.stream_scalars(select(m.Customer.email))
            assert [email async for email in cursor] == ["b@example.com"]
        await engine.dispose()

    asyncio.run(run(database.url))
    asyncio.run(run("sqlite+aiosqlite://"))


def test_the_log_shows_no_value(engine: sa.Engine, m: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    loud = sa.create_engine(engine.url, echo=True) if engine.dialect.name == "postgresql" else engine
    loud.echo = True
    with caplog.at_level("INFO", "sqlalchemy.engine"), Session(loud) as session:
        session.add_all([m.Customer(id=1, name="", email="hunter2"), m.RecoveryCode(code="hunter2")])
        session.flush()
        session.execute(select(m.Customer.email))
        session.execute(sa.update(m.Customer).values(phone="hunter2"))
        with pytest.raises(sa.exc.IntegrityError) as caught:
            session.execute(sa.insert(m.Customer).values(id=1, name="", email="hunter2"))
    assert "INSERT INTO customer" in caplog.text
    assert "hunter2" not in caplog.text
    assert "hunter2" not in str(caught.value)
