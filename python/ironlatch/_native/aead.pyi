from collections.abc import Sequence
from typing import final

from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer

@final
class AESGCM:
    """AES-GCM (NIST SP 800-38D): authenticated encryption with keys of 16, 24 or 32 bytes and
    nonces of 8 to 128 bytes (use 12).

    Raises ValueError for a key of another length, and TypeError if it is neither bytes-like nor
    a SecretBytes.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> AESGCM: ...
    @staticmethod
    def generate_key(bit_length: int) -> bytes:
        """Returns a new random key as bytes. Raises ValueError for another `bit_length` than
        128, 192 or 256.
        """
    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns the
        ciphertext followed by the tag, of 16 bytes unless told otherwise.

        Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong
        length and OverflowError for more than 2**31 - 1 bytes.
        """
    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext.

        Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the
        encryption.
        """
    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like encrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        Raises ValueError for a buffer of another length, TypeError for one that cannot be
        written to, and what encrypt raises.
        """
    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like decrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another
        length, and TypeError for one that cannot be written to.
        """

@final
class AESCCM:
    """AES-CCM (NIST SP 800-38C): authenticated encryption with keys of 16, 24 or 32 bytes, nonces
    of 7 to 13 bytes and tags of tag_length bytes: 4, 6, 8, 10, 12, 14 or 16.

    A message must be shorter than 2 ** (8 * (15 - len(nonce))) bytes. Raises ValueError for a
    longer one, and for another tag_length or length of the key, and TypeError if that is
    neither bytes-like nor a SecretBytes.
    """
    def __new__(cls, key: Buffer | SecretBytes, tag_length: int = 16) -> AESCCM: ...
    @staticmethod
    def generate_key(bit_length: int) -> bytes:
        """Returns a new random key as bytes. Raises ValueError for another `bit_length` than
        128, 192 or 256.
        """
    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns the
        ciphertext followed by the tag, of 16 bytes unless told otherwise.

        Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong
        length and OverflowError for more than 2**31 - 1 bytes.
        """
    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext.

        Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the
        encryption.
        """
    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like encrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        Raises ValueError for a buffer of another length, TypeError for one that cannot be
        written to, and what encrypt raises.
        """
    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like decrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another
        length, and TypeError for one that cannot be written to.
        """

@final
class AESGCMSIV:
    """AES-GCM-SIV (RFC 8452): authenticated encryption with keys of 16, 24 or 32 bytes and nonces
    of 12 bytes.

    A nonce that is used twice gives away only whether the two messages are equal. Raises
    ValueError for a key of another length, and TypeError if it is neither bytes-like nor a
    SecretBytes.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> AESGCMSIV: ...
    @staticmethod
    def generate_key(bit_length: int) -> bytes:
        """Returns a new random key as bytes. Raises ValueError for another `bit_length` than
        128, 192 or 256.
        """
    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns the
        ciphertext followed by the tag, of 16 bytes unless told otherwise.

        Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong
        length and OverflowError for more than 2**31 - 1 bytes.
        """
    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext.

        Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the
        encryption.
        """
    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like encrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        Raises ValueError for a buffer of another length, TypeError for one that cannot be
        written to, and what encrypt raises.
        """
    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like decrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another
        length, and TypeError for one that cannot be written to.
        """

@final
class AESOCB3:
    """AES-OCB3 (RFC 7253): authenticated encryption with keys of 16, 24 or 32 bytes and nonces of
    12 to 15 bytes.

    Raises ValueError for a key of another length, and TypeError if it is neither bytes-like nor
    a SecretBytes.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> AESOCB3: ...
    @staticmethod
    def generate_key(bit_length: int) -> bytes:
        """Returns a new random key as bytes. Raises ValueError for another `bit_length` than
        128, 192 or 256.
        """
    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns the
        ciphertext followed by the tag, of 16 bytes unless told otherwise.

        Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong
        length and OverflowError for more than 2**31 - 1 bytes.
        """
    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext.

        Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the
        encryption.
        """
    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like encrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        Raises ValueError for a buffer of another length, TypeError for one that cannot be
        written to, and what encrypt raises.
        """
    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like decrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another
        length, and TypeError for one that cannot be written to.
        """

@final
class AESSIV:
    """AES-SIV (RFC 5297): authenticated encryption with keys of 32, 48 or 64 bytes, without a nonce or
    with one that may repeat.

    The tag of 16 bytes stands before the ciphertext. A nonce, if there is one, is the last piece of
    associated data. Raises ValueError for a key of another length, and TypeError if it is neither
    bytes-like nor a SecretBytes.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> AESSIV: ...
    @staticmethod
    def generate_key(bit_length: int) -> bytes:
        """Returns a new random key as bytes, of 256, 384 or 512 bits. Raises ValueError for another
        `bit_length`.
        """
    def encrypt(self, data: Buffer, associated_data: Sequence[Buffer] | None) -> bytes:
        """Encrypts and authenticates `data`, authenticates each bytes-like object in the list
        `associated_data`, and returns the 16-byte tag followed by the ciphertext.

        Raises OverflowError for more than 2**31 - 1 bytes.
        """
    def decrypt(self, data: Buffer, associated_data: Sequence[Buffer] | None) -> bytes:
        """Decrypts `data`, a ciphertext that begins with its tag, and returns the plaintext: len(data)
        - 16 bytes.

        Raises InvalidTag if key, associated data or ciphertext is not the one of the encryption.
        """
    def encrypt_into(self, data: Buffer, associated_data: Sequence[Buffer] | None, buf: Buffer) -> int:
        """Like encrypt, into the writable buffer `buf` of exactly len(data) + 16 bytes; returns that
        length.

        Raises ValueError for a buffer of another length, TypeError for one that cannot be written
        to, and what encrypt raises.
        """
    def decrypt_into(self, data: Buffer, associated_data: Sequence[Buffer] | None, buf: Buffer) -> int:
        """Like decrypt, into the writable buffer `buf` of exactly len(data) - 16 bytes; returns that
        length.

        After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another length,
        and TypeError for one that cannot be written to.
        """

@final
class ChaCha20Poly1305:
    """ChaCha20-Poly1305 (RFC 8439): authenticated encryption with keys of 32 bytes and nonces of
    12 bytes.

    Raises ValueError for a key of another length, and TypeError if it is neither bytes-like nor
    a SecretBytes.
    """
    def __new__(cls, key: Buffer | SecretBytes) -> ChaCha20Poly1305: ...
    @staticmethod
    def generate_key() -> bytes:
        """Returns a new random key as bytes. Raises ValueError for another `bit_length` than
        128, 192 or 256.
        """
    def encrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Encrypts and authenticates `data`, authenticates `associated_data`, and returns the
        ciphertext followed by the tag, of 16 bytes unless told otherwise.

        Never use a nonce twice under one key. Raises ValueError for a nonce of the wrong
        length and OverflowError for more than 2**31 - 1 bytes.
        """
    def decrypt(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None) -> bytes:
        """Decrypts `data`, a ciphertext that ends in its tag, and returns the plaintext.

        Raises InvalidTag if key, nonce, associated data or ciphertext is not the one of the
        encryption.
        """
    def encrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like encrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        Raises ValueError for a buffer of another length, TypeError for one that cannot be
        written to, and what encrypt raises.
        """
    def decrypt_into(self, nonce: Buffer, data: Buffer, associated_data: Buffer | None, buf: Buffer) -> int:
        """Like decrypt, into the writable buffer `buf` of exactly the result's length; returns
        that length.

        After InvalidTag the buffer holds zeros. Raises ValueError for a buffer of another
        length, and TypeError for one that cannot be written to.
        """
