"""Days that a change concerns: all that it may, and no more than a fixed number of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.attribution.changes import REACH, changed_sends, days_to_remake

pytestmark = pytest.mark.feature("H3")

FIRST = dt.date(2025, 1, 1)
DAY = st.integers(0, 60).map(lambda after: FIRST + dt.timedelta(days=after))
DAYS = st.sets(DAY, max_size=20)


@given(sends=DAYS, changed=DAYS, data=st.data())
def test_every_message_and_order_that_can_meet_are_made_anew_together(
    sends: set[dt.date], changed: set[dt.date], data: st.DataObject
) -> None:
    sent = data.draw(st.sets(st.sampled_from(sorted(sends)))) if sends else set()
    remade = days_to_remake(sends, changed, sent)
    for send in sends:
        for order in (send + dt.timedelta(days=ahead) for ahead in range(REACH + 1)):
            assert order not in changed or send in remade.send_days
            assert send not in sent or order in remade.order_days
            assert order not in remade.order_days or send in remade.file_days
    assert set(remade.send_days) & sends <= set(remade.file_days)


@given(sends=DAYS, changed=DAYS)
def test_what_is_made_anew_does_not_grow_with_the_history(sends: set[dt.date], changed: set[dt.date]) -> None:
    remade = days_to_remake(sends, changed, set())
    assert set(remade.order_days) == changed
    assert len(remade.send_days) <= (REACH + 1) * len(changed)
    assert remade == days_to_remake(sends | {FIRST - dt.timedelta(days=REACH + 1)}, changed, set())


def test_a_day_whose_sends_are_gone_is_made_anew_without_files() -> None:
    gone = changed_sends({FIRST: "x", FIRST + dt.timedelta(days=1): "y"}, {FIRST: "x"})
    remade = days_to_remake({FIRST}, set(), gone)
    assert remade.send_days == (FIRST + dt.timedelta(days=1),)
    assert remade.file_days == (FIRST,)  # for the orders that the two days share


def test_a_send_day_changes_when_its_word_does() -> None:
    before = {FIRST: "x", FIRST + dt.timedelta(days=1): "y"}
    assert changed_sends(before, before) == set()
    assert changed_sends(before, {**before, FIRST: "z"}) == {FIRST}
