"""Passwords, stored so that a stolen table does not give them away.

See ``docs/passwords.md``.
"""

from ironlatch._errors import IronlatchError
from ironlatch._native.passwords import PasswordHasher as PasswordHasher
from ironlatch._native.passwords import Strength as Strength
from ironlatch._native.passwords import calibrate as calibrate
from ironlatch._native.passwords import hash as hash  # noqa: A004 - read as passwords.hash
from ironlatch._native.passwords import needs_rehash as needs_rehash
from ironlatch._native.passwords import scheme as scheme
from ironlatch._native.passwords import strength as strength
from ironlatch._native.passwords import verify as verify
from ironlatch._native.passwords import verify_and_update as verify_and_update

__all__ = [
    "PasswordHasher",
    "Strength",
    "UnusableHash",
    "calibrate",
    "hash",
    "needs_rehash",
    "scheme",
    "strength",
    "verify",
    "verify_and_update",
]


class UnusableHash(IronlatchError, ValueError):
    """A stored string is no password hash of a known form, or needs a pepper that was not given."""
