"""A shop of any size to send in: members, what is published of them, campaigns, and sends that are ready to go.

Belongs here: making it, opening it, deciding about a campaign in it. Does not belong here: what is measured.

Everybody looked at something yesterday and is in the segment ``all``. Addresses are made up.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from assets.campaigns.plans.deciding import Decided, decide_send
from assets.campaigns.plans.due import plan_due
from assets.campaigns.plans.steering import start_campaign
from assets.campaigns.shop import Shop
from connectors.home.member_key import read_secret
from connectors.home.paths import make_home
from connectors.home.settings import Settings
from connectors.members.index import open_member_facts
from connectors.published.tables import PublishedTables
from connectors.store.ledger.shapes import Send
from connectors.store.store import Store
from models.campaigns.document import Campaign
from models.documents.said import said

SENDER = "15880000"
SETTINGS: dict[str, Any] = {
    "mall_name": "단골샵",
    "site_hosts": ["www.shop.kr"],
    "messages": {"contact": "02-111-2222", "opt_out_number": "080-111-2222"},
    "tracking": {"link_host": "https://go.shop.kr"},
}
TEXT = "#{회원 이름}님, #{회원 등급} 혜택 #{적립금}점이 있어요 #{랜딩 URL}"
ZONE = ZoneInfo("Asia/Seoul")
_CHUNK = 100_000


@dataclass
class Clock:
    """Time that is told."""

    now: dt.datetime

    def __call__(self) -> dt.datetime:
        return self.now


def now() -> dt.datetime:
    """The time as it is."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def opened(root: Path, url: str, clock: Callable[[], dt.datetime] = now) -> Iterator[Shop]:
    """The shop of a home at ``root`` with its store at ``url``."""
    home, settings = make_home(root), Settings.model_validate(SETTINGS)
    with Store.open(url, secret=read_secret(home), now=clock, region=settings.members.default_region) as store:
        yield Shop(home, settings, store, PublishedTables(home), clock, time.sleep, _say)


def make_shop(root: Path, url: str, members: int, *, refuses: int = 0) -> None:
    """So many members, a sender, the template ``hello`` and the segment ``all``. ``refuses``: of so many members one
    agreed to nothing (0: all agreed, to night messages too)."""
    with opened(root, url) as shop:
        for first in range(0, members, _CHUNK):
            shop.store.upsert_members(_members(first, min(_CHUNK, members - first), refuses).to_arrow())
        shop.store.segments.apply([{"id": "all", "name": "전체", "include": {"event": {"name": "product_view"}}}])
        shop.store.templates.apply([{"id": "hello", "name": "인사", "sms": {"text": TEXT}}])
        shop.store.senders.apply(
            [{"id": SENDER, "name": "대표번호", "kind": "sms", "address": SENDER, "state": "approved"}]
        )
        _publish(shop)


def campaign(shop: Shop, name: str, **changes: Any) -> Campaign:
    """Store a campaign by SMS to everybody, sent as soon as it is started."""
    base: dict[str, Any] = {
        "id": name, "name": name, "advertising": True, "channel": "sms", "sender": SENDER,
        "target": {"include": ["all"]}, "variants": [{"template": "hello"}], "schedule": {"now": True},
        "landing_url": "https://www.shop.kr/spring", "policies": {"cooldown": "0m"},
    }  # fmt: skip
    found = Campaign.model_validate(base | changes)
    shop.store.campaigns.apply([said(found)])
    return found


def reserved(shop: Shop, name: str, **changes: Any) -> Send:
    """The send of a new campaign, decided about and reserved."""
    campaign(shop, name, **changes)
    start(shop, name)
    (send,) = plan_due(shop, [name])
    return decided(shop, send).send


def start(shop: Shop, name: str) -> None:
    """Start a campaign. Raises RuntimeError where something is in the way."""
    begun = start_campaign(shop, name)
    if begun.state is None:
        raise RuntimeError(f"campaign {name} was not started: {begun.checked.obstacles}")


def decided(shop: Shop, send: Send) -> Decided:
    """The decisions about a send. Raises RuntimeError where it can not be decided about."""
    found = decide_send(shop, send)
    if found.problem is not None:
        raise RuntimeError(found.problem)
    return found


def _say(text: str) -> None:
    print(text, flush=True)


def _members(first: int, number: int, refuses: int) -> pl.DataFrame:
    one = pl.int_range(first, first + number, eager=True).alias("n")
    agrees = pl.col("n") % refuses != 0 if refuses else pl.lit(True)
    return pl.DataFrame({"n": one}).select(
        pl.format("m{}", "n").alias("member_id"),
        pl.format("회원{}", "n").alias("name"),
        pl.format("010{}", 20_000_000 + pl.col("n")).alias("phone"),
        pl.lit("VIP").alias("grade"),
        (1000 + pl.col("n") % 9000).alias("points"),
        agrees.alias("consent_sms"),
        agrees.alias("consent_night"),
    )


def _publish(shop: Shop) -> None:
    """What dbt publishes, as far as segments ask for it here: everybody looked at something yesterday."""
    index = open_member_facts(shop.home, shop.store).path
    yesterday = shop.clock().astimezone(shop.zone).date() - dt.timedelta(days=1)
    day = f"DATE '{yesterday.isoformat()}'"
    tables = {
        "customers": "SELECT member_key AS customer_key, customer_id, true AS is_member FROM members",
        "customer_days": f"SELECT {day} AS event_day, customer_id, 'product_view' AS event_name, 'pc' AS device, "
        "1::BIGINT AS events FROM members",
        "sessions": f"SELECT customer_id, {day} AS session_day, false AS is_bot, false AS is_off_site FROM members",
        "daily_site_metrics": f"SELECT {day} AS day",
    }
    with duckdb.connect() as connection:
        connection.from_parquet(str(index)).create_view("members")
        for name, sql in tables.items():
            shop.published.publish_full(name, connection, sql)
