"""From a decision to the channel and back into the next decision."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from connectors.sending.engine import Engine
from connectors.store.store import Store
from models.campaigns.decide import decide
from models.campaigns.document import Campaign
from models.campaigns.inputs import MEMBER_FLAGS, People, sending_of
from models.campaigns.policies import ShopPolicies
from tests.connectors.sending.conftest import QUICK, START, Clock, Inline, Phones, Told, job

pytestmark = [pytest.mark.feature("E7"), pytest.mark.feature("M4")]
SEOUL = ZoneInfo("Asia/Seoul")
CAMPAIGN = Campaign.model_validate(
    {
        "id": "spring", "name": "봄", "purpose": "promotion", "goal": {"kpi": "conversion", "aim": "구매"},
        "advertising": True, "channel": "sms", "sender": "shop", "target": {"include": ["all"]},
        "variants": [{"name": "A", "template": "a"}, {"name": "B", "template": "b"}],
        "landing_url": "https://shop.example.com/", "schedule": {"at": "2026-03-02 10:00"},
        "policies": {"exclude_duplicates": True},
    }
)  # fmt: skip


def people(store: Store, number: int) -> People:
    ids = pl.Series("customer_id", range(1, number + 1), dtype=pl.Int64)
    candidates = pl.DataFrame({"customer_id": ids}).with_columns(
        customer_key=pl.col("customer_id").cast(pl.String).str.zfill(32)
    )
    members = candidates.select(
        "customer_id", *(pl.lit(True).alias(flag) for flag in MEMBER_FLAGS if flag != "consent_night"),
        pl.lit(False).alias("consent_night"), pl.format("phone-{}", "customer_id").alias("phone_hash"),
    )  # fmt: skip
    return People(
        candidates, members,
        recent_sends=store.ledger.recent_sends(START - dt.timedelta(days=2)),
        previous=store.ledger.previous("spring"), spent=store.ledger.spent("spring"),
    )  # fmt: skip


def test_what_was_decided_goes_out_once_and_the_next_decision_knows(store: Store, clock: Clock) -> None:
    from connectors.store.ledger.shapes import Occurrence

    prices = {"A": Decimal(9), "B": Decimal("20.5")}
    sending = sending_of(CAMPAIGN, ShopPolicies(), START, SEOUL, START.date(), prices)
    known = people(store, 400)
    decisions = decide(sending, known)
    units = dict(zip(sending.variants, sending.prices, strict=True))
    rows = decisions.join(
        known.members.select("customer_id", address_hash="phone_hash"), on="customer_id"
    ).with_columns(price=pl.col("variant").cast(pl.String).replace_strict(units, default=0))
    send = store.ledger.plan(Occurrence("spring", 1, START, "sms"))
    assert store.ledger.reserve(send.send_no, rows) == 400
    channel = Told(clock)

    class Anywhere(Phones):
        def compose(self, send, rows, now):
            from connectors.sending.job import Composed

            return {row.seq: Composed(row.customer_key) for row in rows}

    work = job(send, Anywhere(), {"one": channel}, variants=("A", "B"))
    report = Engine(store.ledger, work, QUICK, clock=clock, sleep=clock.sleep, pool=Inline()).run()
    assert (report.reason, report.send.accepted, report.send.cost) == ("finished", 400, 200 * 90_000 + 200 * 205_000)
    assert set(channel.people.values()) == {1}
    assert store.ledger.spent("spring") == {dt.date(2026, 3, 2): report.send.cost}
    again = decide(sending, people(store, 500))
    assert again.group_by("reason").len().sort("len").rows() == [("selected", 100), ("cooldown", 400)]
    later = sending_of(CAMPAIGN, ShopPolicies(), START + dt.timedelta(days=3), SEOUL, START.date(), prices)
    assert set(decide(later, people(store, 400))["reason"]) == {"duplicate_phone"}
