"""What is known of the people of one occurrence at the moment of deciding.

Belongs here: who is in the segments, and reading of each person just what decisions look at. Does not belong here:
deciding (``models.campaigns``), what was decided (``deciding``).

Rule segments are answered anew at that moment; those that are found by themselves (tastes, customers that models point
out) and one-off ones are as they were published last.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.campaigns.publishing import day_of
from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.tables import DECISION_ROWS, DECISIONS
from assets.segments.facts import Facts
from assets.segments.tables import MEMBERS, RULE, SEGMENTS
from connectors.lake.sends import SendFiles
from connectors.published.errors import PublishError, QueryError
from connectors.store.ledger.history import Besides
from models.campaigns.document import Campaign
from models.campaigns.inputs import MEMBER_FLAGS, MOMENT, People, Sending
from models.campaigns.reasons import ahead
from models.documents.reading import DocumentError
from models.segments.document import Segment

_IDS: Final = ("customer_key", "customer_id")
_MEMBER_FACTS: Final = "member_facts"
_LONGEST_WAIT: Final = dt.timedelta(days=3)  # of a message, from the day its send was planned for


class CanNotDecide(Exception):
    """A send can not be decided about. ``reason``: the word that it is stopped with; the message says what and why."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """Customers of the included and of the excluded segments (customer_key, customer_id; each once), and the size of
    each segment by id."""

    included: pl.DataFrame
    excluded: pl.DataFrame
    sizes: Mapping[str, int]


def people_of(
    shop: Shop,
    facts: Facts,
    campaign: Campaign,
    sending: Sending,
    hits: pl.DataFrame | None = None,
    target: Target | None = None,
    *,
    is_dry: bool = False,
) -> People:
    """The people of an occurrence. ``hits``: of a behaviour trigger, whom it is about (``Triggers.hits``); ``target``:
    :func:`target_of`, where it was asked for already; ``is_dry``: for a dry run, which has claims of its own. Raises
    :class:`CanNotDecide`."""
    target = target or target_of(shop, facts, campaign)
    candidates = target.included if hits is None else _hit(target.included, hits)
    ledger, looked_at = shop.store.ledger, dict[str, pl.DataFrame]()
    if sending.policies.exclude_duplicates or len(sending.variants) > 1:
        looked_at["previous"] = ledger.previous(campaign.id)
    if sending.policies.exclude_duplicates and sending.policies.holdout is not None:
        looked_at["held"] = held_before(shop, campaign)
    if sending.policies.cooldown > dt.timedelta(0):
        hour = None
        if not is_dry:
            looked_at["claims"], hour = _of_the_hour(shop, campaign, sending, candidates)
        since = sending.at - sending.policies.cooldown
        recent = pl.concat([ledger.recent_sends(since, hour), held_out(shop, since, hour)])
        looked_at["recent_sends"] = recent.join(candidates.select("customer_id"), on="customer_id", how="semi")
    return People(
        candidates=candidates,
        members=_members(facts, candidates),
        excluded=target.excluded.select("customer_id"),
        in_range=_in_range(facts, campaign),
        spent=ledger.spent(campaign.id),
        meeting=_meeting(facts, campaign),
        **looked_at,
    )


def held_out(shop: Shop, since: dt.datetime, besides: Besides | None) -> pl.DataFrame:
    """customer_id, sent_at: whom holdouts withheld a message from ``since`` on, of all campaigns but ``besides``, and
    when it would have gone out: not before the send was ready. They rest like those who got it: else they would be
    drawn again while the others rest, and both sides would no longer be alike."""
    first = (since - _LONGEST_WAIT).astimezone(shop.zone).date()
    paths = SendFiles(shop.home).paths(DECISIONS, lambda day: day >= first)
    rows = pl.concat([_withheld(DECISION_ROWS.to_frame().lazy(), None), *(_withheld_of(shop, path) for path in paths)])
    rows = rows.filter(pl.col("sent_at") >= since)
    if besides is not None:
        theirs = pl.col("campaign_id").is_in(besides.campaign_ids) & (pl.col("sent_at") >= besides.first)
        rows = rows.filter(~theirs)
    return rows.select("customer_id", "sent_at").collect()


def _withheld_of(shop: Shop, path: Path) -> pl.LazyFrame:
    return _withheld(_scanned(path), shop.store.ledger.progress(int(path.stem)).reserved_at)


def _withheld(decisions: pl.LazyFrame, ready_at: dt.datetime | None) -> pl.LazyFrame:
    held = decisions.filter(pl.col("decision") == "holdout", pl.col("not_before").is_not_null())
    return held.select(
        "customer_id", "campaign_id",
        sent_at=pl.max_horizontal("not_before", pl.lit(ready_at, MOMENT)),
    )  # fmt: skip


def held_before(shop: Shop, campaign: Campaign) -> pl.DataFrame:
    """customer_id: whom earlier sends of the campaign withheld a message."""
    files, sends = SendFiles(shop.home), shop.store.ledger.of_campaign(campaign.id)
    found = (files.path(DECISIONS, day_of(shop, send), send.send_no) for send in sends)
    paths = [path for path in found if path.is_file()]
    rows = pl.concat([DECISION_ROWS.to_frame().lazy(), *(_scanned(path) for path in paths)])
    return rows.filter(pl.col("decision") == "holdout").select("customer_id").unique().sort("customer_id").collect()


def _scanned(path: Path) -> pl.LazyFrame:
    names = DECISION_ROWS.names()
    return pl.scan_parquet(path, hive_partitioning=False).select(names).cast(DECISION_ROWS)


def target_of(shop: Shop, facts: Facts, campaign: Campaign) -> Target:
    """Who is meant. Raises :class:`CanNotDecide` for a segment that is not there or can not be answered."""
    found = {name: segment_members(shop, facts, name) for name in (*campaign.target.include, *campaign.target.exclude)}
    return Target(
        _together([found[name] for name in campaign.target.include]),
        _together([found[name] for name in campaign.target.exclude]),
        {name: len(rows) for name, rows in found.items()},
    )


def segment_members(shop: Shop, facts: Facts, name: str) -> pl.DataFrame:
    """(customer_key, customer_id) of a segment of any kind. Raises :class:`CanNotDecide`."""
    try:
        if name in facts.context.segments:
            segment = facts.context.segments[name]
            kept = _published_members(shop, name, is_rule=True) if segment.refresh == "once" else None
            return facts.members(segment).select(_IDS) if kept is None else kept
        found = _published_members(shop, name, is_rule=False) if ":" in name else None
    except (DocumentError, PublishError, QueryError) as error:
        raise CanNotDecide("segment", f"segment {name} can not be answered: {error}") from error
    if found is None:
        raise CanNotDecide("segment", f"there is no segment {name}: `dangol segment list` shows those there are")
    return found


def _published_members(shop: Shop, name: str, *, is_rule: bool) -> pl.DataFrame | None:
    """Members as they were published last; None for a segment that was not."""
    if shop.published.current(SEGMENTS) is None or shop.published.current(MEMBERS) is None:
        return None
    mine = (pl.col("segment_id") == name) & ((pl.col("kind") == RULE) == is_rule)
    if shop.published.scan(SEGMENTS).filter(mine).head(1).collect().is_empty():
        return None
    return shop.published.scan(MEMBERS).filter(mine).select(_IDS).collect()


def _together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if len(frames) == 1:
        return frames[0]
    empty = pl.DataFrame(schema={"customer_key": pl.String, "customer_id": pl.Int64})
    return pl.concat([empty, *frames]).unique("customer_id", keep="first", maintain_order=True)


def _hit(included: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """Customers of the segments who did it; one who did it twice counts once."""
    return included.join(hits.select("customer_id").unique(), on="customer_id", how="semi")


def _members(facts: Facts, candidates: pl.DataFrame) -> pl.DataFrame:
    """What the member index says of the candidates."""
    names = ", ".join(("customer_id", *MEMBER_FLAGS, "phone_hash"))
    known = facts.audience.ask(f"select {names} from {_MEMBER_FACTS}", {}, {_MEMBER_FACTS: None})
    return known.join(candidates.select("customer_id"), on="customer_id", how="semi")


def _in_range(facts: Facts, campaign: Campaign) -> pl.DataFrame | None:
    if campaign.target.range_ is None:
        return None
    visits = {"visits": {"window": {"last_days": campaign.target.range_.visited_last_days}}}
    return _who(facts, visits)


def _meeting(facts: Facts, campaign: Campaign) -> pl.DataFrame | None:
    """Who meets the condition of a trigger now; None where there is none."""
    trigger = campaign.schedule.trigger
    if trigger is None or trigger.condition is None:
        return None
    try:
        return _who(facts, trigger.condition)
    except (ValueError, DocumentError, PublishError, QueryError) as error:
        raise CanNotDecide("condition", f"the condition of {campaign.id} can not be answered: {error}") from error


def _who(facts: Facts, condition: Mapping[str, Any]) -> pl.DataFrame:
    asked = Segment.model_validate({"id": "asked", "name": "asked", "include": condition})
    return facts.members(asked).select("customer_id")


def _of_the_hour(
    shop: Shop, campaign: Campaign, sending: Sending, candidates: pl.DataFrame
) -> tuple[pl.DataFrame, Besides]:
    """Who has a message of another campaign of the same hour, with the ranks of those campaigns; and the sends of those
    that go first: whom they take is told as theirs (``lower_priority``), as in the dry run, and not as a cooldown."""
    hour = dt.datetime.fromisoformat(sending.occurrence).replace(minute=0, second=0, microsecond=0)
    taken = shop.store.ledger.claims(hour, hour + dt.timedelta(hours=1), campaign.id)
    taken = taken.join(candidates.select("customer_id"), on="customer_id", how="semi")
    ranks = [(name, *_rank(shop, name)) for name in taken["campaign_id"].unique().sort()]
    schema = {"campaign_id": pl.String(), "place": pl.Int64(), "priority": pl.Int64()}
    ranked = taken.join(pl.DataFrame(ranks, schema=schema, orient="row"), on="campaign_id")
    claims = ranked.select("customer_id", "place", "priority", "campaign_id")
    first = ahead(sending, claims)["campaign_id"].unique().sort().to_list()
    return claims, Besides(first, hour, hour + dt.timedelta(hours=1))


def _rank(shop: Shop, campaign_id: str) -> tuple[int, int]:
    """Of a campaign that is gone: the last of all."""
    state = shop.store.campaign_states.of(campaign_id)
    try:
        place, priority, _ = shop.campaign(campaign_id, state.version if state else None).in_force(shop.policies).rank
    except MissingDocument:
        return len(shop.policies.priority_order) + 1, 0
    return place, priority
