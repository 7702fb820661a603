"""The night: its borders, whom it holds for, clocks that are changed, and many moments at once."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.campaigns.fields import Channel
from models.campaigns.inputs import MOMENT
from models.campaigns.night import KAKAO_NIGHT, allowed_at, allowed_moments, nights, not_before
from models.campaigns.policies import LEGAL_NIGHT, NightHours

pytestmark = pytest.mark.feature("E6")

SEOUL, LONDON = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/London")


def seoul(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2025-10-{text}").replace(tzinfo=SEOUL)


def hours(begin: str, end: str) -> NightHours:
    return NightHours.model_validate({"from": begin, "to": end})


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("01 20:59:59", "01 20:59:59"),
        ("01 21:00:00", "02 08:00:00"),
        ("01 23:59:59", "02 08:00:00"),
        ("02 00:00:00", "02 08:00:00"),
        ("02 07:59:59", "02 08:00:00"),
        ("02 08:00:00", "02 08:00:00"),
        ("02 12:00:00", "02 12:00:00"),
    ],
)
def test_the_legal_night_begins_at_21_and_is_over_at_8(moment: str, allowed: str) -> None:
    assert allowed_at(seoul(moment), [LEGAL_NIGHT], SEOUL) == seoul(allowed)


@pytest.mark.parametrize(
    ("moment", "allowed"), [("01 19:59", "01 19:59"), ("01 20:00", "02 08:00"), ("01 20:50", "02 08:00")]
)
def test_kakao_advertising_is_quiet_from_20_for_everybody(moment: str, allowed: str) -> None:
    for consent in (True, False):
        found = nights("brand_message", True, consent, [hours("23:00", "23:30")])
        assert found == (KAKAO_NIGHT,)
        assert allowed_at(seoul(moment), found, SEOUL) == seoul(allowed)


@pytest.mark.parametrize(
    ("channel", "advertising", "consent", "has_night"),
    [
        ("sms", True, False, True),
        ("push", True, False, True),
        ("sms", True, True, False),
        ("push", True, True, False),
        ("email", True, False, False),
        ("onsite", True, False, False),
        ("alimtalk", False, False, False),
        ("sms", False, False, False),
        ("push", False, False, False),
    ],
)
def test_a_night_holds_for_advertising_without_night_consent(
    channel: Channel, advertising: bool, consent: bool, has_night: bool
) -> None:
    assert bool(nights(channel, advertising, consent, [LEGAL_NIGHT])) == has_night


def test_a_night_within_one_day_and_two_that_follow_one_another() -> None:
    noon = hours("12:00", "13:00")
    assert allowed_at(seoul("01 12:30"), [noon], SEOUL) == seoul("01 13:00")
    assert allowed_at(seoul("01 22:00"), [LEGAL_NIGHT, hours("08:00", "09:30")], SEOUL) == seoul("02 09:30")
    with pytest.raises(ValueError, match="no time of day"):
        allowed_at(seoul("01 22:00"), [LEGAL_NIGHT, hours("08:00", "21:00")], SEOUL)


def test_an_end_that_clocks_show_twice_or_never_is_still_after_the_moment() -> None:
    night = hours("21:00", "01:30")
    second_pass = dt.datetime(2025, 10, 26, 1, 15, tzinfo=dt.UTC)  # 01:15 in winter time
    assert allowed_at(second_pass, [night], LONDON) == dt.datetime(2025, 10, 26, 1, 30, tzinfo=dt.UTC)
    first_pass = dt.datetime(2025, 10, 26, 0, 15, tzinfo=dt.UTC)
    assert allowed_at(first_pass, [night], LONDON) == dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC)
    before_gap = dt.datetime(2025, 3, 30, 0, 45, tzinfo=dt.UTC)  # 00:45, and 01:30 never comes
    assert allowed_at(before_gap, [night], LONDON) == dt.datetime(2025, 3, 30, 1, 30, tzinfo=dt.UTC)


TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@given(
    st.lists(st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2026, 1, 1)), max_size=20),
    TIMES,
    TIMES,
    st.sampled_from([SEOUL, LONDON]),
)
def test_many_moments_move_as_each_alone_and_never_back_or_into_the_night(
    given_moments: list[dt.datetime], begin: dt.time, end: dt.time, zone: ZoneInfo
) -> None:
    if begin == end:
        return
    night = NightHours(**{"from": begin, "to": end})
    moments = [moment.replace(tzinfo=dt.UTC) for moment in given_moments]
    found = allowed_moments(pl.Series("due", moments, dtype=MOMENT), [night], zone).to_list()
    assert found == [allowed_at(moment, [night], zone) for moment in moments]
    for moment, allowed in zip(moments, found, strict=True):
        assert moment <= allowed <= moment + dt.timedelta(hours=25)
        assert allowed_at(allowed, [night], zone) == allowed
        time = moment.astimezone(zone).time()
        by_night = begin <= time < end if begin < end else time >= begin or time < end
        assert (allowed == moment) == (not by_night)


def test_people_are_told_apart_by_their_night_consent() -> None:
    people = pl.DataFrame({"consent_night": [True, False, None]})
    at = not_before(seoul("01 22:00"), pl.col("consent_night"), "push", True, [LEGAL_NIGHT], SEOUL)
    assert people.select(at).to_series().to_list() == [seoul("01 22:00"), seoul("02 08:00"), seoul("02 08:00")]


def test_the_next_night_begins_after_the_moment_and_is_the_nearest_of_all() -> None:
    from models.campaigns.night import next_night

    late = NightHours.model_validate({"from": "22:00", "to": "06:00"})
    noon, night = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    assert next_night(noon, [late, LEGAL_NIGHT], SEOUL) == night
    assert next_night(night, [LEGAL_NIGHT], SEOUL) == night + dt.timedelta(days=1)
    assert next_night(noon, [], SEOUL) is None
