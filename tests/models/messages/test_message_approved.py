"""Whether an AlimTalk text is the approved one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.messages.approved import first_difference, matches

pytestmark = pytest.mark.feature("F2")


@pytest.mark.parametrize(
    ("approved", "sent", "same"),
    [
        ("안녕하세요", "안녕하세요", True),
        ("안녕하세요", "안녕하세요!", False),
        ("#{이름}님, 배송 시작", "홍길동님, 배송 시작", True),
        ("#{이름}님, 배송 시작", "홍길동님, 배송 완료", False),
        ("#{이름}님, 배송 시작", "님, 배송 시작", True),
        ("주문 #{번호}", "주문 1\n2", True),
        ("a\r\nb", "a\nb", True),
        ("#{a}x#{b}x", "x", False),
        ("#{a}x#{b}x", "xx", True),
        ("ab#{x}ba", "aba", False),
    ],
)
def test_only_what_stands_for_variables_may_differ(approved: str, sent: str, same: bool) -> None:
    assert matches(approved, sent) is same


def test_the_first_difference_is_told() -> None:
    assert first_difference("#{이름}님, 배송 시작", "홍길동님, 배송 완료") == "님, 배송 시작"
    assert first_difference("주문 #{a}", "예약 1") == "주문 "


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "#{x}", "#{y}"]), max_size=8).map("".join),
    st.text(st.sampled_from("ab"), max_size=10),
)
def test_it_finds_a_match_exactly_where_there_is_one(approved: str, sent: str) -> None:
    pattern = "".join(".*" if piece.startswith("#{") else re.escape(piece) for piece in re.split(r"(#\{.\})", approved))
    assert matches(approved, sent) is (re.fullmatch(pattern, sent, re.DOTALL) is not None)


def test_a_long_text_that_almost_matches_is_soon_done() -> None:
    assert not matches("#{a}a" * 200 + "b", "a" * 100_000)
