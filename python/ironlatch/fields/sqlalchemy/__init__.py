"""Encrypted columns and blind indexes for SQLAlchemy 2.

    class Customer(Base):
        __tablename__ = "customer"
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str] = mapped_column(Encrypted(key, str))
        email_index: Mapped[bytes | None] = blind_index("email", rows=1_000_000, normalize="text")

    found = session.scalars(select(Customer).where(index_equals(Customer.email, "ada@example.com")))
    customers = matching(found, Customer.email, "ada@example.com")

`Encrypted` binds a value to its table and column, `RowBound` to its row as well. Importing this
package imports SQLAlchemy; importing ``ironlatch`` or ``ironlatch.fields`` does not. See
``docs/fields-sqlalchemy.md``.
"""

import sqlalchemy

from ironlatch.fields._frameworks import require

require("SQLAlchemy", sqlalchemy.__version__, "2.0")

from ironlatch.fields.sqlalchemy import _statements as _statements
from ironlatch.fields.sqlalchemy._alembic import render_item as render_item
from ironlatch.fields.sqlalchemy._defaults import index_default as index_default
from ironlatch.fields.sqlalchemy._index import blind_index as blind_index
from ironlatch.fields.sqlalchemy._index import index_equals as index_equals
from ironlatch.fields.sqlalchemy._index import index_in as index_in
from ironlatch.fields.sqlalchemy._index import matching as matching
from ironlatch.fields.sqlalchemy._row import RowBound as RowBound
from ironlatch.fields.sqlalchemy._row import RowCiphertext as RowCiphertext
from ironlatch.fields.sqlalchemy._types import BlindIndexed as BlindIndexed
from ironlatch.fields.sqlalchemy._types import Encrypted as Encrypted

__all__ = [
    "BlindIndexed",
    "Encrypted",
    "RowBound",
    "RowCiphertext",
    "blind_index",
    "index_default",
    "index_equals",
    "index_in",
    "matching",
    "render_item",
]
