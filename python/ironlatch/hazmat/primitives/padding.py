"""Paddings that fill data up to whole blocks.

padder = PKCS7(128).padder()
padded = padder.update(data) + padder.finalize()
"""

from __future__ import annotations

import abc

from ironlatch import utils
from ironlatch._native.padding import (
    ANSIX923PaddingContext,
    ANSIX923UnpaddingContext,
    PKCS7PaddingContext,
    PKCS7UnpaddingContext,
)
from ironlatch._native.padding import check_block_size as _check_block_size


class PaddingContext(metaclass=abc.ABCMeta):
    """Adds or removes a padding on data that comes in pieces."""

    @abc.abstractmethod
    def update(self, data: utils.Buffer) -> bytes:
        """Takes more data and returns what is ready. Raises AlreadyFinalized after ``finalize``,
        and TypeError if ``data`` is not bytes-like.
        """

    @abc.abstractmethod
    def finalize(self) -> bytes:
        """Returns the rest. Raises AlreadyFinalized the second time and, where it removes a
        padding, ValueError if that is not valid.
        """


PaddingContext.register(PKCS7PaddingContext)
PaddingContext.register(PKCS7UnpaddingContext)
PaddingContext.register(ANSIX923PaddingContext)
PaddingContext.register(ANSIX923UnpaddingContext)


class PKCS7:
    """PKCS#7 padding (RFC 5652 section 6.3) to blocks of ``block_size`` bits: a multiple of 8, at
    most 2040. Raises ValueError for another.
    """

    def __init__(self, block_size: int) -> None:
        _check_block_size(block_size)
        self.block_size = block_size

    def padder(self) -> PaddingContext:
        """A context that adds the padding."""
        return PKCS7PaddingContext(self.block_size)

    def unpadder(self) -> PaddingContext:
        """A context that removes the padding; its finalize raises ValueError if the padding is not
        valid.
        """
        return PKCS7UnpaddingContext(self.block_size)


class ANSIX923:
    """ANSI X9.23 padding to blocks of ``block_size`` bits: a multiple of 8, at most 2040. Raises
    ValueError for another.
    """

    def __init__(self, block_size: int) -> None:
        _check_block_size(block_size)
        self.block_size = block_size

    def padder(self) -> PaddingContext:
        """A context that adds the padding."""
        return ANSIX923PaddingContext(self.block_size)

    def unpadder(self) -> PaddingContext:
        """A context that removes the padding; its finalize raises ValueError if the padding is not
        valid.
        """
        return ANSIX923UnpaddingContext(self.block_size)
