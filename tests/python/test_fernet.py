"""Fernet: the specification's vectors, keys in every form, time, rotation, and every malformed
token.
"""

import base64
import copy
import os
import time

import pytest
from ironlatch.fernet import Fernet, InvalidToken, MultiFernet
from ironlatch.secrets import SecretBytes

# The specification's own key, token and time, for b"hello".
KEY = b"cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
TOKEN = b"gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
MADE = 499162800


@pytest.fixture
def fernet():
    return Fernet(KEY)


def test_the_specifications_token(fernet):
    assert fernet.decrypt_at_time(TOKEN, ttl=60, current_time=MADE + 60) == b"hello"
    assert fernet.decrypt(TOKEN) == b"hello"
    assert fernet.decrypt(TOKEN.decode()) == b"hello"
    assert fernet.extract_timestamp(TOKEN) == MADE


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 12287, 12288, 12289, 1_000_000])
def test_round_trip(fernet, length):
    data = bytes(i % 253 for i in range(length))
    for wrapped in (data, bytearray(data), memoryview(data)):
        token = fernet.encrypt(wrapped)
        assert fernet.decrypt(token) == data
    assert len(base64.urlsafe_b64decode(token)) == 25 + (length // 16 + 1) * 16 + 32


def test_two_tokens_differ(fernet):
    assert fernet.encrypt_at_time(b"x", 1) != fernet.encrypt_at_time(b"x", 1)


def test_keys_in_every_form():
    raw = base64.urlsafe_b64decode(KEY)
    for key in (KEY, KEY.decode(), bytearray(KEY), SecretBytes.copy_from(KEY), SecretBytes.copy_from(raw)):
        assert Fernet(key).decrypt(TOKEN) == b"hello"
    assert len(Fernet.generate_key()) == 44
    assert Fernet.generate_key() != Fernet.generate_key()


@pytest.mark.parametrize("raw_length", [0, 2, 16, 31, 33, 64])
def test_keys_of_the_wrong_length(raw_length):
    with pytest.raises(ValueError, match="32 url-safe base64-encoded bytes"):
        Fernet(base64.urlsafe_b64encode(bytes(raw_length)))


def test_keys_that_are_none():
    for key in (None, 5, base64.urlsafe_b64decode):
        with pytest.raises(TypeError):
            Fernet(key)
    with pytest.raises(ValueError, match="generate_key"):
        Fernet(base64.urlsafe_b64decode(KEY))


def test_the_key_does_not_show(fernet):
    assert KEY.decode() not in repr(fernet)
    assert not hasattr(fernet, "__dict__")
    with pytest.raises(TypeError):
        copy.copy(fernet)


def test_subclass():
    class Named(Fernet):
        name = "mine"

    named = Named(KEY)
    assert (named.name, named.decrypt(TOKEN)) == ("mine", b"hello")


def test_time_to_live(fernet, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: MADE + 10.9)
    assert fernet.decrypt(TOKEN, ttl=10) == b"hello"
    assert fernet.decrypt(TOKEN, ttl=10.5) == b"hello"
    with pytest.raises(InvalidToken):
        fernet.decrypt(TOKEN, 9)
    monkeypatch.setattr(time, "time", lambda: MADE - 60)
    assert fernet.decrypt(TOKEN, ttl=10) == b"hello"
    monkeypatch.setattr(time, "time", lambda: MADE - 61)
    assert fernet.decrypt(TOKEN) == b"hello"
    with pytest.raises(InvalidToken):
        fernet.decrypt(TOKEN, ttl=10)
    monkeypatch.setattr(time, "time", lambda: MADE)
    assert fernet.extract_timestamp(fernet.encrypt(b"")) == MADE


def test_time_is_required_where_it_matters(fernet):
    with pytest.raises(ValueError, match="ttl"):
        fernet.decrypt_at_time(TOKEN, None, MADE)
    with pytest.raises(TypeError):
        fernet.decrypt_at_time(TOKEN, 60)
    for absurd in (-1, 2**64):
        with pytest.raises(OverflowError):
            fernet.encrypt_at_time(b"", absurd)
    assert fernet.extract_timestamp(fernet.encrypt_at_time(b"", 2**64 - 1)) == 2**64 - 1


def test_every_changed_byte_is_refused(fernet):
    raw = base64.urlsafe_b64decode(TOKEN)
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(InvalidToken):
            fernet.decrypt(base64.urlsafe_b64encode(changed))
        with pytest.raises(InvalidToken):
            fernet.decrypt(base64.urlsafe_b64encode(raw[:at]))
    with pytest.raises(InvalidToken):
        fernet.decrypt(base64.urlsafe_b64encode(raw + b"\0" * 16))


@pytest.mark.parametrize("token", [b"", "", b"=", b"nonsense!", "käse", "\ud800", b"\xff" * 100, b"A" * 1_000_000])
def test_nonsense_is_refused(fernet, token):
    for call in (fernet.decrypt, fernet.extract_timestamp, MultiFernet([fernet]).rotate):
        with pytest.raises(InvalidToken):
            call(token)


def test_the_wrong_key_is_refused(fernet):
    with pytest.raises(InvalidToken):
        Fernet(Fernet.generate_key()).decrypt(TOKEN)


def test_wrong_types(fernet):
    for wrong in (None, 5, ["token"]):
        with pytest.raises(TypeError, match="bytes or str"):
            fernet.decrypt(wrong)
    with pytest.raises(TypeError, match="bytestring"):
        fernet.encrypt("text")


def test_a_line_end_behind_a_token_does_no_harm(fernet):
    assert fernet.decrypt(TOKEN + b"\n") == b"hello"
    assert fernet.decrypt(base64.b64encode(base64.urlsafe_b64decode(TOKEN))) == b"hello"


def test_rotation(fernet):
    new = Fernet(Fernet.generate_key())
    both = MultiFernet([new, fernet])
    assert both.decrypt(TOKEN) == b"hello"
    assert both.decrypt_at_time(TOKEN, ttl=1, current_time=MADE) == b"hello"
    assert both.extract_timestamp(TOKEN) == MADE
    rotated = both.rotate(TOKEN)
    assert new.decrypt(rotated) == b"hello"
    assert new.extract_timestamp(rotated) == MADE
    with pytest.raises(InvalidToken):
        fernet.decrypt(rotated)
    assert new.decrypt(both.encrypt(b"new")) == b"new"
    assert new.extract_timestamp(both.encrypt_at_time(b"new", 5)) == 5
    with pytest.raises(InvalidToken):
        MultiFernet([new]).rotate(TOKEN)
    with pytest.raises(InvalidToken):
        both.decrypt(TOKEN, ttl=1)


def test_multifernet_takes_fernets():
    with pytest.raises(ValueError, match="at least one"):
        MultiFernet([])
    for wrong in (None, 5, [KEY]):
        with pytest.raises(TypeError):
            MultiFernet(wrong)
    assert MultiFernet(fernet for fernet in [Fernet(KEY)]).decrypt(TOKEN) == b"hello"


def test_fernet_ignores_what_stands_behind_the_padding() -> None:
    fernet = Fernet(Fernet.generate_key())
    for data in (b"", b"x", b"hello", b"16 bytes of data"):
        token = fernet.encrypt(data)
        ends_in_padding = token.endswith(b"=")
        for rest in (b"-GARBAGE", b"=", b"====", base64.urlsafe_b64encode(os.urandom(16)), b"\n", b"!?"):
            if ends_in_padding:
                assert fernet.decrypt(token + rest) == data
                assert fernet.decrypt((token + rest).decode()) == data
            for broken in (token[:-8] + rest, rest + token[1:]):
                with pytest.raises(InvalidToken):
                    fernet.decrypt(broken)
