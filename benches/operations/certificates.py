"""Certificates, names and revocation lists."""

from __future__ import annotations

import datetime
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from benches.operation import Call, Group, Library, Prepared

EARLY, LATE = datetime.datetime(2020, 1, 1), datetime.datetime(2060, 1, 1)
EC = "hazmat.primitives.asymmetric.ec"
LENGTHS = (2_000, 100_000)
TEXT = "CN=www.example.com,OU=Web,O=Example\\, Inc.,L=Berlin,C=DE"

certificates = Group("Certificates")


@certificates.operation("load a certificate, DER")
def load_der(library: Library) -> Prepared:
    return Call(library("x509").load_der_x509_certificate, (_leaf(library, "DER"),))


@certificates.operation("load a certificate, PEM")
def load_pem(library: Library) -> Prepared:
    return Call(library("x509").load_pem_x509_certificate, (_leaf(library, "PEM"),))


@certificates.operation("load a certificate, its subject and host names")
def subject_and_names(library: Library) -> Prepared:
    x509 = library("x509")
    der = _leaf(library, "DER")

    def read() -> Any:
        certificate = x509.load_der_x509_certificate(der)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return certificate.subject, names.get_values_for_type(x509.DNSName)

    return read


@certificates.operation("load a certificate, all extensions")
def all_extensions(library: Library) -> Prepared:
    x509 = library("x509")
    der = _leaf(library, "DER")
    return lambda: x509.load_der_x509_certificate(der).extensions


@certificates.operation("build and sign a certificate, ECDSA P-256")
def build(library: Library) -> Prepared:
    hashes, builder, key = library("hazmat.primitives.hashes"), _builder(library), _key(library)
    return Call(builder.sign, (key, hashes.SHA256()))


@certificates.operation("verify_directly_issued_by, ECDSA P-256")
def directly_issued(library: Library) -> Prepared:
    certificate = library("x509").load_der_x509_certificate(_leaf(library, "DER"))
    return Call(certificate.verify_directly_issued_by, (certificate,))


@certificates.operation("Name.from_rfc4514_string, 5 attributes")
def parse_name(library: Library) -> Prepared:
    return Call(library("x509").Name.from_rfc4514_string, (TEXT,))


@certificates.operation("Name.rfc4514_string, 5 attributes")
def write_name(library: Library) -> Prepared:
    return Call(library("x509").Name.from_rfc4514_string(TEXT).rfc4514_string)


@certificates.operation("load a CRL of {count} entries", count=LENGTHS)
def load_crl(library: Library, count: int) -> Prepared:
    return Call(library("x509").load_der_x509_crl, (_crl(library, count),))


@certificates.operation("look up a serial number in a CRL of {count} entries", count=LENGTHS)
def look_up(library: Library, count: int) -> Prepared:
    crl = library("x509").load_der_x509_crl(_crl(library, count))
    return Call(crl.get_revoked_certificate_by_serial_number, (count,))


@certificates.operation("check the signature of a CRL of {count} entries", count=LENGTHS)
def check_crl(library: Library, count: int) -> Prepared:
    crl = library("x509").load_der_x509_crl(_crl(library, count))
    return Call(crl.is_signature_valid, (_key(library).public_key(),))


@certificates.operation("read the serial numbers of a CRL of {count} entries", count=LENGTHS)
def read_crl(library: Library, count: int) -> Prepared:
    crl = library("x509").load_der_x509_crl(_crl(library, count))
    return lambda: [entry.serial_number for entry in crl]


@certificates.operation("build and sign a CRL of {count} entries, ECDSA P-256", count=LENGTHS[:1])
def build_crl(library: Library, count: int) -> Prepared:
    x509, hashes = library("x509"), library("hazmat.primitives.hashes")
    entries = [x509.RevokedCertificateBuilder(number, EARLY).build() for number in range(1, count + 1)]
    builder = x509.CertificateRevocationListBuilder(_name(library), EARLY, LATE, [], entries)
    return Call(builder.sign, (_key(library), hashes.SHA256()))


@certificates.operation("build and sign an OCSP response, ECDSA P-256")
def build_ocsp(library: Library) -> Prepared:
    return Call(_ocsp_builder(library).sign, (_key(library), library("hazmat.primitives.hashes").SHA256()))


@certificates.operation("load an OCSP response and its status")
def load_ocsp(library: Library) -> Prepared:
    ocsp = library("x509.ocsp")
    response = _ocsp_builder(library).sign(_key(library), library("hazmat.primitives.hashes").SHA256())
    der = bytes(response.public_bytes(library("hazmat.primitives.serialization").Encoding.DER))
    return lambda: ocsp.load_der_ocsp_response(der).certificate_status


@certificates.operation("check the signature of an OCSP response, ECDSA P-256")
def check_ocsp(library: Library) -> Prepared:
    """With the responder's key, as there is no call that does it."""
    ocsp, hashes, ec = library("x509.ocsp"), library("hazmat.primitives.hashes"), library(EC)
    key = _key(library)
    response = _ocsp_builder(library).sign(key, hashes.SHA256())
    der = bytes(response.public_bytes(library("hazmat.primitives.serialization").Encoding.DER))
    public, algorithm = key.public_key(), ec.ECDSA(hashes.SHA256())

    def check() -> None:
        response = ocsp.load_der_ocsp_response(der)
        public.verify(response.signature, response.tbs_response_bytes, algorithm)

    return check


@certificates.operation("read the roots of certifi, and make a store of them")
def make_store(library: Library) -> Prepared:
    x509, verification = library("x509"), library("x509.verification")
    pem = _roots()
    return lambda: verification.Store(x509.load_pem_x509_certificates(pem))


@certificates.operation("verify a server under one intermediate and the roots of certifi and one more")
def verify_among_many(library: Library) -> Prepared:
    x509, verification = library("x509"), library("x509.verification")
    chain = _chain(library, 1)
    store = verification.Store([*x509.load_pem_x509_certificates(_roots()), chain[-1]])
    builder = verification.PolicyBuilder().store(store).time(datetime.datetime(2030, 1, 1))
    return Call(builder.build_server_verifier(x509.DNSName("example.com")).verify, (chain[0], chain[1:-1]))


@certificates.operation("refuse a server whose issuer is not among the roots of certifi")
def refuse_among_many(library: Library) -> Prepared:
    x509, verification = library("x509"), library("x509.verification")
    chain = _chain(library, 1)
    store = verification.Store(x509.load_pem_x509_certificates(_roots()))
    builder = verification.PolicyBuilder().store(store).time(datetime.datetime(2030, 1, 1))
    verifier = builder.build_server_verifier(x509.DNSName("example.com"))

    def refuse() -> None:
        try:
            verifier.verify(chain[0], chain[1:-1])
        except verification.VerificationError:
            return
        raise AssertionError("it was verified")

    return refuse


@certificates.operation("verify a server under a root, {between} intermediates", between=(0, 1))
def verify(library: Library, between: int) -> Prepared:
    x509, verification = library("x509"), library("x509.verification")
    chain = _chain(library, between)
    builder = verification.PolicyBuilder().store(verification.Store(chain[-1:])).time(datetime.datetime(2030, 1, 1))
    return Call(builder.build_server_verifier(x509.DNSName("example.com")).verify, (chain[0], chain[1:-1]))


@cache
def _roots() -> bytes:
    import certifi

    # One of them has the serial number 0, of which both libraries warn.
    warnings.filterwarnings("ignore", message="Parsed a serial number")
    return Path(certifi.where()).read_bytes()


def _ocsp_builder(library: Library) -> Any:
    ocsp, hashes = library("x509.ocsp"), library("hazmat.primitives.hashes")
    leaf = library("x509").load_der_x509_certificate(_leaf(library, "DER"))
    good = ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response(leaf, leaf, hashes.SHA256(), good, EARLY, LATE, None, None)
    return builder.responder_id(ocsp.OCSPResponderEncoding.HASH, leaf)


def _chain(library: Library, between: int) -> list[Any]:
    """A server's certificate, the authorities above it, and their root."""
    x509, hashes, key = library("x509"), library("hazmat.primitives.hashes"), _key(library)
    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    authority = ((x509.BasicConstraints(True, None), True), (signs, True))
    names = x509.SubjectAlternativeName([x509.DNSName("example.com")])
    chain: list[Any] = []
    for depth in range(between + 2):
        subject = x509.Name.from_rfc4514_string(f"CN={depth}")
        issuer = x509.Name.from_rfc4514_string(f"CN={min(depth + 1, between + 1)}")
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), depth + 1, EARLY, LATE)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        for value, critical in (*(((names, False),) if depth == 0 else authority), (identifier, False)):
            builder = builder.add_extension(value, critical)
        chain.append(builder.sign(key, hashes.SHA256()))
    return chain


@cache
def _key(library: Library) -> Any:
    ec = library(EC)
    return ec.generate_private_key(ec.SECP256R1())


def _name(library: Library) -> Any:
    return library("x509").Name.from_rfc4514_string(TEXT)


def _builder(library: Library) -> Any:
    """A builder for what a server's certificate usually has."""
    x509 = library("x509")
    oid = library("x509.oid")
    key, name = _key(library).public_key(), _name(library)
    location = x509.UniformResourceIdentifier("http://ca.example.com/ca.crt")
    access = x509.AccessDescription(oid.AuthorityInformationAccessOID.CA_ISSUERS, location)
    crl = x509.DistributionPoint([x509.UniformResourceIdentifier("http://ca.example.com/ca.crl")], None, None, None)
    policy = x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)
    builder = x509.CertificateBuilder(name, name, key, 2**150, EARLY, LATE)
    for value in (
        x509.SubjectKeyIdentifier.from_public_key(key),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key),
        x509.BasicConstraints(ca=False, path_length=None),
        x509.KeyUsage(True, False, False, False, False, False, False, False, False),
        x509.ExtendedKeyUsage([oid.ExtendedKeyUsageOID.SERVER_AUTH]),
        x509.SubjectAlternativeName([x509.DNSName(f"{host}.example.com") for host in ("www", "mail", "api")]),
        x509.AuthorityInformationAccess([access]),
        x509.CRLDistributionPoints([crl]),
        x509.CertificatePolicies([policy]),
    ):
        builder = builder.add_extension(value, critical=False)
    return builder


@cache
def _leaf(library: Library, encoding: str) -> bytes:
    hashes = library("hazmat.primitives.hashes")
    certificate = _builder(library).sign(_key(library), hashes.SHA256())
    encodings = library("hazmat.primitives.serialization").Encoding
    return bytes(certificate.public_bytes(getattr(encodings, encoding)))


@cache
def _crl(library: Library, count: int) -> bytes:
    x509, hashes = library("x509"), library("hazmat.primitives.hashes")
    entries = [x509.RevokedCertificateBuilder(number, EARLY).build() for number in range(1, count + 1)]
    builder = x509.CertificateRevocationListBuilder(_name(library), EARLY, LATE, [], entries)
    crl = builder.sign(_key(library), hashes.SHA256())
    return bytes(crl.public_bytes(library("hazmat.primitives.serialization").Encoding.DER))
