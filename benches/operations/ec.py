"""Elliptic curves: keys, ECDSA, ECDH, and keys in files."""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

CURVES = (
    "SECP256R1",
    "SECP384R1",
    "SECP521R1",
    "SECP256K1",
    "SECP224R1",
    "SECP192R1",
    "BrainpoolP256R1",
    "BrainpoolP512R1",
)
MAIN = CURVES[:4]
MESSAGE = b"the quick brown fox jumps over the lazy dog" * 3

ec = Group("Elliptic curves")


@ec.operation("{curve} generate", curve=CURVES)
def generate(library: Library, curve: str) -> Prepared:
    module = _ec(library)
    return Call(module.generate_private_key, (getattr(module, curve)(),))


@ec.operation("{curve} sign", curve=CURVES)
def sign(library: Library, curve: str) -> Prepared:
    return Call(private_key(library, curve).sign, (MESSAGE, _ecdsa(library)))


@ec.operation("{curve} sign, deterministic", curve=MAIN)
def sign_deterministic(library: Library, curve: str) -> Prepared:
    return Call(private_key(library, curve).sign, (MESSAGE, _ecdsa(library, deterministic_signing=True)))


@ec.operation("{curve} verify", curve=CURVES)
def verify(library: Library, curve: str) -> Prepared:
    key, how = private_key(library, curve), _ecdsa(library)
    return Call(key.public_key().verify, (key.sign(MESSAGE, how), MESSAGE, how))


@ec.operation("{curve} exchange", curve=CURVES)
def exchange(library: Library, curve: str) -> Prepared:
    module = _ec(library)
    other = module.generate_private_key(getattr(module, curve)()).public_key()
    return Call(private_key(library, curve).exchange, (module.ECDH(), other))


@ec.operation("{curve} derive_private_key", curve=MAIN)
def derive(library: Library, curve: str) -> Prepared:
    module = _ec(library)
    return Call(module.derive_private_key, (1 << 190, getattr(module, curve)()))


@ec.operation("{curve} compressed point to public key", curve=MAIN)
def from_point(library: Library, curve: str) -> Prepared:
    module, serialization = _ec(library), library("hazmat.primitives.serialization")
    form = (serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    point = private_key(library, curve).public_key().public_bytes(*form)
    return Call(module.EllipticCurvePublicKey.from_encoded_point, (getattr(module, curve)(), point))


@ec.operation("{curve} numbers to public key", curve=MAIN)
def from_numbers(library: Library, curve: str) -> Prepared:
    return Call(private_key(library, curve).public_key().public_numbers().public_key)


@ec.operation("{curve} load private PEM", curve=CURVES)
def load_private(library: Library, curve: str) -> Prepared:
    return Call(library("hazmat.primitives.serialization").load_pem_private_key, (pem(library, curve), None))


@ec.operation("{curve} load public PEM", curve=CURVES)
def load_public(library: Library, curve: str) -> Prepared:
    serialization = library("hazmat.primitives.serialization")
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Call(serialization.load_pem_public_key, (private_key(library, curve).public_key().public_bytes(*form),))


@ec.operation("{curve} save private PEM", curve=MAIN)
def save_private(library: Library, curve: str) -> Prepared:
    serialization = library("hazmat.primitives.serialization")
    how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Call(private_key(library, curve).private_bytes, how)


_PEMS: dict[str, bytes] = {}


def pem(library: Library, curve: str) -> bytes:
    """One key on each curve for the whole run and both libraries, made by the library that comes
    first.
    """
    if curve not in _PEMS:
        module, serialization = _ec(library), library("hazmat.primitives.serialization")
        key = module.generate_private_key(getattr(module, curve)())
        how = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        _PEMS[curve] = key.private_bytes(*how)
    return _PEMS[curve]


def private_key(library: Library, curve: str) -> Any:
    return library("hazmat.primitives.serialization").load_pem_private_key(pem(library, curve), None)


def _ec(library: Library) -> Any:
    return library("hazmat.primitives.asymmetric.ec")


def _ecdsa(library: Library, **options: bool) -> Any:
    return _ec(library).ECDSA(library("hazmat.primitives.hashes").SHA256(), **options)
