"""Signed requests to and from another implementation of RFC 9421, which runs on the drop-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import InvalidSignature
from ironlatch.signing import Key, RequestSigner, RequestVerifier, content_digest
from ironlatch.signing.requests import SignedAuth

URL = "https://api.example.com/a%20b?x=1&y=%C3%BC"
SECRET, PRIVATE = bytes(range(32)), Ed25519PrivateKey.generate()


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, private: object, public: object) -> None:
        self.private, self.public = private, public

    def resolve_private_key(self, key_id: str) -> object:
        return self.private

    def resolve_public_key(self, key_id: str) -> object:
        return self.public


KINDS = {
    "hmac-sha256": (Key.from_secret(SECRET), algorithms.HMAC_SHA256, Keys(SECRET, SECRET)),
    "ed25519": (Key.from_key(PRIVATE), algorithms.ED25519, Keys(PRIVATE, PRIVATE.public_key())),
}


@pytest.mark.parametrize("kind", KINDS)
def test_ours_is_read_by_others(kind: str) -> None:
    key, algorithm, keys = KINDS[kind]
    request = requests.Request(
        "POST", URL, json={"a": 1}, auth=SignedAuth(RequestSigner(key, purpose="test"))
    ).prepare()
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=keys)
    (result,) = verifier.verify(request, max_age=timedelta(minutes=5), expect_tag="test")
    assert result.parameters["keyid"] == key.id
    assert set(result.covered_components) >= {'"@method"', '"@path"', '"@query"', '"content-digest"', '"content-type"'}
    request.url = URL + "&z=2"
    with pytest.raises(InvalidSignature):
        verifier.verify(request, max_age=timedelta(minutes=5), expect_tag="test")


@pytest.mark.parametrize("kind", KINDS)
def test_theirs_is_read_by_us(kind: str) -> None:
    key, algorithm, keys = KINDS[kind]
    request = requests.Request("POST", URL, json={"a": 1}).prepare()
    request.headers["Content-Digest"] = content_digest(request.body)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys).sign(
        request,
        key_id=key.id,
        covered_component_ids=("@method", "@target-uri", "content-digest", "content-type"),
        created=datetime.now(UTC),
        nonce="once",
        tag="test",
        use_existing_digest=True,
    )
    assert f'alg="{kind}"' in request.headers["Signature-Input"]
    ours = key.public() if kind == "ed25519" else key
    verifier = RequestVerifier(ours, authorities=["api.example.com"], purpose="test")
    assert verifier.verify("POST", request.url, request.headers, request.body).nonce == "once"
