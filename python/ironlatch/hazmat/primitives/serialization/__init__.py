"""Keys to bytes and back: PEM and DER, PKCS#8, PKCS#1, SubjectPublicKeyInfo, traditional OpenSSL,
OpenSSH.

    key = load_pem_private_key(data, password=b"...")
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"..."))

A reader returns a key of whatever type the data holds. Check that it is the type that you expect.
"""

from __future__ import annotations

from ironlatch import utils
from ironlatch.hazmat.primitives._serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    ParameterFormat,
    PrivateFormat,
    PublicFormat,
    _KeySerializationEncryption,
)
from ironlatch.hazmat.primitives.serialization.base import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from ironlatch.hazmat.primitives.serialization.ssh import (
    SSHCertificate,
    SSHCertificateBuilder,
    SSHCertificateType,
    SSHCertPrivateKeyTypes,
    SSHCertPublicKeyTypes,
    SSHPrivateKeyTypes,
    SSHPublicKeyTypes,
    load_ssh_private_key,
    load_ssh_public_identity,
    load_ssh_public_key,
    ssh_key_fingerprint,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ironlatch.hazmat.primitives.serialization.base import load_der_parameters, load_pem_parameters

__all__ = [
    "BestAvailableEncryption",
    "Encoding",
    "KeySerializationEncryption",
    "NoEncryption",
    "ParameterFormat",
    "PrivateFormat",
    "PublicFormat",
    "SSHCertPrivateKeyTypes",
    "SSHCertPublicKeyTypes",
    "SSHCertificate",
    "SSHCertificateBuilder",
    "SSHCertificateType",
    "SSHPrivateKeyTypes",
    "SSHPublicKeyTypes",
    "_KeySerializationEncryption",
    "load_der_parameters",
    "load_der_private_key",
    "load_der_public_key",
    "load_pem_parameters",
    "load_pem_private_key",
    "load_pem_public_key",
    "load_ssh_private_key",
    "load_ssh_public_identity",
    "load_ssh_public_key",
    "ssh_key_fingerprint",
]


def _deprecated(name: str) -> object:
    from ironlatch.hazmat.primitives.serialization import base

    return {"load_der_parameters": base.load_der_parameters, "load_pem_parameters": base.load_pem_parameters}[name]


__getattr__ = utils._deprecated_names(__name__, utils.DeprecatedIn50, utils._FINITE_FIELD_DH, _deprecated)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
