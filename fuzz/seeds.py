"""Writes what the fuzzers start from: one of each thing that a target reads.

    python fuzz/seeds.py DIRECTORY

needs the extension in place (`make develop`). The seeds are made again each time, for keys are
random.
"""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ironlatch import cms, files, jwk, show_once, signing, ssh, x509
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.fernet import Fernet
from ironlatch.fields import FieldCipher
from ironlatch.hazmat.primitives.asymmetric import dh, dsa, ec, ed25519, rsa, x25519
from ironlatch.hazmat.primitives.hashes import SHA256
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    ParameterFormat,
    PrivateFormat,
    PublicFormat,
    SSHCertificateBuilder,
    SSHCertificateType,
    pkcs7,
    pkcs12,
)
from ironlatch.keyring import Keyring
from ironlatch.pinning import HostPins, PinSet, pin
from ironlatch.signing.tokens import EncryptedTokens, EncryptionKey, SignedTokens
from ironlatch.signing.webhooks import WebhookSecret

DATA = Path(__file__).parents[1] / "tests/data/keys"
PASSWORD = b"password"
# A safe prime, short so that the fuzzers are quick.
DH_PRIME = int(
    "DE947F8EE4CDA1B4D9317F74DB86659058DB2A501E105F9A79D6898E2FE5A8CE"
    "BA6C6CABC71F44DCF54A1BE870B78E5DB1BB6C6B71D88E6E63C72E821F55B627",
    16,
)


def keys() -> list:
    numbers = dh.DHParameterNumbers(DH_PRIME, 2)
    return [
        rsa.generate_private_key(65537, 1024),
        dsa.generate_private_key(1024),
        *(ec.generate_private_key(curve()) for curve in (ec.SECP192R1, ec.SECP256R1, ec.SECP256K1, ec.SECP521R1)),
        ec.generate_private_key(ec.BrainpoolP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        x25519.X25519PrivateKey.generate(),
        numbers.parameters().generate_private_key(),
    ]


def written(make: object, encodings: tuple, formats: tuple, *more: object) -> Iterator[bytes]:
    for encoding, format_ in itertools.product(encodings, formats):
        try:
            yield make(encoding, format_, *more)
        except (ValueError, TypeError):
            continue  # Not every key has every format.


def seeds() -> Iterator[tuple[str, bytes]]:
    both = (Encoding.DER, Encoding.PEM)
    for key in keys():
        private = (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
        for text in written(key.private_bytes, both, private, NoEncryption()):
            yield "private_key", text
            yield "pem", text
        for text in written(key.private_bytes, both, private, BestAvailableEncryption(PASSWORD)):
            yield "encrypted_key", text
            yield "pem", text
        public = (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)
        for text in written(key.public_key().public_bytes, both, public):
            yield "public_key", text
        if hasattr(key, "sign") and not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
            algorithm = ec.ECDSA(SHA256()) if isinstance(key, ec.EllipticCurvePrivateKey) else SHA256()
            yield "signature", key.sign(b"message", algorithm)
        for half in (key, key.public_key()):
            try:
                yield "jwk", jwk.Jwk(half).to_json(private=half is key).encode()
            except UnsupportedAlgorithm:
                continue
        if isinstance(key, ec.EllipticCurvePrivateKey):
            for format_ in (PublicFormat.UncompressedPoint, PublicFormat.CompressedPoint):
                point = key.public_key().public_bytes(Encoding.X962, format_)
                for choice in range(4, 22):
                    yield "raw_key", bytes([choice]) + point
    for encoding in both:
        yield "public_key", numbers_bytes(encoding)
    yield from containers()
    for choice in range(22):
        yield "raw_key", bytes([choice]) + bytes(range(1, 33))
    for file in DATA.iterdir():
        if file.suffix in {".pem", ".der"}:
            for target in ("private_key", "encrypted_key", "public_key", "pem"):
                yield target, file.read_bytes()
    for file in (DATA / "ssh").iterdir():
        for target in ("ssh_key", "age_keys"):
            if file.suffix not in {".age", ".sh"}:
                yield target, file.read_bytes()
        if block := re.search(b"-+BEGIN OPENSSH PRIVATE KEY-+([^-]+)", file.read_bytes()):
            yield "ssh_key", base64.b64decode(block[1])
    yield from ssh_made()
    for file in (DATA / "ppk").glob("*.ppk"):
        yield "ppk", file.read_bytes()
    yield "signature", bytes([0x30, 6, 2, 1, 1, 2, 1, 1])
    for oid in ("1.2.840.113549.1.1.1", "2.5.4.3", "0.0", "2.999.340282366920938463463374607431768211455"):
        yield "object_identifier", oid.encode()
    yield "fernet", Fernet.generate_key()
    yield "fernet", Fernet(Fernet.generate_key()).encrypt(b"a message")
    yield from age()
    yield from certificates()
    yield from keyrings()
    yield from signed()
    yield from stored_fields()
    salt, sum_ = "c2FsdHNhbHRzYWx0c2FsdA", "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
    for text in (
        "$argon2id$v=19$m=65536,t=3,p=4$" + salt + "$" + sum_,
        "$argon2id$v=19$m=64,t=1,p=1,keyid=cGVwcGVy$" + salt + "$" + sum_,
        "$2b$12$abcdefghijklmnopqrstuuxyzabcdefghijklmnopqrstuvwxyz012",
        "$bcrypt-sha256$v=2,t=2b,r=12$abcdefghijklmnopqrstuu$abcdefghijklmnopqrstuvwxyz01234",
        "$scrypt$ln=16,r=8,p=1$" + salt + "$" + sum_,
        "$pbkdf2-sha256$29000$" + salt + "$" + sum_,
        "pbkdf2_sha256$600000$salt$" + sum_ + "=",
        "scrypt:32768:8:1$salt$" + "ab" * 64,
    ):
        yield "password_hash", text.encode()
    for size in (0, 16, 300):
        for target in ("padding", "sha2", "key_wrap", "cobblestone", "cipher", "aead", "mac"):
            yield target, bytes(range(1, 9)) + bytes(size) + b"\x04\x04\x04\x04\x10\x00"


def ssh_made() -> Iterator[tuple[str, bytes]]:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    line = ssh.SshPublicKey(key.public_key(), comment="ada").to_line()
    certificate = (
        SSHCertificateBuilder()
        .public_key(key.public_key())
        .type(SSHCertificateType.USER)
        .valid_principals([b"ada@example.org"])
        .valid_after(0)
        .valid_before(2**64 - 1)
        .add_critical_option(b"force-command", b"ls")
        .add_extension(b"permit-pty", b"")
        .sign(key)
    )
    yield "ssh_key", certificate.public_bytes()
    yield "ssh_certificate", certificate.public_bytes()
    yield "ssh_certificate", base64.b64decode(certificate.public_bytes().split()[1])
    yield "sshsig", ssh.sign(key, b"message", "file")
    yield "sshsig", ssh.sign(key, b"message", "file", certificate=certificate)
    yield "sshsig", b'ada@*,!eve@* cert-authority,namespaces="file,git",valid-after="20260101Z" ' + line
    for version in (2, 3):
        for password in (None, b"correct horse"):
            yield "ppk", ssh.private_bytes_ppk(key, password, version=version, memory_kib=64, passes=1)


def numbers_bytes(encoding: Encoding) -> bytes:
    return dh.DHParameterNumbers(DH_PRIME, 2).parameters().parameter_bytes(encoding, ParameterFormat.PKCS3)


def containers() -> Iterator[tuple[str, bytes]]:
    chain = [
        x509.load_pem_x509_certificate((DATA.parent / "x509" / name).read_bytes()) for name in ("leaf.pem", "root.pem")
    ]
    named = [pkcs12.PKCS12Certificate(certificate, "Имя".encode()) for certificate in chain]
    yield "pkcs7", pkcs7.serialize_certificates(chain, Encoding.DER)
    yield "pkcs7", pkcs7.serialize_certificates(chain, Encoding.PEM)
    answer = (DATA.parent / "cms/timestamp.tsr").read_bytes()
    yield "timestamp", answer
    token = cms.read_timestamp_response(answer).token
    if token is not None:
        yield "timestamp", token
    yield "timestamp", cms.TimestampRequest(bytes(32), SHA256()).to_der()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "signer")])
    start, end = datetime.datetime(2026, 1, 1), datetime.datetime(2056, 1, 1)
    signer = x509.CertificateBuilder(name, name, key.public_key(), 1, start, end).sign(key, SHA256())
    signed = pkcs7.PKCS7SignatureBuilder().set_data(b"two\nlines\n").add_signer(signer, key, SHA256())
    detached = pkcs7.PKCS7Options.DetachedSignature
    for options in ([], [detached], [detached, pkcs7.PKCS7Options.Text]):
        yield "signed_mail", signed.sign(Encoding.SMIME, options)
    opaque = base64.encodebytes(signed.sign(Encoding.DER, []))
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\n"
    yield "signed_mail", head + opaque
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(5)
    old = builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
    for encryption in (NoEncryption(), builder.build(PASSWORD), old.build(PASSWORD)):
        key = ed25519.Ed25519PrivateKey.generate()
        yield "pkcs12", pkcs12.serialize_key_and_certificates(b"name", key, None, named, encryption)
        yield "pkcs12", pkcs12.serialize_java_truststore(named, encryption)


def pem_and_der(text: str) -> tuple[bytes, bytes]:
    return text.encode(), base64.b64decode("".join(re.findall("^[^-]+$", text, re.MULTILINE)))


def certificates() -> Iterator[tuple[str, bytes]]:
    for file in (DATA.parent / "x509").glob("*.pem"):
        yield from (("certificate", form) for form in pem_and_der(file.read_text()))
    certificates = DATA.parent / "x509"
    yield from (("certificate_request", form) for form in pem_and_der((certificates / "request.pem").read_text()))
    names = ("leaf.pem", "intermediate.pem", "root.pem")
    yield "chain", b"".join((certificates / name).read_bytes() for name in names)
    yield "distinguished_name", rb"CN=a\,b+UID=\#1,1.2.3=\c3\a4,C=DE"
    yield from (("crl", form) for form in pem_and_der((certificates / "revocation/crl.pem").read_text()))
    for case in json.loads((DATA.parent / "limbo/limbo.json").read_text())["testcases"]:
        leaf = case["peer_certificate"]
        yield "chain", "\n".join([leaf, *case["untrusted_intermediates"], *case["trusted_certs"]]).encode()
        yield "certificate", pem_and_der(leaf)[1]
        yield from (("crl", pem_and_der(crl)[1]) for crl in case["crls"])
    yield "ocsp", (certificates / "revocation/request.der").read_bytes()
    yield "ocsp", (certificates / "revocation/response.der").read_bytes()
    pins = pin((DATA / "rsa.pem").read_bytes()), "sha256//" + base64.b64encode(bytes(32)).decode()
    host = HostPins(pins, include_subdomains=True, expires="2030-06-30", report_only=True)
    yield "pin_set", PinSet({"example.com": host, "::1": list(pins)}, refuse_others=True).to_json().encode()
    yield "pin_set", PinSet({"a.b": HostPins(pins[:1], backup=False)}).to_json().encode()
    yield "pin_set", pins[1].encode()


def signed() -> Iterator[tuple[str, bytes]]:
    url = "https://example.com/foo?param=Value&Pet=dog"
    for key in (signing.Key.from_secret(bytes(32), id="k"), signing.Key.generate_pair()):
        headers = signing.RequestSigner(key, purpose="test").sign("POST", url, {"Content-Type": "a/b"}, b"body")
        lines = [headers["Signature-Input"], headers["Signature"], headers["Content-Digest"], url]
        yield "signed_request", "\n".join(lines).encode()
        yield "token", SignedTokens(key, "test").sign({"user": 42}).encode()
        yield "token", key.expose().encode()
        yield "token", signing.KeySet([key, signing.Key.generate_pair()]).expose().encode()
    every = '("@method" "@target-uri" "@query-param";name="Pet" "field";sf "field";key="a" "field";bs "field";tr)'
    yield "signed_request", f'a={every};created=1618884473;keyid="k"\na=:AAAA:\na=1, b=(c "d");e=?0\n{url}'.encode()
    yield "signed_request", b'a=1, b=-1.5;x, c=tok/en:*, d="s\\"\\\\", e=:AAAA:, f=?0, g=@12, h=%"%c3%bc", i=(a b);c'
    yield "token", EncryptedTokens(EncryptionKey.generate(), "test").encrypt(b"data").encode()
    claims = '{"iat":1700000000,"exp":1700000060,"jti":"a","aud":["b"],"data":{"user":[42,null]}}'
    yield "token", ('{"alg":"HS256","kid":"k","typ":"test+jwt"}\n' + claims).encode()
    for secret in (WebhookSecret.generate(), WebhookSecret.generate_pair(), WebhookSecret.generate_pair().public()):
        yield "webhook", secret.expose().encode()
    yield "webhook", b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= t=1700000000,v1=" + b"00" * 32
    yield "replay_file", b"ironlatch replay store 1\n1700000005 a\n1600000000 b\n1800000000 c\n"
    server_key = show_once.ServerKey.generate()
    api_key = show_once.ApiKeys("acme_live", server_key).generate()
    codes = show_once.Codes("login", server_key).generate("ada", 1)
    sealed = show_once.SecretSealer("notes", server_key).seal("a secret", "ada")
    for text in (server_key.expose(), api_key.expose(), api_key.digest, codes.expose()[0], codes.digests[0], sealed):
        yield "show_once", text.encode()


def keyrings() -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "app.keyring"
        ring = Keyring.create(path, passphrase=PASSWORD, iterations=1, lanes=1, memory_kib=64)
        for kind in ("general", "fernet", "ed25519", "hmac-sha256", "aes-gcm", "xaes-256-gcm", "aes-siv"):
            ring.create_key(kind, kind, actor="ada", note="a note")
            ring.rotate(kind)
            for format_ in ("fernet", "jwk", "tink"):
                try:
                    yield "keyring", ring.export_keys(kind, format_).expose()
                except TypeError:
                    continue  # The kind does not exist there.
        yield "keyring", path.read_bytes()
        yield "inspect", path.read_bytes()


def stored_fields() -> Iterator[tuple[str, bytes]]:
    key = Keyring.in_memory().create_key("k")
    yield "field", b"\x01\x02caf\xc3\xa9 +44 20 7946"
    yield "field", b"\x02\x83" + bytes(7) + b"\x05\x80" + bytes(7)
    yield "field", b"\x03\x04\x01" + bytes(7) + b"\xfe" + bytes(14) + b"\x04\xd2"
    yield "field", b"\x03\x04\x00" + bytes(8) + b"9" * 39
    yield "field", b"\x08\x09" + bytes(15) + b"\x01"
    yield "field", b'\x0a\x0b{"a":[1,null]}'
    yield "field", b"-12.30E+5"
    yield "field", FieldCipher(key, "t", "c").encrypt("a", 1)
    yield "field", FieldCipher(key, "t", "c", deterministic=True).encrypt("a", text=True).encode()


def age() -> Iterator[tuple[str, bytes]]:
    (target,) = re.findall(r'"(AGE-SECRET-KEY-1\w+)"', (Path(__file__).parent / "fuzz_targets/age_file.rs").read_text())
    identity = files.Identity.parse(target)
    yield "age_keys", target.encode()
    yield "age_keys", identity.recipient.encode()
    with tempfile.TemporaryDirectory() as directory:
        plain, encrypted = Path(directory, "plain"), Path(directory, "encrypted")
        for size in (0, 100, 70_000):
            plain.write_bytes(bytes(size))
            files.encrypt_file(plain, encrypted, recipients=[identity.recipient], overwrite=True)
            yield "age_file", encrypted.read_bytes()


def main(directory: Path) -> None:
    for number, (target, seed) in enumerate(seeds()):
        path = directory / target
        path.mkdir(parents=True, exist_ok=True)
        (path / f"seed-{number}").write_bytes(seed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
