"""Conditions in words."""

import re
from typing import Any

import pytest
from hypothesis import given, settings

from models.segments.document import Segment
from models.segments.templates.shipped import templates
from models.segments.words.behaviour import TEXTS as BEHAVIOUR
from models.segments.words.describe import describe
from models.segments.words.people import TEXTS as PEOPLE
from models.segments.words.phrases import COMMON
from models.segments.words.problems import PROBLEMS
from tests.models.segments.random_conditions import conditions

pytestmark = pytest.mark.feature("C3")


def segment(include: dict[str, Any], exclude: dict[str, Any] | None = None) -> Segment:
    return Segment.model_validate({"id": "a", "name": "n", "include": include, "exclude": exclude})


@pytest.mark.parametrize(
    ("include", "korean", "english"),
    [
        (
            {"event": {"name": "add_to_cart", "window": {"last_days": 7, "today": False}}},
            "최근 7일(오늘 제외) 장바구니 담기 1회 이상",
            "adding to the cart: at least once, in the 7 days before today",
        ),
        (
            {"event": {"name": "purchase", "where": {"products": [1, 2, 3, 4], "price": {"below": 50000}},
                       "count": {"exactly": 0}}},
            "전체 기간 상품 구매(상품 1, 2, 3 외 1개, 가격 50,000 미만) 없음",
            "purchase of a product (product 1, 2, 3 and 1 more, price less than 50,000): none, ever",
        ),
        (
            {"visits": {"occurrence": "first", "window": {"last_days": 1}, "device": ["app"]}},
            "오늘에 첫 방문(앱)",
            "first visit (app) today",
        ),
        (
            {"any": [{"custom": "point >= 500"}, {"all": [{"consent": {"sms": True}}, {"not": {"member": {
                "grade": "GOLD"}}}]}]},
            "point >= 500 또는 (문자 수신 동의 그리고 아님(회원 등급 GOLD))",
            "point >= 500 or (agreed to text messages and not (grade GOLD))",
        ),
        (
            {"segment": {"id": "taste:t1", "strength": {"at_least": 0.5}}},
            "세그먼트 니트파 (taste:t1) (강도 0.5 이상)",
            "in segment 니트파 (taste:t1) (strength at least 0.5)",
        ),
        (
            {"purchases": {"days_since_last": {"from": 30, "to": 90}, "brand": "오롯"}},
            "마지막 구매(브랜드 오롯)가 30~90일 전",
            "last order (brand 오롯) 30 to 90 days ago",
        ),
    ],
)  # fmt: skip
def test_a_condition_is_read_aloud(include: dict[str, Any], korean: str, english: str) -> None:
    names = {"taste:t1": "니트파"}
    assert describe(segment(include), "ko", names) == korean
    assert describe(segment(include).include, "en", names) == english


def test_what_is_excluded_is_told_after_what_is_included() -> None:
    told = describe(segment({"visits": {}}, {"purchases": {"window": {"last_days": 7}}}), "ko")
    assert told == "전체 기간 방문 1회 이상, 제외: 최근 7일 구매 1건 이상"


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(conditions)
def test_every_condition_has_words_in_both_languages(include: dict[str, Any]) -> None:
    for locale in ("ko", "en"):
        told = describe(segment(include), locale)  # type: ignore[arg-type]
        assert told.strip()
        assert "None" not in told


def test_templates_are_described_without_leftovers() -> None:
    told = [describe(one, "ko") for one in templates()]
    assert len(set(told)) == len(told)
    assert all(re.search("[가-힣]", one) or ">=" in one or "grade" in one for one in told)


def test_phrases_have_the_same_values_in_both_languages() -> None:
    for phrases in (BEHAVIOUR, PEOPLE, COMMON, PROBLEMS):
        for key, (korean, english) in phrases.items():
            used = [set(re.findall(r"\{(\w+)\}", text)) - {"unit"} for text in (korean, english)]
            assert used[0] == used[1] or key in ("once", "one_day", "one_day_before"), key
    assert not set(BEHAVIOUR) & set(PEOPLE)
    assert not set(COMMON) & (set(BEHAVIOUR) | set(PEOPLE))
