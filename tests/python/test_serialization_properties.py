"""Tests properties for all input: whatever is fed to a reader, the result is a key or one of the
documented exceptions.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import rsa
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

SAMPLES = Path(__file__).parents[1] / "data" / "keys"
PASSWORD = b"correct horse"
DER = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.der"))}
PEM = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.pem"))}

READERS: list[Callable[[bytes], Any]] = [
    lambda data: load_pem_private_key(data, None, unsafe_skip_rsa_key_validation=True),
    lambda data: load_pem_private_key(data, PASSWORD),
    lambda data: load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True),
    lambda data: load_der_private_key(data, PASSWORD),
    load_pem_public_key,
    load_der_public_key,
]
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def read_all_ways(data: bytes) -> None:
    for reader in READERS:
        try:
            reader(data)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            pass


def element(tag: int, contents: bytes) -> bytes:
    length = len(contents)
    if length < 128:
        return bytes([tag, length]) + contents
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + contents


leaves = st.builds(
    element,
    st.sampled_from([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x80, 0xA0]),
    st.one_of(
        st.binary(max_size=40),
        # The identifiers that matter, so that parsing goes on past them.
        st.sampled_from(
            [
                bytes.fromhex(oid)
                for oid in (
                    "2a864886f70d010101",
                    "2a864886f70d01010a",
                    "2a864886f70d01050d",
                    "2a864886f70d01050c",
                    "2a864886f70d010c0103",
                    "2b06010401da47040b",
                    "60864801650304012a",
                )
            ]
        ),
    ),
)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(lambda parts: element(0x30, b"".join(parts)), st.lists(inner, max_size=5)),
    max_leaves=25,
)


@many
@given(st.binary(max_size=300))
def test_noise(data: bytes) -> None:
    read_all_ways(data)


@many
@given(trees)
def test_well_formed_der(data: bytes) -> None:
    read_all_ways(data)
    for label in (b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY", b"RSA PRIVATE KEY", b"PUBLIC KEY", b"RSA PUBLIC KEY"):
        read_all_ways(b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label, base64.encodebytes(data), label))


@many
@given(st.text(alphabet="-BEGINDPRVATKYSC :,4\r\n=AQ", max_size=300))
def test_almost_pem(text: str) -> None:
    read_all_ways(text.encode())
    read_all_ways(f"-----BEGIN PRIVATE KEY-----{text}-----END PRIVATE KEY-----".encode())


@many
@given(st.data())
def test_damage(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(sorted({**DER, **PEM}.values())))
    at = data.draw(st.integers(0, len(original) - 1))
    replacement = data.draw(st.binary(max_size=4))
    removed = data.draw(st.integers(0, 4))
    read_all_ways(original[:at] + replacement + original[at + removed :])


@many
@given(password=st.binary(min_size=1, max_size=1023), other=st.binary(max_size=64))
def test_a_key_opens_with_its_password_alone(password: bytes, other: bytes) -> None:
    key = load_der_private_key(DER["rsa.der"], None)
    assert isinstance(key, rsa.RSAPrivateKey)
    for format in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        text = key.private_bytes(Encoding.PEM, format, BestAvailableEncryption(password))
        again = load_pem_private_key(text, password)
        assert isinstance(again, rsa.RSAPrivateKey)
        assert again.private_numbers() == key.private_numbers()
        if other != password:
            with pytest.raises((ValueError, TypeError)):
                load_pem_private_key(text, other)


@many
@given(
    before=st.text(alphabet="abc \n-", max_size=40),
    end=st.sampled_from(["\n", "\r\n", "\r", " \n"]),
    after=st.text(max_size=40),
)
def test_text_around_a_block(before: str, end: str, after: str) -> None:
    text = PEM["pkcs8.pem"].decode().replace("\n", end)
    key = load_pem_private_key((before + "\n" + text + after).encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
