"""PKCS #12: files of other programs, and ours in theirs; bad files; work that is refused."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import pickle
import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from ironlatch import x509
from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, rsa
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from ironlatch.secrets import SecretBytes

DATA = Path(__file__).parents[1] / "data" / "x509"
PASSWORD = "pässwörd 🔑".encode()
PKCS12 = PrivateFormat.PKCS12
QUICK = PKCS12.encryption_builder().kdf_rounds(10).build(PASSWORD)


def run(program: str, *arguments: object) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, name: str = "mine") -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.datetime(2026, 1, 1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.not_valid_before(start).not_valid_after(start.replace(year=2046)).serial_number(1)
    return builder.sign(key, hashes.SHA256())


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def cert(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return certificate(key)


@pytest.fixture(scope="module")
def root() -> x509.Certificate:
    return x509.load_pem_x509_certificate((DATA / "root.pem").read_bytes())


@pytest.fixture
def files(tmp_path: Path, key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> Path:
    """A folder with the key and its certificate in PEM."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "cert.pem").write_bytes(cert.public_bytes(Encoding.PEM))
    return tmp_path


def same(one: object, other: ec.EllipticCurvePrivateKey) -> bool:
    return isinstance(one, ec.EllipticCurvePrivateKey) and one.private_numbers() == other.private_numbers()


@pytest.mark.parametrize(
    "scheme",
    [f"PBE-SHA1-{name}" for name in ("RC4-128", "RC4-40", "3DES", "2DES", "RC2-128", "RC2-40")]
    + ["AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC"],
)
def test_openssl_encrypts(scheme: str, files: Path, key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> None:
    made = ["-legacy", "-inkey", files / "key.pem", "-in", files / "cert.pem", "-certfile", DATA / "root.pem"]
    names = ["-name", "ключ", "-caname", "根"]
    run("openssl", "pkcs12", "-export", *made, *names, "-keypbe", scheme, "-certpbe", scheme,
        "-passout", f"pass:{PASSWORD.decode()}", "-out", files / "made.p12")  # fmt: skip
    read = pkcs12.load_pkcs12((files / "made.p12").read_bytes(), PASSWORD)
    assert same(read.key, key)
    assert read.cert == pkcs12.PKCS12Certificate(cert, "ключ".encode())
    assert [other.friendly_name for other in read.additional_certs] == ["根".encode()]


@pytest.mark.parametrize("mac", ["md5", "sha1", "sha224", "sha384", "sha512", "sha512-256", "sha3-256"])
def test_openssl_authenticates(mac: str, files: Path, key: ec.EllipticCurvePrivateKey) -> None:
    run("openssl", "pkcs12", "-export", "-inkey", files / "key.pem", "-in", files / "cert.pem", "-macalg", mac,
        "-passout", "pass:pw", "-out", files / "made.p12")  # fmt: skip
    data = (files / "made.p12").read_bytes()
    assert same(pkcs12.load_key_and_certificates(data, b"pw")[0], key)
    with pytest.raises(ValueError, match="the password is wrong"):
        pkcs12.load_key_and_certificates(data, b"pW")


ENCRYPTIONS: dict[str, tuple[KeySerializationEncryption, bytes]] = {
    "none": (NoEncryption(), b""),
    "best": (BestAvailableEncryption(PASSWORD), PASSWORD),
    "secret": (BestAvailableEncryption(SecretBytes.copy_from(PASSWORD)), PASSWORD),
    "old": (
        PKCS12.encryption_builder()
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .kdf_rounds(5)
        .build(PASSWORD),
        PASSWORD,
    ),
    "sha512": (PKCS12.encryption_builder().hmac_hash(hashes.SHA512()).build(PASSWORD), PASSWORD),
}


@pytest.mark.parametrize("encryption", ENCRYPTIONS)
def test_openssl_and_keytool_read_ours(
    encryption: str, files: Path, key: ec.EllipticCurvePrivateKey, cert: x509.Certificate, root: x509.Certificate
) -> None:
    how, password = ENCRYPTIONS[encryption]
    named = pkcs12.PKCS12Certificate(root, "корень".encode())
    data = pkcs12.serialize_key_and_certificates("ключ".encode(), key, cert, [named], how)
    assert pkcs12.load_pkcs12(data, password or None).additional_certs == [named]
    (files / "ours.p12").write_bytes(data)
    said = run("openssl", "pkcs12", "-in", files / "ours.p12", "-noenc", "-legacy", "-passin",
               f"pass:{password.decode()}")  # fmt: skip
    assert said.count("BEGIN CERTIFICATE") == 2
    assert same(load_pem_private_key(said.encode(), None), key)
    if password.isascii() and password:
        assert "ключ" in run("keytool", "-list", "-keystore", files / "ours.p12", "-storepass", password.decode())


def test_keytool_reads_a_trust_store(tmp_path: Path, root: x509.Certificate) -> None:
    store = tmp_path / "trust.p12"
    named = [pkcs12.PKCS12Certificate(root, b"our root")]
    store.write_bytes(pkcs12.serialize_java_truststore(named, BestAvailableEncryption(b"changeit")))
    listed = run("keytool", "-list", "-keystore", store, "-storepass", "changeit")
    assert "our root" in listed
    assert "trustedCertEntry" in listed


def test_a_store_of_keytool_with_several_keys(tmp_path: Path) -> None:
    store = tmp_path / "store.p12"
    common = ("-keystore", store, "-storetype", "PKCS12", "-storepass", "changeit")
    run("keytool", "-genkeypair", "-alias", "one", "-keyalg", "RSA", "-dname", "CN=one", *common)
    run("keytool", "-genkeypair", "-alias", "two", "-keyalg", "EC", "-dname", "CN=two", *common)
    run("keytool", "-genseckey", "-alias", "hidden", "-keyalg", "AES", "-keysize", "256", *common)
    run("keytool", "-importcert", "-noprompt", "-alias", "trusted", "-file", DATA / "root.pem", *common)
    contents = pkcs12.load_pkcs12_contents(store.read_bytes(), b"changeit")
    assert contents.is_authenticated
    assert [one.friendly_name for one in contents.keys] == [b"one", b"two"]
    two = contents.key_named(b"two")
    assert isinstance(two.key, ec.EllipticCurvePrivateKey)
    assert [str(one.certificate.subject) for one in two.certificates] == ["<Name(CN=two)>"]
    assert two.certificates[0].certificate.public_key() == two.key.public_key()
    assert ("a secret key", b"hidden") in contents.skipped
    assert b"trusted" in [one.friendly_name for one in contents.certificates]
    with pytest.raises(KeyError):
        contents.key_named(b"three")
    first = pkcs12.load_pkcs12(store.read_bytes(), b"changeit")
    assert isinstance(first.key, rsa.RSAPrivateKey)


@pytest.mark.parametrize("legacy", [False, True])
def test_empty_passwords_of_openssl(legacy: bool, files: Path, key: ec.EllipticCurvePrivateKey) -> None:
    run("openssl", "pkcs12", "-export", *(["-legacy"] if legacy else []), "-inkey", files / "key.pem", "-in",
        files / "cert.pem", "-passout", "pass:", "-out", files / "made.p12")  # fmt: skip
    data = (files / "made.p12").read_bytes()
    for password in (None, b"", bytearray()):
        assert same(pkcs12.load_pkcs12(data, password).key, key)
    with pytest.raises(
        ValueError, match="Invalid password or PKCS12 data: a password was given, and the file has none"
    ):
        pkcs12.load_pkcs12(data, b"x")


def test_no_code(files: Path, key: ec.EllipticCurvePrivateKey) -> None:
    run("openssl", "pkcs12", "-export", "-nomac", "-inkey", files / "key.pem", "-in", files / "cert.pem",
        "-passout", "pass:pw", "-out", files / "made.p12")  # fmt: skip
    data = (files / "made.p12").read_bytes()
    contents = pkcs12.load_pkcs12_contents(data, b"pw")
    assert same(contents.keys[0].key, key)
    assert not contents.is_authenticated
    with pytest.raises(ValueError, match="it has no authentication code, which would tell"):
        pkcs12.load_pkcs12(data, b"PW")
    with pytest.raises(ValueError, match="no password was given"):
        pkcs12.load_pkcs12(data, None)


def test_what_belongs_together(key: ec.EllipticCurvePrivateKey, cert: x509.Certificate, root: x509.Certificate) -> None:
    data = pkcs12.serialize_key_and_certificates(None, key, cert, [root], QUICK)
    contents = pkcs12.load_pkcs12_contents(data, PASSWORD)
    assert [one.certificate for one in contents.keys[0].certificates] == [cert]
    assert contents.keys[0].friendly_name is None
    with pytest.raises(ValueError, match="do not match"):
        pkcs12.serialize_key_and_certificates(None, key, root, None, QUICK)


def test_a_key_of_any_class_with_its_methods(cert: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    class Elsewhere(ed25519.Ed25519PrivateKey):
        inner = ed25519.Ed25519PrivateKey.generate()

        def private_bytes(self, *how: object) -> bytes:
            return self.inner.private_bytes(*how)  # type: ignore[arg-type]

        public_key = private_bytes_raw = sign = __copy__ = __deepcopy__ = None  # type: ignore[assignment]

    data = pkcs12.serialize_key_and_certificates(None, Elsewhere(), None, None, QUICK)
    read = pkcs12.load_pkcs12(data, PASSWORD).key
    assert isinstance(read, ed25519.Ed25519PrivateKey)
    assert read.private_bytes_raw() == Elsewhere.inner.private_bytes_raw()


# DER by hand, for files that no program writes.


def der(tag: int, *parts: bytes) -> bytes:
    contents = b"".join(parts)
    size = len(contents)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([128 + len(octets)]) + octets) + contents


def oid(text: str) -> bytes:
    return x509.ObjectIdentifier(text) and bytes([6]) + _arcs(text)


def _arcs(text: str) -> bytes:
    first, second, *others = map(int, text.split("."))
    contents = b""
    for arc in (40 * first + second, *others):
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.insert(0, 128 | arc & 127)
        contents += bytes(groups)
    return bytes([len(contents)]) + contents


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


DATA_TYPE = oid("1.2.840.113549.1.7.1")


def data_of(contents: bytes) -> bytes:
    return der(0x30, DATA_TYPE, der(0xA0, der(4, contents)))


def mac_of(contents: bytes, iterations: int = 1) -> bytes:
    """The code under an empty password that has no octets, by RFC 7292 appendix B over SHA-1."""
    salt = b"saltsalt"
    block = hashlib.sha1(b"\x03" * 64 + salt * 8).digest()
    code = hmac.digest(block, contents, "sha1")
    algorithm = der(0x30, oid("1.3.14.3.2.26"), b"\x05\x00")
    parts = [der(0x30, algorithm, der(4, code)), der(4, salt)]
    return der(0x30, *parts, *([] if iterations == 1 else [number(iterations)]))


def certificate_bag(cert: x509.Certificate, *attributes: bytes) -> bytes:
    value = der(0x30, oid("1.2.840.113549.1.9.22.1"), der(0xA0, der(4, cert.public_bytes(Encoding.DER))))
    set_of = der(0x31, *attributes) if attributes else b""
    return der(0x30, oid("1.2.840.113549.1.12.10.1.3"), der(0xA0, value), set_of)


def name(tag: int, *values: bytes) -> bytes:
    return der(0x30, oid("1.2.840.113549.1.9.20"), der(0x31, *(der(tag, value) for value in values)))


def file_of(*bags: bytes, mac: Callable[[bytes], bytes] = mac_of, version: int = 3) -> bytes:
    safe = der(0x30, data_of(der(0x30, *bags)))
    return der(0x30, number(version), data_of(safe), mac(safe))


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (name(0x1E, "Имя".encode("utf-16-be")), "Имя"),
        (name(0x1E, "🔑".encode("utf-16-be")), "🔑"),
        (name(0x0C, "Имя 🔑".encode()), "Имя 🔑"),
        (name(0x1E, b"\0a", b"\0b"), "a"),
        (name(0x1E, b"\0a") + name(0x1E, b"\0b"), "a"),
        (name(0x1E), None),
        (name(0x1E, b"\xd8\x00"), None),
        (name(0x1E, b"\0"), None),
        (name(0x0C, b"\xff"), None),
        (name(4, b"a"), None),
        (name(0x1E, b""), ""),
    ],
)
def test_names(attribute: bytes, expected: str | None, root: x509.Certificate) -> None:
    (read,) = pkcs12.load_pkcs12(file_of(certificate_bag(root, attribute)), None).additional_certs
    assert read.friendly_name == (None if expected is None else expected.encode())


def test_bags_in_bags_and_unknown_ones(root: x509.Certificate) -> None:
    inner = der(0x30, oid("1.2.840.113549.1.12.10.1.6"), der(0xA0, der(0x30, certificate_bag(root))))
    outer = der(0x30, oid("1.2.840.113549.1.12.10.1.6"), der(0xA0, der(0x30, inner, certificate_bag(root))))
    unknown = der(0x30, oid("1.2.3.4"), der(0xA0, number(1)), der(0x31, name(0x0C, b"odd")))
    sdsi = der(0x30, oid("1.2.840.113549.1.12.10.1.3"), der(0xA0, der(0x30, oid("1.2.3"), der(0xA0, number(1)))))
    contents = pkcs12.load_pkcs12_contents(file_of(outer, unknown, sdsi), None)
    assert [one.certificate for one in contents.certificates] == [root, root]
    assert contents.skipped == [("a bag of the type 1.2.3.4", b"odd"), ("a certificate that is not of X.509", None)]


def test_a_file_nested_too_deeply_is_refused(root: x509.Certificate) -> None:
    bag = certificate_bag(root)
    for _ in range(5000):
        bag = der(0x30, oid("1.2.840.113549.1.12.10.1.6"), der(0xA0, der(0x30, bag)))
    with pytest.raises(ValueError, match="too deeply"):
        pkcs12.load_pkcs12(file_of(bag), None)
    with pytest.raises(ValueError, match="PKCS12 data"):
        pkcs12.load_pkcs12(b"\x30\x80" * 100_000, None)


def test_ber(root: x509.Certificate) -> None:
    """Lengths that are not said, strings in pieces, lengths that are too long."""

    def open_ended(tag: int, *parts: bytes) -> bytes:
        return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"

    def long(tag: int, contents: bytes) -> bytes:
        return bytes([tag, 0x84]) + len(contents).to_bytes(4, "big") + contents

    safe = der(0x30, data_of(der(0x30, certificate_bag(root))))
    pieces = open_ended(0x24, der(4, safe[:100]), open_ended(0x24, der(4, safe[100:101])), long(4, safe[101:]))
    for string in (pieces, long(0x24, der(4, safe)), long(4, safe)):
        auth_safe = open_ended(0x30, DATA_TYPE, open_ended(0xA0, string))
        data = open_ended(0x30, number(3), auth_safe, mac_of(safe))
        with pytest.warns(UserWarning, match="not strictly in DER"):
            assert pkcs12.load_key_and_certificates(data, None)[2] == [root]
        for cut in range(0, len(data), 37):
            with pytest.raises(ValueError, match="PKCS12 data"):
                pkcs12.load_pkcs12(data[:cut], None)


def test_what_is_not_strict_is_read_with_a_warning(root: x509.Certificate) -> None:
    written_out = file_of(certificate_bag(root), mac=lambda safe: der(0x30, mac_of(safe)[2:], number(1)))
    for data in (file_of(certificate_bag(root)) + b"more", written_out):
        with pytest.warns(UserWarning, match="not strictly in DER"):
            assert pkcs12.load_key_and_certificates(data, None)[2] == [root]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pkcs12.load_key_and_certificates(file_of(certificate_bag(root), version=4), None)[2] == [root]


@pytest.mark.parametrize("prf", ["1.2.840.113549.2.9", "1.2.840.113549.2.11"])
def test_pbmac1(prf: str, root: x509.Certificate) -> None:
    """RFC 9579: PBKDF2 and HMAC in place of the derivation of PKCS #12."""
    digest = {"1.2.840.113549.2.9": "sha256", "1.2.840.113549.2.11": "sha512"}[prf]

    def mac(safe: bytes, iterations: int = 100, length: bytes = number(32)) -> bytes:
        key = hashlib.pbkdf2_hmac(digest, b"pw", b"salt", iterations, 32)
        function = der(0x30, oid(prf), b"\x05\x00")
        derivation = der(0x30, der(4, b"salt"), number(iterations), length, function)
        parameters = der(0x30, der(0x30, oid("1.2.840.113549.1.5.12"), derivation), function)
        algorithm = der(0x30, oid("1.2.840.113549.1.5.14"), parameters)
        return der(0x30, der(0x30, algorithm, der(4, hmac.digest(key, safe, digest))), der(4, b"NOT USED"), number(1))

    data = file_of(certificate_bag(root), mac=mac)
    with pytest.warns(UserWarning, match="macData.iterations"):
        assert pkcs12.load_key_and_certificates(data, b"pw")[2] == [root]
    with pytest.raises(ValueError, match="the password is wrong"):
        pkcs12.load_pkcs12(data, b"PW")
    for length, message in ((b"", "does not say how long"), (number(0), "1 to 144 bytes, not 0"), (number(145), "144")):
        with pytest.raises(ValueError, match=message):
            pkcs12.load_pkcs12(file_of(certificate_bag(root), mac=lambda safe, n=length: mac(safe, 100, n)), b"pw")


def test_work_is_refused_before_it_is_done(root: x509.Certificate) -> None:
    for iterations in (0, 10_000_001, 2**63):
        with pytest.raises(ValueError, match="between 1 and 10000000 are allowed"):
            pkcs12.load_pkcs12(file_of(certificate_bag(root), mac=lambda safe, n=iterations: mac_of(safe, n)), None)


@pytest.mark.parametrize("iterations", [0, 10_000_001, 2**40])
def test_work_of_an_encryption_is_refused_before_it_is_done(iterations: int) -> None:
    triple_des = der(0x30, oid("1.2.840.113549.1.12.1.3"), der(0x30, der(4, b"saltsalt"), number(iterations)))
    derivation = der(0x30, oid("1.2.840.113549.1.5.12"), der(0x30, der(4, b"salt"), number(iterations)))
    aes = der(0x30, oid("2.16.840.1.101.3.4.1.42"), der(4, bytes(16)))
    pbes2 = der(0x30, oid("1.2.840.113549.1.5.13"), der(0x30, derivation, aes))
    for algorithm in (triple_des, pbes2):
        content = der(0x30, DATA_TYPE, algorithm, der(0x80, bytes(32)))
        encrypted = der(0x30, oid("1.2.840.113549.1.7.6"), der(0xA0, der(0x30, number(0), content)))
        data = der(0x30, number(3), data_of(der(0x30, encrypted)))
        with pytest.raises(ValueError, match="must be 1 to 10000000, not"):
            pkcs12.load_pkcs12(data, b"pw")


def test_a_changed_file_is_refused(key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> None:
    data = pkcs12.serialize_key_and_certificates(b"n", key, cert, None, QUICK)
    version = data.index(b"\2\1\3") + 2
    for at in range(0, len(data), 5):
        changed = bytearray(data)
        changed[at] ^= 1
        if at != version:
            with pytest.raises(ValueError, match="PKCS12 data"):
                pkcs12.load_pkcs12(changed, PASSWORD)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is empty"),
        (b"-----BEGIN CERTIFICATE-----\n", "this is PEM"),
        (bytes.fromhex("feedfeed00000002"), "this is a Java key store"),
        (bytes.fromhex("cececece00000002"), "this is a Java key store"),
        (b"\x30\x03\x02\x01\x03", "PKCS12 data"),
        (der(0x30, number(3), der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, number(1)))), "1.2.840.113549.1.7.2"),
    ],
)
def test_something_else(data: bytes, message: str, cert: x509.Certificate) -> None:
    for load in (pkcs12.load_key_and_certificates, pkcs12.load_pkcs12, pkcs12.load_pkcs12_contents):
        with pytest.raises(ValueError, match=message):
            load(data, b"pw")
    with pytest.raises(ValueError, match="this is a certificate"):
        pkcs12.load_pkcs12(cert.public_bytes(Encoding.DER), None)


def test_arguments(key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> None:
    with pytest.raises(ValueError, match="UTF-8"):
        pkcs12.load_pkcs12(file_of(certificate_bag(cert)), b"\xff")
    with pytest.raises(TypeError):
        pkcs12.load_pkcs12("text", None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        pkcs12.serialize_key_and_certificates("text", key, cert, None, QUICK)  # type: ignore[arg-type]
    opened = PrivateFormat.OpenSSH.encryption_builder().build(b"pw")
    with pytest.raises(ValueError, match="Unsupported key encryption type"):
        pkcs12.serialize_key_and_certificates(None, key, cert, None, opened)
    with pytest.raises(ValueError, match="UTF-8"):
        pkcs12.serialize_key_and_certificates(None, key, None, None, BestAvailableEncryption(b"\xff"))
    assert pickle.loads(pickle.dumps(pkcs12.PKCS12Certificate)) is pkcs12.PKCS12Certificate
    assert "friendly_name=b'n'" in repr(pkcs12.PKCS12Certificate(cert, b"n"))
