"""Ed25519, Ed448, X25519 and X448: signatures and shared secrets, the forms of their keys, and what
must be refused.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from ironlatch.exceptions import InvalidSignature
from ironlatch.hazmat.primitives import serialization as s
from ironlatch.hazmat.primitives.asymmetric import ed448, ed25519, rsa, x448, x25519
from ironlatch.secrets import SecretBytes

PEM, DER, RAW, SSH = s.Encoding.PEM, s.Encoding.DER, s.Encoding.Raw, s.Encoding.OpenSSH
SIGNING: list[tuple[Any, Any, int, int]] = [
    (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey, 32, 64),
    (ed448.Ed448PrivateKey, ed448.Ed448PublicKey, 57, 114),
]
AGREEING: list[tuple[Any, Any, int]] = [
    (x25519.X25519PrivateKey, x25519.X25519PublicKey, 32),
    (x448.X448PrivateKey, x448.X448PublicKey, 56),
]
KEYS = [entry[:3] for entry in SIGNING] + AGREEING


@pytest.mark.parametrize(("private", "public", "key_len", "signature_len"), SIGNING)
class TestSignatures:
    def test_signs_what_it_verifies(self, private: Any, public: Any, key_len: int, signature_len: int) -> None:
        key = private.generate()
        for message in (b"", b"m", b"m" * 100_000, bytearray(b"m"), memoryview(b"m")):
            signature = key.sign(message)
            assert len(signature) == signature_len
            assert signature == key.sign(message)
            key.public_key().verify(signature, message)

    def test_refuses_all_else(self, private: Any, public: Any, key_len: int, signature_len: int) -> None:
        key = private.generate()
        signature, verify = key.sign(b"message"), key.public_key().verify
        for at in range(signature_len):
            changed = bytearray(signature)
            changed[at] ^= 1
            with pytest.raises(InvalidSignature):
                verify(changed, b"message")
        for bad in (b"", signature[:-1], signature + b"\0", bytes(signature_len), b"\xff" * signature_len):
            with pytest.raises(InvalidSignature):
                verify(bad, b"message")
        with pytest.raises(InvalidSignature):
            verify(signature, b"another message")
        with pytest.raises(InvalidSignature):
            private.generate().public_key().verify(signature, b"message")

    def test_a_public_key_that_is_no_point_verifies_nothing(
        self, private: Any, public: Any, key_len: int, signature_len: int
    ) -> None:
        signature = private.generate().sign(b"message")
        for point in (b"\xff" * key_len, b"\x02" + bytes(key_len - 1)):
            with pytest.raises((InvalidSignature, ValueError)):
                public.from_public_bytes(point).verify(signature, b"message")

    def test_types(self, private: Any, public: Any, key_len: int, signature_len: int) -> None:
        key = private.generate()
        for wrong in ("message", None, 7, [1]):
            with pytest.raises(TypeError):
                key.sign(wrong)
            with pytest.raises(TypeError):
                key.public_key().verify(wrong, b"")
            with pytest.raises(TypeError):
                key.public_key().verify(bytes(signature_len), wrong)


@pytest.mark.parametrize(("private", "public", "key_len"), AGREEING)
class TestAgreement:
    def test_both_sides_agree(self, private: Any, public: Any, key_len: int) -> None:
        ours, theirs = private.generate(), private.generate()
        shared = ours.exchange(theirs.public_key())
        assert len(shared) == key_len
        assert shared == theirs.exchange(ours.public_key())
        assert shared != ours.exchange(ours.public_key())

    def test_points_of_small_order_are_refused(self, private: Any, public: Any, key_len: int) -> None:
        for first in (0, 1):
            point = public.from_public_bytes(bytes([first]) + bytes(key_len - 1))
            with pytest.raises(ValueError):
                private.generate().exchange(point)

    def test_only_a_key_of_the_same_kind(self, private: Any, public: Any, key_len: int) -> None:
        key = private.generate()
        others = [key, key.public_key().public_bytes_raw(), None, ed25519.Ed25519PrivateKey.generate().public_key()]
        for other in others:
            with pytest.raises(TypeError):
                key.exchange(other)


@pytest.mark.parametrize(("private", "public", "key_len"), KEYS)
class TestKeys:
    def test_bytes_round_trip(self, private: Any, public: Any, key_len: int) -> None:
        key = private.generate()
        raw = key.private_bytes_raw()
        assert len(raw) == len(key.public_key().public_bytes_raw()) == key_len
        for form in (raw, bytearray(raw), memoryview(raw), SecretBytes.copy_from(raw)):
            assert private.from_private_bytes(form).public_key() == key.public_key()
        assert public.from_public_bytes(key.public_key().public_bytes_raw()) == key.public_key()
        assert key.private_bytes(RAW, s.PrivateFormat.Raw, s.NoEncryption()) == raw
        assert private.generate().private_bytes_raw() != raw

    def test_files_round_trip(self, private: Any, public: Any, key_len: int) -> None:
        key = private.generate()
        for encoding, load in ((PEM, s.load_pem_private_key), (DER, s.load_der_private_key)):
            for encryption, password in ((s.NoEncryption(), None), (s.BestAvailableEncryption(b"pw"), b"pw")):
                data = key.private_bytes(encoding, s.PrivateFormat.PKCS8, encryption)
                loaded = load(data, password)
                assert isinstance(loaded, private)
                assert loaded.private_bytes_raw() == key.private_bytes_raw()
        for encoding, load_public in ((PEM, s.load_pem_public_key), (DER, s.load_der_public_key)):
            data = key.public_key().public_bytes(encoding, s.PublicFormat.SubjectPublicKeyInfo)
            loaded_public = load_public(data)
            assert isinstance(loaded_public, public)
            assert loaded_public == key.public_key()

    def test_what_does_not_go_together(self, private: Any, public: Any, key_len: int) -> None:
        key = private.generate()
        plain, encrypted = s.NoEncryption(), s.BestAvailableEncryption(b"pw")
        for encoding, form, encryption in (
            (PEM, s.PrivateFormat.Raw, plain),
            (RAW, s.PrivateFormat.PKCS8, plain),
            (RAW, s.PrivateFormat.Raw, encrypted),
            (PEM, s.PrivateFormat.TraditionalOpenSSL, plain),
            (DER, s.PrivateFormat.TraditionalOpenSSL, encrypted),
            (DER, s.PrivateFormat.PKCS12, plain),
        ):
            with pytest.raises(ValueError):
                key.private_bytes(encoding, form, encryption)
        for encoding, form in (
            (PEM, s.PublicFormat.Raw),
            (RAW, s.PublicFormat.SubjectPublicKeyInfo),
            (PEM, s.PublicFormat.PKCS1),
            (s.Encoding.X962, s.PublicFormat.UncompressedPoint),
        ):
            with pytest.raises(ValueError):
                key.public_key().public_bytes(encoding, form)
        with pytest.raises(TypeError):
            key.private_bytes(SSH, s.PrivateFormat.PKCS8, plain)
        with pytest.raises(TypeError):
            key.private_bytes(PEM, s.PrivateFormat.PKCS8, None)
        with pytest.raises(TypeError):
            key.public_key().public_bytes("PEM", s.PublicFormat.Raw)

    def test_other_lengths_and_types(self, private: Any, public: Any, key_len: int) -> None:
        for length in (0, key_len - 1, key_len + 1, 10_000):
            with pytest.raises(ValueError, match=f"{key_len} bytes"):
                private.from_private_bytes(bytes(length))
            with pytest.raises(ValueError, match=f"{key_len} bytes"):
                public.from_public_bytes(bytes(length))
        for wrong in ("x" * key_len, None, key_len):
            with pytest.raises(TypeError):
                private.from_private_bytes(wrong)
            with pytest.raises(TypeError):
                public.from_public_bytes(wrong)

    def test_as_objects(self, private: Any, public: Any, key_len: int) -> None:
        key = private.generate()
        raw = key.private_bytes_raw()
        assert isinstance(key, private)
        assert isinstance(key.public_key(), public)
        assert raw.hex() not in repr(key)
        assert copy.copy(key) is key
        assert copy.deepcopy(key.public_key()) == key.public_key()
        assert key.public_key() != private.generate().public_key()
        assert key.public_key() != object()
        assert hash(key.public_key()) == hash(copy.deepcopy(key.public_key()))
        for wrong in (lambda: private(), lambda: public(), lambda: pickle.dumps(key)):
            with pytest.raises(TypeError):
                wrong()


def test_openssh_line_of_ed25519() -> None:
    # The example of RFC 8709 has no key; the form is that of ssh-keygen.
    line = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(SSH, s.PublicFormat.OpenSSH)
    assert line.startswith(b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI")
    for private in (x25519.X25519PrivateKey, x448.X448PrivateKey, ed448.Ed448PrivateKey):
        with pytest.raises(ValueError, match="format is invalid"):
            private.generate().public_key().public_bytes(SSH, s.PublicFormat.OpenSSH)


def test_parameters_in_the_algorithm_identifier_are_refused() -> None:
    der = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(DER, s.PublicFormat.SubjectPublicKeyInfo)
    with_null = b"0\x2c0\x07" + der[4:9] + b"\x05\x00" + der[9:]
    with pytest.raises(ValueError, match="parameters"):
        s.load_der_public_key(with_null)


def test_an_rsa_key_has_no_raw_form() -> None:
    key = rsa.generate_private_key(65537, 2048)
    with pytest.raises(ValueError):
        key.private_bytes(RAW, s.PrivateFormat.Raw, s.NoEncryption())


def test_ed25519_points_have_one_encoding() -> None:
    # RFC 8032 section 5.1.3: y past the prime, and the sign of x = 0, do not decode. The peer takes
    # both.
    neutral = bytes([1]) + bytes(31)
    ed25519.Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"m")
    for again in (b"\xee" + b"\xff" * 30 + b"\x7f", bytes([1]) + bytes(30) + b"\x80"):
        with pytest.raises(InvalidSignature):
            ed25519.Ed25519PublicKey.from_public_bytes(again).verify(neutral + bytes(32), b"m")


# Points of edwards448 with four times them the neutral one, and encodings that are none: what an
# attacker would send.
NEUTRAL, ORDER_TWO = bytes([1]) + bytes(56), b"\xfe" + b"\xff" * 27 + b"\xfe" + b"\xff" * 27 + b"\0"
ORDER_FOUR, ORDER_FOUR_NEGATIVE = bytes(57), bytes(56) + b"\x80"
PAST_THE_PRIME = b"\xff" * 28 + b"\xfe" + b"\xff" * 27 + b"\0"


@pytest.mark.parametrize("point", [NEUTRAL, ORDER_TWO, PAST_THE_PRIME, NEUTRAL[:-1] + b"\x80", NEUTRAL[:-1] + b"\1"])
def test_ed448_points_that_are_refused(point: bytes) -> None:
    key = ed448.Ed448PrivateKey.generate()
    with pytest.raises(InvalidSignature):
        ed448.Ed448PublicKey.from_public_bytes(point).verify(NEUTRAL + bytes(57), b"m")
    with pytest.raises(InvalidSignature):
        key.public_key().verify(point + key.sign(b"m")[57:], b"m")


def test_ed448_takes_points_of_order_four_as_the_peer_does() -> None:
    # A key of small order says nothing about who signed. RFC 8032 asks nobody to refuse it, and the
    # peer does not.
    for point in (ORDER_FOUR, ORDER_FOUR_NEGATIVE):
        ed448.Ed448PublicKey.from_public_bytes(point).verify(ORDER_FOUR + bytes(57), b"m")


def test_ed448_scalar_has_one_form() -> None:
    order = 2**446 - 13818066809895115352007386748515426880336692474882178609894547503885
    key = ed448.Ed448PrivateKey.generate()
    signature = key.sign(b"m")
    scalar = int.from_bytes(signature[57:], "little")
    assert scalar < order
    for other in (scalar + order, scalar + 4 * order, scalar | 1 << 448, scalar | 1 << 455):
        with pytest.raises(InvalidSignature):
            key.public_key().verify(signature[:57] + other.to_bytes(57, "little"), b"m")


def test_x448_reduces_a_point_past_the_prime() -> None:
    prime = 2**448 - 2**224 - 1
    key = x448.X448PrivateKey.generate()
    shared = [
        key.exchange(x448.X448PublicKey.from_public_bytes(point.to_bytes(56, "little"))) for point in (5, prime + 5)
    ]
    assert shared == [key.public_key().public_bytes_raw()] * 2
    for point in (0, 1, prime - 1, prime, prime + 1):
        with pytest.raises(ValueError, match="shared key"):
            key.exchange(x448.X448PublicKey.from_public_bytes(point.to_bytes(56, "little")))
