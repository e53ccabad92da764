import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, final

from ironlatch.secrets import Passphrase, SecretBytes
from ironlatch.utils import Buffer

@final
class HostPins:
    """The pins of one host, at least one of them a backup: the pin of a key that is kept elsewhere and
    not in use.

    ``backup=False`` says that there is none. ``include_subdomains`` makes the pins hold for
    everything below the host. From ``expires`` on, a date such as ``"2027-06-30"`` or a
    ``datetime``, they are not asked for. With ``report_only`` a mismatch is reported and nothing
    refused. Raises :class:`ValueError` for what is no pin, and if there is no backup.
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
        """Whether they hold for everything below the host too."""
    @property
    def expires(self) -> str | None:
        """From when on they are not asked for, in UTC: ``2027-06-30T00:00:00Z``."""
    @property
    def report_only(self) -> bool:
        """Whether they are only reported on."""
    @property
    def backup(self) -> bool:
        """Whether one of them is a backup."""
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class PinSet:
    """The pins of any number of hosts, given as a mapping from hosts to :class:`HostPins`, or to a
    list of pins.

    Hosts without pins are left to the usual verification, or refused with ``refuse_others``. Raises
    :class:`ValueError` for what is no host or no pin, and for pins without a backup.
    """
    def __new__(cls, hosts: Mapping[str, HostPins | Iterable[str]], *, refuse_others: bool = False) -> PinSet: ...
    @staticmethod
    def from_json(text: str) -> PinSet:
        """Reads a pin set from the JSON that ``to_json`` and ``ironlatch pin --new-set`` write.

        Raises :class:`ValueError` for anything else, and for members that it does not know.
        """
    def to_json(self) -> str:
        """The pin set as JSON, to be kept in a file."""
    @property
    def hosts(self) -> list[tuple[str, HostPins]]:
        """The hosts and their pins."""
    @property
    def refuse_others(self) -> bool:
        """Whether hosts without pins are refused."""
    def check(self, host: str, chain: Sequence[bytes]) -> Verdict:
        """Checks the certificates of a connection: the chain in DER that was verified, the server's
        certificate first.

        Never give what the server sent unless it was verified. Raises :class:`ValueError` if
        ``host`` is no host.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...

@final
class Verdict:
    """What a check of a connection came to. ``str`` of it says so to a person."""
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
    """A certificate of a chain."""
    @property
    def pin(self) -> str | None:
        """The pin of its key; None if the certificate cannot be read."""
    @property
    def subject(self) -> str:
        """Whom it is about."""
    @property
    def key(self) -> str:
        """The kind of its key."""

def pin(data: Buffer | SecretBytes, password: str | Buffer | SecretBytes | Passphrase | None = None) -> str:
    """The pin of a certificate, a certificate request, a public or a private key in PEM or DER: of the
    first in a file of many.

    ``password`` is for an encrypted private key. Raises :class:`ValueError` if there is none of
    them, or it is damaged.
    """

def describe_chain(chain: Sequence[bytes]) -> list[SeenCertificate]:
    """What the certificates of a chain in DER are, and their pins."""
