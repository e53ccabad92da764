"""boto3: URLs signed for CloudFront, as its documentation does it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def test_signed_url() -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    key = serialization.load_pem_private_key(pem, password=None)
    signer = CloudFrontSigner("KEY", lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA1()))
    policy = signer.build_policy("https://example.com/a", datetime(2030, 1, 1, tzinfo=UTC))
    url = signer.generate_presigned_url("https://example.com/a", policy=policy)
    query = parse_qs(urlsplit(url).query)
    signature = base64.b64decode(query["Signature"][0].replace("-", "+").replace("_", "=").replace("~", "/"))
    key.public_key().verify(signature, policy.encode(), padding.PKCS1v15(), hashes.SHA1())
