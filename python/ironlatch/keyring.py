"""Named keys with versions, which can be changed while a service runs.

See ``docs/keyring.md``.
"""

from __future__ import annotations

import importlib
import os
import threading
from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass
from typing import Any

from ironlatch._errors import IronlatchError
from ironlatch._native.keyring import CachingProvider as CachingProvider
from ironlatch._native.keyring import Change as Change
from ironlatch._native.keyring import Event as Event
from ironlatch._native.keyring import Key as Key
from ironlatch._native.keyring import KeyInfo as KeyInfo
from ironlatch._native.keyring import Keyring as Keyring
from ironlatch._native.keyring import LocalProvider as LocalProvider
from ironlatch._native.keyring import UnverifiedKeyring as UnverifiedKeyring
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
    "KeyringFile",
    "KeyringLocked",
    "LocalProvider",
    "OperationNotAllowed",
    "UnverifiedKeyring",
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


class KeyringError(IronlatchError):
    """A keyring cannot do what was asked."""


class UnknownKey(KeyringError, LookupError):
    """A key or version is not in the keyring: it belongs to another keyring, or to a newer state of
    this one.
    """


class KeyDisabled(KeyringError):
    """The version of the key is disabled, and can be enabled again."""


class KeyDestroyed(KeyringError):
    """The version of the key was destroyed for good."""


class OperationNotAllowed(KeyringError):
    """The change would contradict the state of the keyring: disabling the primary version, say."""


class WrongKeyringKey(KeyringError):
    """The passphrase, key or provider is not the one that the keyring's file is under."""


class DamagedKeyring(KeyringError):
    """The file is no keyring, was changed or cut short, or is older than what was read of it
    before.
    """


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
    """The provider's input, or its answer, is not valid."""


class KeyProvider(ABC):
    """Keeps a key that never leaves it, and works with it: a key management service, a hardware
    module.

    A subclass raises one of the four kinds of :class:`ProviderError`. :class:`PermissionError`
    counts as denied, any other :class:`OSError`, with timeouts and lost connections, as
    unavailable, and anything else as invalid. Several threads may call it at once.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """Returns the provider's name with that of its key, such as ``aws-kms:alias/app``, at most
        128 bytes.

        It stands in the keyring's file, for everybody to read.
        """

    @abstractmethod
    def wrap(self, key: SecretBytes, context: bytes) -> bytes:
        """Encrypts a data key of 32 bytes, bound to ``context``, which is not secret: at most 16
        KiB.
        """

    @abstractmethod
    def unwrap(self, wrapped: bytes, context: bytes) -> bytes | SecretBytes:
        """Decrypts what :meth:`wrap` made with the same ``context``."""

    def sign(self, message: bytes) -> bytes:
        """Signs a message, if the provider does that."""
        raise ProviderInvalid(f"{self.name} does not sign")

    def public_key(self) -> PublicKeyTypes:
        """Returns the public key that verifies what :meth:`sign` makes."""
        raise ProviderInvalid(f"{self.name} does not sign")


KeyProvider.register(LocalProvider)
KeyProvider.register(CachingProvider)


@dataclass(frozen=True)
class KeyringFile:
    """Describes where a keyring is, and what opens it.

    It holds no secret, so it can be pickled and sent to other processes, which open the keyring for
    themselves. Relative paths are seen from the current directory when it is made. Exactly one
    field besides ``path`` says what opens the keyring; ``under`` and ``under_key`` go together.

    ``iterations``, ``lanes`` and ``memory_kib`` allow a file whose passphrase costs much more than
    usual to try, as for :meth:`Keyring.open`.

    Raises :class:`ValueError` if it is not exactly one of them.

    >>> import os
    >>> from ironlatch.keyring import Keyring, KeyringFile
    >>> ring = Keyring.create("app.keyring", passphrase="six words")
    >>> key = ring.create_key("customers")
    >>> os.environ["APP_PASSPHRASE"] = "six words"
    >>> where = KeyringFile("app.keyring", passphrase_env="APP_PASSPHRASE")
    >>> where.open().names
    ['customers']
    """

    path: str | os.PathLike[str]
    """The keyring's file."""
    _: KW_ONLY
    passphrase_file: str | os.PathLike[str] | None = None
    """A file with the passphrase; a newline at its end does not count."""
    passphrase_env: str | None = None
    """The name of an environment variable with the passphrase."""
    provider_key: str | os.PathLike[str] | None = None
    """The key file of a :class:`LocalProvider`."""
    provider: str | None = None
    """A function that makes a :class:`KeyProvider`, as ``"module:function"``."""
    under: KeyringFile | None = None
    """The keyring that holds this one's key."""
    under_key: str | None = None
    """The name of a key in ``under``."""
    iterations: int = 3
    """Passes over the memory that a passphrase may cost."""
    lanes: int = 4
    """Lanes of the memory that a passphrase may cost."""
    memory_kib: int = 65_536
    """Memory in KiB that a passphrase may cost."""

    def __post_init__(self) -> None:
        for name in ("path", "passphrase_file", "provider_key"):
            if (path := getattr(self, name)) is not None:
                object.__setattr__(self, name, os.path.abspath(os.fspath(path)))
        ways = ("passphrase_file", "passphrase_env", "provider_key", "provider", "under")
        given = [name for name in ways if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "nothing"
            raise ValueError(f"one of {', '.join(ways)} says what opens the keyring, and {found} was given")
        if (self.under is None) != (self.under_key is None):
            raise ValueError("under and under_key go together: a keyring, and the name of a key in it")
        if self.provider is not None and not all(self.provider.partition(":")):
            raise ValueError(f'provider is "module:function", not {self.provider!r}')

    def open(self) -> Keyring:
        """Opens the keyring again.

        Raises what :meth:`Keyring.open` raises, :class:`OSError` for a file that cannot be read,
        :class:`ValueError` for an environment variable that is not set, and :class:`KeyringError`
        for a provider's function that is missing or fails.
        """
        return Keyring.open(
            self.path,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_kib=self.memory_kib,
            **self._opener(),
        )

    def shared(self) -> Keyring:
        """Returns the keyring, which the first call in each process opens. A failure is not
        remembered.

        Raises what :meth:`open` raises.
        """
        with _guard:
            lock = _opening.setdefault(self, threading.RLock())
        with lock:  # of this keyring alone: its provider may open another one, and may take its time
            if self not in _opened:
                _opened[self] = self.open()
            return _opened[self]

    def _opener(self) -> dict[str, Any]:
        if self.passphrase_file is not None:
            return {"passphrase": SecretBytes.from_file(self.passphrase_file, strip_newline=True)}
        if self.passphrase_env is not None:
            return {"passphrase": SecretBytes.from_env(self.passphrase_env)}
        if self.provider_key is not None:
            return {"provider": LocalProvider.open(self.provider_key)}
        if self.under is not None and self.under_key is not None:
            return {"keyring_key": self.under.open()[self.under_key]}
        assert self.provider is not None  # noqa: S101 - for mypy: one of them is there
        return {"provider": _made(self.provider)}


def _made(provider: str) -> Any:
    """The provider that a ``"module:function"`` makes."""
    module, _, function = provider.partition(":")
    try:
        make = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise KeyringError(f"the key provider {provider} is not there: {error}") from error
    try:
        made = make()
    except KeyringError:
        raise
    except Exception as error:
        raise KeyringError(f"the key provider {provider} was not made: {error.__class__.__name__}: {error}") from error
    if not isinstance(made, KeyProvider):
        raise KeyringError(f"{provider} made no KeyProvider, but {made.__class__.__name__}")
    return made


_opened: dict[KeyringFile, Keyring] = {}
_opening: dict[KeyringFile, threading.RLock] = {}
_guard = threading.Lock()


def _forked() -> None:
    """Nobody in this process holds a lock: who held it, is in the parent."""
    global _guard
    _guard = threading.Lock()
    _opening.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forked)


TYPE_CHECKING = False
if TYPE_CHECKING:
    NotAllowed = OperationNotAllowed
    Peek = UnverifiedKeyring
else:

    def __getattr__(name):
        from ironlatch._renamed import renamed

        return renamed(__name__, name)
