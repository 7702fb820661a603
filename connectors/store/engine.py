"""Connections to the operational store: SQLite by default, PostgreSQL by URL.

Belongs here: everything that differs between the two engines beside the upsert statement (pragmas, transactions,
time-outs). Does not belong here: tables and what is done with them.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from connectors.store.errors import StoreUnreachable, bad_url, translated

_WRITES = "dangol_writes"
_PARAMETERS: Final = 10_000  # of one statement: SQLite takes 32,766, PostgreSQL 65,535
_Item = TypeVar("_Item")


def make_engine(url: str, *, timeout_s: float) -> Engine:
    """An engine for ``url``; connects to nothing yet.

    ``timeout_s``: how long to wait for another process's lock, and for a server to answer.
    Raises :class:`StoreUnreachable` when the URL names neither SQLite nor PostgreSQL.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            return _sqlite(parsed, timeout_s)
        if backend == "postgresql":
            return _postgresql(parsed, timeout_s)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise bad_url(error) from None
    raise StoreUnreachable(f"no operational store on {backend!r}: use sqlite or postgresql+psycopg in DANGOL_OPS_URL")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: one consistent view, waits for nobody."""
    with translated(engine.url), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of the block or nothing of it.

    On SQLite it takes the write lock at its start; taking it at the first write instead would fail at once, without
    waiting, when another process wrote in between.
    """
    with (
        translated(engine.url),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


def chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """``items``, as many at a time as one statement may ask for."""
    return (items[start : start + _PARAMETERS] for start in range(0, len(items), _PARAMETERS))


def _sqlite(url: URL, timeout_s: float) -> Engine:
    # hide_parameters: rows hold personal data and errors end up in logs
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": timeout_s})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for DDL and for reads
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # an erased row is overwritten, not only unlinked
        connection.execute("PRAGMA temp_store = MEMORY")  # no personal data in the system's temporary folder
        connection.execute("PRAGMA cache_size = -65536")  # 64 MiB: a million members meet their keys in no order
        _switch_to_wal(connection, timeout_s)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _switch_to_wal(connection: Any, timeout_s: float) -> None:
    """Readers and the writer work side by side in WAL mode. The switch itself, needed once in a file's life, does
    not wait for the busy time-out when two processes race for it, hence the loop."""
    until = time.monotonic() + timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _postgresql(url: URL, timeout_s: float) -> Engine:
    options = f"-c lock_timeout={int(timeout_s * 1000)} -c timezone=UTC"
    given = url.query.get("options", ())
    options = " ".join([given] if isinstance(given, str) else given) + f" {options}"
    return create_engine(
        url.difference_update_query(["options"]),
        hide_parameters=True,
        pool_pre_ping=True,  # a server restart must not fail the first statement after it
        connect_args={"options": options, "connect_timeout": max(2, int(timeout_s))},
    )


def compact(engine: Engine) -> None:
    """After a removal: make the file forget. SQLite's write-ahead log still holds the removed row, so it is folded
    into the file (where ``secure_delete`` overwrote the row) and emptied, as far as no reader is in the way.
    PostgreSQL forgets by its own vacuum."""
    if engine.dialect.name == "sqlite":
        with translated(engine.url), closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # not possible inside a transaction
