"""The abilities of this build, under the names by which the peer's users ask."""

from __future__ import annotations

from typing import Any

import ironlatch
from ironlatch._native import backend as _native
from ironlatch._native import ciphers as _ciphers
from ironlatch._native import ec as _ec
from ironlatch._native import rsa as _rsa
from ironlatch.exceptions import InternalError, UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives._modes import Mode
from ironlatch.hazmat.primitives.ciphers import algorithms, modes

__all__ = ["Backend", "backend"]


class Backend:
    """Answers ``…_supported`` by asking the native code; there is nothing to configure."""

    name = "openssl"

    def __repr__(self) -> str:
        return f"<OpenSSLBackend(version: {self.openssl_version_text()}, FIPS: False, Legacy: True)>"

    def openssl_version_text(self) -> str:
        """The name of the engine in OpenSSL's place: AWS-LC, with its version and Ironlatch's."""
        return f"AWS-LC {_native.engine_version()} (Ironlatch {ironlatch.__version__})"

    def openssl_version_number(self) -> int:
        """The version of OpenSSL's API that AWS-LC says it follows, in OpenSSL's encoding."""
        return _native.engine_api_version()

    def openssl_assert(self, ok: bool) -> None:
        """Raises InternalError unless ``ok``."""
        if not ok:
            raise InternalError("the cryptographic library failed for a reason that no input explains")

    def hash_supported(self, algorithm: hashes.HashAlgorithm) -> bool:
        """Returns whether this hash function is supported."""
        return _works(hashes.Hash, algorithm)

    def hmac_supported(self, algorithm: hashes.HashAlgorithm) -> bool:
        """Returns whether HMAC with this hash function is supported."""
        from ironlatch.hazmat.primitives.hmac import HMAC

        return _works(HMAC, b"key", algorithm)

    def signature_hash_supported(self, algorithm: hashes.HashAlgorithm) -> bool:
        """Returns whether this hash function in signatures is supported."""
        return self.hash_supported(algorithm)

    def cipher_supported(self, cipher: Any, mode: Any) -> bool:
        """Returns whether this cipher in this mode is supported."""
        if mode is not None and not isinstance(mode, Mode):
            return False
        one_key_alone = isinstance(cipher, (algorithms.AES128, algorithms.AES256))
        return not (one_key_alone and isinstance(mode, modes.XTS)) and _ciphers.cipher_supported(cipher, mode)

    def cmac_algorithm_supported(self, algorithm: Any) -> bool:
        """Returns whether CMAC with this cipher is supported."""
        from ironlatch.hazmat.primitives.cmac import CMAC

        return _works(CMAC, algorithm)

    def rsa_padding_supported(self, padding: Any) -> bool:
        """Returns whether this RSA padding is supported."""
        return _rsa.padding_supported(padding)

    def rsa_encryption_supported(self, padding: Any) -> bool:
        """Returns whether RSA encryption with this padding is supported."""
        return self.rsa_padding_supported(padding)

    def elliptic_curve_supported(self, curve: Any) -> bool:
        """Returns whether this curve is supported."""
        return _ec.curve_supported(curve)

    def elliptic_curve_signature_algorithm_supported(self, signature_algorithm: Any, curve: Any) -> bool:
        """Returns whether this signature algorithm with this curve is supported."""
        from ironlatch.hazmat.primitives.asymmetric.ec import ECDSA
        from ironlatch.hazmat.primitives.asymmetric.utils import Prehashed

        if not isinstance(signature_algorithm, ECDSA) or not self.elliptic_curve_supported(curve):
            return False
        algorithm = signature_algorithm.algorithm
        return isinstance(algorithm, Prehashed) or self.hash_supported(algorithm)

    def elliptic_curve_exchange_algorithm_supported(self, algorithm: Any, curve: Any) -> bool:
        """Returns whether this key exchange with this curve is supported."""
        from ironlatch.hazmat.primitives.asymmetric.ec import ECDH

        return isinstance(algorithm, ECDH) and self.elliptic_curve_supported(curve)

    def ecdsa_deterministic_supported(self) -> bool:
        """Returns whether ECDSA signatures with computed nonces are supported."""
        return True

    def scrypt_supported(self) -> bool:
        """Returns whether scrypt is supported."""
        return True

    def argon2_supported(self) -> bool:
        """Returns whether Argon2 is supported."""
        return True

    def poly1305_supported(self) -> bool:
        """Returns whether Poly1305 is supported."""
        return True

    def dh_supported(self) -> bool:
        """Returns whether finite-field Diffie-Hellman is supported."""
        return True

    def dh_x942_serialization_supported(self) -> bool:
        """Returns whether X9.42 parameters are supported."""
        return True

    def dsa_supported(self) -> bool:
        """Returns whether DSA is supported."""
        return True

    def dsa_hash_supported(self, algorithm: hashes.HashAlgorithm) -> bool:
        """Returns whether DSA with this hash function is supported."""
        return self.signature_hash_supported(algorithm)

    # Not built yet: each of these becomes a question to the native code with the algorithm itself.

    def x25519_supported(self) -> bool:
        """Returns whether X25519 is supported."""
        return True

    def x448_supported(self) -> bool:
        """Returns whether X448 is supported."""
        return True

    def ed25519_supported(self) -> bool:
        """Returns whether Ed25519 is supported."""
        return True

    def ed448_supported(self) -> bool:
        """Returns whether Ed448 is supported."""
        return True

    def mlkem_supported(self) -> bool:
        """Returns whether ML-KEM is supported."""
        return True

    def mldsa_supported(self) -> bool:
        """Returns whether ML-DSA is supported."""
        return True


def _works(make: Any, *arguments: object) -> bool:
    try:
        make(*arguments)
    except UnsupportedAlgorithm:
        return False
    return True


backend = Backend()
