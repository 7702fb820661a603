"""Facts about customers as they are now, and what may be asked of them: sizes and members of segments.

Belongs here: which day is today, what the shop's documents may name, asking. Does not belong here: what conditions mean
(``models.segments``), opening files (``connectors.published.audience``), the daily run (``run``).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from assets.segments.tables import MEMBER_ROWS, MEMBERS
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.members.index import open_member_facts
from connectors.published.audience import Audience
from connectors.published.errors import PublishError
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.segments.as_of import AsOf, as_of
from models.segments.context import CUSTOM_PREFIX, Context, FieldType
from models.segments.document import Segment
from models.segments.sql.compile import compile_count, compile_members
from models.segments.sql.query import Compiled

_FIELD_TYPES: Final[Mapping[str, FieldType]] = {"VARCHAR": "text", "DOUBLE": "number", "BOOLEAN": "boolean"}


@dataclass(frozen=True)
class Facts:
    """What segments are answered from. ``as_of``: which day is today, and why."""

    audience: Audience
    context: Context
    as_of: AsOf

    def count(self, segment: Segment) -> int:
        """How many customers are in a segment. Raises ``DocumentError`` for what it names and nobody knows."""
        return int(self.ask(compile_count(segment, self.context)).item())

    def members(self, segment: Segment) -> pl.DataFrame:
        """(customer_key, customer_id) of a segment, by key. Raises ``DocumentError``."""
        return self.ask(compile_members(segment, self.context))

    def beside(self, context: Context) -> "Facts":
        """The same facts beside other segments."""
        return Facts(self.audience, context, self.as_of)

    @cached_property
    def customers(self) -> int:
        """How many customers there are in all."""
        return int(self.audience.ask("select count(*) from customers", {}, {"customers": None}).item())

    def ask(self, question: Compiled) -> pl.DataFrame:
        """The answer to a question that was made beside :attr:`context`."""
        days = {
            table: None if span is None else (span.first or dt.date.min, span.last)
            for table, span in question.tables.items()
        }
        return self.audience.ask(question.sql, question.parameters, days)


@contextmanager
def open_facts(
    home: Home,
    settings: Settings,
    store: Store,
    published: PublishedTables,
    today: dt.date,
    found: pl.DataFrame | None = None,
) -> Iterator[Facts]:
    """The facts of ``home``. ``today``: the shop's business day by the clock; ``found``: members of segments that are
    found by themselves (:data:`MEMBER_ROWS`), without it those that were published last.

    Raises :class:`PublishError` while nothing was published.
    """
    day = as_of(today, newest_day(published), settings.segments.stale_after_days)
    index = open_member_facts(home, store)
    given = {} if found is None else {MEMBERS: found}
    if found is None and published.current(MEMBERS) is None:
        given = {MEMBERS: pl.DataFrame(schema=MEMBER_ROWS)}
    fields = {
        name.removeprefix(CUSTOM_PREFIX): _FIELD_TYPES[kind]
        for name, kind in index.columns.items()
        if name.startswith(CUSTOM_PREFIX)
    }
    documents = {one.id: one for one in rule_segments(store)}
    context = Context(day.day, settings.zone, fields, documents)
    with Audience(published, index.path, given=given, memory_limit=settings.memory_limit) as audience:
        yield Facts(audience, context, day)


def rule_segments(store: Store) -> tuple[Segment, ...]:
    """The marketer's segments, by id."""
    return tuple(Segment.model_validate(one.document) for one in store.segments.current())


def newest_day(published: PublishedTables) -> dt.date:
    """The last business day with facts. Raises :class:`PublishError` while there is none."""
    if published.current("daily_site_metrics") is None:
        raise PublishError("there are no facts yet: `dangol ingest` or `dangol demo`, then `dangol run` make them")
    day = published.scan("daily_site_metrics").select(pl.col("day").max()).collect().item()
    if day is None:
        raise PublishError("there are no events yet: `dangol ingest` or `dangol demo`, then `dangol run` make them")
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day))
