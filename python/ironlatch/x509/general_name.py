"""General names: the forms in which certificates name hosts, addresses and people (RFC 5280
§4.2.1.6).
"""

from __future__ import annotations

import abc

from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.x509._values import Value
from ironlatch.x509.name import Name

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ipaddress
    from typing import Any, TypeVar

    _TextName = TypeVar("_TextName", bound="_Text")

    _IPAddressTypes = ipaddress.IPv4Address | ipaddress.IPv6Address | ipaddress.IPv4Network | ipaddress.IPv6Network

__all__ = [
    "DNSName",
    "DirectoryName",
    "GeneralName",
    "IPAddress",
    "OtherName",
    "RFC822Name",
    "RegisteredID",
    "UniformResourceIdentifier",
    "UnsupportedGeneralNameType",
]


class UnsupportedGeneralNameType(Exception):
    """A certificate holds a general name of a form that has no class here: an X.400 address or an
    EDI party name.
    """


class GeneralName(metaclass=abc.ABCMeta):
    """A name of any of the forms."""

    __slots__ = ()

    @property
    @abc.abstractmethod
    def value(self) -> Any:
        """The name itself."""


class _Text(Value, GeneralName):
    """A name that is ASCII text."""

    __slots__ = ("_value",)

    _kind = ""

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError("value must be string")
        if not value.isascii():
            raise ValueError(
                f"{self._kind} values should be passed as an A-label string. "
                "This means unicode characters should be encoded via a library like idna."
            )
        self._value = value

    @property
    def value(self) -> str:
        """The name as text."""
        return self._value


class DNSName(_Text):
    """The name of a host, such as ``example.com`` or ``*.example.com``; other scripts as A-labels,
    ``xn--…``.
    """

    __slots__ = ()

    _kind = "DNSName"

    @classmethod
    def _init_without_validation(cls, value: str) -> DNSName:
        return _unchecked(cls, value)


class RFC822Name(_Text):
    """A mail address, without a display name."""

    __slots__ = ()

    _kind = "RFC822Name"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not _is_plain_address(value):
            from email.utils import parseaddr

            name, address = parseaddr(value)
            if name or not address:
                raise ValueError("Invalid rfc822name value")

    @classmethod
    def _init_without_validation(cls, value: str) -> RFC822Name:
        return _unchecked(cls, value)


class UniformResourceIdentifier(_Text):
    """A URI, such as ``https://example.com/ocsp``; host names in other scripts as A-labels."""

    __slots__ = ()

    _kind = "URI"

    @classmethod
    def _init_without_validation(cls, value: str) -> UniformResourceIdentifier:
        return _unchecked(cls, value)


class DirectoryName(Value, GeneralName):
    """A distinguished name."""

    __slots__ = ("_value",)

    def __init__(self, value: Name) -> None:
        if not isinstance(value, Name):
            raise TypeError("value must be a Name")
        self._value = value

    @property
    def value(self) -> Name:
        """The distinguished name."""
        return self._value


class RegisteredID(Value, GeneralName):
    """An object identifier that is registered for whom it names."""

    __slots__ = ("_value",)

    def __init__(self, value: ObjectIdentifier) -> None:
        if not isinstance(value, ObjectIdentifier):
            raise TypeError("value must be an ObjectIdentifier")
        self._value = value

    @property
    def value(self) -> ObjectIdentifier:
        """The object identifier."""
        return self._value


class IPAddress(Value, GeneralName):
    """An IP address; in name constraints, a network."""

    __slots__ = ("_value",)

    def __init__(self, value: _IPAddressTypes) -> None:
        from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

        if not isinstance(value, (IPv4Address, IPv6Address, IPv4Network, IPv6Network)):
            raise TypeError(
                "value must be an instance of ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, or "
                "ipaddress.IPv6Network"
            )
        self._value = value

    @property
    def value(self) -> _IPAddressTypes:
        """The address or the network, of the module ``ipaddress``."""
        return self._value

    def _packed(self) -> bytes:
        """The address in bytes; of a network, address and mask."""
        value: Any = self._value
        if hasattr(value, "packed"):
            return bytes(value.packed)
        return bytes(value.network_address.packed + value.netmask.packed)


class OtherName(Value, GeneralName):
    """A name of a form of its own, such as a Microsoft user principal name: what it is, and its
    DER.
    """

    __slots__ = ("_type_id", "_value")

    def __init__(self, type_id: ObjectIdentifier, value: bytes) -> None:
        if not isinstance(type_id, ObjectIdentifier):
            raise TypeError("type_id must be an ObjectIdentifier")
        if not isinstance(value, bytes):
            raise TypeError("value must be a binary string")
        self._type_id = type_id
        self._value = value

    @property
    def type_id(self) -> ObjectIdentifier:
        """The form that the name is of."""
        return self._type_id

    @property
    def value(self) -> bytes:
        """The name, in DER."""
        return self._value


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+/=?^_`{|}~.-@")


def _is_plain_address(value: str) -> bool:
    """Whether it has no display name, comment, quote or list, which only the whole grammar of RFC
    5322 takes apart.
    """
    return _PLAIN.issuperset(value) and value[:1] not in ("", "@") and value[-1] != "@" and value.count("@") <= 1


def _unchecked(cls: type[_TextName], value: str) -> _TextName:
    """A name as a certificate has it, which may not be as it should."""
    name = object.__new__(cls)
    name._value = value
    return name
