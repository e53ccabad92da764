import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from ironlatch import x509
from ironlatch.certificates import Verified, Verifier
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import padding
from ironlatch.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes, PrivateKeyTypes
from ironlatch.utils import Buffer

_Path: TypeAlias = str | os.PathLike[str]
_Cipher: TypeAlias = Literal["AES-256-GCM", "AES-192-GCM", "AES-128-GCM", "AES-256-CBC", "AES-192-CBC", "AES-128-CBC"]

_Signatures: TypeAlias = tuple[bytes, list[tuple[x509.Certificate, datetime | None]], list[x509.Certificate]]
_Statement: TypeAlias = tuple[
    x509.ObjectIdentifier,
    hashes.HashAlgorithm | x509.ObjectIdentifier,
    bytes,
    int,
    tuple[datetime, int],
    tuple[int, int] | None,
    bool,
    int | None,
    x509.GeneralName | None,
]

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

def decrypt_file(
    source: _Path,
    target: _Path,
    key: PrivateKeyTypes,
    certificate: x509.Certificate,
    *,
    allow_unauthenticated: bool = False,
    overwrite: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
) -> int:
    """Decrypts the file ``source`` with the private ``key`` of a ``certificate`` that it is for, into
    a new file ``target`` that its owner alone can read. Returns the number of bytes decrypted.

    ``target`` appears when the whole of ``source`` has been verified. ``allow_unauthenticated`` is
    as for :func:`decrypt`, ``overwrite`` and ``progress`` are as for :func:`encrypt_file`. A
    message in DER or BER takes constant memory; one in PEM is read into memory.

    Raises what :func:`decrypt` raises, and what :func:`encrypt_file` raises for the files
    themselves.
    """

def encrypt_file(
    source: _Path,
    target: _Path,
    recipients: Sequence[x509.Certificate],
    *,
    cipher: _Cipher = "AES-256-GCM",
    overwrite: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
) -> int:
    """Encrypts the file ``source`` to the keys of certificates, into a new file ``target`` in DER, as
    :func:`encrypt` does. Returns the number of bytes encrypted.

    ``target`` appears when it is whole. ``progress`` is called about twenty times a second with the
    bytes that are done and the total (``None`` if that is not known), also while ``source`` is a
    pipe that gives nothing. What it raises ends the work, and so does what the handler of a signal
    raises.

    Raises :class:`FileExistsError` if ``target`` exists, unless ``overwrite`` is true,
    :class:`OSError` if a file cannot be read or written or is cut short meanwhile, and otherwise
    what :func:`encrypt` raises.
    """

def sign(
    data: Buffer,
    certificate: x509.Certificate,
    key: CertificateIssuerPrivateKeyTypes,
    *,
    hash_algorithm: hashes.HashAlgorithm | None = None,
    rsa_padding: padding.PSS | padding.PKCS1v15 | None = None,
    detached: bool = False,
    certificates: Sequence[x509.Certificate] = (),
) -> bytes:
    """Signs ``data`` with the private ``key`` of a ``certificate``. Returns the message in DER.

    The message holds ``data``, unless it is ``detached``: then it is a signature by itself, and
    verifying it takes the data too. It holds the certificate and those in ``certificates``, which
    others may need to verify it. The time and the type of the content are signed with it.

    ``key`` is an RSA, EC, Ed25519, Ed448 or ML-DSA key, or any object with the methods of one.
    ``hash_algorithm`` is for RSA and EC keys; without one it is SHA-256, SHA-384 or SHA-512, by the
    curve. ``rsa_padding`` is ``padding.PSS(…)`` or, by default, ``padding.PKCS1v15()``.

    Raises :class:`ValueError` if the key is not that of the certificate, and :class:`TypeError` for
    a key that does not sign, or a hash function for a key that has its own.
    """

def sign_file(
    source: _Path,
    certificate: x509.Certificate,
    key: CertificateIssuerPrivateKeyTypes,
    *,
    hash_algorithm: hashes.HashAlgorithm | None = None,
    rsa_padding: padding.PSS | padding.PKCS1v15 | None = None,
    certificates: Sequence[x509.Certificate] = (),
    progress: Callable[[int, int | None], object] | None = None,
) -> bytes:
    """Signs the file ``source`` as :func:`sign` does with ``detached``, in constant memory. Returns
    the message in DER, which does not hold the file.

    ``progress`` is as for :func:`encrypt_file`. Raises what :func:`sign` raises, and
    :class:`OSError` if the file cannot be read.
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

def verify_signatures(data: Buffer, content: Buffer | None, certificates: Sequence[x509.Certificate]) -> _Signatures:
    """Verifies the signatures of a message, and not whether anyone is to be trusted. `ironlatch.cms`
    looks at that.
    """

def verify_mail_signatures(data: Buffer, certificates: Sequence[x509.Certificate]) -> _Signatures:
    """Verifies the signatures of a mail, as `verify_signatures` does those of a message."""

def timestamp_request(
    digest: Buffer,
    algorithm: hashes.HashAlgorithm,
    nonce: int | None,
    policy: x509.ObjectIdentifier | None,
    certificates: bool,
) -> bytes:
    """A request in DER. `ironlatch.cms.TimestampRequest` has the arguments."""

def timestamp_nonce() -> int:
    """A random nonce of 64 bits."""

def read_timestamp_response(data: Buffer) -> tuple[str, list[str], list[str], bytes | None]:
    """Reads the response of an authority. Nothing is verified."""

def read_timestamp(data: Buffer) -> _Statement:
    """Reads a timestamp, or the response that has one. Nothing is verified."""

def verify_timestamp(
    data: Buffer,
    verifier: Verifier,
    content: Buffer | None,
    digest: Buffer | None,
    algorithm: hashes.HashAlgorithm | None,
    nonce: int | None,
    policy: x509.ObjectIdentifier | None,
    certificates: Sequence[x509.Certificate],
) -> tuple[_Statement, x509.Certificate, Verified]:
    """Verifies a timestamp, or the response that has one. `content`, or `digest` with the algorithm of
    a request or without, is what it has to be of.
    """
