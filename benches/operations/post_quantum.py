"""ML-KEM and ML-DSA."""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

MESSAGE = b"the quick brown fox jumps over the lazy dog" * 3
KEM = ("ML-KEM-768", "ML-KEM-1024")
DSA = ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")

post_quantum = Group("Post-quantum")


@post_quantum.operation("{name} generate", name=KEM + DSA)
def generate(library: Library, name: str) -> Prepared:
    return Call(private_class(library, name).generate)


@post_quantum.operation("{name} encapsulate", name=KEM)
def encapsulate(library: Library, name: str) -> Prepared:
    return Call(private_class(library, name).generate().public_key().encapsulate)


@post_quantum.operation("{name} decapsulate", name=KEM)
def decapsulate(library: Library, name: str) -> Prepared:
    key = private_class(library, name).generate()
    return Call(key.decapsulate, (key.public_key().encapsulate()[1],))


@post_quantum.operation("{name} sign", name=DSA)
def sign(library: Library, name: str) -> Prepared:
    return Call(private_class(library, name).generate().sign, (MESSAGE,))


@post_quantum.operation("{name} verify", name=DSA)
def verify(library: Library, name: str) -> Prepared:
    key = private_class(library, name).generate()
    return Call(key.public_key().verify, (key.sign(MESSAGE), MESSAGE))


@post_quantum.operation("{name} from_seed_bytes", name=KEM + DSA)
def from_seed_bytes(library: Library, name: str) -> Prepared:
    private = private_class(library, name)
    return Call(private.from_seed_bytes, (private.generate().private_bytes_raw(),))


@post_quantum.operation("{name} from_public_bytes", name=KEM + DSA)
def from_public_bytes(library: Library, name: str) -> Prepared:
    encoded = private_class(library, name).generate().public_key().public_bytes_raw()
    return Call(getattr(module(library, name), class_name(name, "PublicKey")).from_public_bytes, (encoded,))


def private_class(library: Library, name: str) -> Any:
    return getattr(module(library, name), class_name(name, "PrivateKey"))


def module(library: Library, name: str) -> Any:
    return library(f"hazmat.primitives.asymmetric.{'mlkem' if 'KEM' in name else 'mldsa'}")


def class_name(name: str, kind: str) -> str:
    return name.replace("-", "") + kind
