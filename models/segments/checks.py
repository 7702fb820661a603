"""What is wrong with segments that only shows beside others: unknown fields and segments, wrong types, circles.

Belongs here: these checks, as problems with their place. Does not belong here: what a document alone shows
(``document``), words for the problems (``models.segments.words.problems``).
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from models.documents.reading import DocumentError, Place, Problem
from models.segments.context import FALLBACKS, Context, FieldType
from models.segments.custom_grammar import OPERATORS
from models.segments.document import Segment
from models.segments.leaves_people import CustomTest, SegmentTest

MOST_CHAINED: Final = 20  # segments that name one another in a row
_FITTING: Final[dict[FieldType, tuple[str, ...]]] = {
    "number": ("==", "!=", ">=", ">", "<=", "<", "in", "exists"),
    "text": OPERATORS,
    "boolean": ("==", "!=", "in", "exists"),
}


def check_segments(segments: Iterable[Segment], context: Context, source: str = "segments") -> None:
    """Raise :class:`DocumentError` with every problem of ``segments`` and of those that they name."""
    named = needed_segments(segments, context)
    found = [problem for one in named for problem in problems_of(one, context, source)]
    if found:
        raise DocumentError(found)


def problems_of(segment: Segment, context: Context, source: str = "segments") -> list[Problem]:
    """Problems of one segment; of the circles it is in only those that come back to it."""
    found = []
    for place, leaf in segment.leaves():
        if isinstance(leaf, CustomTest):
            problem = _custom(leaf, context)
        elif isinstance(leaf, SegmentTest):
            problem = _reference(segment, leaf, context)
        else:
            continue
        if problem is not None:
            key, kind, values = problem
            found.append(Problem(source, 0, segment.id, (*place, *key), kind, values))
    return found


def needed_segments(segments: Iterable[Segment], context: Context) -> tuple[Segment, ...]:
    """``segments`` and every rule segment that they name, at however many removes; those named come first.

    Ids that nobody knows are left out. Raises :class:`DocumentError` for circles and for chains longer than
    ``MOST_CHAINED``.
    """
    done: dict[str, Segment] = {}
    for segment in segments:
        _collect(segment, context, [], done)
    return tuple(done.values())


def references(segment: Segment) -> list[tuple[Place, str]]:
    """Ids of the rule segments that a segment names, with their places."""
    leaves = segment.leaves()
    return [(place, leaf.id) for place, leaf in leaves if isinstance(leaf, SegmentTest) and leaf.is_rule]


def _collect(segment: Segment, context: Context, path: list[str], done: dict[str, Segment]) -> None:
    if segment.id in done:
        return
    path = [*path, segment.id]
    for place, name in references(segment):
        if name in path:
            circle = " → ".join([*path[path.index(name) :], name])
            raise DocumentError([Problem("segments", 0, segment.id, place, "segment_cycle", {"circle": circle})])
        if len(path) >= MOST_CHAINED:
            values = {"most": MOST_CHAINED, "chain": " → ".join([*path, name])}
            raise DocumentError([Problem("segments", 0, segment.id, place, "segment_chain", values)])
        if name in context.segments:
            _collect(context.segments[name], context, path, done)
    done[segment.id] = segment


_Found = tuple[Place, str, dict[str, object]]  # keys inside the leaf, kind of the problem, its values


def _reference(segment: Segment, leaf: SegmentTest, context: Context) -> _Found | None:
    if leaf.is_rule:
        known: Sequence[str] = sorted(set(context.segments) - {segment.id})
        if leaf.id in context.segments:
            return None
    else:
        if context.found is None or leaf.id in context.found:
            return None
        known = sorted(context.found)
    return ("id",), "unknown_segment", {"segment": leaf.id, "nearest": _nearest(leaf.id, known)}


def _custom(leaf: CustomTest, context: Context) -> _Found | None:
    column = context.column_of(leaf.name)
    values: dict[str, object]
    if column is None:
        known = sorted({*context.fields, *FALLBACKS})
        return ("name",), "unknown_field", {"field": leaf.name, "nearest": _nearest(leaf.name, known)}
    _, kind = column
    if leaf.op not in _FITTING[kind]:
        values = {"field": leaf.name, "type": kind, "op": leaf.op, "fitting": " ".join(_FITTING[kind])}
        return ("op",), "field_operator", values
    wrong = [one for one in values_of(leaf) if type_of(one) != kind]
    if wrong:
        values = {"field": leaf.name, "type": kind, "value": _shown(wrong[0]), "value_type": type_of(wrong[0])}
        return ("value",), "field_type", values
    return None


def values_of(leaf: CustomTest) -> tuple[str | int | float | bool, ...]:
    """What a field is compared with; nothing for ``exists``."""
    if leaf.value is None:
        return ()
    return leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def type_of(value: object) -> FieldType:
    """The type of a scalar as custom fields know it."""
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"


def _nearest(word: str, known: Sequence[str]) -> str:
    return ", ".join(get_close_matches(word, known, n=3, cutoff=0.4) or known[:3])


def _shown(value: object) -> str:
    return repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "…"
