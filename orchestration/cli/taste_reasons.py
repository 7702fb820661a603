"""The gate's reasons in Korean, for marketers of a Korean shop.

Belongs here: a Korean sentence for every sentence of ``models.taste.gate`` (a test walks all of them).
Does not belong here: judging a run. A sentence that is not known stays as it is, rather than being lost.
"""

import re
from collections.abc import Sequence
from typing import Final

from orchestration.cli.taste_words import Locale

_FIGURES: Final = {
    "density validity": "밀도 타당도",
    "share of the sample in no group": "어느 그룹에도 들지 않은 표본의 비율",
    "agreement of runs on part of the customers": "일부 고객으로 다시 나눈 결과의 일치도",
    "share of customers with a taste in a segment": "취향 있는 고객 중 세그먼트에 든 비율",
    "share of members in the largest segment": "가장 큰 세그먼트의 비율",
}
_WORDS: Final = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_COUNT, _FIGURE = r"([\d,]+)", r"(-?[\d.]+)"
_SENTENCES: Final = tuple(
    (re.compile(pattern), korean)
    for pattern, korean in (
        (rf"{_COUNT} groups?; at least {_COUNT} are needed", "그룹이 {0}개뿐이고 {1}개 이상이어야 함"),
        (rf"(.+) {_FIGURE}; at least {_FIGURE} is needed", "{0} {1}, {2} 이상이어야 함"),
        (rf"(.+) {_FIGURE}; at most {_FIGURE} is needed", "{0} {1}, {2} 이하여야 함"),
        (rf"{_COUNT} groups after {_COUNT}", "그룹 수가 {1}개에서 {0}개로 달라짐"),
        (rf"{_COUNT} customers with a taste after {_COUNT}", "취향 있는 고객이 {1}명에서 {0}명으로 줄어듦"),
        (
            rf"(.+) {_FIGURE} after {_FIGURE} \(may get worse by {_FIGURE}\)",
            "{0}: {2}에서 {1}(으)로 나빠짐, 허용 폭 {3}",
        ),
        (
            rf"accepted as the new normal: {_COUNT} runs like it were refused since the published one",
            "같은 결과가 {0}번 거듭되어 새 기준으로 받아들임",
        ),
        (
            rf"{_COUNT} customers? looked at (\w+) products? or more in the last {_COUNT} days; "
            rf"at least {_COUNT} are needed",
            "최근 {2}일 동안 상품을 {1}개 이상 본 고객이 {0}명이고 {3}명 이상이어야 함",
        ),
        (
            rf"{_COUNT} products? (?:was|were) looked at in the last {_COUNT} days; at least {_COUNT} are needed",
            "최근 {1}일 동안 고객이 본 상품이 {0}개이고 {2}개 이상이어야 함",
        ),
        (rf"no groups of like taste among {_COUNT} customers", "고객 {0}명 사이에서 서로 닮은 취향을 찾지 못함"),
    )
)


def told_reasons(reasons: Sequence[str], locale: Locale) -> str:
    """``reasons`` of ``taste_runs`` as one text in the shop's language."""
    return "; ".join(_korean(reason) for reason in reasons) if locale == "ko" else "; ".join(reasons)


def _korean(reason: str) -> str:
    for pattern, korean in _SENTENCES:
        found = pattern.fullmatch(reason)
        if found:
            return korean.format(*(_FIGURES.get(part) or _WORDS.get(part) or part for part in found.groups()))
    return reason
