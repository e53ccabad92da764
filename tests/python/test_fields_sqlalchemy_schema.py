"""Tables with encrypted columns in SQLAlchemy 2: how they are declared, named, migrated, and moved
over from sqlalchemy-utils.
"""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields import Tampered
from ironlatch.fields.legacy import SqlalchemyUtilsFernet, UnreadableLegacyValue
from ironlatch.fields.sqlalchemy import (
    BlindIndexed,
    Encrypted,
    blind_index,
    index_default,
    index_equals,
    render_item,
)
from ironlatch.keyring import Keyring
from sqlalchemy import select
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy_models import raw
from sqlalchemy_utils import StringEncryptedType
from sqlalchemy_utils.types.encrypted.encrypted_type import EncryptedType, FernetEngine

pytest_plugins = ["sqlalchemy_models"]


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
