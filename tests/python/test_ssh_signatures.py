"""``ironlatch.ssh``: signatures of files and allowed signers, with `ssh-keygen -Y` both ways."""

import base64
import hashlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from ironlatch.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    SSHCertificate,
    SSHCertificateBuilder,
    SSHCertificateType,
    SSHCertPrivateKeyTypes,
)
from ironlatch.ssh import AllowedSigners, Signature, SshPublicKey, sign

MESSAGE = b"attack at dawn\n" * 10_000
NOW = 1_790_000_000

needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def keygen(*arguments: object, message: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, input=message or b"")


def keys() -> dict[str, SSHCertPrivateKeyTypes]:
    return {
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "rsa": rsa.generate_private_key(65537, 2048),
        "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
    }


def line(key: SSHCertPrivateKeyTypes) -> bytes:
    return SshPublicKey(key.public_key()).to_line()


def listed(text: bytes) -> AllowedSigners:
    return AllowedSigners.parse(text)


def text(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@needs_ssh_keygen
@pytest.mark.parametrize("name", ["ed25519", "rsa", "p256", "p384", "p521"])
def test_both_ways(tmp_path: Path, name: str) -> None:
    key = keys()[name]
    (tmp_path / "signers").write_bytes(b"ada@example.org " + line(key) + b"\n")
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "message.sig").write_bytes(sign(key, MESSAGE, "file"))
    usual = ["-f", tmp_path / "signers", "-I", "ada@example.org", "-n", "file", "-s", tmp_path / "message.sig"]
    done = keygen("-Y", "verify", *usual, message=MESSAGE)
    assert done.returncode == 0, done.stderr
    assert keygen("-Y", "verify", *usual, message=MESSAGE + b"x").returncode != 0

    (tmp_path / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "message.sig").unlink()
    for more in ([], ["-O", "hashalg=sha256"]):
        done = keygen("-Y", "sign", "-f", tmp_path / "key", "-n", "file", *more, message=MESSAGE)
        assert done.returncode == 0, done.stderr
        signature = Signature.parse(done.stdout)
        assert (signature.namespace, signature.public_key) == ("file", SshPublicKey(key.public_key()))
        assert (signature.certificate, signature.user_present, signature.user_verified) == (None, None, None)
        signature.verify(MESSAGE, "file")
        signers = listed((tmp_path / "signers").read_bytes())
        signers.verify(signature, MESSAGE, principal="ada@example.org", namespace="file")
        assert signers.find_principals(signature) == ["ada@example.org"]


@needs_ssh_keygen
def test_certified_signers_both_ways(tmp_path: Path) -> None:
    key, authority = keys()["p256"], keys()["ed25519"]
    certificate = (
        SSHCertificateBuilder()
        .public_key(key.public_key())
        .type(SSHCertificateType.USER)
        .valid_principals([b"ada@example.org"])
        .valid_after(0)
        .valid_before(2**64 - 1)
        .sign(authority)
    )
    made = sign(key, MESSAGE, "git", certificate=certificate)
    text = b'*@example.org,!ben@example.org cert-authority,namespaces="git,x" ' + line(authority) + b"\n"
    (tmp_path / "signers").write_bytes(text)
    (tmp_path / "sig").write_bytes(made)
    usual = ["-f", tmp_path / "signers", "-n", "git", "-s", tmp_path / "sig", "-I"]
    done = keygen("-Y", "verify", *usual, "ada@example.org", message=MESSAGE)
    assert done.returncode == 0, done.stderr
    signature = Signature.parse(made)
    assert isinstance(signature.certificate, SSHCertificate)
    signers = listed(text)
    signers.verify(signature, MESSAGE, principal="ada@example.org", namespace="git")
    assert signers.find_principals(signature) == ["*@example.org,!ben@example.org"]
    for principal in ("ben@example.org", "eve@example.org", "ada@example.com"):
        assert keygen("-Y", "verify", *usual, principal, message=MESSAGE).returncode != 0
        with pytest.raises(InvalidSignature, match="does not count"):
            signers.verify(signature, MESSAGE, principal=principal, namespace="git")
    with pytest.raises(ValueError, match="another key"):
        sign(authority, MESSAGE, "git", certificate=certificate)

    (tmp_path / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "key-cert.pub").write_bytes(certificate.public_bytes() + b"\n")
    done = keygen("-Y", "sign", "-f", tmp_path / "key-cert.pub", "-n", "git", message=MESSAGE)
    if done.returncode == 0:  # where an agent is not needed for it
        signers.verify(Signature.parse(done.stdout), MESSAGE, principal="ada@example.org", namespace="git")


def test_whose_signatures_count() -> None:
    key, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    signature = Signature.parse(sign(key, MESSAGE, "file"))

    def verify(text: bytes, principal: str = "ada", namespace: str = "file", now: int = NOW) -> None:
        listed(text % line(key)).verify(signature, MESSAGE, principal=principal, namespace=namespace, now=now)

    verify(b"ada %s comment")
    verify(b'"ada" %s')
    verify(b"# comment\n\n ben,a?a\t%s")
    verify(b'ada NAMESPACES="git,f*" %s')
    verify(b'ada valid-after="20260101",valid-before="20270101Z" %s', now=NOW)
    verify(b"ada cert-authority " + line(other) + b"\nada %s")
    for text, reason in [
        (b"ben %s", "no line of the allowed signers"),
        (b"ad %s", "no line of the allowed signers"),
        (b"*,!ada %s", "no line of the allowed signers"),
        (b"ada " + line(other) + b"\nben %s", "with other keys"),
        (b"ada cert-authority %s", "with other keys"),
        (b'ada namespaces="git" %s', "may not sign for 'file'|may not sign for \"file\""),
        (b'ada valid-after="20270101Z" %s', "not valid yet"),
        (b'ada valid-before="20260101Z" %s', "no longer valid"),
    ]:
        with pytest.raises(InvalidSignature, match=reason):
            verify(text)
    with pytest.raises(InvalidSignature, match='is for "file", and not for "git"'):
        verify(b"ada %s", namespace="git")
    with pytest.raises(InvalidSignature):
        listed(b"ada " + line(key)).verify(signature, MESSAGE + b"!", principal="ada", namespace="file")
    edge = int(time.mktime((2026, 6, 1, 12, 30, 15, 0, 0, -1)))
    verify(b'ada valid-after="20260601123015" %s', now=edge)
    with pytest.raises(InvalidSignature, match="not valid yet"):
        verify(b'ada valid-after="20260601123015" %s', now=edge - 1)


def test_certificates_of_signers() -> None:
    key, authority = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()

    def certified(kind: SSHCertificateType, principals: list[bytes], after: int, before: int) -> Signature:
        draft = SSHCertificateBuilder().public_key(key.public_key()).type(kind).valid_after(after).valid_before(before)
        named = draft.valid_principals(principals) if principals else draft.valid_for_all_principals()
        return Signature.parse(sign(key, MESSAGE, "file", certificate=named.sign(authority)))

    signers = listed(b"ada cert-authority " + line(authority))
    user, host = SSHCertificateType.USER, SSHCertificateType.HOST
    good = certified(user, [b"ada"], NOW, NOW + 10)
    signers.verify(good, MESSAGE, principal="ada", namespace="file", now=NOW)
    for signature, now in [(good, NOW - 1), (good, NOW + 10), (certified(host, [b"ada"], 0, 2**64 - 1), NOW)]:
        with pytest.raises(InvalidSignature, match="certificate of its key"):
            signers.verify(signature, MESSAGE, principal="ada", namespace="file", now=now)
        assert signers.find_principals(signature, now=now) == []
    for principals in ([b"ben"], []):
        signature = certified(user, principals, 0, 2**64 - 1)
        with pytest.raises(InvalidSignature, match="is not for"):
            signers.verify(signature, MESSAGE, principal="ada", namespace="file", now=NOW)
    with pytest.raises(InvalidSignature, match="other keys"):
        listed(b"ada " + line(key)).verify(good, MESSAGE, principal="ada", namespace="file", now=NOW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"ada", "line 1"),
        (b"\nada ssh-ed25519", "line 2"),
        (b"ada unknown-option %s", "option"),
        (b'ada valid-after="2026" %s', "no time"),
        (b'ada valid-after="20260230Z" %s', "no time"),
        (b'ada valid-after="202601012460Z" %s', "no time"),
        (b'ada valid-after="20270101Z",valid-before="20260101Z" %s', "must be before"),
        (b"\xff %s", "not text"),
    ],
)
def test_malformed_lists(text: bytes, reason: str) -> None:
    if b"%s" in text:
        text %= line(ed25519.Ed25519PrivateKey.generate())
    with pytest.raises((ValueError, UnsupportedAlgorithm), match=reason):
        listed(text)


def test_a_pattern_takes_no_time() -> None:
    signature = Signature.parse(sign(key := ed25519.Ed25519PrivateKey.generate(), b"", "n"))
    signers = listed(b"*a" * 2000 + b" " + line(key))
    start = time.perf_counter()
    with pytest.raises(InvalidSignature, match="no line"):
        signers.verify(signature, b"", principal="a" * 5000 + "b", namespace="n")
    assert time.perf_counter() - start < 5


def test_every_changed_byte_is_noticed() -> None:
    pem = sign(ed25519.Ed25519PrivateKey.generate(), b"message", "file")
    blob = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    Signature.parse(blob).verify(b"message", "file")
    key = Signature.parse(pem).public_key
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        try:
            signature = Signature.parse(changed)
            signature.verify(b"message", "file")
        except (ValueError, InvalidSignature, UnsupportedAlgorithm):
            continue
        # The reserved field is signed as empty whatever it holds; nothing else may pass.
        assert signature.public_key == key
        pytest.fail(f"byte {at} may be changed")
    for length in range(len(blob)):
        with pytest.raises(ValueError, match="Invalid|PEM"):
            Signature.parse(blob[:length])
    with pytest.raises(ValueError, match="something follows"):
        Signature.parse(blob + b"\0")


def test_signatures_of_security_keys() -> None:
    """A device signs the hash of the message with the application, its flags and its counter."""
    for algorithm in ("ed25519", "ecdsa"):
        flags, counter = b"\5", (7).to_bytes(4, "big")
        if algorithm == "ed25519":
            kind, device = b"sk-ssh-ed25519@openssh.com", ed25519.Ed25519PrivateKey.generate()
            public = text(kind, device.public_key().public_bytes_raw(), b"ssh:")
        else:
            from ironlatch.hazmat.primitives.serialization import PublicFormat

            kind, device = b"sk-ecdsa-sha2-nistp256@openssh.com", ec.generate_private_key(ec.SECP256R1())  # type: ignore[assignment]
            point = device.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            public = text(kind, b"nistp256", point, b"ssh:")
        signed = b"SSHSIG" + text(b"file", b"", b"sha512", hashlib.sha512(MESSAGE).digest())
        by_device = hashlib.sha256(b"ssh:").digest() + flags + counter + hashlib.sha256(signed).digest()
        if algorithm == "ed25519":
            raw = device.sign(by_device)
        else:
            from ironlatch.hazmat.primitives import hashes
            from ironlatch.hazmat.primitives.asymmetric.utils import decode_dss_signature

            r, s = decode_dss_signature(device.sign(by_device, ec.ECDSA(hashes.SHA256())))  # type: ignore[call-arg,arg-type]
            raw = text(*(number.to_bytes(number.bit_length() // 8 + 1, "big") for number in (r, s)))
        inner = text(kind, raw) + flags + counter
        blob = b"SSHSIG\0\0\0\1" + text(public, b"file", b"", b"sha512", inner)
        signature = Signature.parse(blob)
        signature.verify(MESSAGE, "file")
        assert (signature.user_present, signature.user_verified) == (True, True)
        key = signature.public_key
        assert (key.kind, key.application) == (kind.decode(), b"ssh:")
        assert key == SshPublicKey.parse(key.to_line())
        assert key != SshPublicKey(key.key)
        with pytest.raises(InvalidSignature):
            Signature.parse(blob.replace(flags + counter, b"\4" + counter)).verify(MESSAGE, "file")
        listed(b"ada " + key.to_line()).verify(signature, MESSAGE, principal="ada", namespace="file")


def test_rsa_with_sha_1_does_not_count() -> None:
    blob = base64.b64decode(b"".join(sign(keys()["rsa"], b"x", "file").splitlines()[1:-1]))
    with pytest.raises(UnsupportedAlgorithm, match="SHA-1"):
        Signature.parse(
            blob.replace(text(b"rsa-sha2-512"), text(b"ssh-rsa")).replace(
                (len(text(b"rsa-sha2-512")) + 260).to_bytes(4, "big"), (len(text(b"ssh-rsa")) + 260).to_bytes(4, "big")
            )
        )


def test_public_keys_with_their_lines() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    made = SshPublicKey(key, comment="ada@example.org")
    read = SshPublicKey.parse(b'restrict,command="a b" ' + made.to_line())
    assert (read.options, read.comment, read.key) == (b'restrict,command="a b"', b"ada@example.org", key)
    assert read.to_line() == b'restrict,command="a b" ' + made.to_line()
    assert made.fingerprint == read.fingerprint
    assert hash(SshPublicKey(key)) == hash(SshPublicKey.parse(SshPublicKey(key).to_line()))
    assert made.fingerprint.startswith("SHA256:")
    assert repr(made) == f"SshPublicKey(<ssh-ed25519 {made.fingerprint}>)"
    with pytest.raises(ValueError, match="one line"):
        SshPublicKey(key, comment="a\nb")
    with pytest.raises(TypeError, match="public key object"):
        SshPublicKey(object())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="format is invalid"):
        SshPublicKey(x25519.X25519PrivateKey.generate().public_key())  # type: ignore[arg-type]


def test_what_makes_no_signatures() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    with pytest.raises(ValueError, match="namespace"):
        sign(key, MESSAGE, "")
    with pytest.raises(TypeError, match="private key object"):
        sign(key.public_key(), MESSAGE, "file")  # type: ignore[arg-type]
    with pytest.raises(UnsupportedAlgorithm, match="only RSA, ECDSA and Ed25519"):
        sign(dsa.generate_private_key(1024), MESSAGE, "file")  # type: ignore[arg-type]
