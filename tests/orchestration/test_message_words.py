"""Sentences about message templates, in both languages."""

import re

import pytest

from models.messages.checks import problems_in
from models.messages.problems import SAID
from models.messages.rendering import render_one
from orchestration.cli.document_problems import told_problem
from orchestration.cli.message_problems import MESSAGE_PROBLEMS, SKIP_REASONS, told_skip
from orchestration.cli.words import Words
from tests.models.messages.templates import SENDER, brand, sms

pytestmark = pytest.mark.feature("F12")


@pytest.mark.parametrize("kind", sorted(MESSAGE_PROBLEMS))
def test_a_sentence_says_the_same_values_in_korean_and_english(kind: str) -> None:
    korean, english = (set(re.findall(r"(?<!\{)\{(\w+)\}", phrase)) for phrase in MESSAGE_PROBLEMS[kind])
    assert korean == english


def test_every_problem_has_sentences() -> None:
    assert set(SAID) <= set(MESSAGE_PROBLEMS)


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_problem_and_reason_can_be_told(locale: str) -> None:
    words = Words("ko" if locale == "ko" else "en", MESSAGE_PROBLEMS)
    for found in (sms("#{회원 이릉}"), brand("TEXT"), brand("CAROUSEL_FEED", cards=[{"image": "https://a.kr/1.gif"}])):
        assert problems_in(found)
        assert all(told_problem(one, words) for one in problems_in(found))
    reason = render_one(sms("#{NAME}"), {}, SENDER).skip_reason
    assert reason is not None
    told = told_skip(reason, Words("ko" if locale == "ko" else "en", SKIP_REASONS))
    assert told == ("값이 없음: 회원 이름" if locale == "ko" else "no value: 회원 이름")
