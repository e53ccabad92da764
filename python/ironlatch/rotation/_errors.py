"""The errors that stop a rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ironlatch._errors import IronlatchError
from ironlatch.utils import _at_home

if TYPE_CHECKING:
    from ironlatch.rotation._report import Report

__all__ = [
    "DatabaseBusy",
    "DatabaseLost",
    "RotationError",
    "RotationRunning",
    "RotationStopped",
    "WrongTable",
]


class RotationError(IronlatchError):
    """A rotation that could not go on. What it did until then is done, and running it again goes on
    from there.

    ``report`` says how far it came, if it had begun.
    """

    report: Report | None = None
    """How far the rotation came, or None if it had not begun."""


class WrongTable(RotationError):
    """Table, key or columns are not as the call says, or may not be read and written by this user
    of the database.
    """


class RotationRunning(RotationError):
    """Another rotation of the same table is running."""


class DatabaseLost(RotationError):
    """The connection to the database broke, and there was no new one within the time allowed."""


class DatabaseBusy(RotationError):
    """Somebody else held a lock on the table, or on the whole database, for longer than the time
    allowed.
    """


class RotationStopped(RotationError):
    """A value did not open, and the call said to stop at the first one."""


_at_home("ironlatch.rotation", RotationError, WrongTable, RotationRunning, DatabaseLost, DatabaseBusy, RotationStopped)
