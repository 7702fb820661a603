"""Thirty days of taste runs on a shop that changes slowly: do segments stay the same segments?

Belongs here: running the days one after another, comparing each with the one before and with the truth. Does not belong
here: the shop (``drifting``), identity itself (``models.taste.identity``).

Floor: 95 % of the segments whose taste is still there keep their id, and names change only when keywords do.
"""

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from assets.taste_history import MEMBERS_TABLE, RUNS, SEGMENTS
from assets.taste_inputs import TasteInputs
from benchmarks.taste.drifting import (
    BORN,
    BORN_ON,
    DAYS,
    DIES_ON,
    DYING,
    FIRST_DAY,
    INTO,
    MERGED,
    MERGES_ON,
    WINDOW,
    DriftingShop,
    plant_drifting,
)
from benchmarks.taste.scores import score
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from models.taste.interest import ROWS
from models.taste.keywords import keywords_moved

if TYPE_CHECKING:
    from assets.taste_run import TasteRun

_REMADE = {BORN, DYING, MERGED, INTO}


@dataclass(frozen=True)
class Day:
    """``members`` and ``segments``: as the lake holds them; ``taste_of``: the taste that a segment and most of whose
    customers chose each other."""

    day: dt.date
    members: pl.DataFrame
    segments: pl.DataFrame
    taste_of: dict[str, int]
    ami: float
    ari: float


@dataclass
class Steps:
    """What happened from one day to the next, summed over the days."""

    lasting: int = 0  # tastes that had a segment of their own on both days
    same_id: int = 0
    went_over: list[str] = field(default_factory=list)  # ids that came to stand for another taste
    stayed: int = 0  # customers with a segment on both days who stayed in it
    placed: int = 0  # customers with a segment on both days
    renamed: int = 0  # segments of both days with another name
    renamed_unmoved: int = 0  # of these, whose keywords had not moved
    moved: int = 0  # segments of both days whose keywords had moved since they were named


def run(folder: Path, customers: int, seed: int = 1) -> None:
    """Print what became of segments over the days."""
    shop = plant_drifting(customers, seed=seed)
    costs, days, fresh = [], [], 0
    home = Home(folder / f"days-{customers}-{seed}")
    for number in range(WINDOW, DAYS):
        day, begun = FIRST_DAY + dt.timedelta(days=number), time.process_time()
        made = _run_day(home, shop, day)
        costs.append(time.process_time() - begun)
        fresh += made.named.fresh if made.named else 0
        if made.named is not None:
            days.append(_read_day(home, shop, day))
    print(f"{DAYS - WINDOW} days of a shop of about {customers:,} customers, seed {seed}")
    print(f"  days published                      {len(days)} of {len(costs)}")
    for reason in _refused(home):
        print(f"    {reason}")
    _print_quality(days)
    _print_steps(days, fresh)
    _print_events(days)
    later = sum(costs[1:]) / len(costs[1:])
    print(f"  CPU seconds                         first day {costs[0]:.1f}, later days {later:.1f} on average")


def _run_day(home: Home, shop: DriftingShop, day: dt.date) -> "TasteRun":
    """One run as the assets do it, on what is known by ``day``."""
    from assets.taste_run import run_tastes

    first = day - dt.timedelta(days=WINDOW - 1)
    rows = shop.rows.lazy().filter(pl.col("event_day").is_between(first, day)).cast(ROWS)
    known = shop.products.filter(pl.col("first_day") <= (day - FIRST_DAY).days).drop("first_day").sort("product_id")
    inputs = TasteInputs(day, rows, known, f"planted {day}")
    return run_tastes(home, Settings(), inputs, lambda text: None)


def _read_day(home: Home, shop: DriftingShop, day: dt.date) -> Day:
    lake = LakeTables(home)
    members = lake.read_day(MEMBERS_TABLE, day).select("customer_key", "segment_id")
    truth = shop.truth(day)
    scored = score(truth, members)
    taste_of = _taste_of(members, truth)
    return Day(day, members, lake.read_day(SEGMENTS, day), taste_of, scored.ami, scored.ari)


def _taste_of(members: pl.DataFrame, truth: pl.DataFrame) -> dict[str, int]:
    """Segments and tastes that hold most of each other's customers."""
    both = members.join(truth.filter(pl.col("taste") >= 0), on="customer_key")
    counts = (
        both.group_by("segment_id", "taste").len().sort("len", "segment_id", "taste", descending=[True, False, False])
    )
    taste = dict(
        counts.unique("segment_id", keep="first", maintain_order=True).select("segment_id", "taste").iter_rows()
    )
    segment = dict(counts.unique("taste", keep="first", maintain_order=True).select("taste", "segment_id").iter_rows())
    return {one: best for one, best in taste.items() if segment[best] == one}


def compare(days: list[Day]) -> Steps:
    """Each day with the one before it."""
    steps = Steps()
    for before, now in pairwise(days):
        was, at = before.taste_of, now.taste_of
        lasting = set(was.values()) & set(at.values())
        steps.lasting += len(lasting)
        steps.same_id += sum(was.get(segment) == taste for segment, taste in at.items() if taste in lasting)
        steps.went_over += [
            f"{segment} from taste {was[segment]} to {taste} on {now.day}"
            for segment, taste in at.items()
            if was.get(segment, taste) != taste and (was[segment], taste) != (MERGED, INTO)
        ]
        both = before.members.join(now.members, on="customer_key")
        steps.placed += both.height
        steps.stayed += int((both["segment_id"] == both["segment_id_right"]).sum())
        _compare_names(before.segments, now.segments, steps)
    return steps


def _compare_names(before: pl.DataFrame, now: pl.DataFrame, steps: Steps) -> None:
    both = before.join(now, on="segment_id", suffix="_now")
    for named, words, name, name_now in both.select("named_keywords", "keywords_now", "name", "name_now").iter_rows():
        moved = keywords_moved(named, words)
        steps.moved += moved
        steps.renamed += name != name_now
        steps.renamed_unmoved += name != name_now and not moved


def _print_quality(days: list[Day]) -> None:
    groups = Counter(day.segments.height for day in days)
    print(f"  segments                            {min(groups)} to {max(groups)}")
    for name, values in (("AMI", [day.ami for day in days]), ("ARI", [day.ari for day in days])):
        mean = sum(values) / len(values)
        print(f"  {name}                                 {mean:.3f} on average, {min(values):.3f} at worst")


def _print_steps(days: list[Day], fresh: int) -> None:
    steps = compare(days)
    first, last = days[0].taste_of, days[-1].taste_of
    lasting = (set(first.values()) & set(last.values())) - _REMADE
    same = sum(first.get(segment) == taste for segment, taste in last.items() if taste in lasting)
    print(f"  kept their id, day to day           {steps.same_id / steps.lasting:.4f} of {steps.lasting:,}")
    print(f"  kept their id, first to last day    {same} of {len(lasting)}")
    print(f"  ids that went over to another taste {len(steps.went_over)}")
    for text in steps.went_over:
        print(f"    {text}")
    print(f"  customers who stayed in place       {steps.stayed / steps.placed:.4f} day to day")
    print(f"  namings                             {fresh}, of them {days[0].segments.height} on the first day")
    print(
        f"  names changed / keywords moved      {steps.renamed} / {steps.moved}; without these: {steps.renamed_unmoved}"
    )


def _print_events(days: list[Day]) -> None:
    """When the segments of the known events came and went."""
    known = (("born", BORN, BORN_ON), ("died", DYING, DIES_ON), ("merged", MERGED, MERGES_ON))
    for what, taste, number in known:
        seen = [day.day for day in days if taste in day.taste_of.values()]
        span = f"seen {seen[0]} to {seen[-1]}" if seen else "never seen"
        print(f"  taste {taste} ({what} from {FIRST_DAY + dt.timedelta(days=number)})   {span}")


def _refused(home: Home) -> list[str]:
    """Reasons of the runs that were not published."""
    lake = LakeTables(home)
    rows = [lake.read_day(RUNS, day).row(0, named=True) for day in lake.days(RUNS)]
    return [f"{row['day']}: {'; '.join(row['reasons'])}" for row in rows if row["state"] != "published"]
