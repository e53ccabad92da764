"""Fernet and MultiFernet."""

from __future__ import annotations

from typing import Any

from benches.operation import KIB, MIB, Call, Group, Library, Prepared

SIZES = (64, 4 * KIB, 4 * MIB)
KEYS = tuple(letter * 43 + b"=" for letter in (b"A", b"Q", b"g"))

fernet = Group("Fernet")


@fernet.operation("Fernet encrypt, {size}", size=SIZES)
def encrypt(library: Library, size: int) -> Prepared:
    return Call(library("fernet").Fernet(KEYS[0]).encrypt, (bytes(size),))


@fernet.operation("Fernet decrypt, {size}", size=SIZES)
def decrypt(library: Library, size: int) -> Prepared:
    cipher = library("fernet").Fernet(KEYS[0])
    return Call(cipher.decrypt, (cipher.encrypt(bytes(size)),))


@fernet.operation("Fernet decrypt with a TTL, {size}", size=(64,))
def decrypt_ttl(library: Library, size: int) -> Prepared:
    cipher = library("fernet").Fernet(KEYS[0])
    return Call(cipher.decrypt, (cipher.encrypt(bytes(size)), 3600))


@fernet.operation("Fernet extract_timestamp, {size}", size=(64,))
def timestamp(library: Library, size: int) -> Prepared:
    cipher = library("fernet").Fernet(KEYS[0])
    return Call(cipher.extract_timestamp, (cipher.encrypt(bytes(size)),))


@fernet.operation("new Fernet object")
def new(library: Library) -> Prepared:
    return Call(library("fernet").Fernet, (KEYS[0],))


@fernet.operation("Fernet.generate_key")
def generate_key(library: Library) -> Prepared:
    return Call(library("fernet").Fernet.generate_key)


@fernet.operation("MultiFernet encrypt, 3 keys, {size}", size=SIZES)
def multi_encrypt(library: Library, size: int) -> Prepared:
    return Call(_multi(library).encrypt, (bytes(size),))


@fernet.operation("MultiFernet decrypt, key 3 of 3, {size}", size=SIZES)
def multi_decrypt(library: Library, size: int) -> Prepared:
    return Call(_multi(library).decrypt, (library("fernet").Fernet(KEYS[2]).encrypt(bytes(size)),))


@fernet.operation("MultiFernet rotate, key 3 of 3, {size}", size=SIZES)
def rotate(library: Library, size: int) -> Prepared:
    return Call(_multi(library).rotate, (library("fernet").Fernet(KEYS[2]).encrypt(bytes(size)),))


def _multi(library: Library) -> Any:
    module = library("fernet")
    return module.MultiFernet([module.Fernet(key) for key in KEYS])
