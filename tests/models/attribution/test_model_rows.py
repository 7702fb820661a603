"""Rows of report_attribution_models: the same orders, divided by seven rules."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from models.attribution.credit import MODELS, credited
from models.attribution.model_rows import model_rows
from tests.models.attribution.effects import DAY

pytestmark = pytest.mark.feature("H5")
PATHS = {"day": pl.Date, "path": pl.String, "channels": pl.String, "is_converted": pl.Boolean, "paths": pl.Int64}


def conversions(orders: list[tuple[str, dt.date, float, list[str]]]) -> pl.DataFrame:
    """Of each order (id, day, net) the campaigns that touched it, an hour apart; b goes out by SMS, others by mail."""
    touches = pl.DataFrame(
        [
            {"conversion_id": order, "touch_id": campaign, "touched_at": dt.datetime(2025, 3, 1, hour), "day": day,
             "net": net, "campaign_id": campaign, "channel": "sms" if campaign == "b" else "email"}
            for order, day, net, campaigns in orders for hour, campaign in enumerate(campaigns)
        ]
    )  # fmt: skip
    rules = [credited(touches, model).with_columns(model=pl.lit(model)) for model in MODELS]
    return pl.concat(rules).with_columns(
        order_id="conversion_id", send_id="touch_id", window=pl.lit("7d"), revenue=pl.col("credit") * pl.col("net")
    )


def paths(*rows: tuple[str, bool, int]) -> pl.DataFrame:
    told = [(DAY, path, path.replace("a", "email").replace("b", "sms"), *rest) for path, *rest in rows]
    return pl.DataFrame(told, schema=PATHS, orient="row")


def by_model(rows: pl.DataFrame, scope_id: str, column: str = "orders", **wanted: Any) -> dict[str, float]:
    kept = rows.filter(pl.col("scope_id") == scope_id, *(pl.col(name) == value for name, value in wanted.items()))
    return dict(kept.select("model", column).rows())


def test_every_model_divides_the_same_orders() -> None:
    """a > b led to an order of 100, a to one of 60. All who clicked b ordered; of a alone one of four did.

    Markov: 2 of 5 convert; without a nobody does (every path begins with it), without b only the one of a: half is
    lost. So a weighs 1 and b 0.5: of the first order a has 2/3. Shapley believes no rate of fewer than 30 paths: alike.
    """
    orders = conversions([("o1", DAY, 100.0, ["a", "b"]), ("o2", DAY, 60.0, ["a"])])
    rows = model_rows(orders, paths(("a > b", True, 1), ("a", True, 1), ("a", False, 3)), DAY)
    own = {"period": "30d", "scope": "campaign"}
    assert by_model(rows, "a", **own) == pytest.approx(
        {"last_touch": 1, "first_touch": 2, "linear": 1.5, "position": 1.5, "markov": 1 + 2 / 3, "shapley": 1.75}
        | {"time_decay": by_model(rows, "a", **own)["time_decay"]}, abs=1e-6,
    )  # fmt: skip
    assert by_model(rows, "a", "revenue", **own)["markov"] == pytest.approx(60 + 200 / 3, abs=1e-3)
    sums = rows.group_by("period", "scope", "model").agg(pl.col("orders", "revenue").sum())
    assert sums.height == 2 * 2 * 7
    assert set(sums["orders"]) == {2.0}
    assert sums["revenue"].to_list() == pytest.approx([160.0] * sums.height)
    assert by_model(rows, "sms", period="90d") == pytest.approx(by_model(rows, "b", period="90d"), abs=1e-9)


def test_a_period_has_its_own_days_only() -> None:
    before = DAY - dt.timedelta(days=30)
    orders = conversions([("o1", DAY, 10.0, ["a"]), ("o2", before, 10.0, ["b"])])
    rows = model_rows(orders, paths(("a", True, 1)), DAY)
    assert set(rows.filter(pl.col("period") == "30d", pl.col("scope") == "campaign")["scope_id"]) == {"a"}
    assert by_model(rows, "b", period="90d") == dict.fromkeys((*MODELS, "markov", "shapley"), 1.0)
    assert rows["first_day"].unique().sort().to_list() == [DAY - dt.timedelta(days=days) for days in (89, 29)]


def test_without_orders_there_are_no_rows() -> None:
    orders = conversions([("o1", DAY, 10.0, ["a"])])
    assert model_rows(orders.clear(), paths(("a", False, 5)), DAY).is_empty()
    assert model_rows(orders, paths().clear(), DAY).height == 2 * 2 * 7  # paths not known yet: touches share alike
