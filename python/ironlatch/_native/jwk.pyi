from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, final

from ironlatch.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Jwk:
    """Holds a JSON Web Key (RFC 7517): a key with what is said about it.

    ``key`` is a private or public key object of a type that has a JWK, or the bytes of a symmetric
    key (bytes-like or SecretBytes). ``kid`` is the key's name, ``alg`` the one algorithm that it is
    for, ``use`` is sig or enc, and ``key_ops`` lists what it may be used for.

    Raises TypeError for what is no key, UnsupportedAlgorithm for types without a JWK, and
    ValueError if ``alg`` does not take the key (another type or curve, a short secret, RSA of less
    than 2048 bits) or ``key_ops`` contradict ``use``.

    >>> from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    >>> from ironlatch.jwk import Jwk
    >>> jwk = Jwk(Ed25519PrivateKey.generate(), kid="2027", use="sig")
    >>> jwk.to_dict()["crv"]
    'Ed25519'
    """
    def __new__(
        cls,
        key: PrivateKeyTypes | PublicKeyTypes | SecretBytes | Buffer,
        *,
        kid: str | None = None,
        alg: str | None = None,
        use: str | None = None,
        key_ops: list[str] | None = None,
    ) -> Jwk: ...
    @property
    def key(self) -> PrivateKeyTypes | PublicKeyTypes | SecretBytes:
        """The key: an object of the private or public key classes, or SecretBytes for a symmetric key."""
    @property
    def kid(self) -> str | None:
        """The key's name."""
    @property
    def alg(self) -> str | None:
        """The only algorithm that the key is for."""
    @property
    def use(self) -> str | None:
        """The use of the key: sig or enc."""
    @property
    def key_ops(self) -> list[str] | None:
        """The operations that the key may be used for."""
    @property
    def is_private(self) -> bool:
        """Whether the key is one to keep secret: a private or a symmetric key."""
    def public(self) -> Jwk:
        """Returns the public half.

        Raises TypeError for a symmetric key, which has none.
        """
    def thumbprint(self) -> str:
        """Returns the key's name from its contents: SHA-256 over its required members, in base64url
        (RFC 7638).
        """
    def to_json(self, *, private: bool = False) -> str:
        """Returns the JSON text of the public half, or with ``private`` of the whole key, which then
        is as secret as the key.

        Raises TypeError for a symmetric key without ``private``.
        """
    def to_dict(self, *, private: bool = False) -> dict[str, Any]:
        """Returns what :meth:`to_json` does, as a dictionary.

        Raises TypeError for a symmetric key without ``private``.
        """
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

def load(data: str | Buffer | SecretBytes | Mapping[str, Any]) -> Jwk:
    """Reads a JWK: JSON text, its UTF-8 bytes, or a mapping as ``json.loads`` gives it.

    Raises ValueError if it is malformed, has a member twice, its numbers do not belong together, or
    what it says about the key is not true of it; UnsupportedAlgorithm for a type or curve that is
    not known.

    >>> from ironlatch import jwk
    >>> key = jwk.load('{"kty": "oct", "kid": "a", "k": "MDEyMzQ1Njc4OWFiY2RlZg"}')
    >>> key.kid, key.is_private
    ('a', True)
    """

def load_set(data: str | Buffer | SecretBytes | Mapping[str, Any]) -> JwkSet:
    """Reads a JWK Set (RFC 7517 section 5), in the same forms as :func:`load`. Keys that cannot be
    used are passed over; ``ignored`` of the result names them, with the reasons.

    Raises ValueError if it is no set, or holds more than 1000 keys.

    >>> from ironlatch import jwk
    >>> keys = jwk.load_set('{"keys": [{"kty": "oct", "k": "c2hvcnQ"}, {"kty": "new"}]}')
    >>> len(keys), len(keys.ignored)
    (1, 1)
    """

def load_public_set(data: str | Buffer | SecretBytes | Mapping[str, Any], *, max_keys: int = 100) -> JwkSet:
    """Reads a JWK Set that somebody publishes: as :func:`load_set`, but symmetric and private keys are
    passed over, and no work is done for them.

    Raises ValueError if it is no set, or holds more than ``max_keys``.

    >>> from ironlatch import jwk
    >>> keys = jwk.load_public_set('{"keys": [{"kty": "oct", "k": "c2hvcnQ"}]}', max_keys=20)
    >>> len(keys)
    0
    """

@final
class JwkSet:
    """Holds the keys of a JWK Set that can be used, in its order: a sequence of Jwk."""
    @property
    def ignored(self) -> list[IgnoredKey]:
        """The keys of the set that were passed over, with the reasons."""
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> Jwk: ...
    def __iter__(self) -> Iterator[Jwk]: ...
    def __reduce_ex__(self, _protocol: object, /) -> NoReturn: ...

@final
class IgnoredKey:
    """Describes a key of a JWK Set that was passed over."""
    @property
    def index(self) -> int:
        """The place of the key in the set, from 0."""
    @property
    def kid(self) -> str | None:
        """Its ``kid``, if that can be read."""
    @property
    def reason(self) -> str:
        """Why it cannot be used."""
