"""What is left to do for recommendations although no file is waiting.

Belongs here: telling a run that ended early, or rules that changed since, from one that did all. Does not belong here:
doing it (``run``).
"""

from assets.lake_steps import why_not_published
from assets.recommendations import tables
from assets.recommendations.inputs import read_inputs
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
    done = lake.row_of(tables.RUNS, inputs.day)
    if done is None or done["signature"] != inputs.signature:
        return "recommendations are not of what is published, or of the rules in force, now"
    return why_not_published(lake, published, tables.PUBLISHED)
