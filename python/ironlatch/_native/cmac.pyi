from typing import Any, final

from ironlatch.hazmat.primitives._cipheralgorithm import BlockCipherAlgorithm
from ironlatch.utils import Buffer

@final
class CMAC:
    """A message authentication code made of a block cipher, in progress (SP 800-38B).

    `algorithm` is the cipher with its key. Raises `TypeError` if it is no block cipher, and
    `UnsupportedAlgorithm` if it is one that is not available here.
    """
    def __new__(cls, algorithm: BlockCipherAlgorithm, backend: Any = None) -> CMAC: ...
    def update(self, data: Buffer) -> None:
        """Takes `data` in. Raises `AlreadyFinalized` after `finalize` or `verify`."""
    def finalize(self) -> bytes:
        """The code of all that came in: as many bytes as the cipher's block. The context takes no more
        after it.

        Raises `AlreadyFinalized` if the context has given its result before.
        """
    def verify(self, signature: bytes) -> None:
        """Compares the code of all that came in with `signature`, in constant time. The context takes
        no more after it.

        Raises `InvalidSignature` if they differ, `AlreadyFinalized` if the context has given its
        result before.
        """
    def copy(self) -> CMAC:
        """An independent context in the same state. Raises `AlreadyFinalized` after `finalize` or
        `verify`.
        """
