"""The default that fills a blind index in an INSERT."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import Column
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.sql.elements import BindParameter, Null

from ironlatch.fields._tokens import TokenBytes, TokenInt
from ironlatch.fields.sqlalchemy._errors import unwrapped
from ironlatch.fields.sqlalchemy._types import BlindIndexed, Encrypted
from ironlatch.utils import _at_home


def index_default(context: Any) -> TokenBytes | TokenInt | None:
    """The default of a blind index column in an insert: the token of the value that is inserted
    with it.

    For a `Table` without the ORM: ``Column("email_index", BlindIndexed("email"),
    default=index_default)``.
    """
    index, row = context.current_column, None
    if hasattr(index, "original"):  # the second or a later row of insert().values([{…}, {…}])
        index, row = index.original, index.index + 1
    source = index.type.source
    with unwrapped:
        _declared_before(source, context)
        return token_of(index, _value_beside(source, context, row))


def token_of(index: Column[Any], value: Any) -> TokenBytes | TokenInt | None:
    """The token for a value that a statement sets in the encrypted column.

    Raises InvalidRequestError if the value is encrypted already.
    """
    kind: BlindIndexed = index.type  # type: ignore[assignment]
    if value is not None and kind.source.type.is_sealed:  # type: ignore[attr-defined]
        raise InvalidRequestError(
            f"{kind.source} is bound to its row: assign to the model's attribute, or set {index.name!r} too"
        )
    return kind.token(value)


def seal(source: Column[Any], value: Any) -> Any:
    """The value with what is stored of it, unless that is none of the column's type to make."""
    return source.type.seal(value) if isinstance(source.type, Encrypted) else value


def _value_beside(source: Column[Any], context: Any, row: int | None) -> Any:
    """Returns the value that the INSERT sets the encrypted column to, or None if it leaves it out.

    Raises InvalidRequestError if it cannot be told.
    """
    parameters, state = context.current_parameters, context.compiled.compile_state
    if not getattr(state, "isinsert", False) or source.key not in state.statement.table.c:
        return None  # an INSERT within another statement, which may not set the column without the index
    rows = state._multi_parameters if state._has_multi_parameters else [state._dict_parameters or {}]
    given = {key if isinstance(key, str) else key.key: value for key, value in rows[row or 0].items()}
    name = f"{source.key}_m{row or 0}" if state._has_multi_parameters else source.key
    value = given.get(source.key)
    if isinstance(value, Null):
        return None
    if isinstance(value, BindParameter):
        name = context.compiled.bind_names.get(value, name if value.unique else value.key)
    if name in parameters:
        # Encrypted here, and put back for the statement: value and token are under one version of
        # the key.
        parameters[name] = sealed = seal(source, parameters[name])
        return sealed
    if source.key in given:
        raise InvalidRequestError(f"set the blind index of {source} in this statement too: its token cannot be made")
    return None


def _declared_before(source: Column[Any], context: Any) -> None:
    """Defaults are drawn in the order of the columns: that of the encrypted column has to be there
    already.
    """
    to_come = itertools.dropwhile(lambda column: column is not context.current_column, context.compiled.insert_prefetch)
    if any(column is source for column in to_come):
        raise InvalidRequestError(f"{source} has a default: declare it before its blind index")


_at_home("ironlatch.fields.sqlalchemy", index_default)
