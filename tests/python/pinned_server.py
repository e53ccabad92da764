"""A TLS server on the loopback, and pins that match its keys or do not.

A test module has the fixtures by ``pytest_plugins = ["pinned_server"]``.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import tls
from ironlatch.pinning import PinSet

HOST = "localhost"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def pin_of(key: tls.PrivateKey) -> str:
    """Computes it like RFC 7469 §2.4, without our code."""
    return "sha256/" + base64.b64encode(hashlib.sha256(tls.public_der(key)).digest()).decode()


AUTHORITY = tls.Authority()
KEY = tls.new_key()
LEAF = AUTHORITY.issue(KEY, HOST, "127.0.0.1", "api.example.test")
CHAIN = (LEAF, AUTHORITY.intermediate)
BACKUP_KEY = tls.new_key()
BACKUP = pin_of(BACKUP_KEY)
OTHER = pin_of(tls.new_key())
GOOD = PinSet({HOST: [pin_of(KEY), BACKUP]})
WRONG = PinSet({HOST: [OTHER, BACKUP]})


@pytest.fixture(scope="module")
def cafile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "root.pem"
    path.write_text(tls.pem(AUTHORITY.root))
    return path


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tls.Server]:
    with tls.Server(tmp_path, KEY, CHAIN, request.param) as server:
        yield server


def talk(server: tls.Server, context: ssl.SSLContext, host: str = HOST) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", server.port), 10) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        connection.sendall(REQUEST)
        return connection.recv(4096)
