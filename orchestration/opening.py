"""Connectors made from a home and its settings.

Belongs here: the one place that decides how settings become connectors, for resources and command line alike.
Does not belong here: Dagster (``resources``): commands that need no graph must not pay for it.
"""

from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.sources.landing import Landing


def make_published(home: Home, settings: Settings) -> PublishedTables:
    """The published tables of ``home``."""
    publish = settings.publish
    return PublishedTables(home, single_file_rows=publish.single_file_rows, keep_versions=publish.keep_versions)


def make_landing(home: Home, settings: Settings) -> Landing:
    """The landing zone of ``home``."""
    return Landing(home, settings.zone)
