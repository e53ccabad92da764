"""The only name of the peer's private module that other packages import."""

from ironlatch._native.oid import ObjectIdentifier as ObjectIdentifier

__all__ = ["ObjectIdentifier"]
