"""The same condition as a query and on one customer's facts: one answer, for every customer."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.segments.context import Context
from models.segments.document import Segment
from models.segments.memory.evaluate import Evaluator
from models.segments.sql.compile import compile_count, compile_members, compile_memberships, compile_sizes
from tests.models.segments.random_conditions import (
    Doc,
    conditions,
    inner_segments,
    leaves,
    outer_segments,
)
from tests.models.segments.random_customers import FIELDS, world

pytestmark = pytest.mark.feature("C3")
FIRST_DAY = dt.date(2025, 10, 24)
SETTINGS = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
whole = st.fixed_dictionaries(
    {"include": conditions, "seed": st.integers(0, 5), "day": st.integers(0, 14)},
    optional={"exclude": conditions, "inner": inner_segments, "outer": outer_segments},
)


def segment(name: str, include: Doc, exclude: Doc | None = None) -> Segment:
    return Segment.model_validate({"id": name, "name": name, "include": include, "exclude": exclude})


def context_of(drawn: dict[str, Any]) -> Context:
    return Context(
        as_of=FIRST_DAY + dt.timedelta(days=drawn["day"]),
        zone=world(drawn["seed"])[1].zone,
        fields=FIELDS,  # type: ignore[arg-type]
        segments={
            "inner": segment("inner", drawn.get("inner", {"visits": {}})),
            "outer": segment("outer", drawn.get("outer", {"not": {"segment": "inner"}})),
        },
    )


def expected(one: Segment, seed: int, context: Context) -> list[str]:
    evaluator = Evaluator(one, context)
    return sorted(key for key, facts in world(seed)[0].items() if evaluator.matches(facts))


@SETTINGS
@given(whole)
def test_a_segment_has_the_same_members_either_way(drawn: dict[str, Any]) -> None:
    one, context = segment("asked", drawn["include"], drawn.get("exclude")), context_of(drawn)
    tables = world(drawn["seed"])[1]
    members, count = compile_members(one, context), compile_count(one, context)
    found = tables.limited(members.tables).answer(members.sql, members.parameters)
    assert [key for key, _ in found] == expected(one, drawn["seed"], context)
    assert all(tables.ids[key] == number for key, number in found)
    assert tables.answer(count.sql, count.parameters) == [(len(found),)]


@settings(SETTINGS, max_examples=50)
@given(st.lists(leaves, min_size=16, max_size=16), st.integers(0, 5), st.integers(0, 14))
def test_every_single_leaf_has_the_same_members_either_way(asked: list[Doc], seed: int, day: int) -> None:
    several = [segment(f"s{number:02}", one) for number, one in enumerate(asked)]
    context, tables = context_of({"seed": seed, "day": day}), world(seed)[1]
    compiled = compile_memberships(several, context)
    found = tables.answer(compiled.sql, compiled.parameters)
    assert [(name, key) for name, key, _ in found] == [
        (one.id, key) for one in several for key in expected(one, seed, context)
    ]


@settings(SETTINGS, max_examples=12)
@given(whole, st.lists(conditions, min_size=1, max_size=5))
def test_several_segments_at_once_have_the_members_that_each_has_alone(drawn: dict[str, Any], more: list[Doc]) -> None:
    asked = [drawn["include"], drawn["include"], *more, {"segment": "outer"}]
    several = [segment(f"s{number}", one) for number, one in enumerate(asked)]
    context, tables = context_of(drawn), world(drawn["seed"])[1]
    wanted = {one.id: expected(one, drawn["seed"], context) for one in several}
    sizes, memberships = compile_sizes(several, context), compile_memberships(several, context)
    assert tables.answer(sizes.sql, sizes.parameters) == [(name, len(keys)) for name, keys in sorted(wanted.items())]
    found = tables.limited(memberships.tables).answer(memberships.sql, memberships.parameters)
    assert [(name, key) for name, key, _ in found] == [(name, key) for name in sorted(wanted) for key in wanted[name]]


def test_random_conditions_fit_some_customers_and_not_others() -> None:
    """Were most conditions to fit nobody, agreement would say little."""
    mixed = [0, 0]

    @settings(SETTINGS, max_examples=60)
    @given(whole)
    def draw(drawn: dict[str, Any]) -> None:
        found = expected(segment("asked", drawn["include"]), drawn["seed"], context_of(drawn))
        mixed[0] += 0 < len(found) < len(world(drawn["seed"])[0])
        mixed[1] += 1

    draw()
    assert mixed[0] > mixed[1] / 3
