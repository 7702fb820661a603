import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.propensity.catalogue import CATALOGUE, FEATURES
from models.propensity.facts import FactsError, facts_of
from models.propensity.features import feature_batches, features
from models.propensity.labels import outcomes, training_set
from models.propensity.targets import TARGETS
from tests.models.propensity.shops import FIRST, frames

pytestmark = pytest.mark.feature("C4")
CUT_OFF = FIRST + dt.timedelta(days=40)
SMALL = frames(customers=120, days=60)
DAYS = {"orders": "order_day", "customer_days": "event_day", "sessions": "session_day"}


def _changed(where: str) -> dict[str, pl.DataFrame]:
    """The shop with every fact on one side of the cut-off doubled in amount and given to everybody else."""
    changed = {}
    for name, frame in SMALL.items():
        side = pl.col(DAYS[name]) >= CUT_OFF if where == "after" else pl.col(DAYS[name]) < CUT_OFF
        touched, same = frame.filter(side), frame.filter(~side)
        numbers = [column for column in ("revenue", "events", "page_views", "quantity") if column in frame.columns]
        turned = pl.col("customer_id").reverse()
        changed[name] = pl.concat([same, touched.with_columns(turned, *(pl.col(column) * 2 for column in numbers))])
    return changed


def test_no_fact_on_or_after_the_cut_off_changes_any_feature():
    assert_frame_equal(features(facts_of(**SMALL), CUT_OFF), features(facts_of(**_changed("after")), CUT_OFF))


def test_no_fact_before_the_cut_off_changes_any_outcome():
    changed = facts_of(**_changed("before"))
    assert_frame_equal(outcomes(facts_of(**SMALL), CUT_OFF, 7).collect(), outcomes(changed, CUT_OFF, 7).collect())


@settings(max_examples=15, deadline=None)
@given(st.integers(-12, 12), st.sampled_from(sorted(SMALL)))
def test_one_more_fact_changes_features_exactly_when_it_lies_before_the_cut_off(offset: int, table: str):
    day = CUT_OFF + dt.timedelta(days=offset)
    row = (
        SMALL[table]
        .head(1)
        .with_columns(pl.lit(day).alias(DAYS[table]), pl.lit(424_242, pl.Int64).alias("customer_id"))
    )
    more = facts_of(**(SMALL | {table: pl.concat([SMALL[table], row])}))
    assert (424_242 in features(more, CUT_OFF)["customer_id"]) == (offset < 0)
    bought = outcomes(more, CUT_OFF, 7).collect()["customer_id"]
    assert (424_242 in bought) == (table == "orders" and 0 <= offset < 7)


def test_features_are_the_same_whatever_the_order_of_rows_and_however_many_batches():
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=5) for name, frame in SMALL.items()}
    whole = features(facts_of(**SMALL), CUT_OFF)
    assert_frame_equal(whole, features(facts_of(**shuffled), CUT_OFF))
    batches = pl.concat(feature_batches(facts_of(**SMALL), CUT_OFF, 3)).sort("customer_id")
    assert_frame_equal(whole, batches)


def _one_customer() -> pl.DataFrame:
    days = [CUT_OFF - dt.timedelta(days=ago) for ago in (31, 11, 1)]
    orders = pl.DataFrame({"order_day": days, "revenue": [10.0, 20.0, 60.0], "order_id": ["a", "b", "c"]})
    orders = orders.with_columns(pl.lit(1, pl.Int64).alias("customer_id"), pl.lit(2, pl.Int64).alias("quantity"))
    carts = pl.DataFrame({"event_day": [CUT_OFF - dt.timedelta(days=ago) for ago in (9, 8, 1)], "events": [3, 1, 2]})
    carts = carts.with_columns(customer_id=pl.lit(1), event_name=pl.lit("add_to_cart"), device=pl.lit("pc"))
    return features(facts_of(orders, carts), CUT_OFF)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("orders", 3), ("orders_30d", 2), ("revenue", 90), ("last_order_days_ago", 1), ("first_order_days_ago", 31),
        ("order_gap_mean", 15), ("order_gap_last", 10), ("order_value", 30), ("last_order_value", 60), ("carts_1d", 2),
        ("carts_7d", 2), ("carts_30d", 6), ("carts_days_ago", 1), ("active_days_7d", 1), ("active_days", 3),
        ("orders_half_15", 1 + 0.5 ** (10 / 15) + 0.25), ("pc_share", 1), ("known_days", 31),
    ],
)  # fmt: skip
def test_figures_of_one_customer_are_what_one_counts_by_hand(name: str, value: float):
    assert _one_customer()[name][0] == pytest.approx(value, rel=1e-5)


def test_what_was_carted_since_the_last_order_is_left_in_the_cart():
    days = [CUT_OFF - dt.timedelta(days=ago) for ago in (9, 3, 2)]
    events = pl.DataFrame({"event_day": days, "event_name": ["add_to_cart", "add_to_cart", "remove_from_cart"]})
    events = events.with_columns(customer_id=pl.lit(1), device=pl.lit("pc"), events=pl.Series([5, 4, 1]))
    order = pl.DataFrame({"order_day": [CUT_OFF - dt.timedelta(days=5)], "order_id": ["a"], "revenue": [1.0]})
    order = order.with_columns(customer_id=pl.lit(1), quantity=pl.lit(1))
    row = features(facts_of(order, events), CUT_OFF)
    assert (row["cart_left"][0], row["cart_left_days_ago"][0]) == (3, 3)


def test_a_shop_that_knows_only_orders_has_features_of_orders():
    found = features(facts_of(SMALL["orders"]), CUT_OFF)
    assert found["last_order_days_ago"].null_count() == 0
    assert found["views_7d"].null_count() == len(found) > 0


def test_no_facts_make_no_rows():
    assert features(facts_of(SMALL["orders"].clear()), CUT_OFF).shape == (0, len(FEATURES) + 1)


def test_missing_columns_are_named():
    with pytest.raises(FactsError, match="orders lacks revenue"):
        facts_of(SMALL["orders"].drop("revenue"))


def test_training_rows_ask_only_about_those_the_target_is_about():
    facts, target = facts_of(**SMALL), TARGETS["repeat_due"]
    rows = training_set(facts, [CUT_OFF], target, 7)
    bought = set(SMALL["orders"].filter(pl.col("order_day") < CUT_OFF)["customer_id"])
    assert set(rows["customer_id"]) == bought
    after = SMALL["orders"].filter(pl.col("order_day").is_between(CUT_OFF, CUT_OFF + dt.timedelta(days=6)))
    again = set(after["customer_id"]) & bought
    assert set(rows.filter(pl.col("label") == 1)["customer_id"]) == again


def test_a_share_of_customers_is_drawn_the_same_for_the_same_seed():
    facts, target = facts_of(**SMALL), TARGETS["likely_to_buy"]
    half, again = (training_set(facts, [CUT_OFF], target, 7, 0.5, 1) for _ in range(2))
    assert 0 < len(half) < len(training_set(facts, [CUT_OFF], target, 7))
    assert_frame_equal(half, again)


def test_every_feature_has_sentences_with_one_place_for_the_value_and_is_shown_by_a_feature_that_is_made():
    for feature in CATALOGUE.values():
        assert feature.ko.count("{}") == feature.en.count("{}") == 1, feature.name
        assert "{" not in feature.none_ko + feature.none_en, feature.name
        assert CATALOGUE[feature.shown].shown == feature.shown, feature.name
