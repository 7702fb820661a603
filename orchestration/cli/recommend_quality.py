"""`dangol recommend quality`: how well lists predicted, and what filled them.

Belongs here: the two tables. Does not belong here: how quality is measured (``models.recommend.quality.daily``).
"""

from connectors.published.recommendations import Row
from orchestration.cli.recommend_shelf import Shelf, open_shelf
from orchestration.cli.recommend_view import Desk
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.taste_words import percent
from orchestration.cli.words import CommandError

_FIGURES = ("hr_20", "mrr_20", "ndcg_20", "catalogue_coverage", "novelty")
_COLUMNS = ("algorithm", "first", "last", "histories", *_FIGURES)
_SHARES = ("hr_20", "catalogue_coverage")


def show_quality(desk: Desk, days: int) -> None:
    """Print the figures of the last ``days`` days with figures and the newest sources. Raises
    :class:`CommandError` where nothing was measured."""
    with open_shelf(desk) as shelf:
        if days < 1:
            raise CommandError(shelf.words("no_days", days=days))
        rows = shelf.tables.quality(days)
        if not rows:
            raise CommandError(shelf.words("quality_none"))
        if desk.form != "table":
            write_rows(_COLUMNS, rows, desk.form, desk.out)
            return
        _print_quality(shelf, rows)
        _print_sources(shelf)


def _print_quality(shelf: Shelf, rows: list[Row]) -> None:
    words, screen = shelf.words, shelf.desk.screen
    first, last = min(row["first"] for row in rows), max(row["last"] for row in rows)
    screen.line(words("quality_title", first=first, last=last), "bold")
    screen.line(words("quality_how"))
    screen.line()
    numbers = [Column(words(name), right=True) for name in ("histories", *_FIGURES)]
    screen.table([Column(words("algorithm")), *numbers], [_quality_cells(shelf, row) for row in rows])


def _quality_cells(shelf: Shelf, row: Row) -> list[str]:
    figures = [
        percent(row[name]) if name in _SHARES else f"{row[name]:.3f}" if name != "novelty" else f"{row[name]:.1f}"
        for name in _FIGURES
    ]
    return [_source(shelf, row["algorithm"]), f"{row['histories']:,}", *figures]


def _print_sources(shelf: Shelf) -> None:
    rows = shelf.tables.sources()
    if not rows:
        return
    words, screen = shelf.words, shelf.desk.screen
    screen.heading(words("sources_title", day=rows[0]["day"]))
    columns = [Column(words("algorithm")), Column(words("source"))]
    columns += [Column(words(name), right=True) for name in ("rows", "share", "full_lists", "lists")]
    cells = []
    for place, row in enumerate(rows):
        again = place > 0 and rows[place - 1]["algorithm"] == row["algorithm"]
        lists = ["", ""] if again else [f"{row['full_lists']:,}", f"{row['lists']:,}"]
        name = "" if again else _source(shelf, row["algorithm"])
        cells.append([name, _source(shelf, row["source"]), f"{row['rows']:,}", percent(row["share"]), *lists])
    screen.table(columns, cells)


def _source(shelf: Shelf, source: str) -> str:
    """An algorithm, a fallback or a rule in words."""
    for kind in ("algorithm", "source"):
        if shelf.words.known(f"{kind}_{source}"):
            return shelf.words(f"{kind}_{source}")
    if source.startswith("rule:"):
        name = source.removeprefix("rule:")
        return shelf.words("rule", name=shelf.reasons.rules.get(name, name))
    return source
