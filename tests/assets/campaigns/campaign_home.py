"""A small shop to run campaigns in: members, what they did, segments, a sender and templates; and a clock to turn.

Belongs here: the shop and what dbt would publish of it. Does not belong here: checks.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pyarrow as pa

from assets.campaigns.shop import Shop, open_shop
from connectors.home.paths import make_home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from models.campaigns.document import Campaign
from models.documents.said import said

SEOUL = ZoneInfo("Asia/Seoul")
MEMBERS = 20
SETTINGS: dict[str, Any] = {
    "site_hosts": ["www.shop.kr"],
    "messages": {"contact": "02-111-2222", "opt_out_number": "080-111-2222"},
}
SEGMENTS: Sequence[Mapping[str, Any]] = (
    {"id": "viewers", "name": "본 고객", "include": {"event": {"name": "product_view"}}},
    {"id": "carted", "name": "담은 고객", "include": {"event": {"name": "add_to_cart"}}},
    {"id": "buyers", "name": "산 고객", "include": {"event": {"name": "purchase"}}},
)
_TYPES = {
    "id": pl.Int64(), "text": pl.String(), "day": pl.Date(), "at": pl.Datetime("us"), "number": pl.Float64(),
    "flag": pl.Boolean(),
}  # fmt: skip
_COLUMNS = {
    "customers": "customer_key text, customer_id id, is_member flag",
    "customer_days": "event_day day, customer_id id, event_name text, device text, events id",
    "customer_product_days": "event_day day, customer_id id, event_name text, product_id text, product_hash id, "
    "device text, events id",
    "orders": "order_id text, customer_id id, order_day day",
    "sessions": "customer_id id, session_day day, is_bot flag, is_off_site flag",
    "carts": "customer_id id, product_id text, quantity id, price number, last_added_at at",
    "products": "product_id text, name text, category_path text, brand text",
    "events": "event_id text, customer_id id, customer_key text, event_name text, event_at at, event_day day, "
    "device text, product_id text, price number, quantity id, query text, url text, properties text, is_bot flag",
    "segments": "day day, segment_id text, kind text",
    "segment_members": "day day, segment_id text, kind text, customer_key text, customer_id id, strength number",
    "daily_site_metrics": "day day",
}
Event = tuple[int, str, str, Mapping[str, Any]]  # member, name, moment in Seoul, other columns


def seoul(text: str) -> dt.datetime:
    """A moment of March 2026, such as '02 10:00'."""
    return dt.datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=SEOUL).astimezone(dt.UTC)


class Clock:
    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


class CampaignHome:
    """The shop, open; ``clock`` is the time of all of it, ``told`` what it said."""

    def __init__(self, shop: Shop, clock: Clock, told: list[str]) -> None:
        self.shop, self.clock, self.told = shop, clock, told
        self.ledger = shop.store.ledger
        self.keys = {one: shop.store.key_of(f"m{one}") for one in range(1, MEMBERS + 1)}
        self.ids = {one: int(key[:15], 16) for one, key in self.keys.items()}
        self.events: list[Event] = [
            (one, "product_view", "01 12:00", {"product_id": "P1"}) for one in range(1, MEMBERS + 1)
        ]

    def at(self, moment: str) -> "CampaignHome":
        self.clock.now = seoul(moment)
        return self

    def who(self, ids: Iterable[int]) -> list[int]:
        """Numbers of members from customer ids."""
        numbers = {found: one for one, found in self.ids.items()}
        return sorted(numbers[one] for one in ids)

    def apply(self, **changes: Any) -> Campaign:
        """Store a campaign by SMS to everybody who looked at something, each day at 10."""
        base: dict[str, Any] = {
            "id": "spring", "name": "봄", "advertising": True, "channel": "sms", "sender": "15880000",
            "target": {"include": ["viewers"]}, "variants": [{"template": "hello"}],
            "schedule": {"recurring": {"unit": "day", "time": "10:00"}}, "landing_url": "https://www.shop.kr/",
        }  # fmt: skip
        campaign = Campaign.model_validate(base | changes)
        self.shop.store.campaigns.apply([said(campaign)])
        return campaign

    def did(self, member: int, name: str, moment: str, **more: Any) -> None:
        self.events.append((member, name, moment, more))

    def publish(self) -> None:
        """Publish what dbt would of all that was done."""
        rows = [
            {
                "event_id": f"e{number}", "customer_id": self.ids[who], "customer_key": self.keys[who],
                "event_name": name, "event_at": seoul(at).replace(tzinfo=None), "event_day": _day(at),
                "device": "pc", "is_bot": False, **more,
            }
            for number, (who, name, at, more) in enumerate(self.events)
        ]  # fmt: skip
        events = _frame("events", rows)
        counted = events.group_by("event_day", "customer_id", "event_name", "device").agg(events=pl.len())
        visits = events.select("customer_id", session_day="event_day", is_bot=False, is_off_site=False).unique()
        members = [{"customer_key": self.keys[one], "customer_id": self.ids[one]} for one in self.ids]
        taste = [{**one, "segment_id": "taste:t1", "kind": "taste"} for one in members[:5]]
        frames: dict[str, pl.DataFrame | Sequence[Mapping[str, Any]]] = {
            "events": events,
            "customer_days": counted,
            "sessions": visits.sort("customer_id", "session_day"),
            "customers": [{**one, "is_member": place != MEMBERS} for place, one in enumerate(members, 1)],
            "daily_site_metrics": events.select(day="event_day").unique(),
            "segments": [{"segment_id": "taste:t1", "kind": "taste"}],
            "segment_members": taste,
        }
        with duckdb.connect() as connection:
            for name in _COLUMNS:
                connection.register("published_frame", _frame(name, frames.get(name, [])).to_arrow())
                self.shop.published.publish_full(name, connection, "SELECT * FROM published_frame")

    def decisions(self, send_no: int) -> pl.DataFrame:
        from connectors.lake.sends import SendFiles

        send = self.ledger.progress(send_no)
        day = send.planned_at.astimezone(SEOUL).date()
        rows = SendFiles(self.shop.home).read("send_decisions", day, send_no)
        assert rows is not None
        return rows

    def reasons(self, send_no: int) -> dict[int, str]:
        """The reason for each member."""
        numbers = {found: one for one, found in self.ids.items()}
        rows = self.decisions(send_no).select("customer_id", "reason").iter_rows()
        return dict(sorted((numbers[one], why) for one, why in rows))


def _day(moment: str) -> dt.date:
    return seoul(moment).astimezone(SEOUL).date()


def _frame(name: str, rows: pl.DataFrame | Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    schema = {one.split(" ")[0]: _TYPES[one.split(" ")[1]] for one in _COLUMNS[name].split(", ")}
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), schema=schema)
    return frame.select(pl.col(column).cast(kind) for column, kind in schema.items())


@contextmanager
def open_home(root: Path) -> Iterator[CampaignHome]:
    """The shop of ``root`` at nine in the morning of 2 March."""
    clock, told = Clock(seoul("02 09:00")), list[str]()
    home = make_home(root)
    published = PublishedTables(home)
    with open_shop(home, Settings.model_validate(SETTINGS), published, clock, _sleep, told.append) as shop:
        yield CampaignHome(shop, clock, told)


def fill(home: CampaignHome) -> None:
    """Twenty members who looked at something on 1 March. Members 19 and 20 share a phone, 18 agreed to nothing; 20 is
    no member for the published tables yet."""
    numbers = range(1, MEMBERS + 1)
    store = home.shop.store
    store.upsert_members(
        pa.table(
            {
                "member_id": [f"m{one}" for one in numbers],
                "phone": [f"010-1234-{min(one, 19):04d}" for one in numbers],
                "consent_sms": [one != 18 for one in numbers],
                "consent_night": [False for _ in numbers],
            }
        )
    )
    store.segments.apply(list(SEGMENTS))
    store.templates.apply([{"id": "hello", "name": "인사", "sms": {"text": "봄 신상이 왔어요"}}])
    store.senders.apply(
        [{"id": "15880000", "name": "대표번호", "kind": "sms", "address": "15880000", "state": "approved"}]
    )
    home.publish()


def _sleep(seconds: float) -> None:
    raise AssertionError(f"nothing here waits, but was to sleep {seconds} s")
