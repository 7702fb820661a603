"""The dry run: what campaigns would send in the coming days, to whom, who is left out and why, and what it would cost.

Belongs here: playing occurrences through with the very decisions of a real send, and summing up. Does not belong here:
drawing calendars, words for warnings (``plan_warnings`` has the kinds), looking up segments.

Occurrences are decided one after another, each knowing the messages of those before it (cooldown, duplicates, money of
the day), with the people as they are now: nobody knows yet who will visit tomorrow. Campaigns of the same hour are
decided in the order of their ranks. Behaviour triggers have no occurrences to play through.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from models.campaigns.decide import counted, decide
from models.campaigns.document import Campaign
from models.campaigns.fields import MONEY_UNITS
from models.campaigns.inputs import MOMENT, People, Sending, sending_of
from models.campaigns.policies import ShopPolicies
from models.campaigns.schedule import Timetable, occurrences_between


@dataclass(frozen=True)
class Entry:
    """A campaign to be played through, as if it were started: its timetable, the people as of now, prices of one
    message by variant name; ``since``: the campaign's first day."""

    campaign: Campaign
    timetable: Timetable
    people: People
    prices: Mapping[str, Decimal]
    since: dt.date


@dataclass(frozen=True)
class Rehearsed:
    """One occurrence that was played through. ``decisions``: as of ``decide``; ``cost`` in ``MONEY_UNITS``."""

    sending: Sending
    planned_at: dt.datetime
    decisions: pl.DataFrame
    cost: int


@dataclass
class _Memory:
    """What later occurrences know of earlier ones."""

    sent: list[pl.DataFrame] = field(default_factory=list)
    hour: dt.datetime | None = None
    this_hour: list[pl.DataFrame] = field(default_factory=list)
    held: list[pl.DataFrame] = field(default_factory=list)  # of this hour: withheld, and resting like the others
    own: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    own_held: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    spent: dict[str, dict[dt.date, int]] = field(default_factory=dict)


_MOMENT_BEFORE: Final = dt.timedelta(microseconds=1)  # what is sent by hand is planned for this very moment
SUMMARY: Final = pl.Schema(
    {
        "campaign_id": pl.String(), "planned_at": MOMENT, "first_out": MOMENT, "last_out": MOMENT,
        "targeted": pl.Int64(), "sends": pl.Int64(), "after_night": pl.Int64(), "holdout": pl.Int64(),
        "excluded": pl.Int64(), "cost": pl.Float64(),
    }
)  # fmt: skip
REASONS: Final = pl.Schema(
    {
        "campaign_id": pl.String(), "planned_at": MOMENT, "decision": pl.String(), "reason": pl.String(),
        "variant": pl.String(), "customers": pl.Int64(),
    }
)  # fmt: skip


def rehearse(
    entries: Sequence[Entry], shop: ShopPolicies, now: dt.datetime, days: int, zone: ZoneInfo
) -> Iterator[Rehearsed]:
    """Every occurrence from ``now`` on within ``days`` days, by hour, within it by rank. Holds the decisions of one
    occurrence at a time, and of those before it the messages only."""
    memory = _Memory()
    for moment, entry in _agenda(entries, shop, now, days):
        sending = sending_of(entry.campaign, shop, moment, zone, entry.since, entry.prices)
        decisions = decide(sending, _people(entry, sending, memory, moment))
        cost = _remember(memory, entry, sending, decisions)
        yield Rehearsed(sending, moment, decisions, cost)


def summary(rehearsed: Rehearsed) -> pl.DataFrame:
    """One row of ``SUMMARY``. ``last_out``: when the last message goes at the campaign's speed; null for none."""
    decisions = rehearsed.decisions
    sends = decisions.filter(pl.col("decision") == "send")
    row = {
        "campaign_id": rehearsed.sending.campaign_id,
        "planned_at": rehearsed.planned_at,
        "first_out": sends["not_before"].min(),
        "last_out": _last_out(sends, rehearsed.sending),
        "targeted": len(decisions),
        "sends": len(sends),
        "after_night": len(sends.filter(pl.col("reason") == "night")),
        "holdout": len(decisions.filter(pl.col("decision") == "holdout")),
        "excluded": len(decisions.filter(pl.col("decision") == "exclude")),
        "cost": rehearsed.cost / MONEY_UNITS,
    }
    return pl.DataFrame([row], schema=SUMMARY)


def reasons(rehearsed: Rehearsed) -> pl.DataFrame:
    """Rows of ``REASONS``: how many candidates have which decision, for which reason, with which variant."""
    named = counted(rehearsed.decisions).with_columns(
        pl.lit(rehearsed.sending.campaign_id).alias("campaign_id"),
        pl.lit(rehearsed.planned_at).cast(MOMENT).alias("planned_at"),
    )
    return named.select(pl.col(name).cast(dtype) for name, dtype in REASONS.items())


def _agenda(
    entries: Sequence[Entry], shop: ShopPolicies, now: dt.datetime, days: int
) -> list[tuple[dt.datetime, Entry]]:
    until = now + dt.timedelta(days=days)
    found = [
        (moment, entry)
        for entry in entries
        for moment in occurrences_between(entry.timetable, now - _MOMENT_BEFORE, until)
    ]
    return sorted(found, key=lambda one: (_hour(one[0]), one[1].campaign.in_force(shop).rank, one[0]))


def _people(entry: Entry, sending: Sending, memory: _Memory, moment: dt.datetime) -> People:
    if memory.hour != _hour(moment):
        memory.sent += [frame.select("customer_id", "sent_at") for frame in (*memory.this_hour, *memory.held)]
        memory.hour, memory.this_hour, memory.held = _hour(moment), [], []
    people, name = entry.people, entry.campaign.id
    claims = [frame.select(people.claims.columns) for frame in memory.this_hour]
    spent = memory.spent.setdefault(name, dict(people.spent))
    return replace(
        people,
        recent_sends=_joined(people.recent_sends.select("customer_id", "sent_at"), memory.sent),
        claims=_joined(people.claims, claims),
        previous=_joined(
            people.previous.select("customer_id", "phone_hash", "variant", "sent_at"), memory.own.get(name, [])
        ),
        spent=spent,
        held=_joined(people.held.select("customer_id"), memory.own_held.get(name, [])),
    )


def _joined(given: pl.DataFrame, more: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([given, *(frame.cast(given.schema) for frame in more)]) if more else given


def _remember(memory: _Memory, entry: Entry, sending: Sending, decisions: pl.DataFrame) -> int:
    """Keep the messages; what they cost."""
    place, priority, name = sending.policies.rank
    sends = (
        decisions.filter(pl.col("decision") == "send")
        .select("customer_id", pl.col("variant").cast(pl.String), pl.col("not_before").alias("sent_at"))
        .join(entry.people.members.select("customer_id", "phone_hash"), on="customer_id", how="left")
        .with_columns(
            pl.lit(place, pl.Int64).alias("place"),
            pl.lit(priority, pl.Int64).alias("priority"),
            pl.lit(name).alias("campaign_id"),
        )
    )
    memory.this_hour.append(sends)
    held = decisions.filter(pl.col("decision") == "holdout")
    memory.held.append(held.select("customer_id", pl.col("not_before").alias("sent_at")))
    memory.own_held.setdefault(name, []).append(held.select("customer_id"))
    memory.own.setdefault(name, []).append(sends.select("customer_id", "phone_hash", "variant", "sent_at"))
    prices = dict(zip(sending.variants, sending.prices, strict=True))
    total, spent = 0, memory.spent[name]
    days = pl.col("sent_at").dt.convert_time_zone(sending.zone.key).dt.date().alias("day")
    for day, variant, n in sends.group_by(days, "variant").len().iter_rows():
        spent[day] = spent.get(day, 0) + n * prices[variant]
        total += n * prices[variant]
    return total


def _last_out(sends: pl.DataFrame, sending: Sending) -> dt.datetime | None:
    """Each start (now, after the night) takes its messages at the campaign's speed, one after the other."""
    speed, free = sending.policies.speed, None
    for moment, n in sends.group_by("not_before").len().sort("not_before").iter_rows():
        begins = max(moment, free or moment)
        free = begins + (dt.timedelta(0) if speed == "max" else dt.timedelta(minutes=(n - 1) // speed))
    return free


def _hour(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
