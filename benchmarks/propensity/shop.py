"""The four AI targets on a simulated shop: the newest windows, which no model has seen, beside recency and frequency.

Belongs here: the shop, its facts, the table. Does not belong here: training and judging (``models.propensity``).
Nothing of the simulation's truth is read.
"""

import argparse
import datetime as dt
import time
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.homes import dangol
from connectors.home.paths import Home
from models.propensity import gate
from models.propensity.facts import Facts, facts_of
from models.propensity.figures import AMOUNTS, YES_NO
from models.propensity.settings import Settings
from models.propensity.targets import TARGETS, Target
from models.propensity.weekly import examples_of, judge, train

_TABLES = {
    "customer_days": """
        SELECT event_day, (hash(customer_key) >> 4)::BIGINT AS customer_id, event_name, device,
            count(*)::INTEGER AS events
        FROM {events} WHERE NOT is_bot GROUP BY ALL""",
    "orders": """
        SELECT order_id, (hash(customer_key) >> 4)::BIGINT AS customer_id, min(event_day) AS order_day,
            sum(price * quantity) AS revenue, sum(quantity)::BIGINT AS quantity
        FROM {events} WHERE NOT is_bot AND event_name = 'purchase' GROUP BY ALL""",
    "sessions": """
        SELECT session_day, (hash(customer_key) >> 4)::BIGINT AS customer_id, dwell_seconds, page_views, channel,
            is_bounce
        FROM {sessions} WHERE NOT is_bot AND NOT is_off_site""",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("AI targets")
    group.add_argument("--target-home", type=Path, help="a home that was run (default: a demo shop is made)")
    group.add_argument("--target-customers", type=int, default=20_000, help="customers of the demo shop")
    group.add_argument("--target-days", type=int, default=180, help="days of the demo shop")
    group.add_argument("--target-ends", type=int, default=2, help="how often to judge, a month apart, the newest first")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Print the figures of each target and window."""
    home = Home(chosen.target_home) if chosen.target_home else _made(folder, chosen)
    facts = facts_of_home(home, folder / "target-facts")
    span = facts.span()
    if span is None:
        print(f"{home.root} has no events")
        return
    print(f"{span[0]} … {span[1]}")
    for target in TARGETS.values():
        for back in range(chosen.target_ends):
            _print_judged(facts, span[1] + dt.timedelta(days=1 - 30 * back), target)


def facts_of_home(home: Home, folder: Path) -> Facts:
    """The facts of a home's published tables, as the warehouse would make them."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name: f"read_parquet('{home.published}/tables/{name}/**/*.parquet')" for name in ("events", "sessions")}
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        for name, query in _TABLES.items():
            connection.execute(f"COPY ({query.format(**tables)}) TO '{folder / name}.parquet'")
    return facts_of(*(pl.scan_parquet(folder / f"{name}.parquet") for name in ("orders", "customer_days", "sessions")))


def _made(folder: Path, chosen: argparse.Namespace) -> Home:
    home = Home(folder / f"target-shop-{chosen.target_customers}-{chosen.target_days}")
    if not (home.truth / "scenario.json").exists():
        home.root.mkdir(parents=True, exist_ok=True)
        dangol(home, "init")
        dangol(home, "demo", "--customers", str(chosen.target_customers), "--days", str(chosen.target_days))
        groups = " or ".join(f"group:{name}" for name in ("raw", "staging", "sessions", "customers"))
        dangol(home, "run", "--select", groups)
    return home


def _print_judged(facts: Facts, end: dt.date, target: Target) -> None:
    how, begun = Settings(), time.process_time()
    examples = examples_of(facts, end, target, how)
    if isinstance(examples, str):
        print(f"{target.id}: {examples}")
        return
    model = train(examples, target, how)
    _, comparison = judge(model, examples, None, how)
    spent = time.process_time() - begun
    verdict = gate.judged(comparison, is_value=target.is_value, has_champion=False, least_sure=how.least_sure)
    windows, rows = examples.windows, examples.judging
    share = "" if target.is_value else f", {rows['label'].mean():.1%} yes"
    print(
        f"{target.id}, {windows.horizon} days from {windows.judging}: {len(rows):,} customers{share}; learned from "
        f"{model.rows:,} rows; {model.rounds} trees, {model.calibration.kind}; {spent:.0f} CPU s; {verdict.state}"
    )
    for figure in AMOUNTS if target.is_value else YES_NO:
        gain, low, high = comparison.difference(gate.NEW, gate.BASELINE, figure)
        ours, other = comparison.values[gate.NEW, figure], comparison.values[gate.BASELINE, figure]
        print(f"  {figure:18}{ours:10.4f}  baseline {other:10.4f}  {gain:+.4f} [{low:+.4f}, {high:+.4f}]", flush=True)
