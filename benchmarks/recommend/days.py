"""One more day of recommendations on top of a history: its cost must not grow with the history.

Belongs here: making the histories, the measured day. Does not belong here: the rest of a run (``benchmarks.added_day``,
whose simulated shop this is), what a run of recommendations does (``assets.recommendations.run``).

All histories are of one shop, whose catalogue is known from the beginning, and end on the same day: a shorter one is
the shop as if its log began later. (At the beginning of a simulated shop everybody comes within days, so a young shop
would not do.) A history is run as always, its last :data:`DAILY` days one by one, as a shop does. On each of these days
the tables are published without taste and recommendations, which are then made and published in a process of their own:
``days HOME``. That matters: events arrive up to three days late, and the counts of a day are continued only where
nothing came for it since.
"""

import argparse
import datetime as dt
import os
import shutil
import sys
from pathlib import Path

from assets.recommendations import tables
from assets.recommendations.inputs import read_inputs
from assets.recommendations.run import run_recommendations
from assets.recommendations.step import publish_table
from benchmarks.homes import FIRST_DAY, dangol, make_shop
from benchmarks.processes import Cost, measure
from benchmarks.taste.chain import Stages
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables

HISTORIES, EVENTS = (10, 60, 300), 10_000_000
DAILY = 4
_SHOWN = (tables.RECOMMENDATIONS, tables.PERSONAL, tables.MESSAGES, tables.VIEWED)
_OTHERS = 'not (group:"recommendations" or group:"taste")'


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("days of recommendations")
    group.add_argument("--days-histories", type=int, nargs="+", default=list(HISTORIES), help="days of history")
    group.add_argument("--days-events", type=int, default=EVENTS, help="events of the longest history")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Print the cost of the same day on top of each history."""
    histories = sorted(chosen.days_histories)
    last = histories[-1]
    shop = make_shop(folder, chosen.days_events, last + 2)
    added = FIRST_DAY + dt.timedelta(days=last)
    print(f"Recommendations of one more day of about {chosen.days_events // (last + 2):,} events")
    costs: dict[int, Cost] = {}
    for history in histories:
        home = with_history(shop, folder / f"{shop.root.name}-last-{history}", added - dt.timedelta(days=history))
        days = [added - dt.timedelta(days=ago) for ago in range(DAILY, -1, -1)]
        dangol(home, "run", "--from", FIRST_DAY.isoformat(), "--to", (days[0] - dt.timedelta(days=1)).isoformat())
        for day in days:
            costs[history] = _one_day(home, day)
        print(f"on {history:3} days{'':25} {costs[history]}")
        print((home.root / "benchmark.log").read_text(encoding="utf-8"), end="", flush=True)
    for history in histories[1:]:
        ratio = costs[history].cpu / costs[histories[0]].cpu
        print(f"day on {history} / day on {histories[0]}   {ratio:.2f}x (aim 1.1x, floor 1.3x)")


def with_history(shop: Home, root: Path, first: dt.date) -> Home:
    """A home at ``root`` that holds the landing zone of ``shop`` without the events received before ``first``."""
    shutil.rmtree(root, ignore_errors=True)
    home = Home(root)
    for path in shop.landing.rglob("*.parquet"):
        table, folder = path.relative_to(shop.landing).parts[:2]
        if table != "events" or folder >= f"received_day={first}":  # the file that says the columns lies beside
            target = home.landing / path.relative_to(shop.landing)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
    dangol(home, "init")
    return home


def _one_day(home: Home, day: dt.date) -> Cost:
    dangol(home, "run", "--from", day.isoformat(), "--to", day.isoformat(), "--select", _OTHERS)
    return measure([sys.executable, "-m", "benchmarks.recommend.days", str(home.root)], os.environ, home.root)


def measured(home: Home) -> None:
    """Do the run of the last published day, say what each step of it cost."""
    settings, stages, said = read_settings(home.settings_file), Stages(_say), ["start and inputs"]

    def say(text: str) -> None:
        stages.done(said[-1][:34])
        said.append(text)

    inputs = read_inputs(home, PublishedTables(home), settings)
    assert inputs is not None, "nothing is published"
    done = run_recommendations(home, settings, inputs, say)
    said[-1] = "choosing for messages, writing"
    say("publishing")
    for table in tables.PUBLISHED:
        publish_table(LakeTables(home), PublishedTables(home), table, settings.memory_limit)
    say("")
    steps = len(inputs.steps(inputs.first, inputs.day))
    told = ", ".join(f"{done.rows[name]:,} {name}" for name in _SHOWN)
    _say(f"continued from {done.row['since']}, ranker of {done.row['ranker_day']}; {steps:,} steps; {told}")


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    measured(Home(Path(sys.argv[1])))
