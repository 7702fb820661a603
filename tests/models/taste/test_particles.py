"""Particles follow the sound of the word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.taste.naming.particles import with_particle

pytestmark = pytest.mark.feature("C1")


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("bag", "백"), ("heart", "하트"), ("towel", "타월"), ("home", "홈"), ("mug", "머그"), ("cup", "컵"),
        ("holder", "홀더"), ("line", "라인"), ("style", "스타일"), ("vintage", "빈티지"), ("pocket", "포켓"),
        ("TV", "티브이"), ("LED", "엘이디"), ("PDRN", "피디알엔"), ("XL", "엑스엘"), ("MacBook", "맥북"),
        ("SPF50", "오십"), ("100", "백"), ("21", "이십일"), ("10000", "만"), ("2025", "오"), ("비타민C", "씨"),
        ("hot", "핫"), ("spring", "스프링"), ("cotton", "코튼"), ("jam", "잼"), ("lace", "레이스"), ("bottle", "보틀"),
        ("book", "북"), ("set", "세트"), ("clock", "클락"), ("니트!", "니트"), ("picnic", "피크닉"), ("1,000", "천"),
    ],
)  # fmt: skip
def test_latin_and_digits_are_read_in_korean(word: str, read: str) -> None:
    for particle in ("을", "은", "이", "과", "으로"):
        assert with_particle(word, particle)[len(word) :] == with_particle(read, particle)[len(read) :]


@given(st.integers(0xAC00, 0xD7A3))
def test_the_final_consonant_of_a_syllable_decides(code: int) -> None:
    import unicodedata

    syllable = chr(code)
    letters = unicodedata.normalize("NFD", syllable)
    assert with_particle(syllable, "를") == syllable + ("을" if len(letters) == 3 else "를")
    goes_without = len(letters) == 2 or letters[2] == "\u11af"
    assert with_particle(syllable, "로") == syllable + ("로" if goes_without else "으로")


def test_a_particle_of_one_form_is_refused() -> None:
    with pytest.raises(KeyError):
        with_particle("니트", "도")
    assert with_particle("🎀", "을") == "🎀를"
