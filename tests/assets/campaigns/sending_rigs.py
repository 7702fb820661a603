"""What sending of campaigns is tried with: a shop with members who can be reached, and sends that were decided.

Belongs here: the shop, its clock, sends. Does not belong here: checks; deciding, which has tests of its own.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pyarrow as pa

from assets.campaigns.shop import Shop, open_shop
from connectors.home.member_key import address_hash
from connectors.home.paths import make_home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.store.ledger.shapes import Occurrence, Send
from models.campaigns.document import Campaign
from models.documents.said import said

SEOUL = ZoneInfo("Asia/Seoul")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=SEOUL).astimezone(dt.UTC)
SETTINGS: dict[str, Any] = {
    "mall_name": "단골샵",
    "site_hosts": ["www.shop.kr"],
    "messages": {"contact": "02-111-2222", "opt_out_number": "080-111-2222"},
    "tracking": {"link_host": "https://go.shop.kr"},
}
SENDERS: tuple[Mapping[str, Any], ...] = (
    {"id": "15880000", "name": "대표번호", "kind": "sms", "address": "15880000", "state": "approved"},
    {"id": "@shop", "name": "채널", "kind": "kakao", "address": "@shop", "state": "approved"},
    {"id": "app", "name": "앱", "kind": "push"},
    {"id": "news", "name": "소식", "kind": "email", "address": "news@shop.kr"},
    {"id": "site", "name": "사이트", "kind": "onsite"},
)
CAMPAIGN: dict[str, Any] = {
    "id": "spring", "name": "봄", "advertising": True, "channel": "sms", "sender": "15880000",
    "target": {"include": ["all"]}, "variants": [{"template": "hello"}], "schedule": {"at": "2026-03-02 12:00"},
    "landing_url": "https://www.shop.kr/spring",
}  # fmt: skip


class Clock:
    """Time that passes when somebody sleeps, and when it is told to."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    def pass_(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


def phone(number: int) -> str:
    """Of member ``number``, as vendors know it."""
    return f"010{20_000_000 + number:08d}"


class SendingShop:
    """The shop, open; ``told``: what it said."""

    def __init__(self, shop: Shop, clock: Clock, told: list[str]) -> None:
        self.shop, self.clock, self.told = shop, clock, told
        self.ledger, self.store = shop.store.ledger, shop.store

    def members(self, number: int, **columns: Sequence[Any]) -> None:
        """Members m0 … with every consent, reachable everywhere."""
        each = range(number)
        table: dict[str, Any] = {
            "member_id": [f"m{one}" for one in each],
            "name": [f"회원{one}" for one in each],
            "phone": [phone(one) for one in each],
            "email": [f"m{one}@example.com" for one in each],
            "push_token": [f"device-{one}" for one in each],
            "points": [1000 + one for one in each],
            "grade": ["VIP"] * number,
            **{f"consent_{channel}": [True] * number for channel in ("sms", "email", "push", "kakao")},
            "consent_night": [False] * number,
            "is_channel_friend": [True] * number,
            **columns,
        }
        self.store.upsert_members(pa.table(table))

    def key(self, number: int) -> str:
        return self.store.key_of(f"m{number}")

    def template(self, name: str, channel: str, part: Mapping[str, Any], **top: Any) -> None:
        self.store.templates.apply([{"id": name, "name": name, channel: dict(part), **top}])

    def campaign(self, **changes: Any) -> Campaign:
        campaign = Campaign.model_validate(CAMPAIGN | changes)
        self.store.campaigns.apply([said(campaign)])
        return campaign

    def reserved(self, campaign: Campaign, numbers: Sequence[int], price: int = 90_000, **changes: Any) -> Send:
        """A send of the campaign to members ``numbers``, decided now."""
        version = self.store.campaigns.history(campaign.id)[-1].version
        ends_at = changes.pop("ends_at", None)
        send = self.ledger.plan(Occurrence(campaign.id, version, self.clock(), campaign.channel, ends_at))
        names = [variant.name for variant in campaign.variants]
        frame = pl.DataFrame(
            {
                "send_order": range(len(numbers)),
                "customer_key": [self.key(one) for one in numbers],
                "customer_id": list(numbers),
                "variant": [names[place % len(names)] for place in range(len(numbers))],
                "not_before": pl.Series([self.clock()] * len(numbers), dtype=pl.Datetime("us", "UTC")),
                "price": [price] * len(numbers),
                "address_hash": [address_hash(f"+82{phone(one)[1:]}", self.shop.secret) for one in numbers],
                **changes,
            }
        )
        self.ledger.reserve(send.send_no, frame)
        return self.ledger.progress(send.send_no)

    def publish_items(self, rows: Sequence[tuple[str, str, int, str]]) -> None:
        """Message items: customer's key, item, rank, product; and the products."""
        products = pl.DataFrame(
            [
                (f"P{one}", f"상품 {one}", 20000.0, 10000.0 + one, f"https://img.shop.kr/{one}.jpg",
                 f"https://www.shop.kr/p/{one}", f"https://m.shop.kr/p/{one}")
                for one in range(5)
            ],
            schema=["product_id", "name", "price", "sale_price", "image_url", "url_pc", "url_mobile"], orient="row",
        )  # fmt: skip
        items = pl.DataFrame(
            rows, schema={"customer_key": pl.String, "item": pl.String, "rank": pl.Int32, "product_id": pl.String},
            orient="row",
        ).with_columns(day=pl.lit(dt.date(2026, 3, 1)))  # fmt: skip
        with duckdb.connect() as connection:
            for name, frame in {"products": products, "message_items": items}.items():
                connection.register("frame", frame.to_arrow())
                self.shop.published.publish_full(name, connection, "SELECT * FROM frame")

    def states(self, send: Send) -> dict[str, int]:
        """Messages by state and code."""
        rows = self.ledger.deliveries(send.send_no).select("state", "code").rows()
        found: dict[str, int] = {}
        for state, code in rows:
            name = state if code is None else f"{state} {code}"
            found[name] = found.get(name, 0) + 1
        return dict(sorted(found.items()))


@contextmanager
def sending_shop(root: Path, clock: Clock | None = None, **settings: Any) -> Iterator[SendingShop]:
    """The shop in a home at ``root``, with a sender of every kind."""
    clock, told = clock or Clock(), list[str]()
    home = make_home(root)
    found = Settings.model_validate(SETTINGS | settings)
    with open_shop(home, found, PublishedTables(home), clock, clock.sleep, told.append) as shop:
        shop.store.senders.apply([dict(one) for one in SENDERS])
        yield SendingShop(shop, clock, told)
