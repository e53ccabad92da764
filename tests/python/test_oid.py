"""Object identifiers, and the tables of names that X.509 and the key formats use."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from ironlatch.hazmat import _oid
from ironlatch.hazmat._oid import NameOID, ObjectIdentifier, SignatureAlgorithmOID


@pytest.mark.parametrize("dotted", ["1.2.3", "2.5.4.3", "2.999.1", "0.39", "2.40", f"1.2.{2**128 - 1}"])
def test_dotted_form_comes_back(dotted: str) -> None:
    oid = ObjectIdentifier(dotted)
    assert oid.dotted_string == dotted
    assert oid == ObjectIdentifier(dotted)
    assert hash(oid) == hash(ObjectIdentifier(dotted))
    assert oid != ObjectIdentifier("1.2.4")
    assert oid != dotted


@pytest.mark.parametrize(
    "wrong",
    ["", "1", "1.", "1.2.", ".1", "1..2", "3.1", "0.40.1", "1.40.1", "-1.2", "a", "1.2.0x3", " 1.2", "1.2\n", "1.２"]
    + [f"1.2.{2**128}", f"2.{2**128 - 1}", "1.2" + ".1" * 70, "1" * 100_000],
)
def test_what_is_no_identifier_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not an object identifier") as caught:
        ObjectIdentifier(wrong)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("wrong", [1, b"1.2.3", None])
def test_only_text_names_one(wrong: object) -> None:
    with pytest.raises(TypeError):
        ObjectIdentifier(wrong)  # type: ignore[arg-type]


def test_known_ones_have_names() -> None:
    assert NameOID.COMMON_NAME._name == "commonName"
    assert repr(NameOID.COMMON_NAME) == "<ObjectIdentifier(oid=2.5.4.3, name=commonName)>"
    assert ObjectIdentifier("1.2.3")._name == "Unknown OID"
    assert _oid._OID_NAMES[SignatureAlgorithmOID.ED25519] == "ed25519"
    assert len(_oid._OID_NAMES) > 90


def test_it_cannot_be_changed_and_copies_as_itself() -> None:
    oid = ObjectIdentifier("1.2.3")
    with pytest.raises(AttributeError):
        oid.dotted_string = "1.2.4"  # type: ignore[misc]
    assert copy.copy(oid) is oid
    assert copy.deepcopy([oid])[0] is oid


def test_signature_algorithms_name_their_hash() -> None:
    hash_of = _oid._SIG_OIDS_TO_HASH
    sha256 = hash_of[SignatureAlgorithmOID.RSA_WITH_SHA256]
    assert sha256 is not None
    assert sha256.name == "sha256"
    assert hash_of[SignatureAlgorithmOID.ED25519] is None


# The table that Rust names things by: constant, arcs and the name by which people know it.
ROW = re.compile(r'^    (\w+) = \(([\d, ]+)\)(?:, "(.+)")?;$', re.MULTILINE)
# What the two tables call differently: the peer's name, then that of the core's constant.
OTHERWISE = {
    "NONCE": "OCSP_NONCE",
    "ACCEPTABLE_RESPONSES": "OCSP_ACCEPTABLE_RESPONSES",
    "CA_ISSUERS": "AD_CA_ISSUERS",
    "CA_REPOSITORY": "AD_CA_REPOSITORY",
    "OCSP": "AD_OCSP",
    "CPS_USER_NOTICE": "USER_NOTICE_QUALIFIER",
    "NameOID.UNSIGNED": "RDNA_UNSIGNED",
    "PRECERT_POISON": "PRECERTIFICATE_POISON",
    "PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS": "PRECERTIFICATE_SCT_LIST",
    "SIGNED_CERTIFICATE_TIMESTAMPS": "SCT_LIST",
    "RSAES_PKCS1_v1_5": "RSA_ENCRYPTION",
    "_RSA_WITH_SHA1": "RSA_SHA1_ALTERNATIVE",
}


def rows() -> dict[str, tuple[str, str]]:
    """Returns the dotted form and the name of each constant in the core's table."""
    source = (Path(__file__).parents[2] / "crates/core/src/oid.rs").read_text(encoding="utf-8")
    table = source[source.index("\nidentifiers! {") :]
    assert len(ROW.findall(table)) == table.count(";\n"), "a row is written in a way that this test does not read"
    return {name: (arcs.replace(", ", "."), known) for name, arcs, known in ROW.findall(table)}


def constant(family: str, member: str) -> str:
    """Returns the name in the core's table of a member of one of Python's families."""
    if family == "HashAlgorithmOID" and member.startswith("SHA3_"):
        return member.removesuffix("_NIST") if member.endswith("_NIST") else f"{member}_EARLY"
    plain = OTHERWISE.get(f"{family}.{member}") or OTHERWISE.get(member) or member
    return plain if plain.startswith("GOST") else plain.replace("_WITH_", "_")


def test_the_names_of_python_stand_in_the_table_of_the_core() -> None:
    table = rows()
    seen = set()
    for family in [value for name, value in vars(_oid).items() if name.endswith("OID") and isinstance(value, type)]:
        for member, value in vars(family).items():
            if isinstance(value, ObjectIdentifier):
                dotted, known = table[constant(family.__name__, member)]
                assert value.dotted_string == dotted, member
                assert value._name == (known or "Unknown OID"), member
                seen.add(dotted)
    assert len(seen) > 120


def test_an_identifier_stands_in_the_table_once() -> None:
    dotted = [dotted for dotted, _ in rows().values()]
    assert len(dotted) == len(set(dotted)) > 180
    # Who is told a name can look for it: Python has every identifier that has one.
    named = {dotted for dotted, known in rows().values() if known}
    assert named <= {oid.dotted_string for oid in _oid._OID_NAMES}
