"""Verifying certificates for any purpose, with their revocation and with reasons."""

from __future__ import annotations

import datetime
import ipaddress
from typing import Any

import pytest
from ironlatch import certificates, x509
from ironlatch.certificates import Refused, Revocation, Verifier
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519
from ironlatch.x509 import ocsp
from ironlatch.x509.oid import ExtendedKeyUsageOID
from ironlatch.x509.verification import PolicyBuilder, Store, VerificationError

Extensions = list[tuple[x509.ExtensionType, bool]]

EARLY, NOW, LATE = (datetime.datetime(year, 1, 1) for year in (2024, 2025, 2034))
DAY = datetime.timedelta(days=1)
SIGNS = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
AUTHORITY: Extensions = [(x509.BasicConstraints(True, None), True), (SIGNS, True)]


class Party:
    """Someone with a key and a certificate, by ``issuer`` or by the own key."""

    def __init__(
        self,
        subject: str,
        issuer: Party | None = None,
        extensions: Extensions = AUTHORITY,
        key: Any = None,
        serial: int | None = None,
    ) -> None:
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name.from_rfc4514_string(subject)
        signer = issuer or self
        builder = x509.CertificateBuilder(
            signer.name, self.name, self.key.public_key(), serial or x509.random_serial_number(), EARLY, LATE
        )
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
        for value, critical in (*extensions, (identifier, False)):
            builder = builder.add_extension(value, critical)
        self.certificate = builder.sign(signer.key, digest(signer.key))

    def crl(self, *serials: int, days: int = 7, extensions: Extensions | None = None) -> x509.CertificateRevocationList:
        """A list of NOW that revokes the serial numbers."""
        entries = [x509.RevokedCertificateBuilder(serial, EARLY).build() for serial in serials]
        builder = x509.CertificateRevocationListBuilder(self.name, NOW, NOW + days * DAY, [], entries)
        for value, critical in extensions or [(x509.CRLNumber(1), False)]:
            builder = builder.add_extension(value, critical)
        return builder.sign(self.key, digest(self.key))

    def answer(
        self, about: Party, issuer: Party, status: ocsp.OCSPCertStatus, sent: tuple[Party, ...] = ()
    ) -> ocsp.OCSPResponse:
        """A response of NOW about a certificate that ``issuer`` issued, signed by this one."""
        revoked = status is ocsp.OCSPCertStatus.REVOKED
        reason = x509.ReasonFlags.key_compromise if revoked else None
        builder = ocsp.OCSPResponseBuilder().add_response(
            about.certificate,
            issuer.certificate,
            hashes.SHA256(),
            status,
            NOW,
            NOW + DAY,
            EARLY if revoked else None,
            reason,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        if sent:
            builder = builder.certificates([party.certificate for party in sent])
        return builder.sign(self.key, hashes.SHA256())


def digest(key: Any) -> Any:
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def names(*hosts: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])


def server(*hosts: str, issuer: Party | None = None, more: Extensions | None = None, **options: Any) -> Party:
    return Party("CN=leaf", issuer, [(names(*hosts), False), *(more or [])], **options)


def verifier(*trusted: Party, host: Any = "www.example.com", **options: Any) -> Verifier:
    return Verifier([party.certificate for party in trusted], host, **{"time": NOW + DAY / 2, **options})


def refusal(verifier: Verifier, leaf: Party, *intermediates: Party) -> Refused:
    with pytest.raises(Refused) as caught:
        verifier.verify(leaf.certificate, [party.certificate for party in intermediates])
    return caught.value


ROOT = Party("CN=root")
INTERMEDIATE = Party("CN=intermediate", ROOT)
LEAF = server("www.example.com", issuer=INTERMEDIATE)


def test_a_chain_and_who_it_is_for() -> None:
    for host in ("www.example.com", x509.DNSName("WWW.example.com")):
        verified = verifier(ROOT, host=host).verify(LEAF.certificate, [INTERMEDIATE.certificate])
        assert verified.chain == [LEAF.certificate, INTERMEDIATE.certificate, ROOT.certificate]
        assert verified.chain[0] is LEAF.certificate
        assert verified.statuses == []
    address = ipaddress.ip_address("192.0.2.7")
    leaf = Party("CN=leaf", ROOT, [(x509.SubjectAlternativeName([x509.IPAddress(address)]), False)])
    store = Store([ROOT.certificate])
    for at in ("192.0.2.7", x509.IPAddress(address)):
        Verifier(store, at, time=NOW).verify(leaf.certificate)
    assert "no matching" in str(refusal(verifier(ROOT, host="192.0.2.8"), leaf))


def test_a_refusal_names_each_path_and_the_rule_that_it_broke() -> None:
    forged = Party("CN=root")
    error = refusal(verifier(forged), LEAF, INTERMEDIATE)
    assert isinstance(error, VerificationError)
    assert [path.subjects for path in error.paths] == [["CN=leaf", "CN=intermediate", "CN=root"]]
    assert error.paths[0].certificates[2] == forged.certificate
    assert "CN=leaf > CN=intermediate > CN=root: signature does not match" in str(error)
    alone = refusal(verifier(ROOT), LEAF)
    assert alone.paths[0].reason == (
        "no certificate in the store or among the intermediates has the name of the issuer, CN=intermediate"
    )
    certificates_of_path, reason = alone.paths[0]
    assert certificates_of_path == [LEAF.certificate]
    assert reason in str(alone)


def test_the_time_is_that_of_the_call() -> None:
    expired = Verifier([ROOT.certificate], "www.example.com", time=datetime.datetime(2035, 1, 1, tzinfo=datetime.UTC))
    assert "not valid at validation time" in str(refusal(expired, LEAF, INTERMEDIATE))
    Verifier([ROOT.certificate], "www.example.com").verify(LEAF.certificate, [INTERMEDIATE.certificate])


@pytest.mark.parametrize(
    ("asked", "named", "critical", "good"),
    [
        (ExtendedKeyUsageOID.SERVER_AUTH, None, False, True),
        (ExtendedKeyUsageOID.CLIENT_AUTH, None, False, True),
        (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, None, False, True),
        (ExtendedKeyUsageOID.CODE_SIGNING, None, False, False),
        (ExtendedKeyUsageOID.CODE_SIGNING, [ExtendedKeyUsageOID.CODE_SIGNING], False, True),
        (ExtendedKeyUsageOID.CODE_SIGNING, [ExtendedKeyUsageOID.EMAIL_PROTECTION], False, False),
        (ExtendedKeyUsageOID.CODE_SIGNING, [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], False, False),
        (ExtendedKeyUsageOID.EMAIL_PROTECTION, [ExtendedKeyUsageOID.EMAIL_PROTECTION], False, True),
        (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, [ExtendedKeyUsageOID.CODE_SIGNING], False, True),
        (x509.ObjectIdentifier("1.2.3.4"), [x509.ObjectIdentifier("1.2.3.4")], False, True),
        (ExtendedKeyUsageOID.TIME_STAMPING, [ExtendedKeyUsageOID.TIME_STAMPING], True, True),
        (ExtendedKeyUsageOID.TIME_STAMPING, [ExtendedKeyUsageOID.TIME_STAMPING], False, False),
        (
            ExtendedKeyUsageOID.TIME_STAMPING,
            [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING],
            True,
            False,
        ),
    ],
)
def test_purposes(asked: Any, named: Any, critical: bool, good: bool) -> None:
    extensions: Extensions = [] if named is None else [(x509.ExtendedKeyUsage(named), critical)]
    leaf = server("a.example.com", issuer=ROOT, more=extensions)
    purposed = verifier(ROOT, host=None, purpose=asked)
    if good:
        assert purposed.verify(leaf.certificate).chain == [leaf.certificate, ROOT.certificate]
    else:
        refusal(purposed, leaf)


def test_a_purpose_and_a_host_together() -> None:
    own = x509.ObjectIdentifier("1.2.3.4")
    leaf = server("a.example.com", issuer=ROOT, more=[(x509.ExtendedKeyUsage([own]), False)])
    verifier(ROOT, host="a.example.com", purpose=own).verify(leaf.certificate)
    assert "no matching" in str(refusal(verifier(ROOT, host="b.example.com", purpose=own), leaf))
    nameless = Party("CN=leaf", ROOT, [(x509.ExtendedKeyUsage([own]), False)])
    refusal(verifier(ROOT, host="a.example.com", purpose=own), nameless)


def test_a_leaf_that_is_trusted_itself() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    own = server("www.example.com", key=key)
    builder = x509.CertificateBuilder(own.name, own.name, key.public_key(), 1, EARLY, LATE)
    bare = builder.add_extension(names("www.example.com"), False).sign(key, hashes.SHA256())
    strict = Verifier([bare], "www.example.com", time=NOW)
    with pytest.raises(Refused, match="missing required extension"):
        strict.verify(bare)
    assert Verifier([bare], "www.example.com", time=NOW, trusted_leaf=True).verify(bare).chain == [bare]
    with pytest.raises(Refused, match="no matching"):
        Verifier([bare], "example.com", time=NOW, trusted_leaf=True).verify(bare)


def test_private_authorities() -> None:
    """Ed25519, no key usage, basic constraints that are not critical, policies that are."""
    root = Party("CN=root", None, [(x509.BasicConstraints(True, None), False)], ed25519.Ed25519PrivateKey.generate())
    policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)])
    leaf = server("db_1.internal", issuer=root, more=[(policies, True), (x509.BasicConstraints(True, None), True)])
    refusal(verifier(root, host="db_1.internal"), leaf)
    verifier(root, host="db_1.internal", lenient=True).verify(leaf.certificate)
    other = refusal(verifier(Party("CN=root"), host="db_1.internal", lenient=True), leaf)
    assert "signature does not match" in str(other)


def test_critical_policies_by_themselves() -> None:
    policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)])
    leaf = server("www.example.com", issuer=ROOT, more=[(policies, True)])
    assert "unaccounted-for critical" in str(refusal(verifier(ROOT), leaf))
    verifier(ROOT, certificate_policies=True).verify(leaf.certificate)


def test_constraints_on_distinguished_names() -> None:
    def constrained(permitted: Any, excluded: Any) -> Party:
        return Party("CN=below", ROOT, [*AUTHORITY, (x509.NameConstraints(permitted, excluded), True)])

    def directory(text: str) -> list[x509.DirectoryName]:
        return [x509.DirectoryName(x509.Name.from_rfc4514_string(text))]

    def leaf(subject: str, issuer: Party) -> Party:
        return Party(subject, issuer, [(names("www.example.com"), False)])

    below = constrained(directory("O=Example"), None)
    inside, outside = leaf("CN=leaf,O=EXAMPLE", below), leaf("CN=leaf,O=Other", below)
    assert "unsupported directoryName" in str(refusal(verifier(ROOT), inside, below))
    verifier(ROOT, directory_names=True).verify(inside.certificate, [below.certificate])
    assert "no permitted" in str(refusal(verifier(ROOT, directory_names=True), outside, below))
    # An excluded name in another case and with other spaces is the same name.
    below = constrained(None, directory("O=Bad  Company"))
    spelt = leaf("CN=leaf,O=bad company", below)
    assert "excluded" in str(refusal(verifier(ROOT, directory_names=True), spelt, below))


def test_constraints_on_hosts_bind_wildcards_and_addresses() -> None:
    network = x509.IPAddress(ipaddress.ip_network("10.0.0.0/8"))
    for constraint, named, host in (
        (x509.NameConstraints(None, [x509.DNSName("bad.example.com")]), x509.DNSName("*.example.com"), "a.example.com"),
        (x509.NameConstraints([x509.DNSName("example.org")], None), x509.DNSName("*.example.com"), "a.example.com"),
        (x509.NameConstraints(None, [network]), x509.IPAddress(ipaddress.ip_address("10.1.2.3")), "10.1.2.3"),
        (x509.NameConstraints([network], None), x509.IPAddress(ipaddress.ip_address("11.1.2.3")), "11.1.2.3"),
    ):
        below = Party("CN=below", ROOT, [*AUTHORITY, (constraint, True)])
        leaf = Party("CN=leaf", below, [(x509.SubjectAlternativeName([named]), False)])
        for lenient in (False, True):
            error = refusal(verifier(ROOT, host=host, lenient=lenient), leaf, below)
            assert "name constraint" in str(error)


def test_a_revoked_certificate_is_refused_and_says_since_when_and_why() -> None:
    entry = x509.RevokedCertificateBuilder(LEAF.certificate.serial_number, EARLY)
    entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.superseded), False)
    builder = x509.CertificateRevocationListBuilder(INTERMEDIATE.name, NOW, NOW + DAY, [], [entry.build()])
    crl = builder.add_extension(x509.CRLNumber(1), False).sign(INTERMEDIATE.key, hashes.SHA256())
    revocation = Revocation([crl, ROOT.crl()])
    error = refusal(verifier(ROOT, revocation=revocation), LEAF, INTERMEDIATE)
    assert "the certificate of CN=leaf was revoked at 2024-01-01T00:00:00Z (superseded)" in str(error)
    status = revocation.status(LEAF.certificate, INTERMEDIATE.certificate, NOW)
    assert status.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert status.revocation_time_utc == EARLY.replace(tzinfo=datetime.UTC)
    assert status.revocation_reason is x509.ReasonFlags.superseded
    assert status.unusable == []
    assert repr(status) == "<RevocationStatus(REVOKED)>"


def test_what_is_not_known_fails_hard_or_soft() -> None:
    hard = verifier(ROOT, revocation=Revocation([INTERMEDIATE.crl()]))
    assert "whether the certificate of CN=intermediate is revoked: no CRL" in str(refusal(hard, LEAF, INTERMEDIATE))
    soft = verifier(ROOT, revocation=Revocation([INTERMEDIATE.crl()], hard_fail=False))
    verified = soft.verify(LEAF.certificate, [INTERMEDIATE.certificate])
    statuses = [status.certificate_status for status in verified.statuses]
    assert statuses == [ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.UNKNOWN]
    # Soft is for what is not known, and for nothing else.
    revoking = Revocation([INTERMEDIATE.crl(LEAF.certificate.serial_number)], hard_fail=False)
    assert "was revoked" in str(refusal(verifier(ROOT, revocation=revoking), LEAF, INTERMEDIATE))


POINT = {
    "full_name": None,
    "relative_name": None,
    "only_contains_user_certs": False,
    "only_contains_ca_certs": False,
    "only_some_reasons": None,
    "indirect_crl": False,
    "only_contains_attribute_certs": False,
}
NUMBER: tuple[x509.ExtensionType, bool] = (x509.CRLNumber(1), False)


def point(**fields: Any) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(**{**POINT, **fields})


@pytest.mark.parametrize(
    ("crl", "reason"),
    [
        (Party("CN=other").crl(), None),
        (Party("CN=root").crl(), "not signed by the issuer"),
        (ROOT.crl(days=0), "not fresh"),
        (ROOT.crl(extensions=[NUMBER, (x509.DeltaCRLIndicator(1), True)]), "a delta CRL"),
        (ROOT.crl(extensions=[NUMBER, (point(indirect_crl=True), True)]), "an indirect CRL"),
        (ROOT.crl(extensions=[NUMBER, (point(only_contains_ca_certs=True), True)]), "does not cover"),
        (
            ROOT.crl(extensions=[NUMBER, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\5\0"), True)]),
            "critical extension that is not known",
        ),
        (ROOT.crl(extensions=[(x509.AuthorityKeyIdentifier(b"1", None, None), False)]), "no CRL number"),
    ],
)
def test_a_crl_that_says_nothing_says_so(crl: x509.CertificateRevocationList, reason: str | None) -> None:
    leaf = server("www.example.com", issuer=ROOT)
    # One that would revoke it, were it any good, does not: it is not known of then.
    status = Revocation([crl]).status(leaf.certificate, ROOT.certificate, NOW + DAY / 2)
    assert status.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    assert len(status.unusable) == (reason is not None)
    assert all(reason is not None and reason in text for text in status.unusable)
    error = refusal(verifier(ROOT, revocation=Revocation([crl])), leaf)
    assert (reason or "no CRL and no OCSP response") in str(error)


def test_answers_of_responders() -> None:
    signs = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
    leaf = server("www.example.com", issuer=ROOT)
    delegate = Party("CN=responder", ROOT, [signs])
    other_delegate = Party("CN=responder", Party("CN=root"), [signs])
    no_delegate = server("other.example.com", issuer=ROOT)
    good, revoked, unknown = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN

    def status(response: ocsp.OCSPResponse, time: datetime.datetime = NOW) -> certificates.RevocationStatus:
        return Revocation([], [response]).status(leaf.certificate, ROOT.certificate, time)

    assert status(ROOT.answer(leaf, ROOT, good)).certificate_status is good
    assert status(delegate.answer(leaf, ROOT, good, (delegate,))).certificate_status is good
    seen = status(delegate.answer(leaf, ROOT, revoked, (delegate,)))
    assert (seen.certificate_status, seen.revocation_reason) == (revoked, x509.ReasonFlags.key_compromise)
    for response, reason in (
        (other_delegate.answer(leaf, ROOT, good, (other_delegate,)), "not signed"),
        (no_delegate.answer(leaf, ROOT, good, (no_delegate,)), "not signed"),
        (leaf.answer(leaf, ROOT, good, (leaf,)), "not signed"),
        (delegate.answer(leaf, ROOT, good), "not signed"),
        (ROOT.answer(leaf, ROOT, unknown), "does not know"),
    ):
        assert status(response).certificate_status is unknown
        assert reason in status(response).unusable[0]
    stale = status(ROOT.answer(leaf, ROOT, good), NOW + 2 * DAY)
    assert (stale.certificate_status, stale.unusable) == (unknown, ["it is not fresh"])
    # About another certificate: it is none about this one.
    assert status(ROOT.answer(no_delegate, ROOT, good)).unusable == []
    verified = verifier(ROOT, revocation=Revocation(ocsp_responses=[ROOT.answer(leaf, ROOT, good)]))
    assert [one.certificate_status for one in verified.verify(leaf.certificate).statuses] == [good]


def test_a_crossed_authority_that_is_revoked_does_not_hide_one_that_is_not() -> None:
    new = Party("CN=new root")
    crossed = Party("CN=intermediate", new, key=INTERMEDIATE.key)
    revocation = Revocation([ROOT.crl(INTERMEDIATE.certificate.serial_number), new.crl(), INTERMEDIATE.crl()])
    both = verifier(ROOT, new, revocation=revocation)
    assert "CN=intermediate was revoked" in str(refusal(both, LEAF, INTERMEDIATE))
    verified = both.verify(LEAF.certificate, [INTERMEDIATE.certificate, crossed.certificate])
    assert verified.chain == [LEAF.certificate, crossed.certificate, new.certificate]


def test_hundreds_of_crossed_intermediates_cost_little() -> None:
    loops = [Party("CN=loop") for _ in range(4)]
    crossed = [Party("CN=loop", issuer, key=subject.key) for issuer in loops for subject in loops for _ in range(20)]
    leaf = server("www.example.com", issuer=loops[0])
    error = refusal(verifier(ROOT), leaf, *crossed)
    assert "Exceeded maximum signature check limit" in str(error)
    assert len(str(error).splitlines()) == 11
    assert len(error.paths) <= 256
    forged = [Party("CN=root").crl() for _ in range(200)]
    leaf = server("www.example.com", issuer=ROOT)
    assert "Exceeded maximum" in str(refusal(verifier(ROOT, revocation=Revocation(forged)), leaf))


def test_what_no_verifier_is_built_from() -> None:
    trusted: Any = [ROOT.certificate]
    for make, error, message in (
        (lambda: Verifier([], "a.example"), ValueError, "empty store"),
        (lambda: Verifier(["a"], "a.example"), TypeError, "Certificate"),  # type: ignore[list-item]
        (lambda: Verifier(trusted), ValueError, "say what the certificate is for"),
        (lambda: Verifier(trusted, 5), TypeError, "host must be"),  # type: ignore[arg-type]
        (lambda: Verifier(trusted, "bücher.example"), ValueError, "xn--"),
        (lambda: Verifier(trusted, "*.example.com"), ValueError, "not a host name"),
        (lambda: Verifier(trusted, "a", purpose="1.2"), TypeError, "ObjectIdentifier"),  # type: ignore[arg-type]
        (lambda: Revocation([ROOT.certificate]), TypeError, "CertificateRevocationList"),  # type: ignore[list-item]
        (lambda: Revocation([], [ROOT.crl()]), TypeError, "OCSPResponse"),  # type: ignore[list-item]
    ):
        with pytest.raises(error, match=message):
            make()


def test_the_peers_verifier_is_as_strict_as_before() -> None:
    policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)])
    leaf = server("www.example.com", issuer=ROOT, more=[(policies, True)])
    strict = PolicyBuilder().store(Store([ROOT.certificate])).time(NOW)
    with pytest.raises(VerificationError, match="unaccounted-for critical"):
        strict.build_server_verifier(x509.DNSName("www.example.com")).verify(leaf.certificate, [])
