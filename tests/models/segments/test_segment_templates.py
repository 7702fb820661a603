"""The segments that come with the program."""

import datetime as dt

import pytest

from models.documents.reading import read_documents
from models.segments.context import Context
from models.segments.document import Segment
from models.segments.memory.evaluate import matches
from models.segments.sql.compile import compile_memberships
from models.segments.templates.shipped import template_texts, templates
from tests.models.segments.random_customers import world

pytestmark = [pytest.mark.feature("C3"), pytest.mark.feature("B2")]


def test_there_are_more_than_twenty_each_with_a_name_in_two_languages() -> None:
    korean, english = templates("ko"), templates("en")
    assert len(korean) >= 20
    assert [one.id for one in korean] == [one.id for one in english] == sorted(one.id for one in korean)
    for one, other in zip(korean, english, strict=True):
        assert one.name != other.name
        assert one.description
        assert other.description
        assert (one.include, one.exclude) == (other.include, other.exclude)


def test_each_file_can_be_applied_as_it_is() -> None:
    for name, text in template_texts().items():
        (segment,) = read_documents([(name, text)], Segment)
        assert segment.id == name


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_all_of_them_are_answered_by_one_query(seed: int) -> None:
    customers, tables = world(seed)
    context = Context(dt.date(2025, 10, 31), tables.zone)
    compiled = compile_memberships(templates(), context)
    found = {(name, key) for name, key, _ in tables.answer(compiled.sql, compiled.parameters)}
    assert found == {
        (one.id, key) for one in templates() for key, facts in customers.items() if matches(one, facts, context)
    }
    assert len({name for name, _ in found}) > 10
