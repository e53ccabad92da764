"""The field that finds what is encrypted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal, TypeVar

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.models import lookups
from django.db.models.expressions import Value
from django.db.models.query_utils import DeferredAttribute

from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.fields._tokens import TokenBytes, TokenInt, typed
from ironlatch.fields.django import _settings
from ironlatch.fields.django._base import EncryptedField, SealedValue, updated_values
from ironlatch.fields.django._lookups import EqualToAny
from ironlatch.fields.django._writes import has_db_default, is_sql, model_of, prove_hooks, refuse_sql
from ironlatch.utils import _at_home

T = TypeVar("T")

EXACT_BITS = 100
"""From this number of bits on, two values with one token are not to be expected in any table."""


class Unchanged:
    """For an UPDATE the column itself: it stays as it is."""

    contains_aggregate = contains_over_clause = False

    def __init__(self, field: BlindIndexField) -> None:
        self.field = field

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Unchanged:
        """There is nothing to resolve."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The name of the column."""
        return compiler.quote_name_unless_alias(self.field.column), []


class IndexAttribute(DeferredAttribute):
    """The attribute of a blind index: always the token of the encrypted field's value, whatever was
    loaded.
    """

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        return self.field.token(getattr(instance, self.field.of))

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value  # Django sees by this what has been loaded.


class BlindIndexField(models.Field):
    """A blind index of the encrypted field named `of` of the same model: filled by itself, and
    looked up by values.

    `rows` is how many rows the table may grow to: tokens are cut so that some rows share each, and
    tell little (see `BlindIndex`): a lookup finds some rows too many, and `matching` tells them
    apart. With `bits` of 100 or more instead, equal tokens mean equal values: the field may be
    ``unique``, as long as the key is not rotated. `normalize` names what makes values equal.
    `integer` makes the column a ``BIGINT``, of 63 bits at most.

    ``exact`` and ``in`` take values of the encrypted field, and look for their tokens under all
    usable versions of the key. In ``update()`` give it the same value as the encrypted field.
    """

    descriptor_class = IndexAttribute

    def __init__(
        self,
        *args: Any,
        of: str,
        rows: int | None = None,
        bits: int | None = None,
        normalize: Literal["exact", "text", "digits"] = "exact",
        integer: bool = False,
        **kwargs: Any,
    ) -> None:
        self.of = of
        self.rows = rows
        self.bits = bits
        self.normalize = normalize
        self.integer = integer
        for option, value in _DEFAULTS.items():
            kwargs.setdefault(option, value)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations: names and options, no key."""
        name, path, args, kwargs = super().deconstruct()
        for option, value in _DEFAULTS.items():
            kwargs[option] = getattr(self, option)
            if kwargs[option] == value:
                del kwargs[option]
        options = {"of": self.of, "rows": self.rows, "bits": self.bits, "integer": self.integer}
        kwargs.update({option: value for option, value in options.items() if value not in (None, False)})
        if self.normalize != "exact":
            kwargs["normalize"] = self.normalize
        return name, path.replace("ironlatch.fields.django._index", "ironlatch.fields.django"), args, kwargs

    @property
    def source(self) -> EncryptedField:
        """The encrypted field. Raises FieldError if there is none of that name."""
        try:
            field = model_of(self)._meta.get_field(self.of)
        except FieldDoesNotExist:
            field = None
        if not isinstance(field, EncryptedField):
            raise FieldError(f"{self} is a blind index of {self.of!r}, which is no encrypted field of the model")
        return field

    @cached_property
    def index(self) -> BlindIndex:
        """The blind index, under the key of the encrypted field."""
        return self._make(rows=self.rows) if self.bits is None else self._make(bits=self.bits)

    def whole_tokens(self, value: Any) -> frozenset[bytes | None]:
        """Tokens without truncation, to compare values as the index does: one a usable version.

        Equal values have one in common, even if the key is rotated between the two calls. They are
        not stored.
        """
        return frozenset([None] if value is None else self._whole.tokens(self.source._prepared(value)))

    def token(self, value: Any, beside: bytes | str | None = None) -> TokenBytes | TokenInt | None:
        """Returns the token of a value, under the version of the value stored with it, or the
        current one.
        """
        if value is None:
            return None
        if is_sql(value):
            refuse_sql(self, value)
        prepared = self.source._prepared(value)
        if beside is None:
            # By this it is known afterwards under which version the token is.
            beside = self.source.cipher.encrypt(prepared)
        token: TokenBytes | TokenInt
        if self.integer:
            token = TokenInt(self.index.token(prepared, beside=beside, form="int"))
        else:
            token = TokenBytes(self.index.token(prepared, beside=beside))
        token.version = FieldCipher.version_id(beside)
        return token

    def agrees(self, value: Any, with_value: Any) -> bool:
        """Whether an UPDATE that sets this field to `value` and the encrypted one to `with_value`
        finds its rows again.

        What only Django's own objects know is taken to be right.
        """
        given = [each.value if type(each) is Value else each for each in (value, with_value)]
        if any(is_sql(each) or isinstance(each, TokenBytes | TokenInt) for each in given):
            return True
        given = [each.decrypt(each.row) if type(each) is SealedValue else each for each in given]
        if any(each is None for each in given):
            return given[0] is given[1]
        first, second = (self.whole_tokens(each) for each in given)
        return not first.isdisjoint(second)

    def tokens(self, values: list[Any]) -> list[bytes | int]:
        """Returns the tokens that find any of `values`, under all usable versions of the key."""
        found: list[bytes | int] = []
        for value in values:
            if isinstance(value, TokenBytes | TokenInt):
                found.append(value)
            else:
                prepared = self.source._prepared(value)
                found += self.index.tokens(prepared, form="int" if self.integer else "bytes")
        return found

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """The token of the encrypted field's value; as this is defined, ``update_or_create()``
        writes it too.
        """
        if not add and self.source.attname not in model_instance.__dict__:
            return Unchanged(self)  # As is the encrypted field, which was deferred: a save leaves that out.
        sealed = self.source.sealed_for(self, model_instance, add)
        return self.token(getattr(model_instance, self.of), sealed.stored if isinstance(sealed, SealedValue) else None)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Returns the token of a value of the encrypted field. Raises FieldError for SQL."""
        prove_hooks(self.source, connection)
        if is_sql(value):
            if type(value) is not Unchanged or value.field is not self:
                refuse_sql(self, value)
            return value
        return self.get_db_prep_value(value, connection)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Does the same as `get_db_prep_save`."""
        # A type of its own tells `get_placeholder` the version. The driver sees bytes or a number.
        return value if isinstance(value, TokenInt if self.integer else TokenBytes) else self.token(value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Django's hook for each token that is written: refuses one that is not of the same version
        as its value.
        """
        written = updated_values(compiler.query)
        if isinstance(value, Unchanged):
            return "%s"
        if self in written and self.source not in written:
            raise FieldError(
                f"set {self.source.name} together with {self.name}, so that both are under one version of the key"
            )
        if getattr(value, "version", None) is not None:
            self.source.check_version(compiler, value.version)
        if self.integer or value is None:
            return "%s"
        return connection.ops.binary_placeholder_sql(value)  # type: ignore[no-any-return]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """A token of a result."""
        return typed(value)

    def get_internal_type(self) -> str:
        """The type of the column."""
        return "BigIntegerField" if self.integer else "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """``exact``, ``in``, ``isnull``, and ``iexact``, which is ``exact``: the index says what
        case means.

        Raises FieldError for others.
        """
        if lookup_name == "isnull":
            return lookups.IsNull
        if lookup_name == "iexact":  # which the admin asks for by search_fields = ["=email_index"]
            lookup_name = "exact"
        if lookup_name in EqualToAny:
            return EqualToAny[lookup_name]
        raise FieldError(f"{self} is a blind index, which answers exact, in and isnull, and not {lookup_name}")

    def get_transform(self, lookup_name: str) -> Any:
        """None is there. Raises FieldError."""
        return self.get_lookup(lookup_name)

    def check(self, **kwargs: Any) -> list[Any]:
        """Django's system checks."""
        return [*super().check(**kwargs), *self._check_index()]

    def _check_index(self) -> list[checks.Error]:
        def error(message: str, number: int) -> checks.Error:
            return checks.Error(message, obj=self, id=f"ironlatch.E{number:03}")

        if (self.rows is None) == (self.bits is None):
            return [error("A blind index is cut to a table's size: give either rows or bits.", 11)]
        try:
            self.source  # noqa: B018
        except FieldError as problem:
            return [error(str(problem), 12)]
        if has_db_default(self):
            return [error("A blind index cannot have a db_default: the database does not have the key.", 14)]
        if self.unique and (self.bits is None or self.bits < EXACT_BITS):
            return [
                error(
                    f"Only a blind index of {EXACT_BITS} bits or more can be unique: in others values share tokens.",
                    13,
                )
            ]
        return []

    @cached_property
    def _whole(self) -> BlindIndex:
        return self._make(bits=256)

    def _make(self, **size: Any) -> BlindIndex:
        source = self.source
        return BlindIndex(
            _settings.key(source.options["key"]),
            table=source.cipher.table,
            column=source.cipher.column,
            type=source.value_type,
            normalize=self.normalize,
            **size,
        )


def matching(objects: Iterable[T], **wanted: Any) -> list[T]:
    """Those of `objects`, instances of a model with a blind index, whose encrypted field has the
    given value.

        matching(Customer.objects.filter(email_index="ada@example.com"), email="ada@example.com")

    What is equal is what the blind index normalizes to the same. Raises FieldError if the field has
    no blind index.
    """
    found = list(objects)
    for name, value in wanted.items():
        for model in {type(item) for item in found}:
            field = model._meta.get_field(name)  # type: ignore[attr-defined]
            indexes = field.blind_indexes if isinstance(field, EncryptedField) else []
            if not indexes:
                raise FieldError(f"{field} has no blind index: add a BlindIndexField(of={name!r}, …)")
            tokens = indexes[0].whole_tokens
            sought = tokens(value)
            found = [
                item for item in found if type(item) is not model or not sought.isdisjoint(tokens(getattr(item, name)))
            ]
    return found


_DEFAULTS: dict[str, Any] = {"null": True, "editable": False, "db_index": True, "serialize": False}


_at_home("ironlatch.fields.django", BlindIndexField, matching)
