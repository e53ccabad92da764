"""Models with encrypted columns, on PostgreSQL and SQLite, for the tests of
``ironlatch.fields.sqlalchemy``.

A test module has the fixtures by ``pytest_plugins = ["sqlalchemy_models"]``.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from ironlatch.fields.sqlalchemy import Encrypted, RowBound, blind_index
from ironlatch.keyring import Keyring
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


@pytest.fixture(params=["postgresql", "sqlite"])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    if request.param == "postgresql":
        engine = sa.create_engine(request.getfixturevalue("database").url)
    else:
        engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    yield engine
    engine.dispose()


def models(ring: Keyring) -> SimpleNamespace:
    """A fresh registry: models with the keys of one ring."""
    key = ring["customers"]

    class Base(DeclarativeBase):
        pass

    class Customer(Base):
        __tablename__ = "customer"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        email: Mapped[str | None] = mapped_column(Encrypted(lambda: key, str))
        email_index: Mapped[bytes | None] = blind_index("email", rows=16, normalize="text")
        phone: Mapped[str | None] = mapped_column("phone_number", Encrypted(key, str, text=True))
        phone_token: Mapped[bytes | None] = blind_index("phone_number", bits=128)
        badge: Mapped[int | None] = mapped_column(Encrypted(key, int))
        badge_index: Mapped[int | None] = blind_index("badge", rows=1000, integer=True)
        country: Mapped[str | None] = mapped_column(Encrypted(key, str, deterministic=True))

    class Everything(Base):
        __tablename__ = "everything"
        id: Mapped[int] = mapped_column(primary_key=True)
        text: Mapped[str | None] = mapped_column(Encrypted(key, str))
        number: Mapped[int | None] = mapped_column(Encrypted(key, int))
        amount: Mapped[Decimal | None] = mapped_column(Encrypted(key, Decimal))
        day: Mapped[datetime.date | None] = mapped_column(Encrypted(key, datetime.date))
        moment: Mapped[datetime.datetime | None] = mapped_column(Encrypted(key, datetime.datetime))
        flag: Mapped[bool | None] = mapped_column(Encrypted(key, bool))
        identifier: Mapped[uuid.UUID | None] = mapped_column(Encrypted(key, uuid.UUID))
        document: Mapped[dict | None] = mapped_column(MutableDict.as_mutable(Encrypted(key, "json")))
        blob: Mapped[bytes | None] = mapped_column(Encrypted(key, bytes))

    class RecoveryCode(Base):
        __tablename__ = "recovery_code"
        id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
        owner: Mapped[str] = mapped_column(default="ada")
        code = RowBound(key, str)
        code_index: Mapped[bytes | None] = blind_index("code", bits=128)
        note = RowBound(key, "json", text=True, nullable=True)

    class Pair(Base):
        __tablename__ = "pair"
        left: Mapped[int] = mapped_column(primary_key=True)
        right: Mapped[str] = mapped_column(primary_key=True)
        value = RowBound(key, int)

    class Counted(Base):
        __tablename__ = "counted"
        id: Mapped[int] = mapped_column(primary_key=True)
        value = RowBound(key, str)

    return SimpleNamespace(**{name: kind for name, kind in locals().items() if name not in ("key", "ring")})


@pytest.fixture
def ring() -> Keyring:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    return ring


@pytest.fixture
def m(ring: Keyring, engine: sa.Engine) -> SimpleNamespace:
    m = models(ring)
    m.Base.metadata.create_all(engine)
    return m


@pytest.fixture
def session(engine: sa.Engine, m: SimpleNamespace) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def raw(session: Session | sa.Connection, table: str, column: str, order: str = "id") -> list:
    rows = session.execute(sa.text(f"SELECT {column} FROM {table} ORDER BY {order}")).scalars()
    return [bytes(value) if isinstance(value, memoryview) else value for value in rows]


def everything(session: Session) -> str:
    """All that the tables hold, as text: a value in clear shows up whatever its form."""
    session.expire_all()
    found = []
    for table in ("customer", "recovery_code", "everything"):
        for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}"):
            found += [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row]
    return b"\n".join(found).decode("latin-1")
