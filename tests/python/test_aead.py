"""AEADs: round trips, every way to hand in bytes, and everything that must be refused."""

import mmap
import threading

import pytest
from ironlatch.exceptions import InvalidTag
from ironlatch.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, AESGCMSIV, AESOCB3, AESSIV, ChaCha20Poly1305
from ironlatch.secrets import SecretBytes

AEADS = [
    pytest.param((AESGCM, 16), id="AES-128-GCM"),
    pytest.param((AESGCM, 24), id="AES-192-GCM"),
    pytest.param((AESGCM, 32), id="AES-256-GCM"),
    *(
        pytest.param((cls, key_len), id=f"{cls.__name__}-{8 * key_len}")
        for cls in (AESCCM, AESGCMSIV, AESOCB3)
        for key_len in (16, 24, 32)
    ),
    pytest.param((ChaCha20Poly1305, 32), id="ChaCha20-Poly1305"),
]
NONCE = bytes(range(12))


@pytest.fixture(params=AEADS)
def aead(request):
    cls, key_len = request.param
    return cls(bytes(range(key_len)))


class Unbuffered:
    """No buffer protocol."""


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 64, 32 * 1024 - 1, 32 * 1024, 1_000_003])
def test_round_trip(aead, length):
    data = bytes(length)
    sealed = aead.encrypt(NONCE, data, b"header")
    assert len(sealed) == length + 16
    assert aead.decrypt(NONCE, sealed, b"header") == data
    assert aead.decrypt(nonce=NONCE, data=sealed, associated_data=b"header") == data


def test_known_answer():
    # RFC 8439, section 2.8.2: the tag.
    key = bytes(range(0x80, 0xA0))
    text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    sealed = ChaCha20Poly1305(key).encrypt(
        bytes.fromhex("070000004041424344454647"), text, bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    )
    assert sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview], ids=lambda wrap: wrap.__name__)
def test_every_kind_of_buffer(aead, wrap):
    sealed = aead.encrypt(wrap(NONCE), wrap(b"message"), wrap(b"header"))
    assert sealed == aead.encrypt(NONCE, b"message", b"header")
    assert aead.decrypt(wrap(NONCE), wrap(sealed), wrap(b"header")) == b"message"


def test_mmap_and_slices(aead):
    memory = mmap.mmap(-1, 4096)
    memory[:7] = b"message"
    assert aead.encrypt(NONCE, memoryview(memory)[:7], None) == aead.encrypt(NONCE, b"message", None)
    with pytest.raises(BufferError):
        aead.encrypt(NONCE, memoryview(b"message")[::2], None)


def test_none_and_empty_associated_data_are_the_same(aead):
    assert aead.encrypt(NONCE, b"m", None) == aead.encrypt(NONCE, b"m", b"")


def test_a_secret_as_key():
    key = AESGCM.generate_key(256)
    sealed = AESGCM(SecretBytes.copy_from(key)).encrypt(NONCE, b"m", None)
    assert AESGCM(key).decrypt(NONCE, sealed, None) == b"m"


def test_every_flipped_bit_and_every_cut_is_refused(aead):
    sealed = aead.encrypt(NONCE, b"message", b"header")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 0x80
        with pytest.raises(InvalidTag):
            aead.decrypt(NONCE, changed, b"header")
        with pytest.raises(InvalidTag):
            aead.decrypt(NONCE, sealed[:at], b"header")
    for nonce, aad in [(bytes(12), b"header"), (NONCE, b"Header"), (NONCE, None)]:
        with pytest.raises(InvalidTag):
            aead.decrypt(nonce, sealed, aad)


def test_into(aead):
    sealed = bytearray(7 + 16)
    assert aead.encrypt_into(NONCE, b"message", b"header", sealed) == 23
    assert sealed == aead.encrypt(NONCE, b"message", b"header")
    opened = bytearray(7)
    assert aead.decrypt_into(NONCE, sealed, b"header", memoryview(opened)) == 7
    assert opened == b"message"


def test_into_the_input_itself(aead):
    buffer = bytearray(b"message" + bytes(16))
    aead.encrypt_into(NONCE, memoryview(buffer)[:7], None, buffer)
    assert buffer == aead.encrypt(NONCE, b"message", None)
    aead.decrypt_into(NONCE, buffer, None, memoryview(buffer)[:7])
    assert buffer[:7] == b"message"
    shifted = bytearray(b"...message" + bytes(16))
    aead.encrypt_into(NONCE, memoryview(shifted)[3:10], None, memoryview(shifted)[:23])
    assert shifted[:23] == aead.encrypt(NONCE, b"message", None)


def test_into_a_wrong_buffer(aead):
    for length in (22, 24, 0):
        with pytest.raises(ValueError, match="buffer must be 23 bytes"):
            aead.encrypt_into(NONCE, b"message", None, bytearray(length))
    sealed = aead.encrypt(NONCE, b"message", None)
    with pytest.raises(ValueError, match="buffer must be 7 bytes"):
        aead.decrypt_into(NONCE, sealed, None, bytearray(8))
    with pytest.raises(TypeError, match="not writable"):
        aead.encrypt_into(NONCE, b"message", None, bytes(23))


def test_a_refused_message_leaves_zeros(aead):
    sealed = bytearray(aead.encrypt(NONCE, b"message", None))
    sealed[-1] ^= 1
    buffer = bytearray(b"before!")
    with pytest.raises(InvalidTag):
        aead.decrypt_into(NONCE, sealed, None, buffer)
    assert buffer == bytes(7)


@pytest.mark.parametrize("wrong", ["text", 5, Unbuffered(), [1, 2]])
def test_what_is_not_bytes(aead, wrong):
    for arguments in [(wrong, b"", b""), (NONCE, wrong, b""), (NONCE, b"", wrong)]:
        with pytest.raises(TypeError, match="to a buffer"):
            aead.encrypt(*arguments)
        with pytest.raises(TypeError, match="to a buffer"):
            aead.decrypt(*arguments)
    with pytest.raises(TypeError, match="to a buffer"):
        type(aead)(wrong)


def test_wrong_lengths():
    for length in (0, 15, 17, 31, 33, 64):
        with pytest.raises(ValueError, match=f"{length * 8} bits"):
            AESGCM(bytes(length))
        with pytest.raises(ValueError, match="256 bits"):
            ChaCha20Poly1305(bytes(length))
    for length in (0, 7, 129):
        with pytest.raises(ValueError, match="between 8 and 128 bytes"):
            AESGCM(bytes(16)).encrypt(bytes(length), b"", None)
    for length in (0, 8, 11, 13):
        with pytest.raises(ValueError, match="nonce must be 12 bytes"):
            ChaCha20Poly1305(bytes(32)).decrypt(bytes(length), b"short", None)


def test_generate_key():
    assert [len(AESGCM.generate_key(bit_length=bits)) for bits in (128, 192, 256)] == [16, 24, 32]
    assert AESGCM.generate_key(128) != AESGCM.generate_key(128)
    assert len(ChaCha20Poly1305.generate_key()) == 32
    for bits in (0, -128, 129, 512, 2**40):
        with pytest.raises(ValueError, match="128, 192, or 256"):
            AESGCM.generate_key(bits)


def test_absurdly_long_data_is_refused_at_once(aead):
    huge = mmap.mmap(-1, 2**31, prot=mmap.PROT_READ)
    for arguments in [(NONCE, huge, None), (NONCE, b"", huge)]:
        with pytest.raises(OverflowError):
            aead.encrypt(*arguments)
        with pytest.raises(OverflowError):
            aead.decrypt(*arguments)


def test_one_key_in_many_threads(aead):
    data = bytes(100_000)
    expected = aead.encrypt(NONCE, data, None)
    results = []

    def work():
        for _ in range(20):
            results.append(aead.decrypt(NONCE, aead.encrypt(NONCE, data, None), None) == data)
            results.append(aead.encrypt(NONCE, data, None) == expected)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 160
    assert all(results)


class TestCcm:
    @pytest.mark.parametrize("tag_length", [4, 6, 8, 10, 12, 14, 16])
    def test_tag_lengths(self, tag_length):
        aead = AESCCM(bytes(16), tag_length=tag_length)
        sealed = aead.encrypt(NONCE, b"message", b"header")
        assert len(sealed) == 7 + tag_length
        assert aead.decrypt(NONCE, sealed, b"header") == b"message"
        buffer = bytearray(7 + tag_length)
        assert aead.encrypt_into(NONCE, b"message", b"header", buffer) == len(buffer)
        assert buffer == sealed
        with pytest.raises(InvalidTag):
            aead.decrypt(NONCE, sealed[: tag_length - 1], b"header")
        with pytest.raises(InvalidTag):
            aead.decrypt(NONCE, sealed, None)

    @pytest.mark.parametrize("tag_length", [-2, 0, 2, 3, 5, 15, 17, 18, 2**40])
    def test_tag_lengths_that_there_are_not(self, tag_length):
        with pytest.raises(ValueError, match="tag_length"):
            AESCCM(bytes(16), tag_length)
        with pytest.raises(TypeError):
            AESCCM(bytes(16), "16")

    def test_messages_that_are_too_long_for_the_nonce(self):
        aead = AESCCM(bytes(16))
        for nonce_len, limit in ((13, 2**16), (12, 2**24)):
            nonce = bytes(nonce_len)
            assert len(aead.encrypt(nonce, bytes(limit - 1), None)) == limit + 15
            with pytest.raises(ValueError, match="too long for nonce"):
                aead.encrypt(nonce, bytes(limit), None)
            with pytest.raises(ValueError, match="too long for nonce"):
                aead.encrypt_into(nonce, bytes(limit), None, bytearray(limit + 16))
            with pytest.raises(ValueError, match="too long for nonce"):
                aead.decrypt(nonce, bytes(limit + 16), None)

    def test_associated_data_of_each_form(self):
        # Below 0xff00 its length takes two bytes, from there on six.
        aead = AESCCM(bytes(32))
        for length in (1, 13, 14, 15, 0xFEFF, 0xFF00, 0xFF01, 100_000):
            sealed = aead.encrypt(NONCE, b"m", bytes(length))
            assert aead.decrypt(NONCE, sealed, bytes(length)) == b"m"
            with pytest.raises(InvalidTag):
                aead.decrypt(NONCE, sealed, bytes(length + 1))


@pytest.mark.parametrize(
    ("cls", "good", "bad"),
    [(AESCCM, range(7, 14), (0, 6, 14)), (AESGCMSIV, (12,), (0, 11, 13)), (AESOCB3, range(12, 16), (0, 11, 16))],
)
def test_nonce_lengths(cls, good, bad):
    aead = cls(bytes(16))
    for length in good:
        assert aead.decrypt(bytes(length), aead.encrypt(bytes(length), b"m", None), None) == b"m"
    for length in bad:
        with pytest.raises(ValueError, match="nonce must be"):
            aead.encrypt(bytes(length), b"m", None)
        with pytest.raises(ValueError, match="nonce must be"):
            aead.decrypt(bytes(length), bytes(17), None)
    for length in (0, 15, 17, 64):
        with pytest.raises(ValueError, match="128, 192, or 256 bits"):
            cls(bytes(length))


class TestSiv:
    @pytest.fixture(params=[32, 48, 64])
    def siv(self, request):
        return AESSIV(bytes(range(request.param)))

    @pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 100_003])
    def test_round_trip(self, siv, length):
        data = bytes(length)
        for aad in (None, [], [b""], [b"a"], [b"a", bytearray(b"nonce")], [bytes(16), bytes(17)]):
            sealed = siv.encrypt(data, aad)
            assert len(sealed) == length + 16
            assert sealed == siv.encrypt(data, aad)
            assert siv.decrypt(sealed, aad) == data

    def test_the_example_of_rfc_5297(self):
        # Appendix A.1.
        key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        aad = bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627")
        sealed = AESSIV(key).encrypt(bytes.fromhex("112233445566778899aabbccddee"), [aad])
        assert sealed.hex() == "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"

    def test_the_pieces_of_associated_data_are_apart(self, siv):
        sealed = siv.encrypt(b"m", [b"ab", b"c"])
        for other in ([b"a", b"bc"], [b"abc"], [b"c", b"ab"], [b"ab", b"c", b""], None):
            with pytest.raises(InvalidTag):
                siv.decrypt(sealed, other)

    def test_every_flipped_bit_and_every_cut_is_refused(self, siv):
        sealed = siv.encrypt(b"message", [b"a"])
        for at in range(len(sealed)):
            changed = bytearray(sealed)
            changed[at] ^= 1
            with pytest.raises(InvalidTag):
                siv.decrypt(changed, [b"a"])
            with pytest.raises(InvalidTag):
                siv.decrypt(sealed[:at], [b"a"])

    def test_into(self, siv):
        buffer = bytearray(23)
        assert siv.encrypt_into(b"message", [b"a"], buffer) == 23
        assert buffer == siv.encrypt(b"message", [b"a"])
        opened = bytearray(7)
        assert siv.decrypt_into(buffer, [b"a"], opened) == 7
        assert opened == b"message"
        with pytest.raises(ValueError, match="buffer must be 23 bytes"):
            siv.encrypt_into(b"message", None, bytearray(22))
        with pytest.raises(InvalidTag):
            siv.decrypt_into(buffer, None, opened)
        assert opened == bytes(7)
        shared = bytearray(b"message" + bytes(16))
        siv.encrypt_into(memoryview(shared)[:7], [memoryview(shared)[2:5]], shared)
        assert shared == siv.encrypt(b"message", [b"ssa"])

    def test_what_is_no_list_of_bytes(self, siv):
        for wrong in (b"a", (b"a",), "a", 5, [5], ["a"], [None]):
            with pytest.raises(TypeError):
                siv.encrypt(b"m", wrong)
            with pytest.raises(TypeError):
                siv.decrypt(bytes(17), wrong)

    def test_keys(self):
        assert [len(AESSIV.generate_key(bits)) for bits in (256, 384, 512)] == [32, 48, 64]
        for bits in (0, 128, 192, 257):
            with pytest.raises(ValueError, match="256, 384, or 512"):
                AESSIV.generate_key(bits)
        for length in (0, 16, 24, 33):
            with pytest.raises(ValueError, match="256, 384, or 512"):
                AESSIV(bytes(length))

    def test_a_list_that_changes_meanwhile(self, siv):
        class Growing(list):
            def __iter__(self):
                raise RuntimeError("not asked")

        assert siv.encrypt(b"m", Growing([b"a"])) == siv.encrypt(b"m", [b"a"])
