"""Whatever way a write is spelled, what SQLAlchemy stores in our columns came out of the cipher, or
nothing is stored.
"""

from __future__ import annotations

import copy
import pickle
import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields.sqlalchemy import BlindIndexed, Encrypted, RowCiphertext, blind_index, index_default, index_equals
from ironlatch.keyring import Keyring
from sqlalchemy import bindparam, cast, func, literal, literal_column, select, text, type_coerce
from sqlalchemy.exc import CompileError, InvalidRequestError
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, synonym
from sqlalchemy_models import everything, raw

pytest_plugins = ["sqlalchemy_models"]

SECRET = "hunter2"
REFUSED = (InvalidRequestError, TypeError, CompileError, ValueError)


def insert_of(session: Session) -> Callable[[object], object]:
    name = session.get_bind().dialect.name
    return __import__(f"sqlalchemy.dialects.{name}", fromlist=["insert"]).insert


def refused(session: Session, statement: object, parameters: object = None) -> None:
    """Runs a statement that must not store anything; whatever it raises does not show the value
    either.
    """
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
    own = table.c.phone_number.type
    session.execute(sa.insert(table).values(id=1, name="", phone_number=literal(SECRET, own)))
    session.execute(sa.insert(table).values(id=2, name="", phone_number=bindparam("given", SECRET, own)))
    session.connection().execute(
        sa.insert(table).values(id=bindparam("number"), name="", phone_number=bindparam("given")),
        [{"number": 3, "given": SECRET}, {"number": 4, "given": SECRET}],
    )
    session.connection().execute(sa.insert(table).values(id=5, name="", phone_number="x"), {"phone_number": SECRET})
    session.execute(sa.insert(table).values([{"id": 6, "name": "", "phone_number": literal(SECRET, own)}]))
    rows = [{"id": 8, "name": "", "phone_number": SECRET}, {"id": 9, "name": "", "phone_number": literal(SECRET, own)}]
    session.execute(sa.insert(table).values(rows))
    found = select(table.c.id, table.c.phone_number).where(table.c.phone_number == SECRET).order_by(table.c.id)

    def with_the_secret() -> list[int]:
        # A short token may be another value's too.
        return [number for number, value in session.execute(found) if value == SECRET]

    assert with_the_secret() == [1, 2, 3, 4, 5, 6, 8, 9]
    where = sa.update(table).where(table.c.id == bindparam("number"))
    session.execute(sa.update(table).values(phone_number="x"))
    session.connection().execute(
        where.values(phone_number="y"), [{"number": n, "phone_number": SECRET} for n in (1, 2)]
    )
    session.connection().execute(
        where.values(phone_number=bindparam("given", "z", own)), [{"number": n, "given": SECRET} for n in (3, 4)]
    )
    session.connection().execute(
        sa.update(table).where(table.c.id == 5).values(phone_number="y"), {"phone_number": SECRET}
    )
    session.execute(sa.update(table).where(table.c.id == 6).values(phone_number=literal(SECRET, own)))
    assert with_the_secret() == [1, 2, 3, 4, 5, 6]
    for statement in (
        sa.insert(table).values(
            [
                {"id": 10, "name": "", "phone_number": "x"},
                {"id": 11, "phone_number": bindparam("e", SECRET, sa.types.NULLTYPE)},
            ]
        ),
        sa.update(table).values(phone_number=bindparam("given", callable_=lambda: SECRET, type_=own)),
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


def test_what_a_lambda_encloses_is_refused(session: Session, m: SimpleNamespace) -> None:
    """SQLAlchemy makes bind parameters of it, with the type of the value."""
    table, secret = m.Customer.__table__, SECRET
    refused(session, sa.lambda_stmt(lambda: sa.insert(table).values(id=1, name="", email=secret)))
    refused(session, sa.lambda_stmt(lambda: sa.update(table).values(email=secret)))


def test_models_of_several_tables(engine: sa.Engine, ring: Keyring) -> None:
    class Base(DeclarativeBase):
        pass

    class Person(Base):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str] = mapped_column(default="person")
        email: Mapped[str | None] = mapped_column("address", Encrypted(ring["customers"], str))
        email_index: Mapped[bytes | None] = blind_index("address", bits=128)
        mail = synonym("email")
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}

    class Client(Person):
        __tablename__ = "client"
        id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
        phone: Mapped[str | None] = mapped_column(Encrypted(ring["customers"], str))
        phone_index: Mapped[bytes | None] = blind_index("phone", bits=128)
        __mapper_args__ = {"polymorphic_identity": "client"}

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Client(id=1, email="1", phone="1"))
        session.execute(sa.insert(Client), [{"id": 2, "email": "2", "phone": "2"}])
        returned = session.scalars(sa.insert(Client).returning(Client), [{"id": 3, "email": "3", "phone": "3"}])
        assert [client.phone for client in returned] == ["3"]
        session.flush()
        session.execute(sa.update(Client), [{"id": n, "email": f"new {n}", "phone": f"new {n}"} for n in (1, 2, 3)])
        for n in (1, 2, 3):
            assert session.scalars(
                select(Client.id).where(Client.email == f"new {n}", Client.phone == f"new {n}")
            ).all() == [n]
        session.execute(sa.update(Person).where(Person.id == 1).values(mail="m"))
        assert session.scalars(select(Person.id).where(Person.email == "m")).all() == [1]
        for values in ({"phone": literal(SECRET)}, {"mail": literal(SECRET)}, {"email": literal(SECRET)}):
            for statement in (sa.update(Client), sa.insert(Client)):
                with pytest.raises((InvalidRequestError, CompileError)):
                    session.execute(statement.values(values))


def test_row_bound_columns_keep_their_index(session: Session, m: SimpleNamespace) -> None:
    code = m.RecoveryCode(code="1111")
    session.add(code)
    session.commit()
    table = m.RecoveryCode.__table__
    stored = table.c.code.type.seal(SECRET, code.id)
    refused(session, sa.update(table).values(code=stored))
    refused(session, sa.update(m.RecoveryCode).values(code_stored=stored))
    refused(session, sa.insert(table).values(id=uuid.uuid4(), code=stored))
    refused(session, sa.update(table).values(code=literal(bytes(stored)), code_index=sa.null()))
    session.execute(sa.update(table).values(code=stored, code_index=table.c.code_index.type.token(SECRET)))
    session.expire_all()
    assert session.scalars(select(m.RecoveryCode).where(m.RecoveryCode.code == SECRET)).one().code == SECRET
    assert raw(session, "recovery_code", "code") == [stored]


def test_row_bound_columns_take_what_their_type_sealed(session: Session, m: SimpleNamespace) -> None:
    code, other = m.RecoveryCode(code="1111", note={"a": 1}), m.RecoveryCode(code="2222")
    session.add_all([code, other])
    session.commit()
    id, stored, noted = code.id, code.code_stored, code.note_stored
    table = m.RecoveryCode.__table__
    kind, note = table.c.code.type, table.c.note.type
    token = table.c.code_index.type.token(SECRET)
    sealed, document = kind.seal("3333", id), note.seal({"b": 2}, id)
    as_bytes = [
        stored,  # of the table, where anybody may have put it
        stored[:5] + b"PLAINTEXT" * 8,
        kind.cipher.encrypt(SECRET, id),
        bytes(sealed),
        sealed[:5] + SECRET.encode(),
        sealed + b"",
        copy.copy(sealed),
        copy.deepcopy(sealed),
        pickle.loads(pickle.dumps(sealed)),
        bytes.__new__(type(sealed), stored[:5] + SECRET.encode()),
        m.Pair.__table__.c.value.type.seal(7, (1, "x")),
        document,
    ]
    as_text = [
        noted,
        noted[:13] + SECRET,
        str(document),
        copy.copy(document),
        pickle.loads(pickle.dumps(document)),
        sealed,
    ]
    for name, values in {"code": as_bytes, "note": as_text}.items():
        for value in values:
            row = {name: value} | ({"code_index": token} if name == "code" else {})
            refused(session, sa.insert(table).values(id=uuid.uuid4(), **row))
            refused(session, sa.update(table).values(row))
            refused(session, sa.insert(table), [{"id": uuid.uuid4(), "owner": "x", **row}])
            attributes = {f"{name}_stored": value} | ({"code_index": token} if name == "code" else {})
            refused(session, sa.update(m.RecoveryCode).values(attributes))
            with pytest.raises(TypeError, match=r"takes what its type sealed"):
                session.bulk_insert_mappings(m.RecoveryCode, [attributes])
            session.rollback()
    with pytest.raises(TypeError):
        type(sealed)(stored[:5] + SECRET.encode())
    own = sa.update(table).where(table.c.id == id)
    session.execute(own.values(code=sealed, code_index=table.c.code_index.type.token("3333", sealed), note=document))
    session.expire_all()
    assert (session.get(m.RecoveryCode, id).code, session.get(m.RecoveryCode, id).note) == ("3333", {"b": 2})
    again = kind.seal(kind.open_stored(session.get(m.RecoveryCode, id).code_stored, id), id)
    session.execute(own.values(code=again, code_index=table.c.code_index.type.token("3333", again)))
    assert kind.seal(None, id) is None


def test_a_row_is_named_as_it_is_read_back(ring: Keyring, m: SimpleNamespace) -> None:
    kind = m.Pair.__table__.c.value.type
    for row in (1, (1,), (1, "x", 2), ("1", "x"), (1, None), None):
        with pytest.raises(InvalidRequestError):
            kind.seal(7, row)
    with pytest.raises(InvalidRequestError, match="read back as UUID"):
        m.RecoveryCode.__table__.c.code.type.seal("x", str(uuid.uuid4()))
    with pytest.raises(InvalidRequestError, match="no column of a table"):
        RowCiphertext(ring["customers"], str, table="t", column="c").seal("x", 1)


def test_a_primary_key_is_not_set_without_what_is_bound_to_it(session: Session, m: SimpleNamespace) -> None:
    session.add(m.Pair(left=1, right="x", value=7))
    code = m.RecoveryCode(code="1111")
    session.add(code)
    session.flush()
    code.id = uuid.uuid4()  # With a note that was never set.
    session.commit()
    assert code.code == "1111"
    table, pair = m.RecoveryCode.__table__, m.Pair.__table__
    new = uuid.uuid4()
    refused(session, sa.update(table).values(id=new))
    refused(session, sa.update(m.RecoveryCode).values({m.RecoveryCode.id: new}))
    refused(session, sa.update(table), {"id": new})
    refused(session, sa.update(pair).values(right="y"))
    refused(session, sa.update(pair).values(right=func.lower(pair.c.right)))
    insert = insert_of(session)
    statement = insert(pair).values(left=1, right="x", value=pair.c.value.type.seal(8, (1, "x")))
    upsert = statement.on_conflict_do_update(index_elements=["left", "right"], set_={"right": "y"})
    refused(session, upsert)
    columns = {name: statement.excluded[name] for name in ("left", "right", "value")}
    refused(session, statement.on_conflict_do_update(index_elements=["right"], set_={"right": columns["right"]}))
    session.execute(statement.on_conflict_do_update(index_elements=["left", "right"], set_=columns))
    assert session.get(m.Pair, (1, "x"), populate_existing=True).value == 8
    session.execute(sa.update(pair).values(right="y", value=pair.c.value.type.seal(7, (1, "y"))))
    assert session.get(m.Pair, (1, "y")).value == 7
    code = session.get(m.RecoveryCode, session.scalars(select(m.RecoveryCode.id)).one())
    code.id = new  # Through the ORM, with a note that is NULL.
    session.commit()
    assert session.get(m.RecoveryCode, new).code == "1111"
