"""The cases of x509-limbo: chains that a verifier must accept or refuse (tests/data/limbo)."""

from __future__ import annotations

import datetime
import ipaddress
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.certificates import Refused, Revocation, Verifier
from ironlatch.x509.verification import PolicyBuilder, Store, VerificationError

LIMBO = Path(__file__).parents[1] / "data/limbo/limbo.json"
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in json.loads(LIMBO.read_text())["testcases"]}

# Rules of verification, each with the cases in which it gives another verdict than x509-limbo
# wants. The peer has the same rules, and gives the same verdict in all cases.
DIFFERENT: dict[str, list[str]] = {
    "a verifier that was given no CRL does not look at revocation": [
        "crl::revoked-certificate-with-crl",
        "crl::crlnumber-missing",
        "crl::crlnumber-critical",
        "crl::issuer-missing-crlsign",
    ],
    "an authority must have a key usage, as CABF asks": ["crl::issuer-no-keyusage-extension"],
    "each intermediate counts for the path's length, self-issued ones too, as in Go and webpki": [
        "pathlen::self-issued-certs-pathlen",
        "pathlen::max-chain-depth-1-self-issued",
    ],
    "name constraints need not be critical: CABF allows it": ["rfc5280::nc::permitted-dns-match-noncritical"],
    "policies are not processed, and constraints of them not looked at unless they are critical": [
        "rfc5280::pc::ica-noncritical-pc"
    ],
    "the serial number 0 is accepted: authorities in common stores have it": ["rfc5280::serial::zero"],
    "authorities need no subject key identifier, as in Go and webpki": [
        "rfc5280::ski::root-missing-ski",
        "rfc5280::ski::intermediate-missing-ski",
    ],
    "what a root's authority key identifier says is not looked at: a root is trusted as it is": [
        "webpki::aki::root-with-aki-authoritycertissuer",
        "webpki::aki::root-with-aki-authoritycertserialnumber",
        "webpki::aki::root-with-aki-all-fields",
        "webpki::aki::root-with-aki-ski-mismatch",
    ],
    "the common name is never taken for a host, and so need not be among the alternative names": [
        "webpki::cn::ipv4-leading-zeros-mismatch",
        "webpki::cn::ipv6-uncompressed-mismatch",
        "webpki::cn::punycode-not-in-san",
        "webpki::cn::not-in-san",
        "webpki::cn::case-mismatch",
    ],
    "the purpose that is asked for must be among the extended key usages; others may be there": [
        "webpki::eku::ee-anyeku",
        "webpki::eku::root-has-eku",
    ],
    "there is no list of public suffixes: a wildcard may stand right before one": [
        "webpki::san::public-suffix-multi-label-wildcard-san",
        "webpki::san::public-suffix-private-namespace-wildcard-san",
    ],
    "the key of a leaf, which signs nothing in the chain, may be of any kind": [
        "webpki::forbidden-p192-leaf",
        "webpki::forbidden-dsa-leaf",
        "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf",
    ],
    "the length of an RSA key need not be a multiple of 8 bits": ["webpki::forbidden-rsa-not-divisible-by-8-in-root"],
}
REASONS = {name: reason for reason, names in DIFFERENT.items() for name in names}


def name_of(peer: dict[str, str]) -> Any:
    match peer["kind"]:
        case "DNS":
            return x509.DNSName(peer["value"])
        case "IP":
            return x509.IPAddress(ipaddress.ip_address(peer["value"]))
        case kind:
            assert kind == "RFC822"
            return x509.RFC822Name(peer["value"])


def load(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def verify(case: dict[str, Any]) -> list[x509.Certificate]:
    """The chain that is found. VerificationError or ValueError if there is none."""
    builder = PolicyBuilder().store(Store([load(pem) for pem in case["trusted_certs"]]))
    if case["validation_time"] is not None:
        builder = builder.time(datetime.datetime.fromisoformat(case["validation_time"]))
    if case["max_chain_depth"] is not None:
        builder = builder.max_chain_depth(case["max_chain_depth"])
    leaf = load(case["peer_certificate"])
    intermediates = [load(pem) for pem in case["untrusted_intermediates"]]
    if case["validation_kind"] == "SERVER":
        return builder.build_server_verifier(name_of(case["expected_peer_name"])).verify(leaf, intermediates)
    verified = builder.build_client_verifier().verify(leaf, intermediates)
    assert verified.subjects == [name_of(peer) for peer in case["expected_peer_names"]]
    return verified.chain


@pytest.mark.filterwarnings("ignore::ironlatch.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("name", CASES)
def test_the_verdict(name: str) -> None:
    case = CASES[name]
    try:
        chain = verify(case)
    except (VerificationError, ValueError):
        verdict = "FAILURE"
    else:
        verdict = "SUCCESS"
        assert chain[0] == load(case["peer_certificate"])
        assert chain[-1] in [load(pem) for pem in case["trusted_certs"]]
    # A reason that no longer holds is to be taken out of the list.
    assert (verdict != case["expected_result"]) == (name in REASONS), REASONS.get(name)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["crls"]])
def test_the_verdict_with_the_lists_handed_in(name: str) -> None:
    case = CASES[name]
    revocation = Revocation([x509.load_pem_x509_crl(pem.encode()) for pem in case["crls"]])
    verifier = Verifier(
        [load(pem) for pem in case["trusted_certs"]],
        case["expected_peer_name"]["value"],
        time=datetime.datetime.fromisoformat(case["validation_time"]),
        revocation=revocation,
        # In this one, the authority has no key usage.
        lenient=name == "crl::issuer-no-keyusage-extension",
    )
    intermediates = [load(pem) for pem in case["untrusted_intermediates"]]
    with nullcontext() if case["expected_result"] == "SUCCESS" else pytest.raises(Refused, match="revoked"):
        verifier.verify(load(case["peer_certificate"]), intermediates)


def test_each_listed_case_is_one() -> None:
    assert REASONS.keys() <= CASES.keys()
    assert len(REASONS) == sum(map(len, DIFFERENT.values()))
