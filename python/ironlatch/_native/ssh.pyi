from typing import Any, final

from ironlatch.hazmat.primitives.hashes import MD5, SHA1, SHA256
from ironlatch.hazmat.primitives.serialization.ssh import (
    SSHCertificateType,
    SSHCertPrivateKeyTypes,
    SSHCertPublicKeyTypes,
    SSHPrivateKeyTypes,
    SSHPublicKeyTypes,
)
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

def load_ssh_private_key(
    data: Buffer | SecretBytes,
    password: Buffer | SecretBytes | None,
    backend: Any = None,
    *,
    unsafe_skip_rsa_key_validation: bool = False,
    max_kdf_rounds: int = 10_000,
) -> SSHPrivateKeyTypes:
    """Reads a private key in OpenSSH's own format, encrypted or not.

    ``data`` is PEM text, ``password`` bytes-like or SecretBytes; an empty password counts as none.
    RSA keys are checked for consistency unless ``unsafe_skip_rsa_key_validation`` is true, which is
    for keys that are certain to be valid. A file that asks for more than ``max_kdf_rounds`` rounds
    of key derivation, each some milliseconds, is refused before the work.

    Raises ValueError if the key cannot be read or the password is wrong, TypeError if a password is
    missing or superfluous, InvalidTag if the cipher has a tag and it does not match (a wrong
    password too), and UnsupportedAlgorithm for ciphers and types of keys that are not known, and
    for keys in security keys. DSA keys are deprecated, with a warning.
    """

def load_ssh_public_key(data: Buffer, backend: Any = None) -> SSHPublicKeyTypes:
    """Reads a public key: a line of OpenSSH's, behind options or not, or a block of RFC 4716. Of a
    certificate it reads the key in it, and of a key in a security key the key alone.

    Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
    known. DSA keys are deprecated, with a warning.
    """

def load_ssh_public_identity(data: Buffer) -> SSHCertificate | SSHPublicKeyTypes:
    """Reads a public key or a certificate, in the forms that load_ssh_public_key takes.

    Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are not
    known, and for DSA.
    """

def serialize_ssh_public_key(public_key: SSHPublicKeyTypes) -> bytes:
    """Writes a public key as OpenSSH's line, without a comment.

    Raises ValueError for keys that OpenSSH has not. DSA keys are deprecated, with a warning.
    """

def ssh_key_fingerprint(key: SSHPublicKeyTypes, hash_algorithm: MD5 | SHA1 | SHA256) -> bytes:
    """Computes the hash of a public key as SSH encodes it, by which people know keys: with SHA-256,
    32 bytes, which ``ssh-keygen -l`` shows in base64.

    Raises TypeError for hash functions other than SHA256, SHA1 and MD5, and ValueError for keys
    that OpenSSH has not.
    """

@final
class SSHCertificate:
    """Holds an OpenSSH certificate: a key, what it may be used for, and an authority's signature over
    both. load_ssh_public_identity and SSHCertificateBuilder.sign make it.

    Reading one proves nothing: call verify_cert_signature, look whether signature_key() is an
    authority to be believed, and judge the times, the principals and the critical options.
    """
    @property
    def nonce(self) -> bytes:
        """The random part, which makes the signed text unforeseeable, mostly 32 bytes."""
    def public_key(self) -> SSHCertPublicKeyTypes:
        """The certified key."""
    @property
    def serial(self) -> int:
        """The authority's number for the certificate."""
    @property
    def type(self) -> SSHCertificateType:
        """Whom the certificate is for: users or hosts."""
    @property
    def key_id(self) -> bytes:
        """The authority's name for the certificate, which servers log."""
    @property
    def valid_principals(self) -> list[bytes]:
        """The users or hosts that the certificate is for. An empty list means any."""
    @property
    def valid_before(self) -> int:
        """The first second in which the certificate is valid no more, in Unix time; 2**64 - 1 means
        never.
        """
    @property
    def valid_after(self) -> int:
        """The first second in which the certificate is valid, in Unix time."""
    @property
    def critical_options(self) -> dict[bytes, bytes]:
        """Restrictions by name: a server must refuse a certificate with one that it does not know."""
    @property
    def extensions(self) -> dict[bytes, bytes]:
        """Permissions by name."""
    def signature_key(self) -> SSHCertPublicKeyTypes:
        """The authority's key. Raises ValueError if it is malformed, and UnsupportedAlgorithm if its
        type is not known.
        """
    def public_bytes(self) -> bytes:
        """The certificate as OpenSSH's line, without a comment."""
    def verify_cert_signature(self) -> None:
        """Raises InvalidSignature unless the key in the certificate, that of signature_key(), has
        signed it. Whether that key is one to be believed is yours to judge.
        """

@final
class SSHCertificateBuilder:
    """Builds an OpenSSH certificate step by step. Every method returns a new builder, and each can be
    called once, but for those that add.

    public_key, type, valid_after, valid_before and one of valid_principals and
    valid_for_all_principals are needed.
    """
    def __init__(self) -> None: ...
    def public_key(self, public_key: SSHCertPublicKeyTypes) -> SSHCertificateBuilder:
        """Sets the key to certify: RSA, Ed25519, or one on P-256, P-384 or P-521."""
    def serial(self, serial: int) -> SSHCertificateBuilder:
        """Sets the authority's number for the certificate, below 2**64. It is 0 if not set. Raises
        ValueError for another number or the second time, and TypeError if it is no ``int``.
        """
    def type(self, type: SSHCertificateType) -> SSHCertificateBuilder:
        """Sets whom the certificate is for. Raises TypeError for anything but an SSHCertificateType,
        and ValueError the second time.
        """
    def key_id(self, key_id: bytes) -> SSHCertificateBuilder:
        """Sets the authority's name for the certificate, which servers log. It is empty if not set.
        Raises TypeError if it is not ``bytes``, and ValueError the second time.
        """
    def valid_principals(self, valid_principals: list[bytes]) -> SSHCertificateBuilder:
        """Sets the users or hosts that the certificate is for: 1 to 256 names. Raises TypeError if
        they are not a list of ``bytes``, and ValueError for another number of them, the second
        time, and after valid_for_all_principals.
        """
    def valid_for_all_principals(self) -> SSHCertificateBuilder:
        """Makes the certificate valid for any user or host. Raises ValueError the second time, and
        after valid_principals.
        """
    def valid_before(self, valid_before: float) -> SSHCertificateBuilder:
        """Sets the first second in which the certificate is valid no more, in Unix time; 2**64 - 1
        means never. Raises TypeError if it is no number, and ValueError for one out of range or the
        second time.
        """
    def valid_after(self, valid_after: float) -> SSHCertificateBuilder:
        """Sets the first second in which the certificate is valid, in Unix time. Raises TypeError if
        it is no number, and ValueError for one out of range or the second time.
        """
    def add_critical_option(self, name: bytes, value: bytes) -> SSHCertificateBuilder:
        """Adds a restriction, ``force-command`` for example, with its value or an empty one. Raises
        TypeError if one is not ``bytes``, and ValueError for a name that is there already.
        """
    def add_extension(self, name: bytes, value: bytes) -> SSHCertificateBuilder:
        """Adds a permission, ``permit-pty`` for example, with its value or an empty one. Raises
        TypeError if one is not ``bytes``, and ValueError for a name that is there already.
        """
    def sign(self, private_key: SSHCertPrivateKeyTypes) -> SSHCertificate:
        """Signs the certificate with the authority's key, an RSA key with SHA-512.

        Raises TypeError for keys that make no SSH signatures, and ValueError if something needed
        was not set, the times contradict each other, or OpenSSH has no such keys.
        """
