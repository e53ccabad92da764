from typing import Any, final

from ironlatch.hazmat.primitives.hashes import ExtendableOutputFunction, HashAlgorithm, HashContext
from ironlatch.utils import Buffer

@final
class Hash(HashContext):
    """A hash in progress.

    `algorithm` is an instance of a `HashAlgorithm`. Raises `TypeError` for anything else, and
    `UnsupportedAlgorithm` if the function is not available.
    """
    def __new__(cls, algorithm: HashAlgorithm, backend: Any = None) -> Hash: ...
    @property
    def algorithm(self) -> HashAlgorithm:
        """The hash function, as it was given."""
    def update(self, data: Buffer) -> None:
        """Hashes `data` on. Raises `AlreadyFinalized` after `finalize`."""
    def finalize(self) -> bytes:
        """The hash of all that came in: `algorithm.digest_size` bytes. The context takes no more after
        it.

        Raises `AlreadyFinalized` if it was called before.
        """
    def copy(self) -> Hash:
        """An independent context in the same state. Raises `AlreadyFinalized` after `finalize`."""
    @staticmethod
    def hash(algorithm: HashAlgorithm, data: Buffer) -> bytes:
        """Returns the hash of `data`, in one call: `algorithm.digest_size` bytes.

        Raises `TypeError` if `algorithm` is no `HashAlgorithm` or `data` not bytes-like, and
        `UnsupportedAlgorithm` if the function is not available.
        """

@final
class XOFHash:
    """An extendable-output function in progress: first input, then any number of pieces of output.

    `algorithm` is an instance of an `ExtendableOutputFunction`; its `digest_size` limits the output
    in all. Raises `TypeError` for anything else.
    """
    def __new__(cls, algorithm: ExtendableOutputFunction) -> XOFHash: ...
    @property
    def algorithm(self) -> ExtendableOutputFunction:
        """The function, as it was given."""
    def update(self, data: Buffer) -> None:
        """Hashes `data` on. Raises `AlreadyFinalized` after the first `squeeze`."""
    def squeeze(self, length: int) -> bytes:
        """The next `length` bytes of output. Raises `ValueError` if the total would pass
        `algorithm.digest_size`.
        """
    def copy(self) -> XOFHash:
        """An independent context in the same state."""

def hash_supported(algorithm: HashAlgorithm) -> bool:
    """Whether `Hash` takes this algorithm."""
