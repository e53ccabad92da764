"""Admissions: the professions that somebody may practise, as the German signature law has them in
certificates (Common PKI, part 1).
"""

from __future__ import annotations

from ironlatch.hazmat._oid import ExtensionOID, ObjectIdentifier
from ironlatch.x509._values import ListValue, Value, checked_list
from ironlatch.x509.extensions._base import KnownExtension
from ironlatch.x509.general_name import GeneralName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Admissions(ListValue, KnownExtension):
    """The professions of the subject, by the authorities that admitted it to them."""

    __slots__ = ("_authority", "_admissions")

    oid = ExtensionOID.ADMISSIONS

    def __init__(self, authority: GeneralName | None, admissions: Iterable[Admission]) -> None:
        _check("authority", authority, GeneralName, "a GeneralName")
        self._authority = authority
        self._admissions = checked_list(
            admissions, Admission, "Every item in the contents_of_admissions list must be an Admission"
        )

    @property
    def authority(self) -> GeneralName | None:
        """The authority that is above those of the admissions."""
        return self._authority

    def __len__(self) -> int:
        return len(self._admissions)

    def __iter__(self) -> Iterator[Admission]:
        return iter(self._admissions)

    def __getitem__(self, index: Any) -> Any:
        return self._admissions[index]

    __repr__ = Value.__repr__


class Admission(Value):
    """Professions that one authority admitted the subject to."""

    __slots__ = ("_admission_authority", "_naming_authority", "_profession_infos")

    def __init__(
        self,
        admission_authority: GeneralName | None,
        naming_authority: NamingAuthority | None,
        profession_infos: Iterable[ProfessionInfo],
    ) -> None:
        _check("admission_authority", admission_authority, GeneralName, "a GeneralName")
        _check("naming_authority", naming_authority, NamingAuthority, "a NamingAuthority")
        self._admission_authority = admission_authority
        self._naming_authority = naming_authority
        self._profession_infos = checked_list(
            profession_infos, ProfessionInfo, "Every item in the profession_infos list must be a ProfessionInfo"
        )

    @property
    def admission_authority(self) -> GeneralName | None:
        """The authority that admits."""
        return self._admission_authority

    @property
    def naming_authority(self) -> NamingAuthority | None:
        """The authority that gives the professions their names."""
        return self._naming_authority

    @property
    def profession_infos(self) -> list[ProfessionInfo]:
        """The professions."""
        return self._profession_infos


class ProfessionInfo(Value):
    """A profession, under its names and object identifiers."""

    __slots__ = (
        "_naming_authority",
        "_profession_items",
        "_profession_oids",
        "_registration_number",
        "_add_profession_info",
    )

    def __init__(
        self,
        naming_authority: NamingAuthority | None,
        profession_items: Iterable[str],
        profession_oids: Iterable[ObjectIdentifier] | None,
        registration_number: str | None,
        add_profession_info: bytes | None,
    ) -> None:
        _check("naming_authority", naming_authority, NamingAuthority, "a NamingAuthority")
        self._profession_items = checked_list(
            profession_items, str, "Every item in the profession_items list must be a str"
        )
        if profession_oids is not None:
            profession_oids = checked_list(
                profession_oids,
                ObjectIdentifier,
                "Every item in the profession_oids list must be an ObjectIdentifier",
            )
        _check("registration_number", registration_number, str, "a str")
        _check("add_profession_info", add_profession_info, bytes, "bytes")
        self._naming_authority = naming_authority
        self._profession_oids = profession_oids
        self._registration_number = registration_number
        self._add_profession_info = add_profession_info

    @property
    def naming_authority(self) -> NamingAuthority | None:
        """The authority that gives the profession its name."""
        return self._naming_authority

    def __repr__(self) -> str:
        return (
            f"<ProfessionInfo(naming_authority={self._naming_authority}, profession_items={self._profession_items}, "
            f"profession_oids={self._profession_oids}, registration_number={self._registration_number}, "
            f"add_profession_info={self._add_profession_info!r})>"
        )

    @property
    def profession_items(self) -> list[str]:
        """The profession's names."""
        return self._profession_items

    @property
    def profession_oids(self) -> list[ObjectIdentifier] | None:
        """The profession's object identifiers."""
        return self._profession_oids

    @property
    def registration_number(self) -> str | None:
        """The number under which the subject is registered."""
        return self._registration_number

    @property
    def add_profession_info(self) -> bytes | None:
        """Anything else about the profession, in DER."""
        return self._add_profession_info


class NamingAuthority(Value):
    """An authority that gives professions their names."""

    __slots__ = ("_id", "_url", "_text")

    def __init__(self, id: ObjectIdentifier | None, url: str | None, text: str | None) -> None:
        _check("id", id, ObjectIdentifier, "an ObjectIdentifier")
        _check("url", url, str, "a str")
        _check("text", text, str, "a str")
        self._id = id
        self._url = url
        self._text = text

    def __repr__(self) -> str:
        return f"<NamingAuthority(id={self._id}, url={self._url}, text={self._text})>"

    @property
    def id(self) -> ObjectIdentifier | None:
        """Its object identifier."""
        return self._id

    @property
    def url(self) -> str | None:
        """Its page."""
        return self._url

    @property
    def text(self) -> str | None:
        """Its name."""
        return self._text


def _check(argument: str, value: object, kind: type[object], named: str) -> None:
    if value is not None and not isinstance(value, kind):
        raise TypeError(f"{argument} must be {named}")
