"""Homes to measure on: the simulated shop at the size a benchmark asks for, and the commands run on it.

Belongs here: making homes and calling `dangol` and `dbt` on them. Does not belong here: what is compared with what.
"""

import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.processes import Cost, measure
from connectors.home.paths import Home
from connectors.home.settings import read_settings
from connectors.warehouse.dbt_vars import dbt_environment, dbt_vars

FIRST_DAY = dt.date(2025, 1, 1)
EVENTS_PER_CUSTOMER_AND_DAY = 1.082
_BIN = Path(sys.executable).parent
_PROJECT = Path(__file__).parents[1] / "dbt_project"


def make_shop(folder: Path, events: int, days: int) -> Home:
    """The landing zone of a simulated shop with about ``events`` events over ``days`` days; made once, then reused."""
    home = Home(folder / f"shop-{events}-{days}")
    if not (home.truth / "scenario.json").exists():
        shutil.rmtree(home.root, ignore_errors=True)
        home.root.mkdir(parents=True)
        customers = round(events / days / EVENTS_PER_CUSTOMER_AND_DAY)
        dangol(home, "init")
        dangol(home, "demo", "--customers", str(customers), "--days", str(days), "--start", FIRST_DAY.isoformat())
    return home


def forget_runs(home: Home) -> None:
    """Back to a home whose landing zone has never been taken in."""
    home.warehouse.unlink(missing_ok=True)
    for folder in (home.published, home.dagster / "history", home.dagster / "storage", home.lake):
        shutil.rmtree(folder, ignore_errors=True)
    dangol(home, "init")


def dangol(home: Home, *arguments: str) -> Cost:
    """What `dangol ARGUMENTS` costs on this home."""
    environment = os.environ | {"DANGOL_HOME": str(home.root)}
    return measure([str(_BIN / "dangol"), *arguments], environment, home.root)


def dbt(home: Home, command: str, *arguments: str) -> Cost:
    """What `dbt COMMAND` costs on this home's warehouse."""
    settings = read_settings(home.settings_file)
    environment: Mapping[str, str] = os.environ | dict(dbt_environment(home, settings))
    line = [str(_BIN / "dbt"), command, "--project-dir", str(_PROJECT), "--profiles-dir", str(_PROJECT)]
    line += ["--vars", json.dumps(dbt_vars(settings), sort_keys=True, ensure_ascii=False), *arguments]
    return measure(line, environment, home.root)


def query(home: Home, name: str) -> Cost:
    """What one of the hand-written queries costs on this home's landing zone or warehouse."""
    return measure([sys.executable, "-m", "benchmarks.queries", name, str(home.root)], os.environ, home.root)
