"""Messages under one key, with nonces that nobody has to choose.

    sealer = XAES256GCM(XAES256GCM.generate_key())
    sealed = sealer.seal(data, associated_data)
    data = sealer.open(sealed, associated_data)

A sealed message is a random nonce of 24 bytes, the ciphertext, and a tag of 16 bytes.
"""

from ironlatch._native.sealing import XAES256GCM, XChaCha20Poly1305

__all__ = ["XAES256GCM", "XChaCha20Poly1305"]
