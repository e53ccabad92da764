"""Pins against TLS servers on the loopback: nothing is sent to a server whose key is not pinned."""

from __future__ import annotations

import asyncio
import datetime
import logging
import select
import socket
import ssl
import threading
from pathlib import Path

import pytest
import tls
from ironlatch import pinning
from ironlatch.pinning import HostPins, PinMismatch, PinningContext, PinningError, PinSet, UnpinnedHost, VerificationOff
from pinned_server import (
    AUTHORITY,
    BACKUP,
    BACKUP_KEY,
    CHAIN,
    GOOD,
    HOST,
    KEY,
    OTHER,
    REQUEST,
    WRONG,
    pin_of,
    talk,
)

pytest_plugins = ["pinned_server"]


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
