"""Documents from YAML, and what is said of wrong ones."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.documents.reading import DocumentError, Problem, read_documents
from models.documents.said import said
from models.recommend.rules.contradictions import Contradiction, contradictions, implies
from models.recommend.rules.document import Condition, Rule
from tests.models.recommend.rules.oracle import rules_of

pytestmark = pytest.mark.feature("D5")


def problems(text: str) -> list[Problem]:
    with pytest.raises(DocumentError) as refused:
        rules_of(text)
    return list(refused.value.problems)


def told(text: str) -> list[tuple[Any, str]]:
    return [(problem.place, problem.kind) for problem in problems(text)]


def test_one_document_a_list_and_several_parts_are_all_read() -> None:
    one = "{id: %s, name: n, then: exclude}"
    text = f"{one % 'a'}\n---\n- {one % 'b'}\n- {one % 'c'}\n---\n"
    assert [rule.id for rule in rules_of(text)] == ["a", "b", "c"]


def test_words_mean_themselves() -> None:
    text = """
    id: 00123
    name: 7
    on: off
    if: {candidate: {ids: [00123, 45, 1_0], brand: {in: [NO, y, 2026-01-01]}, name_contains: ~a}}
    then: exclude
    """
    rule = rules_of(text)[0]
    assert (rule.id, rule.name, rule.on) == ("00123", "7", False)
    assert rule.if_ is not None
    assert rule.if_.candidate is not None
    assert rule.if_.candidate.ids == ("00123", "45", "1_0")
    assert rule.if_.candidate.brand is not None
    assert rule.if_.candidate.brand.in_ == ("NO", "y", "2026-01-01")


def test_korean_typed_in_parts_is_the_same_word() -> None:
    composed, parts = "여성의류", "\u110b\u1167\u1109\u1165\u11bc\u110b\u1174\u1105\u1172"
    assert rules_of(f"{{id: a, name: {parts}, then: exclude}}")[0].name == composed


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{id: a, name: n, then: exclud}", [(("then", 0), "model_type")]),
        ("{id: a, name: n, then: [exclude, {pin: 1}], if: {candidate: {ids: x}}}", [((), "actions_clash")]),
        ("{id: a, name: n, then: [{boost: 2}, bury]}", [((), "actions_clash")]),
        ("{id: a, name: n, then: {pin: 1}}", [((), "pin_of_all")]),
        ("{id: a, name: n, then: {pin: 1}, if: {context: {ids: x}}}", [((), "pin_of_all")]),
        ("{id: a, name: n, then: {boost: 0.5}}", [(("then", 0, "boost"), "greater_than")]),
        ("{id: a, name: n, then: {boost: 2, pin: 1}}", [(("then", 0), "one_action")]),
        ("{id: a, name: n, then: {bury: last}}", [(("then", 0, "bury"), "bury")]),
        ("{id: a, name: n, then: []}", [(("then",), "too_short")]),
        ("{id: a, name: n, then: exclude, if: {}}", [(("if",), "says_nothing")]),
        ("{id: a, name: n, then: exclude, if: {context: {category: {same: true}}}}",
         [(("if", "context", "category", "same"), "extra_forbidden")]),
        ("{id: a, name: n, then: exclude, if: {candidate: {price: {min: 2, max: 1}}}}",
         [(("if", "candidate", "price"), "band_order")]),
        ("{id: a, name: n, then: exclude, if: {candidate: {price: {min: nan}}}}",
         [(("if", "candidate", "price", "min"), "finite_number")]),
        ("{id: a b, name: '', then: exclude}",
         [(("id",), "string_pattern_mismatch"), (("name",), "empty_text")]),
        ('{id: a, name: "x\\0", then: exclude}', [(("name",), "unreadable_text")]),
        ("{id: a, name: n, then: exclude, pages: [home]}", [(("pages", 0), "literal_error")]),
        ("{id: a, name: n, then: exclude}\n---\n{id: a, name: m, then: exclude}", [(("id",), "id_twice")]),
        ("id: a\nid: b", [((), "yaml_twice")]),
        ("a: [", [((), "not_yaml")]),
        ("a: &x 1\nb: *x", [((), "yaml_alias")]),
        ("# nothing\n", [((), "no_document")]),
        ("- 5", [((), "model_type")]),
        ("- " * 3000 + "a", [((), "too_deep_yaml")]),
        ("{id: a, name: n, then: exclude, if: " + "{not: " * 11 + "{candidate: {ids: x}}" + "}" * 12,
         [((), "too_deep")]),
    ],
)  # fmt: skip
def test_a_wrong_document_is_refused_at_its_place(text: str, wrong: list[tuple[Any, str]]) -> None:
    assert told(text) == wrong


def test_all_problems_of_all_files_are_told_at_once() -> None:
    with pytest.raises(DocumentError) as refused:
        read_documents([("one", "{id: a}"), ("two", "a: ["), ("three", "- {id: b, name: 1.5, then: exclude}")], Rule)
    assert [(p.source, p.number, p.document_id, p.place) for p in refused.value.problems] == [
        ("one", 1, "a", ("name",)), ("one", 1, "a", ("then",)), ("two", 0, "", ()), ("three", 1, "b", ("name",)),
    ]  # fmt: skip


def test_a_key_that_nobody_knows_comes_with_those_there_are() -> None:
    problem = problems("{id: a, name: n, then: exclude, if: {candidate: {categry: {is: x}}}}")[0]
    assert problem.values["nearest"] == "category"
    assert "name_contains" in str(problem.values["known"])


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(DocumentError):
        rules_of(text)


def test_what_is_said_of_a_rule_is_the_rule() -> None:
    rule = rules_of(
        "{id: a, name: n, on: false, if: {any: [{candidate: {price: {ratio: {max: 2}}}}, {not: {context: {tags: x}}}]},"
        " then: [bury, {limit: {most: 2, per: brand}}]}"
    )[0]
    assert Rule.model_validate(json.loads(json.dumps(said(rule)))) == rule
    assert said(rule)["then"] == [{"bury": "end"}, {"limit": {"most": 2, "per": "brand"}}]


def condition(text: str) -> Condition | None:
    return rules_of(f"{{id: a, name: n, if: {text}, then: exclude}}")[0].if_


@pytest.mark.parametrize(
    ("narrow", "wide", "does"),
    [
        ("{candidate: {ids: [P]}}", "{candidate: {ids: [P, Q]}}", True),
        ("{candidate: {ids: [P, Q]}}", "{candidate: {ids: [P]}}", False),
        ("{candidate: {category: {is: A>B}}}", "{candidate: {category: {under: A}}}", True),
        ("{candidate: {category: {is: AB}}}", "{candidate: {category: {under: A}}}", False),
        ("{all: [{candidate: {brand: {is: x}}}, {context: {tags: t}}]}", "{candidate: {brand: {in: [x, y]}}}", True),
        ("{candidate: {price: {min: 5, max: 9}}}", "{candidate: {price: {min: 4}}}", True),
        ("{candidate: {price: {min: 3}}}", "{candidate: {price: {min: 4}}}", False),
        ("{context: {ids: P}}", "{candidate: {ids: P}}", False),
        ("{not: {candidate: {ids: P}}}", "{not: {candidate: {ids: P}}}", True),
        ("{candidate: {category: {same: true}}}", "{candidate: {category: {same: false}}}", False),
        ("{candidate: {attributes: {season: SS}}}", "{candidate: {attributes: {season: [SS, AW]}}}", True),
    ],
)
def test_one_condition_within_another(narrow: str, wide: str, does: bool) -> None:
    assert implies(condition(narrow), condition(wide)) is does
    assert implies(condition(narrow), None)


def test_contradictory_rules_are_told() -> None:
    rules = rules_of(
        """
- {id: a, name: a, pages: [main, cart], if: {candidate: {ids: [P, Q]}}, then: {pin: 1}}
- {id: b, name: b, pages: [cart, search], if: {candidate: {ids: P}}, then: exclude}
- {id: c, name: c, pages: [main], if: {candidate: {ids: [P, R]}}, then: {pin: 3}}
- {id: d, name: d, if: {candidate: {category: {under: A}}}, then: {boost: 3}}
- {id: e, name: e, if: {candidate: {category: {is: A > B}}}, then: bury}
- {id: f, name: f, pages: [cart], if: {candidate: {ids: Z}}, then: {pin: 1}}
- {id: g, name: g, on: false, then: exclude}
"""
    )
    assert contradictions(rules) == [
        Contradiction("pin_excluded", "b", "a", ("P",), ("cart",)),
        Contradiction("two_places", "a", "c", ("P",), ("main",)),
        Contradiction("same_place", "a", "f", (), ("cart",)),
        Contradiction("opposite", "d", "e"),
    ]
