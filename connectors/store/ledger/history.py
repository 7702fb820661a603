"""What was sent to whom before, as decisions need it; and forgetting a person.

Belongs here: the frames that ``models.campaigns.inputs.People`` is made from, failed messages to substitute for, a
member's erasure. Does not belong here: deciding.

Messages that wait or are on their way count with the moment they may go at, those that failed do not count.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, literal, or_, select, update

from connectors.store.ledger.counting import count, locked
from connectors.store.schema import as_utc
from connectors.store.send_tables import campaign_costs, messages, sends

COUNTING: Final = ("reserved", "sending", "accepted", "delivered", "unknown")
_MOMENT: Final = pl.Datetime("us", "UTC")
_BATCH: Final = 50_000
_WHEN = func.coalesce(messages.c.sent_at, messages.c.not_before)


@dataclass(frozen=True)
class Besides:
    """Sends of campaigns that were planned from ``first`` until before ``last``."""

    campaign_ids: Sequence[str]
    first: dt.datetime
    last: dt.datetime

    @property
    def condition(self) -> ColumnElement[bool]:
        """Whether a send is one of them."""
        planned = (sends.c.planned_at >= as_utc(self.first)) & (sends.c.planned_at < as_utc(self.last))
        return sends.c.campaign_id.in_(self.campaign_ids) & planned


def recent_sends(connection: Connection, since: dt.datetime, besides: Besides | None = None) -> pl.DataFrame:
    """customer_id, sent_at: the last message of each customer from ``since`` on, of all campaigns but ``besides``."""
    alive = or_(sends.c.last_sent_at >= as_utc(since), sends.c.reserved > 0, sends.c.sending > 0)
    chosen = (
        select(messages.c.customer_id, micros(func.max(_WHEN), connection).label("sent_at"))
        .join(sends, sends.c.send_no == messages.c.send_no)
        .where(alive, messages.c.state.in_(COUNTING), as_utc(since) <= _WHEN, messages.c.customer_id.is_not(None))
        .where(*([] if besides is None else [~besides.condition]))
        .group_by(messages.c.customer_id)
    )
    return frame(connection, chosen, {"customer_id": pl.Int64, "sent_at": _MOMENT}).sort("customer_id")


def previous(connection: Connection, campaign_id: str) -> pl.DataFrame:
    """customer_id, phone_hash, variant, sent_at: who got this campaign (or a substitute of it) before."""
    chosen = (
        select(
            messages.c.customer_id,
            messages.c.address_hash.label("phone_hash"),
            messages.c.variant,
            micros(func.max(_WHEN), connection).label("sent_at"),
        )
        .join(sends, sends.c.send_no == messages.c.send_no)
        .where(sends.c.campaign_id == campaign_id, messages.c.state.in_(COUNTING), messages.c.customer_id.is_not(None))
        .group_by(messages.c.customer_id, messages.c.address_hash, messages.c.variant)
    )
    schema = {"customer_id": pl.Int64, "phone_hash": pl.String, "variant": pl.String, "sent_at": _MOMENT}
    return frame(connection, chosen, schema).sort("customer_id", "sent_at", "variant")


def spent(connection: Connection, campaign_id: str) -> dict[dt.date, int]:
    """The campaign's costs by day of the shop's zone, in 1/10,000 of the currency."""
    chosen = select(campaign_costs.c.day, campaign_costs.c.cost).where(campaign_costs.c.campaign_id == campaign_id)
    return {dt.date.fromisoformat(row.day): row.cost for row in connection.execute(chosen)}


def failed(connection: Connection, send_no: int) -> pl.DataFrame:
    """send_order, customer_key, customer_id, variant, code of the failed messages of a send that have no substitute
    yet, by send_order."""
    other = messages.alias("other")
    substitutes = select(sends.c.send_no).where(sends.c.substitute_of == send_no)
    has_one = (
        select(literal(1)).where(other.c.send_no.in_(substitutes), other.c.seq == messages.c.seq).correlate(messages)
    )
    chosen = (
        select(messages.c.seq, *(messages.c[name] for name in ("customer_key", "customer_id", "variant", "code")))
        .where(messages.c.send_no == send_no, messages.c.state == "failed", messages.c.customer_id.is_not(None))
        .where(~has_one.exists())
        .order_by(messages.c.seq)
    )
    names = {"send_order": pl.Int64, "customer_key": pl.String, "customer_id": pl.Int64}
    return frame(connection, chosen, {**names, "variant": pl.String, "code": pl.String})


def forget(connection: Connection, customer_key: str, now: dt.datetime) -> int:
    """Take a person out: what waits is cancelled, the rest keeps its place, state and costs and nobody's name.
    Returns how many messages."""
    # per send, because the index begins with the send
    mine = (messages.c.customer_key == customer_key) & messages.c.send_no.in_(select(sends.c.send_no))
    found: list[int] = list(connection.scalars(select(messages.c.send_no).where(mine).order_by(messages.c.send_no)))
    for send_no in found:
        locked(connection, send_no)
        its = (messages.c.customer_key == customer_key) & (messages.c.send_no == send_no)
        gone = connection.execute(
            update(messages)
            .where(its, messages.c.state == "reserved")
            .values(state="cancelled", code="erased", final_at=as_utc(now))
        ).rowcount
        count(connection, send_no, Counter(reserved=-gone, cancelled=gone))
        name = literal("erased-") + cast(messages.c.seq, String)
        connection.execute(update(messages).where(its).values(customer_key=name, customer_id=None, address_hash=None))
    return len(found)


def micros(moment: Any, connection: Connection) -> Any:
    """A moment as whole microseconds: a million of them are read without making a million objects. ``frame`` makes
    moments of them again."""
    if connection.dialect.name == "postgresql":
        return cast(func.extract("epoch", moment) * 1_000_000, sends.c.cost.type)
    whole = cast(func.strftime("%s", func.substr(moment, 1, 19)), sends.c.cost.type) * 1_000_000
    return whole + cast(func.substr(moment, 21, 6), sends.c.cost.type)


def frame(connection: Connection, chosen: Select[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of ``chosen``; moments of ``schema`` come as ``micros``."""
    plain = {name: pl.Int64() if kind == _MOMENT else kind for name, kind in schema.items()}
    batches: Iterable[Any] = connection.execute(chosen).partitions(_BATCH)
    frames = [pl.DataFrame([tuple(row) for row in batch], schema=plain, orient="row") for batch in batches]
    return pl.concat([pl.DataFrame(schema=plain), *frames]).cast(pl.Schema(schema))
