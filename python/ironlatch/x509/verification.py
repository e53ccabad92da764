"""Verifying chains of certificates, as the web does it (RFC 5280 §6, CA/Browser Forum BR).

verifier = PolicyBuilder().store(Store(roots)).build_server_verifier(DNSName("example.com"))
chain = verifier.verify(leaf, intermediates)
"""

from __future__ import annotations

from ironlatch._native.verification import (
    ClientVerifier,
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    ServerVerifier,
    Store,
    VerifiedClient,
)
from ironlatch.x509.general_name import DNSName, IPAddress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ironlatch._native.x509 import Certificate

__all__ = [
    "ClientVerifier",
    "Criticality",
    "ExtensionPolicy",
    "Policy",
    "PolicyBuilder",
    "ServerVerifier",
    "Store",
    "Subject",
    "VerificationError",
    "VerifiedClient",
]


class VerificationError(Exception):
    """No chain of certificates that the policy allows leads from the leaf to the store.

    ``paths`` are the chains that were tried: their certificates, from the leaf to the one at which
    the chain broke off, and the rule that was broken.
    """

    def __init__(self, message: str = "", paths: Iterable[tuple[list[Certificate], str]] = ()) -> None:
        super().__init__(message)
        self.paths: Sequence[tuple[list[Certificate], str]] = list(paths)


Subject = DNSName | IPAddress
