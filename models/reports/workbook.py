"""A report as a workbook.

Belongs here: one sheet a section. Does not belong here: what a report says.
"""

from models.reports.page import Page


def workbook_of(page: Page) -> bytes:
    """The page as an XLSX file, the same bytes for the same page."""
    raise NotImplementedError
