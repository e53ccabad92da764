from typing import final

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Poly1305:
    """A one-time authenticator, in progress (RFC 8439).

    `key` has 32 bytes and must serve one message and no other. Raises `ValueError` if its length is
    another.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> Poly1305: ...
    @staticmethod
    def generate_tag(key: Buffer | SecretBytes, data: Buffer) -> bytes:
        """Returns the tag of `data` under `key`, 16 bytes, in one call. Raises `ValueError` for a key
        of another length than 32 bytes, and `TypeError` if an argument is not bytes-like.
        """
    @staticmethod
    def verify_tag(key: Buffer | SecretBytes, data: Buffer, tag: bytes) -> None:
        """Compares the tag of `data` under `key` with `tag`, in constant time. Raises
        `InvalidSignature` if they differ.
        """
    def update(self, data: Buffer) -> None:
        """Takes `data` in. Raises `AlreadyFinalized` after `finalize` or `verify`."""
    def finalize(self) -> bytes:
        """The tag of all that came in: 16 bytes. The context takes no more after it.

        Raises `AlreadyFinalized` if the context has given its result before.
        """
    def verify(self, tag: bytes) -> None:
        """Compares the tag of all that came in with `tag`, in constant time. The context takes no more
        after it.

        Raises `InvalidSignature` if they differ, `AlreadyFinalized` if the context has given its
        result before.
        """
