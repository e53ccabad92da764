from collections.abc import Sequence

from ironlatch import x509
from ironlatch.hazmat.primitives.asymmetric import padding, rsa
from ironlatch.hazmat.primitives.serialization import Encoding
from ironlatch.hazmat.primitives.serialization.pkcs7 import PKCS7HashTypes, PKCS7PrivateKeyTypes
from ironlatch.utils import Buffer

def load_pem_pkcs7_certificates(data: Buffer) -> list[x509.Certificate]:
    """Reads the certificates of a PKCS #7 message in PEM text: of the first block that is labelled
    PKCS7, PKCS #7 SIGNED DATA or CMS.

    Returns a list of certificates, of which nothing is verified. Raises ValueError if there is
    none, or it cannot be read, and UnsupportedAlgorithm if the message is not a signed one. Warns
    with UserWarning if it is not strictly in DER.
    """

def load_der_pkcs7_certificates(data: Buffer) -> list[x509.Certificate]:
    """Reads the certificates of a PKCS #7 message in DER or BER.

    Results and warnings are those of load_pem_pkcs7_certificates. Raises ValueError and
    UnsupportedAlgorithm as that does.
    """

def serialize_certificates(certs: Sequence[x509.Certificate], encoding: Encoding) -> bytes:
    """Writes certificates as a PKCS #7 message, in DER or as a PEM block, in the order of DER.

    Raises TypeError if there is none or the encoding is another.
    """

def sign(
    data: Buffer,
    signers: Sequence[
        tuple[x509.Certificate, PKCS7PrivateKeyTypes, PKCS7HashTypes, padding.PSS | padding.PKCS1v15 | None]
    ],
    certificates: Sequence[x509.Certificate],
    encoding: Encoding,
    *,
    text: bool,
    binary: bool,
    detached: bool,
    capabilities: bool,
    attributes: bool,
    certs: bool,
) -> bytes:
    """Signs a message. PKCS7SignatureBuilder has looked at the arguments, and says what they are."""

def encrypt(
    data: Buffer,
    recipients: Sequence[x509.Certificate],
    encoding: Encoding,
    *,
    key_bits: int,
    text: bool,
    binary: bool,
) -> bytes:
    """Encrypts a message to the keys of certificates. PKCS7EnvelopeBuilder has looked at the
    arguments, and says what they are.
    """

def decrypt(data: Buffer, certificate: x509.Certificate, private_key: rsa.RSAPrivateKey) -> bytes:
    """Decrypts a message in DER or BER, with the RSA key of a certificate.

    Raises ValueError if it is not such a message, is for others, or its padding is not valid;
    UnsupportedAlgorithm if its algorithms are others than RSA with PKCS #1 v1.5 and AES with keys
    of 128 or 256 bits in CBC.
    """

def from_pem(data: Buffer) -> bytes:
    """Takes a message in PEM text out of its block.

    Raises ValueError if there is none.
    """
