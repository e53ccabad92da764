"""Lookups by tokens: one value has several, of several versions of the key."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet, FieldError
from django.db.models.lookups import Lookup


class AnyOf(Lookup):
    """True where the column has one of the tokens of one of the values."""

    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Any) -> None:
        self.values = self._values(rhs)
        if any(hasattr(value, "resolve_expression") for value in self.values):
            raise FieldError(f"{lhs.output_field} is compared with values, not with F(), subqueries or functions")
        super().__init__(lhs, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """``column IN (…)``."""
        tokens = self.lhs.output_field.tokens([value for value in self.values if value is not None])
        if not tokens:
            raise EmptyResultSet
        column, parameters = compiler.compile(self.lhs)
        marks = ", ".join(["%s"] * len(tokens))
        bound = [connection.Database.Binary(token) if isinstance(token, bytes) else token for token in tokens]
        return f"{column} IN ({marks})", [*parameters, *bound]

    def _values(self, rhs: Any) -> list[Any]:
        raise NotImplementedError


class TokenExact(AnyOf):
    """``exact``."""

    lookup_name = "exact"

    def _values(self, rhs: Any) -> list[Any]:
        return [rhs]


class TokenIn(AnyOf):
    """``in``."""

    lookup_name = "in"

    def _values(self, rhs: Any) -> list[Any]:
        return [rhs] if hasattr(rhs, "resolve_expression") else list(rhs)


EqualToAny: dict[str, type[AnyOf]] = {"exact": TokenExact, "in": TokenIn}
