"""The types of keys, for annotations."""

from __future__ import annotations

from ironlatch.hazmat.primitives.asymmetric import dsa, rsa

PublicKeyTypes = dsa.DSAPublicKey | rsa.RSAPublicKey
PrivateKeyTypes = dsa.DSAPrivateKey | rsa.RSAPrivateKey
CertificateIssuerPrivateKeyTypes = dsa.DSAPrivateKey | rsa.RSAPrivateKey
CertificateIssuerPublicKeyTypes = dsa.DSAPublicKey | rsa.RSAPublicKey
CertificatePublicKeyTypes = dsa.DSAPublicKey | rsa.RSAPublicKey
