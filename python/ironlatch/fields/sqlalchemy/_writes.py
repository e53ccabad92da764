"""Proves of each statement, when SQLAlchemy renders it, that only ciphertext and tokens get into
our columns.

A value is safe if the type of its column sees it, as that encrypts it or refuses it: a value of
Python's, or a bind parameter of that very type. Of SQL only NULL and the column's own ciphertext in
another row can be let through. Whatever else a statement sets is refused, without asking what it
is.

SQLAlchemy calls us for every INSERT and UPDATE that it renders, at whatever depth of a statement.
`Guard` makes sure that it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from sqlalchemy import CTE, Alias, Column, Subquery, Table
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import Compiled, SQLCompiler
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.elements import (
    BindParameter,
    Cast,
    ClauseElement,
    Grouping,
    Label,
    Null,
    Over,
    TypeCoerce,
    UnaryExpression,
    _label_reference,
    _textual_label_reference,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import CompoundSelect, Select, SelectStatementGrouping
from sqlalchemy.sql.visitors import Visitable

from ironlatch.fields.sqlalchemy._defaults import index_default
from ironlatch.fields.sqlalchemy._types import (
    DIALECTS,
    BlindIndexed,
    CipherType,
    refuse_dialect,
    refuse_values_of_the_database,
)

Values = Mapping[Any, Any]


def our_columns(table: Any) -> list[Any]:
    """The columns of a table or alias that hold ciphertext or tokens."""
    return [column for column in getattr(table, "c", ()) if isinstance(column.type, CipherType | BlindIndexed)]


class _Proof:
    """The effect of one INSERT or UPDATE on our columns. `check` raises InvalidRequestError unless
    all of it is safe.
    """

    def __init__(self, statement: Insert | Update, compiler: SQLCompiler, keywords: dict[str, Any]) -> None:
        keywords = {name: value for name, value in keywords.items() if name not in _OF_VISIT}
        self.state: Any = statement._compile_state_factory(statement, compiler, **keywords)
        self.statement: Any = self.state.statement  # with a model's attributes and hybrids made into columns
        self.table: Any = self.statement.table
        self.ours = our_columns(self.table)
        self.compiler = compiler
        self.is_nested = bool(compiler.stack)

    def check(self) -> None:
        if not self.ours:
            return
        refuse_dialect(self.compiler.dialect)
        if not isinstance(self.table, Table | Alias):
            raise InvalidRequestError(f"{self.table} has encrypted columns: write to the table itself, not to a join")
        for column in self.ours:
            refuse_values_of_the_database(column)
            if not isinstance(column.type.dialect_impl(self.compiler.dialect), CipherType | BlindIndexed):
                raise InvalidRequestError(f"{column} is of another type on this database: it would not be encrypted")
        if isinstance(self.statement, Insert) and self.statement._select_names:
            self._check_copy(self.statement._select_names, self.statement.select)
        else:
            self._check_values()
        if isinstance(self.statement, Insert):
            self._check_on_conflict()

    def _check_values(self) -> None:
        for number, row in enumerate(self._rows()):
            values = {self._name(key): value for key, value in row.items()}
            for column in self.ours:
                value = values.get(column.key)
                if not _is_seen_by_type(column, value, has_column_type=number == 0):
                    raise InvalidRequestError(_no_value(column))
            names = values.keys() | self._executed_names()
            for index in self._indexes():
                if self._is_set(index.type.source, names) and not self._is_filled(index, names):
                    raise InvalidRequestError(_no_token(index))
            if isinstance(self.statement, Update) and not names.isdisjoint(self._key_names()):
                for column in self._bound_to_rows():
                    if column.key not in names:
                        raise InvalidRequestError(_left_behind(column))

    def _rows(self) -> Sequence[Values]:
        if isinstance(self.statement, Insert) and self.state._has_multi_parameters:
            rows: Sequence[Values] = self.state._multi_parameters
            return rows
        return [self.state._dict_parameters or {}]

    def _executed_names(self) -> set[str]:
        """The columns set by parameters that the statement is executed with: SQLAlchemy gives them
        the column's type.
        """
        if self.compiler.column_keys is None:
            return {column.key for column in self.table.c} if self.state._no_parameters else set()
        return {key for key in self.compiler.column_keys if key in self.table.c}

    def _is_set(self, source: Column[Any], names: set[str]) -> bool:
        by_itself = source.default if isinstance(self.statement, Insert) else source.onupdate
        return source.key in names or by_itself is not None

    def _is_filled(self, index: Column[Any], names: set[str]) -> bool:
        if index.key in names:
            return True
        # SQLAlchemy runs no defaults for an INSERT within another statement.
        return isinstance(self.statement, Insert) and not self.is_nested and _fills_itself(index)

    def _check_copy(self, names: Sequence[str], select: Any) -> None:
        """An INSERT from a SELECT may copy the ciphertext of a column, with its tokens, into the
        same column.
        """
        names = [self._name(name) for name in names]
        columns = [column for column in self.ours if column.key in names]
        for sources in _selected(select):
            copied = dict(zip(names, sources, strict=False)) if len(sources) == len(names) else {}
            origins = {column.key: _origin(copied.get(column.key), column) for column in columns}
            for column in columns:
                if getattr(column.type, "is_sealed", False):
                    raise InvalidRequestError(f"{column} is bound to its row: a copy would not open in another")
                if origins[column.key] is None:
                    raise InvalidRequestError(
                        f"{column} is encrypted: an INSERT from SELECT can copy into it itself, and nothing else"
                    )
            for index in self._indexes():
                source = index.type.source
                if source.key in origins and origins[source.key] != origins.get(index.key):
                    raise InvalidRequestError(
                        f"INSERT from SELECT copies {source.name!r} as stored: copy {index.name!r} of the same row too"
                    )

    def _check_on_conflict(self) -> None:
        clause = self.statement._post_values_clause
        if clause is None or clause.__visit_name__ == "on_conflict_do_nothing":
            return
        if clause.__visit_name__ != "on_conflict_do_update":
            raise InvalidRequestError(
                f"{self.table} has encrypted columns: it is not known what {type(clause).__name__} sets them to"
            )
        updated = {self._name(key): value for key, value in dict(clause.update_values_to_set).items()}
        columns = [column for column in self.ours if column.key in updated]
        for column in columns:
            value = updated[column.key]
            if not (_is_excluded(value, column) or _is_seen_by_type(column, value)):
                raise InvalidRequestError(_no_value(column))
        for index in self._indexes():
            source = index.type.source
            if source.key in updated and (
                index.key not in updated
                or _is_excluded(updated[source.key], source) != _is_excluded(updated[index.key], index)
            ):
                raise InvalidRequestError(
                    f"set the blind index {index.name!r} together with {source.name!r} in what is done on conflict, "
                    "both of excluded or both of Python's values"
                )
        # The row in conflict may have another primary key than the one that the value is bound to.
        of_same_row = _names(clause.inferred_target_elements or ()) == _names(self.table.primary_key)
        for column in columns:
            if getattr(column.type, "is_sealed", False) and not of_same_row:
                raise InvalidRequestError(f"{column} is bound to its row: set it on conflict of the primary key alone")
        # The key of the same row is what it was already.
        names = self._key_names() & updated.keys()
        if not (of_same_row and all(_is_excluded(updated[name], self.table.c[name]) for name in names)):
            for column in self._bound_to_rows() if names else ():
                raise InvalidRequestError(_left_behind(column))

    def _name(self, key: Any) -> str:
        """The key of the column that a key of ``values()`` or ``set_`` means."""
        name = key if isinstance(key, str) else getattr(key, "key", "")
        column = self.table.c.get(name)
        if column is None or not (isinstance(key, str) or key.type is column.type):
            raise InvalidRequestError(
                f"{key} is no column of {self.table}, whose encrypted columns are set by their keys: "
                f"{', '.join(self.table.c.keys())}"
            )
        return name

    def _key_names(self) -> set[str]:
        return {column.key for column in self.table.c if column.primary_key}

    def _bound_to_rows(self) -> Iterator[Any]:
        return (column for column in self.ours if getattr(column.type, "is_sealed", False))

    def _indexes(self) -> Iterator[Any]:
        return (column for column in self.ours if isinstance(column.type, BlindIndexed))


def _fills_itself(index: Column[Any]) -> bool:
    return getattr(index.default, "arg", None) is index_default


def _is_seen_by_type(column: Any, value: Any, *, has_column_type: bool = True) -> bool:
    """Whether the value goes through the type of its column, which encrypts it or refuses it.

    SQLAlchemy gives bind parameters without a type that of the column, but not in the second and
    later rows of ``values([…])``.
    """
    value = value.__clause_element__() if hasattr(value, "__clause_element__") else value
    if isinstance(value, BindParameter):
        return value.type is column.type or (has_column_type and bool(value.type._isnull))
    return isinstance(value, Null) or not isinstance(value, Visitable)


def _is_excluded(value: Any, column: Any) -> bool:
    """Whether this is ``excluded.column``: what the INSERT would have stored there."""
    table = getattr(value, "table", None)
    return (
        isinstance(value, Column)
        and value.type is column.type
        and isinstance(table, Alias)
        and table.name == "excluded"
        and isinstance(table.element, Table)
    )


def _selected(select: Any) -> Iterator[Sequence[Any]]:
    """Yields the columns of each part of a SELECT: a UNION has several."""
    if isinstance(select, SelectStatementGrouping):
        yield from _selected(select.element)
    elif isinstance(select, CompoundSelect):
        for part in select.selects:
            yield from _selected(part)
    else:
        yield list(select._all_selected_columns) if isinstance(select, Select) else []


def _origin(source: Any, column: Any) -> tuple[int, ...] | None:
    """Which row of which tables has what is selected, if that is what the same column holds there;
    NULL has none.

    Aliases and subqueries are looked through. None if it may be anything else.
    """
    if isinstance(source, Label):
        return _origin(source.element, column)
    if isinstance(source, Null):
        return ()
    if not isinstance(source, Column) or source.type is not column.type:
        return None
    table: Any = source.table
    path = (id(_plain(table)),)
    while isinstance(table, Alias | Subquery | CTE):
        table = table.element
    if isinstance(table, Select):
        inner = _origin(table.selected_columns.get(source.key), column)
        return None if inner is None else path + inner
    return path if isinstance(table, Table) else None


def _plain(table: Any) -> Any:
    """A table without what the ORM notes on it."""
    return table._deannotate() if hasattr(table, "_deannotate") else table


def _no_value(column: Any) -> str:
    if isinstance(column.type, BlindIndexed):
        return f"{column} is a blind index, so the database cannot compute its value: set a token of Python's"
    return f"{column} is encrypted, so the database cannot compute its value: set a value of Python's"


def _left_behind(column: Any) -> str:
    return (
        f"{column} is bound to its row, so its value would not open under another primary key: change that through "
        "the ORM, or set all such columns too in an UPDATE, to what their types seal for the new one"
    )


def _no_token(index: Any) -> str:
    return (
        f"set the blind index {index.name!r} together with {index.type.source.name!r} in this statement, "
        "or its rows are not found: blind_index() and default=index_default fill it in plain INSERTs and UPDATEs"
    )


def _names(columns: Iterable[Any]) -> set[str]:
    return {getattr(column, "key", column) for column in columns}


_OF_VISIT = {"visited_bindparam", "visiting_cte"}
"""The arguments that a visitor takes for itself."""


@compiles(Insert)
def _visit_insert(statement: Insert, compiler: SQLCompiler, **keywords: Any) -> str:
    if compiler.dialect.name != _NO_DATABASE:
        _Proof(statement, compiler, keywords).check()
    return compiler.visit_insert(statement, **keywords)  # type: ignore[no-any-return, no-untyped-call]


@compiles(Update)
def _visit_update(statement: Update, compiler: SQLCompiler, **keywords: Any) -> str:
    if compiler.dialect.name != _NO_DATABASE:
        _Proof(statement, compiler, keywords).check()
    return compiler.visit_update(statement, **keywords)


class Guard:
    """Knows of what SQLAlchemy compiled that each INSERT and UPDATE in it was proven."""

    def __init__(self) -> None:
        self._good: WeakSet[Any] = WeakSet()

    def check(self, compiled: Any) -> None:
        """Raises InvalidRequestError if a write to our columns was perhaps rendered without us."""
        if not isinstance(compiled, SQLCompiler) or compiled in self._good:
            return
        for column in _sorted_by(compiled.statement):
            raise InvalidRequestError(
                f"to sort by {column} is to sort by its ciphertext, which has no order: "
                "sort by another column, or in Python"
            )
        dialect = compiled.dialect.name
        if dialect not in DIALECTS or not _is_in_force(dialect):
            for element in writes_in(compiled.statement):
                if our_columns(element.table):
                    refuse_dialect(compiled.dialect)
                    raise InvalidRequestError(
                        f"{element.table} has encrypted columns, and another @compiles renders INSERT or UPDATE: "
                        "it is not known what would be stored"
                    )
        self._good.add(compiled)


def _sorted_by(statement: Any) -> Iterator[Any]:
    """The encrypted columns whose order a statement or a part of it asks for: bare, cast, in
    another case, or the least or the greatest.
    """
    element: Any
    for element in visitors.iterate(statement) if isinstance(statement, ClauseElement) else ():
        clauses = getattr(element, "order_by", None) if isinstance(element, Over) else None
        if _is_function(element, "min", "max"):
            clauses = element.clauses
        for clause in getattr(element, "_order_by_clauses", ()) if clauses is None else clauses:
            bare = _bare(clause)
            if isinstance(bare, _textual_label_reference) and hasattr(element, "selected_columns"):
                bare = _bare(element.selected_columns.get(bare.element))
            if isinstance(getattr(bare, "type", None), CipherType):
                yield bare


def _bare(clause: Any) -> Any:
    """Returns the expression sorted by, without what does not give a ciphertext an order."""
    while True:
        if isinstance(clause, Label | Grouping | UnaryExpression | _label_reference):
            clause = clause.element
        elif isinstance(clause, Cast | TypeCoerce):
            clause = clause.clause
        elif _is_function(clause, "lower", "upper") and len(clause.clauses) == 1:
            clause = next(iter(clause.clauses))
        else:
            return clause


def _is_function(element: Any, *names: str) -> bool:
    return isinstance(element, FunctionElement) and getattr(element, "name", "").lower() in names


def writes_in(statement: Any) -> Iterator[Insert | Update]:
    """The INSERTs and UPDATEs of a statement or of what was compiled of it, but for those in
    ``values([…])``.
    """
    statement = statement.statement if isinstance(statement, Compiled) else statement
    for element in visitors.iterate(statement) if isinstance(statement, ClauseElement) else ():
        if isinstance(element, Insert | Update):
            yield element


def _is_in_force(dialect: str) -> bool:
    """Whether our visitors are those that render: a later @compiles takes their place."""
    return all(
        dispatcher is not None and dispatcher.specs.get(dialect, dispatcher.specs.get("default")) is visit
        for base, visit in ((Insert, _visit_insert), (Update, _visit_update))
        for kind in _with_subclasses(base)
        for dispatcher in [getattr(kind, "_compiler_dispatcher", None)]
    )


def _with_subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _with_subclasses(subclass)


_NO_DATABASE = "default"
"""The dialect that statements are printed with."""
