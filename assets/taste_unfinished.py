"""What is left to do for taste segments although no file is waiting.

Belongs here: telling a run that ended early from one that did all. Does not belong here: doing it (``taste_run``).
Reads no views: a run that has nothing to do must not pay for it.
"""

from assets.taste_history import SCHEMAS, last_run
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
    done = last_run(lake, inputs.day)
    if done is None or done["signature"] != inputs.signature:
        return "taste segments are not of what is published now"
    for table in SCHEMAS:
        version = published.current(table)
        if version is None or version.signature != lake.signature(table):
            return "the previous run ended before all tables were published"
    return None
