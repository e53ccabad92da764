"""Verifying signed messages: those of `openssl` and ours, and what must be refused."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from ironlatch import cms, x509
from ironlatch.certificates import Refused, Verifier
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from ironlatch.x509.oid import ExtendedKeyUsageOID, NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
MESSAGE = b"a message\r\nof two lines\r\n"
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
Option = pkcs7.PKCS7Options


@dataclass
class Person:
    """A key, its certificate, and both as files."""

    key: Key
    certificate: x509.Certificate
    files: Path

    @property
    def options(self) -> list[str]:
        return ["-signer", f"{self.files}.crt", "-inkey", f"{self.files}.key"]


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issue(name: str, key: Key, issuer: str, issuer_key: Key, *, ca: bool) -> x509.Certificate:
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=365))
    builder = builder.add_extension(x509.BasicConstraints(ca, None), ca)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    if ca:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.ExtendedKeyUsage([EMAIL]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class World:
    root: x509.Certificate
    middle: x509.Certificate
    people: dict[str, Person]

    @property
    def verifier(self) -> Verifier:
        return Verifier([self.root], purpose=EMAIL, all_algorithms=True)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("people")
    root_key, middle_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = issue("root", root_key, "root", root_key, ca=True)
    middle = issue("middle", middle_key, "root", root_key, ca=True)
    keys: dict[str, Key] = {
        "rsa": rsa.generate_private_key(65537, 2048),
        "ec": ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    people = {}
    for name, key in keys.items():
        certificate = issue(name, key, "middle", middle_key, ca=False)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(pem)
        (folder / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
        people[name] = Person(key, certificate, folder / name)
    (folder / "middle.crt").write_bytes(middle.public_bytes(Encoding.PEM))
    return World(root, middle, people)


def openssl(world: World, *arguments: object, message: bytes = MESSAGE) -> bytes:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificates = world.people["rsa"].files.parent / "middle.crt"
    command = ["openssl", "cms", "-sign", "-binary", "-certfile", certificates, *map(str, arguments)]
    done = subprocess.run(command, input=message, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["rsa", "ec"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize(
    "more",
    [[], ["-nodetach"], ["-nodetach", "-stream"], ["-nodetach", "-keyid"], ["-nodetach", "-noattr"], ["-cades"]],
    ids=" ".join,
)
def test_messages_of_openssl(name: str, digest: str, more: list[str], world: World) -> None:
    person = world.people[name]
    for form in ("DER", "PEM"):
        signed = openssl(world, *person.options, "-md", digest, "-outform", form, *more)
        content = None if "-nodetach" in more else MESSAGE
        verified = cms.verify(signed, world.verifier, content=content)
        assert verified.content == MESSAGE
        (signer,) = verified.signers
        assert signer.certificate == person.certificate
        assert [one.subject for one in signer.verified.chain] == [named(name), named("middle"), named("root")]
        assert (signer.signing_time is None) == ("-noattr" in more)
        with pytest.raises(cms.SignatureRefused, match="signer 0: the "):
            cms.verify(signed, world.verifier, content=b"another")
        if content:
            with pytest.raises(cms.SignatureRefused, match="does not hold what is signed"):
                cms.verify(signed, world.verifier)


def test_pss(world: World) -> None:
    person = world.people["rsa"]
    options = ["-keyopt", "rsa_padding_mode:pss", "-outform", "DER", "-nodetach"]
    signed = openssl(world, *person.options, *options)
    assert cms.verify(signed, world.verifier).signers[0].certificate == person.certificate


SIGNING: list[tuple[str, pkcs7.PKCS7HashTypes, padding.PSS | None]] = [
    ("rsa", hashes.SHA256(), None),
    ("rsa", hashes.SHA384(), padding.PSS(padding.MGF1(hashes.SHA384()), padding.PSS.MAX_LENGTH)),
    ("ec", hashes.SHA512(), None),
    ("ed25519", hashes.SHA512(), None),
]


def sign(world: World, *names: str, options: tuple[pkcs7.PKCS7Options, ...] = (), message: bytes = MESSAGE) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(message).add_certificate(world.middle)
    for name, digest, pad in SIGNING:
        if name in names and not (pad and len(names) > 1):
            person = world.people[name]
            builder = builder.add_signer(person.certificate, person.key, digest, rsa_padding=pad)
    return builder.sign(Encoding.DER, [Option.Binary, *options])


@pytest.mark.parametrize("name", ["rsa", "ec", "ed25519"])
@pytest.mark.parametrize("options", [(), (Option.NoAttributes,), (Option.DetachedSignature,)], ids=str)
def test_our_own(name: str, options: tuple[pkcs7.PKCS7Options, ...], world: World) -> None:
    content = MESSAGE if Option.DetachedSignature in options else None
    verified = cms.verify(sign(world, name, options=options), world.verifier, content=content)
    assert {signer.certificate for signer in verified.signers} == {world.people[name].certificate}


def test_every_signature_has_to_be_valid(world: World) -> None:
    signed = sign(world, "rsa", "ec", "ed25519")
    assert len(cms.verify(signed, world.verifier).signers) == 3
    signatures = 0
    for name in ("rsa", "ec", "ed25519"):
        alone = sign(world, name)
        assert cms.verify(alone, world.verifier)
        changed = bytearray(signed)
        changed[-10] ^= 1
        with pytest.raises(InvalidSignature):
            cms.verify(changed, world.verifier)
        signatures += 1
    assert signatures == 3


def test_any_changed_byte_is_noticed(world: World) -> None:
    signed = sign(world, "ec")
    accepted = []
    for at in range(len(signed)):
        changed = bytearray(signed)
        changed[at] ^= 0x40
        try:
            verified = cms.verify(changed, world.verifier)
        except (ValueError, InvalidSignature, UnsupportedAlgorithm, Refused, x509.InvalidVersion):
            continue
        assert verified.content == MESSAGE
        assert verified.signers[0].certificate == world.people["ec"].certificate
        accepted.append(at)
    # Versions, the list of hash functions and the like: no part of what is signed.
    assert len(accepted) < 40


def test_certificates_that_the_message_does_not_hold(world: World) -> None:
    person = world.people["ec"]
    signed = sign(world, "ec", options=(Option.NoCerts,))
    with pytest.raises(cms.SignatureRefused, match="certificate is not in the message"):
        cms.verify(signed, world.verifier)
    with pytest.raises(Refused):
        cms.verify(signed, world.verifier, certificates=[person.certificate])
    verified = cms.verify(signed, world.verifier, certificates=[world.middle, person.certificate])
    assert verified.signers[0].certificate == person.certificate


def test_signers_who_are_not_trusted(world: World) -> None:
    signed = sign(world, "rsa", "ec")
    other_key = ec.generate_private_key(ec.SECP256R1())
    for verifier in (
        Verifier([issue("root", other_key, "root", other_key, ca=True)], purpose=EMAIL),
        Verifier([world.root], purpose=ExtendedKeyUsageOID.CODE_SIGNING),
        Verifier([world.root], purpose=EMAIL, time=datetime.datetime(2000, 1, 1)),
    ):
        with pytest.raises(Refused):
            cms.verify(signed, verifier)


def test_the_attributes_of_a_message_are_no_message(world: World) -> None:
    """The bytes under a signature with attributes are also those of a message without them."""
    signed = sign(world, "ec")
    digest = hashlib.sha512(MESSAGE).digest()
    end = signed.index(digest) + len(digest)
    start = signed.rindex(b"\xa0", 0, signed.index(bytes.fromhex("06092a864886f70d010903"), len(signed) // 2))
    length = signed[start + 1]
    header = 2
    if length >= 0x80:
        header += length - 0x80
        length = int.from_bytes(signed[start + 2 : start + header], "big")
    attributes = b"\x31" + signed[start + 1 : start + header + length]
    assert start < end <= start + header + length
    forged = sign(world, "ec", options=(Option.NoAttributes, Option.DetachedSignature), message=attributes)
    with pytest.raises(cms.SignatureRefused, match="the signed attributes of another message"):
        cms.verify(forged, world.verifier, content=attributes)


def test_old_hash_functions(world: World) -> None:
    for more in ([], ["-noattr"]):
        signed = openssl(world, *world.people["rsa"].options, "-md", "sha1", "-outform", "DER", "-nodetach", *more)
        with pytest.raises(cms.SignatureRefused, match="sha1 is broken"):
            cms.verify(signed, world.verifier)


def test_something_else(world: World) -> None:
    with pytest.raises(cms.SignatureRefused, match="no signature"):
        cms.verify(pkcs7.serialize_certificates([world.root], Encoding.DER), world.verifier, content=b"")
    with pytest.raises(cms.SignatureRefused, match="holds something else"):
        cms.verify(sign(world, "ec"), world.verifier, content=b"other")
    person = world.people["rsa"]
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(b"x").add_recipient(person.certificate).encrypt(Encoding.DER, [])
    with pytest.raises(UnsupportedAlgorithm, match=r"1\.2\.840\.113549\.1\.7\.3"):
        cms.verify(sealed, world.verifier)
    for data, message in (
        (b"", "this is empty"),
        (world.root.public_bytes(Encoding.DER), "this is a certificate"),
        (world.root.public_bytes(Encoding.PEM), "does not have the PKCS7 tag"),
        (b"nonsense", "asn1 value"),
    ):
        with pytest.raises(ValueError, match=message):
            cms.verify(data, world.verifier)
