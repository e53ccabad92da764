"""Verifying chains of certificates."""

from __future__ import annotations

import datetime
import ipaddress
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.x509.oid import ExtendedKeyUsageOID, NameOID
from ironlatch.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

EARLY, NOW, LATE = (datetime.datetime(year, 1, 1) for year in (2024, 2025, 2034))
KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
HOST = x509.DNSName("www.example.com")
SIGNS = x509.KeyUsage(False, False, False, False, False, True, True, False, False)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject: int, issuer: int, *extensions: tuple[x509.ExtensionType, bool]) -> x509.Certificate:
    names = ["leaf", "intermediate", "root"]
    builder = x509.CertificateBuilder(
        name(names[issuer]), name(names[subject]), KEYS[subject].public_key(), subject + 1, EARLY, LATE
    )
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(KEYS[issuer].public_key())
    for value, critical in ((identifier, False), *extensions):
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(KEYS[issuer], hashes.SHA256())


def authority(subject: int, *extensions: tuple[x509.ExtensionType, bool]) -> x509.Certificate:
    return certificate(subject, 2, (x509.BasicConstraints(True, None), True), (SIGNS, True), *extensions)


ROOT, INTERMEDIATE = authority(2), authority(1)
ADDRESS = x509.IPAddress(ipaddress.ip_address("10.0.0.1"))
LEAF = certificate(0, 1, (x509.SubjectAlternativeName([HOST, ADDRESS]), False))
BUILDER = PolicyBuilder().store(Store([ROOT])).time(NOW)


def test_a_chain_over_an_intermediate() -> None:
    for subject in (HOST, ADDRESS, x509.DNSName("WWW.example.com")):
        chain = BUILDER.build_server_verifier(subject).verify(LEAF, [INTERMEDIATE])
        assert chain == [LEAF, INTERMEDIATE, ROOT]
        assert chain[0] is LEAF
        assert chain[2] is ROOT
    client = BUILDER.build_client_verifier().verify(LEAF, [INTERMEDIATE])
    assert client.chain == [LEAF, INTERMEDIATE, ROOT]
    assert client.subjects == [HOST, ADDRESS]


@pytest.mark.parametrize(
    ("builder", "subject", "intermediates", "message"),
    [
        (BUILDER, x509.DNSName("example.com"), [INTERMEDIATE], "no matching subjectAltName"),
        (BUILDER, HOST, [], "has the name of the issuer, CN=intermediate"),
        (PolicyBuilder().store(Store([ROOT])).time(LATE + datetime.timedelta(1)), HOST, [INTERMEDIATE], "not valid at"),
        (BUILDER.max_chain_depth(0), HOST, [INTERMEDIATE], "exceeds max depth"),
    ],
)
def test_a_refusal_says_why(builder: PolicyBuilder, subject: Any, intermediates: Any, message: str) -> None:
    with pytest.raises(VerificationError, match=message) as caught:
        builder.build_server_verifier(subject).verify(LEAF, intermediates)
    certificates, reason = caught.value.paths[-1]
    assert certificates[0] == LEAF
    assert message in reason


def test_name_constraints_bind_wildcards() -> None:
    only = x509.NameConstraints([x509.DNSName("example.com")], None)
    verifier = PolicyBuilder().store(Store([ROOT])).time(NOW).build_server_verifier(x509.DNSName("a.example.org"))
    leaf = certificate(0, 1, (x509.SubjectAlternativeName([x509.DNSName("*.example.org")]), False))
    verifier.verify(leaf, [INTERMEDIATE])
    with pytest.raises(VerificationError, match="no permitted name constraints"):
        verifier.verify(leaf, [authority(1, (only, True))])


def test_a_policy_of_ones_own_sees_each_extension() -> None:
    seen: list[Any] = []

    def look(policy: Any, certificate: Any, value: Any) -> None:
        seen.append((policy.subject, certificate, value))
        if value is None:
            raise ValueError("there is no purpose")

    leaf_policy = ExtensionPolicy.webpki_defaults_ee().may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, look)
    builder = BUILDER.extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=leaf_policy)
    with pytest.raises(VerificationError, match="validator failed: ValueError: there is no purpose"):
        builder.build_server_verifier(HOST).verify(LEAF, [INTERMEDIATE])
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    leaf = certificate(0, 1, (x509.SubjectAlternativeName([HOST]), False), (purpose, False))
    builder.build_server_verifier(HOST).verify(leaf, [INTERMEDIATE])
    assert seen == [(HOST, LEAF, None), (HOST, leaf, purpose)]
    with pytest.raises(ValueError, match=r"already configured .* OID 2\.5\.29\.37"):
        leaf_policy.require_not_present(x509.ExtendedKeyUsage)
    with pytest.raises(TypeError):
        leaf_policy.require_not_present(int)  # type: ignore[arg-type]


def test_a_policy_says_what_it_asks() -> None:
    verifier = BUILDER.build_server_verifier(HOST)
    policy = verifier.policy
    assert policy.subject == HOST
    assert policy.validation_time == NOW
    assert policy.max_chain_depth == 8
    assert policy.minimum_rsa_modulus == 2048
    assert policy.extended_key_usage == ExtendedKeyUsageOID.SERVER_AUTH
    assert BUILDER.build_client_verifier().policy.subject is None


def test_what_no_verifier_is_built_from() -> None:
    builder: Any = PolicyBuilder()
    text: Any = "www.example.com"
    for make, error in (
        (lambda: Store([]), ValueError),
        (lambda: Store(["a"]), TypeError),  # type: ignore[list-item]
        (lambda: builder.build_server_verifier(HOST), ValueError),
        (lambda: builder.build_client_verifier(), ValueError),
        (lambda: BUILDER.build_server_verifier(text), TypeError),
        (lambda: BUILDER.build_server_verifier(x509.DNSName("*.example.com")), ValueError),
        (lambda: BUILDER.time(NOW), ValueError),
        (lambda: BUILDER.store(Store([ROOT])), ValueError),
        (lambda: builder.time(5), TypeError),
        (lambda: builder.max_chain_depth(-1), OverflowError),
    ):
        with pytest.raises(error):
            make()
