"""Statistics of reports on a small home: made once, kept, published, mended after a kill; nobody is named."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import pytest

from assets.attribution import tables
from assets.attribution.designs import designs_of
from assets.attribution.statistics import StatisticsRun, run_statistics
from assets.attribution.statistics_unfinished import why_statistics_unfinished
from assets.attribution.step import build_statistics_assets, publish_table
from assets.common import PERSONAL_COLUMNS
from assets.lake_steps import lake_key
from assets.published import published_key
from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.attribution.credit import MODELS
from models.attribution.lift_rows import SUMS
from models.campaigns.document import Campaign
from models.documents.said import said

pytestmark = [pytest.mark.feature("H5"), pytest.mark.feature("I4"), pytest.mark.xdist_group("statistics")]
DAY, OLD = dt.date(2025, 10, 30), dt.date(2025, 7, 1)  # OLD is 121 days before
NOW = dt.datetime(2025, 11, 3, 3, tzinfo=dt.UTC)
SETTINGS = Settings.model_validate({})
PEOPLE = 400
CAMPAIGN = {
    "id": "spring", "name": "봄 행사", "advertising": False, "channel": "sms", "sender": "shop",
    "target": {"include": ["everybody"]}, "holdout": {"share": 20},
    "variants": [{"name": "B", "template": "hello", "share": 50}, {"name": "A", "template": "hello", "share": 50}],
    "schedule": {"at": "2025-10-20 10:00"},
}  # fmt: skip


def at(day: dt.date, hour: int = 3) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour)


def report_tables() -> dict[str, pl.DataFrame]:
    """`spring` sent variants A and B to 160 customers each and held out 80; 40 of A, 20 of B and 4 held out ordered for
    10,000, what last touch gives to it. `old` is 121 days back."""
    day = DAY - dt.timedelta(days=10)
    counts = [("send", "A", 160, 40), ("send", "B", 160, 20), ("holdout", None, 80, 4)]
    arms = pl.DataFrame(
        [_arm(when, name, *count) for when, name in ((day, "spring"), (OLD, "old")) for count in counts],
        schema_overrides={"variant": pl.String},
    )
    buyers = [*range(40), *range(160, 180)]
    orders = pl.DataFrame(
        {"day": day, "send_id": "spring@1", "campaign_id": "spring", "channel": "sms", "customer_id": buyers,
         "order_id": [f"o{one}" for one in buyers], "sent_at": at(day), "touched_at": at(day), "window": "7d",
         "credit": 1.0, "revenue": 10_000.0}
    )  # fmt: skip
    conversions = pl.concat([orders.with_columns(model=pl.lit(model)) for model in MODELS])
    told = {"day": [day], "path": ["spring"], "channels": ["sms"]}
    paths = [pl.DataFrame({**told, "is_converted": [hit], "paths": [count]}) for hit, count in ((True, 60), (False, 9))]
    sends = pl.DataFrame(
        {"day": day, "send_id": "spring@1", "campaign_id": "spring", "variant": ["A", "B"], "window": "7d",
         "substitute_of": pl.Series([None, None], dtype=pl.String), "is_collecting": False, "ordered": [40, 20],
         "orders": [40, 20], "revenue": [400_000.0, 200_000.0]}
    )  # fmt: skip
    return {
        "report_send_arms": arms,
        "conversions": conversions,
        "report_paths": pl.concat(paths),
        "report_sends": sends,
    }


def _arm(day: dt.date, campaign: str, arm: str, variant: str | None, people: int, buyers: int) -> dict[str, Any]:
    told = {"day": day, "send_id": f"{campaign}@1", "campaign_id": campaign, "arm": arm, "variant": variant,
            "window": "7d", "clicked": buyers}  # fmt: skip
    money = {name: float(buyers * 10_000 ** (1 + ("squares" in name) + 2 * ("cubes" in name))) for name in SUMS[6:9]}
    return (
        told | dict.fromkeys(SUMS, 0) | {"people": people, "buyers": buyers} | dict.fromkeys(SUMS[2:5], buyers) | money
    )


def shop_tables() -> dict[str, pl.DataFrame]:
    """Everybody came by app on the day of the send; customers below 200 are in the segment of fans."""
    ids, day = range(PEOPLE), DAY - dt.timedelta(days=10)
    deliveries = {"day": day, "send_id": "spring@1", "campaign_id": "spring", "channel": "sms", "state": "delivered"}
    visits = {
        "customer_id": ids, "session_id": [f"s{one}" for one in ids], "started_at": at(DAY), "session_day": DAY,
        "device": "app", "channel": "Direct", "page_views": 2, "dwell_seconds": 5.0, "orders": 0,
        "is_new_visitor": False, "is_bot": False, "is_off_site": False,
    }  # fmt: skip
    customers = pl.DataFrame(
        {"customer_id": ids, "customer_key": [f"k{one}" for one in ids], "orders": 1, "revenue": 10_000.0,
         "refund_amount": 0.0, "recency_days": 9, "recency_score": 1, "frequency_score": 1, "monetary_score": 1,
         "rfm_grade": "BRONZE"}
    )  # fmt: skip
    before = pl.DataFrame(
        {"order_id": [f"b{one}" for one in range(50)], "customer_id": range(50), "ordered_at": at(OLD),
         "order_day": OLD, "lines": 1, "quantity": 1, "revenue": 10_000.0, "refund_amount": 0.0}
    )  # fmt: skip
    bought = pl.DataFrame(
        {"event_day": DAY, "customer_id": [1, 2, 300], "event_name": "purchase", "product_id": ["p1", "p2", "p1"],
         "quantity": [1, 2, 3]}
    )  # fmt: skip
    return {
        "deliveries": pl.DataFrame({**deliveries, "customer_id": range(320)}),
        "sends": pl.DataFrame({"send_id": ["spring@1", "old@1"], "campaign_id": ["spring", "old"], "version": [1, 7]}),
        "sessions": pl.DataFrame(visits), "customers": customers, "orders": before, "customer_product_days": bought,
        "products": pl.DataFrame({"product_id": ["p1"], "name": ["셔츠"], "category_path": ["상의 > 셔츠"]}),
        "product_purchases": before.select("order_id", product_id=pl.lit("p1")),
        "segment_members": pl.DataFrame({"segment_id": "fans", "customer_id": range(200)}),
        "segments": pl.DataFrame({"segment_id": ["fans"], "name": ["단골"], "kind": ["rule"]}),
        "report_dashboard": pl.DataFrame({"period": ["1d", "7d"], "last_day": [DAY, DAY]}),
    }  # fmt: skip


class Shop:
    def __init__(self, home: Home) -> None:
        self.home, self.published, self.lake = home, PublishedTables(home), LakeTables(home)
        self.said: list[str] = []

    def put(self, **frames: pl.DataFrame) -> None:
        for table, frame in frames.items():
            with duckdb.connect() as connection:
                connection.register("given", frame.to_arrow())
                self.published.publish_full(table, connection, "SELECT * FROM given")

    def run(self, settings: Settings = SETTINGS) -> StatisticsRun | None:
        with Store.open(self.home.ops_url, secret=read_secret(self.home), now=lambda: NOW) as store:
            return run_statistics(self.home, settings, store, self.published, self.said.append)

    def publish(self) -> None:
        for table in tables.PUBLISHED:
            publish_table(self.lake, self.published, table, "1GB")

    def why_unfinished(self, settings: Settings = SETTINGS) -> str | None:
        return why_statistics_unfinished(self.home, self.published, settings)

    def rows(self, table: str, **wanted: Any) -> pl.DataFrame:
        return self.published.scan(table).filter(**wanted).collect()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with statistics published. Read only."""
    shop = Shop(make_home(tmp_path_factory.mktemp("statistics") / "home"))
    with Store.open(shop.home.ops_url, secret=read_secret(shop.home), now=lambda: NOW) as store:
        store.campaigns.apply([said(Campaign.model_validate(CAMPAIGN))])
    assert shop.run() is None
    assert shop.why_unfinished() is None
    shop.put(**report_tables(), **shop_tables())
    assert "are not of what is published" in str(shop.why_unfinished())
    assert shop.run() is not None
    shop.publish()
    return shop


@pytest.fixture
def shop(made: Shop, tmp_path: Path) -> Shop:
    shutil.copytree(made.home.root, tmp_path / "home", symlinks=True)
    return Shop(Home(tmp_path / "home"))


def test_what_the_campaign_changed_stands_beside_what_it_claims(made: Shop) -> None:
    """60 of 320 against 4 of 80: 18.75 % and 5 %, so 44 of the 60 orders would not be there."""
    assert set(made.rows(tables.LIFT)["campaign_id"]) == {"spring"}
    row = made.rows(tables.LIFT, send_id="", metric="buyers").row(0, named=True)
    assert (row["treated"], row["held_out"], row["last_touch"]) == (320, 80, 60)
    assert (row["incremental"], row["expected_held_out"]) == (pytest.approx(44), pytest.approx(80))
    assert row["conclusion"].startswith("이 캠페인으로 구매 고객이 44.0명(95% 구간 ")
    money = made.rows(tables.LIFT, send_id="", metric="revenue").row(0, named=True)
    assert (money["incremental"], money["last_touch"]) == (pytest.approx(440_000), 600_000)


def test_variants_stand_in_the_order_of_the_campaign(made: Shop) -> None:
    rows = made.rows(tables.VARIANTS, metric="conversion")
    assert rows.select("place", "variant", "mean", "split_p_value").rows() == [
        (1, "B", 0.125, 1.0),
        (2, "A", 0.25, 1.0),
    ]


def test_shares_are_those_of_the_version_that_was_sent(made: Shop) -> None:
    with Store.open(made.home.ops_url, secret=read_secret(made.home), now=lambda: NOW) as store:
        found = designs_of(store, made.rows("sends"))
    assert found.holdouts.rows() == [("spring@1", 0.2)]
    assert found.shares.rows() == [("spring@1", "B", 1, 0.5), ("spring@1", "A", 2, 0.5)]


def test_what_converters_have_in_common_was_known_before(made: Shop) -> None:
    """Of 320 with a message 60 ordered: 40 of the 50 who had bought 110 days before, 20 of the other 270."""
    rows = made.rows(tables.CHARACTERISTICS, scope="campaign")
    best = rows.sort("rank").head(2)
    assert best.select("trait_kind", "people", "converters").rows() == [
        ("bought_category", 50, 40), ("grade_and_category", 50, 40),
    ]  # fmt: skip
    assert set(rows["trait_name"]) == {"BRONZE 등급", "이탈", "상의 구매", "BRONZE 등급 · 상의 구매"}


def test_models_and_segments_are_of_the_last_complete_days(made: Shop) -> None:
    models = made.rows(tables.MODELS, scope="campaign", period="90d")
    assert dict(models.select("model", "orders").rows()) == dict.fromkeys((*MODELS, "markov", "shapley"), 60.0)
    week = made.rows(tables.PROFILES, period="7d")
    assert week.filter(figure="visits").select("name", "members", "segment", "site", "share").rows() == [
        ("단골", 200, 200.0, 400.0, 0.5)
    ]
    assert set(week["first_day"]) == {DAY - dt.timedelta(days=6)}
    products = made.rows(tables.PRODUCTS, period="7d").select("kind", "rank", "product_id", "product_name", "quantity")
    assert products.rows() == [("bought", 1, "p2", None, 2), ("bought", 2, "p1", "셔츠", 1)]


def test_nobody_is_in_these_tables(made: Shop) -> None:
    for table, schema in tables.PUBLISHED.items():
        assert not PERSONAL_COLUMNS & set(schema.names())
        assert made.rows(table).schema == schema
        assert made.rows(table).height
        assert list(tables.COLUMNS[table]) == schema.names()
    assert set(tables.PARENTS) == set(tables.PUBLISHED) == set(tables.DESCRIPTIONS)
    assert {parent for parents in tables.PARENTS.values() for parent in parents} <= {*tables.FACTS, *tables.OPTIONAL}


def test_nothing_is_done_until_something_changed(shop: Shop) -> None:
    before = {table: shop.published.current(table) for table in tables.PUBLISHED}
    again = shop.run()
    assert again is not None
    assert not again.is_new
    assert shop.said == [f"nothing has changed since the statistics of {DAY} were made"]
    shop.publish()
    assert {table: shop.published.current(table) for table in tables.PUBLISHED} == before
    assert shop.why_unfinished() is None
    other = Settings.model_validate({"locale": "en"})
    assert "are not of what is published" in str(shop.why_unfinished(other))
    shop.put(report_sends=report_tables()["report_sends"].with_columns(is_collecting=True))
    changed = shop.run(other)
    assert changed is not None
    assert changed.is_new
    assert changed.lift["conclusion"][0].startswith("Still collecting: figures so far. Because of this campaign")


def test_who_was_killed_before_publishing_is_mended_by_the_next_run(shop: Shop) -> None:
    old = shop.published.current(tables.LIFT)
    shop.put(report_sends=report_tables()["report_sends"].with_columns(is_collecting=True))
    assert shop.run() is not None  # and killed here
    assert shop.published.current(tables.LIFT) == old
    assert shop.why_unfinished() == "the previous run ended before all tables were published"
    assert shop.run() is not None
    assert shop.said[-1].startswith("nothing has changed")
    shop.publish()
    assert shop.why_unfinished() is None
    assert set(shop.rows(tables.LIFT)["is_collecting"]) == {True}


def test_a_shop_that_sent_nothing_has_tables_without_rows(tmp_path: Path) -> None:
    shop = Shop(make_home(tmp_path / "home"))
    facts = {table: frame.clear() for table, frame in {**report_tables(), **shop_tables()}.items()}
    optional = {table: facts.pop(table) for table in tables.OPTIONAL}
    shop.put(**facts | {"report_dashboard": shop_tables()["report_dashboard"]})
    for given in ({}, optional):
        shop.put(**given)
        run = shop.run()
        assert run is not None
        assert run.rows == dict.fromkeys(tables.PUBLISHED, 0)
        shop.publish()
        assert {table: shop.rows(table).schema for table in tables.PUBLISHED} == dict(tables.PUBLISHED)


def test_half_of_what_was_written_is_never_seen(shop: Shop) -> None:
    """Killed while files moved to their tables: the next run moves the rest."""
    aside = shop.home.lake / f".ready-{DAY.isoformat()}"
    aside.mkdir()
    folder = shop.home.lake / tables.LIFT / f"day={DAY.isoformat()}"
    shutil.move(folder / "part.parquet", aside / f"{tables.LIFT}.parquet")
    assert shop.why_unfinished() is None
    assert (folder / "part.parquet").is_file()


def test_the_steps_run_in_dagster(shop: Shop) -> None:
    days = dg.DailyPartitionsDefinition("2025-10-29")
    steps = build_statistics_assets(days, "Asia/Seoul")
    keys = [[key(table) for table in tables.PUBLISHED] for key in (lake_key, published_key)]
    assert [set(step.keys) for step in steps] == [set(some) for some in keys]
    shop.put(report_sends=report_tables()["report_sends"].with_columns(is_collecting=True))
    given = {"home": shop.home, "settings": SETTINGS, "published": shop.published, "clock": lambda: NOW}
    resources = {name: dg.ResourceDefinition.hardcoded_resource(value) for name, value in given.items()}
    done = dg.materialize(steps, partition_key="2025-10-30", resources=resources)
    assert done.success
    told = done.asset_materializations_for_node("find_effects")
    rows = {one.asset_key.path[-1]: one.metadata["dagster/row_count"].value for one in told}
    assert rows == {table: shop.rows(table).height for table in tables.PUBLISHED}
    assert shop.why_unfinished() is None
