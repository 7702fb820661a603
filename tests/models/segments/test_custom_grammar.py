"""The short form of conditions on custom data."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from models.segments.custom_grammar import read_comparison

pytestmark = pytest.mark.feature("B2")


@pytest.mark.parametrize(
    ("text", "name", "op", "value"),
    [
        ("point >= 500", "point", ">=", 500),
        ("point>=500", "point", ">=", 500),
        ('grade == "GOLD"', "grade", "==", "GOLD"),
        ("grade = 'GOLD'", "grade", "==", "GOLD"),
        ("등급 != '골드 🥇'", "등급", "!=", "골드 🥇"),
        ("`회원 등급` == 'a'", "회원 등급", "==", "a"),
        ("rate < -0.5", "rate", "<", -0.5),
        ("rate <= 1e3", "rate", "<=", 1000.0),
        ("is_staff == true", "is_staff", "==", True),
        ("is_staff != false", "is_staff", "!=", False),
        ('region in ["서울", "부산"]', "region", "in", ["서울", "부산"]),
        ("year in (1990, 1991)", "year", "in", [1990, 1991]),
        ("memo contains 'it\\'s'", "memo", "contains", "it's"),
        ('memo == "say \\"hi\\"; drop table members"', "memo", "==", 'say "hi"; drop table members'),
        ("memo exists", "memo", "exists", None),
        ("skin-type.v2 == 'a'", "skin-type.v2", "==", "a"),
    ],
)
def test_a_comparison_is_read(text: str, name: str, op: str, value: object) -> None:
    found = read_comparison(text)
    assert (found["name"], found["op"], found.get("value")) == (name, op, value)
    assert type(found.get("value")) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "", "point", "point >=", "point 500", ">= 500", "point >= 500 and grade == 'A'", "point >= abc", "point => 5",
        'grade == "GOLD', "grade == GOLD", "a in []", "a in [1", "a in [1,]", "a in 1", "a in [1 2]", "a exists 1",
        "a == 1 2", "'a' == 1", "a == 1; drop table x", "a contains", "a in (1]", "a ~ 1", "a == 5x", "x" * 20_000,
    ],
)  # fmt: skip
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        read_comparison(text)


@given(st.text())
def test_any_text_in_quotes_is_read_back(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert read_comparison(f"name == {quoted}")["value"] == text


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    try:
        found = read_comparison(text)
    except PydanticCustomError:
        return
    assert set(found) <= {"name", "op", "value"}


@given(st.integers(-(10**15), 10**15) | st.floats(-1e12, 1e12).map(lambda number: float(f"{number:.6f}")))
def test_numbers_are_read_as_they_are(number: float) -> None:
    assert read_comparison(f"n < {json.dumps(number)}")["value"] == number
