"""AI targets of a million customers: seconds and memory of a week's training and of scoring everybody.

Belongs here: made-up facts of that size, the measured part. Does not belong here: whether targets are any good.

The measured part is a process of its own: ``scale FOLDER``. Customers differ in how often they come and buy, so that
there is something to learn; nothing else about them is like real ones.
"""

import argparse
import datetime as dt
import os
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.processes import measure
from models.propensity.facts import facts_of
from models.propensity.scoring import scored
from models.propensity.settings import Settings
from models.propensity.targets import TARGETS
from models.propensity.weekly import retrained

CUSTOMERS, DAYS = 1_000_000, 90
FIRST = dt.date(2025, 1, 1)
_NAMES = ("product_view", "page_view", "search", "add_to_cart", "begin_checkout", "purchase")
_SHARES = (1.0, 0.6, 0.25, 0.2, 0.08, 0.05)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("AI targets at scale")
    group.add_argument("--scale-customers", type=int, default=CUSTOMERS, help="customers of the made-up facts")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Make the facts and measure in a process of its own."""
    facts = folder / f"target-scale-{chosen.scale_customers}"
    if not (facts / "sessions.parquet").exists():
        make(facts, chosen.scale_customers)
    cost = measure([sys.executable, "-m", "benchmarks.propensity.scale", str(facts)], os.environ, facts)
    print((facts / "benchmark.log").read_text(encoding="utf-8"), end="")
    print(f"{'all of it':34} {cost}", flush=True)


def make(folder: Path, customers: int) -> None:
    """Facts of so many customers over :data:`DAYS` days, day by day; about 6 visits each, one in 20 with an order."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    rate = np.minimum(random.lognormal(-3.3, 1.1, customers), 1.0)
    spends = random.gamma(1.2, 1 / 1.2, customers)
    numbers = random.permutation(customers).astype(np.int64) * 1_000_003
    parts: dict[str, list[pl.DataFrame]] = {"orders": [], "customer_days": [], "sessions": []}
    for day in range(DAYS):
        there = np.flatnonzero(random.random(customers) < rate)
        names = [(name, there[random.random(len(there)) < share]) for name, share in zip(_NAMES, _SHARES, strict=True)]
        bought = there[random.random(len(there)) < 0.05 * spends[there]]
        names[-1] = ("purchase", bought)
        date = FIRST + dt.timedelta(days=day)
        parts["customer_days"] += [_days(date, name, numbers[who], random) for name, who in names]
        parts["sessions"].append(_sessions(date, numbers[there], random))
        parts["orders"].append(_orders(date, day, numbers[bought], random))
    for name, frames in parts.items():
        pl.concat(frames).write_parquet(folder / f"{name}.parquet")


def measured(folder: Path) -> None:
    """Print what each step costs."""
    facts = facts_of(*(pl.scan_parquet(folder / f"{name}.parquet") for name in ("orders", "customer_days", "sessions")))
    for name in ("customer_days", "orders", "sessions"):
        print(f"{name}: {pl.scan_parquet(folder / f'{name}.parquet').select(pl.len()).collect().item():,} rows")
    end, target = FIRST + dt.timedelta(days=DAYS), TARGETS["likely_to_buy"]
    clock, cpu = time.perf_counter(), time.process_time()
    outcome = retrained(facts, end, target)
    _say(f"trained and judged: {outcome.verdict.state}", clock, cpu)
    if outcome.challenger is None:
        print(outcome.verdict.reasons)
        return
    clock, cpu = time.perf_counter(), time.process_time()
    everyone = scored(outcome.challenger, facts, end, Settings())
    _say(f"scored {len(everyone):,}, reasons of {int(everyone['is_in_segment'].sum()):,}", clock, cpu)


def _days(date: dt.date, name: str, who: np.ndarray, random: np.random.Generator) -> pl.DataFrame:
    events = 1 + random.poisson(1.5, len(who)).astype(np.int32)
    return pl.DataFrame({"customer_id": who, "events": events}).select(
        pl.lit(date).alias("event_day"), "customer_id", pl.lit(name).alias("event_name"), pl.lit("app").alias("device"),
        "events",
    )  # fmt: skip


def _sessions(date: dt.date, who: np.ndarray, random: np.random.Generator) -> pl.DataFrame:
    seconds = random.exponential(120, len(who))
    pages = 1 + random.poisson(3, len(who))
    return pl.DataFrame({"customer_id": who, "dwell_seconds": seconds, "page_views": pages}).with_columns(
        pl.lit(date).alias("session_day"),
        pl.lit("Direct").alias("channel"),
        (pl.col("page_views") == 1).alias("is_bounce"),
    )


def _orders(date: dt.date, day: int, who: np.ndarray, random: np.random.Generator) -> pl.DataFrame:
    revenue = random.lognormal(10.5, 0.6, len(who))
    ids = pl.int_range(len(who), eager=True).cast(pl.String)
    rows = pl.DataFrame({"customer_id": who, "revenue": revenue, "order_id": ids + f"-{day}"})
    return rows.with_columns(pl.lit(date).alias("order_day"), pl.lit(1, pl.Int64).alias("quantity"))


def _say(text: str, clock: float, cpu: float) -> None:
    print(f"{text:50} {time.perf_counter() - clock:6.0f} s {time.process_time() - cpu:6.0f} CPU s", flush=True)


if __name__ == "__main__":
    measured(Path(sys.argv[1]))
