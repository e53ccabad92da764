"""Pytest plugin that runs the peer's suite on Ironlatch and writes down what came of each test.

Private helpers of the peer that the suite needs and users do not are provided here, not by the
product.
"""

from __future__ import annotations

import base64
import email
import fnmatch
import json
import os
import struct
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import placeholders
import pytest

HERE = Path(__file__).parent
WORK = Path(os.environ["CONFORMANCE_WORK"])
LISTED = "listed: "

if os.environ.get("CONFORMANCE_SUBJECT") != "peer":
    import cryptography.fernet
    from cryptography.hazmat.backends.openssl.backend import Backend
    from cryptography.hazmat.bindings import _rust
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives import hmac as hmac_module
    from cryptography.hazmat.primitives import padding as block_padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.kdf import scrypt
    from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, ssh

    assert "ironlatch" in cryptography.__version__, "this is not the drop-in"

    # The suite asks which OpenSSL it is, to excuse what a fork cannot do. Nothing is excused here.
    openssl: Any = _rust.openssl
    openssl.CRYPTOGRAPHY_IS_AWSLC = False
    openssl.CRYPTOGRAPHY_IS_BORINGSSL = False
    openssl.CRYPTOGRAPHY_IS_LIBRESSL = False
    openssl.CRYPTOGRAPHY_OPENSSL_309_OR_GREATER = True
    openssl.CRYPTOGRAPHY_OPENSSL_330_OR_GREATER = True
    openssl.CRYPTOGRAPHY_OPENSSL_350_OR_GREATER = True
    sys.modules["cryptography.hazmat.bindings._rust.declarative_asn1"] = _rust.declarative_asn1
    # The peer keeps associated data private; here they are an argument.
    openssl.hpke = SimpleNamespace(
        _encrypt_with_aad=lambda suite, plaintext, key, info=None, aad=None: suite.encrypt(
            plaintext, key, info, aad=aad
        ),
        _decrypt_with_aad=lambda suite, ciphertext, key, info=None, aad=None: suite.decrypt(
            ciphertext, key, info, aad=aad
        ),
    )
    Backend._consume_errors = lambda self: []
    Backend._fips_enabled = False
    Backend._lib = SimpleNamespace(Cryptography_HAS_IMPLICIT_RSA_REJECTION=True)

    # The peer's encoder apart from its classes, and how a certificate is encoded in detail.
    x509: Any = _rust.x509
    x509.encode_extension_value = lambda value: value.public_bytes()
    test_support: Any = ModuleType(f"{_rust.__name__}.test_support")
    test_support.test_parse_certificate = lambda der: encoding_of(der)
    test_support.pkcs7_verify = lambda *arguments: pkcs7_verify(*arguments)
    _rust.test_support = test_support
    sys.modules["cryptography.hazmat.bindings._rust.test_support"] = test_support

    # Above this the suite would skip a test for lack of memory.
    scrypt._MEM_LIMIT = 2**62

    class Fernet(cryptography.fernet.Fernet):
        """With the two private methods that the suite calls."""

        def __new__(cls, key: Any, backend: Any = None) -> Any:
            made = super().__new__(cls, key)
            made._key = base64.urlsafe_b64decode(key)
            return made

        def _encrypt_from_parts(self, data: bytes, current_time: int, iv: bytes) -> bytes:
            padder = block_padding.PKCS7(128).padder()
            encryptor = Cipher(algorithms.AES(self._key[16:]), modes.CBC(iv)).encryptor()
            padded = padder.update(data) + padder.finalize()
            body = b"\x80" + struct.pack(">Q", current_time) + iv + encryptor.update(padded) + encryptor.finalize()
            tag = hmac_module.HMAC(self._key[:16], hashes.SHA256())
            tag.update(body)
            return base64.urlsafe_b64encode(body + tag.finalize())

        @staticmethod
        def _get_unverified_token_data(token: bytes) -> tuple[int, bytes]:
            data = base64.urlsafe_b64decode(token)
            return struct.unpack_from(">Q", data, 1)[0], data

    cryptography.fernet.Fernet = Fernet

    class FragmentList:
        """A message of SSH's in the making: the peer's private class, which its tests make files
        with.
        """

        def __init__(self, parts: Iterable[bytes] = ()) -> None:
            self.message = b"".join(parts)

        def put_raw(self, value: bytes) -> None:
            self.message += bytes(value)

        def put_u32(self, value: int) -> None:
            self.message += struct.pack(">I", value)

        def put_sshstr(self, value: bytes | FragmentList) -> None:
            contents = value.message if isinstance(value, FragmentList) else bytes(value)
            self.put_u32(len(contents))
            self.message += contents

        def put_mpint(self, value: int) -> None:
            if value < 0:
                raise ValueError("not a number that SSH has")
            self.put_sshstr(value.to_bytes((value.bit_length() + 8) // 8, "big") if value else b"")

        def size(self) -> int:
            return len(self.message)

        def tobytes(self) -> bytes:
            return self.message

    def load_application(data: Any) -> tuple[Any, Any]:
        """The peer's reader of what a security key is for, through the line of a whole key."""
        key = FragmentList()
        key.put_sshstr(b"sk-ssh-ed25519@openssh.com")
        key.put_sshstr(bytes(32))
        key.put_raw(data)
        ssh.load_ssh_public_key(b"sk-ssh-ed25519@openssh.com " + base64.b64encode(key.message))
        return data[4:], data[:0]

    def serialize_ssh_private_key(key: Any, password: bytes, encryption: Any) -> bytes:
        if not hasattr(key, "private_bytes"):
            raise ValueError("not a key")
        return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption)

    ssh._bcrypt_supported = True
    ssh._FragList = FragmentList
    ssh.load_application = load_application
    ssh._serialize_ssh_private_key = serialize_ssh_private_key
    placeholders.install(WORK / "tests", frozenset((WORK / "modules.txt").read_text().split()))


def pkcs7_verify(
    encoding: Any, signed: bytes, message: bytes | None, certificates: list[Any], options: list[Any]
) -> None:
    """Has the program `openssl` verify a signature, which the peer has its OpenSSL do."""
    form = "PEM" if encoding == serialization.Encoding.PEM else "DER"
    if encoding == serialization.Encoding.SMIME:
        parts = [part for part in email.message_from_bytes(signed).walk() if not part.is_multipart()]
        signed = bytes(parts[-1].get_payload(decode=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "signed").write_bytes(signed)
        pem = [certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates]
        (path / "certificates").write_bytes(b"".join(pem))
        command = ["openssl", "smime", "-verify", "-binary", "-inform", form, "-in", "signed", "-out", "message"]
        command += ["-CAfile", "certificates", "-purpose", "any", "-no_check_time"]
        if message is not None:
            (path / "content").write_bytes(message)
            command += ["-content", "content"]
        if any(option.name == "Text" for option in options):
            command.append("-text")
        done = subprocess.run(command, cwd=path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def elements(der: bytes) -> list[tuple[int, bytes]]:
    """The tags and contents of the elements that ``der`` is."""
    found = []
    while der:
        tag, length, start = der[0], der[1], 2
        if length >= 0x80:
            start += length - 0x80
            length = int.from_bytes(der[2:start], "big")
        found.append((tag, der[start : start + length]))
        der = der[start + length :]
    return found


def encoding_of(der: bytes) -> SimpleNamespace:
    """The tags of a certificate's times, and of the values in its names."""
    _, _, _, issuer, validity, subject, *_ = elements(elements(elements(der)[0][1])[0][1])

    def value_tags(name: bytes) -> list[int]:
        return [elements(attribute)[1][0] for _, part in elements(name) for _, attribute in elements(part)]

    not_before, not_after = elements(validity[1])
    return SimpleNamespace(
        not_before_tag=not_before[0],
        not_after_tag=not_after[0],
        issuer_value_tags=value_tags(issuer[1]),
        subject_value_tags=value_tags(subject[1]),
    )


def listed() -> list[tuple[str, str]]:
    entries = tomllib.loads((HERE / "listed.toml").read_text())["listed"]
    return [(entry["name"], entry["reason"]) for entry in entries]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    patterns = listed()
    for item in items:
        name = item.nodeid.removeprefix("tests/")
        for pattern, reason in patterns:
            if fnmatch.fnmatchcase(name, pattern):
                item.add_marker(pytest.mark.skip(LISTED + reason))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    params = getattr(getattr(item, "callspec", None), "params", {})
    placeholders.State.touched = any(map(placeholders.is_stand_in, contents(params.values())))
    placeholders.State.running = True
    try:
        return (yield)
    finally:
        placeholders.State.running = False


def contents(values: Any) -> Iterator[Any]:
    for value in values:
        yield value
        if isinstance(value, list | tuple):
            yield from contents(value)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    report = yield
    # A fixture that failed once fails again from memory, without touching a stand-in.
    remembered = call.excinfo is not None and call.excinfo.errisinstance(placeholders.NotBuiltYetError)
    if (placeholders.State.touched or remembered) and not report.skipped:
        report.user_properties.append(("not built", True))
        if report.when == "call" and report.passed:
            report.outcome = "failed"
            report.longrepr = "not built yet: passed on a stand-in"
    return report


class Tally:
    """Records the outcome of each test, in the process that hears of all of them."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self.failures: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seen = self.outcomes.get(report.nodeid)
        if report.failed:
            built = ("not built", True) not in [tuple(pair) for pair in report.user_properties]
            self.outcomes[report.nodeid] = "failed" if built else "not built"
            if built:
                self.failures[report.nodeid] = report.longreprtext
        elif report.skipped and seen is None:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self.outcomes[report.nodeid] = "listed" if LISTED in reason else "skipped"
        elif report.when == "call" and seen is None:
            self.outcomes[report.nodeid] = "passed"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken[report.nodeid] = report.longreprtext

    def pytest_sessionfinish(self) -> None:
        files: dict[str, Counter[str]] = {}
        for name, outcome in self.outcomes.items():
            files.setdefault(name.partition("::")[0].removeprefix("tests/"), Counter())[outcome] += 1
        result = {
            "files": files,
            "broken": {name.removeprefix("tests/"): text for name, text in self.broken.items()},
            "failures": self.failures,
        }
        (WORK / "result.json").write_text(json.dumps(result, indent=1))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally())
