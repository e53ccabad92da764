"""A private authority: what it issues verifies here, with the peer and with OpenSSL."""

from __future__ import annotations

import datetime
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from ironlatch import x509
from ironlatch.certificates import Authority, Refused, Revocation, Verifier
from ironlatch.exceptions import InvalidSignature
from ironlatch.hazmat.primitives import hashes, serialization
from ironlatch.hazmat.primitives.asymmetric import ec, ed25519, rsa
from ironlatch.secrets import ExposedFileWarning, SecretBytes
from ironlatch.x509.oid import ExtendedKeyUsageOID, ExtensionOID

OPENSSL = shutil.which("openssl")
PEER = Path(__file__).parents[2] / "target" / "bench-venv" / "bin" / "python"
"""An interpreter with the peer, which `make bench` and `make differential` leave behind."""
DAY = datetime.timedelta(days=1)


def names(certificate: x509.Certificate) -> list[str]:
    value = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in value]


def test_issues_what_strangers_verify(tmp_path: Path) -> None:
    root = Authority.create("CN=Root,O=Tests", permitted=["dev.example", "127.0.0.0/8"])
    below = root.intermediate(path_length=0)
    assert below.certificates[1] == root.certificates[0]
    issued = below.issue("api.dev.example", "127.0.0.1", purposes=["server", "client"])
    assert names(issued.certificate) == ["api.dev.example", "127.0.0.1"]
    assert issued.chain == [issued.certificate, below.certificates[0]]
    verified = Verifier(root.certificates, "api.dev.example").verify(*issued.chain[:1], issued.chain[1:])
    assert verified.chain == [*issued.chain, root.certificates[0]]
    with pytest.raises(Refused):
        Verifier(root.certificates, "other.example").verify(issued.certificate, issued.chain[1:])
    root.write(tmp_path / "root.pem")
    issued.write(tmp_path / "api.pem")
    if OPENSSL:
        verify = [OPENSSL, "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "api.dev.example"]
        files = ["-CAfile", "root.pem", "-untrusted", "api.pem", "api.pem"]
        assert subprocess.run([*verify, *files], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
        check = [OPENSSL, "pkey", "-in", "api.key", "-noout", "-check"]
        subprocess.run(check, cwd=tmp_path, check=True, capture_output=True)


PEERS_VERDICT = """
import datetime, sys
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import verification
folder = Path(sys.argv[1])
root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
leaf, *others = x509.load_pem_x509_certificates((folder / "leaf.pem").read_bytes())
store = verification.Store([root])
verifier = verification.PolicyBuilder().store(store).build_server_verifier(x509.DNSName("a.example"))
assert len(verifier.verify(leaf, others)) == 3
key = serialization.load_pem_private_key((folder / "leaf.key").read_bytes(), b"a password")
assert key.public_key() == leaf.public_key()
crl = x509.load_pem_x509_crl((folder / "crl.pem").read_bytes())
assert crl.is_signature_valid(others[0].public_key())
assert crl.get_revoked_certificate_by_serial_number(leaf.serial_number) is not None
assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2
"""


@pytest.mark.skipif(not PEER.is_file(), reason="there is no interpreter with the peer")
@pytest.mark.parametrize("kind", ["p256", "p384", "rsa2048"])
def test_the_peer_takes_what_is_made(tmp_path: Path, kind: str) -> None:
    root = Authority.create(key_type=kind)
    below = root.intermediate(key_type=kind)
    leaf = below.issue("a.example", key_type=kind, crl_uri="http://a.example/crl")
    crl = below.revocation_list(below.revocation_list(), [leaf.certificate], reason="superseded")
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(serialization.Encoding.PEM))
    root.write(tmp_path / "root.pem")
    leaf.write(tmp_path / "leaf.pem", password=b"a password")
    done = subprocess.run([PEER, "-c", PEERS_VERDICT, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_would_not_verify_is_not_issued() -> None:
    root = Authority.create(permitted=["corp.example"], path_length=0)
    for wrong, words in (
        (("example.com",), "name constraint"),
        (("10.0.0.1",), "name constraint"),
        ((), "host name or an address"),
        (("bücher.example",), "xn--"),
        (("a b",), "host name"),
    ):
        with pytest.raises(ValueError, match=words):
            root.issue(*wrong)
    with pytest.raises(ValueError, match="path length"):
        root.intermediate()
    with pytest.raises(ValueError, match="purposes are server"):
        root.issue("corp.example", purposes=["everything"])
    with pytest.raises(ValueError, match="kinds are p256"):
        root.issue("corp.example", key_type="dsa")
    with pytest.raises(ValueError, match="not fit for a certificate"):
        root.issue("corp.example", private_key=ec.generate_private_key(ec.SECP256K1()))
    with pytest.raises(TypeError, match="private_key"):
        root.issue("corp.example", private_key=b"key")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one day at least"):
        root.issue("corp.example", days=0)
    with pytest.raises(ValueError, match="10.0.0.1/8"):
        Authority.create(permitted=["10.0.0.1/8"])
    with pytest.raises(ValueError, match="root.crl"):
        root.issue("corp.example", crl_uri="root.crl")
    leaf = root.issue("corp.example")
    with pytest.raises(ValueError, match="not an authority's"):
        Authority([leaf.certificate], leaf.private_key)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not the one of the certificate"):
        Authority(root.certificates, ed25519.Ed25519PrivateKey.generate())


def test_files_are_new_and_the_keys_are_their_owners(tmp_path: Path) -> None:
    os.umask(0o022)
    root = Authority.create("CN=Root")
    path = tmp_path / "root.pem"
    root.write(path, password=b"correct horse")
    assert stat.S_IMODE((tmp_path / "root.key").stat().st_mode) == 0o600
    assert (tmp_path / "root.key").read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    for password in (b"correct horse", bytearray(b"correct horse"), SecretBytes.from_file(secret(tmp_path))):
        assert Authority.load(path, password=password).certificates == root.certificates
    with pytest.raises(TypeError):
        Authority.load(path)
    with pytest.raises(ValueError, match="Incorrect password"):
        Authority.load(path, password=b"wrong")
    leaf = root.issue("a.example")
    for taken in ("leaf.pem", "leaf.key"):
        (tmp_path / taken).write_text("mine")
        with pytest.raises(FileExistsError):
            leaf.write(tmp_path / "leaf.pem")
        assert (tmp_path / taken).read_text() == "mine"
        (tmp_path / taken).unlink()
        assert not list(tmp_path.glob("leaf.*"))
    with pytest.raises(ValueError, match="empty"):
        leaf.write(tmp_path / "leaf.pem", password=b"")
    with pytest.raises(ValueError, match="two files"):
        leaf.write(tmp_path / "leaf.key")
    with pytest.raises(FileNotFoundError):
        leaf.write(tmp_path / "nowhere" / "leaf.pem")
    assert not list(tmp_path.glob("leaf.*"))
    leaf.write(tmp_path / "leaf.pem")
    assert stat.S_IMODE((tmp_path / "leaf.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "leaf.pem").stat().st_mode) == 0o644
    root.write(tmp_path / "clear.pem")
    (tmp_path / "clear.key").chmod(0o644)
    with pytest.warns(ExposedFileWarning):
        Authority.load(tmp_path / "clear.pem")


def secret(folder: Path) -> Path:
    path = folder / "password"
    path.write_bytes(b"correct horse")
    path.chmod(0o600)
    return path


def test_renews_for_the_same_names_and_purposes(tmp_path: Path) -> None:
    root = Authority.create()
    old = root.issue("a.example", "*.a.example", purposes=["client", "server"], days=1, crl_uri="http://a.example/crl")
    old.write(tmp_path / "a.pem")
    new = root.renew(old.certificate, days=90)
    assert new.private_key is None
    assert new.certificate.serial_number != old.certificate.serial_number
    assert new.certificate.not_valid_after_utc - old.certificate.not_valid_after_utc > 88 * DAY
    assert list(new.certificate.extensions) == list(old.certificate.extensions)
    assert new.certificate.public_key() == old.certificate.public_key()
    with pytest.raises(FileExistsError):
        new.write(tmp_path / "a.pem")
    with pytest.raises(ValueError, match="no private key"):
        new.write(tmp_path / "a.pem", password=b"x", overwrite=True)
    new.write(tmp_path / "a.pem", overwrite=True)
    assert x509.load_pem_x509_certificate((tmp_path / "a.pem").read_bytes()) == new.certificate
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.key", "a.pem"]

    key = rsa.generate_private_key(65537, 2048)
    moved = root.renew(old.certificate, private_key=key)
    assert moved.certificate.public_key() == key.public_key()
    assert names(moved.certificate) == ["a.example", "*.a.example"]
    with pytest.raises(ValueError, match="replace no files"):
        moved.write(tmp_path / "a.pem", overwrite=True)
    with pytest.raises(ValueError, match="is not one that"):
        Authority.create().renew(old.certificate)


def test_signs_requests_without_what_they_reach_for() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name.from_rfc4514_string("CN=a.example"))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    )
    root = Authority.create()
    issued = root.sign_request(builder.sign(key, hashes.SHA256()))
    assert issued.private_key is None
    assert issued.certificate.public_key() == key.public_key()
    assert issued.left_out == [ExtensionOID.EXTENDED_KEY_USAGE]
    assert list(issued.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.SERVER_AUTH
    ]
    other = root.sign_request(builder.sign(key, hashes.SHA256()), names=["b.example"], subject="CN=B")
    assert names(other.certificate) == ["b.example"]
    wishes = builder.add_extension(x509.BasicConstraints(True, None), critical=True).sign(key, hashes.SHA256())
    with pytest.raises(ValueError, match="authority"):
        root.sign_request(wishes)
    damaged = bytearray(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    damaged[-1] ^= 1
    with pytest.raises((InvalidSignature, ValueError)):
        root.sign_request(x509.load_der_x509_csr(bytes(damaged)))


def test_revokes_in_a_list_that_keeps_all() -> None:
    root = Authority.create("CN=Root")
    first, second = root.issue("a.example").certificate, root.issue("b.example").certificate
    crl = root.revocation_list()
    for number, (revoked, reason) in enumerate([(first, "key-compromise"), (second.serial_number, "superseded")], 2):
        crl = root.revocation_list(crl, [revoked], reason=reason)
        assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == number
    crl = root.revocation_list(crl)
    assert {entry.serial_number for entry in crl} == {first.serial_number, second.serial_number}
    assert crl.is_signature_valid(root.private_key.public_key())
    assert crl.next_update_utc is not None
    revocation = Revocation([crl])
    for host, certificate in (("a.example", first), ("b.example", second)):
        with pytest.raises(Refused, match="was revoked"):
            Verifier(root.certificates, host, revocation=revocation).verify(certificate)
    third = root.issue("c.example").certificate
    Verifier(root.certificates, "c.example", revocation=revocation).verify(third)

    with pytest.raises(ValueError, match="was revoked before"):
        root.revocation_list(crl, [first])
    with pytest.raises(ValueError, match="twice"):
        root.revocation_list(crl, [third, third])
    with pytest.raises(ValueError, match="is not one that"):
        root.revocation_list(crl, [Authority.create().issue("a.example").certificate])
    with pytest.raises(InvalidSignature):
        Authority.create("CN=Root").revocation_list(crl)
    with pytest.raises(ValueError, match="reasons are unspecified"):
        root.revocation_list(crl, [third], reason="boredom")
    for wrong in (0, -1):
        with pytest.raises(ValueError, match=r"[Nn]egative|positive"):
            root.revocation_list(crl, [wrong])
    with pytest.raises(TypeError):
        root.revocation_list(crl, ["a.example"])  # type: ignore[list-item]


def test_the_command_goes_on_with_what_python_made(tmp_path: Path) -> None:
    Authority.create("CN=Root").write(tmp_path / "root.pem")
    command = [sys.executable, "-m", "ironlatch", "cert", "ca", "issue", "--ca", "root.pem", "--name", "a.example"]
    subprocess.run([*command, "-o", "a.pem"], cwd=tmp_path, check=True, capture_output=True)
    root = Authority.load(tmp_path / "root.pem")
    leaf = x509.load_pem_x509_certificate((tmp_path / "a.pem").read_bytes())
    assert names(root.renew(leaf).certificate) == ["a.example"]


def test_no_repr_has_a_key() -> None:
    root = Authority.create("CN=Root")
    assert repr(root) == "<Authority(CN=Root)>"
    assert repr(root.issue("a.example")) == "<Issued(CN=a.example)>"
