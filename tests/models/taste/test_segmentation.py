"""From views to segments, on a shop whose tastes are known."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from models.taste.behaviour import behaviour_vectors, sitting_matrix
from models.taste.interest import Interest, weigh
from models.taste.segmentation import (
    Segmentation,
    member_frame,
    profile_centroids,
    profile_frame,
    quality_of,
    segment,
)
from tests.models.taste.shops import DAY, rows_of, shuffled, small_shop, truth_of

pytestmark = pytest.mark.xdist_group("segmentation")  # one day, made once
SHOP = small_shop(3000)


@dataclass(frozen=True)
class Made:
    interest: Interest
    products: np.ndarray
    found: Segmentation


def make(rows: pl.DataFrame) -> Made:
    interest = weigh(rows.lazy(), SHOP.products["product_id"], DAY)
    products = behaviour_vectors(sitting_matrix(rows.lazy(), interest.products), interest.weights).vectors
    found = segment(interest, products)
    assert found is not None
    return Made(interest, products, found)


@pytest.fixture(scope="module")
def made() -> Made:
    return make(rows_of(SHOP))


@pytest.mark.feature("C1")
def test_planted_tastes_are_found_and_browsers_are_left_out(made: Made) -> None:
    members = member_frame(made.interest, made.found)
    known = truth_of(SHOP).join(members, on="customer_key", how="left").with_columns(pl.col("group").fill_null(-1))
    tastes, browsers = known.filter(pl.col("taste") >= 0), known.filter(pl.col("taste") < 0)
    placed = tastes.filter(pl.col("group") >= 0)
    assert placed.height / tastes.height > 0.9
    assert adjusted_mutual_info_score(placed["taste"], placed["group"]) > 0.75
    assert adjusted_rand_score(placed["taste"], placed["group"]) > 0.8
    assert (browsers["group"] < 0).mean() > 0.5


def test_the_order_of_rows_changes_nothing(made: Made) -> None:
    again = make(shuffled(rows_of(SHOP), 5))
    assert member_frame(made.interest, made.found).equals(member_frame(again.interest, again.found))


@pytest.mark.feature("C1")
def test_two_samples_of_the_same_day_give_the_same_groups() -> None:
    rows, rng = rows_of(SHOP), np.random.default_rng(4)
    names = rows["customer_key"].unique().sort()
    frames = []
    for _ in range(2):
        kept = names.filter(pl.Series(rng.random(len(names)) < 0.8))
        part = make(rows.filter(pl.col("customer_key").is_in(kept.implode())))
        frames.append(member_frame(part.interest, part.found).drop_nulls("group"))
    shared = frames[0].join(frames[1], on="customer_key")
    assert adjusted_rand_score(shared["group"], shared["group_right"]) >= 0.85


def test_a_profile_counts_members_and_only_members(made: Made) -> None:
    members, profile = member_frame(made.interest, made.found), profile_frame(made.interest, made.found)
    rows = rows_of(SHOP).select("customer_key", "product_id").unique()
    expected = (
        rows.join(members.drop_nulls("group"), on="customer_key")
        .group_by("group", "product_id").agg(pl.len().cast(pl.Int64).alias("customers"))
    )  # fmt: skip
    key = ["group", "product_id"]
    assert profile.select(*key, "customers").sort(key).equals(expected.sort(key))
    assert profile["weight"].min() > 0


def test_a_segment_of_yesterday_is_found_again_in_todays_space_by_what_it_looked_at(made: Made) -> None:
    profile = profile_frame(made.interest, made.found)
    count = len(made.found.centroids)
    ids = [f"taste-{number:04d}" for number in range(count)]
    renamed = profile.with_columns(
        pl.format("taste-{}", pl.col("group").cast(pl.String).str.zfill(4)).alias("segment_id")
    )
    turned = np.linalg.qr(np.random.default_rng(0).normal(size=(made.products.shape[1],) * 2))[0]  # another day's axes
    placed = profile_centroids(renamed, ids, made.interest.products, (made.products @ turned).astype(np.float32))
    similarity = placed @ (made.found.centroids @ turned).T
    assert (similarity.argmax(axis=1) == np.arange(count)).all()


def test_products_that_are_gone_leave_a_segment_without_a_place(made: Made) -> None:
    gone = pl.DataFrame({"segment_id": ["taste-0001"], "product_id": ["gone"], "weight": [1.0]})
    placed = profile_centroids(gone, ["taste-0001"], made.interest.products, made.products)
    assert not placed.any()


def test_the_figures_are_those_of_the_members(made: Made) -> None:
    quality = quality_of(made.interest, made.found, customers=7000)
    members = member_frame(made.interest, made.found)
    assert quality.customers_with_taste == members.height
    assert quality.coverage == pytest.approx(members["group"].is_not_null().mean())
    assert quality.groups == members["group"].n_unique() - 1
    assert 0 < quality.largest_share < 0.5


def test_never_more_groups_than_asked(made: Made) -> None:
    found = segment(made.interest, made.products, fewest=2, most=5)
    assert found is not None
    assert len(found.centroids) <= 5
