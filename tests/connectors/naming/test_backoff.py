import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.naming.backoff import LONGEST_BACKOFF, retry_after, wait_before_retry

DATE = "Sun, 01 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Sun, 01 Mar 2026 09:00:12 GMT", "date": DATE}, 12),
        ({"retry-after": "Sun, 01 Mar 2026 08:59:00 GMT", "date": DATE}, None),
        ({"retry-after": "Sun, 01 Mar 2026 09:00:12 GMT"}, None),
        ({"retry-after": "Sun, 01 Mar 2026 09:00:12 -0000", "date": DATE}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon", "date": DATE}, None),
        ({"retry-after": "inf"}, float("inf")),
    ],
)
def test_what_a_server_asks_for_is_understood(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_is_too_odd_to_read(after: str, date: str) -> None:
    seconds = retry_after({"retry-after": after, "date": date})
    assert seconds is None or seconds > 0


def test_waits_double_up_to_a_limit() -> None:
    assert [wait_before_retry(n, None, 1.0) for n in range(1, 8)] == [1, 2, 4, 8, 16, 20, 20]


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True))
def test_jitter_spreads_a_wait_over_its_upper_half(attempt: int, jitter: float) -> None:
    full = min(LONGEST_BACKOFF, 2.0 ** min(attempt - 1, 60))
    assert full / 2 <= wait_before_retry(attempt, None, jitter) <= full


def test_the_server_decides_where_it_says_how_long() -> None:
    assert wait_before_retry(1, 42.0, 0.3) == 42.0
