"""Simulated customers respond to messages as was planted, and their visits are canonical events."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from models.campaigns.when import KINDS
from models.messages.checks import obstacles_in, problems_in
from models.messages.law import Sender, saved
from models.simulation.campaigns import shipped
from models.simulation.responses import BUYS, CLICKS, MAIL, MAILS, MESSAGES, respond
from models.simulation.return_visits import order_ids, return_visits
from models.simulation.scenario import DAY, HOUR
from models.simulation.shop import Simulation

pytestmark = pytest.mark.feature("M5")

SIZE = 24_000


@pytest.fixture(scope="module")
def messages(shop: Simulation) -> pl.DataFrame:
    """Pushes of an A/B/N test and Brand Messages with a product, to customers and members without a visit."""
    rng, plan = np.random.default_rng(3), shop.plan
    people = plan.scenario.customers + 30
    channel = np.where(np.arange(SIZE) < SIZE // 2, "push", "brand_message")
    return pl.DataFrame(
        {
            "send_id": [f"{name}@{number // people}" for number, name in enumerate(channel)],
            "send_no": np.where(channel == "push", 1, 2),
            "seq": np.arange(SIZE),
            "campaign_id": channel,
            "variant": np.where(channel == "push", np.array(["A", "B", "C"])[np.arange(SIZE) % 3], "A"),
            "channel": channel,
            "customer": np.arange(SIZE) % people,
            "at": np.full(SIZE, plan.scenario.start_us + 36 * DAY + 11 * HOUR),
            "product": np.where(channel == "push", -1, rng.integers(0, plan.scenario.products, SIZE)),
        },
        schema=MESSAGES,
    )


@pytest.fixture(scope="module")
def responses(shop: Simulation, messages: pl.DataFrame) -> pl.DataFrame:
    return respond(shop.plan, messages)


@pytest.fixture(scope="module")
def visits(shop: Simulation, responses: pl.DataFrame) -> pl.DataFrame:
    clicked = responses.filter(pl.col("clicked_at").is_not_null())
    return return_visits(
        shop.plan, clicked.with_columns(url=pl.format("https://m.dangolshop.co.kr/?dg_click={}", "seq"))
    )


def _share(rows: pl.DataFrame, column: str) -> float:
    return len(rows.drop_nulls(column)) / len(rows)


def test_clicks_and_purchases_come_in_the_planted_shares(shop: Simulation, responses: pl.DataFrame) -> None:
    known = responses.filter(pl.col("customer") < shop.scenario.customers)
    by_variant = {
        name: _share(rows, "clicked_at") for (name,), rows in known.filter(channel="push").group_by("variant")
    }
    assert by_variant["B"] == pytest.approx(1.5 * CLICKS["push"], rel=0.2)
    assert by_variant["B"] > 1.2 * by_variant["A"] > 1.2 * 1.05 * by_variant["C"]
    clicked = known.filter(pl.col("clicked_at").is_not_null())
    assert _share(clicked, "bought_at") == pytest.approx(BUYS, rel=0.25)
    assert known.filter(pl.col("clicked_at").is_not_null() & pl.col("opened_at").is_null()).is_empty()
    assert responses.filter(pl.col("customer") >= shop.scenario.customers)["opened_at"].null_count() > 0
    assert responses.filter(pl.col("customer") >= shop.scenario.customers)["opened_at"].is_null().all()


def test_products_of_the_customers_taste_are_clicked_more(shop: Simulation, responses: pl.DataFrame) -> None:
    plan, rows = shop.plan, responses.filter((pl.col("product") >= 0) & (pl.col("customer") < shop.scenario.customers))
    liking = (plan.people.mix[rows["customer"].to_numpy()] * plan.catalogue.affinity[rows["product"].to_numpy()]).sum(1)
    assert _share(rows.filter(pl.Series(liking > 0.5)), "clicked_at") > 1.4 * _share(
        rows.filter(pl.Series(liking < 0.1)), "clicked_at"
    )


def test_purchases_fall_into_different_attribution_windows(responses: pl.DataFrame) -> None:
    bought = responses.filter(pl.col("bought_at").is_not_null())
    after = (bought["bought_at"] - bought["at"]) / HOUR
    for low, high in ((0, 3), (3, 6), (6, 24), (24, 96)):
        assert after.is_between(low, high).any(), (low, high)
    assert (bought["revenue"] > 0).all()


def test_a_customer_responds_the_same_whatever_else_is_sent(
    shop: Simulation, messages: pl.DataFrame, responses: pl.DataFrame
) -> None:
    part = messages.sample(fraction=0.2, shuffle=True, seed=1)
    again = respond(shop.plan, part)
    assert again.equals(responses.join(part.select("send_no", "seq"), on=["send_no", "seq"], maintain_order="left"))
    other = respond(shop.plan, part.with_columns(pl.lit("push@next").alias("send_id")))
    assert other["clicked_at"].is_not_null().to_list() != again["clicked_at"].is_not_null().to_list()


def test_every_click_is_a_visit_and_every_purchase_an_order(
    shop: Simulation, responses: pl.DataFrame, visits: pl.DataFrame, events: pl.DataFrame
) -> None:
    clicked = responses.filter(pl.col("clicked_at").is_not_null())
    bought = clicked.filter(pl.col("bought_at").is_not_null()).with_columns(order_ids(shop.plan).alias("order_id"))
    landings = visits.filter(pl.col("url").str.contains("dg_click=") & (pl.col("event_name") == "page_view"))
    assert len(landings) == len(clicked)
    orders = visits.filter(pl.col("event_name") == "purchase")
    assert set(orders["order_id"]) == set(bought["order_id"])
    assert int((orders["price"] * orders["quantity"]).sum()) == bought["revenue"].sum()
    assert visits["event_id"].is_unique().all()
    assert not set(orders["order_id"]) & set(events["order_id"].drop_nulls())
    assert set(visits["visitor_id"]) <= set(shop.plan.devices.visitor_id)
    end = dt.datetime.fromtimestamp((shop.scenario.start_us + shop.scenario.days * DAY) / 1e6, dt.UTC)
    assert visits.filter(pl.col("received_at") >= end.replace(tzinfo=None)).is_empty()


def test_events_have_the_same_columns_as_those_of_the_shop(visits: pl.DataFrame, received: pl.DataFrame) -> None:
    assert dict(visits.schema).items() <= dict(received.schema).items()


def test_the_mail_with_a_coupon_works_better_than_other_mails(shop: Simulation, messages: pl.DataFrame) -> None:
    mails = messages.with_columns(channel=pl.lit("email"), product=pl.lit(-1, pl.Int64))
    plain, coupon = (respond(shop.plan, mails.with_columns(campaign_id=pl.lit(name))) for name in ("news", MAIL))
    known = pl.col("customer") < shop.scenario.customers
    bought = [_share(rows.filter(known), "bought_at") for rows in (plain, coupon)]
    assert bought[1] > 2 * bought[0] > 0
    clicks = {name: _share(coupon.filter(known & (pl.col("variant") == name)), "clicked_at") for name in ("A", "B")}
    assert clicks["B"] == pytest.approx(MAILS["B"] * CLICKS["email"], rel=0.1)
    assert clicks["A"] == pytest.approx(MAILS["A"] * CLICKS["email"], rel=0.1)


def test_nobody_responds_to_nothing(shop: Simulation, messages: pl.DataFrame, visits: pl.DataFrame) -> None:
    none = respond(shop.plan, messages.head(0))
    assert none.is_empty()
    assert return_visits(shop.plan, none.with_columns(url=pl.lit(""))).schema == visits.schema


@pytest.mark.feature("E1", "E2", "F8")
def test_the_demos_campaigns_are_of_every_kind_and_nothing_is_wrong_with_them() -> None:
    campaigns = shipped.campaigns(dt.date(2025, 10, 29), dt.date(2025, 10, 30))
    assert {one.schedule.kind for one in campaigns} == set(KINDS) - {"now"}
    templates = {one.id: one for one in shipped.templates()}
    senders = {one.id: one for one in shipped.senders()}
    sender = Sender("단골샵", "02-555-0100", "080-555-0100")
    for campaign in campaigns:
        assert senders[campaign.sender].may_send
        for variant in campaign.variants:
            template = saved(templates[variant.template], "수신 거부 > 앱 설정 > 알림 해제")
            assert template.channel == campaign.channel
            assert not problems_in(template)
            assert not obstacles_in(template, sender)
