"""`python -m benchmarks segments`: how long the size of a segment takes, asked of published facts.

Belongs here: making the shop, the runs and what is printed of them. Does not belong here: the questions
(``conditions``), asking them (``counting``). Floor: 95 of 100 questions of five conditions with two windows of
behaviour within 2 s on 1,000,000 customers and 100 M events (aim 0.5 s). See docs/benchmarks.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.processes import Cost, measure
from benchmarks.segments.counting import forget_files
from benchmarks.segments.facts import PlantedFacts, shop_in

CUSTOMERS, EVENTS_A_CUSTOMER, DAYS, QUESTIONS, COLD = 1_000_000, 100, 90, 40, 8
_WINDOWS = (1, 7, 30, 60, 90)
_THREADS = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "2"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    group = parser.add_argument_group("segments")
    group.add_argument("--segment-customers", type=int, default=CUSTOMERS, help="customers of the planted shop")
    group.add_argument("--segment-questions", type=int, default=QUESTIONS, help="different segments to count")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Make the shops and print what counting costs."""
    customers, questions = chosen.segment_customers, [str(number) for number in range(chosen.segment_questions)]
    shop = _made(folder, customers, customers * EVENTS_A_CUSTOMER, DAYS)
    print(
        f"Size of a segment: {customers:,} customers, {shop.events:,} events, {DAYS} days, {len(questions)} questions"
    )
    _print_sizes(shop)
    rows, cost = _ask(shop, questions)
    _print("first and only time each", rows, cost)
    rows, cost = _ask(shop, questions * 2)
    _print("second time each, files in memory", rows[len(questions) :], cost)
    _print_cold(shop, questions[:COLD])
    for days in _WINDOWS:
        rows, _ = _ask(shop, [f"w{days}"] * 3)
        _print(f"two windows of {days} days", rows[1:])
    for share in (1, 4):
        fewer = _made(folder, customers // 4, customers * EVENTS_A_CUSTOMER // 4 * share, DAYS)
        rows, _ = _ask(fewer, questions)
        _print(f"{fewer.customers:,} customers, {fewer.events:,} events", rows)


def _made(folder: Path, customers: int, events: int, days: int) -> PlantedFacts:
    """The shop of this size, made in a process of its own, once."""
    shop = shop_in(folder, customers, events, days)
    if not shop.is_complete:
        sizes = [str(one) for one in (customers, events, days)]
        cost = measure([sys.executable, "-m", "benchmarks.segments.facts", str(folder), *sizes], _environment(), folder)
        print(f"{'planting the shop':40} {cost}", flush=True)
    return shop


def _ask(shop: PlantedFacts, questions: Sequence[str]) -> tuple[list[dict[str, Any]], Cost]:
    """What each question took, in one process, and what the process took."""
    sizes = [str(one) for one in (shop.root, shop.customers, shop.events, shop.days)]
    line = [sys.executable, "-m", "benchmarks.segments.counting", *sizes, *questions]
    cost = measure(line, _environment(), shop.root)
    said = (shop.root / "benchmark.log").read_text(encoding="utf-8").splitlines()
    return [json.loads(row) for row in said if row.startswith("{")], cost


def _environment() -> dict[str, str]:
    return {**os.environ, **_THREADS}


def _print_sizes(shop: PlantedFacts) -> None:
    for name in shop.published.names():
        version = shop.published.current(name)
        if version is not None:
            print(f"  {name:24} {version.rows:>12,} rows {version.bytes / 2**20:8.1f} MiB")
    print(f"  {'index of members':24} {'':>17} {shop.members.stat().st_size / 2**20:8.1f} MiB")


def _print(name: str, rows: Sequence[dict[str, Any]], cost: Cost | None = None) -> None:
    wall, cpu = (np.array([row[kind] for row in rows]) for kind in ("wall", "cpu"))
    said = "  ".join(f"p{at} {np.percentile(wall, at):.2f} s ({np.percentile(cpu, at):.2f} CPU s)" for at in (50, 95))
    peak = "" if cost is None else f"  peak {cost.peak / 2**30:.2f} GiB"
    print(f"{name:40} {said}  most {wall.max():.2f} s{peak}", flush=True)


def _print_cold(shop: PlantedFacts, questions: Sequence[str]) -> None:
    """A process a question: what starting costs, and reading files that the system no longer holds in memory."""
    costs = []
    for question in questions:
        forget_files(shop)
        _, cost = _ask(shop, [question])
        costs.append(cost)
    wall, cpu = np.array([cost.wall for cost in costs]), np.array([cost.cpu for cost in costs])
    print(
        f"{'a process each, files forgotten':40} p50 {np.median(wall):.2f} s ({np.median(cpu):.2f} CPU s)  "
        f"most {wall.max():.2f} s ({cpu.max():.2f} CPU s)",
        flush=True,
    )
