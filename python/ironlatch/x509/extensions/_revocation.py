"""Extensions of revocation lists and their entries, and those that say where the lists are (RFC
5280 §5.2, §5.3).
"""

from __future__ import annotations

from datetime import UTC, datetime

from ironlatch.hazmat._oid import CRLEntryExtensionOID, ExtensionOID
from ironlatch.utils import Enum
from ironlatch.x509._values import ListValue, Value, checked_list
from ironlatch.x509.extensions._base import KnownExtension
from ironlatch.x509.general_name import GeneralName
from ironlatch.x509.name import RelativeDistinguishedName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class ReasonFlags(Enum):
    """Why a certificate was revoked."""

    unspecified = "unspecified"
    key_compromise = "keyCompromise"
    ca_compromise = "cACompromise"
    affiliation_changed = "affiliationChanged"
    superseded = "superseded"
    cessation_of_operation = "cessationOfOperation"
    certificate_hold = "certificateHold"
    privilege_withdrawn = "privilegeWithdrawn"
    aa_compromise = "aACompromise"
    remove_from_crl = "removeFromCRL"


class DistributionPoint(Value):
    """Where a revocation list is, and for which reasons."""

    __slots__ = ("_full_name", "_relative_name", "_reasons", "_crl_issuer")

    def __init__(
        self,
        full_name: Iterable[GeneralName] | None,
        relative_name: RelativeDistinguishedName | None,
        reasons: frozenset[ReasonFlags] | None,
        crl_issuer: Iterable[GeneralName] | None,
    ) -> None:
        if full_name and relative_name:
            raise ValueError("You cannot provide both full_name and relative_name, at least one must be None.")
        if not full_name and not relative_name and not crl_issuer:
            raise ValueError("Either full_name, relative_name or crl_issuer must be provided.")
        if full_name is not None:
            full_name = checked_list(full_name, GeneralName, "full_name must be a list of GeneralName objects")
        if relative_name is not None and not isinstance(relative_name, RelativeDistinguishedName):
            raise TypeError("relative_name must be a RelativeDistinguishedName")
        if crl_issuer is not None:
            crl_issuer = checked_list(crl_issuer, GeneralName, "crl_issuer must be None or a list of general names")
        _check_reasons("reasons", reasons, "a DistributionPoint")
        self._full_name = full_name
        self._relative_name = relative_name
        self._reasons = reasons
        self._crl_issuer = crl_issuer

    @property
    def full_name(self) -> list[GeneralName] | None:
        """Names of the place, nearly always URIs."""
        return self._full_name

    @property
    def relative_name(self) -> RelativeDistinguishedName | None:
        """The last level of the place's name, below that of the issuer."""
        return self._relative_name

    @property
    def reasons(self) -> frozenset[ReasonFlags] | None:
        """The reasons that the list covers, or None for all."""
        return self._reasons

    @property
    def crl_issuer(self) -> list[GeneralName] | None:
        """The signer of the list, if that is not the issuer of the certificate."""
        return self._crl_issuer


class _DistributionPoints(ListValue, KnownExtension):
    __slots__ = ("_distribution_points",)

    def __init__(self, distribution_points: Iterable[DistributionPoint]) -> None:
        self._distribution_points = checked_list(
            distribution_points, DistributionPoint, "distribution_points must be a list of DistributionPoint objects"
        )

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[DistributionPoint]: ...


class CRLDistributionPoints(_DistributionPoints):
    """Where the revocation lists for a certificate are (RFC 5280 §4.2.1.13)."""

    __slots__ = ()

    oid = ExtensionOID.CRL_DISTRIBUTION_POINTS


class FreshestCRL(_DistributionPoints):
    """Where the lists of changes since the last whole list are (RFC 5280 §4.2.1.15)."""

    __slots__ = ()

    oid = ExtensionOID.FRESHEST_CRL


class IssuingDistributionPoint(Value, KnownExtension):
    """Where a revocation list is published, and what it covers (RFC 5280 §5.2.5)."""

    __slots__ = (
        "_full_name",
        "_relative_name",
        "_only_contains_user_certs",
        "_only_contains_ca_certs",
        "_only_some_reasons",
        "_indirect_crl",
        "_only_contains_attribute_certs",
    )

    oid = ExtensionOID.ISSUING_DISTRIBUTION_POINT

    def __init__(
        self,
        full_name: Iterable[GeneralName] | None,
        relative_name: RelativeDistinguishedName | None,
        only_contains_user_certs: bool,
        only_contains_ca_certs: bool,
        only_some_reasons: frozenset[ReasonFlags] | None,
        indirect_crl: bool,
        only_contains_attribute_certs: bool,
    ) -> None:
        if full_name is not None:
            full_name = list(full_name)
        _check_reasons("only_some_reasons", only_some_reasons, "an IssuingDistributionPoint")
        kinds = (only_contains_user_certs, only_contains_ca_certs, only_contains_attribute_certs)
        if not all(isinstance(flag, bool) for flag in (*kinds, indirect_crl)):
            raise TypeError(
                "only_contains_user_certs, only_contains_ca_certs, indirect_crl and only_contains_attribute_certs "
                "must all be boolean."
            )
        if sum(kinds) > 1:
            raise ValueError(
                "Only one of the following can be set to True: only_contains_user_certs, only_contains_ca_certs, "
                "only_contains_attribute_certs"
            )
        if not any((*kinds, indirect_crl, full_name, relative_name, only_some_reasons)):
            raise ValueError(
                "Cannot create empty extension: if only_contains_user_certs, only_contains_ca_certs, indirect_crl, and "
                "only_contains_attribute_certs are all False, then either full_name, relative_name, or "
                "only_some_reasons must have a value."
            )
        self._full_name = full_name
        self._relative_name = relative_name
        self._only_contains_user_certs = only_contains_user_certs
        self._only_contains_ca_certs = only_contains_ca_certs
        self._only_some_reasons = only_some_reasons
        self._indirect_crl = indirect_crl
        self._only_contains_attribute_certs = only_contains_attribute_certs

    @property
    def full_name(self) -> list[GeneralName] | None:
        """Names of the place."""
        return self._full_name

    @property
    def relative_name(self) -> RelativeDistinguishedName | None:
        """The last level of the place's name, below that of the issuer."""
        return self._relative_name

    @property
    def only_contains_user_certs(self) -> bool:
        """Whether the list covers no authorities."""
        return self._only_contains_user_certs

    @property
    def only_contains_ca_certs(self) -> bool:
        """Whether the list covers authorities alone."""
        return self._only_contains_ca_certs

    @property
    def only_some_reasons(self) -> frozenset[ReasonFlags] | None:
        """The reasons that the list covers, or None for all."""
        return self._only_some_reasons

    @property
    def indirect_crl(self) -> bool:
        """Whether the list covers certificates of other issuers than its own."""
        return self._indirect_crl

    @property
    def only_contains_attribute_certs(self) -> bool:
        """Whether the list covers attribute certificates alone."""
        return self._only_contains_attribute_certs


class CRLNumber(Value, KnownExtension):
    """The number of a revocation list among those of its issuer (RFC 5280 §5.2.3)."""

    __slots__ = ("_crl_number",)

    oid = ExtensionOID.CRL_NUMBER

    def __init__(self, crl_number: int) -> None:
        self._crl_number = _checked_number(crl_number)

    @property
    def crl_number(self) -> int:
        """The number."""
        return self._crl_number

    def __repr__(self) -> str:
        return f"<CRLNumber({self._crl_number})>"


class DeltaCRLIndicator(Value, KnownExtension):
    """Marks a list of changes since the list with this number (RFC 5280 §5.2.4)."""

    __slots__ = ("_crl_number",)

    oid = ExtensionOID.DELTA_CRL_INDICATOR

    def __init__(self, crl_number: int) -> None:
        self._crl_number = _checked_number(crl_number)

    @property
    def crl_number(self) -> int:
        """The number of the list that the changes are to."""
        return self._crl_number


class CRLReason(Value, KnownExtension):
    """Why the certificate of an entry was revoked (RFC 5280 §5.3.1)."""

    __slots__ = ("_reason",)

    oid = CRLEntryExtensionOID.CRL_REASON

    def __init__(self, reason: ReasonFlags) -> None:
        if not isinstance(reason, ReasonFlags):
            raise TypeError("reason must be an element from ReasonFlags")
        self._reason = reason

    @property
    def reason(self) -> ReasonFlags:
        """The reason."""
        return self._reason

    def __repr__(self) -> str:
        return f"<CRLReason(reason={self._reason})>"


class InvalidityDate(Value, KnownExtension):
    """Since when the key of an entry's certificate is not to be trusted (RFC 5280 §5.3.2)."""

    __slots__ = ("_invalidity_date",)

    oid = CRLEntryExtensionOID.INVALIDITY_DATE

    def __init__(self, invalidity_date: datetime) -> None:
        if not isinstance(invalidity_date, datetime):
            raise TypeError("invalidity_date must be a datetime.datetime")
        self._invalidity_date = invalidity_date

    @property
    def invalidity_date(self) -> datetime:
        """The date as it was given; of a list that was read, in UTC without a time zone."""
        return self._invalidity_date

    @property
    def invalidity_date_utc(self) -> datetime:
        """The date in UTC, with that time zone."""
        if self._invalidity_date.tzinfo is None:
            return self._invalidity_date.replace(tzinfo=UTC)
        return self._invalidity_date.astimezone(UTC)


def _check_reasons(argument: str, reasons: object, of: str) -> None:
    if reasons is None:
        return
    if not isinstance(reasons, frozenset) or not all(isinstance(reason, ReasonFlags) for reason in reasons):
        raise TypeError(f"{argument} must be None or frozenset of ReasonFlags")
    if ReasonFlags.unspecified in reasons or ReasonFlags.remove_from_crl in reasons:
        raise ValueError(f"unspecified and remove_from_crl are not valid reasons in {of}")


def _checked_number(crl_number: int) -> int:
    if not isinstance(crl_number, int):
        raise TypeError("crl_number must be an integer")
    return crl_number
