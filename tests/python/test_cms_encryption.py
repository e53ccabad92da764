"""Encrypted messages: with `openssl` both ways, by hand from the RFCs, and what must be refused."""

from __future__ import annotations

import datetime
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import der
import pytest
from ironlatch import cms, x509
from ironlatch.exceptions import InvalidTag, UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, mlkem, padding, rsa, x448, x25519
from ironlatch.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PrivateKeyTypes
from ironlatch.hazmat.primitives.ciphers.aead import AESGCM
from ironlatch.hazmat.primitives.kdf.hkdf import HKDF
from ironlatch.hazmat.primitives.keywrap import aes_key_wrap
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, pkcs7
from ironlatch.x509.oid import NameOID

MESSAGE = b"a message\nof two lines\n"
DATA = Path(__file__).parents[1] / "data" / "cms"
CIPHERS = [f"AES-{bits}-GCM" for bits in (128, 192, 256)]
CBC = [f"AES-{bits}-CBC" for bits in (128, 192, 256)]

END = b"\0\0"


def tagged(tag: int, *parts: bytes) -> bytes:
    return der.tlv(tag, *parts)


def explicit(number: int, *parts: bytes) -> bytes:
    return der.tlv(0xA0 + number, *parts)


def sequence(*parts: bytes) -> bytes:
    return der.tlv(der.SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    return der.tlv(0x31, *parts)


def octets(data: bytes) -> bytes:
    return der.tlv(der.OCTETS, data)


def integer(number: int) -> bytes:
    return der.integer(number)


def oid(text: str) -> bytes:
    first, second, *rest = map(int, text.split("."))
    body = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc >> shift & 0x7F for shift in range(0, max(arc.bit_length(), 1), 7)]
        body += bytes([group | 0x80 for group in groups[:0:-1]] + groups[:1])
    return der.tlv(der.OID, bytes(body))


@dataclass
class Person:
    """A key, its certificate, and both as files."""

    key: PrivateKeyTypes
    certificate: x509.Certificate
    files: Path

    def decrypt(self, message: bytes, **options: bool) -> bytes:
        return cms.decrypt(message, self.key, self.certificate, **options)


def issue(name: str, public: CertificatePublicKeyTypes, identifier: bytes | None = None) -> x509.Certificate:
    """A certificate of any public key: nothing in a message looks at who issued it."""
    issuer = ec.generate_private_key(ec.SECP256R1())
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(public)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=365))
    extension = (
        x509.SubjectKeyIdentifier(identifier) if identifier else x509.SubjectKeyIdentifier.from_public_key(public)
    )
    return builder.add_extension(extension, critical=False).sign(issuer, hashes.SHA256())


KEYS: dict[str, PrivateKeyTypes] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
    "p521": ec.generate_private_key(ec.SECP521R1()),
    "x25519": x25519.X25519PrivateKey.generate(),
    "x448": x448.X448PrivateKey.generate(),
    "mlkem768": mlkem.MLKEM768PrivateKey.generate(),
    "mlkem1024": mlkem.MLKEM1024PrivateKey.generate(),
}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Person]:
    folder = tmp_path_factory.mktemp("people")
    made = {}
    for name, key in KEYS.items():
        certificate = issue(name, key.public_key())  # type: ignore[arg-type]
        (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
        made[name] = Person(key, certificate, folder / name)
    return made


def openssl(*arguments: object, message: bytes) -> bytes:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    done = subprocess.run(["openssl", "cms", *map(str, arguments)], input=message, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


# What `openssl cms` of version 3.0 knows: neither X25519 nor ML-KEM.
KNOWN_TO_OPENSSL = ["rsa", "p256", "p384", "p521"]


@pytest.mark.parametrize("cipher", CIPHERS + CBC)
@pytest.mark.parametrize("name", KNOWN_TO_OPENSSL)
def test_openssl_reads_ours(name: str, cipher: str, people: dict[str, Person]) -> None:
    person = people[name]
    for content in (b"", b"x", MESSAGE, bytes(range(256)) * 1000):
        sealed = cms.encrypt(content, [person.certificate], cipher=cipher)  # type: ignore[arg-type]
        files = ["-recip", f"{person.files}.crt", "-inkey", f"{person.files}.key"]
        assert openssl("-decrypt", "-binary", "-inform", "DER", *files, message=sealed) == content


@pytest.mark.parametrize("more", [[], ["-stream"], ["-keyid"], ["-outform", "PEM"]], ids=" ".join)
@pytest.mark.parametrize("cipher", CIPHERS + CBC)
@pytest.mark.parametrize("name", KNOWN_TO_OPENSSL)
def test_we_read_openssl(name: str, cipher: str, more: list[str], people: dict[str, Person]) -> None:
    person = people[name]
    options = [*(["-outform", "DER"] if "-outform" not in more else []), *more, f"-{cipher.lower()}"]
    for content in (b"x", MESSAGE, bytes(range(256)) * 1000):
        for choices in (
            [["rsa_padding_mode:oaep"], ["rsa_padding_mode:oaep", "rsa_oaep_md:sha384", "rsa_mgf1_md:sha1"], []]
            if name == "rsa"
            else [[], ["ecdh_kdf_md:sha256"], ["ecdh_kdf_md:sha512"]]
        ):
            keys = [part for choice in choices for part in ("-keyopt", choice)]
            sealed = openssl("-encrypt", "-binary", *options, "-recip", f"{person.files}.crt", *keys, message=content)
            if cipher in CBC:
                with pytest.raises(ValueError, match="not authenticated"):
                    person.decrypt(sealed)
            assert person.decrypt(sealed, allow_unauthenticated=cipher in CBC) == content


@pytest.mark.parametrize("cipher", CIPHERS + CBC)
def test_each_of_several_recipients_decrypts(cipher: str, people: dict[str, Person]) -> None:
    everyone = [person.certificate for person in people.values()]
    sealed = cms.encrypt(MESSAGE, everyone, cipher=cipher)  # type: ignore[arg-type]
    for person in people.values():
        assert person.decrypt(sealed, allow_unauthenticated=True) == MESSAGE
        assert person.decrypt(der.pem("CMS", sealed), allow_unauthenticated=True) == MESSAGE
    stranger = issue("stranger", people["p256"].key.public_key())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not for this certificate"):
        cms.decrypt(sealed, people["p256"].key, stranger, allow_unauthenticated=True)


def test_the_example_of_rfc_9936() -> None:
    key = mlkem.MLKEM512PrivateKey.from_seed_bytes(bytes(range(64)))
    certificate = issue("Bob", key.public_key(), bytes.fromhex("599788c37aed400ee405d1b2a3366ab17d824a51"))
    assert cms.decrypt((DATA / "rfc9936.pem").read_bytes(), key, certificate) == b"Hello, world!"
    assert cms.decrypt(cms.encrypt(b"x", [certificate]), key, certificate) == b"x"


def test_x25519_by_hand_from_rfc_8418(people: dict[str, Person]) -> None:
    """Messages of another program, with everything that the RFC leaves open."""
    person = people["x25519"]
    public = person.key.public_key()
    assert isinstance(public, x25519.X25519PublicKey)
    own = x25519.X25519PrivateKey.generate()
    point = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wrap = sequence(oid("2.16.840.1.101.3.4.1.45"))
    identifier = person.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    for scheme, hash, ukm in [
        (19, hashes.SHA256(), None),
        (20, hashes.SHA384(), b"u" * 20),
        (21, hashes.SHA512(), b""),
    ]:
        part = b"" if ukm is None else explicit(0, octets(ukm))
        info = sequence(wrap, part, explicit(2, octets(struct.pack(">I", 256))))
        kek = HKDF(hash, 32, None, info).derive(own.exchange(public))
        content_key, nonce = AESGCM.generate_key(128), bytes(12)
        wrapped = aes_key_wrap(kek, content_key)
        originator = explicit(0, tagged(0xA1, sequence(oid("1.3.101.110")), der.tlv(der.BITS, b"\0", point)))
        part = b"" if ukm is None else explicit(1, octets(ukm))
        algorithm = sequence(oid(f"1.2.840.113549.1.9.16.3.{scheme}"), wrap)
        rid = tagged(0xA0, octets(identifier))
        agreed = sequence(sequence(rid, octets(wrapped)))
        recipient = tagged(0xA1, integer(3), originator, part, algorithm, agreed)
        attribute = sequence(oid("1.2.840.113549.1.9.3"), set_of(oid("1.2.840.113549.1.7.1")))
        for attributes in (b"", attribute):
            aad = set_of(attributes) if attributes else None
            sealed = AESGCM(content_key).encrypt(nonce, MESSAGE, aad)
            message = auth_enveloped(recipient, nonce, sealed[:-16], sealed[-16:], attributes)
            assert person.decrypt(message) == MESSAGE
            with pytest.raises(InvalidTag):
                person.decrypt(auth_enveloped(recipient, nonce, sealed[:-16], bytes(16), attributes))
        # Attributes that were added, or taken away.
        with pytest.raises(InvalidTag):
            person.decrypt(auth_enveloped(recipient, nonce, sealed[:-16], sealed[-16:], b""))


def auth_enveloped(
    recipient: bytes, nonce: bytes, content: bytes, tag: bytes, attributes: bytes = b"", algorithm: bytes | None = None
) -> bytes:
    parameters = sequence(octets(nonce), integer(len(tag)))
    algorithm = algorithm or sequence(oid("2.16.840.1.101.3.4.1.6"), parameters)
    info = sequence(oid("1.2.840.113549.1.7.1"), algorithm, tagged(0x80, content))
    placed = tagged(0xA1, attributes) if attributes else b""
    body = sequence(integer(0), set_of(recipient), info, placed, octets(tag))
    return sequence(oid("1.2.840.113549.1.9.16.1.23"), explicit(0, body))


@pytest.mark.parametrize("name", KEYS)
def test_what_was_changed_is_refused(name: str, people: dict[str, Person]) -> None:
    person = people[name]
    sealed = cms.encrypt(MESSAGE, [person.certificate], cipher="AES-128-GCM")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1 << place % 8
        try:
            content = person.decrypt(bytes(changed))
        except (InvalidTag, ValueError, UnsupportedAlgorithm):
            continue
        # What nothing depends on: versions, the type of the content, the identifier of the other
        # side's key. The content never changes.
        assert content == MESSAGE
    for end in range(len(sealed)):
        with pytest.raises((ValueError, InvalidTag)):
            person.decrypt(sealed[:end])


def test_parts_of_two_messages_do_not_mix(people: dict[str, Person]) -> None:
    person = people["p256"]
    one, two = (cms.encrypt(MESSAGE, [person.certificate]) for _ in range(2))
    assert len(one) == len(two)
    # The recipients of one message, the content of another.
    for cut in (len(one) - 60, len(one) - 45, len(one) - 16):
        with pytest.raises((ValueError, InvalidTag)):
            person.decrypt(one[:cut] + two[cut:])


def test_wrong_keys_and_things_that_are_no_messages(people: dict[str, Person]) -> None:
    rsa_person, ec_person = people["rsa"], people["p256"]
    sealed = cms.encrypt(MESSAGE, [rsa_person.certificate, ec_person.certificate])
    with pytest.raises(ValueError, match="not that of the certificate"):
        cms.decrypt(sealed, ec_person.key, rsa_person.certificate)
    with pytest.raises(TypeError, match="private key"):
        cms.decrypt(sealed, "key", rsa_person.certificate)  # type: ignore[arg-type]
    for data, error in [
        (b"", "empty"),
        (b"x", "short data"),
        (ec_person.certificate.public_bytes(Encoding.DER), "a certificate"),
        (pkcs7.serialize_certificates([ec_person.certificate], Encoding.DER), "signed, and not encrypted"),
        (b"-----BEGIN CERTIFICATE-----\n", "PEM"),
    ]:
        with pytest.raises(ValueError, match=error):
            ec_person.decrypt(data)
    with pytest.raises(ValueError, match="at least one recipient"):
        cms.encrypt(b"", [])
    with pytest.raises(ValueError, match="Ed25519.*cannot be encrypted to it"):
        cms.encrypt(b"", [issue("signer", ed25519.Ed25519PrivateKey.generate().public_key())])
    with pytest.raises(ValueError, match=r"'RC4'|\"RC4\""):
        cms.encrypt(b"", [ec_person.certificate], cipher="RC4")  # type: ignore[arg-type]


def test_wrong_rsa_keys_in_a_message_are_one_error(people: dict[str, Person]) -> None:
    """Nothing tells a padding that is wrong from a key that is wrong (Bleichenbacher, Manger)."""
    person = people["rsa"]
    public = person.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    numbers = public.public_numbers()
    name = sequence(person.certificate.issuer.public_bytes(), integer(person.certificate.serial_number))
    key, nonce = AESGCM.generate_key(128), bytes(12)
    sealed = AESGCM(key).encrypt(nonce, MESSAGE, None)

    def message(algorithm: bytes, encrypted: bytes) -> bytes:
        recipient = sequence(integer(0), name, algorithm, octets(encrypted))
        return auth_enveloped(recipient, nonce, sealed[:-16], sealed[-16:])

    v15 = sequence(oid("1.2.840.113549.1.1.1"), b"\x05\x00")
    by_oaep = sequence(oid("1.2.840.113549.1.1.7"), sequence())
    assert person.decrypt(message(v15, public.encrypt(key, padding.PKCS1v15()))) == MESSAGE
    assert person.decrypt(message(by_oaep, public.encrypt(key, oaep))) == MESSAGE
    wrong = [
        (v15, public.encrypt(key[:-1], padding.PKCS1v15())),
        (v15, public.encrypt(b"", padding.PKCS1v15())),
        (v15, public.encrypt(bytes(16), padding.PKCS1v15())),
        (v15, bytes(256)),
        (v15, b"\xff" * 256),
        (v15, bytes(255)),
        (v15, b""),
        (v15, (numbers.n - 1).to_bytes(256, "big")),
        (v15, public.encrypt(key, oaep)),
        (by_oaep, public.encrypt(key, padding.PKCS1v15())),
        (by_oaep, public.encrypt(key[:-1], oaep)),
        (by_oaep, public.encrypt(bytes(16), oaep)),
        (by_oaep, bytes(256)),
        (by_oaep, b"\xff" * 256),
        (by_oaep, b""),
    ]
    errors = set()
    for algorithm, encrypted in wrong:
        with pytest.raises(InvalidTag) as caught:
            person.decrypt(message(algorithm, encrypted))
        errors.add(str(caught.value))
    assert len(errors) == 1


def test_a_message_cannot_be_brought_down_to_one_without_authentication(people: dict[str, Person]) -> None:
    """The key of a content in GCM, in a message that says CBC, or GCM without a tag."""
    person = people["p256"]
    sealed = cms.encrypt(MESSAGE, [person.certificate], cipher="AES-256-GCM")
    authenticated, plain = oid("1.2.840.113549.1.9.16.1.23"), oid("1.2.840.113549.1.7.3")
    assert authenticated in sealed
    body = sealed[sealed.index(authenticated) + len(authenticated) :]
    with pytest.raises((ValueError, UnsupportedAlgorithm)):
        person.decrypt(sequence(plain, body))
    with pytest.raises(UnsupportedAlgorithm, match="do not go together"):
        person.decrypt(sequence(plain, body), allow_unauthenticated=True)


def test_tags_that_are_too_short(people: dict[str, Person]) -> None:
    person = people["x25519"]
    sealed = cms.encrypt(MESSAGE, [person.certificate])
    parameters = sealed[-len(MESSAGE) - 18 - 2 - 3 :][:3]
    assert parameters == b"\x02\x01\x10"
    for length in (0, 4, 8, 11, 17, 127):
        changed = bytearray(sealed)
        changed[-len(MESSAGE) - 18 - 2 - 1] = length
        with pytest.raises(ValueError, match="tag is to have a length"):
            person.decrypt(bytes(changed))


def test_deep_and_endless_ber(people: dict[str, Person]) -> None:
    person = people["p256"]
    deep = b"\x30\x80" * 100_000
    for data in (deep, sequence(oid("1.2.840.113549.1.7.3")) + deep, b"\x30\x88" + b"\xff" * 8):
        with pytest.raises(ValueError):
            person.decrypt(data, allow_unauthenticated=True)
    sealed = cms.encrypt(MESSAGE, [person.certificate])
    encrypted = sealed[-len(MESSAGE) - 18 : -18]
    pieces = b"".join(octets(encrypted[at : at + 1]) for at in range(len(encrypted)))
    for content in (
        tagged(0x80, encrypted),
        b"\xa0\x80" + pieces + END,
        b"\xa0\x80\x24\x80" + pieces + 2 * END,
        b"\xa0\x80" + b"\x24\x80" * 20 + pieces + END * 21,
        b"\xa0\x80" + b"\x04\x00" * 10_000 + pieces + END,
    ):
        assert person.decrypt(in_ber(sealed, content)) == MESSAGE
    for content in (
        b"\xa0\x80" + b"\x24\x80" * 100 + pieces + END * 101,
        b"\xa0\x80\x02\x01\x00" + pieces + END,
        b"\xa0\x80" + pieces,
    ):
        with pytest.raises(ValueError):
            person.decrypt(in_ber(sealed, content))


def in_ber(sealed: bytes, content: bytes) -> bytes:
    """The message with this content, and no lengths around it."""
    kind, explicit = der.split(sealed)
    version, recipients, info, tag = der.split(der.split(explicit)[0])
    content_type, algorithm, _ = der.split(info)
    inside = b"\x30\x80" + content_type + algorithm + content + END
    return b"\x30\x80" + kind + b"\xa0\x80\x30\x80" + version + recipients + inside + tag + 3 * END
