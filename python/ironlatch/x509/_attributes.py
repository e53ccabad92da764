"""Attributes of a signing request (RFC 2986 §4.1)."""

from __future__ import annotations

from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.x509._values import ListValue, Value
from ironlatch.x509.name import _ASN1Type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class AttributeNotFound(Exception):
    """The request has no attribute with the object identifier ``oid``."""

    def __init__(self, msg: str, oid: ObjectIdentifier) -> None:
        super().__init__(msg)
        self.oid = oid


class Attribute(Value):
    """An attribute of a signing request: what it is, and the contents of its one value."""

    __slots__ = ("_oid", "_value", "_type")

    def __init__(self, oid: ObjectIdentifier, value: bytes, _type: int = _ASN1Type.UTF8String.value) -> None:
        self._oid = oid
        self._value = value
        self._type = _type

    @property
    def oid(self) -> ObjectIdentifier:
        """Which attribute it is."""
        return self._oid

    @property
    def value(self) -> bytes:
        """The contents of its value."""
        return self._value

    def __repr__(self) -> str:
        return f"<Attribute(oid={self._oid}, value={self._value!r})>"


class Attributes(ListValue):
    """All attributes of a signing request."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self._attributes = list(attributes)

    def get_attribute_for_oid(self, oid: ObjectIdentifier) -> Attribute:
        """The attribute that ``oid`` names. Raises AttributeNotFound if there is none."""
        for attribute in self._attributes:
            if attribute.oid == oid:
                return attribute
        raise AttributeNotFound(f"No {oid} attribute was found", oid)

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Attribute]: ...
