"""Pins and pin sets: where they come from, what is refused, and what they say of a chain."""

from __future__ import annotations

import datetime
import pickle
import ssl

import pytest
import tls
from ironlatch import pinning
from ironlatch.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from ironlatch.pinning import HostPins, PinMismatch, PinningContext, PinSet
from pinned_server import (
    AUTHORITY,
    BACKUP,
    CHAIN,
    GOOD,
    HOST,
    KEY,
    LEAF,
    OTHER,
    pin_of,
)

pytest_plugins = ["pinned_server"]


def test_finding_the_error_in_others() -> None:
    assert pinning.find_error(None) is None
    assert pinning.find_error(ValueError("another", ValueError())) is None
    looped = ValueError()
    looped.__context__ = KeyError()
    looped.__context__.__context__ = looped
    assert pinning.find_error(looped) is None
    inner = PinMismatch("x")
    assert pinning.find_error(ExceptionGroup("many", [ValueError(), inner])) is inner
    assert str(pickle.loads(pickle.dumps(inner))) == "x"


def test_fetch_shows_the_pins_of_a_server(server, cafile) -> None:
    seen = pinning.fetch(HOST, server.port, cafile=str(cafile))
    assert [certificate.pin for certificate in seen] == [
        pin_of(KEY),
        pin_of(AUTHORITY.intermediate_key),
        pin_of(AUTHORITY.root_key),
    ]
    with pytest.raises(ssl.SSLCertVerificationError):
        pinning.fetch(HOST, server.port)


def test_pins_of_keys_certificates_and_requests() -> None:
    encrypted = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a password"))
    for data in (LEAF, tls.pem(*CHAIN).encode(), tls.private_pem(KEY), tls.public_der(KEY), tls.request("any", KEY)):
        assert pinning.pin(data) == pin_of(KEY)
    assert pinning.pin(encrypted, "a password") == pin_of(KEY)
    with pytest.raises(TypeError, match="Password was not given"):
        pinning.pin(encrypted)
    with pytest.raises(ValueError):
        pinning.pin(encrypted, b"another")
    for wrong in (b"", b"nothing", b"\x30\x00", LEAF[:-1], pin_of(KEY).encode()):
        with pytest.raises(ValueError, match="no key to pin"):
            pinning.pin(wrong)


@pytest.mark.parametrize(
    ("pins", "message"),
    [
        ([], "without a pin"),
        ([OTHER], "backup"),
        ([OTHER, OTHER], "backup"),
        ([OTHER, "sha256/short"], "not a pin"),
        ([OTHER, BACKUP.removeprefix("sha256/")], "not a pin"),
    ],
)
def test_bad_pins_are_refused(pins, message) -> None:
    with pytest.raises(ValueError, match=message):
        HostPins(pins)
    with pytest.raises(ValueError, match=message):
        PinSet({HOST: pins})


def test_wrong_types_are_refused() -> None:
    with pytest.raises(TypeError, match="list of pins"):
        HostPins(OTHER)
    with pytest.raises(TypeError):
        HostPins([OTHER, 3])
    with pytest.raises(TypeError):
        PinSet([HOST])
    with pytest.raises(TypeError, match="PinSet"):
        PinningContext({HOST: [OTHER, BACKUP]})
    with pytest.raises(TypeError):
        GOOD.check(HOST, ["text"])
    with pytest.raises(ValueError, match="zone"):
        HostPins([OTHER, BACKUP], expires=datetime.datetime(2030, 1, 1))
    with pytest.raises(ValueError, match="not a time"):
        HostPins([OTHER, BACKUP], expires="soon")
    with pytest.raises(AttributeError):
        HostPins([OTHER, BACKUP], expires=3)


def test_a_set_survives_as_json() -> None:
    host = HostPins([OTHER], include_subdomains=True, expires="2030-06-30", report_only=True, backup=False)
    pins = PinSet({"example.com": host, "127.0.0.1": [OTHER, BACKUP]}, refuse_others=True)
    again = PinSet.from_json(pins.to_json())
    assert again == pins
    assert again.refuse_others
    found = dict(again.hosts)["example.com"]
    assert found == host
    assert (found.pins, found.include_subdomains, found.report_only, found.backup) == ([OTHER], True, True, False)
    assert found.expires == "2030-06-30T00:00:00Z"
    with pytest.raises(ValueError, match="mistyped"):
        PinSet.from_json(pins.to_json().replace("report_only", "report-only"))
    for text in ("", "{}", "[]", '{"version": 2, "hosts": {}}'):
        with pytest.raises(ValueError):
            PinSet.from_json(text)


def test_checking_by_hand() -> None:
    assert GOOD.check(HOST, list(CHAIN)).outcome == "matched"
    assert GOOD.check("example.com", []).outcome == "not pinned"
    nothing = GOOD.check(HOST, [])
    assert nothing.refused
    assert "seen none" in str(nothing)
    assert GOOD.check(HOST, [b"no certificate"]).seen[0].pin is None
    with pytest.raises(ValueError, match="not the name of a host"):
        GOOD.check("https://localhost", [])
    assert repr(GOOD) == "PinSet(localhost)"
    assert repr(GOOD.check(HOST, [])) == "Verdict(localhost: mismatch)"


def test_a_changed_certificate_is_another_or_none() -> None:
    for at in range(len(LEAF)):
        changed = bytearray(LEAF)
        changed[at] ^= 0x55
        if tls.public_der(KEY) not in changed:
            assert GOOD.check(HOST, [bytes(changed)]).refused
