"""Pins against TLS servers on the loopback: nothing is sent to a server whose key is not pinned."""

from __future__ import annotations

import asyncio
import base64
import datetime
import hashlib
import http.server
import logging
import pickle
import select
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import tls
import urllib3
from ironlatch import pinning
from ironlatch.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from ironlatch.pinning import HostPins, PinMismatch, PinningContext, PinningError, PinSet, UnpinnedHost, VerificationOff
from ironlatch.pinning.requests import PinningAdapter, PinningSession

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


# Which key is pinned


@pytest.mark.parametrize(
    "key", [KEY, AUTHORITY.intermediate_key, AUTHORITY.root_key], ids=["leaf", "intermediate", "root"]
)
def test_a_pinned_key_anywhere_in_the_verified_chain_is_accepted(key, server, cafile) -> None:
    assert talk(server, PinningContext(PinSet({HOST: [BACKUP, pin_of(key)]}), cafile=cafile)).startswith(
        b"HTTP/1.1 200"
    )


def test_a_mismatch_is_refused_before_anything_is_sent(server, cafile) -> None:
    with pytest.raises(PinMismatch) as caught:
        talk(server, PinningContext(WRONG, cafile=cafile))
    assert server.received == []
    verdict = caught.value.verdict
    assert verdict is not None
    assert (verdict.host, verdict.outcome, verdict.refused) == (HOST, "mismatch", True)
    assert verdict.expected == [OTHER, BACKUP]
    assert [seen.pin for seen in verdict.seen] == [
        pin_of(KEY),
        pin_of(AUTHORITY.intermediate_key),
        pin_of(AUTHORITY.root_key),
    ]
    assert verdict.seen[0].subject == "CN=localhost"
    assert verdict.seen[0].key == "EC secp256r1"
    for part in (HOST, OTHER, BACKUP, pin_of(KEY), "CN=Intermediate"):
        assert part in str(caught.value)


def test_what_the_server_merely_sends_along_does_not_count(tmp_path, cafile) -> None:
    stranger = tls.new_key()
    attached = tls.certificate("Root", stranger, "Root", stranger, ca=True)
    pins = PinSet({HOST: [pin_of(stranger), BACKUP]})
    with tls.Server(tmp_path, KEY, (*CHAIN, attached)) as server, pytest.raises(PinMismatch):
        talk(server, PinningContext(pins, cafile=cafile))
    assert server.received == []


def test_other_hosts_are_left_to_the_usual_verification_or_refused(server, cafile) -> None:
    others = {"example.com": [OTHER, BACKUP]}
    assert talk(server, PinningContext(PinSet(others), cafile=cafile))
    with pytest.raises(UnpinnedHost, match="localhost has no pins"):
        talk(server, PinningContext(PinSet(others, refuse_others=True), cafile=cafile))
    assert len(server.received) == 1


def test_hosts_are_found_however_they_are_written(server, cafile) -> None:
    pins = PinSet({"Example.Test.": HostPins([OTHER, BACKUP], include_subdomains=True), "127.0.0.1": [OTHER, BACKUP]})
    for host in ("api.example.test", "API.EXAMPLE.TEST", "127.0.0.1"):
        with pytest.raises(PinMismatch):
            talk(server, PinningContext(pins, cafile=cafile), host)
    assert server.received == []


# The usual verification stays


def test_a_pin_does_not_make_a_stranger_trusted(server) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        talk(server, PinningContext(GOOD, cadata=AUTHORITY.issue(BACKUP_KEY, "unrelated")))
    assert not isinstance(caught.value, PinningError)
    assert server.received == []


def test_a_pin_does_not_stand_for_the_name(server, cafile) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        talk(server, PinningContext(PinSet({"other.test": [pin_of(KEY), BACKUP]}), cafile=cafile), "other.test")
    assert not isinstance(caught.value, PinningError)


def test_verification_cannot_be_switched_off(server, cafile) -> None:
    context = PinningContext(WRONG, cafile=cafile)
    with pytest.raises(VerificationOff, match="stays on"):
        context.check_hostname = False
    for mode in (ssl.CERT_NONE, ssl.CERT_OPTIONAL):
        with pytest.raises(VerificationOff, match="stays on"):
            context.verify_mode = mode
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    with pytest.raises(PinMismatch):
        talk(server, context)


def test_a_connection_cannot_be_given_a_context_without_pins(server, cafile) -> None:
    plain = socket.create_connection(("127.0.0.1", server.port), 10)
    connection = PinningContext(WRONG, cafile=cafile).wrap_socket(
        plain, server_hostname=HOST, do_handshake_on_connect=False
    )
    connection.context = ssl.create_default_context(cafile=cafile)
    with pytest.raises(PinningError, match="without pins"):
        connection.send(REQUEST)
    assert server.received == []


# Report only, expiry, backup


def test_report_only_tells_and_refuses_nothing(server, cafile) -> None:
    told = []
    pins = PinSet({HOST: HostPins([OTHER, BACKUP], report_only=True)})
    assert talk(server, PinningContext(pins, cafile=cafile, on_report=told.append))
    (verdict,) = told
    assert (verdict.outcome, verdict.refused, verdict.notable) == ("mismatch", False, True)
    assert verdict.seen[0].pin == pin_of(KEY)


def test_without_a_callback_it_is_logged(server, cafile, caplog: pytest.LogCaptureFixture) -> None:
    pins = PinSet({HOST: HostPins([OTHER, BACKUP], report_only=True)})
    with caplog.at_level(logging.WARNING, "ironlatch.pinning"):
        assert talk(server, PinningContext(pins, cafile=cafile))
    assert "only reported" in caplog.text


def test_a_failing_callback_changes_nothing(server, cafile, caplog: pytest.LogCaptureFixture) -> None:
    def fail(verdict: pinning.Verdict) -> None:
        raise RuntimeError("the report was not delivered")

    pins = PinSet({HOST: HostPins([OTHER, BACKUP], report_only=True)})
    assert talk(server, PinningContext(pins, cafile=cafile, on_report=fail))
    with pytest.raises(PinMismatch):
        talk(server, PinningContext(WRONG, cafile=cafile, on_report=fail))
    assert "was not delivered" in caplog.text


def test_a_refusal_is_reported_too(server, cafile) -> None:
    told = []
    with pytest.raises(PinMismatch) as caught:
        talk(server, PinningContext(WRONG, cafile=cafile, on_report=told.append))
    assert told == [caught.value.verdict]


def test_expired_pins_are_reported_and_not_asked_for(server, cafile) -> None:
    told = []
    for expires in (
        "2020-01-01",
        datetime.date(2020, 1, 1),
        datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1),
    ):
        pins = PinSet({HOST: HostPins([OTHER, BACKUP], expires=expires)})
        assert talk(server, PinningContext(pins, cafile=cafile, on_report=told.append))
    assert [verdict.outcome for verdict in told] == ["expired"] * 3
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    with pytest.raises(PinMismatch):
        talk(server, PinningContext(PinSet({HOST: HostPins([OTHER, BACKUP], expires=tomorrow)}), cafile=cafile))


def test_a_missing_backup_is_reported(server, cafile) -> None:
    told = []
    pins = PinSet({HOST: [pin_of(KEY), pin_of(AUTHORITY.intermediate_key)]})
    assert talk(server, PinningContext(pins, cafile=cafile, on_report=told.append))
    assert [verdict.outcome for verdict in told] == ["no backup"]


# Every way into a connection


def test_data_before_the_handshake_waits_for_the_check(server, cafile) -> None:
    context = PinningContext(WRONG, cafile=cafile)
    ways = [
        lambda connection: connection.sendall(REQUEST),
        lambda connection: connection.write(REQUEST),
        lambda connection: connection.sendfile(Path(__file__).open("rb")),
        lambda connection: connection.makefile("rwb", buffering=0).write(REQUEST),
        lambda connection: connection.recv(1),
        lambda connection: connection.recv_into(bytearray(1)),
        lambda connection: connection.read(1),
    ]
    for send in ways:
        plain = socket.create_connection(("127.0.0.1", server.port), 10)
        connection = context.wrap_socket(plain, server_hostname=HOST, do_handshake_on_connect=False)
        with pytest.raises(PinMismatch):
            send(connection)
        with pytest.raises(OSError):  # closed: nothing goes out in the clear either
            connection.send(REQUEST)
    assert server.received == []


def test_a_socket_that_is_connected_later_is_checked(server, cafile) -> None:
    for eager in (True, False):
        with PinningContext(WRONG, cafile=cafile).wrap_socket(
            socket.socket(), server_hostname=HOST, do_handshake_on_connect=eager
        ) as connection:
            with pytest.raises(PinMismatch):  # noqa: PT012 - by the one or by the other
                connection.connect(("127.0.0.1", server.port))
                connection.send(REQUEST)
            with pytest.raises(OSError):
                connection.send(REQUEST)
    assert server.received == []


def test_a_socket_that_does_not_block_is_checked(server, cafile) -> None:
    for pins in (GOOD, WRONG):
        plain = socket.create_connection(("127.0.0.1", server.port), 10)
        plain.setblocking(False)
        context = PinningContext(pins, cafile=cafile)
        with context.wrap_socket(plain, server_hostname=HOST, do_handshake_on_connect=False) as connection:
            try:
                while True:
                    try:
                        connection.send(REQUEST)
                        break
                    except ssl.SSLWantReadError:
                        select.select([connection], [], [], 10)
                assert pins is GOOD
            except PinMismatch:
                assert pins is WRONG


def shake_hands(server: tls.Server, context: ssl.SSLContext) -> ssl.SSLObject:
    """Without ``do_handshake``: OpenSSL does it on the first write."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = context.wrap_bio(incoming, outgoing, server_hostname=HOST)
    with socket.create_connection(("127.0.0.1", server.port), 10) as plain:
        while True:
            try:
                connection.write(REQUEST)
                plain.sendall(outgoing.read())
                assert plain.recv(1)
                return connection
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(4096))
            except PinMismatch:
                plain.sendall(outgoing.read())
                for use in (connection.write, connection.read):
                    with pytest.raises(PinMismatch):
                        use(b"again" if use == connection.write else 1)
                assert not outgoing.pending
                raise


def test_tls_without_a_socket_is_checked(server, cafile) -> None:
    shake_hands(server, PinningContext(GOOD, cafile=cafile))
    assert len(server.received) == 1
    with pytest.raises(PinMismatch):
        shake_hands(server, PinningContext(WRONG, cafile=cafile))
    assert len(server.received) == 1


def test_asyncio(server, cafile) -> None:
    async def talk(context: ssl.SSLContext) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=context, server_hostname=HOST)
        writer.write(REQUEST)
        answer = await reader.read()
        writer.close()
        return answer

    assert asyncio.run(talk(PinningContext(GOOD, cafile=cafile))).startswith(b"HTTP/1.1 200")
    with pytest.raises(PinMismatch):
        asyncio.run(talk(PinningContext(WRONG, cafile=cafile)))
    assert len(server.received) == 1


def test_a_resumed_session_is_checked_by_the_servers_own_key(server, cafile) -> None:
    def connect(pins: PinSet, session: ssl.SSLSession | None) -> ssl.SSLSession | None:
        context.pins = pins
        plain = socket.create_connection(("127.0.0.1", server.port), 10)
        with context.wrap_socket(plain, server_hostname=HOST, session=session) as connection:
            assert connection.session_reused is (session is not None)
            connection.sendall(REQUEST)
            connection.recv(4096)
            return connection.session

    context = PinningContext(GOOD, cafile=cafile)
    session = connect(GOOD, None)
    assert connect(GOOD, session) is not None
    with pytest.raises(PinMismatch):
        connect(WRONG, session)
    with pytest.raises(PinMismatch):  # the authority's certificate is not part of the resumed session
        connect(PinSet({HOST: [pin_of(AUTHORITY.root_key), BACKUP]}), session)
    assert len(server.received) == 2


def test_one_context_serves_many_threads(server, cafile) -> None:
    context = PinningContext(GOOD, cafile=cafile)
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(talk(server, context))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8


# Libraries


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
        assert session.get(url, verify=str(cafile)).text == "ok"  # asked for in so many words


def test_finding_the_error_in_others() -> None:
    assert pinning.find_error(None) is None
    assert pinning.find_error(ValueError("another", ValueError())) is None
    looped = ValueError()
    looped.__context__ = KeyError()
    looped.__context__.__context__ = looped
    assert pinning.find_error(looped) is None
    inner = PinMismatch("x")
    assert pinning.find_error(ExceptionGroup("many", [ValueError(), inner])) is inner
    assert str(pickle.loads(pickle.dumps(inner))) == "x"


# Pins and pin sets


def test_fetch_shows_the_pins_of_a_server(server, cafile) -> None:
    seen = pinning.fetch(HOST, server.port, cafile=str(cafile))
    assert [certificate.pin for certificate in seen] == [
        pin_of(KEY),
        pin_of(AUTHORITY.intermediate_key),
        pin_of(AUTHORITY.root_key),
    ]
    with pytest.raises(ssl.SSLCertVerificationError):
        pinning.fetch(HOST, server.port)


def test_pins_of_keys_certificates_and_requests() -> None:
    encrypted = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a password"))
    for data in (LEAF, tls.pem(*CHAIN).encode(), tls.private_pem(KEY), tls.public_der(KEY), tls.request("any", KEY)):
        assert pinning.pin(data) == pin_of(KEY)
    assert pinning.pin(encrypted, "a password") == pin_of(KEY)
    with pytest.raises(TypeError, match="Password was not given"):
        pinning.pin(encrypted)
    with pytest.raises(ValueError):
        pinning.pin(encrypted, b"another")
    for wrong in (b"", b"nothing", b"\x30\x00", LEAF[:-1], pin_of(KEY).encode()):
        with pytest.raises(ValueError, match="no key to pin"):
            pinning.pin(wrong)


@pytest.mark.parametrize(
    ("pins", "message"),
    [
        ([], "without a pin"),
        ([OTHER], "backup"),
        ([OTHER, OTHER], "backup"),
        ([OTHER, "sha256/short"], "not a pin"),
        ([OTHER, BACKUP.removeprefix("sha256/")], "not a pin"),
    ],
)
def test_bad_pins_are_refused(pins, message) -> None:
    with pytest.raises(ValueError, match=message):
        HostPins(pins)
    with pytest.raises(ValueError, match=message):
        PinSet({HOST: pins})


def test_wrong_types_are_refused() -> None:
    with pytest.raises(TypeError, match="list of pins"):
        HostPins(OTHER)
    with pytest.raises(TypeError):
        HostPins([OTHER, 3])
    with pytest.raises(TypeError):
        PinSet([HOST])
    with pytest.raises(TypeError, match="PinSet"):
        PinningContext({HOST: [OTHER, BACKUP]})
    with pytest.raises(TypeError):
        GOOD.check(HOST, ["text"])
    with pytest.raises(ValueError, match="zone"):
        HostPins([OTHER, BACKUP], expires=datetime.datetime(2030, 1, 1))
    with pytest.raises(ValueError, match="not a time"):
        HostPins([OTHER, BACKUP], expires="soon")
    with pytest.raises(AttributeError):
        HostPins([OTHER, BACKUP], expires=3)


def test_a_set_survives_as_json() -> None:
    host = HostPins([OTHER], include_subdomains=True, expires="2030-06-30", report_only=True, backup=False)
    pins = PinSet({"example.com": host, "127.0.0.1": [OTHER, BACKUP]}, refuse_others=True)
    again = PinSet.from_json(pins.to_json())
    assert again == pins
    assert again.refuse_others
    found = dict(again.hosts)["example.com"]
    assert found == host
    assert (found.pins, found.include_subdomains, found.report_only, found.backup) == ([OTHER], True, True, False)
    assert found.expires == "2030-06-30T00:00:00Z"
    with pytest.raises(ValueError, match="mistyped"):
        PinSet.from_json(pins.to_json().replace("report_only", "report-only"))
    for text in ("", "{}", "[]", '{"version": 2, "hosts": {}}'):
        with pytest.raises(ValueError):
            PinSet.from_json(text)


def test_checking_by_hand() -> None:
    assert GOOD.check(HOST, list(CHAIN)).outcome == "matched"
    assert GOOD.check("example.com", []).outcome == "not pinned"
    nothing = GOOD.check(HOST, [])
    assert nothing.refused
    assert "seen none" in str(nothing)
    assert GOOD.check(HOST, [b"no certificate"]).seen[0].pin is None
    with pytest.raises(ValueError, match="not the name of a host"):
        GOOD.check("https://localhost", [])
    assert repr(GOOD) == "PinSet(localhost)"
    assert repr(GOOD.check(HOST, [])) == "Verdict(localhost: mismatch)"


def test_a_changed_certificate_is_another_or_none() -> None:
    for at in range(len(LEAF)):
        changed = bytearray(LEAF)
        changed[at] ^= 0x55
        if tls.public_der(KEY) not in changed:
            assert GOOD.check(HOST, [bytes(changed)]).refused
