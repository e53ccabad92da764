"""Pins in Python's ``ssl``: a context whose connections check them right after the handshake."""

from __future__ import annotations

import _ssl
import logging
import os
import socket
import ssl
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ironlatch._errors import IronlatchError
from ironlatch._native.pinning import PinSet, SeenCertificate, Verdict, describe_chain
from ironlatch.utils import _at_home

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_logger = logging.getLogger("ironlatch.pinning")


class PinningError(IronlatchError, ssl.SSLCertVerificationError):
    """A connection was refused and nothing sent over it. The classes below say why."""

    #: What the check came to, with the pins that were expected and seen; None if it was not made.
    verdict: Verdict | None

    def __init__(self, message: str, verdict: Verdict | None = None) -> None:
        super().__init__(ssl.SSL_ERROR_SSL, message)
        self.verdict = verdict
        self.verify_code = 50  # X509_V_ERR_APPLICATION_VERIFICATION
        self.verify_message = message

    def __reduce__(self) -> tuple[type[PinningError], tuple[str]]:
        return type(self), (self.verify_message,)


class PinMismatch(PinningError):
    """No key in the verified certificates is one of the host's pins."""


class UnpinnedHost(PinningError):
    """The host has no pins, and the pin set refuses such hosts."""


class VerificationOff(PinningError):
    """Verification was to be switched off. Pins are checked in addition to it, not in its place."""


class PinningContext(ssl.SSLContext):
    """Makes TLS connections as a client that check ``pins`` after the handshake, before anything is
    sent.

    It is otherwise what :func:`ssl.create_default_context` makes: it trusts the system's
    authorities, or those in ``cafile``, ``capath`` and ``cadata``. Pass it to anything that takes
    an ``SSLContext``. Verification cannot be switched off.

    ``on_report`` is called with a :class:`Verdict` for each connection whose pins do not match,
    have expired or have no backup among them, before one is refused. An exception of its own is
    logged and goes no further. Without it such verdicts are logged as warnings of
    ``ironlatch.pinning``.

    A refused connection raises :class:`PinMismatch` or :class:`UnpinnedHost`. Raises
    :class:`TypeError` for what is no pin set, and :class:`OSError` for authorities that cannot be
    read.

    >>> from ironlatch.pinning import PinningContext, PinSet
    >>> used, backup = "sha256/" + "A" * 43 + "=", "sha256/" + "E" * 43 + "="
    >>> context = PinningContext(PinSet({"api.example.com": [used, backup]}))
    >>> context.check_hostname
    True
    """

    pins: PinSet
    """The pins that connections are checked against."""
    on_report: Callable[[Verdict], object] | None
    """The function called with each notable :class:`Verdict`, or None to log it."""

    def __new__(
        cls,
        pins: PinSet,
        *,
        on_report: Callable[[Verdict], object] | None = None,
        cafile: str | os.PathLike[str] | None = None,
        capath: str | os.PathLike[str] | None = None,
        cadata: str | ReadableBuffer | None = None,
    ) -> PinningContext:
        if not isinstance(pins, PinSet):
            raise TypeError(f"pins must be a PinSet, not {type(pins).__name__}")
        self = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        if sys.version_info >= (3, 13):
            self.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
        # A renegotiation could bring another certificate, later.
        self.options |= ssl.OP_NO_RENEGOTIATION
        if cafile is None and capath is None and cadata is None:
            self.load_default_certs(ssl.Purpose.SERVER_AUTH)
        else:
            self.load_verify_locations(cafile, capath, cadata)
        self.pins = pins
        self.on_report = on_report
        return self

    # The arguments are those of __new__; the class above it takes none.
    def __init__(self, pins: PinSet, **options: Any) -> None:
        super().__init__()

    @property
    def verify_mode(self) -> ssl.VerifyMode:
        """Always ``ssl.CERT_REQUIRED``. Raises :class:`VerificationOff` when it is set to anything
        else.
        """
        return super().verify_mode

    @verify_mode.setter
    def verify_mode(self, value: int) -> None:
        if value != ssl.CERT_REQUIRED:
            raise VerificationOff(STAYS_ON)

    @property
    def check_hostname(self) -> bool:
        """Always true. Raises :class:`VerificationOff` when it is set to false."""
        return super().check_hostname

    @check_hostname.setter
    def check_hostname(self, value: bool) -> None:
        if not value:
            raise VerificationOff(STAYS_ON)

    def _check(self, connection: ssl.SSLSocket | ssl.SSLObject) -> None:
        try:
            verdict = self.pins.check(connection.server_hostname or "", _verified_chain(connection))
        except ValueError as error:
            raise PinningError(str(error)) from error
        if verdict.notable:
            self._report(verdict)
        if verdict.refused:
            raise (PinMismatch if verdict.outcome == "mismatch" else UnpinnedHost)(str(verdict), verdict)

    def _report(self, verdict: Verdict) -> None:
        if self.on_report is None:
            _logger.warning("%s", verdict)
            return
        try:
            self.on_report(verdict)
        except Exception:
            _logger.exception("on_report failed for: %s", verdict)


STAYS_ON = (
    "verification of certificates and host names stays on, as pins do not replace it; for a server with a certificate "
    "of your own, give that as cafile"
)


class PinningSocket(ssl.SSLSocket):
    """A socket whose handshake ends with the check. Made by :class:`PinningContext`."""

    _checked = False

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
            if not self._checked:
                _context_of(self)._check(self)
        except PinningError:
            self.close()
            raise
        self._checked = True

    # OpenSSL shakes hands by itself when data comes first.
    def _check_first(self) -> None:
        if not self._checked and self._sslobj is not None:  # type: ignore[attr-defined]
            self.do_handshake()

    def read(self, len: int = 1024, buffer: WriteableBuffer | None = None) -> bytes:
        self._check_first()
        return super().read(len, buffer)

    def write(self, data: ReadableBuffer) -> int:
        self._check_first()
        return super().write(data)

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        self._check_first()
        return super().send(data, flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        self._check_first()
        return super().sendfile(file, offset, count)


class PinningObject(ssl.SSLObject):
    """The same for TLS without a socket, as ``asyncio`` and proxies use it. Made by
    :class:`PinningContext`.
    """

    _checked = False

    def do_handshake(self) -> None:
        super().do_handshake()
        if not self._checked:
            _context_of(self)._check(self)
        self._checked = True

    def read(self, len: int = 1024, buffer: WriteableBuffer | None = None) -> bytes:
        if not self._checked:
            self.do_handshake()
        return super().read(len, buffer)

    def write(self, data: ReadableBuffer) -> int:
        if not self._checked:
            self.do_handshake()
        return super().write(data)


PinningContext.sslsocket_class = PinningSocket
PinningContext.sslobject_class = PinningObject


def _context_of(connection: ssl.SSLSocket | ssl.SSLObject) -> PinningContext:
    context = connection.context
    if not isinstance(context, PinningContext):
        raise PinningError("the connection was given a context without pins")
    return context


def is_checked_by(context: PinningContext, connection: object) -> bool:
    """Whether a connection was made by this context and has passed its check. ``urllib3`` may wrap
    one for a proxy.
    """
    inner = getattr(connection, "sslobj", connection)
    return isinstance(inner, PinningSocket | PinningObject) and inner.context is context and inner._checked


def _verified_chain(connection: ssl.SSLSocket | ssl.SSLObject) -> list[bytes]:
    """The chain that was built and verified. What the server sent along may be anybody's, and is
    not looked at.

    Of a resumed session only the server's certificate is known.
    """
    chain: list[bytes]
    if sys.version_info >= (3, 13):
        chain = connection.get_verified_chain()
    else:
        certificates = connection._sslobj.get_verified_chain() or []  # type: ignore[union-attr]
        chain = [certificate.public_bytes(_ssl.ENCODING_DER) for certificate in certificates]
    own = connection.getpeercert(binary_form=True)
    return chain or ([own] if own else [])


def fetch(host: str, port: int = 443, *, timeout: float = 10.0, cafile: str | None = None) -> list[SeenCertificate]:
    """Returns the certificates of a server with their pins, the server's own first, once they have
    been verified.

    Anyone who controls the network now, and has a certificate for the host, gets its own key
    pinned: compare the pins with what the server's owner says. Raises :class:`OSError` if the
    server cannot be reached within ``timeout`` seconds or its certificate does not verify.

    >>> from ironlatch.pinning import fetch
    >>> [seen.pin for seen in fetch("api.example.com")]  # doctest: +SKIP
    ['sha256/…', 'sha256/…']
    """
    context = ssl.create_default_context(cafile=cafile)
    with (
        socket.create_connection((host, port), timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        return describe_chain(_verified_chain(connection))


def find_error(error: BaseException | None) -> PinningError | None:
    """Returns the :class:`PinningError` in what a library raised because of it, or None.

    ``requests``, ``urllib3`` and ``httpx`` wrap the errors of a connection in their own.

    >>> from ironlatch.pinning import PinMismatch, find_error
    >>> try:
    ...     raise OSError("the request failed") from PinMismatch("no key is pinned")
    ... except OSError as error:
    ...     print(find_error(error))
    no key is pinned
    """
    seen: set[int] = set()
    left = [error]
    while left:
        candidate = left.pop()
        if not isinstance(candidate, BaseException) or id(candidate) in seen:
            continue
        if isinstance(candidate, PinningError):
            return candidate
        seen.add(id(candidate))
        left += [*candidate.args, getattr(candidate, "reason", None), candidate.__context__, candidate.__cause__]
        left += getattr(candidate, "exceptions", ())
    return None


_at_home(
    "ironlatch.pinning",
    PinningError,
    PinMismatch,
    UnpinnedHost,
    VerificationOff,
    PinningContext,
    fetch,
    find_error,
)
