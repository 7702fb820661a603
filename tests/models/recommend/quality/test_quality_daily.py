"""Quality of a day by algorithm and segment."""

import math

import numpy as np
import polars as pl
import pytest

from models.recommend.quality.daily import EVERYONE, FEWEST, K, Shown, figures_of, list_table

IDS = pl.Series("product_id", ["a", "b", "c", "d"])


def lists(*rows: tuple[str, int, str]) -> pl.DataFrame:
    made = pl.DataFrame(rows, schema={"key": pl.String, "rank": pl.Int32, "product_id": pl.String}, orient="row")
    return made.with_columns(score=pl.lit(1.0), support=pl.lit(1, pl.Int64))


def test_lists_become_codes_by_key_and_rank() -> None:
    made = lists(("k2", 2, "d"), ("k1", 1, "b"), ("k2", 1, "a"), ("k3", 1, "a"), ("k1", 2, "gone"), ("k1", 21, "c"))
    table = list_table(made, pl.Series(["k2", "k1", "none"]), IDS)
    assert table.shape == (3, K)
    assert table[:, :2].tolist() == [[0, 3], [1, -1], [-1, -1]]
    assert (table[:, 2:] == -1).all()


def shown(*rows: tuple[list[int], int, str]) -> Shown:
    table = np.full((len(rows), K), -1, np.int32)
    for nth, (products, _, _) in enumerate(rows):
        table[nth, : len(products)] = products
    wanted = np.array([product for _, product, _ in rows], np.int32)
    return Shown(table, wanted, pl.Series("segment_id", [segment for _, _, segment in rows], dtype=pl.String))


def test_figures_by_hand() -> None:
    rows = [([0, 1], 1, "7")] * FEWEST + [([2], 0, "")] * FEWEST + [([1], 1, "8")] * (FEWEST - 1)
    found = figures_of({"ours": shown(*rows)}, np.array([4, 2, 1, 1]), 4)
    assert [(row["algorithm"], row["segment_id"], row["histories"]) for row in found] == [
        ("ours", EVERYONE, 3 * FEWEST - 1),
        ("ours", "7", FEWEST),
    ]  # too few of 8, and no segment is none
    everyone, seven = found
    assert seven["hr_20"] == 1
    assert seven["mrr_20"] == 1 / 2
    assert seven["ndcg_20"] == pytest.approx(1 / math.log2(3))
    assert seven["catalogue_coverage"] == 2 / 4
    assert seven["novelty"] == pytest.approx((math.log2(8 / 4) + math.log2(8 / 2)) / 2)
    assert everyone["hr_20"] == pytest.approx((2 * FEWEST - 1) / (3 * FEWEST - 1))
    assert everyone["catalogue_coverage"] == 3 / 4


def test_segments_are_sorted_and_their_means_weighted_make_everyone() -> None:
    random = np.random.default_rng(0)
    rows = [(random.permutation(4)[:2].tolist(), int(random.integers(4)), f"s{random.integers(3)}") for _ in range(300)]
    everyone, *segments = figures_of({"ours": shown(*rows)}, np.ones(4, np.int64), 4)
    assert [row["segment_id"] for row in segments] == ["s0", "s1", "s2"]
    for name in ("hr_20", "mrr_20", "ndcg_20", "novelty"):
        mean = sum(row[name] * row["histories"] for row in segments) / 300
        assert everyone[name] == pytest.approx(mean)


def test_more_products_on_lists_than_can_be_sold_cover_all() -> None:
    (found,) = figures_of({"ours": shown(([0, 1, 2], 1, ""))}, np.ones(4, np.int64), 2)
    assert found["catalogue_coverage"] == 1


def test_an_algorithm_that_listed_nothing_has_no_figures() -> None:
    assert figures_of({"none": shown(), "empty": shown(([], 1, ""))}, np.ones(4, np.int64), 4) == []
