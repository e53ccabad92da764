"""DSA, and Diffie-Hellman over finite fields."""

from __future__ import annotations

import functools
import warnings
from typing import Any

from benches.operation import Call, Group, Library, Prepared

MESSAGE = b"the quick brown fox jumps over the lazy dog" * 3
BITS = (2048, 3072)

finite_fields = Group("DSA and Diffie-Hellman")


@finite_fields.operation("DSA-{bits} generate in a group", bits=BITS)
def generate(library: Library, bits: int) -> Prepared:
    return Call(dsa_group(library, bits).generate_private_key)


@finite_fields.operation("DSA-{bits} sign", bits=BITS)
def sign(library: Library, bits: int) -> Prepared:
    return Call(dsa_key(library, bits).sign, (MESSAGE, library("hazmat.primitives.hashes").SHA256()))


@finite_fields.operation("DSA-{bits} verify", bits=BITS)
def verify(library: Library, bits: int) -> Prepared:
    key, sha256 = dsa_key(library, bits), library("hazmat.primitives.hashes").SHA256()
    return Call(key.public_key().verify, (key.sign(MESSAGE, sha256), MESSAGE, sha256))


@finite_fields.operation("DSA-2048 load, {form}", form=("PKCS8", "TraditionalOpenSSL"))
def load_dsa(library: Library, form: str) -> Prepared:
    serialization = library("hazmat.primitives.serialization")
    form = getattr(serialization.PrivateFormat, form)
    data = dsa_key(library, 2048).private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption())
    return Call(serialization.load_der_private_key, (data, None))


@finite_fields.operation("DH, ffdhe{bits} generate", bits=BITS)
def generate_dh(library: Library, bits: int) -> Prepared:
    return Call(dh_group(library, bits).generate_private_key)


@finite_fields.operation("DH, ffdhe{bits} exchange", bits=BITS)
def exchange(library: Library, bits: int) -> Prepared:
    group = dh_group(library, bits)
    return Call(group.generate_private_key().exchange, (group.generate_private_key().public_key(),))


@finite_fields.operation("DH-1024 generate_parameters", samples=31)
def generate_dh_group(library: Library) -> Prepared:
    return Call(dh(library).generate_parameters, (2, 1024))


@functools.cache
def dsa_group(library: Library, bits: int) -> Any:
    return library("hazmat.primitives.asymmetric.dsa").generate_parameters(bits)


def dsa_key(library: Library, bits: int) -> Any:
    return dsa_group(library, bits).generate_private_key()


@functools.cache
def dh_group(library: Library, bits: int) -> Any:
    """The group of RFC 7919: its prime is made of the digits of e."""
    e, term, index = 0, 1 << bits - 66, 1
    while term:
        e, term, index = e + term, term // index, index + 1
    addend = {2048: 560316, 3072: 2625351}[bits]
    prime = 2**bits - 2 ** (bits - 64) - 1 + 2**64 * ((e >> 64) + addend)
    return dh(library).DHParameterNumbers(prime, 2).parameters()


def dh(library: Library) -> Any:
    warnings.filterwarnings("ignore", "Diffie-Hellman over finite fields")
    return library("hazmat.primitives.asymmetric.dh")
