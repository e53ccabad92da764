"""Django's settings for all tests of one process: it takes them once."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import django
from django.conf import settings

HASHERS = ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt"]
OPTIONS: dict[str, object] = {"KEY": "customers"}
"""``IRONLATCH``: a test puts its keyring in."""


def configure() -> None:
    """Makes Django ready; a second call does nothing."""
    if settings.configured:
        return
    shop = ModuleType("shop")  # the app of the tests' models
    shop.__path__ = [str(Path(__file__).parent)]
    sys.modules["shop"] = shop
    settings.configure(
        SECRET_KEY="new secret",
        SECRET_KEY_FALLBACKS=["old secret"],
        SALT_KEY=["new salt", "old salt"],
        PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in HASHERS],
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "shop"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        IRONLATCH=OPTIONS,
    )
    django.setup()
