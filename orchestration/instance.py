"""The Dagster instance of a home.

Belongs here: where it is and how it is set up. Does not belong here: what runs on it.
"""

import os
from importlib import resources
from typing import TYPE_CHECKING

from connectors.home.paths import HOME_VARIABLE, Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

CONFIG = "dagster.yaml"


def write_instance_config(home: Home) -> None:
    """Give the home its ``dagster.yaml``, unless it has one."""
    target = home.dagster / CONFIG
    if not target.exists():
        home.dagster.mkdir(parents=True, exist_ok=True)
        target.write_text(
            resources.files("orchestration").joinpath(CONFIG).read_text(encoding="utf-8"), encoding="utf-8"
        )


def set_environment(home: Home) -> None:
    """Environment by which Dagster, and every process it starts, finds this home."""
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "500")  # see ``event_storage``
    os.environ[HOME_VARIABLE] = str(home.root)


def open_instance(home: Home) -> "DagsterInstance":
    """The instance that keeps this home's runs. Close it (or use it as a context manager)."""
    from dagster import DagsterInstance

    write_instance_config(home)
    set_environment(home)
    return DagsterInstance.from_config(str(home.dagster))
