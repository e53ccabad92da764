"""Verifying a certificate for an address of electronic mail (RFC 5280 §4.2.1.6, RFC 9598)."""

from __future__ import annotations

from typing import Any

import pytest
from ironlatch import x509
from ironlatch.certificates import Refused
from ironlatch.x509.oid import ExtendedKeyUsageOID
from test_certificates import AUTHORITY, ROOT, Party, refusal, verifier

MAILBOX = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.9")
MAIL = [ExtendedKeyUsageOID.EMAIL_PROTECTION]


def international(address: str) -> x509.OtherName:
    """A name of RFC 9598 §3: an UTF8String."""
    text = address.encode()
    return x509.OtherName(MAILBOX, bytes([0x0C, len(text)]) + text)


def owner(*named: Any, issuer: Party = ROOT, purposes: Any = MAIL) -> Party:
    names = [one if isinstance(one, x509.GeneralName) else x509.RFC822Name(one) for one in named]
    extensions: Any = [(x509.SubjectAlternativeName(names), False)]
    if purposes:
        extensions.append((x509.ExtendedKeyUsage(purposes), False))
    return Party("CN=leaf", issuer, extensions)


def is_good(leaf: Party, email: str, *intermediates: Party, **options: Any) -> bool:
    asked = verifier(ROOT, host=None, email=email, **options)
    try:
        asked.verify(leaf.certificate, [party.certificate for party in intermediates])
    except Refused as error:
        reason = str(error)
    else:
        return True
    assert "no matching subjectAltName" in reason or "constraint" in reason or "EKU" in reason
    return False


def test_the_part_before_the_at_is_compared_as_it_is_and_the_domain_without_regard_to_case() -> None:
    leaf = owner("Alice@example.com", "bob.b+tag@sub.example.com")
    assert is_good(leaf, "Alice@EXAMPLE.com")
    assert is_good(leaf, "bob.b+tag@sub.example.com")
    for other in ("alice@example.com", "Alice@sub.example.com", "Alice@example.com.org", "b@sub.example.com"):
        assert not is_good(leaf, other)
    # A host of that name is another kind of name, and so is a common name.
    assert not is_good(owner(x509.DNSName("example.com")), "Alice@example.com")
    named = Party("CN=Alice@example.com", ROOT, [(x509.ExtendedKeyUsage(MAIL), False)])
    assert "missing required extension" in str(refusal(verifier(ROOT, host=None, email="Alice@example.com"), named))


def test_names_that_are_no_addresses_are_passed_over() -> None:
    for name in ("@example.com", "Alice@", "a@b@example.com", "a..b@example.com", "Alice@example.com "):
        broken = x509.RFC822Name._init_without_validation(name)
        assert not is_good(owner(broken), "Alice@example.com")
        assert is_good(owner(broken, "Alice@example.com"), "Alice@example.com")
    damaged = [x509.OtherName(MAILBOX, b"\x0c\x03a\xff@"), x509.OtherName(MAILBOX, b"\x05\0")]
    assert is_good(owner(*damaged, "Alice@example.com"), "Alice@example.com")


def test_addresses_beyond_ascii() -> None:
    leaf = owner(international("médecin@example.com"))
    assert is_good(leaf, "médecin@Example.com")
    # Neither composed in another way nor in upper case, and not as a name of the other kind.
    for other in ("me\u0301decin@example.com", "Médecin@example.com", "medecin@example.com"):
        assert not is_good(leaf, other)
    unlike = x509.RFC822Name._init_without_validation("m@example.com")
    assert not is_good(owner(unlike), "médecin@example.com")
    # Each address has one form (RFC 9598 §3).
    assert not is_good(owner(international("alice@example.com")), "alice@example.com")


def test_the_purpose_is_mail_unless_another_is_asked_for() -> None:
    leaf = owner("a@example.com", purposes=[ExtendedKeyUsageOID.CLIENT_AUTH])
    assert not is_good(leaf, "a@example.com")
    assert is_good(leaf, "a@example.com", purpose=ExtendedKeyUsageOID.CLIENT_AUTH)
    assert is_good(leaf, "a@example.com", purpose=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    assert is_good(owner("a@example.com", purposes=None), "a@example.com", lenient=True)


@pytest.mark.parametrize("lenient", [False, True])
def test_constraints_bind_addresses_of_both_kinds(lenient: bool) -> None:
    def constrained(permitted: Any, excluded: Any) -> Party:
        lists = ([x509.RFC822Name(one) for one in names] if names else None for names in (permitted, excluded))
        return Party("CN=authority", ROOT, [*AUTHORITY, (x509.NameConstraints(*lists), True)])

    only = constrained(["example.com"], None)
    none = constrained(None, ["example.com", "me@example.org"])
    for address in ("me@{}", "mé@{}"):
        make = international if "é" in address else x509.RFC822Name
        for authority, domain, good in (
            (only, "example.com", True),
            (only, "sub.example.com", False),
            (only, "example.org", False),
            (none, "example.com", False),
            (none, "sub.example.com", True),
            # The excluded mailbox is one of ASCII.
            (none, "example.org", address != "me@{}"),
        ):
            name = address.format(domain)
            leaf = owner(make(name), issuer=authority)
            assert is_good(leaf, name, authority, lenient=lenient) is good, name
    # One that cannot be compared is not let through.
    leaf = owner(x509.OtherName(MAILBOX, b"\x05\0"), "me@example.com", issuer=only)
    assert not is_good(leaf, "me@example.com", only, lenient=lenient)


def test_what_is_no_address_is_refused_before_anything_is_verified() -> None:
    for text in ("", "alice", "@example.com", "alice@", "Alice <a@example.com>", "a@b@c", '"a b"@example.com'):
        with pytest.raises(ValueError, match="is not an address of electronic mail"):
            verifier(ROOT, host=None, email=text)
    with pytest.raises(ValueError, match="xn--"):
        verifier(ROOT, host=None, email="a@bücher.example")
    with pytest.raises(ValueError, match="not both"):
        verifier(ROOT, email="a@example.com")
    with pytest.raises(ValueError, match="say what the certificate is for"):
        verifier(ROOT, host=None)
