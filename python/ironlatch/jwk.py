"""JSON Web Keys (RFC 7517).

See ``docs/jwk.md``.
"""

from ironlatch._native.jwk import IgnoredKey as IgnoredKey
from ironlatch._native.jwk import Jwk as Jwk
from ironlatch._native.jwk import JwkSet as JwkSet
from ironlatch._native.jwk import load as load
from ironlatch._native.jwk import load_public_set as load_public_set
from ironlatch._native.jwk import load_set as load_set

__all__ = ["IgnoredKey", "Jwk", "JwkSet", "load", "load_public_set", "load_set"]
