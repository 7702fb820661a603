"""`--parts tick`: a look of the campaign sensor at many campaigns.

Belongs here: campaigns, some of them due, and the looks. Does not belong here: the sensor (``orchestration``).
Floor: 2 s with 10,000 active campaigns.
"""

import argparse
import datetime as dt
import logging
import os
import statistics
import tempfile
import warnings
from pathlib import Path

from sqlalchemy import create_engine, insert

from benchmarks.sending.apart import alone, cost
from benchmarks.sending.databases import databases
from connectors.home.member_key import read_secret
from connectors.home.paths import make_home
from connectors.home.settings import read_settings
from connectors.store.send_tables import campaign_states
from connectors.store.store import Store

CAMPAIGNS, _SOME, _LOOKS = 10_000, 200, 5
_NOW = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this part."""
    group = parser.add_argument_group("sending: tick")
    group.add_argument("--campaigns", type=int, default=CAMPAIGNS, help="active campaigns that a tick looks at")


def run(folder: Path, chosen: argparse.Namespace) -> None:
    """Look with nothing, something and everything due."""
    number = chosen.campaigns
    print(f"Tick of the campaign sensor: {number:,} active campaigns, the median of {_LOOKS} looks")
    with databases() as found:
        for name, fresh in found.items():
            for due in sorted({0, min(_SOME, number), number}):
                root = Path(tempfile.mkdtemp(prefix="tick-", dir=folder))
                answer, wall, cpu = alone(_look, root, fresh(root), number, due)
                print(f"{name}: {due:6,} due: {wall:.3f} s, {cpu:.3f} CPU s ({answer})", flush=True)


def _look(root: Path, url: str, number: int, due: int) -> tuple[str, float, float]:
    """What the sensor answers, and the seconds it takes to."""
    warnings.simplefilter("ignore")  # of Dagster's own
    import dagster as dg

    from orchestration.campaign_sensor import campaign_sensor

    os.environ["DANGOL_OPS_URL"] = url  # as a shop says where its store is
    home = make_home(root)
    Store.open(url, secret=read_secret(home), now=lambda: _NOW).close()
    _start(url, number, due)
    resources = {"home": home, "settings": read_settings(home.settings_file), "clock": lambda: _NOW}
    logging.disable(logging.INFO)  # the sensor says each time what it found
    costs = []
    with dg.instance_for_test() as instance:
        for _ in range(_LOOKS):
            with dg.build_sensor_context(instance=instance, resources=resources) as context, cost() as taken:
                answer = campaign_sensor(context)
            costs += taken
    said = "nothing to start" if isinstance(answer, dg.SkipReason) else "a run to start"
    return said, statistics.median(one.wall for one in costs), statistics.median(one.cpu for one in costs)


def _start(url: str, number: int, due: int) -> None:
    """Recurring campaigns, of which ``due`` had their moment; the others have theirs in hours."""
    states = [
        {
            "campaign_id": f"c{one:05}", "state": "recurring", "since": _NOW, "started_at": _NOW, "resumed_at": _NOW,
            "next_at": _NOW + (dt.timedelta(seconds=-5) if one < due else dt.timedelta(hours=1 + one % 500)),
            "version": 1, "is_executed": False,
        }
        for one in range(number)
    ]  # fmt: skip
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(campaign_states), states)
    engine.dispose()
