"""The peer's place for its backend. There is no OpenSSL here: the object answers for AWS-LC and the
Rust code.
"""

from ironlatch.hazmat.backends.openssl.backend import backend as backend

__all__ = ["backend"]
