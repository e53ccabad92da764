"""Builders of certificates, signing requests and revocation lists. Each call returns a new builder,
with one thing more.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ironlatch._native import x509 as _native
from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.x509.extensions import Extension, ExtensionType
from ironlatch.x509.name import Name, _ASN1Type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from ironlatch._native.x509 import (
        Certificate,
        CertificateRevocationList,
        CertificateSigningRequest,
        RevokedCertificate,
    )
    from ironlatch.hazmat.primitives import hashes
    from ironlatch.hazmat.primitives.asymmetric import padding
    from ironlatch.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes, CertificatePublicKeyTypes

    _AllowedHashTypes = (
        hashes.SHA224
        | hashes.SHA256
        | hashes.SHA384
        | hashes.SHA512
        | hashes.SHA3_224
        | hashes.SHA3_256
        | hashes.SHA3_384
        | hashes.SHA3_512
    )

# RFC 5280 §4.1.2.5: before it, UTCTime means a year of the next century.
_EARLIEST_UTC_TIME = datetime(1950, 1, 1)
# RFC 5280 §4.1.2.2: a serial number has at most 20 octets, and is positive.
_SERIAL_BITS = 159


class _Builder:
    """The extensions of a builder."""

    _extensions: list[Extension[ExtensionType]]

    def add_extension(self, extval: ExtensionType, critical: bool) -> Self:
        """Adds an extension. Raises ValueError if there is one with the same object identifier."""
        if not isinstance(extval, ExtensionType):
            raise TypeError("extension must be an ExtensionType")
        extension = Extension(extval.oid, critical, extval)
        _reject_duplicate_extension(extension, self._extensions)
        return self._with("_extensions", [*self._extensions, extension])

    def _with(self, attribute: str, value: object) -> Self:
        changed = object.__new__(type(self))
        changed.__dict__.update(self.__dict__)
        setattr(changed, attribute, value)
        return changed


class CertificateBuilder(_Builder):
    """Builds a certificate: subject, issuer, key, serial number and both times have to be set.

    certificate = (
        CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    """

    def __init__(
        self,
        issuer_name: Name | None = None,
        subject_name: Name | None = None,
        public_key: CertificatePublicKeyTypes | None = None,
        serial_number: int | None = None,
        not_valid_before: datetime | None = None,
        not_valid_after: datetime | None = None,
        extensions: list[Extension[ExtensionType]] = [],  # noqa: B006
        public_key_rsa_padding: type[padding.PSS] | None = None,
    ) -> None:
        self._issuer_name = issuer_name
        self._subject_name = subject_name
        self._public_key = public_key
        self._serial_number = serial_number
        self._not_valid_before = not_valid_before
        self._not_valid_after = not_valid_after
        self._extensions = extensions
        self._public_key_rsa_padding = public_key_rsa_padding

    def issuer_name(self, name: Name) -> CertificateBuilder:
        """Sets the name of the issuer: the subject of its certificate."""
        _check_name(name)
        _check_unset(self._issuer_name, "issuer name")
        return self._with("_issuer_name", name)

    def subject_name(self, name: Name) -> CertificateBuilder:
        """Sets the name of the subject."""
        _check_name(name)
        _check_unset(self._subject_name, "subject name")
        return self._with("_subject_name", name)

    def public_key(
        self, key: CertificatePublicKeyTypes, *, rsa_padding: type[padding.PSS] | None = None
    ) -> CertificateBuilder:
        """Sets the public key of the subject. ``rsa_padding=PSS`` marks an RSA key as one for PSS
        signatures alone.
        """
        from ironlatch.hazmat.primitives.asymmetric import padding, types
        from ironlatch.hazmat.primitives.asymmetric.rsa import RSAPublicKey

        if not isinstance(key, types.CertificatePublicKeyTypes):
            raise TypeError(
                "Expecting one of DSAPublicKey, RSAPublicKey, EllipticCurvePublicKey, Ed25519PublicKey, "
                "Ed448PublicKey, "
                "MLDSA44PublicKey, MLDSA65PublicKey, MLDSA87PublicKey, MLKEM512PublicKey, MLKEM768PublicKey, "
                "MLKEM1024PublicKey, X25519PublicKey or X448PublicKey."
            )
        _check_unset(self._public_key, "public key")
        if rsa_padding is not None:
            if rsa_padding is not padding.PSS:
                raise TypeError("rsa_padding must be the PSS class, not an instance")
            if not isinstance(key, RSAPublicKey):
                raise TypeError("rsa_padding is only supported with RSA public keys")
        return self._with("_public_key", key)._with("_public_key_rsa_padding", rsa_padding)

    def serial_number(self, number: int) -> CertificateBuilder:
        """Sets the serial number, with which the issuer tells its certificates apart: see
        ``random_serial_number``.
        """
        _check_integer(number)
        _check_unset(self._serial_number, "serial number")
        _check_serial_number(number)
        return self._with("_serial_number", number)

    def not_valid_before(self, time: datetime) -> CertificateBuilder:
        """Sets the first moment at which it is valid; a time without a zone is in UTC."""
        time = _checked_time(time, self._not_valid_before, "The not valid before", "not valid before date")
        _check_order(time, self._not_valid_after, "The not valid before date must be before the not valid after date.")
        return self._with("_not_valid_before", time)

    def not_valid_after(self, time: datetime) -> CertificateBuilder:
        """Sets the last moment at which it is valid; a time without a zone is in UTC."""
        time = _checked_time(time, self._not_valid_after, "The not valid after", "not valid after date")
        _check_order(self._not_valid_before, time, "The not valid after date must be after the not valid before date.")
        return self._with("_not_valid_after", time)

    def sign(
        self,
        private_key: CertificateIssuerPrivateKeyTypes,
        algorithm: _AllowedHashTypes | None,
        backend: Any = None,
        *,
        rsa_padding: padding.PSS | padding.PKCS1v15 | None = None,
        ecdsa_deterministic: bool | None = None,
    ) -> Certificate:
        """Signs the certificate with the issuer's key.

        ``algorithm`` is a hash, or None for keys that hash by themselves. ``rsa_padding`` is PKCS
        #1 v1.5 where nothing else is said. The key may be any object with the methods of a private
        key: one that signs in a KMS or an HSM, say.
        """
        self._check_whole()
        _check_signing(private_key, rsa_padding, ecdsa_deterministic)
        return _native.create_x509_certificate(self, private_key, algorithm, rsa_padding, ecdsa_deterministic)

    def create_unsigned(self) -> Certificate:
        """The certificate without a signature, for trust anchors that are trusted for other reasons
        (RFC 9925).
        """
        self._check_whole()
        return _native.create_unsigned_x509_certificate(self)

    def _check_whole(self) -> None:
        for value, what in (
            (self._subject_name, "a subject name"),
            (self._issuer_name, "an issuer name"),
            (self._serial_number, "a serial number"),
            (self._not_valid_before, "a not valid before time"),
            (self._not_valid_after, "a not valid after time"),
            (self._public_key, "a public key"),
        ):
            if value is None:
                raise ValueError(f"A certificate must have {what}")


class CertificateSigningRequestBuilder(_Builder):
    """Builds a signing request: what an authority makes a certificate from. The subject has to be
    set.
    """

    def __init__(
        self,
        subject_name: Name | None = None,
        extensions: list[Extension[ExtensionType]] = [],  # noqa: B006
        attributes: list[tuple[ObjectIdentifier, bytes, int | None]] = [],  # noqa: B006
    ) -> None:
        self._subject_name = subject_name
        self._extensions = extensions
        self._attributes = attributes

    def subject_name(self, name: Name) -> CertificateSigningRequestBuilder:
        """Sets the name of the subject."""
        _check_name(name)
        _check_unset(self._subject_name, "subject name")
        return self._with("_subject_name", name)

    def add_attribute(
        self, oid: ObjectIdentifier, value: bytes, *, _tag: _ASN1Type | None = None
    ) -> CertificateSigningRequestBuilder:
        """Adds an attribute, such as a challenge password: UTF-8 text, in bytes."""
        if not isinstance(oid, ObjectIdentifier):
            raise TypeError("oid must be an ObjectIdentifier")
        if not isinstance(value, bytes):
            raise TypeError("value must be bytes")
        if _tag is not None and not isinstance(_tag, _ASN1Type):
            raise TypeError("tag must be _ASN1Type")
        if any(oid == present for present, _, _ in self._attributes):
            raise ValueError("This attribute has already been set.")
        tag = None if _tag is None else _tag.value
        return self._with("_attributes", [*self._attributes, (oid, value, tag)])

    def sign(
        self,
        private_key: CertificateIssuerPrivateKeyTypes,
        algorithm: _AllowedHashTypes | None,
        backend: Any = None,
        *,
        rsa_padding: padding.PSS | padding.PKCS1v15 | None = None,
        ecdsa_deterministic: bool | None = None,
    ) -> CertificateSigningRequest:
        """Signs the request with the subject's own key. The arguments are those of
        ``CertificateBuilder.sign``.
        """
        if self._subject_name is None:
            raise ValueError("A CertificateSigningRequest must have a subject")
        _check_signing(private_key, rsa_padding, ecdsa_deterministic)
        return _native.create_x509_csr(self, private_key, algorithm, rsa_padding, ecdsa_deterministic)


class CertificateRevocationListBuilder(_Builder):
    """Builds a revocation list: the issuer and both times have to be set."""

    def __init__(
        self,
        issuer_name: Name | None = None,
        last_update: datetime | None = None,
        next_update: datetime | None = None,
        extensions: list[Extension[ExtensionType]] = [],  # noqa: B006
        revoked_certificates: list[RevokedCertificate] = [],  # noqa: B006
    ) -> None:
        self._issuer_name = issuer_name
        self._last_update = last_update
        self._next_update = next_update
        self._extensions = extensions
        self._revoked_certificates = revoked_certificates
        # Each entry that was added, with those before it: a list would be copied for each entry of
        # a million.
        self._added: tuple[Any, RevokedCertificate] | None = None

    def issuer_name(self, issuer_name: Name) -> CertificateRevocationListBuilder:
        """Sets the name of the issuer."""
        _check_name(issuer_name)
        _check_unset(self._issuer_name, "issuer name")
        return self._with("_issuer_name", issuer_name)

    def last_update(self, last_update: datetime) -> CertificateRevocationListBuilder:
        """Sets when the list was made; a time without a zone is in UTC."""
        last_update = _checked_time(last_update, self._last_update, "Last update", "last update date")
        _check_order(last_update, self._next_update, "The last update date must be before the next update date.")
        return self._with("_last_update", last_update)

    def next_update(self, next_update: datetime) -> CertificateRevocationListBuilder:
        """Sets when the next list comes at the latest; a time without a zone is in UTC."""
        next_update = _checked_time(next_update, self._next_update, "Next update", "next update date")
        _check_order(self._last_update, next_update, "The next update date must be after the last update date.")
        return self._with("_next_update", next_update)

    def add_revoked_certificate(self, revoked_certificate: RevokedCertificate) -> CertificateRevocationListBuilder:
        """Adds an entry, from a RevokedCertificateBuilder or from another list."""
        if not isinstance(revoked_certificate, _native.RevokedCertificate):
            raise TypeError("Must be an instance of RevokedCertificate")
        return self._with("_added", (self._added, revoked_certificate))

    def sign(
        self,
        private_key: CertificateIssuerPrivateKeyTypes,
        algorithm: _AllowedHashTypes | None,
        backend: Any = None,
        *,
        rsa_padding: padding.PSS | padding.PKCS1v15 | None = None,
        ecdsa_deterministic: bool | None = None,
    ) -> CertificateRevocationList:
        """Signs the list with the issuer's key. The arguments are those of
        ``CertificateBuilder.sign``.
        """
        for value, what in (
            (self._issuer_name, "an issuer name"),
            (self._last_update, "a last update time"),
            (self._next_update, "a next update time"),
        ):
            if value is None:
                raise ValueError(f"A CRL must have {what}")
        _check_signing(private_key, rsa_padding, ecdsa_deterministic)
        return _native.create_x509_crl(self, self._entries(), private_key, algorithm, rsa_padding, ecdsa_deterministic)

    def _entries(self) -> list[RevokedCertificate]:
        entries = []
        added = self._added
        while added is not None:
            added, entry = added
            entries.append(entry)
        entries.reverse()
        return [*self._revoked_certificates, *entries]


class RevokedCertificateBuilder(_Builder):
    """Builds an entry of a revocation list: the serial number and the date have to be set."""

    def __init__(
        self,
        serial_number: int | None = None,
        revocation_date: datetime | None = None,
        extensions: list[Extension[ExtensionType]] = [],  # noqa: B006
    ) -> None:
        self._serial_number = serial_number
        self._revocation_date = revocation_date
        self._extensions = extensions

    def serial_number(self, number: int) -> RevokedCertificateBuilder:
        """Sets the serial number of the certificate that is revoked."""
        _check_integer(number)
        _check_unset(self._serial_number, "serial number")
        _check_serial_number(number)
        return self._with("_serial_number", number)

    def revocation_date(self, time: datetime) -> RevokedCertificateBuilder:
        """Sets when it was revoked; a time without a zone is in UTC."""
        time = _checked_time(time, self._revocation_date, "The revocation date", "revocation date")
        return self._with("_revocation_date", time)

    def build(self, backend: Any = None) -> RevokedCertificate:
        """The entry."""
        if self._serial_number is None:
            raise ValueError("A revoked certificate must have a serial number")
        if self._revocation_date is None:
            raise ValueError("A revoked certificate must have a revocation date")
        return _native.create_revoked_certificate(self)


def _check_name(name: object) -> None:
    if not isinstance(name, Name):
        raise TypeError("Expecting x509.Name object.")


def _check_unset(value: object, what: str) -> None:
    if value is not None:
        raise ValueError(f"The {what} may only be set once.")


def _check_integer(number: object) -> None:
    if not isinstance(number, int):
        raise TypeError("Serial number must be of integral type.")


def _check_serial_number(number: int) -> None:
    if number <= 0:
        raise ValueError("The serial number should be positive.")
    if number.bit_length() > _SERIAL_BITS:
        raise ValueError("The serial number should not be more than 159 bits.")


def _checked_time(time: datetime, present: datetime | None, what: str, named: str) -> datetime:
    """The time in UTC, without a zone."""
    if not isinstance(time, datetime):
        raise TypeError("Expecting datetime object.")
    if present is not None:
        raise ValueError(f"{what} may only be set once.")
    time = _convert_to_naive_utc_time(time)
    if time < _EARLIEST_UTC_TIME:
        raise ValueError(f"The {named} must be on or after 1950 January 1.")
    return time


def _check_order(first: datetime | None, last: datetime | None, message: str) -> None:
    """Raises ValueError if both are set, and the first comes after the last."""
    if first is not None and last is not None and first > last:
        raise ValueError(message)


def _convert_to_naive_utc_time(time: datetime) -> datetime:
    return time if time.tzinfo is None else time.astimezone(UTC).replace(tzinfo=None)


def _reject_duplicate_extension(
    extension: Extension[ExtensionType], extensions: list[Extension[ExtensionType]]
) -> None:
    if any(extension.oid == present.oid for present in extensions):
        raise ValueError("This extension has already been set.")


def _check_signing(private_key: object, rsa_padding: object, ecdsa_deterministic: bool | None) -> None:
    """Raises TypeError for options that are not ones of the key's kind."""
    if rsa_padding is not None:
        from ironlatch.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
        from ironlatch.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

        if not isinstance(rsa_padding, (PSS, PKCS1v15)):
            raise TypeError("Padding must be PSS or PKCS1v15")
        if not isinstance(private_key, RSAPrivateKey):
            raise TypeError("Padding is only supported for RSA keys")
    if ecdsa_deterministic is not None:
        from ironlatch.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

        if not isinstance(private_key, EllipticCurvePrivateKey):
            raise TypeError("Deterministic ECDSA is only supported for EC keys")
