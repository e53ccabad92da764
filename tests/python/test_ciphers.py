"""Cipher with AES in its modes: known answers, pieces of every size, states, and everything that
must be refused.
"""

import pytest
from ironlatch.exceptions import (
    AlreadyFinalized,
    AlreadyUpdated,
    InvalidTag,
    NotYetFinalized,
    UnsupportedAlgorithm,
)
from ironlatch.hazmat.decrepit.ciphers import algorithms as old_algorithms
from ironlatch.hazmat.decrepit.ciphers import modes as old_modes
from ironlatch.hazmat.primitives.ciphers import Cipher, algorithms, base, modes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import CryptographyDeprecationWarning

KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
BLOCK = bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")
NONCE = bytes(range(12))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (modes.ECB(), "3ad77bb40d7a3660a89ecaf32466ef97"),
        (modes.CBC(bytes(range(16))), "7649abac8119b246cee98e9b12e9197d"),
        (modes.CTR(bytes(range(0xF0, 0x100))), "874d6191b620e3261bef6864990db6ce"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_known_answers(mode, expected):
    """NIST SP 800-38A, F.1.1, F.2.1, F.5.1."""
    cipher = Cipher(algorithms.AES(KEY), mode)
    encryptor = cipher.encryptor()
    assert (encryptor.update(BLOCK) + encryptor.finalize()).hex() == expected
    decryptor = cipher.decryptor()
    assert decryptor.update(bytes.fromhex(expected)) + decryptor.finalize() == BLOCK


@pytest.mark.parametrize("key_length", [16, 24, 32])
@pytest.mark.parametrize("mode", [modes.ECB(), modes.CBC(bytes(16)), modes.CTR(bytes(16)), modes.GCM(NONCE)])
def test_pieces_of_every_size_give_the_same(mode, key_length):
    cipher = Cipher(algorithms.AES(bytes(key_length)), mode)
    data = bytes(range(256)) * 2
    whole = cipher.encryptor().update(data)
    for size in (1, 3, 15, 16, 17, 100):
        encryptor = cipher.encryptor()
        pieces = [encryptor.update(data[at : at + size]) for at in range(0, len(data), size)]
        assert b"".join(pieces) + encryptor.finalize() == whole
        encryptor, buffer, length = cipher.encryptor(), bytearray(len(data) + 15), 0
        for at in range(0, len(data), size):
            length += encryptor.update_into(data[at : at + size], memoryview(buffer)[length : length + size + 15])
        assert buffer[:length] == whole


def test_long_data_without_the_gil():
    data = bytes(1_000_000)
    cipher = Cipher(algorithms.AES256(bytes(32)), modes.CTR(bytes(16)))
    assert cipher.decryptor().update(cipher.encryptor().update(data)) == data


def test_key_as_a_secret():
    secret = Cipher(algorithms.AES(SecretBytes.copy_from(KEY)), modes.ECB()).encryptor()
    assert secret.update(BLOCK).hex() == "3ad77bb40d7a3660a89ecaf32466ef97"


def test_update_into_checks_the_buffer():
    encryptor = Cipher(algorithms.AES(KEY), modes.ECB()).encryptor()
    with pytest.raises(ValueError, match="at least 31 bytes"):
        encryptor.update_into(BLOCK, bytearray(30))
    with pytest.raises(TypeError, match="not writable"):
        encryptor.update_into(BLOCK, bytes(31))
    with pytest.raises(BufferError):
        encryptor.update_into(BLOCK, memoryview(bytearray(64))[::2])
    # Nothing of it changed the context.
    assert encryptor.update(BLOCK).hex() == "3ad77bb40d7a3660a89ecaf32466ef97"


def test_update_into_the_input_itself():
    buffer = bytearray(BLOCK + bytes(15))
    Cipher(algorithms.AES(KEY), modes.ECB()).encryptor().update_into(memoryview(buffer)[:16], buffer)
    assert buffer[:16].hex() == "3ad77bb40d7a3660a89ecaf32466ef97"


def test_unfinished_block():
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(bytes(16)))
    for context in (cipher.encryptor(), cipher.decryptor()):
        context.update(b"15 bytes of it.")
        with pytest.raises(ValueError, match="block length"):
            context.finalize()
        with pytest.raises(AlreadyFinalized):
            context.finalize()


def test_after_finalize():
    encryptor = Cipher(algorithms.AES(KEY), modes.CTR(bytes(16))).encryptor()
    assert encryptor.finalize() == b""
    for call in (
        lambda: encryptor.update(b""),
        lambda: encryptor.update_into(b"", bytearray(16)),
        encryptor.finalize,
        lambda: encryptor.reset_nonce(bytes(16)),
    ):
        with pytest.raises(AlreadyFinalized):
            call()


def test_reset_nonce():
    cipher = Cipher(algorithms.AES(KEY), modes.CTR(bytes(16)))
    encryptor = cipher.encryptor()
    encryptor.update(b"some")
    encryptor.reset_nonce(bytes(16))
    assert encryptor.update(BLOCK) == cipher.encryptor().update(BLOCK)
    with pytest.raises(ValueError, match="16 bytes"):
        encryptor.reset_nonce(bytes(15))
    for mode in (modes.CBC(bytes(16)), modes.ECB(), modes.GCM(NONCE)):
        with pytest.raises(UnsupportedAlgorithm):
            Cipher(algorithms.AES(KEY), mode).encryptor().reset_nonce(bytes(16))


def gcm(data=b"message", aad=b"header"):
    encryptor = Cipher(algorithms.AES(KEY), modes.GCM(NONCE)).encryptor()
    assert isinstance(encryptor, base.AEADEncryptionContext)
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(data) + encryptor.finalize(), encryptor.tag


def test_gcm_agrees_with_the_aead():
    from ironlatch.hazmat.primitives.ciphers.aead import AESGCM

    assert b"".join(gcm()) == AESGCM(KEY).encrypt(NONCE, b"message", b"header")


@pytest.mark.parametrize("cut", [16, 12, 4])
def test_gcm_tag_in_the_mode_and_at_the_end(cut):
    ciphertext, tag = gcm()
    for late in (False, True):
        mode = modes.GCM(NONCE, None if late else tag[:cut], min_tag_length=cut)
        decryptor = Cipher(algorithms.AES(KEY), mode).decryptor()
        assert isinstance(decryptor, base.AEADDecryptionContext)
        decryptor.authenticate_additional_data(b"head")
        decryptor.authenticate_additional_data(b"er")
        assert decryptor.update(ciphertext) == b"message"
        assert (decryptor.finalize_with_tag(tag[:cut]) if late else decryptor.finalize()) == b""


def test_gcm_refuses_a_changed_message():
    ciphertext, tag = gcm()
    for changed_tag, aad, data in [
        (bytes(16), b"header", ciphertext),
        (tag, b"Header", ciphertext),
        (tag, b"header", ciphertext[:-1]),
    ]:
        decryptor = Cipher(algorithms.AES(KEY), modes.GCM(NONCE, changed_tag)).decryptor()
        decryptor.authenticate_additional_data(aad)
        decryptor.update(data)
        for _ in range(2):
            with pytest.raises(InvalidTag):
                decryptor.finalize()


def test_gcm_states():
    encryptor = Cipher(algorithms.AES(KEY), modes.GCM(NONCE)).encryptor()
    with pytest.raises(NotYetFinalized):
        _ = encryptor.tag
    encryptor.update(b"")
    with pytest.raises(AlreadyUpdated):
        encryptor.authenticate_additional_data(b"late")
    encryptor.finalize()
    for call in (
        lambda: encryptor.update(b""),
        lambda: encryptor.authenticate_additional_data(b""),
        encryptor.finalize,
    ):
        with pytest.raises(AlreadyFinalized):
            call()
    assert len(encryptor.tag) == 16


def test_gcm_tags_of_wrong_lengths():
    decryptor = Cipher(algorithms.AES(KEY), modes.GCM(NONCE)).decryptor()
    assert not hasattr(decryptor, "tag")
    with pytest.raises(ValueError, match="must be provided"):
        decryptor.finalize()
    for tag in (b"", bytes(15), bytes(17)):
        with pytest.raises(ValueError, match="Authentication tag"):
            decryptor.finalize_with_tag(tag)
    with pytest.raises(ValueError, match="already"):
        Cipher(algorithms.AES(KEY), modes.GCM(NONCE, bytes(16))).decryptor().finalize_with_tag(bytes(16))
    with pytest.raises(ValueError, match="None when encrypting"):
        Cipher(algorithms.AES(KEY), modes.GCM(NONCE, bytes(16))).encryptor()
    with pytest.raises(ValueError, match="more than 16 bytes"):
        Cipher(algorithms.AES(KEY), modes.GCM(NONCE, bytes(17)))
    with pytest.raises(ValueError, match="16 bytes or longer"):
        modes.GCM(NONCE, bytes(15))
    with pytest.raises(ValueError, match="min_tag_length must be >= 4"):
        modes.GCM(NONCE, min_tag_length=3)


def test_wrong_lengths():
    for length in (0, 15, 17, 33):
        with pytest.raises(ValueError, match=rf"Invalid key size \({length * 8}\)"):
            algorithms.AES(bytes(length))
    with pytest.raises(ValueError, match="Invalid key size"):
        algorithms.AES128(bytes(32))
    for mode in (modes.CBC(bytes(15)), modes.CTR(bytes(17))):
        with pytest.raises(ValueError, match="must be 16 bytes"):
            Cipher(algorithms.AES(KEY), mode)
    with pytest.raises(TypeError, match="two keys"):
        Cipher(algorithms.AES256(bytes(32)), modes.XTS(bytes(16)))
    for length in (0, 7, 129):
        with pytest.raises(ValueError, match="between 8 and 128 bytes"):
            modes.GCM(bytes(length))
    with pytest.raises(ValueError, match="XTS alone"):
        Cipher(algorithms.AES(bytes(64)), modes.CBC(bytes(16)))


def test_wrong_types():
    for wrong in ("sixteen letters!", 16, None, [1] * 16):
        with pytest.raises(TypeError, match="key must be bytes-like"):
            algorithms.AES(wrong)
        with pytest.raises(TypeError, match="must be bytes-like"):
            modes.CBC(wrong)
    with pytest.raises(TypeError, match="CipherAlgorithm"):
        Cipher(b"key", modes.ECB())
    with pytest.raises(TypeError, match="Mode"):
        Cipher(algorithms.AES(KEY), "CBC")
    with pytest.raises(TypeError, match=r"bytestring instead\?"):
        Cipher(algorithms.AES(KEY), modes.ECB()).encryptor().update("text")


@pytest.mark.parametrize(
    ("algorithm", "mode"),
    [
        (algorithms.AES(KEY), None),
        (algorithms.ChaCha20(bytes(32), bytes(16)), modes.ECB()),
        (old_algorithms.ARC4(KEY), modes.ECB()),
        (old_algorithms.Camellia(KEY), modes.CTR(bytes(16))),
        (old_algorithms.RC2(KEY), modes.ECB()),
        (algorithms.SM4(KEY), old_modes.CFB8(bytes(16))),
    ],
    ids=lambda made: type(made).__name__,
)
def test_what_is_not_there_says_so(algorithm, mode):
    with pytest.raises(UnsupportedAlgorithm, match=algorithm.name):
        Cipher(algorithm, mode).encryptor()


def test_triple_des_with_fewer_keys_warns():
    for key, repeated in [(b"12345678", b"12345678" * 3), (b"1234567890123456", b"123456789012345612345678")]:
        with pytest.warns(CryptographyDeprecationWarning, match="Triple DES"):
            assert old_algorithms.TripleDES(key).key == repeated


def test_moved_names_warn():
    with pytest.warns(CryptographyDeprecationWarning, match="moved"):
        assert algorithms.TripleDES is old_algorithms.TripleDES
    with pytest.warns(CryptographyDeprecationWarning, match="moved"):
        assert modes.CFB is old_modes.CFB
    with pytest.raises(AttributeError):
        _ = modes.CBD
