"""What is left to do for AI targets although no file is waiting.

Belongs here: telling a run that ended early, and a new day, from one that did all. Does not belong here: doing it
(``run``).
"""

import datetime as dt

from assets.ai_targets import tables
from assets.ai_targets.run import FACTS, is_done
from assets.segments.facts import newest_day
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables


def why_unfinished(home: Home, published: PublishedTables, settings: Settings, today: dt.date) -> str | None:
    """Why another run is needed: scores are not of what is published now, or not published. None: none."""
    if any(published.current(table) is None for table in FACTS):
        return None
    lake = LakeTables(home)
    lake.finish_writing()
    if not is_done(lake, settings, published, newest_day(published), today):
        return "scores of AI targets are not of what is published now"
    for table in tables.PUBLISHED:
        version = published.current(table)
        if version is None or version.signature != lake.signature(table):
            return "the previous run ended before all tables were published"
    return None
