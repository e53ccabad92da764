"""`ironlatch cert` against OpenSSL: its program, and Python's TLS."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from terminal import at_terminal

COMMAND = [sys.executable, "-m", "ironlatch", "cert"]
OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="the openssl program is not installed")


def cert(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], cwd=directory, capture_output=True, text=True, check=False)


def made(directory: Path, *arguments: str) -> None:
    done = cert(directory, *arguments)
    assert done.returncode == 0, done.stderr


def openssl(directory: Path, *arguments: str) -> str:
    assert OPENSSL is not None
    done = subprocess.run([OPENSSL, *arguments], cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    made(tmp_path, "ca", "root", "--permit", "dev.example", "--permit", "127.0.0.0/8", "-o", "root.pem")
    made(tmp_path, "ca", "intermediate", "--ca", "root.pem", "--path-length", "0", "-o", "issuing.pem")
    names = ("--name", "api.dev.example", "--name", "127.0.0.1")
    made(tmp_path, "ca", "issue", "--ca", "issuing.pem", *names, "-o", "api.pem")
    return tmp_path


@needs_openssl
@pytest.mark.parametrize("kind", ["p256", "p384", "p521", "ed25519", "ed448", "rsa2048"])
def test_openssl_verifies_keys_of_every_kind(tmp_path: Path, kind: str) -> None:
    made(tmp_path, "ca", "root", "--key-type", kind, "-o", "root.pem")
    made(tmp_path, "request", "--key-type", kind, "--name", "a.example", "--for", "server", "-o", "a.csr")
    assert "verify OK" in openssl(tmp_path, "req", "-verify", "-noout", "-in", "a.csr")
    made(tmp_path, "ca", "sign", "--ca", "root.pem", "a.csr", "-o", "a.pem")
    verify = ("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "a.example", "-CAfile")
    openssl(tmp_path, *verify, "root.pem", "a.pem")
    openssl(tmp_path, "pkey", "-in", "a.key", "-noout", "-check")


@needs_openssl
def test_openssl_takes_the_chain_and_its_constraints(authority: Path) -> None:
    verify = ("verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "api.pem")
    openssl(authority, *verify, "-verify_ip", "127.0.0.1", "api.pem")
    text = openssl(authority, "x509", "-in", "root.pem", "-noout", "-text")
    assert re.search(r"Name Constraints: critical\s+Permitted:\s+DNS:dev.example\s+IP:127.0.0.0/255.0.0.0", text)
    made(authority, "ca", "issue", "--ca", "root.pem", "--for", "email", "--name", "ada@dev.example", "-o", "mail.pem")
    openssl(authority, "verify", "-x509_strict", "-purpose", "smimesign", "-CAfile", "root.pem", "mail.pem")


@needs_openssl
def test_signs_a_request_of_openssl_without_what_it_reaches_for(authority: Path) -> None:
    def request(*extensions: str) -> None:
        added = [part for extension in extensions for part in ("-addext", extension)]
        new = ("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=w.dev.example", "-keyout", "w.key")
        openssl(authority, *new, "-out", "w.csr", *added)

    request(
        "subjectAltName=DNS:w.dev.example", "keyUsage=keyCertSign", "extendedKeyUsage=codeSigning", "1.2.3=DER:0500"
    )
    signed = cert(authority, "ca", "sign", "--ca", "root.pem", "w.csr", "-o", "w.pem")
    assert signed.returncode == 0, signed.stderr
    assert signed.stderr == "not taken from the request: keyUsage, extendedKeyUsage, 1.2.3\n"
    text = openssl(authority, "x509", "-in", "w.pem", "-noout", "-text")
    assert "TLS Web Server Authentication" in text
    assert "CA:FALSE" in text
    assert "Certificate Sign" not in text
    assert "1.2.3" not in text
    openssl(authority, "verify", "-x509_strict", "-CAfile", "root.pem", "w.pem")

    request("subjectAltName=DNS:w.dev.example", "basicConstraints=critical,CA:TRUE")
    refused = cert(authority, "ca", "sign", "--ca", "root.pem", "w.csr", "-o", "w2.pem")
    assert refused.returncode == 1
    assert "authority" in refused.stderr
    request("subjectAltName=DNS:w.dev.example,DNS:example.com")
    refused = cert(authority, "ca", "sign", "--ca", "root.pem", "w.csr", "-o", "w2.pem")
    assert "DNS:example.com" in refused.stderr
    assert not (authority / "w2.pem").exists()


@needs_openssl
def test_reads_an_authority_of_openssl(tmp_path: Path) -> None:
    root = ("req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=Theirs", "-days", "30", "-passout", "pass:secret")
    openssl(tmp_path, *root, "-keyout", "theirs.key", "-out", "theirs.pem")
    (tmp_path / "pass").write_text("secret\n")
    issue = ("ca", "issue", "--ca", "theirs.pem", "--ca-passphrase-file", "pass", "--name", "a.example", "-o", "a.pem")
    made(tmp_path, *issue)
    openssl(tmp_path, "verify", "-CAfile", "theirs.pem", "a.pem")


@needs_openssl
def test_openssl_takes_the_revocation_list_and_its_place(authority: Path) -> None:
    names = ("--name", "b.dev.example", "--crl-uri", "http://127.0.0.1/issuing.crl")
    made(authority, "ca", "issue", "--ca", "issuing.pem", *names, "-o", "b.pem")
    text = openssl(authority, "x509", "-in", "b.pem", "-noout", "-text")
    assert re.search(r"CRL Distribution Points:\s+Full Name:\s+URI:http://127.0.0.1/issuing.crl", text)
    crl = ("ca", "crl", "--ca", "issuing.pem")
    made(authority, *crl, "--new", "issuing.crl")
    made(authority, *crl, "--revoke", "api.pem", "--reason", "superseded", "issuing.crl")
    text = openssl(authority, "crl", "-in", "issuing.crl", "-noout", "-text", "-CAfile", "issuing.pem")
    assert re.search(r"CRL Number:\s+2\n", text)
    assert re.search(r"CRL Reason Code:\s+Superseded", text)
    verify = ("verify", "-x509_strict", "-crl_check", "-CAfile", "root.pem", "-untrusted", "issuing.pem")
    openssl(authority, *verify, "-CRLfile", "issuing.crl", "b.pem")
    with pytest.raises(AssertionError, match="certificate revoked"):
        openssl(authority, *verify, "-CRLfile", "issuing.crl", "api.pem")


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> str:
    """The subject of the client's certificate, as the server sees it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        subjects: list[str] = []

        def serve() -> None:
            connection = listener.accept()[0]
            try:
                with server.wrap_socket(connection, server_side=True) as stream:
                    subjects.append(str(dict(stream.getpeercert() or {}).get("subject")))
                    stream.sendall(b"hello")
            except OSError:
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname(), timeout=10) as connection,
                client.wrap_socket(connection, server_hostname=host) as stream,
            ):
                assert stream.recv(5) == b"hello"
        finally:
            thread.join()
    return subjects[0]


def test_servers_and_clients_meet_by_tls(authority: Path) -> None:
    client_names = ("--for", "client", "--subject", "CN=Ada,O=Example")
    made(authority, "ca", "issue", "--ca", "issuing.pem", *client_names, "-o", "ada.pem")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority / "api.pem", authority / "api.key")
    server.load_verify_locations(authority / "root.pem")
    server.verify_mode = ssl.CERT_REQUIRED
    client = ssl.create_default_context(cafile=str(authority / "root.pem"))
    client.load_cert_chain(authority / "ada.pem", authority / "ada.key")
    assert "Ada" in handshake(server, client, "api.dev.example")
    assert "Ada" in handshake(server, client, "127.0.0.1")
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(server, client, "other.dev.example")


def test_a_certificate_that_signs_itself_serves(tmp_path: Path) -> None:
    made(tmp_path, "self-signed", "-o", "localhost.pem")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "localhost.pem", tmp_path / "localhost.key")
    client = ssl.create_default_context(cafile=str(tmp_path / "localhost.pem"))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    for host in ("localhost", "127.0.0.1"):
        assert handshake(server, client, host) == "None"


def test_asks_for_passphrases_at_the_terminal(tmp_path: Path) -> None:
    root = [*COMMAND, "ca", "root", "--encrypt", "-o", "root.pem"]
    shown, code = at_terminal(root, [b"correct horse\n", b"correct horse\n"], tmp_path)
    assert code == 0, shown
    assert "correct" not in shown
    issue = [*COMMAND, "ca", "issue", "--ca", "root.pem", "--name", "a.example", "-o", "a.pem"]
    shown, code = at_terminal(issue, [b"wrong\n"], tmp_path)
    assert code == 3, shown
    assert not (tmp_path / "a.key").exists()
    shown, code = at_terminal(issue, [b"correct horse\n"], tmp_path)
    assert code == 0, shown
    assert "Passphrase of root.key: " in shown
