"""OpenSSH's keys and certificates: private keys in files of its own format, public keys and
certificates on one line.

    key = load_ssh_private_key(Path("id_ed25519").read_bytes(), password=b"...")
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)

What OpenSSH does with them beyond that, signatures over files for example, is in `ironlatch.ssh`.
"""

from __future__ import annotations

from enum import Enum

from ironlatch._native.ssh import SSHCertificate as SSHCertificate
from ironlatch._native.ssh import SSHCertificateBuilder as SSHCertificateBuilder
from ironlatch._native.ssh import load_ssh_private_key as load_ssh_private_key
from ironlatch._native.ssh import load_ssh_public_identity as load_ssh_public_identity
from ironlatch._native.ssh import load_ssh_public_key as load_ssh_public_key
from ironlatch._native.ssh import serialize_ssh_public_key as serialize_ssh_public_key
from ironlatch._native.ssh import ssh_key_fingerprint as ssh_key_fingerprint
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

SSHPrivateKeyTypes = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | dsa.DSAPrivateKey | ed25519.Ed25519PrivateKey
SSHPublicKeyTypes = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | dsa.DSAPublicKey | ed25519.Ed25519PublicKey
SSHCertPrivateKeyTypes = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
SSHCertPublicKeyTypes = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey

# The peer's name for the limit that `sshd` has.
_SSHKEY_CERT_MAX_PRINCIPALS = 256


class SSHCertificateType(Enum):
    """Whom a certificate is for."""

    USER = 1
    HOST = 2
