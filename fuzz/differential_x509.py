"""Reads certificates, requests, CRLs and OCSP messages with this package and with the peer's: each
field must be the same, or the same exception.

    python fuzz/differential_x509.py [--seconds 60] [--seed 123] [--only WORD] [--show 123]

needs an environment with both and `cryptography_vectors` and `certifi`, which `make differential`
makes. First come the files of the peer's vectors (with those of NIST's PKITS) and the roots of
certifi as they are; then they are changed, octets or elements of their DER. What differs for a
reason that is written down is in `KNOWN`.
"""

from __future__ import annotations

import argparse
import base64
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import certifi
import cryptography_vectors
from x509_fields import Package, Raised, differences, fields


@dataclass
class Known:
    """A difference that is meant."""

    reason: str
    # Where, what ours is, and what the peer's is with its message: regular expressions.
    path: str
    ours: str
    peer: str
    # A part that has to be refused when it is asked for.
    refused: str | None = None


KNOWN = [
    Known(
        "what a key's algorithm has for parameters is looked at when the key is asked for; those of DSA may be the issuer's",
        path="^$",
        ours="",
        peer="SubjectPublicKeyInfo::algorithm|AlgorithmIdentifier::params",
        refused=r"\.public_key$",
    ),
    Known(
        "the entries of a CRL are looked at when they are asked for",
        path="^$",
        ours="CertificateRevocationList$",
        peer="RevokedCertificate|TBSCertList::revoked_certificates",
        refused=r"\.(all entries|by serial)",
    ),
    Known(
        "of a wrong version and another fault, the version is told",
        path="^$",
        ours="raised InvalidVersion",
        peer="raised ValueError",
    ),
    Known(
        "certificates that come with an answer are looked at when they are asked for",
        path="^$",
        ours="OCSPResponse$",
        peer="",
        refused=r"\.certificates",
    ),
    Known(
        "blocks of other labels are not looked into",
        path="^$",
        ours=r"Certificate|Request|List|^\('int|^\d+$",
        peer="Unable to load PEM",
    ),
    Known(
        "Latin-1 is read where it does not belong",
        path="extensions$",
        ours="Extensions",
        peer="DisplayText::VisibleString",
    ),
    Known("Latin-1 is read where it does not belong", path="(subject|issuer|name)$", ours="Name", peer="InvalidValue"),
    Known(
        "docs/limits.md, docs/dsa-and-dh.md",
        path="(public_key|is_signature_valid)$",
        ours="no DSA group|q must be exactly|64 bits are the most|16384 bits",
        peer="",
    ),
]

CONSTRUCTED = 0x20
# What an element may be changed into: types that X.509 has somewhere.
TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0C, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1A, 0x1C, 0x1E, 0x30, 0x31,
        0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0x1F, 0x24]  # fmt: skip
TIMES = [b"500101000000Z", b"491231235959Z", b"20500101000000Z", b"20200101000000Z", b"99991231235959Z", b"00000101000000Z",
         b"200230000000Z", b"2001010000Z", b"20200101000000.5Z", b"200101000000+0000", b"20200101000060Z"]  # fmt: skip
INTEGERS = [b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x00\x80", b"\x00\x01", b"\xff\xff", b"", b"\x7f" + b"\xff" * 19,
            b"\x00\xff" + b"\xff" * 19, b"\x01" + b"\x00" * 30, b"\x02", b"\x03"]  # fmt: skip
OIDS = [b"U\x1d\x13", b"U\x1d\x0f", b"U\x1d\x11", b"U\x1d\x12", b"U\x1d\x1e", b"U\x1d\x20", b"U\x1d\x1f", b"U\x1d#", b"U\x1d\x0e", b"U\x1d%",
        b"U\x1d$", b"U\x1d6", b"U\x1d\x14", b"U\x1d\x15", b"U\x1d\x18", b"U\x1d\x1d", b"U\x1d\x1b", b"U\x1d\x1c", b"U\x1d.", b"U\x1d\x10",
        b"+\x06\x01\x05\x05\x07\x01\x01", b"+\x06\x01\x05\x05\x07\x01\x0b", b"+\x06\x01\x05\x05\x07\x01\x18",
        b"+\x06\x01\x05\x05\x070\x01\x02", b"+\x06\x01\x05\x05\x070\x01\x05", b"+\x06\x01\x04\x01\xd6y\x02\x04\x02",
        b"+\x06\x01\x04\x01\xd6y\x02\x04\x03", b"+\x06\x01\x04\x01\x827\x15\x07", b"+$\x08\x03\x03", b"*\x86H\x86\xf7\r\x01\x01\x0b",
        b"*\x86H\x86\xf7\r\x01\x01\n", b"*\x86H\xce=\x04\x03\x02", b"+ep", b"U\x04\x03", b"U\x04\x06", b"U\x04-", b"\x80\x01", b"",
        b"*\x86H\x86\xf7\r\x01\t\x0e", b"*\x86H\x86\xf7\r\x01\t\x07", b"+\x06\x01\x05\x05\x07\x02\x01", b"+\x06\x01\x05\x05\x07\x02\x02"]  # fmt: skip
BOOLEANS = [b"\x00", b"\xff", b"\x01", b"", b"\xff\xff"]
TEXTS = [b"", b"\xff", b"\xc3\xa4", b"a\x00b", b"*.example.com", b"\x00a", b"example.com", b"US", b"USA", b"a" * 70, b"\xd8\x00\x00a",
         b"\x00\x01\x00\x00", b"\x7f\x00\x00\x01", b"\x7f\x00\x00\x01\xff\x00\xff\x00", b"\n\x00\x00\x00\xff\xff\xff\x00", b"://", b"a@b"]  # fmt: skip


@dataclass
class Element:
    """An element of DER, with the elements in it if it has any."""

    tag: bytes
    contents: bytes = b""
    parts: list[Element] | None = None
    # An octet before the parts, as a BIT STRING has.
    before: bytes = b""

    def der(self) -> bytes:
        contents = self.contents if self.parts is None else self.before + b"".join(part.der() for part in self.parts)
        return self.tag + length_of(len(contents)) + contents

    def copy(self) -> Element:
        parts = None if self.parts is None else [part.copy() for part in self.parts]
        return Element(self.tag, self.contents, parts, self.before)

    def all(self) -> Iterator[Element]:
        yield self
        for part in self.parts or []:
            yield from part.all()


def length_of(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def elements(der: bytes) -> list[Element] | None:
    """The elements that ``der`` is, or nothing if it is none."""
    found = []
    while der:
        if len(der) < 2 or der[0] & 0x1F == 0x1F:
            return None
        tag, length, start = der[:1], der[1], 2
        if length >= 0x80:
            start += length - 0x80
            length = int.from_bytes(der[2:start], "big")
        contents, der = der[start : start + length], der[start + length :]
        if len(contents) != length:
            return None
        found.append(parsed(tag, contents))
    return found


def parsed(tag: bytes, contents: bytes) -> Element:
    inner = None
    if tag[0] & CONSTRUCTED or tag[0] in (0x04, 0x80):
        inner = elements(contents) or None
    elif tag[0] == 0x03 and contents[:1] == b"\x00" and (inner := elements(contents[1:]) or None):
        return Element(tag, contents, inner, b"\x00")
    return Element(tag, contents, inner)


@dataclass
class Sample:
    """A file to be read, and what reads it."""

    name: str
    loader: str
    data: bytes
    root: Element | None = field(default=None, repr=False)


def samples() -> Iterator[Sample]:
    vectors = Path(cryptography_vectors.__file__).parent / "x509"
    for path in sorted([*vectors.rglob("*"), Path(certifi.where())]):
        if path.is_file():
            yield from of_file(
                str(path.relative_to(vectors)) if vectors in path.parents else path.name, path.read_bytes()
            )


PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
LABELS = {
    b"CERTIFICATE": "load_der_x509_certificate",
    b"X509 CERTIFICATE": "load_der_x509_certificate",
    b"CERTIFICATE REQUEST": "load_der_x509_csr",
    b"NEW CERTIFICATE REQUEST": "load_der_x509_csr",
    b"X509 CRL": "load_der_x509_crl",
}


def of_file(name: str, data: bytes) -> Iterator[Sample]:
    """The file as PEM, and each object in it as DER."""
    if b"-----BEGIN " in data:
        for loader in (
            "load_pem_x509_certificate",
            "load_pem_x509_certificates",
            "load_pem_x509_csr",
            "load_pem_x509_crl",
        ):
            yield Sample(f"{name}:{loader}", loader, data)
        for number, (label, body) in enumerate(PEM.findall(data)):
            if label in LABELS:
                try:
                    der = base64.b64decode(body.split(b"\n\n")[-1])
                except ValueError:
                    continue
                yield Sample(f"{name}#{number}", LABELS[label], der)
        return
    for loader in (
        "load_der_x509_certificate",
        "load_der_x509_csr",
        "load_der_x509_crl",
        "load_der_ocsp_request",
        "load_der_ocsp_response",
    ):
        yield Sample(f"{name}:{loader}", loader, data)


def changed(source: random.Random, sample: Sample, donors: list[Sample]) -> bytes:
    """The sample with a few octets or elements changed."""
    if sample.root is None or source.random() < 0.1:
        return octets_changed(source, sample.data)
    root = sample.root.copy()
    for _ in range(source.choice([1, 1, 1, 2, 3])):
        element_changed(source, root, donors)
    der = root.der()
    return octets_changed(source, der) if source.random() < 0.05 else der


def octets_changed(source: random.Random, data: bytes) -> bytes:
    result = bytearray(data)
    for _ in range(source.choice([1, 1, 2, 4])):
        at = source.randrange(len(result) + 1)
        match source.randrange(5):
            case 0:
                del result[at : at + source.randrange(1, 4)]
            case 1:
                result[at:at] = source.randbytes(source.randrange(1, 4))
            case 2:
                result[at : at + 1] = source.choice(
                    [b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x30", b"\x02", b"\n", b"-"]
                )
            case 3 if result:
                result[at % len(result)] ^= 1 << source.randrange(8)
            case _ if source.random() < 0.2:
                del result[at:]
    return bytes(result)


def element_changed(source: random.Random, root: Element, donors: list[Sample]) -> None:
    every = list(root.all())
    chosen = source.choice(every)
    parents = [one for one in every if one.parts]
    parent = source.choice(parents) if parents else root
    parts = parent.parts if parent.parts is not None else []
    at = source.randrange(len(parts) + 1)
    match source.randrange(12):
        case 0:
            chosen.tag = bytes([source.choice(TAGS)])
        case 1 | 2 | 3 | 4:
            chosen.contents, chosen.parts = fitting(source, chosen), None
        case 5:
            chosen.contents, chosen.parts = octets_changed(source, chosen.contents), None
        case 6:
            del parts[at : at + 1]
        case 7 if parts:
            parts.insert(at, source.choice(parts).copy())
        case 8 if parts:
            source.shuffle(parts)
        case 9:
            donor = source.choice(donors)
            if donor.root is not None:
                other = source.choice(list(donor.root.all())).copy()
                if source.random() < 0.5 and parts:
                    parts[at - 1 if at else 0] = other
                else:
                    parts.insert(at, other)
        case 10:
            parts.insert(
                at, Element(bytes([source.choice(TAGS)]), source.choice([*INTEGERS, *TEXTS, *BOOLEANS, *OIDS]))
            )
        case _:
            # Of the same tag: an extension's value for another's, a name for a name.
            alike = [one for one in every if one.tag == chosen.tag and one is not chosen]
            if alike:
                other = source.choice(alike).copy()
                chosen.contents, chosen.parts, chosen.before = other.contents, other.parts, other.before


def fitting(source: random.Random, element: Element) -> bytes:
    """Contents that an element of this type may have, or nearly."""
    match element.tag[0]:
        case 0x01:
            return source.choice(BOOLEANS)
        case 0x02 | 0x0A:
            return source.choice(INTEGERS)
        case 0x06:
            return source.choice(OIDS)
        case 0x17 | 0x18:
            return source.choice(TIMES)
        case 0x03:
            return source.choice(
                [
                    b"",
                    b"\x00",
                    b"\x07\x80",
                    b"\x05\xa0",
                    b"\x00\xff\x80",
                    b"\x08\x00",
                    b"\x01\x01",
                    b"\x07\x00",
                    b"\x06\x80\x40",
                ]
            )
        case 0x30 | 0x31 | 0xA0 | 0xA1 | 0xA3:
            return source.choice(
                [
                    b"",
                    b"\x30\x00",
                    b"\x05\x00",
                    b"\x02\x01\x05",
                    *BOOLEANS,
                    b"\x01\x01\xff\x02\x01\x00",
                    b"\x01\x01\x00",
                ]
            )
        case _:
            return source.choice([*TEXTS, *INTEGERS, *BOOLEANS])


def known(reading: dict[str, Any], path: str, mine: Any, theirs: Any) -> bool:
    def text(value: Any) -> str:
        return f"{value} {getattr(value, 'message', '')}".strip()

    return any(
        re.search(one.path, path)
        and re.search(one.ours, text(mine))
        and re.search(one.peer, text(theirs))
        and (
            one.refused is None
            or any(re.match(one.refused, at) and isinstance(part, Raised) for at, part in reading.items())
        )
        for one in KNOWN
    )


def kind_of(sample: Sample, path: str, mine: Any, theirs: Any) -> tuple[str, str, str, str]:
    def short(value: Any) -> str:
        text = str(value)
        return (
            text
            if text.startswith("raised") or text == "absent"
            else f"{type(value).__name__} {text[:24]}"
            if path == ""
            else "a value"
        )

    path = re.sub(r"\[\d+\]", "[]", path)
    # Reading names and extensions is the same wherever they are.
    return (
        sample.loader if not path else "",
        path.rpartition(".extensions")[2] if "extensions" in path else path,
        short(mine),
        short(theirs),
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", default="", help="samples whose name holds this")
    parser.add_argument("--show", help="one reading again, as it was printed: NUMBER:SAMPLE")
    options = parser.parse_args()
    ours, peer = Package("ironlatch"), Package("cryptography")
    every = [sample for sample in samples() if options.only in sample.name]
    for sample in every:
        parts = None if "pem" in sample.loader else elements(sample.data)
        sample.root = parts[0] if parts and len(parts) == 1 else None
    found: dict[tuple[str, ...], list[str]] = {}

    def compare(sample: Sample, data: bytes, label: str) -> list[tuple[str, Any, Any]]:
        reading = fields(ours, sample.loader, data)
        every = differences(reading, fields(peer, sample.loader, data))
        unlike = [one for one in every if not known(reading, *one)]
        if len(unlike) < len(every) or len(unlike) > 1 or isinstance(reading[""], Raised):
            # What was read by one alone has its own warnings.
            unlike = [one for one in unlike if one[0] != "warnings"]
        for path, mine, theirs in unlike:
            found.setdefault(kind_of(sample, path, mine, theirs), []).append(label)
        return unlike

    donors = [sample for sample in every if sample.root is not None and not PKITS.search(sample.name)] or every
    by_name = {sample.name: sample for sample in every}
    if options.show:
        seed, _, name = options.show.partition(":")
        sample = by_name[name]
        data = changed(random.Random(int(seed)), sample, donors) if seed else sample.data
        print(data.hex())
        for path, mine, theirs in compare(sample, data, ""):
            for who, value in (("ours", mine), ("peer", theirs)):
                print(f"{path}\n  {who}: {value!s:.300} {getattr(value, 'message', '')}")
        return 0
    start = time.monotonic()
    for sample in every:
        compare(sample, sample.data, f":{sample.name}")
    print(f"  {len(every)} samples as they are: {len(found)} kinds of differences")
    # Many of PKITS are alike: the others come more often.
    weights = [0.1 if PKITS.search(sample.name) else 0.3 if sample.root is None else 1 for sample in every]
    count, seed = 0, int.from_bytes(random.SystemRandom().randbytes(5))
    while time.monotonic() - start < options.seconds:
        seed, count = seed + 1, count + 1
        (sample,) = random.Random(-seed).choices(every, weights)
        compare(sample, changed(random.Random(seed), sample, donors), f"{seed}:{sample.name}")
    print(f"  {count} changed ones")
    for (loader, path, mine, theirs), labels in sorted(found.items(), key=lambda item: -len(item[1])):
        print(f"DIFFERENT {loader} {path}: ours {mine}, the peer {theirs}: {len(labels)} times, --show '{labels[0]}'")
    return 1 if found else 0


PKITS = re.compile("PKITS")

if __name__ == "__main__":
    sys.exit(main())
