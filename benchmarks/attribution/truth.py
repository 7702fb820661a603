"""Does attribution find what was planted? The holdout's intervals and last touch beside the truth, over many shops.

Belongs here: the run over all shops and what is counted. Does not belong here: the shops (``planted``).

The product's own models (dbt) and statistics (``models.attribution``) do the work; only the first half of the project
is left out: orders and clicks stand in the tables that it would make.
"""

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from benchmarks.attribution.data import TABLES
from benchmarks.attribution.planted import KINDS, Planted, plant
from benchmarks.homes import dangol, dbt
from connectors.home.paths import Home
from models.attribution.lift import Lift, mean_lift, rate_lift
from models.attribution.moments import Moments

_MODELS: Final = ("int_sends", "stg_campaigns__decisions", "stg_campaigns__deliveries", "stg_campaigns__sends",
                  "int_send_people", "int_touches", "int_credits", "fct_conversions", "rpt_send_arms")  # fmt: skip
_ORDERS: Final = """
CREATE TABLE intermediate.int_customer_orders AS
SELECT (md5_number_lower('o' || row_number() OVER ()) >> 1)::BIGINT AS order_hash,
       'o' || row_number() OVER () AS order_id, customer_id, ordered_us,
       timezone('Asia/Seoul', make_timestamptz(ordered_us))::DATE AS order_day, 1 AS lines,
       revenue::DECIMAL(18, 4) AS revenue, 0::DECIMAL(18, 4) AS refund_amount, NULL::BIGINT AS refunded_us
FROM orders
"""
_CLICKS: Final = """
INSERT INTO intermediate.int_message_clicks
SELECT timezone('Asia/Seoul', make_timestamptz(clicked_us))::DATE, (md5_number_lower(send_id) >> 1)::BIGINT,
       customer_id, variant, sent_us, clicked_us, row_number() OVER (), 'click_id'
FROM clicks
"""
_ARMS: Final = """SELECT * FROM reports.rpt_send_arms WHERE "window" = '7d'"""
_LAST_TOUCH: Final = """
SELECT campaign_id, count(*) AS orders FROM marts.fct_conversions
WHERE model = 'last_touch' AND "window" = '7d' GROUP BY ALL
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    parser.add_argument("--seeds", type=int, default=100, help="attribution truth: shops (default 100)")
    parser.add_argument("--people", type=int, default=5000, help="attribution truth: customers a shop (default 5,000)")
    parser.add_argument("--held-out", type=float, default=20, help="attribution truth: share held out, per cent (20)")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Print how often the truth lies in the interval, and how far off last touch is."""
    seeds, people, share = chosen.seeds, chosen.people, chosen.held_out
    print(f"Planted effects: {seeds} shops of {people:,} customers, {share:g} % held out, window 7 days")
    planted = [one for seed in range(1, seeds + 1) for one in plant(seed, people, share)]
    for kind, told in judged(attributed(folder, planted), planted).items():
        print(f"  {kind}")
        for name, value in told.items():
            print(f"    {name:<62} {value}")


def attributed(folder: Path, planted: list[Planted]) -> dict[str, Any]:
    """report_send_arms of seven days, and orders by last touch, of all campaigns."""
    home = Home(folder / "attribution-truth")
    shutil.rmtree(home.root, ignore_errors=True)
    home.root.mkdir(parents=True)
    dangol(home, "init")
    home.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLES)
        for name in ("orders", "clicks"):
            connection.register(name, pl.concat([getattr(one, name) for one in planted]).to_arrow())
        connection.execute(_ORDERS)
        connection.execute(_CLICKS)
    files: dict[str, object] = {"order_days": [], "send_days": []}
    for name in ("decisions", "deliveries", "sends"):
        path = home.lake / f"{name}.parquet"
        pl.concat([getattr(one, name) for one in planted]).write_parquet(path)
        files[name] = [str(path)]
    home.report_file.write_text(json.dumps(files), encoding="utf-8")
    dbt(home, "run", "--full-refresh", "--select", *_MODELS)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        arms = connection.sql(_ARMS).pl()
        last = connection.sql(_LAST_TOUCH).pl()
    return {"arms": arms, "last_touch": dict(last.rows())}


def judged(found: Mapping[str, Any], planted: list[Planted]) -> dict[str, dict[str, str]]:
    """By kind of campaign, what is to be told."""
    told = {}
    for kind in KINDS:
        rows = [
            _row(one.truth, found["arms"].filter(pl.col("campaign_id") == one.truth["campaign_id"]),
                 found["last_touch"].get(one.truth["campaign_id"], 0))
            for one in planted if one.truth["kind"] == kind
        ]  # fmt: skip
        told[kind] = _told(pl.DataFrame(rows))
    return told


def _row(truth: Mapping[str, Any], arms: pl.DataFrame, last_touch: int) -> dict[str, Any]:
    treated, held = (arms.filter(pl.col("arm") == arm) for arm in ("send", "holdout"))
    orders = mean_lift(_moments(treated), _moments(held))
    cuped = mean_lift(_moments(treated), _moments(held), cuped=True)
    buyers = rate_lift(*(int(one[name].sum()) for one in (treated, held) for name in ("people", "buyers")))
    row: dict[str, Any] = {"truth": truth["orders"], "last_touch": last_touch}
    for name, lift, true in (("orders", orders, truth["orders"]), ("cuped", cuped, truth["orders"]),
                             ("buyers", buyers, truth["buyers"])):  # fmt: skip
        row |= _interval(name, lift, true)
    return row


def _interval(name: str, lift: Lift, true: int) -> dict[str, Any]:
    low, high = lift.total.low, lift.total.high
    assert low is not None
    assert high is not None
    return {f"{name}_held": low <= true <= high, f"{name}_width": high - low, f"{name}_found": low > 0,
            f"{name}_value": lift.total.estimate}  # fmt: skip


def _moments(arm: pl.DataFrame) -> Moments:
    sums = {name: float(arm[name].sum()) for name in arm.columns if arm[name].dtype.is_numeric()}
    return Moments(
        int(sums["people"]), sums["orders"], sums["orders_squares"], sums["orders_cubes"], sums["before"],
        sums["before_squares"], sums["orders_products"],
    )  # fmt: skip


def _told(rows: pl.DataFrame) -> dict[str, str]:
    error = rows["last_touch"] - rows["truth"]
    share = f" ({error.sum() / rows['truth'].sum():+.0%})" if rows["truth"].sum() else ""
    told = {"true incremental orders, mean": f"{rows['truth'].mean():.1f}"}
    for name, words in (("orders", "orders, 95 % interval"), ("cuped", "orders, CUPED"), ("buyers", "buyers")):
        told[f"{words}: holds the truth"] = f"{int(rows[f'{name}_held'].sum())} of {rows.height}"
        told[f"{words}: mean estimate, mean width, above 0"] = (
            f"{rows[f'{name}_value'].mean():.1f}, {rows[f'{name}_width'].mean():.1f}, "
            f"{int(rows[f'{name}_found'].sum())} of {rows.height}"
        )
    told["last touch: orders claimed, mean error"] = f"{rows['last_touch'].mean():.1f}, {error.mean():+.1f}{share}"
    return told
