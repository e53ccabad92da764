"""Models with encrypted fields, on PostgreSQL and SQLite, for the tests of
``ironlatch.fields.django``.

A test module has the fixtures by ``pytest_plugins = ["django_models"]``.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal

import django_project
import pytest
from django.core.signals import setting_changed
from django.db import connections, models
from ironlatch.fields import django as ours
from ironlatch.fields.django import BlindIndexField
from ironlatch.keyring import Keyring

django_project.configure()


class Customer(models.Model):
    name = models.CharField(max_length=20, default="")
    email = ours.EncryptedEmailField(null=True)
    email_index = BlindIndexField(of="email", rows=16, normalize="text")
    phone = ours.EncryptedCharField(null=True, max_length=20, text=True, db_column="phone_number")
    phone_token = BlindIndexField(of="phone", bits=128, unique=True)
    badge = ours.EncryptedIntegerField(null=True)
    badge_index = BlindIndexField(of="badge", rows=1000, integer=True)
    country = ours.EncryptedCharField(null=True, deterministic=True)
    city = ours.EncryptedTextField(null=True, deterministic=True, text=True)

    class Meta:
        app_label = "shop"


class Everything(models.Model):
    text = ours.EncryptedTextField(null=True)
    url = ours.EncryptedURLField(null=True)
    number = ours.EncryptedIntegerField(null=True)
    amount = ours.EncryptedDecimalField(null=True, max_digits=10, decimal_places=3)
    ratio = ours.EncryptedFloatField(null=True)
    day = ours.EncryptedDateField(null=True)
    moment = ours.EncryptedDateTimeField(null=True)
    clock = ours.EncryptedTimeField(null=True)
    flag = ours.EncryptedBooleanField(null=True)
    identifier = ours.EncryptedUUIDField(null=True)
    document = ours.EncryptedJSONField(null=True)
    blob = ours.EncryptedBinaryField(null=True)

    class Meta:
        app_label = "shop"


class RecoveryCode(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.CharField(max_length=20, default="ada")
    code = ours.EncryptedTextField(bind_row=True)
    code_index = BlindIndexField(of="code", bits=128)
    note = ours.EncryptedJSONField(bind_row=True, text=True, null=True)

    class Meta:
        app_label = "shop"


class Counted(models.Model):
    value = ours.EncryptedTextField(bind_row=True, null=True)

    class Meta:
        app_label = "shop"


class Named(models.Model):
    stamped = ours.EncryptedDateTimeField(auto_now=True)

    class Meta:
        abstract = True


class First(Named):
    class Meta:
        app_label = "shop"


class Second(Named):
    class Meta:
        app_label = "shop"


MODELS = [Customer, Everything, RecoveryCode, Counted, First, Second]
VALUES = {
    "text": "Grüße",
    "url": "https://example.com/",
    "number": 2**80,
    "amount": Decimal("12.500"),
    "ratio": 0.1,
    "day": datetime.date(1815, 12, 10),
    "moment": datetime.datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=datetime.UTC),
    "clock": datetime.time(10, 30),
    "flag": False,
    "identifier": uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    "document": {"a": [1, None, True, "ü"]},
    "blob": b"\x00\xff",
}


@pytest.fixture
def ring() -> Iterator[Keyring]:
    ring = Keyring.in_memory()
    ring.create_key("customers")
    django_project.OPTIONS["KEYRING"] = lambda: ring
    forget()
    yield ring
    del django_project.OPTIONS["KEYRING"]
    forget()


def forget() -> None:
    """A service has one keyring; tests have one each."""
    setting_changed.send(sender=None, setting="IRONLATCH", value=None, enter=False)
    for model in MODELS:
        for field in model._meta.local_fields:
            for name in ("cipher", "index", "_whole", "_legacy_reader"):
                field.__dict__.pop(name, None)


@pytest.fixture(params=["postgresql", "sqlite"])
def db(request: pytest.FixtureRequest, ring: Keyring) -> Iterator[str]:
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    if request.param == "postgresql":
        settings = request.getfixturevalue("database").django
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    del connections["default"]
    with connections["default"].schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    yield request.param
    connections["default"].close()


def raw(model: type[models.Model], field: str) -> list:
    """Reads the contents of the database."""
    with connections["default"].cursor() as cursor:
        meta = model._meta
        cursor.execute(f'SELECT "{meta.get_field(field).column}" FROM "{meta.db_table}" ORDER BY id')
        return [bytes(value) if isinstance(value, memoryview) else value for (value,) in cursor.fetchall()]


def put(model: type[models.Model], field: str, stored: object, pk: object = 1) -> None:
    """Changes what the database has."""
    with connections["default"].cursor() as cursor:
        meta = model._meta
        key = meta.pk.get_db_prep_value(pk, connections["default"])
        cursor.execute(
            f'UPDATE "{meta.db_table}" SET "{meta.get_field(field).column}" = %s WHERE id = %s', [stored, key]
        )
