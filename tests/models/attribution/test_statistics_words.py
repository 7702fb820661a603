"""What statistics say: in both languages, for everything that can be found."""

import itertools
import math
import re

import pytest

from models.attribution.phrases import PHRASES
from models.attribution.variant_rows import METRICS
from models.attribution.variants import Verdict
from models.attribution.words import WARNINGS, StatisticsWords
from tests.models.attribution.effects import EN, KO

pytestmark = pytest.mark.feature("I4")
HANGUL = re.compile("[가-힣]")
VERDICTS = [
    Verdict("winner", {"name": "B", "difference": 0.01, "low": 0.002, "high": 0.03, "p_value": 0.01, "ties": 1}),
    Verdict("winner", {"name": "A", "difference": 0.01, "low": 0.002, "high": 0.03, "p_value": 0.01, "ties": 0}),
    Verdict("broken_split", {"name": "B", "recipients": 1200, "expected": 1350.0, "p_value": 0.0}),
    Verdict("too_small", {"recipients": 9, "conversions": 1, "least_recipients": 100, "least_conversions": 20}),
    Verdict("no_difference_yet", {"at_most": 0.04}),
    Verdict("needs_more", {"recipients": 12_345.0, "times": 2.5}),
    Verdict("needs_more", {"recipients": math.inf, "times": math.inf}),
]


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_a_phrase_names_the_same_values_in_both_languages(key: str) -> None:
    korean, english = (set(re.findall(r"\{(\w+)\}", text)) for text in PHRASES[key])
    assert korean == english
    assert not HANGUL.search(PHRASES[key][1])


def test_every_verdict_has_words() -> None:
    for words, found, metric in itertools.product((KO, EN), VERDICTS, METRICS):
        told = words.variants(found, metric, "A", 0.1)
        assert told.endswith(".")
        assert bool(HANGUL.search(told)) == (words is KO)
    assert "1,300" not in KO.variants(VERDICTS[5], "click", "A", 0.1)
    assert "약 13,000명(지금의 2.5배)" in KO.variants(VERDICTS[5], "click", "A", 0.025)
    assert "2.5% 차이" in KO.variants(VERDICTS[5], "click", "A", 0.025)


@pytest.mark.parametrize("words", [KO, EN])
def test_every_warning_and_open_end_has_words(words: StatisticsWords) -> None:
    assert all(words.warning(key) for key in WARNINGS)
    ends = [(1.5, 2.5), (None, 2.5), (1.5, None), (None, None)]
    told = {words.interval(metric, *pair) for metric in ("buyers", "orders", "revenue") for pair in ends}
    assert len(told) == 10  # nothing known is said alike
    assert all("None" not in one and "inf" not in one for one in told)


def test_traits_are_told_as_marketers_say_them() -> None:
    row = {"trait_name": KO.trait_name("rfm_grade", "VIP"), "is_over": True, "rate": 0.08,
           "overall_rate": 0.021, "support": 0.25, "lift": 3.81, "low": 2.94, "high": 4.7}  # fmt: skip
    assert KO.trait(row) == (
        "VIP 등급 고객의 전환율이 8.0%로 전체(2.1%)보다 3.8배 높습니다(95% 구간 2.9~4.7배). "
        "전환한 고객의 25.0%가 여기에 속합니다."
    )
    unsure = row | {"trait_name": KO.trait_name("bought_category", "상의"), "is_over": False}
    assert KO.trait(unsure).startswith("상의 구매 고객의 전환율이 8.0%로 전체(2.1%)의 3.8배이지만")
    assert EN.trait_name("lifecycle", "lapsed") == "no purchase for long"
    assert EN.trait_name("lifecycle", "dormant") == "dormant"
