"""What is left to do for taste segments although no file is waiting.

Belongs here: telling a run that ended early from one that did all. Does not belong here: doing it (``taste_run``).
Reads no views: a run that has nothing to do must not pay for it.
"""

from assets.lake_steps import why_not_published
from assets.taste_history import RUNS, SCHEMAS
from assets.taste_inputs import read_inputs
from connectors.home.paths import Home
from connectors.home.settings import TasteSettings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables


def why_unfinished(home: Home, published: PublishedTables, settings: TasteSettings) -> str | None:
    """Why another run is needed: segments are not of what is published now, or not published. None: it is not."""
    inputs, lake = read_inputs(published, settings), LakeTables(home)
    if inputs is None:
        return None
    lake.finish_writing()
    done = lake.row_of(RUNS, inputs.day)
    if done is None or done["signature"] != inputs.signature:
        return "taste segments are not of what is published now"
    return why_not_published(lake, published, SCHEMAS)
