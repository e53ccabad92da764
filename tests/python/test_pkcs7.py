"""PKCS #7 and S/MIME: messages of `openssl`, and ours in it; bad messages; no oracle."""

from __future__ import annotations

import datetime
import email
import hashlib
import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from ironlatch import x509
from ironlatch.exceptions import UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from ironlatch.hazmat.primitives.ciphers import algorithms
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7

DATA = Path(__file__).parents[1] / "data" / "x509"
ROOT = x509.load_pem_x509_certificate((DATA / "root.pem").read_bytes())
LEAF = x509.load_pem_x509_certificate((DATA / "leaf.pem").read_bytes())
Option = pkcs7.PKCS7Options
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
MESSAGE = b"first line\nsecond line\r\nlast \xff\n"


def run(*arguments: object, data: bytes = b"") -> bytes:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, input=data)
    assert done.returncode == 0, done.stderr
    return done.stdout


def certificate(key: Key, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.not_valid_before(start).not_valid_after(start.replace(year=2046)).serial_number(2**100)
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


KEYS: dict[str, Callable[[], Key]] = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[Key, x509.Certificate]]:
    made = {name: make() for name, make in KEYS.items()}
    return {name: (key, certificate(key, name)) for name, key in made.items()}


@pytest.fixture
def rsa_pair(pairs: dict[str, tuple[Key, x509.Certificate]]) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key, cert = pairs["rsa"]
    assert isinstance(key, rsa.RSAPrivateKey)
    return key, cert


def written(folder: Path, name: str, key: Key, cert: x509.Certificate) -> None:
    (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / f"{name}.crt").write_bytes(cert.public_bytes(Encoding.PEM))


# Certificates.


def test_certificates_there_and_back() -> None:
    for encoding, load in (
        (Encoding.DER, pkcs7.load_der_pkcs7_certificates),
        (Encoding.PEM, pkcs7.load_pem_pkcs7_certificates),
    ):
        data = pkcs7.serialize_certificates([ROOT, LEAF], encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert sorted(map(hash, load(data))) == sorted([hash(ROOT), hash(LEAF)])
            assert load(bytearray(data)) == load(data)
        assert run("pkcs7", "-inform", "PEM" if encoding == Encoding.PEM else "DER", "-print_certs", "-noout",
                   data=data).count(b"subject") == 2  # fmt: skip
    with pytest.raises(TypeError, match="length >= 1"):
        pkcs7.serialize_certificates([], Encoding.DER)
    with pytest.raises(TypeError, match="encoding must be"):
        pkcs7.serialize_certificates([ROOT], Encoding.Raw)


@pytest.mark.parametrize("label", [b"PKCS7", b"PKCS #7 SIGNED DATA", b"CMS"])
def test_labels(label: bytes) -> None:
    pem = pkcs7.serialize_certificates([ROOT], Encoding.PEM).replace(b"PKCS7", label)
    assert pkcs7.load_pem_pkcs7_certificates(b"text before\n" + pem) == [ROOT]


def test_certificates_of_openssl(tmp_path: Path) -> None:
    (tmp_path / "both.pem").write_bytes(ROOT.public_bytes(Encoding.PEM) + LEAF.public_bytes(Encoding.PEM))
    data = run("crl2pkcs7", "-nocrl", "-certfile", tmp_path / "both.pem", "-outform", "DER")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the order of the set is as it happens
        assert set(pkcs7.load_der_pkcs7_certificates(data)) == {ROOT, LEAF}


def test_a_message_that_is_not_strict() -> None:
    data = pkcs7.serialize_certificates([ROOT], Encoding.DER)
    for other in (data + b"more", b"\x30\x80" + data[4:] + b"\0\0"):
        with pytest.warns(UserWarning, match="not strictly in DER"):
            assert pkcs7.load_der_pkcs7_certificates(other) == [ROOT]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"", ValueError, "this is empty"),
        (b"nonsense", ValueError, "Unable to parse PKCS7 data"),
        (b"-----BEGIN PKCS7-----", ValueError, "this is PEM"),
        (ROOT.public_bytes(Encoding.DER), ValueError, "this is a certificate"),
        (bytes.fromhex("300b06092a864886f70d010702"), ValueError, "there is no content"),
        (bytes.fromhex("300b06092a864886f70d010701"), UnsupportedAlgorithm, "1.2.840.113549.1.7.1"),
    ],
)
def test_no_certificates(data: bytes, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pkcs7.load_der_pkcs7_certificates(data)


def test_no_certificates_in_pem() -> None:
    with pytest.raises(ValueError, match="does not have the PKCS7 tag"):
        pkcs7.load_pem_pkcs7_certificates(ROOT.public_bytes(Encoding.PEM))
    with pytest.raises(ValueError, match="no BEGIN and END lines"):
        pkcs7.load_pem_pkcs7_certificates(b"text")


# Signatures.

SIGNATURES = [
    ("rsa", hashes.SHA256(), None),
    ("rsa", hashes.SHA512(), padding.PKCS1v15()),
    ("rsa", hashes.SHA384(), padding.PSS(padding.MGF1(hashes.SHA384()), padding.PSS.DIGEST_LENGTH)),
    ("rsa", hashes.SHA256(), padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)),
    ("ec", hashes.SHA224(), None),
    ("ec", hashes.SHA512(), None),
]
OPTIONS = [
    [],
    [Option.Binary],
    [Option.DetachedSignature],
    [Option.DetachedSignature, Option.Binary, Option.NoCapabilities],
    [Option.NoAttributes, Option.NoCerts],
]


@pytest.mark.parametrize(("name", "digest", "pad"), SIGNATURES)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(one.name for one in options))
def test_openssl_verifies_ours(
    name: str,
    digest: pkcs7.PKCS7HashTypes,
    pad: padding.PSS | padding.PKCS1v15 | None,
    options: list[pkcs7.PKCS7Options],
    pairs: dict[str, tuple[Key, x509.Certificate]],
    tmp_path: Path,
) -> None:
    key, cert = pairs[name]
    written(tmp_path, name, key, cert)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(MESSAGE).add_signer(cert, key, digest, rsa_padding=pad)
    signed = builder.add_certificate(ROOT).sign(Encoding.DER, options)
    assert (ROOT.public_bytes(Encoding.DER) in signed) == (Option.NoCerts not in options)
    (tmp_path / "signed").write_bytes(signed)
    expected = MESSAGE if Option.Binary in options else b"first line\r\nsecond line\r\nlast \xff\r\n"
    (tmp_path / "message").write_bytes(expected)
    content = ["-content", tmp_path / "message"] if Option.DetachedSignature in options else []
    given = ["-certfile", tmp_path / f"{name}.crt"] if Option.NoCerts in options else []
    said = run("cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "signed", "-CAfile",
               tmp_path / f"{name}.crt", "-purpose", "any", *content, *given)  # fmt: skip
    assert said == expected
    assert pkcs7.load_der_pkcs7_certificates(signed) if Option.NoCerts not in options else True


def elements(der: bytes) -> list[tuple[int, bytes, bytes]]:
    """The tag, the contents and the whole of each element that ``der`` is."""
    found = []
    while der:
        length, start = der[1], 2
        if length >= 0x80:
            start += length - 0x80
            length = int.from_bytes(der[2:start], "big")
        found.append((der[0], der[start : start + length], der[: start + length]))
        der = der[start + length :]
    return found


@pytest.mark.parametrize("attributes", [False, True])
def test_ed25519(attributes: bool, pairs: dict[str, tuple[Key, x509.Certificate]]) -> None:
    """RFC 8419, by hand: openssl before 3.2 does not know it."""
    key, cert = pairs["ed25519"]
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"message").add_signer(cert, key, hashes.SHA512())
    signed = builder.sign(Encoding.DER, [] if attributes else [Option.NoAttributes])
    info = elements(elements(elements(elements(signed)[0][1])[1][1])[0][1])[-1][1]
    _, _, digest, *attribute_set, algorithm, (_, signature, _) = elements(elements(info)[0][1])
    assert digest[2] == bytes.fromhex("300d06096086480165030402030500")
    assert algorithm[2] == bytes.fromhex("300506032b6570")
    assert len(attribute_set) == attributes
    content = b"message"
    if attributes:
        ((tag, _, whole),) = attribute_set
        assert tag == 0xA0
        assert hashlib.sha512(content).digest() in whole
        content = b"\x31" + whole[1:]
    public = cert.public_key()
    assert isinstance(public, ed25519.Ed25519PublicKey)
    public.verify(signature, content)


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("message", [MESSAGE, b"", b"one", b"\n\n", b"a\r\n--b\r\n"])
def test_mail(message: bytes, text: bool, pairs: dict[str, tuple[Key, x509.Certificate]], tmp_path: Path) -> None:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(message)
    for name in ("rsa", "ec"):
        builder = builder.add_signer(
            pairs[name][1], pairs[name][0], hashes.SHA256() if name == "ec" else hashes.SHA384()
        )
        written(tmp_path, name, *pairs[name])
    (tmp_path / "all.crt").write_bytes((tmp_path / "rsa.crt").read_bytes() + (tmp_path / "ec.crt").read_bytes())
    signed = builder.sign(Encoding.SMIME, [Option.DetachedSignature, *([Option.Text] if text else [])])
    assert email.message_from_bytes(signed).get_param("micalg") == "sha-384,sha-256"
    (tmp_path / "mail").write_bytes(signed)
    said = run("smime", "-verify", *(["-text"] if text else []), "-in", tmp_path / "mail", "-CAfile",
               tmp_path / "all.crt", "-purpose", "any")  # fmt: skip
    assert said.replace(b"\r\n", b"\n") == message.replace(b"\r\n", b"\n")
    changed = signed.replace(b"first", b"First")
    if changed != signed:
        (tmp_path / "mail").write_bytes(changed)
        with pytest.raises(AssertionError):
            run("smime", "-verify", "-in", tmp_path / "mail", "-CAfile", tmp_path / "all.crt", "-purpose", "any")


def test_a_builder_loses_nothing(pairs: dict[str, tuple[Key, x509.Certificate]]) -> None:
    key, cert = pairs["ec"]
    builder = pkcs7.PKCS7SignatureBuilder().add_certificate(ROOT).add_signer(cert, key, hashes.SHA256())
    signed = builder.set_data(b"x").add_signer(cert, key, hashes.SHA256()).sign(Encoding.DER, [])
    assert sorted(map(hash, pkcs7.load_der_pkcs7_certificates(signed))) == sorted(map(hash, [ROOT, cert, cert]))


def test_signers_that_do_not_go_together(pairs: dict[str, tuple[Key, x509.Certificate]]) -> None:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"x")
    key, cert = pairs["ed25519"]
    with pytest.raises(TypeError, match="SHA512"):
        builder.add_signer(cert, key, hashes.SHA256())
    with pytest.raises(TypeError, match="only supported for RSA"):
        builder.add_signer(cert, key, hashes.SHA512(), rsa_padding=padding.PKCS1v15())
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    with pytest.raises(TypeError, match="PSS or PKCS1v15"):
        builder.add_signer(pairs["rsa"][1], pairs["rsa"][0], hashes.SHA256(), rsa_padding=oaep)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="hash_algorithm"):
        builder.add_signer(cert, key, hashes.SHA1())  # type: ignore[arg-type]


# Encryption.


@pytest.mark.parametrize("cipher", [algorithms.AES128, algorithms.AES256])
@pytest.mark.parametrize("message", [MESSAGE, b"", bytes(15), bytes(16), bytes(100_000)], ids=len)
def test_openssl_decrypts_ours(
    cipher: pkcs7.ContentEncryptionAlgorithm,
    message: bytes,
    rsa_pair: tuple[rsa.RSAPrivateKey, x509.Certificate],
    tmp_path: Path,
) -> None:
    key, cert = rsa_pair
    written(tmp_path, "rsa", key, cert)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(bytearray(message)).set_content_encryption_algorithm(cipher)
    builder = builder.add_recipient(cert).add_recipient(certificate(key, "another"))
    for encoding, form, decrypt in (
        (Encoding.DER, "DER", pkcs7.pkcs7_decrypt_der),
        (Encoding.PEM, "PEM", pkcs7.pkcs7_decrypt_pem),
        (Encoding.SMIME, "SMIME", pkcs7.pkcs7_decrypt_smime),
    ):
        sealed = builder.encrypt(encoding, [Option.Binary])
        (tmp_path / "sealed").write_bytes(sealed)
        said = run("cms", "-decrypt", "-inform", form, "-in", tmp_path / "sealed", "-recip", tmp_path / "rsa.crt",
                   "-inkey", tmp_path / "rsa.key")  # fmt: skip
        assert said == message
        assert decrypt(sealed, cert, key, []) == message
        assert decrypt(bytearray(sealed), cert, key, []) == message


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("cipher", ["-aes128", "-aes256"])
def test_messages_of_openssl(
    cipher: str, stream: bool, rsa_pair: tuple[rsa.RSAPrivateKey, x509.Certificate], tmp_path: Path
) -> None:
    key, cert = rsa_pair
    written(tmp_path, "rsa", key, cert)
    (tmp_path / "message").write_bytes(MESSAGE * 1000)
    streamed = ["-stream"] if stream else []
    for form, decrypt in (
        ("DER", pkcs7.pkcs7_decrypt_der),
        ("PEM", pkcs7.pkcs7_decrypt_pem),
        ("SMIME", pkcs7.pkcs7_decrypt_smime),
    ):
        sealed = run("cms", "-encrypt", "-binary", cipher, *streamed, "-outform", form, "-in", tmp_path / "message",
                     tmp_path / "rsa.crt")  # fmt: skip
        assert decrypt(sealed, cert, key, []) == MESSAGE * 1000


def test_text(rsa_pair: tuple[rsa.RSAPrivateKey, x509.Certificate]) -> None:
    key, cert = rsa_pair
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(MESSAGE).add_recipient(cert)
    sealed = builder.encrypt(Encoding.SMIME, [Option.Text])
    lines = b"first line\r\nsecond line\r\nlast \xff\r\n"
    assert pkcs7.pkcs7_decrypt_smime(sealed, cert, key, [Option.Text]) == lines
    assert pkcs7.pkcs7_decrypt_smime(sealed, cert, key, []) == b"Content-Type: text/plain\r\n\r\n" + lines
    plain = builder.encrypt(Encoding.DER, [])
    with pytest.raises(ValueError, match="no Content-Type"):
        pkcs7.pkcs7_decrypt_der(plain, cert, key, [Option.Text])
    with pytest.raises(ValueError, match="Not an S/MIME"):
        pkcs7.pkcs7_decrypt_smime(b"Subject: x\n\nx", cert, key, [])
    with pytest.raises(ValueError, match="this is empty"):
        pkcs7.pkcs7_decrypt_smime(b"Content-Type: application/pkcs7-mime\n\n", cert, key, [])


def test_nothing_tells_why_a_key_does_not_open_a_message(
    rsa_pair: tuple[rsa.RSAPrivateKey, x509.Certificate],
) -> None:
    """RFC 3218: a wrong padding, a key of the wrong length and a wrong key look the same."""
    key, cert = rsa_pair
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(b"x" * 1000).add_recipient(cert).encrypt(Encoding.DER, [])
    at = sealed.index(b"\x04\x82\x01\x00") + 4
    public = cert.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    sealed_keys = [bytes(256), b"\x01" * 256, b"\xff" * 256]
    sealed_keys += [public.encrypt(bytes(length), padding.PKCS1v15()) for length in (0, 15, 16, 17, 32, 100)]
    for sealed_key in sealed_keys:
        answers = set()
        for _ in range(20):
            try:
                opened = pkcs7.pkcs7_decrypt_der(sealed[:at] + sealed_key + sealed[at + 256 :], cert, key, [])
                answers.add("noise" if b"xxxx" not in opened else "opened")
            except ValueError as error:
                answers.add(str(error))
        assert answers <= {"noise", "Invalid padding bytes."}


def test_messages_for_others_and_other_messages(rsa_pair: tuple[rsa.RSAPrivateKey, x509.Certificate]) -> None:
    key, cert = rsa_pair
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(b"x").add_recipient(cert).encrypt(Encoding.DER, [])
    with pytest.raises(ValueError, match="No recipient found"):
        pkcs7.pkcs7_decrypt_der(sealed, certificate(key, "another"), key, [])
    with pytest.raises(ValueError, match="not an EnvelopedData"):
        pkcs7.pkcs7_decrypt_der(pkcs7.serialize_certificates([ROOT], Encoding.DER), cert, key, [])
    with pytest.raises(ValueError, match="this is PEM"):
        pkcs7.pkcs7_decrypt_der(b"-----BEGIN PKCS7-----\n", cert, key, [])
    for cut in range(0, len(sealed), 7):
        with pytest.raises(ValueError, match=r"asn1 value|empty"):
            pkcs7.pkcs7_decrypt_der(sealed[:cut], cert, key, [])
    other = sealed.replace(
        bytes.fromhex("060960864801650304010 2".replace(" ", "")), bytes.fromhex("0609608648016503040116")
    )
    with pytest.raises(UnsupportedAlgorithm, match="Only AES"):
        pkcs7.pkcs7_decrypt_der(other, cert, key, [])
    with pytest.raises(TypeError):
        pkcs7.pkcs7_decrypt_der(sealed, ROOT.public_bytes(Encoding.DER), key, [])  # type: ignore[arg-type]


def test_a_key_elsewhere(rsa_pair: tuple[rsa.RSAPrivateKey, x509.Certificate]) -> None:
    key, cert = rsa_pair
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(b"x").add_recipient(cert).encrypt(Encoding.DER, [])

    class Elsewhere(rsa.RSAPrivateKey):
        answer: Exception | None = None

        def decrypt(self, ciphertext: bytes, padding: object) -> bytes:
            if self.answer:
                raise self.answer
            return key.decrypt(ciphertext, padding)  # type: ignore[arg-type]

        key_size = public_key = sign = private_numbers = private_bytes = None  # type: ignore[assignment]
        __copy__ = __deepcopy__ = None  # type: ignore[assignment]

    elsewhere = Elsewhere()
    assert pkcs7.pkcs7_decrypt_der(sealed, cert, elsewhere, []) == b"x"
    elsewhere.answer = OSError("the device is gone")
    with pytest.raises(OSError, match="the device is gone"):
        pkcs7.pkcs7_decrypt_der(sealed, cert, elsewhere, [])
    elsewhere.answer = ValueError("this tells the padding")
    try:
        assert pkcs7.pkcs7_decrypt_der(sealed, cert, elsewhere, []) != b"x"
    except ValueError as error:
        assert str(error) == "Invalid padding bytes."  # noqa: PT017  # one of two outcomes
