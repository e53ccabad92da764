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
    """Signs and verifies, or only verifies, with the one algorithm that belongs to it.

    Its text is a JSON Web Key. ``repr`` shows its name and algorithm alone.

    >>> from ironlatch.signing import Key
    >>> key = Key.generate_pair()
    >>> key.algorithm, key.public().can_sign
    ('ed25519', False)
    """
    @staticmethod
    def generate() -> Key:
        """Makes a new secret for HMAC-SHA-256: everyone who verifies with it can also sign."""
    @staticmethod
    def generate_pair() -> Key:
        """Makes a new Ed25519 private key. Others verify with ``public()``, and cannot sign."""
    @staticmethod
    def from_secret(secret: Buffer | SecretBytes, *, id: str | None = None) -> Key:
        """Takes the HMAC-SHA-256 key of a secret of at least 32 random bytes that comes from
        elsewhere.

        ``id`` is its name, which travels with what is signed; without one, it is computed from the
        secret by HMAC. Raises :class:`ValueError` if the secret is too short.
        """
    @staticmethod
    def from_key(
        key: PrivateKeyTypes | PublicKeyTypes, *, id: str | None = None, algorithm: _Algorithm | None = None
    ) -> Key:
        """Takes a key object: an Ed25519 private or public key, or a P-256, P-384 or RSA public key of
        others, which only verifies. For an RSA key pass its ``algorithm``: ``rsa-pss-sha512`` or
        ``rsa-v1_5-sha256``.

        Raises :class:`TypeError` for keys that are not for signing, and :class:`ValueError` for an
        algorithm that does not take the key.
        """
    @staticmethod
    def parse(
        text: str | Buffer | SecretBytes | Passphrase,
        *,
        password: str | Buffer | SecretBytes | Passphrase | None = None,
    ) -> Key:
        """Reads a key: a JSON Web Key, or PEM text of a private or public key. ``password`` is that of
        an encrypted PEM.

        Raises :class:`ValueError` if it is malformed or too short, and :class:`TypeError` if it is
        not for signing.
        """
    @staticmethod
    def load(path: str | PathLike[str], *, password: str | Buffer | SecretBytes | Passphrase | None = None) -> Key:
        """Reads a key file, in the forms that :meth:`parse` takes.

        Raises what :meth:`parse` raises, and :class:`OSError` if the file cannot be read.
        Warns with :class:`~ironlatch.secrets.ExposedFileWarning` of a secret or private key in
        clear that every user can read.
        """
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Writes a key file that its owner alone can read.

        Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true.
        """
    def expose(self) -> str:
        """Returns the key's text, a JSON Web Key: as secret as the key is."""
    def public(self) -> Key:
        """Returns the half that others verify with.

        Raises :class:`TypeError` for an HMAC secret, which has none.
        """
    @property
    def id(self) -> str:
        """The key's name, which travels with what it signs."""
    @property
    def algorithm(self) -> _Algorithm:
        """The only algorithm that the key is for: ``hmac-sha256``, ``ed25519`` …"""
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
    """Holds keys of which the first signs and all verify, so that a new key can follow an old one.

    Its text is a JSON Web Key Set. Raises :class:`ValueError` for no keys, or two of the same name.

    >>> from ironlatch.signing import Key, KeySet
    >>> new, old = Key.generate(), Key.generate()
    >>> keys = KeySet([new, old])
    >>> keys.keys[0].id == new.id
    True
    """
    def __new__(cls, keys: Key | KeySet | KeyringKey | Sequence[Key]) -> KeySet: ...
    @staticmethod
    def parse(text: str | Buffer | SecretBytes | Passphrase) -> KeySet:
        """Reads keys of your own: a JSON Web Key Set, a single key, or PEM. Keys of a set that are not
        for signing, or cannot be used, are passed over; ``ignored`` names them, with the reasons.

        Raises :class:`ValueError` if it is malformed, no key is left, or the first one, which
        signs, is damaged.
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> KeySet:
        """Reads a file of keys, in the forms that :meth:`parse` takes.

        Raises what :meth:`parse` raises, and :class:`OSError` if the file cannot be read.
        Warns with :class:`~ironlatch.secrets.ExposedFileWarning` as :meth:`Key.load`.
        """
    @staticmethod
    def parse_public(text: str | Buffer | SecretBytes | Passphrase, *, max_keys: int = 100) -> KeySet:
        """Reads keys that somebody publishes: the text of a JSON Web Key Set, as it came over the
        network. Public keys alone are taken; ``ignored`` says what was passed over, and why.

        Raises :class:`ValueError` if it is no set, longer than a megabyte, holds more than
        ``max_keys``, or no key that verifies.
        """
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Writes the keys to a file that its owner alone can read.

        Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true.
        """
    def expose(self) -> str:
        """Returns the keys' text, a JSON Web Key Set: as secret as they are."""
    def public(self) -> KeySet:
        """Returns the public halves.

        Raises :class:`TypeError` if one of the keys is an HMAC secret, which has none.
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
    """Makes and verifies signed tokens for one purpose. Everyone who has a token can read it; nobody
    without the key can change it.

    ``keys`` is a Key, a KeySet, a list of keys or a keyring's key: the first signs, all verify.
    ``purpose`` is 1 to 64 lower-case letters, digits, dots, hyphens and underscores; tokens for
    another purpose are refused.

    A new token is valid for ``valid_for``, and clocks may differ by ``leeway``, both in seconds or
    as a timedelta. ``audience`` names the readers of the tokens, and refuses those for others. With
    a ``replay_store`` each token is accepted once. Raises :class:`ValueError` for a purpose or time
    that is none.

    >>> from ironlatch.signing import Key
    >>> from ironlatch.signing.tokens import SignedTokens
    >>> resets = SignedTokens(Key.generate(), "password-reset", valid_for=900)
    >>> token = resets.sign({"user": 17})
    >>> resets.verify(token).data
    {'user': 17}
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
        """Makes a token with ``data``: bytes, or whatever JSON can say.

        ``valid_for`` is in seconds or a timedelta; ``now``, for tests, replaces the clock, in
        seconds since 1970. Raises :class:`ValueError` or :class:`TypeError` if JSON cannot say it,
        :class:`OverflowError` if the token would be longer than 64 KiB, and :class:`TypeError` if
        the key only verifies.
        """
    def verify(self, token: str, *, max_age: float | timedelta | None = None, now: float | None = None) -> Token:
        """Returns the contents of a token that was signed under one of the keys for this purpose, and
        whose time has not passed.

        ``max_age`` bounds its age in seconds or as a timedelta, whatever the token itself says.
        Raises :class:`~ironlatch.signing.NotVerified`, most often
        :class:`~ironlatch.signing.Expired` or :class:`~ironlatch.signing.NotAuthentic`.
        """

@final
class EncryptedTokens:
    """Makes and opens encrypted tokens for one purpose. Nobody without the key can read or change one.

    ``keys`` is an EncryptionKey, a list of them or a keyring's key of the kind ``general``: the
    first encrypts, all open. The rest is as for :class:`SignedTokens`.

    >>> from ironlatch.signing.tokens import EncryptedTokens, EncryptionKey
    >>> sessions = EncryptedTokens(EncryptionKey.generate(), "session")
    >>> sessions.decrypt(sessions.encrypt({"user": 17})).data
    {'user': 17}
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
        """Makes a token with ``data``: bytes, or whatever JSON can say.

        Arguments and errors are those of :meth:`SignedTokens.sign`.
        """
    def decrypt(self, token: str, *, max_age: float | timedelta | None = None, now: float | None = None) -> Token:
        """Returns the contents of a token that was made under one of the keys for this purpose, and
        whose time has not passed.

        Arguments and errors are those of :meth:`SignedTokens.verify`.
        """

@final
class Token:
    """Holds the contents of a verified token."""
    @property
    def data(self) -> Any:
        """The data that the token was made with. None in tokens of others that have neither ``data``
        nor ``bin`` among their claims.
        """
    @property
    def claims(self) -> dict[str, Any]:
        """All claims."""
    @property
    def id(self) -> str | None:
        """The name of this token among others, or None."""
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
    """Encrypts tokens and opens them: a key of 64 bytes. Its text is a JSON Web Key.

    >>> from ironlatch.signing.tokens import EncryptionKey
    >>> key = EncryptionKey.generate()
    >>> EncryptionKey.parse(key.expose()).id == key.id
    True
    """
    @staticmethod
    def generate() -> EncryptionKey:
        """Makes a new key."""
    @staticmethod
    def from_bytes(key: Buffer | SecretBytes, *, id: str | None = None) -> EncryptionKey:
        """Takes 64 random bytes that come from elsewhere. ``id`` is the key's name; without one, it is
        its thumbprint.

        Raises :class:`ValueError` for another length.
        """
    @staticmethod
    def parse(text: str | Buffer | SecretBytes | Passphrase) -> EncryptionKey:
        """Reads a JSON Web Key.

        Raises :class:`ValueError` if it is malformed, and :class:`TypeError` if it is for something
        else.
        """
    @staticmethod
    def load(path: str | PathLike[str]) -> EncryptionKey:
        """Reads a key file.

        Raises what :meth:`parse` raises, and :class:`OSError` if the file cannot be read.
        Warns with :class:`~ironlatch.secrets.ExposedFileWarning` if every user can read it.
        """
    def save(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Writes a key file that its owner alone can read.

        Raises :class:`FileExistsError` if the file exists, unless ``overwrite`` is true.
        """
    def expose(self) -> str:
        """Returns the key's text, a JSON Web Key: as secret as the key is."""
    @property
    def id(self) -> str:
        """The key's name, which travels with the tokens."""
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

_Secret: TypeAlias = str | Buffer | SecretBytes | Passphrase
_Text: TypeAlias = str | bytes
_Headers: TypeAlias = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[_Text, _Text]]

@final
class WebhookSecret:
    """Signs webhooks: a shared secret (``whsec_…``), a key pair (``whsk_…``), or its public half
    (``whpk_…``), which only verifies.

    >>> from ironlatch.signing.webhooks import WebhookSecret
    >>> secret = WebhookSecret.generate_pair()
    >>> secret.public().expose()[:5]
    'whpk_'
    """
    @staticmethod
    def generate() -> WebhookSecret:
        """Makes a new secret that sender and receiver share."""
    @staticmethod
    def generate_pair() -> WebhookSecret:
        """Makes a new key pair. The sender keeps it, and receivers get its ``public()`` half."""
    @staticmethod
    def parse(text: _Secret) -> WebhookSecret:
        """Reads ``whsec_…``, ``whsk_…`` or ``whpk_…``.

        Raises :class:`ValueError` for anything else.
        """
    def expose(self) -> str:
        """Returns the text that ``parse`` reads: as secret as the secret is."""
    def public(self) -> WebhookSecret:
        """Returns the half that receivers get.

        Raises :class:`TypeError` for a shared secret, which has none.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class WebhookSigner:
    """Signs webhooks as Standard Webhooks say.

    ``secrets`` is a keyring's key of the kind ``hmac-sha256`` or ``ed25519``, a WebhookSecret or
    its text, or, while it is being changed, a list of the new and the old one: each webhook then
    carries a signature by each, and by each usable version of a keyring's key. Raises
    :class:`ValueError` for what is no secret, and :class:`TypeError` for one that only verifies.

    >>> from ironlatch.signing.webhooks import WebhookSecret, WebhookSigner
    >>> headers = WebhookSigner(WebhookSecret.generate()).sign(b"{}", id="msg_1")
    >>> sorted(headers)
    ['webhook-id', 'webhook-signature', 'webhook-timestamp']
    """
    def __new__(
        cls, secrets: WebhookSecret | KeyringKey | _Secret | Sequence[WebhookSecret | _Secret]
    ) -> WebhookSigner: ...
    def sign(self, body: Buffer, *, id: str | None = None, now: float | None = None) -> dict[str, str]:
        """Returns the three headers for a message of this ``body``: the very bytes that are sent.

        ``id`` names the message, not the attempt: give the same one when a delivery is tried again.
        Without one, it is a fresh one. ``now`` in seconds since 1970 stands in for the clock, for
        tests.
        """

@final
class WebhookVerifier:
    """Verifies webhooks of one sender that follows Standard Webhooks. The methods are for senders with
    forms of their own.

    ``secrets`` is a keyring's key of the kind ``hmac-sha256`` or ``ed25519``, a WebhookSecret or
    its text, or a list of these two. A webhook's time may differ from the clock by ``tolerance``,
    in seconds or as a timedelta. With a ``replay_store`` each message is accepted once; give each
    sender a store of its own, as the ids are the sender's.

    Raises :class:`ValueError` for a secret or time that is none.

    >>> from ironlatch.signing.webhooks import WebhookSecret, WebhookSigner, WebhookVerifier
    >>> secret = WebhookSecret.generate()
    >>> headers = WebhookSigner(secret).sign(b"{}", id="msg_1")
    >>> WebhookVerifier(secret).verify(headers, b"{}").id
    'msg_1'
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
        """Makes a verifier of GitHub's webhooks, with the secret as it was entered there, or a list of
        secrets. GitHub signs no time.
        """
    @staticmethod
    def stripe(
        secrets: _Secret | Sequence[_Secret],
        *,
        tolerance: float | timedelta | None = 300,
        replay_store: ReplayStore | None = None,
    ) -> WebhookVerifier:
        """Makes a verifier of Stripe's webhooks, with the endpoint's secret as Stripe shows it
        (``whsec_…``), or a list of secrets.
        """
    @staticmethod
    def slack(
        secrets: _Secret | Sequence[_Secret],
        *,
        tolerance: float | timedelta | None = 300,
        replay_store: ReplayStore | None = None,
    ) -> WebhookVerifier:
        """Makes a verifier of Slack's requests, with the app's signing secret, or a list of secrets."""
    def verify(self, headers: _Headers, body: Buffer, *, now: float | None = None) -> Webhook:
        """Verifies that a webhook was signed with a known secret, and that it is recent. ``headers``
        is a mapping, or pairs of names and values; ``body`` holds the bytes as they came, before
        any parsing.

        Raises :class:`~ironlatch.signing.NotVerified` if not.
        """

@final
class Webhook:
    """Describes a webhook that was verified."""
    @property
    def id(self) -> str:
        """The name of the message, the same for each attempt to deliver it."""
    @property
    def timestamp(self) -> int | None:
        """When it was sent, in seconds since 1970. None from GitHub, which does not say."""

@final
class MemoryReplayStore:
    """Remembers what was accepted in memory, for one process. It is empty after a restart.

    When it holds ``capacity`` entries it refuses more, rather than forget one too early.

    >>> from ironlatch.signing.replay import MemoryReplayStore
    >>> store = MemoryReplayStore()
    >>> store.remember("nonce", until=1_900_000_300, now=1_900_000_000)
    True
    >>> store.remember("nonce", until=1_900_000_300, now=1_900_000_000)
    False
    """
    def __new__(cls, capacity: int = 250000) -> MemoryReplayStore: ...
    def remember(self, id: str, until: int, now: int) -> bool:
        """Remembers ``id`` until the time ``until``; it is ``now``, both in seconds since 1970.
        Returns False if it is remembered already.

        Raises :class:`ReplayCheckFailed` if the store is full.
        """
    def __len__(self) -> int: ...

@final
class Target:
    """Holds where a request goes, in its parts: ``path`` begins with a slash and is percent-encoded,
    as ``query`` is; ``host`` is the content of the field ``Host``. A server makes it of what it
    has: joined to a URL, the parts could be read otherwise than they were meant.

    Raises :class:`ValueError` for a scheme that is not http or https, a host that is none, and a
    path or query that holds anything but visible ASCII characters, or one that would end it.

    >>> from ironlatch.signing import Target
    >>> Target("https", "API.example.com:443", "/orders", "page=2").authority
    'api.example.com'
    """
    def __new__(cls, scheme: str, host: str, path: str, query: str | None = None) -> Target: ...
    @staticmethod
    def parse(url: str) -> Target:
        """Reads a whole URL.

        Raises :class:`ValueError` if it is none, names a user, or has a fragment, which is never
        sent.
        """
    @staticmethod
    def received(scheme: str, host: str, method: str, request_target: str) -> Target:
        """Reads what the first line of a request has between method and version, with the field
        ``Host``: a path, a URL of the same host, ``*`` of OPTIONS, or host and port of CONNECT.

        Raises :class:`ValueError` if it is none of these.
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
        """The part after the question mark, or None."""
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class RequestSigner:
    """Signs HTTP requests by RFC 9421: method, host, path, query, the body, and the fields that say
    how to read it, with the time and a nonce.

    ``key`` is a Key, a KeySet, a list of keys or a keyring's key: the first one signs. ``purpose``
    says what the signatures are for; a verifier for another purpose does not accept them.
    ``components`` are more fields to cover, which each request must then have. A signature is valid
    for ``valid_for``, in seconds or as a timedelta.

    Raises :class:`TypeError` if the key only verifies, and :class:`ValueError` for a purpose,
    component or time that is none.

    >>> from ironlatch.signing import Key, RequestSigner
    >>> signer = RequestSigner(Key.generate())
    >>> sorted(signer.sign("POST", "https://api.example.com/orders", body=b"{}"))
    ['Content-Digest', 'Signature', 'Signature-Input']
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
        """Returns the header fields that make a request a signed one: ``Signature-Input``,
        ``Signature`` and, where there is a body, ``Content-Digest``. Set them just before the
        request is sent, in place of any of the same names.

        ``url``, which is text or a :class:`Target`, and ``headers``, a mapping or a list of pairs,
        must be as they are sent. Raises :class:`ValueError` if a field that is to be covered is
        missing, or ``Host`` is not that of the URL.
        """

@final
class RequestVerifier:
    """Verifies HTTP requests that were signed by RFC 9421: that the signature is by one of the keys
    and covers all that matters, that it is of the last ``max_age`` seconds, and that the request
    was not accepted before.

    ``keys`` are those of the senders: a Key, a KeySet, a keyring's key, a list, or a function that
    returns the keys of a name, or None. ``authorities`` are the names of this server, with the port
    if it is not the scheme's own: a request to another is not accepted.

    ``replay_store`` remembers what was accepted: by default in memory, for this process alone; with
    None a request is accepted as often as it comes. ``required`` are more fields that must be
    covered. ``max_age`` and ``leeway``, by which the clocks may differ, are seconds or a timedelta.

    Raises :class:`ValueError` for a name, field or time that is none.

    >>> from ironlatch.signing import Key, RequestSigner, RequestVerifier
    >>> key, url = Key.generate(), "https://api.example.com/orders"
    >>> headers = RequestSigner(key).sign("POST", url, body=b"{}")
    >>> verifier = RequestVerifier(key, authorities=["api.example.com"])
    >>> verifier.verify("POST", url, headers, b"{}").key_id == key.id
    True
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
        """Verifies a request, and returns who signed it, and when.

        ``url`` is the :class:`Target` that the server has, or the URL as the sender knows it;
        ``headers`` are all that came, ``Host`` among them, and ``body`` is as it came. ``now`` is
        another time than the clock's, for tests.

        Raises :class:`NotVerified` or one of its classes if the request is not accepted.
        """

@final
class VerifiedRequest:
    """Describes a request that was accepted."""
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
        """The parts of the request that the signature covers."""

def content_digest(body: Buffer) -> str:
    """Returns the value of ``Content-Digest`` (RFC 9530) for a body: its SHA-256.

    >>> from ironlatch.signing import content_digest
    >>> content_digest(b"{}")
    'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:'
    """
