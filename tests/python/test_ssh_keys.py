"""``ironlatch.hazmat.primitives.serialization.ssh``: keys. `ssh-keygen` made the samples, and reads
what is written here.
"""

import base64
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from ironlatch.exceptions import InvalidTag, UnsupportedAlgorithm
from ironlatch.hazmat.primitives import hashes, serialization
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    SSHPrivateKeyTypes,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_identity,
    load_ssh_public_key,
    ssh,
    ssh_key_fingerprint,
)
from ironlatch.secrets import SecretBytes
from ironlatch.utils import CryptographyDeprecationWarning

KEYS = Path(__file__).parents[1] / "data/keys/ssh"
PASSWORD = b"correct horse"
PLAIN = ["ed25519", "rsa", "rsa-1024", "ecdsa-256", "ecdsa-384", "ecdsa-521"]
ENCRYPTED = sorted(path.stem for path in KEYS.glob("*.pub") if "-" in path.stem and path.stem not in (*PLAIN, "dsa"))

needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def keygen(*arguments: object, check: bool = True) -> str:
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, check=check, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def line(name: str) -> bytes:
    return b" ".join((KEYS / f"{name}.pub").read_bytes().split()[:2])


def written(key: SSHPrivateKeyTypes, password: bytes = b"") -> bytes:
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1)
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, builder.build(password) if password else NoEncryption()
    )


def generated() -> dict[str, SSHPrivateKeyTypes]:
    return {
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "rsa": rsa.generate_private_key(65537, 2048),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
    }


def text(*parts: bytes) -> bytes:
    """SSH strings, one after the other."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def public_line(*parts: bytes) -> bytes:
    return parts[0] + b" " + base64.b64encode(text(*parts))


@pytest.mark.parametrize("name", PLAIN)
def test_private_keys(name: str) -> None:
    key = load_ssh_private_key((KEYS / name).read_bytes(), None)
    assert key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) == line(name)
    assert ssh.serialize_ssh_public_key(key.public_key()) == line(name)
    assert load_ssh_public_key((KEYS / f"{name}.pub").read_bytes()) == key.public_key()
    again = load_ssh_private_key(written(key), b"")
    assert again.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) == key.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(TypeError, match="not encrypted"):
        load_ssh_private_key((KEYS / name).read_bytes(), PASSWORD)


@pytest.mark.parametrize("name", ENCRYPTED)
def test_encrypted_private_keys(name: str) -> None:
    data = (KEYS / name).read_bytes()
    for password in (PASSWORD, bytearray(PASSWORD), SecretBytes.copy_from(PASSWORD)):
        key = load_ssh_private_key(data, password)
        assert key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) == line(name)
    for missing in (None, b""):
        with pytest.raises(TypeError, match="Password was not given"):
            load_ssh_private_key(data, missing)
    has_tag = "gcm" in name or "poly1305" in name
    expected = pytest.raises(InvalidTag) if has_tag else pytest.raises(ValueError, match="Incorrect password")
    with expected:
        load_ssh_private_key(data, b"incorrect horse")


@needs_ssh_keygen
def test_ssh_keygen_reads_what_is_written(tmp_path: Path) -> None:
    for name, key in generated().items():
        expected = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        for password in (b"", b"open sesame", b"\xc3\xa9" * 36):
            path = tmp_path / name
            path.write_bytes(written(key, password))
            path.chmod(0o600)
            assert keygen("-y", "-P", password.decode(), "-f", path).split()[:2] == expected.split()
            # And back from its hands, under another password, in each cipher that it has.
            keygen("-p", "-q", "-a", "1", "-P", password.decode(), "-N", "new", "-Z", "aes128-ctr", "-f", path)
            again = load_ssh_private_key(path.read_bytes(), b"new")
            assert again.public_key() == key.public_key()


@needs_ssh_keygen
def test_fingerprints(tmp_path: Path) -> None:
    for name in (*PLAIN, "ed25519-aes256-gcm"):
        key = load_ssh_public_key(line(name))
        told = keygen("-l", "-f", KEYS / f"{name}.pub").split()[1].removeprefix("SHA256:")
        assert base64.b64encode(ssh_key_fingerprint(key, hashes.SHA256())).decode().rstrip("=") == told
        told = keygen("-l", "-E", "md5", "-f", KEYS / f"{name}.pub").split()[1].removeprefix("MD5:")
        assert ssh_key_fingerprint(key, hashes.MD5()).hex(":") == told
        assert len(ssh_key_fingerprint(key, hashes.SHA1())) == 20
    for wrong in (hashes.SHA512(), object(), hashes.SHA256):
        with pytest.raises(TypeError, match="MD5, SHA1, or SHA256"):
            ssh_key_fingerprint(key, wrong)  # type: ignore[arg-type]
    for other in (
        x25519.X25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP256K1()).public_key(),
    ):
        with pytest.raises(ValueError, match="format is invalid|no keys on the curve"):
            ssh_key_fingerprint(other, hashes.SHA256())  # type: ignore[arg-type]


def test_rounds() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    two = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(2).build(PASSWORD)
    data = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, two)
    inside = base64.b64decode(b"".join(data.splitlines()[1:-1]))
    assert inside.split(b"bcrypt")[1][4 + 4 + 16 :][:4] == b"\0\0\0\2"
    with pytest.raises(ValueError, match="asks for must be at most 1, not 2"):
        load_ssh_private_key(data, PASSWORD, max_kdf_rounds=1)
    assert load_ssh_private_key(data, PASSWORD, max_kdf_rounds=2).public_key() == key.public_key()
    usual = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(PASSWORD))
    inside = base64.b64decode(b"".join(usual.splitlines()[1:-1]))
    assert inside.split(b"bcrypt")[1][4 + 4 + 16 :][:4] == struct.pack(">I", 16)
    with pytest.raises(ValueError, match="below 2"):
        key.private_bytes(
            Encoding.PEM,
            PrivateFormat.OpenSSH,
            PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(2**32).build(b"x"),
        )
    with pytest.raises(ValueError, match="Unsupported encryption type"):
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, two)


def test_what_openssh_has_not() -> None:
    for key in (x25519.X25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256K1())):
        with pytest.raises(ValueError, match="format is invalid|no keys on the curve"):
            key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    with pytest.raises(ValueError, match="PEM encoding"):
        ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.DER, PrivateFormat.OpenSSH, NoEncryption())
    with pytest.raises(ValueError, match="Unsupported key type"):
        ssh.serialize_ssh_public_key(object())  # type: ignore[arg-type]


def test_dsa_is_deprecated() -> None:
    with pytest.warns(CryptographyDeprecationWarning, match="SSH DSA keys are deprecated"):
        key = load_ssh_private_key((KEYS / "dsa").read_bytes(), None)
    assert isinstance(key, dsa.DSAPrivateKey)
    with pytest.warns(CryptographyDeprecationWarning, match="SSH DSA key support"):
        data = written(key)
    with pytest.warns(CryptographyDeprecationWarning, match="SSH DSA keys are deprecated"):
        assert load_ssh_private_key(data, None).public_key() == key.public_key()
    with pytest.warns(CryptographyDeprecationWarning, match="SSH DSA key support"):
        assert ssh.serialize_ssh_public_key(key.public_key()) == line("dsa")
    with pytest.warns(CryptographyDeprecationWarning, match="SSH DSA keys are deprecated"):
        load_ssh_public_key(line("dsa"))
    with pytest.raises(UnsupportedAlgorithm, match="dropped"):
        load_ssh_public_identity(line("dsa"))
    body = bytearray(base64.b64decode(b"".join((KEYS / "dsa").read_bytes().splitlines()[1:-1])))
    body[body.index(b"\0\0\0\3dsa") - 1] ^= 1  # the last byte of x
    changed = (
        b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64.encodebytes(body) + b"-----END OPENSSH PRIVATE KEY-----\n"
    )
    with pytest.raises(ValueError, match="."):
        load_ssh_private_key(changed, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b""),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.strip(),
        lambda data: b"".join(b"    " + row + b"\n" for row in data.splitlines()),
        lambda data: b"the key of the deploy server:\n" + data,
        lambda data: b"-----BEGIN something cut off\n" + data + data,
        lambda data: data.replace(b"b3BlbnNz", b"b3Bl!bnNz"),
    ],
)
def test_private_keys_in_any_text(change) -> None:  # type: ignore[no-untyped-def]
    key = load_ssh_private_key(change((KEYS / "ed25519").read_bytes()), None)
    assert key.public_key() == load_ssh_public_key(line("ed25519"))


@pytest.mark.parametrize("block", [8, 16])
def test_comments_of_every_length_and_longer_paddings(block: int) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    seed, public = key.private_bytes_raw(), key.public_key().public_bytes_raw()
    for length in range(40):
        comment = (b"x" * length)[:-2] + b"\7\7"[: min(length, 2)]
        private = b"abcdabcd" + text(b"ssh-ed25519", public, seed + public, comment)
        private += bytes(range(1, 1 + -len(private) % block))
        inside = b"openssh-key-v1\0" + text(b"none", b"none", b"") + b"\0\0\0\1"
        inside += text(text(b"ssh-ed25519", public), private)
        data = (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\n"
            + base64.encodebytes(inside)
            + b"-----END OPENSSH PRIVATE KEY-----\n"
        )
        assert load_ssh_private_key(data, None).public_key() == key.public_key()


def test_the_right_function_is_named() -> None:
    key = load_ssh_private_key((KEYS / "ed25519").read_bytes(), None)
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match=r"^Not OpenSSH private key format.*load_pem_private_key"):
        load_ssh_private_key(pkcs8, None)
    with pytest.raises(ValueError, match=r"^Not OpenSSH private key format.*load_pem_public_key"):
        load_ssh_private_key(public, None)
    with pytest.raises(ValueError, match=r"^Not OpenSSH private key format.*load_ssh_public_key"):
        load_ssh_private_key(line("ed25519"), None)
    with pytest.raises(ValueError, match="load_ssh_private_key"):
        load_pem_private_key((KEYS / "ed25519").read_bytes(), None)
    with pytest.raises(ValueError, match="load_ssh_public_key"):
        load_pem_public_key(line("ed25519"))
    for wrong in (public, pkcs8, (KEYS / "ed25519").read_bytes()):
        with pytest.raises(UnsupportedAlgorithm, match="load_pem_public_key"):
            load_ssh_public_key(wrong)


@pytest.mark.parametrize(
    "written",
    [
        b"%s",
        b"  %s\n",
        b"\xef\xbb\xbf%s comment\r\n",
        b"%s comment of several words\nssh-rsa AAAA",
        b"restrict,pty %s",
        b'from="10.0.0.0/8,*.example.org",command="echo \\"hello there\\"" %s me@home',
    ],
)
def test_public_keys_in_any_line(written: bytes) -> None:
    expected = load_ssh_private_key((KEYS / "ed25519").read_bytes(), None).public_key()
    assert load_ssh_public_key(written % line("ed25519")) == expected
    assert load_ssh_public_identity(bytearray(written % line("ed25519"))) == expected


@needs_ssh_keygen
@pytest.mark.parametrize("name", PLAIN)
def test_rfc_4716(name: str) -> None:
    block = keygen("-e", "-m", "RFC4716", "-f", KEYS / f"{name}.pub").encode()
    assert load_ssh_public_key(block) == load_ssh_public_key(line(name))
    assert load_ssh_public_key(block.replace(b"\n", b"\r\n")) == load_ssh_public_key(line(name))
    continued = block.replace(b"Comment: ", b"x-note: one \\\ntwo\nComment: ")
    assert load_ssh_public_key(continued) == load_ssh_public_key(line(name))
    for cut in (block[:-40], block[:30]):
        with pytest.raises(ValueError, match="has no end"):
            load_ssh_public_key(cut)


def test_keys_in_security_keys() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    raw = key.public_bytes_raw()
    assert load_ssh_public_key(public_line(b"sk-ssh-ed25519@openssh.com", raw, b"ssh:")) == key
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = curve.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    kind = b"sk-ecdsa-sha2-nistp256@openssh.com"
    assert load_ssh_public_key(public_line(kind, b"nistp256", point, b"ssh:work")) == curve
    with pytest.raises(ValueError, match="does not begin with ssh:"):
        load_ssh_public_key(public_line(b"sk-ssh-ed25519@openssh.com", raw, b"https://example.org"))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ValueError),
        (b"ssh-ed25519", ValueError),
        (b"ssh-ed25519 AAAA", ValueError),
        (b"ssh-ed25519 ====", ValueError),
        (public_line(b"ssh-ed25519", bytes(31)), ValueError),
        (b"ssh-rsa " + public_line(b"ssh-ed25519", bytes(32)).split()[1], ValueError),
        (public_line(b"ssh-ed448", bytes(57)), UnsupportedAlgorithm),
        (public_line(b"ecdsa-sha2-nistp256", b"nistp384", b"\4" + bytes(64)), ValueError),
        (public_line(b"ecdsa-sha2-nistp256", b"nistp256", b"\2" + bytes(32)), NotImplementedError),
        (public_line(b"ssh-rsa", b"\x80", b"\x80"), ValueError),
    ],
)
def test_malformed_public_keys(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        load_ssh_public_key(data)
    with pytest.raises(error):
        load_ssh_public_identity(data)


def test_truncated_and_changed_files() -> None:
    data = (KEYS / "ed25519").read_bytes()
    body = base64.b64decode(b"".join(data.splitlines()[1:-1]))

    def file(inside: bytes) -> bytes:
        begin, end = data.splitlines()[0], data.splitlines()[-1]
        return begin + b"\n" + base64.encodebytes(inside) + end + b"\n"

    assert load_ssh_private_key(file(body), None)
    for length in range(len(body)):
        with pytest.raises(ValueError, match=r"Invalid OpenSSH key|Not OpenSSH|Incorrect"):
            load_ssh_private_key(file(body[:length]), None)
    with pytest.raises(ValueError, match="something follows"):
        load_ssh_private_key(file(body + b"\0"), None)
    for wrong in ("not bytes", None, 5):
        with pytest.raises(TypeError):
            load_ssh_private_key(wrong, None)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            load_ssh_public_key(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        load_ssh_private_key(data, "text")  # type: ignore[arg-type]


def test_names() -> None:
    assert serialization.SSHCertificateType.HOST.value == 2
    assert serialization.load_ssh_public_key.__module__ == "ironlatch.hazmat.primitives.serialization.ssh"
