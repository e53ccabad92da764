"""PKCS #12 files: a private key and certificates under a password.

    encryption = BestAvailableEncryption(b"...")
    data = serialize_key_and_certificates(b"server", key, cert, None, encryption)
    key, cert, others = load_key_and_certificates(data, b"...")

`load_pkcs12_contents` reads files with several keys, as Java's key stores are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ironlatch import x509
from ironlatch._native import pkcs12 as _native
from ironlatch._native.pkcs12 import PKCS12Certificate as PKCS12Certificate
from ironlatch._native.pkcs12 import load_key_and_certificates as load_key_and_certificates
from ironlatch._native.pkcs12 import load_pkcs12 as load_pkcs12
from ironlatch._native.pkcs12 import load_pkcs12_contents as load_pkcs12_contents
from ironlatch.hazmat.primitives._serialization import PBES as PBES
from ironlatch.hazmat.primitives._serialization import KeySerializationEncryption
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = [
    "PBES",
    "PKCS12Certificate",
    "PKCS12Contents",
    "PKCS12Key",
    "PKCS12KeyAndCertificates",
    "PKCS12PrivateKeyTypes",
    "load_key_and_certificates",
    "load_pkcs12",
    "load_pkcs12_contents",
    "serialize_java_truststore",
    "serialize_key_and_certificates",
]

PKCS12PrivateKeyTypes = (
    rsa.RSAPrivateKey
    | dsa.DSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)


class PKCS12KeyAndCertificates:
    """The contents of the usual file: a key, its certificate, and others.

    Raises TypeError if one of the three is of another type.
    """

    def __init__(
        self,
        key: PrivateKeyTypes | None,
        cert: PKCS12Certificate | None,
        additional_certs: list[PKCS12Certificate],
    ) -> None:
        _check_key(key)
        if cert is not None and not isinstance(cert, PKCS12Certificate):
            raise TypeError("cert must be a PKCS12Certificate object or None")
        if not all(isinstance(other, PKCS12Certificate) for other in additional_certs):
            raise TypeError("all values in additional_certs must be PKCS12Certificate objects")
        self._key = key
        self._cert = cert
        self._additional_certs = additional_certs

    @property
    def key(self) -> PrivateKeyTypes | None:
        """The private key, or None."""
        return self._key

    @property
    def cert(self) -> PKCS12Certificate | None:
        """The certificate of the key, or None."""
        return self._cert

    @property
    def additional_certs(self) -> list[PKCS12Certificate]:
        """The other certificates."""
        return self._additional_certs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PKCS12KeyAndCertificates):
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"<PKCS12KeyAndCertificates(key={self.key}, cert={self.cert}, additional_certs={self.additional_certs})>"

    def _parts(self) -> tuple[object, ...]:
        return self.key, self.cert, tuple(self.additional_certs)


@dataclass(frozen=True, slots=True)
class PKCS12Key:
    """A private key of a file."""

    #: The key.
    key: PrivateKeyTypes
    #: The name in UTF-8, which Java calls the alias; or None.
    friendly_name: bytes | None
    #: Its certificate, and then the issuers, as far as they are in the file.
    certificates: list[PKCS12Certificate]


@dataclass(frozen=True, slots=True)
class PKCS12Contents:
    """All that is in a file."""

    #: The private keys, in the order of the file.
    keys: list[PKCS12Key]
    #: The certificates, in the order of the file.
    certificates: list[PKCS12Certificate]
    #: What else there is and was not read: what it is, and its name or None.
    skipped: list[tuple[str, bytes | None]]
    #: Whether the file has an authentication code, which was verified. Without one, anyone may have
    #: written it.
    is_authenticated: bool

    def key_named(self, friendly_name: bytes) -> PKCS12Key:
        """The first key of this name, in UTF-8. Raises KeyError if there is none."""
        for key in self.keys:
            if key.friendly_name == friendly_name:
                return key
        raise KeyError(friendly_name)


def serialize_java_truststore(
    certs: Iterable[PKCS12Certificate], encryption_algorithm: KeySerializationEncryption
) -> bytes:
    """Writes a file of certificates that Java trusts, for ``-Djavax.net.ssl.trustStore``.

    The names of ``certs`` are the aliases. ``encryption_algorithm`` is as in
    `serialize_key_and_certificates`.

    Raises ValueError if there are no certificates, a name or the password is not UTF-8, or the
    encryption is of another format; TypeError for anything else in these places.
    """
    if not certs:
        raise ValueError("You must supply at least one cert")
    _check_encryption(encryption_algorithm)
    return _native.serialize_java_truststore(certs, encryption_algorithm)


def serialize_key_and_certificates(
    name: bytes | None,
    key: PKCS12PrivateKeyTypes | None,
    cert: x509.Certificate | None,
    cas: Iterable[x509.Certificate | PKCS12Certificate] | None,
    encryption_algorithm: KeySerializationEncryption,
) -> bytes:
    """Writes a file.

    ``name`` is for the key and its certificate, in UTF-8. ``encryption_algorithm`` is
    ``NoEncryption()``, ``BestAvailableEncryption(password)``, or what
    ``PrivateFormat.PKCS12.encryption_builder()`` builds.

    Raises ValueError if there is nothing to write, key and certificate do not belong together, a
    name or the password is not UTF-8, or the encryption is of another format; TypeError for
    anything else in these places.
    """
    _check_key(key)
    _check_encryption(encryption_algorithm)
    if key is None and cert is None and not cas:
        raise ValueError("You must supply at least one of key, cert, or cas")
    return _native.serialize_key_and_certificates(name, key, cert, cas, encryption_algorithm)


def _check_key(key: object) -> None:
    if key is not None and not isinstance(key, PKCS12PrivateKeyTypes):
        raise TypeError("Key must be RSA, DSA, EllipticCurve, ED25519, or ED448 private key, or None.")


def _check_encryption(encryption: object) -> None:
    if not isinstance(encryption, KeySerializationEncryption):
        raise TypeError("Key encryption algorithm must be a KeySerializationEncryption instance")
