"""Every cipher in every mode it has, the stream ciphers, and what must be refused. AES in its usual
modes: test_ciphers.
"""

from __future__ import annotations

import struct
import threading

import pytest
from ironlatch.exceptions import AlreadyFinalized, InvalidTag, UnsupportedAlgorithm, _Reasons
from ironlatch.hazmat.backends.openssl.backend import backend
from ironlatch.hazmat.decrepit.ciphers.algorithms import (
    _DES,
    ARC4,
    CAST5,
    IDEA,
    RC2,
    SEED,
    Blowfish,
    Camellia,
    TripleDES,
)
from ironlatch.hazmat.decrepit.ciphers.modes import CFB, CFB8, OFB
from ironlatch.hazmat.primitives.ciphers import Cipher
from ironlatch.hazmat.primitives.ciphers.algorithms import AES, AES128, AES256, SM4, ChaCha20
from ironlatch.hazmat.primitives.ciphers.modes import CBC, CTR, ECB, GCM, XTS
from ironlatch.secrets import SecretBytes

KEY = bytes(range(64))
BLOCK_CIPHERS = [
    AES(KEY[:16]),
    AES(KEY[:24]),
    AES(KEY[:32]),
    AES128(KEY[:16]),
    AES256(KEY[:32]),
    SM4(KEY[:16]),
    Camellia(KEY[:16]),
    Camellia(KEY[:24]),
    Camellia(KEY[:32]),
    TripleDES(KEY[:24]),
    Blowfish(KEY[:4]),
    Blowfish(KEY[:56]),
    CAST5(KEY[:5]),
    CAST5(KEY[:16]),
    SEED(KEY[:16]),
    IDEA(KEY[:16]),
    RC2(KEY[:16]),
]
HAS = {
    CBC: {"AES", "SM4", "camellia", "3DES", "Blowfish", "CAST5", "SEED", "IDEA", "RC2"},
    ECB: {"AES", "SM4", "camellia", "3DES", "Blowfish", "CAST5", "SEED", "IDEA"},
    CFB: {"AES", "SM4", "camellia", "3DES", "Blowfish", "CAST5", "SEED", "IDEA"},
    OFB: {"AES", "SM4", "camellia", "3DES", "Blowfish", "CAST5", "SEED", "IDEA"},
    CFB8: {"AES", "3DES"},
    CTR: {"AES", "SM4"},
    GCM: {"AES", "SM4"},
}


def in_mode(algorithm, kind):
    if kind is ECB:
        return ECB()
    return kind(bytes(range(100, 112))) if kind is GCM else kind(b"\xff" * (algorithm.block_size // 8))


def shown(value):
    return f"{value.name}-{value.key_size}" if hasattr(value, "key_size") else value.__name__


@pytest.mark.parametrize("kind", HAS, ids=shown)
@pytest.mark.parametrize("algorithm", BLOCK_CIPHERS, ids=shown)
def test_there_and_back_in_pieces(algorithm, kind):
    mode = in_mode(algorithm, kind)
    cipher = Cipher(algorithm, mode)
    expected = algorithm.name in HAS[kind]
    assert backend.cipher_supported(algorithm, mode) is expected
    if not expected:
        with pytest.raises(UnsupportedAlgorithm, match=f"{algorithm.name} in {mode.name} mode") as caught:
            cipher.encryptor()
        assert caught.value._reason is _Reasons.UNSUPPORTED_CIPHER
        return
    data = bytes(range(256)) * 20
    encryptor = cipher.encryptor()
    sealed = encryptor.update(data) + encryptor.finalize()
    assert len(sealed) == len(data)
    assert sealed != data
    for step in (1, 13, 16, 1000, 2048, 5000):
        for make, source, result in ((cipher.encryptor, data, sealed), (cipher.decryptor, sealed, data)):
            context, pieces, buffer = make(), [], bytearray(step + 15)
            for at in range(0, len(source), step):
                if at % 2:
                    pieces.append(context.update(memoryview(source)[at : at + step]))
                else:
                    pieces.append(bytes(buffer[: context.update_into(source[at : at + step], buffer)]))
            if kind is GCM and make == cipher.decryptor:
                pieces.append(context.finalize_with_tag(encryptor.tag))
            else:
                pieces.append(context.finalize())
            assert b"".join(pieces) == result
            with pytest.raises((AlreadyFinalized, InvalidTag)):
                context.update(b"")


@pytest.mark.parametrize(
    ("algorithm", "mode", "data", "expected"),
    [
        # NIST SP 800-38A, F.3.13, F.4.1, F.3.7.
        (
            AES(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")),
            CFB(bytes(range(16))),
            "6bc1bee22e409f96e93d7e117393172aae2d8a57",
            "3b3fd92eb72dad20333449f8e83cfb4ac8a64537",
        ),
        (
            AES(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")),
            OFB(bytes(range(16))),
            "6bc1bee22e409f96e93d7e117393172aae2d8a57",
            "3b3fd92eb72dad20333449f8e83cfb4a7789508d",
        ),
        (
            AES(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")),
            CFB8(bytes(range(16))),
            "6bc1bee22e409f96e93d",
            "3b79424c9c0dd436bace",
        ),
        # IEEE 1619-2007, vectors 2 and 15.
        (
            AES(b"\x11" * 16 + b"\x22" * 16),
            XTS(b"\x33" * 5 + bytes(11)),
            "44" * 32,
            "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0",
        ),
        (
            AES(bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0")),
            XTS(bytes.fromhex("9a785634120000000000000000000000")),
            "000102030405060708090a0b0c0d0e0f10",
            "6c1625db4671522d3d7599601de7ca09ed",
        ),
        # GB/T 32907, A.1.
        (
            SM4(bytes.fromhex("0123456789abcdeffedcba9876543210")),
            ECB(),
            "0123456789abcdeffedcba9876543210",
            "681edf34d206965e86b3e94f536e4246",
        ),
        # RFC 3713, A; RFC 4269, B.1; RFC 2144, B.1.
        (
            Camellia(bytes.fromhex("0123456789abcdeffedcba9876543210")),
            ECB(),
            "0123456789abcdeffedcba9876543210",
            "67673138549669730857065648eabe43",
        ),
        (SEED(bytes(16)), ECB(), "000102030405060708090a0b0c0d0e0f", "5ebac6e0054e166819aff1cc6d346cdb"),
        (CAST5(bytes.fromhex("0123456712345678234567893456789a")), ECB(), "0123456789abcdef", "238b4fe5847e44b2"),
        (Blowfish(bytes(8)), ECB(), "0000000000000000", "4ef997456198dd78"),
        (TripleDES(bytes.fromhex("0123456789abcdef") * 3), ECB(), b"Now is t".hex(), "3fa40e8a984d4815"),
    ],
)
def test_known_answers(algorithm, mode, data, expected):
    cipher = Cipher(algorithm, mode)
    encryptor, decryptor = cipher.encryptor(), cipher.decryptor()
    assert (encryptor.update(bytes.fromhex(data)) + encryptor.finalize()).hex() == expected
    assert (decryptor.update(bytes.fromhex(expected)) + decryptor.finalize()).hex() == data


def test_sm4_gcm():
    """RFC 8998, A.1."""
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    header = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    data = b"".join(bytes([byte]) * 8 for byte in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    encryptor = Cipher(SM4(key), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(header)
    sealed = encryptor.update(data) + encryptor.finalize()
    assert sealed[:16].hex() == "17f399f08c67d5ee19d0dc9969c4bb7d"
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"
    for tag, wrong_header in ((bytes(16), b""), (encryptor.tag, b"another"), (encryptor.tag[:15] + b"\0", b"")):
        decryptor = Cipher(SM4(key), GCM(nonce)).decryptor()
        decryptor.authenticate_additional_data(header + wrong_header)
        decryptor.update(sealed)
        with pytest.raises(InvalidTag):
            decryptor.finalize_with_tag(tag)


class TestXTS:
    @pytest.mark.parametrize("key", [KEY[:32], KEY])
    def test_each_call_is_a_data_unit(self, key):
        cipher = Cipher(AES(key), XTS(bytes(16)))
        encryptor, decryptor = cipher.encryptor(), cipher.decryptor()
        for length in (16, 17, 31, 32, 33, 4096, 5001):
            sealed = encryptor.update(bytes(length))
            assert sealed == cipher.encryptor().update(bytes(length))
            assert decryptor.update(sealed) == bytes(length)
        assert encryptor.update(b"") == b""
        assert encryptor.finalize() == b""

    @pytest.mark.parametrize("key", [KEY[:32], KEY])
    @pytest.mark.parametrize("length", [1, 15, (16 << 20) + 1])
    def test_lengths_that_are_no_data_unit(self, key, length):
        context = Cipher(AES(key), XTS(bytes(16))).encryptor()
        with pytest.raises(ValueError, match="data unit of 16 bytes to 16 MiB"):
            context.update(bytes(length))
        with pytest.raises(ValueError, match="data unit"):
            context.update_into(bytes(length), bytearray(length))
        assert context.update(bytes(16))

    def test_keys(self):
        for length in (16, 24):
            with pytest.raises(ValueError, match="XTS takes a key"):
                Cipher(AES(KEY[:length]), XTS(bytes(16)))
        for algorithm in (AES128(KEY[:16]), AES256(KEY[:32])):
            with pytest.raises(TypeError, match="two keys"):
                Cipher(algorithm, XTS(bytes(16)))
            assert not backend.cipher_supported(algorithm, XTS(bytes(16)))
        for half in (KEY[:16], KEY[:32]):
            with pytest.raises(ValueError, match="duplicated keys"):
                Cipher(AES(half * 2), XTS(bytes(16))).encryptor()
        for length in (0, 15, 17):
            with pytest.raises(ValueError, match="16 bytes"):
                XTS(bytes(length))


class TestChaCha20:
    def nonce(self, counter):
        return struct.pack("<Q", counter) + bytes(8)

    def test_known_answer(self):
        """RFC 8439, 2.4.2."""
        nonce = bytes.fromhex("01000000000000000000004a00000000")
        data = (
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            b"sunscreen would be it."
        )
        sealed = Cipher(ChaCha20(SecretBytes.copy_from(KEY[:32]), nonce), None).encryptor().update(data)
        assert sealed[:16].hex() == "6e2e359a2568f98041ba0728dd0d6981"
        assert Cipher(ChaCha20(KEY[:32], nonce), None).decryptor().update(sealed) == data

    def test_pieces(self):
        cipher = Cipher(ChaCha20(KEY[:32], self.nonce(7)), None)
        data = bytes(range(256)) * 300
        whole = cipher.encryptor().update(data)
        for step in (1, 63, 64, 65, 1000, 40000):
            context = cipher.encryptor()
            assert b"".join(context.update(data[at : at + step]) for at in range(0, len(data), step)) == whole
            assert context.finalize() == b""

    def test_the_counter_ends_at_32_bits(self):
        for counter in (2**32 - 1, 2**33 - 1, 2**64 - 1):
            context = Cipher(ChaCha20(KEY[:32], self.nonce(counter)), None).encryptor()
            with pytest.raises(ValueError, match="overflow"):
                context.update(bytes(65))
            buffer = bytearray(65)
            with pytest.raises(ValueError, match="overflow"):
                context.update_into(bytes(65), buffer)
            assert buffer == bytes(65)
            assert len(context.update(bytes(64))) == 64
            assert context.update(b"") == b""
            with pytest.raises(ValueError, match="overflow"):
                context.update(bytes(1))
            context.reset_nonce(self.nonce(0))
            assert len(context.update(bytes(1000))) == 1000

    def test_counter_carries_nothing_into_the_nonce(self):
        """Block 2^32 - 1 followed by one more would be another nonce's first: the first half is the
        same.
        """
        one = Cipher(ChaCha20(KEY[:32], self.nonce(2**32 - 2)), None).encryptor().update(bytes(128))
        other = Cipher(ChaCha20(KEY[:32], self.nonce(2**32 - 1)), None).encryptor().update(bytes(64))
        assert one[64:] == other

    def test_bad_input(self):
        for length in (0, 8, 12, 15, 17):
            with pytest.raises(ValueError, match="16 bytes"):
                ChaCha20(KEY[:32], bytes(length))
            context = Cipher(ChaCha20(KEY[:32], bytes(16)), None).encryptor()
            with pytest.raises(ValueError, match="16 bytes"):
                context.reset_nonce(bytes(length))
        with pytest.raises(UnsupportedAlgorithm):
            Cipher(ChaCha20(KEY[:32], bytes(16)), CTR(bytes(16)))


def test_reset_nonce():
    for algorithm, mode in ((SM4(KEY[:16]), CTR(bytes(16))), (ChaCha20(KEY[:32], bytes(16)), None)):
        context = Cipher(algorithm, mode).encryptor()
        first = context.update(bytes(100))
        for _ in range(2):
            context.reset_nonce(bytearray(16))
            assert context.update(bytes(100)) == first
        context.finalize()
        with pytest.raises(AlreadyFinalized):
            context.reset_nonce(bytes(16))
    for algorithm, mode in (
        (AES(KEY[:16]), OFB(bytes(16))),
        (AES(KEY), XTS(bytes(16))),
        (SM4(KEY[:16]), CBC(bytes(16))),
        (SM4(KEY[:16]), GCM(bytes(16))),
        (ARC4(KEY[:16]), None),
    ):
        with pytest.raises(UnsupportedAlgorithm):
            Cipher(algorithm, mode).encryptor().reset_nonce(bytes(16))


def test_rc4():
    """RFC 6229."""
    context = Cipher(ARC4(bytes.fromhex("0102030405")), None).encryptor()
    assert context.update(bytes(16)).hex() == "b2396305f03dc027ccc3524a0a1118a8"
    for length in (5, 7, 8, 10, 16, 20, 24, 32):
        data = Cipher(ARC4(KEY[:length]), None).encryptor().update(b"some data")
        assert Cipher(ARC4(KEY[:length]), None).decryptor().update(data) == b"some data"
    for length in (0, 4, 6, 33):
        with pytest.raises(ValueError, match="Invalid key size"):
            ARC4(bytes(length))


def test_the_end_of_a_block_is_missing():
    for algorithm in BLOCK_CIPHERS:
        context = Cipher(algorithm, in_mode(algorithm, CBC)).encryptor()
        assert context.update(bytes(algorithm.block_size // 8 - 1)) == b""
        with pytest.raises(ValueError, match="multiple of the block length"):
            context.finalize()
        with pytest.raises(AlreadyFinalized):
            context.finalize()


def test_initialization_vectors_of_another_length():
    for algorithm in BLOCK_CIPHERS:
        for kind in (CBC, CFB, CFB8, OFB, CTR):
            for length in (0, algorithm.block_size // 8 - 1, algorithm.block_size // 8 + 1):
                with pytest.raises(ValueError, match="Invalid"):
                    Cipher(algorithm, kind(bytes(length)))


def test_des_is_a_name_to_ask_for():
    assert backend.cipher_supported(_DES(), CBC(bytes(8)))
    with pytest.raises(TypeError):
        Cipher(_DES(), CBC(bytes(8)))


def test_update_into_the_input_itself():
    for algorithm, mode in ((Camellia(KEY[:16]), CBC(bytes(16))), (ChaCha20(KEY[:32], bytes(16)), None)):
        data = bytes(range(256)) * 20
        expected = Cipher(algorithm, mode).encryptor().update(data)
        buffer = bytearray(data) + bytes(15)
        assert Cipher(algorithm, mode).encryptor().update_into(memoryview(buffer)[: len(data)], buffer) == len(data)
        assert buffer[: len(data)] == expected


def test_contexts_in_threads():
    data, results = bytes(1 << 18), []
    cipher = Cipher(SM4(KEY[:16]), CTR(bytes(16)))
    threads = [threading.Thread(target=lambda: results.append(cipher.encryptor().update(data))) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert set(results) == {cipher.encryptor().update(data)}
