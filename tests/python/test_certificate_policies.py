"""Certificate policies along a chain (RFC 5280 §6.1, RFC 9618), by NIST's PKITS and by hostile
chains.
"""

from __future__ import annotations

import base64
import datetime
import json
import time
from pathlib import Path
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.certificates import Refused, Verifier
from ironlatch.x509.oid import ExtendedKeyUsageOID
from test_certificates import AUTHORITY, ROOT, Party, refusal, server, verifier

PKITS = {
    name: x509.load_der_x509_certificate(base64.b64decode(text))
    for name, text in json.loads((Path(__file__).parents[1] / "data/pkits/policies.json").read_text()).items()
}
ANY = x509.ObjectIdentifier("2.5.29.32.0")


def nist(*numbers: int) -> list[x509.ObjectIdentifier]:
    return [x509.ObjectIdentifier(f"2.16.840.1.101.3.2.1.48.{number}") for number in numbers]


EXPLICIT = {"require_explicit_policy": True}
NO_MAPPING = {"inhibit_policy_mapping": True}
NO_ANY = {"inhibit_any_policy": True}

# The name of a path, with the settings that PKITS has for it. The accepted policies are given by
# their numbers; they are not asked for unless the settings say so. The last is the verdict: the
# policies that are valid, or None if the path is to be refused.
CASES: list[tuple[str, dict[str, bool], tuple[int, ...], list[Any] | None]] = [
    ("ValidCertificatePathTest1", EXPLICIT, (), [1]),
    ("ValidCertificatePathTest1", EXPLICIT, (1,), [1]),
    ("ValidCertificatePathTest1", EXPLICIT, (2,), None),
    ("ValidCertificatePathTest1", EXPLICIT, (1, 2), [1]),
    ("AllCertificatesNoPoliciesTest2", {}, (), []),
    ("AllCertificatesNoPoliciesTest2", EXPLICIT, (), None),
    ("DifferentPoliciesTest3", {}, (), []),
    ("DifferentPoliciesTest3", EXPLICIT, (), None),
    ("DifferentPoliciesTest3", EXPLICIT, (1, 2), None),
    ("DifferentPoliciesTest4", {}, (), None),
    ("DifferentPoliciesTest5", {}, (), None),
    ("OverlappingPoliciesTest6", {}, (), [1]),
    ("OverlappingPoliciesTest6", {}, (1,), [1]),
    ("OverlappingPoliciesTest6", {}, (2,), None),
    ("DifferentPoliciesTest7", {}, (), None),
    ("DifferentPoliciesTest8", {}, (), None),
    ("DifferentPoliciesTest9", {}, (), None),
    ("AllCertificatesSamePoliciesTest10", {}, (), [1, 2]),
    ("AllCertificatesSamePoliciesTest10", {}, (1,), [1]),
    ("AllCertificatesSamePoliciesTest10", {}, (2,), [2]),
    ("AllCertificatesanyPolicyTest11", {}, (), [ANY]),
    ("AllCertificatesanyPolicyTest11", {}, (1,), [1]),
    ("DifferentPoliciesTest12", {}, (), None),
    ("AllCertificatesSamePoliciesTest13", {}, (1,), [1]),
    ("AllCertificatesSamePoliciesTest13", {}, (2,), [2]),
    ("AllCertificatesSamePoliciesTest13", {}, (3,), [3]),
    ("AnyPolicyTest14", {}, (1,), [1]),
    ("AnyPolicyTest14", {}, (2,), None),
    ("UserNoticeQualifierTest15", {}, (), [1]),
    ("UserNoticeQualifierTest16", {}, (), [1]),
    ("UserNoticeQualifierTest17", {}, (), [1]),
    ("UserNoticeQualifierTest18", {}, (1,), [1]),
    ("UserNoticeQualifierTest18", {}, (2,), [2]),
    ("UserNoticeQualifierTest19", {}, (), [1]),
    ("CPSPointerQualifierTest20", EXPLICIT, (), [1]),
    ("ValidrequireExplicitPolicyTest1", {}, (), []),
    ("ValidrequireExplicitPolicyTest2", {}, (), []),
    ("InvalidrequireExplicitPolicyTest3", {}, (), None),
    ("ValidrequireExplicitPolicyTest4", {}, (), [1]),
    ("InvalidrequireExplicitPolicyTest5", {}, (), None),
    ("ValidSelfIssuedrequireExplicitPolicyTest6", {}, (), []),
    ("InvalidSelfIssuedrequireExplicitPolicyTest7", {}, (), None),
    ("InvalidSelfIssuedrequireExplicitPolicyTest8", {}, (), None),
    ("ValidPolicyMappingTest1", {}, (1,), [1]),
    ("ValidPolicyMappingTest1", {}, (2,), None),
    ("ValidPolicyMappingTest1", NO_MAPPING, (), None),
    ("InvalidPolicyMappingTest2", {}, (), None),
    ("InvalidPolicyMappingTest2", NO_MAPPING, (), None),
    ("ValidPolicyMappingTest3", {}, (1,), None),
    ("ValidPolicyMappingTest3", {}, (2,), [2]),
    ("InvalidPolicyMappingTest4", {}, (), None),
    ("ValidPolicyMappingTest5", {}, (1,), [1]),
    ("ValidPolicyMappingTest5", {}, (6,), None),
    ("ValidPolicyMappingTest6", {}, (1,), [1]),
    ("ValidPolicyMappingTest6", {}, (6,), None),
    ("InvalidMappingFromanyPolicyTest7", {}, (), None),
    ("InvalidMappingToanyPolicyTest8", {}, (), None),
    ("ValidPolicyMappingTest9", {}, (), [1]),
    ("InvalidPolicyMappingTest10", {}, (), None),
    ("ValidPolicyMappingTest11", {}, (), [1]),
    ("ValidPolicyMappingTest12", {}, (1,), [1]),
    ("ValidPolicyMappingTest12", {}, (2,), [2]),
    ("ValidPolicyMappingTest13", {}, (), [1]),
    ("ValidPolicyMappingTest14", {}, (), [1]),
    ("InvalidinhibitPolicyMappingTest1", {}, (), None),
    ("ValidinhibitPolicyMappingTest2", {}, (), [1]),
    ("InvalidinhibitPolicyMappingTest3", {}, (), None),
    ("ValidinhibitPolicyMappingTest4", {}, (), [2]),
    ("InvalidinhibitPolicyMappingTest5", {}, (), None),
    ("InvalidinhibitPolicyMappingTest6", {}, (), None),
    ("ValidSelfIssuedinhibitPolicyMappingTest7", {}, (), [1]),
    ("InvalidSelfIssuedinhibitPolicyMappingTest8", {}, (), None),
    ("InvalidSelfIssuedinhibitPolicyMappingTest9", {}, (), None),
    ("InvalidSelfIssuedinhibitPolicyMappingTest10", {}, (), None),
    ("InvalidSelfIssuedinhibitPolicyMappingTest11", {}, (), None),
    ("InvalidinhibitAnyPolicyTest1", {}, (), None),
    ("ValidinhibitAnyPolicyTest2", {}, (), [1]),
    ("inhibitAnyPolicyTest3", {}, (), [1]),
    ("inhibitAnyPolicyTest3", NO_ANY, (), None),
    ("InvalidinhibitAnyPolicyTest4", {}, (), None),
    ("InvalidinhibitAnyPolicyTest5", {}, (), None),
    ("InvalidinhibitAnyPolicyTest6", {}, (), None),
    ("ValidSelfIssuedinhibitAnyPolicyTest7", {}, (), [1]),
    ("InvalidSelfIssuedinhibitAnyPolicyTest8", {}, (), None),
    ("ValidSelfIssuedinhibitAnyPolicyTest9", {}, (), [1]),
    ("InvalidSelfIssuedinhibitAnyPolicyTest10", {}, (), None),
]


def pkits(settings: dict[str, bool], accepted: tuple[int, ...]) -> Verifier:
    return Verifier(
        [PKITS["TrustAnchorRootCertificate"]],
        purpose=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        time=datetime.datetime(2015, 1, 1),
        policies=nist(*accepted) or None,
        lenient=True,
        **{"require_explicit_policy": False, **settings},
    )


@pytest.mark.parametrize(("name", "settings", "accepted", "valid"), CASES)
def test_paths_of_pkits(
    name: str, settings: dict[str, bool], accepted: tuple[int, ...], valid: list[Any] | None
) -> None:
    leaf = PKITS[f"{name}EE"]
    authorities = [certificate for name, certificate in PKITS.items() if not name.endswith("EE")]
    if valid is None:
        with pytest.raises(Refused, match="polic|Polic"):
            pkits(settings, accepted).verify(leaf, authorities)
    else:
        expected = [one if one == ANY else nist(one)[0] for one in valid]
        assert pkits(settings, accepted).verify(leaf, authorities).policies == expected


def oid(number: int) -> x509.ObjectIdentifier:
    return x509.ObjectIdentifier(f"1.2.3.{number}")


def policies(*numbers: int) -> tuple[x509.ExtensionType, bool]:
    listed = [x509.PolicyInformation(ANY if number < 0 else oid(number), None) for number in numbers]
    return x509.CertificatePolicies(listed), True


def der(tag: int, *parts: bytes) -> bytes:
    contents = b"".join(parts)
    if len(contents) < 128:
        return bytes([tag, len(contents)]) + contents
    length = len(contents).to_bytes((len(contents).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + contents


def encoded(number: int) -> bytes:
    octets = [number & 127]
    while number := number >> 7:
        octets.append(128 | number & 127)
    return der(6, b"\x2a\x03", bytes(reversed(octets)))


def mappings(*pairs: tuple[int, int]) -> tuple[x509.ExtensionType, bool]:
    value = der(0x30, *(der(0x30, encoded(issuer), encoded(subject)) for issuer, subject in pairs))
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.33"), value), True


def asked(*numbers: int, **options: Any) -> Verifier:
    return verifier(ROOT, policies=[oid(number) for number in numbers], **options)


def test_policies_are_an_explicit_choice_beside_the_rules_of_the_web() -> None:
    authority = Party("CN=authority", ROOT, [*AUTHORITY, policies(1, 2), (x509.PolicyConstraints(0, None), True)])
    leaf = server("www.example.com", issuer=authority, more=[policies(2, 3)])
    assert "unaccounted-for critical" in str(refusal(verifier(ROOT), leaf, authority))
    for options in ({"certificate_policies": True}, {"lenient": True}, {"require_explicit_policy": True}):
        verified = verifier(ROOT, **options).verify(leaf.certificate, [authority.certificate])
        assert verified.policies == [oid(2)]
    assert asked(1, 2).verify(leaf.certificate, [authority.certificate]).policies == [oid(2)]
    error = refusal(asked(1), leaf, authority)
    assert "valid for the certificate policy 1.2.3.2, and none of that" in error.paths[-1].reason
    other = server("www.example.com", issuer=authority, more=[policies(3)])
    error = refusal(verifier(ROOT, certificate_policies=True), other, authority)
    assert "no certificate policy is valid for the certificate of CN=leaf" in error.paths[-1].reason


def test_policies_that_are_given_are_asked_for() -> None:
    plain = server("www.example.com", issuer=ROOT)
    assert verifier(ROOT).verify(plain.certificate).policies == []
    assert asked(1, require_explicit_policy=False).verify(plain.certificate).policies == []
    assert "no certificate policy is valid" in str(refusal(asked(1), plain))
    with pytest.raises(ValueError, match="at least one"):
        verifier(ROOT, policies=[])
    with pytest.raises(TypeError):
        verifier(ROOT, policies="1.2.3")


def test_every_policy_stands_for_those_that_are_asked_for() -> None:
    leaf = server("www.example.com", issuer=ROOT, more=[policies(-1)])
    assert verifier(ROOT, require_explicit_policy=True).verify(leaf.certificate).policies == [ANY]
    assert asked(4, 7).verify(leaf.certificate).policies == [oid(4), oid(7)]
    refusal(asked(4, inhibit_any_policy=True), leaf)


def test_a_certificate_that_is_trusted_itself_is_held_to_its_own_policies() -> None:
    leaf = server("www.example.com", issuer=ROOT, more=[policies(1)])
    assert verifier(leaf, trusted_leaf=True, policies=[oid(1)]).verify(leaf.certificate).policies == [oid(1)]
    refusal(verifier(leaf, trusted_leaf=True, policies=[oid(2)]), leaf)


def test_another_path_is_tried_where_the_policies_of_one_do_not_do() -> None:
    key = ROOT.key
    crossed = [
        Party("CN=crossed", ROOT, [*AUTHORITY, policies(number)], key=key) for number in (1, 2, 3)
    ]  # fmt: skip
    leaf = server("www.example.com", issuer=crossed[0], more=[policies(1, 2, 3)])
    intermediates = [party.certificate for party in crossed]
    for number in (1, 2, 3):
        verified = asked(number).verify(leaf.certificate, intermediates)
        assert verified.chain[1] == crossed[number - 1].certificate
    assert len(refusal(asked(4), leaf, *crossed).paths) == 3


def test_mappings_that_multiply_cost_no_more_than_their_length() -> None:
    """Each authority maps each of its policies to each: a tree would have 24⁸ nodes."""
    every = range(24)
    parties = [ROOT]
    for index in range(8):
        more = [policies(*every), mappings(*((one, other) for one in every for other in every))]
        parties.append(Party(f"CN={index}", parties[-1], [*AUTHORITY, *more]))
    leaf = server("www.example.com", issuer=parties[-1], more=[policies(0)])
    start = time.monotonic()
    intermediates = [party.certificate for party in parties[1:]]
    # The policies are named as the first authority names them.
    assert len(asked(*every).verify(leaf.certificate, intermediates).policies) == 24
    assert time.monotonic() - start < 20


def test_the_number_of_policies_is_bounded() -> None:
    value = der(0x30, *(der(0x30, encoded(number)) for number in range(1, 70_000)))
    crowd = (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.32"), value), False)
    leaf = server("www.example.com", issuer=ROOT, more=[crowd])
    assert asked(69_999).verify(leaf.certificate).policies == [oid(69_999)]
    authority = Party("CN=authority", ROOT, [*AUTHORITY, crowd])
    below = server("www.example.com", issuer=authority, more=[crowd])
    assert "Exceeded maximum certificate policy limit" in str(refusal(asked(69_999), below, authority))
    # Who asks for no policies is not bound by them.
    verifier(ROOT).verify(below.certificate, [authority.certificate])


@pytest.mark.parametrize("number", ["2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"])
def test_damaged_extensions_are_refused_where_policies_are_asked_for(number: str) -> None:
    damaged = (x509.UnrecognizedExtension(x509.ObjectIdentifier(number), b"\x30\x03\x02\x01"), False)
    authority = Party("CN=authority", ROOT, [*AUTHORITY, damaged])
    leaf = server("www.example.com", issuer=authority)
    verifier(ROOT).verify(leaf.certificate, [authority.certificate])
    refusal(verifier(ROOT, certificate_policies=True), leaf, authority)
