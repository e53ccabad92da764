"""``ironlatch keygen --ssh`` and ``ironlatch ssh``, with `ssh-keygen` and an `sshd` on loopback."""

import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, rsa
from ironlatch.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    SSHCertificate,
    SSHCertificateBuilder,
    SSHCertificateType,
    SSHPrivateKeyTypes,
    load_ssh_private_key,
    load_ssh_public_identity,
)
from ironlatch.ssh import AllowedSigners, Signature, SshPublicKey, private_bytes_ppk, sign

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/usr/local/sbin")

needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
needs_sshd = pytest.mark.skipif(SSHD is None or shutil.which("ssh") is None, reason="sshd is not installed")


def run(*arguments: object, data: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ironlatch", *map(str, arguments)]
    return subprocess.run(command, input=data, capture_output=True, cwd=cwd, check=False)


def works(*arguments: object, data: bytes = b"", cwd: Path | None = None) -> bytes:
    done = run(*arguments, data=data, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_key(path: Path, key: SSHPrivateKeyTypes) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("kind", "expected"), [("", "ssh-ed25519"), ("=ecdsa", "ecdsa-sha2-nistp256"), ("=rsa", "ssh-rsa")]
)
def test_keygen(tmp_path: Path, kind: str, expected: str) -> None:
    (tmp_path / "password").write_bytes(b"correct horse\n")
    (tmp_path / "password").chmod(0o600)
    line = works("keygen", f"--ssh{kind}", "-o", "id", "--comment", "ada@example.org", cwd=tmp_path)
    assert line == (tmp_path / "id.pub").read_bytes()
    public = SshPublicKey.parse(line)
    assert (public.kind, public.comment) == (expected, b"ada@example.org")
    key = load_ssh_private_key((tmp_path / "id").read_bytes(), None)
    assert SshPublicKey(key.public_key()) == public
    assert (tmp_path / "id").stat().st_mode & 0o777 == 0o600
    again = run("keygen", "--ssh", "-o", "id", cwd=tmp_path)
    assert again.returncode == 1
    assert (tmp_path / "id.pub").read_bytes() == line
    told = json.loads(works("keygen", "--ssh", "-o", "locked", "--passphrase-file", "password", "--json", cwd=tmp_path))
    assert told["fingerprint"].startswith("SHA256:")
    assert load_ssh_private_key((tmp_path / "locked").read_bytes(), b"correct horse")
    if shutil.which("ssh-keygen"):
        seen = subprocess.run(["ssh-keygen", "-l", "-f", tmp_path / "id"], capture_output=True, text=True, check=True)
        assert public.fingerprint in seen.stdout


def test_keygen_refuses(tmp_path: Path) -> None:
    for arguments in (["--ssh"], ["--ssh", "-o", "-"], ["--ssh=dsa", "-o", "x"], ["--comment", "x", "-o", "y"]):
        assert run("keygen", *arguments, cwd=tmp_path).returncode == 2, arguments
    assert run("keygen", "--ssh", "-o", "x", "--comment", "a\nb", cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_certify(tmp_path: Path) -> None:
    works("keygen", "--ssh", "-o", "ca", cwd=tmp_path)
    works("keygen", "--ssh=ecdsa", "-o", "id", cwd=tmp_path)
    usual = ["ssh", "certify", "--ca", "ca", "--id", "laptop", "--valid-for", "7d"]
    told = json.loads(works(*usual, "--principal", "ada", "--principal", "root", "--json", "id.pub", cwd=tmp_path))
    assert told["file"] == "id-cert.pub"
    made = load_ssh_public_identity((tmp_path / "id-cert.pub").read_bytes())
    assert isinstance(made, SSHCertificate)
    made.verify_cert_signature()
    assert (made.key_id, made.valid_principals, made.type) == (b"laptop", [b"ada", b"root"], SSHCertificateType.USER)
    assert made.valid_before - made.valid_after == 7 * 86400
    assert abs(made.valid_after - time.time()) < 60
    assert len(made.extensions) == 5
    more = ["--host", "--any-principal", "--serial", "9", "--option", "force-command=ls -l", "--extension", "none"]
    line = works(*usual, *more, "-o", "-", "id.pub", cwd=tmp_path)
    made = load_ssh_public_identity(line)
    assert isinstance(made, SSHCertificate)
    assert (made.serial, made.type, made.extensions) == (9, SSHCertificateType.HOST, {})
    assert made.critical_options == {b"force-command": b"ls -l"}
    assert run(*usual, "id.pub", cwd=tmp_path).returncode == 2
    assert run(*usual, "--principal", "ada", "id.pub", cwd=tmp_path).returncode == 1  # it is there already
    for wrong in ("ca", "absent"):
        assert run(*usual, "--principal", "ada", "-o", "new", wrong, cwd=tmp_path).returncode == 1


def test_sign_and_verify(tmp_path: Path) -> None:
    message = b"attack at dawn\n" * 100_000
    (tmp_path / "message").write_bytes(message)
    line = works("keygen", "--ssh", "-o", "id", cwd=tmp_path)
    (tmp_path / "signers").write_bytes(b"ada@example.org " + line)
    assert works("ssh", "sign", "-k", "id", "-n", "file", "message", cwd=tmp_path) == b"message.sig\n"
    usual = ["ssh", "verify", "-f", "signers", "-n", "file", "-s", "message.sig"]
    told = works(*usual, "-I", "ada@example.org", "message", cwd=tmp_path)
    assert told.startswith(b"signed by ada@example.org with ssh-ed25519 SHA256:")
    assert (
        json.loads(works(*usual, "-I", "ada@example.org", "--json", data=message, cwd=tmp_path))["namespace"] == "file"
    )
    for arguments, data in [
        (["-I", "eve@example.org", "message"], b""),
        (["-I", "ada@example.org"], message + b"x"),
        (["-I", "ada@example.org", "-n", "git", "message"], b""),
    ]:
        done = run(
            *(argument for argument in usual if "-n" not in arguments or argument not in ("-n", "file")),
            *arguments,
            data=data,
            cwd=tmp_path,
        )
        assert done.returncode == 3, (arguments, done.stderr)
    key = load_ssh_private_key((tmp_path / "id").read_bytes(), None)
    signed = works("ssh", "sign", "-k", "id", "-n", "file", data=message, cwd=tmp_path)
    Signature.parse(signed).verify(message, "file")
    (tmp_path / "password").write_bytes(b"correct horse")
    for name, data in {
        "a.ppk": private_bytes_ppk(key, b"correct horse", memory_kib=64, passes=1),
        "b.pem": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"correct horse")),
        "c.key": key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(b"correct horse")),
    }.items():
        (tmp_path / name).write_bytes(data)
        signed = works(
            "ssh", "sign", "-k", name, "--passphrase-file", "password", "-n", "file", data=message, cwd=tmp_path
        )
        assert Signature.parse(signed).public_key == SshPublicKey(key.public_key())
        wrong = run("ssh", "sign", "-k", name, "--passphrase-file", "signers", "-n", "file", data=message, cwd=tmp_path)
        assert wrong.returncode != 0
    (tmp_path / "signers").write_bytes(b'ada valid-after="20260101" ' + line)
    done = run(*usual, "-I", "ada", "message", cwd=tmp_path)
    assert done.returncode == 1
    assert b"Z for UTC" in done.stderr


class Server:
    """An `sshd` of this user's, on a free port of the loopback, that runs one command."""

    def __init__(self, folder: Path) -> None:
        assert SSHD is not None
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.host = ed25519.Ed25519PrivateKey.generate()
        self.authority = ed25519.Ed25519PrivateKey.generate()
        write_key(folder / "host", self.host)
        (folder / "authority.pub").write_bytes(SshPublicKey(self.authority.public_key()).to_line() + b"\n")
        (folder / "authorized").write_bytes(b"")
        (folder / "known").write_bytes(
            b"[127.0.0.1]:%d " % self.port + SshPublicKey(self.host.public_key()).to_line() + b"\n"
        )
        (folder / "config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {folder}/host\nPidFile {folder}/pid\n"
            f"AuthorizedKeysFile {folder}/authorized\nTrustedUserCAKeys {folder}/authority.pub\nStrictModes no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nPermitRootLogin yes\n"
        )
        self.process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", str(folder / "config")],
            stderr=(folder / "log").open("wb"),
            stdin=subprocess.DEVNULL,
        )

    def wait(self) -> bool:
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.1)
        return False

    def login(self, key: Path, certificate: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        more = ["-o", f"CertificateFile={certificate}"] if certificate else []
        options = [
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            f"UserKnownHostsFile={self.folder}/known",
            "StrictHostKeyChecking=yes",
        ]
        command = ["ssh", "-F", "none", "-p", str(self.port), "-i", str(key), *more]
        for option in options:
            command += ["-o", option]
        command += [f"{getpass.getuser()}@127.0.0.1", "echo let in"]
        return subprocess.run(command, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "server").mkdir()
    if os.geteuid() == 0:
        # Of root, it wants the folder in which it drops its rights.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    server = Server(tmp_path / "server")
    try:
        if not server.wait():
            pytest.skip("sshd does not run here: " + (tmp_path / "server/log").read_text())
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


@needs_sshd
def test_sshd_takes_keys_made_here(tmp_path: Path, server: Server) -> None:
    keys: dict[str, SSHPrivateKeyTypes] = {
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "p521": ec.generate_private_key(ec.SECP521R1()),
        "rsa": rsa.generate_private_key(65537, 3072),
    }
    for name, key in keys.items():
        path = write_key(tmp_path / name, key)
        (server.folder / "authorized").write_bytes(b"")
        assert server.login(path).returncode != 0
        line = SshPublicKey(key.public_key(), comment="a key made here").to_line()
        (server.folder / "authorized").write_bytes(b"restrict " + line + b"\n")
        done = server.login(path)
        assert (done.returncode, done.stdout) == (0, b"let in\n"), (name, done.stderr)


@needs_sshd
def test_sshd_takes_certificates_made_here(tmp_path: Path, server: Server) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    path = write_key(tmp_path / "id", key)
    (tmp_path / "id.pub").write_bytes(SshPublicKey(key.public_key()).to_line() + b"\n")
    write_key(tmp_path / "ca", server.authority)
    write_key(tmp_path / "other", ed25519.Ed25519PrivateKey.generate())
    user = getpass.getuser()
    usual = ["ssh", "certify", "--id", "made here", "--valid-for", "1h"]
    for name, arguments, expected in [
        ("good", ["--ca", "ca", "--principal", user], True),
        ("other", ["--ca", "other", "--principal", user], False),
        ("nobody", ["--ca", "ca", "--principal", user + "x"], False),
        ("host", ["--ca", "ca", "--host", "--principal", user], False),
        ("command", ["--ca", "ca", "--principal", user, "--option", "force-command=echo let in"], True),
    ]:
        certificate = tmp_path / f"{name}-cert.pub"
        works(*usual, *arguments, "-o", certificate, "id.pub", cwd=tmp_path)
        done = server.login(path, certificate)
        assert (done.returncode == 0) == expected, (name, done.stderr)
        if expected:
            assert done.stdout == b"let in\n"
    expired = (
        SSHCertificateBuilder()
        .public_key(key.public_key())
        .type(SSHCertificateType.USER)
        .valid_principals([user.encode()])
        .valid_after(0)
        .valid_before(1)
        .sign(server.authority)
    )
    (tmp_path / "expired-cert.pub").write_bytes(expired.public_bytes() + b"\n")
    assert server.login(path, tmp_path / "expired-cert.pub").returncode != 0


@needs_sshd
def test_ssh_believes_a_host_certificate_made_here(tmp_path: Path, server: Server) -> None:
    key = write_key(tmp_path / "id", mine := ed25519.Ed25519PrivateKey.generate())
    (server.folder / "authorized").write_bytes(SshPublicKey(mine.public_key()).to_line() + b"\n")
    certificate = (
        SSHCertificateBuilder()
        .public_key(server.host.public_key())
        .type(SSHCertificateType.HOST)
        .valid_principals([b"127.0.0.1"])
        .valid_after(0)
        .valid_before(2**64 - 1)
        .sign(server.authority)
    )
    server.process.terminate()
    server.process.wait()
    (server.folder / "host-cert.pub").write_bytes(certificate.public_bytes() + b"\n")
    with (server.folder / "config").open("a") as config:
        config.write(f"HostCertificate {server.folder}/host-cert.pub\n")
    ca = SshPublicKey(server.authority.public_key()).to_line()
    (server.folder / "known").write_bytes(b"@cert-authority * " + ca + b"\n")
    server.process = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", str(server.folder / "config")],
        stderr=(server.folder / "log").open("wb"),
        stdin=subprocess.DEVNULL,
    )
    assert server.wait()
    done = server.login(key)
    assert (done.returncode, done.stdout) == (0, b"let in\n"), done.stderr


@needs_ssh_keygen
def test_ssh_keygen_verifies_what_the_command_signs(tmp_path: Path) -> None:
    line = works("keygen", "--ssh=rsa", "-o", "id", cwd=tmp_path)
    (tmp_path / "signers").write_bytes(b"ada " + line)
    signed = works("ssh", "sign", "-k", "id", "-n", "file", data=b"message", cwd=tmp_path)
    (tmp_path / "sig").write_bytes(signed)
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "ada", "-n", "file", "-s", "sig"]
    done = subprocess.run(command, input=b"message", capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    AllowedSigners.parse((tmp_path / "signers").read_bytes()).verify(
        Signature.parse(sign(load_ssh_private_key((tmp_path / "id").read_bytes(), None), b"message", "file")),  # type: ignore[arg-type]
        b"message",
        principal="ada",
        namespace="file",
    )
