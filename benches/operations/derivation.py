"""Key derivation."""

from __future__ import annotations

from benches.operation import Group, Library, Prepared
from benches.operations.hashing import marker

derivation = Group("Key derivation")


@derivation.operation(
    "PBKDF2-{name}, iterations: {iterations}", name=("SHA1", "SHA256", "SHA512"), iterations=(1, 100_000)
)
def pbkdf2(library: Library, name: str, iterations: int) -> Prepared:
    kdf, algorithm = library("hazmat.primitives.kdf.pbkdf2").PBKDF2HMAC, marker(library, name)
    return lambda: kdf(algorithm, 32, b"salt" * 4, iterations).derive(b"password")


@derivation.operation("HKDF-{name}, 32 B", name=("SHA256", "SHA512"))
def hkdf(library: Library, name: str) -> Prepared:
    kdf, algorithm = library("hazmat.primitives.kdf.hkdf").HKDF, marker(library, name)
    return lambda: kdf(algorithm, 32, b"salt", b"info").derive(bytes(32))


@derivation.operation("HKDF.extract-SHA256")
def hkdf_extract(library: Library) -> Prepared:
    extract, algorithm = library("hazmat.primitives.kdf.hkdf").HKDF.extract, marker(library, "SHA256")
    return lambda: extract(algorithm, b"salt", bytes(32))


@derivation.operation("HKDFExpand-SHA256, {length} B", length=(32, 8160))
def hkdf_expand(library: Library, length: int) -> Prepared:
    kdf, algorithm = library("hazmat.primitives.kdf.hkdf").HKDFExpand, marker(library, "SHA256")
    return lambda: kdf(algorithm, length, b"info").derive(bytes(32))


@derivation.operation("ConcatKDFHash-SHA256, {length} B", length=(32, 1024))
def concat_hash(library: Library, length: int) -> Prepared:
    kdf, algorithm = library("hazmat.primitives.kdf.concatkdf").ConcatKDFHash, marker(library, "SHA256")
    return lambda: kdf(algorithm, length, b"info").derive(bytes(32))


@derivation.operation("ConcatKDFHMAC-SHA256, 32 B")
def concat_hmac(library: Library) -> Prepared:
    kdf, algorithm = library("hazmat.primitives.kdf.concatkdf").ConcatKDFHMAC, marker(library, "SHA256")
    return lambda: kdf(algorithm, 32, b"salt", b"info").derive(bytes(32))


@derivation.operation("X963KDF-SHA256, 32 B")
def x963(library: Library) -> Prepared:
    kdf, algorithm = library("hazmat.primitives.kdf.x963kdf").X963KDF, marker(library, "SHA256")
    return lambda: kdf(algorithm, 32, b"info").derive(bytes(32))


@derivation.operation("KBKDF{name}, {length} B", name=("HMAC", "CMAC"), length=(32, 1024))
def kbkdf(library: Library, name: str, length: int) -> Prepared:
    module = library("hazmat.primitives.kdf.kbkdf")
    kdf, mode, location = getattr(module, f"KBKDF{name}"), module.Mode.CounterMode, module.CounterLocation.BeforeFixed
    aes = library("hazmat.primitives.ciphers.algorithms").AES
    algorithm = marker(library, "SHA256") if name == "HMAC" else aes
    return lambda: kdf(algorithm, mode, length, 4, 4, location, b"label", b"context", None).derive(bytes(32))


@derivation.operation("TOTP verify, 6 digits")
def totp(library: Library) -> Prepared:
    context = library("hazmat.primitives.twofactor.totp").TOTP(bytes(20), 6, marker(library, "SHA1"), 30)
    password = context.generate(1_000_000_000)
    return lambda: context.verify(password, 1_000_000_000)


@derivation.operation("scrypt, n=2^{power}, r=8, p=1", power=(10, 14))
def scrypt(library: Library, power: int) -> Prepared:
    kdf = library("hazmat.primitives.kdf.scrypt").Scrypt
    return lambda: kdf(b"salt" * 4, 32, 2**power, 8, 1).derive(b"password")


@derivation.operation("Argon2id, {memory} MiB, 2 passes, lanes: {lanes}", memory=(19, 64), lanes=(1, 4))
def argon2(library: Library, memory: int, lanes: int) -> Prepared:
    kdf = library("hazmat.primitives.kdf.argon2").Argon2id
    settings = {"salt": b"salt" * 4, "length": 32, "iterations": 2, "lanes": lanes, "memory_cost": memory * 1024}
    return lambda: kdf(**settings).derive(b"password")


@derivation.operation("Argon2id PHC encode and verify, 19 MiB")
def argon2_phc(library: Library) -> Prepared:
    kdf = library("hazmat.primitives.kdf.argon2").Argon2id

    def run() -> None:
        maker = kdf(salt=b"salt" * 4, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
        kdf.verify_phc_encoded(b"password", maker.derive_phc_encoded(b"password"))

    return run
