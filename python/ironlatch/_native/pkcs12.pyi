from collections.abc import Iterable
from typing import Any, final

from ironlatch import x509
from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from ironlatch.hazmat.primitives.serialization import KeySerializationEncryption
from ironlatch.hazmat.primitives.serialization.pkcs12 import (
    PKCS12Contents,
    PKCS12KeyAndCertificates,
    PKCS12PrivateKeyTypes,
)
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class PKCS12Certificate:
    """A certificate and the name that its file has for it, in UTF-8; `None` where there is none.
    Raises TypeError for objects of other types.
    """
    def __new__(cls, cert: x509.Certificate, friendly_name: bytes | None = None) -> PKCS12Certificate: ...
    @property
    def certificate(self) -> x509.Certificate:
        """The certificate."""
    @property
    def friendly_name(self) -> bytes | None:
        """The name in UTF-8, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def load_key_and_certificates(
    data: Buffer, password: Buffer | SecretBytes | None, backend: Any = None
) -> tuple[PrivateKeyTypes | None, x509.Certificate | None, list[x509.Certificate]]:
    """Reads a PKCS #12 file: its key, the certificate of the key, and the other certificates.

    `data` is bytes-like; `password` is bytes-like or SecretBytes, in UTF-8, or None, which is the
    same as an empty one. Of several keys the first is read: load_pkcs12_contents has all. Returns a
    tuple of the key or None, the certificate or None, and a list of certificates.

    Raises ValueError if the password is wrong, or the file cannot be read; the message says which,
    where the file lets one tell. Warns with UserWarning if the file is not strictly in DER.
    """

def load_pkcs12(data: Buffer, password: Buffer | SecretBytes | None, backend: Any = None) -> PKCS12KeyAndCertificates:
    """Reads a PKCS #12 file like load_key_and_certificates, into a PKCS12KeyAndCertificates, which has
    the names of the certificates too.

    Arguments and warnings are those of load_key_and_certificates. Raises ValueError as that does.
    """

def load_pkcs12_contents(data: Buffer, password: Buffer | SecretBytes | None) -> PKCS12Contents:
    """Reads all that is in a PKCS #12 file, such as a key store of Java with several keys, into a
    PKCS12Contents.

    Arguments and warnings are those of load_key_and_certificates. Raises ValueError as that does.
    """

def serialize_java_truststore(
    certs: Iterable[PKCS12Certificate], encryption_algorithm: KeySerializationEncryption
) -> bytes:
    """Writes a PKCS #12 file of certificates that Java trusts, for `-Djavax.net.ssl.trustStore`.

    `certs` holds PKCS12Certificates: their names are the aliases. `encryption_algorithm` is as in
    serialize_key_and_certificates.

    Raises ValueError if a name or the password is not UTF-8, or the encryption is of another
    format, and TypeError for anything else in these places.
    """

def serialize_key_and_certificates(
    name: bytes | None,
    key: PKCS12PrivateKeyTypes | None,
    cert: x509.Certificate | None,
    cas: Iterable[x509.Certificate | PKCS12Certificate] | None,
    encryption_algorithm: KeySerializationEncryption,
) -> bytes:
    """Writes a PKCS #12 file.

    `name` is bytes in UTF-8 or None, for the key and its certificate; `key` a private key or None;
    `cert` the certificate of the key or None; `cas` more certificates, each a Certificate or a
    PKCS12Certificate, or None. `encryption_algorithm` is NoEncryption(), BestAvailableEncryption,
    or what `PrivateFormat.PKCS12.encryption_builder()` builds.

    Raises ValueError if key and certificate do not belong together, a name or the password is not
    UTF-8, or the encryption is of another format; TypeError for anything else in these places.
    """
