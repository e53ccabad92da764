"""Sealing: round trips, interchange with the AEADs that it is made of, and everything that must be
refused.
"""

import mmap

import pytest
from ironlatch.exceptions import InvalidTag
from ironlatch.sealing import XAES256GCM, XChaCha20Poly1305
from ironlatch.secrets import SecretBytes


@pytest.fixture(params=[XAES256GCM, XChaCha20Poly1305])
def cls(request):
    return request.param


@pytest.fixture
def sealer(cls):
    return cls(bytes(range(32)))


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 4096, 32 * 1024, 1_000_003])
def test_round_trip(sealer, length):
    data = bytes(length)
    sealed = sealer.seal(data, b"header")
    assert len(sealed) == length + 40
    assert sealer.open(sealed, b"header") == data
    assert sealer.open(sealed=sealed, associated_data=b"header") == data


def test_known_answers():
    # C2SP, XAES-256-GCM; draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    sealed = b"ABCDEFGHIJKLMNOPQRSTUVWX" + bytes.fromhex("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d")
    assert XAES256GCM(b"\3" * 32).open(sealed, b"c2sp.org/XAES-256-GCM") == b"XAES-256-GCM"
    key, nonce = bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58))
    ciphertext = bytes.fromhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216"
        "cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13"
        "b52ec0875924c1c7987947deafd8780acf49"
    )
    opened = XChaCha20Poly1305(key).open(nonce + ciphertext, bytes.fromhex("50515253c0c1c2c3c4c5c6c7"))
    assert opened.startswith(b"Ladies and Gentlemen of the class of '99")


def test_every_nonce_is_new(sealer):
    assert len({sealer.seal(b"m")[:24] for _ in range(1000)}) == 1000


def test_every_flipped_bit_and_every_cut_is_refused(sealer):
    sealed = sealer.seal(b"message", b"header")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 0x80
        with pytest.raises(InvalidTag):
            sealer.open(changed, b"header")
        with pytest.raises(InvalidTag):
            sealer.open(sealed[:at], b"header")
    for other in (None, b"", b"Header"):
        with pytest.raises(InvalidTag):
            sealer.open(sealed, other)
    with pytest.raises(InvalidTag):
        type(sealer)(bytes(32)).open(sealed, b"header")


def test_the_two_do_not_open_each_other(sealer):
    other = XAES256GCM if isinstance(sealer, XChaCha20Poly1305) else XChaCha20Poly1305
    with pytest.raises(InvalidTag):
        other(bytes(range(32))).open(sealer.seal(b"m"))


def test_keys(cls):
    key = cls.generate_key()
    assert len(key) == 32
    assert key != cls.generate_key()
    assert cls(SecretBytes.copy_from(key)).open(cls(bytearray(key)).seal(b"m")) == b"m"
    for length in (0, 16, 31, 33, 64):
        with pytest.raises(ValueError, match=f"256 bits; it has {length * 8} bits"):
            cls(bytes(length))


@pytest.mark.parametrize("wrong", ["text", 5, [1], None])
def test_what_is_not_bytes(cls, sealer, wrong):
    with pytest.raises(TypeError, match="to a buffer"):
        cls(wrong)
    with pytest.raises(TypeError, match="to a buffer"):
        sealer.seal(wrong)
    with pytest.raises(TypeError, match="to a buffer"):
        sealer.open(wrong)


def test_too_much(sealer):
    with pytest.raises(OverflowError):
        sealer.seal(b"", mmap.mmap(-1, 2**31))
