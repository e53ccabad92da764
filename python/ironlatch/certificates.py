"""Verifying certificates for any purpose, with their revocation and with reasons.

verifier = Verifier(roots, "example.com", revocation=Revocation(crls))
chain = verifier.verify(leaf, intermediates).chain

It works with the classes of ``ironlatch.x509``. See ``docs/certificates.md``.
"""

from __future__ import annotations

from typing import NamedTuple

from ironlatch._native.certificates import Revocation, RevocationStatus, Verified, Verifier
from ironlatch.x509.verification import VerificationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ironlatch._native.x509 import Certificate

__all__ = ["Refused", "RefusedPath", "Revocation", "RevocationStatus", "Verified", "Verifier"]


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
