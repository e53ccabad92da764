"""PKCS#12: so far the names of its encryptions, which `PrivateFormat.PKCS12.encryption_builder`
takes.
"""

from ironlatch.hazmat.primitives._serialization import PBES as PBES

__all__ = ["PBES"]
