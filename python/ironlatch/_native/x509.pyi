from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, final, overload

from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives._serialization import Encoding
from ironlatch.hazmat.primitives.asymmetric import ec, padding, types
from ironlatch.utils import Buffer
from ironlatch.x509.base import (
    Attributes,
    CertificateBuilder,
    CertificateRevocationListBuilder,
    CertificateSigningRequestBuilder,
    RevokedCertificateBuilder,
    Version,
)
from ironlatch.x509.certificate_transparency import LogEntryType, SignatureAlgorithm
from ironlatch.x509.certificate_transparency import Version as TimestampVersion
from ironlatch.x509.extensions import Extensions, ExtensionType
from ironlatch.x509.name import Name

@final
class Certificate:
    """A certificate, as it was read. What it says is not verified: `ironlatch.x509.verification` does
    that.
    """
    @property
    def version(self) -> Version:
        """Whether it is of version 1 or, as nearly all are, of version 3."""
    @property
    def serial_number(self) -> int:
        """The number by which the issuer tells its certificates apart."""
    @property
    def issuer(self) -> Name:
        """The issuer, as a `Name`."""
    @property
    def subject(self) -> Name:
        """Whom it is about, as a `Name`. The hosts that it is for are in the extension
        `SubjectAlternativeName`.
        """
    @property
    def not_valid_before_utc(self) -> datetime:
        """The first moment at which it is valid, in UTC, with that time zone."""
    @property
    def not_valid_after_utc(self) -> datetime:
        """The last moment at which it is valid, in UTC, with that time zone."""
    @property
    def not_valid_before(self) -> datetime:
        """The first moment at which it is valid, in UTC, without a time zone. Deprecated: use
        `not_valid_before_utc`.
        """
    @property
    def not_valid_after(self) -> datetime:
        """The last moment at which it is valid, in UTC, without a time zone. Deprecated: use
        `not_valid_after_utc`.
        """
    def public_key(self) -> types.CertificatePublicKeyTypes:
        """The subject's key. Raises UnsupportedAlgorithm for a key of an unknown type, and ValueError
        for a malformed one.
        """
    @property
    def public_key_algorithm_oid(self) -> ObjectIdentifier:
        """The type of the subject's key."""
    @property
    def extensions(self) -> Extensions:
        """The extensions, as an `Extensions`. Raises ValueError for a malformed one,
        DuplicateExtension if one is there twice.
        """
    @property
    def signature(self) -> bytes:
        """The signature."""
    @property
    def signature_algorithm_oid(self) -> ObjectIdentifier:
        """The algorithm of the signature."""
    @property
    def signature_hash_algorithm(self) -> hashes.HashAlgorithm | None:
        """The hash function of the signature, or None if its algorithm has none of its own choice."""
    @property
    def signature_algorithm_parameters(self) -> padding.PSS | padding.PKCS1v15 | ec.ECDSA | None:
        """The padding of an RSA signature, an `ECDSA`, or None."""
    @property
    def tbs_certificate_bytes(self) -> bytes:
        """The part that the issuer signed, in DER."""
    @property
    def tbs_precertificate_bytes(self) -> bytes:
        """The part that logs signed, in DER: as it was before their timestamps were put in (RFC 6962
        §3.2).

        Raises ValueError if it has no timestamps.
        """
    def fingerprint(self, algorithm: hashes.HashAlgorithm) -> bytes:
        """The hash of the whole certificate, by which people tell it from others."""
    def public_bytes(self, encoding: Encoding) -> bytes:
        """The certificate as PEM or DER."""
    def verify_directly_issued_by(self, issuer: Certificate) -> None:
        """Raises an error unless `issuer` is the certificate that this one names, and its key made the
        signature.

        Nothing else is checked: neither times nor whether the issuer may issue. Raises ValueError
        if the names differ, TypeError if the key is of another type than the signature,
        InvalidSignature if it did not make the signature.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Certificate: ...
    def __deepcopy__(self, memo: object) -> Certificate: ...

@final
class CertificateSigningRequest:
    """A request for a certificate, as it was read: what its sender would have an authority certify."""
    @property
    def subject(self) -> Name:
        """The subject that the certificate should have, as a `Name`."""
    def public_key(self) -> types.CertificatePublicKeyTypes:
        """The key. Raises UnsupportedAlgorithm for a key of an unknown type, and ValueError for a
        malformed one.
        """
    @property
    def public_key_algorithm_oid(self) -> ObjectIdentifier:
        """The type of the key."""
    @property
    def extensions(self) -> Extensions:
        """The extensions that the certificate should have, as an `Extensions`.

        Raises ValueError for a malformed one, DuplicateExtension if one is there twice.
        """
    @property
    def attributes(self) -> Attributes:
        """The attributes, as an `Attributes`. Raises ValueError for one with several values."""
    @property
    def signature(self) -> bytes:
        """The signature."""
    @property
    def signature_algorithm_oid(self) -> ObjectIdentifier:
        """The algorithm of the signature."""
    @property
    def signature_hash_algorithm(self) -> hashes.HashAlgorithm | None:
        """The hash function of the signature, or None if its algorithm has none of its own choice."""
    @property
    def signature_algorithm_parameters(self) -> padding.PSS | padding.PKCS1v15 | ec.ECDSA | None:
        """The padding of an RSA signature, an `ECDSA`, or None."""
    @property
    def is_signature_valid(self) -> bool:
        """Whether the sender of the request has the private key that belongs to it."""
    @property
    def tbs_certrequest_bytes(self) -> bytes:
        """The part that is signed, in DER."""
    def public_bytes(self, encoding: Encoding) -> bytes:
        """The request as PEM or DER."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class CertificateRevocationList:
    """A list of revoked certificates, as it was read. An entry is looked into when it is asked for.

    It is a sequence of `RevokedCertificate` objects.
    """
    @property
    def issuer(self) -> Name:
        """The issuer, as a `Name`."""
    @property
    def last_update_utc(self) -> datetime:
        """When it was issued, in UTC, with that time zone."""
    @property
    def next_update_utc(self) -> datetime | None:
        """When the next list comes at the latest, in UTC, with that time zone, or None if it does not
        say.
        """
    @property
    def last_update(self) -> datetime:
        """When it was issued, in UTC, without a time zone. Deprecated: use `last_update_utc`."""
    @property
    def next_update(self) -> datetime | None:
        """When the next list comes at the latest, in UTC, without a time zone. Deprecated: use
        `next_update_utc`.
        """
    @property
    def extensions(self) -> Extensions:
        """The extensions of the list, as an `Extensions`.

        Raises ValueError for a malformed one, DuplicateExtension if one is there twice.
        """
    @property
    def signature(self) -> bytes:
        """The signature."""
    @property
    def signature_algorithm_oid(self) -> ObjectIdentifier:
        """The algorithm of the signature."""
    @property
    def signature_hash_algorithm(self) -> hashes.HashAlgorithm | None:
        """The hash function of the signature, or None if its algorithm has none of its own choice."""
    @property
    def signature_algorithm_parameters(self) -> padding.PSS | padding.PKCS1v15 | ec.ECDSA | None:
        """The padding of an RSA signature, an `ECDSA`, or None."""
    @property
    def tbs_certlist_bytes(self) -> bytes:
        """The part that the issuer signed, in DER."""
    def fingerprint(self, algorithm: hashes.HashAlgorithm) -> bytes:
        """The hash of the whole list."""
    def public_bytes(self, encoding: Encoding) -> bytes:
        """The list as PEM or DER."""
    def is_signature_valid(self, public_key: types.CertificateIssuerPublicKeyTypes) -> bool:
        """Whether the key made the signature. Raises TypeError for a key that makes none."""
    def get_revoked_certificate_by_serial_number(self, serial: int) -> RevokedCertificate | None:
        """The entry for the certificate with this serial number, or None if it is not revoked.

        The first look makes an index, which all others use.
        """
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: int, /) -> RevokedCertificate: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[RevokedCertificate]: ...
    def __iter__(self) -> Iterator[RevokedCertificate]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class RevokedCertificate:
    """An entry of a revocation list: which certificate was revoked, when, and perhaps why."""
    @property
    def serial_number(self) -> int:
        """The serial number of the certificate."""
    @property
    def revocation_date_utc(self) -> datetime:
        """When it was revoked, in UTC, with that time zone."""
    @property
    def revocation_date(self) -> datetime:
        """When it was revoked, in UTC, without a time zone. Deprecated: use `revocation_date_utc`."""
    @property
    def extensions(self) -> Extensions:
        """The extensions of the entry, as an `Extensions`.

        Raises ValueError for a malformed one, DuplicateExtension if one is there twice.
        """

@final
class SignedCertificateTimestamp:
    """A log's signed statement that it has seen a certificate (RFC 6962 §3.2)."""
    @property
    def version(self) -> TimestampVersion:
        """The version of its format."""
    @property
    def log_id(self) -> bytes:
        """The log that signed it: the SHA-256 of its key."""
    @property
    def timestamp(self) -> datetime:
        """When the log signed it, in UTC, without a time zone."""
    @property
    def entry_type(self) -> LogEntryType:
        """Whether the log saw the certificate or its precertificate."""
    @property
    def signature_hash_algorithm(self) -> hashes.HashAlgorithm:
        """The hash function of the signature."""
    @property
    def signature_algorithm(self) -> SignatureAlgorithm:
        """The kind of the signature."""
    @property
    def signature(self) -> bytes:
        """The signature."""
    @property
    def extension_bytes(self) -> bytes:
        """The extensions of the timestamp."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def load_pem_x509_certificate(data: Buffer, backend: Any = None) -> Certificate:
    """Reads the first certificate in PEM text. Other blocks, and text between the blocks, are skipped.

    Raises ValueError if there is none, or it cannot be read, and InvalidVersion for a version that
    does not exist.
    """

def load_pem_x509_certificates(data: Buffer) -> list[Certificate]:
    """Reads all certificates in PEM text, in their order. Other blocks, and text between the blocks,
    are skipped.

    Raises ValueError if there is none, or one cannot be read.
    """

def load_der_x509_certificate(data: Buffer, backend: Any = None) -> Certificate:
    """Reads a certificate in DER, and nothing after it.

    Raises ValueError if it cannot be read, and InvalidVersion for a version that does not exist.
    """

def load_pem_x509_csr(data: Buffer, backend: Any = None) -> CertificateSigningRequest:
    """Reads the first certificate signing request in PEM text. Other blocks, and text between the
    blocks, are skipped.

    Raises ValueError if there is none, or it cannot be read, and InvalidVersion for a version that
    does not exist.
    """

def load_der_x509_csr(data: Buffer, backend: Any = None) -> CertificateSigningRequest:
    """Reads a certificate signing request in DER, and nothing after it.

    Raises ValueError if it cannot be read, and InvalidVersion for a version that does not exist.
    """

def load_pem_x509_crl(data: Buffer, backend: Any = None) -> CertificateRevocationList:
    """Reads the first revocation list in PEM text. Other blocks, and text between the blocks, are
    skipped.

    Raises ValueError if there is none, or it cannot be read, and InvalidVersion for a version that
    does not exist.
    """

def load_der_x509_crl(data: Buffer, backend: Any = None) -> CertificateRevocationList:
    """Reads a revocation list in DER, and nothing after it.

    Raises ValueError if it cannot be read, and InvalidVersion for a version that does not exist.
    """

def create_x509_certificate(
    builder: CertificateBuilder,
    private_key: types.CertificateIssuerPrivateKeyTypes,
    algorithm: hashes.HashAlgorithm | None,
    rsa_padding: padding.PSS | padding.PKCS1v15 | None,
    ecdsa_deterministic: bool | None,
) -> Certificate:
    """The certificate that a `CertificateBuilder` describes, signed."""

def create_unsigned_x509_certificate(builder: CertificateBuilder) -> Certificate:
    """The certificate that a `CertificateBuilder` describes, without a signature (RFC 9925)."""

def create_x509_csr(
    builder: CertificateSigningRequestBuilder,
    private_key: types.CertificateIssuerPrivateKeyTypes,
    algorithm: hashes.HashAlgorithm | None,
    rsa_padding: padding.PSS | padding.PKCS1v15 | None,
    ecdsa_deterministic: bool | None,
) -> CertificateSigningRequest:
    """The request that a `CertificateSigningRequestBuilder` describes, signed."""

def create_x509_crl(
    builder: CertificateRevocationListBuilder,
    entries: list[RevokedCertificate],
    private_key: types.CertificateIssuerPrivateKeyTypes,
    algorithm: hashes.HashAlgorithm | None,
    rsa_padding: padding.PSS | padding.PKCS1v15 | None,
    ecdsa_deterministic: bool | None,
) -> CertificateRevocationList:
    """The revocation list that a `CertificateRevocationListBuilder` describes, with these entries,
    signed.
    """

def create_revoked_certificate(builder: RevokedCertificateBuilder) -> RevokedCertificate:
    """The entry that a `RevokedCertificateBuilder` describes."""

def encode_extension(extension: ExtensionType) -> bytes:
    """The value of an extension of one of the classes in `ironlatch.x509.extensions`, in DER."""

def encode_name(name: Name) -> bytes:
    """A name in DER."""

def parse_name(data: Buffer) -> Name:
    """Reads a name in DER."""

def parse_rfc4514(text: str, overrides: Mapping[str, ObjectIdentifier] | None) -> Name:
    """Reads a name from its text form (RFC 4514). `overrides` says what short names of the caller's
    own stand for.
    """

def escape_rfc4514(value: str) -> str:
    """A value of an attribute with what is special in its text form escaped (RFC 4514 section 2.4)."""

def key_identifier(public_key_info: Buffer) -> bytes:
    """The SHA-1 of the key in a SubjectPublicKeyInfo: the identifier that most certificates have for a
    key (RFC 5280 §4.2.1.2).
    """
