"""`dangol campaign list`: the lists of campaigns by where they stand.

Belongs here: which columns a list has, in which order campaigns stand in it. Does not belong here: wording, layout,
which state belongs to which list (``models.campaigns.states``).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import polars as pl

from assets.campaigns.plans.due import next_send_at
from assets.segments.tables import MEMBERS
from connectors.store.ledger.shapes import Send
from models.campaigns.document import Campaign, Target
from models.campaigns.states import TAB_NAMES, State, tab_of
from orchestration.cli.campaign_view import Desk
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.words import CommandError

_COLUMNS: Final = (
    "campaign_id", "name", "tab", "state", "channel", "next_at", "size", "is_upper_bound", "period", "schedule",
    "changed_at", "sends", "messages", "success_rate", "completed_at",
)  # fmt: skip
_EVER: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)


def list_campaigns(desk: Desk, tab: str) -> None:
    """Print the lists of campaigns, or one of them, by the next planned send."""
    if tab and tab not in TAB_NAMES:
        raise CommandError(desk.words("no_tab", tab=tab, known=", ".join(TAB_NAMES)))
    rows = [row for row in _rows(desk) if not tab or row["tab"] == tab]
    if desk.form != "table":
        plain = [row | {key: _iso(row[key]) for key in ("next_at", "changed_at", "completed_at")} for row in rows]
        write_rows(_COLUMNS, plain, desk.form, desk.out)
        return
    if not desk.campaigns:
        desk.screen.line(desk.words("none"))
        return
    for number, name in enumerate([tab] if tab else TAB_NAMES):
        mine = [row for row in rows if row["tab"] == name]
        if number:
            desk.screen.line()
        desk.screen.line(desk.words("tab_title", tab=desk.told(f"tab_{name}"), count=len(mine)), "bold")
        if mine:
            columns = _completed_columns(desk) if name == "completed" else _columns(desk)
            told = _told_completed if name == "completed" else _told
            desk.screen.table(columns, [told(desk, row) for row in mine])


def counted_targets(desk: Desk, targets: Collection[Target]) -> dict[Target, int]:
    """How many customers each target had when its segments were counted last, ranges left aside; those of which a
    segment was not counted yet are left out. Equal targets are counted once."""
    if desk.listed is None or desk.published.current(MEMBERS) is None:
        return {}
    counted = set(desk.listed.filter(pl.col("size").is_not_null())["segment_id"])
    wanted = {one: {*one.include, *one.exclude} for one in targets}
    wanted = {one: names for one, names in wanted.items() if names <= counted}
    names = sorted({name for needed in wanted.values() for name in needed})
    rows = desk.published.scan(MEMBERS).filter(pl.col("segment_id").is_in(names)).select("segment_id", "customer_id")
    people = {key[0]: frame["customer_id"] for key, frame in rows.collect().partition_by(
        "segment_id", as_dict=True, include_key=False).items()}  # fmt: skip
    return {one: _size(one, people) for one in wanted}


def _size(target: Target, people: Mapping[Any, pl.Series]) -> int:
    nobody = pl.Series("customer_id", [], dtype=pl.Int64)
    inside = pl.concat([people.get(name, nobody) for name in target.include]).unique()
    outside = pl.concat([nobody, *(people.get(name, nobody) for name in target.exclude)])
    return int((~inside.is_in(outside.implode())).sum())


def _rows(desk: Desk) -> list[dict[str, Any]]:
    """All campaigns: by list, within it by the next send, those without one last, by name."""
    changed = {one.id: one.applied_at for one in desk.store.campaigns.current()}
    sizes = counted_targets(desk, {one.target for one in desk.campaigns.values()})
    sends: dict[str, list[Send]] = defaultdict(list)
    for send in desk.store.ledger.changed_since(_EVER):
        sends[send.campaign_id].append(send)
    rows = [_row(desk, one, changed[one.id], sizes.get(one.target), sends[one.id]) for one in desk.campaigns.values()]
    return sorted(
        rows,
        key=lambda row: (TAB_NAMES.index(row["tab"]), row["next_at"] or _NEVER, row["name"], row["campaign_id"]),
    )


def _row(
    desk: Desk, campaign: Campaign, changed_at: dt.datetime, size: int | None, sends: Sequence[Send]
) -> dict[str, Any]:
    standing = desk.standing(campaign.id)
    state = State(standing.state)
    good = sum(one.accepted + one.delivered for one in sends if one.substitute_of is None)
    ended = good + sum(one.failed + one.unknown for one in sends if one.substitute_of is None)
    return {
        "campaign_id": campaign.id, "name": campaign.name, "tab": tab_of(state, campaign.schedule.kind),
        "state": str(state), "channel": campaign.channel,
        "next_at": next_send_at(campaign, standing, desk.shop),
        "size": size, "is_upper_bound": campaign.target.range_ is not None,
        "period": desk.told.period(campaign), "schedule": desk.told.schedule(campaign.schedule, desk.names),
        "changed_at": changed_at, "sends": sum(one.substitute_of is None for one in sends),
        "messages": ended, "success_rate": round(good / ended, 4) if ended else None,
        "completed_at": standing.since if state is State.COMPLETED else None,
    }  # fmt: skip


def _columns(desk: Desk) -> list[Column]:
    words = desk.words
    return [
        Column(words("id"), whole=True), Column(words("name")), Column(words("status")), Column(words("channel")),
        Column(words("next")), Column(words("size"), right=True), Column(words("period")), Column(words("repeat")),
        Column(words("changed")),
    ]  # fmt: skip


def _completed_columns(desk: Desk) -> list[Column]:
    words = desk.words
    return [
        Column(words("id"), whole=True), Column(words("name")), Column(words("channel")),
        Column(words("messages"), right=True), Column(words("success"), right=True), Column(words("period")),
        Column(words("repeat")), Column(words("completed")),
    ]  # fmt: skip


def _told(desk: Desk, row: Mapping[str, Any]) -> list[str]:
    return [
        row["campaign_id"], row["name"], desk.told.named("state", row["state"]),
        desk.told.named("channel", row["channel"]), desk.told.moment(row["next_at"]), told_size(desk, row),
        row["period"], row["schedule"], desk.told.moment(row["changed_at"]),
    ]  # fmt: skip


def _told_completed(desk: Desk, row: Mapping[str, Any]) -> list[str]:
    rate = row["success_rate"]
    return [
        row["campaign_id"], row["name"], desk.told.named("channel", row["channel"]), f"{row['messages']:,}",
        "-" if rate is None else f"{rate:.2%}", row["period"], row["schedule"],
        desk.told.moment(row["completed_at"]),
    ]  # fmt: skip


def told_size(desk: Desk, row: Mapping[str, Any]) -> str:
    """'≤ 1,200' where a range lets fewer through."""
    if row["size"] is None:
        return desk.words("not_counted")
    return f"{'≤ ' if row['is_upper_bound'] else ''}{row['size']:,}"


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
