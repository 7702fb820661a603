"""One more day on top of a history: its cost must not grow with the history.

Floor: the day on 300 days costs at most 1.3 times the day on 10 days (aim 1.1).
"""

import datetime as dt
from pathlib import Path

from benchmarks.homes import FIRST_DAY, dangol, dbt, forget_runs, make_shop
from benchmarks.processes import Cost
from connectors.home.paths import Home

HISTORIES = (10, 100, 300)


def run(folder: Path, events: int) -> None:
    """Print the cost of the same day on top of each history, of dbt and of the whole run."""
    last = max(HISTORIES)
    home = make_shop(folder, events, last + 2)
    added = (FIRST_DAY + dt.timedelta(days=last)).isoformat()
    print(f"One more day of about {events // (last + 2):,} events")
    whole: dict[int, Cost] = {}
    alone: dict[int, Cost] = {}
    for history in HISTORIES:
        forget_runs(home)
        first = (FIRST_DAY + dt.timedelta(days=last - history)).isoformat()
        until = (FIRST_DAY + dt.timedelta(days=last - 1)).isoformat()
        dangol(home, "run", "--from", first, "--to", until)
        whole[history] = dangol(home, "run", "--from", added, "--to", added)
        print(f"  on {history:3} days: dangol run            {whole[history]}")
        alone[history] = _dbt_alone(home, (FIRST_DAY + dt.timedelta(days=last + 1)).isoformat())
        print(f"  on {history:3} days: dbt alone, next day   {alone[history]}")
    for name, costs in (("dangol run", whole), ("dbt alone", alone)):
        ratio = costs[last].cpu / costs[min(HISTORIES)].cpu
        print(f"  {name}: day on {last} / day on {min(HISTORIES)}   {ratio:.2f}x (aim 1.1x, floor 1.3x)")


def _dbt_alone(home: Home, day: str) -> Cost:
    """The cost of dbt for one more day: Dagster lists its files first, unmeasured."""
    dangol(home, "run", "--from", day, "--to", day, "--select", "group:raw")
    return dbt(home, "build", "--exclude-resource-type", "unit_test")
