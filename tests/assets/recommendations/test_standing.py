"""Lists of customers stand until there is a reason to make them anew, and then they are made at once."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.recommendations import tables
from assets.recommendations.standing import (
    GENERAL,
    RENEWED_DAYS,
    Demands,
    lists_that_stand,
    shares_of,
    without_the_others,
)
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.lake.tables import LakeTables
from connectors.store.store import Store
from models.documents.said import said
from models.recommend.definitions.document import RecommendModel
from tests.assets.recommendations.shop_home import ShopHome, catalogue, day, until, visits

pytestmark = pytest.mark.feature("D8")
VISITS, PRODUCTS = visits(), catalogue()
SHOWN = pl.DataFrame(
    {"product_id": ["p1", "p2", "p3"], "is_out": [False, False, True], "brought_by": [None] * 3},
    schema={"product_id": pl.String, "is_out": pl.Boolean, "brought_by": pl.Int64},
)
NOBODY = pl.Series([], dtype=pl.UInt64)


def customers_lists(home: ShopHome) -> pl.DataFrame:
    return home.lists().filter(basis="customer").sort("context_id", "rank")


def made_on(home: ShopHome) -> dict[str, dt.date]:
    """The day of each customer's list; every customer has one, of twenty products."""
    lists = customers_lists(home).group_by("context_id").agg(pl.col("day").unique(), pl.len(), pl.col("rank").max())
    assert set(lists["len"]) == {20}
    assert set(lists["rank"]) == {20}
    return dict(lists.select("context_id", pl.col("day").list.item()).iter_rows())


def newest_only(events: pl.DataFrame, who: str) -> pl.DataFrame:
    """The events up to the eighth day, and of the ninth only what one customer did."""
    return events.filter((pl.col("event_day") <= day(8)) | (pl.col("customer_key") == who)).filter(
        pl.col("event_day") <= day(9)
    )


@pytest.fixture
def settled(home: ShopHome) -> ShopHome:
    """A home whose last days nobody came on: the counts that the next run goes on from are those of the eighth day."""
    home.publish(until(VISITS, 8), PRODUCTS, last=day(12))
    home.run()
    return home


def later(events: pl.DataFrame, who: str) -> pl.DataFrame:
    """The events up to the eighth day, and what one customer did on the ninth as if it were the thirteenth."""
    more = newest_only(events, who).filter(pl.col("event_day") == day(9))
    moved = more.with_columns(
        pl.lit(day(13)).alias("event_day"), pl.col("event_at") + dt.timedelta(days=4), pl.col("session_id") + "-again"
    )
    return pl.concat([until(events, 8), moved])


def visitor_of_the_ninth_day() -> str:
    return str(VISITS.filter(pl.col("event_day") == day(9))["customer_key"].sort()[0])


def test_a_day_makes_the_lists_of_who_came_and_leaves_the_others(settled: ShopHome) -> None:
    who, before = visitor_of_the_ninth_day(), customers_lists(settled)
    settled.publish(later(VISITS, who), PRODUCTS)
    run = settled.run()
    made = made_on(settled)
    assert set(made) == set(until(VISITS, 8)["customer_key"])
    assert made[who] == day(13)
    idle = [name for name, each in made.items() if each < day(13)]
    assert len(idle) > 0.8 * len(made), "but for those whose turn it was"
    assert run.row["customers_made"] == len(made) - len(idle)
    assert run.row["customers"] == len(made)
    stood = pl.col("context_id").is_in(idle)
    assert customers_lists(settled).filter(stood).equals(before.filter(stood))
    shares = run.frames[tables.SHARES].filter(algorithm="personal")
    assert (shares["rows"].sum(), shares["lists"][0], shares["full_lists"][0]) == (20 * len(made), *[len(made)] * 2)


def test_nothing_that_sells_out_stays_on_a_list_that_stood(settled: ShopHome) -> None:
    top = customers_lists(settled)["product_id"].value_counts().sort("count", "product_id")["product_id"][0]
    status = pl.when(pl.col("product_id") == top).then(pl.lit("sold_out")).otherwise("status").alias("status")
    settled.publish(later(VISITS, visitor_of_the_ninth_day()), PRODUCTS.with_columns(status))
    settled.run()
    assert top not in set(settled.lists()["product_id"])
    assert len(set(made_on(settled).values())) > 1, "lists without it stand"


def test_other_rules_make_all_lists_anew(settled: ShopHome) -> None:
    settled.apply("{id: off, name: 꺼짐, on: false, if: {candidate: {brand: {is: 상표0}}}, then: exclude}")
    settled.publish(later(VISITS, visitor_of_the_ninth_day()), PRODUCTS)
    settled.run()
    assert set(made_on(settled).values()) == {day(13)}


def test_a_product_that_a_rule_begins_to_exclude_leaves_the_lists_that_stood(settled: ShopHome) -> None:
    """The rule is the same: the product has another price."""
    settled.apply("{id: dear, name: 고가 제외, if: {candidate: {price: {min: 90000}}}, then: exclude}")
    settled.run()
    some = customers_lists(settled)["product_id"].value_counts().sort("count", "product_id")["product_id"][0]
    price = pl.when(pl.col("product_id") == some).then(100_000.0).otherwise("price").alias("price")
    settled.publish(later(VISITS, visitor_of_the_ninth_day()), PRODUCTS.with_columns(price))
    settled.run()
    assert some not in set(settled.lists()["product_id"])
    assert len(set(made_on(settled).values())) > 1


def test_lists_of_models_with_own_rules_stand_too(settled: ShopHome) -> None:
    never = {"id": "never", "name": "제외", "if": {"candidate": {"brand": {"is": "상표0"}}}, "then": "exclude"}
    told = {"id": "for-you", "name": "추천", "page": "main", "basis": "customer", "algorithm": "personal"}
    model = RecommendModel.model_validate(told | {"rules": [never]})
    secret = read_secret(settled.home)
    with Store.open(settled.home.ops_url, secret=secret, now=lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC)) as store:
        store.recommend_models.apply([said(model)])
    settled.run()
    settled.publish(later(VISITS, visitor_of_the_ninth_day()), PRODUCTS)
    settled.run()
    own = settled.read(tables.MODEL_LISTS).filter(basis="customer")
    lists = own.group_by("context_id").agg(pl.col("day").unique(), pl.len())
    assert set(lists["len"]) == {20}
    assert dict(lists.select("context_id", pl.col("day").list.item()).iter_rows()) == made_on(settled)
    assert len(set(lists["day"].list.item())) > 1


def test_members_who_never_came_have_full_lists_of_what_the_shop_sells(home: ShopHome) -> None:
    home.publish(until(VISITS, 9), PRODUCTS)
    keys = [*until(VISITS, 9)["customer_key"].unique().sort(), "m1", "m2"]
    seen = [None if key.startswith("m") else dt.datetime(2026, 3, 1) for key in keys]
    members = pl.DataFrame({"customer_key": keys, "first_seen_at": seen, "last_seen_at": seen})
    with duckdb.connect() as connection:
        connection.register("members", members.to_arrow())
        home.published.publish_full("customers", connection, "SELECT * FROM members")
    home.run()
    assert {"m1", "m2"} <= set(made_on(home))
    theirs = customers_lists(home).filter(pl.col("context_id").is_in(["m1", "m2"]))
    assert set(theirs["source"]) <= {"shop_best_sellers", "catalogue"}


# The conditions one by one, on lists of two products.


class Lists:
    """A lake with the lists of some customers."""

    def __init__(self, root: Path) -> None:
        self.lake = LakeTables(Home(root))

    def write(self, made: dt.date, *who: str, products: tuple[str, ...] = ("p1", "p2")) -> None:
        rows = [
            {"day": made, "algorithm": "personal", "basis": "customer", "context_id": name, "rank": rank,
             "product_id": product, "score": 1.0, "source": "personal", "support": 0}
            for name in who for rank, product in enumerate(products, 1)
        ]  # fmt: skip
        self.lake.write_day(tables.RECOMMENDATIONS, made, pl.DataFrame(rows, schema=tables.LIST_ROWS))

    def stand(self, when: dt.date, *who: str, **more: object) -> set[str]:
        named = {
            "everyone": pl.DataFrame({"context_id": who}, schema={"context_id": pl.String}),
            "active": NOBODY,
            "unwanted": pl.DataFrame(schema={"context_id": pl.String, "product_id": pl.String}),
            "shown": {GENERAL: SHOWN},
            "length": 2,
        }
        asked = Demands(**(named | more))  # type: ignore[arg-type]
        return set(lists_that_stand(self.lake, when, asked)["context_id"])


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    return Lists(tmp_path / "home")


def test_everybodys_list_is_renewed_once_in_the_time_on_a_day_of_his_own(lists: Lists) -> None:
    everybody = [f"c{number}" for number in range(200)]
    lists.write(day(1), *everybody)
    left = [len(lists.stand(day(1 + days), *everybody)) for days in range(1, RENEWED_DAYS + 1)]
    gone = [before - now for before, now in zip([200, *left], left, strict=False)]
    assert left[-1] == 0
    assert all(0 <= each < 30 for each in gone)
    assert len([each for each in gone if each]) > 0.8 * RENEWED_DAYS


def test_a_list_falls_that_is_short_shows_what_it_may_not_or_is_of_nobody(lists: Lists) -> None:
    everybody = [f"c{number}" for number in range(20)]
    lists.write(day(1), *everybody)
    stands = sorted(lists.stand(day(2), *everybody))
    assert len(stands) > 10
    assert lists.stand(day(2), *everybody, length=3) == set()
    assert lists.stand(day(2), *everybody, length=0) == set()
    assert lists.stand(day(2), *stands[1:]) == set(stands[1:])
    bought = pl.DataFrame({"context_id": [stands[0], stands[1]], "product_id": ["p2", "p9"]})
    assert lists.stand(day(2), *everybody, unwanted=bought) == set(stands[1:])
    out = {GENERAL: SHOWN.filter(pl.col("product_id") != "p2")}
    assert lists.stand(day(2), *everybody, shown=out) == set(), "a product that the shop no longer knows"
    lists.write(day(1), *everybody, products=("p1", "p3"))
    assert lists.stand(day(2), *everybody) == set()


def test_the_files_keep_what_stands_and_nothing_else(lists: Lists) -> None:
    everybody = [f"c{number}" for number in range(20)]
    lists.write(day(1), *everybody[:10])
    lists.write(day(2), *everybody[10:])
    standing = pl.DataFrame({"context_id": everybody[:9], "made": [day(1)] * 9})
    left = without_the_others(lists.lake, day(3), standing)
    assert {place: set(rows.collect()["context_id"]) for place, rows in left.items()} == {
        (tables.RECOMMENDATIONS, day(1)): set(everybody[:9]),
        (tables.RECOMMENDATIONS, day(2)): set(),
    }
    lists.lake.write_together(day(3), {}, left)
    assert without_the_others(lists.lake, day(3), standing) == {}, "a file that holds no more is left as it is"
    shares = shares_of(lists.lake, standing)
    assert shares.filter(pl.col("source") == "personal")["rows"].to_list() == [18]
    assert shares.filter(pl.col("source").is_null()).select("lists", "full_lists").row(0) == (9, 9)
