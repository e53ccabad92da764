"""JSON Web Keys (RFC 7517).

See ``docs/jwk.md``.
"""

from ironlatch._native.jwk import Jwk as Jwk
from ironlatch._native.jwk import load as load
from ironlatch._native.jwk import load_set as load_set

__all__ = ["Jwk", "load", "load_set"]
