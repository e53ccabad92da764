from typing import final

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class Cobblestone128Decryptor:
    """Decrypts one message. What `update` returns is authentic, but only `finalize` tells that
    it is all of the message.

    Once it has raised `InvalidTag`, every further call raises `AlreadyFinalized`.

    >>> from ironlatch.cobblestone import Cobblestone128Decryptor, Cobblestone128Encryptor
    >>> key = Cobblestone128Encryptor.generate_key()
    >>> encryptor = Cobblestone128Encryptor(key, b"backup")
    >>> sealed = encryptor.update(b"a long message") + encryptor.finalize()
    >>> decryptor = Cobblestone128Decryptor(key, b"backup")
    >>> decryptor.update(sealed) + decryptor.finalize()
    b'a long message'
    """
    def __new__(cls, key: Buffer | SecretBytes, context: Buffer) -> Cobblestone128Decryptor: ...
    def update(self, data: Buffer) -> bytes:
        """Decrypts `data`, and returns the plaintext of the chunks that are whole now.

        Raises `InvalidTag` if key or context is another than that of the encryption, or the
        message was changed.
        """
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like `update`, but writes into `buf`, and returns the number of bytes written.

        `len(data) + 16400` bytes are always enough; for fewer than needed it raises
        `ValueError`. After `InvalidTag` the buffer holds nothing of the message.
        """
    def finalize(self) -> bytes:
        """Decrypts the last chunk, and returns the end of the plaintext: the message is whole
        and authentic.

        Raises `InvalidTag` if it was cut short or changed, `AlreadyFinalized` if it was
        called before.
        """

@final
class Cobblestone128Encryptor:
    """Encrypts one message: the concatenation of what `update` and `finalize` return is the
    ciphertext.

    The decryptor must know `context`, which says what the message is and may be empty.
    Raises `ValueError` for a key of another length than that of `generate_key()`.

    >>> from ironlatch.cobblestone import Cobblestone128Decryptor, Cobblestone128Encryptor
    >>> key = Cobblestone128Encryptor.generate_key()
    >>> encryptor = Cobblestone128Encryptor(key, b"backup")
    >>> sealed = encryptor.update(b"a long message") + encryptor.finalize()
    >>> decryptor = Cobblestone128Decryptor(key, b"backup")
    >>> decryptor.update(sealed) + decryptor.finalize()
    b'a long message'
    """
    def __new__(cls, key: Buffer | SecretBytes, context: Buffer) -> Cobblestone128Encryptor: ...
    @staticmethod
    def generate_key() -> bytes:
        """Makes a new key."""
    def update(self, data: Buffer) -> bytes:
        """Encrypts `data`, and returns the ciphertext of the chunks of 16 KiB that are whole
        now.

        Raises `AlreadyFinalized` after `finalize`.
        """
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like `update`, but writes into `buf`, and returns the number of bytes written.

        `len(data) + len(data) // 1024 + 16456` bytes are always enough; for fewer than
        needed it raises `ValueError`.
        """
    def finalize(self) -> bytes:
        """Encrypts the last chunk, and returns the end of the ciphertext, without which it
        does not decrypt.

        Raises `AlreadyFinalized` if it was called before.
        """

@final
class Cobblestone256Decryptor:
    """Decrypts one message. What `update` returns is authentic, but only `finalize` tells that
    it is all of the message.

    Once it has raised `InvalidTag`, every further call raises `AlreadyFinalized`.

    >>> from ironlatch.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
    >>> key = Cobblestone256Encryptor.generate_key()
    >>> encryptor = Cobblestone256Encryptor(key, b"backup")
    >>> sealed = encryptor.update(b"a long message") + encryptor.finalize()
    >>> decryptor = Cobblestone256Decryptor(key, b"backup")
    >>> decryptor.update(sealed) + decryptor.finalize()
    b'a long message'
    """
    def __new__(cls, key: Buffer | SecretBytes, context: Buffer) -> Cobblestone256Decryptor: ...
    def update(self, data: Buffer) -> bytes:
        """Decrypts `data`, and returns the plaintext of the chunks that are whole now.

        Raises `InvalidTag` if key or context is another than that of the encryption, or the
        message was changed.
        """
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like `update`, but writes into `buf`, and returns the number of bytes written.

        `len(data) + 16400` bytes are always enough; for fewer than needed it raises
        `ValueError`. After `InvalidTag` the buffer holds nothing of the message.
        """
    def finalize(self) -> bytes:
        """Decrypts the last chunk, and returns the end of the plaintext: the message is whole
        and authentic.

        Raises `InvalidTag` if it was cut short or changed, `AlreadyFinalized` if it was
        called before.
        """

@final
class Cobblestone256Encryptor:
    """Encrypts one message: the concatenation of what `update` and `finalize` return is the
    ciphertext.

    The decryptor must know `context`, which says what the message is and may be empty.
    Raises `ValueError` for a key of another length than that of `generate_key()`.

    >>> from ironlatch.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
    >>> key = Cobblestone256Encryptor.generate_key()
    >>> encryptor = Cobblestone256Encryptor(key, b"backup")
    >>> sealed = encryptor.update(b"a long message") + encryptor.finalize()
    >>> decryptor = Cobblestone256Decryptor(key, b"backup")
    >>> decryptor.update(sealed) + decryptor.finalize()
    b'a long message'
    """
    def __new__(cls, key: Buffer | SecretBytes, context: Buffer) -> Cobblestone256Encryptor: ...
    @staticmethod
    def generate_key() -> bytes:
        """Makes a new key."""
    def update(self, data: Buffer) -> bytes:
        """Encrypts `data`, and returns the ciphertext of the chunks of 16 KiB that are whole
        now.

        Raises `AlreadyFinalized` after `finalize`.
        """
    def update_into(self, data: Buffer, buf: Buffer) -> int:
        """Like `update`, but writes into `buf`, and returns the number of bytes written.

        `len(data) + len(data) // 1024 + 16456` bytes are always enough; for fewer than
        needed it raises `ValueError`.
        """
    def finalize(self) -> bytes:
        """Encrypts the last chunk, and returns the end of the ciphertext, without which it
        does not decrypt.

        Raises `AlreadyFinalized` if it was called before.
        """
