"""Ed25519, Ed448, X25519 and X448."""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

MESSAGE = b"the quick brown fox jumps over the lazy dog" * 3
SIGNING = ("Ed25519", "Ed448")
AGREEING = ("X25519", "X448")
CURVES = SIGNING + AGREEING

curves = Group("Edwards and Montgomery curves")


@curves.operation("{curve} generate", curve=CURVES)
def generate(library: Library, curve: str) -> Prepared:
    return Call(private_class(library, curve).generate)


@curves.operation("{curve} sign", curve=SIGNING)
def sign(library: Library, curve: str) -> Prepared:
    return Call(private_class(library, curve).generate().sign, (MESSAGE,))


@curves.operation("{curve} verify", curve=SIGNING)
def verify(library: Library, curve: str) -> Prepared:
    key = private_class(library, curve).generate()
    return Call(key.public_key().verify, (key.sign(MESSAGE), MESSAGE))


@curves.operation("{curve} exchange", curve=AGREEING)
def exchange(library: Library, curve: str) -> Prepared:
    private = private_class(library, curve)
    return Call(private.generate().exchange, (private.generate().public_key(),))


@curves.operation("{curve} from_private_bytes", curve=CURVES)
def from_private_bytes(library: Library, curve: str) -> Prepared:
    private = private_class(library, curve)
    return Call(private.from_private_bytes, (private.generate().private_bytes_raw(),))


@curves.operation("{curve} load PKCS8 PEM", curve=CURVES)
def load(library: Library, curve: str) -> Prepared:
    s = library("hazmat.primitives.serialization")
    key = private_class(library, curve).generate()
    pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return Call(s.load_pem_private_key, (pem, None))


def private_class(library: Library, curve: str) -> Any:
    return getattr(library(f"hazmat.primitives.asymmetric.{curve.lower()}"), f"{curve}PrivateKey")
