"""The base of all encrypted fields."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import OperationalError, models
from django.db.models import lookups
from django.db.models.expressions import Value
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import class_prepared
from django.db.models.sql import UpdateQuery

from ironlatch._quiet import Failed, attempt
from ironlatch.fields import FieldCipher
from ironlatch.fields._old_values import open_stored
from ironlatch.fields.django import _settings
from ironlatch.fields.django._lookups import EqualToAny
from ironlatch.fields.django._writes import Probe, has_db_default, is_sql, model_of, prove_hooks, refuse_sql
from ironlatch.utils import _at_home


class StoredValue:
    """A value as it is stored, for a row that is not known yet: what ``values()`` gives of a field
    with `bind_row`.
    """

    def __init__(self, field: EncryptedField, stored: bytes | str) -> None:
        self._field = field
        self._stored = stored

    @property
    def stored(self) -> bytes | str:
        """The ciphertext that the column holds."""
        return self._stored

    def decrypt(self, row: Any) -> Any:
        """The value in the row of this primary key. Raises those of `FieldCipher.decrypt`."""
        return self._field.open_stored(self.stored, row)

    def __repr__(self) -> str:
        return f"<stored value of {self._field}>"


class SealedValue(StoredValue):
    """A value that is encrypted here and nowhere else, so that what has this type came out of the
    cipher.

    A copy and what is unpickled are a `StoredValue`, of which nothing is known.
    """

    def __init__(self, field: EncryptedField, value: Any, row: Any) -> None:
        super().__init__(field, field._encrypt(value, row))
        self._row = row

    @property
    def row(self) -> Any:
        """The primary key of the row that it is for; None without `bind_row`."""
        return self._row

    def is_for(self, field: models.Field) -> bool:
        """Whether it was encrypted for this field."""
        return bool(self._field == field)

    def __reduce__(self) -> tuple[type[StoredValue], tuple[EncryptedField, bytes | str]]:
        return StoredValue, (self._field, self.stored)


class RowBoundAttribute(DeferredAttribute):
    """The attribute of a field with `bind_row`, which decrypts when it is first read: then the row
    is known.
    """

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:
            value = super().__get__(instance, cls)
        if isinstance(value, StoredValue):
            value = value.decrypt(self.field.row_of(instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """The base of all encrypted fields; stands before a field of Django's, whose forms and
    validators it keeps.

    `key` names the key of the keyring, by default ``IRONLATCH["KEY"]``. The column is of Django's
    binary type, or with `text` a text column. `deterministic` and `pad_to` are those of
    `FieldCipher`. Values are bound to the table and column by the names that these have in the
    database, or to `bind_table` and `bind_column`: give the old names when one is renamed. With
    `bind_row` they are bound to the primary key as well, which must then be known before the
    INSERT, such as a UUID with a default.

    `legacy` is for columns in which another package left values:
    ``"django-fernet-encrypted-fields"``, ``"plain"``, or the dotted name of a reader or of a
    callable that gives one.

    The database cannot compare what is encrypted: only ``isnull`` and comparison with None are
    looked up, and with `deterministic` ``exact`` and ``in``. Any other lookup raises FieldError;
    `BlindIndexField` finds values.
    """

    value_type: Any = None
    """The type of the values: a class or its name."""

    def __init__(
        self,
        *args: Any,
        key: str | None = None,
        text: bool = False,
        deterministic: bool = False,
        pad_to: int | None = None,
        bind_row: bool = False,
        bind_table: str | None = None,
        bind_column: str | None = None,
        legacy: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.options: dict[str, Any] = {
            "key": key,
            "text": text,
            "deterministic": deterministic,
            "pad_to": pad_to,
            "bind_row": bind_row,
            "bind_table": bind_table,
            "bind_column": bind_column,
            "legacy": legacy,
        }
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations: names and options, no key."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.update({option: value for option, value in self.options.items() if value not in (None, False)})
        return name, path, args, kwargs

    def contribute_to_class(self, cls: Any, name: str, **kwargs: Any) -> None:
        """Django's hook for a field that joins a model."""
        super().contribute_to_class(cls, name, **kwargs)
        for name in ("cipher", "_saved_together"):
            self.__dict__.pop(name, None)  # An abstract model's field is copied to those that inherit it.

    @property
    def descriptor_class(self) -> type[DeferredAttribute]:
        """How instances hold the value."""
        return RowBoundAttribute if self.options["bind_row"] else DeferredAttribute

    @cached_property
    def cipher(self) -> FieldCipher:
        """The cipher of this column."""
        return FieldCipher(
            _settings.key(self.options["key"]),
            table=self.options["bind_table"] or model_of(self)._meta.db_table,
            column=self.options["bind_column"] or self.column,
            type=self.value_type,
            deterministic=self.options["deterministic"],
            pad_to=self.options["pad_to"],
        )

    def open_stored(self, stored: bytes | str, row: Any = None) -> Any:
        """The value of what is stored, in our form or in the one that was there before."""
        reader = None if self.options["legacy"] is None else self._legacy_reader
        return open_stored(self.cipher, reader, stored, row)

    def seal(self, value: Any, row: Any = None) -> SealedValue | None:
        """The value, encrypted for the row with this primary key: what ``update()`` takes of a
        field with `bind_row`.

        What ``values()`` gave is sealed again as ``seal(stored.decrypt(pk), pk)``. None for None.
        Raises FieldError for a row without `bind_row`, and the other way round.
        """
        if value is None:
            return None
        if self.options["bind_row"] is (row is None):
            raise FieldError(
                f"{self} is bound to its row: give the primary key"
                if row is None
                else f"{self} is not bound to its row: give no primary key, or declare it with bind_row"
            )
        return SealedValue(self, value, None if row is None else model_of(self)._meta.pk.to_python(row))

    def row_of(self, instance: Any) -> Any:
        """The identity of an instance's row: the primary key of the table that the field is in.

        Raises FieldError as long as it has none.
        """
        key = model_of(self)._meta.pk
        row = getattr(instance, key.attname)  # of a child the parent's, which is known first
        if row is None:
            raise FieldError(
                f"{self} is bound to its row, whose primary key is not known before the INSERT: "
                "give the key a default, such as uuid4, or leave bind_row out"
            )
        return key.to_python(row)

    # What goes to the database

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Encrypts, for the instance's row where that matters."""
        return self.sealed_for(self, model_instance, add)

    def sealed_for(self, field: Any, instance: Any, add: bool) -> Any:
        """Returns the value that a save stores, as `field` is told, which is this one or a blind
        index of it.

        All of them are told the same, so that value and tokens are under one version of the key. A
        save asks each of them once, in the order of the model.
        """
        group = self._saved_together
        sealed = instance._state.__dict__.setdefault("_ironlatch_sealed", {})
        if field is group[0] or self.name not in sealed:
            value = super().pre_save(instance, add)
            if value is not None and not is_sql(value):
                row = self.row_of(instance) if self.options["bind_row"] else None
                value = SealedValue(self, value, row)
            sealed[self.name] = value
        return sealed.pop(self.name) if field is group[-1] else sealed[self.name]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Returns the value to write. Raises FieldError for SQL, and for a value whose row is not
        known.
        """
        if isinstance(value, Probe):
            return value.pass_by("get_db_prep_save")
        prove_hooks(self, connection)
        if is_sql(value):
            refuse_sql(self, value)
            return value
        return self.get_db_prep_value(value, connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Does the same as `get_db_prep_save`."""
        if value is None:
            return None
        if is_sql(value):
            refuse_sql(self, value)
        if isinstance(value, StoredValue):
            # A header alone says little of the rest, and a table holds what anybody put there.
            if type(value) is not SealedValue or not value.is_for(self):
                raise FieldError(
                    f"{self} takes no stored value that its cipher did not make: give seal(stored.decrypt(pk), pk) of "
                    "the field"
                )
            stored = value.stored
        elif self.options["bind_row"]:
            raise FieldError(
                f"{self} is bound to its row, which update() and bulk_update() do not tell: use save(), or give "
                "seal(value, pk) of the field"
            )
        else:
            stored = self._encrypt(value, None)
        return stored if isinstance(stored, str) else connection.Database.Binary(stored)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Django's hook for each value that is written: refuses SQL, and an UPDATE that forgets the
        blind index.
        """
        if isinstance(value, Probe):
            value.pass_by("get_placeholder")
            return "%s"
        if is_sql(value):
            refuse_sql(self, value)
        elif value is not None and self.blind_indexes:
            self.check_version(compiler, FieldCipher.version_id(_content(value)))
        written = updated_values(compiler.query)
        for index in self.blind_indexes if self in written else ():
            if index not in written or not index.agrees(written[index], written[self]):
                raise FieldError(
                    f"set {index.name} together with {self.name}, to the same value, so that the row is found by it"
                )
        self._refuse_upsert_of_other_rows(compiler.query)
        if self.options["text"]:
            return "%s"
        return connection.ops.binary_placeholder_sql(value)  # type: ignore[no-any-return]

    # What comes from it

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypts a value of a result."""
        if value is None:
            return None
        stored = value if isinstance(value, str) else bytes(value)
        return StoredValue(self, stored) if self.options["bind_row"] else self.open_stored(stored)

    # What Django asks of a field

    def get_internal_type(self) -> str:
        """The type of the column."""
        return "TextField" if self.options["text"] else "BinaryField"

    def cast_db_type(self, connection: Any) -> Any:
        """The same for casts."""
        return self.db_type(connection)

    def get_lookup(self, lookup_name: str) -> Any:
        """The lookups that can be answered. Raises FieldError for others."""
        if lookup_name == "isnull":
            return lookups.IsNull
        if self.options["deterministic"] and lookup_name in EqualToAny:
            return EqualToAny[lookup_name]
        if lookup_name == "exact":
            return NullOnly
        raise self.no_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        """None is there. Raises FieldError."""
        raise self.no_lookup(lookup_name)

    def tokens(self, values: list[Any]) -> list[bytes | str]:
        """Returns the values to look for, with `deterministic`: under all usable versions of the
        key.
        """
        if self.options["text"]:
            return [token for value in values for token in self.cipher.tokens(self._prepared(value), text=True)]
        return [token for value in values for token in self.cipher.tokens(self._prepared(value))]

    def no_lookup(self, lookup_name: str) -> FieldError:
        """The error for a lookup that the database cannot answer."""
        index = next(iter(self.blind_indexes), None)
        advice = (
            f"look for values with {index.name}"
            if index
            else f"add a BlindIndexField(of={self.name!r}, …) to look for values"
        )
        return FieldError(f"{self} is encrypted, so the database cannot answer {self.name}__{lookup_name}: {advice}")

    @property
    def blind_indexes(self) -> list[Any]:
        """The blind indexes of this field in its model."""
        return [field for field in self.model._meta.concrete_fields if getattr(field, "of", None) == self.name]

    def check_version(self, compiler: Any, version: str) -> None:
        """Called for each value and each token of a row's statement: refuses those under two
        versions of the key.

        A rotation would see the value's version alone, and the row would not be found by its token
        afterwards. Of many rows each was paired in its own `pre_save`.
        """
        if len(getattr(compiler.query, "objs", ())) > 1:
            return
        versions = compiler.__dict__.setdefault("_ironlatch_versions", {})
        if versions.setdefault(self.name, version) != version:
            raise OperationalError(
                f"the key of {self} was changed while this statement was made, so that value and blind index are under "
                "two versions: nothing was written, do it again"
            )

    def canonical(self, value: Any) -> Any:
        """The value in the type of the field."""
        return super().get_prep_value(value)

    def check(self, **kwargs: Any) -> list[Any]:
        """Django's system checks."""
        return [*super().check(**kwargs), *self._check_encrypted()]

    def _check_encrypted(self) -> list[checks.Error]:
        def error(message: str, number: int) -> checks.Error:
            return checks.Error(message, obj=self, id=f"ironlatch.E{number:03}")

        found = []
        if self.primary_key or self.unique or self.db_index:
            found.append(
                error(
                    "An encrypted field cannot be a primary key, unique or indexed: use a BlindIndexField for that.", 1
                )
            )
        if has_db_default(self):
            found.append(error("An encrypted field cannot have a db_default: the database does not have the key.", 2))
        if self.options["bind_row"] and isinstance(self.model._meta.pk, models.AutoField | models.BigAutoField):
            found.append(
                error(
                    "bind_row needs a primary key that is known before the INSERT, such as a UUIDField with a default.",
                    3,
                )
            )
        if self.options["bind_row"] and self.options["deterministic"]:
            found.append(error("bind_row and deterministic exclude each other: equal values of two rows differ.", 4))
        if self.name in {str(name).lstrip("-") for name in self.model._meta.ordering}:
            found.append(
                error(
                    "Meta.ordering would sort by the ciphertext of this field: name another one, or sort in Python.", 5
                )
            )
        return found

    @cached_property
    def _saved_together(self) -> list[Any]:
        """This field and its blind indexes, in the order of the model."""
        together = [self, *self.blind_indexes]
        return [field for field in self.model._meta.concrete_fields if field in together]

    @cached_property
    def _legacy_reader(self) -> Any:
        return _settings.legacy_reader(self.options["legacy"], self.value_type)

    def _encrypt(self, value: Any, row: Any) -> bytes | str:
        prepared = self._prepared(value)
        stored: bytes | str = self.cipher.encrypt(prepared, row, text=self.options["text"])
        return stored

    def _prepared(self, value: Any) -> Any:
        if isinstance(value, StoredValue) or is_sql(value):
            raise FieldError(f"{self} takes values, and no {type(value).__name__}: decrypt what is stored first")
        # The messages of these show the value.
        prepared = attempt(lambda: self.canonical(value), ValidationError, TypeError, ValueError, ArithmeticError)
        if isinstance(prepared, Failed):
            raise TypeError(f"{self} does not take this {type(value).__name__}: it holds another type")
        return prepared

    def check_new_row(self, key: models.Field, query: Any) -> None:
        """Refuses an UPDATE that sets the primary key, and not this field to what is sealed for the
        new one.
        """
        written = updated_values(query)
        if not isinstance(query, UpdateQuery) or key not in written:
            return
        new, value = (_plain(written.get(field, Probe)) for field in (key, self))
        goes_along = value is None or (
            type(value) is SealedValue and not is_sql(new) and key.to_python(getattr(new, "pk", new)) == value.row
        )
        if not goes_along:
            raise FieldError(
                f"{self} is bound to its row, so its value would not open under another {key.name}: set {self.name} in "
                f"the same update(), to seal(value, {key.name}) of the field for the new one"
            )

    def _refuse_upsert_of_other_rows(self, query: Any) -> None:
        """An INSERT that becomes an UPDATE of another row would leave a value there that never
        opens.
        """
        updates = self.options["bind_row"] and self in (getattr(query, "update_fields", None) or ())
        if updates and list(query.unique_fields or ()) != [self.model._meta.pk]:
            raise FieldError(
                f"{self} is bound to its row: bulk_create() may only update a row that has the same primary key, "
                "so give the primary key alone as unique_fields"
            )


def updated_values(query: Any) -> dict[Any, Any]:
    """The values that an UPDATE sets, or an INSERT when there is a row already, which sets what it
    would have inserted.
    """
    if isinstance(query, UpdateQuery):
        return {field: value for field, _, value in query.values}
    return dict.fromkeys(getattr(query, "update_fields", None) or ())


def _plain(value: Any) -> Any:
    return value.value if type(value) is Value else value


def _watch_primary_key(sender: Any, **kwargs: Any) -> None:
    """Has the primary key of a model with row-bound fields ask them about each UPDATE, as Django
    asks it.
    """
    bound = [
        field
        for field in sender._meta.local_concrete_fields
        if isinstance(field, EncryptedField) and field.options["bind_row"]
    ]
    for key in getattr(sender._meta, "pk_fields", [sender._meta.pk]) if bound else ():
        key.get_placeholder = _asking(key, bound)


class_prepared.connect(_watch_primary_key)


def _asking(key: Any, bound: list[EncryptedField]) -> Any:
    before = getattr(key, "get_placeholder", None)

    def get_placeholder(value: Any, compiler: Any, connection: Any) -> str:
        for field in bound:
            field.check_new_row(key, compiler.query)
        placeholder: str = "%s" if before is None else before(value, compiler, connection)
        return placeholder

    return get_placeholder


def _content(prepared: Any) -> Any:
    """Returns the content of a parameter: text, or bytes in what the driver has around them."""
    return getattr(prepared, "adapted", getattr(prepared, "obj", prepared))


class NullOnly(lookups.Exact):
    """``exact`` for None, which Django turns into ``isnull``."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None:
            raise lhs.output_field.no_lookup("exact")
        super().__init__(lhs, rhs)

    def get_prep_lookup(self) -> Any:
        """Nothing to prepare."""
        return self.rhs


_at_home("ironlatch.fields.django", EncryptedField, SealedValue, StoredValue)
