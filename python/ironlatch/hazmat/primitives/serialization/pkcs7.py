"""PKCS #7 messages, and S/MIME: certificates in a file, signed messages, encrypted ones.

    builder = PKCS7SignatureBuilder().set_data(b"message").add_signer(cert, key, hashes.SHA256())
    signed = builder.sign(Encoding.SMIME, [PKCS7Options.DetachedSignature])

Nothing here verifies a signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from ironlatch import x509
from ironlatch._native import pkcs7 as _native
from ironlatch._native.pkcs7 import load_der_pkcs7_certificates as load_der_pkcs7_certificates
from ironlatch._native.pkcs7 import load_pem_pkcs7_certificates as load_pem_pkcs7_certificates
from ironlatch._native.pkcs7 import serialize_certificates as serialize_certificates
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives._serialization import Encoding
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from ironlatch.hazmat.primitives.ciphers import algorithms
from ironlatch.utils import Buffer, _check_byteslike

PKCS7HashTypes = hashes.SHA224 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512

PKCS7PrivateKeyTypes = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

ContentEncryptionAlgorithm = type[algorithms.AES128] | type[algorithms.AES256]

_Padding = padding.PSS | padding.PKCS1v15
_Signer = tuple[x509.Certificate, PKCS7PrivateKeyTypes, PKCS7HashTypes, _Padding | None]


class PKCS7Options(Enum):
    """How a message is made, and what is put into it."""

    Text = "Add text/plain MIME type"
    Binary = "Don't translate input data into canonical MIME format"
    DetachedSignature = "Don't embed data in the PKCS7 structure"
    NoCapabilities = "Don't embed SMIME capabilities"
    NoAttributes = "Don't embed authenticatedAttributes"
    NoCerts = "Don't embed signer certificate"


class PKCS7SignatureBuilder:
    """Makes a signed message. Each method returns a new builder. Raises TypeError for signers or
    certificates that cannot be listed.
    """

    def __init__(
        self,
        data: Buffer | None = None,
        signers: Sequence[_Signer] = (),
        additional_certs: Sequence[x509.Certificate] = (),
    ) -> None:
        self._data = data
        self._signers = list(signers)
        self._additional_certs = list(additional_certs)

    def set_data(self, data: Buffer) -> PKCS7SignatureBuilder:
        """Sets the message, which is bytes-like. Raises ValueError if it is set already."""
        _check_byteslike("data", data)
        if self._data is not None:
            raise ValueError("data may only be set once")
        return PKCS7SignatureBuilder(data, self._signers, self._additional_certs)

    def add_signer(
        self,
        certificate: x509.Certificate,
        private_key: PKCS7PrivateKeyTypes,
        hash_algorithm: PKCS7HashTypes,
        *,
        rsa_padding: _Padding | None = None,
    ) -> PKCS7SignatureBuilder:
        """Adds a signature by the key of ``certificate``.

        ``rsa_padding`` is PKCS1v15 if it is left out. Ed25519 keys go with SHA512 (RFC 8419).
        Raises TypeError for keys, hash functions and paddings of other kinds, or that do not go
        together.
        """
        if not isinstance(hash_algorithm, PKCS7HashTypes):
            raise TypeError("hash_algorithm must be one of hashes.SHA224, SHA256, SHA384, or SHA512")
        if not isinstance(certificate, x509.Certificate):
            raise TypeError("certificate must be a x509.Certificate")
        if not isinstance(private_key, PKCS7PrivateKeyTypes):
            raise TypeError("Only RSA, EC and Ed25519 keys are supported at this time.")
        if isinstance(private_key, ed25519.Ed25519PrivateKey) and not isinstance(hash_algorithm, hashes.SHA512):
            raise TypeError("An Ed25519 key signs a message with the hash algorithm SHA512")
        if rsa_padding is not None:
            if not isinstance(rsa_padding, _Padding):
                raise TypeError("Padding must be PSS or PKCS1v15")
            if not isinstance(private_key, rsa.RSAPrivateKey):
                raise TypeError("Padding is only supported for RSA keys")
        signer = (certificate, private_key, hash_algorithm, rsa_padding)
        return PKCS7SignatureBuilder(self._data, [*self._signers, signer], self._additional_certs)

    def add_certificate(self, certificate: x509.Certificate) -> PKCS7SignatureBuilder:
        """Adds a certificate that those who verify may need. Raises TypeError for anything else."""
        if not isinstance(certificate, x509.Certificate):
            raise TypeError("certificate must be a x509.Certificate")
        return PKCS7SignatureBuilder(self._data, self._signers, [*self._additional_certs, certificate])

    def sign(self, encoding: Encoding, options: Iterable[PKCS7Options], backend: Any = None) -> bytes:
        """Signs, and returns the message in PEM, DER or SMIME.

        Raises ValueError if there is no message or no signer, or ``encoding`` and ``options`` do
        not go together.
        """
        if not self._signers:
            raise ValueError("Must have at least one signer")
        if self._data is None:
            raise ValueError("You must add data to sign")
        chosen = _checked(encoding, options)
        if PKCS7Options.Text in chosen and PKCS7Options.DetachedSignature not in chosen:
            raise ValueError("When passing the Text option you must also pass DetachedSignature")
        if PKCS7Options.Text in chosen and encoding != Encoding.SMIME:
            raise ValueError("The Text option is only available for SMIME serialization")
        if PKCS7Options.NoAttributes in chosen and PKCS7Options.NoCapabilities in chosen:
            raise ValueError("NoAttributes is a superset of NoCapabilities. Do not pass both values.")
        return _native.sign(
            self._data,
            self._signers,
            self._additional_certs,
            encoding,
            text=PKCS7Options.Text in chosen,
            binary=PKCS7Options.Binary in chosen,
            detached=PKCS7Options.DetachedSignature in chosen,
            capabilities=PKCS7Options.NoCapabilities not in chosen,
            attributes=PKCS7Options.NoAttributes not in chosen,
            certs=PKCS7Options.NoCerts not in chosen,
        )


class PKCS7EnvelopeBuilder:
    """Makes an encrypted message. Each method returns a new builder.

    The message is encrypted and not authenticated: anyone who can change it can change what it
    decrypts to. Its methods raise TypeError and ValueError for what cannot be encrypted so.
    """

    def __init__(
        self,
        *,
        _data: Buffer | None = None,
        _recipients: Sequence[x509.Certificate] | None = None,
        _content_encryption_algorithm: ContentEncryptionAlgorithm | None = None,
    ) -> None:
        self._data = _data
        self._recipients = list(_recipients or ())
        self._content_encryption_algorithm = _content_encryption_algorithm

    def set_data(self, data: Buffer) -> PKCS7EnvelopeBuilder:
        """Sets the message, which is bytes-like. Raises ValueError if it is set already."""
        _check_byteslike("data", data)
        if self._data is not None:
            raise ValueError("data may only be set once")
        return self._with(data=data)

    def add_recipient(self, certificate: x509.Certificate) -> PKCS7EnvelopeBuilder:
        """Adds one who can decrypt the message. Raises TypeError unless the key is RSA."""
        if not isinstance(certificate, x509.Certificate):
            raise TypeError("certificate must be a x509.Certificate")
        if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
            raise TypeError("Only RSA keys are supported at this time.")
        return self._with(recipients=[*self._recipients, certificate])

    def set_content_encryption_algorithm(
        self, content_encryption_algorithm: ContentEncryptionAlgorithm
    ) -> PKCS7EnvelopeBuilder:
        """Sets the cipher: AES128, which it is without a choice, or AES256; both in CBC.

        Raises ValueError if it is set already, TypeError for any other cipher.
        """
        if self._content_encryption_algorithm is not None:
            raise ValueError("Content encryption algo may only be set once")
        if content_encryption_algorithm not in (algorithms.AES128, algorithms.AES256):
            raise TypeError("Only AES128 and AES256 are supported")
        return self._with(algorithm=content_encryption_algorithm)

    def encrypt(self, encoding: Encoding, options: Iterable[PKCS7Options]) -> bytes:
        """Encrypts, and returns the message in PEM, DER or SMIME.

        Raises ValueError if there is no message or no recipient, or ``encoding`` and ``options`` do
        not go together: Text and Binary are for encryption, and only one of them.
        """
        if not self._recipients:
            raise ValueError("Must have at least one recipient")
        if self._data is None:
            raise ValueError("You must add data to encrypt")
        chosen = _checked(encoding, options)
        if any(option not in (PKCS7Options.Text, PKCS7Options.Binary) for option in chosen):
            raise ValueError("Only the following options are supported for encryption: Text, Binary")
        if PKCS7Options.Text in chosen and PKCS7Options.Binary in chosen:
            raise ValueError("Cannot use Binary and Text options at the same time")
        return _native.encrypt(
            self._data,
            self._recipients,
            encoding,
            key_bits=256 if self._content_encryption_algorithm is algorithms.AES256 else 128,
            text=PKCS7Options.Text in chosen,
            binary=PKCS7Options.Binary in chosen,
        )

    def _with(
        self,
        data: Buffer | None = None,
        recipients: list[x509.Certificate] | None = None,
        algorithm: ContentEncryptionAlgorithm | None = None,
    ) -> PKCS7EnvelopeBuilder:
        return PKCS7EnvelopeBuilder(
            _data=self._data if data is None else data,
            _recipients=self._recipients if recipients is None else recipients,
            _content_encryption_algorithm=algorithm or self._content_encryption_algorithm,
        )


def pkcs7_decrypt_der(
    data: Buffer, certificate: x509.Certificate, private_key: rsa.RSAPrivateKey, options: Iterable[PKCS7Options]
) -> bytes:
    """Decrypts a message in DER or BER with the key of ``certificate``.

    With the option Text the message must be a text, of which the headers are taken off; there are
    no other options. A wrong key and a changed one look the same: the result is noise, or
    ValueError.

    Raises ValueError if the message is not encrypted, is for others, or its padding is not valid;
    UnsupportedAlgorithm if its algorithms are others than RSA with PKCS #1 v1.5 and AES with keys
    of 128 or 256 bits in CBC; TypeError for keys of other types.
    """
    is_text = _checked_for_decryption(certificate, private_key, options)
    message = _native.decrypt(data, certificate, private_key)
    return _without_headers(message) if is_text else message


def pkcs7_decrypt_pem(
    data: Buffer, certificate: x509.Certificate, private_key: rsa.RSAPrivateKey, options: Iterable[PKCS7Options]
) -> bytes:
    """Decrypts a message in PEM text, as `pkcs7_decrypt_der` does. Raises ValueError for text that
    is not PEM, and as that does.
    """
    return pkcs7_decrypt_der(_native.from_pem(data), certificate, private_key, options)


def pkcs7_decrypt_smime(
    data: Buffer, certificate: x509.Certificate, private_key: rsa.RSAPrivateKey, options: Iterable[PKCS7Options]
) -> bytes:
    """Decrypts a mail, as `pkcs7_decrypt_der` does. Raises ValueError for a mail that is not an
    encrypted message, and as that does.
    """
    import email

    mail = email.message_from_bytes(bytes(data))
    if mail.get_content_type() not in ("application/x-pkcs7-mime", "application/pkcs7-mime"):
        raise ValueError("Not an S/MIME enveloped message")
    return pkcs7_decrypt_der(_payload(mail), certificate, private_key, options)


def _without_headers(message: bytes) -> bytes:
    """The body of a text."""
    import email

    mail = email.message_from_bytes(message)
    kind = mail.get("content-type")
    if kind is None:
        raise ValueError("the decrypted message has no Content-Type: leave the Text option out, and look into it")
    if "text/plain" not in kind:
        raise ValueError(f"the decrypted message is {kind!r} and not text/plain: leave the Text option out")
    return _payload(mail)


def _payload(mail: Any) -> bytes:
    payload = mail.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise ValueError("the mail has several parts, and should have one")
    return payload


def _checked(encoding: Encoding, options: Iterable[PKCS7Options]) -> list[PKCS7Options]:
    chosen = _checked_options(options)
    if encoding not in (Encoding.PEM, Encoding.DER, Encoding.SMIME):
        raise ValueError("Must be PEM, DER, or SMIME from the Encoding enum")
    return chosen


def _checked_options(options: Iterable[PKCS7Options]) -> list[PKCS7Options]:
    chosen = list(options)
    if not all(isinstance(option, PKCS7Options) for option in chosen):
        raise ValueError("options must be from the PKCS7Options enum")
    return chosen


def _checked_for_decryption(certificate: object, private_key: object, options: Iterable[PKCS7Options]) -> bool:
    """Whether the message is a text."""
    if not isinstance(certificate, x509.Certificate):
        raise TypeError("certificate must be a x509.Certificate")
    chosen = _checked_options(options)
    if any(option != PKCS7Options.Text for option in chosen):
        raise ValueError("Only the following options are supported for decryption: Text")
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
        raise TypeError("Only certificate with RSA public keys are supported at this time.")
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise TypeError("Only RSA private keys are supported at this time.")
    return bool(chosen)
