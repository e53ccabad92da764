"""Python's side of ``ironlatch rotate``: the command itself is Rust, see
``crates/cli/src/rotate.rs``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ironlatch.keyring import Keyring, KeyringError, KeyringFile
from ironlatch.rotation._errors import RotationError, RotationStopped, WrongTable
from ironlatch.rotation._plan import Plan, PlanError
from ironlatch.rotation._report import MOST_ROUNDS, STILL_WRITTEN, Progress, Report
from ironlatch.rotation._table import rotate_table, table_status
from ironlatch.rotation._urls import UrlError, connector
from ironlatch.secrets import SecretBytes

__all__ = ["run"]

DONE, FAILURE, USAGE, NOT_VERIFIED, INTERRUPTED = 0, 1, 2, 3, 130

Trouble = tuple[str, str | None]
"""Describes the fault, and a remedy."""


def run(
    *,
    plan: Path,
    database: str | None,
    keyring: Path | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    iterations: int,
    lanes: int,
    memory_cost: int,
    provider_key: Path | None,
    provider: str | None,
    under: Path | None,
    under_key: str | None,
    status: bool,
    json: bool,
    show: Callable[[int, int, int | None], None],
    **options: Any,
) -> tuple[str, Trouble | None, int]:
    """Does what the command line says. Gives what is to be printed, what went wrong, and the exit
    code.
    """

    def progress(at: Progress) -> None:
        show(at.round, at.done, at.total)

    with _interruptible():
        report: Report | None = None
        try:
            read = Plan.read(plan)
            connect = _connect(read, database)
            ring_file = keyring or read.keyring
            if ring_file is None:
                raise PlanError(f"neither {plan} nor --keyring says which keyring it is")
            if passphrase_fd is not None:
                passphrase_file = Path(f"/dev/fd/{passphrase_fd}")
            ways = {"passphrase_file": passphrase_file, "provider_key": provider_key, "provider": provider}
            cost: dict[str, Any] = {"iterations": iterations, "lanes": lanes, "memory_kib": memory_cost}
            columns = read.make_columns(_open(ring_file, under, under_key, ways, cost))
            common: dict[str, Any] = {"table": read.table, "key": read.key, "columns": columns, "progress": progress}
            if status:
                report = table_status(connect, patience=options["patience"], **common)
            else:
                report = rotate_table(connect, **options, **common)
            trouble, code = _judge(report)
        except RotationError as error:
            report = error.report
            trouble, code = (str(error), None), _exit_code(error)
        except (PlanError, UrlError) as error:
            trouble, code = (str(error), None), USAGE
        except OSError as error:
            trouble, code = (f"cannot read {error.filename}: {error.strerror}", None), FAILURE
        except KeyringError as error:
            trouble, code = (str(error), None), FAILURE
        except KeyboardInterrupt:
            trouble, code = ("interrupted: nothing is lost, running it again goes on", None), INTERRUPTED
    return "" if report is None else f"{report.to_json() if json else report}\n", trouble, code


def _judge(report: Report) -> tuple[Trouble | None, int]:
    """Describes a rotation that came to its end."""
    if report.failed:
        values = "value does" if report.failed == 1 else "values do"
        hint = "find out who changed them, or which keyring they are of; a backup may have what they were"
        return (f"{report.failed:,} {values} not open, and stayed as they were", hint), NOT_VERIFIED
    if report.left:
        rows = "row is" if report.left == 1 else "rows are"
        if report.rounds == MOST_ROUNDS:
            why, hint = f": {STILL_WRITTEN}", "reload the keyring in every process, then run it again"
        else:
            why, hint = "", "run it again"
        return (f"{report.left:,} {rows} still to be done{why}", hint), FAILURE
    return None, DONE


def _exit_code(error: RotationError) -> int:
    if isinstance(error, RotationStopped):
        return NOT_VERIFIED
    return USAGE if isinstance(error, WrongTable) else FAILURE


def _connect(plan: Plan, database: str | None) -> Callable[[], Any]:
    """A function that connects, as has been tried."""
    if database is not None:
        connect = connector(database, Path())
    elif plan.database is not None:
        connect = connector(plan.database, plan.path.parent)
    else:
        raise PlanError(f"neither {plan.path} nor --database says which database it is")
    try:
        connect().close()
    except Exception as error:  # The drivers have no class in common.
        words = str(error).strip().partition("\n")[0]
        raise RotationError(f"cannot connect to the database: {words}") from None
    return connect


def _open(file: Path, under: Path | None, under_key: str | None, ways: dict[str, Any], cost: dict[str, Any]) -> Keyring:
    """The keyring in ``file``. If none of ``ways`` to open it is given, asks for its passphrase."""
    outermost = under or file
    if not any(ways.values()):
        passphrase = SecretBytes.from_prompt(f"Passphrase of {outermost}: ")
        ring = Keyring.open(outermost, passphrase=passphrase, **cost)
        return ring if under_key is None else Keyring.open(file, keyring_key=ring[under_key])
    try:
        where = KeyringFile(outermost, **ways, **cost)
    except ValueError as error:
        raise PlanError(str(error)) from None
    if under is not None:
        where = KeyringFile(file, under=where, under_key=under_key)
    with _current_directory_is_a_place_of_modules():
        return where.open()


@contextlib.contextmanager
def _current_directory_is_a_place_of_modules() -> Iterator[None]:
    """Adds the folder as ``python -m`` does, but as the last one, so that no file that lies around
    is taken for an installed module.

    The console script's own first place is the folder of scripts. Who runs Python with -P has
    decided against it.
    """
    place = os.getcwd()
    if sys.flags.safe_path or place in sys.path:
        yield
        return
    sys.path.append(place)
    try:
        yield
    finally:
        sys.path.remove(place)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, which the command otherwise leaves to the system."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
