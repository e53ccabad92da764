"""Databases by their URL, which holds no password: anyone on the machine can read the command
line.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

__all__ = ["UrlError", "connector"]

DEFAULTS = {
    # A server that has gone without a word is found out in time to try again.
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
SECRETS = {"password", "sslpassword"}


class UrlError(ValueError):
    """The URL is none, holds a password, or needs a driver that is not installed."""


def connector(url: str, folder: Path) -> Callable[[], Any]:
    """A function that connects to ``postgresql://…`` or ``sqlite:///path``; a path is seen from
    ``folder``.

    Raises UrlError.
    """
    if url.lower().startswith("sqlite:"):
        return _sqlite(url[len("sqlite:") :], folder)
    # What else it may be is for the driver alone to read: two readings of one URL could differ.
    if url.startswith(("postgresql://", "postgres://")) or ("=" in url and ":" not in url.partition("=")[0]):
        return _postgresql(url)
    raise UrlError("a database is postgresql://user@host/name or sqlite:///path")


def _sqlite(rest: str, folder: Path) -> Callable[[], Any]:
    """``rest`` is all of the URL that follows the scheme: nothing of it is left out, so that no
    other file is meant.
    """
    if not rest.startswith("///") or len(rest) == len("///"):
        raise UrlError("a database of SQLite is sqlite:///path, with three slashes: it has no host")
    if "?" in rest or "#" in rest:
        raise UrlError("the URL of a SQLite database takes no options: if ? or # is part of its name, write %3F or %23")
    name = unquote(rest[len("///") :], errors="surrogateescape")
    if "\0" in name:
        raise UrlError("the name of a SQLite database cannot hold %00")
    path = folder / name
    if not path.is_file():
        raise UrlError(f"there is no database {path}: sqlite:///name is in this folder, sqlite:////name is not")
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return lambda: sqlite3.connect(uri, uri=True)


def _postgresql(url: str) -> Callable[[], Any]:
    psycopg, parse = _driver()
    try:
        settings = parse(url)
    except psycopg.Error as error:
        # The message may quote the URL, with a password in it.
        raise UrlError("the database's URL is not one that PostgreSQL understands") from error.with_traceback(None)
    if SECRETS & settings.keys():
        raise UrlError(
            "the database's URL holds a password, which everybody on this machine can read: change it, and give the new"
            " one in ~/.pgpass, PGPASSFILE or PGPASSWORD"
        )
    settings = DEFAULTS | settings
    return lambda: psycopg.connect(**settings)


def _driver() -> tuple[Any, Callable[[str], dict[str, Any]]]:
    """psycopg 3 or else psycopg2, and how it reads a URL."""
    for name, parser in (("psycopg", "conninfo.conninfo_to_dict"), ("psycopg2", "extensions.parse_dsn")):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        inner, function = parser.split(".")
        return module, getattr(importlib.import_module(f"{name}.{inner}"), function)
    raise UrlError("PostgreSQL needs a driver: pip install 'psycopg[binary]'")
