"""What is left to do for AI targets although no file is waiting.

Belongs here: telling a run that ended early, and a new day, from one that did all. Does not belong here: doing it
(``run``).
"""

import datetime as dt

from assets.ai_targets import tables
from assets.ai_targets.run import is_done
from assets.lake_steps import why_not_published
from assets.segments.facts import newest_day
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables


def why_unfinished(home: Home, published: PublishedTables, settings: Settings, today: dt.date) -> str | None:
    """Why another run is needed: scores are not of what is published now, or not published. None: none."""
    if any(published.current(table) is None for table in tables.FACTS):
        return None
    lake = LakeTables(home)
    lake.finish_writing()
    if not is_done(lake, settings, published, newest_day(published), today):
        return "scores of AI targets are not of what is published now"
    return why_not_published(lake, published, tables.PUBLISHED)
