"""Timestamps: those of an authority that `openssl ts` makes, our requests to it, and what must be
refused.
"""

from __future__ import annotations

import datetime
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from ironlatch import cms, x509
from ironlatch.certificates import Refused, Verifier
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm
from ironlatch.hazmat import asn1
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, rsa
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from ironlatch.x509.oid import ExtendedKeyUsageOID, NameOID

DATA = b"a document\n"
POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.55738.9.1")
OTHER_POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.55738.9.2")
STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
SETTINGS = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.55738.9.1
other_policies = 1.3.6.1.4.1.55738.9.2
digests = sha1, sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 6
ordering = {ordering}
tsa_name = {name}
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issue(
    name: str,
    key: Key,
    issuer: str,
    issuer_key: Key,
    *,
    purposes: list[x509.ObjectIdentifier] | None = None,
    critical: bool = True,
    days: tuple[int, int] = (-1, 365),
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now + datetime.timedelta(days=days[0]))
    builder = builder.not_valid_after(now + datetime.timedelta(days=days[1]))
    builder = builder.add_extension(x509.BasicConstraints(purposes is None, None), critical=True)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    signs, certifies = purposes is not None, purposes is None
    usage = x509.KeyUsage(signs, False, False, False, False, certifies, certifies, False, False)
    builder = builder.add_extension(usage, critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class Authority:
    """A timestamping authority of `openssl`."""

    folder: Path
    root: x509.Certificate
    root_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    key: Key

    @property
    def verifier(self) -> Verifier:
        return Verifier([self.root], purpose=STAMPING)

    def run(self, *arguments: object) -> bytes:
        done = subprocess.run(["openssl", "ts", *map(str, arguments)], capture_output=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def query(self, *more: str, data: bytes = DATA) -> bytes:
        (self.folder / "data").write_bytes(data)
        self.run("-query", "-data", "data", "-out", "query.tsq", *more)
        return (self.folder / "query.tsq").read_bytes()

    def answer(self, query: bytes, *more: str, ordering: str = "no", name: str = "yes", ess: str = "sha256") -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        settings = SETTINGS.format(folder=self.folder, ordering=ordering, name=name, ess=ess)
        (self.folder / "tsa.cnf").write_text(settings, encoding="ascii")
        self.run("-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query.tsq", "-signer", "tsa.crt",
                 "-inkey", "tsa.key", "-out", "answer.tsr", *more)  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()


def authority(folder: Path, key: Key, **options: object) -> Authority:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = issue("root", root_key, "root", root_key, days=(-800, 800))
    certificate = issue("stamps", key, "root", root_key, **{"purposes": [STAMPING], **options})  # type: ignore[arg-type]
    (folder / "serial").write_text("0A\n", encoding="ascii")
    (folder / "tsa.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "root.crt").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Authority(folder, root, root_key, certificate, key)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("tsa"), ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="module")
def answer(tsa: Authority) -> bytes:
    return tsa.answer(tsa.query("-sha256", "-cert"))


def request_of(data: bytes = DATA, algorithm: hashes.HashAlgorithm | None = None) -> cms.TimestampRequest:
    algorithm = algorithm or hashes.SHA256()
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return cms.TimestampRequest(digest.finalize(), algorithm)


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("ess", ["sha1", "sha256", "sha512"])
def test_an_authority_of_openssl(tsa: Authority, digest: str, ess: str) -> None:
    answer = tsa.answer(tsa.query(f"-{digest}", "-cert"), ess=ess, ordering="yes")
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=5)
    verified = cms.verify_timestamp(answer, tsa.verifier, content=DATA)
    stamp = verified.timestamp
    assert verified.certificate == tsa.certificate
    assert [one.subject for one in verified.verified.chain] == [named("stamps"), named("root")]
    assert stamp.policy == POLICY
    assert isinstance(stamp.algorithm, hashes.HashAlgorithm)
    assert stamp.algorithm.name == digest
    assert before < stamp.time == verified.time <= datetime.datetime.now(datetime.UTC)
    assert stamp.time.microsecond
    assert stamp.accuracy == datetime.timedelta(seconds=1, milliseconds=500, microseconds=100)
    assert stamp.ordering
    assert stamp.nonce is not None
    assert stamp.nonce.bit_length() > 50
    assert stamp.authority == x509.DirectoryName(named("stamps"))
    assert stamp.serial_number >= 10
    assert cms.read_timestamp(answer) == stamp
    response = cms.read_timestamp_response(answer)
    assert (response.status, response.failures) == ("granted", [])
    assert response.token is not None
    alone = cms.verify_timestamp(response.token, tsa.verifier, digest=stamp.digest, nonce=stamp.nonce, policy=POLICY)
    assert alone.timestamp == stamp


def test_an_rsa_key(tmp_path: Path) -> None:
    tsa = authority(tmp_path, rsa.generate_private_key(65537, 2048))
    answer = tsa.answer(tsa.query("-sha256", "-cert"), name="no")
    verified = cms.verify_timestamp(answer, tsa.verifier, content=DATA)
    assert verified.certificate == tsa.certificate
    assert verified.timestamp.authority is None


@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()], ids=lambda one: one.name)
@pytest.mark.parametrize("policy", [None, OTHER_POLICY])
def test_our_request(tsa: Authority, algorithm: hashes.HashAlgorithm, policy: x509.ObjectIdentifier | None) -> None:
    made = request_of(algorithm=algorithm)
    request = cms.TimestampRequest(made.digest, algorithm, policy=policy)
    answer = tsa.answer(request.to_der())
    verified = cms.verify_timestamp(answer, tsa.verifier, request=request)
    assert verified.timestamp.nonce == request.nonce
    assert verified.timestamp.policy == (policy or POLICY)
    # What openssl says of its answer to our request.
    (tsa.folder / "data").write_bytes(DATA)
    (tsa.folder / "ours.tsq").write_bytes(request.to_der())
    said = tsa.run("-verify", "-queryfile", "ours.tsq", "-in", "answer.tsr", "-CAfile", "root.crt")
    assert b"Verification: OK" in said
    text = tsa.run("-query", "-in", "ours.tsq", "-text").decode()
    assert request.nonce is not None
    assert f"Nonce: 0x{request.nonce:X}" in text
    assert "Certificate required: yes" in text


def test_requests_have_nonces_of_their_own() -> None:
    nonces = {request_of().nonce for _ in range(50)}
    assert len(nonces) == 50
    assert all(nonce is not None and nonce.bit_length() == 64 for nonce in nonces)
    plain = cms.TimestampRequest(bytes(32), hashes.SHA256(), None, None, certificates=False)
    # No nonce, no policy, and the default of certReq left out.
    assert len(plain.to_der()) == 2 + 3 + 2 + 15 + 34
    with pytest.raises(ValueError, match="a digest of sha384 has 48 bytes, and this has 32"):
        cms.TimestampRequest(bytes(32), hashes.SHA384()).to_der()
    with pytest.raises(ValueError, match="[Nn]egative"):
        cms.TimestampRequest(bytes(32), hashes.SHA256(), -5).to_der()


def test_the_certificate_given_with_the_call(tsa: Authority) -> None:
    request = cms.TimestampRequest(request_of().digest, hashes.SHA256(), certificates=False)
    answer = tsa.answer(request.to_der())
    with pytest.raises(cms.TimestampRefused, match="certificate is not in the message"):
        cms.verify_timestamp(answer, tsa.verifier, request=request)
    verified = cms.verify_timestamp(answer, tsa.verifier, request=request, certificates=[tsa.certificate])
    assert verified.certificate == tsa.certificate


def test_what_is_not_of_the_request(tsa: Authority, answer: bytes) -> None:
    stamp = cms.read_timestamp(answer)
    refused = [
        ({"content": b"another document\n"}, "is of other data"),
        ({"digest": bytes(32)}, "is of other data"),
        ({"digest": stamp.digest[:-1]}, "is of other data"),
        ({"digest": b""}, "is of other data"),
        ({"content": DATA, "nonce": 5}, "nonce is not the one of the request"),
        ({"content": DATA, "policy": OTHER_POLICY}, "made under another policy, 1.3.6.1.4.1.55738.9.1"),
        ({"request": request_of()}, "nonce is not the one of the request"),
        ({"request": request_of(b"another")}, "is of other data"),
        ({"request": request_of(algorithm=hashes.SHA512())}, "of a sha256, and sha512 was asked for"),
    ]
    for arguments, reason in refused:
        with pytest.raises(cms.TimestampRefused, match=reason):
            cms.verify_timestamp(answer, tsa.verifier, **arguments)  # type: ignore[arg-type]
    for arguments in ({}, {"content": DATA, "digest": stamp.digest}):
        with pytest.raises(TypeError, match="with one of content, digest and request"):
            cms.verify_timestamp(answer, tsa.verifier, **arguments)  # type: ignore[arg-type]


def test_a_timestamp_without_the_nonce_that_was_asked_for(tsa: Authority) -> None:
    answer = tsa.answer(tsa.query("-sha256", "-cert", "-no_nonce"))
    assert cms.verify_timestamp(answer, tsa.verifier, content=DATA).timestamp.nonce is None
    with pytest.raises(cms.TimestampRefused, match="has no nonce, and the request had one"):
        cms.verify_timestamp(answer, tsa.verifier, request=request_of())


def test_a_broken_hash_function(tsa: Authority) -> None:
    answer = tsa.answer(tsa.query("-sha1", "-cert"))
    assert cms.read_timestamp(answer).algorithm.name == "sha1"  # type: ignore[union-attr]
    with pytest.raises(cms.TimestampRefused, match="hash function sha1 of the data is broken"):
        cms.verify_timestamp(answer, tsa.verifier, content=DATA)


def test_a_refusal_of_the_authority(tsa: Authority) -> None:
    request = cms.TimestampRequest(bytes(32), hashes.SHA256(), policy=x509.ObjectIdentifier("1.2.3.4"))
    answer = tsa.answer(request.to_der())
    response = cms.read_timestamp_response(answer)
    assert (response.status, response.failures, response.token) == ("rejection", ["unacceptedPolicy"], None)
    assert response.texts
    for call in (cms.read_timestamp, lambda data: cms.verify_timestamp(data, tsa.verifier, request=request)):
        with pytest.raises(cms.TimestampRefused, match=r"did not grant the timestamp: rejection, unacceptedPolicy \("):
            call(answer)
    other = tsa.answer(cms.TimestampRequest(bytes(28), hashes.SHA224()).to_der())
    assert cms.read_timestamp_response(other).failures == ["badAlg"]


PURPOSES = [
    ([STAMPING], False),
    ([STAMPING, ExtendedKeyUsageOID.CODE_SIGNING], True),
    ([ExtendedKeyUsageOID.EMAIL_PROTECTION], True),
    ([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], True),
]


@pytest.mark.parametrize(("purposes", "critical"), PURPOSES)
def test_a_certificate_for_other_purposes(
    tsa: Authority, answer: bytes, purposes: list[x509.ObjectIdentifier], critical: bool
) -> None:
    """The key is the authority's, and the certificate has its issuer and serial number."""
    wrong = issue("stamps", tsa.key, "root", tsa.root_key, purposes=purposes, critical=critical)
    forged = resigned(tsa, answer, wrong)
    for purpose in (STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, purposes[0]):
        verifier = Verifier([tsa.root], purpose=purpose, lenient=True)
        with pytest.raises(cms.TimestampRefused, match="not one of a timestamping authority"):
            cms.verify_timestamp(forged, verifier, content=DATA)
    right = resigned(tsa, answer, issue("stamps", tsa.key, "root", tsa.root_key, purposes=[STAMPING]))
    assert cms.verify_timestamp(right, tsa.verifier, content=DATA)


def resigned(
    tsa: Authority,
    answer: bytes,
    certificate: x509.Certificate,
    named: x509.Certificate | None = None,
    *attributes: bytes,
    statement: bytes | None = None,
) -> bytes:
    """The same statement, signed with the key of the authority under another certificate. The
    attribute names `named`."""

    def oid(dotted: str) -> bytes:
        return asn1.encode_der(x509.ObjectIdentifier(dotted))

    def attribute(kind: str, value: bytes) -> bytes:
        return element(0x30, oid(kind), element(0x31, value))

    token = cms.read_timestamp_response(answer).token
    assert token is not None
    statement = statement_of(token) if statement is None else statement
    der = certificate.public_bytes(Encoding.DER)
    if not attributes:
        cited = (named or certificate).public_bytes(Encoding.DER)
        name = element(0x30, element(0x30, element(0x30, element(0x04, sha256(cited)))))
        attributes = (attribute("1.2.840.113549.1.9.16.2.47", name),)
    signed = [
        attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.9.16.1.4")),
        attribute("1.2.840.113549.1.9.4", element(0x04, sha256(statement))),
        *(one for one in attributes if one),
    ]
    content = b"".join(sorted(signed))
    assert isinstance(tsa.key, ec.EllipticCurvePrivateKey)
    signature = tsa.key.sign(element(0x31, content), ec.ECDSA(hashes.SHA256()))
    algorithm = element(0x30, oid("2.16.840.1.101.3.4.2.1"))
    serial = certificate.serial_number.to_bytes(certificate.serial_number.bit_length() // 8 + 1, "big")
    info = element(
        0x30,
        b"\x02\x01\x01",
        element(0x30, certificate.issuer.public_bytes(), element(0x02, serial)),
        algorithm,
        element(0xA0, content),
        element(0x30, oid("1.2.840.10045.4.3.2")),
        element(0x04, signature),
    )
    data = element(
        0x30,
        b"\x02\x01\x03",
        element(0x31, algorithm),
        element(0x30, oid("1.2.840.113549.1.9.16.1.4"), element(0xA0, element(0x04, statement))),
        element(0xA0, der),
        element(0x31, info),
    )
    return element(0x30, oid("1.2.840.113549.1.7.2"), element(0xA0, data))


def statement_of(token: bytes) -> bytes:
    """The TSTInfo, which stands after the identifier of its type."""
    start = token.index(bytes.fromhex("060b2a864886f70d0109100104")) + 13
    # [0], OCTET STRING, and a length of two octets each at most.
    for _ in range(2):
        size = token[start + 1]
        start += 2 if size < 128 else 2 + size - 128
    return token[start : start + size] if size < 128 else token[start : start + token[start - 1]]


def test_another_signing_certificate(tsa: Authority, answer: bytes) -> None:
    """The same key and name in two certificates: the signature says for which of them it is."""
    other = issue("stamps", tsa.key, "root", tsa.root_key, purposes=[STAMPING])
    with pytest.raises(cms.TimestampRefused, match="names another certificate"):
        cms.verify_timestamp(resigned(tsa, answer, other, tsa.certificate), tsa.verifier, content=DATA)
    with pytest.raises(cms.TimestampRefused, match="does not say which certificate it belongs to"):
        cms.verify_timestamp(resigned(tsa, answer, other, None, b""), tsa.verifier, content=DATA)


def element(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body).to_bytes(4, "big").lstrip(b"\0")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x80 | len(size)]) + size) + body


def sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


SHA256_NAME = bytes.fromhex("300b0609608648016503040201")


def stated(*more: bytes, digest: bytes | None = None, time: bytes | None = None, version: int = 1) -> bytes:
    """A TSTInfo with these parts after the time."""
    time = time or f"{datetime.datetime.now(datetime.UTC):%Y%m%d%H%M%SZ}".encode()
    imprint = element(0x30, SHA256_NAME, element(0x04, sha256(DATA) if digest is None else digest))
    policy, serial = bytes.fromhex("06022a03"), bytes.fromhex("020105")
    return element(0x30, bytes([2, 1, version]), policy, imprint, serial, element(0x18, time), *more)


def test_statements_of_other_authorities(tsa: Authority, answer: bytes) -> None:
    def verified(*more: bytes, **options: object) -> cms.Timestamp:
        forged = resigned(tsa, answer, tsa.certificate, statement=stated(*more, **options))  # type: ignore[arg-type]
        return cms.verify_timestamp(forged, tsa.verifier, content=DATA).timestamp

    plain = verified()
    assert (plain.accuracy, plain.ordering, plain.nonce, plain.authority) == (None, False, None, None)
    assert not verified(b"\x01\x01\x00").ordering  # a default that is written out
    assert verified(bytes.fromhex("3004 8002 03e7")).accuracy == datetime.timedelta(milliseconds=999)
    assert verified(bytes.fromhex("3000")).accuracy == datetime.timedelta(0)
    assert verified(bytes.fromhex("0201ff")).nonce == -1
    # Extensions: one that is not critical, and one that is.
    extension = bytes.fromhex("06022a09"), bytes.fromhex("040105")
    assert verified(element(0xA1, element(0x30, *extension)))
    with pytest.raises(cms.TimestampRefused, match=r"the extension 1.2.9 of the timestamp is critical"):
        verified(element(0xA1, element(0x30, extension[0], b"\x01\x01\xff", extension[1])))
    for more, options, reason in (
        ((bytes.fromhex("3004 8002 03e8"),), {}, "a part of a second is not below 1000, at .*accuracy"),
        ((), {"version": 2}, "the version is not 1"),
        ((), {"time": b"20261301000000Z"}, "error parsing asn1 value"),
        ((), {"time": b"20260101000000.10Z"}, "error parsing asn1 value"),
        ((b"\x05\x00",), {}, "error parsing asn1 value"),
    ):
        with pytest.raises(ValueError, match=reason):
            verified(*more, **options)  # type: ignore[arg-type]
    postal = element(0xA0, bytes.fromhex("a303 0c0178"))
    with pytest.raises(cms.TimestampRefused, match="names another authority"):
        verified(postal)
    with pytest.raises(UnsupportedAlgorithm, match="name is of a kind that is not supported"):
        cms.read_timestamp(resigned(tsa, answer, tsa.certificate, statement=stated(postal)))
    # A digest of another length is none of this function.
    short = resigned(tsa, answer, tsa.certificate, statement=stated(digest=b""))
    with pytest.raises(cms.TimestampRefused, match="digest is no sha256: its length is another"):
        cms.verify_timestamp(short, tsa.verifier, digest=b"")


def test_another_authority_than_the_one_named(tsa: Authority, answer: bytes) -> None:
    other = issue("other", tsa.key, "root", tsa.root_key, purposes=[STAMPING])
    with pytest.raises(cms.TimestampRefused, match="names another authority"):
        cms.verify_timestamp(resigned(tsa, answer, other), tsa.verifier, content=DATA)


def test_an_authority_that_nobody_trusts(tsa: Authority, answer: bytes, tmp_path: Path) -> None:
    stranger = authority(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(Refused):
        cms.verify_timestamp(answer, stranger.verifier, content=DATA)


def test_the_chain_is_judged_at_the_time_of_the_timestamp(tsa: Authority, answer: bytes) -> None:
    expired = issue("stamps", tsa.key, "root", tsa.root_key, purposes=[STAMPING], days=(-700, -2))
    with pytest.raises(Refused, match="valid"):
        cms.verify_timestamp(resigned(tsa, answer, expired), tsa.verifier, content=DATA)
    # A verifier with a time of its own is asked about that.
    late = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=500)
    with pytest.raises(Refused, match="valid"):
        cms.verify_timestamp(answer, Verifier([tsa.root], purpose=STAMPING, time=late), content=DATA)


def test_any_changed_byte_is_noticed(tsa: Authority, answer: bytes) -> None:
    stamp = cms.verify_timestamp(answer, tsa.verifier, content=DATA).timestamp
    accepted = 0
    for at in range(len(answer)):
        changed = bytearray(answer)
        changed[at] ^= 0x40
        try:
            verified = cms.verify_timestamp(changed, tsa.verifier, content=DATA)
        except (ValueError, InvalidSignature, UnsupportedAlgorithm, Refused, x509.InvalidVersion):
            continue
        assert (verified.timestamp, verified.certificate) == (stamp, tsa.certificate)
        accepted += 1
    # Versions, the list of hash functions and the like: no part of what is signed.
    assert accepted < 40


def test_cut_off_answers_are_refused(tsa: Authority, answer: bytes) -> None:
    for size in range(len(answer)):
        with pytest.raises((ValueError, UnsupportedAlgorithm)):
            cms.read_timestamp(answer[:size])
    with pytest.raises(ValueError, match="ExtraData|extra"):
        cms.read_timestamp_response(answer + b"\0")


def test_other_messages(tsa: Authority) -> None:
    with pytest.raises(ValueError, match="reads PKCS #7 or CMS"):
        cms.read_timestamp(tsa.certificate.public_bytes(Encoding.DER))
    with pytest.raises(ValueError, match="this is a certificate, and the call reads the response of a timestamping"):
        cms.read_timestamp_response(tsa.certificate.public_bytes(Encoding.DER))
    from ironlatch.hazmat.primitives.serialization import pkcs7

    builder = pkcs7.PKCS7SignatureBuilder().set_data(DATA).add_signer(tsa.certificate, tsa.key, hashes.SHA256())
    with pytest.raises(UnsupportedAlgorithm, match="is no timestamp"):
        cms.read_timestamp(builder.sign(Encoding.DER, []))
