"""Signed requests under real servers, over raw sockets: what the application sees is what was
signed, or it sees nothing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ironlatch.signing import Key, RequestSigner

KEY = Key.generate()
SIGNER = RequestSigner(KEY)
SERVERS = ["wsgiref", "werkzeug", "waitress", "gunicorn", "uvicorn-h11", "uvicorn-httptools", "hypercorn"]
HOST = "api.example.com"
SIGNED = {"path": "/pay", "query": "amount=7", "host": HOST}


class Server:
    def __init__(self, name: str, mount: str = "") -> None:
        needed = {"uvicorn-h11": ["uvicorn", "h11"], "uvicorn-httptools": ["uvicorn", "httptools"]}.get(name, [name])
        if mount and name not in ("wsgiref", "werkzeug", "waitress", "gunicorn"):
            needed.append("starlette")
        for module in needed:
            if importlib.util.find_spec(module) is None:
                pytest.skip(f"needs {module}")
        self.name = name
        listening = socket.create_server(("127.0.0.1", 0))
        self.address = listening.getsockname()
        script = Path(__file__).with_name("signed_server.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script), name, mount],
            stdin=listening,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"SIGNING_KEY": KEY.expose()},
        )
        listening.close()

    def send(self, target: str, hosts: list[str], headers: dict[str, str], method: str = "GET") -> tuple[int, Any]:
        """Sends a request as it is written here. The status and what the application saw."""
        lines = [f"{method} {target} HTTP/1.1", *(f"Host: {host}" for host in hosts)]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += ["Connection: close", "", ""]
        with socket.create_connection(self.address, 30) as connection:
            connection.sendall("\r\n".join(lines).encode("latin-1"))
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except ConnectionError:
                pass
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split()[1]) if head.startswith(b"HTTP/") else 0
        if status != 200:
            return status, None
        if b"chunked" in head.lower():
            body = body.split(b"\r\n")[1]
        return status, json.loads(body)


@pytest.fixture(scope="module", params=SERVERS)
def server(request: Any) -> Iterator[Server]:
    running = Server(request.param)
    yield running
    running.process.terminate()
    running.process.wait(30)


@pytest.fixture(scope="module", params=SERVERS)
def mounted(request: Any) -> Iterator[Server]:
    running = Server(request.param, "/mounted")
    yield running
    running.process.terminate()
    running.process.wait(30)


def signed(target: str = "/pay?amount=7", host: str = HOST, method: str = "GET") -> dict[str, str]:
    return SIGNER.sign(method, f"http://{host}{target}")


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/pay?amount=7", "/pay", "amount=7"),
        ("/pay", "/pay", ""),
        ("/?q=%23%2F%3F", "/", "q=%23%2F%3F"),
        ("/a/?x=/y?z=1", "/a/", "x=/y?z=1"),
        ("/a%20b/%C3%BC;x=1", "/a b/ü;x=1", ""),
        ("/with%23hash", "/with#hash", ""),
        ("/with%3Fmark", "/with?mark", ""),
        ("/to@once:1", "/to@once:1", ""),
    ],
)
@pytest.mark.parametrize("host", [HOST, f"{HOST}:8443", "[2001:db8::1]", "[2001:db8::1]:8443"])
def test_what_was_signed_arrives(server: Server, target: str, path: str, query: str, host: str) -> None:
    status, seen = server.send(target, [host], signed(target, host))
    assert status == 200
    assert seen == {"path": path, "query": query, "host": host}


def test_paths_in_another_encoding_are_taken_where_the_server_tells_them(server: Server) -> None:
    for target, path in [("/a%2Fb", "/a/b"), ("/%61", "/a"), ("/a%7eb", "/a~b")]:
        status, seen = server.send(target, [HOST], signed(target))
        if status == 200:
            assert seen == {"path": path, "query": "", "host": HOST}
        else:
            assert (status, server.name) in [(401, "wsgiref"), (401, "waitress")]


MOVED = [
    # target, hosts
    ("/other#", ["api.example.com/pay?amount=7#"]),
    ("/other", ["api.example.com/pay?amount=7#"]),
    ("/other", ["api.example.com/pay?amount=7&x="]),
    ("/pay?amount=7", ["api.example.com#"]),
    ("/pay?amount=7#", ["api.example.com"]),
    ("/pay?amount=7#&amount=8", ["api.example.com"]),
    ("/pay#?amount=7", ["api.example.com"]),
    ("/#/pay?amount=7", ["api.example.com"]),
    ("?amount=7", ["api.example.com/pay"]),
    ("/pay?amount=7", ["api.example.com/"]),
    ("/y?amount=7", ["api.example.com/pa"]),
    ("/pay?amount=7", ["evil.example@api.example.com"]),
    ("/pay?amount=7", ["api.example.com@evil.example"]),
    ("/pay?amount=7", ["api.example.com:443@evil.example"]),
    ("/pay?amount=7", ["api.example.com\\evil.example"]),
    ("/pay?amount=7", ["api.example.com?"]),
    ("/pay?amount=7", ["api.example.com:80:80"]),
    ("/pay?amount=7", ["api.example.com:x"]),
    ("/pay?amount=7", ["api.example.com:99999"]),
    ("/pay?amount=7", ["api.example.com, evil.example"]),
    ("/pay?amount=7", ["api.example.com evil.example"]),
    ("/pay?amount=7", ["api.example.com,evil.example"]),
    ("/pay?amount=7", ["[api.example.com]"]),
    ("/pay?amount=7", ["[::1"]),
    ("/pay?amount=7", ["api%2Eexample.com"]),
    ("/pay?amount=7", ["evil.example"]),
    ("/pay?amount=7", [""]),
    ("/pay?amount=7", []),
    ("/pay?amount=7", ["api.example.com", "api.example.com"]),
    ("/pay?amount=7", ["api.example.com", "evil.example"]),
    ("/pay?amount=7", ["evil.example", "api.example.com"]),
    ("http://api.example.com/pay?amount=7", ["evil.example"]),
    ("http://evil.example/pay?amount=7", ["api.example.com"]),
    ("http://api.example.com/pay?amount=7", ["api.example.com"]),
    ("http://api.example.com/pay?amount=7", ["api.example.com#"]),
    ("http://evil.example#@api.example.com/pay?amount=7", ["api.example.com"]),
    ("HTTP://api.example.com/pay?amount=7#", ["api.example.com"]),
    ("//api.example.com/pay?amount=7", ["api.example.com"]),
    ("///pay?amount=7", ["api.example.com"]),
    ("//pay?amount=7", ["api.example.com"]),
    ("api.example.com:80", ["api.example.com"]),
    ("api.example.com/pay?amount=7", ["api.example.com"]),
    ("pay?amount=7", ["api.example.com"]),
    ("*", ["api.example.com"]),
    ("*/pay?amount=7", ["api.example.com"]),
    ("/pay%3Famount=7", ["api.example.com"]),
    ("/pay%3famount=7?", ["api.example.com"]),
    ("/pay?amount=7?", ["api.example.com"]),
    ("/pay?amount=7%23", ["api.example.com"]),
    ("/pay%23?amount=7", ["api.example.com"]),
    ("/pay%00?amount=7", ["api.example.com"]),
    ("/./pay?amount=7", ["api.example.com"]),
    ("/x/../pay?amount=7", ["api.example.com"]),
    ("/pay/?amount=7", ["api.example.com"]),
    ("/pay;x?amount=7", ["api.example.com"]),
    ("/p%61y?amount=7", ["api.example.com"]),
    ("/pay?am%6funt=7", ["api.example.com"]),
    ("/pay?%61mount=7", ["api.example.com"]),
    ("/pay?amount=7&amount=8", ["api.example.com"]),
    ("/pay?amount=7\t#", ["api.example.com"]),
    ("/pay?amount=7\xa0", ["api.example.com"]),
    ("/pay\xff?amount=7", ["api.example.com"]),
]


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "CONNECT"])
def test_a_captured_signature_opens_nothing_else(server: Server, method: str) -> None:
    opened = []
    for target, hosts in MOVED:
        status, seen = server.send(target, hosts, signed(method=method), method)
        if status == 200 and seen != SIGNED:
            opened.append((target, hosts, seen))
    assert opened == []
    # The server still serves what is right.
    assert server.send("/pay?amount=7", [HOST], signed()) == (200, SIGNED)


@pytest.mark.parametrize("host", ["API.Example.com", "api.example.com:80", "api.example.com:"])
def test_another_spelling_of_the_same_host(server: Server, host: str) -> None:
    status, seen = server.send("/pay?amount=7", [host], signed())
    assert (status, seen) == (200, SIGNED | {"host": host})


def test_fields_that_frameworks_take_for_the_host_or_path_do_no_harm(server: Server) -> None:
    more = {
        "X-Original-URL": "/other",
        "X-Rewrite-URL": "/other",
        "X-Forwarded-Host": "evil.example",
        "Script_Name": "/x",
    }
    status, seen = server.send("/pay?amount=7", [HOST], signed() | more)
    assert status != 200 or seen == SIGNED
    # gunicorn takes the mount from this one, and the application would see the path behind it.
    status, seen = server.send("/pay?amount=7", [HOST], signed() | {"Script_Name": "/pay"})
    assert status != 200 if server.name == "gunicorn" else status != 200 or seen == SIGNED


def test_a_mounted_application(mounted: Server) -> None:
    for target, path in [("/mounted/pay?amount=7", "/mounted/pay"), ("/mounted/%C3%BC?amount=7", "/mounted/ü")]:
        status, seen = mounted.send(target, [HOST], signed(target))
        assert (status, seen) == (200, {"path": path, "query": "amount=7", "host": HOST}), mounted.name
    for target in [
        "/mounted/pay?amount=7",
        "/mounted/mounted/pay?amount=7",
        "/mounted//pay?amount=7",
        "/mounted/%2Fpay?amount=7",
    ]:
        status, seen = mounted.send(target, [HOST], signed())
        assert status != 200 or seen == SIGNED, (mounted.name, target)
    for target in ["/pay?amount=7", "/mounted/%2Fpay?amount=7", "/mounted%2Fpay?amount=7"]:
        status, seen = mounted.send(target, [HOST], signed("/mounted/pay?amount=7"))
        assert status != 200 or seen == SIGNED | {"path": "/mounted/pay"}, (mounted.name, target)
