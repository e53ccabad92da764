"""PostgreSQL, by psycopg 3 or psycopg2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ironlatch.rotation._database import HEAD, Database, Fault, Page, Place, Prefixes, Write, plain, quote
from ironlatch.rotation._errors import RotationError, WrongTable

__all__ = ["PostgreSQL"]

LOCK_SPACE = int.from_bytes(b"Ilr1", "big") << 32
"""The upper half of the numbers of our advisory locks; the lower half is the table's own number."""

OLDEST = 120_000
"""The oldest server that is supported: its ``server_version_num``."""

FAMILY = (
    "WITH RECURSIVE family(oid) AS (SELECT %s::oid"
    " UNION SELECT i.inhrelid FROM pg_inherits i JOIN family f ON i.inhparent = f.oid) SELECT oid FROM family"
)
"""The oids of a table, of the tables that inherit it or are its partitions, and of theirs."""

LOST = {"57P01", "57P02", "57P03", "57P05", "25P03"}  # shut down, crashed, starting, idle for too long
BUSY = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
HINTS = {
    "22001": "the column is too short for the new values: ALTER TABLE … ALTER COLUMN … TYPE text",
    "25006": "this server or this user may only read: connect to the primary server, as a user who may write",
    "42501": "the user needs SELECT on the table and UPDATE on the columns, and must not be under row-level security",
    "57014": "a smaller batch takes less time, or a longer statement_timeout",
    "53100": "the server's disk is full: free some space",
}


class PostgreSQL(Database):
    name = "PostgreSQL"

    # What is known once the table was looked up.
    oid = 0
    table = ""
    types: dict[str, str]
    partitioned = False
    family: dict[int, tuple[str, str]]
    """The table and those that inherit it: their schema and name by their number."""

    def prepare(self, writing: bool) -> None:
        if type(self.connection).__module__.startswith("psycopg2"):
            import psycopg2.extras  # type: ignore[import-untyped, unused-ignore]

            psycopg2.extras.register_uuid(conn_or_curs=self.connection)
        # A statement is a transaction.
        self.connection.autocommit = True
        self._run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED")
        # Who alters the table must not wait behind us for long, nor who reads behind both.
        self._run("SET lock_timeout = '2s'")
        # Rows that are hidden from us would be left under the old key: let it be an error.
        self._run("SET row_security = off")
        self._run("SELECT set_config('application_name', 'ironlatch rotate', false)")
        self._check_server()
        self._look_up()
        self._look_up_family()
        # Of partitions the key is the whole table's.
        for oid in [self.oid] if self.partitioned else self.family:
            self._check_key(oid)
            if writing:
                self._check_rights(oid)

    def lock(self) -> str | None:
        if self._run("SELECT pg_try_advisory_lock(%s)", [LOCK_SPACE | self.oid])[0][0]:
            return None
        rows = self._run(
            "SELECT a.pid, a.client_addr::text, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ')"
            " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted"
            " AND l.classid::bigint = %s AND l.objid::bigint = %s AND l.objsubid = 1"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [LOCK_SPACE >> 32, self.oid],
        )
        if not rows:
            return "a connection that has just ended"
        pid, address, since = rows[0]
        return f"server process {pid}, connected from {address or 'this machine'} since {since or 'an unknown time'}"

    def unlock(self) -> None:
        self._run("SELECT pg_advisory_unlock(%s)", [LOCK_SPACE | self.oid])

    def estimate(self) -> int | None:
        counts = self._run(
            f"SELECT sum(c.reltuples)::bigint, bool_or(c.reltuples < 0), sum(pg_relation_size(c.oid))::bigint"
            f" FROM pg_class c WHERE c.relkind = 'r' AND c.oid IN ({FAMILY})",
            [self.oid],
        )
        estimate, unknown, size = counts[0]
        # Small ones are counted: a table that was filled just now has no statistics.
        if size is None or size < 256 << 20:
            return int(self._run(f"SELECT count(*) FROM {self.table}")[0][0])
        return None if unknown else int(estimate)

    def parts(self) -> list[str]:
        """The table with its partitions, among which the key is unique; or else itself and each
        table that inherits it.

        Uniqueness is not inherited: two of those may have a row of the same key.
        """
        self._look_up_family()
        if not self.partitioned and len(self.family) > 1:
            return [f"ONLY {escaped(*name)}" for name in self.family.values()]
        return [self.table]

    def page(self, part: str, after: tuple[Any, ...] | None, limit: int, prefixes: Sequence[Prefixes]) -> Page:
        layout = self.layout
        columns = [escaped(name) for name in (*layout.key, *layout.beside)]
        parameters: list[Any] = []
        for place, prefix in zip(layout.places, prefixes, strict=True):
            name = escaped(place.name)
            head = f"substring({name} from 1 for {HEAD})" if self._binary(place) else f"left({name}, {HEAD})"
            columns.append(head)
            if prefix is None:
                columns.append(name)
            else:
                starts = (prefix[0],) if self._binary(place) else prefix[1]
                begins = f"substring({name} from 1 for {len(starts[0])}) IN ({', '.join(['%s'] * len(starts))})"
                columns.append(f"CASE WHEN {begins} THEN NULL ELSE {name} END")
                parameters += starts
            columns += [escaped(index) for index in place.indexes]
        key = ", ".join(escaped(name) for name in layout.key)
        where = ""
        if after is not None:
            marks = ", ".join(f"%s::{self.types[name]}" for name in layout.key)
            where = f" WHERE ({key}) > ({marks})" if len(layout.key) > 1 else f" WHERE {key} > {marks}"
            parameters += after
        selected = ", ".join(columns)
        return self.split(
            self._run(f"SELECT {selected} FROM {part}{where} ORDER BY {key} LIMIT %s", [*parameters, limit])
        )

    def write(self, part: str, writes: Sequence[Write]) -> set[tuple[Any, ...]]:
        layout = self.layout
        # The columns to write: the key, and for each place the old value, the new one, its indexes.
        keys = [f"key_{number}" for number in range(len(layout.key))]
        names, types = list(keys), [self.types[name] for name in layout.key]
        arrays: list[list[Any]] = [list(column) for column in zip(*(write.key for write in writes), strict=True)]
        sets, unchanged = [], []
        for number, place in enumerate(layout.places):
            cells = [write.cells[number] for write in writes]
            names += [f"old_{number}", f"new_{number}"]
            types += [self.types[place.name]] * 2
            arrays += [[cell.old for cell in cells], [cell.new for cell in cells]]
            column = escaped(place.name)
            sets.append(f"{column} = coalesce(chosen.new_{number}, this.{column})")
            unchanged.append(f"({{0}}.old_{number} IS NULL OR this.{column} = {{0}}.old_{number})")
            for position, index in enumerate(place.indexes):
                names.append(f"index_{number}_{position}")
                types.append(self.types[index])
                arrays.append([cell.tokens[position] for cell in cells])
                sets.append(f"{escaped(index)} = coalesce(chosen.{names[-1]}, this.{escaped(index)})")
        same_row = " AND ".join(
            f"this.{escaped(name)} = {{0}}.{key}" for name, key in zip(layout.key, keys, strict=True)
        )
        same = f"{same_row} AND {' AND '.join(unchanged)}"
        marks = ", ".join(f"%s::{kind}[]" for kind in types)
        order = ", ".join(f"wanted.{key}" for key in keys)
        # The keys are neighbours. Said once more, so that no plan goes through the whole table.
        key = ", ".join(f"this.{escaped(name)}" for name in layout.key)
        bound = ", ".join(f"%s::{self.types[name]}" for name in layout.key)
        near = (
            f"ROW({key}) BETWEEN ROW({bound}) AND ROW({bound})"
            if len(keys) > 1
            else f"{key} BETWEEN {bound} AND {bound}"
        )
        bounds = [*writes[0].key, *writes[-1].key]
        # Rows that others have locked are skipped: a session that never waits holds no lock for
        # long.
        written = self._run(
            f"WITH wanted AS (SELECT * FROM unnest({marks}) AS wanted({', '.join(names)})),"
            f" chosen AS (SELECT wanted.* FROM wanted JOIN {part} AS this ON {near} AND {same.format('wanted')}"
            f" ORDER BY {order} FOR NO KEY UPDATE OF this SKIP LOCKED)"
            f" UPDATE {part} AS this SET {', '.join(sets)} FROM chosen WHERE {near} AND {same.format('chosen')}"
            f" RETURNING {', '.join(f'this.{escaped(name)}' for name in layout.key)}",
            [*arrays, *bounds, *bounds],
        )
        return set(written)

    def fault(self, error: Exception) -> Fault:
        state = sqlstate(error)
        if state in BUSY:
            return Fault.BUSY
        if self.connection.closed or state.startswith("08") or state in LOST:
            return Fault.LOST
        return Fault.CONSTRAINT if state.startswith("23") else Fault.OTHER

    def explain(self, error: Exception) -> str:
        # The detail that may follow quotes the row.
        diagnosis = getattr(error, "diag", None)
        words = (diagnosis and diagnosis.message_primary) or str(error).strip().partition("\n")[0]
        hint = HINTS.get(sqlstate(error))
        return f"{words} ({hint})" if hint else words

    def token_form(self, column: str) -> str:
        return {"bytea": "bytes", "bigint": "int"}.get(self.types[column], "text")

    def _binary(self, place: Place) -> bool:
        return self.types[place.name] == "bytea"

    def _look_up(self) -> None:
        """Finds the table and the types of its columns."""
        layout = self.layout
        self.table = escaped(*layout.table)
        found = self._run("SELECT to_regclass(%s)::oid::bigint", [quote(*layout.table)])[0][0]
        shown = ".".join(layout.table)
        if found is None:
            database, path = self._run("SELECT current_database(), current_setting('search_path')")[0]
            raise WrongTable(f"there is no table {shown} in the database {database}, schemas {path}")
        self.oid = found
        kind = self._run("SELECT relkind::text FROM pg_class WHERE oid = %s", [found])[0][0]
        if kind not in ("r", "p"):
            raise WrongTable(f"{shown} is no table: give the table itself, not a view of it")
        self.partitioned = kind == "p"
        columns = self._run(
            "SELECT attname::text, format_type(atttypid, -1) FROM pg_attribute"
            " WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [found],
        )
        self.types = dict(columns)
        wanted = [*layout.key, *layout.beside]
        for place in layout.places:
            wanted += [place.name, *place.indexes]
        for name in wanted:
            if name not in self.types:
                raise WrongTable(f"{shown} has no column {name}: it has {', '.join(self.types)}")
        for place in layout.places:
            kind = self.types[place.name]
            if kind not in ("bytea", "text", "character varying"):
                raise WrongTable(f"the column {place.name} is of type {kind}: encrypted values are in bytea or text")

    def _look_up_family(self) -> None:
        """Finds the tables that inherit this one, or are its partitions, and theirs."""
        rows = self._run(
            f"SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text FROM pg_class c"
            f" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN ({FAMILY}) ORDER BY c.oid",
            [self.oid],
        )
        for _, schema, name, kind in rows:
            if kind == "f":
                raise WrongTable(
                    f"{schema}.{name}, a part of {'.'.join(self.layout.table)}, is a foreign table:"
                    " detach it, and rotate it on its own server"
                )
        self.family = {oid: (schema, name) for oid, schema, name, _ in rows}

    def _check_server(self) -> None:
        """Others speak the same protocol, and do other things with locks."""
        words = self._run("SELECT version()")[0][0]
        if not words.startswith("PostgreSQL ") or any(other in words for other in ("Redshift", "-YB-", "Greenplum")):
            raise RotationError(
                f"this server is no PostgreSQL, with whose locks a rotation works: {words.partition(',')[0]}"
            )
        number = int(self._run("SELECT current_setting('server_version_num')")[0][0])
        if number < OLDEST:
            raise RotationError(f"a rotation needs PostgreSQL {OLDEST // 10_000} or newer: {words.partition(',')[0]}")

    def _check_key(self, oid: int) -> None:
        """A page follows another by the key, which has to be unique for that, and never NULL."""
        indexes = self._run(
            "SELECT array_agg(a.attname::text), bool_and(a.attnotnull) FROM pg_index i"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid"
            " AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1])"
            " WHERE i.indrelid = %s AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL"
            " GROUP BY i.indexrelid",
            [oid],
        )
        if not any(set(names) <= set(self.layout.key) and never_null for names, never_null in indexes):
            # Of tables that inherit another the constraint is their own.
            shown = ".".join(self.layout.table if oid == self.oid else self.family[oid])
            raise WrongTable(
                f"the key ({', '.join(self.layout.key)}) of {shown} is not unique and NOT NULL: give the primary key"
                + ("" if oid == self.oid else ", which each table that inherits another needs for itself")
            )

    def _check_rights(self, oid: int) -> None:
        recovering = "pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'"
        if self._run(f"SELECT {recovering}")[0][0]:
            raise WrongTable(f"the database can only be read: {HINTS['25006']}")
        for place in self.layout.places:
            for name in (place.name, *place.indexes):
                if not self._run("SELECT has_column_privilege(%s::oid, %s, 'UPDATE')", [oid, name])[0][0]:
                    raise WrongTable(f"this user of the database may not UPDATE {name}: {HINTS['42501']}")

    def _run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(statement, parameters)
        return [tuple(map(plain, row)) for row in cursor.fetchall()] if cursor.description else []


def escaped(*names: str) -> str:
    """Names in a statement that has marks for parameters, where a percent sign is written twice."""
    return quote(*names).replace("%", "%%")


def sqlstate(error: Exception) -> str:
    """The five characters by which PostgreSQL names an error, empty if there are none."""
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
