"""Hashes, extendable output, HMAC, comparison."""

from __future__ import annotations

from typing import Any

from benches.operation import KIB, MIB, Call, Group, Library, Prepared

SIZES = (64, KIB, MIB)
ALGORITHMS = (
    *("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512_224", "SHA512_256"),
    *("SHA3_224", "SHA3_256", "SHA3_384", "SHA3_512", "SHAKE128", "SHAKE256", "BLAKE2b", "BLAKE2s", "SM3"),
)
DIGEST_SIZES = {"SHAKE128": 32, "SHAKE256": 64, "BLAKE2b": 64, "BLAKE2s": 32}

hashing = Group("Hashes")


def marker(library: Library, name: str) -> Any:
    """The algorithm object called `name`, with a digest size where one is asked for."""
    algorithm = getattr(library("hazmat.primitives.hashes"), name)
    return algorithm(DIGEST_SIZES[name]) if name in DIGEST_SIZES else algorithm()


@hashing.operation("{name}, {size}", name=ALGORITHMS, size=SIZES)
def hash_stream(library: Library, name: str, size: int) -> Prepared:
    hash_class, algorithm, data = library("hazmat.primitives.hashes").Hash, marker(library, name), bytes(size)

    def run() -> Any:
        context = hash_class(algorithm)
        context.update(data)
        return context.finalize()

    return run


@hashing.operation("Hash.hash, {name}, {size}", name=("SHA256", "SHA512", "SHA3_256"), size=SIZES)
def hash_one_shot(library: Library, name: str, size: int) -> Prepared:
    return Call(library("hazmat.primitives.hashes").Hash.hash, (marker(library, name), bytes(size)))


@hashing.operation("Hash.copy, SHA256")
def hash_copy(library: Library) -> Prepared:
    context = library("hazmat.primitives.hashes").Hash(marker(library, "SHA256"))
    context.update(bytes(100))
    return Call(context.copy)


@hashing.operation("XOFHash, {name}, squeeze {size}", name=("SHAKE128", "SHAKE256"), size=(64, KIB, MIB))
def squeeze(library: Library, name: str, size: int) -> Prepared:
    hashes = library("hazmat.primitives.hashes")
    algorithm = getattr(hashes, name)(digest_size=2**31 - 1)

    def run() -> Any:
        context = hashes.XOFHash(algorithm)
        context.update(b"seed")
        return context.squeeze(size)

    return run


@hashing.operation("new {name} marker", name=("SHA256", "SHA512"))
def new_marker(library: Library, name: str) -> Prepared:
    return Call(getattr(library("hazmat.primitives.hashes"), name))


codes = Group("HMAC and comparison")


@codes.operation("HMAC-{name}, {size}", name=("SHA1", "SHA256", "SHA512"), size=SIZES)
def hmac_stream(library: Library, name: str, size: int) -> Prepared:
    hmac_class, algorithm, key, data = (
        library("hazmat.primitives.hmac").HMAC,
        marker(library, name),
        bytes(32),
        bytes(size),
    )

    def run() -> Any:
        context = hmac_class(key, algorithm)
        context.update(data)
        return context.finalize()

    return run


@codes.operation("HMAC-SHA256 verify, {size}", size=(64, MIB))
def hmac_verify(library: Library, size: int) -> Prepared:
    hmac_class, algorithm, key, data = (
        library("hazmat.primitives.hmac").HMAC,
        marker(library, "SHA256"),
        bytes(32),
        bytes(size),
    )
    context = hmac_class(key, algorithm)
    context.update(data)
    code = context.finalize()

    def run() -> None:
        context = hmac_class(key, algorithm)
        context.update(data)
        context.verify(code)

    return run


@codes.operation("constant_time.bytes_eq, {size}", size=(32, KIB))
def bytes_eq(library: Library, size: int) -> Prepared:
    return Call(library("hazmat.primitives.constant_time").bytes_eq, (bytes(size), bytes(bytearray(size))))
