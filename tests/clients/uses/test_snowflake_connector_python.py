"""Snowflake's connector: private keys for key-pair authentication, given as objects."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from snowflake.connector._internal._private_key_helper import normalize_private_key


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())], ids=["rsa", "ec"]
)
def test_key_object(key: object) -> None:
    again = serialization.load_der_private_key(normalize_private_key(key), password=None)
    assert again.private_numbers() == key.private_numbers()
