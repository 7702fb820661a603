"""The marketer's documents (rules, models, segments), every version of them.

Belongs here: storing documents by id, telling what is in force and what was. Does not belong here: what a document says
(checked before it comes here), the tables (``schema``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from connectors.store.engine import reading, writing
from connectors.store.schema import as_utc


@dataclass(frozen=True)
class Version:
    """One version of a document; ``document`` None: it was removed. ``applied_at`` is aware UTC."""

    id: str
    version: int
    document: dict[str, Any] | None
    is_on: bool
    applied_at: dt.datetime


@dataclass(frozen=True)
class Applied:
    """Ids that one call added (or brought back), changed, or found as they were; each sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


class Documents:
    """The documents of one table; made by ``Store.recommend_rules`` and its like."""

    def __init__(self, engine: Engine, table: Table, now: Callable[[], dt.datetime]) -> None:
        self._engine, self._table, self._now = engine, table, now

    def apply(self, documents: Sequence[Mapping[str, Any]]) -> Applied:
        """Put ``documents`` in force, all of them or, when one fails, none.

        A document is JSON with its ``id``, and ``on`` (without it: true). One that is in force already, in whatever
        order its keys are, changes nothing; any other becomes a new version. Raises ValueError for an id twice.
        """
        by_id = {str(document["id"]): dict(document) for document in documents}
        if len(by_id) != len(documents):
            raise ValueError("two documents with the same id in one call")
        added: list[str] = []
        changed: list[str] = []
        unchanged: list[str] = []
        with writing(self._engine) as connection:
            self._lock(connection)
            newest = self._newest(connection)
            for name, document in sorted(by_id.items()):
                known = newest.get(name)
                if known is not None and known.document == document:
                    unchanged.append(name)
                    continue
                (changed if known and known.document is not None else added).append(name)
                self._add(connection, name, known, document)
        return Applied(tuple(added), tuple(changed), tuple(unchanged))

    def remove(self, name: str) -> bool:
        """Take a document out of force, keeping its history. Returns False where none was in force."""
        with writing(self._engine) as connection:
            self._lock(connection)
            known = self._newest(connection).get(name)
            if known is None or known.document is None:
                return False
            self._add(connection, name, known, None)
        return True

    def current(self) -> tuple[Version, ...]:
        """Documents in force, by id."""
        with reading(self._engine) as connection:
            return tuple(one for one in self._newest(connection).values() if one.document is not None)

    def history(self, name: str) -> tuple[Version, ...]:
        """All versions of one id, oldest first; none for an id that never was."""
        table = self._table
        with reading(self._engine) as connection:
            rows = connection.execute(select(table).where(table.c.id == name).order_by(table.c.version))
            return tuple(Version(**row) for row in rows.mappings())

    def _lock(self, connection: Connection) -> None:
        """One writer at a time, so that versions have no gaps (SQLite's transactions of writers wait by themselves)."""
        if connection.dialect.name == "postgresql":
            name = connection.dialect.identifier_preparer.format_table(self._table)
            connection.execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))

    def _newest(self, connection: Connection) -> dict[str, Version]:
        table = self._table
        newest = select(table.c.id, func.max(table.c.version).label("version")).group_by(table.c.id).subquery()
        same = (table.c.id == newest.c.id) & (table.c.version == newest.c.version)
        rows = connection.execute(select(table).join(newest, same))
        return {row["id"]: Version(**row) for row in sorted(rows.mappings(), key=lambda row: str(row["id"]))}

    def _add(self, connection: Connection, name: str, known: Version | None, document: dict[str, Any] | None) -> None:
        connection.execute(
            insert(self._table).values(
                id=name,
                version=known.version + 1 if known else 1,
                document=document,
                is_on=document is not None and bool(document.get("on", True)),
                applied_at=as_utc(self._now()),
            )
        )
