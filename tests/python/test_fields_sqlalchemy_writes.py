"""Whatever way a write is spelled, what SQLAlchemy stores in our columns came out of the cipher, or nothing is stored."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields.sqlalchemy import BlindIndexed, Encrypted, index_default, index_equals
from ironlatch.keyring import Keyring
from sqlalchemy import bindparam, cast, func, literal, literal_column, select, text, type_coerce
from sqlalchemy.exc import CompileError, InvalidRequestError, StatementError
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column
from sqlalchemy_models import raw

pytest_plugins = ["sqlalchemy_models"]

SECRET = "hunter2"
REFUSED = (InvalidRequestError, TypeError, CompileError, ValueError)


def insert_of(session: Session) -> Callable[[object], object]:
    name = session.get_bind().dialect.name
    return __import__(f"sqlalchemy.dialects.{name}", fromlist=["insert"]).insert


def everything(session: Session) -> str:
    """All that the tables hold, as text: a value in clear shows up whatever its form."""
    session.expire_all()
    found = []
    for table in ("customer", "recovery_code", "everything"):
        for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}"):
            found += [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row]
    return b"\n".join(found).decode("latin-1")


def refused(session: Session, statement: object, parameters: object = None) -> None:
    """Runs a statement that must not store anything; whatever it raises does not show the value either."""
    before = everything(session)
    run = session.execute if parameters is None else session.connection().execute
    with session.begin_nested() as inner:
        with pytest.raises(REFUSED) as caught:
            run(statement, parameters)
        inner.rollback()
    assert SECRET not in str(caught.value)
    assert everything(session) == before
    assert SECRET not in before


EXPRESSIONS = {
    "literal": lambda t: literal(SECRET),
    "bindparam with a type": lambda t: bindparam("given", SECRET, type_=sa.String),
    "bindparam with a type that is not known": lambda t: bindparam("given", SECRET, type_=sa.types.UserDefinedType()),
    "bindparam whose type SQLAlchemy infers": lambda t: bindparam("given", SECRET),
    "bindparam of another encrypted column": lambda t: bindparam("given", SECRET, type_=t.c.phone_number.type),
    "type_coerce": lambda t: type_coerce(SECRET, t.c.email.type),
    "cast": lambda t: cast(SECRET, sa.LargeBinary),
    "literal column": lambda t: literal_column(f"'{SECRET}'"),
    "text": lambda t: text(f"'{SECRET}'"),
    "function": lambda t: func.lower(SECRET),
    "coalesce of two": lambda t: func.coalesce(t.c.email, literal(SECRET)),
    "case": lambda t: sa.case((t.c.id > 0, literal(SECRET)), else_=sa.null()),
    "subquery": lambda t: select(literal(SECRET)).scalar_subquery(),
    "labelled": lambda t: literal(SECRET).label("email"),
    "grouped": lambda t: literal(SECRET).self_group(),
    "collated": lambda t: sa.collate(literal(SECRET), "C"),
    "concatenated": lambda t: literal(SECRET) + "x",
    "a plain column": lambda t: t.c.name,
    "another encrypted column": lambda t: t.c.phone_number,
    "tuple": lambda t: sa.tuple_(literal(SECRET)),
}


@pytest.mark.parametrize("spelling", EXPRESSIONS)
@pytest.mark.parametrize("target", ["email", "email_index"])
def test_expressions_are_refused(session: Session, m: SimpleNamespace, spelling: str, target: str) -> None:
    table = m.Customer.__table__
    session.execute(sa.insert(table).values(id=1, name="", email="a@example.com", phone_number="1"))
    value = EXPRESSIONS[spelling](table)
    insert = insert_of(session)
    row = {"id": 2, "name": "x"}
    both = {"email": "b@example.com", **row}
    refused(session, sa.insert(table).values(**row, **{target: value}))
    refused(session, sa.insert(m.Customer).values(**row, **{target: value}))
    refused(session, sa.insert(table).values([{**row, target: value}]))
    refused(session, sa.insert(table).values([both, {**row, "id": 3, target: value}]))
    refused(session, sa.insert(m.Customer).values([both, {**both, "id": 3, target: value}]))
    refused(session, sa.update(table).values({target: value}))
    refused(session, sa.update(m.Customer).values({getattr(m.Customer, target): value}))
    refused(session, sa.update(table).ordered_values((target, value)))
    refused(session, sa.update(table.alias()).values({target: value}))
    refused(session, sa.update(aliased(m.Customer)).values({target: value}))
    conflict = insert(table).values(**both)
    new = conflict.excluded
    for key in (target, table.c[target]):
        columns = {"email": new.email, "email_index": new.email_index, "name": "y"} | {target: value}
        columns[key] = columns.pop(target)
        refused(session, conflict.on_conflict_do_update(index_elements=["id"], set_=columns))
    for nested in (
        sa.insert(table).values(**row, **{target: value}),
        sa.update(table).values({target: value}),
        conflict.on_conflict_do_update(index_elements=["id"], set_={target: value}),
    ):
        if session.get_bind().dialect.name == "postgresql":
            written = nested.returning(table.c.id).cte("written")
            refused(session, select(written.c.id))
            refused(session, select(func.count()).where(table.c.id.in_(select(written.c.id))))
            refused(session, sa.delete(table).where(table.c.id.in_(select(written.c.id))))
            refused(session, select(1).add_cte(nested.cte("written")))
            refused(session, sa.insert(m.Everything).from_select(["id"], select(written.c.id)))
            refused(session, sa.insert(m.Everything).values([{"id": select(written.c.id).scalar_subquery()}]))
            refused(session, select(select(written.c.id).subquery().c.id).union(select(written.c.id)))


def test_values_of_the_orm_are_refused(session: Session, m: SimpleNamespace) -> None:
    for number, value in enumerate((literal(SECRET), func.lower(SECRET), bindparam("x", SECRET, type_=sa.String))):
        session.add(m.Customer(id=number, name="", email=value))
        with pytest.raises(REFUSED):
            session.flush()
        session.rollback()
        for mapping in ({"email": value}, {"email_index": value}, {"email_index": b"hunter2"}, {"badge_index": 4711}):
            for write in (
                lambda mapping=mapping: session.bulk_insert_mappings(m.Customer, [{"id": 1, "name": "", **mapping}]),
                lambda mapping=mapping: session.bulk_update_mappings(m.Customer, [{"id": 1, **mapping}]),
                lambda mapping=mapping: session.execute(sa.insert(m.Customer), [{"id": 1, "name": "", **mapping}]),
                lambda mapping=mapping: session.execute(sa.update(m.Customer), [{"id": 1, **mapping}]),
                lambda mapping=mapping: session.bulk_save_objects([m.Customer(id=1, name="", **mapping)]),
            ):
                with pytest.raises(REFUSED) as caught:
                    write()
                assert SECRET not in str(caught.value)
                session.rollback()
    assert SECRET not in everything(session)


def test_a_bind_parameter_of_the_column_s_own_type_is_encrypted(session: Session, m: SimpleNamespace) -> None:
    table = m.Customer.__table__
    own = table.c.email.type
    session.execute(sa.insert(table).values(id=1, name="", email=literal(SECRET, own)))
    session.execute(sa.insert(table).values(id=2, name="", email=bindparam("given", SECRET, own)))
    session.connection().execute(
        sa.insert(table).values(id=bindparam("number"), name="", email=bindparam("given")),
        [{"number": 3, "given": SECRET}, {"number": 4, "given": SECRET}],
    )
    session.connection().execute(sa.insert(table).values(id=5, name="", email="x"), {"email": SECRET})
    session.execute(sa.insert(table).values([{"id": 6, "name": "", "email": literal(SECRET, own)}]))
    rows = [{"id": 8, "name": "", "email": SECRET}, {"id": 9, "name": "", "email": literal(SECRET, own)}]
    session.execute(sa.insert(table).values(rows))
    found = select(table.c.id, table.c.email).where(index_equals(table.c.email, SECRET)).order_by(table.c.id)
    assert session.execute(found).all() == [(number, SECRET) for number in (1, 2, 3, 4, 5, 6, 8, 9)]
    where = sa.update(table).where(table.c.id == bindparam("number"))
    session.execute(sa.update(table).values(email="x"))
    session.connection().execute(where.values(email="y"), [{"number": n, "email": SECRET} for n in (1, 2)])
    session.connection().execute(
        where.values(email=bindparam("given", "z", own)), [{"number": n, "given": SECRET} for n in (3, 4)]
    )
    session.connection().execute(sa.update(table).where(table.c.id == 5).values(email="y"), {"email": SECRET})
    session.execute(sa.update(table).where(table.c.id == 6).values(email=literal(SECRET, own)))
    assert session.execute(found).all() == [(number, SECRET) for number in (1, 2, 3, 4, 5, 6)]
    for statement in (
        sa.insert(table).values(
            [{"id": 10, "name": "", "email": "x"}, {"id": 11, "email": bindparam("e", SECRET, sa.types.NULLTYPE)}]
        ),
        sa.update(table).values(email=bindparam("given", callable_=lambda: SECRET, type_=own)),
    ):
        refused(session, statement)
    assert SECRET not in everything(session)


def test_inserts_from_selects_copy_a_column_into_itself(session: Session, m: SimpleNamespace) -> None:
    table, other = m.Customer.__table__, m.Customer.__table__.alias()
    session.execute(sa.insert(table).values(id=1, name=SECRET[:6], email="a@example.com", phone_number="1"))
    names = ["id", "name", "email", "email_index"]

    def copy(email: object, index: object = table.c.email_index, of: object = table) -> object:
        return sa.insert(table).from_select(names, select(of.c.id + 1, of.c.name, email, index))

    inner = select(table).subquery()
    common = select(table.c.id, table.c.name, table.c.email, table.c.email_index).cte("common")
    impostor = sa.Table("customer", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("email", sa.LargeBinary))
    stranger = sa.Table(
        "customer",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column("email", Encrypted(table.c.email.type.key, str)),
    )
    named_so = select(literal(SECRET).label("email"), table.c.email_index).subquery()
    coerced = select(type_coerce(table.c.name, table.c.email.type).label("email"), table.c.email_index).subquery()
    mixed = select(table.c.email, other.c.email_index).join(other, other.c.id != table.c.id).subquery()
    cases = {
        "literal": copy(literal(SECRET)),
        "another column": copy(table.c.name),
        "another encrypted column": copy(table.c.phone_number),
        "coerced": copy(type_coerce(table.c.name, table.c.email.type)),
        "function": copy(func.coalesce(table.c.email, literal(SECRET))),
        "no index": sa.insert(table).from_select(names[:3], select(table.c.id + 1, table.c.name, table.c.email)),
        "index alone computed": copy(table.c.email, func.lower("x")),
        "index of another row": copy(table.c.email, other.c.email_index),
        "index of another column": copy(table.c.email, table.c.phone_token),
        "index of NULL": copy(sa.null(), table.c.email_index),
        "labelled": copy(literal(SECRET).label("email")),
        "named so in a subquery": copy(named_so.c.email, named_so.c.email_index),
        "coerced in a subquery": copy(coerced.c.email, coerced.c.email_index),
        "of two rows in a subquery": copy(mixed.c.email, mixed.c.email_index),
        "another table of that name": copy(impostor.c.email),
        "the same type in another table": copy(stranger.c.email),
        "text": sa.insert(table).from_select(
            names, text("SELECT 2, 'x', 'hunter', 'x'").columns(*table.c[tuple(names)])
        ),
        "text in a subquery": sa.insert(table).from_select(
            names,
            select(
                text("SELECT 2 AS id, 'x' AS name, 'y' AS email, 'z' AS email_index")
                .columns(*table.c[tuple(names)])
                .subquery()
            ),
        ),
        "union": sa.insert(table).from_select(
            names,
            select(table.c.id + 1, table.c.name, table.c.email, table.c.email_index).union_all(
                select(table.c.id + 2, table.c.name, literal(b"hunter"), table.c.email_index)
            ),
        ),
        "model": sa.insert(m.Customer).from_select(
            names, select(m.Customer.id + 1, m.Customer.name, m.Customer.name, m.Customer.email_index)
        ),
        "too few columns": sa.insert(table).from_select(names, select(table.c.id + 1, table.c.name)),
    }
    for case, statement in cases.items():
        print(case)
        refused(session, statement)
    part = select(table.c.id + 20, table.c.name, table.c.email, table.c.email_index).where(table.c.id == 1)
    for statement in (
        copy(table.c.email),
        copy(other.c.email.label("x"), other.c.email_index, other).where(False)
        if False
        else sa.insert(table).from_select(
            names,
            select(other.c.id + 2, other.c.name, other.c.email.label("x"), other.c.email_index).where(other.c.id == 1),
        ),
        sa.insert(table).from_select(
            names, select(inner.c.id + 3, inner.c.name, inner.c.email, inner.c.email_index).where(inner.c.id == 1)
        ),
        sa.insert(table).from_select(
            names, select(common.c.id + 4, common.c.name, common.c.email, common.c.email_index).where(common.c.id == 1)
        ),
        sa.insert(table).from_select(
            names, select(table.c.id + 5, table.c.name, sa.null(), sa.null()).where(table.c.id == 1)
        ),
        sa.insert(m.Customer).from_select(
            names,
            select(m.Customer.id + 6, m.Customer.name, m.Customer.email, m.Customer.email_index).where(
                m.Customer.id == 1
            ),
        ),
        sa.insert(table).from_select(
            names,
            include_defaults=False,
            select=part.union_all(
                part.with_only_columns(table.c.id + 30, table.c.name, table.c.email, table.c.email_index)
            ),
        ),
        sa.insert(table).from_select(["id", "name"], select(table.c.id + 40, table.c.name).where(table.c.id == 1)),
    ):
        session.execute(statement)
    found = session.scalars(select(table.c.id).where(index_equals(table.c.email, "a@example.com")).order_by(table.c.id))
    assert found.all() == [1, 2, 3, 4, 5, 7, 21, 31]
    refused(
        session,
        sa.insert(m.RecoveryCode).from_select(
            ["code", "code_index"], select(m.RecoveryCode.code, m.RecoveryCode.code_index)
        ),
    )


def test_upserts(session: Session, m: SimpleNamespace) -> None:
    table = m.Customer.__table__
    insert = insert_of(session)
    first = insert(table).values(id=1, name="", email="old@example.com")
    session.execute(first)
    statement = insert(table).values(id=1, name="", email="new@example.com")
    new = statement.excluded
    kind = table.c.email_index.type

    def upsert(**columns: object) -> object:
        return statement.on_conflict_do_update(index_elements=["id"], set_=columns)

    refused(session, upsert(email=new.email))
    refused(session, upsert(email="x", email_index=new.email_index))
    refused(session, upsert(email=new.email, email_index=kind.token("x")))
    refused(session, upsert(email=new.phone_number, email_index=new.email_index))
    refused(session, upsert(email=new.name, email_index=new.email_index))
    refused(session, upsert(email=table.alias("old").c.email, email_index=new.email_index))
    refused(session, upsert(email=table.c.phone_number, email_index=new.email_index))
    refused(session, upsert(email="x", email_index=b"hunter2"))
    refused(session, upsert(phone=SECRET))  # the name of the attribute, which SQLAlchemy would write out as it is
    refused(session, upsert(nothing=SECRET))
    refused(session, statement.on_conflict_do_update(index_elements=["id"], set_={m.Everything.text: SECRET}))
    refused(session, statement.on_conflict_do_update(index_elements=["id"], set_={table.alias().c.email: SECRET}))
    session.execute(statement.on_conflict_do_nothing())
    assert session.scalars(select(table.c.email)).all() == ["old@example.com"]
    session.execute(upsert(email=new.email, email_index=new.email_index))
    assert session.scalars(select(table.c.email).where(index_equals(table.c.email, "new@example.com"))).all() == [
        "new@example.com"
    ]
    session.execute(upsert(email="third@example.com", email_index=kind.token("third@example.com")))
    assert session.scalars(select(table.c.email).where(index_equals(table.c.email, "third@example.com"))).all() == [
        "third@example.com"
    ]
    session.execute(upsert(email=None, email_index=sa.null(), name="y"))
    assert session.execute(select(table.c.email, table.c.email_index, table.c.name)).one() == (None, None, "y")


def test_tokens_come_from_the_index(session: Session, m: SimpleNamespace) -> None:
    table = m.Customer.__table__
    for values in (
        {"email_index": b"hunter2"},
        {"email_index": bytearray(b"x")},
        {"email_index": "hunter2"},
        {"badge_index": 4711},
        {"badge_index": True},
    ):
        refused(session, sa.insert(table).values(id=1, name="", **values))
        refused(session, sa.insert(table).values([{"id": 1, "name": "", **values}]))
        refused(session, sa.insert(table), [{"id": 1, "name": "", **values}])
        refused(session, sa.update(table).values(**values))
    token, number = table.c.email_index.type.token("a@example.com"), table.c.badge_index.type.token(5)
    assert isinstance(token, bytes)
    assert isinstance(number, int)
    session.execute(
        sa.insert(table).values(id=1, name="", email="a@example.com", email_index=token, badge=5, badge_index=number)
    )
    read = session.execute(select(table.c.email_index, table.c.badge_index)).one()
    assert read == (token, number)
    session.execute(sa.insert(table).values(id=2, name="", email_index=read.email_index, badge_index=read.badge_index))
    customer = session.get(m.Customer, 1)
    customer.email_index = b"hunter2"
    with pytest.raises(TypeError, match="its type made"):
        session.flush()
    session.rollback()


def test_inserts_within_other_statements_need_the_token(session: Session, m: SimpleNamespace) -> None:
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite has no INSERT in a WITH")
    table = m.Customer.__table__
    nested = sa.insert(table).values(id=1, name="", email=SECRET)
    refused(session, select(nested.returning(table.c.id).cte().c.id))
    token = table.c.email_index.type.token(SECRET)
    session.execute(select(nested.values(email_index=token).returning(table.c.id).cte().c.id))
    refused(session, select(sa.update(table).values(email=SECRET).returning(table.c.id).cte().c.id))
    session.execute(
        select(
            sa.update(table)
            .values(email="b", email_index=table.c.email_index.type.token("b"))
            .returning(table.c.id)
            .cte()
            .c.id
        )
    )
    assert session.scalars(select(m.Customer.email).where(index_equals(m.Customer.email, "b"))).all() == ["b"]


def test_what_a_hybrid_sets_is_seen(engine: sa.Engine, ring: Keyring) -> None:
    class Base(DeclarativeBase):
        pass

    class Person(Base):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str | None] = mapped_column(Encrypted(ring["customers"], str))
        email_index: Mapped[bytes | None] = mapped_column(BlindIndexed("email", bits=128), insert_default=index_default)

        @hybrid_property
        def address(self) -> str | None:
            return self.email

        @address.update_expression
        def address(cls, value: object) -> list:
            return [(cls.email, value)]

        @hybrid_property
        def shouted(self) -> str:
            return self.email.upper()

        @shouted.expression
        def shouted(cls) -> object:
            return func.upper(cls.email)

        @shouted.update_expression
        def shouted(cls, value: object) -> list:
            return [(cls.email, value)]

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Person(id=1, email="old"))
        session.commit()
        unsynchronized = {"synchronize_session": False}
        for value in (literal(SECRET), func.lower(SECRET)):
            with pytest.raises(InvalidRequestError, match="cannot compute"):
                session.execute(sa.update(Person).values({Person.address: value}), execution_options=unsynchronized)
            session.rollback()
        for value in (SECRET, "other"):
            for attribute in (Person.address, Person.shouted):
                session.execute(sa.update(Person).values({attribute: value}), execution_options=unsynchronized)
                assert session.scalars(select(Person.email).where(Person.email == value)).all() == [value]


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


def test_row_bound_columns_keep_their_index(session: Session, m: SimpleNamespace) -> None:
    code = m.RecoveryCode(code="1111")
    session.add(code)
    session.commit()
    table = m.RecoveryCode.__table__
    stored = table.c.code.type.cipher.encrypt(SECRET, code.id)
    refused(session, sa.update(table).values(code=stored))
    refused(session, sa.update(m.RecoveryCode).values(code_stored=stored))
    refused(session, sa.insert(table).values(id=uuid.uuid4(), code=stored))
    refused(session, sa.update(table).values(code=literal(stored), code_index=sa.null()))
    session.execute(sa.update(table).values(code=stored, code_index=table.c.code_index.type.token(SECRET)))
    session.expire_all()
    assert session.scalars(select(m.RecoveryCode).where(m.RecoveryCode.code == SECRET)).one().code == SECRET
    assert raw(session, "recovery_code", "code") == [stored]
