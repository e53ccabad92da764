from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from ironlatch import x509
from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from ironlatch.utils import Buffer

_Cipher: TypeAlias = Literal["AES-256-GCM", "AES-192-GCM", "AES-128-GCM", "AES-256-CBC", "AES-192-CBC", "AES-128-CBC"]

def decrypt(
    data: Buffer, key: PrivateKeyTypes, certificate: x509.Certificate, *, allow_unauthenticated: bool = False
) -> bytes:
    """Decrypts a message in DER, BER or PEM, with the private ``key`` of a ``certificate`` that it is
    for. Returns its content.

    A message without authentication (EnvelopedData) is decrypted only with
    ``allow_unauthenticated``: what comes out can be anyone's work. Do not tell strangers then
    whether it went well, because that helps them to read other messages.

    Raises :class:`~ironlatch.exceptions.InvalidTag` if the message was changed or does not decrypt
    with this key; :class:`ValueError` if it is for others, is no encrypted message, is not
    authenticated, or if the key is not that of the certificate;
    :class:`~ironlatch.exceptions.UnsupportedAlgorithm` for algorithms that are not known here.
    """

def encrypt(data: Buffer, recipients: Sequence[x509.Certificate], *, cipher: _Cipher = "AES-256-GCM") -> bytes:
    """Encrypts ``data`` to the keys of certificates. Returns the message in DER.

    ``recipients`` is a list of certificates: each holder of a private key of theirs can decrypt the
    message. RSA (OAEP with SHA-256), EC (ECDH), X25519, X448 and ML-KEM keys can be mixed. Nothing
    is asked of the certificates themselves: a :class:`~ironlatch.certificates.Verifier` does that.

    ``cipher`` is ``"AES-256-GCM"``, ``"AES-192-GCM"`` or ``"AES-128-GCM"``, with which the message
    is an AuthEnvelopedData (RFC 5083). For receivers that do not know it there are
    ``"AES-256-CBC"``, ``"AES-192-CBC"`` and ``"AES-128-CBC"``, with which it is an EnvelopedData
    (RFC 5652): anyone who can change such a message can change what it decrypts to.

    Raises :class:`ValueError` without recipients, for one whose key only signs, and for another
    cipher.
    """

def verify_signatures(
    data: Buffer, content: Buffer | None, certificates: Sequence[x509.Certificate]
) -> tuple[bytes, list[tuple[x509.Certificate, datetime | None]], list[x509.Certificate]]:
    """Verifies the signatures of a message, and not whether anyone is to be trusted. `ironlatch.cms`
    looks at that.
    """
