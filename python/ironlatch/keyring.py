"""Named keys with versions, which can be changed while a service runs.

See ``docs/keyring.md``.
"""

from abc import ABC, abstractmethod

from ironlatch._native.keyring import CachingProvider as CachingProvider
from ironlatch._native.keyring import Change as Change
from ironlatch._native.keyring import Event as Event
from ironlatch._native.keyring import Key as Key
from ironlatch._native.keyring import KeyInfo as KeyInfo
from ironlatch._native.keyring import Keyring as Keyring
from ironlatch._native.keyring import LocalProvider as LocalProvider
from ironlatch._native.keyring import Peek as Peek
from ironlatch._native.keyring import Usage as Usage
from ironlatch._native.keyring import VersionInfo as VersionInfo
from ironlatch.hazmat.primitives.asymmetric.types import PublicKeyTypes
from ironlatch.secrets import SecretBytes

__all__ = [
    "CachingProvider",
    "Change",
    "DamagedKeyring",
    "Event",
    "InsecurePermissions",
    "Key",
    "KeyDestroyed",
    "KeyDisabled",
    "KeyInfo",
    "KeyProvider",
    "Keyring",
    "KeyringError",
    "KeyringLocked",
    "LocalProvider",
    "NotAllowed",
    "Peek",
    "ProviderDenied",
    "ProviderError",
    "ProviderInvalid",
    "ProviderNotFound",
    "ProviderUnavailable",
    "UnknownKey",
    "Usage",
    "VersionInfo",
    "WrongKeyringKey",
]


class KeyringError(Exception):
    """A keyring cannot do what was asked."""


class UnknownKey(KeyringError, LookupError):
    """A key or version is not in the keyring: it belongs to another keyring, or to a newer state of this one."""


class KeyDisabled(KeyringError):
    """The version of the key is disabled, and can be enabled again."""


class KeyDestroyed(KeyringError):
    """The version of the key was destroyed for good."""


class NotAllowed(KeyringError):
    """The change would contradict the state of the keyring: disabling the primary version, say."""


class WrongKeyringKey(KeyringError):
    """The passphrase, key or provider is not the one that the keyring's file is under."""


class DamagedKeyring(KeyringError):
    """The file is no keyring, was changed or cut short, or is older than what was read of it before."""


class KeyringLocked(KeyringError):
    """Another process is changing the file, and was not done in time. Nothing was changed here."""


class InsecurePermissions(KeyringError):
    """Others than its owner can read or write the file."""


class ProviderError(KeyringError):
    """A key provider failed. Nothing is said about what it was to open."""

    #: Whether the same call may succeed later.
    retryable = False


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached, is too busy, or did not answer in time."""

    retryable = True


class ProviderDenied(ProviderError):
    """The provider refuses this caller."""


class ProviderNotFound(ProviderError):
    """The provider does not have the key."""


class ProviderInvalid(ProviderError):
    """What the provider was given, or what it answered, is not valid."""


class KeyProvider(ABC):
    """Keeps a key that never leaves it, and works with it: a key management service, a hardware module.

    A subclass raises one of the four kinds of :class:`ProviderError`. :class:`PermissionError` counts as denied, any
    other :class:`OSError`, with timeouts and lost connections, as unavailable, and anything else as invalid. Several
    threads may call it at once.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The provider's name with that of its key, such as ``aws-kms:alias/app``, at most 128 bytes.

        It stands in the keyring's file, for everybody to read.
        """

    @abstractmethod
    def wrap(self, key: SecretBytes, context: bytes) -> bytes:
        """Encrypts a data key of 32 bytes, bound to ``context``, which is not secret: at most 16 KiB."""

    @abstractmethod
    def unwrap(self, wrapped: bytes, context: bytes) -> bytes | SecretBytes:
        """Decrypts what :meth:`wrap` made with the same ``context``."""

    def sign(self, message: bytes) -> bytes:
        """Signs a message, if the provider does that."""
        raise ProviderInvalid(f"{self.name} does not sign")

    def public_key(self) -> PublicKeyTypes:
        """The public key that verifies what :meth:`sign` makes."""
        raise ProviderInvalid(f"{self.name} does not sign")


KeyProvider.register(LocalProvider)
KeyProvider.register(CachingProvider)
