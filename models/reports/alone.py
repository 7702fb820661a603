"""A page for somebody who has this file alone: without links to pages that do not lie beside it.

Belongs here: taking links out of a page. Does not belong here: making pages, writing them.
"""

from collections.abc import Sequence
from dataclasses import replace

from models.reports.page import Cell, Link, Links, Page, Part, Section, Table


def alone(page: Page) -> Page:
    """The page with the texts of its links in their place."""
    return replace(page, sections=[_section(section) for section in page.sections])


def _section(section: Section) -> Section:
    return replace(section, parts=[_part(part) for part in section.parts if not isinstance(part, Links)])


def _part(part: Part) -> Part:
    return replace(part, rows=[_row(row) for row in part.rows]) if isinstance(part, Table) else part


def _row(row: Sequence[Cell]) -> list[Cell]:
    return [cell.text if isinstance(cell, Link) else cell for cell in row]
