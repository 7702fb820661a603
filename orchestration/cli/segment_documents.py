"""`dangol segment apply`, `list`, `show`, `usage`, `on`, `off`, `delete`, `templates`: segments as documents.

Belongs here: what each command does and shows. Does not belong here: wording, layout, conditions in words
(``models.segments.words``), asking facts (``segment_questions``).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.published.errors import PublishError
from models.documents.reading import DocumentError, Problem
from models.documents.said import said
from models.segments.checks import check_segments, references
from models.segments.context import Context
from models.segments.document import Segment
from models.segments.templates.shipped import template_texts, templates
from models.segments.words.describe import describe
from orchestration.cli.screen import Column, bar, write_rows
from orchestration.cli.segment_questions import told_count
from orchestration.cli.segment_view import Desk
from orchestration.cli.words import CommandError

_COLUMNS = ("segment_id", "name", "kind", "size", "share", "refresh", "on", "counted_on", "campaigns")
_SIZES_SHOWN = 14


def apply_segments(desk: Desk, files: Sequence[Path]) -> None:
    """Put the segments of ``files`` in force; their sizes as far as there are facts."""
    documents = desk.read(files, Segment)
    try:
        with desk.facts() as facts:
            known = {**facts.context.segments, **{one.id: one for one in documents}}
            context = replace(facts.context, segments=known, found=desk.found)
            _check(desk, documents, context, str(files[0]) if len(files) == 1 else "segments")
            desk.tell_applied(desk.store.segments.apply([said(one) for one in documents]))
            facts = facts.beside(context)
            desk.tell_as_of(facts)
            for one in documents:
                desk.screen.line(told_count(desk, facts, one))
    except PublishError as error:  # nothing to count yet, which is no reason not to apply
        _check_references(desk, documents)
        desk.tell_applied(desk.store.segments.apply([said(one) for one in documents]))
        desk.screen.line(desk.words("later", why=error))


def list_segments(desk: Desk) -> None:
    """Print all segments, the shop's own first."""
    rows = _rows(desk)
    if desk.form != "table":
        write_rows(_COLUMNS, rows, desk.form, desk.out)
        return
    words, screen = desk.words, desk.screen
    if not rows:
        screen.line(words("none"))
        return
    screen.line(words("title", count=len(rows)), "bold")
    screen.line()
    columns = [Column(words("id"), whole=True), Column(words("name")), Column(words("kind"))]
    columns += [Column(words(key), right=True) for key in ("size", "share")]
    columns += [Column(words(key)) for key in ("refresh", "status")]
    columns += [Column(words("counted_on")), Column(words("used_by"), right=True)]
    screen.table(columns, [_told(desk, row) for row in rows])


def show_segment(desk: Desk, name: str) -> None:
    """Print one segment."""
    row = desk.pick_row(name, _rows(desk))
    segment = desk.segments.get(name)
    if desk.form != "table":
        if segment is None:
            raise CommandError(desk.words("found_not_edited", id=name))
        desk.print_document(segment, desk.store.segments.history(name), size=row["size"])
        return
    words, screen = desk.words, desk.screen
    screen.line(f"{row['name']} ({name})", "bold")
    facts = [(words("description"), row["description"] or ""), (words("kind"), words(row["kind"]))]
    if segment is not None:
        names = {one.id: one.name for one in desk.segments.values()}
        facts.append((words("who"), describe(segment.include, words.locale, names)))
        facts.append((words("who_not"), describe(segment.exclude, words.locale, names) if segment.exclude else ""))
        facts += [(words("refresh"), words(segment.refresh)), (words("status"), desk.state(segment.on))]
        facts += _now(desk, segment)
    elif row["size"] is not None:
        facts.append((words("members_now"), words("people", count=f"{row['size']:,}")))
    screen.facts(facts)
    _print_sizes(desk, name)
    desk.print_versions(desk.store.segments.history(name))


def tell_uses(desk: Desk, name: str) -> None:
    """Print the campaigns that used a segment."""
    desk.pick_row(name, _rows(desk))
    uses = desk.store.segment_uses.of(name)
    if desk.form != "table":
        columns = ("campaign_id", "used_at", "size", "is_open")
        rows = [{"campaign_id": use.campaign_id, "used_at": use.used_at.isoformat(), "size": use.size,
                 "is_open": use.is_open} for use in uses]  # fmt: skip
        write_rows(columns, rows, desk.form, desk.out)
        return
    words, screen = desk.words, desk.screen
    if not uses:
        screen.line(words("no_uses", id=name))
        return
    screen.line(words("uses_of", id=name), "bold")
    columns_ = [Column(words("campaign"), whole=True), Column(words("used_at")), Column(words("size"), right=True)]
    rows_ = [
        [use.campaign_id, f"{use.used_at.astimezone(desk.settings.zone):%Y-%m-%d %H:%M}", f"{use.size:,}",
         words("open" if use.is_open else "closed")] for use in uses
    ]  # fmt: skip
    screen.table([*columns_, Column(words("state"))], rows_)


def switch_segment(desk: Desk, name: str, *, on: bool) -> None:
    """Switch a segment on or off."""
    desk.switch(desk.store.segments, said(_own(desk, name)), on)


def delete_segment(desk: Desk, name: str) -> None:
    """Take a segment out of force. Raises :class:`CommandError` while something needs it."""
    segment = _own(desk, name)
    running = sorted({use.campaign_id for use in desk.store.segment_uses.of(name) if use.is_open})
    if running:
        raise CommandError(desk.words("in_use", id=name, campaigns=", ".join(running)))
    others = [one.id for one in desk.segments.values() if name in {needed for _, needed in references(one)}]
    if others:
        raise CommandError(desk.words("named_by", id=name, others=", ".join(others)))
    desk.store.segments.remove(segment.id)
    desk.screen.line(desk.words("was_removed", id=name))


def show_templates(desk: Desk, name: str) -> None:
    """Print the examples, or one of them as a file."""
    words = desk.words
    examples = {one.id: one for one in templates(words.locale)}
    if name:
        desk.out.write(template_texts()[desk.pick(name, examples, "no_template").id])
        return
    if desk.form != "table":
        rows = [{"id": one.id, "name": one.name, "who": describe(one, words.locale)} for one in examples.values()]
        write_rows(("id", "name", "who"), rows, desk.form, desk.out)
        return
    desk.screen.line(words("templates", count=len(examples)), "bold")
    desk.screen.line()
    columns = [Column(words("id"), whole=True), Column(words("name")), Column(words("who"))]
    told = [[one.id, one.name, describe(one, words.locale)] for one in examples.values()]
    desk.screen.table(columns, told)
    desk.screen.line()
    desk.screen.line(words("template_hint"))


def _own(desk: Desk, name: str) -> Segment:
    if name not in desk.segments and ":" in name:
        raise CommandError(desk.words("found_not_edited", id=name))
    return desk.pick(name, desk.segments, "no_segment")


def _check(desk: Desk, documents: Sequence[Segment], context: Context, source: str) -> None:
    problems: list[Problem] = []
    try:
        check_segments(documents, context, source)
    except DocumentError as error:
        problems += error.problems
    desk.refuse(problems)


def _check_references(desk: Desk, documents: Sequence[Segment]) -> None:
    """What can be told without facts: circles and ids that nobody knows (custom fields wait for the first count)."""
    known = {**desk.segments, **{one.id: one for one in documents}}
    missing = [
        Problem("segments", 0, one.id, place, "unknown_segment", {"segment": name, "nearest": ""})
        for one in documents
        for place, name in references(one)
        if name not in known
    ]
    desk.refuse(missing)


def _rows(desk: Desk) -> list[dict[str, Any]]:
    """All segments: the shop's own in force, and those that were found."""
    counts = desk.store.segment_uses.counts()
    counted = {} if desk.listed is None else {row["segment_id"]: row for row in desk.listed.iter_rows(named=True)}
    own = [
        {
            "segment_id": one.id, "name": one.name, "kind": "rule", "description": one.description, "on": one.on,
            "refresh": one.refresh, "size": None, "share": None, "counted_on": None,
        } | _counted(counted.get(one.id)) for one in desk.segments.values()
    ]  # fmt: skip
    found = [row | {"on": True} for row in counted.values() if row["kind"] != "rule"]
    return [row | {"campaigns": counts.get(row["segment_id"], 0)} for row in [*own, *found]]


def _counted(row: dict[str, Any] | None) -> dict[str, Any]:
    return {} if row is None else {name: row[name] for name in ("size", "share", "counted_on")}


def _told(desk: Desk, row: dict[str, Any]) -> list[str]:
    words, size = desk.words, row["size"]
    return [
        row["segment_id"], row["name"], words(row["kind"]),
        words("not_counted") if size is None else f"{size:,}", "" if size is None else f"{row['share']:.1%}",
        words(row["refresh"]), desk.state(row["on"]), str(row["counted_on"] or ""), str(row["campaigns"] or ""),
    ]  # fmt: skip


def _now(desk: Desk, segment: Segment) -> list[tuple[str, str]]:
    try:
        with desk.facts() as facts:
            desk.tell_as_of(facts)
            return [(desk.words("members_now"), desk.words("people", count=f"{facts.count(segment):,}"))]
    except PublishError:
        return []


def _print_sizes(desk: Desk, name: str) -> None:
    if desk.sizes is None:
        return
    rows = desk.sizes.filter(desk.sizes["segment_id"] == name).sort("day").tail(_SIZES_SHOWN)
    if rows.height < 2:
        return
    words, largest = desk.words, int(rows["size"].max() or 0)  # type: ignore[arg-type]
    desk.screen.heading(words("history"))
    columns = [Column(words("day")), Column(words("size"), right=True), Column("")]
    told = [[str(row["day"]), f"{row['size']:,}", bar(row["size"], largest)] for row in rows.iter_rows(named=True)]
    desk.screen.table(columns, told)
