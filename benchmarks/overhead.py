"""What a run costs beside its work: loading the code location, and one day on a small home.

Floors: the code location loads in at most 5 CPU s (aim 2); one day on a small home in at most 30 (aim 10).
"""

import os
import sys
from pathlib import Path

from benchmarks.homes import FIRST_DAY, dangol, forget_runs, make_shop
from benchmarks.processes import measure

EVENTS, DAYS = 5_000, 3


def run(folder: Path, events: int) -> None:
    """Print start costs and the run of one small day. ``events`` is not used: the shop is small on purpose."""
    home = make_shop(folder, EVENTS, DAYS)
    forget_runs(home)
    day = FIRST_DAY.isoformat()
    print(f"Overhead on a home of {EVENTS:,} events")
    print(f"  dangol --help                       {dangol(home, '--help')}")
    environment = os.environ | {"DANGOL_HOME": str(home.root)}
    load = measure([sys.executable, "-c", "import orchestration.definitions"], environment, home.root)
    print(f"  load of the code location           {load}")
    print(f"  first run of one day                {dangol(home, 'run', '--from', day, '--to', day)}")
    print(f"  the rest, dbt parsed already        {dangol(home, 'run')}")
    print(f"  nothing to do                       {dangol(home, 'run')}")
