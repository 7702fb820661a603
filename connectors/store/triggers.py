"""What customers did that a campaign answers to: each hit is known once, waits until it is due, goes into one send.

Belongs here: keeping hits and handing the due ones to a send. Does not belong here: finding them (assets), the sends
(``ledger``).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Engine, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.engine import reading, writing
from connectors.store.ledger.counting import of_id
from connectors.store.ledger.reserving import plan
from connectors.store.ledger.shapes import Occurrence, Send
from connectors.store.schema import as_utc
from connectors.store.send_tables import WAITING, trigger_hits

_MOMENT: Final = pl.Datetime("us", "UTC")
HITS: Final = {
    "hit_id": pl.String(), "customer_id": pl.Int64(), "customer_key": pl.String(), "event_at": _MOMENT,
    "due_at": _MOMENT,
}  # fmt: skip
_CHUNK: Final = 50_000


class Triggers:
    """The hits of all campaigns' triggers; made by ``Store.triggers``. Times are aware UTC."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime]) -> None:
        self._engine, self._now = engine, now

    def known(self, campaign_id: str, since: dt.datetime) -> pl.DataFrame:
        """hit_id: hits of a campaign whose event was at ``since`` or later, sorted."""
        table = trigger_hits.c
        chosen = select(table.hit_id).where(table.campaign_id == campaign_id, table.event_at >= as_utc(since))
        with reading(self._engine) as connection:
            found: list[str] = list(connection.scalars(chosen))
        return pl.DataFrame({"hit_id": found}, schema={"hit_id": pl.String}).sort("hit_id")

    def add(self, campaign_id: str, hits: pl.DataFrame) -> int:
        """Keep ``hits`` (hit_id, customer_id, customer_key, event_at, due_at; no nulls); what is there already stays as
        it is. Returns how many are new. Raises ValueError for a missing column or a null."""
        rows = _checked(hits)
        if rows.is_empty():
            return 0
        added = 0
        with writing(self._engine) as connection:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            insert = dialect.insert(trigger_hits).values(campaign_id=campaign_id)
            insert = insert.on_conflict_do_nothing(index_elements=["campaign_id", "hit_id"])
            for chunk in rows.iter_slices(_CHUNK):
                values = [{"campaign_id": campaign_id, **row} for row in chunk.to_dicts()]
                added += connection.execute(insert, values, execution_options={"preserve_rowcount": True}).rowcount
        return added

    def waiting(self, now: dt.datetime) -> pl.DataFrame:
        """campaign_id, due, next_due_at of campaigns with hits that wait for a send, by id: how many of them are due at
        ``now``, and when the earliest of the others will be (null: there is no other)."""
        table, moment = trigger_hits.c, as_utc(now)
        chosen = (
            select(
                table.campaign_id,
                func.count().filter(table.due_at <= moment),
                func.min(table.due_at).filter(table.due_at > moment),
            )
            .where(text(WAITING))
            .group_by(table.campaign_id)
        )
        schema = {"campaign_id": pl.String(), "due": pl.Int64(), "next_due_at": _MOMENT}
        with reading(self._engine) as connection:
            rows = [tuple(row) for row in connection.execute(chosen)]
        return pl.DataFrame(rows, schema=schema, orient="row").sort("campaign_id")

    def take(self, occurrence: Occurrence, now: dt.datetime, late_before: dt.datetime | None) -> Send | None:
        """Put the hits of a campaign that are due at ``now`` into the send of ``occurrence``, which is planned for
        them; None where there are none. Those due before ``late_before`` are late instead and never answered.

        One transaction that nobody else gets into. The send of an occurrence gets its hits once: asked for again it is
        returned as it is, and what became due since goes into the next one."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE trigger_hits IN SHARE ROW EXCLUSIVE MODE"))
            if (send := of_id(connection, occurrence.send_id)) is not None:
                return send
            waiting = (trigger_hits.c.campaign_id == occurrence.campaign_id, text(WAITING))
            if late_before is not None:
                late = trigger_hits.c.due_at < as_utc(late_before)
                connection.execute(update(trigger_hits).where(*waiting, late).values(state="late"))
            due = (*waiting, trigger_hits.c.due_at <= as_utc(now))
            if connection.execute(select(trigger_hits.c.hit_id).where(*due).limit(1)).first() is None:
                return None
            send = plan(connection, occurrence, self._now())
            connection.execute(update(trigger_hits).where(*due).values(send_no=send.send_no))
            return send

    def drop(self, campaign_id: str, until: dt.datetime) -> int:
        """Let go of a campaign's hits that wait, of events up to ``until``: they are never answered, and never found
        anew. Returns how many."""
        past = trigger_hits.c.event_at <= as_utc(until)
        waiting = (trigger_hits.c.campaign_id == campaign_id, text(WAITING), past)
        with writing(self._engine) as connection:
            return connection.execute(update(trigger_hits).where(*waiting).values(state="late")).rowcount

    def hits(self, send_no: int) -> pl.DataFrame:
        """hit_id, customer_id, customer_key, event_at, due_at of the hits that a send answers, by due_at and hit_id."""
        table = trigger_hits.c
        with reading(self._engine) as connection:
            rows = connection.execute(select(*(table[name] for name in HITS)).where(table.send_no == send_no))
            found = pl.DataFrame([tuple(row) for row in rows], schema=HITS, orient="row")
        return found.sort("due_at", "hit_id")


def forget(connection: Connection, customer_keys: Sequence[str]) -> int:
    """Remove all hits of customers; returns how many there were."""
    return connection.execute(delete(trigger_hits).where(trigger_hits.c.customer_key.in_(customer_keys))).rowcount


def _checked(hits: pl.DataFrame) -> pl.DataFrame:
    if missing := [name for name in HITS if name not in hits.columns]:
        raise ValueError(f"trigger hits lack the columns {', '.join(missing)}")
    rows = hits.select(pl.col(name).cast(kind) for name, kind in HITS.items()).unique("hit_id", keep="first")
    for name in HITS:
        if rows[name].null_count():
            raise ValueError(f"trigger hits have no {name} in {rows[name].null_count()} rows")
    return rows.sort("hit_id")
