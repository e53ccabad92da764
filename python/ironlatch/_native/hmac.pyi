from typing import Any, final

from ironlatch.hazmat.primitives.hashes import HashAlgorithm, HashContext
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class HMAC(HashContext):
    """A keyed message authentication code in progress (RFC 2104).

    `key` may have any length; as long as the digest is a good one. Raises `UnsupportedAlgorithm` if
    the hash function is not available, or is one without a fixed length.
    """
    def __new__(cls, key: Buffer | SecretBytes, algorithm: HashAlgorithm, backend: Any = None) -> HMAC: ...
    @property
    def algorithm(self) -> HashAlgorithm:
        """The hash function, as it was given."""
    def update(self, data: Buffer) -> None:
        """Takes `data` in. Raises `AlreadyFinalized` after `finalize` or `verify`."""
    def finalize(self) -> bytes:
        """The code of all that came in: `algorithm.digest_size` bytes. The context takes no more after
        it.

        Raises `AlreadyFinalized` if the context has given its result before.
        """
    def verify(self, signature: bytes) -> None:
        """Compares the code of all that came in with `signature`, in constant time. The context takes
        no more after it.

        Raises `InvalidSignature` if they differ, `AlreadyFinalized` if the context has given its
        result before.
        """
    def copy(self) -> HMAC:
        """An independent context in the same state. Raises `AlreadyFinalized` after `finalize` or
        `verify`.
        """
