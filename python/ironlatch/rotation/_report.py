"""The report of a rotation: its work, and the values left under each key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from ironlatch.utils import _at_home

__all__ = ["ColumnReport", "Failure", "Mode", "Progress", "Report", "VersionCount"]

SHOWN = 10
"""The number of failures shown in the text."""
MOST_ROUNDS = 20
"""A table that is not done by then has a writer that uses an old key. The last round only looks
what is left.
"""
STILL_WRITTEN = "somebody still writes under an old version, or without an index"


class Mode(StrEnum):
    """The mode that was asked for."""

    ROTATE = "rotation"
    DRY_RUN = "dry run"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rotation is."""

    round: int
    """1 while the table is gone through, more while it is looked for rows that somebody changed
    meanwhile.
    """
    done: int
    """Rows that this round has seen."""
    total: int | None
    """Rows in the table, if that is known."""
    rate: float
    """Rows a second."""
    left: float | None
    """Seconds left of this round, if that is known."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that stayed as it was."""

    key: tuple[object, ...]
    """The row's key."""
    reason: str
    """Why it stayed, in words."""
    kind: str
    """The name of the exception's class, such as ``Tampered``."""


@dataclass(frozen=True, slots=True)
class VersionCount:
    """How many values are under a version of the key."""

    id: str
    """The version's id as 8 hexadecimal digits, as ``ironlatch keyring list`` shows it."""
    number: int | None
    """The version's number within its key. None if the version is not of the key that the values
    are written with.
    """
    state: str
    """primary, active, disabled or destroyed; unknown if the version is not of that key."""
    values: int
    """The number of values."""


@dataclass(slots=True)
class ColumnReport:
    """The outcome for one column."""

    name: str
    """The column's name."""
    reencrypted: int = 0
    """Values rewritten. In a dry run: that would be."""
    reindexed: int = 0
    """Values that stayed, and whose blind index was written. In a dry run: that would be."""
    old_form: int = 0
    """Those of the rewritten values that were in another package's form, or plain. In a dry run:
    that would be.
    """
    current: int = 0
    """Values that were under the current key already when they were first seen."""
    null: int = 0
    """Values that are NULL."""
    failed: int = 0
    """Values that did not open."""
    failures: list[Failure] = field(default_factory=list)
    """The first of what failed: at most 1000."""
    versions: list[VersionCount] = field(default_factory=list)
    """The number of values under each version of the key, the current one first."""
    other: int = 0
    """Values that are not of the form that ``ironlatch.fields`` writes."""

    @property
    def old(self) -> int:
        """Values that are not under the current version."""
        return self.other + sum(version.values for version in self.versions[1:])

    def lines(self, mode: Mode) -> list[str]:
        """Returns the text for a person."""
        would = "would be " if mode is Mode.DRY_RUN else ""
        lines = [f"  {self.name}: {self.null:,} NULL"]
        if mode is not Mode.STATUS:
            lines[0] += f", {self.current:,} current already, {self.reencrypted:,} {would}re-encrypted"
            lines[0] += f" ({self.old_form:,} of another package's form, or plain)" if self.old_form else ""
            lines[0] += f", {self.reindexed:,} {would}indexed" if self.reindexed else ""
            lines[0] += f", {self.failed:,} failed"
        for failure in self.failures[:SHOWN]:
            lines.append(f"    {', '.join(str(_json(part)) for part in failure.key)}: {failure.reason}")
        if self.failed > SHOWN:
            lines.append(f"    … {self.failed - SHOWN:,} more")
        for version in self.versions:
            name = f"version {version.number}" if version.number is not None else "a version of another key"
            lines.append(f"    under {name} ({version.id}, {version.state}): {_count(version.values, 'value')}")
        if self.other:
            lines.append(f"    not of the form of ironlatch.fields: {_count(self.other, 'value')}")
        return lines


@dataclass(slots=True)
class Report:
    """The report of a rotation. ``str(report)`` tells a person, ``to_json()`` a program."""

    table: str
    """The table's name."""
    database: str
    """The database, as it names itself."""
    mode: Mode
    """The mode that was asked for."""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the rotation began."""
    seconds: float = 0.0
    """How long it took."""
    rounds: int = 0
    """How many times the table was gone through."""
    rows: int = 0
    """Rows of the table."""
    written: int = 0
    """Rows that were written."""
    changed: int = 0
    """The number of times a row was left for later, as somebody else changed it, removed it or had
    it locked meanwhile.
    """
    left: int = 0
    """Rows that are still to be done: locked all the time, or changed again and again."""
    finished: bool = False
    """Whether the table was gone through to its end."""
    columns: list[ColumnReport] = field(default_factory=list)
    """The outcome for each column."""

    @property
    def failed(self) -> int:
        """Values that did not open."""
        return sum(column.failed for column in self.columns)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do: every value is under the current key, and opened or was
        current already.
        """
        return (
            self.mode is Mode.ROTATE
            and self.finished
            and not self.failed
            and not self.left
            and not any(column.old for column in self.columns)
        )

    def to_json(self) -> str:
        """The report as one JSON object."""
        return json.dumps(
            {
                "table": self.table,
                "database": self.database,
                "mode": self.mode.value,
                "finished": self.finished,
                "complete": self.complete,
                "started": self.started.isoformat(timespec="seconds"),
                "seconds": round(self.seconds, 3),
                "rounds": self.rounds,
                "rows": self.rows,
                "written": self.written,
                "changed_meanwhile": self.changed,
                "left": self.left,
                "columns": [_column(column) for column in self.columns],
            }
        )

    def __str__(self) -> str:
        lines = [f"{self.table}, {self.database}: {self._summary()}"]
        if not self.finished:
            lines.append("  broken off before the end of the table")
        if self.changed:
            lines.append(
                f"  {self.changed:,} times a row was changed or locked by others meanwhile, and looked at again"
            )
        if self.left:
            lines.append(f"  {_count(self.left, 'row')} still to be done: others held or changed them all the time")
        for column in self.columns:
            lines += column.lines(self.mode)
        lines.append(f"  {self._advice()}")
        return "\n".join(lines)

    def _summary(self) -> str:
        rows = _count(self.rows, "row")
        match self.mode:
            case Mode.STATUS:
                return rows
            case Mode.DRY_RUN:
                return f"{rows} in {self.seconds:.1f} s, none written (dry run)"
            case Mode.ROTATE:
                return f"{rows}, {self.written:,} written in {self.seconds:.1f} s"

    def _advice(self) -> str:
        """Returns the next step."""
        old = any(column.old for column in self.columns)
        if not self.finished:
            return "nothing is lost: run it again to go on"
        if self.failed:
            return "find out about the failures before an old version of the key is destroyed"
        if self.mode is Mode.DRY_RUN and any(column.reencrypted or column.reindexed for column in self.columns):
            return "every value opens: run it without the dry run to write"
        if self.left and self.rounds == MOST_ROUNDS:
            return f"{STILL_WRITTEN}: reload the keyring in every process, then run it again"
        if old or self.left:
            return "old versions of the key are still needed: run the rotation"
        return "nothing is left under an old version: it can be disabled once no other table needs it"


def _column(column: ColumnReport) -> dict[str, Any]:
    return {
        "name": column.name,
        "reencrypted": column.reencrypted,
        "reindexed": column.reindexed,
        "old_form": column.old_form,
        "current": column.current,
        "null": column.null,
        "failed": column.failed,
        "failures": [
            {"key": [_json(part) for part in failure.key], "reason": failure.reason, "kind": failure.kind}
            for failure in column.failures
        ],
        "versions": [
            {"id": version.id, "number": version.number, "state": version.state, "values": version.values}
            for version in column.versions
        ],
        "other": column.other,
    }


def _json(part: object) -> object:
    if isinstance(part, bytes):
        return part.hex()
    return part if isinstance(part, (int, float, str, bool)) or part is None else str(part)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


_at_home("ironlatch.rotation", ColumnReport, Failure, Mode, Progress, Report, VersionCount)
