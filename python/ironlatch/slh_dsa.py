"""SLH-DSA (FIPS 205): signatures that rest on a hash function alone.

key = SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128s")
key.public_key().verify(key.sign(data), data)

Sets whose name ends in s have small signatures, those that end in f are fast to sign with.
"""

from __future__ import annotations

from ironlatch._native.slh_dsa import SLHDSAPrivateKey, SLHDSAPublicKey

__all__ = ["PARAMETER_SETS", "SLHDSAPrivateKey", "SLHDSAPublicKey"]

PARAMETER_SETS = (
    "SLH-DSA-SHA2-128s",
    "SLH-DSA-SHA2-128f",
    "SLH-DSA-SHA2-192s",
    "SLH-DSA-SHA2-192f",
    "SLH-DSA-SHA2-256s",
    "SLH-DSA-SHA2-256f",
    "SLH-DSA-SHAKE-128s",
    "SLH-DSA-SHAKE-128f",
    "SLH-DSA-SHAKE-192s",
    "SLH-DSA-SHAKE-192f",
    "SLH-DSA-SHAKE-256s",
    "SLH-DSA-SHAKE-256f",
)
