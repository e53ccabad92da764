"""Diffie-Hellman over finite fields. Deprecated, so every use of this module's names warns: take
`x25519` instead.

parameters = dh.DHParameterNumbers(p, g).parameters() shared_secret =
parameters.generate_private_key().exchange(peer_public_key)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironlatch import utils
from ironlatch.hazmat.primitives.asymmetric import _dh

if TYPE_CHECKING:
    from ironlatch.hazmat.primitives.asymmetric._dh import DHParameterNumbers as DHParameterNumbers
    from ironlatch.hazmat.primitives.asymmetric._dh import DHParameters as DHParameters
    from ironlatch.hazmat.primitives.asymmetric._dh import (
        DHParametersWithSerialization as DHParametersWithSerialization,
    )
    from ironlatch.hazmat.primitives.asymmetric._dh import DHPrivateKey as DHPrivateKey
    from ironlatch.hazmat.primitives.asymmetric._dh import (
        DHPrivateKeyWithSerialization as DHPrivateKeyWithSerialization,
    )
    from ironlatch.hazmat.primitives.asymmetric._dh import DHPrivateNumbers as DHPrivateNumbers
    from ironlatch.hazmat.primitives.asymmetric._dh import DHPublicKey as DHPublicKey
    from ironlatch.hazmat.primitives.asymmetric._dh import DHPublicKeyWithSerialization as DHPublicKeyWithSerialization
    from ironlatch.hazmat.primitives.asymmetric._dh import DHPublicNumbers as DHPublicNumbers
    from ironlatch.hazmat.primitives.asymmetric._dh import generate_parameters as generate_parameters

__all__ = [
    "DHParameterNumbers",
    "DHParameters",
    "DHParametersWithSerialization",
    "DHPrivateKey",
    "DHPrivateKeyWithSerialization",
    "DHPrivateNumbers",
    "DHPublicKey",
    "DHPublicKeyWithSerialization",
    "DHPublicNumbers",
    "generate_parameters",
]


def _deprecated(name: str) -> object:
    if name not in __all__:
        raise KeyError(name)
    return getattr(_dh, name)


__getattr__ = utils._deprecated_names(__name__, utils.DeprecatedIn50, utils._FINITE_FIELD_DH, _deprecated)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
