"""Keeps blind indexes in step with what statements set, and sees to what SQLAlchemy does with
statements of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Alias, Column, Table, bindparam, event, inspect
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import ArgumentError, InvalidRequestError, StatementError
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.dml import Update
from sqlalchemy.sql.elements import BindParameter, Null

from ironlatch.fields.sqlalchemy._defaults import seal, token_of
from ironlatch.fields.sqlalchemy._types import BlindIndexed, Sealed
from ironlatch.fields.sqlalchemy._writes import Guard, our_columns, writes_in

Parameters = Mapping[str, Any]
Execution = tuple[Any, Sequence[Parameters], Parameters]


@event.listens_for(Engine, "before_execute", retval=True)
def _before_execute(
    connection: Connection, statement: Any, multiparams: list[Parameters], params: Parameters, options: Parameters
) -> Execution:
    _running[connection] = ref(statement)
    if isinstance(statement, Update) and isinstance(statement.table, Table | Alias):
        return _update(statement, multiparams, params)
    return statement, multiparams, params


@event.listens_for(Engine, "before_cursor_execute")
def _before_cursor_execute(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> None:
    _guard.check(getattr(context, "compiled", None))


@event.listens_for(Engine, "after_cursor_execute")
def _after_cursor_execute(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> None:
    """Gives the ORM its values back, which it takes from the parameters if they were defaults."""
    for row in getattr(context, "compiled_parameters", None) or ():
        for name, value in row.items():
            if isinstance(value, Sealed):
                row[name] = value.value


@event.listens_for(Engine, "handle_error")
def _handle_error(context: ExceptionContext) -> None:
    """Takes values off an error that came up before they were encrypted, such as that of another
    column's type.
    """
    error = context.sqlalchemy_exception
    if isinstance(error, StatementError) and context.execution_context is None:
        running = _running.get(context.connection) if context.connection is not None else None
        statement = running() if running is not None else None
        if statement is None or any(our_columns(write.table) for write in writes_in(statement)):
            error.params = None
            error.hide_parameters = True
            error.add_detail("the parameters are not shown, as some of them were to be encrypted")


def _update(statement: Update, multiparams: Sequence[Parameters], params: Parameters) -> Execution:
    """Adds the token of each encrypted column that the statement sets."""
    rows = [dict(row) for row in multiparams or [params]]
    # A bulk update of a model that has several tables is one statement for each.
    for index in our_columns(statement._annotations.get("_emit_update_table", statement.table)):
        if not isinstance(index.type, BlindIndexed):
            continue
        source = index.type.source
        set_here = {column.key: value for column, value in _set_values(statement)}
        if source.type.is_sealed or index.key in set_here or index.key in rows[0]:  # type: ignore[attr-defined]
            continue
        if source.key not in set_here:
            if source.key in rows[0]:
                for row in rows:
                    row[source.key] = seal(source, row[source.key])
                    row[index.key] = token_of(index, row[source.key])
            continue
        value = set_here[source.key]
        if not isinstance(value, BindParameter | Null):
            continue  # It is refused when it is rendered.
        # What the statement is executed with goes before the value that a bind parameter has.
        name = source.key if isinstance(value, Null) or value.unique else value.key
        if isinstance(value, BindParameter) and (value.required or name in rows[0]):
            token = f"{index.key}_of_{name}"
            statement = _with_value(statement, index, bindparam(token, type_=index.type))
            for row in rows:
                row[name] = seal(source, row.get(name, value.effective_value))
                row[token] = token_of(index, row[name])
        else:
            if isinstance(value, BindParameter) and value.callable is not None:
                raise InvalidRequestError(f"{source} has a blind index: set the value itself, and not a callable")
            sealed = None if isinstance(value, Null) else seal(source, value.value)
            if sealed is not None:
                statement = _with_value(statement, source, bindparam(None, sealed, type_=value.type, unique=True))
            statement = _with_value(statement, index, token_of(index, sealed))
    return (statement, rows, {}) if multiparams else (statement, [], rows[0])


def _with_value(statement: Update, column: Column[Any], value: Any) -> Update:
    # By the key that the statement has for it already, as that may be a name.
    key = next((key for key in statement._values or () if _column(statement, key) is column), column)
    try:
        return statement.values({key: value})
    except ArgumentError as error:
        raise InvalidRequestError(
            f"{column} has a blind index, or is one: set both in this statement, under one version of the key: {error}"
        ) from error


def _set_values(statement: Update) -> Iterator[tuple[Column[Any], Any]]:
    """Returns the ``values()`` of a statement, with the table's columns."""
    for key, value in dict(statement._values or getattr(statement, "_ordered_values", None) or {}).items():
        column = _column(statement, key)
        if column is not None:
            yield column, value


def _column(statement: Update, key: Any) -> Column[Any] | None:
    """The table's column of a key of ``values()``: a column, a model's attribute, or the name of
    either.
    """
    table: Table = statement.table  # type: ignore[assignment]
    if not isinstance(key, str):
        return table.c.get(key.key)
    entity = statement.entity_description.get("entity")
    mapper = inspect(entity, raiseerr=False) if entity is not None else None
    if isinstance(mapper, Mapper) and key in mapper.column_attrs:
        key = mapper.column_attrs[key].columns[0].key
    return table.c.get(key)


_guard = Guard()
_running: WeakKeyDictionary[Connection, ref[Any]] = WeakKeyDictionary()
"""The statement that each connection was last given."""
