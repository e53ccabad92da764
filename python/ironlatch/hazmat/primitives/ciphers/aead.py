"""Authenticated encryption with associated data, a whole message at a time.

    aead = AESGCM(key)
    nonce = os.urandom(12)
    ciphertext = aead.encrypt(nonce, data, associated_data)

A nonce must never serve two messages under one key.
"""

from ironlatch._native.aead import AESCCM, AESGCM, AESGCMSIV, AESOCB3, AESSIV, ChaCha20Poly1305

__all__ = ["AESCCM", "AESGCM", "AESGCMSIV", "AESOCB3", "AESSIV", "ChaCha20Poly1305"]
