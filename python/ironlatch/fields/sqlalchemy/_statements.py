"""Keeps blind indexes in step with what statements set, and lets no SQL compute what is to be encrypted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, bindparam, event, inspect
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.elements import BindParameter, ClauseElement, Null

from ironlatch.fields.sqlalchemy._types import BlindIndexed, CipherType

Parameters = Mapping[str, Any]
Execution = tuple[Any, Sequence[Parameters], Parameters]


def token_of(index: Column[Any], value: Any) -> bytes | int | None:
    """The token for a value that a statement sets in the encrypted column.

    Raises InvalidRequestError if the value is encrypted already.
    """
    kind: BlindIndexed = index.type  # type: ignore[assignment]
    if value is not None and kind.source.type.is_sealed:  # type: ignore[attr-defined]
        raise InvalidRequestError(
            f"{kind.source} is bound to its row: assign to the model's attribute, or set {index.name!r} too"
        )
    return kind.token(value)


@event.listens_for(Engine, "before_execute", retval=True)
def _before_execute(
    connection: Connection, statement: Any, multiparams: list[Parameters], params: Parameters, options: Parameters
) -> Execution:
    if isinstance(statement, Insert | Update) and isinstance(statement.table, Table):
        _refuse_sql(statement)
        if isinstance(statement, Update):
            return _update(statement, multiparams, params)
        _refuse_stale_indexes(statement)
    return statement, multiparams, params


def _update(statement: Update, multiparams: Sequence[Parameters], params: Parameters) -> Execution:
    """Adds the token of each encrypted column that the statement sets."""
    rows = [dict(row) for row in multiparams or [params]]
    for index in _indexes(statement.table):
        source = index.type.source
        set_here = {column.key: value for column, value in _set_values(statement)}
        if source.type.is_sealed or index.key in set_here or index.key in rows[0]:
            continue
        if source.key in set_here:
            value = set_here[source.key]
            if isinstance(value, BindParameter) and value.required:
                name = f"{index.key}_of_{value.key}"
                statement = _with_value(statement, index, bindparam(name, type_=index.type))
                for row in rows:
                    row[name] = token_of(index, row[value.key])
            else:
                plain = value.effective_value if isinstance(value, BindParameter) else None
                statement = _with_value(statement, index, token_of(index, plain))
        elif source.key in rows[0]:
            for row in rows:
                row[index.key] = token_of(index, row[source.key])
    return (statement, rows, {}) if multiparams else (statement, [], rows[0])


def _with_value(statement: Update, index: Column[Any], value: Any) -> Update:
    try:
        return statement.values({index: value})
    except ArgumentError as error:
        raise InvalidRequestError(f"set the blind index {index.name!r} in this statement too: {error}") from error


def _refuse_sql(statement: Insert | Update) -> None:
    for column, value in _set_values(statement):
        if (
            isinstance(column.type, CipherType)
            and isinstance(value, ClauseElement)
            and not isinstance(value, BindParameter | Null)
        ):
            raise InvalidRequestError(
                f"{column} is encrypted, so the database cannot compute its value: set a value of Python's"
            )


def _refuse_stale_indexes(insert: Insert) -> None:
    """What an INSERT does on conflict, and an INSERT from a SELECT, has to set each blind index beside its column."""
    on_conflict = getattr(insert, "_post_values_clause", None)
    updated = _names(dict(getattr(on_conflict, "update_values_to_set", ())))
    copied = set(insert._select_names or ())
    table: Any = insert.table
    for index in _indexes(table):
        source = index.type.source
        if source.key in updated and index.key not in updated:
            raise InvalidRequestError(
                f"set the blind index {index.name!r} beside {source.name!r} in what is done on conflict"
            )
        if source.key in copied and index.key not in copied:
            raise InvalidRequestError(f"INSERT from SELECT copies {source.name!r} as stored: copy {index.name!r} too")
    # The row in conflict may have another primary key than the one that the value is bound to.
    of_same_row = _names(getattr(on_conflict, "inferred_target_elements", None) or ()) == _names(table.primary_key)
    for column in table.c:
        if column.key in updated and getattr(column.type, "is_sealed", False) and not of_same_row:
            raise InvalidRequestError(f"{column} is bound to its row: set it on conflict of the primary key alone")


def _names(columns: Iterable[Any]) -> set[str]:
    return {getattr(column, "key", column) for column in columns}


def _set_values(statement: Insert | Update) -> Iterator[tuple[Column[Any], Any]]:
    """What is in ``values()`` of a statement, with the table's columns."""
    parts: list[Any] = [statement._values or {}, *(part for several in statement._multi_values for part in several)]
    for part in parts:
        for key, value in part.items():
            column = _column(statement, key)
            if column is not None:
                yield column, value


def _column(statement: Insert | Update, key: Any) -> Column[Any] | None:
    """The table's column of a key of ``values()``: a column, a model's attribute, or the name of either."""
    table: Table = statement.table  # type: ignore[assignment]
    if not isinstance(key, str):
        return table.c.get(key.key)
    entity = statement.entity_description.get("entity")
    mapper = inspect(entity, raiseerr=False) if entity is not None else None
    if isinstance(mapper, Mapper) and key in mapper.column_attrs:
        key = mapper.column_attrs[key].columns[0].key
    return table.c.get(key)


def _indexes(table: Any) -> list[Any]:
    return [column for column in table.c if isinstance(column.type, BlindIndexed)]
