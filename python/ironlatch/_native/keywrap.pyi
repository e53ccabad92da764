from typing import Any

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

def aes_key_wrap(wrapping_key: Buffer | SecretBytes, key_to_wrap: Buffer | SecretBytes, backend: Any = None) -> bytes:
    """Wraps `key_to_wrap`, of at least 16 bytes in whole blocks of 8, under an AES key (RFC 3394).

    Raises `ValueError` if either has a length that is not allowed.
    """

def aes_key_unwrap(wrapping_key: Buffer | SecretBytes, wrapped_key: Buffer, backend: Any = None) -> bytes:
    """Takes the key out of `wrapped_key` (RFC 3394).

    Raises `InvalidUnwrap` if it was wrapped under another key or was changed, and `ValueError` if
    `wrapping_key` has a length that is not allowed.
    """

def aes_key_wrap_with_padding(
    wrapping_key: Buffer | SecretBytes, key_to_wrap: Buffer | SecretBytes, backend: Any = None
) -> bytes:
    """Wraps `key_to_wrap`, of any length but 0, under an AES key (RFC 5649).

    Raises `ValueError` if either has a length that is not allowed.
    """

def aes_key_unwrap_with_padding(wrapping_key: Buffer | SecretBytes, wrapped_key: Buffer, backend: Any = None) -> bytes:
    """Takes the key out of what `aes_key_wrap_with_padding` gave (RFC 5649).

    Raises `InvalidUnwrap` if it was wrapped under another key or was changed, and `ValueError` if
    `wrapping_key` has a length that is not allowed.
    """
