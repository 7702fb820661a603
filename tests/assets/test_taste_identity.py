"""Segments from day to day: ids and names stay, a day that is run again changes nothing that people have seen."""

from pathlib import Path

import polars as pl
import pytest

from assets.taste_history import read_history
from assets.taste_run import TasteRun
from benchmarks.taste.planted import plant
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from models.taste.keywords import keywords_moved
from tests.assets.taste_home import TABLES, TasteHome, clear_products, clear_views, day, planted, until

pytestmark = [pytest.mark.feature("C2"), pytest.mark.xdist_group("drifting")]  # days made once
SHOP = plant(1500, products=300, seed=1)
VIEWS = planted(SHOP, 33)
DAYS = (30, 31, 32, 33)


@pytest.fixture(scope="module")
def drifting(tmp_path_factory: pytest.TempPathFactory) -> TasteHome:
    """Four days of a planted shop whose window moves on. Read only."""
    home = TasteHome(tmp_path_factory.mktemp("drifting") / "home")
    for number in DAYS:
        home.publish(until(VIEWS, number), SHOP.products)
        assert home.run().row["state"] == "published"
    return home


def rows_of(home: TasteHome, table: str, number: int) -> pl.DataFrame:
    return home.read(table).filter(pl.col("day") == day(number))


def run_again(home: TasteHome, number: int, views: pl.DataFrame, products: pl.DataFrame) -> TasteRun:
    """Run a day again although nothing has changed since."""
    home.publish(until(views, number), products)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LakeTables, "row_of", lambda *_: None)
        return home.run()


def test_segments_keep_their_ids_through_a_slow_drift(drifting: TasteHome) -> None:
    for before, now in zip(DAYS, DAYS[1:], strict=False):
        then = set(rows_of(drifting, "taste_segments", before)["segment_id"])
        kept = then & set(rows_of(drifting, "taste_segments", now)["segment_id"])
        assert len(kept) >= 0.9 * len(then)


def test_customers_stay_in_the_segment_of_their_id(drifting: TasteHome) -> None:
    first = rows_of(drifting, "taste_members", DAYS[0]).select("customer_key", "segment_id")
    last = rows_of(drifting, "taste_members", DAYS[-1]).select("customer_key", now="segment_id")
    both = first.join(last, on="customer_key")
    assert both.height > 500
    assert (both["segment_id"] == both["now"]).mean() > 0.9


def test_a_name_changes_only_with_the_keywords(drifting: TasteHome) -> None:
    named = drifting.read("taste_segments").sort("segment_id", "day")
    for _, rows in named.group_by("segment_id"):
        for before, now in zip(rows.rows(named=True), rows.rows(named=True)[1:], strict=False):
            if before["name"] != now["name"]:
                assert now["named_on"] == now["day"]
                assert keywords_moved(before["named_keywords"], now["keywords"])
            else:
                assert (now["named_by"], now["description"]) == (before["named_by"], before["description"])


def test_every_day_says_what_became_of_every_segment(drifting: TasteHome) -> None:
    before: set[str] = set()
    for number in DAYS:
        now = set(rows_of(drifting, "taste_segments", number)["segment_id"])
        drift = rows_of(drifting, "taste_drift", number)
        assert set(drift["segment_id"]) == before | now
        change = dict(drift.select("segment_id", "change").iter_rows())
        assert all(change[segment] == "kept" for segment in before & now)
        assert all(change[segment] in ("born", "split", "returned") for segment in now - before)
        assert all(change[segment] in ("died", "merged") for segment in before - now)
        before = now


def test_the_tables_of_a_day_agree(drifting: TasteHome) -> None:
    for number in DAYS:
        segments = rows_of(drifting, "taste_segments", number)
        sizes = rows_of(drifting, "taste_members", number).group_by("segment_id").len()
        assert dict(sizes.iter_rows()) == dict(segments.select("segment_id", "customers").iter_rows())
        assert segments["share"].sum() == pytest.approx(1)
        bundles = set(rows_of(drifting, "taste_bundles", number)["segment_id"])
        assert set(segments["parent_segment_id"].drop_nulls()) == bundles
        (run,) = rows_of(drifting, "taste_runs", number).to_dicts()
        assert (run["groups"], run["members"]) == (segments.height, segments["customers"].sum())


def test_a_day_run_again_writes_the_same_bytes(drifting: TasteHome, tmp_path: Path) -> None:
    home = drifting.copy(tmp_path / "home")
    run = run_again(home, DAYS[-1], VIEWS, SHOP.products)
    home_before = drifting.in_the_lake()
    after = home.in_the_lake()
    # the row of taste_runs names the version of the published tables that the run has read
    changed = [name for name in after if after[name] != home_before[name]]
    assert changed == [f"taste_runs/day={day(DAYS[-1])}"]
    then, now = (each.read_day("taste_runs", DAYS[-1]).drop("signature") for each in (drifting, home))
    assert now.equals(then)
    assert run.named is not None
    assert run.named.fresh == 0, "names that were given today are not asked for again"


def test_an_old_day_run_again_neither_renumbers_nor_takes_ids(drifting: TasteHome, tmp_path: Path) -> None:
    home = drifting.copy(tmp_path / "home")
    run_again(home, DAYS[1], VIEWS, SHOP.products)
    for table in TABLES:
        for number in DAYS:
            if day(number) in drifting.lake.days(table) and table not in ("taste_runs", "product_embeddings"):
                assert home.lake.read_day(table, day(number)).equals(drifting.lake.read_day(table, day(number))), table
    run_again(home, DAYS[0], VIEWS, SHOP.products)
    assert rows_of(home, "taste_members", DAYS[0]).equals(rows_of(drifting, "taste_members", DAYS[0]))
    tomorrow = [read_history(each.lake, day(34)).before for each in (home, drifting)]
    assert (
        tomorrow[0].next_segment
        == tomorrow[1].next_segment
        > max(int(segment.removeprefix("taste-")) for segment in home.read("taste_segments")["segment_id"])
    )


def test_more_views_of_the_same_day_keep_the_ids_and_names_that_it_made_new(tmp_path: Path) -> None:
    """At noon the first taste is the largest, in the evening the last one is: new ids go by size."""
    noon = clear_views((80, 70, 60, 50, 40, 30), last_day=30)
    evening = clear_views((80, 70, 60, 50, 40, 120), last_day=30)
    home, names = TasteHome(tmp_path / "home"), {}
    for views in (noon, evening):
        home.publish(views, clear_products())
        run = home.run()
        members = rows_of(home, "taste_members", 30).with_columns(taste=pl.col("customer_key").str.slice(7, 1))
        told = (
            members.group_by("taste")
            .agg(pl.col("segment_id").mode().first())
            .join(rows_of(home, "taste_segments", 30).select("segment_id", "name"), on="segment_id")
        )
        names[len(names)] = told.sort("taste")
        assert set(rows_of(home, "taste_drift", 30)["change"]) == {"born"}
    assert names[0].height == 6
    assert names[0].equals(names[1])
    assert run.named is not None
    assert run.named.fresh == 0
    assert run.row["next_segment"] == 7


def test_what_was_new_on_a_later_day_keeps_its_id_too(home: TasteHome) -> None:
    """A seventh taste comes up on the second day, and that day is run twice."""
    styles = ("린넨", "데님", "캔버스", "실크", "가죽", "니트", "라탄", "벨벳")
    products = clear_products(styles)
    ids = []
    for new in ((60, 45), (60, 90)):
        views = clear_views((90, 80, 70, 60, 50, 40, *new), seed=3)
        home.publish(until(views, 31), products)
        run = home.run()
        members = rows_of(home, "taste_members", 31).with_columns(taste=pl.col("customer_key").str.slice(7, 1))
        told = members.group_by("taste").agg(pl.col("segment_id").mode().first()).sort("taste")
        ids.append(told)
        drift = dict(rows_of(home, "taste_drift", 31).select("segment_id", "change").iter_rows())
        assert drift == {f"taste-{n:04d}": "kept" if n <= 6 else "born" for n in range(1, 9)}
    assert ids[0].equals(ids[1])
    assert run.named is not None
    assert run.named.fresh == 0


def test_of_a_large_table_only_the_day_that_was_run_is_written(home: TasteHome) -> None:
    home.published = PublishedTables(home.home, single_file_rows=100)
    yesterday = home.lake.read_day("taste_members", day(30)).with_columns(day=day(29))
    home.lake.write_day("taste_members", day(29), yesterday)
    home.publish_tastes()

    def files() -> dict[str, int]:
        return {
            path.parent.name: path.stat().st_ino for path in home.published.path("taste_members").rglob("*.parquet")
        }

    seen = []
    for views in (until(clear_views(), 31), clear_views((90, 80, 70, 60, 50, 60), last_day=31)):
        home.publish(views, clear_products())
        assert home.run().row["state"] == "published"
        seen.append(files())
        rows = home.read_day("taste_members", 31)
        assert rows.equals(home.lake.read_day("taste_members", day(31)).sort("segment_id", "customer_key"))
    noon, evening = seen
    assert {name for name, number in noon.items() if evening[name] == number} == {f"day={day(29)}", f"day={day(30)}"}
    assert set(evening) == {f"day={day(n)}" for n in (29, 30, 31)}
