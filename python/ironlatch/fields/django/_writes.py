"""Lets nothing into our columns but what a field's own methods made of a value."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Case, Value
from django.db.models.functions import Cast
from django.db.models.sql import InsertQuery, UpdateQuery


class Probe:
    """A value that only sees which methods of its field are asked about it."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def pass_by(self, method: str) -> Probe:
        """Notes the method."""
        self.met.add(method)
        return self


def is_sql(value: Any) -> bool:
    """Whether Django would write this into the statement as SQL, now or once it is resolved."""
    return hasattr(value, "as_sql") or hasattr(value, "resolve_expression")


def refuse_sql(field: models.Field, value: Any) -> None:
    """Raises FieldError for SQL, but for our own values and NULL in the forms in which
    bulk_update() has them.
    """
    if not _is_value(field, value):
        raise FieldError(
            f"{field} holds what this process makes of a value with its key, so the database cannot compute its value: "
            "F(), functions, subqueries and Value() of other fields cannot be used"
        )


def has_db_default(field: models.Field) -> bool:
    """Whether the database has a default for the column, as it can since Django 5.0."""
    return getattr(field, "db_default", models.NOT_PROVIDED) is not models.NOT_PROVIDED


def model_of(field: models.Field) -> Any:
    """The model that a field belongs to. Raises FieldError if there is none, as for the field
    within an ArrayField.
    """
    model = getattr(field, "model", None)
    if model is None:
        raise FieldError(f"{type(field).__name__} belongs to no model: there is no column to bind values to")
    return model


def prove_hooks(field: models.Field, connection: Any) -> None:
    """Raises FieldError if this database's compilers write values without asking their fields.

    They are tried once for each kind of database, without a statement being sent.
    """
    kind = type(connection)
    if kind in _PROVEN:
        return
    probes = Probe(), Probe()
    _compile_update(field, connection, probes[0])
    _compile_insert(field, connection, probes[1])
    if any(probe.met != {"get_db_prep_save", "get_placeholder"} for probe in probes):
        raise FieldError(
            f"{kind.__module__} writes values past the methods of their fields, so they would not be encrypted: "
            "use a database that Django itself supports, and a version of Django that Ironlatch was tested with"
        )
    _PROVEN.add(kind)


def _compile_update(field: models.Field, connection: Any, probe: Probe) -> None:
    query = UpdateQuery(model_of(field))
    query.add_update_fields([(field, None, probe)])
    query.get_compiler(connection=connection).as_sql()


def _compile_insert(field: models.Field, connection: Any, probe: Probe) -> None:
    query = InsertQuery(model_of(field))
    query.insert_values([field], [SimpleNamespace(**{field.attname: probe})], raw=True)
    query.get_compiler(connection=connection).as_sql()


def _is_value(field: models.Field, expression: Any) -> bool:
    # Exactly these classes: one that is derived from them may write anything.
    if type(expression) is Case:
        results = [when.result for when in expression.cases]
        return all(_is_value(field, result) for result in [*results, expression.default])
    if type(expression) is Cast:
        return all(_is_value(field, source) for source in expression.get_source_expressions())
    if type(expression) is not Value or is_sql(expression.value):
        return False
    return expression.value is None or expression.output_field is field


_PROVEN: set[type] = set()
