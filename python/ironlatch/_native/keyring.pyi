from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Literal, NoReturn, TypeAlias, final

from ironlatch.fernet import MultiFernet
from ironlatch.hazmat.primitives.asymmetric.types import PublicKeyTypes
from ironlatch.keyring import KeyProvider
from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.signing import KeySet
from ironlatch.signing.webhooks import WebhookSecret
from ironlatch.utils import Buffer

_Passphrase: TypeAlias = str | Buffer | SecretBytes | Passphrase
_Kind: TypeAlias = Literal[
    "general",
    "aes-gcm",
    "xaes-256-gcm",
    "chacha20-poly1305",
    "xchacha20-poly1305",
    "aes-siv",
    "hmac-sha256",
    "ed25519",
    "tink-hmac-sha256",
    "tink-ed25519",
    "fernet",
]
_Action: TypeAlias = Literal[
    "created",
    "added",
    "rotated",
    "promoted",
    "disabled",
    "enabled",
    "destroyed",
    "imported",
    "exported",
    "rewrapped",
]
_Occurrence: TypeAlias = Literal[
    "reloaded", "reload failed", "old version used", "unknown version", "disabled version", "destroyed version"
]
_Operation: TypeAlias = Literal["encrypt", "decrypt", "sign", "verify", "index", "derive"]
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
    def kind(self) -> _Kind:
        """The purpose of the key, such as ``"general"``."""
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
    def action(self) -> _Action:
        """The action, such as ``"created"`` or ``"rotated"``."""
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
        """The use of the key, such as the table and column of a field."""
    @property
    def operation(self) -> _Operation:
        """The operation with the key, such as ``"encrypt"``."""
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
    def what(self) -> _Action | _Occurrence:
        """The event, in a word or two."""
    @property
    def key(self) -> str | None:
        """The name of the key that it happened to, or None."""
    @property
    def version(self) -> str | None:
        """The identifier of the version that it happened to, or None."""
    @property
    def count(self) -> int:
        """The number of times it happened."""
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
        """The number of times the file was written."""
    @property
    def protection(self) -> str:
        """The protection of the file, in words."""
    @property
    def keys(self) -> list[KeyInfo]:
        """The keys, in the order of their names."""
    @property
    def history(self) -> list[Change]:
        """The changes, the oldest first."""

@final
class Key:
    """Encrypts, signs and derives under a key of a keyring: ``ring["customers"]``.

    It sees every change of the keyring, so keep it for as long as you like.

    >>> from ironlatch.keyring import Keyring
    >>> key = Keyring.in_memory().create_key("customers")
    >>> encrypted = key.encrypt(b"a message", b"its place")
    >>> key.decrypt(encrypted, b"its place")
    b'a message'
    """
    @property
    def name(self) -> str:
        """The key's name."""
    @property
    def kind(self) -> _Kind:
        """The purpose of the key: ``general``, ``fernet`` …"""
    @property
    def versions(self) -> list[VersionInfo]:
        """The key's versions, in the order of their numbers."""
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
        """Decrypts what :meth:`encrypt` returned.

        Raises :class:`~ironlatch.exceptions.InvalidTag` if it was changed, cut short, or made with
        other associated data; :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if
        the version that made it cannot be used.
        """
    def sign(self, message: Buffer) -> bytes:
        """Signs ``message`` under the primary version of a key of the kind ``hmac-sha256`` or
        ``ed25519``, and puts a byte 2 and the version's id in front. It is no token and no signed
        request, whatever the message is: those are made with :meth:`signing_keys`.

        A key of the kind ``tink-hmac-sha256`` or ``tink-ed25519`` signs as Tink does. Raises
        :class:`TypeError` for a key of another kind.
        """
    def verify(self, message: Buffer, signature: Buffer, *, as_before: bool = False) -> None:
        """Verifies what :meth:`sign` returned for ``message``.

        Raises :class:`~ironlatch.exceptions.InvalidSignature` if it is no signature of ``message``
        under this key; :class:`UnknownKey`, :class:`KeyDisabled` or :class:`KeyDestroyed` if its
        version cannot be used.

        ``as_before=True`` takes what was signed before signatures had a form of their own (they
        begin with a byte 1). A token's signature is one of those too, so use it only for messages
        that cannot be a token, and only until they are signed again.
        """
    def version_of(self, made: Buffer) -> str | None:
        """Returns the id of the version that made a message or a signature, or None if that does not
        say.
        """
    def needs_update(self, made: Buffer) -> bool:
        """Returns whether a message was not made under the primary version, or a signature not in the
        form of today: make it again.
        """
    def derive(
        self,
        purpose: str,
        context: Sequence[bytes] = (),
        length: int = 32,
        version: str | None = None,
        *,
        as_before: bool = False,
    ) -> SecretBytes:
        """Derives a key of ``length`` bytes for one purpose and context, by HKDF from the primary
        version or the one with the id ``version``. It is none of those that the library derives for
        itself.

        ``as_before=True`` gives what this method gave before it was apart from those: for what was
        made under such keys. Raises :class:`TypeError` if the key is not of the kind ``general``;
        with ``as_before`` :class:`OperationNotAllowed` for a purpose of the library's own.
        """
    def fernet(self) -> MultiFernet:
        """Returns the Fernet of a key of the kind ``fernet``: the primary version makes tokens, the
        active ones open them too. It follows the keyring: what is disabled or destroyed later opens
        nothing more.

        Raises :class:`TypeError` for a key of another kind.
        """
    def signing_keys(self) -> KeySet:
        """Returns the keys for signing of a key of the kind ``hmac-sha256`` or ``ed25519``: the
        primary version signs, the active ones verify too. They follow the keyring: what is disabled
        or destroyed later signs and verifies nothing more.

        Raises :class:`TypeError` for a key of another kind.
        """
    def webhook_secrets(self) -> list[WebhookSecret]:
        """The secrets for webhooks of a key of the kind ``hmac-sha256`` (shared ones) or ``ed25519``
        (pairs), the primary version's first: for the other side, which gets ``expose()`` of a
        shared one, or of the ``public()`` half of a pair. Signers and verifiers here take the key
        itself.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Keyring:
    """Holds named keys with versions, in memory or in a file.

    Keys can be changed while a service runs: what was encrypted under an old version still
    decrypts. The logger ``ironlatch.keyring`` hears what happens to it.

    >>> from ironlatch.keyring import Keyring
    >>> ring = Keyring.create("app.keyring", passphrase="six random words of your own")
    >>> key = ring.create_key("customers")
    >>> encrypted = key.encrypt(b"a message")
    >>> version = ring.rotate("customers")
    >>> key.decrypt(encrypted)
    b'a message'
    """
    @staticmethod
    def in_memory() -> Keyring:
        """Makes an empty keyring that is gone at the end of the process."""
    @staticmethod
    def create(
        path: str | PathLike[str],
        *,
        passphrase: _Passphrase | None = None,
        keyring_key: Key | None = None,
        provider: _Provider | None = None,
        iterations: int = 3,
        lanes: int = 4,
        memory_kib: int = 65_536,
        memory_cost: int | None = None,
    ) -> Keyring:
        """Makes an empty keyring in a new file, under a ``passphrase``, a general key of another
        keyring (``keyring_key``), or a key ``provider``. One guess of a passphrase costs Argon2id
        with ``iterations``, ``lanes`` and ``memory_kib``.

        Raises :class:`FileExistsError` if the file exists, :class:`TypeError` unless exactly one of
        the three is given, and :class:`ProviderError` if the provider fails. ``memory_cost`` is the
        old name of ``memory_kib``.
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
        memory_kib: int = 65_536,
        memory_cost: int | None = None,
    ) -> Keyring:
        """Opens the keyring in a file, with what protects it.

        Changes are written at once; those of other processes are seen within two seconds. A file
        says what one guess of its passphrase costs; one that asks for more than 4 GiB of memory
        times passes is opened only if ``iterations``, ``lanes`` and ``memory_kib`` allow it.

        Raises :class:`WrongKeyringKey` if it is not what opens the file, :class:`DamagedKeyring` if
        the file was changed or cut short, :class:`InsecurePermissions` if others can read it or it
        is another user's, :class:`OperationNotAllowed` if it asks for too much work,
        :class:`ProviderError` if the provider fails, and :class:`OSError` if it cannot be read.
        """
    @staticmethod
    def peek(path: str | PathLike[str]) -> UnverifiedKeyring:
        """Reads what anybody who can read a keyring's file sees of it, without its key. Nothing of it
        is verified.

        Raises :class:`DamagedKeyring` if it is no keyring, and :class:`OSError` if it cannot be
        read.
        """
    def __getitem__(self, name: str, /) -> Key: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    @property
    def names(self) -> list[str]:
        """The names of the keys, in order."""
    def create_key(
        self, name: str, kind: _Kind = "general", *, actor: str | None = None, note: str | None = None
    ) -> Key:
        """Makes a new key, and returns it.

        ``kind`` is ``general`` for everything of this library, or for other programs ``aes-gcm``,
        ``xaes-256-gcm``, ``chacha20-poly1305``, ``xchacha20-poly1305``, ``aes-siv``,
        ``hmac-sha256``, ``ed25519``, ``tink-hmac-sha256``, ``tink-ed25519`` or ``fernet``.
        ``actor`` and ``note`` go into the history. Raises :class:`OperationNotAllowed` if there is
        a key of this name, and :class:`ValueError` for a kind or name that is none.
        """
    def rotate(self, name: str, *, actor: str | None = None, note: str | None = None) -> str:
        """Makes a new primary version, and returns its id. The old one stays active: what was made
        under it still opens.

        Raises :class:`UnknownKey` if there is no key of this name.
        """
    def add_version(self, name: str, *, actor: str | None = None, note: str | None = None) -> str:
        """Makes a new version that is not primary yet, and returns its id: once every server has it,
        :meth:`promote` it.

        Raises :class:`UnknownKey` if there is no key of this name.
        """
    def promote(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Makes an active version, given by its number or id, the primary one.

        Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
        it is not active.
        """
    def disable(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Takes an active version out of use, until it is enabled again.

        Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
        it is the primary one.
        """
    def enable(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Makes a disabled version active again.

        Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
        it is not disabled.
        """
    def destroy(self, name: str, version: int | str, *, actor: str | None = None, note: str | None = None) -> None:
        """Wipes the key of a disabled version for good: what was made under it is lost.

        Raises :class:`UnknownKey` if there is no such version, and :class:`OperationNotAllowed` if
        it is not disabled.
        """
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
        and returns the ids of the versions. A key that exists keeps its primary version.

        ``text`` holds Fernet keys (one a line, the current one first), a JSON Web Key or a set of
        them, or a cleartext JSON keyset of Tink. ``format`` is ``fernet``, ``jwk`` or ``tink``;
        without it the text tells. Raises :class:`ValueError` if the text is malformed, and
        :class:`TypeError` for types of keys that are not taken.
        """
    def export_keys(
        self,
        name: str,
        format: Literal["fernet", "jwk", "tink"],
        *,
        actor: str | None = None,
        note: str | None = None,
    ) -> SecretBytes:
        """Returns the key ``name`` as text for another program, ``format`` as in :meth:`import_keys`:
        as secret as the key. The history notes it.

        Raises :class:`TypeError` for kinds of keys that do not exist there: general ones exist
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
        memory_kib: int = 65_536,
        memory_cost: int | None = None,
        actor: str | None = None,
        note: str | None = None,
    ) -> None:
        """Puts the file under another passphrase, key or provider, as in :meth:`create`. What opened
        the file before no longer opens it, but still opens copies of the old file.

        Raises what :meth:`create` raises for its arguments.
        """
    def reload(self) -> bool:
        """Reads the file again if another process changed it, and returns whether it did. This happens
        by itself within two seconds.

        Raises what :meth:`open` raises, and :class:`DamagedKeyring` if another keyring or an older
        state was put in its place; what was read before stays in use.
        """
    def describe(self) -> list[KeyInfo]:
        """Describes the keys, in the order of their names."""
    def history(self) -> list[Change]:
        """Returns the changes of the keyring, the oldest first: at most 10,000."""
    def usage(self) -> list[Usage]:
        """Returns how often this process used which version for what."""
    def on_event(self, callback: Callable[[Event], object]) -> None:
        """Calls ``callback`` with an :class:`Event` whenever something happens, in the thread in which
        it happens. ``sys.unraisablehook`` reports what it raises.
        """
    def set_lock_wait(self, seconds: float) -> None:
        """Sets how many seconds a change waits for one of another process: 10 unless set.

        Raises :class:`ValueError` for what is no time.
        """
    @property
    def generation(self) -> int:
        """A number that changes with every change of the keyring."""
    @property
    def path(self) -> Path | None:
        """The file. None in memory."""
    @property
    def protection(self) -> str | None:
        """The protection of the file, in words. None in memory."""
    @property
    def revision(self) -> int | None:
        """The number of times that the file was written. None in memory."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class LocalProvider:
    """Keeps a key in a file that its owner alone can read, as a key provider: for one machine, for
    development, and for tests.

    >>> from ironlatch.keyring import Keyring, LocalProvider
    >>> ring = Keyring.create("app.keyring", provider=LocalProvider.create("provider.key"))
    >>> again = Keyring.open("app.keyring", provider=LocalProvider.open("provider.key"))
    """
    @staticmethod
    def create(path: str | PathLike[str]) -> LocalProvider:
        """Makes a new key in a new file.

        Raises :class:`FileExistsError` if the file exists, and :class:`OSError` if it cannot be
        written.
        """
    @staticmethod
    def open(path: str | PathLike[str]) -> LocalProvider:
        """Reads the key in a file that :meth:`create` made.

        Raises :class:`InsecurePermissions` if others can read it, :class:`ProviderInvalid` if it is
        no key, and :class:`OSError` if it cannot be read.
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
    """Remembers the keys that another provider unwrapped, for ``time_to_live`` seconds (1 to 86,400)
    and ``uses`` uses, at most ``keys`` keys at once (1 to 10,000), in memory that is wiped.

    Failures are not remembered, and nothing is used past its limits. Raises :class:`ValueError` for
    limits out of range.

    >>> from ironlatch.keyring import CachingProvider, LocalProvider
    >>> provider = CachingProvider(LocalProvider.create("provider.key"), time_to_live=60)
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
