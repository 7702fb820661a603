"""Numbers and addresses: the short way says what the library says, and what can not be reached is told apart."""

import phonenumbers
import polars as pl
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.store.contact import checked_emails, checked_phones

pytestmark = pytest.mark.feature("B1")


def phones(*given: str | None, region: str = "KR") -> list[tuple]:
    return checked_phones(pl.Series(given, dtype=pl.String), region).rows()


def emails(*given: str | None) -> list[tuple]:
    return checked_emails(pl.Series(given, dtype=pl.String)).rows()


def test_numbers_in_the_ways_people_write_them() -> None:
    given = ("010-1234-5678", " 01012345678 ", "010 1234 5678", "(010) 1234-5678", "+82 10-1234-5678", "1012345678")
    assert phones(*given) == [("+821012345678", "ok")] * 6
    assert phones("02-123-4567", "+1 650-253-0000") == [("+8221234567", "ok"), ("+16502530000", "ok")]
    assert phones("650-253-0000", region="US") == [("+16502530000", "ok")]


def test_what_is_no_number_is_invalid_and_nothing_is_nothing() -> None:
    assert phones("010-123", "전화 없음", "0000", "010-1234-56789") == [(None, "invalid")] * 4
    assert phones(None, "", "  ") == [(None, None)] * 3
    assert phones() == []


def test_addresses() -> None:
    assert emails("Hong.Gil@NAVER.com", "  a@b.kr ", "홍@한국.kr") == [
        ("Hong.Gil@naver.com", "ok"), ("a@b.kr", "ok"), ("홍@한국.kr", "ok"),
    ]  # fmt: skip
    wrong = ("a", "a@", "@b.kr", "a..b@b.kr", ".a@b.kr", "a@b", "a@-b.kr", "a b@c.kr", "a@b.test")
    assert emails(*wrong) == [(None, "invalid")] * len(wrong)
    assert emails(None, "", " ") == [(None, None)] * 3


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"\A01[016789][ -]?[0-9]{3,4}[ -]?[0-9]{4}\Z"))
def test_the_short_way_with_korean_mobile_numbers_is_the_library_s(number: str) -> None:
    parsed = phonenumbers.parse(number, "KR")
    valid = phonenumbers.is_valid_number(parsed)
    normal = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if valid else None
    assert phones(number) == [(normal, "ok" if valid else "invalid")]


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"\A[A-Za-z0-9_+.-]{1,70}@[A-Za-z0-9.-]{1,30}(\.kr|\.com|)\Z"))
def test_the_short_way_with_plain_addresses_is_the_library_s(address: str) -> None:
    try:
        normal = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        normal = None
    assert emails(address) == [(normal, "ok" if normal else "invalid")]
