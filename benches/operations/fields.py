"""Encrypted columns. The peer has none: its rows are Fernet, in a loop where there is a list."""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

KEY = b"A" * 43 + b"="
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


def _values() -> list[str]:
    return [f"value {number}" for number in range(COUNT)]


def _cipher(library: Library) -> Any:
    key = library("keyring").Keyring.in_memory().create_key("customers")
    return library("fields").FieldCipher(key, "customer", "code")


def _fernet(library: Library) -> Any:
    return library("fernet").Fernet(KEY)
