"""Reads ``IRONLATCH`` in the settings."""

from __future__ import annotations

import threading
from typing import Any

from django import conf
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from ironlatch.fields.legacy import DjangoFernetFields, LegacyReader, PlainText, RefuseOldValues
from ironlatch.keyring import Key, Keyring
from ironlatch.utils import _at_home

DJANGO_FERNET_FIELDS = "django-fernet-encrypted-fields"
PLAIN = "plain"


def keyring() -> Keyring:
    """The keyring of the settings, looked up when the first value is read or written.

    ``IRONLATCH["KEYRING"]`` is a Keyring, a callable that gives one, or the dotted name of either.

    Raises ImproperlyConfigured.
    """
    with _LOCK:
        if not _OPENED:
            _OPENED.append(_open())
        return _OPENED[0]


def key(name: str | None) -> Key:
    """The key of this name, or the one that ``IRONLATCH["KEY"]`` names."""
    return keyring()[name or _option("KEY")]


def legacy_reader(source: str, value_type: Any) -> LegacyReader:
    """The reader that `legacy` of a field names. Keys are the settings', so that no migration has
    one.

    With ``IRONLATCH["REFUSE_OLD_VALUES"]`` it refuses what it would read.
    """
    reader = _reader(source, value_type)
    refused = getattr(conf.settings, "IRONLATCH", {}).get("REFUSE_OLD_VALUES", False)
    return RefuseOldValues(reader) if refused else reader


def _reader(source: str, value_type: Any) -> LegacyReader:
    if source == DJANGO_FERNET_FIELDS:
        secrets = [conf.settings.SECRET_KEY, *conf.settings.SECRET_KEY_FALLBACKS]
        return DjangoFernetFields(secrets, conf.settings.SALT_KEY, value_type)
    if source == PLAIN:
        return PlainText(value_type)
    reader = import_string(source)
    return reader() if callable(reader) else reader  # type: ignore[no-any-return]


def _option(name: str) -> Any:
    options = getattr(conf.settings, "IRONLATCH", None)
    if not isinstance(options, dict) or name not in options:
        raise ImproperlyConfigured(f'set IRONLATCH = {{"KEYRING": …, "KEY": …}} in the settings: {name} is missing')
    return options[name]


def _open() -> Keyring:
    ring = _option("KEYRING")
    if isinstance(ring, str):
        ring = import_string(ring)
    if not isinstance(ring, Keyring):
        ring = ring()
    if not isinstance(ring, Keyring):
        raise ImproperlyConfigured(f'IRONLATCH["KEYRING"] gives a {type(ring).__name__}, no Keyring')
    return ring


def _forget(setting: str, **kwargs: Any) -> None:
    if setting == "IRONLATCH":
        _OPENED.clear()


_LOCK = threading.Lock()
_OPENED: list[Keyring] = []

setting_changed.connect(_forget, dispatch_uid="ironlatch.fields.django")


_at_home("ironlatch.fields.django", keyring)
