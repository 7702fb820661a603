"""Segments that name others and custom fields: what is known only beside them."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.documents.reading import DocumentError, Problem
from models.segments.checks import MOST_CHAINED, check_segments, needed_segments, references
from models.segments.context import Context
from models.segments.document import Segment
from models.segments.memory.evaluate import Evaluator, matches
from models.segments.memory.facts import CustomerFacts, Member, Visit
from models.segments.sql.compile import compile_count
from models.segments.words.problems import told_problems

pytestmark = [pytest.mark.feature("C3"), pytest.mark.feature("B2")]
FIELDS: Any = {"point": "number", "회원 등급": "text", "is_staff": "boolean"}


def segment(name: str, include: dict[str, Any], exclude: dict[str, Any] | None = None) -> Segment:
    return Segment.model_validate({"id": name, "name": name, "include": include, "exclude": exclude})


def context(*segments: Segment, found: frozenset[str] | None = None) -> Context:
    by_id = {one.id: one for one in segments}
    return Context(dt.date(2025, 10, 31), ZoneInfo("Asia/Seoul"), FIELDS, by_id, found)


def problems(one: Segment, around: Context) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as refused:
        compile_count(one, around)
    with pytest.raises(DocumentError):
        Evaluator(one, around)
    return refused.value.problems


@pytest.mark.parametrize(
    ("custom", "kind", "parts"),
    [
        ("pont >= 500", "unknown_field", ["pont", "point"]),
        ("point >= '500'", "field_type", ["point", "number", "'500'", "text"]),
        ("point in [1, 'a']", "field_type", ["number", "'a'", "text"]),
        ("point == true", "field_type", ["number", "True", "boolean"]),
        ("is_staff == 1", "field_type", ["boolean", "1", "number"]),
        ("is_staff > true", "field_operator", ["is_staff", "boolean", ">"]),
        ("`회원 등급` == 5", "field_type", ["회원 등급", "text", "5", "number"]),
        ("point contains 'a'", "field_operator", ["point", "number", "contains"]),
        ("grade >= 3", "field_type", ["grade", "text", "3", "number"]),
    ],
)
def test_custom_data_that_does_not_fit_is_refused_and_told_both_types(custom: str, kind: str, parts: list[str]) -> None:
    found = problems(segment("one", {"all": [{"visits": {}}, {"not": {"custom": custom}}]}), context())
    assert [one.kind for one in found] == [kind]
    told = told_problems(found, "en")
    assert told.startswith("one include.all[2].not.custom.")
    assert all(part in told for part in parts)


def test_points_and_grade_are_those_of_the_member_where_no_custom_field_has_the_name() -> None:
    asked = segment("one", {"all": [{"custom": "point >= 500"}, {"custom": 'grade == "GOLD"'}]})
    plain = Context(dt.date(2025, 10, 31), ZoneInfo("Asia/Seoul"))
    member = Member(grade="GOLD", points=600, custom={"point": 5})
    assert matches(asked, CustomerFacts(member=member), plain)
    assert not matches(asked, CustomerFacts(member=member), context())  # 'point' is a field of the shop's own there
    assert '"points" >= $' in compile_count(asked, plain).sql
    assert 'custom__point" >= $' in compile_count(asked, context()).sql


def test_an_unknown_segment_names_the_nearest() -> None:
    around = context(segment("night-owls", {"visits": {}}), found=frozenset(["ai:likely_to_buy"]))
    found = problems(segment("one", {"any": [{"segment": "night-owl"}, {"segment": "ai:likely"}]}), around)
    assert [(one.kind, one.values["nearest"]) for one in found] == [
        ("unknown_segment", "night-owls"), ("unknown_segment", "ai:likely_to_buy"),
    ]  # fmt: skip
    assert "include.any[1].segment.id: " in told_problems(found, "ko")


def test_a_problem_of_a_segment_that_is_named_is_told_as_its_own() -> None:
    inner = segment("inner", {"custom": "nothing > 1"})
    assert problems(segment("one", {"segment": "inner"}), context(inner))[0].document_id == "inner"


def test_circles_are_refused_and_named() -> None:
    a, b, c = (segment(name, {"all": [{"visits": {}}, {"segment": other}]}) for name, other in ("ab", "bc", "ca"))
    found = problems(a, context(a, b, c))
    assert [(one.kind, one.values["circle"]) for one in found] == [("segment_cycle", "a → b → c → a")]
    itself = segment("d", {"segment": "d"})
    assert problems(itself, context(itself))[0].values["circle"] == "d → d"
    assert problems(itself, context())[0].values["circle"] == "d → d"


def test_a_circle_behind_the_segment_asked_for_is_refused_too() -> None:
    b, c = segment("b", {"segment": "c"}), segment("c", {"segment": "b"})
    assert problems(segment("a", {"segment": "b"}), context(b, c))[0].values["circle"] == "b → c → b"


def test_long_chains_are_refused() -> None:
    chain = [segment(f"s{n}", {"segment": f"s{n + 1}"}) for n in range(MOST_CHAINED - 1)]
    last = segment(f"s{MOST_CHAINED - 1}", {"visits": {}})
    check_segments([chain[0]], context(*chain, last))
    longer = [*chain, segment(last.id, {"segment": "end"}), segment("end", {"visits": {}})]
    assert [one.kind for one in problems(longer[0], context(*longer))] == ["segment_chain"]


def test_segments_that_name_one_twice_each_do_not_grow_without_end() -> None:
    """Two references in each of 19 segments would be half a million copies of the last."""
    twice = [
        segment(f"s{n}", {"all": [{"segment": f"s{n + 1}"}, {"not": {"not": {"segment": f"s{n + 1}"}}}]})
        for n in range(18)
    ]
    around = context(*twice, segment("s18", {"visits": {}}))
    assert len(compile_count(twice[0], around).sql) < 20_000
    visit = Visit(dt.datetime(2025, 10, 1))
    assert [matches(twice[0], CustomerFacts(visits=visits), around) for visits in ((visit,), ())] == [True, False]


def test_segments_that_are_needed_come_before_those_that_name_them() -> None:
    inner, outer = segment("inner", {"visits": {}}), segment("outer", {"segment": "inner"}, {"segment": "taste:t1"})
    asked = segment("asked", {"any": [{"segment": "outer"}, {"segment": "inner"}]})
    assert [one.id for one in needed_segments([asked], context(inner, outer))] == ["inner", "outer", "asked"]
    assert references(outer) == [(("include", "segment"), "inner")]


def test_include_and_exclude_of_a_segment_that_is_named_both_count() -> None:
    inner = segment("inner", {"visits": {}}, {"member": {"has_phone": True}})
    asked = segment("asked", {"not": {"segment": "inner"}})
    visit = Visit(dt.datetime(2025, 10, 1))
    answers = [
        matches(asked, customer, context(inner))
        for customer in (
            CustomerFacts(visits=(visit,)),
            CustomerFacts(visits=(visit,), member=Member(has_phone=True)),
            CustomerFacts(),
        )
    ]
    assert answers == [False, True, True]
