"""What a segment may say, and how what it may not say is told."""

import datetime as dt
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sources.canonical import DEVICES, EVENT_NAMES
from models.documents.reading import DocumentError, Problem, read_documents
from models.documents.said import said
from models.segments.document import DEEPEST, MOST_LEAVES, Segment
from models.segments.fields import MOST_PICKED, Device, EventName, Hours
from models.segments.words.problems import PROBLEMS, told_problems
from tests.models.segments.random_conditions import conditions

pytestmark = pytest.mark.feature("C3")


def read(include: str, more: str = "") -> Segment:
    return read_documents([("file.yaml", f"id: one\nname: n\ninclude: {include}\n{more}")], Segment)[0]


def problems(include: str, more: str = "") -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as refused:
        read(include, more)
    return refused.value.problems


def nested(levels: int) -> str:
    return "{not: " * (levels - 1) + "{visits: {}}" + "}" * (levels - 1)


def test_the_names_are_those_of_the_canonical_event() -> None:
    assert get_args(EventName) == EVENT_NAMES
    assert get_args(Device) == DEVICES


@pytest.mark.parametrize(
    ("include", "place", "kind"),
    [
        ("{event: {name: serch}}", "include.event.name", "literal_error"),
        ("{event: {name: search, windw: {last_days: 7}}}", "include.event.windw", "extra_forbidden"),
        ("{evnt: {name: search}}", "include.evnt", "extra_forbidden"),
        ("{}", "include", "one_condition"),
        ("{event: {name: search}, visits: {}}", "include", "one_condition"),
        ("{all: [{visits: {}}, {any: [{visits: {windoww: 1}}]}]}", "include.all[2].any[1].visits.windoww",
         "extra_forbidden"),
        ("{event: {name: search, window: {from: 2025-10-05, to: 2025-10-01}}}", "include.event.window", "window_order"),
        ("{all: [{visits: {}}, {event: {name: search, window: {to: 2025-02-30}}}]}", "include.all[2].event.window.to",
         "window_no_day"),
        ("{visits: {window: {from: 20251001}}}", "include.visits.window.from", "window_day"),
        ("{visits: {window: {from: 0001-01-01}}}", "include.visits.window.from", "window_year"),
        ("{visits: {window: {last_days: 7, days_ago: {to: 3}}}}", "include.visits.window", "window_kind"),
        ("{visits: {window: {}}}", "include.visits.window", "window_kind"),
        ("{visits: {window: {from: 2025-10-01, today: false}}}", "include.visits.window", "window_today"),
        ("{visits: {window: {last_days: 0}}}", "include.visits.window.last_days", "greater_than_equal"),
        ("{visits: {window: {days_ago: {}}}}", "include.visits.window.days_ago", "window_empty"),
        ("{visits: {count: {}}}", "include.visits.count", "range_empty"),
        ("{visits: {count: {at_least: 5, at_most: 3}}}", "include.visits.count", "range_order"),
        ("{visits: {count: {between: [5, 3]}}}", "include.visits.count", "range_order"),
        ("{visits: {count: {at_least: 5, exactly: 3}}}", "include.visits.count", "range_mixed"),
        ("{visits: {count: {at_least: -1}}}", "include.visits.count.at_least", "greater_than_equal"),
        ("{purchases: {amount: {at_least: 1, above: 1}}}", "include.purchases.amount", "range_twice"),
        ("{purchases: {amount: {at_least: .nan}}}", "include.purchases.amount.at_least", "float_parsing"),
        ("{visits: {occurrence: first}}", "include.visits", "occurrence_window"),
        ("{visits: {occurrence: first, window: {last_days: 7}, count: {at_least: 2}}}", "include.visits",
         "occurrence_count"),
        ("{purchases: {brand: a, average: {at_least: 1}}}", "include.purchases", "orders_only"),
        ("{purchases: {brand: a, channel: Direct}}", "include.purchases", "orders_only"),
        ("{acquisition: {touch: first, channel: a, window: {last_days: 7}}}", "include.acquisition",
         "first_touch_window"),
        ("{acquisition: {touch: any}}", "include.acquisition", "says_nothing"),
        ("{event: {name: search, where: {}}}", "include.event.where", "says_nothing"),
        ("{event: {name: search, where: {products: []}}}", "include.event.where.products", "too_short"),
        ("{event: {name: search, where: {products: [1.5]}}}", "include.event.where.products", "picked_type"),
        ("{event: {name: search, where: {products: ['']}}}", "include.event.where.products", "picked_text"),
        ("{event: {name: search, where: {hour_of_day: {from: 9, to: 9}}}}", "include.event.where.hour_of_day",
         "hours_all"),
        ("{event: {name: search, where: {hour_of_day: {from: 24, to: 3}}}}", "include.event.where.hour_of_day.from",
         "less_than_equal"),
        ("{event: {name: search, where: {properties: {a: {b: 1}}}}}", "include.event.where.properties.a",
         "value_type"),
        ("{event: {name: search, where: {properties: {'a\"b': 1}}}}", "include.event.where.properties.a\"b.[key]",
         "attribute_key"),
        ("{event: {name: search, where: {device: tv}}}", "include.event.where.device[1]", "literal_error"),
        ("{member: {birthday_month: 13}}", "include.member.birthday_month", "birthday_month"),
        ("{member: {birthday_month: next_month}}", "include.member.birthday_month", "birthday_month"),
        ("{member: {}}", "include.member", "says_nothing"),
        ("{consent: {sms: maybe}}", "include.consent.sms", "bool_parsing"),
        ("{cycle_due: {from: 2, to: 1}}", "include.cycle_due", "range_order"),
        ("{cycle_due: false}", "include.cycle_due", "model_type"),
        ("{segment: {id: 'ai:x', strength: {at_least: 1}}}", "include.segment", "segment_strength"),
        ("{custom: {name: a, op: in, value: 1}}", "include.custom", "custom_list"),
        ("{custom: {name: a, op: exists, value: 1}}", "include.custom", "custom_exists"),
        ("{custom: {name: a, op: contains, value: 1}}", "include.custom", "custom_contains"),
        ("{custom: {name: a, op: '=='}}", "include.custom", "custom_value"),
        ("{custom: {name: a, op: '==', value: 1.0e400}}", "include.custom.value", "value_number"),
        ("{custom: 'point >= abc'}", "include.custom", "custom_text"),
        ("[1]", "include", "model_type"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_told_with_its_place(include: str, place: str, kind: str) -> None:
    include = include.replace("1.0e400", "1" + "0" * 400)
    found = problems(include)
    assert [problem.kind for problem in found] == [kind]
    for locale in ("ko", "en"):
        told = told_problems(found, locale)  # type: ignore[arg-type]
        assert told.startswith(f"one {place}: ")
        assert "{" not in told.removeprefix(f"one {place}: ") or "{" in include


def test_a_wrong_key_names_the_nearest_one() -> None:
    assert problems("{visits: {windoww: {last_days: 7}}}")[0].values["nearest"] == "window"
    assert problems("{evnt: {name: search}}")[0].values["nearest"] == "event"


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = problems("{all: [{visits: {cont: 1}}, {event: {name: x}}]}", "exclude: {member: {}}")
    assert [".".join(map(str, one.place)) for one in found] == [
        "include.all.0.visits.cont", "include.all.1.event.name", "exclude.member",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["taste:x", "ai:x", "taste", "ai", "a b", ""])
def test_ids_of_segments_that_are_found_by_themselves_are_refused(name: str) -> None:
    with pytest.raises(DocumentError):
        read_documents([("f", f"id: '{name}'\nname: n\ninclude: {{visits: {{}}}}")], Segment)


def test_fifty_levels_are_fine_and_one_more_is_refused() -> None:
    assert len(list(read(nested(DEEPEST)).leaves())) == 1
    assert [one.kind for one in problems(nested(DEEPEST + 1))] == ["condition_deep"]


@pytest.mark.parametrize("key", ["not", "all", "any"])
def test_nesting_without_end_is_refused_however_it_comes(key: str) -> None:
    include: Any = {"visits": {}}
    for _ in range(5000):
        include = {key: include if key == "not" else [include]}
    with pytest.raises(ValueError, match="more than 50 levels deep"):
        Segment.model_validate({"id": "one", "name": "n", "include": include})
    assert [one.kind for one in problems(nested(5000))] == ["too_deep_yaml"]


def test_more_things_than_can_be_joined_are_refused() -> None:
    many = ", ".join(f"{{visits: {{window: {{last_days: {n + 1}}}}}}}" for n in range(MOST_LEAVES + 1))
    assert [one.kind for one in problems(f"{{any: [{many}]}}")] == ["condition_large"]


def test_many_picked_ids_are_kept_once_each() -> None:
    ids = [*range(100_000), *range(100)]
    segment = Segment.model_validate(
        {"id": "a", "name": "n", "include": {"event": {"name": "purchase", "where": {"products": ids}}}}
    )
    assert segment.include.event is not None
    assert segment.include.event.where is not None
    assert segment.include.event.where.products == tuple(map(str, range(100_000)))
    with pytest.raises(ValueError, match="at most 200000"):
        Segment.model_validate(
            {"id": "a", "name": "n", "include": {"cart": {"products": list(range(MOST_PICKED + 1))}}}
        )


def test_short_forms_say_the_same_as_long_ones() -> None:
    short = read("{all: [{custom: point >= 500}, {cycle_due: true}, {segment: other}, {environment: {device: app}}]}")
    long = read(
        "{all: [{custom: {name: point, op: '>=', value: 500}}, {cycle_due: {from: 0.65, to: 1.5}}, "
        "{segment: {id: other}}, {environment: {device: [app]}}]}"
    )
    assert short == long


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(conditions)
def test_a_document_that_is_stored_reads_as_it_was(include: dict[str, Any]) -> None:
    segment = Segment.model_validate({"id": "a", "name": "n", "include": include})
    assert Segment.model_validate(said(segment)) == segment


@given(st.integers(0, 23), st.integers(0, 24))
def test_hours_hold_from_one_full_hour_until_before_the_other(first: int, last: int) -> None:
    if first == last or (first, last) == (0, 24):
        return
    hours = Hours.model_validate({"from": first, "to": last})
    walked = set()
    hour = first
    while hour != last % 24:
        walked.add(hour)
        hour = (hour + 1) % 24
    assert {hour for hour in range(24) if hours.holds(hour)} == walked


def test_every_problem_of_a_segment_has_a_sentence() -> None:
    """Kinds that the code raises are those that the words know."""
    import re
    from pathlib import Path

    import models.segments.document as document

    folder = Path(document.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    raised = set(re.findall(r"PydanticCustomError\(\s*\"(\w+)\"", code))
    raised |= set(re.findall(r"Problem\([^)]*, \"(\w+)\"", code)) | {"unknown_segment", "unknown_field", "field_type"}
    known = {"says_nothing"}  # told with the words of all documents
    assert raised - known <= set(PROBLEMS)
    assert set(PROBLEMS) - {"other"} <= raised | {"field_operator"}


def test_days_are_days() -> None:
    window = read("{visits: {window: {from: 2025-10-01, to: '2025-10-05'}}}").include.visits.window  # type: ignore[union-attr]
    assert window is not None
    assert (window.from_, window.to) == (dt.date(2025, 10, 1), dt.date(2025, 10, 5))
