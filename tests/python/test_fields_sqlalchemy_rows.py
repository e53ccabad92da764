"""Values that SQLAlchemy binds to their rows, on PostgreSQL and SQLite."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields import Tampered
from ironlatch.fields.sqlalchemy import (
    index_equals,
    matching,
)
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

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


def test_row_bound(session: Session, m: SimpleNamespace) -> None:
    first, second = m.RecoveryCode(code="1111", note={"a": 1}), m.RecoveryCode(code="2222")
    assert first.code == "1111"
    session.add_all([first, second, m.Pair(left=1, right="x", value=7)])
    session.flush()
    assert first.code == "1111"
    assert second.note is None
    session.commit()
    first_id, second_id = first.id, second.id
    session.expunge_all()
    code = session.scalars(select(m.RecoveryCode).where(index_equals(m.RecoveryCode.code, "2222"))).one()
    assert (code.id, code.code, code.owner) == (second_id, "2222", "ada")
    assert session.scalars(select(m.RecoveryCode).where(m.RecoveryCode.code == "1111")).one().note == {"a": 1}
    assert session.scalars(select(m.RecoveryCode.id).where(m.RecoveryCode.note.is_(None))).one() == second_id
    assert session.get(m.Pair, (1, "x")).value == 7
    assert matching([code], m.RecoveryCode.code, "2222") == [code]
    assert matching([code], m.RecoveryCode.code, "1111") == []
    before = code.code_stored
    code.code = code.code  # encrypts again
    session.commit()
    assert code.code_stored != before
    assert code.code == "2222"
    code.code = "3333"
    assert code.code == "3333"
    session.commit()
    assert code.code == "3333"
    assert session.scalars(select(m.RecoveryCode.id).where(m.RecoveryCode.code == "2222")).all() == []
    assert session.scalars(select(m.RecoveryCode.id).where(m.RecoveryCode.code == "3333")).all() == [code.id]
    code.code = None
    session.commit()
    assert code.code is None
    assert code.code_index is None
    # With the cipher alone, as a batch job would.
    cipher = m.RecoveryCode.__table__.c.code.type.cipher
    stored = session.scalars(select(m.RecoveryCode.code_stored).where(m.RecoveryCode.id == first_id)).one()
    assert cipher.decrypt(stored, first_id) == "1111"
    with pytest.raises(Tampered):
        cipher.decrypt(stored)


def test_row_bound_values_do_not_move(session: Session, m: SimpleNamespace) -> None:
    first, second = m.RecoveryCode(code="1111"), m.RecoveryCode(code="2222")
    session.add_all([first, second, m.Pair(left=1, right="x", value=7), m.Pair(left=1, right="y", value=8)])
    session.commit()
    session.execute(sa.text("UPDATE recovery_code SET code = :code"), {"code": first.code_stored})
    session.execute(sa.text("UPDATE pair SET value = (SELECT value FROM pair WHERE \"right\" = 'x')"))
    session.expire_all()
    assert first.code == "1111"
    with pytest.raises(Tampered):
        second.code  # noqa: B018
    assert session.get(m.Pair, (1, "x")).value == 7
    with pytest.raises(Tampered):
        session.get(m.Pair, (1, "y")).value  # noqa: B018


def test_what_is_stored_directly_is_the_row_s_own(session: Session, m: SimpleNamespace) -> None:
    first, second = m.RecoveryCode(code="one"), m.RecoveryCode(code="two")
    session.add_all([first, second])
    session.commit()
    clear = first.code_stored[:5] + b"a secret in clear, behind what ciphertext begins with"
    for stored in (second.code_stored, clear):
        first.code_stored = stored
        with pytest.raises(Tampered):
            session.commit()
        session.rollback()
    # What the cipher made for this row is taken, and found.
    first.code_stored = m.RecoveryCode.__table__.c.code.type.cipher.encrypt("three", first.id)
    session.commit()
    assert session.scalars(sa.select(m.RecoveryCode).where(m.RecoveryCode.code == "three")).one().code == "three"


def test_upserts_of_row_bound_values(engine: sa.Engine, session: Session, m: SimpleNamespace) -> None:
    insert = __import__(f"sqlalchemy.dialects.{engine.dialect.name}", fromlist=["insert"]).insert
    table = m.Pair.__table__
    for value in (7, 8):
        statement = insert(table).values(left=1, right="x", value=table.c.value.type.seal(value, (1, "x")))
        with pytest.raises(InvalidRequestError, match="bound to its row"):
            session.execute(
                statement.on_conflict_do_update(index_elements=["right"], set_={"value": statement.excluded.value})
            )
        session.execute(
            statement.on_conflict_do_update(index_elements=["left", "right"], set_={"value": statement.excluded.value})
        )
    assert session.get(m.Pair, (1, "x")).value == 8


def test_the_row_has_to_be_known(session: Session, m: SimpleNamespace) -> None:
    session.add(m.Counted(value="x"))
    with pytest.raises(InvalidRequestError, match=r"counted\.id is not known before the INSERT.*uuid4"):
        session.flush()
    session.rollback()
    session.add_all([m.Counted(id=5, value="x"), m.Counted()])  # nothing to bind in the second
    session.commit()
    assert session.get(m.Counted, 5).value == "x"
    session.add(m.Counted(id="7", value="x"))
    with pytest.raises(InvalidRequestError, match="read back as int"):
        session.flush()
    session.rollback()
    with pytest.raises(InvalidRequestError, match="bulk_save_objects"):
        session.bulk_save_objects([m.RecoveryCode(code="1")])
    session.rollback()
    token = m.RecoveryCode.__table__.c.code_index.type.token("plain")
    for bad in ("plain", b"plain", 5):
        with pytest.raises(TypeError, match=r"recovery_code\.code takes what its type sealed") as caught:
            session.execute(sa.insert(m.RecoveryCode), [{"id": uuid.uuid4(), "code_stored": bad, "code_index": token}])
        assert "plain" not in str(caught.value)
        session.rollback()


def test_a_new_primary_key_takes_its_values_along(session: Session, m: SimpleNamespace) -> None:
    session.add(m.Pair(left=1, right="x", value=7))
    session.commit()
    pair = session.get(m.Pair, (1, "x"))
    pair.right = "y"
    assert pair.value == 7
    session.commit()
    assert session.get(m.Pair, (1, "y")).value == 7
    pair.right, pair.value = "z", 8
    session.commit()
    session.expunge_all()
    assert session.get(m.Pair, (1, "z")).value == 8
    copied = session.get(m.Pair, (1, "z"))
    session.expunge(copied)
    sa.orm.make_transient(copied)
    copied.left = 2
    session.add(copied)
    with pytest.raises(Tampered):  # rather than a row whose value never opens
        session.flush()
    session.rollback()
    merged = session.merge(m.Pair(left=1, right="z", value=9))
    session.commit()
    assert merged.value == 9


@pytest.mark.parametrize("many", [False, True])
def test_bulk_statements_do_not_drop_values_bound_to_their_row(
    session: Session, m: SimpleNamespace, many: bool
) -> None:
    code = m.RecoveryCode(code="1111")
    session.add(code)
    session.commit()
    for statement, row in ((sa.insert, uuid.uuid4()), (sa.update, code.id)):
        values = [{"id": row, "code": "2222"}]
        if statement is sa.insert and not many:
            values = values[0]
        with pytest.raises(InvalidRequestError, match=r"recovery_code\.code is bound to its row.*add_all"):
            session.execute(statement(m.RecoveryCode), values)
        session.rollback()
    sealed = m.RecoveryCode.__table__.c.code.type.seal("3333", row := uuid.uuid4())
    token = m.RecoveryCode.__table__.c.code_index.type.token("3333", sealed)
    session.execute(sa.insert(m.RecoveryCode), [{"id": row, "code_stored": sealed, "code_index": token}])
    session.commit()
    assert {code.code for code in session.scalars(select(m.RecoveryCode))} == {"1111", "3333"}
