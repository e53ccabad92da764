"""Extensions that say which key it is, and what it may be used for."""

from __future__ import annotations

from datetime import datetime

from ironlatch._native import x509 as _native
from ironlatch.hazmat._oid import ExtensionOID, ObjectIdentifier
from ironlatch.x509._values import ListValue, Value, checked_list
from ironlatch.x509.extensions._base import KnownExtension
from ironlatch.x509.general_name import GeneralName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ironlatch.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes, CertificatePublicKeyTypes


class SubjectKeyIdentifier(Value, KnownExtension):
    """An identifier of the certificate's key, by which those that it signed find it (RFC 5280
    §4.2.1.2).
    """

    __slots__ = ("_digest",)

    oid = ExtensionOID.SUBJECT_KEY_IDENTIFIER

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    @classmethod
    def from_public_key(cls, public_key: CertificatePublicKeyTypes) -> SubjectKeyIdentifier:
        """The identifier that most use: the SHA-1 of the key (RFC 5280 §4.2.1.2, method 1)."""
        return cls(_key_identifier_from_public_key(public_key))

    @property
    def digest(self) -> bytes:
        """The identifier."""
        return self._digest

    @property
    def key_identifier(self) -> bytes:
        """The identifier, under the name that it has in AuthorityKeyIdentifier."""
        return self._digest


class AuthorityKeyIdentifier(Value, KnownExtension):
    """Which key signed the certificate: its identifier, or issuer and serial number of its
    certificate, or both (RFC 5280 §4.2.1.1).
    """

    __slots__ = ("_key_identifier", "_authority_cert_issuer", "_authority_cert_serial_number")

    oid = ExtensionOID.AUTHORITY_KEY_IDENTIFIER

    def __init__(
        self,
        key_identifier: bytes | None,
        authority_cert_issuer: Iterable[GeneralName] | None,
        authority_cert_serial_number: int | None,
    ) -> None:
        if (authority_cert_issuer is None) != (authority_cert_serial_number is None):
            raise ValueError("authority_cert_issuer and authority_cert_serial_number must both be present or both None")
        if authority_cert_issuer is not None:
            authority_cert_issuer = checked_list(
                authority_cert_issuer, GeneralName, "authority_cert_issuer must be a list of GeneralName objects"
            )
        if authority_cert_serial_number is not None and not isinstance(authority_cert_serial_number, int):
            raise TypeError("authority_cert_serial_number must be an integer")
        self._key_identifier = key_identifier
        self._authority_cert_issuer = authority_cert_issuer
        self._authority_cert_serial_number = authority_cert_serial_number

    @classmethod
    def from_issuer_public_key(cls, public_key: CertificateIssuerPublicKeyTypes) -> AuthorityKeyIdentifier:
        """The identifier for the issuer's key, where the issuer's certificate has the one that most
        use.
        """
        return cls(_key_identifier_from_public_key(public_key), None, None)

    @classmethod
    def from_issuer_subject_key_identifier(cls, ski: SubjectKeyIdentifier) -> AuthorityKeyIdentifier:
        """The identifier for an issuer whose certificate says ``ski``."""
        return cls(ski.digest, None, None)

    @property
    def key_identifier(self) -> bytes | None:
        """The SubjectKeyIdentifier of the issuer's certificate."""
        return self._key_identifier

    @property
    def authority_cert_issuer(self) -> list[GeneralName] | None:
        """The issuer of the issuer's certificate."""
        return self._authority_cert_issuer

    @property
    def authority_cert_serial_number(self) -> int | None:
        """The serial number of the issuer's certificate."""
        return self._authority_cert_serial_number


class KeyUsage(Value, KnownExtension):
    """The uses that the key may be put to (RFC 5280 §4.2.1.3)."""

    __slots__ = (
        "_digital_signature",
        "_content_commitment",
        "_key_encipherment",
        "_data_encipherment",
        "_key_agreement",
        "_key_cert_sign",
        "_crl_sign",
        "_encipher_only",
        "_decipher_only",
    )

    oid = ExtensionOID.KEY_USAGE

    def __init__(
        self,
        digital_signature: bool,
        content_commitment: bool,
        key_encipherment: bool,
        data_encipherment: bool,
        key_agreement: bool,
        key_cert_sign: bool,
        crl_sign: bool,
        encipher_only: bool,
        decipher_only: bool,
    ) -> None:
        if not key_agreement and (encipher_only or decipher_only):
            raise ValueError("encipher_only and decipher_only can only be true when key_agreement is true")
        self._digital_signature = digital_signature
        self._content_commitment = content_commitment
        self._key_encipherment = key_encipherment
        self._data_encipherment = data_encipherment
        self._key_agreement = key_agreement
        self._key_cert_sign = key_cert_sign
        self._crl_sign = crl_sign
        self._encipher_only = encipher_only
        self._decipher_only = decipher_only

    @property
    def digital_signature(self) -> bool:
        """To sign anything but certificates and revocation lists, as in a TLS handshake."""
        return self._digital_signature

    @property
    def content_commitment(self) -> bool:
        """To sign what the signer is held to; once called nonRepudiation."""
        return self._content_commitment

    @property
    def key_encipherment(self) -> bool:
        """To encrypt keys, as RSA does in TLS up to 1.2."""
        return self._key_encipherment

    @property
    def data_encipherment(self) -> bool:
        """To encrypt data without a key between them."""
        return self._data_encipherment

    @property
    def key_agreement(self) -> bool:
        """To agree on a key, as in Diffie-Hellman."""
        return self._key_agreement

    @property
    def key_cert_sign(self) -> bool:
        """To sign certificates."""
        return self._key_cert_sign

    @property
    def crl_sign(self) -> bool:
        """To sign revocation lists."""
        return self._crl_sign

    @property
    def encipher_only(self) -> bool:
        """To agree on keys for encryption alone. Raises ValueError unless ``key_agreement``."""
        if not self._key_agreement:
            raise ValueError("encipher_only is undefined unless key_agreement is true")
        return self._encipher_only

    @property
    def decipher_only(self) -> bool:
        """To agree on keys for decryption alone. Raises ValueError unless ``key_agreement``."""
        if not self._key_agreement:
            raise ValueError("decipher_only is undefined unless key_agreement is true")
        return self._decipher_only


class ExtendedKeyUsage(ListValue, KnownExtension):
    """The purposes that the key is for, as object identifiers (RFC 5280 §4.2.1.12)."""

    __slots__ = ("_usages",)

    oid = ExtensionOID.EXTENDED_KEY_USAGE

    def __init__(self, usages: Iterable[ObjectIdentifier]) -> None:
        self._usages = checked_list(
            usages, ObjectIdentifier, "Every item in the usages list must be an ObjectIdentifier"
        )

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[ObjectIdentifier]: ...


class PrivateKeyUsagePeriod(Value, KnownExtension):
    """When the private key may sign, if that is not as long as the certificate is valid (RFC 3280
    §4.2.1.4).
    """

    __slots__ = ("_not_before", "_not_after")

    oid = ExtensionOID.PRIVATE_KEY_USAGE_PERIOD

    def __init__(self, not_before: datetime | None, not_after: datetime | None) -> None:
        if not_before is not None and not isinstance(not_before, datetime):
            raise TypeError("not_before must be a datetime.datetime or None")
        if not_after is not None and not isinstance(not_after, datetime):
            raise TypeError("not_after must be a datetime.datetime or None")
        if not_before is None and not_after is None:
            raise ValueError("At least one of not_before and not_after must not be None")
        if not_before is not None and not_after is not None and not_before > not_after:
            raise ValueError("not_before must be before not_after")
        self._not_before = not_before
        self._not_after = not_after

    @property
    def not_before(self) -> datetime | None:
        """The first moment at which it may sign."""
        return self._not_before

    @property
    def not_after(self) -> datetime | None:
        """The last moment at which it may sign."""
        return self._not_after


class BasicConstraints(Value, KnownExtension):
    """Whether the key may sign certificates, and how many authorities may follow (RFC 5280
    §4.2.1.9).
    """

    __slots__ = ("_ca", "_path_length")

    oid = ExtensionOID.BASIC_CONSTRAINTS

    def __init__(self, ca: bool, path_length: int | None) -> None:
        if not isinstance(ca, bool):
            raise TypeError("ca must be a boolean value")
        if path_length is not None and not ca:
            raise ValueError("path_length must be None when ca is False")
        if path_length is not None and (not isinstance(path_length, int) or path_length < 0):
            raise TypeError("path_length must be a non-negative integer or None")
        self._ca = ca
        self._path_length = path_length

    @property
    def ca(self) -> bool:
        """Whether it is the certificate of an authority."""
        return self._ca

    @property
    def path_length(self) -> int | None:
        """How many authorities may stand between this certificate and the end of a chain."""
        return self._path_length


def _key_identifier_from_public_key(public_key: CertificatePublicKeyTypes) -> bytes:
    """The SHA-1 of the bit string that holds the key in a certificate."""
    from ironlatch.hazmat.primitives._serialization import Encoding, PublicFormat

    return _native.key_identifier(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
