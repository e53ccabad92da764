from collections.abc import Sequence
from os import PathLike
from typing import NoReturn, final

from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class ServerKey:
    """Holds the secret key of a service that digests and sealed secrets depend on.

    It belongs into the service's configuration or its secret store, never into the database.

    >>> from ironlatch.show_once import ServerKey
    >>> key = ServerKey.generate()
    >>> ServerKey.parse(key.expose()).id == key.id
    True
    """
    @staticmethod
    def generate() -> ServerKey:
        """Makes a random key."""
    @staticmethod
    def parse(text: str | Buffer | SecretBytes | Passphrase) -> ServerKey:
        """Reads what :meth:`expose` returned.

        Raises :class:`MalformedSecret` if it was mistyped or cut short.
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> ServerKey:
        """Reads the file that ``ironlatch secret server-key`` wrote.

        Raises :class:`MalformedSecret` if it holds something else, and :class:`OSError` if it
        cannot be read.

        Warns with :class:`~ironlatch.secrets.ExposedFileWarning` if every user can read it.
        """
    @staticmethod
    def from_text(text: str | Buffer | SecretBytes) -> ServerKey:
        """Deprecated: use :meth:`parse`."""
    @staticmethod
    def from_file(path: str | PathLike[str]) -> ServerKey:
        """Deprecated: use :meth:`load`."""
    @staticmethod
    def from_bytes(key: Buffer | SecretBytes) -> ServerKey:
        """Takes the key of 32 random bytes that something else made: a key management service, say.

        Raises :class:`ValueError` for another length.
        """
    def expose(self) -> str:
        """Returns the key as text with a checksum, for the configuration."""
    @property
    def id(self) -> str:
        """Eight hexadecimal digits that stand in each record made under the key, and tell nothing
        about it.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class NewApiKey:
    """An API key that was just made: see :meth:`ApiKeys.generate`."""
    def expose(self) -> str:
        """Returns the key itself, to show to its owner once."""
    @property
    def digest(self) -> str:
        """The digest to store, in a column with a unique index."""
    @property
    def hint(self) -> str:
        """The beginning of the key, by which its owner knows it again in a list. It may be stored too."""
    def __format__(self, _specification: str, /) -> NoReturn: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class ApiKeys:
    """Makes and finds API keys that begin with ``prefix`` and an underscore: the service's name and
    the environment, such as ``acme_live``.

    ``server_keys`` is a :class:`ServerKey`, or several: the first makes digests, all find them.
    Raises :class:`ValueError` for a prefix that is none.

    >>> from ironlatch.show_once import ApiKeys, ServerKey
    >>> api_keys = ApiKeys("acme_live", ServerKey.generate())
    >>> new = api_keys.generate()
    >>> api_keys.verify(new.expose(), new.digest)
    True
    """
    def __new__(cls, prefix: str, server_keys: ServerKey | Sequence[ServerKey]) -> ApiKeys: ...
    @property
    def prefix(self) -> str:
        """The beginning of the keys, without the underscore."""
    @property
    def pattern(self) -> str:
        """A regular expression that finds these keys in any text, for scanners of source code and of
        logs.

        What it finds is a key if :func:`check_api_key` agrees.
        """
    def generate(self) -> NewApiKey:
        """Makes a new key: show ``expose()`` once, store ``digest``."""
    def digest(self, typed: str | Buffer | SecretBytes) -> str:
        """Returns the digest to store of a key, under the current server key.

        Raises what :meth:`digests` raises.
        """
    def digests(self, typed: str | Buffer | SecretBytes) -> list[str]:
        """Returns what to look for in the index: the key's digest under each of the server keys, the
        current one first.

        Raises :class:`MalformedSecret` if it is no key, has another prefix, or was mistyped.
        """
    def verify(self, typed: str | Buffer | SecretBytes, stored: str) -> bool:
        """Returns whether ``stored`` is the digest of what was typed, compared in constant time; False
        for what is no key.

        Raises :class:`UnusableRecord` if ``stored`` is no digest, or was made under a server key
        that was not given.
        """
    def needs_update(self, stored: str) -> bool:
        """Returns whether a stored digest was not made under the current server key: replace it by
        ``digest(typed)``.

        Raises :class:`UnusableRecord` if ``stored`` is no digest.
        """

@final
class NewCodes:
    """Recovery codes that were just made: see :meth:`Codes.generate`."""
    def expose(self) -> list[str]:
        """Returns the codes themselves, to show to their owner once."""
    @property
    def digests(self) -> list[str]:
        """The digests to store, one row each, in a column with a unique index."""
    def __len__(self) -> int: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Codes:
    """Makes and finds recovery codes for one purpose, such as ``login``.

    ``server_keys`` is a :class:`ServerKey`, or several: the first makes digests, all find them.
    Raises :class:`ValueError` for a purpose that is none.

    >>> from ironlatch.show_once import Codes, ServerKey
    >>> codes = Codes("login", ServerKey.generate())
    >>> new = codes.generate("account 17", count=8)
    >>> codes.verify(new.expose()[0], "account 17", new.digests[0])
    True
    """
    def __new__(cls, purpose: str, server_keys: ServerKey | Sequence[ServerKey]) -> Codes: ...
    @property
    def purpose(self) -> str:
        """The purpose of the codes."""
    def generate(self, owner: str | Buffer, count: int = 10) -> NewCodes:
        """Makes ``count`` new codes: show ``expose()`` once, store ``digests``.

        ``owner`` names the person by something that never changes, such as the number of the
        account. Raises :class:`ValueError` for a count that is too small or too large.
        """
    def digest(self, typed: str | Buffer | SecretBytes, owner: str | Buffer) -> str:
        """Returns the digest to store of a code, under the current server key.

        Raises what :meth:`digests` raises.
        """
    def digests(self, typed: str | Buffer | SecretBytes, owner: str | Buffer) -> list[str]:
        """Returns what to look for in the index: the digest of what ``owner`` typed under each of the
        server keys, the current one first. Capitals, spaces and hyphens do not matter.

        Raises :class:`MalformedSecret` if it is no code.
        """
    def verify(self, typed: str | Buffer | SecretBytes, owner: str | Buffer, stored: str) -> bool:
        """Returns whether ``stored`` is the digest of what ``owner`` typed, compared in constant time;
        False for what is no code.

        Raises :class:`UnusableRecord` if ``stored`` is no digest, or was made under a server key
        that was not given.
        """
    def needs_update(self, stored: str) -> bool:
        """Returns whether a stored digest was not made under the current server key. The old server
        key has to stay until the code is used.

        Raises :class:`UnusableRecord` if ``stored`` is no digest.
        """

@final
class SecretSealer:
    """Seals secrets that must be shown again, for one purpose, such as ``webhook secret``, and opens
    them.

    ``server_keys`` is a :class:`ServerKey`, or several: the first seals, all open. Raises
    :class:`ValueError` for a purpose that is none.

    >>> from ironlatch.show_once import SecretSealer, ServerKey
    >>> sealer = SecretSealer("webhook secret", ServerKey.generate())
    >>> stored = sealer.seal("whsec_c2VjcmV0", owner="account 17")
    >>> sealer.open(stored, owner="account 17").expose()
    b'whsec_c2VjcmV0'
    """
    def __new__(cls, purpose: str, server_keys: ServerKey | Sequence[ServerKey]) -> SecretSealer: ...
    @property
    def purpose(self) -> str:
        """The purpose of the secrets."""
    def seal(self, secret: str | Buffer | SecretBytes | Passphrase, owner: str | Buffer) -> str:
        """Encrypts a secret of ``owner``, at most 1 MiB, and returns what to store. Its length can be
        seen.

        ``owner`` names the person by something that never changes, such as the number of the
        account. Raises :class:`ValueError` if the secret is longer.
        """
    def open(self, stored: str, owner: str | Buffer) -> SecretBytes:
        """Decrypts what :meth:`seal` returned for the same owner.

        Raises :class:`UnusableRecord` if it was changed, belongs to another owner or purpose, or
        was sealed under a server key that was not given.
        """
    def needs_update(self, stored: str) -> bool:
        """Returns whether what is stored was not sealed under the current server key: replace it by
        ``update(stored, owner)``.

        Raises :class:`UnusableRecord` if ``stored`` is no sealed secret.
        """
    def update(self, stored: str, owner: str | Buffer) -> str:
        """Seals the same secret again under the current server key.

        Raises what :meth:`open` raises.
        """

def check_api_key(typed: str | Buffer | SecretBytes) -> str:
    """Returns the prefix of an API key of any service that makes its keys as this module does, told
    from its form and checksum alone. Whether it is valid only the service can tell.

    Raises :class:`MalformedSecret` if it is no such key.

    >>> from ironlatch.show_once import ApiKeys, ServerKey, check_api_key
    >>> check_api_key(ApiKeys("acme_live", ServerKey.generate()).generate().expose())
    'acme_live'
    """
