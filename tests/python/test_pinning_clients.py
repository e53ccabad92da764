"""Pins in the HTTP libraries that programs use: urllib, urllib3, requests and httpx."""

from __future__ import annotations

import asyncio
import http.server
import socket
import ssl
import threading
import urllib.error
import urllib.request
from typing import Any

import httpx
import pytest
import requests
import tls
import urllib3
from ironlatch import pinning
from ironlatch.pinning import HostPins, PinMismatch, PinningContext, PinningError, PinSet, VerificationOff
from ironlatch.pinning.requests import PinningAdapter, PinningSession
from pinned_server import (
    BACKUP,
    GOOD,
    HOST,
    OTHER,
    WRONG,
)

pytest_plugins = ["pinned_server"]


def test_urllib(server, cafile) -> None:
    url = f"https://localhost:{server.port}/"
    with urllib.request.urlopen(url, context=PinningContext(GOOD, cafile=cafile)) as response:
        assert response.read() == b"ok"
    with pytest.raises(urllib.error.URLError) as caught:
        urllib.request.urlopen(url, context=PinningContext(WRONG, cafile=cafile))
    assert isinstance(pinning.find_error(caught.value), PinMismatch)
    assert len(server.received) == 1


def test_urllib3(server, cafile) -> None:
    url = f"https://localhost:{server.port}/"
    with urllib3.PoolManager(ssl_context=PinningContext(GOOD, cafile=cafile)) as pool:
        assert pool.request("GET", url).data == b"ok"
    with urllib3.PoolManager(ssl_context=PinningContext(WRONG, cafile=cafile)) as pool:
        with pytest.raises(urllib3.exceptions.MaxRetryError) as caught:
            pool.request("GET", url, retries=0)
        assert isinstance(pinning.find_error(caught.value), PinMismatch)
    with urllib3.PoolManager(ssl_context=PinningContext(GOOD, cafile=cafile), cert_reqs="CERT_NONE") as pool:
        with pytest.raises(urllib3.exceptions.MaxRetryError) as caught:
            pool.request("GET", url, retries=0)
        assert isinstance(pinning.find_error(caught.value), VerificationOff)
    assert len(server.received) == 1


def test_requests(server, cafile) -> None:
    url = f"https://localhost:{server.port}/"
    told: list[pinning.Verdict] = []
    with requests.Session() as session:
        session.mount("https://", PinningAdapter(GOOD, cafile=cafile, max_retries=0))
        assert session.get(url).text == "ok"
        with pytest.raises(requests.exceptions.SSLError) as caught:
            session.get(url, verify=False)
        assert isinstance(pinning.find_error(caught.value), VerificationOff)
        session.mount("https://", PinningAdapter(WRONG, cafile=cafile, on_report=told.append))
        with pytest.raises(requests.exceptions.SSLError) as caught:
            session.post(url, data="a secret")
        error = pinning.find_error(caught.value)
        assert isinstance(error, PinMismatch)
        assert told == [error.verdict]
    assert len(server.received) == 1


def test_a_context_that_requests_puts_in_its_place_is_not_used(server, cafile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts like requests 2.32.0 to 2.32.2, whatever the manager of connections was given."""
    url = f"https://localhost:{server.port}/"
    plain = ssl.create_default_context(cafile=cafile)

    class Replacing(PinningAdapter):
        def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
            connection = super().get_connection_with_tls_context(*args, **options)
            connection.conn_kw["ssl_context"] = plain
            return connection

    with requests.Session() as session:
        session.mount("https://", Replacing(WRONG, cafile=cafile))
        with pytest.raises(requests.exceptions.SSLError) as caught:
            session.get(url)
        assert isinstance(pinning.find_error(caught.value), PinMismatch)
        session.mount("https://", Replacing(GOOD, cafile=cafile))
        assert session.get(url).text == "ok"
    assert len(server.received) == 1


def test_a_connection_without_the_check_is_refused(server, cafile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever brought it about: what counts is the connection that is used."""
    url = f"https://localhost:{server.port}/"
    plain = ssl.create_default_context(cafile=cafile)

    def connect(self: Any) -> None:
        self.sock = plain.wrap_socket(socket.create_connection((self.host, self.port)), server_hostname=self.host)
        self.is_verified = True

    monkeypatch.setattr("urllib3.connection.HTTPSConnection.connect", connect)
    with requests.Session() as session:
        assert session.get(url).text == "ok"
        session.mount("https://", PinningAdapter(GOOD, cafile=cafile))
        with pytest.raises(requests.exceptions.SSLError) as caught:
            session.get(url)
        error = pinning.find_error(caught.value)
        assert type(error) is PinningError
        assert "without the pins" in str(error)
    assert len(server.received) == 1


def test_connections_through_a_proxy_stay_what_they_are(server, cafile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manager for SOCKS has connections of its own, which must not be led past the proxy."""
    ways: list[str] = []

    class SocksConnection(urllib3.connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            ways.append(f"{self.host} through the proxy")
            return socket.create_connection(("127.0.0.1", server.port))

    class SocksPool(urllib3.connectionpool.HTTPSConnectionPool):
        ConnectionCls = SocksConnection

    def manager(proxy: str, **options: Any) -> Any:
        made = urllib3.PoolManager(ssl_context=options["ssl_context"])
        made.pool_classes_by_scheme = {"https": SocksPool}
        return made

    monkeypatch.setattr("requests.adapters.SOCKSProxyManager", manager)
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": "socks5h://127.0.0.1:1"}
        adapter = PinningAdapter(GOOD, cafile=cafile)
        session.mount("https://", adapter)
        for _ in range(3):
            assert session.get("https://localhost/").text == "ok"
        (made,) = adapter.proxy_manager.values()
        assert made.pool_classes_by_scheme["https"].__mro__[1] is SocksPool  # guarded once
        session.mount("https://", PinningAdapter(WRONG, cafile=cafile))
        with pytest.raises(requests.exceptions.SSLError) as caught:
            session.get("https://localhost/")
        assert isinstance(pinning.find_error(caught.value), PinMismatch)
    assert ways == ["localhost through the proxy"] * 4
    assert len(server.received) == 3


class Redirecting(http.server.BaseHTTPRequestHandler):
    """Sends everybody to where the path says, and notes who came."""

    came: list[str] = []

    def do_GET(self) -> None:
        self.came.append(self.path)
        self.send_response(302)
        self.send_header("Location", self.path[1:])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


def test_a_pinning_session_follows_no_way_out(server, cafile) -> None:
    url = f"https://localhost:{server.port}/"
    with http.server.HTTPServer(("127.0.0.1", 0), Redirecting) as plain:
        threading.Thread(target=plain.serve_forever, daemon=True).start()
        elsewhere = f"http://127.0.0.1:{plain.server_port}/"
        with PinningSession(GOOD, cafile=cafile) as session:
            assert session.get(url).text == "ok"
            # Of a host without pins it is a matter of the set whether it is spoken to, without TLS
            # as with it.
            assert session.get(f"{elsewhere}{url}").text == "ok"
            for way in (
                f"http://localhost:{plain.server_port}/",
                f"{elsewhere}http://LOCALHOST:{plain.server_port}/out",
            ):
                with pytest.raises(requests.exceptions.SSLError) as caught:
                    session.get(way)
                assert "ask for https" in str(pinning.find_error(caught.value))
            session.mount(url, requests.adapters.HTTPAdapter())
            for way in (url, f"{elsewhere}{url}"):
                with pytest.raises(PinningError, match="without pins"):
                    session.get(way)
            session.mount(url, PinningAdapter(GOOD, cafile=cafile))
            assert session.get(url).text == "ok"
        with PinningSession(WRONG, cafile=cafile) as session, pytest.raises(requests.exceptions.SSLError):
            session.get(f"{elsewhere}{url}")
        with PinningSession(PinSet({HOST: GOOD.hosts[0][1]}, refuse_others=True), cafile=cafile) as session:
            with pytest.raises(requests.exceptions.SSLError, match="127.0.0.1"):
                session.get(elsewhere)
        reporting = PinSet({HOST: HostPins([OTHER, BACKUP], report_only=True)})
        with PinningSession(reporting, cafile=cafile) as session:
            assert session.get(f"http://localhost:{plain.server_port}/{url}").text == "ok"
        plain.shutdown()
    assert len(server.received) == 4


def test_httpx(server, cafile) -> None:
    url = f"https://localhost:{server.port}/"
    with httpx.Client(verify=PinningContext(GOOD, cafile=cafile)) as client:
        assert client.get(url).text == "ok"
    with httpx.Client(verify=PinningContext(WRONG, cafile=cafile)) as client:
        with pytest.raises(httpx.ConnectError) as caught:
            client.post(url, content="a secret")
        assert isinstance(pinning.find_error(caught.value), PinMismatch)

    async def get(pins: PinSet) -> str:
        async with httpx.AsyncClient(verify=PinningContext(pins, cafile=cafile)) as client:
            return (await client.get(url)).text

    assert asyncio.run(get(GOOD)) == "ok"
    with pytest.raises(httpx.ConnectError) as caught:
        asyncio.run(get(WRONG))
    assert isinstance(pinning.find_error(caught.value), PinMismatch)
    assert len(server.received) == 2


def test_through_a_proxy(server, cafile) -> None:
    url = "https://localhost/"  # the proxy knows the port
    with tls.Proxy(server.port) as proxy, requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": proxy.url}
        session.mount("https://", PinningAdapter(GOOD, cafile=cafile))
        assert session.get(url).text == "ok"
        session.mount("https://", PinningAdapter(WRONG, cafile=cafile))
        with pytest.raises(requests.exceptions.SSLError) as caught:
            session.get(url)
        assert isinstance(pinning.find_error(caught.value), PinMismatch)
        with httpx.Client(verify=PinningContext(GOOD, cafile=cafile), proxy=proxy.url) as client:
            assert client.get(url).text == "ok"
        with httpx.Client(verify=PinningContext(WRONG, cafile=cafile), proxy=proxy.url) as client:
            with pytest.raises(httpx.ConnectError) as refused:
                client.get(url)
        assert isinstance(pinning.find_error(refused.value), PinMismatch)
        assert proxy.tunnels == 4
    assert len(server.received) == 2


def test_the_adapter_trusts_nobody_but_those_it_was_given(server, cafile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    url = f"https://localhost:{server.port}/"
    # As if the root were one of those that requests brings along.
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(cafile))
    stranger = tls.Authority()
    with requests.Session() as session:
        if not hasattr(
            requests.adapters, "_preloaded_ssl_context"
        ):  # which 2.32.0 to 2.32.3 made of the bundle when imported
            assert session.get(url).text == "ok"
        session.mount("https://", PinningAdapter(GOOD, cadata=stranger.root))
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            session.get(url)
        assert session.get(url, verify=str(cafile)).text == "ok"  # asked for explicitly
