from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ClassVar, TypeVar, final

from ironlatch._native.x509 import Certificate
from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.x509.extensions import ExtensionType
from ironlatch.x509.general_name import GeneralName
from ironlatch.x509.verification import Subject

_Extension = TypeVar("_Extension", bound=ExtensionType)

@final
class Store:
    """The certificates that are trusted.

    `certs` are at least one. They are trusted whatever their own times and signatures are.
    """
    def __new__(cls, certs: Iterable[Certificate]) -> Store: ...

@final
class Criticality:
    """Whether an extension has to be critical, must not be, or may be."""

    CRITICAL: ClassVar[Criticality]
    AGNOSTIC: ClassVar[Criticality]
    NON_CRITICAL: ClassVar[Criticality]
    def __int__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class ExtensionPolicy:
    """The requirements on the extensions of authorities, or on those of the certificate in question.

    A critical extension that it has no word on is refused.
    """
    @staticmethod
    def permit_all() -> ExtensionPolicy:
        """A policy that asks nothing of the extensions that it knows."""
    @staticmethod
    def webpki_defaults_ca() -> ExtensionPolicy:
        """Returns the requirements of the public web on authorities."""
    @staticmethod
    def webpki_defaults_ee() -> ExtensionPolicy:
        """Returns the requirements of the public web on servers and clients."""
    def require_not_present(self, extension_type: type[ExtensionType]) -> ExtensionPolicy:
        """The same policy, which refuses certificates with an extension of this class.

        Raises ValueError if the policy was told about such extensions before.
        """
    def may_be_present(
        self,
        extension_type: type[_Extension],
        criticality: Criticality,
        validator_cb: Callable[[Policy, Certificate, _Extension | None], None] | None,
    ) -> ExtensionPolicy:
        """The same policy, which looks at an extension of this class if there is one.

        `validator_cb` is called with the `Policy`, the `Certificate`, and the extension's value or
        None; it raises an error to refuse it, and returns None. Raises ValueError if the policy was
        told about such extensions before.
        """
    def require_present(
        self,
        extension_type: type[_Extension],
        criticality: Criticality,
        validator_cb: Callable[[Policy, Certificate, _Extension], None] | None,
    ) -> ExtensionPolicy:
        """The same policy, which refuses certificates without an extension of this class.

        `validator_cb` is called with the `Policy`, the `Certificate` and the extension's value; it
        raises an error to refuse it, and returns None. Raises ValueError if the policy was told
        about such extensions before.
        """

@final
class Policy:
    """The requirements on a certificate and on the chain to it."""
    @property
    def subject(self) -> Subject | None:
        """Whom the certificate has to be for, or None if that is not asked."""
    @property
    def validation_time(self) -> datetime:
        """When the chain has to be valid, in UTC, without a time zone."""
    @property
    def max_chain_depth(self) -> int:
        """How many authorities may stand between the certificate in question and a trusted one."""
    @property
    def extended_key_usage(self) -> ObjectIdentifier | None:
        """The purpose that the certificate has to be for."""
    @property
    def minimum_rsa_modulus(self) -> int:
        """How many bits an authority's RSA key has to have."""

@final
class PolicyBuilder:
    """Builds verifiers. Each call returns a new builder, with one thing more; a store has to be set."""
    def __new__(cls) -> PolicyBuilder: ...
    def time(self, time: datetime) -> PolicyBuilder:
        """Sets when the chain has to be valid; by default when the verifier is built. A time without a
        zone is in UTC.
        """
    def store(self, store: Store) -> PolicyBuilder:
        """Sets the certificates that are trusted."""
    def max_chain_depth(self, max_chain_depth: int) -> PolicyBuilder:
        """Sets how many authorities may stand between the certificate in question and a trusted one;
        by default 8.
        """
    def extension_policies(self, *, ca_policy: ExtensionPolicy, ee_policy: ExtensionPolicy) -> PolicyBuilder:
        """Sets what is asked of the extensions of authorities, and of those of the certificate in
        question.
        """
    def build_client_verifier(self) -> ClientVerifier:
        """A verifier for the certificates of clients."""
    def build_server_verifier(self, subject: Subject) -> ServerVerifier:
        """A verifier for the certificate of the server `subject`, a `DNSName` or an `IPAddress`."""

@final
class ServerVerifier:
    """Verifies the certificate of one server."""
    @property
    def policy(self) -> Policy:
        """The requirements on certificates."""
    @property
    def store(self) -> Store:
        """The certificates that are trusted."""
    def verify(self, leaf: Certificate, intermediates: Iterable[Certificate]) -> list[Certificate]:
        """The chain from `leaf` to a certificate of the store, perhaps over some of `intermediates`.

        Raises VerificationError if the policy allows no chain.
        """

@final
class ClientVerifier:
    """Verifies the certificates of clients. Who they are is for the caller to see in the verified
    names.
    """
    @property
    def policy(self) -> Policy:
        """The requirements on certificates."""
    @property
    def store(self) -> Store:
        """The certificates that are trusted."""
    def verify(self, leaf: Certificate, intermediates: Iterable[Certificate]) -> VerifiedClient:
        """The chain from `leaf` to a certificate of the store, perhaps over some of `intermediates`,
        and the client's names.

        Raises VerificationError if the policy allows no chain.
        """

@final
class VerifiedClient:
    """A client whose certificate was verified."""
    @property
    def chain(self) -> list[Certificate]:
        """The certificates, from the client's own to the trusted one."""
    @property
    def subjects(self) -> list[GeneralName] | None:
        """The names in the client's certificate, or None if it has no such extension."""
