"""A day of AI targets: models are trained once a week, kept by the gate, and everybody is scored."""

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from assets.ai_targets import tables
from assets.ai_targets.metadata import card_picture, told_of, verdict_of
from assets.ai_targets.run import AiRun, run_ai_targets
from assets.ai_targets.step import publish_table
from assets.ai_targets.unfinished import why_unfinished
from assets.segments.found import ai_members, ai_names
from connectors.home.paths import Home, make_home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from models.reports.ai_card import card_page
from models.reports.page import html_of

pytestmark = [pytest.mark.feature("C4"), pytest.mark.xdist_group("ai_run")]  # one shop, made once
FIRST, CUSTOMERS, DAYS = dt.date(2025, 9, 1), 2000, 70
SETTINGS = Settings.model_validate({"ai_targets": {"retrain_days": 7}})


def shop(days: int) -> dict[str, pl.DataFrame]:
    """Facts of a shop where whoever puts something into the cart orders within days, more often than others."""
    rng = np.random.default_rng(3)
    visits = rng.random((DAYS, CUSTOMERS)) < rng.gamma(1.2, 0.1, CUSTOMERS)
    carts = visits & (rng.random(visits.shape) < 0.15)
    orders = visits & (rng.random(visits.shape) < 0.01)
    for late in (1, 2, 3):
        orders[late:] |= carts[:-late] & (rng.random(carts[:-late].shape) < 0.22)
    parts = {"product_view": visits, "add_to_cart": carts, "purchase": orders}
    rows = [_rows(hits[:days]).with_columns(event_name=pl.lit(name)) for name, hits in parts.items()]
    events = pl.concat(rows).select(
        pl.col("day").alias("event_day"), "customer_id", "event_name", pl.lit("pc").alias("device"),
        pl.lit(2, pl.Int32).alias("events"),
    )  # fmt: skip
    bought = _rows(orders[:days]).with_row_index("n")
    return {
        "customer_days": events,
        "orders": bought.select(
            pl.format("o{}", "n").alias("order_id"), "customer_id", pl.col("day").alias("order_day"),
            (20_000 + pl.col("n") % 7 * 5_000).cast(pl.Float64).alias("revenue"), pl.lit(1).alias("quantity"),
        ),
        "sessions": _rows(visits[:days]).select(
            "customer_id", pl.col("day").alias("session_day"), pl.lit(60.0).alias("dwell_seconds"),
            pl.lit(3).alias("page_views"), pl.lit("Direct").alias("channel"), pl.lit(False).alias("is_bounce"),
        ),
        "customers": pl.DataFrame({"customer_id": range(CUSTOMERS)}).with_columns(
            pl.format("c{}", "customer_id").alias("customer_key")
        ),
        "daily_site_metrics": pl.DataFrame({"day": [FIRST + dt.timedelta(days=days - 1)]}),
    }  # fmt: skip


def _rows(hits: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    day, customer = np.nonzero(hits)
    return pl.DataFrame({"day": day, "customer_id": customer}).select(
        (pl.lit(FIRST) + pl.duration(days="day")).alias("day"), pl.col("customer_id").cast(pl.Int64)
    )


class Shop:
    def __init__(self, home: Home) -> None:
        self.home, self.published = home, PublishedTables(home)

    def until(self, days: int) -> None:
        """Publish the first ``days`` days."""
        for table, frame in shop(days).items():
            with duckdb.connect() as connection:
                connection.register("given", frame.to_arrow())
                self.published.publish_full(table, connection, "SELECT * FROM given", signature=str(days))

    def run(self, today: dt.date = dt.date(2026, 5, 1), settings: Settings = SETTINGS) -> AiRun:
        run = run_ai_targets(self.home, settings, self.published, today, lambda text: None)
        assert run is not None
        return run

    def publish(self) -> None:
        for table in tables.PUBLISHED:
            publish_table(LakeTables(self.home), self.published, table, "1GB")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, AiRun]:
    """A shop after its first day of AI targets. Read only."""
    made = Shop(make_home(tmp_path_factory.mktemp("ai") / "home"))
    made.until(DAYS - 9)
    run = made.run()
    made.publish()
    return made, run


def test_models_that_beat_recency_and_frequency_are_used(first: tuple[Shop, AiRun]) -> None:
    shop, run = first
    states = dict(run.models.select("target", "state").rows())
    assert states["likely_to_buy"] == "published"
    scores = pl.read_parquet(shop.published.path("ai_scores") / "**/*.parquet", hive_partitioning=False)
    mine = scores.filter(pl.col("target") == "likely_to_buy")
    assert mine.height == run.models.filter(pl.col("target") == "likely_to_buy")["customers"].item() > 0
    assert mine["expected"].is_between(0, 1).all()
    inside = mine.filter("is_in_segment")
    assert inside["reasons"].list.len().min() == 3
    assert inside["decile"].max() <= 3  # type: ignore[operator]
    assert set(mine["customer_key"]) <= {f"c{number}" for number in range(CUSTOMERS)}


def test_their_customers_are_segments(first: tuple[Shop, AiRun]) -> None:
    shop, run = first
    members = dict(ai_members(shop.published).group_by("segment_id").len().rows())
    used = run.models.filter(pl.col("trained_on").is_not_null())
    assert members == {f"ai:{row['target']}": row["in_segment"] for row in used.rows(named=True) if row["in_segment"]}
    assert set(ai_names(shop.published, "ko")["segment_id"]) == {f"ai:{target}" for target in used["target"]}


def test_the_card_holds_its_figures_and_can_be_drawn(first: tuple[Shop, AiRun]) -> None:
    _, run = first
    card = run.cards.filter(pl.col("target") == "likely_to_buy")
    auc = card.filter((pl.col("name") == "new") & (pl.col("measure") == "auc")).row(0, named=True)
    assert 0.5 < auc["low"] < auc["value"] < auc["high"] <= 1
    assert set(card["part"]) == {"figures", "deciles", "calibration", "features", "facts"}
    assert card_picture(run.cards, "likely_to_buy").startswith(b"\x89PNG")
    drawn: list[object] = []
    html = html_of(card_page("곧 구매할 고객", card, "ko", lambda chart: str(drawn.append(chart) or "<svg/>")))
    assert len(drawn) == 2
    assert "AUC" in html
    assert f"{auc['value']:.3f}" in html
    assert card.filter(pl.col("part") == "features")["text"][0] in html
    assert told_of(run)[tables.CARDS][1]["likely_to_buy"]
    assert verdict_of(run).passed == (set(run.models["state"]) == {"published"})


def test_the_same_input_is_not_scored_again_and_a_week_later_models_are_trained_anew(
    first: tuple[Shop, AiRun], tmp_path: Path
) -> None:
    import shutil

    shop, run = first
    shutil.copytree(shop.home.root, tmp_path / "home", symlinks=True)
    mine = Shop(Home(tmp_path / "home"))
    assert why_unfinished(mine.home, mine.published, SETTINGS, dt.date(2026, 5, 1)) is None
    assert not mine.run().is_new
    mine.until(DAYS - 5)
    assert "not of what is published" in str(why_unfinished(mine.home, mine.published, SETTINGS, dt.date(2026, 5, 1)))
    four_days_on = mine.run()
    assert four_days_on.models["model"].to_list() == run.models["model"].to_list()
    assert four_days_on.cards.height == run.cards.height
    mine.until(DAYS)
    nine_days_on = mine.run()
    day = FIRST + dt.timedelta(days=DAYS - 1)
    assert set(nine_days_on.models["tried_on"]) == {day}
    trained = nine_days_on.models.filter(pl.col("state") == "published")
    assert set(trained["trained_on"]) <= {day}


def test_a_shop_with_three_days_has_no_models_and_says_why(tmp_path: Path) -> None:
    young = Shop(make_home(tmp_path / "home"))
    young.until(3)
    run = young.run()
    assert set(run.models["state"]) == {"not_enough_data"}
    assert run.scores == 0
    assert all("days" in reasons[0] for reasons in run.models["reasons"])
    young.publish()
    assert ai_members(young.published).is_empty()
    assert ai_names(young.published, "ko").is_empty()


def test_without_facts_there_is_nothing_to_do(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    assert run_ai_targets(home, SETTINGS, PublishedTables(home), FIRST, lambda text: None) is None
