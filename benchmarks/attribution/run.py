"""`python -m benchmarks attribution`: which message an order belongs to, against the best query written by hand.

Belongs here: what is compared. Does not belong here: the queries (``worker``), the data (``data``).

Floors (10 M messages, 5 M orders, 90 days, every message that arrived counts): at most twice the hand-written query,
aim 1.2x; at most 2 GiB; another window at most 0.5 CPU s; a day costs the same after 30 days and after 90. The models
keep all touches, all five rules and all windows; the query by hand knows the last touch only.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.attribution import truth
from benchmarks.attribution.data import make_home, tell
from benchmarks.attribution.worker import MODELS
from benchmarks.homes import dbt
from benchmarks.processes import Cost, measure
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.warehouse.dbt_vars import dbt_vars

SHORT, LATE_DAYS = 30, 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--messages", type=int, default=10_000_000, help="attribution: messages (default 10 M)")
    parser.add_argument("--orders", type=int, default=5_000_000, help="attribution: orders (default 5 M)")
    parser.add_argument("--days", type=int, default=90, help="attribution: days they are spread over (default 90)")
    truth.add_options(parser)


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Run the chosen parts one after another."""
    for part in PARTS:
        if part in (chosen.parts or PARTS):
            PARTS[part](folder, chosen)


def costs(folder: Path, chosen: argparse.Namespace) -> None:
    """Print the costs and the ratios that count."""
    messages, orders, days = chosen.messages, chosen.orders, chosen.days
    home = make_home(folder, messages, orders, days)
    print(f"Attribution of {orders:,} orders to {messages:,} messages over {days} days, five windows")
    tell(home, 0, days + 10)
    _compile(home, "--full-refresh")
    start, scan, by_hand, whole = (_cost(home, name) for name in ("nothing", "scan", "by_hand", "whole"))
    print(f"  start of a process                  {start}")
    print(f"  scan of the inputs                  {scan}")
    print(f"  by hand: last touch, deterministic  {by_hand}")
    print(f"  models: all touches and rules       {whole}")
    for name, words in (("one_window", "another window (3 days)"), ("new_window", "a new window (5 days)")):
        cost = _cost(home, name)
        print(f"  {words:<34}  {cost}  {cost.cpu - start.cpu:5.2f} CPU s without the start (floor 0.5)")
    print(f"  models / scan                       {_ratio(whole, scan, start):7.1f}x")
    print(f"  models / by hand                    {_ratio(whole, by_hand, start):7.2f}x (aim 1.2x, floor 2x)")
    for history in sorted({min(SHORT, days), days}):
        print(f"  {LATE_DAYS} days anew after {history:3d}              {_day(folder, chosen, history)}")


def _day(folder: Path, chosen: argparse.Namespace, history: int) -> Cost:
    """The last days of ``history`` made anew, in a home with the messages and orders of as many days."""
    share = history / chosen.days
    home = make_home(folder, round(chosen.messages * share), round(chosen.orders * share), history)
    tell(home, 0, history + 10)
    _compile(home, "--full-refresh")
    _cost(home, "whole")
    tell(home, history - LATE_DAYS, history - 1)
    _compile(home)
    return _cost(home, "daily")


def _compile(home: Home, *arguments: str) -> None:
    given = dbt_vars(read_settings(home.settings_file)) | {"attribution_basis": "delivery"}
    dbt(home, "compile", "--select", *MODELS, "--vars", json.dumps(given), *arguments)


def _cost(home: Home, name: str) -> Cost:
    return measure([sys.executable, "-m", "benchmarks.attribution.worker", name, str(home.root)], os.environ, home.root)


def _ratio(one: Cost, other: Cost, start: Cost) -> float:
    return (one.cpu - start.cpu) / (other.cpu - start.cpu)


PARTS: dict[str, Callable[[Path, argparse.Namespace], None]] = {"costs": costs, "truth": truth.run}
