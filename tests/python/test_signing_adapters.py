"""Signed requests through frameworks and clients: WSGI, ASGI, ``requests`` and ``httpx``."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
import requests
from ironlatch.signing import Key, NotAuthentic, NotVerified, RequestSigner, RequestVerifier, asgi, wsgi
from ironlatch.signing.httpx import SignedAuth as HttpxAuth
from ironlatch.signing.replay import SQLiteReplayStore
from ironlatch.signing.requests import SignedAuth as RequestsAuth
from werkzeug.test import EnvironBuilder

KEY = Key.generate()
SIGNER = RequestSigner(KEY)
TARGETS = ["/", "/pay?amount=7", "/a%20b/%C3%BC;x=1?q=%C3%BC+y&q=%2F&", "/x?", "//double//"]
BASE = "https://api.example.com"
verifier_of = partial(RequestVerifier, authorities=["api.example.com"])


def echo(environ: Any, start_response: Any) -> list[bytes]:
    """Answer with who signed, and the body."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ[wsgi.KEY].key_id.encode() + b" " + environ["wsgi.input"].read()]


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """A server on loopback that lets signed requests through, and its address."""
    with make_server("127.0.0.1", 0, None, handler_class=Quiet) as running:  # type: ignore[arg-type]
        verifier = RequestVerifier(KEY, authorities=[f"127.0.0.1:{running.server_port}"])
        running.set_app(wsgi.SignedRequests(echo, verifier, max_body=1000))
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("target", TARGETS[:4])  # The server makes one slash of two.
def test_requests_and_httpx_over_a_socket(server: str, target: str) -> None:
    url = server + target
    with requests.Session() as session, httpx.Client() as client:
        assert session.get(url, auth=RequestsAuth(SIGNER)).text == f"{KEY.id} "
        assert client.get(url, auth=HttpxAuth(SIGNER)).text == f"{KEY.id} "
        for body in ({"data": b"\0\xff"}, {"json": {"a": "ü"}}, {"data": {"a": "b c"}}):
            assert session.post(url, auth=RequestsAuth(SIGNER), **body).status_code == 200  # type: ignore[arg-type]
        for body in (
            {"content": b"\0\xff"},
            {"json": {"a": "ü"}},
            {"data": {"a": "b c"}},
        ):
            assert client.post(url, auth=HttpxAuth(SIGNER), **body).status_code == 200  # type: ignore[arg-type]
        for text in ("text ü", "text ü".encode()):
            answer = session.post(url, data=text, auth=RequestsAuth(SIGNER))
            assert answer.content == f"{KEY.id} text ü".encode()


def test_what_does_not_verify_is_answered_with_the_reason(server: str) -> None:
    url = f"{server}/pay"
    signed = requests.Request("POST", url, data=b"to Ada", auth=RequestsAuth(SIGNER)).prepare()
    with requests.Session() as session:
        assert session.send(signed).status_code == 200
        again = session.send(signed)
        assert (again.status_code, again.json()["error"]) == (401, "Replayed")
        assert again.headers["WWW-Authenticate"] == "Signature"
        assert session.post(url).json()["error"] == "MalformedMessage"
        fresh = requests.Request("POST", url, data=b"to Ada", auth=RequestsAuth(SIGNER)).prepare()
        fresh.prepare_body(b"to Eve", None)
        assert session.send(fresh).json()["error"] == "NotAuthentic"
        strangers = RequestsAuth(RequestSigner(Key.generate()))
        assert session.get(url, auth=strangers).json()["error"] == "NotAuthentic"
        long = session.post(url, data=b"x" * 1001, auth=RequestsAuth(SIGNER))
        assert (long.status_code, long.json()["error"]) == (413, "TooLarge")
        with pytest.raises(ValueError, match="must not name a user"):
            session.get(url, auth=RequestsAuth(SIGNER), headers={"Host": "a@b"})
        bad_host = session.get(url, headers={"Host": "a@b"})
        assert (bad_host.status_code, bad_host.json()["error"]) == (401, "MalformedMessage")


def test_a_broken_store_is_the_servers_matter(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = SQLiteReplayStore(tmp_path / "replay.db", timeout=0.01)
    verifier = verifier_of(KEY, replay_store=store)
    with sqlite3.connect(tmp_path / "replay.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        transport = httpx.WSGITransport(wsgi.SignedRequests(echo, verifier))
        with httpx.Client(transport=transport, base_url=BASE) as client:
            answer = client.get("/", auth=HttpxAuth(SIGNER))
            assert (answer.status_code, answer.json()["error"]) == (503, "ReplayCheckFailed")
        headers = SIGNER.sign("GET", BASE) | {"host": "api.example.com"}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "scheme": "https", "path": "/", "headers": pairs}
        sent = run_asgi(scope, [{"type": "http.request"}], asgi.SignedRequests(asgi_echo, verifier))
        assert sent[0]["status"] == 503
    other.close()
    assert "replay.db" not in answer.text + str(sent)
    assert caplog.text.count("replay.db") == 2


def test_clients_sign_what_they_send(server: str) -> None:
    address = server.removeprefix("http://")
    for url in (f"{server}/pay#part", f"http://user:word@{address}/pay?a=b#part", f"{server}/a b"):
        with requests.Session() as session, httpx.Client() as client:
            assert session.get(url, auth=RequestsAuth(SIGNER)).status_code == 200
            assert client.get(url, auth=HttpxAuth(SIGNER)).status_code == 200
            # Of another host than they connect to.
            for answer in (
                session.get(url, auth=RequestsAuth(SIGNER), headers={"Host": "other.example.com"}),
                client.get(url, auth=HttpxAuth(SIGNER), headers={"Host": "other.example.com"}),
            ):
                assert answer.json()["error"] == "RequirementNotMet"
                assert "other.example.com" in answer.json()["message"]


def test_a_stream_is_not_signed_and_says_what_to_do() -> None:
    with pytest.raises(TypeError, match="read it into memory first"):
        requests.Request("POST", BASE, data=iter([b"a"]), auth=RequestsAuth(SIGNER)).prepare()


def test_a_redirect_is_not_signed_anew() -> None:
    def redirect(environ: Any, start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/old":
            start_response("307 Temporary Redirect", [("Location", "/new")])
            return []
        return wsgi.SignedRequests(echo, verifier_of(KEY))(environ, start_response)  # type: ignore[return-value]

    with httpx.Client(transport=httpx.WSGITransport(redirect), base_url=BASE, follow_redirects=True) as client:
        assert client.get("/new", auth=HttpxAuth(SIGNER)).status_code == 200
        assert client.get("/old", auth=HttpxAuth(SIGNER)).json()["error"] == "NotAuthentic"


def test_what_was_signed_for_one_server_is_not_shown_to_another() -> None:
    seen: list[tuple[str, bool]] = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        seen.append((environ["HTTP_HOST"], any(f"HTTP_{name}" in environ for name in NAMES)))
        if environ["PATH_INFO"] == "/old":
            start_response("307 Temporary Redirect", [("Location", f"http://localhost:{running.server_port}/new")])
        else:
            start_response("200 OK", [])
        return [b""]

    NAMES = ("SIGNATURE", "SIGNATURE_INPUT", "CONTENT_DIGEST")
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        here, there = f"127.0.0.1:{running.server_port}", f"localhost:{running.server_port}"
        with requests.Session() as session:
            answer = session.post(f"http://{here}/old", data={"a": "b"}, auth=RequestsAuth(SIGNER))
            assert answer.status_code == 200
            assert seen == [(here, True), (there, False)]
        running.shutdown()


@pytest.mark.parametrize("target", TARGETS)
def test_a_view_of_werkzeug(target: str) -> None:
    headers = {"Content-Type": "text/plain"}
    headers |= SIGNER.sign("POST", BASE + target, headers, b"body")
    environ = EnvironBuilder(target, BASE, method="POST", data=b"body", headers=headers).get_environ()
    # As its server has it; the builder leaves out an empty query's question mark.
    environ["RAW_URI"], environ["PATH_INFO"] = target, unquote(target.partition("?")[0], "latin-1")
    verifier = verifier_of(KEY, replay_store=None)
    assert wsgi.verify(verifier, environ, b"body").key_id == KEY.id
    for body in (b"", b"bodi"):
        with pytest.raises(NotAuthentic):
            wsgi.verify(verifier, environ, body)


def test_behind_a_proxy_that_ends_tls() -> None:
    signer = RequestSigner(KEY, components=["@target-uri"])
    headers = signer.sign("GET", f"{BASE}/a")
    environ = EnvironBuilder("/a", "http://api.example.com", headers=headers).get_environ()
    verifier = verifier_of(KEY, replay_store=None)
    with pytest.raises(NotAuthentic):
        wsgi.verify(verifier, environ, b"")
    assert wsgi.verify(verifier, environ, b"", scheme="https").key_id == KEY.id


def test_bodies_of_wsgi_servers() -> None:
    def ask(body: bytes, signed: bytes, **changes: object) -> tuple[str, bytes]:
        headers = SIGNER.sign("POST", f"{BASE}/a", None, signed)
        environ = EnvironBuilder("/a", BASE, method="POST", headers=headers).get_environ()
        environ |= {"wsgi.input": io.BytesIO(body)} | changes
        said: list[str] = []
        application = wsgi.SignedRequests(echo, verifier_of(KEY), max_body=10)
        answer = b"".join(application(environ, lambda status, _: said.append(status)))  # type: ignore[arg-type,return-value]
        return said[0], answer

    ok = ("200 OK", f"{KEY.id} body".encode())
    assert ask(b"body and the next request", b"body", CONTENT_LENGTH="4") == ok
    assert ask(b"body", b"body", CONTENT_LENGTH="", **{"wsgi.input_terminated": True}) == ok
    # What is not announced is not read, and then it is not what was signed.
    assert ask(b"body", b"body", CONTENT_LENGTH="")[0].startswith("401")
    assert ask(b"bo", b"body", CONTENT_LENGTH="4")[0].startswith("401")
    assert ask(b"x" * 11, b"x" * 11, CONTENT_LENGTH="11")[0].startswith("413")
    assert ask(b"x" * 11, b"x" * 11, CONTENT_LENGTH="", **{"wsgi.input_terminated": True})[0].startswith("413")
    assert ask(b"x" * 11, b"x" * 11, CONTENT_LENGTH="9" * 1000)[0].startswith("413")
    for odd in ("-1", "4.0", "²"):
        assert ask(b"body", b"body", CONTENT_LENGTH=odd)[0].startswith("401")


async def asgi_echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    assert message["more_body"] is False
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope[asgi.KEY].key_id.encode() + b" " + message["body"]})


async def pieces() -> AsyncIterator[bytes]:
    for piece in (b"bo", b"", b"dy"):
        yield piece


@pytest.mark.parametrize("target", TARGETS)
def test_asgi(target: str) -> None:
    async def main() -> None:
        application = asgi.SignedRequests(asgi_echo, verifier_of(KEY), max_body=1000)
        transport = httpx.ASGITransport(application)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=BASE, auth=HttpxAuth(SIGNER)) as client:
            assert (await client.get(target)).text == f"{KEY.id} "
            assert (await client.post(target, content=b"body")).text == f"{KEY.id} body"
            assert (await client.post(target, content=pieces())).text == f"{KEY.id} body"
            assert (await client.post(target, content=b"x" * 1001)).status_code == 413
            refused = await client.get(target, auth=None)
            assert (refused.status_code, refused.json()["error"]) == (401, "MalformedMessage")

    asyncio.run(main())


def run_asgi(scope: dict[str, Any], messages: list[dict[str, Any]], application: Any) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent


def test_bodies_and_other_scopes_of_asgi() -> None:
    application = asgi.SignedRequests(asgi_echo, verifier_of(KEY), max_body=10)

    def scope(body: bytes) -> dict[str, Any]:
        headers = SIGNER.sign("POST", f"{BASE}/a", None, body) | {"host": "api.example.com"}
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        return {"type": "http", "method": "POST", "scheme": "https", "path": "/a", "headers": pairs}

    def piece(body: bytes, more: bool) -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": more}

    sent = run_asgi(scope(b"body"), [piece(b"bo", True), piece(b"", True), piece(b"dy", False)], application)
    assert sent[1]["body"] == f"{KEY.id} body".encode()
    # Who hangs up in the middle has not sent what was signed.
    sent = run_asgi(scope(b"body"), [piece(b"bo", True), {"type": "http.disconnect"}], application)
    assert sent[0]["status"] == 401
    sent = run_asgi(scope(b"x" * 11), [piece(b"x" * 6, True), piece(b"x" * 5, True)], application)
    assert sent[0]["status"] == 413
    two_hosts = scope(b"")
    two_hosts["headers"].append((b"Host", b"other.example.com"))
    for odd in (scope(b"") | {"headers": []}, two_hosts):
        sent = run_asgi(odd, [piece(b"", False)], application)
        assert (sent[0]["status"], json.loads(sent[1]["body"])["error"]) == (401, "MalformedMessage")
    assert run_asgi({"type": "websocket"}, [], application) == [{"type": "websocket.close", "code": 1008}]

    async def started(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": (await receive())["type"] + ".complete"})

    lifespan = asgi.SignedRequests(started, verifier_of(KEY))
    assert (
        run_asgi({"type": "lifespan"}, [{"type": "lifespan.startup"}], lifespan)[0]["type"]
        == "lifespan.startup.complete"
    )


def test_a_view_of_asgi_without_a_raw_path() -> None:
    url = f"{BASE}/a%20b?x=%20"
    headers = SIGNER.sign("GET", url) | {"Host": "api.example.com"}
    scope = {
        "method": "GET",
        "scheme": "http",
        "path": "/a b",
        "query_string": b"x=%20",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    verifier = verifier_of(KEY, replay_store=None)
    assert asgi.verify(verifier, scope, b"", scheme="https").key_id == KEY.id
    with pytest.raises(NotVerified):
        asgi.verify(verifier, scope | {"path": "/a c"}, b"")


DJANGO = """
from django.conf import settings
settings.configure()
from django.core.handlers.wsgi import WSGIRequest
from ironlatch.signing import Key, RequestSigner, RequestVerifier, wsgi
from werkzeug.test import EnvironBuilder

key, base = Key.generate(), "https://api.example.com"
headers = RequestSigner(key).sign("POST", base + "/a?b=c", None, b"body")
request = WSGIRequest(EnvironBuilder("/a?b=c", base, method="POST", data=b"body", headers=headers).get_environ())
verifier = RequestVerifier(key, authorities=["api.example.com"])
assert wsgi.verify(verifier, request.META, request.body).key_id == key.id
"""


def test_a_view_of_django() -> None:
    # Settings are a process's, and those of other tests are others.
    subprocess.run([sys.executable, "-c", DJANGO], check=True)


def test_mounts_of_wsgi_as_servers_and_proxies_have_them() -> None:
    verifier = verifier_of(KEY, replay_store=None)
    headers = SIGNER.sign("GET", f"{BASE}/api/p%2Fy?a=b")
    environ = EnvironBuilder("/", BASE, headers=headers).get_environ()
    seen = {"SCRIPT_NAME": "/api", "PATH_INFO": "/p/y", "QUERY_STRING": "a=b"}
    wsgi.verify(verifier, environ | seen | {"RAW_URI": "/api/p%2Fy?a=b"}, b"")
    # A proxy that takes the prefix away: the server has seen less than the sender wrote, and the
    # application sees it all.
    plain = EnvironBuilder("/", BASE, headers=SIGNER.sign("GET", f"{BASE}/api/p/y?a=b")).get_environ()
    wsgi.verify(verifier, plain | seen | {"RAW_URI": "/p/y?a=b"}, b"")
    for changed in (
        {"RAW_URI": "/api/p%2Fy?a=b", "PATH_INFO": "/other"},
        {"RAW_URI": "/api/p%2Fy?a=b", "QUERY_STRING": "a=c"},
        {"RAW_URI": "/api/p%2Fy?a=b#"},
        {"RAW_URI": "https://api.example.com/api/p%2Fy?a=b"},
        {"RAW_URI": "/api/p%2Fy?a=b", "HTTP_HOST": ""},
        {"RAW_URI": "/api/p%2Fy?a=b", "SCRIPT_NAME": ""},
        {"SCRIPT_NAME": "", "PATH_INFO": ""},
        {"SCRIPT_NAME": "", "PATH_INFO": "*"},
        {"RAW_URI": "/api/p%2Fy?a=b", "HTTP_SCRIPT_NAME": "/api"},  # gunicorn moves the mount by what is sent
        {"RAW_URI": "/api/p%2Fy?a=b", "HTTP_PATH_INFO": "/p/y"},
    ):
        with pytest.raises(NotVerified):
            wsgi.verify(verifier, environ | seen | changed, b"")


def test_mounts_of_asgi_as_servers_and_frameworks_have_them() -> None:
    verifier = verifier_of(KEY, replay_store=None)
    headers = SIGNER.sign("GET", f"{BASE}/api/p%2Fy?a=b") | {"host": "api.example.com"}
    scope = {
        "method": "GET",
        "scheme": "https",
        "path": "/api/p/y",
        "raw_path": b"/api/p%2Fy",
        "query_string": b"a=b",
        "root_path": "/api",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    for same in ({}, {"path": "/p/y"}, {"raw_path": b"/api/p%2Fy?a=b"}, {"root_path": ""}):
        asgi.verify(verifier, scope | same, b"")
    for changed in (
        {"path": "/api/other"},
        {"path": "/other"},
        {"query_string": b"a=c"},
        {"query_string": b"a=b#"},
        {"raw_path": b"/api/p%2Fy?a=c"},
        {"raw_path": b"/api/p%2Fy#", "path": "/api/p/y#"},
        {"raw_path": b"https://api.example.com/api/p%2Fy", "path": "https://api.example.com/api/p/y"},
        {"raw_path": b"*", "path": "*"},
        {"raw_path": b"", "path": ""},
        {"path": "/p/y", "root_path": "/other"},
    ):
        with pytest.raises(NotVerified):
            asgi.verify(verifier, scope | changed, b"")
