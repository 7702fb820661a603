"""Notes: a text by name, such as how far somebody has read a list of a vendor.

Belongs here: reading and writing one. Does not belong here: what notes mean, anything personal.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.engine import reading, writing
from connectors.store.schema import as_utc, notes


class Notes:
    """The notes of one store; made by ``Store.notes``."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime]) -> None:
        self._engine, self._now = engine, now

    def read(self, name: str) -> str | None:
        """What was noted last; None: nothing."""
        with reading(self._engine) as connection:
            found: str | None = connection.execute(select(notes.c.value).where(notes.c.name == name)).scalar()
            return found

    def write(self, name: str, value: str) -> None:
        """Note a text in place of the one before."""
        values = {"name": name, "value": value, "noted_at": as_utc(self._now())}
        with writing(self._engine) as connection:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            added = dialect.insert(notes).values(**values)
            connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=values))
