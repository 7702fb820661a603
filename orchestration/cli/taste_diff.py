"""`dangol taste diff`: two days side by side.

Belongs here: which changes and moves are listed. Does not belong here: telling them apart (``taste_changes``), wording.
"""

from collections.abc import Sequence

from connectors.published.taste import Flow, Row
from orchestration.cli.screen import Column, Screen, write_rows
from orchestration.cli.taste_changes import (
    CHANGE_COLUMNS,
    Change,
    change_row,
    changes_by_drift,
    changes_by_flows,
)
from orchestration.cli.taste_list import told_change
from orchestration.cli.taste_view import View, told_days
from orchestration.cli.taste_words import TasteError, Words, percent

_MOVES = 10  # listed


def diff_tastes(view: View, first_text: str, second_text: str) -> None:
    """Print what became of the segments of the earlier day until the later one, and who moved in numbers."""
    before, now = sorted((view.day(first_text, "DAY1"), view.day(second_text, "DAY2")))
    if before == now:
        raise TasteError(view.words("same_day", days=told_days(view.words, view.days, now)))
    old, new = (_segments(view.tables.of_day(day)) for day in (before, now))
    lost = sorted({before, now} - set(view.tables.member_days()))
    if lost:
        flows: list[Flow] = []
        changes = changes_by_drift(old, new, view.tables.drift(before, now))
    else:
        flows = view.tables.flows(before, now)
        changes = changes_by_flows(old, new, flows, view.tables.first_days())
    if view.form != "table":
        write_rows(CHANGE_COLUMNS, [change_row(change) for change in changes], view.form, view.out)
        return
    words, screen = view.words, Screen(view.out)
    screen.line(words("diff_title", before=before, now=now), "bold")
    screen.line(words("unknown_flows", days=", ".join(map(str, lost))) if lost else _summary(words, flows))
    screen.line()
    _print_changes(screen, words, changes, with_stayed=not lost)
    _print_renames(screen, words, changes)
    if not lost:
        _print_moves(screen, words, flows, changes)


def _segments(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["level"] == "segment"]


def _summary(words: Words, flows: Sequence[Flow]) -> str:
    def total(*, stayed: bool) -> int:
        inside = [flow for flow in flows if None not in (flow.before, flow.now)]
        return sum(flow.customers for flow in inside if (flow.before == flow.now) is stayed)

    left = sum(flow.customers for flow in flows if flow.now is None)
    joined = sum(flow.customers for flow in flows if flow.before is None)
    stayed, moved = total(stayed=True), total(stayed=False)
    return words(
        "diff_seen", before=stayed + moved + left, now=stayed + moved + joined, stayed=stayed, moved=moved, left=left,
        joined=joined,
    )  # fmt: skip


def _print_changes(screen: Screen, words: Words, changes: Sequence[Change], *, with_stayed: bool) -> None:
    """A line a segment; ``with_stayed``: which share of the members of before is still there."""
    kinds = {change.segment_id: change.change for change in changes}
    told = {
        each.segment_id: told_change(
            words, each.change, each.related_segment_ids, kinds, each.customers_now - each.customers_before
        )
        for each in changes
    }
    columns = [
        Column(words("id"), whole=True),
        Column(words("before"), right=True),
        Column(words("now"), right=True),
        *([Column(words("stayed"), right=True)] if with_stayed else []),
        Column(words("change")),
        Column(words("name")),
    ]
    rows = [
        [change.segment_id, _size(change.customers_before), _size(change.customers_now)]
        + ([_stayed(change)] if with_stayed else [])
        + [told[change.segment_id], change.name_now or change.name_before or ""]
        for change in changes
    ]
    screen.table(columns, rows)


def _size(customers: int) -> str:
    return f"{customers:,}" if customers else "–"


def _stayed(change: Change) -> str:
    return "" if change.stayed is None else percent(change.stayed / max(change.customers_before, 1), 0)


def _print_renames(screen: Screen, words: Words, changes: Sequence[Change]) -> None:
    renamed = [change for change in changes if change.renamed]
    if renamed:
        screen.heading(words("renames"))
        screen.facts([(change.segment_id, f"{change.name_before} → {change.name_now}") for change in renamed])


def _print_moves(screen: Screen, words: Words, flows: Sequence[Flow], changes: Sequence[Change]) -> None:
    """The largest moves from one segment to another."""
    names = {change.segment_id: change.name_now or change.name_before or "" for change in changes}
    moves = [flow for flow in flows if None not in (flow.before, flow.now) and flow.before != flow.now][:_MOVES]
    if not moves:
        screen.line()
        screen.line(words("no_flows"))
        return
    screen.heading(words("flows"))
    screen.table(
        [Column(words("customers"), right=True), Column(words("from")), Column(words("to"))],
        [
            [f"{flow.customers:,}", *(f"{segment} {names[str(segment)]}" for segment in (flow.before, flow.now))]
            for flow in moves
        ],
    )
