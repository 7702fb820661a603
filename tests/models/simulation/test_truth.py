"""The truth tables say what the events show."""

import polars as pl
import pytest

from models.simulation.shop import Simulation

pytestmark = pytest.mark.feature("C1")


@pytest.fixture(scope="module")
def views(events: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Product views of people with the customer's and the product's planted taste."""
    customers = truth["customers"].explode("devices")
    looked = events.filter(pl.col("event_name") == "product_view")
    joined = looked.join(customers, left_on="visitor_id", right_on="devices")
    return joined.join(truth["products"].select("product_id", product_taste="main_taste"), on="product_id")


def test_views_concentrate_on_the_planted_taste(views: pl.DataFrame) -> None:
    pure = pl.col("taste_mix").list.max() > 0.99
    hit = (
        views.filter(pure).group_by("customer").agg((pl.col("product_taste") == pl.col("main_taste")).mean(), pl.len())
    )
    often = hit.filter(pl.col("len") >= 10)
    assert often.height > 200
    assert often["product_taste"].median() > 0.7


def test_mixed_customers_look_at_all_their_tastes(views: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    mixed = views.filter(pl.col("taste_mix").list.max().is_between(0.01, 0.99))
    keys = truth["tastes"]["taste"].to_list()
    weights = mixed.select(
        pl.sum_horizontal(
            pl.when(pl.col("product_taste") == key).then(pl.col("taste_mix").list.get(number)).otherwise(0)
            for number, key in enumerate(keys)
        ).alias("w")
    )["w"]
    assert (weights > 0).mean() > 0.7
    main = mixed.filter(pl.col("product_taste") == pl.col("main_taste")).height / mixed.height
    assert 0.25 < main < 0.75


def test_noise_has_no_taste(views: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    assert 0.17 < truth["customers"]["is_noise"].mean() < 0.23
    noise = views.filter(pl.col("is_noise"))
    top = noise.group_by("customer", "product_taste").len()
    share = top.group_by("customer").agg(
        (pl.col("len").max() / pl.col("len").sum()).alias("share"), pl.col("len").sum()
    )
    assert share.filter(pl.col("len") >= 15)["share"].median() < 0.55
    assert truth["customers"].filter("is_noise")["main_taste"].null_count() == truth["customers"]["is_noise"].sum()


def test_tastes_drift_with_the_season(truth: dict[str, pl.DataFrame]) -> None:
    visits = truth["visits"].filter(pl.col("taste").is_not_null())
    early = visits.filter(pl.col("day") < 10)["taste"].value_counts(normalize=True)
    late = visits.filter(pl.col("day") >= 30)["taste"].value_counts(normalize=True)
    share = early.join(late, on="taste", suffix="_late")
    change = {taste: later / before for taste, before, later in share.iter_rows()}
    assert change["vacance"] < 0.8  # September to October
    assert change["outdoor"] > 1.05


def test_products_are_long_tailed(views: pl.DataFrame) -> None:
    counts = views["product_id"].value_counts(sort=True)["count"]
    assert counts.head(len(counts) // 10).sum() > 0.3 * counts.sum()


def test_planned_visits_are_the_session_hints(events: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> None:
    seen = (
        events.filter(pl.col("event_name") == "page_view")
        .group_by("session_hint")
        .agg(pl.len(), pl.col("visitor_id").first(), pl.col("event_at").min())
    )
    joined = truth["visits"].join(seen, left_on="visit_id", right_on="session_hint", how="full")
    assert joined.filter(pl.col("pages") != pl.col("len")).is_empty()
    assert joined["visit_id"].null_count() + joined["session_hint"].null_count() == 0
    assert joined.filter(pl.col("started_at") != pl.col("event_at")).is_empty()
    assert joined.filter(pl.col("visitor_id") != pl.col("visitor_id_right")).is_empty()


def test_truth_covers_every_visitor(events: pl.DataFrame, truth: dict[str, pl.DataFrame], shop: Simulation) -> None:
    known = set(truth["customers"].explode("devices")["devices"]) | set(truth["bots"]["visitor_id"])
    assert set(events["visitor_id"]) <= known
    assert len(known) == truth["bots"].height + truth["customers"]["devices"].list.len().sum()
    assert truth["customers"]["devices"].list.len().is_between(1, 3).all()
    assert truth["products"].height == shop.scenario.products
