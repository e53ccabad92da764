"""ML-KEM and ML-DSA: shared secrets and signatures, the forms of their keys, and what must be
refused.
"""

from __future__ import annotations

import copy
import hashlib
import pickle
from typing import Any

import pytest
from ironlatch.exceptions import AlreadyFinalized, InvalidSignature
from ironlatch.hazmat.primitives import serialization as s
from ironlatch.hazmat.primitives.asymmetric import ed25519, mldsa, mlkem
from ironlatch.secrets import SecretBytes

PEM, DER, RAW = s.Encoding.PEM, s.Encoding.DER, s.Encoding.Raw
# private, public, length of the public key, of a ciphertext or signature, of the seed
KEM: list[tuple[Any, Any, int, int, int]] = [
    (mlkem.MLKEM512PrivateKey, mlkem.MLKEM512PublicKey, 800, 768, 64),
    (mlkem.MLKEM768PrivateKey, mlkem.MLKEM768PublicKey, 1184, 1088, 64),
    (mlkem.MLKEM1024PrivateKey, mlkem.MLKEM1024PublicKey, 1568, 1568, 64),
]
DSA: list[tuple[Any, Any, int, int, int]] = [
    (mldsa.MLDSA44PrivateKey, mldsa.MLDSA44PublicKey, 1312, 2420, 32),
    (mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey, 1952, 3309, 32),
    (mldsa.MLDSA87PrivateKey, mldsa.MLDSA87PublicKey, 2592, 4627, 32),
]
KEYS = [(private, public, public_len, seed_len) for private, public, public_len, _, seed_len in KEM + DSA]


@pytest.mark.parametrize(("private", "public", "public_len", "ciphertext_len", "seed_len"), KEM)
class TestEncapsulation:
    def test_both_sides_agree(
        self, private: Any, public: Any, public_len: int, ciphertext_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        secret, ciphertext = key.public_key().encapsulate()
        assert (len(secret), len(ciphertext)) == (32, ciphertext_len)
        assert key.decapsulate(ciphertext) == secret
        assert key.decapsulate(memoryview(bytearray(ciphertext))) == secret
        assert key.public_key().encapsulate()[0] != secret

    def test_what_was_changed_gives_a_secret_of_its_own(
        self, private: Any, public: Any, public_len: int, ciphertext_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        secret, ciphertext = key.public_key().encapsulate()
        changed = bytearray(ciphertext)
        changed[ciphertext_len // 2] ^= 4
        other = key.decapsulate(changed)
        assert len(other) == 32
        assert other != secret
        assert other == key.decapsulate(changed)
        assert private.generate().decapsulate(ciphertext) != secret

    def test_other_lengths_and_types(
        self, private: Any, public: Any, public_len: int, ciphertext_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        for length in (0, 1, ciphertext_len - 1, ciphertext_len + 1, 1 << 20):
            with pytest.raises(ValueError, match=f"{ciphertext_len} bytes long, not {length}"):
                key.decapsulate(bytes(length))
        for wrong in ("x" * ciphertext_len, None, 7):
            with pytest.raises(TypeError):
                key.decapsulate(wrong)

    def test_a_key_with_coefficients_that_are_not_reduced(
        self, private: Any, public: Any, public_len: int, ciphertext_len: int, seed_len: int
    ) -> None:
        # 3329 is the modulus: the first coefficient that is none (FIPS 203 section 7.2).
        bad = bytearray(private.generate().public_key().public_bytes_raw())
        bad[0], bad[1] = 3329 & 0xFF, bad[1] & 0xF0 | 3329 >> 8
        for key in (bytes(bad), b"\xff" * public_len):
            with pytest.raises(ValueError, match="no ML-KEM"):
                public.from_public_bytes(key)


@pytest.mark.parametrize(("private", "public", "public_len", "signature_len", "seed_len"), DSA)
class TestSignatures:
    def test_signs_what_it_verifies(
        self, private: Any, public: Any, public_len: int, signature_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        for data in (b"", b"m", b"m" * 100_000, bytearray(b"m"), memoryview(b"m")):
            for context in (None, b"", b"c", b"c" * 255):
                signature = key.sign(data, context)
                assert len(signature) == signature_len
                key.public_key().verify(signature, data, context)
        assert key.sign(b"m") != key.sign(b"m")
        key.public_key().verify(signature=key.sign(data=b"m", context=None), data=b"m", context=b"")

    def test_refuses_all_else(
        self, private: Any, public: Any, public_len: int, signature_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        signature, verify = key.sign(b"message", b"context"), key.public_key().verify
        for at in (*range(0, signature_len, 97), signature_len - 1):
            changed = bytearray(signature)
            changed[at] ^= 1
            with pytest.raises(InvalidSignature):
                verify(changed, b"message", b"context")
        for bad in (b"", signature[:-1], signature + b"\0", bytes(signature_len), b"\xff" * signature_len):
            with pytest.raises(InvalidSignature):
                verify(bad, b"message", b"context")
        for data, context in ((b"another", b"context"), (b"message", None), (b"messag", b"econtext")):
            with pytest.raises(InvalidSignature):
                verify(signature, data, context)
        with pytest.raises(InvalidSignature):
            private.generate().public_key().verify(signature, b"message", b"context")

    def test_a_context_is_short(
        self, private: Any, public: Any, public_len: int, signature_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        for call in (
            lambda: key.sign(b"m", b"c" * 256),
            lambda: key.public_key().verify(bytes(signature_len), b"m", b"c" * 256),
            lambda: mldsa.MLDSAMuHasher(key.public_key(), b"c" * 256),
        ):
            with pytest.raises(ValueError, match="at most 255 bytes"):
                call()

    def test_types(self, private: Any, public: Any, public_len: int, signature_len: int, seed_len: int) -> None:
        key = private.generate()
        for wrong in ("message", 7, [1], object()):
            for call in (
                lambda wrong=wrong: key.sign(wrong),
                lambda wrong=wrong: key.sign(b"", wrong),
                lambda wrong=wrong: key.sign_mu(wrong),
                lambda wrong=wrong: key.public_key().verify(wrong, b""),
                lambda wrong=wrong: key.public_key().verify(b"", wrong),
                lambda wrong=wrong: key.public_key().verify(b"", b"", wrong),
                lambda wrong=wrong: key.public_key().verify_mu(b"", wrong),
            ):
                with pytest.raises(TypeError):
                    call()

    def test_by_representative(
        self, private: Any, public: Any, public_len: int, signature_len: int, seed_len: int
    ) -> None:
        key = private.generate()
        raw = key.public_key().public_bytes_raw()
        hasher = mldsa.MLDSAMuHasher(key.public_key(), b"context")
        hasher.update(b"in ")
        hasher.update(b"")
        fork = hasher.copy()
        hasher.update(bytearray(b"pieces"))
        fork.update(b"p" * 100_000)
        mu = hasher.finalize()
        start = hashlib.shake_256(raw).digest(64) + b"\x00\x07context"
        assert mu == hashlib.shake_256(start + b"in pieces").digest(64)
        assert fork.finalize() == hashlib.shake_256(start + b"in " + b"p" * 100_000).digest(64)

        key.public_key().verify(key.sign_mu(mu), b"in pieces", b"context")
        key.public_key().verify_mu(key.sign(b"in pieces", b"context"), mu)
        with pytest.raises(InvalidSignature):
            key.public_key().verify_mu(key.sign_mu(mu), bytes(64))
        for length in (0, 63, 65, 1000):
            with pytest.raises(ValueError, match="64 bytes"):
                key.sign_mu(bytes(length))
            with pytest.raises(ValueError, match="64 bytes"):
                key.public_key().verify_mu(bytes(signature_len), bytes(length))

    def test_the_hasher_gives_its_result_once(
        self, private: Any, public: Any, public_len: int, signature_len: int, seed_len: int
    ) -> None:
        hasher = mldsa.MLDSAMuHasher(private.generate().public_key())
        with pytest.raises(TypeError):
            hasher.update("text")  # type: ignore[arg-type]
        hasher.finalize()
        for call in (hasher.finalize, hasher.copy, lambda: hasher.update(b"")):
            with pytest.raises(AlreadyFinalized):
                call()


def test_the_hasher_takes_public_keys_of_ml_dsa() -> None:
    others = [mldsa.MLDSA44PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate().public_key(), b"", None]
    for other in others:
        with pytest.raises(TypeError, match="ML-DSA public key"):
            mldsa.MLDSAMuHasher(other)  # type: ignore[arg-type]


@pytest.mark.parametrize(("private", "public", "public_len", "seed_len"), KEYS)
class TestKeys:
    def test_bytes_round_trip(self, private: Any, public: Any, public_len: int, seed_len: int) -> None:
        key = private.generate()
        seed, encoded = key.private_bytes_raw(), key.public_key().public_bytes_raw()
        assert (len(seed), len(encoded)) == (seed_len, public_len)
        for form in (seed, bytearray(seed), memoryview(seed), SecretBytes.copy_from(seed)):
            assert private.from_seed_bytes(form).public_key() == key.public_key()
        for form in (encoded, bytearray(encoded), memoryview(encoded)):
            assert public.from_public_bytes(form) == key.public_key()
        assert key.private_bytes(RAW, s.PrivateFormat.Raw, s.NoEncryption()) == seed
        assert key.public_key().public_bytes(RAW, s.PublicFormat.Raw) == encoded
        assert private.generate().private_bytes_raw() != seed

    def test_files_round_trip(self, private: Any, public: Any, public_len: int, seed_len: int) -> None:
        key = private.generate()
        for encoding, load in ((PEM, s.load_pem_private_key), (DER, s.load_der_private_key)):
            for encryption, password in ((s.NoEncryption(), None), (s.BestAvailableEncryption(b"pw"), b"pw")):
                loaded = load(key.private_bytes(encoding, s.PrivateFormat.PKCS8, encryption), password)
                assert isinstance(loaded, private)
                assert loaded.private_bytes_raw() == key.private_bytes_raw()
        for encoding, load_public in ((PEM, s.load_pem_public_key), (DER, s.load_der_public_key)):
            loaded_public = load_public(key.public_key().public_bytes(encoding, s.PublicFormat.SubjectPublicKeyInfo))
            assert isinstance(loaded_public, public)
            assert loaded_public == key.public_key()

    def test_damaged_files(self, private: Any, public: Any, public_len: int, seed_len: int) -> None:
        key = private.generate()
        der = key.private_bytes(DER, s.PrivateFormat.PKCS8, s.NoEncryption())
        tag = der.index(bytes([0x80, seed_len]))
        for bad in (
            der[:-1],
            der + b"\0",
            der[:tag] + b"\x81" + der[tag + 1 :],  # another alternative than the standard's
            der[: tag + 1] + bytes([seed_len - 1]) + der[tag + 2 :],
            der[:tag] + b"\x04" + der[tag + 1 :],  # the expanded key
            der[:tag] + b"\x30" + der[tag + 1 :],  # both
        ):
            with pytest.raises(ValueError):
                s.load_der_private_key(bad, None)
        spki = key.public_key().public_bytes(DER, s.PublicFormat.SubjectPublicKeyInfo)
        for bad in (spki[:-1], spki + b"\0", b""):
            with pytest.raises(ValueError):
                s.load_der_public_key(bad)

    def test_what_does_not_go_together(self, private: Any, public: Any, public_len: int, seed_len: int) -> None:
        key = private.generate()
        plain, encrypted = s.NoEncryption(), s.BestAvailableEncryption(b"pw")
        for encoding, form, encryption in (
            (PEM, s.PrivateFormat.Raw, plain),
            (RAW, s.PrivateFormat.Raw, encrypted),
            (PEM, s.PrivateFormat.TraditionalOpenSSL, plain),
            (PEM, s.PrivateFormat.OpenSSH, plain),
            (DER, s.PrivateFormat.PKCS12, plain),
        ):
            with pytest.raises(ValueError):
                key.private_bytes(encoding, form, encryption)
        for public_form in (s.PublicFormat.Raw, s.PublicFormat.PKCS1, s.PublicFormat.OpenSSH):
            with pytest.raises(ValueError):
                key.public_key().public_bytes(PEM, public_form)
        with pytest.raises(TypeError):
            key.private_bytes(PEM, s.PrivateFormat.PKCS8, None)
        with pytest.raises(TypeError):
            key.public_key().public_bytes("PEM", s.PublicFormat.Raw)

    def test_other_lengths_and_types(self, private: Any, public: Any, public_len: int, seed_len: int) -> None:
        for length in (0, seed_len - 1, seed_len + 1, 1 << 20):
            with pytest.raises(ValueError, match=f"seed is {seed_len} bytes long, not {length}"):
                private.from_seed_bytes(bytes(length))
        for length in (0, public_len - 1, public_len + 1, 1 << 20):
            with pytest.raises(ValueError, match=f"public key is {public_len} bytes long, not {length}"):
                public.from_public_bytes(bytes(length))
        for wrong in ("x" * seed_len, None, seed_len):
            with pytest.raises(TypeError):
                private.from_seed_bytes(wrong)
            with pytest.raises(TypeError):
                public.from_public_bytes(wrong)

    def test_as_objects(self, private: Any, public: Any, public_len: int, seed_len: int) -> None:
        key = private.generate()
        assert isinstance(key, private)
        assert isinstance(key.public_key(), public)
        assert key.private_bytes_raw().hex() not in repr(key)
        assert copy.copy(key) is key
        assert copy.deepcopy(key.public_key()) == key.public_key()
        assert key.public_key() != private.generate().public_key()
        assert key.public_key() != object()
        assert hash(key.public_key()) == hash(copy.deepcopy(key.public_key()))
        for wrong in (lambda: private(), lambda: public(), lambda: pickle.dumps(key)):
            with pytest.raises(TypeError):
                wrong()
