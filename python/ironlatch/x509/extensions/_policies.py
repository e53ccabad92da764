"""Extensions about policies: under which a certificate was issued, and how far they reach (RFC 5280
§4.2.1.4).
"""

from __future__ import annotations

from ironlatch.hazmat._oid import ExtensionOID, ObjectIdentifier
from ironlatch.x509._values import ListValue, Value, checked_list
from ironlatch.x509.extensions._base import KnownExtension

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class CertificatePolicies(ListValue, KnownExtension):
    """The policies that a certificate was issued under (RFC 5280 §4.2.1.4)."""

    __slots__ = ("_policies",)

    oid = ExtensionOID.CERTIFICATE_POLICIES

    def __init__(self, policies: Iterable[PolicyInformation]) -> None:
        self._policies = checked_list(
            policies, PolicyInformation, "Every item in the policies list must be a PolicyInformation"
        )

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[PolicyInformation]: ...


class PolicyInformation(Value):
    """A policy, and where to read about it."""

    __slots__ = ("_policy_identifier", "_policy_qualifiers")

    def __init__(
        self, policy_identifier: ObjectIdentifier, policy_qualifiers: Iterable[str | UserNotice] | None
    ) -> None:
        if not isinstance(policy_identifier, ObjectIdentifier):
            raise TypeError("policy_identifier must be an ObjectIdentifier")
        if policy_qualifiers is not None:
            policy_qualifiers = checked_list(
                policy_qualifiers,
                (str, UserNotice),
                "policy_qualifiers must be a list of strings and/or UserNotice objects or None",
            )
        self._policy_identifier = policy_identifier
        self._policy_qualifiers = policy_qualifiers

    @property
    def policy_identifier(self) -> ObjectIdentifier:
        """Which policy it is."""
        return self._policy_identifier

    @property
    def policy_qualifiers(self) -> list[str | UserNotice] | None:
        """URIs of practice statements as text, and notices to users."""
        return self._policy_qualifiers


class UserNotice(Value):
    """A text to show to those who rely upon the certificate."""

    __slots__ = ("_notice_reference", "_explicit_text")

    def __init__(self, notice_reference: NoticeReference | None, explicit_text: str | None) -> None:
        if notice_reference is not None and not isinstance(notice_reference, NoticeReference):
            raise TypeError("notice_reference must be None or a NoticeReference")
        self._notice_reference = notice_reference
        self._explicit_text = explicit_text

    @property
    def notice_reference(self) -> NoticeReference | None:
        """Where the text is to be found."""
        return self._notice_reference

    @property
    def explicit_text(self) -> str | None:
        """The text."""
        return self._explicit_text


class NoticeReference(Value):
    """Which of an organization's notices to show."""

    __slots__ = ("_organization", "_notice_numbers")

    def __init__(self, organization: str | None, notice_numbers: Iterable[int]) -> None:
        self._organization = organization
        self._notice_numbers = checked_list(notice_numbers, int, "notice_numbers must be a list of integers")

    @property
    def organization(self) -> str | None:
        """Whose notices they are."""
        return self._organization

    @property
    def notice_numbers(self) -> list[int]:
        """The numbers of the notices."""
        return self._notice_numbers


class PolicyConstraints(Value, KnownExtension):
    """After how many further certificates policies are required, or may no longer be mapped (RFC
    5280 §4.2.1.11).
    """

    __slots__ = ("_require_explicit_policy", "_inhibit_policy_mapping")

    oid = ExtensionOID.POLICY_CONSTRAINTS

    def __init__(self, require_explicit_policy: int | None, inhibit_policy_mapping: int | None) -> None:
        if require_explicit_policy is not None and not isinstance(require_explicit_policy, int):
            raise TypeError("require_explicit_policy must be a non-negative integer or None")
        if inhibit_policy_mapping is not None and not isinstance(inhibit_policy_mapping, int):
            raise TypeError("inhibit_policy_mapping must be a non-negative integer or None")
        if require_explicit_policy is None and inhibit_policy_mapping is None:
            raise ValueError("At least one of require_explicit_policy and inhibit_policy_mapping must not be None")
        self._require_explicit_policy = require_explicit_policy
        self._inhibit_policy_mapping = inhibit_policy_mapping

    @property
    def require_explicit_policy(self) -> int | None:
        """After this many certificates each one needs an acceptable policy."""
        return self._require_explicit_policy

    @property
    def inhibit_policy_mapping(self) -> int | None:
        """After this many certificates no policy may stand for another."""
        return self._inhibit_policy_mapping


class InhibitAnyPolicy(Value, KnownExtension):
    """After how many further certificates "any policy" stands for none (RFC 5280 §4.2.1.14)."""

    __slots__ = ("_skip_certs",)

    oid = ExtensionOID.INHIBIT_ANY_POLICY

    def __init__(self, skip_certs: int) -> None:
        if not isinstance(skip_certs, int):
            raise TypeError("skip_certs must be an integer")
        if skip_certs < 0:
            raise ValueError("skip_certs must be a non-negative integer")
        self._skip_certs = skip_certs

    @property
    def skip_certs(self) -> int:
        """After how many certificates."""
        return self._skip_certs
