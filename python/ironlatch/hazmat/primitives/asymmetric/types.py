"""The types of keys, for annotations."""

from __future__ import annotations

from ironlatch.hazmat.primitives.asymmetric import _dh, dsa, ec, ed25519, rsa, x25519

PublicKeyTypes = (
    _dh.DHPublicKey
    | dsa.DSAPublicKey
    | rsa.RSAPublicKey
    | ec.EllipticCurvePublicKey
    | ed25519.Ed25519PublicKey
    | x25519.X25519PublicKey
)
PrivateKeyTypes = (
    _dh.DHPrivateKey
    | dsa.DSAPrivateKey
    | rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | x25519.X25519PrivateKey
)
CertificateIssuerPrivateKeyTypes = (
    dsa.DSAPrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
)
CertificateIssuerPublicKeyTypes = (
    dsa.DSAPublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
)
CertificatePublicKeyTypes = (
    dsa.DSAPublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | x25519.X25519PublicKey
)
