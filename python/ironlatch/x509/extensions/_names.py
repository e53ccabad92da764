"""Extensions that hold names: alternative names, who issued an entry, access to information, name
constraints.
"""

from __future__ import annotations

from typing import Any, overload

from ironlatch.hazmat._oid import CRLEntryExtensionOID, ExtensionOID, ObjectIdentifier
from ironlatch.x509._values import ListValue, Value, checked_list
from ironlatch.x509.extensions._base import KnownExtension
from ironlatch.x509.general_name import DNSName, GeneralName, IPAddress, OtherName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironlatch.x509.general_name import (
        DirectoryName,
        RegisteredID,
        RFC822Name,
        UniformResourceIdentifier,
        _IPAddressTypes,
    )
    from ironlatch.x509.name import Name


class _Names(ListValue):
    """A list of general names."""

    __slots__ = ("_general_names",)

    def __init__(self, general_names: Iterable[GeneralName]) -> None:
        self._general_names = checked_list(
            general_names,
            GeneralName,
            "Every item in the general_names list must be an object conforming to the GeneralName interface",
        )

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[GeneralName]: ...

    @overload
    def get_values_for_type(self, type: type[DNSName | UniformResourceIdentifier | RFC822Name]) -> list[str]: ...

    @overload
    def get_values_for_type(self, type: type[DirectoryName]) -> list[Name]: ...

    @overload
    def get_values_for_type(self, type: type[RegisteredID]) -> list[ObjectIdentifier]: ...

    @overload
    def get_values_for_type(self, type: type[IPAddress]) -> list[_IPAddressTypes]: ...

    @overload
    def get_values_for_type(self, type: type[OtherName]) -> list[OtherName]: ...

    def get_values_for_type(self, type: type[Any]) -> list[Any]:
        """The values of the names of one class: of DNSName the host names as text, say. OtherNames
        come whole.
        """
        names = [name for name in self._general_names if isinstance(name, type)]
        return names if type is OtherName else [name.value for name in names]


class GeneralNames(_Names):
    """A list of general names, as it stands within extensions."""

    __slots__ = ()


class _NamesExtension(_Names, KnownExtension):
    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}(<GeneralNames({self._general_names})>)>"


class SubjectAlternativeName(_NamesExtension):
    """The names that a certificate is for (RFC 5280 §4.2.1.6). TLS looks here, and not at the
    subject.
    """

    __slots__ = ()

    oid = ExtensionOID.SUBJECT_ALTERNATIVE_NAME


class IssuerAlternativeName(_NamesExtension):
    """Other names of the issuer (RFC 5280 §4.2.1.7)."""

    __slots__ = ()

    oid = ExtensionOID.ISSUER_ALTERNATIVE_NAME


class CertificateIssuer(_NamesExtension):
    """The issuer of an entry's certificate, in a list that covers several issuers (RFC 5280
    §5.3.3).
    """

    __slots__ = ()

    oid = CRLEntryExtensionOID.CERTIFICATE_ISSUER


class AccessDescription(Value):
    """Where to get something: what, and its place."""

    __slots__ = ("_access_method", "_access_location")

    def __init__(self, access_method: ObjectIdentifier, access_location: GeneralName) -> None:
        if not isinstance(access_method, ObjectIdentifier):
            raise TypeError("access_method must be an ObjectIdentifier")
        if not isinstance(access_location, GeneralName):
            raise TypeError("access_location must be a GeneralName")
        self._access_method = access_method
        self._access_location = access_location

    @property
    def access_method(self) -> ObjectIdentifier:
        """The kind of information, such as AuthorityInformationAccessOID.OCSP."""
        return self._access_method

    @property
    def access_location(self) -> GeneralName:
        """Where it is, nearly always a UniformResourceIdentifier."""
        return self._access_location


class _Access(ListValue, KnownExtension):
    __slots__ = ("_descriptions",)

    def __init__(self, descriptions: Iterable[AccessDescription]) -> None:
        self._descriptions = checked_list(
            descriptions, AccessDescription, "Every item in the descriptions list must be an AccessDescription"
        )

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[AccessDescription]: ...


class AuthorityInformationAccess(_Access):
    """Where the issuer's certificate and its OCSP responder are (RFC 5280 §4.2.2.1)."""

    __slots__ = ()

    oid = ExtensionOID.AUTHORITY_INFORMATION_ACCESS


class SubjectInformationAccess(_Access):
    """Where services of the subject are (RFC 5280 §4.2.2.2)."""

    __slots__ = ()

    oid = ExtensionOID.SUBJECT_INFORMATION_ACCESS


class NameConstraints(Value, KnownExtension):
    """The names that certificates below an authority may have, and may not have (RFC 5280
    §4.2.1.10).
    """

    __slots__ = ("_permitted_subtrees", "_excluded_subtrees")

    oid = ExtensionOID.NAME_CONSTRAINTS

    def __init__(
        self, permitted_subtrees: Iterable[GeneralName] | None, excluded_subtrees: Iterable[GeneralName] | None
    ) -> None:
        self._permitted_subtrees = _subtrees("permitted_subtrees", permitted_subtrees)
        self._excluded_subtrees = _subtrees("excluded_subtrees", excluded_subtrees)
        if self._permitted_subtrees is None and self._excluded_subtrees is None:
            raise ValueError("At least one of permitted_subtrees and excluded_subtrees must not be None")

    @property
    def permitted_subtrees(self) -> list[GeneralName] | None:
        """Of each form named here, only names below one of these are allowed."""
        return self._permitted_subtrees

    @property
    def excluded_subtrees(self) -> list[GeneralName] | None:
        """No name below one of these is allowed."""
        return self._excluded_subtrees


def _subtrees(argument: str, names: Iterable[GeneralName] | None) -> list[GeneralName] | None:
    if names is None:
        return None
    names = checked_list(names, GeneralName, f"{argument} must be a list of GeneralName objects or None")
    if not names:
        raise ValueError(f"{argument} must be a non-empty list or None")
    for name in names:
        if isinstance(name, IPAddress) and not hasattr(name.value, "network_address"):
            raise TypeError("IPAddress name constraints must be an IPv4Network or IPv6Network object")
        if isinstance(name, DNSName) and "*" in name.value:
            raise ValueError("DNSName name constraints must not contain the '*' wildcard character")
    return names
