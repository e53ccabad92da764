"""OpenSSH's keys and certificates."""

from __future__ import annotations

from typing import Any

from benches.operation import Call, Group, Library, Prepared

KINDS = ("RSA-2048", "P-256", "Ed25519")
PASSWORD = b"correct horse"

ssh = Group("SSH")


@ssh.operation("load_ssh_private_key, {kind}", kind=KINDS)
def load_private(library: Library, kind: str) -> Prepared:
    return Call(formats(library).load_ssh_private_key, (written(library, kind), None))


@ssh.operation("load_ssh_private_key, Ed25519 under a password, 16 rounds")
def load_encrypted(library: Library) -> Prepared:
    s = formats(library)
    return Call(s.load_ssh_private_key, (written(library, "Ed25519", s.BestAvailableEncryption(PASSWORD)), PASSWORD))


@ssh.operation("private_bytes OpenSSH, {kind}", kind=KINDS)
def write_private(library: Library, kind: str) -> Prepared:
    s = formats(library)
    key = private_key(library, kind)
    return Call(key.private_bytes, (s.Encoding.PEM, s.PrivateFormat.OpenSSH, s.NoEncryption()))


@ssh.operation("load_ssh_public_key, {kind}", kind=KINDS)
def load_public(library: Library, kind: str) -> Prepared:
    return Call(formats(library).load_ssh_public_key, (public_line(library, kind) + b" me@example.org",))


@ssh.operation("public_bytes OpenSSH, {kind}", kind=KINDS)
def write_public(library: Library, kind: str) -> Prepared:
    s = formats(library)
    key = private_key(library, kind).public_key()
    return Call(key.public_bytes, (s.Encoding.OpenSSH, s.PublicFormat.OpenSSH))


@ssh.operation("ssh_key_fingerprint, Ed25519")
def fingerprint(library: Library) -> Prepared:
    key = private_key(library, "Ed25519").public_key()
    return Call(formats(library).ssh_key_fingerprint, (key, library("hazmat.primitives.hashes").SHA256()))


@ssh.operation("load_ssh_public_identity, a certificate of Ed25519 by {kind}", kind=KINDS)
def load_certificate(library: Library, kind: str) -> Prepared:
    made = certificate_builder(library).sign(private_key(library, kind))
    return Call(formats(library).load_ssh_public_identity, (made.public_bytes(),))


@ssh.operation("SSHCertificate verify_cert_signature, Ed25519")
def verify_certificate(library: Library) -> Prepared:
    return Call(certificate_builder(library).sign(private_key(library, "Ed25519")).verify_cert_signature)


@ssh.operation("SSHCertificateBuilder, from nothing to the signature, Ed25519")
def build_certificate(library: Library) -> Prepared:
    authority = private_key(library, "Ed25519")
    return Call(lambda: certificate_builder(library).sign(authority))


def formats(library: Library) -> Any:
    return library("hazmat.primitives.serialization")


def private_key(library: Library, kind: str) -> Any:
    if kind == "Ed25519":
        return library("hazmat.primitives.asymmetric.ed25519").Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    if kind == "P-256":
        ec = library("hazmat.primitives.asymmetric.ec")
        return ec.derive_private_key(2**200 + 1, ec.SECP256R1())
    return library("hazmat.primitives.asymmetric.rsa").generate_private_key(65537, 2048)


def written(library: Library, kind: str, encryption: Any = None) -> bytes:
    s = formats(library)
    encryption = s.NoEncryption() if encryption is None else encryption
    data: bytes = private_key(library, kind).private_bytes(s.Encoding.PEM, s.PrivateFormat.OpenSSH, encryption)
    return data


def public_line(library: Library, kind: str) -> bytes:
    s = formats(library)
    line: bytes = private_key(library, kind).public_key().public_bytes(s.Encoding.OpenSSH, s.PublicFormat.OpenSSH)
    return line


def certificate_builder(library: Library) -> Any:
    s = formats(library)
    return (
        s.SSHCertificateBuilder()
        .public_key(private_key(library, "Ed25519").public_key())
        .type(s.SSHCertificateType.USER)
        .key_id(b"a key")
        .valid_principals([b"ada", b"ben"])
        .valid_after(0)
        .valid_before(2**64 - 1)
        .add_critical_option(b"force-command", b"ls -l")
        .add_extension(b"permit-pty", b"")
    )
