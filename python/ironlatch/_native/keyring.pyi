from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Literal, NoReturn, TypeAlias, final

from ironlatch.fernet import MultiFernet
from ironlatch.hazmat.primitives.asymmetric.types import PublicKeyTypes
from ironlatch.keyring import KeyProvider
from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.signing import KeySet
from ironlatch.utils import Buffer

_Passphrase: TypeAlias = str | Buffer | SecretBytes | Passphrase
_Provider: TypeAlias = KeyProvider | LocalProvider | CachingProvider

@final
class VersionInfo:
    """Describes a version of a key, without anything secret."""
    @property
    def id(self) -> str:
        """The identifier that data made under this version begins with: eight hexadecimal digits."""
    @property
    def number(self) -> int:
        """The version's number within its key, counted from 1."""
    @property
    def state(self) -> Literal["primary", "active", "disabled", "destroyed"]:
        """``"primary"``, ``"active"``, ``"disabled"`` or ``"destroyed"``."""
    @property
    def created(self) -> int:
        """When the version was made, in seconds since 1970."""
    @property
    def since(self) -> int:
        """When the version came into its present state, in seconds since 1970."""
    @property
    def prefix(self) -> Literal["id", "nothing"]:
        """``"id"`` if messages made under this version begin with its identifier, or ``"nothing"``."""
    @property
    def label(self) -> str | None:
        """The label that the version had where it was imported from, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class KeyInfo:
    """Describes a key and its versions, without anything secret."""
    @property
    def name(self) -> str:
        """The key's name."""
    @property
    def kind(self) -> str:
        """What the key is for, such as ``"general"``."""
    @property
    def created(self) -> int:
        """When the key was made, in seconds since 1970."""
    @property
    def versions(self) -> list[VersionInfo]:
        """The key's versions, in the order of their numbers."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Change:
    """Records one change of a keyring."""
    @property
    def time(self) -> int:
        """When the change was made, in seconds since 1970."""
    @property
    def action(self) -> str:
        """What was done, such as ``"create key"``."""
    @property
    def key(self) -> str | None:
        """The name of the key that was changed, or None for a change of the whole keyring."""
    @property
    def version(self) -> str | None:
        """The identifier of the version that was changed, or None."""
    @property
    def actor(self) -> str | None:
        """The person or program that is said to have made the change, or None."""
    @property
    def note(self) -> str | None:
        """The reason given for the change, or None."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Usage:
    """Counts how often this process used a version of a key for one operation."""
    @property
    def key(self) -> str:
        """The key's name."""
    @property
    def version(self) -> str:
        """The version's identifier."""
    @property
    def number(self) -> int:
        """The version's number within its key."""
    @property
    def purpose(self) -> str:
        """What the key was used for, such as the table and column of a field."""
    @property
    def operation(self) -> str:
        """What was done with the key, such as ``"encrypt"``."""
    @property
    def count(self) -> int:
        """The number of uses."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Event:
    """Reports something that happened to a keyring. ``str(event)`` is a line for a log.

    Nothing in it is secret.
    """
    @property
    def what(self) -> str:
        """What happened, in a word or two."""
    @property
    def key(self) -> str | None:
        """The name of the key that it happened to, or None."""
    @property
    def version(self) -> str | None:
        """The identifier of the version that it happened to, or None."""
    @property
    def count(self) -> int:
        """How often it happened."""
    @property
    def is_warning(self) -> bool:
        """Whether an operator should look at it."""

@final
class UnverifiedKeyring:
    """Holds what a keyring's file shows to a reader without its key. Nothing of it is verified."""
    @property
    def id(self) -> str:
        """The keyring's identifier."""
    @property
    def revision(self) -> int:
        """How often the file was written."""
    @property
    def protection(self) -> str:
        """What protects the file, in words."""
    @property
    def keys(self) -> list[KeyInfo]:
        """The keys, in the order of their names."""
    @property
    def history(self) -> list[Change]:
        """The changes, the oldest first."""

@final
class Key:
    """A key of a keyring: ``ring["customers"]``. It sees every change of the ring: a rotation changes
    nothing for who holds it.
    """
    @property
    def name(self) -> str:
        """Its name."""
    @property
    def kind(self) -> str:
        """What it is for: ``general``, ``fernet`` …"""
    @property
    def versions(self) -> list[VersionInfo]:
        """Its versions, in the order of their numbers."""
    @property
    def primary(self) -> VersionInfo:
        """The version under which everything is made."""
    def encrypt(self, message: Buffer | SecretBytes, associated_data: Buffer | None = None) -> bytes:
        """Encrypts and authenticates ``message``, and authenticates ``associated_data``, under the
        primary version.

        The result begins with a byte 1 and the version's id in 4 bytes; for a general key it is 45
        bytes longer than the message. Raises :class:`TypeError` if keys of this kind do not encrypt
        messages.
        """
    def decrypt(self, encrypted: Buffer, associated_data: Buffer | None = None) -> bytes:
        """Opens what :meth:`encrypt` made.

        Raises :class:`ironlatch.exceptions.InvalidTag` if it was changed, cut short, or made with
        other associated data; :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if
        the version that made it is not to be had.
        """
    def sign(self, message: Buffer) -> bytes:
        """A signature of ``message`` under the primary version of a key of the kind ``hmac-sha256`` or
        ``ed25519``, with a byte 2 and the version's id in front. It is no token and no signed
        request, whatever the message is: those are made with :meth:`signing_keys`.

        A key of the kind ``tink-hmac-sha256`` or ``tink-ed25519`` signs as Tink does.
        """
    def verify(self, message: Buffer, signature: Buffer, *, as_before: bool = False) -> None:
        """Checks what :meth:`sign` made. Raises :class:`ironlatch.exceptions.InvalidSignature` if it
        is not one of ``message`` under this key; :class:`UnknownKey`, :class:`KeyDisabled` or
        :class:`KeyDestroyed` if its version cannot be used.

        ``as_before=True`` checks what was signed before signatures had a form of their own (they
        begin with a byte 1). A token's signature is one of those too, so take it only for messages
        that cannot be a token, and only until they are signed again.
        """
    def version_of(self, made: Buffer) -> str | None:
        """The id of the version that made a message or a signature. None if that does not say."""
    def needs_update(self, made: Buffer) -> bool:
        """Whether a message was not made under the primary version, or a signature not in the form of
        today: make it again.
        """
    def derive(
        self,
        purpose: str,
        context: Sequence[bytes] = ...,
        length: int = 32,
        version: str | None = None,
        *,
        as_before: bool = False,
    ) -> SecretBytes:
        """A key of ``length`` bytes for one purpose and context, by HKDF from the primary version or
        the one with the id ``version``. It is none of those that the library derives for itself.

        ``as_before=True`` gives what this method gave before it was apart from those: for what was
        made under such keys. Raises :class:`TypeError` if the key is not of the kind ``general``;
        with ``as_before`` :class:`OperationNotAllowed` for a purpose of the library's own.
        """
    def fernet(self) -> MultiFernet:
        """The Fernet of a key of the kind ``fernet``: the primary version makes tokens, the active
        ones open them too. It follows the keyring: what is disabled or destroyed later opens
        nothing more.
        """
    def signing_keys(self) -> KeySet:
        """The keys for signing of a key of the kind ``hmac-sha256`` or ``ed25519``: the primary
        version signs, the active ones verify too. They follow the keyring: what is disabled or
        destroyed later signs and verifies nothing more.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Keyring:
    """Named keys with versions, in memory or in a file. What happens to it goes to the logger
    ``ironlatch.keyring`` too.
    """
    @staticmethod
    def in_memory() -> Keyring:
        """An empty keyring that is gone at the end of the process."""
    @staticmethod
    def create(
        path: str | PathLike[str],
        *,
        passphrase: _Passphrase | None = None,
        keyring_key: Key | None = None,
        provider: _Provider | None = None,
        iterations: int = 3,
        lanes: int = 4,
        memory_cost: int = 65_536,
    ) -> Keyring:
        """An empty keyring in a new file, under a ``passphrase``, a general key of another keyring
        (``keyring_key``), or a key ``provider``. What trying out one passphrase costs is Argon2id's
        ``iterations``, ``lanes`` and ``memory_cost`` in KiB.

        Raises :class:`FileExistsError` if the file exists, :class:`ProviderError` if the provider
        fails.
        """
    @staticmethod
    def open(
        path: str | PathLike[str],
        *,
        passphrase: _Passphrase | None = None,
        keyring_key: Key | None = None,
        provider: _Provider | None = None,
        iterations: int = 3,
        lanes: int = 4,
        memory_cost: int = 65_536,
    ) -> Keyring:
        """The keyring in a file, opened by what it is under.

        Changes are written at once; those of other processes are seen within two seconds. A file
        says what trying out its passphrase costs; one that asks for more than 4 GiB of memory times
        passes is opened only if ``iterations``, ``lanes`` and ``memory_cost`` allow it.

        Raises :class:`WrongKeyringKey` if it is not what opens the file, :class:`DamagedKeyring` if
        the file was changed or cut short, :class:`InsecurePermissions` if others can read it or it
        is another user's, :class:`OperationNotAllowed` if it asks for too much work, :class:`ProviderError`
        if the provider fails, :class:`OSError`.
        """
    @staticmethod
    def peek(path: str | PathLike[str]) -> UnverifiedKeyring:
        """What anybody who can read a keyring's file sees of it, without its key. Nothing of it is
        verified.
        """
    def __getitem__(self, name: str, /) -> Key: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    @property
    def names(self) -> list[str]:
        """The names of the keys, in order."""
    def create_key(self, name: str, kind: str = "general", *, actor: str | None = None, note: str | None = None) -> Key:
        """Creates a key, and gives it.

        ``kind`` is ``general`` for everything of this library, or for other programs ``aes-gcm``,
        ``xaes-256-gcm``, ``chacha20-poly1305``, ``xchacha20-poly1305``, ``aes-siv``,
        ``hmac-sha256``, ``ed25519``, ``tink-hmac-sha256``, ``tink-ed25519`` or ``fernet``. Raises
        :class:`OperationNotAllowed` if there is a key of this name.
        """
    def rotate(self, name: str, *, actor: str | None = None, note: str | None = None) -> str:
        """Makes a new primary version, whose id is returned. The old one stays active: what was made
        under it opens.
        """
    def add_version(self, name: str, *, actor: str | None = None, note: str | None = None) -> str:
        """Makes a new version that is not primary yet, and returns its id: once every server has it,
        :meth:`promote` it.
        """
    def promote(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Makes an active version, given by its number or id, the primary one."""
    def disable(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Takes an active version out of use, until it is enabled again."""
    def enable(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Makes a disabled version active again."""
    def destroy(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Wipes the key of a disabled version for good: what was made under it is lost."""
    def import_keys(
        self,
        name: str,
        text: _Passphrase,
        format: Literal["fernet", "jwk", "tink"] | None = None,
        *,
        actor: str | None = None,
        note: str | None = None,
    ) -> list[str]:
        """Takes keys from another program into the key ``name``, which is created if there is none,
        and returns the ids of the versions.

        ``text`` is Fernet keys (one a line, the current one first), a JSON Web Key or a set of
        them, or a cleartext JSON keyset of Tink; ``format`` is ``fernet``, ``jwk`` or ``tink``, and
        told from the text if it is left out. A key that is there keeps its primary version. Raises
        :class:`ValueError` if the text is malformed, :class:`TypeError` if keys of its types are
        not taken.
        """
    def export_keys(
        self,
        name: str,
        format: Literal["fernet", "jwk", "tink"],
        *,
        actor: str | None = None,
        note: str | None = None,
    ) -> SecretBytes:
        """The key ``name`` as text for another program, ``format`` as in :meth:`import_keys`: as
        secret as the key. It is noted in the history.

        Raises :class:`TypeError` if keys of this kind do not exist there: general ones exist
        nowhere else.
        """
    def rewrap(
        self,
        *,
        passphrase: _Passphrase | None = None,
        keyring_key: Key | None = None,
        provider: _Provider | None = None,
        iterations: int = 3,
        lanes: int = 4,
        memory_cost: int = 65_536,
        actor: str | None = None,
        note: str | None = None,
    ) -> None:
        """Puts the file under another passphrase, key or provider, as in :meth:`create`. What opened
        it before opens it no more; copies of the old file it still opens.
        """
    def reload(self) -> bool:
        """Reads the file anew if another process changed it, and returns whether it did. It happens by
        itself within two seconds.

        Raises what :meth:`open` raises, and :class:`DamagedKeyring` if another keyring or an older
        state was put in its place; what was read before stays in use.
        """
    def describe(self) -> list[KeyInfo]:
        """What can be told of the keys, in the order of their names."""
    def history(self) -> list[Change]:
        """What was done to the keyring, the oldest first: at most 10,000 changes."""
    def usage(self) -> list[Usage]:
        """How often which version was used for what, in this process."""
    def on_event(self, callback: Callable[[Event], object]) -> None:
        """Has ``callback`` called with an :class:`Event` whenever something happens, in the thread in
        which it happens. What it raises is reported by ``sys.unraisablehook``.
        """
    def set_lock_wait(self, seconds: float) -> None:
        """How long a change waits for one of another process, in seconds: 10 unless told otherwise."""
    @property
    def generation(self) -> int:
        """A number that changes with every change of the keyring."""
    @property
    def path(self) -> Path | None:
        """The file. None in memory."""
    @property
    def protection(self) -> str | None:
        """What the file is under, in words. None in memory."""
    @property
    def revision(self) -> int | None:
        """How often the file was written. None in memory."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class LocalProvider:
    """A key provider whose key is in a file that its owner alone can read: for one machine, for
    development, and for tests.
    """
    @staticmethod
    def create(path: str | PathLike[str]) -> LocalProvider:
        """A new key in a new file."""
    @staticmethod
    def open(path: str | PathLike[str]) -> LocalProvider:
        """The key in a file that :meth:`create` made. Raises :class:`InsecurePermissions` if others
        can read it.
        """
    @property
    def name(self) -> str:
        """Returns the provider's name, which stands in the keyring's file for everybody to read."""
    def wrap(self, key: Buffer | SecretBytes, context: Buffer) -> bytes:
        """Encrypts a data key of 32 bytes, bound to ``context``, which is not secret.

        Raises :class:`ProviderError` if it fails.
        """
    def unwrap(self, wrapped: Buffer, context: Buffer) -> SecretBytes:
        """Decrypts what :meth:`wrap` made with the same ``context``.

        Raises :class:`ProviderInvalid` if it was changed or made with another context.
        """
    def sign(self, message: Buffer) -> bytes:
        """Signs ``message`` with the provider's key."""
    def public_key(self) -> PublicKeyTypes:
        """Returns the public key that verifies what :meth:`sign` makes."""

@final
class CachingProvider:
    """Keeps the keys that another provider unwrapped for ``time_to_live`` seconds (1 to 86,400),
    ``uses`` uses, and at most ``keys`` keys at once (1 to 10,000), in memory that is wiped.
    Failures are not kept, and nothing is used past its limits.
    """
    def __new__(
        cls, provider: _Provider, *, time_to_live: float = 300.0, uses: int = 10_000, keys: int = 100
    ) -> CachingProvider: ...
    @property
    def name(self) -> str:
        """Returns the name of the provider whose keys are cached."""
    def wrap(self, key: Buffer | SecretBytes, context: Buffer) -> bytes:
        """Has the other provider encrypt a data key of 32 bytes, bound to ``context``.

        Raises :class:`ProviderError` if it fails.
        """
    def unwrap(self, wrapped: Buffer, context: Buffer) -> SecretBytes:
        """Decrypts what :meth:`wrap` made with the same ``context``, from the cache where it can.

        Raises :class:`ProviderError` if the other provider fails.
        """
    def sign(self, message: Buffer) -> bytes:
        """Has the other provider sign ``message``.

        Raises :class:`ProviderError` if it fails or does not sign.
        """
    def public_key(self) -> PublicKeyTypes:
        """Returns the public key that verifies what :meth:`sign` makes.

        Raises :class:`ProviderError` if the other provider fails or does not sign.
        """
    def forget(self) -> None:
        """Forgets every key."""
