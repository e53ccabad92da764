"""OpenSSH certificates: `ssh-keygen` reads those made here, and the reverse."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from ironlatch.exceptions import InvalidSignature, UnsupportedAlgorithm
from ironlatch.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from ironlatch.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    SSHCertificate,
    SSHCertificateBuilder,
    SSHCertificateType,
    SSHCertPrivateKeyTypes,
    load_ssh_public_identity,
    load_ssh_public_key,
)

KEYS = Path(__file__).parents[1] / "data/keys/ssh"
FOREVER = 2**64 - 1

needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


def keygen(*arguments: object) -> str:
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def authorities() -> list[SSHCertPrivateKeyTypes]:
    return [
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
        *(ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1())),
    ]


def builder() -> SSHCertificateBuilder:
    return (
        SSHCertificateBuilder()
        .public_key(ed25519.Ed25519PrivateKey.generate().public_key())
        .type(SSHCertificateType.USER)
        .valid_after(1_700_000_000)
        .valid_before(1_800_000_000.9)
    )


@needs_ssh_keygen
def test_ssh_keygen_reads_certificates_made_here(tmp_path: Path) -> None:
    for authority in authorities():
        for key in authorities():
            draft = (
                SSHCertificateBuilder()
                .public_key(key.public_key())
                .type(SSHCertificateType.HOST)
                .key_id(b"the first")
                .serial(2**64 - 1)
                .valid_principals([b"host.example.org", b"10.0.0.1"])
                .valid_after(0)
                .valid_before(FOREVER)
            )
            made = draft.sign(authority)
            made.verify_cert_signature()
            (tmp_path / "cert.pub").write_bytes(made.public_bytes() + b" comment\n")
            told = keygen("-L", "-f", tmp_path / "cert.pub")
            assert "host certificate" in told
            assert 'Key ID: "the first"' in told
            assert f"Serial: {2**64 - 1}" in told
            assert "Valid: forever" in told
            assert "host.example.org" in told


@needs_ssh_keygen
@pytest.mark.parametrize("authority", ["ed25519", "rsa", "ecdsa-256", "ecdsa-384", "ecdsa-521"])
def test_certificates_of_ssh_keygen(tmp_path: Path, authority: str) -> None:
    ca = tmp_path / "ca"
    shutil.copy(KEYS / authority, ca)
    ca.chmod(0o600)
    for algorithm in ("rsa-sha2-256", "rsa-sha2-512") if authority == "rsa" else (None,):
        shutil.copy(KEYS / "ecdsa-256.pub", tmp_path / "id.pub")
        more = ["-t", algorithm] if algorithm else []
        options = ["-O", "clear", "-O", "force-command=ls -l", "-O", "permit-pty"]
        keygen(
            "-q",
            "-s",
            ca,
            *more,
            "-I",
            "an id",
            "-n",
            "ada,ben",
            "-z",
            "7",
            "-V",
            "+52w",
            *options,
            tmp_path / "id.pub",
        )
        made = load_ssh_public_identity((tmp_path / "id-cert.pub").read_bytes())
        assert isinstance(made, SSHCertificate)
        made.verify_cert_signature()
        assert made.public_key() == load_ssh_public_key((KEYS / "ecdsa-256.pub").read_bytes())
        assert made.signature_key() == load_ssh_public_key((KEYS / f"{authority}.pub").read_bytes())
        assert (made.key_id, made.serial, made.valid_principals) == (b"an id", 7, [b"ada", b"ben"])
        assert made.type is SSHCertificateType.USER
        assert made.critical_options == {b"force-command": b"ls -l"}
        assert made.extensions == {b"permit-pty": b""}
        assert made.valid_after < made.valid_before < FOREVER
        assert made.public_bytes() == b" ".join((tmp_path / "id-cert.pub").read_bytes().split()[:2])
        assert load_ssh_public_key(made.public_bytes()) == made.public_key()


@needs_ssh_keygen
def test_certificates_of_keys_in_security_keys(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    kind, raw = b"sk-ssh-ed25519@openssh.com", key.public_bytes_raw()
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (kind, raw, b"ssh:"))
    (tmp_path / "id.pub").write_bytes(kind + b" " + base64.b64encode(blob) + b"\n")
    shutil.copy(KEYS / "ed25519", tmp_path / "ca")
    (tmp_path / "ca").chmod(0o600)
    keygen("-q", "-s", tmp_path / "ca", "-I", "x", tmp_path / "id.pub")
    made = load_ssh_public_identity((tmp_path / "id-cert.pub").read_bytes())
    assert isinstance(made, SSHCertificate)
    made.verify_cert_signature()
    assert made.public_key() == key


def test_every_changed_byte_is_noticed() -> None:
    made = builder().valid_principals([b"ada"]).add_extension(b"permit-pty", b"").sign(authorities()[0])
    kind, text = made.public_bytes().split()
    blob = base64.b64decode(text)
    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        try:
            read = load_ssh_public_identity(kind + b" " + base64.b64encode(changed))
        except (ValueError, UnsupportedAlgorithm):
            continue
        assert isinstance(read, SSHCertificate)
        with pytest.raises((InvalidSignature, ValueError, UnsupportedAlgorithm)):
            read.verify_cert_signature()
    for length in range(len(blob)):
        with pytest.raises(ValueError, match="Invalid|key"):
            load_ssh_public_identity(kind + b" " + base64.b64encode(blob[:length]))


def test_builder() -> None:
    draft = builder()
    made = draft.valid_for_all_principals().sign(ed25519.Ed25519PrivateKey.generate())
    assert made.valid_principals == []
    assert (made.serial, made.key_id, made.valid_before, len(made.nonce)) == (0, b"", 1_800_000_000, 32)
    named = (
        draft.valid_for_all_principals()
        .add_extension(b"zoo", b"1")
        .add_extension(b"ape", b"")
        .add_critical_option(b"c", b"2")
    )
    made = named.sign(ec.generate_private_key(ec.SECP384R1()))
    assert list(made.extensions.items()) == [(b"ape", b""), (b"zoo", b"1")]
    assert made.critical_options == {b"c": b"2"}
    with pytest.raises(ValueError, match="Duplicate extension"):
        named.add_extension(b"zoo", b"")
    with pytest.raises(ValueError, match="serial already set"):
        draft.serial(1).serial(2)
    for wrong in (float("nan"), -1, -1.5, 2**64):
        with pytest.raises(ValueError, match="cannot convert|valid_after"):
            SSHCertificateBuilder().valid_after(wrong)
    with pytest.raises(OverflowError):
        SSHCertificateBuilder().valid_before(float("inf"))
    for key in (dsa.generate_private_key(1024), ec.generate_private_key(ec.SECP256K1())):
        with pytest.raises((TypeError, ValueError), match="Unsupported|no keys on the curve"):
            SSHCertificateBuilder.sign(draft.valid_for_all_principals(), key)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no keys on the curve"):
        (
            SSHCertificateBuilder()
            .public_key(ec.generate_private_key(ec.SECP256K1()).public_key())
            .type(SSHCertificateType.USER)
            .valid_after(0)
            .valid_before(1)
            .valid_for_all_principals()
            .sign(ed25519.Ed25519PrivateKey.generate())
        )


def test_a_certificate_is_no_private_matter() -> None:
    authority = ed25519.Ed25519PrivateKey.generate()
    made = builder().valid_for_all_principals().sign(authority)
    raw = authority.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    assert raw not in base64.b64decode(made.public_bytes().split()[1])
    assert made.signature_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).startswith(b"ssh-ed25519 ")
