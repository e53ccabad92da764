"""Encrypted columns and blind indexes in SQLAlchemy 2, on PostgreSQL and SQLite."""

from __future__ import annotations

import asyncio
import datetime
import uuid
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ironlatch.fields import FieldCipher, MalformedValue, Tampered, WrongType
from ironlatch.fields.legacy import PlainText, SqlalchemyUtilsFernet, UnreadableLegacyValue
from ironlatch.fields.sqlalchemy import (
    BlindIndexed,
    Encrypted,
    RowBound,
    blind_index,
    index_default,
    index_equals,
    index_in,
    matching,
    render_item,
)
from ironlatch.keyring import KeyDestroyed, KeyDisabled, Keyring, UnknownKey
from sqlalchemy import CompoundSelect, func, select
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column
from sqlalchemy_models import models, raw
from sqlalchemy_utils import StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import EncryptedType, FernetEngine

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


def test_what_matches_is_found_while_the_key_is_rotated(session: Session, m: SimpleNamespace, ring: Keyring) -> None:
    session.add_all([m.Customer(id=n, name="x", email="ada@example.com") for n in range(3)])
    session.add(m.Customer(id=3, name="x", email="bob@example.com"))
    session.commit()
    everybody = session.scalars(select(m.Customer).order_by(m.Customer.id)).all()

    def while_it_is_rotated() -> Iterator[Any]:
        for customer in everybody:
            yield customer
            ring.rotate("customers")

    found = matching(while_it_is_rotated(), m.Customer.email, "ada@example.com")
    assert [customer.id for customer in found] == [0, 1, 2]


def test_nothing_is_sorted_by_ciphertext(session: Session, m: SimpleNamespace) -> None:
    email = m.Customer.email
    for statement in (
        select(m.Customer).order_by(email),
        select(m.Customer).order_by(m.Customer.id, email),
        select(email.label("x")).order_by("x"),
        select(m.Customer.id).where(m.Customer.id.in_(select(m.Customer.id).order_by(email).limit(1))),
        select(func.row_number().over(order_by=email)),
        select(m.Customer).order_by(func.lower(email)),
        select(m.Customer).order_by(sa.cast(email, sa.String)),
        select(m.Customer).order_by(sa.type_coerce(email, sa.LargeBinary)),
        select(func.upper(email).label("x")).order_by("x"),
        select(func.max(email)),
        select(m.Customer.id).where(m.Customer.id.in_(select(func.min(email)))),
        select(m.Customer.id).union(select(m.Customer.id)),
    ):
        if isinstance(statement, CompoundSelect):
            session.execute(statement).all()
            continue
        with pytest.raises(InvalidRequestError, match=r"sort.*ciphertext"):
            session.execute(statement).all()
    session.execute(select(m.Customer).order_by(m.Customer.id)).all()
    session.execute(select(m.Customer.id, email).group_by(m.Customer.id, email)).all()


def test_find_by_blind_index(session: Session, m: SimpleNamespace) -> None:
    session.add_all([m.Customer(id=n, name=f"n{n}", email=f"user{n}@example.com", badge=n) for n in range(64)])
    session.add(m.Customer(id=64, name="none"))
    session.commit()
    assert all(len(token) == 1 for token in raw(session, "customer", "email_index")[:64])
    assert raw(session, "customer", "email_index")[64] is None
    found = session.scalars(select(m.Customer).where(index_equals(m.Customer.email, "USER7@Example.com"))).all()
    assert 1 < len(found) < 64  # a token is shared, which is its point
    assert [customer.id for customer in matching(found, m.Customer.email, "User7@example.com")] == [7]
    found = session.scalars(
        select(m.Customer).where(index_in(m.Customer.email, ["user1@example.com", "user2@example.com"]))
    ).all()
    assert {1, 2} <= {customer.id for customer in found}
    assert session.scalars(select(m.Customer.id).where(index_equals(m.Customer.email, None))).all() == [64]
    assert session.scalars(select(m.Customer.id).where(index_in(m.Customer.email, []))).all() == []
    assert 5 in session.scalars(select(m.Customer.id).where(index_equals(m.Customer.badge, 5))).all()
    other = aliased(m.Customer)
    pairs = (
        select(m.Customer.id, other.id)
        .join(other, other.id == m.Customer.id + 1)
        .where(index_equals(other.email, "user9@example.com"))
    )
    assert (8, 9) in session.execute(pairs).all()
    inner = select(m.Customer).subquery()
    assert 9 in session.scalars(select(inner.c.id).where(index_equals(inner.c.email, "user9@example.com"))).all()
    with pytest.raises(InvalidRequestError, match="no encrypted column"):
        index_equals(m.Customer.name, "n1")
    with pytest.raises(InvalidRequestError, match="no blind index"):
        index_equals(m.Customer.country, "gb")


def test_equality_where_the_database_can_tell(session: Session, m: SimpleNamespace, ring: Keyring) -> None:
    session.add_all([m.Customer(id=n, name="", phone=f"+44 {n}", country="gb" if n % 2 else "de") for n in range(6)])
    session.commit()
    ring.rotate("customers")
    session.add(m.Customer(id=6, name="", phone="+44 1", country="gb"))
    session.commit()
    ids = select(m.Customer.id).order_by(m.Customer.id)
    assert session.scalars(ids.where(m.Customer.phone == "+44 1")).all() == [1, 6]
    assert session.scalars(ids.where(m.Customer.phone != "+44 1")).all() == [0, 2, 3, 4, 5]
    assert session.scalars(ids.where(m.Customer.phone.in_(["+44 1", "+44 2", None]))).all() == [1, 2, 6]
    assert session.scalars(ids.where(m.Customer.phone.not_in(["+44 1", "+44 2"]))).all() == [0, 3, 4, 5]
    assert session.scalars(ids.where(m.Customer.country == "gb")).all() == [1, 3, 5, 6]
    assert session.scalars(ids.where(m.Customer.country.in_(["gb", "fr"]))).all() == [1, 3, 5, 6]
    assert session.scalars(ids.where(m.Customer.country != "gb")).all() == [0, 2, 4]


def test_comparisons_that_the_database_cannot_make(m: SimpleNamespace) -> None:
    random, cut, exact = m.Everything.text, m.Customer.email, m.Customer.phone
    with pytest.raises(InvalidRequestError, match=r"everything\.text is encrypted.*blind_index\('text'"):
        select(m.Everything).where(random == "x")
    with pytest.raises(InvalidRequestError, match=r"truncated.*index_equals\(\).*matching\(\)"):
        select(m.Customer).where(cut == "x")
    for comparison in (
        lambda: exact == m.Customer.name,
        lambda: exact == sa.bindparam("x"),
        lambda: exact.in_(select(m.Customer.name)),
        lambda: exact < "x",
        lambda: exact.like("%x%"),
        lambda: exact.contains("x"),
        lambda: exact.between("a", "b"),
        lambda: random.ilike("x"),
        lambda: random + "x",
        lambda: "x" + random,
        lambda: random.desc(),
        lambda: m.RecoveryCode.note == "x",
        lambda: m.Everything.number > 5,
    ):
        with pytest.raises(InvalidRequestError, match="is encrypted, so the database cannot compare it"):
            comparison()
    columns = m.Customer.__table__.c  # which SQLAlchemy compares itself, to find them in lists
    assert columns.name in list(columns)
    assert columns.email in [columns.name, columns.email]
    assert columns.email not in [columns.name, columns.phone_number]
    for condition in (columns.email == columns.name, columns.email != columns.phone_number):
        with pytest.raises(InvalidRequestError, match="is encrypted, so the database cannot compare it"):
            str(select(columns.id).where(condition))


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
    with pytest.raises(InvalidRequestError, match="'email_index' beside 'email'"):
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


def test_sql_does_not_compute_what_is_encrypted(session: Session, m: SimpleNamespace) -> None:
    Customer = m.Customer
    for statement in (
        sa.insert(Customer).values(id=1, name="", email=sa.func.lower("X")),
        sa.update(Customer).values(email=Customer.phone),
        sa.update(Customer).values(email=sa.func.concat("x", "y")),
        sa.update(Customer.__table__).values(email=sa.literal_column("'x'")),
    ):
        with pytest.raises(InvalidRequestError, match=r"customer\.email is encrypted, so the database cannot compute"):
            session.execute(statement)
    copied = select(Customer.id + 100, Customer.name, Customer.email)
    with pytest.raises(InvalidRequestError, match="copy 'email_index' of the same row too"):
        session.execute(sa.insert(Customer).from_select(["id", "name", "email"], copied))
    customer = Customer(id=1, name="", email=sa.func.lower("X"))
    session.add(customer)
    with pytest.raises(InvalidRequestError, match="cannot compute"):
        session.flush()
    session.rollback()
    with pytest.raises(TypeError, match="index_equals"):
        session.execute(sa.update(Customer).values(email_index="ada@example.com"))


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


def test_names_are_those_of_the_schema_or_given(engine: sa.Engine, ring: Keyring) -> None:
    metadata = sa.MetaData()
    shared = Encrypted(ring["customers"], str)
    old = sa.Table(
        "old", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", shared), sa.Column("b", shared)
    )
    assert (old.c.a.type.cipher.column, old.c.b.type.cipher.column) == ("a", "b")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(old.insert().values(id=1, a="x", b="y"))
        assert connection.execute(select(old.c.a, old.c.b)).one() == ("x", "y")
        connection.execute(sa.text("UPDATE old SET b = a"))
        with pytest.raises(Tampered):
            connection.execute(select(old.c.b)).one()
        connection.execute(sa.text("ALTER TABLE old RENAME TO new"))
    copy = old.to_metadata(sa.MetaData(), name="new")
    assert copy.c.a.type.cipher.table == "new"
    renamed = sa.Table(
        "new",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column("a", Encrypted(ring["customers"], str, table="old")),
    )
    with engine.connect() as connection:
        with pytest.raises(Tampered):
            connection.execute(select(copy.c.a)).one()
        assert connection.execute(select(renamed.c.a)).one() == ("x",)
    with pytest.raises(InvalidRequestError, match="no column of a table"):
        Encrypted(ring["customers"], str).cipher  # noqa: B018


def test_statements_of_two_columns_are_cached_apart(engine: sa.Engine, ring: Keyring) -> None:
    assert Encrypted(ring["customers"], str).cache_ok is True
    tables = [
        sa.Table(
            "t",
            sa.MetaData(),
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("v", Encrypted(ring["customers"], str, table=name)),
        )
        for name in ("one", "two")
    ]
    tables[0].create(engine)
    with engine.begin() as connection:
        connection.execute(tables[0].insert().values(id=1, v="x"))
        connection.execute(tables[1].insert().values(id=2, v="y"))
        assert connection.execute(select(tables[0].c.v).where(tables[0].c.id == 1)).scalar() == "x"
        assert connection.execute(select(tables[1].c.v).where(tables[1].c.id == 2)).scalar() == "y"
        with pytest.raises(Tampered):
            connection.execute(select(tables[0].c.v).where(tables[0].c.id == 2)).scalar()


def test_core_tables(engine: sa.Engine, ring: Keyring) -> None:
    table = sa.Table(
        "account",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("iban", Encrypted(ring["customers"], str), nullable=False),
        sa.Column("iban_index", BlindIndexed("iban", rows=100), default=index_default),
    )
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [{"id": n, "iban": f"DE{n}"} for n in range(3)])
        assert (
            connection.execute(select(table.c.iban).where(index_equals(table.c.iban, "DE2")))
            .scalars()
            .all()
            .count("DE2")
            == 1
        )


def test_what_cannot_be_declared(ring: Keyring) -> None:
    with pytest.raises(ArgumentError, match="either rows or bits"):
        blind_index("email")
    with pytest.raises(ArgumentError, match="either rows or bits"):
        blind_index("email", rows=5, bits=5)
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("i", BlindIndexed("nothing", rows=5)))
    with pytest.raises(InvalidRequestError, match=r"t\.i is a blind index of 'nothing'"):
        table.c.i.type.token("x")


def test_a_default_has_to_come_before_its_index(engine: sa.Engine, ring: Keyring) -> None:
    def table(*order: str) -> sa.Table:
        columns = {
            "v": lambda: sa.Column("v", Encrypted(ring["customers"], str), default="standard"),
            "i": lambda: sa.Column("i", BlindIndexed("v", bits=128), default=index_default),
        }
        made = sa.Table(
            "_".join(order),
            sa.MetaData(),
            sa.Column("id", sa.Integer, primary_key=True),
            *(columns[name]() for name in order),
        )
        made.create(engine)
        return made

    good, bad = table("v", "i"), table("i", "v")
    with engine.begin() as connection:
        connection.execute(good.insert().values(id=1))
        assert connection.execute(select(good.c.id).where(good.c.v == "standard")).scalars().all() == [1]
        with pytest.raises(InvalidRequestError, match="declare it before"):
            connection.execute(bad.insert().values(id=1))


@pytest.mark.parametrize("old", ["EncryptedType", "StringEncryptedType"])
def test_moving_from_sqlalchemy_utils(engine: sa.Engine, ring: Keyring, old: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        kind = {"EncryptedType": EncryptedType, "StringEncryptedType": StringEncryptedType}[old](
            sa.Unicode, "passphrase", FernetEngine
        )
    before = sa.Table("person", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", kind))
    before.create(engine)

    class Base(DeclarativeBase):
        pass

    class Person(Base):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str | None] = mapped_column(
            Encrypted(
                ring["customers"], str, text=old == "StringEncryptedType", legacy=SqlalchemyUtilsFernet("passphrase")
            )
        )
        email_index: Mapped[bytes | None] = blind_index("email", bits=128)

    with engine.begin() as connection:
        connection.execute(
            before.insert(),
            [{"id": 1, "email": "a@example.com"}, {"id": 2, "email": None}, {"id": 3, "email": "c@example.com"}],
        )
        blob = "BYTEA" if engine.dialect.name == "postgresql" else "BLOB"
        connection.execute(sa.text(f"ALTER TABLE person ADD COLUMN email_index {blob}"))
    with Session(engine) as session:
        assert session.scalars(select(Person.email).order_by(Person.id)).all() == [
            "a@example.com",
            None,
            "c@example.com",
        ]
        session.add(Person(id=4, email="new@example.com"))
        for person in session.scalars(select(Person).where(Person.email_index.is_(None), Person.email.is_not(None))):
            sa.orm.attributes.flag_modified(person, "email")
        session.commit()
        stored = raw(session, "person", "email")
        assert [value and value[:1] for value in stored] == ["i" if old == "StringEncryptedType" else b"\xc1", None] + [
            "i" if old == "StringEncryptedType" else b"\xc1"
        ] * 2
        assert session.scalars(select(Person.id).where(Person.email == "c@example.com")).all() == [3]
        wrong = Encrypted(
            ring["customers"], str, text=old == "StringEncryptedType", legacy=SqlalchemyUtilsFernet("another")
        )
        session.execute(before.update().where(before.c.id == 1).values(email="back@example.com"))
        session.commit()
        other = sa.Table("person", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("email", wrong))
        with pytest.raises(UnreadableLegacyValue):
            session.scalars(select(other.c.email).where(other.c.id == 1)).one()


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


def test_migrations_see_what_the_database_sees(engine: sa.Engine, m: SimpleNamespace) -> None:
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext

    options = {"render_item": render_item, "target_metadata": m.Base.metadata, "compare_type": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        unchanged = produce_migrations(context, m.Base.metadata)
        assert unchanged.upgrade_ops.is_empty()
    m.Base.metadata.drop_all(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        code = render_python_code(produce_migrations(context, m.Base.metadata).upgrade_ops, render_item=render_item)
    assert "sa.Column('email', sa.LargeBinary(), nullable=True)" in code
    assert "sa.Column('phone_number', sa.Text(), nullable=True)" in code
    assert "sa.Column('badge_index', sa.BigInteger(), nullable=True)" in code
    assert "ironlatch" not in code


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


def test_a_default_of_an_indexed_column_comes_back_as_a_value(engine: sa.Engine, ring: Keyring) -> None:
    class Base(DeclarativeBase):
        pass

    class Member(Base):
        __tablename__ = "member"
        id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
        card: Mapped[str] = mapped_column(Encrypted(ring["customers"], str), default=lambda: "drawn")
        card_index: Mapped[bytes | None] = blind_index("card", bits=128)

    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        members = [Member(id=id) for id in range(3)]
        session.add_all(members)
        session.commit()
        assert [member.card for member in members] == ["drawn"] * 3
        assert len(session.scalars(select(Member).where(index_equals(Member.card, "drawn"))).all()) == 3


def test_a_value_and_its_token_for_a_statement_of_ones_own(
    engine: sa.Engine, m: SimpleNamespace, ring: Keyring
) -> None:
    table = m.Customer.__table__
    sealed = table.c.email.type.seal("Ada@example.com")
    assert "Ada" not in repr(sealed)
    ring.rotate("customers")
    with engine.begin() as connection:
        values = {"email": sealed, "email_index": table.c.email_index.type.token(sealed)}
        connection.execute(sa.insert(table).values(id=1, name="a", **values))
        # What was encrypted for another column is a value like any other.
        connection.execute(sa.update(table).values(phone_number=sealed))
        row = connection.execute(select(table.c.email, table.c.phone_number)).one()
        assert tuple(row) == ("Ada@example.com",) * 2
        assert raw(connection, "customer", "email") == [sealed.stored]
        found = connection.execute(select(table.c.id).where(index_equals(table.c.email, "ada@example.com"))).all()
        assert found == [(1,)]
    assert table.c.email.type.seal(None) is None
