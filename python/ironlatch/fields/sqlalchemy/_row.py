"""Values that are bound to their row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar, overload
from weakref import WeakKeyDictionary

from sqlalchemy import Column, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    InstanceState,
    InstrumentedAttribute,
    Mapper,
    ORMExecuteState,
    Session,
    class_mapper,
    mapped_column,
    object_mapper,
)
from sqlalchemy.orm.attributes import flag_modified, instance_state
from sqlalchemy.sql.elements import ColumnElement

from ironlatch.fields._tokens import disjoint_base
from ironlatch.fields.legacy import LegacyReader
from ironlatch.fields.sqlalchemy._errors import unwrapped
from ironlatch.fields.sqlalchemy._types import CipherType, KeySource, blind_index_columns
from ironlatch.utils import _at_home

T = TypeVar("T")


class RowCiphertext(CipherType):
    """The type of the column that `RowBound` makes: values as they are stored, already encrypted
    for their row.
    """

    cache_ok = True
    is_sealed = True
    attribute = ""
    """The attribute of the model that has the values."""

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | str | None:
        """Lets through what `seal` made for this column, and nothing else: a header alone says
        little of the rest.
        """
        if value is None:
            return None
        if type(value) is (SealedText if self.text else SealedBytes) and value.of is self._owner:
            return str(value) if isinstance(value, str) else bytes(value)
        with unwrapped:
            place = f"{self.table}.{self.column}"
            if isinstance(value, Unsealed):
                raise InvalidRequestError(
                    f"{place} was not encrypted for its row, as bulk_save_objects() and the like run no events: "
                    "use Session.add_all()"
                )
            raise TypeError(
                f"{place} takes what its type sealed for a row: assign to the model's attribute, or give "
                "type.seal(value, row); what was read from the table is seal(open_stored(stored, row), row)"
            )

    def seal(self, value: Any, row: Any) -> SealedBytes | SealedText | None:
        """The value, encrypted for the row with this primary key: what a statement without the ORM
        takes.

        A composite key is a tuple. None for None. Raises InvalidRequestError for a key that is not
        of the type that it is read back as, and for a type that belongs to no column of a table.
        """
        if value is None:
            return None
        if self._owner is None:
            raise InvalidRequestError("this type belongs to no column of a table: there is no row to seal a value for")
        key = tuple(self._owner.table.primary_key)
        values = row if isinstance(row, tuple) else (row,)
        if len(values) != len(key):
            names = ", ".join(column.name for column in key)
            raise InvalidRequestError(f"a row of {self.table} is known by its primary key ({names}): give that as row")
        return self.seal_for(value, _identity(key, values))

    def seal_for(self, value: Any, row: Any) -> SealedBytes | SealedText:
        """The same for an identity that is known to be right."""
        return SealedText(self, value, row) if self.text else SealedBytes(self, value, row)


@disjoint_base
class SealedBytes(bytes):
    """The stored form of a value, encrypted for its row where this is made and nowhere else.

    By this type it is known to have come out of the cipher. A copy and what is unpickled are plain
    bytes.
    """

    of: Column[Any] | None = None
    """The column that it is for."""

    def __new__(cls, kind: RowCiphertext, value: Any, row: Any) -> SealedBytes:
        with unwrapped:
            made = super().__new__(cls, kind.encrypt(value, row))  # type: ignore[arg-type]
        made.of = kind._owner
        return made

    def __reduce__(self) -> tuple[type[bytes], tuple[bytes]]:
        return bytes, (bytes(self),)


class SealedText(str):
    """The same in the text form."""

    of: Column[Any] | None = None

    def __new__(cls, kind: RowCiphertext, value: Any, row: Any) -> SealedText:
        with unwrapped:
            made = super().__new__(cls, kind.encrypt(value, row))
        made.of = kind._owner
        return made

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


class RowBound(Generic[T]):
    """An attribute of a model whose values are encrypted, each bound to its table, column and row.

        class RecoveryCode(Base):
            __tablename__ = "recovery_code"
            id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
            code = RowBound(key, str)

    A value that is moved to another row does not open there. The row is known by its primary key,
    which therefore has to be known before the INSERT: from the application, or from a default in
    Python. A key that the database counts comes too late.

    Arguments are those of `Encrypted`, less `deterministic`; `nullable` and `options` go to
    `mapped_column`. The column gets the name of the attribute; what is stored is the attribute
    ``<name>_stored``. Values are encrypted when the session is flushed and decrypted whenever they
    are read. On the class the attribute stands for the column, for ``is_(None)`` and
    `index_equals`.

    If the primary key of a row is changed through the ORM, its values are encrypted for the new
    key.
    """

    def __init__(
        self,
        key: KeySource,
        type: Any = str,
        *,
        pad_to: int | None = None,
        text: bool = False,
        table: str | None = None,
        column: str | None = None,
        legacy: LegacyReader | None = None,
        nullable: bool = True,
        **options: Any,
    ) -> None:
        kind = RowCiphertext(key, type, pad_to=pad_to, text=text, table=table, column=column, legacy=legacy)
        self._column = (kind, {"nullable": nullable, **options})
        self._columns: WeakKeyDictionary[type, Any] = WeakKeyDictionary()  # of the models that inherit this

    def __set_name__(self, owner: type, name: str) -> None:
        self._attribute = f"{name}_stored"
        kind, options = self._column
        kind.attribute = name
        setattr(owner, self._attribute, mapped_column(name, kind, **options))

    @overload
    def __get__(self, instance: None, owner: type) -> InstrumentedAttribute[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: Any, owner: type) -> Any:
        stored = getattr(owner if instance is None else instance, self._attribute)
        if instance is None or stored is None:
            return stored
        if isinstance(stored, Unsealed):
            return stored.value
        kind: RowCiphertext = self._stored_in(type(instance)).type
        return kind.open_stored(stored, _row_of(instance))

    def __set__(self, instance: Any, value: T | None) -> None:
        mapper = object_mapper(instance)
        for column in blind_index_columns(mapper.columns, self._stored_in(type(instance)).name):
            setattr(instance, mapper.get_property_by_column(column).key, column.type.token(value))
        setattr(instance, self._attribute, None if value is None else Unsealed(value))

    def _stored_in(self, model: type) -> Any:
        column = self._columns.get(model)
        if column is None:
            column = self._columns[model] = class_mapper(model).column_attrs[self._attribute].columns[0]
        return column


class Unsealed:
    """A value on its way: it is encrypted when the session is flushed, as its row may not be known
    before.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<to be encrypted>"


@event.listens_for(Mapper, "before_insert")
def _before_insert(mapper: Mapper[Any], connection: Connection, instance: Any) -> None:
    attributes = list(_row_bound(mapper))
    if any(getattr(instance, name) is not None for name, _ in attributes):
        _draw_primary_key(mapper, instance)
        row = _identity(mapper.primary_key, mapper.primary_key_from_instance(instance))
        for name, kind in attributes:
            value = getattr(instance, name)
            if isinstance(value, Unsealed):
                _seal(mapper, instance, name, kind, value.value, row)
            elif value is not None:
                # What was encrypted for another row is not inserted into this one.
                _seal(mapper, instance, name, kind, kind.open_stored(value, row), row)


@event.listens_for(Mapper, "before_update")
def _before_update(mapper: Mapper[Any], connection: Connection, instance: Any) -> None:
    state: InstanceState[Any] = instance_state(instance)
    for name, kind in _row_bound(mapper):
        if name not in state.dict and not _is_renamed(mapper, state):
            continue
        value = getattr(instance, name)
        if value is None:
            if _is_renamed(mapper, state):
                # A statement that sets the primary key has all that is bound to it.
                setattr(instance, name, None)  # which may not be there yet
                flag_modified(instance, name)
            continue
        row = _identity(mapper.primary_key, mapper.primary_key_from_instance(instance))
        if isinstance(value, Unsealed):
            opened = value.value
        elif _is_renamed(mapper, state):
            opened = kind.open_stored(value, _identity(mapper.primary_key, state.identity))
        elif state.attrs[name].history.added:
            opened = kind.open_stored(value, row)  # As in an INSERT: it is this row's, or refused.
        else:
            continue
        _seal(mapper, instance, name, kind, opened, row)


@event.listens_for(Session, "do_orm_execute")
def _before_statement(state: ORMExecuteState) -> None:
    """Refuses a bulk INSERT or UPDATE that names a `RowBound` attribute.

    SQLAlchemy leaves out of such a statement whatever is no column of the mapper, without a word.
    """
    mapper = state.bind_mapper
    if mapper is None or not _is_bulk(state):
        return
    rows = state.parameters if isinstance(state.parameters, list) else [state.parameters]
    for name, kind in _row_bound(mapper):
        if any(kind.attribute in row for row in rows if row):
            raise InvalidRequestError(
                f"{kind.table}.{kind.column} is bound to its row, which a bulk INSERT or UPDATE does not tell: use "
                f"Session.add_all(), or give {name!r} the type's seal(value, row)"
            )


def _is_bulk(state: ORMExecuteState) -> bool:
    """Whether parameters are for attributes of the mapper, and not for names in the statement."""
    if not (state.is_insert or state.is_update) or state.execution_options.get("dml_strategy", "auto") == "raw":
        return False
    if state.is_update:
        return isinstance(state.parameters, list)
    return getattr(state.statement, "_values", None) is None and bool(state.parameters)


def _seal(mapper: Mapper[Any], instance: Any, name: str, kind: RowCiphertext, value: Any, row: Any) -> None:
    """Encrypts a value for its row, and draws its tokens under the same version of the key."""
    stored = kind.seal_for(value, row)
    setattr(instance, name, stored)
    for index in blind_index_columns(mapper.columns, mapper.column_attrs[name].columns[0].name):
        attribute = mapper.get_property_by_column(index).key
        setattr(instance, attribute, index.type.token(value, stored))
        flag_modified(instance, attribute)  # The token stands in an UPDATE even if it is the same.


def _row_bound(mapper: Mapper[Any]) -> Iterator[tuple[str, RowCiphertext]]:
    for attribute in mapper.column_attrs:
        kind = getattr(attribute.columns[0], "type", None)
        if isinstance(kind, RowCiphertext):
            yield attribute.key, kind


def _is_renamed(mapper: Mapper[Any], state: InstanceState[Any]) -> bool:
    return tuple(mapper.primary_key_from_instance(state.obj())) != tuple(state.identity or ())


def _draw_primary_key(mapper: Mapper[Any], instance: Any) -> None:
    """Sets what of the primary key has a default in Python, as SQLAlchemy itself would a moment
    later.
    """
    for column in mapper.primary_key:
        attribute = mapper.get_property_by_column(column).key
        default = column.default
        if getattr(instance, attribute) is None and default is not None and (default.is_callable or default.is_scalar):
            setattr(instance, attribute, default.arg(None) if default.is_callable else default.arg)


def _row_of(instance: Any) -> Any:
    """The identity of the row that an instance was loaded from or inserted as, or will be."""
    identity = instance_state(instance).identity
    if identity is None:
        mapper = object_mapper(instance)
        return _identity(mapper.primary_key, mapper.primary_key_from_instance(instance))
    return identity[0] if len(identity) == 1 else tuple(identity)


def _identity(key: Sequence[ColumnElement[Any]], values: Any) -> Any:
    """The primary key as a row's identity: a value, or a tuple for a composite key.

    Raises InvalidRequestError if it is not known, or not of the type that it is read back as: 7 and
    "7" are different rows.
    """
    for column, value in zip(key, values, strict=True):
        if value is None:
            raise InvalidRequestError(
                f"{column} is not known before the INSERT, and values of this table are bound to their row: "
                "give it a default in Python such as uuid4, or use Encrypted, which binds to table and column alone"
            )
        expected = column.type.python_type
        if type(value) is not expected:
            raise InvalidRequestError(
                f"{column} is read back as {expected.__name__}, so set it as that: values of this table are bound to it"
            )
    return values[0] if len(values) == 1 else tuple(values)


_at_home("ironlatch.fields.sqlalchemy", RowBound, RowCiphertext)
