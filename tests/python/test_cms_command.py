"""`ironlatch cms` with itself and with `openssl`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "ironlatch"]
CONTENT = bytes(range(256)) * 1000
OWN = ["-c", "ada.pem", "-k", "ada.key"]


def run(directory: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], cwd=directory, input=data, capture_output=True, check=False)


def cms(directory: Path, *arguments: str, code: int = 0, data: bytes = b"") -> bytes:
    done = run(directory, "cms", *arguments, data=data)
    assert done.returncode == code, done.stderr
    return done.stderr if code else done.stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cms")
    for arguments in (
        ["ca", "root", "-o", "root.pem"],
        ["ca", "issue", "--ca", "root.pem", "--name", "ada@a.example", "--for", "email", "-o", "ada.pem"],
        [
            "ca",
            "issue",
            "--ca",
            "root.pem",
            "--name",
            "bob@a.example",
            "--for",
            "email",
            "--key-type",
            "rsa2048",
            "-o",
            "bob.pem",
        ],
    ):
        done = run(folder, "cert", *arguments)
        assert done.returncode == 0, done.stderr
    (folder / "file").write_bytes(CONTENT)
    return folder


def openssl(directory: Path, *arguments: str, data: bytes = b"") -> bytes:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    done = subprocess.run([program, "cms", *arguments], cwd=directory, input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_encryption(world: Path, tmp_path: Path) -> None:
    sealed = tmp_path / "file.p7m"
    done = json.loads(cms(world, "encrypt", "-r", "ada.pem", "-r", "bob.pem", "--json", "-o", str(sealed), "file"))
    assert done == {"input": "file", "output": str(sealed), "bytes": len(CONTENT)}
    for name in ("ada", "bob"):
        own = ["-c", f"{name}.pem", "-k", f"{name}.key"]
        assert cms(world, "decrypt", *own, "-o", "-", str(sealed)) == CONTENT
        assert cms(world, "decrypt", *own, data=sealed.read_bytes()) == CONTENT
        recipient = ["-recip", f"{name}.pem", "-inkey", f"{name}.key"]
        assert openssl(world, "-decrypt", "-binary", "-inform", "DER", *recipient, "-in", str(sealed)) == CONTENT
    cms(world, "decrypt", *OWN, str(sealed))
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert (tmp_path / "file").stat().st_mode & 0o077 == 0
    # A file that is there already; another name; a key of another certificate.
    assert b"exists already" in cms(world, "decrypt", *OWN, str(sealed), code=1)
    cms(world, "decrypt", *OWN, "--force", str(sealed))
    (tmp_path / "other").write_bytes(sealed.read_bytes())
    assert b"does not end in .p7m" in cms(world, "decrypt", *OWN, str(tmp_path / "other"), code=2)
    wrong = cms(world, "decrypt", "-c", "ada.pem", "-k", "bob.key", "-o", "-", str(sealed), code=1)
    assert b"not that of the certificate" in wrong
    piped = cms(world, "encrypt", "-r", "ada.pem", data=CONTENT)
    assert cms(world, "decrypt", *OWN, data=piped) == CONTENT
    assert (
        openssl(world, "-decrypt", "-binary", "-inform", "DER", "-recip", "ada.pem", "-inkey", "ada.key", data=piped)
        == CONTENT
    )


def test_nothing_is_given_out_of_a_message_that_was_changed(world: Path, tmp_path: Path) -> None:
    sealed = bytearray(cms(world, "encrypt", "-r", "ada.pem", data=CONTENT))
    sealed[-20_000] ^= 1
    done = run(world, "cms", "decrypt", *OWN, data=bytes(sealed))
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"does not decrypt" in done.stderr
    target = tmp_path / "target"
    done = run(world, "cms", "decrypt", *OWN, "--json", "-o", str(target), data=bytes(sealed))
    assert done.returncode == 3
    assert json.loads(done.stderr)["exit_code"] == 3
    assert not target.exists()


def test_messages_without_authentication_are_a_choice(world: Path) -> None:
    sealed = openssl(world, "-encrypt", "-binary", "-aes-256-cbc", "-outform", "PEM", "ada.pem", data=CONTENT)
    assert b"not authenticated" in cms(world, "decrypt", *OWN, code=1, data=sealed)
    assert cms(world, "decrypt", *OWN, "--allow-unauthenticated", data=sealed) == CONTENT
    ours = cms(world, "encrypt", "--cipher", "AES-128-CBC", "-r", "ada.pem", data=CONTENT)
    own = ["-recip", "ada.pem", "-inkey", "ada.key"]
    assert openssl(world, "-decrypt", "-binary", "-inform", "DER", *own, data=ours) == CONTENT
    assert b"possible values" in cms(world, "encrypt", "--cipher", "RC4", "-r", "ada.pem", code=2)


def test_signatures(world: Path, tmp_path: Path) -> None:
    trust = ["--roots", "root.pem", "--purpose", "email"]
    detached = tmp_path / "file.p7s"
    done = json.loads(cms(world, "sign", *OWN, "--json", "-o", str(detached), "file"))
    assert done["bytes"] == len(CONTENT)
    text = cms(world, "verify", "--content", "file", *trust, str(detached))
    assert b"verified: signed by" in text
    assert b"issued by" in text
    told = json.loads(cms(world, "verify", "--json", "--content", "file", *trust, str(detached)))
    assert told["verified"] is True
    assert len(told["signers"]) == 1
    assert len(told["signers"][0]["chain"]) == 2
    anyone = ["-verify", "-binary", "-inform", "DER", "-CAfile", "root.pem", "-purpose", "any"]
    assert openssl(world, *anyone, "-content", "file", "-in", str(detached)) == CONTENT

    attached = tmp_path / "file.p7m"
    cms(world, "sign", *OWN, "--attached", "-o", str(attached), "file")
    cms(world, "verify", *trust, "-o", str(tmp_path / "out"), str(attached))
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert cms(world, "verify", *trust, "-o", "-", str(attached)) == CONTENT
    bob = ["-c", "bob.pem", "-k", "bob.key"]
    pem = cms(world, "sign", *bob, "--pss", "--pem", "--attached", "-o", "-", "file")
    assert pem.startswith(b"-----BEGIN PKCS7-----")
    cms(world, "verify", "--roots", "root.pem", data=pem)

    # Other content, another purpose, another root, no content, a damaged signature.
    (tmp_path / "other").write_bytes(b"other")
    refusals = [
        (["--content", str(tmp_path / "other"), *trust, str(detached)], b"not the one that was signed"),
        (["--content", "file", "--roots", "root.pem", "--purpose", "code-signing", str(detached)], b"refused"),
        (["--content", "file", "--roots", "bob.pem", str(detached)], b"refused"),
        ([*trust, str(detached)], b"does not hold what is signed"),
    ]
    for arguments, reason in refusals:
        assert reason in cms(world, "verify", *arguments, code=3)
    out = tmp_path / "never"
    cms(world, "verify", "--roots", "bob.pem", "-o", str(out), str(attached), code=3)
    assert not out.exists()
    wrong = cms(world, "sign", "-c", "ada.pem", "-k", "bob.key", "-o", str(out), "file", code=1)
    assert b"is not the key of" in wrong
    assert b"PSS is a padding for RSA" in cms(world, "sign", *OWN, "--pss", "-o", str(out), "file", code=1)
    assert not out.exists()


def test_help(world: Path) -> None:
    for job in ("encrypt", "decrypt", "sign", "verify"):
        text = cms(world, job, "--help")
        assert b"Examples:" in text
        assert b"--json" in text
