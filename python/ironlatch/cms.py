"""Messages that are encrypted or signed (CMS and PKCS #7: RFC 5652, RFC 5083), S/MIME, and
timestamps (RFC 3161).

    sealed = cms.encrypt(b"the plan", [certificate])
    cms.decrypt(sealed, key, certificate)
    signed = cms.sign(b"the plan", certificate, key)

    verifier = Verifier(roots, purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    message = cms.verify(data, verifier)
    message.signers[0].certificate.subject

Every signature has to be valid, and every signer's certificate one that the verifier takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ironlatch import x509
from ironlatch._native import cms as _native
from ironlatch._native.cms import decrypt, decrypt_file, encrypt, encrypt_file, sign, sign_file
from ironlatch._timestamps import (
    Timestamp,
    TimestampRequest,
    TimestampResponse,
    VerifiedTimestamp,
    read_timestamp,
    read_timestamp_response,
    verify_timestamp,
)
from ironlatch.certificates import Verified, Verifier
from ironlatch.exceptions import InvalidSignature
from ironlatch.utils import Buffer, _at_home

__all__ = [
    "SignatureRefused",
    "SignedMessage",
    "Signer",
    "Timestamp",
    "TimestampRefused",
    "TimestampRequest",
    "TimestampResponse",
    "VerifiedTimestamp",
    "decrypt",
    "decrypt_file",
    "encrypt",
    "encrypt_file",
    "read_timestamp",
    "read_timestamp_response",
    "sign",
    "sign_file",
    "verify",
    "verify_mail",
    "verify_timestamp",
]

_at_home(
    "ironlatch.cms",
    Timestamp,
    TimestampRequest,
    TimestampResponse,
    VerifiedTimestamp,
    read_timestamp,
    read_timestamp_response,
    verify_timestamp,
)


class SignatureRefused(InvalidSignature):
    """A signature is not accepted. The message says which one, and why."""


class TimestampRefused(SignatureRefused):
    """A timestamp is not accepted, or an authority did not grant it. The message says why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Someone whose signature was verified, and whose certificate is trusted."""

    #: The certificate of the key that made the signature.
    certificate: x509.Certificate
    #: The verifier's answer: the chain to a certificate that is trusted, above all.
    verified: Verified
    #: When the signer says that the signature was made, in UTC; None if nothing is said.
    signing_time: datetime | None


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message of which every signature was verified."""

    #: The content that was signed.
    content: bytes
    #: Those who signed it: at least one.
    signers: list[Signer]


def verify(
    data: Buffer,
    verifier: Verifier,
    *,
    content: Buffer | None = None,
    certificates: Iterable[x509.Certificate] = (),
) -> SignedMessage:
    """Verifies a signed message in DER, BER or PEM.

    ``content`` is what was signed, if the message does not hold it (a detached signature).
    ``certificates`` are those of signers and authorities that the message does not hold; they need
    not be trusted. ``verifier`` says which are, and for what purpose.

    Raises SignatureRefused, an InvalidSignature, if there is no signature or one is not valid;
    `ironlatch.certificates.Refused` if a signer's certificate is not trusted; ValueError, or
    `ironlatch.x509.InvalidVersion` for a certificate in it, if the message cannot be read, and
    UnsupportedAlgorithm if it is of another type.
    """
    more = list(certificates)
    return _signed_message(_native.verify_signatures(data, content, more), verifier, more)


def verify_mail(data: Buffer, verifier: Verifier, *, certificates: Iterable[x509.Certificate] = ()) -> SignedMessage:
    """Verifies a signed mail with its header, as S/MIME has it (RFC 8551): ``multipart/signed``, or
    ``application/pkcs7-mime``, which holds what is signed.

    The content of the result is what was signed. It is a part of a mail with a header of its own,
    which `email.message_from_bytes` reads. The header of the mail, such as its sender, is not
    signed: compare it with the signer's certificate.

    The other arguments, and what is raised, are those of `verify`; ValueError also if the mail is
    not signed.
    """
    more = list(certificates)
    return _signed_message(_native.verify_mail_signatures(data, more), verifier, more)


def _signed_message(signatures: _native._Signatures, verifier: Verifier, more: list[x509.Certificate]) -> SignedMessage:
    content, verified, carried = signatures
    intermediates = [*more, *carried]
    signers = [
        Signer(certificate, verifier.verify(certificate, intermediates), signing_time)
        for certificate, signing_time in verified
    ]
    return SignedMessage(content, signers)
