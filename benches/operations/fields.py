"""Encrypted columns. The peer has none: its rows are Fernet, in a loop where there is a list.

For Arrow arrays, both get and give pyarrow's. In each call the peer's have to become a list of
Python's objects first, and its results an array.
"""

from __future__ import annotations

import importlib
from typing import Any

from benches.operation import Call, Group, Library, Prepared

KEY = b"A" * 43 + b"="
NEW_KEY = b"Q" * 43 + b"="
VALUE = "7731-0046-2210"
COUNT = 100_000

fields = Group("Encrypted columns (the peer: Fernet)")


@fields.operation("encrypt a value")
def encrypt(library: Library) -> Prepared:
    if library.root == "ironlatch":
        return Call(_cipher(library).encrypt, (VALUE, 42))
    fernet = _fernet(library)
    return lambda: fernet.encrypt(VALUE.encode())


@fields.operation("decrypt a value")
def decrypt(library: Library) -> Prepared:
    if library.root == "ironlatch":
        cipher = _cipher(library)
        return Call(cipher.decrypt, (cipher.encrypt(VALUE, 42), 42))
    fernet = _fernet(library)
    token = fernet.encrypt(VALUE.encode())
    return lambda: fernet.decrypt(token).decode()


@fields.operation("encrypt a list of 100,000 values")
def encrypt_many(library: Library) -> Prepared:
    values = _values()
    if library.root == "ironlatch":
        return Call(_cipher(library).encrypt_many, (values, range(COUNT)))
    fernet = _fernet(library)
    return lambda: [fernet.encrypt(value.encode()) for value in values]


@fields.operation("decrypt a list of 100,000 values")
def decrypt_many(library: Library) -> Prepared:
    values = _values()
    if library.root == "ironlatch":
        cipher = _cipher(library)
        return Call(cipher.decrypt_many, (cipher.encrypt_many(values, range(COUNT)), range(COUNT)))
    fernet = _fernet(library)
    tokens = [fernet.encrypt(value.encode()) for value in values]
    return lambda: [fernet.decrypt(token).decode() for token in tokens]


@fields.operation("Arrow array of 100,000: encrypt (the peer: a loop)")
def encrypt_arrow(library: Library) -> Prepared:
    array, rows = _arrays()
    if library.root == "ironlatch":
        cipher = _cipher(library)
        return lambda: _arrow(cipher.encrypt_arrow(array, rows))
    fernet = _fernet(library)
    return lambda: _arrow([fernet.encrypt(value.encode()) for value in array.to_pylist()])


@fields.operation("Arrow array of 100,000: decrypt (the peer: a loop)")
def decrypt_arrow(library: Library) -> Prepared:
    array, rows = _arrays()
    if library.root == "ironlatch":
        cipher = _cipher(library)
        stored = _arrow(cipher.encrypt_arrow(array, rows))
        return lambda: _arrow(cipher.decrypt_arrow(stored, rows))
    fernet = _fernet(library)
    tokens = _arrow([fernet.encrypt(value.encode()) for value in array.to_pylist()])
    return lambda: _arrow([fernet.decrypt(token).decode() for token in tokens.to_pylist()])


@fields.operation("Arrow array of 100,000: re-encrypt (the peer: MultiFernet)")
def reencrypt_arrow(library: Library) -> Prepared:
    array, rows = _arrays()
    if library.root == "ironlatch":
        ring = library("keyring").Keyring.in_memory()
        cipher = library("fields").FieldCipher(ring.create_key("customers"), "customer", "code")
        stored = _arrow(cipher.encrypt_arrow(array, rows))
        ring.rotate("customers")
        return lambda: _arrow(cipher.reencrypt_arrow(stored, rows))
    old = _fernet(library)
    multi = library("fernet").MultiFernet([library("fernet").Fernet(NEW_KEY), old])
    tokens = _arrow([old.encrypt(value.encode()) for value in array.to_pylist()])
    return lambda: _arrow([multi.rotate(token) for token in tokens.to_pylist()])


@fields.operation("Arrow array of 100,000: tokens (the peer: HMAC-SHA-256)")
def tokens_arrow(library: Library) -> Prepared:
    array, _ = _arrays()
    if library.root == "ironlatch":
        key = library("keyring").Keyring.in_memory().create_key("customers")
        index = library("fields").BlindIndex(key, "customer", "code", bits=24)
        return lambda: _arrow(index.tokens_arrow(array))
    hmac = library("hazmat.primitives.hmac")
    sha256 = library("hazmat.primitives.hashes").SHA256()

    def token(value: bytes) -> bytes:
        mac = hmac.HMAC(KEY, sha256)
        mac.update(value)
        digest: bytes = mac.finalize()
        return digest[:3]

    return lambda: _arrow([token(value.encode()) for value in array.to_pylist()])


def _values() -> list[str]:
    return [f"value {number}" for number in range(COUNT)]


def _arrays() -> tuple[Any, Any]:
    """Texts of 16 bytes, and their rows."""
    return _arrow([f"value {number:010}" for number in range(COUNT)]), _arrow(range(COUNT))


def _arrow(values: Any) -> Any:
    return importlib.import_module("pyarrow").array(values)


def _cipher(library: Library) -> Any:
    key = library("keyring").Keyring.in_memory().create_key("customers")
    return library("fields").FieldCipher(key, "customer", "code")


def _fernet(library: Library) -> Any:
    return library("fernet").Fernet(KEY)
