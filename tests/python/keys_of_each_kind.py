"""Two keys of each kind, for what holds of all of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, mlkem, rsa, x448, x25519
from ironlatch.slh_dsa import SLHDSAPrivateKey

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ironlatch.hazmat.primitives.serialization import load_pem_parameters


CURVES: list[ec.EllipticCurve] = [
    ec.SECP192R1(),
    ec.SECP224R1(),
    ec.SECP256R1(),
    ec.SECP384R1(),
    ec.SECP521R1(),
    ec.SECP256K1(),
    ec.BrainpoolP256R1(),
    ec.BrainpoolP384R1(),
    ec.BrainpoolP512R1(),
]


def two_of_each_kind() -> list[tuple[str, Any, Any]]:
    group = dsa.generate_parameters(1024)
    ffdhe2048 = load_pem_parameters(FFDHE2048)
    makers: list[tuple[str, Callable[[], Any]]] = [
        ("rsa", lambda: rsa.generate_private_key(65537, 1024)),
        ("dsa", group.generate_private_key),
        ("dh", ffdhe2048.generate_private_key),
        ("ed25519", ed25519.Ed25519PrivateKey.generate),
        ("ed448", ed448.Ed448PrivateKey.generate),
        ("x25519", x25519.X25519PrivateKey.generate),
        ("x448", x448.X448PrivateKey.generate),
        ("ml-dsa", mldsa.MLDSA44PrivateKey.generate),
        ("ml-kem", mlkem.MLKEM768PrivateKey.generate),
        ("slh-dsa", lambda: SLHDSAPrivateKey.generate("SLH-DSA-SHA2-128f")),
        *((curve.name, lambda curve=curve: ec.generate_private_key(curve)) for curve in CURVES),
    ]
    return [(name, make(), make()) for name, make in makers]


FFDHE2048 = b"""-----BEGIN DH PARAMETERS-----
MIIBDAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAgICAOE=
-----END DH PARAMETERS-----
"""
