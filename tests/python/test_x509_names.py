"""Distinguished names and general names: rules, text form, DER, equality."""

from __future__ import annotations

import copy
import ipaddress
import pickle
from typing import Any

import pytest
from ironlatch import x509
from ironlatch.x509.name import _ASN1Type
from ironlatch.x509.oid import NameOID

EXAMPLE = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example, Inc."),
        x509.NameAttribute(NameOID.COMMON_NAME, "example.com"),
    ]
)


def attribute(value: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(NameOID.ORGANIZATION_NAME, value)


def test_a_name_reads_the_last_level_first() -> None:
    assert EXAMPLE.rfc4514_string() == r"CN=example.com,O=Example\, Inc.,C=DE"
    assert x509.Name.from_rfc4514_string(EXAMPLE.rfc4514_string()) == EXAMPLE
    assert repr(EXAMPLE) == r"<Name(CN=example.com,O=Example\, Inc.,C=DE)>"
    assert [rdn.rfc4514_string() for rdn in EXAMPLE.rdns] == ["C=DE", r"O=Example\, Inc.", "CN=example.com"]
    assert [found.value for found in EXAMPLE.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["example.com"]
    assert len(EXAMPLE) == len(list(EXAMPLE)) == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("#a", r"\#a"),
        ("a#", "a#"),
        (" ", r"\ "),
        (" a ", r"\ a\ "),
        ("\0", r"\00"),
        ("a=b", "a=b"),
        ('a,b+c"d\\e<f>g;h', r"a\,b\+c\"d\\e\<f\>g\;h"),
        ("Lučić", "Lučić"),
        ("\\", r"\\"),
        ("a\\ ", r"a\\\ "),
    ],
)
def test_special_signs_are_escaped_and_come_back(value: str, text: str) -> None:
    name = x509.Name([attribute(value)])
    assert name.rfc4514_string() == f"O={text}"
    assert x509.Name.from_rfc4514_string(f"O={text}") == name


@pytest.mark.parametrize(
    ("text", "value"),
    [(r"Lu\C4\8Di\C4\87", "Lučić"), ("#616263", "abc"), (r"\41\,b", "A,b"), ("", ""), (r"\\\\a", r"\\a")],
)
def test_other_ways_to_write_a_value_are_read(text: str, value: str) -> None:
    assert x509.Name.from_rfc4514_string(f"O={text}") == x509.Name([attribute(value)])


@pytest.mark.parametrize(
    "text",
    [
        "O",
        "O=a,",
        ",O=a",
        "O=a+",
        "UNKNOWN=a",
        "o=a",
        "O= a",
        "O=a ",
        r"O=a\\ ",
        'O="a"',
        "O=a;b",
        "O=<",
        "O=#6",
        "O=#",
        "O=#zz",
    ]
    + [
        "O=\0",
        "O=a\\",
        r"O=\z1",
        r"O=\4",
        r"O=\C4",
        "O=a+O=a",
        " O=a",
        "O =a",
        "C=DEU",
        "CN=",
        "1=a",
        "1.2.=a",
        "O=" + "#1" * 5000,
    ],
)
def test_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        x509.Name.from_rfc4514_string(text)
    assert len(str(caught.value)) < 400


def test_short_names_can_be_changed() -> None:
    mail = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example.com")])
    assert mail.rfc4514_string() == "1.2.840.113549.1.9.1=a@example.com"
    assert mail.rfc4514_string({NameOID.EMAIL_ADDRESS: "E"}) == "E=a@example.com"
    assert x509.Name.from_rfc4514_string("E=a@example.com", {"E": NameOID.EMAIL_ADDRESS}) == mail


def test_several_attributes_of_a_level_have_no_order() -> None:
    one, two = attribute("a"), x509.NameAttribute(NameOID.COMMON_NAME, "b")
    level = x509.RelativeDistinguishedName([one, two])
    assert level == x509.RelativeDistinguishedName([two, one])
    assert hash(level) == hash(x509.RelativeDistinguishedName([two, one]))
    assert level.rfc4514_string() == "O=a+CN=b"
    assert x509.Name.from_rfc4514_string("O=a+CN=b") == x509.Name([level])
    for wrong in ([], [one, one]):
        with pytest.raises(ValueError):
            x509.RelativeDistinguishedName(wrong)
    with pytest.raises(TypeError):
        x509.Name([one, level])


def test_der_comes_back_with_the_types_of_the_values() -> None:
    kinds = (_ASN1Type.BMPString, _ASN1Type.UniversalString, _ASN1Type.T61String, _ASN1Type.PrintableString)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "abc", kind) for kind in kinds])
    read = x509.Name.from_bytes(name.public_bytes())
    assert read == name
    assert [found._type for found in read] == list(kinds)
    assert read.public_bytes() == name.public_bytes()
    bits = x509.Name([x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x00\xff", _ASN1Type.BitString)])
    assert x509.Name.from_bytes(bits.public_bytes()) == bits
    for wrong in (b"", b"\x30\x01", name.public_bytes() + b"\0"):
        with pytest.raises(ValueError, match="error parsing asn1 value"):
            x509.Name.from_bytes(wrong)


@pytest.mark.parametrize(
    "arguments",
    [
        ("2.5.4.3", "a"),
        (NameOID.COMMON_NAME, b"a"),
        (NameOID.COMMON_NAME, "a", 12),
        (NameOID.COMMON_NAME, b"a", _ASN1Type.BitString),
        (NameOID.X500_UNIQUE_IDENTIFIER, "a", _ASN1Type.BitString),
    ],
)
def test_attributes_of_wrong_types_are_refused(arguments: Any) -> None:
    with pytest.raises(TypeError):
        x509.NameAttribute(*arguments)


def test_lengths_are_held_to_the_standard() -> None:
    for oid, value in ((NameOID.COUNTRY_NAME, "DEU"), (NameOID.COMMON_NAME, ""), (NameOID.COMMON_NAME, "ä" * 33)):
        with pytest.raises(ValueError, match="length must be"):
            x509.NameAttribute(oid, value)
        with pytest.warns(UserWarning, match="length must be"):
            x509.NameAttribute(oid, value, _validate=False)


def test_values_cannot_be_changed_and_can_be_copied() -> None:
    found = attribute("a")
    with pytest.raises(AttributeError):
        found.value = "b"  # type: ignore[misc]
    for value in (EXAMPLE, x509.DNSName("a"), x509.KeyUsage(*[True] * 9), x509.OtherName(NameOID.TITLE, b"\x05\0")):
        assert copy.deepcopy(value) == value
        assert hash(copy.copy(value)) == hash(value)


@pytest.mark.parametrize("kind", [x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier])
def test_text_names_are_ascii(kind: Any) -> None:
    assert kind("a.example").value == "a.example"
    assert kind("a") == kind("a") != kind("b")
    assert repr(kind("a")) == f"<{kind.__name__}(value='a')>"
    with pytest.raises(ValueError, match="A-label"):
        kind("ä.example")
    with pytest.raises(TypeError):
        kind(b"a")
    assert kind._init_without_validation("ä").value == "ä"
    assert x509.DNSName("a") != x509.RFC822Name("a")


@pytest.mark.parametrize("wrong", ["", "A <a@b>", "a@"])
def test_mail_addresses_are_addresses_alone(wrong: str) -> None:
    with pytest.raises(ValueError):
        x509.RFC822Name(wrong)
    assert x509.RFC822Name("<a@b>").value == "<a@b>"


def test_addresses_are_of_the_module_ipaddress() -> None:
    network = x509.IPAddress(ipaddress.ip_network("10.0.0.0/8"))
    assert repr(network) == "<IPAddress(value=10.0.0.0/8)>"
    assert network._packed() == bytes([10, 0, 0, 0, 255, 0, 0, 0])
    assert x509.IPAddress(ipaddress.ip_address("::1"))._packed() == bytes(15) + b"\1"
    with pytest.raises(TypeError):
        x509.IPAddress("10.0.0.1")  # type: ignore[arg-type]


def test_general_names_are_an_interface() -> None:
    with pytest.raises(TypeError):
        x509.GeneralName()  # type: ignore[abstract]

    class Own(x509.GeneralName):
        value = 1

    with pytest.raises(ValueError, match="Own is not a supported type"):
        x509.SubjectAlternativeName([Own()]).public_bytes()


def test_values_pickle() -> None:
    value = x509.DNSName("a")
    assert pickle.loads(pickle.dumps(value)) == value
