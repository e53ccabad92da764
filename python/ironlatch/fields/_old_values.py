"""Columns that hold old and new values: which is which, and how often an old one was read."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ironlatch.fields import FieldCipher, FieldError
from ironlatch.utils import _at_home

if TYPE_CHECKING:
    from ironlatch.fields.legacy import LegacyReader

__all__ = ["LegacyReads", "RefuseOldValues", "RefusedLegacyValue", "is_ours", "open_stored", "reads"]

LOG = logging.getLogger("ironlatch.fields")


class RefusedLegacyValue(FieldError):
    """The value is in an old form, which the column no longer takes."""


@dataclass(frozen=True, slots=True)
class LegacyReads:
    """The number of values of a column that were read in an old form."""

    opened: int = 0
    """Values that were decrypted."""
    refused: int = 0
    """By `RefuseOldValues`."""


class RefuseOldValues:
    """A reader that refuses what `reader` would open: the step before the reader is taken out.

    A value in an old form raises RefusedLegacyValue, and is counted by `reads`. One that `reader`
    cannot open raises what that raises.
    """

    def __init__(self, reader: LegacyReader) -> None:
        self.reader = reader

    def decrypt(self, stored: bytes | str) -> object:
        """Raises RefusedLegacyValue, or what the reader raises."""
        self.reader.decrypt(stored)
        raise RefusedLegacyValue(
            f"the value is in the old form that {_name(self.reader)} reads, which this column no longer takes: "
            "somebody wrote it after the move, or the move left it out"
        )


def is_ours(stored: bytes | str) -> bool:
    """Whether `stored` begins as what `FieldCipher` writes, in this version of the library or in a
    newer one.

    The whole header is looked at: of the text form, ``ilf1.`` and eight symbols more; of the binary
    form a byte and the id of a version, as one in 128 other values of random bytes begins, too.
    `FieldCipher.recognizes` knows the ids of its key, and tells those apart.
    """
    return FieldCipher.has_header(stored)


def open_stored(cipher: FieldCipher, reader: LegacyReader | None, stored: bytes | str, row: Any = None) -> Any:
    """The value of what is stored, in our form or in the one that `reader` reads.

    What the cipher recognizes is opened by the cipher alone. Raises the errors of both.
    """
    if reader is None or cipher.recognizes(stored):
        return cipher.decrypt(stored, row)
    try:
        value = reader.decrypt(stored)
    except RefusedLegacyValue:
        _count(cipher, reader, "refused")
        raise
    except FieldError:
        if is_ours(stored):
            # Rather a value under a key that is not here: that error names the version.
            cipher.decrypt(stored, row)
        raise
    _count(cipher, reader, "opened")
    return value


def reads() -> dict[str, LegacyReads]:
    """The number of values that this process read in an old form, by ``table.column``: for metrics,
    and to see a move's end.

    A forked child counts from zero.
    """
    with _lock:
        return {place: LegacyReads(count["opened"], count["refused"]) for place, count in _counts.items()}


def _count(cipher: FieldCipher, reader: LegacyReader, what: str) -> None:
    place = f"{cipher.table}.{cipher.column}"
    with _lock:
        count = _counts.setdefault(place, Counter())
        count[what] += 1
        is_first = count[what] == 1
    if is_first:
        LOG.warning(
            "%s: a value in the old form that %s reads was %s; later ones are only counted, see legacy.reads()",
            place,
            _name(reader),
            what,
        )


def _name(reader: LegacyReader) -> str:
    return _name(reader.reader) if isinstance(reader, RefuseOldValues) else type(reader).__name__


def _begin() -> None:
    global _lock, _counts
    # Another thread may hold the lock while a process forks.
    _lock, _counts = threading.Lock(), {}


_lock: threading.Lock
_counts: dict[str, Counter[str]]
_begin()
os.register_at_fork(after_in_child=_begin)


_at_home("ironlatch.fields.legacy", LegacyReads, RefuseOldValues, RefusedLegacyValue, is_ours, reads)
