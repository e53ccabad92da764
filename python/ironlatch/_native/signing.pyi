from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from os import PathLike
from typing import Any, Literal, NoReturn, TypeAlias, final

from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from ironlatch.jwk import IgnoredKey
from ironlatch.keyring import Key as KeyringKey
from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.signing.replay import ReplayStore
from ironlatch.utils import Buffer

_Algorithm: TypeAlias = Literal[
    "hmac-sha256", "ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pss-sha512", "rsa-v1_5-sha256"
]

@final
class Key:
    """A key that signs, or only verifies, with the one algorithm that belongs to it.

    Its text is a JSON Web Key. ``repr`` shows its name and algorithm alone.
    """
    @staticmethod
    def generate() -> Key:
        """A new secret for HMAC-SHA-256: whoever verifies with it can also sign."""
    @staticmethod
    def generate_pair() -> Key:
        """A new Ed25519 private key. Others verify with ``public()``, and cannot sign."""
    @staticmethod
    def from_secret(secret: Buffer | SecretBytes, *, id: str | None = None) -> Key:
        """The HMAC-SHA-256 key of a secret of at least 32 random bytes that comes from elsewhere.

        ``id`` is its name, which travels with what is signed; without one, it is computed from the
        secret by HMAC. Raises :class:`ValueError` if it is too short.
        """
    @staticmethod
    def from_key(
        key: PrivateKeyTypes | PublicKeyTypes, *, id: str | None = None, algorithm: _Algorithm | None = None
    ) -> Key:
        """The key of a key object: an Ed25519 private or public key, or a P-256, P-384 or RSA public
        key of others, which only verifies. An RSA key does not say its ``algorithm``:
        ``rsa-pss-sha512`` or ``rsa-v1_5-sha256``.

        Raises :class:`TypeError` for keys that are not for signing.
        """
    @staticmethod
    def parse(
        text: str | Buffer | SecretBytes | Passphrase,
        *,
        password: str | Buffer | SecretBytes | Passphrase | None = None,
    ) -> Key:
        """Reads a key: a JSON Web Key, or PEM text of a private or public key. ``password`` is that of
        an encrypted PEM.

        Raises :class:`ValueError` if it is malformed or too short, :class:`TypeError` if it is not
        for signing.
        """
    @staticmethod
    def load(path: str | PathLike[str], *, password: str | Buffer | SecretBytes | Passphrase | None = None) -> Key:
        """Reads a key file, in the same forms."""
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Writes a key file that its owner alone can read. An existing file stays unless ``overwrite``
        is true.
        """
    def expose(self) -> str:
        """The key's text, a JSON Web Key: as secret as the key is."""
    def public(self) -> Key:
        """The half that others verify with. Raises :class:`TypeError` for an HMAC secret, which has
        none.
        """
    @property
    def id(self) -> str:
        """The key's name, which travels with what it signs."""
    @property
    def algorithm(self) -> _Algorithm:
        """The one algorithm that the key is for: ``hmac-sha256``, ``ed25519`` …"""
    @property
    def can_sign(self) -> bool:
        """Whether the key signs; a public key only verifies, and so does a secret whose ``key_ops``
        leave out ``sign``.
        """
    @property
    def can_verify(self) -> bool:
        """Whether the key verifies: all do but a secret whose ``key_ops`` leave out ``verify``."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class KeySet:
    """Keys of which the first signs and all verify, so that a new key can follow an old one.

    Its text is a JSON Web Key Set.
    """
    def __new__(cls, keys: Key | KeySet | KeyringKey | Sequence[Key]) -> KeySet: ...
    @staticmethod
    def parse(text: str | Buffer | SecretBytes | Passphrase) -> KeySet:
        """Reads keys of your own: a JSON Web Key Set, a single key, or PEM. Keys of a set that are not
        for signing, or cannot be used, are passed over; ``ignored`` says which ones, and why.

        Raises :class:`ValueError` if it is malformed, no key is left, or the first one, which
        signs, is damaged.
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> KeySet:
        """Reads a file of keys, in the same forms."""
    @staticmethod
    def parse_public(text: str | Buffer | SecretBytes | Passphrase, *, max_keys: int = 100) -> KeySet:
        """Reads keys that somebody publishes: the text of a JSON Web Key Set, as it came over the
        network. Public keys alone are taken; ``ignored`` says what was passed over, and why.

        Raises :class:`ValueError` if it is no set, longer than a megabyte, holds more than
        ``max_keys``, or none that verifies.
        """
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Writes the keys to a file that its owner alone can read. An existing file stays unless
        ``overwrite`` is true.
        """
    def expose(self) -> str:
        """The keys' text, a JSON Web Key Set: as secret as they are."""
    def public(self) -> KeySet:
        """The public halves. Raises :class:`TypeError` if one of the keys is an HMAC secret, which has
        none.
        """
    @property
    def keys(self) -> list[Key]:
        """The keys, the one that signs first. Those of a keyring's set are the ones of now."""
    @property
    def ignored(self) -> list[IgnoredKey]:
        """The keys of the set that were passed over when it was read, with the reasons."""
    def __len__(self) -> int: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class SignedTokens:
    """Makes and verifies signed tokens for one purpose. Who has a token can read it; nobody without
    the key can change it.

    ``keys`` is a Key, a KeySet, a list of keys or a keyring's key: the first signs, all verify.
    ``purpose`` is 1 to 64 lower-case letters, digits, dots, hyphens and underscores; tokens for
    another purpose are refused. A new token is valid for ``valid_for`` seconds, an hour if left
    out; clocks may differ by ``leeway`` seconds. ``audience`` names for whom the tokens are, and
    refuses others'. With a ``replay_store`` each token is accepted once.
    """
    def __new__(
        cls,
        keys: Key | KeySet | KeyringKey | Sequence[Key],
        purpose: str,
        *,
        valid_for: float | timedelta | None = 3600,
        leeway: float | timedelta | None = 10,
        audience: str | None = None,
        replay_store: ReplayStore | None = None,
    ) -> SignedTokens: ...
    def sign(self, data: object, *, valid_for: float | timedelta | None = None, now: float | None = None) -> str:
        """A token with ``data``: bytes, or whatever JSON can say. ``valid_for`` seconds or a
        timedelta; ``now`` in seconds since 1970 in place of the clock, for tests.

        Raises :class:`ValueError` or :class:`TypeError` if JSON cannot say it,
        :class:`OverflowError` if the token would be longer than 64 KiB, :class:`TypeError` if the
        key only verifies.
        """
    def verify(self, token: str, *, max_age: float | timedelta | None = None, now: float | None = None) -> Token:
        """What a token says, if it was signed under one of the keys, for this purpose, and its time
        has not passed.

        ``max_age`` bounds its age in seconds or as a timedelta, whatever the token itself says.
        Raises :class:`~ironlatch.signing.NotVerified`, most often
        :class:`~ironlatch.signing.Expired` or :class:`~ironlatch.signing.NotAuthentic`.
        """

@final
class EncryptedTokens:
    """Makes and opens encrypted tokens for one purpose. Nobody without the key can read or change one.

    ``keys`` is an EncryptionKey, a list of them or a keyring's key of the kind ``general``: the
    first encrypts, all open. The rest is as for SignedTokens.
    """
    def __new__(
        cls,
        keys: EncryptionKey | KeyringKey | Sequence[EncryptionKey],
        purpose: str,
        *,
        valid_for: float | timedelta | None = 3600,
        leeway: float | timedelta | None = 10,
        audience: str | None = None,
        replay_store: ReplayStore | None = None,
    ) -> EncryptedTokens: ...
    def encrypt(self, data: object, *, valid_for: float | timedelta | None = None, now: float | None = None) -> str:
        """A token with ``data``: bytes, or whatever JSON can say. As SignedTokens.sign."""
    def decrypt(self, token: str, *, max_age: float | timedelta | None = None, now: float | None = None) -> Token:
        """What a token says, if it was made under one of the keys. As SignedTokens.verify."""

@final
class Token:
    """What a verified token says."""
    @property
    def data(self) -> Any:
        """What was put in. None in tokens of others that have neither ``data`` nor ``bin`` among their
        claims.
        """
    @property
    def claims(self) -> dict[str, Any]:
        """All claims."""
    @property
    def id(self) -> str | None:
        """What names this token among others, or None."""
    @property
    def issued_at(self) -> float | None:
        """When it was made, in seconds since 1970, or None."""
    @property
    def expires_at(self) -> float | None:
        """When it ends, in seconds since 1970, or None."""
    @property
    def key_id(self) -> str:
        """The name of the key that it was verified with."""

@final
class EncryptionKey:
    """A key of 64 bytes that encrypts tokens and opens them. Its text is a JSON Web Key."""
    @staticmethod
    def generate() -> EncryptionKey:
        """A new key."""
    @staticmethod
    def from_bytes(key: Buffer | SecretBytes, *, id: str | None = None) -> EncryptionKey:
        """The key of 64 random bytes that come from elsewhere. ``id`` is its name; without one, it is
        its thumbprint.
        """
    @staticmethod
    def parse(text: str | Buffer | SecretBytes | Passphrase) -> EncryptionKey:
        """Reads a JSON Web Key. Raises :class:`ValueError` if it is malformed, :class:`TypeError` if
        it is for something else.
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> EncryptionKey:
        """Reads a key file."""
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Writes a key file that its owner alone can read. An existing file stays unless ``overwrite``
        is true.
        """
    def expose(self) -> str:
        """The key's text, a JSON Web Key: as secret as the key is."""
    @property
    def id(self) -> str:
        """The key's name, which travels with the tokens."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

_Secret: TypeAlias = str | Buffer | SecretBytes | Passphrase
_Text: TypeAlias = str | bytes
_Headers: TypeAlias = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[_Text, _Text]]

@final
class WebhookSecret:
    """What webhooks are signed with: a shared secret (``whsec_…``), a key pair (``whsk_…``), or its
    public half (``whpk_…``).
    """
    @staticmethod
    def generate() -> WebhookSecret:
        """A new secret that sender and receiver share."""
    @staticmethod
    def generate_pair() -> WebhookSecret:
        """A new key pair. The sender keeps it, and receivers get its ``public()`` half."""
    @staticmethod
    def parse(text: _Secret) -> WebhookSecret:
        """Reads ``whsec_…``, ``whsk_…`` or ``whpk_…``. Raises :class:`ValueError` for anything else."""
    def expose(self) -> str:
        """The text that ``parse`` reads: as secret as the secret is."""
    def public(self) -> WebhookSecret:
        """The half that receivers get. Raises :class:`TypeError` for a shared secret, which has none."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class WebhookSigner:
    """Signs webhooks as Standard Webhooks say.

    ``secrets`` is a keyring's key of the kind ``hmac-sha256`` or ``ed25519``, a WebhookSecret or
    its text, or, while it is being changed, a list of the new and the old one: each webhook then
    carries a signature by each, and by each usable version of a keyring's key.
    """
    def __new__(
        cls, secrets: WebhookSecret | KeyringKey | _Secret | Sequence[WebhookSecret | _Secret]
    ) -> WebhookSigner: ...
    def sign(self, body: Buffer, *, id: str | None = None, now: float | None = None) -> dict[str, str]:
        """The three headers for a message of this ``body``: the very bytes that are sent.

        ``id`` names the message, not the attempt: give the same one when a delivery is tried again.
        Without one, it is a fresh one. ``now`` in seconds since 1970 stands in for the clock, for
        tests.
        """

@final
class WebhookVerifier:
    """Verifies webhooks of one sender.

    ``secrets`` is a keyring's key of the kind ``hmac-sha256`` or ``ed25519``, a WebhookSecret or
    its text, or a list of these two; ``tolerance`` how many seconds a webhook's time may differ
    from the clock. With a ``replay_store`` each message is accepted once; give each sender a store
    of its own, as the ids are the sender's.
    """
    def __new__(
        cls,
        secrets: WebhookSecret | KeyringKey | _Secret | Sequence[WebhookSecret | _Secret],
        *,
        tolerance: float | timedelta | None = 300,
        replay_store: ReplayStore | None = None,
    ) -> WebhookVerifier: ...
    @staticmethod
    def github(secrets: _Secret | Sequence[_Secret], *, replay_store: ReplayStore | None = None) -> WebhookVerifier:
        """For GitHub's webhooks, with the secret as it was entered there, or a list of secrets. GitHub
        signs no time.
        """
    @staticmethod
    def stripe(
        secrets: _Secret | Sequence[_Secret],
        *,
        tolerance: float | timedelta | None = 300,
        replay_store: ReplayStore | None = None,
    ) -> WebhookVerifier:
        """For Stripe's webhooks, with the endpoint's secret as Stripe shows it (``whsec_…``), or a
        list of secrets.
        """
    @staticmethod
    def slack(
        secrets: _Secret | Sequence[_Secret],
        *,
        tolerance: float | timedelta | None = 300,
        replay_store: ReplayStore | None = None,
    ) -> WebhookVerifier:
        """For Slack's requests, with the app's signing secret, or a list of secrets."""
    def verify(self, headers: _Headers, body: Buffer, *, now: float | None = None) -> Webhook:
        """Checks that a webhook was signed with a known secret, and that it is recent. ``headers`` is
        a mapping, or pairs of names and values; ``body`` the bytes as they came, before any
        parsing.

        Raises :class:`~ironlatch.signing.NotVerified`.
        """

@final
class Webhook:
    """A webhook that was sent by somebody who knows the secret."""
    @property
    def id(self) -> str:
        """What names the message, the same for each attempt to deliver it."""
    @property
    def timestamp(self) -> int | None:
        """When it was sent, in seconds since 1970. None from GitHub, which does not say."""

@final
class MemoryReplayStore:
    """Keeps what was accepted in memory, for one process. It is empty after a restart.

    When ``capacity`` are kept at once it refuses more, rather than forget one too early.
    """
    def __new__(cls, capacity: int = 250000) -> MemoryReplayStore: ...
    def remember(self, id: str, until: int, now: int) -> bool:
        """Keeps ``id`` until the time ``until``; it is ``now``, both in seconds since 1970. True if it
        was not kept yet.

        Raises :class:`ReplayCheckFailed` if the store is full.
        """
    def __len__(self) -> int: ...

@final
class Target:
    """Where a request goes, in its parts: ``path`` begins with a slash and is percent-encoded, as
    ``query`` is; ``host`` is what the field ``Host`` says. A server makes it of what it has: joined
    to a URL, the parts could be read otherwise than they were meant.

    Raises :class:`ValueError` for a scheme that is not http or https, a host that is none, and a
    path or query that holds anything but visible ASCII characters, or one that would end it.
    """
    def __new__(cls, scheme: str, host: str, path: str, query: str | None = None) -> Target: ...
    @staticmethod
    def parse(url: str) -> Target:
        """A whole URL. Raises :class:`ValueError` if it is none, names a user, or has a fragment,
        which is never sent.
        """
    @staticmethod
    def received(scheme: str, host: str, method: str, request_target: str) -> Target:
        """What the first line of a request has between method and version, with the field ``Host``: a
        path, a URL of the same host, ``*`` of OPTIONS, or host and port of CONNECT. Raises
        :class:`ValueError` if it is none of these.
        """
    @property
    def scheme(self) -> Literal["http", "https"]:
        """``http`` or ``https``."""
    @property
    def authority(self) -> str:
        """The host in small letters, with the port if it is not the scheme's own."""
    @property
    def path(self) -> str:
        """The path."""
    @property
    def query(self) -> str | None:
        """What stands after the question mark, or None."""
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class RequestSigner:
    """Signs HTTP requests by RFC 9421: method, host, path, query, the body, and the fields that say
    how to read it, with the time and a nonce.

    ``purpose`` says what the signatures are for; a verifier for another purpose does not accept
    them. ``components`` are more fields to cover, which each request must then have. A signature is
    valid for ``valid_for`` seconds.

    Raises :class:`TypeError` for a public key, :class:`ValueError` for what is no purpose, field or
    time.
    """
    def __new__(
        cls,
        key: Key | KeySet | KeyringKey | Sequence[Key],
        *,
        purpose: str | None = None,
        components: Sequence[str] = (),
        valid_for: float | timedelta = 300,
    ) -> RequestSigner: ...
    def sign(
        self,
        method: str,
        url: str | Target,
        headers: Mapping[str, str | bytes] | Iterable[tuple[str | bytes, str | bytes]] | None = None,
        body: Buffer | None = None,
    ) -> dict[str, str]:
        """The header fields that make a request a signed one: ``Signature-Input``, ``Signature`` and,
        where there is a body, ``Content-Digest``. Set them just before the request is sent, in
        place of any of the same names.

        ``url``, which is text or a Target, and ``headers`` must be as they are sent; ``headers`` is
        a mapping or a list of pairs. Raises :class:`ValueError` if a field that is to be covered is
        missing, or ``Host`` is not that of the URL.
        """

@final
class RequestVerifier:
    """Verifies HTTP requests that were signed by RFC 9421: that the signature is by one of the keys
    and covers all that matters, that it is of the last ``max_age`` seconds, and that the request
    was not accepted before.

    ``keys`` are those of the senders: a Key, a KeySet, a keyring's key, a list, or a function that
    gives the keys of a name, or None. What was accepted is kept in ``replay_store``: by default in
    memory, for this process alone; None accepts a request as often as it comes. ``required`` are
    more fields that must be covered. ``authorities`` are the names of this server, with the port if
    it is not the scheme's own: a request to another is not accepted. The clocks may differ by
    ``leeway`` seconds.
    """
    def __new__(
        cls,
        keys: Key | KeySet | KeyringKey | Sequence[Key] | Callable[[str | None], Key | KeySet | Sequence[Key] | None],
        *,
        authorities: Sequence[str],
        replay_store: ReplayStore | None = ...,
        purpose: str | None = None,
        required: Sequence[str] = (),
        max_age: float | timedelta = 300,
        leeway: float | timedelta = 30,
    ) -> RequestVerifier: ...
    def verify(
        self,
        method: str,
        url: str | Target,
        headers: Mapping[str, str | bytes] | Iterable[tuple[str | bytes, str | bytes]],
        body: Buffer | None = None,
        *,
        now: float | None = None,
    ) -> VerifiedRequest:
        """What is known of a request that is accepted: who signed it, and when.

        ``url`` is the Target that the server has, or the URL as the sender knows it; ``headers``
        are all that came, ``Host`` among them, and ``body`` is as it came. ``now`` is another time
        than the clock's, for tests.

        Raises :class:`NotVerified` or one of its classes if it is not accepted.
        """

@final
class VerifiedRequest:
    """What is known of a request that was accepted."""
    @property
    def key_id(self) -> str:
        """The name of the key that signed it: who sent it."""
    @property
    def created(self) -> int:
        """When it was signed, in seconds since 1970."""
    @property
    def expires(self) -> int | None:
        """When the signature ends, or None."""
    @property
    def nonce(self) -> str | None:
        """The signature's own name, or None."""
    @property
    def components(self) -> list[str]:
        """What the signature covers."""

def content_digest(body: Buffer) -> str:
    """The value of ``Content-Digest`` (RFC 9530) for a body: its SHA-256."""
