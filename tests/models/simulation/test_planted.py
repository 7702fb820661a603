"""What the checks of the product lean on is really in the events."""

import datetime as dt

import polars as pl
import pytest

from models.simulation.shop import Simulation

HALF_HOUR = dt.timedelta(minutes=30)
MICRO = dt.timedelta(microseconds=1)


def _local(events: pl.DataFrame) -> pl.Expr:
    return pl.col("event_at") + pl.duration(hours=9)


@pytest.mark.feature("A3")
def test_repeated_and_late_deliveries(received: pl.DataFrame, events: pl.DataFrame) -> None:
    repeated = received.height - events.height
    assert 0.007 < repeated / events.height < 0.013
    times = received.group_by("event_id").agg(
        pl.col("event_at").n_unique().alias("at"), pl.col("received_at").n_unique().alias("got"), pl.len()
    )
    assert times.filter(pl.col("at") != 1).is_empty()
    assert times.filter((pl.col("len") > 1) & (pl.col("got") == 1)).is_empty()
    delay = events["received_at"] - events["event_at"]
    assert 0.005 < (delay > dt.timedelta(minutes=10)).mean() < 0.02
    assert (received["received_at"] - received["event_at"]).max() <= dt.timedelta(days=3)
    days = received.group_by("event_id").agg((pl.col("received_at") + pl.duration(hours=9)).dt.date().n_unique())
    assert days.filter(pl.col("received_at") > 1).height > 20  # received again on another day


@pytest.mark.feature("A3")
@pytest.mark.parametrize("gap", [HALF_HOUR, HALF_HOUR + MICRO, HALF_HOUR - MICRO])
def test_gaps_at_the_session_limit(events: pl.DataFrame, gap: dt.timedelta) -> None:
    gaps = events.select(pl.col("event_at").diff().over("visitor_id"))
    assert gaps.filter(pl.col("event_at") == gap).height >= 5


@pytest.mark.feature("A3")
def test_visits_over_midnight(events: pl.DataFrame) -> None:
    days = events.filter(pl.col("url").is_not_null()).group_by("session_hint").agg(_local(events).dt.date().n_unique())
    assert days.filter(pl.col("event_at") > 1).height >= 10


@pytest.mark.feature("A3")
def test_log_ins_half_way(events: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    visits = (
        events.filter(pl.col("url").is_not_null())
        .group_by("session_hint", maintain_order=True)
        .agg(
            pl.col("member_index").is_null().any().alias("before"),
            pl.col("member_index").is_not_null().any().alias("after"),
            pl.col("member_index").is_not_null().cast(pl.Int8).diff().min().alias("falls"),
            pl.col("event_name").is_in(["login", "sign_up"]).any().alias("has_login"),
        )
    )
    midway = visits.filter(pl.col("before") & pl.col("after"))
    assert midway.height > 200
    assert midway["has_login"].all()
    assert not visits.filter(pl.col("has_login") & ~pl.col("after")).height
    assert midway.filter(pl.col("falls") < 0).height == 0  # nobody logs out
    named = events.filter(pl.col("member_index").is_not_null())["visitor_id"].unique()
    members = truth["customers"].filter(pl.col("member_id").is_not_null()).explode("devices")
    assert 0.2 < members.filter(pl.col("devices").is_in(named.implode())).height / members.height < 0.9
    assert truth["customers"]["member_id"].null_count() > 0.2 * truth["customers"].height


@pytest.mark.feature("A1")
def test_bots(events: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    bots = events.join(truth["bots"], on="visitor_id")
    declared = bots.filter(pl.col("kind") == "declared")["user_agent"]
    assert declared.str.contains("(?i)bot|yeti|daum/|python-requests|externalhit").all()
    hidden = bots.filter((pl.col("kind") == "hidden") & (pl.col("event_name") == "page_view"))
    assert not hidden["user_agent"].str.contains("(?i)bot|yeti|python").any()
    pace = hidden.group_by("visitor_id").agg(
        pl.len(), (pl.col("event_at").max() - pl.col("event_at").min()).dt.total_microseconds().alias("span")
    )
    assert pace.height >= 2
    assert (pace["len"] > 100).all()
    assert (pace["span"] / pace["len"] < 1e6).all()


@pytest.mark.feature("A5")
def test_entries(events: pl.DataFrame) -> None:
    for medium in ("email", "brandmessage", "push", "sms", "cpc", "paid_social"):
        assert events["url"].str.contains(f"utm_medium={medium}").any(), medium
    hosts = set(events["referrer"].str.extract("https://([^/]+)"))
    assert {"search.naver.com", "blog.naver.com", "search.daum.net", "www.google.com", "l.instagram.com"} <= hosts
    paid = events.filter((pl.col("event_name") == "page_view") & pl.col("url").str.contains("order_result"))
    back = paid["referrer"].str.contains("toss|inicis|kakao|naver")
    assert 0.6 < back.mean() < 0.9
    gaps = events.with_columns(pl.col("event_at").diff().over("visitor_id").alias("gap"))
    late = gaps.filter(pl.col("url").str.contains("order_result") & (pl.col("gap") > HALF_HOUR))
    assert late.height >= 3


@pytest.mark.feature("A6")
def test_carts_are_abandoned_emptied_and_bought_later(events: pl.DataFrame) -> None:
    human = events.filter(pl.col("product_id").is_not_null())
    keys = ["visitor_id", "product_id"]
    added = human.filter(pl.col("event_name") == "add_to_cart").select(*keys, "session_hint").unique(keys)
    bought = human.filter(pl.col("event_name") == "purchase").select(*keys, "session_hint").unique(keys)
    removed = human.filter(pl.col("event_name") == "remove_from_cart").select(keys).unique()
    assert added.join(bought, on=keys, how="anti").height > 0.2 * added.height
    assert removed.join(added, on=keys, how="anti").is_empty()
    assert added.join(bought, on=keys).filter(pl.col("session_hint") != pl.col("session_hint_right")).height > 20
    assert bought.join(added, on=keys, how="anti").height > 10  # bought at once, without the cart


@pytest.mark.feature("D3")
def test_consumables_are_bought_again_in_their_cycle(events: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    owners = truth["customers"].filter(pl.col("staple_product_id").is_not_null() & (pl.col("purchase_cycle_days") < 15))
    bought = events.filter(pl.col("event_name") == "purchase").join(
        owners.explode("devices"), left_on=["visitor_id", "product_id"], right_on=["devices", "staple_product_id"]
    )
    gaps = (
        bought.sort("event_at")
        .with_columns(
            (pl.col("event_at").diff().over("customer").dt.total_hours() / 24 / pl.col("purchase_cycle_days")).alias(
                "turn"
            )
        )["turn"]
        .drop_nulls()
    )
    assert len(gaps) > 20
    assert gaps.is_between(0.6, 1.4).mean() > 0.7


@pytest.mark.feature("A4")
def test_rhythm_of_the_day_and_night_owls(events: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    hours = events.select(_local(events).dt.hour().alias("hour"), "visitor_id")
    share = hours.group_by("hour").len().sort("hour")["len"] / hours.height
    assert share[22] > 3 * share[4]
    owls = truth["customers"].explode("devices").filter("is_night_owl")
    night = hours.join(owls, left_on="visitor_id", right_on="devices").select(pl.col("hour").is_between(0, 4).mean())
    assert night.item() > 0.4


def test_visits_are_heavy_tailed(truth: dict[str, pl.DataFrame]) -> None:
    counts = truth["customers"]["planned_visits"].sort(descending=True)
    assert counts.head(len(counts) // 10).sum() > 0.3 * counts.sum()
    assert counts.median() <= counts.mean()


def test_counts_of_the_truth(shop: Simulation, received: pl.DataFrame) -> None:
    counts = [shop.events(day).counts for day in (0, 7)]
    assert all(each["late"] >= 0 and each["duplicates"] > 0 and each["events"] > 500 for each in counts)
    frame = shop.events(7).frame
    assert frame.height == counts[1]["events"] + counts[1]["duplicates"]
    assert frame["event_id"].n_unique() == counts[1]["events"]
