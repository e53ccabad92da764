"""CMAC and Poly1305, as Python sees them."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest
from ironlatch.exceptions import AlreadyFinalized, InvalidSignature, UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.backends.openssl.backend import backend
from ironlatch.hazmat.decrepit.ciphers.algorithms import ARC4, RC2, TripleDES
from ironlatch.hazmat.primitives.ciphers.algorithms import AES, AES128, AES256, ChaCha20
from ironlatch.hazmat.primitives.cmac import CMAC
from ironlatch.hazmat.primitives.poly1305 import Poly1305
from ironlatch.secrets import SecretBytes

RFC_4493_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
RFC_4493_MESSAGE = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")


def cmac(algorithm, *pieces):
    mac = CMAC(algorithm)
    for piece in pieces:
        mac.update(piece)
    return mac.finalize()


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "bb1d6929e95937287fa37d129b756746"),
        (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"),
    ],
)
def test_cmac_known_answers(length, expected):
    for algorithm in (AES(RFC_4493_KEY), AES128(RFC_4493_KEY), AES(SecretBytes.copy_from(RFC_4493_KEY))):
        assert cmac(algorithm, RFC_4493_MESSAGE[:length]).hex() == expected
    CMAC(AES(RFC_4493_KEY)).verify(bytes.fromhex("bb1d6929e95937287fa37d129b756746"))


@pytest.mark.parametrize("algorithm", [AES(bytes(24)), AES256(bytes(32)), TripleDES(bytes(range(24))), RC2(bytes(16))])
def test_cmac_in_pieces(algorithm):
    data = bytes(range(256)) * 200
    whole = cmac(algorithm, data)
    assert len(whole) == algorithm.block_size // 8
    for cut in (0, 1, 7, 8, 16, 17, 1000, 51199):
        assert cmac(algorithm, data[:cut], bytearray(data[cut:])) == whole
        assert cmac(algorithm, b"", memoryview(data)[:cut], b"", memoryview(data)[cut:]) == whole


def test_cmac_without_the_gil():
    data, results = bytes(1 << 20), []
    threads = [threading.Thread(target=lambda: results.append(cmac(AES(bytes(32)), data))) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert set(results) == {cmac(AES(bytes(32)), data)}


def test_cmac_copy_goes_its_own_way():
    mac = CMAC(AES(bytes(16)))
    mac.update(b"the same ")
    other = mac.copy()
    other.update(b"and more")
    assert mac.finalize() == cmac(AES(bytes(16)), b"the same ")
    assert other.finalize() == cmac(AES(bytes(16)), b"the same and more")


def test_cmac_after_its_result():
    for end in (CMAC.finalize, lambda mac: mac.verify(cmac(AES(bytes(16))))):
        mac = CMAC(AES(bytes(16)))
        end(mac)
        for use in (lambda mac: mac.update(b""), CMAC.finalize, CMAC.copy, lambda mac: mac.verify(b"")):
            with pytest.raises(AlreadyFinalized):
                use(mac)


def test_cmac_refuses_another_code():
    right = cmac(AES(bytes(16)), b"data")
    for wrong in (b"", b"\0", right[:-1], right + b"\0", bytes(16), right[:-1] + bytes([right[-1] ^ 1])):
        mac = CMAC(AES(bytes(16)))
        mac.update(b"data")
        with pytest.raises(InvalidSignature):
            mac.verify(wrong)
        with pytest.raises(AlreadyFinalized):
            mac.finalize()


def test_cmac_wrong_types():
    for wrong in (None, b"key", AES, ARC4(bytes(16)), ChaCha20(bytes(32), bytes(16))):
        with pytest.raises(TypeError):
            CMAC(wrong)
    mac = CMAC(AES(bytes(16)))
    for wrong in (None, "text", 1, memoryview(bytearray(8))[::2]):
        with pytest.raises((TypeError, BufferError)):
            mac.update(wrong)
    for wrong in (None, "text", bytearray(16)):
        with pytest.raises(TypeError):
            CMAC(AES(bytes(16))).verify(wrong)
    with pytest.raises(TypeError):
        pickle.dumps(mac)
    with pytest.raises(TypeError):
        copy.copy(mac)


def test_cmac_of_what_is_not_there():
    with pytest.raises(UnsupportedAlgorithm) as caught:
        CMAC(AES(bytes(64)))
    assert caught.value._reason is _Reasons.UNSUPPORTED_CIPHER
    assert not backend.cmac_algorithm_supported(AES(bytes(64)))
    assert backend.cmac_algorithm_supported(AES(bytes(32)))


RFC_8439_KEY = bytes.fromhex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")
RFC_8439_MESSAGE = b"Cryptographic Forum Research Group"
RFC_8439_TAG = bytes.fromhex("a8061dc1305136c6c22b8baf0c0127a9")


def test_poly1305_known_answer():
    assert Poly1305.generate_tag(RFC_8439_KEY, RFC_8439_MESSAGE) == RFC_8439_TAG
    Poly1305.verify_tag(RFC_8439_KEY, RFC_8439_MESSAGE, RFC_8439_TAG)
    mac = Poly1305(SecretBytes.copy_from(RFC_8439_KEY))
    for byte in RFC_8439_MESSAGE:
        mac.update(bytearray([byte]))
    assert mac.finalize() == RFC_8439_TAG


def test_poly1305_in_pieces():
    data = bytes(range(256)) * 400
    whole = Poly1305.generate_tag(RFC_8439_KEY, data)
    for cut in (0, 1, 15, 16, 17, 100, 4096, 70001):
        mac = Poly1305(RFC_8439_KEY)
        mac.update(memoryview(data)[:cut])
        mac.update(data[cut:])
        mac.verify(whole)


def test_poly1305_after_its_result():
    for end in (Poly1305.finalize, lambda mac: mac.verify(bytes(16))):
        mac = Poly1305(bytes(32))
        end(mac)
        for use in (lambda mac: mac.update(b""), Poly1305.finalize, lambda mac: mac.verify(b"")):
            with pytest.raises(AlreadyFinalized):
                use(mac)


def test_poly1305_bad_input():
    for key in (b"", bytes(16), bytes(31), bytes(33), bytes(1 << 16)):
        for use in (
            Poly1305,
            lambda key: Poly1305.generate_tag(key, b""),
            lambda key: Poly1305.verify_tag(key, b"", b""),
        ):
            with pytest.raises(ValueError, match="32 bytes"):
                use(key)
    for wrong in ("text", None, 1):
        with pytest.raises(TypeError):
            Poly1305(wrong)
        with pytest.raises(TypeError):
            Poly1305.generate_tag(bytes(32), wrong)
        with pytest.raises(TypeError):
            Poly1305.verify_tag(bytes(32), b"", wrong)
        with pytest.raises(TypeError):
            Poly1305(bytes(32)).update(wrong)
        with pytest.raises(TypeError):
            Poly1305(bytes(32)).verify(wrong)
    for wrong in (b"", RFC_8439_TAG[:-1], RFC_8439_TAG + b"\0", bytes(16)):
        with pytest.raises(InvalidSignature):
            Poly1305.verify_tag(RFC_8439_KEY, RFC_8439_MESSAGE, wrong)
