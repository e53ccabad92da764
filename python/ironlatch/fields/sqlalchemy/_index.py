"""Declaring a blind index, and looking for values by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeVar

from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from ironlatch.fields import BlindIndex
from ironlatch.fields.sqlalchemy._defaults import index_default
from ironlatch.fields.sqlalchemy._errors import unwrapped
from ironlatch.fields.sqlalchemy._types import BlindIndexed, CipherType, index_of
from ironlatch.utils import _at_home

T = TypeVar("T")


def blind_index(
    of: str,
    *,
    rows: int | None = None,
    bits: int | None = None,
    normalize: Literal["exact", "text", "digits"] = "exact",
    integer: bool = False,
    index: bool = True,
    **options: Any,
) -> MappedColumn[Any]:
    """A column that holds a blind index token of the encrypted column named `of` of this table, and
    fills itself.

    `rows` is how many rows the table may grow to: tokens are cut so that some rows share each of
    them, and tell little (see `BlindIndex`). With `bits` of 100 or more instead, equal tokens mean
    equal values: they tell which rows are equal, and the column can be compared with ``==``.
    `normalize` names what makes values equal. `integer` makes the column a ``BIGINT``, of 63 bits
    at most. `options` go to `mapped_column`; `index` makes an index of the database.

    Tokens are made in inserts and updates of the ORM and of Core that set the encrypted column.
    SQLAlchemy does not see statements in text.
    """
    kind = BlindIndexed(of, rows=rows, bits=bits, normalize=normalize, integer=integer)
    return mapped_column(kind, insert_default=index_default, index=index, **options)


def index_equals(column: Any, value: Any) -> ColumnElement[bool]:
    """A condition that is true for every row that has `value` in the encrypted column `column`, and
    for some others.

    How many others depends on the size of the blind index; `matching` tells them apart. Tokens
    under all usable versions of the key are looked for, so that rows are found while a rotation is
    under way. None makes it ``IS NULL``.

    Raises InvalidRequestError if the column has no blind index.
    """
    return _expression(column).is_(None) if value is None else index_in(column, [value])


def index_in(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Like `index_equals`, for any of several values, none of which is None."""
    index = _index_of(_expression(column))
    condition: ColumnElement[bool] = index.in_(index.type.tokens(list(values)))
    return condition


def matching(objects: Iterable[T], column: Any, value: Any) -> list[T]:
    """Those of `objects`, instances of a model, that have `value` in the encrypted column `column`.

    What is equal is what the blind index normalizes to the same.
    """
    expression = _expression(column)
    index = _index_of(expression)
    name = getattr(expression.type, "attribute", column.key)
    with unwrapped:
        whole: BlindIndex = index.type.whole

        def tokens(value: Any) -> frozenset[bytes | None]:
            """One for each usable version: equal values share one, even if the key is rotated."""
            return frozenset([None] if value is None else whole.tokens(value))

        wanted = tokens(value)
        return [item for item in objects if not wanted.isdisjoint(tokens(getattr(item, name)))]


def _index_of(expression: ColumnElement[Any]) -> Any:
    index = index_of(expression)
    if index is None:
        raise InvalidRequestError(f"{expression} has no blind index: declare a blind_index() of it in its table")
    return index


def _expression(column: Any) -> ColumnElement[Any]:
    expression = column.__clause_element__() if hasattr(column, "__clause_element__") else column
    if not isinstance(getattr(expression, "type", None), CipherType):
        raise InvalidRequestError(f"{column} is no encrypted column")
    return expression  # type: ignore[no-any-return]


_at_home("ironlatch.fields.sqlalchemy", blind_index, index_equals, index_in, matching)
