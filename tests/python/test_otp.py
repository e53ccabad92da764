"""One-time passwords, as Python sees them."""

from __future__ import annotations

import base64
import hmac
import time
import urllib.parse
from typing import Any

import pytest
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.twofactor import InvalidToken
from ironlatch.hazmat.primitives.twofactor.hotp import HOTP
from ironlatch.hazmat.primitives.twofactor.totp import TOTP
from ironlatch.secrets import SecretBytes

KEY = b"12345678901234567890"
SHA1 = hashes.SHA1()


def hotp(key: Any = KEY, length: Any = 6, algorithm: Any = SHA1, **more: Any) -> HOTP:
    return HOTP(key, length, algorithm, **more)


def totp(key: Any = KEY, length: Any = 8, algorithm: Any = SHA1, time_step: Any = 30, **more: Any) -> TOTP:
    return TOTP(key, length, algorithm, time_step, **more)


def marker(name: str) -> Any:
    return getattr(hashes, name.upper())()


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("length", [6, 7, 8])
def test_passwords_by_hand(name: str, length: int) -> None:
    """RFC 4226 §5.3, the way the text says it."""
    context = hotp(length=length, algorithm=marker(name))
    for counter in (0, 1, 2**31, 2**64 - 1):
        code = hmac.digest(KEY, counter.to_bytes(8, "big"), name)
        offset = code[-1] & 15
        number = int.from_bytes(code[offset : offset + 4], "big") & (2**31 - 1)
        password = str(number % 10**length).zfill(length).encode()
        assert context.generate(counter) == password
        context.verify(password, counter)
        if counter < 2**40:  # Above, the quotient that Python takes is rounded.
            assert totp(length=length, algorithm=marker(name), time_step=7).generate(counter * 7 + 6) == password


@pytest.mark.parametrize("key", [bytearray(KEY), memoryview(KEY), SecretBytes.copy_from(KEY)])
def test_keys_of_any_kind(key: Any) -> None:
    assert hotp(key).generate(0) == b"755224"
    assert totp(key).generate(59) == b"94287082"
    if isinstance(key, bytearray):
        context = hotp(key)
        key[:] = bytes(20)
        assert context.generate(0) == b"755224", "a context keeps a key of its own"


@pytest.mark.parametrize("make", [hotp, totp])
def test_short_keys(make: Any) -> None:
    with pytest.raises(ValueError, match="128"):
        make(KEY[:15])
    make(KEY[:16])
    assert len(make(b"", enforce_key_length=False).generate(0)) in (6, 8)


@pytest.mark.parametrize("make", [hotp, totp])
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"key": "text of 20 characters"}, TypeError),
        ({"key": None}, TypeError),
        ({"length": 5}, ValueError),
        ({"length": 9}, ValueError),
        ({"length": -6}, ValueError),
        ({"length": 2**70}, ValueError),
        ({"length": True}, ValueError),
        ({"length": 6.0}, TypeError),
        ({"length": "6"}, TypeError),
        ({"algorithm": hashes.SHA1}, TypeError),
        ({"algorithm": hashes.SHA384()}, TypeError),
        ({"algorithm": hashes.SHAKE256(32)}, TypeError),
        ({"algorithm": None}, TypeError),
    ],
)
def test_parameters_are_checked(make: Any, changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make(**changes)


@pytest.mark.parametrize(
    ("counter", "error"), [(-1, ValueError), (2**64, ValueError), (1.0, TypeError), ("1", TypeError), (None, TypeError)]
)
def test_counters_are_numbers(counter: Any, error: type[Exception]) -> None:
    calls: list[Any] = [
        lambda: hotp().generate(counter),
        lambda: hotp().verify(b"755224", counter),
        lambda: hotp().get_provisioning_uri("", counter, None),
    ]
    for call in calls:
        with pytest.raises(error):
            call()


@pytest.mark.parametrize(
    ("moment", "error"),
    [
        ("59", TypeError),
        (None, TypeError),
        (-31, ValueError),
        (2**70, ValueError),
        (float("nan"), ValueError),
        (float("inf"), OverflowError),
    ],
)
def test_times_are_numbers(moment: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        totp().generate(moment)
    with pytest.raises(error):
        totp().verify(b"94287082", moment)


def test_times_are_rounded_down() -> None:
    context = totp()
    assert context.generate(30) == context.generate(59) == context.generate(59.999) != context.generate(60)
    context.verify(context.generate(time.time()), time.time())


@pytest.mark.parametrize(
    ("step", "error"), [(0, ZeroDivisionError), (-30, ValueError), ("30", TypeError), (None, TypeError)]
)
def test_steps_are_numbers(step: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        totp(time_step=step).generate(59)
    with pytest.raises((ValueError, TypeError)):
        totp(time_step=[step]).get_provisioning_uri("", None)


@pytest.mark.parametrize("wrong", [b"", b"75522", b"7552244", b"755225", b"\xff" * 6])
def test_wrong_passwords(wrong: bytes) -> None:
    with pytest.raises(InvalidToken, match="HOTP"):
        hotp().verify(wrong, 0)
    with pytest.raises(InvalidToken, match="TOTP"):
        totp().verify(wrong, 59)


@pytest.mark.parametrize("wrong", ["755224", 755224, None, bytearray(b"755224")])
def test_passwords_are_bytes(wrong: Any) -> None:
    with pytest.raises(TypeError):
        hotp().verify(wrong, 0)
    with pytest.raises(TypeError):
        totp().verify(wrong, 59)


@pytest.mark.parametrize("account", ["jo@a.example", "Jo Doe", "ä:/?&=#%+", ""])
@pytest.mark.parametrize("issuer", [None, "", "A & B", "Ü:/?&=#%+"])
def test_uris_can_be_read_back(account: str, issuer: str | None) -> None:
    for uri, kind, last in (
        (hotp().get_provisioning_uri(account, 5, issuer), "hotp", ("counter", "5")),
        (totp().get_provisioning_uri(account, issuer), "totp", ("period", "30")),
    ):
        parts = urllib.parse.urlsplit(uri)
        assert (parts.scheme, parts.netloc) == ("otpauth", kind)
        label = f"{issuer}:{account}" if issuer else account
        assert urllib.parse.unquote(parts.path[1:]) == label
        query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
        assert query == [
            ("digits", "6" if kind == "hotp" else "8"),
            ("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            ("algorithm", "SHA1"),
            *([("issuer", issuer)] if issuer is not None else []),
            last,
        ]


@pytest.mark.parametrize(("account", "issuer"), [(None, None), (5, None), (b"jo", None), ("jo", 5), ("jo", b"A")])
def test_uris_are_made_of_text(account: Any, issuer: Any) -> None:
    with pytest.raises(TypeError):
        hotp().get_provisioning_uri(account, 0, issuer)
    with pytest.raises(TypeError):
        totp().get_provisioning_uri(account, issuer)


def test_nothing_is_shown() -> None:
    for context in (hotp(), totp()):
        assert "1234" not in repr(context)
        with pytest.raises(TypeError):
            __import__("pickle").dumps(context)


@pytest.mark.parametrize("length", [16, 20, 26, 32, 64])
@pytest.mark.parametrize("issuer", ["Big Co", "Big Co & Son", "a+b c", "two  spaces ", "ä b"])
def test_otp_uris_are_those_of_the_key_uri_format(length: int, issuer: str) -> None:
    key = bytes(range(length))
    for uri in (
        HOTP(key, 6, hashes.SHA1()).get_provisioning_uri("Jo Doe", 5, issuer),
        TOTP(key, 6, hashes.SHA1(), 30).get_provisioning_uri("Jo Doe", issuer),
    ):
        # Read as programs do that know of percent signs alone, and as those that read forms.
        query = urllib.parse.urlsplit(uri).query
        for unquote in (urllib.parse.unquote, urllib.parse.unquote_plus):
            pairs = dict(pair.split("=", 1) for pair in query.split("&"))
            assert unquote(pairs["issuer"]) == issuer
            secret = unquote(pairs["secret"])
            assert secret.isalnum()
            assert base64.b32decode(secret + "=" * (-len(secret) % 8)) == key
