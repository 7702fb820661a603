"""Model definitions: what they may say, and the fifteen that come with the program."""

import itertools
from typing import Any, get_args

import pytest

from models.documents.reading import DocumentError, read_documents
from models.documents.said import said
from models.recommend.definitions.built_in import built_in_models, effective_models
from models.recommend.definitions.document import ALGORITHMS, Algorithm, RecommendModel
from models.recommend.rules.fields import PAGES
from tests.models.recommend.rules.oracle import rules_of

pytestmark = pytest.mark.feature("D4")

PLAIN = "id: m\nname: 모델\npage: product\nbasis: product\nalgorithm: viewed_together\n"


def model(more: str = "", text: str = PLAIN) -> RecommendModel:
    return read_documents([("models.yaml", text + more)], RecommendModel)[0]


def wrong(more: str = "", text: str = PLAIN) -> list[tuple[Any, str]]:
    with pytest.raises(DocumentError) as refused:
        model(more, text)
    return [(problem.place, problem.kind) for problem in refused.value.problems]


@pytest.mark.feature("D1")
def test_there_is_a_built_in_model_for_each_page_and_basis() -> None:
    models = built_in_models()
    pairs = [(one.page, one.basis) for one in models]
    assert sorted(pairs) == sorted(itertools.product(PAGES, ("category", "product", "search")))
    assert all(one.on and one.rules is None and one.segment is None for one in models)
    assert len({one.name for one in models}) == len(models)


def test_every_algorithm_fits_exactly_one_basis() -> None:
    fitting = [one for algorithms in ALGORITHMS.values() for one in algorithms]
    assert sorted(fitting) == sorted(get_args(Algorithm))


def test_a_model_of_the_shop_takes_the_place_of_the_built_in_one_with_its_id() -> None:
    own = [model(), model(text=PLAIN.replace("id: m", "id: cart-by-product") + "on: false")]
    models = effective_models(own)
    assert len(models) == 16
    assert models[-1].id == "m"
    assert [one.id for one in models[:15]] == [one.id for one in built_in_models()]
    assert [one.id for one in models if not one.on] == ["cart-by-product"]


def test_defaults_are_those_of_the_guide() -> None:
    plain = model()
    assert plain.display.title == "이런 상품은 어떠세요?"
    assert (plain.display.items_pc, plain.display.items_mobile) == (5, 4)
    assert plain.trigger.when == "page_enter"
    assert said(plain) == {
        "id": "m", "name": "모델", "page": "product", "basis": "product", "algorithm": "viewed_together"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("trigger: {when: scroll_percent}", [(("trigger",), "trigger_value")]),
        ("trigger: {when: scroll_percent, value: 101}", [(("trigger",), "trigger_value")]),
        ("trigger: {when: exit_intent, value: 3}", [(("trigger",), "trigger_no_value")]),
        ("display: {items_pc: 21, items_mobile: 0}",
         [(("display", "items_pc"), "less_than_equal"), (("display", "items_mobile"), "greater_than_equal")]),
        ("display: {show: [image, stars]}", [(("display", "show", 1), "literal_error")]),
        ("ab_split: [{name: a, share: 50}, {name: b, share: 49}]", [((), "shares")]),
        ("ab_split: [{name: a, share: 50}, {name: a, share: 50}]", [((), "variant_twice")]),
        ("ab_split: [{name: a, share: 50}, {name: b, share: 50, algorithm: trending}]", [((), "algorithm_basis")]),
        ("ab_split: [" + ", ".join(f"{{name: v{i}, share: 8}}" for i in range(12)) + "]",
         [(("ab_split",), "too_long")]),
        ("rules: [r, r]", [((), "rule_twice")]),
        ("rules: [{id: x, name: n}]", [(("rules", 0, "then"), "missing")]),
        ("minimum: 3", [(("minimum",), "extra_forbidden")]),
    ],
)  # fmt: skip
def test_a_wrong_model_is_refused_at_its_place(more: str, expected: list[tuple[Any, str]]) -> None:
    assert wrong(more) == expected


def test_eleven_variants_are_the_most_and_thirds_sum_to_100() -> None:
    shares = ", ".join(f"{{name: v{i}, share: {100 / 11}}}" for i in range(11))
    assert len(model(f"ab_split: [{shares}]").ab_split) == 11
    assert model("ab_split: [{name: a, share: 50}, {name: b, share: 50, algorithm: next_view}]").algorithms == (
        "viewed_together", "next_view",
    )  # fmt: skip


def test_a_model_without_a_word_on_rules_has_all_of_them() -> None:
    stored = rules_of("[{id: a, name: a, then: exclude}, {id: b, name: b, then: exclude}]")
    assert [rule.id for rule in model().rules_of(stored)] == ["a", "b"]
    assert model("rules: []").rules_of(stored) == ()
    mixed = model("rules: [b, {id: own, name: n, then: bury}]")
    assert [rule.id for rule in mixed.rules_of(stored)] == ["b", "own"]
    assert mixed.rule_ids == ("b",)
    assert RecommendModel.model_validate(said(mixed)) == mixed


@pytest.mark.feature("D6")
def test_below_seven_days_of_data_a_model_says_how_many_it_lacks() -> None:
    assert [model().lacks_days(days) for days in (0, 6, 7, 300)] == [7, 1, 0, 0]
