"""TLS on the loopback: certificates made here and now, and a server that remembers what it was
told.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType

from ironlatch.hazmat.primitives import hashes
from ironlatch.hazmat.primitives.asymmetric import ec
from ironlatch.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PrivateKey = ec.EllipticCurvePrivateKey


def new_key() -> PrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def private_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_der(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def certificate(
    subject: str, key: PrivateKey, issuer: str, issuer_key: PrivateKey, *, ca: bool = False, hosts: tuple[str, ...] = ()
) -> bytes:
    """A certificate in DER (RFC 5280 §4.1), good for an hour."""
    algorithm = _sequence(_oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2))  # ecdsa-with-SHA256
    now = datetime.datetime.now(datetime.UTC)
    hour = datetime.timedelta(hours=1)
    true = _tlv(1, b"\xff")
    extensions = [
        _sequence(_oid(0x55, 29, 19), true, _octets(_sequence(true) if ca else _sequence())),
        _sequence(_oid(0x55, 29, 14), _octets(_octets(_key_identifier(key)))),
        _sequence(_oid(0x55, 29, 35), _octets(_sequence(_tlv(0x80, _key_identifier(issuer_key))))),
    ]
    if ca:
        extensions.append(_sequence(_oid(0x55, 29, 15), true, _octets(_tlv(3, b"\x01\x06"))))  # keyCertSign, cRLSign
    if hosts:
        extensions.append(_sequence(_oid(0x55, 29, 17), _octets(_sequence(*map(_host, hosts)))))
    signed = _sequence(
        _tlv(0xA0, _integer(2)),
        _integer(int.from_bytes(os.urandom(8))),
        algorithm,
        _name(issuer),
        _sequence(_time(now - hour), _time(now + hour)),
        _name(subject),
        public_der(key),
        _tlv(0xA3, _sequence(*extensions)),
    )
    signature = issuer_key.sign(signed, ec.ECDSA(hashes.SHA256()))
    return _sequence(signed, algorithm, _tlv(3, b"\0" + signature))


def request(subject: str, key: PrivateKey) -> bytes:
    """A certificate request in DER (RFC 2986)."""
    info = _sequence(_integer(0), _name(subject), public_der(key), _tlv(0xA0, b""))
    algorithm = _sequence(_oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2))
    return _sequence(info, algorithm, _tlv(3, b"\0" + key.sign(info, ec.ECDSA(hashes.SHA256()))))


def pem(*certificates: bytes) -> str:
    return "".join(map(ssl.DER_cert_to_PEM_cert, certificates))


def _key_identifier(key: PrivateKey) -> bytes:
    return hashlib.sha256(public_der(key)).digest()[:20]


def _tlv(tag: int, contents: bytes) -> bytes:
    length = len(contents)
    if length < 0x80:
        return bytes([tag, length]) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(octets)]) + octets + contents


def _sequence(*elements: bytes) -> bytes:
    return _tlv(0x30, b"".join(elements))


def _octets(contents: bytes) -> bytes:
    return _tlv(4, contents)


def _oid(*octets: int) -> bytes:
    return _tlv(6, bytes(octets))


def _integer(number: int) -> bytes:
    return _tlv(2, number.to_bytes(number.bit_length() // 8 + 1))


def _time(time: datetime.datetime) -> bytes:
    return _tlv(0x17, time.strftime("%y%m%d%H%M%SZ").encode())


def _name(common_name: str) -> bytes:
    return _sequence(_tlv(0x31, _sequence(_oid(0x55, 4, 3), _tlv(12, common_name.encode()))))


def _host(host: str) -> bytes:
    try:
        return _tlv(0x87, ipaddress.ip_address(host).packed)
    except ValueError:
        return _tlv(0x82, host.encode())


class Authority:
    """A root, an authority below it, and certificates for servers."""

    def __init__(self) -> None:
        self.root_key, self.intermediate_key = new_key(), new_key()
        self.root = certificate("Root", self.root_key, "Root", self.root_key, ca=True)
        self.intermediate = certificate("Intermediate", self.intermediate_key, "Root", self.root_key, ca=True)

    def issue(self, key: PrivateKey, *hosts: str) -> bytes:
        return certificate(hosts[0], key, "Intermediate", self.intermediate_key, hosts=hosts)


class Server:
    """Answers each request over TLS with 200, and remembers what was sent to it."""

    def __init__(
        self, folder: Path, key: PrivateKey, chain: tuple[bytes, ...], version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ) -> None:
        files = folder / "chain.pem", folder / "key.pem"
        files[0].write_text(pem(*chain))
        files[1].write_bytes(private_pem(key))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*files)
        self._context.minimum_version = self._context.maximum_version = version
        self._received: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._connections: list[threading.Thread] = []

    @property
    def received(self) -> list[bytes]:
        """The data that came over the connections so far, all of which must have been closed: a
        client may be done before the server has read everything.
        """
        for connection in self._connections.copy():
            connection.join(10)
            assert not connection.is_alive(), "a connection is still open"
        return self._received

    def __enter__(self) -> Server:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in (self._acceptor, *self._connections):
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            connection = threading.Thread(target=self._serve, args=(plain,), daemon=True)
            connection.start()
            self._connections.append(connection)

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        try:
            with self._context.wrap_socket(plain, server_side=True) as connection:
                while data := connection.recv(4096):
                    self._received.append(data)
                    if b"\r\n\r\n" in data:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                        return
        except OSError:
            pass  # The client ended it.


class Proxy:
    """Takes CONNECT for any host, and passes bytes on to one port of this machine."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.tunnels = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += client.recv(4096)
            assert request.startswith(b"CONNECT ")
            self.tunnels += 1
            server = socket.create_connection(("127.0.0.1", self._target))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
