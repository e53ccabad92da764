import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, final

from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class HostPins:
    """Holds the pins of one host, at least one of them a backup: the pin of a key that is stored
    elsewhere and not in use.

    ``backup=False`` says that there is none. ``include_subdomains`` makes the pins hold for
    everything below the host. From ``expires`` on, a date such as ``"2027-06-30"`` or a
    ``datetime``, they are not asked for. With ``report_only`` a mismatch is reported and nothing
    refused. Raises :class:`ValueError` for what is no pin, and if there is no backup.

    >>> from ironlatch.pinning import HostPins
    >>> used, backup = "sha256/" + "A" * 43 + "=", "sha256/" + "E" * 43 + "="
    >>> HostPins([used, backup], expires="2027-06-30").expires
    '2027-06-30T00:00:00Z'
    """
    def __new__(
        cls,
        pins: Iterable[str],
        *,
        include_subdomains: bool = False,
        expires: str | datetime.date | None = None,
        report_only: bool = False,
        backup: bool = True,
    ) -> HostPins: ...
    @property
    def pins(self) -> list[str]:
        """The pins, each once."""
    @property
    def include_subdomains(self) -> bool:
        """Whether the pins hold for everything below the host too."""
    @property
    def expires(self) -> str | None:
        """The time from which on the pins are not asked for, in UTC: ``2027-06-30T00:00:00Z``."""
    @property
    def report_only(self) -> bool:
        """Whether a mismatch is only reported."""
    @property
    def backup(self) -> bool:
        """Whether one of the pins is a backup."""
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class PinSet:
    """Holds the pins of any number of hosts: a mapping from hosts to :class:`HostPins`, or to a list
    of pins.

    Hosts without pins are left to the usual verification, or refused with ``refuse_others``. Raises
    :class:`ValueError` for what is no host or no pin, and for pins without a backup.

    >>> from ironlatch.pinning import PinSet
    >>> used, backup = "sha256/" + "A" * 43 + "=", "sha256/" + "E" * 43 + "="
    >>> pins = PinSet({"api.example.com": [used, backup]})
    >>> PinSet.from_json(pins.to_json()) == pins
    True
    """
    def __new__(cls, hosts: Mapping[str, HostPins | Iterable[str]], *, refuse_others: bool = False) -> PinSet: ...
    @staticmethod
    def from_json(text: str) -> PinSet:
        """Reads a pin set from the JSON that :meth:`to_json` and ``ironlatch pin --new-set`` write.

        Raises :class:`ValueError` for anything else, and for members that it does not know.
        """
    def to_json(self) -> str:
        """Returns the pin set as JSON, to store in a file."""
    @property
    def hosts(self) -> list[tuple[str, HostPins]]:
        """The hosts and their pins."""
    @property
    def refuse_others(self) -> bool:
        """Whether hosts without pins are refused."""
    def check(self, host: str, chain: Sequence[bytes]) -> Verdict:
        """Checks the certificates of a connection: the chain in DER that was verified, the server's
        certificate first.

        Never pass what the server sent unless it was verified. Raises :class:`ValueError` if
        ``host`` is no host.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class Verdict:
    """Says how a check of a connection ended. ``str(verdict)`` says it to a person."""
    @property
    def host(self) -> str:
        """The host of the connection."""
    @property
    def outcome(
        self,
    ) -> Literal["not pinned", "matched", "no backup", "expired", "mismatch", "other host"]:
        """``not pinned``, ``matched``, ``no backup``, ``expired``, ``mismatch`` or ``other host``."""
    @property
    def expected(self) -> list[str]:
        """The pins of the host."""
    @property
    def seen(self) -> list[SeenCertificate]:
        """The certificates of the chain, the server's first."""
    @property
    def refused(self) -> bool:
        """Whether the connection must not be used."""
    @property
    def notable(self) -> bool:
        """Whether somebody should look at it, refused or not."""

@final
class SeenCertificate:
    """Describes a certificate of a chain."""
    @property
    def pin(self) -> str | None:
        """The pin of its key; None if the certificate cannot be read."""
    @property
    def subject(self) -> str:
        """The name that the certificate is about."""
    @property
    def key(self) -> str:
        """The kind of its key."""

def pin(data: Buffer | SecretBytes, password: str | Buffer | SecretBytes | Passphrase | None = None) -> str:
    """Returns the pin of a certificate, a certificate request, a public or a private key in PEM or
    DER: of the first in a file of many.

    ``password`` is for an encrypted private key. Raises :class:`ValueError` if the data is none of
    them, or damaged.

    >>> from ironlatch.hazmat.primitives import serialization
    >>> from ironlatch.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    >>> from ironlatch.pinning import pin
    >>> key = Ed25519PublicKey.from_public_bytes(bytes(32))
    >>> pin(key.public_bytes(
    ...     serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ... ))
    'sha256/ciq9EumaU2fzda65ZyqOB3EuA8Kt0W+o1pFNHPou/gw='
    """

def describe_chain(chain: Sequence[bytes]) -> list[SeenCertificate]:
    """Describes the certificates of a chain in DER, with their pins."""
