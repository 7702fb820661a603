"""Every number and metric of a page, in the order in which they stand there; the terms to be explained.

Belongs here: walking over the parts of a page. Does not belong here: how parts look (``render``, ``workbook``).
"""

from collections.abc import Iterator

from models.reports.glossary import Definition
from models.reports.page import Cell, Chart, Facts, Figures, Heading, Page, Part, Sum, Table, Windows
from models.reports.questions import Number


def numbers_of(page: Page) -> list[Number]:
    """Numbers that come from a table, whether the page shows them all or the workbook alone does."""
    cells = (cell for section in page.sections for part in section.parts for cell in cells_of(part))
    return [cell for cell in cells if isinstance(cell, Number) and cell.question]


def metrics_of(page: Page) -> list[str]:
    """Metrics on the page that have a definition, each once, sorted by what they are called."""
    parts = [part for section in page.sections for part in section.parts]
    found = {cell.metric for part in parts for cell in cells_of(part) if isinstance(cell, Number)}
    found |= {heading.metric for part in parts for heading in _headings(part)}
    known = [metric for metric in found if metric in page.glossary]
    return sorted(known, key=lambda metric: (page.glossary.label(metric, page.language), metric))


def terms_of(page: Page) -> list[Definition]:
    """What the metrics of the page mean, each once, by what the page calls them; the name of the definition behind it
    where that is another one. Sorted."""
    called: dict[str, str] = {}
    for section in page.sections:
        for part in section.parts:
            for heading in _headings(part):
                called.setdefault(heading.metric, heading.label)
    found = []
    for metric in metrics_of(page):
        told = page.glossary.of(metric, page.language)
        if told is not None:
            name = called.get(metric, told.label)
            is_same = name.casefold() == told.label.casefold()
            found.append(Definition(told.label if is_same else f"{name} ({told.label})", told.text))
    return sorted(found, key=lambda one: (one.label, one.text))


def cells_of(part: Part) -> Iterator[Cell]:
    """Values of a part."""
    if isinstance(part, Figures):
        for figure in part.figures:
            yield figure.value
            if figure.before is not None:
                yield figure.before
    elif isinstance(part, Table):
        for row in part.rows:
            yield from row
    elif isinstance(part, Windows):
        for _, cells in part.rows:
            yield from cells
    elif isinstance(part, Facts | Sum):
        for _, cell in part.rows:
            yield cell
    elif isinstance(part, Chart):
        for series in part.series:
            yield from (*series.values, *series.low, *series.high)


def _headings(part: Part) -> list[Heading]:
    if isinstance(part, Figures):
        return [Heading(one.label, one.value.metric) for one in part.figures if isinstance(one.value, Number)]
    if isinstance(part, Table):
        beside = [cell for row in part.rows for cell in row if isinstance(cell, Heading)]
        return [*(one for one in part.columns if isinstance(one, Heading)), *beside]
    if isinstance(part, Windows):
        return [heading for heading, _ in part.rows]
    if isinstance(part, Facts | Sum):
        return [heading for heading, _ in part.rows if isinstance(heading, Heading)]
    return []
