"""Tests the surroundings of a write in SQLAlchemy: defaults, databases, visitors of others, and the
contents of errors.
"""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields.sqlalchemy import BlindIndexed, Encrypted, index_default
from ironlatch.keyring import Keyring
from sqlalchemy import bindparam, func, literal, select, text
from sqlalchemy.exc import CompileError, InvalidRequestError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy_models import everything

pytest_plugins = ["sqlalchemy_models"]

SECRET = "hunter2"
REFUSED = (InvalidRequestError, TypeError, CompileError, ValueError)


def test_values_are_not_written_into_statements(session: Session, m: SimpleNamespace) -> None:
    table = m.Customer.__table__
    own = bindparam("given", SECRET, type_=table.c.email.type, literal_execute=True)
    with pytest.raises(InvalidRequestError, match="no literals") as caught:
        session.execute(sa.insert(table).values(id=1, name="", email=own))
    assert SECRET not in str(caught.value)
    for statement in (
        sa.insert(table).values(id=1, email=SECRET),
        sa.insert(table).values([{"id": 1, "email": SECRET}]),
    ):
        with pytest.raises(InvalidRequestError, match="no literals") as caught:
            statement.compile(session.connection(), compile_kwargs={"literal_binds": True})
        assert SECRET not in str(caught.value)


def test_compiled_statements_are_checked_too(session: Session, m: SimpleNamespace) -> None:
    table, connection = m.Customer.__table__, session.connection()
    session.execute(sa.insert(table).values(id=1, name="", email="old"))
    with pytest.raises(InvalidRequestError, match="cannot compute"):
        sa.update(table).values(email=literal(SECRET)).compile(connection)
    with pytest.raises(InvalidRequestError, match="set the blind index"):
        sa.update(table).values(email=SECRET).compile(connection)
    foreign = sa.update(table).values(email=literal(SECRET)).compile()  # to be printed, for no database
    with pytest.raises((InvalidRequestError, sa.exc.ObjectNotExecutableError)):
        connection.execute(foreign)
    assert SECRET not in everything(session)


@pytest.mark.parametrize(
    "options",
    [
        {"server_default": "x"},
        {"server_default": text("'x'")},
        {"server_default": sa.FetchedValue()},
        {"server_onupdate": sa.FetchedValue()},
        {"default": func.now()},
        {"default": literal("x")},
        {"default": sa.Sequence("s")},
        {"default": select(literal("x")).scalar_subquery()},
        {"onupdate": func.now()},
    ],
)
def test_the_database_fills_nothing(ring: Keyring, options: dict) -> None:
    for kind in (Encrypted(ring["customers"], str), BlindIndexed("email", bits=128)):
        with pytest.raises(InvalidRequestError, match="the database cannot fill it"):
            sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("email", kind, **options))


def test_a_default_that_is_given_later_is_seen(engine: sa.Engine, ring: Keyring) -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("v", Encrypted(ring["customers"], str)),
    )
    table.create(engine)
    for change in (lambda: sa.ColumnDefault(literal(SECRET)), lambda: sa.ColumnDefault(func.lower(SECRET))):
        table.c.v.default = change()
        with engine.begin() as connection, pytest.raises(InvalidRequestError, match="the database cannot fill it"):
            connection.execute(table.insert().values(id=1))
    table.c.v.default = None
    table.c.v.onupdate = sa.ColumnDefault(literal(SECRET), for_update=True)
    with engine.begin() as connection, pytest.raises(InvalidRequestError, match="the database cannot fill it"):
        connection.execute(table.update().values(id=2))


def test_python_defaults_are_encrypted(engine: sa.Engine, ring: Keyring) -> None:
    key = ring["customers"]
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("v", Encrypted(key, str), default=SECRET, onupdate=lambda: SECRET),
        sa.Column("w", Encrypted(key, str), default=lambda: literal(SECRET)),
    )
    indexed = sa.Table(
        "u",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("v", Encrypted(key, str), onupdate=SECRET),
        sa.Column("i", BlindIndexed("v", bits=128), default=index_default),
    )
    forgotten = sa.Table(
        "f",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("v", Encrypted(key, str)),
        sa.Column("i", BlindIndexed("v", bits=128)),
    )
    for each in (table, indexed, forgotten):
        each.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert().values(id=1, w="x"))
        connection.execute(table.update().values(id=2))
        with pytest.raises(TypeError):
            connection.execute(table.insert().values(id=3))
        with pytest.raises(InvalidRequestError, match="set the blind index 'i'"):
            connection.execute(indexed.update().values(id=2))
        with pytest.raises(InvalidRequestError, match="default=index_default"):
            connection.execute(forgotten.insert().values(id=2, v="x"))
        assert connection.execute(select(table.c.v)).scalars().all() == [SECRET]
        stored = connection.exec_driver_sql("SELECT v FROM t").scalar()
        assert SECRET.encode() not in bytes(stored)


def test_other_databases_are_refused(m: SimpleNamespace, ring: Keyring) -> None:
    from sqlalchemy.dialects import mssql, mysql, oracle

    table = m.Customer.__table__
    small = sa.Table("t", sa.MetaData(), sa.Column("v", Encrypted(ring["customers"], str)))
    for dialect in (mysql.dialect(), mssql.dialect(), oracle.dialect()):
        for statement in (
            sa.insert(table).values(id=1, email=SECRET),
            sa.update(table).values(email=SECRET),
            mysql.insert(table).values(id=1, email="x").on_duplicate_key_update(email=literal(SECRET)),
        ):
            with pytest.raises(InvalidRequestError, match="work on postgresql and sqlite, and not on"):
                statement.compile(dialect=dialect)
        with pytest.raises((InvalidRequestError, CompileError), match="and not on"):
            sa.schema.CreateTable(small).compile(dialect=dialect)
        with pytest.raises(InvalidRequestError, match="and not on"):
            table.c.email.type.dialect_impl(dialect)
    assert "LargeBinary" in str(sa.schema.CreateTable(table)) or "BLOB" in str(sa.schema.CreateTable(table))
    for kind in (Encrypted(ring["customers"], str), BlindIndexed("email", bits=128)):
        with pytest.raises(InvalidRequestError, match="no variants"):
            kind.with_variant(sa.String(), "postgresql")


def test_a_type_within_another_is_refused(ring: Keyring) -> None:
    class Wrapped(sa.types.TypeDecorator[str]):
        impl = sa.LargeBinary

        def __init__(self, kind: sa.types.TypeEngine[str]) -> None:
            super().__init__()
            self.impl = kind

    own = Encrypted(ring["customers"], str, table="t", column="v")
    for kind in (
        Wrapped(own),
        Wrapped(Wrapped(own)),
        Wrapped(BlindIndexed("email", bits=128)),
        sa.ARRAY(own),
        sa.String().with_variant(own, "sqlite"),
        sa.ARRAY(Wrapped(sa.Text().with_variant(own, "postgresql"))),
    ):
        with pytest.raises(InvalidRequestError, match="the column's own type"):
            sa.Table("t", sa.MetaData(), sa.Column("v", kind))
    sa.Table("t", sa.MetaData(), sa.Column("v", own), sa.Column("w", Wrapped(sa.ARRAY(sa.Text()))))


def test_a_clause_that_is_not_known_is_refused(session: Session, m: SimpleNamespace) -> None:
    from sqlalchemy.ext.compiler import compiles
    from sqlalchemy.sql.expression import ClauseElement

    class Strange(ClauseElement):
        inherit_cache = False

    @compiles(Strange)
    def _strange(element: object, compiler: object, **keywords: object) -> str:
        return f"ON CONFLICT (id) DO UPDATE SET email = '{SECRET}'"

    statement = sa.insert(m.Customer.__table__).values(id=1, name="", email="x")
    statement._post_values_clause = Strange()
    with pytest.raises(InvalidRequestError, match="it is not known what Strange sets"):
        session.execute(statement)


def test_another_visitor_in_place_of_ours_is_noticed() -> None:
    program = """
import sqlalchemy as sa
from ironlatch.fields.sqlalchemy import Encrypted
from ironlatch.keyring import Keyring
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.compiler import compiles
ring = Keyring.in_memory()
ring.create_key("k")
engine = sa.create_engine("sqlite://")
table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("v", Encrypted(ring["k"], str)))
other = sa.Table("o", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("v", sa.String))
table.create(engine)
other.create(engine)
@compiles(%s)
def _insert(element, compiler, **keywords):
    return compiler.visit_insert(element, **keywords)
with engine.begin() as connection:
    connection.execute(other.insert().values(id=1, v=sa.literal("hunter2")))
    for insert in (sa.insert, sqlite.insert):
        try:
            connection.execute(insert(table).values(id=1, v=sa.literal("hunter2")))
        except InvalidRequestError as error:
            print("refused", error)
    print(connection.execute(sa.text("select count(*) from t")).scalar())
"""
    for where in ("sa.Insert", "sa.Insert, 'sqlite'", "sqlite.Insert"):
        done = subprocess.run([sys.executable, "-c", program % where], capture_output=True, text=True, check=True)
        assert done.stdout.count("refused") == 2, done.stdout
        assert done.stdout.endswith("\n0\n")


class Picky(sa.TypeDecorator):
    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: object, dialect: object) -> None:
        raise ValueError("not this value")


def test_errors_of_other_columns_show_no_value(session: Session, m: SimpleNamespace) -> None:
    table, connection = m.Everything.__table__, session.connection()
    holder = sa.Table(
        "customer", sa.MetaData(), *(column._copy() for column in m.Customer.__table__.c), sa.Column("when", Picky)
    )
    plain = sa.Table("plain", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("when", Picky))
    bad = "what its column does not take"
    statements = [
        (holder.insert(), {"id": 1, "name": "", "email": SECRET, "when": bad}),
        (holder.insert(), [{"id": n, "name": "", "email": SECRET, "when": bad} for n in (1, 2)]),
        (holder.update(), {"email": SECRET, "when": bad}),
        (holder.update().values(email=bindparam("e")), {"e": SECRET, "when": bad}),
        (holder.insert().values(when=bad), {"id": 1, "name": "", "email": SECRET}),
    ]
    for statement, parameters in statements:
        with pytest.raises(StatementError) as caught:
            connection.execute(statement, parameters)
        assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.params} {caught.value.__reduce__()}"
        assert "parameters are not shown" in str(caught.value)
    with pytest.raises(StatementError) as caught:
        connection.execute(plain.insert(), {"id": 4711, "when": bad})
    assert "4711" in str(caught.value)  # not our concern
    with pytest.raises((StatementError, TypeError)) as caught:
        connection.execute(table.insert(), {"id": 1, "text": SECRET, "number": "no number"})
    assert SECRET not in str(caught.value)
    session.rollback()
