"""KBKDF (NIST SP 800-108), for keys from a key where a standard asks for it."""

from __future__ import annotations

import enum

from ironlatch._native.kdf import KBKDFCMAC, KBKDFHMAC
from ironlatch.hazmat.primitives.kdf import KeyDerivationFunction

__all__ = ["KBKDFCMAC", "KBKDFHMAC", "CounterLocation", "Mode"]

KeyDerivationFunction.register(KBKDFCMAC)
KeyDerivationFunction.register(KBKDFHMAC)


class Mode(enum.Enum):
    """The source of the part that differs in the input of each block."""

    CounterMode = "ctr"


class CounterLocation(enum.Enum):
    """Where the counter stands among the fixed input data."""

    BeforeFixed = "before_fixed"
    AfterFixed = "after_fixed"
    MiddleFixed = "middle_fixed"
