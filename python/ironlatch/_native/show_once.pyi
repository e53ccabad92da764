from collections.abc import Sequence
from os import PathLike
from typing import NoReturn, final

from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class ServerKey:
    """The secret key of a service that digests and sealed secrets depend on.

    It belongs into the service's configuration or its secret store, never into the database.
    """
    @staticmethod
    def generate() -> ServerKey:
        """A random key."""
    @staticmethod
    def parse(text: str | Buffer | SecretBytes | Passphrase) -> ServerKey:
        """Reads what :meth:`expose` gave. Raises :class:`MalformedSecret` if it was mistyped or cut
        short.
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> ServerKey:
        """Reads the file that ``ironlatch secret server-key`` wrote.

        Raises :class:`MalformedSecret` if it holds something else, and :class:`OSError` if it cannot
        be read.
        """
    @staticmethod
    def from_text(text: str | Buffer | SecretBytes) -> ServerKey:
        """Deprecated: use :meth:`parse`."""
    @staticmethod
    def from_file(path: str | PathLike[str]) -> ServerKey:
        """Deprecated: use :meth:`load`."""
    @staticmethod
    def from_bytes(key: Buffer | SecretBytes) -> ServerKey:
        """The key of 32 random bytes that something else made: a key management service, say."""
    def expose(self) -> str:
        """The key as text with a checksum, for the configuration."""
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
        """The key itself, to be shown to its owner once."""
    @property
    def digest(self) -> str:
        """What to store, in a column with a unique index."""
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
    """
    def __new__(cls, prefix: str, server_keys: ServerKey | Sequence[ServerKey]) -> ApiKeys: ...
    @property
    def prefix(self) -> str:
        """What the keys begin with, without the underscore."""
    @property
    def pattern(self) -> str:
        """A regular expression that finds these keys in any text, for scanners of source code and of
        logs.

        What it finds is a key if :func:`check_api_key` agrees.
        """
    def generate(self) -> NewApiKey:
        """A new key: show ``expose()`` once, store ``digest``."""
    def digest(self, typed: str | Buffer | SecretBytes) -> str:
        """What to store of a key: its digest under the current server key. Errors are those of
        :meth:`digests`.
        """
    def digests(self, typed: str | Buffer | SecretBytes) -> list[str]:
        """What to look for in the index: the key's digest under each of the server keys, the current
        one first.

        Raises :class:`MalformedSecret` if it is no key, has another prefix, or was mistyped.
        """
    def verify(self, typed: str | Buffer | SecretBytes, stored: str) -> bool:
        """Whether ``stored`` is the digest of what was typed, compared in constant time; false for
        what is no key.

        Raises :class:`UnusableRecord` if ``stored`` is no digest, or was made under a server key
        that was not given.
        """
    def needs_update(self, stored: str) -> bool:
        """Whether a stored digest was not made under the current server key: replace it by
        ``digest(typed)``.

        Raises :class:`UnusableRecord` if ``stored`` is no digest.
        """

@final
class NewCodes:
    """Recovery codes that were just made: see :meth:`Codes.generate`."""
    def expose(self) -> list[str]:
        """The codes themselves, to be shown to their owner once."""
    @property
    def digests(self) -> list[str]:
        """What to store, one row each, in a column with a unique index."""
    def __len__(self) -> int: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class Codes:
    """Makes and finds recovery codes for one purpose, such as ``login``.

    ``server_keys`` is a :class:`ServerKey`, or several: the first makes digests, all find them.
    """
    def __new__(cls, purpose: str, server_keys: ServerKey | Sequence[ServerKey]) -> Codes: ...
    @property
    def purpose(self) -> str:
        """What the codes are for."""
    def generate(self, owner: str | Buffer, count: int = 10) -> NewCodes:
        """``count`` new codes: show ``expose()`` once, store ``digests``.

        ``owner`` is what never changes about the person, such as the number of the account.
        """
    def digest(self, typed: str | Buffer | SecretBytes, owner: str | Buffer) -> str:
        """What to store of a code: its digest under the current server key. Errors are those of
        :meth:`digests`.
        """
    def digests(self, typed: str | Buffer | SecretBytes, owner: str | Buffer) -> list[str]:
        """What to look for in the index: the digest of what ``owner`` typed under each of the server
        keys, the current one first. Capitals, spaces and hyphens do not matter.

        Raises :class:`MalformedSecret` if it is no code.
        """
    def verify(self, typed: str | Buffer | SecretBytes, owner: str | Buffer, stored: str) -> bool:
        """Whether ``stored`` is the digest of what ``owner`` typed, compared in constant time; false
        for what is no code.

        Raises :class:`UnusableRecord` if ``stored`` is no digest, or was made under a server key
        that was not given.
        """
    def needs_update(self, stored: str) -> bool:
        """Whether a stored digest was not made under the current server key, which has to stay until
        the code is used.

        Raises :class:`UnusableRecord` if ``stored`` is no digest.
        """

@final
class SecretSealer:
    """Seals secrets that must be shown again, for one purpose, such as ``webhook secret``, and opens
    them.

    ``server_keys`` is a :class:`ServerKey`, or several: the first seals, all open.
    """
    def __new__(cls, purpose: str, server_keys: ServerKey | Sequence[ServerKey]) -> SecretSealer: ...
    @property
    def purpose(self) -> str:
        """What the secrets are for."""
    def seal(self, secret: str | Buffer | SecretBytes | Passphrase, owner: str | Buffer) -> str:
        """What to store of ``owner``'s secret of at most 1 MiB. Its length can be seen.

        ``owner`` is what never changes about the person, such as the number of the account.
        """
    def open(self, stored: str, owner: str | Buffer) -> SecretBytes:
        """The secret that ``stored`` was made of, for the same owner.

        Raises :class:`UnusableRecord` if it was changed, belongs to another owner or purpose, or
        was sealed under a server key that was not given.
        """
    def needs_update(self, stored: str) -> bool:
        """Whether what is stored was not sealed under the current server key: replace it by
        ``update(stored, owner)``.

        Raises :class:`UnusableRecord` if ``stored`` is no sealed secret.
        """
    def update(self, stored: str, owner: str | Buffer) -> str:
        """The same secret sealed anew under the current server key. Errors are those of :meth:`open`."""

def check_api_key(typed: str | Buffer | SecretBytes) -> str:
    """The prefix of an API key of any service that makes its keys as this module does, told from its
    form and checksum alone.

    Raises :class:`MalformedSecret` if it is no such key. Whether it is valid only the service can
    tell.
    """
