"""The timestamps of `ironlatch.cms` (RFC 3161)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ironlatch import x509
from ironlatch._native import cms as _native
from ironlatch.certificates import Verified, Verifier
from ironlatch.hazmat.primitives import hashes
from ironlatch.utils import Buffer


@dataclass(frozen=True, slots=True)
class TimestampRequest:
    """A request to a timestamping authority, with the digest of data."""

    #: The digest, as long as those of the algorithm.
    digest: bytes
    #: Its hash function.
    algorithm: hashes.HashAlgorithm
    #: A number that the answer has to repeat, not negative; None to send none.
    nonce: int | None = field(default_factory=_native.timestamp_nonce)
    #: The policy to ask for; None for the authority's usual one.
    policy: x509.ObjectIdentifier | None = None
    #: Whether the authority has to put its certificate into the answer.
    certificates: bool = True

    def to_der(self) -> bytes:
        """Returns the request in DER: the body of a POST of the type
        ``application/timestamp-query``.

        Raises ValueError if the digest has another length than the algorithm's, or the nonce is
        negative.
        """
        return _native.timestamp_request(self.digest, self.algorithm, self.nonce, self.policy, self.certificates)


@dataclass(frozen=True, slots=True)
class TimestampResponse:
    """The answer of an authority. Nothing of it is verified."""

    #: The name of the status in RFC 3161: ``granted``, ``grantedWithMods``, ``rejection``,
    #: ``waiting``, ``revocationWarning`` or ``revocationNotification``.
    status: str
    #: What the authority says in words.
    texts: list[str]
    #: The names of the reasons for a refusal, such as ``badAlg``.
    failures: list[str]
    #: The timestamp in DER, to be kept with the data; None if it was not granted.
    token: bytes | None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The statement of a timestamp."""

    #: The policy under which the authority made it.
    policy: x509.ObjectIdentifier
    #: The hash function of the data; its identifier, if it is not known here.
    algorithm: hashes.HashAlgorithm | x509.ObjectIdentifier
    #: The digest of the data.
    digest: bytes
    #: The number by which the authority tells its timestamps apart.
    serial_number: int
    #: The time in UTC, to the microsecond.
    time: datetime
    #: How far the time may be off, to both sides; None if it is not said.
    accuracy: timedelta | None
    #: Whether the times of this authority's timestamps tell their order, however close they are.
    ordering: bool
    #: The nonce of the request, or None.
    nonce: int | None
    #: The authority's name, or None.
    authority: x509.GeneralName | None


@dataclass(frozen=True, slots=True)
class VerifiedTimestamp:
    """A timestamp that was verified."""

    #: What it states.
    timestamp: Timestamp
    #: The certificate of the authority.
    certificate: x509.Certificate
    #: The verifier's answer: the chain to a certificate that is trusted, above all.
    verified: Verified

    @property
    def time(self) -> datetime:
        """The time in UTC at which the data existed."""
        return self.timestamp.time


def read_timestamp_response(data: Buffer) -> TimestampResponse:
    """Reads what an authority answers, in DER or BER: the body of an answer of the type
    ``application/timestamp-reply``. Nothing is verified.

    Raises ValueError if it is no such response.
    """
    return TimestampResponse(*_native.read_timestamp_response(data))


def read_timestamp(data: Buffer) -> Timestamp:
    """Reads a timestamp in DER, BER or PEM, or the response that has one. Nothing is verified.

    Raises ValueError if it is none, UnsupportedAlgorithm if it is a message of another type, and
    TimestampRefused for a response without a timestamp.
    """
    return _timestamp(_native.read_timestamp(data))


def verify_timestamp(
    data: Buffer,
    verifier: Verifier,
    *,
    content: Buffer | None = None,
    digest: Buffer | None = None,
    request: TimestampRequest | None = None,
    nonce: int | None = None,
    policy: x509.ObjectIdentifier | None = None,
    certificates: Iterable[x509.Certificate] = (),
) -> VerifiedTimestamp:
    """Verifies a timestamp in DER, BER or PEM, or the response that has one.

    It has to be of one of these: the bytes ``content``, data with that ``digest``, or what
    ``request`` asked for, with its hash function, nonce and policy. ``nonce`` and ``policy`` are
    compared if they are given. ``certificates`` are those of the authority and of others above it
    that the timestamp does not hold; they need not be trusted. ``verifier`` says which are, and is
    made for the purpose ``ExtendedKeyUsageOID.TIME_STAMPING``. Where it has no time of its own, the
    chain has to be valid at the time that the timestamp states.

    Raises TimestampRefused, a SignatureRefused, if the timestamp is not accepted, or the response
    has none; `ironlatch.certificates.Refused` if the authority's certificate is not trusted;
    TypeError if it is not said what the timestamp is of, or twice; ValueError and
    UnsupportedAlgorithm as `read_timestamp`.
    """
    given = (content, digest, request)
    if sum(one is not None for one in given) != 1:
        raise TypeError("say what the timestamp is of with one of content, digest and request")
    algorithm = None
    if request is not None:
        digest, algorithm = request.digest, request.algorithm
        nonce = request.nonce if nonce is None else nonce
        policy = request.policy if policy is None else policy
    statement, certificate, verified = _native.verify_timestamp(
        data, verifier, content, digest, algorithm, nonce, policy, list(certificates)
    )
    return VerifiedTimestamp(_timestamp(statement), certificate, verified)


def _timestamp(statement: _native._Statement) -> Timestamp:
    policy, algorithm, digest, serial, (time, microseconds), accuracy, ordering, nonce, authority = statement
    return Timestamp(
        policy,
        algorithm,
        digest,
        serial,
        time.replace(microsecond=microseconds),
        None if accuracy is None else timedelta(seconds=accuracy[0], microseconds=accuracy[1]),
        ordering,
        nonce,
        authority,
    )
