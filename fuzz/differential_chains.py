"""Verifies random chains of certificates with this package and with the peer's: both must find the
same chain, or raise the same exception.

    python fuzz/differential_chains.py [--seconds 60] [--seed 123]

needs the environment of `differential_x509.py`. First come the paths of NIST's PKITS. Then come
chains of keys made here, each certificate with random names, times, extensions and flags, and
verifiers with random subjects, times, depths and policies.
"""

from __future__ import annotations

import argparse
import datetime
import ipaddress
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cryptography_vectors
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from x509_fields import Package

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
YEAR = datetime.timedelta(days=365)
HOSTS = ["example.com", "www.example.com", "a.b.example.com", "example.org", "xn--4ca.com", "WWW.EXAMPLE.COM", "a_b.com",
         "example.com.", "", ".com", "*.example.com", "127.0.0.1", "localhost"]  # fmt: skip
USUAL = ["example.com", "example.com", "example.com", "www.example.com"]
PATTERNS = [*HOSTS, "*.com", "*", "f*.example.com", "*.*.example.com", "*.b.example.com", "www.*.com", "*.xn--4ca.com"]
CONSTRAINTS = ["example.com", ".example.com", "com", "", "www.example.com", "org", "*.example.com", "EXAMPLE.com"]
ADDRESSES = ["127.0.0.1", "10.0.0.1", "::1", "2001:db8::1"]
NETWORKS = ["127.0.0.0/8", "10.0.0.0/16", "0.0.0.0/0", "::/0", "2001:db8::/32"]
MAILS = ["a@example.com", "A@EXAMPLE.com", "a@example.org", "@example.com", "example.com", "a@b@example.com"]


def keys() -> list[tuple[Any, Any]]:
    """Private keys, and the hash function with which each signs."""
    sha256 = hashes.SHA256()
    good: list[tuple[Any, Any]] = [(ec.generate_private_key(ec.SECP256R1()), sha256) for _ in range(6)]
    return [
        *good,
        *good,
        (ec.generate_private_key(ec.SECP384R1()), hashes.SHA384()),
        (ec.generate_private_key(ec.SECP521R1()), hashes.SHA512()),
        (ec.generate_private_key(ec.SECP256K1()), sha256),
        (ec.generate_private_key(ec.SECP256R1()), hashes.SHA512()),
        (ed25519.Ed25519PrivateKey.generate(), None),
        (rsa.generate_private_key(65537, 2048), sha256),
        (rsa.generate_private_key(65537, 1024), sha256),
        (rsa.generate_private_key(65537, 2048), hashes.SHA3_256()),
    ]


class Source(random.Random):
    def seldom(self, chance: float = 0.04) -> bool:
        return self.random() < chance

    def name(self, number: int) -> x509.Name:
        if self.seldom(0.03):
            return x509.Name([])
        number = self.randrange(4) if self.seldom(0.03) else number
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"authority {number}")])

    def general_name(self) -> x509.GeneralName:
        return self.choice([
            lambda: x509.DNSName(self.choice(PATTERNS)), lambda: x509.DNSName(self.choice(PATTERNS)), lambda: x509.DNSName(self.choice(USUAL)),
            lambda: x509.IPAddress(ipaddress.ip_address(self.choice(ADDRESSES))), lambda: x509.RFC822Name(self.choice(MAILS)),
            lambda: x509.UniformResourceIdentifier("https://example.com/"), lambda: x509.DirectoryName(self.name(1)),
            lambda: x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
            lambda: x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\0"),
        ])()  # fmt: skip

    def constraint(self) -> x509.GeneralName:
        return self.choice([
            lambda: x509.DNSName(self.choice(CONSTRAINTS)), lambda: x509.DNSName(self.choice(CONSTRAINTS)),
            lambda: x509.IPAddress(ipaddress.ip_network(self.choice(NETWORKS))), lambda: x509.RFC822Name(self.choice([*CONSTRAINTS, *MAILS])),
            lambda: x509.DirectoryName(self.name(1)), lambda: x509.UniformResourceIdentifier("example.com"),
        ])()  # fmt: skip

    def constraints(self) -> x509.NameConstraints:
        some: list[list[x509.GeneralName] | None] = [
            [self.constraint() for _ in range(self.randrange(1, 4))] if self.random() < chance else None
            for chance in (0.7, 0.4)
        ]
        return x509.NameConstraints(some[0] or (None if some[1] else [x509.DNSName("com")]), some[1])

    def usages(self) -> x509.ExtendedKeyUsage:
        oids = x509.ExtendedKeyUsageOID
        known = [oids.SERVER_AUTH, oids.CLIENT_AUTH, oids.ANY_EXTENDED_KEY_USAGE, oids.CODE_SIGNING]
        return x509.ExtendedKeyUsage(self.sample(known, self.choice([1, 1, 2, 3])))


def key_usage(source: Source, *, authority: bool) -> x509.KeyUsage:
    flags = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]  # fmt: skip
    values = dict.fromkeys(flags, False)
    values["key_cert_sign" if authority else "digital_signature"] = not source.seldom()
    values["key_cert_sign"] |= source.seldom(0.03)
    return x509.KeyUsage(**values)


def certificate(source: Source, number: int, depth: int, key: Any, issuer_key: Any, hash_: Any) -> x509.Certificate:
    """Certificate ``number`` of a chain, of which 0 is the root and ``depth`` the leaf."""
    authority = number < depth
    start = source.choice([*[NOW - YEAR] * 12, NOW, NOW + YEAR / 400])
    end = source.choice([*[NOW + YEAR] * 9, NOW + 30 * YEAR, NOW, NOW + YEAR / 400])
    builder = x509.CertificateBuilder(
        source.name(max(number - 1, 0)),
        source.name(number),
        key.public_key(),
        source.choice([5, 1 << 100, (1 << 159) - 1]),
        start,
        max(end, start),
    )

    def add(value: x509.ExtensionType, *, critical: bool, chance: float = 0.95) -> None:
        nonlocal builder
        if source.random() < chance:
            builder = builder.add_extension(value, critical=critical != source.seldom())

    length = source.choice([None, None, None, 0, 1, 2, 5]) if authority or source.seldom() else None
    is_authority = authority != source.seldom(0.03)
    add(
        x509.BasicConstraints(is_authority, length if is_authority else None),
        critical=True,
        chance=0.95 if authority else 0.4,
    )
    add(key_usage(source, authority=authority), critical=True, chance=0.95 if authority else 0.5)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    if source.seldom():
        names = [x509.DirectoryName(source.name(0))]
        identifier = x509.AuthorityKeyIdentifier(source.choice([None, b"other"]), names, 5)
    add(identifier, critical=False, chance=0.97 if number else 0.4)
    add(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False, chance=0.95 if authority else 0.5)
    add(source.usages(), critical=False, chance=0.05 if authority else 0.5)
    names = [source.general_name() for _ in range(source.choice([1, 1, 2, 5]))]
    if not authority and not source.seldom():
        names.append(x509.DNSName(source.choice(USUAL)))
    subject_is_empty = not list(builder._subject_name or ())
    add(x509.SubjectAlternativeName(names), critical=subject_is_empty, chance=0.05 if authority else 0.97)
    add(source.constraints(), critical=True, chance=0.25 if authority else 0.02)
    add(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0"), critical=False, chance=0.1)
    add(
        x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)]),
        critical=False,
        chance=0.1,
    )
    add(x509.PolicyConstraints(0, None), critical=False, chance=0.03)
    access = x509.AccessDescription(
        x509.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://a/")
    )
    add(x509.AuthorityInformationAccess([access]), critical=False, chance=0.1)
    return builder.sign(issuer_key, hash_)


def chain(source: Source, pool: list[tuple[Any, Any]]) -> tuple[list[bytes], list[bytes], bytes]:
    """Roots, intermediates and a leaf, in DER."""
    depth = source.choice([1, 1, 2, 2, 2, 3, 4])
    chosen = [source.choice(pool) for _ in range(depth + 1)]
    certificates = []
    for number, (key, _) in enumerate(chosen):
        issuer_key, hash_ = chosen[max(number - 1, 0)] if not source.seldom(0.02) else source.choice(pool)
        certificates.append(certificate(source, number, depth, key, issuer_key, hash_).public_bytes(Encoding.DER))
    root, *others, leaf = certificates
    if source.seldom():
        others = [*others, *others, root, leaf]
    source.shuffle(others)
    if source.seldom():
        # Another with the same name, which does not fit, or does.
        key, hash_ = source.choice(pool)
        others.append(certificate(source, depth - 1, depth, key, key, hash_).public_bytes(Encoding.DER))
    roots = [root, *source.sample(others, 1)] if others and source.seldom() else [root]
    return roots, others, leaf


def verdict(package: Package, seed: int, made: tuple[list[bytes], list[bytes], bytes]) -> object:
    """The chain that is found, or what is raised, with the choices that the seed makes."""
    source = Source(seed)
    v, x = package.verification, package.x509
    load = package.loaders["load_der_x509_certificate"]
    roots, others, leaf = ([load(der) for der in ders] for ders in (made[0], made[1], [made[2]]))
    builder = (
        v.PolicyBuilder()
        .store(v.Store(roots))
        .time(NOW + source.choice([0, 0, 0, 1, -1]) * datetime.timedelta(seconds=1))
    )
    if source.random() < 0.3:
        builder = builder.max_chain_depth(source.choice([0, 1, 2, 3, 200]))
    if source.random() < 0.3:
        builder = builder.extension_policies(ca_policy=policy(source, v, x), ee_policy=policy(source, v, x))
    if source.random() < 0.25:
        verified = builder.build_client_verifier().verify(leaf[0], others)
        subjects = verified.subjects
        return [one.public_bytes(package.serialization.Encoding.DER) for one in verified.chain], subjects and list(
            map(repr, subjects)
        )
    subject = x.DNSName(source.choice(HOSTS)) if source.seldom(0.3) else x.DNSName(source.choice(USUAL))
    if source.seldom():
        subject = x.IPAddress(ipaddress.ip_address(source.choice(ADDRESSES)))
    found = builder.build_server_verifier(subject).verify(leaf[0], others)
    return [one.public_bytes(package.serialization.Encoding.DER) for one in found]


def policy(source: Source, v: Any, x: Any) -> Any:
    """An extension policy. Its callbacks refuse some certificates by what they are shown."""

    def refuses(_policy: object, certificate: Any, extension: Any) -> None:
        if extension is not None and certificate.serial_number == 5 and extension.public_bytes()[-1] & 1:
            raise ValueError("odd")

    made = source.choice(
        [v.ExtensionPolicy.permit_all, v.ExtensionPolicy.webpki_defaults_ca, v.ExtensionPolicy.webpki_defaults_ee]
    )()
    classes = [x.BasicConstraints, x.KeyUsage, x.SubjectAlternativeName, x.NameConstraints, x.ExtendedKeyUsage,
               x.AuthorityKeyIdentifier, x.SubjectKeyIdentifier, x.CertificatePolicies, x.AuthorityInformationAccess]  # fmt: skip
    for class_ in source.sample(classes, source.randrange(4)):
        criticality = source.choice([v.Criticality.CRITICAL, v.Criticality.AGNOSTIC, v.Criticality.NON_CRITICAL])
        callback = source.choice([None, refuses])
        try:
            match source.randrange(4):
                case 0:
                    made = made.require_not_present(class_)
                case 1:
                    made = made.may_be_present(class_, criticality, callback)
                case _:
                    made = made.require_present(class_, criticality, callback)
        except ValueError:
            pass
    return made


def outcome(call: Callable[[], object]) -> tuple[str, object, str]:
    try:
        return "returned", call(), ""
    except Exception as error:
        return "raised", type(error).__name__, str(error)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "PANICKED", type(error).__name__, str(error)


def pkits(package: Package) -> dict[str, bool]:
    """Which leaves of PKITS are verified, under rules that ask for no more than RFC 5280."""
    v, x = package.verification, package.x509
    files = (Path(cryptography_vectors.__file__).parent / "x509/PKITS_data/certs").glob("*.crt")
    certificates = {}
    for file in sorted(files):
        status, read, _ = outcome(lambda file=file: package.loaders["load_der_x509_certificate"](file.read_bytes()))
        if status == "returned":
            certificates[file.stem] = read
    authorities = [one for name, one in certificates.items() if not name.endswith("EE")]

    def authority(_policy: object, _certificate: object, extension: Any) -> None:
        if not extension.ca:
            raise ValueError("no authority")

    permissive = v.ExtensionPolicy.permit_all()
    of_authorities = permissive.require_present(x.BasicConstraints, v.Criticality.AGNOSTIC, authority)
    builder = v.PolicyBuilder().store(v.Store([certificates["TrustAnchorRootCertificate"]])).max_chain_depth(20)
    builder = builder.time(datetime.datetime(2015, 1, 1)).extension_policies(
        ca_policy=of_authorities, ee_policy=permissive
    )
    verifier = builder.build_client_verifier()
    return {
        name: outcome(lambda one=one: verifier.verify(one, authorities))[0] == "returned"
        for name, one in certificates.items()
        if name.endswith("EE")
    }


# A delta CRL revokes it, and those are not applied.
ACCEPTED = {"InvaliddeltaCRLTest4EE"}


def wrongly_verified() -> list[str]:
    """The paths of PKITS that are invalid, and that `ironlatch.certificates` verifies with all CRLs
    of PKITS handed in.
    """
    from ironlatch import x509 as ours
    from ironlatch.certificates import Refused, Revocation, Verifier

    folder = Path(cryptography_vectors.__file__).parent / "x509/PKITS_data"
    certificates = {
        file.stem: ours.load_der_x509_certificate(file.read_bytes()) for file in (folder / "certs").glob("*.crt")
    }
    crls = [ours.load_der_x509_crl(file.read_bytes()) for file in (folder / "crls").glob("*.crl")]
    authorities = [one for name, one in certificates.items() if not name.endswith("EE")]
    verifier = Verifier(
        [certificates["TrustAnchorRootCertificate"]],
        purpose=ours.oid.ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        time=datetime.datetime(2015, 1, 1),
        max_chain_depth=20,
        revocation=Revocation(crls),
        lenient=True,
    )
    verified = []
    for name, one in certificates.items():
        try:
            verifier.verify(one, authorities)
            verified.append(name)
        except Refused:
            pass
    return [name for name in verified if name.startswith("Invalid") and name not in ACCEPTED]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, help="one chain again; its keys are others")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    ours, peer = Package("ironlatch"), Package("cryptography")
    mine, theirs = pkits(ours), pkits(peer)
    unlike = [name for name in theirs if mine.get(name) != theirs[name]]
    print(f"  PKITS: {len(theirs)} paths, {sum(theirs.values())} verified")
    for name in unlike:
        print(f"DIFFERENT PKITS {name}: ours {mine.get(name)}, the peer {theirs[name]}")
    accepted = wrongly_verified()
    for name in accepted:
        print(f"VERIFIED PKITS {name}, with its CRLs")
    pool = keys()
    kinds: dict[tuple[object, ...], list[tuple[int, str, str]]] = {}
    start, count, returned = time.monotonic(), 0, 0
    seed = options.seed or int.from_bytes(random.SystemRandom().randbytes(5))
    while time.monotonic() - start < options.seconds:
        made = outcome(lambda seed=seed: chain(Source(seed), pool))
        if made[0] == "returned":
            count += 1
            for variant in range(8):
                one = outcome(lambda: verdict(ours, variant, made[1]))
                other = outcome(lambda: verdict(peer, variant, made[1]))
                returned += other[0] == "returned"
                if one[:2] != other[:2]:
                    kind = (
                        one[0],
                        one[1] if one[0] != "returned" else "",
                        other[0],
                        other[1] if other[0] != "returned" else "",
                    )
                    kinds.setdefault((*kind, (one[2] or other[2])[:90]), []).append((seed, one[2], other[2]))
        if options.seed:
            break
        seed += 1
    print(f"  {count} chains, each verified in 8 ways; {returned} verified")
    for kind, found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        print(
            f"DIFFERENT ours {kind[0]} {kind[1]}, the peer {kind[2]} {kind[3]}: {len(found)} times, --seed {found[0][0]}"
        )
        print(f"    ours: {found[0][1]:.300}\n    peer: {found[0][2]:.300}")
    return 1 if unlike or accepted or kinds else 0


if __name__ == "__main__":
    sys.exit(main())
