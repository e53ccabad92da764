"""Cobblestone, as Python sees it."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from ironlatch.cobblestone import (
    Cobblestone128Decryptor,
    Cobblestone128Encryptor,
    Cobblestone256Decryptor,
    Cobblestone256Encryptor,
)
from ironlatch.exceptions import AlreadyFinalized, InvalidTag
from ironlatch.hazmat.primitives.ciphers.aead import AESGCM
from ironlatch.hazmat.primitives.hashes import SHA512
from ironlatch.hazmat.primitives.kdf.hkdf import HKDFExpand
from ironlatch.secrets import SecretBytes

CHUNK = 16384
HEADER = 56
PAIRS = [
    (Cobblestone128Encryptor, Cobblestone128Decryptor, 16, b"AEAD_AES_128_GCM"),
    (Cobblestone256Encryptor, Cobblestone256Decryptor, 32, b"AEAD_AES_256_GCM"),
]
both = pytest.mark.parametrize(("encryptor", "decryptor", "key_len", "name"), PAIRS, ids=["128", "256"])


def seal(encryptor: Any, key: Any, message: bytes, context: bytes = b"context") -> bytes:
    state = encryptor(key, context)
    return bytes(state.update(message) + state.finalize())


def unseal(decryptor: Any, key: Any, sealed: bytes, context: bytes = b"context") -> bytes:
    state = decryptor(key, context)
    return bytes(state.update(sealed) + state.finalize())


def seal_by_hand(name: bytes, key: bytes, salt: bytes, context: bytes, message: bytes) -> bytes:
    """The specification, step by step."""
    info = b"c2sp.org/chunked-encryption@v1+" + name + b"\0" + salt + context
    derived = HKDFExpand(SHA512(), len(key) + 12 + 32, info).derive(key)
    cipher, base = AESGCM(derived[: len(key)]), int.from_bytes(derived[len(key) : -32], "big")
    sealed = salt + derived[-32:]
    for number in range(len(message) // CHUNK + 1):
        chunk = message[number * CHUNK :][:CHUNK]
        sealed += cipher.encrypt((base ^ number).to_bytes(12, "big"), chunk, None)
    return sealed


@both
@pytest.mark.parametrize("length", [0, 5, CHUNK - 1, CHUNK, CHUNK + 1, 70 * CHUNK + 3])
def test_the_specification_by_hand(encryptor: Any, decryptor: Any, key_len: int, name: bytes, length: int) -> None:
    key, message = os.urandom(key_len), os.urandom(length)
    sealed = seal(encryptor, key, message)
    assert sealed == seal_by_hand(name, key, sealed[:24], b"context", message)
    assert unseal(decryptor, key, sealed) == message


@both
def test_pieces_of_any_length(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key, message = encryptor.generate_key(), os.urandom(3 * CHUNK)
    for length in (1000, CHUNK, CHUNK + 16, 40_000):
        state = encryptor(key, b"")
        pieces = [state.update(message[at : at + length]) for at in range(0, len(message), length)]
        sealed = b"".join([*pieces, state.finalize()])
        state = decryptor(key, b"")
        pieces = [state.update(sealed[at : at + length]) for at in range(0, len(sealed), length)]
        assert b"".join([*pieces, state.finalize()]) == message


@both
def test_keys_and_buffers_of_any_kind(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key = encryptor.generate_key()
    assert len(key) == key_len
    for kind in (bytearray, memoryview, SecretBytes.copy_from):
        state = encryptor(kind(key), memoryview(b"context"))
        sealed = state.update(bytearray(b"message")) + state.finalize()
        assert unseal(decryptor, kind(key), sealed) == b"message"


@both
def test_into_buffers(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key, message = encryptor.generate_key(), os.urandom(2 * CHUNK + 7)
    state = encryptor(key, b"")
    with pytest.raises(ValueError, match="at least"):
        state.update_into(message, bytearray(HEADER + 2 * (CHUNK + 16) - 1))
    out = bytearray(len(message) + len(message) // 1024 + 16456)
    written = state.update_into(message, out)
    assert written == HEADER + 2 * (CHUNK + 16)
    sealed = bytes(out[:written]) + state.finalize()

    state = decryptor(key, b"")
    with pytest.raises(ValueError, match="at least"):
        state.update_into(sealed, bytearray(2 * CHUNK - 1))
    opened = bytearray(b"\xaa" * (len(sealed) + 16400))
    written = state.update_into(sealed, opened)
    assert opened[:written] + state.finalize() == message
    assert set(opened[written:]) == {0xAA}, "what lies behind the result is not touched"


@both
def test_input_and_output_may_be_the_same_memory(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key, message = encryptor.generate_key(), os.urandom(3 * CHUNK)
    memory = bytearray(message + bytes(1000))
    state = encryptor(key, b"")
    written = state.update_into(memoryview(memory)[: len(message)], memory)
    memory[written:] = state.finalize()
    state = decryptor(key, b"")
    written = state.update_into(memoryview(memory), memory)
    assert memory[:written] + state.finalize() == message


@both
@pytest.mark.parametrize("at", [0, 24, HEADER, HEADER + CHUNK, HEADER + 90 * (CHUNK + 16), -1])
def test_changes_are_seen_and_end_it(encryptor: Any, decryptor: Any, key_len: int, name: bytes, at: int) -> None:
    key = encryptor.generate_key()
    sealed = bytearray(seal(encryptor, key, bytes(100 * CHUNK)))
    sealed[at] ^= 0x80
    out = bytearray(b"\xaa" * len(sealed))

    def into(state: Any) -> None:
        state.update_into(sealed, out)
        state.finalize()

    def anew(state: Any) -> None:
        state.update(sealed)
        state.finalize()

    for way in (into, anew):
        state = decryptor(key, b"context")
        with pytest.raises(InvalidTag):
            way(state)
        for again in (lambda s: s.update(b""), lambda s: s.update_into(b"", bytearray(9)), lambda s: s.finalize()):
            with pytest.raises(AlreadyFinalized):
                again(state)
    if at != -1:
        assert set(out) <= {0, 0xAA}, "nothing of a message that failed is left behind"


@both
def test_what_is_not_the_message_is_refused(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key = encryptor.generate_key()
    sealed = seal(encryptor, key, bytes(2 * CHUNK + 50))
    chunk = CHUNK + 16
    chunks = [sealed[HEADER + index * chunk :][:chunk] for index in range(3)]
    wrong = [
        b"",
        sealed[:10],
        sealed[:HEADER],
        sealed[: HEADER + chunk],
        sealed[: HEADER + 2 * chunk],
        sealed[: HEADER + 2 * chunk + 15],
        sealed[:-1],
        sealed + b"\0",
        sealed + sealed[HEADER:],
        sealed[:HEADER] + chunks[1] + chunks[0] + chunks[2],
        sealed[:HEADER] + chunks[0] + chunks[2],
        sealed[:HEADER] + chunks[0] + chunks[0] + chunks[1] + chunks[2],
    ]
    for case in wrong:
        with pytest.raises(InvalidTag):
            unseal(decryptor, key, case)
    with pytest.raises(InvalidTag):
        unseal(decryptor, encryptor.generate_key(), sealed)
    with pytest.raises(InvalidTag):
        unseal(decryptor, key, sealed, b"Context")


@both
@pytest.mark.parametrize("length", [0, 15, 17, 24, 31, 33, 48, 64])
def test_keys_of_another_length(encryptor: Any, decryptor: Any, key_len: int, name: bytes, length: int) -> None:
    for kind in (encryptor, decryptor):
        with pytest.raises(ValueError, match=f"key must be {key_len} bytes"):
            kind(bytes(length), b"")


@both
def test_wrong_types_change_nothing(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key = encryptor.generate_key()
    for kind in (encryptor, decryptor):
        for arguments in (("text", b""), (None, b""), (key, "text"), (key, None), (key,)):
            with pytest.raises(TypeError):
                kind(*arguments)
        state = kind(key, b"")
        for data in ("text", None, 5):
            with pytest.raises(TypeError):
                state.update(data)
            with pytest.raises(TypeError):
                state.update_into(data, bytearray(100_000))
        for out in (bytes(100_000), "text", None):
            with pytest.raises(TypeError):
                state.update_into(b"", out)
        with pytest.raises((BufferError, TypeError)):
            state.update_into(b"", memoryview(bytearray(100_000))[::2])
    state = encryptor(key, b"context")
    with pytest.raises(TypeError):
        state.update("text")
    assert unseal(decryptor, key, state.update(b"message") + state.finalize()) == b"message"


@both
def test_an_object_is_for_one_message(encryptor: Any, decryptor: Any, key_len: int, name: bytes) -> None:
    key = encryptor.generate_key()
    sealing = encryptor(key, b"")
    sealed = sealing.finalize()
    assert len(sealed) == HEADER + 16
    opening = decryptor(key, b"")
    opening.update(sealed)
    assert opening.finalize() == b""
    for state in (sealing, opening):
        for again in (lambda s: s.update(b""), lambda s: s.update_into(b"", bytearray(99)), lambda s: s.finalize()):
            with pytest.raises(AlreadyFinalized):
                again(state)


def test_no_two_ciphertexts_are_equal() -> None:
    key = Cobblestone128Encryptor.generate_key()
    assert len({seal(Cobblestone128Encryptor, key, b"message")[:24] for _ in range(100)}) == 100


def test_threads_may_share_an_object() -> None:
    key = Cobblestone128Encryptor.generate_key()
    state = Cobblestone128Encryptor(key, b"context")
    piece = b"\x5a" * (5 * CHUNK)
    pieces: list[bytes] = []
    threads = [threading.Thread(target=lambda: pieces.append(state.update(piece))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(map(len, pieces)) + len(state.finalize()) == HEADER + 8 * len(piece) + 41 * 16
