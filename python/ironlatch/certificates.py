"""Verifying certificates for any purpose, with their revocation and with reasons, reading those
that break rules, and a private authority that issues them.

verifier = Verifier(roots, "example.com", revocation=Revocation(crls))
chain = verifier.verify(leaf, intermediates).chain
certificate, deviations = read_certificate(data)
root = Authority.create()
root.issue("localhost", "127.0.0.1").write("server.pem")

It works with the classes of ``ironlatch.x509``. See ``docs/certificates.md``.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar

from ironlatch._native.certificates import (
    Authority,
    Issued,
    Revocation,
    RevocationStatus,
    Verified,
    Verifier,
    read_certificate,
    read_crl,
    read_extensions,
    read_ocsp_request,
    read_ocsp_response,
    read_request,
)
from ironlatch.utils import _at_home
from ironlatch.x509.verification import VerificationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironlatch._native.x509 import Certificate
    from ironlatch.hazmat._oid import ObjectIdentifier

__all__ = [
    "Authority",
    "Deviation",
    "Issued",
    "ReadExtension",
    "Reading",
    "Refused",
    "RefusedPath",
    "Revocation",
    "RevocationStatus",
    "Verified",
    "Verifier",
    "read_certificate",
    "read_crl",
    "read_extensions",
    "read_ocsp_request",
    "read_ocsp_response",
    "read_request",
]

_at_home(
    "ironlatch.certificates",
    read_certificate,
    read_crl,
    read_extensions,
    read_ocsp_request,
    read_ocsp_response,
    read_request,
)

Read = TypeVar("Read")


class Deviation(NamedTuple):
    """A place at which something that was read breaks a rule."""

    path: str
    """The place, such as ``tbsCertificate.extensions[3].critical``; empty if it is the whole."""
    slip: str
    """The rule's breach in words."""


class Reading(NamedTuple, Generic[Read]):
    """Something that was read though it may break rules."""

    value: Read
    """The thing itself, of the class that ``ironlatch.x509`` has for it."""
    deviations: list[Deviation]
    """The places at which it breaks rules; empty if a strict reader would have read it."""


class ReadExtension(NamedTuple):
    """An extension that was read by itself."""

    oid: ObjectIdentifier
    """Its identifier."""
    critical: bool
    """Whether those who do not know it must refuse the object."""
    value: Any
    """Its value, as ``Extension.value``; None if it is damaged. Of damaged alternative names, those
    that can be read."""
    error: Exception | None
    """Why it cannot be read, or None if it can."""


class RefusedPath(NamedTuple):
    """A chain that was tried."""

    certificates: list[Certificate]
    """From the one in question to the one at which the chain broke off."""
    reason: str
    """The first rule that it broke."""

    @property
    def subjects(self) -> list[str]:
        """The subjects of the certificates, as RFC 4514 has them."""
        return [certificate.subject.rfc4514_string() for certificate in self.certificates]


class Refused(VerificationError):
    """No chain of certificates that keeps the rules leads to what is trusted.

    The message has a line for each chain that was tried; ``paths`` are the same as `RefusedPath`
    objects.
    """

    paths: list[RefusedPath]
    """The chains that were tried, in that order."""

    def __init__(self, message: str = "", paths: Iterable[RefusedPath] = ()) -> None:
        super().__init__(message)
        self.paths = list(paths)
