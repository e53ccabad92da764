"""OpenSSH beyond keys and certificates: signatures of files as ``ssh-keygen -Y`` makes them, lists
of those whose signatures count, PuTTY's keys, and public keys with all that stands on their line.

    signature = sign(key, message, "file")
    AllowedSigners.parse(Path("allowed_signers").read_bytes()).verify(
        Signature.parse(signature), message, principal="ada@example.org", namespace="file"
    )

Keys and certificates themselves are in `ironlatch.hazmat.primitives.serialization`.
"""

from ironlatch._native.openssh import AllowedSigners as AllowedSigners
from ironlatch._native.openssh import Signature as Signature
from ironlatch._native.openssh import SshPublicKey as SshPublicKey
from ironlatch._native.openssh import load_ppk as load_ppk
from ironlatch._native.openssh import private_bytes_ppk as private_bytes_ppk
from ironlatch._native.openssh import sign as sign

__all__ = ["AllowedSigners", "Signature", "SshPublicKey", "load_ppk", "private_bytes_ppk", "sign"]
