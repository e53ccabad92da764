"""PKCS#7 and ANSI X9.23: round trips in pieces, and everything that must be refused."""

import pytest
from ironlatch.exceptions import AlreadyFinalized
from ironlatch.hazmat.primitives.padding import ANSIX923, PKCS7, PaddingContext


@pytest.mark.parametrize("scheme", [PKCS7, ANSIX923])
@pytest.mark.parametrize("block_size", [8, 64, 128, 2040])
def test_round_trip_in_pieces(scheme, block_size):
    padding = scheme(block_size)
    for length in (0, 1, 7, 8, 16, 31, 255, 600):
        data = bytes(i % 251 for i in range(length))
        padder = padding.padder()
        assert isinstance(padder, PaddingContext)
        padded = padder.update(data[: length // 2]) + padder.update(data[length // 2 :]) + padder.finalize()
        assert len(padded) % (block_size // 8) == 0
        assert len(padded) > length
        for size in (1, 5, 1000):
            unpadder = padding.unpadder()
            pieces = [unpadder.update(padded[at : at + size]) for at in range(0, len(padded), size)]
            assert b"".join(pieces) + unpadder.finalize() == data


def test_known_answers():
    for scheme, expected in [(PKCS7, b"abc\x05\x05\x05\x05\x05"), (ANSIX923, b"abc\x00\x00\x00\x00\x05")]:
        padder = scheme(64).padder()
        assert padder.update(bytearray(b"abc")) + padder.finalize() == expected


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"1234567",
        b"1234567\x00",
        b"1234567\x09",
        b"12345\x01\x02\x03",
        b"12345678" * 2 + b"1",
        b"123\x07\x07\x07\x07\x06",
    ],
)
@pytest.mark.parametrize("scheme", [PKCS7, ANSIX923])
def test_invalid_padding(scheme, padded):
    unpadder = scheme(64).unpadder()
    unpadder.update(padded)
    with pytest.raises(ValueError, match="Invalid padding"):
        unpadder.finalize()


@pytest.mark.parametrize("scheme", [PKCS7, ANSIX923])
def test_bad_arguments(scheme):
    for block_size in (-8, 0, 7, 127, 2041, 2048, 10**30):
        with pytest.raises((ValueError, OverflowError)):
            scheme(block_size)
    with pytest.raises(TypeError):
        scheme("128")
    for context in (scheme(128).padder(), scheme(128).unpadder()):
        with pytest.raises(TypeError, match="buffer"):
            context.update("text")


@pytest.mark.parametrize("scheme", [PKCS7, ANSIX923])
def test_after_finalize(scheme):
    padder = scheme(128).padder()
    unpadder = scheme(128).unpadder()
    unpadder.update(padder.finalize())
    assert unpadder.finalize() == b""
    for context in (padder, unpadder):
        for call in (lambda context=context: context.update(b""), context.finalize):
            with pytest.raises(AlreadyFinalized):
                call()
