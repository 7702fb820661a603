"""Counting letters and bytes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.messages.letters import (
    has_outside_sms,
    outside_sms,
    rare_in_sms,
    shown_letters,
    sms_bytes,
    sms_bytes_of,
    units,
    units_of,
)

pytestmark = pytest.mark.feature("F1")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KOREAN = st.text(st.sampled_from("가힣똠뷁한글 abc09①～㈜αж漢"), max_size=60)


@given(KOREAN)
def test_bytes_are_those_of_cp949(text: str) -> None:
    assert sms_bytes(text) == len(text.encode("cp949"))
    assert outside_sms(text) == []


@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_a_column_is_counted_as_each_text_of_it(texts: list[str]) -> None:
    found = pl.DataFrame({"text": texts}).select(
        bytes=sms_bytes_of(pl.col("text")), units=units_of(pl.col("text")), outside=has_outside_sms(pl.col("text"))
    )
    assert found["bytes"].to_list() == [sms_bytes(text) for text in texts]
    assert found["units"].to_list() == [units(text) for text in texts]
    assert found["outside"].to_list() == [bool(outside_sms(text)) for text in texts]


def test_every_letter_of_the_basic_plane_is_judged_as_the_codec_does() -> None:
    letters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    outside = pl.DataFrame({"letter": letters}).select(has_outside_sms(pl.col("letter")))["letter"].to_list()
    encoded = [letter.encode("cp949", "ignore") != b"" for letter in letters]
    assert outside == [not known for known in encoded]


def test_what_an_sms_can_not_carry_is_named_with_its_place() -> None:
    assert shown_letters(outside_sms("가🎉나–é\u00a0")) == (
        "🎉 (U+1F389) at 2, – (U+2013) at 4, é (U+00E9) at 5, \u00a0 (U+00A0) at 6"
    )
    assert shown_letters([(at, "🎉") for at in range(1, 8)]).endswith("and 2 more")


def test_hangul_beyond_the_old_standard_is_rare() -> None:
    assert rare_in_sms("똠방각하 뷁") == [(1, "똠"), (6, "뷁")]
    assert rare_in_sms("가힣①漢") == [(2, "힣")]


def test_an_emoji_is_two_characters() -> None:
    assert units("가🎉") == 3
