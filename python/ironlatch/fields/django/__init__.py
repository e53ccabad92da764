"""Encrypted model fields and blind indexes for Django.

    IRONLATCH = {"KEYRING": "project.keys.ring", "KEY": "customers"}  # settings.py

    class Customer(models.Model):
        email = EncryptedEmailField()
        email_index = BlindIndexField(of="email", rows=1_000_000, normalize="text")

    ada = Customer.objects.filter(email_index="ada@example.com")
    found = matching(ada, email="ada@example.com")

Every value is bound to its table and column, and with ``bind_row=True`` to its row. Importing this
package imports Django; importing ``ironlatch`` or ``ironlatch.fields`` does not. See
``docs/fields-django.md``.
"""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

import django
from django.db import models

from ironlatch.fields._frameworks import require

require("Django", django.__version__, "4.2")

from ironlatch.fields.django._base import EncryptedField
from ironlatch.fields.django._base import SealedValue as SealedValue
from ironlatch.fields.django._base import StoredValue as StoredValue
from ironlatch.fields.django._index import BlindIndexField as BlindIndexField
from ironlatch.fields.django._index import matching as matching
from ironlatch.fields.django._settings import keyring as keyring

__all__ = [
    "BlindIndexField",
    "EncryptedBinaryField",
    "EncryptedBooleanField",
    "EncryptedCharField",
    "EncryptedDateField",
    "EncryptedDateTimeField",
    "EncryptedDecimalField",
    "EncryptedEmailField",
    "EncryptedField",
    "EncryptedFloatField",
    "EncryptedIntegerField",
    "EncryptedJSONField",
    "EncryptedTextField",
    "EncryptedTimeField",
    "EncryptedURLField",
    "EncryptedUUIDField",
    "SealedValue",
    "StoredValue",
    "keyring",
    "matching",
]


class EncryptedTextField(EncryptedField, models.TextField):
    """Text of any length."""

    value_type = str


class EncryptedCharField(EncryptedField, models.CharField):
    """A line of text. `max_length` may be left out; forms and ``full_clean()`` check it, not the
    database.
    """

    value_type = str

    def _check_max_length_attribute(self, **kwargs: Any) -> list[Any]:
        return [] if self.max_length is None else super()._check_max_length_attribute(**kwargs)


class EncryptedEmailField(EncryptedField, models.EmailField):
    """An e-mail address."""

    value_type = str


class EncryptedURLField(EncryptedField, models.URLField):
    """A URL."""

    value_type = str


class EncryptedBinaryField(EncryptedField, models.BinaryField):
    """Bytes."""

    value_type = bytes

    def canonical(self, value: Any) -> Any:
        """Bytes of anything that Django takes for them."""
        return bytes(value)


class EncryptedIntegerField(EncryptedField, models.IntegerField):
    """A whole number of any size."""

    value_type = int

    @property
    def validators(self) -> list[Any]:
        """Those that were given: no column of the database sets limits."""
        return [*self.default_validators, *self._validators]


class EncryptedDecimalField(EncryptedField, models.DecimalField):
    """A decimal number, kept as it is. `max_digits` and `decimal_places` are checked by forms and
    ``full_clean()``.
    """

    value_type = Decimal


class EncryptedFloatField(EncryptedField, models.FloatField):
    """A floating-point number."""

    value_type = float


class EncryptedBooleanField(EncryptedField, models.BooleanField):
    """True or false. All that is stored of it has one length."""

    value_type = bool


class EncryptedDateField(EncryptedField, models.DateField):
    """A day."""

    value_type = datetime.date


class EncryptedDateTimeField(EncryptedField, models.DateTimeField):
    """A day and time, with its offset from UTC if it has one."""

    value_type = datetime.datetime


class EncryptedTimeField(EncryptedField, models.TimeField):
    """A time of day."""

    value_type = datetime.time


class EncryptedUUIDField(EncryptedField, models.UUIDField):
    """A UUID."""

    value_type = uuid.UUID


class EncryptedJSONField(EncryptedField, models.JSONField):
    """A JSON document. `encoder` and `decoder` are not used: it holds what JSON has."""

    value_type = "json"
