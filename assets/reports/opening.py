"""What making pages starts with: one connection to published tables, the folder of reports.

Belongs here: opening them for the step and for commands. Does not belong here: what they do.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from assets.reports.asking import Asking
from assets.reports.files import ReportFiles
from assets.reports.pages import Drafting
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from models.reports.glossary import Glossary


@contextmanager
def open_drafting(published: PublishedTables, settings: Settings, words: Glossary) -> Iterator[Drafting]:
    """Drafts of pages from the tables as they are now."""
    with Asking(published, settings.memory_limit) as asking:
        yield Drafting(asking, settings, words)


def report_files(home: Home) -> ReportFiles:
    """The pages of a home."""
    return ReportFiles(home.published / "reports")
