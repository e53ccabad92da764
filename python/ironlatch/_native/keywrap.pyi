from typing import Any

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

def aes_key_wrap(
    wrapping_key: Buffer | SecretBytes, key_to_wrap: Buffer | SecretBytes, backend: Any = None
) -> bytes: ...
def aes_key_unwrap(wrapping_key: Buffer | SecretBytes, wrapped_key: Buffer, backend: Any = None) -> bytes: ...
def aes_key_wrap_with_padding(
    wrapping_key: Buffer | SecretBytes, key_to_wrap: Buffer | SecretBytes, backend: Any = None
) -> bytes: ...
def aes_key_unwrap_with_padding(
    wrapping_key: Buffer | SecretBytes, wrapped_key: Buffer, backend: Any = None
) -> bytes: ...
