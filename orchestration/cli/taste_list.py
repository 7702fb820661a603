"""`dangol taste list`: the segments of a day.

Belongs here: which figures of a segment are listed, what is said below them. Does not belong here: wording, layout.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.text import Text

from connectors.published.taste import Row
from orchestration.cli.screen import Column, Screen, stacked, write_rows
from orchestration.cli.taste_changes import GONE, relations
from orchestration.cli.taste_view import View
from orchestration.cli.taste_words import Words, percent, signed

_DRIFT_COLUMNS = ("change", "related_segment_ids", "customers_before", "shared_share")


def list_tastes(view: View, day_text: str) -> None:
    """Print the segments of a day, the latest by default, as a table or as rows for machines."""
    day = view.day(day_text, "--day")
    rows = view.tables.of_day(day)
    drift = {row["segment_id"]: row for row in view.tables.drift(day - dt.timedelta(days=1), day)}
    if view.form != "table":
        full = [row | {name: drift.get(row["segment_id"], {}).get(name) for name in _DRIFT_COLUMNS} for row in rows]
        write_rows(list(full[0]), full, view.form, view.out)
        return
    words, screen = view.words, Screen(view.out)
    before = view.before(day)
    earlier = {} if before is None else {row["segment_id"]: row for row in view.tables.of_day(before)}
    segments = [row for row in rows if row["level"] == "segment"]
    screen.line(words("title", count=len(segments), day=day), "bold")
    if view.notice(day):
        screen.line(view.notice(day), "yellow")
    screen.line()
    changed = words("since", day=before) if before else ""
    _print_segments(screen, words, segments, changed, told_changes(words, segments, drift, earlier))
    _print_bundles(screen, words, rows)
    _print_gone(screen, words, before, drift, earlier)
    screen.line()
    for sentence in [*view.quality(day), *_about_names(words, segments), *([] if before else [words("first_run")])]:
        screen.line(sentence)


def told_changes(
    words: Words, rows: Sequence[Row], drift: Mapping[str, Row], earlier: Mapping[str, Row]
) -> dict[str, str]:
    """What became of each of ``rows`` since the run before; ``drift``: rows of ``taste_drift`` of the day by segment,
    ``earlier``: what ``rows`` were by the run before."""
    told = {}
    for row in rows:
        segment = row["segment_id"]
        parts = [told_drift(words, drift, segment)] if segment in drift else []
        if segment in earlier and earlier[segment]["name"] != row["name"]:
            parts.append(words("renamed"))
        told[segment] = ", ".join(parts)
    return told


def told_drift(words: Words, drift: Mapping[str, Row], segment: str) -> str:
    """The row of ``taste_drift`` of ``segment`` in a few words; ``drift``: all of its day."""
    row, changes = drift[segment], {each: of["change"] for each, of in drift.items()}
    difference = row["customers_now"] - row["customers_before"]
    return told_change(words, row["change"], row["related_segment_ids"] or (), changes, difference)


def told_change(words: Words, change: str, related: Sequence[str], changes: Mapping[str, str], difference: int) -> str:
    """What became of a segment in a few words; ``changes``: of all segments, ``difference``: in customers."""
    found = relations(change, related, changes)
    told = words.change(change, ", ".join(found.cause))
    parts = [f"{told} {signed(difference)}" if change == "kept" else told]
    if found.took_in:
        parts.append(words("took_in", others=", ".join(found.took_in)))
    if found.gave_off:
        parts.append(words("gave_off", others=", ".join(found.gave_off)))
    return ", ".join(parts)


def _print_segments(
    screen: Screen, words: Words, segments: Sequence[Row], changed: str, changes: Mapping[str, str]
) -> None:
    """``changed``: heading of the changes; '' on the first day, which has none."""
    columns = [
        Column(words("id"), whole=True),
        Column(words("customers"), right=True),
        Column(words("share"), right=True),
        *([Column(changed)] if changed else []),
    ]
    rows: list[list[str | Text]] = [
        [row["segment_id"], f"{row['customers']:,}", percent(row["share"])]
        + ([changes[row["segment_id"]]] if changed else [])
        for row in segments
    ]
    keywords = [" · ".join(row["keywords"] or []) for row in segments]
    if screen.is_terminal:  # side by side they would not fit
        columns.append(Column(words("name_keywords")))
        rows = [[*row, stacked(of["name"], listed)] for row, of, listed in zip(rows, segments, keywords, strict=True)]
    else:
        columns += [Column(words(key)) for key in ("name", "named_by", "keywords")]
        rows = [
            [*row, of["name"], words.namer(of["named_by"]), listed]
            for row, of, listed in zip(rows, segments, keywords, strict=True)
        ]
    screen.table(columns, rows)


def _print_bundles(screen: Screen, words: Words, rows: Sequence[Row]) -> None:
    bundles = [row for row in rows if row["level"] == "bundle"]
    if not bundles:
        return
    inside = {
        bundle["segment_id"]: ", ".join(
            sorted(row["segment_id"] for row in rows if row["parent_segment_id"] == bundle["segment_id"])
        )
        for bundle in bundles
    }
    screen.heading(words("title_bundles", count=len(bundles)))
    columns = [
        Column(words("id"), whole=True),
        Column(words("customers"), right=True),
        Column(words("share"), right=True),
        Column(words("name")),
        Column(words("inside")),
    ]
    screen.table(
        columns,
        [
            [row["segment_id"], f"{row['customers']:,}", percent(row["share"]), row["name"], inside[row["segment_id"]]]
            for row in bundles
        ],
    )


def _print_gone(
    screen: Screen, words: Words, before: dt.date | None, drift: Mapping[str, Row], earlier: Mapping[str, Row]
) -> None:
    """Segments that were there by the run before and are no more."""
    gone = [row for row in drift.values() if row["change"] in GONE]
    if not gone:
        return
    screen.heading(words("gone", day=before))
    columns = [
        Column(words("id"), whole=True),
        Column(words("customers"), right=True),
        Column(words("change")),
        Column(words("name")),
    ]
    rows = [
        (row["segment_id"], f"{row['customers_before']:,}", told_drift(words, drift, row["segment_id"])) for row in gone
    ]
    screen.table(columns, [[*row, earlier.get(row[0], {}).get("name") or ""] for row in rows])


def _about_names(words: Words, segments: Sequence[Row]) -> list[str]:
    """Who named how many of the segments."""
    counts = Counter(words.namer(row["named_by"]) for row in segments)
    told = [words("named_some", namer=namer, count=count) for namer, count in counts.most_common()]
    return [words("named_count", told=", ".join(told))]
