"""The operational store: members' personal data, which no other place holds, and what the marketer defined.

Belongs here: opening it and the operations other parts call, each one transaction.
Does not belong here: SQL (one module per aggregate: ``members``, ``erasures``, ``documents``), engine details
(``engine``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import pyarrow as pa
from sqlalchemy import Engine

from connectors.home.member_key import member_key
from connectors.store import erasures, members, schema
from connectors.store.documents import Documents
from connectors.store.engine import compact, make_engine, reading, writing
from connectors.store.erasures import Erasure
from connectors.store.errors import translated
from connectors.store.members import Member
from connectors.store.migrate import migrate
from connectors.store.upsert import UpsertResult

Clock = Callable[[], dt.datetime]


class Store:
    """One shop's operational store. Make it with :meth:`open`, close it with :meth:`close` or ``with``.

    Usable from several threads; not across a fork (open it in the child). Every method raises
    :class:`connectors.store.errors.StoreError` or one of its kinds.
    """

    def __init__(self, engine: Engine, secret: str, now: Clock) -> None:
        self._engine = engine
        self._secret = secret
        self._now = now

    @classmethod
    def open(cls, url: str, *, secret: str, now: Clock, timeout_s: float = 30.0) -> Self:
        """Open the store at ``url`` (``home.ops_url``), creating its tables or bringing them up to date.

        ``secret``: the home's member key secret (``connectors.home.member_key.read_secret``). ``now``: the clock, UTC.
        ``timeout_s``: how long to wait for another process's lock, and for a server to answer.
        """
        engine = make_engine(url, timeout_s=timeout_s)
        try:
            with translated(engine.url, opening=True):
                engine.connect().close()
            with translated(engine.url):
                migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, secret, now)

    def close(self) -> None:
        """Give the connections back. The store can not be used after that."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def upsert_members(self, table: pa.Table) -> UpsertResult:
        """Insert or update members by ``member_id``; all of the table or nothing of it.

        ``table``: column ``member_id`` and any of ``connectors.store.members.COLUMNS`` (``custom`` as the text of a
        JSON object, replaced as a whole; ``joined_at`` as a timestamp, UTC where it has no zone). A column that is
        absent is left alone, and so is a value that is null: null says "unknown", not "forget it". To take a value
        back write an empty text, 0 or false. Storing the same table again changes nothing.
        Raises :class:`connectors.store.errors.InvalidMembers`, which names the offending rows.
        """
        rows = members.rows_of(table)
        with writing(self._engine) as connection:
            return members.upsert_members(connection, rows, self._secret, self._now())

    def get(self, member_id: str) -> Member | None:
        """The member with the shop's id ``member_id``, None when the store does not know one."""
        with reading(self._engine) as connection:
            return members.find(connection, "member_id", member_id)

    def by_key(self, key: str) -> Member | None:
        """The member behind a pseudonym, None when the store does not know one."""
        with reading(self._engine) as connection:
            return members.find(connection, "member_key", key)

    def count(self) -> int:
        """How many members are stored."""
        with reading(self._engine) as connection:
            return members.count(connection)

    def key_of(self, member_id: str) -> str:
        """The pseudonym of an id under this store's secret, whether the member is stored or not."""
        return member_key(member_id, self._secret)

    def delete(self, member_id: str) -> int:
        """Remove one member from the store alone; returns the rows removed (0 or 1).

        To erase a person from the whole home use ``connectors.erasure.erase.erase_member``.
        """
        with writing(self._engine) as connection:
            removed = members.remove(connection, "member_id", member_id)
        compact(self._engine)
        return removed

    def record_erasure(self, key: str, counts: Mapping[str, int]) -> Erasure:
        """The last step of an erasure, one transaction: remove the member's row if it is still there and write the
        trail, with the rows removed here under ``store`` beside the ``counts`` of the other places."""
        with writing(self._engine) as connection:
            removed = members.remove(connection, "member_key", key)
            erasure = Erasure(key, self._now(), {**counts, "store": removed})
            erasures.add(connection, erasure)
        compact(self._engine)
        return erasure

    def erasures_of(self, key: str) -> tuple[Erasure, ...]:
        """The trail of one pseudonym, oldest first."""
        with reading(self._engine) as connection:
            return erasures.of_key(connection, key)

    def erased(self) -> dict[str, dt.datetime]:
        """Pseudonyms of everybody ever erased, and when last (aware UTC)."""
        with reading(self._engine) as connection:
            return erasures.latest(connection)

    @property
    def recommend_rules(self) -> Documents:
        """The marketer's rules of recommendations."""
        return Documents(self._engine, schema.recommend_rules, self._now)

    @property
    def recommend_models(self) -> Documents:
        """The marketer's recommendation models."""
        return Documents(self._engine, schema.recommend_models, self._now)
