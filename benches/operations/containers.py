"""PKCS #12 and PKCS #7."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

from benches.operation import Call, Group, Library, Prepared

EARLY, LATE = datetime.datetime(2020, 1, 1), datetime.datetime(2060, 1, 1)
PASSWORD = b"a long password"

containers = Group("Containers")


@containers.operation("load a PKCS #12 file, {rounds} rounds", rounds=(1, 20_000))
def load_pkcs12(library: Library, rounds: int) -> Prepared:
    return Call(_pkcs12(library).load_pkcs12, (_file(library, rounds), PASSWORD))


@containers.operation("load a PKCS #12 file, wrong password")
def wrong_password(library: Library) -> Prepared:
    load, data = _pkcs12(library).load_pkcs12, _file(library, 1)

    def read() -> None:
        try:
            load(data, b"another password")
        except ValueError:
            return
        raise AssertionError

    return read


@containers.operation("write a PKCS #12 file, {rounds} rounds", rounds=(1, 20_000))
def write_pkcs12(library: Library, rounds: int) -> Prepared:
    key, certificate = _pair(library)
    encryption = _encryption(library, rounds)
    return Call(_pkcs12(library).serialize_key_and_certificates, (b"name", key, certificate, None, encryption))


@containers.operation("write a trust store of 100 certificates, not encrypted")
def write_truststore(library: Library) -> Prepared:
    named = [_pkcs12(library).PKCS12Certificate(_pair(library)[1], b"name %d" % index) for index in range(100)]
    plain = library("hazmat.primitives.serialization").NoEncryption()
    return Call(_pkcs12(library).serialize_java_truststore, (named, plain))


@containers.operation("load 20 certificates from PKCS #7, DER")
def load_pkcs7(library: Library) -> Prepared:
    certificates = [_pair(library)[1]] * 20
    der = library("hazmat.primitives.serialization").Encoding.DER
    return Call(
        _pkcs7(library).load_der_pkcs7_certificates, (_pkcs7(library).serialize_certificates(certificates, der),)
    )


@containers.operation("sign a message, PKCS #7, {size}", size=(1_000, 1_000_000))
def sign_pkcs7(library: Library, size: int) -> Prepared:
    key, certificate = _pair(library)
    builder = _pkcs7(library).PKCS7SignatureBuilder().set_data(b"line\n" * (size // 5))
    builder = builder.add_signer(certificate, key, library("hazmat.primitives.hashes").SHA256())
    return Call(builder.sign, (library("hazmat.primitives.serialization").Encoding.DER, []))


@containers.operation("encrypt a message, PKCS #7, {size}", size=(1_000, 1_000_000))
def encrypt_pkcs7(library: Library, size: int) -> Prepared:
    builder = _pkcs7(library).PKCS7EnvelopeBuilder().set_data(bytes(size)).add_recipient(_pair(library)[1])
    return Call(builder.encrypt, (library("hazmat.primitives.serialization").Encoding.DER, []))


@containers.operation("decrypt a message, PKCS #7, {size}", size=(1_000, 1_000_000))
def decrypt_pkcs7(library: Library, size: int) -> Prepared:
    key, certificate = _pair(library)
    builder = _pkcs7(library).PKCS7EnvelopeBuilder().set_data(bytes(size)).add_recipient(certificate)
    sealed = builder.encrypt(library("hazmat.primitives.serialization").Encoding.DER, [])
    return Call(_pkcs7(library).pkcs7_decrypt_der, (sealed, certificate, key, []))


def _pkcs7(library: Library) -> Any:
    return library("hazmat.primitives.serialization.pkcs7")


def _pkcs12(library: Library) -> Any:
    return library("hazmat.primitives.serialization.pkcs12")


def _encryption(library: Library, rounds: int) -> Any:
    builder = library("hazmat.primitives.serialization").PrivateFormat.PKCS12.encryption_builder()
    return builder.kdf_rounds(rounds).build(PASSWORD)


@cache
def _pair(library: Library) -> tuple[Any, Any]:
    x509, hashes = library("x509"), library("hazmat.primitives.hashes")
    rsa = library("hazmat.primitives.asymmetric.rsa")
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name.from_rfc4514_string("CN=www.example.com")
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, EARLY, LATE)
    return key, builder.sign(key, hashes.SHA256())


@cache
def _file(library: Library, rounds: int) -> bytes:
    key, certificate = _pair(library)
    write = _pkcs12(library).serialize_key_and_certificates
    return bytes(write(b"name", key, certificate, None, _encryption(library, rounds)))
