"""The names of the peer's private module that other packages import.

docs/private-names.md says which packages these are.
"""

from ironlatch._native import declarative_asn1 as declarative_asn1
from ironlatch._native.oid import ObjectIdentifier as ObjectIdentifier
from ironlatch.hazmat.bindings._rust import openssl as openssl
from ironlatch.hazmat.bindings._rust import x509 as x509

__all__ = ["ObjectIdentifier", "declarative_asn1", "openssl", "x509"]
