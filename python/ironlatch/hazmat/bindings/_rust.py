"""The names of the peer's private module that other packages import."""

from ironlatch._native import declarative_asn1 as declarative_asn1
from ironlatch._native.oid import ObjectIdentifier as ObjectIdentifier

__all__ = ["ObjectIdentifier", "declarative_asn1"]
