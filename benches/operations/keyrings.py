"""Keys of a keyring. The peer has none: its rows are Fernet, and MultiFernet where there are
several versions.
"""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

MESSAGE = bytes(64)
KEYS = tuple(letter * 43 + b"=" for letter in (b"A", b"Q", b"g"))

keyrings = Group("Keyrings (the peer: Fernet)")


@keyrings.operation("encrypt 64 B")
def encrypt(library: Library) -> Prepared:
    if library.root == "ironlatch":
        return Call(_ring(library)["data"].encrypt, (MESSAGE,))
    return Call(library("fernet").Fernet(KEYS[0]).encrypt, (MESSAGE,))


@keyrings.operation("decrypt 64 B")
def decrypt(library: Library) -> Prepared:
    cipher = _ring(library)["data"] if library.root == "ironlatch" else library("fernet").Fernet(KEYS[0])
    return Call(cipher.decrypt, (cipher.encrypt(MESSAGE),))


@keyrings.operation("decrypt 64 B under the oldest of 3 versions (the peer: MultiFernet)")
def decrypt_old(library: Library) -> Prepared:
    if library.root == "ironlatch":
        ring = _ring(library)
        encrypted = ring["data"].encrypt(MESSAGE)
        for _ in KEYS[1:]:
            ring.rotate("data")
        return Call(ring["data"].decrypt, (encrypted,))
    module = library("fernet")
    ciphers = [module.Fernet(key) for key in KEYS]
    return Call(module.MultiFernet(ciphers).decrypt, (ciphers[-1].encrypt(MESSAGE),))


def _ring(library: Library) -> Any:
    ring = library("keyring").Keyring.in_memory()
    ring.create_key("data")
    return ring
