"""Distinguished names: what a certificate calls its subject and its issuer (RFC 5280 §4.1.2.4, text
form RFC 4514).
"""

from __future__ import annotations

import warnings
from typing import Any, Generic, TypeVar

from ironlatch._native import x509 as _native
from ironlatch.hazmat._oid import NameOID, ObjectIdentifier
from ironlatch.utils import Buffer, Enum
from ironlatch.x509._values import checked_list

__all__ = ["Name", "NameAttribute", "RelativeDistinguishedName"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NameAttributeValueType = TypeVar("NameAttributeValueType", bound=str | bytes, covariant=True)


class _ASN1Type(Enum):
    """How the text of an attribute is encoded: the numbers are ASN.1's universal tags."""

    BitString = 3
    OctetString = 4
    UTF8String = 12
    NumericString = 18
    PrintableString = 19
    T61String = 20
    IA5String = 22
    UTCTime = 23
    GeneralizedTime = 24
    VisibleString = 26
    UniversalString = 28
    BMPString = 30


class NameAttribute(Generic[NameAttributeValueType]):
    """One attribute of a name, such as ``CN=example.com``.

    ``value`` is text, or bytes for a bit string. ``_type`` is how it is encoded: by default as its
    standard wants, which for most attributes is UTF-8. Raises ValueError for text that is too short
    or too long for its attribute; with ``_validate=False`` it warns only.
    """

    __slots__ = ("_oid", "_value", "_type")

    def __init__(
        self,
        oid: ObjectIdentifier,
        value: NameAttributeValueType,
        _type: _ASN1Type | None = None,
        *,
        _validate: bool = True,
    ) -> None:
        if not isinstance(oid, ObjectIdentifier):
            raise TypeError("oid argument must be an ObjectIdentifier instance.")
        if _type is _ASN1Type.BitString:
            if oid != NameOID.X500_UNIQUE_IDENTIFIER:
                raise TypeError("oid must be X500_UNIQUE_IDENTIFIER for BitString type.")
            if not isinstance(value, bytes):
                raise TypeError("value must be bytes for BitString")
        elif not isinstance(value, str):
            raise TypeError("value argument must be a str")
        limits = _LENGTHS.get(oid)
        if limits is not None:
            _check_length(value, *limits, strict=_validate)
        if _type is None:
            _type = _TYPES.get(oid, _ASN1Type.UTF8String)
        elif not isinstance(_type, _ASN1Type):
            raise TypeError("_type must be from the _ASN1Type enum")
        self._oid = oid
        self._value = value
        self._type = _type

    @property
    def oid(self) -> ObjectIdentifier:
        """Which attribute it is."""
        return self._oid

    @property
    def value(self) -> NameAttributeValueType:
        """Its text, or its bytes if it is a bit string."""
        return self._value

    @property
    def rfc4514_attribute_name(self) -> str:
        """Its short name, such as ``CN``, or its dotted number where RFC 4514 gives none."""
        return _SHORT_NAMES.get(self._oid) or self._oid.dotted_string

    def rfc4514_string(self, attr_name_overrides: Mapping[ObjectIdentifier, str] | None = None) -> str:
        """The attribute as text, ``CN=example.com``. ``attr_name_overrides`` gives short names of
        your own.
        """
        name = attr_name_overrides.get(self._oid) if attr_name_overrides else None
        return f"{name or self.rfc4514_attribute_name}={_escaped(self._value)}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NameAttribute):
            return NotImplemented
        return self._oid == other._oid and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash((self._oid, self._value))

    def __repr__(self) -> str:
        return f"<NameAttribute(oid={self._oid}, value={self._value!r})>"


class RelativeDistinguishedName:
    """The attributes on one level of a name, nearly always one. Their order does not count."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: Iterable[NameAttribute[Any]]) -> None:
        self._attributes = checked_list(attributes, NameAttribute, "attributes must be an iterable of NameAttribute")
        if not self._attributes:
            raise ValueError("a relative distinguished name cannot be empty")
        if len(set(self._attributes)) != len(self._attributes):
            raise ValueError("duplicate attributes are not allowed")

    def get_attributes_for_oid(self, oid: ObjectIdentifier) -> list[NameAttribute[str | bytes]]:
        """The attributes that ``oid`` names."""
        return [attribute for attribute in self._attributes if attribute._oid == oid]

    def rfc4514_string(self, attr_name_overrides: Mapping[ObjectIdentifier, str] | None = None) -> str:
        """The attributes as text, joined by ``+``."""
        return "+".join([attribute.rfc4514_string(attr_name_overrides) for attribute in self._attributes])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RelativeDistinguishedName):
            return NotImplemented
        mine, others = self._attributes, other._attributes
        return mine == others or (len(mine) > 1 and frozenset(mine) == frozenset(others))

    def __hash__(self) -> int:
        return hash(frozenset(self._attributes))

    def __iter__(self) -> Iterator[NameAttribute[str | bytes]]:
        return iter(self._attributes)

    def __len__(self) -> int:
        return len(self._attributes)

    def __repr__(self) -> str:
        return f"<RelativeDistinguishedName({self.rfc4514_string()})>"


class Name:
    """A distinguished name: of attributes, or of relative distinguished names where a level has
    several attributes.
    """

    __slots__ = ("_rdns",)

    def __init__(self, attributes: Iterable[NameAttribute[Any] | RelativeDistinguishedName]) -> None:
        attributes = list(attributes)
        if all(isinstance(attribute, NameAttribute) for attribute in attributes):
            single: Any = attributes
            self._rdns = [RelativeDistinguishedName([attribute]) for attribute in single]
        elif all(isinstance(attribute, RelativeDistinguishedName) for attribute in attributes):
            self._rdns = attributes  # type: ignore[assignment]
        else:
            raise TypeError("attributes must be a list of NameAttribute or a list RelativeDistinguishedName")

    @classmethod
    def from_rfc4514_string(cls, data: str, attr_name_overrides: Mapping[str, ObjectIdentifier] | None = None) -> Name:
        """Reads a name from its text form, in which the last attribute comes first.

        ``attr_name_overrides`` says what short names of your own stand for. Raises ValueError for
        text that is not of the form of RFC 4514: a space before or after a value, say, has to be
        escaped.
        """
        return _native.parse_rfc4514(data, attr_name_overrides)

    @classmethod
    def from_bytes(cls, data: Buffer) -> Name:
        """Reads a name in DER. Raises ValueError if it is none."""
        return _native.parse_name(data)

    def public_bytes(self, backend: Any = None) -> bytes:
        """The name in DER."""
        return _native.encode_name(self)

    def rfc4514_string(self, attr_name_overrides: Mapping[ObjectIdentifier, str] | None = None) -> str:
        """The name as text, such as ``CN=example.com,O=Example,C=US``: the last attribute first
        (RFC 4514 §2.1).

        ``attr_name_overrides`` gives attributes short names of your own.
        """
        return ",".join([rdn.rfc4514_string(attr_name_overrides) for rdn in reversed(self._rdns)])

    def get_attributes_for_oid(self, oid: ObjectIdentifier) -> list[NameAttribute[str | bytes]]:
        """The attributes that ``oid`` names, on any level."""
        return [attribute for attribute in self if attribute._oid == oid]

    @property
    def rdns(self) -> list[RelativeDistinguishedName]:
        """The levels of the name, the most general first."""
        return self._rdns

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Name):
            return NotImplemented
        return self._rdns == other._rdns

    def __hash__(self) -> int:
        return hash(tuple(self._rdns))

    def __iter__(self) -> Iterator[NameAttribute[str | bytes]]:
        for rdn in self._rdns:
            yield from rdn._attributes

    def __len__(self) -> int:
        return sum([len(rdn) for rdn in self._rdns])

    def __repr__(self) -> str:
        return f"<Name({self.rfc4514_string()})>"


# RFC 4514 §3.
_SHORT_NAMES = {
    NameOID.COMMON_NAME: "CN",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COUNTRY_NAME: "C",
    NameOID.STREET_ADDRESS: "STREET",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.USER_ID: "UID",
}

# RFC 5280 appendix A: the attributes that are not UTF-8, and those whose length we hold to its
# bounds.
_TYPES = {
    NameOID.COUNTRY_NAME: _ASN1Type.PrintableString,
    NameOID.JURISDICTION_COUNTRY_NAME: _ASN1Type.PrintableString,
    NameOID.SERIAL_NUMBER: _ASN1Type.PrintableString,
    NameOID.DN_QUALIFIER: _ASN1Type.PrintableString,
    NameOID.EMAIL_ADDRESS: _ASN1Type.IA5String,
    NameOID.DOMAIN_COMPONENT: _ASN1Type.IA5String,
}
_LENGTHS = {
    NameOID.COUNTRY_NAME: (2, 2),
    NameOID.JURISDICTION_COUNTRY_NAME: (2, 2),
    NameOID.COMMON_NAME: (1, 64),
}


def _check_length(value: str | bytes, least: int, most: int, *, strict: bool) -> None:
    length = len(value.encode("utf-8") if isinstance(value, str) else value)
    if least <= length <= most:
        return
    message = f"Attribute's length must be >= {least} and <= {most}, but it was {length}"
    if strict:
        raise ValueError(message)
    warnings.warn(message, stacklevel=3)


def _escaped(value: str | bytes) -> str:
    if isinstance(value, bytes):
        return f"#{value.hex()}" if value else ""
    return _native.escape_rfc4514(value)
