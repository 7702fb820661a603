"""`dangol taste show`: one segment or bundle.

Belongs here: what is told of a segment. Does not belong here: wording, layout, who is in it: nobody is named here.
"""

import datetime as dt
from collections.abc import Sequence
from datetime import timedelta
from difflib import get_close_matches

from connectors.published.taste import STRENGTH_STEPS, Row
from orchestration.cli.screen import Column, Screen, bar, write_rows
from orchestration.cli.taste_list import told_changes
from orchestration.cli.taste_view import View
from orchestration.cli.taste_words import TasteError, percent

_RUNS = 14  # of which the size is shown


def show_taste(view: View, segment_id: str, day_text: str) -> None:
    """Print one segment of a day, the latest by default. Raises :class:`TasteError` where there is none of that id."""
    day = view.day(day_text, "--day")
    rows = view.tables.of_day(day)
    row = next((row for row in rows if row["segment_id"] == segment_id), None)
    if row is None:
        raise TasteError(_no_such_segment(view, segment_id, rows, day))
    if view.form != "table":
        write_rows(list(row), [row], view.form, view.out)
        return
    screen = Screen(view.out)
    title = f"{row['name']} · {segment_id} · {view.words('of_day', day=day)}"
    screen.line(title, "bold")
    if view.notice(day):
        screen.line(view.notice(day), "yellow")
    screen.line(row["description"] or "")
    screen.line()
    screen.facts(_facts(view, row, rows, day))
    _print_products(view, screen, row)
    _print_history(view, screen, segment_id, day)
    children = [other["segment_id"] for other in rows if other["parent_segment_id"] == segment_id]
    _print_strengths(view, screen, children or [segment_id], day)


def _no_such_segment(view: View, segment_id: str, rows: Sequence[Row], day: dt.date) -> str:
    """Names the nearest id (by id or by name), or the days on which there was such a segment."""
    days = [each["day"] for each in view.tables.history(segment_id)]
    if days:
        hint = view.words("other_days", id=segment_id, first=days[0], last=days[-1])
    else:
        spelled = {row["segment_id"]: row for row in rows} | {row["name"]: row for row in rows if row["name"]}
        close = get_close_matches(segment_id, spelled, n=1, cutoff=0.0)
        nearest = ", ".join(f"{spelled[found]['segment_id']} {spelled[found]['name']}" for found in close)
        hint = view.words("nearest", nearest=nearest, all=", ".join(sorted(row["segment_id"] for row in rows)))
    return view.words("no_id", day=day, id=segment_id, hint=hint)


def _facts(view: View, row: Row, rows: Sequence[Row], day: dt.date) -> list[tuple[str, str]]:
    words, before = view.words, view.before(day)
    drift = {each["segment_id"]: each for each in view.tables.drift(day - timedelta(days=1), day)}
    earlier = {} if before is None else {each["segment_id"]: each for each in view.tables.of_day(before)}
    change = told_changes(words, [row], drift, earlier)[row["segment_id"]] if before else ""
    parent, others = row["parent_segment_id"], [other for other in rows if other is not row]
    return [
        (words("keywords"), " · ".join(row["keywords"] or [])),
        (words("customers"), words("of_share", count=row["customers"], share=percent(row["share"]))),
        (words("since", day=before), change),
        (words("bundle"), _listed(rows, "segment_id", parent)),
        (words("siblings"), _listed(others, "parent_segment_id", parent)),
        (words("inside"), _listed(rows, "parent_segment_id", row["segment_id"])),
        (words("named_by"), words("named", day=row["named_on"], namer=words.namer(row["named_by"]))),
    ]


def _listed(rows: Sequence[Row], column: str, value: str | None) -> str:
    return ", ".join(f"{row['segment_id']} {row['name']}" for row in rows if value and row[column] == value)


def _print_products(view: View, screen: Screen, row: Row) -> None:
    """The products that most members looked at; price and state are those of now."""
    words, known = view.words, view.tables.products(row["top_products"] or [])
    if not row["top_products"]:
        return
    lines = []
    for product, name in zip(row["top_products"], row["top_product_names"], strict=True):
        now = known.get(product, {})
        status = now.get("status")
        told = words(status) if status in ("sold_out", "hidden") else ""
        lines.append([product, name, now.get("category_path") or "", words.price(now.get("sale_price")), told])
    columns = [
        Column(words("id"), whole=True), Column(words("product")), Column(words("category")),
        Column(words("price"), right=True), Column(words("status")),
    ]  # fmt: skip
    shown = [place for place in range(len(columns)) if any(line[place] for line in lines)]
    screen.heading(words("top_products"))
    screen.table([columns[place] for place in shown], [[line[place] for place in shown] for line in lines])


def _print_history(view: View, screen: Screen, segment_id: str, day: dt.date) -> None:
    """Its size by the last runs up to the day, and what it was called before."""
    words = view.words
    history = [each for each in view.tables.history(segment_id) if each["day"] <= day]
    shown = history[-_RUNS:]
    cut = len(history) > len(shown)
    screen.heading(words("history_cut", shown=len(shown), all=len(history)) if cut else words("history"))
    largest = max(each["customers"] for each in shown)
    names = [each["name"] for each in shown]
    fresh = [name if place == 0 or name != names[place - 1] else "" for place, name in enumerate(names)]
    columns = [Column(words("day"), whole=True), Column(words("customers"), right=True), Column("")]
    rows = [[str(each["day"]), f"{each['customers']:,}", bar(each["customers"], largest)] for each in shown]
    if len(set(names)) > 1:
        columns.append(Column(words("name")))
        rows = [[*row, name] for row, name in zip(rows, fresh, strict=True)]
    screen.table(columns, rows)


def _print_strengths(view: View, screen: Screen, segment_ids: Sequence[str], day: dt.date) -> None:
    """How many members belong how strongly, the strongest first."""
    words = view.words
    found = view.tables.strengths(day, segment_ids)
    if found is None:
        screen.heading(words("no_members", day=day))
        return
    screen.heading(words("strengths", median=percent(found.median, 0)))
    step = 100 // STRENGTH_STEPS
    screen.table(
        [Column(words("strength"), whole=True), Column(words("customers"), right=True), Column("")],
        [
            [f"{part * step}–{(part + 1) * step}%", f"{count:,}", bar(count, max(found.counts))]
            for part, count in reversed(list(enumerate(found.counts)))
        ],
    )
