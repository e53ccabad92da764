"""Queries of encrypted columns and blind indexes in SQLAlchemy 2, and those that no database can
answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ironlatch.fields import Tampered
from ironlatch.fields.sqlalchemy import (
    Encrypted,
    index_equals,
    index_in,
    matching,
)
from ironlatch.keyring import Keyring
from sqlalchemy import CompoundSelect, func, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, aliased
from sqlalchemy_models import raw

pytest_plugins = ["sqlalchemy_models"]


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
