"""What was decided and sent, as published tables.

Belongs here: bringing the ledger's messages into the lake, a file a send, and publishing what changed. Does not belong
here: how versions are swapped in (``connectors.published``), Dagster (``step``).

A send is read from the ledger again only when its row there changed, and a day is written again only when one of its
files did: what is over costs nothing any more. Who is killed in between leaves files that the next one publishes.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import duckdb
import polars as pl

from assets.campaigns import tables
from assets.campaigns.shop import MissingDocument, Shop
from connectors.lake.sends import SendFiles
from connectors.published.lake import publish_lake_table
from connectors.published.versions import Version
from connectors.store.ledger.shapes import Send
from models.campaigns.document import Campaign
from models.campaigns.fields import MONEY_UNITS, Channel
from models.campaigns.policies import ShopPolicies

# Sends planned longer ago are looked at only while they are not over: the last results come after 80 hours.
WINDOW: Final = dt.timedelta(days=14)
_COUNTS: Final = ("unknown", "cancelled", "expired", "delivered", "failed")


def publish_table(shop: Shop, table: str) -> Version:
    """Publish one of ``tables.PUBLISHED`` as it is now."""
    if table == tables.SENDS:
        return _publish_sends(shop)
    files = SendFiles(shop.home)
    if table == tables.DELIVERIES:
        _refresh_deliveries(shop, files)
    signatures = signatures_by_day(files.paths(table))
    current = shop.published.current(table)
    before = json.loads(current.signature) if current is not None and current.signature else {}
    changed = {day for day in {*signatures, *before} if signatures.get(day) != before.get(day)}
    return publish_lake_table(
        shop.published,
        table,
        files.paths(table),
        "day",
        {dt.date.fromisoformat(day) for day in changed},
        signature=json.dumps(signatures, sort_keys=True),
        empty=tables.PUBLISHED[table].to_frame(),
        memory_limit=shop.settings.memory_limit,
    )


def day_of(shop: Shop, send: Send) -> dt.date:
    """The business day that a send belongs to: the one it was planned for."""
    return send.planned_at.astimezone(shop.zone).date()


def signatures_by_day(paths: Sequence[Path]) -> dict[str, str]:
    """A short word by day that changes when a file of the day does."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for path in paths:
        told = path.stat()
        found.setdefault(path.parent.name.removeprefix("day="), []).append((path.name, told.st_size, told.st_mtime_ns))
    return {day: hashlib.sha256(repr(sorted(its)).encode()).hexdigest()[:12] for day, its in found.items()}


def _refresh_deliveries(shop: Shop, files: SendFiles) -> None:
    """Write the messages of every send whose row changed since its file was written."""
    for send in shop.store.ledger.changed_since(shop.clock() - WINDOW):
        day, signature = day_of(shop, send), hashlib.sha256(repr(send).encode()).hexdigest()[:16]
        if send.reserved_at is None or files.signature(tables.DELIVERIES, day, send.send_no) == signature:
            continue
        rows = shop.store.ledger.deliveries(send.send_no).rename({"seq": "send_order", "code": "vendor_code"})
        told = {"day": day, "send_id": send.send_id, "campaign_id": send.campaign_id, "channel": send.channel}
        paid = pl.when(pl.col("sent_at").is_not_null() | (pl.col("state") == "failed")).then(pl.col("price"))
        frame = rows.with_columns(
            *(pl.lit(value).alias(name) for name, value in told.items()),
            (paid.fill_null(0) / MONEY_UNITS).alias("cost"),
        )
        frame = frame.select(tables.DELIVERY_ROWS.names()).cast(tables.DELIVERY_ROWS)
        files.write(tables.DELIVERIES, day, send.send_no, frame, signature)


def _publish_sends(shop: Shop) -> Version:
    """The days that may have changed are made anew, the rest stays as it was published."""
    current, first = shop.published.current(tables.SENDS), shop.clock() - WINDOW
    if current is not None and not _has_all_columns(shop):
        current, first = None, dt.datetime.fromtimestamp(0, dt.UTC)  # of an older version: all sends anew
    sends = shop.store.ledger.changed_since(first)
    oldest = min([send.planned_at for send in sends], default=first)
    if oldest < first:  # of a day that is made anew all sends are needed
        sends = shop.store.ledger.changed_since(_midnight(shop, oldest))
    rows = _rows(shop, sends)
    signature = hashlib.sha256(repr(rows.rows()).encode()).hexdigest()[:32]
    if current is not None and current.signature == signature:
        return current
    days = rows["day"].unique()
    kept = tables.SEND_ROWS.to_frame()
    if current is not None:
        kept = shop.published.scan(tables.SENDS).filter(~pl.col("day").is_in(days.implode())).collect()
    everything = pl.concat([kept.select(tables.SEND_ROWS.names()).cast(tables.SEND_ROWS), rows])
    with duckdb.connect(":memory:", config={"memory_limit": shop.settings.memory_limit}) as connection:
        connection.register("sends_now", everything.sort("day", "planned_at", "send_id").to_arrow())
        return shop.published.publish_days(
            tables.SENDS, connection, "sends_now", "day", days.to_list(), signature=signature
        )


def _has_all_columns(shop: Shop) -> bool:
    published = shop.published.scan(tables.SENDS).collect_schema().names()
    return set(tables.SEND_ROWS.names()) <= set(published)


def _midnight(shop: Shop, moment: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(moment.astimezone(shop.zone).date(), dt.time(), shop.zone)


def _rows(shop: Shop, sends: Iterable[Send]) -> pl.DataFrame:
    """Rows of ``tables.SENDS``."""
    sends = list(sends)
    counted = _decisions(shop, {day_of(shop, send) for send in sends})
    names, policies = {send.send_no: send.send_id for send in sends}, shop.policies
    keys = sorted({(send.campaign_id, send.version) for send in sends})
    campaigns = {key: _campaign(shop, *key) for key in keys}
    rows = [
        _row(send, campaigns[send.campaign_id, send.version], counted.get(send.send_id, {}), names)
        | _attributed(send, campaigns[send.campaign_id, send.version], policies)
        | {"day": day_of(shop, send)}
        for send in sends
    ]
    return pl.DataFrame(rows, schema=tables.SEND_ROWS).sort("day", "planned_at", "send_id")


def _campaign(shop: Shop, name: str, version: int) -> Campaign | None:
    try:
        return shop.campaign(name, version)
    except MissingDocument:  # what was sent is told all the same
        return None


def _attributed(send: Send, campaign: Campaign | None, policies: ShopPolicies) -> dict[str, object]:
    """How long after a message an order counts, and the code by which visits are known that lost their click."""
    own = campaign.tracking.attribution if campaign else None
    codes = {campaign.utm(variant).get("campaign") for variant in campaign.variants} if campaign else set()
    return {
        "attribution_window": own or policies.attribution.get(cast("Channel", send.channel), "7d"),
        "utm_campaign": codes.pop() if len(codes) == 1 else None,
    }


def _row(
    send: Send, campaign: Campaign | None, counted: Mapping[str, int], names: Mapping[int, str]
) -> dict[str, object]:
    messages = sum(getattr(send, name) for name in ("reserved", "sending", "accepted", *_COUNTS))
    parent = names.get(send.substitute_of) if send.substitute_of is not None else None
    return {
        "send_id": send.send_id,
        "campaign_id": send.campaign_id,
        "campaign_name": campaign.name if campaign else None,
        "version": send.version,
        "channel": send.channel,
        "advertising": campaign.advertising if campaign else None,
        "substitute_of": parent,
        "planned_at": send.planned_at,
        "started_at": send.reserved_at,
        "finished_at": send.finished_at,
        "state": send.state,
        "reason": send.reason,
        "targeted": sum(counted.values()) if parent is None else messages,
        "excluded": counted.get("exclude", 0),
        "holdout": counted.get("holdout", 0),
        "messages": messages,
        "waiting": send.reserved + send.sending,
        "accepted": send.accepted + send.delivered,
        **{name: getattr(send, name) for name in _COUNTS},
        "cost": send.cost / MONEY_UNITS,
    }


def _decisions(shop: Shop, days: set[dt.date]) -> dict[str, dict[str, int]]:
    """How many have which decision, by send, of the sends of these days."""
    files = SendFiles(shop.home)
    paths = files.paths(tables.DECISIONS, days.__contains__)
    if not paths:
        return {}
    counted = (
        pl.scan_parquet(paths, hive_partitioning=False)
        .group_by("send_id", pl.col("decision").cast(pl.String))
        .agg(pl.len())
        .collect()
    )
    found: dict[str, dict[str, int]] = {}
    for send_id, decision, number in counted.iter_rows():
        found.setdefault(send_id, {})[decision] = number
    return found
