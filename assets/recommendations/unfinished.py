"""What is left to do for recommendations although no file is waiting.

Belongs here: telling a run that ended early, or rules that changed since, from one that did all. Does not belong here:
doing it (``run``).
"""

from assets.recommendations import tables
from assets.recommendations.inputs import read_inputs
from assets.recommendations.run import last_run
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables


def why_unfinished(home: Home, published: PublishedTables, settings: Settings) -> str | None:
    """Why another run is needed: lists are not of what is published and in force now, or not published. None: none."""
    inputs, lake = read_inputs(home, published, settings), LakeTables(home)
    if inputs is None:
        return None
    lake.finish_writing()
    done = last_run(lake, inputs.day)
    if done is None or done["signature"] != inputs.signature:
        return "recommendations are not of what is published, or of the rules in force, now"
    for table in tables.PUBLISHED:
        version = published.current(table)
        if version is None or version.signature != lake.signature(table):
            return "the previous run ended before all tables were published"
    return None
