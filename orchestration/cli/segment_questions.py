"""`dangol segment count` and `members`: a segment, saved or not, answered by the facts of now.

Belongs here: which segment is meant, its answer. Does not belong here: wording, layout, conditions.
"""

from pathlib import Path

import polars as pl

from assets.segments.facts import Facts
from assets.segments.tables import MEMBERS
from models.documents.reading import DocumentError
from models.segments.document import Segment
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.segment_view import Desk
from orchestration.cli.words import CommandError

_SUFFIXES = (".yaml", ".yml", ".json")


def count_customers(desk: Desk, what: str) -> None:
    """Print how many customers a segment has."""
    segment = meant(desk, what)
    with desk.facts() as facts:
        size = _count(desk, facts, segment)
        if desk.form != "table":
            name = segment if isinstance(segment, str) else segment.id
            row = {"segment_id": name, "size": size, "customers": facts.customers, "as_of": str(facts.as_of.day)}
            write_rows(tuple(row), [row], desk.form, desk.out)
            return
        desk.tell_as_of(facts)
        desk.screen.line(_sentence(desk, facts, segment if isinstance(segment, str) else segment.name, size))


def list_customers(desk: Desk, what: str, limit: int) -> None:
    """Print the keys of a segment's customers, up to ``limit`` of them; 0: all."""
    segment = meant(desk, what)
    with desk.facts() as facts:
        keys = customers_of(desk, facts, segment)["customer_key"]
        shown = keys.head(limit) if limit else keys
        if desk.form != "table":
            write_rows(("customer_key",), [{"customer_key": key} for key in shown], desk.form, desk.out)
            return
        desk.tell_as_of(facts)
        name = segment if isinstance(segment, str) else segment.id
        desk.screen.line(desk.words("members_here", id=name, count=f"{len(keys):,}"), "bold")
        desk.screen.table([Column("customer_key", whole=True)], [[key] for key in shown])
        if len(shown) < len(keys):
            desk.screen.line(desk.words("more_members", count=f"{len(keys) - len(shown):,}"))


def told_count(desk: Desk, facts: Facts, segment: Segment) -> str:
    """'lapsed: 120 of 5,000 customers (2.4%)'."""
    return _sentence(desk, facts, segment.name, _count(desk, facts, segment))


def meant(desk: Desk, what: str) -> Segment | str:
    """A segment of the shop or of a file; the id alone of one that is found by itself."""
    path = Path(what)
    if path.suffix.lower() in _SUFFIXES or path.is_file():
        found = desk.read([path], Segment)
        if len(found) != 1:
            raise CommandError(desk.words("one_document", file=what, count=len(found)))
        return found[0]
    if ":" in what:
        return what
    return desk.pick(what, desk.segments, "no_segment")


def _sentence(desk: Desk, facts: Facts, name: str, size: int) -> str:
    share = size / facts.customers if facts.customers else 0.0
    return desk.words("counted", name=name, count=f"{size:,}", all=f"{facts.customers:,}", share=f"{share:.1%}")


def _count(desk: Desk, facts: Facts, segment: Segment | str) -> int:
    if isinstance(segment, str):
        return customers_of(desk, facts, segment).height
    try:
        return facts.count(segment)
    except DocumentError as error:
        desk.refuse(error.problems)
        raise


def customers_of(desk: Desk, facts: Facts, segment: Segment | str) -> pl.DataFrame:
    """(customer_key, customer_id) of a segment, by key. Raises :class:`CommandError` for one that is not there."""
    if not isinstance(segment, str):
        try:
            return facts.members(segment)
        except DocumentError as error:
            desk.refuse(error.problems)
            raise
    if desk.listed is None:
        raise CommandError(desk.words("not_published", id=segment))
    known = desk.listed["segment_id"].to_list()
    if segment not in known:
        raise CommandError(desk.words("no_segment", id=segment, hint=desk.hint(segment, known)))
    found = desk.published.scan(MEMBERS).filter(pl.col("segment_id") == segment).select("customer_key", "customer_id")
    return found.sort("customer_key").collect()
