from typing import final

from ironlatch.hazmat.primitives.padding import PaddingContext
from ironlatch.utils import Buffer

@final
class PKCS7PaddingContext(PaddingContext):
    """Pads data that comes in pieces. Raises ValueError for a block_size that is no multiple
    of 8 from 8 to 2040.
    """
    def __new__(cls, block_size: int) -> PKCS7PaddingContext: ...
    def update(self, data: Buffer) -> bytes:
        """Takes more data, and returns it: only the end of the data changes, in finalize.
        Raises AlreadyFinalized.
        """
    def finalize(self) -> bytes:
        """Returns the padding, 1 to block_size / 8 bytes. Raises AlreadyFinalized."""

@final
class PKCS7UnpaddingContext(PaddingContext):
    """Removes the padding from data that comes in pieces. Raises ValueError for a block_size
    that is no multiple of 8 from 8 to 2040.
    """
    def __new__(cls, block_size: int) -> PKCS7UnpaddingContext: ...
    def update(self, data: Buffer) -> bytes:
        """Takes more data, and returns what is surely not padding: the last block is held
        back. Raises AlreadyFinalized.
        """
    def finalize(self) -> bytes:
        """Returns the rest of the data without its padding. Raises ValueError if the padding
        is not valid, and AlreadyFinalized.
        """

@final
class ANSIX923PaddingContext(PaddingContext):
    """Pads data that comes in pieces. Raises ValueError for a block_size that is no multiple
    of 8 from 8 to 2040.
    """
    def __new__(cls, block_size: int) -> ANSIX923PaddingContext: ...
    def update(self, data: Buffer) -> bytes:
        """Takes more data, and returns it: only the end of the data changes, in finalize.
        Raises AlreadyFinalized.
        """
    def finalize(self) -> bytes:
        """Returns the padding, 1 to block_size / 8 bytes. Raises AlreadyFinalized."""

@final
class ANSIX923UnpaddingContext(PaddingContext):
    """Removes the padding from data that comes in pieces. Raises ValueError for a block_size
    that is no multiple of 8 from 8 to 2040.
    """
    def __new__(cls, block_size: int) -> ANSIX923UnpaddingContext: ...
    def update(self, data: Buffer) -> bytes:
        """Takes more data, and returns what is surely not padding: the last block is held
        back. Raises AlreadyFinalized.
        """
    def finalize(self) -> bytes:
        """Returns the rest of the data without its padding. Raises ValueError if the padding
        is not valid, and AlreadyFinalized.
        """

def check_block_size(block_size: int) -> None:
    """Raises ValueError unless `block_size` is a block size in bits that the paddings take."""
