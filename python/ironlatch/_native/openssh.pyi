from typing import Self, final

from ironlatch.hazmat.primitives.serialization.ssh import (
    SSHCertificate,
    SSHCertPrivateKeyTypes,
    SSHPrivateKeyTypes,
    SSHPublicKeyTypes,
)
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class SshPublicKey:
    """Holds a public key as it stands in ``id_ed25519.pub`` or ``authorized_keys``: the key, and what
    the plain key objects have no place for. Two are equal if their keys are.

    ``key`` is a public key object of a type that OpenSSH has; it raises TypeError for anything
    else, and ValueError for types and curves that OpenSSH has not.
    """
    def __new__(cls, key: SSHPublicKeyTypes, *, comment: str = "") -> Self: ...
    @staticmethod
    def parse(data: Buffer) -> SshPublicKey:
        """Reads a line, with options before it or not, or a block of RFC 4716.

        Raises ValueError if it cannot be read, and UnsupportedAlgorithm for types of keys that are
        not known, and for certificates.
        """
    @property
    def key(self) -> SSHPublicKeyTypes:
        """The key, as an object of its class. Of one in a security key, only Signature.verify tells
        whether a signature is good: what the device signs is not the message alone.
        """
    @property
    def kind(self) -> str:
        """The type of the key, ``ssh-ed25519`` or ``sk-ssh-ed25519@openssh.com`` for example."""
    @property
    def application(self) -> bytes | None:
        """The application of a key in a security key, ``ssh:`` for example; None for keys of files."""
    @property
    def options(self) -> bytes:
        """The options before the type in ``authorized_keys``: often empty."""
    @property
    def comment(self) -> bytes:
        """The comment behind the key: often empty, or a mail address."""
    @property
    def fingerprint(self) -> str:
        """The fingerprint as ``ssh-keygen -l`` shows it: ``SHA256:`` and 43 letters."""
    def to_line(self) -> bytes:
        """The line, with its options and its comment and without an end of line. A key in a security
        key is written as one.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def sign(
    key: SSHCertPrivateKeyTypes, message: Buffer, namespace: str, *, certificate: SSHCertificate | None = None
) -> bytes:
    """Signs a message as ``ssh-keygen -Y sign`` does, and returns the PEM text.

    ``namespace`` says what the signature is for, ``file`` or ``git`` for example: it counts for
    nothing else. ``certificate``, an SSHCertificate of the key, becomes part of the signature, so
    that those who know its authority need not know the key. RSA keys sign with SHA-512.

    Raises TypeError for keys that make no SSH signatures, and ValueError if the namespace is empty
    or the certificate is one of another key.
    """

@final
class Signature:
    """Holds a signature that ``ssh-keygen -Y sign`` or :func:`sign` made, with the key that made it."""
    @staticmethod
    def parse(data: Buffer) -> Signature:
        """Reads a signature: PEM text, or the bytes in it.

        Raises ValueError if it is malformed, and UnsupportedAlgorithm for types of keys that are
        not known and RSA signatures with SHA-1.
        """
    @property
    def namespace(self) -> str:
        """The purpose that the signature is for."""
    @property
    def public_key(self) -> SshPublicKey:
        """The key that made the signature. Whether it is one to be believed is yours to judge, or for
        AllowedSigners.
        """
    @property
    def certificate(self) -> SSHCertificate | None:
        """The certificate of the key, if it is in the signature."""
    @property
    def user_present(self) -> bool | None:
        """Whether a security key says that it was touched for the signature; None for keys of files."""
    @property
    def user_verified(self) -> bool | None:
        """Whether a security key says that it has verified who touched it; None for keys of files."""
    def verify(self, message: Buffer, namespace: str) -> None:
        """Raises InvalidSignature unless the key in the signature has signed this message for the
        purpose ``namespace``. This proves nothing about who that is: see AllowedSigners.
        """

@final
class AllowedSigners:
    """Holds a list of signers, as ``ssh-keygen -Y verify -f`` reads it: principals, mostly mail
    addresses, with the keys or authorities that sign for them.
    """
    @staticmethod
    def parse(data: Buffer) -> AllowedSigners:
        """Reads the text of a list, a signer a line: principals, options (``cert-authority``,
        ``namespaces=…``, ``valid-after=…``, ``valid-before=…``), key. Times without a Z are local.

        Raises ValueError with the line's number if one is malformed.
        """
    def verify(
        self, signature: Signature, message: Buffer, *, principal: str, namespace: str, now: int | None = None
    ) -> None:
        """Raises InvalidSignature, with the reason, unless ``signature`` is one of this message for
        the purpose ``namespace`` by a key that the list has for ``principal``, at the Unix time
        ``now``: the present if not given.
        """
    def find_principals(self, signature: Signature, *, now: int | None = None) -> list[str]:
        """Returns the principals, as the lines have them, whom the signature may be of at the Unix
        time ``now``. The signature itself is not verified.
        """
    def __len__(self) -> int: ...

def load_ppk(data: Buffer | SecretBytes, password: Buffer | SecretBytes | None = None) -> SSHPrivateKeyTypes:
    """Reads a private key of PuTTY's, ``.ppk`` of version 2 or 3, and returns an object of its class.

    ``password`` is bytes-like or SecretBytes; an empty one counts as none.

    Raises ValueError if the key cannot be read, the password is wrong, or the file asks for too
    much work; TypeError if a password is missing or superfluous; UnsupportedAlgorithm for other
    versions and types of keys that are not known.
    """

def private_bytes_ppk(
    key: SSHPrivateKeyTypes,
    password: Buffer | SecretBytes | None = None,
    *,
    comment: str = "",
    version: int = 3,
    memory_kib: int = 8192,
    passes: int = 13,
) -> bytes:
    """Writes a private key as PuTTY's text, encrypted under ``password`` or not at all.

    Version 3 derives the key from the password with Argon2id, ``passes`` times over ``memory_kib``
    KiB. Version 2, for PuTTY before 0.75, has one pass of SHA-1, which makes passwords easy to
    guess.

    Raises TypeError for what is no private key, and ValueError for keys that SSH has not, for a
    comment of more than one line, for other versions, and for a cost that PuTTY keys may not have.
    """
