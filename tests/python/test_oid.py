"""Object identifiers, and the tables of names that X.509 and the key formats use."""

from __future__ import annotations

import copy

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
