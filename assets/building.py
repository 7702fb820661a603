"""Before and after dbt: whether everything is due, and what the warehouse remembers of the build.

Belongs here: the decision for a full refresh, the marks that let a killed one be done over.
Does not belong here: running dbt (``transformed``), the fingerprint itself (``connectors.warehouse.fingerprint``).
"""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from assets.loading import LandingZone, covers_everything, open_load, write_taken_in
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.warehouse.database import Warehouse
from connectors.warehouse.dbt_vars import dbt_vars
from connectors.warehouse.fingerprint import shaping_fingerprint
from connectors.warehouse.ledger import (
    REFRESHING,
    BuildState,
    read_build,
    read_load_seq,
    read_taken_in,
    write_build,
)
from connectors.warehouse.load import read_last_load


@dataclass(frozen=True)
class Build:
    """One run of dbt: what shapes it and whether it starts over."""

    fingerprint: str
    full_refresh: bool
    whole: bool  # the whole project, not a selection of models


def why_full_refresh(state: BuildState, fingerprint: str, *, asked: bool) -> str | None:
    """The reason for building everything again, or None. Pure."""
    if asked:
        return "it was asked for"
    if state.fingerprint == REFRESHING:
        return "the previous full refresh did not finish"
    if state.fingerprint is not None and state.fingerprint != fingerprint:
        return "settings or models that shape the incremental tables have changed"
    return None


def prepare_build(
    home: Home,
    settings: Settings,
    landing: LandingZone,
    warehouse: Warehouse,
    published_load_seq: int,
    manifest: Mapping[str, Any],
    *,
    asked: bool,
    whole: bool,
    say: Callable[[str], None],
) -> Build:
    """Decide on a full refresh and mark it in the warehouse before dbt starts, so that a killed one is done over."""
    fingerprint = shaping_fingerprint(manifest, dbt_vars(settings))
    with warehouse.connect(say=say) as connection:
        state = read_build(connection)
        reason = why_full_refresh(state, fingerprint, asked=asked)
        if reason:
            write_build(connection, BuildState(REFRESHING, state.load_seq), _now())
        elif state.fingerprint is None:
            write_build(connection, BuildState(fingerprint, 0), _now())
    if reason:
        say(f"full refresh of the warehouse from all landing files: {reason}")
        if not covers_everything(read_last_load(home.load_file), landing):
            open_load(home, landing, warehouse, published_load_seq, say, everything=True)
    elif read_last_load(home.load_file) is None:
        open_load(home, landing, warehouse, published_load_seq, say)
    return Build(fingerprint, full_refresh=bool(reason), whole=whole)


def finish_build(home: Home, warehouse: Warehouse, build: Build) -> None:
    """Remember that the build is complete. A refresh of a selection leaves its mark: the rest is still to be done."""
    with warehouse.connect() as connection:
        load_seq, taken_in = read_load_seq(connection), read_taken_in(connection)
        if build.whole:
            write_build(connection, BuildState(build.fingerprint, load_seq), _now())
    write_taken_in(home, taken_in, load_seq)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the length of the block: dagster-dbt hands the environment on to dbt."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
