"""AES key wrap, with and without padding, as Python sees it."""

from __future__ import annotations

import pytest
from ironlatch.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_unwrap_with_padding,
    aes_key_wrap,
    aes_key_wrap_with_padding,
)
from ironlatch.secrets import SecretBytes

KEY = bytes(range(16))
SECRET = bytes.fromhex("00112233445566778899aabbccddeeff")
WRAPPED = bytes.fromhex("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5")

PLAIN = (aes_key_wrap, aes_key_unwrap)
PADDED = (aes_key_wrap_with_padding, aes_key_unwrap_with_padding)


def test_known_answer():
    """RFC 3394, 4.1."""
    assert aes_key_wrap(KEY, SECRET) == WRAPPED
    assert aes_key_unwrap(KEY, WRAPPED) == SECRET


@pytest.mark.parametrize("key_length", [16, 24, 32])
@pytest.mark.parametrize(("wrap", "unwrap"), [PLAIN, PADDED])
def test_there_and_back(wrap, unwrap, key_length):
    key = bytes(range(key_length))
    for length in (16, 24, 32, 64, 1024, 65536):
        secret = (b"0123456789abcdef" * 4096)[:length]
        wrapped = wrap(key, secret)
        assert len(wrapped) == length + 8
        assert unwrap(key, wrapped) == secret
        assert unwrap(SecretBytes.copy_from(key), bytearray(wrapped)) == secret
    assert wrap(bytearray(key), SecretBytes.copy_from(SECRET)) == wrap(SecretBytes.copy_from(key), memoryview(SECRET))


def test_padding_takes_any_length():
    for length in range(1, 100):
        secret = bytes([length]) * length
        wrapped = aes_key_wrap_with_padding(KEY, secret)
        assert len(wrapped) == -(-length // 8) * 8 + 8
        assert aes_key_unwrap_with_padding(KEY, wrapped) == secret


@pytest.mark.parametrize(("wrap", "unwrap"), [PLAIN, PADDED])
def test_refuses_what_was_changed(wrap, unwrap):
    wrapped = wrap(KEY, SECRET)
    for position in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[position] ^= 0x80
        with pytest.raises(InvalidUnwrap):
            unwrap(KEY, changed)
    with pytest.raises(InvalidUnwrap):
        unwrap(bytes(16), wrapped)
    for length in range(len(wrapped)):
        with pytest.raises(InvalidUnwrap):
            unwrap(KEY, wrapped[:length])
    with pytest.raises(InvalidUnwrap):
        unwrap(KEY, wrapped + bytes(8))


def test_the_two_kinds_are_told_apart():
    with pytest.raises(InvalidUnwrap):
        aes_key_unwrap_with_padding(KEY, WRAPPED)
    with pytest.raises(InvalidUnwrap):
        aes_key_unwrap(KEY, aes_key_wrap_with_padding(KEY, SECRET))


@pytest.mark.parametrize("function", [*PLAIN, *PADDED])
def test_wrong_keys_and_types(function):
    for key in (b"", bytes(15), bytes(17), bytes(64)):
        with pytest.raises(ValueError, match="AES key length"):
            function(key, WRAPPED)
    for wrong in (None, "text", 3):
        with pytest.raises(TypeError):
            function(wrong, WRAPPED)
        with pytest.raises(TypeError):
            function(KEY, wrong)


def test_lengths_that_cannot_be_wrapped():
    for length in (0, 8, 15, 17, 31):
        with pytest.raises(ValueError, match="The key to wrap"):
            aes_key_wrap(KEY, bytes(length))
    with pytest.raises(ValueError, match="empty"):
        aes_key_wrap_with_padding(KEY, b"")
