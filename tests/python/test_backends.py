"""``default_backend()`` and what it answers."""

from __future__ import annotations

import ironlatch
import pytest
from ironlatch.exceptions import InternalError
from ironlatch.hazmat.backends import default_backend
from ironlatch.hazmat.backends.openssl import backend
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.ciphers import algorithms, modes


class Unheard(hashes.HashAlgorithm):
    name = "unheard"
    digest_size = 32
    block_size = None


def test_there_is_one_backend() -> None:
    assert default_backend() is backend
    assert default_backend() is default_backend()


def test_it_says_whose_code_runs() -> None:
    text = backend.openssl_version_text()
    assert text.startswith("AWS-LC ")
    assert ironlatch.__version__ in text
    assert "OpenSSL" not in text
    assert text in repr(backend)
    assert backend.openssl_version_number() >= 0x10101000


def test_hashes_are_asked_of_the_native_code() -> None:
    assert backend.hash_supported(hashes.SHA256())
    assert backend.hmac_supported(hashes.SHA3_384())
    assert backend.hash_supported(hashes.SM3())
    assert not backend.hash_supported(Unheard())
    assert not backend.hmac_supported(Unheard())
    assert not backend.signature_hash_supported(Unheard())
    with pytest.raises(TypeError):
        backend.hash_supported("sha256")  # type: ignore[arg-type]


def test_ciphers_are_asked_of_the_native_code() -> None:
    aes = algorithms.AES(bytes(16))
    assert backend.cipher_supported(aes, modes.CBC(bytes(16)))
    assert backend.cipher_supported(aes, modes.GCM(bytes(12)))
    assert not backend.cipher_supported(aes, None)
    assert not backend.cipher_supported(aes, object())


def test_assertion() -> None:
    backend.openssl_assert(True)
    with pytest.raises(InternalError):
        backend.openssl_assert(False)
