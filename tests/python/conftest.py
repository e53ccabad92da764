"""Puts the drop-in on the path, as if it were installed: examples import `cryptography`. Provides
databases as a fixture.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from postgres import Database, Server
    from pyspark.sql import SparkSession

sys.path.append(str(Path(__file__).parents[2] / "dropin" / "src"))

# Who is started in the background ignores some signals, and so would the programs that tests start
# and then interrupt.
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running PostgreSQL, one for all tests that only need databases in it."""
    from postgres import Server

    server = Server()
    yield server
    server.remove()


@pytest.fixture
def database(postgres: Server) -> Iterator[Database]:
    """An empty PostgreSQL database."""
    with postgres.database() as database:
        yield database


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """Spark with two workers."""
    from spark import session

    started = session()
    yield started
    started.stop()
