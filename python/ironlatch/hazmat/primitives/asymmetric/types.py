"""The types of keys, for annotations."""

from __future__ import annotations

from ironlatch.hazmat.primitives.asymmetric import rsa

PublicKeyTypes = rsa.RSAPublicKey
PrivateKeyTypes = rsa.RSAPrivateKey
CertificateIssuerPrivateKeyTypes = rsa.RSAPrivateKey
CertificateIssuerPublicKeyTypes = rsa.RSAPublicKey
CertificatePublicKeyTypes = rsa.RSAPublicKey
