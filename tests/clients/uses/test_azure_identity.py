"""azure-identity and msal: a certificate from PEM and PKCS #12 signs the assertion of a client."""

from __future__ import annotations

import datetime
import json

import jwt
import pytest
from azure.core.pipeline.transport import HttpTransport
from azure.identity import CertificateCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

KEY = rsa.generate_private_key(65537, 2048)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
NOW = datetime.datetime.now(datetime.UTC)
CERTIFICATE = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(1)
    .not_valid_before(NOW)
    .not_valid_after(NOW + datetime.timedelta(days=1))
    .sign(KEY, hashes.SHA256())
)
PASSWORD = b"password"
LOCKED = serialization.BestAvailableEncryption(PASSWORD)


def pem(encryption: serialization.KeySerializationEncryption) -> bytes:
    key = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    return key + CERTIFICATE.public_bytes(serialization.Encoding.PEM)


class Answer:
    content_type = "application/json"
    headers = {"Content-Type": content_type}
    status_code = 200
    reason = "OK"

    def __init__(self, value: dict[str, object]) -> None:
        self.value = json.dumps(value)

    def text(self, encoding: str | None = None) -> str:
        return self.value

    def body(self) -> bytes:
        return self.value.encode()


class Server(HttpTransport):
    """Stands in for the network, and keeps the assertions that it is sent."""

    def __init__(self) -> None:
        self.assertions: list[bytes] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def __exit__(self, *arguments: object) -> None: ...

    def send(self, request: object, **options: object) -> Answer:
        if request.method == "GET":
            base = "https://login.microsoftonline.com/tenant/oauth2/v2.0/"
            return Answer(
                {
                    "issuer": base,
                    "authorization_endpoint": base + "authorize",
                    "token_endpoint": base + "token",
                    "tenant_discovery_endpoint": base,
                }
            )
        body = request.data
        self.assertions.append(body["client_assertion"])
        return Answer({"access_token": "token", "expires_in": 3600, "token_type": "Bearer"})


@pytest.mark.parametrize(
    ("data", "password"),
    [
        (pem(serialization.NoEncryption()), None),
        (pem(LOCKED), PASSWORD),
        (pkcs12.serialize_key_and_certificates(b"client", KEY, CERTIFICATE, None, LOCKED), PASSWORD),
    ],
    ids=["pem", "encrypted pem", "pkcs12"],
)
def test_assertion(data: bytes, password: bytes | None) -> None:
    server = Server()
    credential = CertificateCredential(
        "tenant", "client", certificate_data=data, password=password, transport=server, disable_instance_discovery=True
    )
    assert credential.get_token("https://vault.azure.net/.default").token == "token"
    (assertion,) = server.assertions
    header = jwt.get_unverified_header(assertion)
    claims = jwt.decode(assertion, KEY.public_key(), algorithms=[header["alg"]], options={"verify_aud": False})
    assert claims["iss"] == "client"
