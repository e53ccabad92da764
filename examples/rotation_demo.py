"""Rotates 300,000 rows in PostgreSQL while others read and write them: `make rotation-demo`.

Readers and writers are processes of their own, as the servers of a service are. Each has opened the
keyring's file. The rotation follows docs/rotation.md: the new version of the key is published, then
made the primary one, then the table is rotated. Each read is checked, and so is each row at the
end: it must hold what its writer wrote last.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
from ironlatch.fields import BlindIndex, FieldCipher
from ironlatch.keyring import Keyring
from ironlatch.rotation import Column, Progress, rotate_table

sys.path.append(str(Path(__file__).parents[1] / "tests" / "python"))
from postgres import Server

PASSPHRASE = b"a passphrase of this demonstration alone"
PHASES = ["before", "while it is rotated", "after"]


@dataclass
class Columns:
    """The encrypted column and its index, as each process has them."""

    ring: Keyring
    rows: int
    cipher: FieldCipher = field(init=False)
    index: BlindIndex = field(init=False)

    def __post_init__(self) -> None:
        key = self.ring["customers"]
        self.cipher = FieldCipher(key, table="recovery_code", column="code", type=str)
        self.index = BlindIndex(key, table="recovery_code", column="code", type=str, rows=self.rows)


@dataclass
class Counts:
    """The work of a process in a phase."""

    reads: list[float] = field(default_factory=list)
    """Seconds that each took."""
    look_ups: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--rate", type=int, default=200, help="operations a second of each reader and writer")
    parser.add_argument("--seconds", type=float, default=10, help="how long to measure before and after")
    options = parser.parse_args()
    server = Server({"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"})
    try:
        with tempfile.TemporaryDirectory() as folder, server.database() as database:
            run(database.conninfo, Path(folder) / "app.keyring", options)
    finally:
        server.remove()


def run(conninfo: str, keyring: Path, options: argparse.Namespace) -> None:
    ring = Keyring.create(keyring, passphrase=PASSPHRASE)
    ring.create_key("customers")
    columns = Columns(ring, options.rows)
    seconds = fill(conninfo, columns)
    print(f"{options.rows:,} rows with a code and its blind index: made and stored in {seconds:.1f} s")

    jobs: list[tuple[Callable[..., None], int]] = [
        (read_all_the_time, 1),
        (read_all_the_time, 2),
        (write_all_the_time, 0),
        (write_all_the_time, 1),
    ]
    servers = [start(job, conninfo, keyring, options, number) for job, number in jobs]

    def tell(word: str) -> list[Any]:
        for pipe, _ in servers:
            pipe.send(word)
        return [pipe.recv() for pipe, _ in servers]

    phases: list[list[Counts]] = []
    tell("go")
    time.sleep(options.seconds)
    phases.append(tell("count"))

    began = time.monotonic()
    version = ring.add_version("customers")
    tell("reload")
    ring.promote("customers", version)
    tell("reload")
    report = rotate_table(
        lambda: psycopg.connect(conninfo),
        table="recovery_code",
        columns=[Column("code", columns.cipher, indexes={"code_index": columns.index})],
        batch=options.batch,
        pause=options.pause,
        progress=bar if sys.stderr.isatty() else None,
    )
    lasted = time.monotonic() - began
    phases.append(tell("count"))
    time.sleep(options.seconds)
    phases.append(tell("count"))
    written: dict[int, str] = {}
    for values in tell("stop"):
        written |= values
    for _, process in servers:
        process.join()

    print(f"\n{report}\n")
    show("reads", phases, lambda counts: counts.reads)
    show("look-ups by blind index", phases, lambda counts: counts.look_ups)
    show("writes", phases, lambda counts: counts.writes)
    failures = [failure for counts in phases for count in counts for failure in count.failures]
    lost = check(conninfo, columns, written)
    print(f"\nrotated in {lasted:.1f} s, {report.written / lasted:,.0f} rows a second")
    print(f"failed reads and writes: {len(failures)}{''.join(f'{chr(10)}  {failure}' for failure in failures[:5])}")
    print(f"lost writes: {lost} of {sum(len(count.writes) for counts in phases for count in counts):,}")
    if failures or lost or not report.complete:
        sys.exit(1)


def value_of(row: int, number: int) -> str:
    """The code in a row: it tells how often it was written."""
    return f"{row:07}-{row * 7919 % 10_000:04}-{number}"


def fill(conninfo: str, columns: Columns) -> float:
    began = time.monotonic()
    rows = range(1, columns.rows + 1)
    values = [value_of(row, 0) for row in rows]
    stored = columns.cipher.encrypt_many(values, rows)
    tokens = columns.index.tokens_many(values, beside=stored)
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "CREATE TABLE recovery_code (id bigint PRIMARY KEY, code bytea NOT NULL, code_index bytea NOT NULL)"
        )
        with connection.cursor().copy("COPY recovery_code FROM STDIN") as copy:
            for row in zip(rows, stored, tokens, strict=True):
                copy.write_row(row)
        connection.execute("CREATE INDEX ON recovery_code (code_index)")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE recovery_code")
        connection.execute("CHECKPOINT")
    return time.monotonic() - began


def start(
    job: Callable[..., None], conninfo: str, keyring: Path, options: argparse.Namespace, number: int
) -> tuple[Connection, Any]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=job, args=(there, conninfo, keyring, options.rows, options.rate, number), daemon=True
    )
    process.start()
    return here, process


def read_all_the_time(pipe: Connection, conninfo: str, keyring: Path, rows: int, rate: int, number: int) -> None:
    """Reads rows, and looks codes up, each as often. What a row holds may only become newer."""
    chance = random.Random(number)
    newest: dict[int, int] = {}

    def read(connection: Any, columns: Columns, counts: Counts) -> None:
        row = chance.randint(1, rows)
        began = time.monotonic()
        (stored,) = connection.execute("SELECT code FROM recovery_code WHERE id = %s", [row]).fetchone()
        value = columns.cipher.decrypt(stored, row)
        counts.reads.append(time.monotonic() - began)
        count = int(value.rpartition("-")[2])
        if value != value_of(row, count) or count < newest.get(row, 0):
            counts.failures.append(f"row {row} holds {value}, after {newest.get(row)}")
        newest[row] = count
        # The value may be rewritten between the two statements; then the row holds a newer one.
        began = time.monotonic()
        found = connection.execute(
            "SELECT id FROM recovery_code WHERE code_index = ANY(%s)", [columns.index.tokens(value)]
        ).fetchall()
        counts.look_ups.append(time.monotonic() - began)
        if (row,) not in found:
            (stored,) = connection.execute("SELECT code FROM recovery_code WHERE id = %s", [row]).fetchone()
            if columns.cipher.decrypt(stored, row) == value:
                counts.failures.append(f"row {row} is not found by its index")

    work(pipe, conninfo, keyring, rows, rate, read, dict)


def write_all_the_time(pipe: Connection, conninfo: str, keyring: Path, rows: int, rate: int, number: int) -> None:
    """Writes rows: every second one is this writer's, so that it knows what each holds."""
    chance = random.Random(number + 10)
    written: dict[int, int] = {}

    def write(connection: Any, columns: Columns, counts: Counts) -> None:
        row = chance.randint(1, rows // 2) * 2 - number
        count = written.get(row, 0) + 1
        value = value_of(row, count)
        began = time.monotonic()
        stored = columns.cipher.encrypt(value, row)
        token = columns.index.token(value, beside=stored)
        changed = connection.execute(
            "UPDATE recovery_code SET code = %s, code_index = %s WHERE id = %s", [stored, token, row]
        )
        counts.writes.append(time.monotonic() - began)
        written[row] = count
        if changed.rowcount != 1:
            counts.failures.append(f"row {row} was not written")

    work(
        pipe,
        conninfo,
        keyring,
        rows,
        rate,
        write,
        lambda: {row: value_of(row, count) for row, count in written.items()},
    )


def work(
    pipe: Connection,
    conninfo: str,
    keyring: Path,
    rows: int,
    rate: int,
    operation: Callable[[Any, Columns, Counts], None],
    result: Callable[[], dict[int, str]],
) -> None:
    """Repeats an operation until it is told to stop."""
    columns = Columns(Keyring.open(keyring, passphrase=PASSPHRASE), rows)
    connection = psycopg.connect(conninfo, autocommit=True)
    assert pipe.recv() == "go"
    pipe.send(None)
    counts = Counts()
    due = time.monotonic()
    while True:
        while pipe.poll():
            match pipe.recv():
                case "reload":
                    columns.ring.reload()
                    pipe.send(None)
                case "count":
                    pipe.send(counts)
                    counts = Counts()
                case "stop":
                    pipe.send(result())
                    return
        try:
            operation(connection, columns, counts)
        except Exception as error:
            counts.failures.append(f"{type(error).__name__}: {error}")
        # Not sooner than due, and without catching up on what could not be done in time.
        due = max(due + 1 / rate, time.monotonic() - 0.1)
        time.sleep(max(0.0, due - time.monotonic()))


def check(conninfo: str, columns: Columns, written: dict[int, str]) -> int:
    """How many rows do not hold what was written to them last, or are not indexed so."""
    with psycopg.connect(conninfo) as connection:
        table = connection.execute("SELECT id, code, code_index FROM recovery_code ORDER BY id").fetchall()
    rows = [row for row, _, _ in table]
    values = columns.cipher.decrypt_many([stored for _, stored, _ in table], rows)
    tokens = columns.index.tokens_many(values)
    assert rows == list(range(1, columns.rows + 1))
    return sum(
        value != written.get(row, value_of(row, 0)) or token != kept
        for (row, _, kept), value, token in zip(table, values, tokens, strict=True)
    )


def show(name: str, phases: list[list[Counts]], of: Callable[[Counts], list[float]]) -> None:
    for phase, counts in zip(PHASES, phases, strict=True):
        times = sorted(seconds for count in counts for seconds in of(count))
        middle, high = times[len(times) // 2], times[len(times) * 99 // 100]
        print(
            f"{name:>24} {phase:>20}: {len(times):>7,}, p50 {middle * 1000:6.2f} ms,"
            f" p99 {high * 1000:6.2f} ms, longest {times[-1] * 1000:6.1f} ms"
        )


def bar(progress: Progress) -> None:
    left = f", {progress.left:.0f} s left" if progress.left is not None else ""
    print(
        f"\r  round {progress.round}: {progress.done:,} of {progress.total or 0:,},"
        f" {progress.rate:,.0f} rows a second{left}   ",
        end="",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
