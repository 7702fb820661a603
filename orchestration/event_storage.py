"""Dagster's SQLite event log, fast enough for runs over many days.

Belongs here: writing the events of a range of days in one transaction, and keeping the connection open in between.
Does not belong here: what an event is. Another storage (PostgreSQL) is a matter of ``dagster.yaml``.

A run over 60 days records an event for each asset and day. Dagster's own class opens two connections and waits for the
disk twice for each of them: 26 CPU seconds and more than a minute for 60 days. One transaction for the days of an asset
costs a hundredth of that.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import DagsterEventType, EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

_KEPT_OPEN = 2  # the index and the run being written


class BatchedEventLogStorage(SqliteEventLogStorage):
    """The same files and tables as :class:`SqliteEventLogStorage`; ``base_dir`` is the Dagster home."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "BatchedEventLogStorage":
        return cls(str(Path(config_value["base_dir"]) / "history" / "runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        """One connection a shard, used by one thread at a time (the caller holds the lock)."""
        engine = self._engines.pop(shard, None)
        if engine is None or not Path(self.path_for_shard(shard)).exists():
            arguments = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            engine = create_engine(self.conn_string_for_shard(shard), poolclass=StaticPool, connect_args=arguments)
            event.listen(engine, "connect", _trust_the_log)
        self._engines[shard] = engine
        while len(self._engines) > _KEPT_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of one output, an event a day, in one transaction a file."""
        if not all(_is_materialization(each) for each in events):
            super().store_event_batch(events)
            return
        statements = [self.prepare_insert_event(each) for each in events]
        with self.run_connection(events[0].run_id) as connection:
            for statement in statements:
                connection.execute(statement)
        with self.index_transaction() as connection:
            ids = [(connection.execute(statement).inserted_primary_key or (0,))[0] for statement in statements]
            self._store_asset_event_tags(connection, events, ids)
            newest = {each.dagster_event.asset_key: (each, id_) for each, id_ in zip(events, ids, strict=True)}  # type: ignore[union-attr]
            for each, id_ in newest.values():
                self._store_asset_event(connection, each, id_)

    def dispose(self) -> None:
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _trust_the_log(connection: Any, _: Any) -> None:
    """Wait for the disk at checkpoints only: a power cut may lose the last events, never damage the file."""
    connection.execute("PRAGMA synchronous = NORMAL")


def _is_materialization(entry: EventLogEntry) -> bool:
    return entry.is_dagster_event and entry.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION
