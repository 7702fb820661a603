"""States: started before anything is sent, executed never edited, over when the period is."""

from itertools import product

import pytest

from models.campaigns.states import (
    SENDING,
    TAB_NAMES,
    Action,
    ActionRefused,
    State,
    allowed_actions,
    next_state,
    tab_of,
)
from models.campaigns.when import KINDS, Kind

pytestmark = pytest.mark.feature("E4")


def after(kind: Kind, *actions: Action, executed: bool = False) -> State:
    state = State.DRAFT
    for action in actions:
        state = next_state(state, action, kind, executed=executed)
    return state


@pytest.mark.parametrize(
    ("kind", "started"), [("now", "running"), ("at", "waiting"), ("recurring", "recurring"), ("trigger", "running")]
)
def test_a_saved_campaign_sends_nothing_until_it_is_started(kind: Kind, started: str) -> None:
    assert after(kind, Action.SAVE) == "paused"
    assert State.PAUSED not in SENDING
    assert after(kind, Action.SAVE, Action.START) == started
    assert after(kind, Action.SAVE, Action.START, Action.STOP) == "paused"


def test_one_that_waits_begins_and_is_completed_when_everything_went_out() -> None:
    assert after("at", Action.SAVE, Action.START, Action.BEGIN, Action.FINISH) == "completed"
    assert after("now", Action.SAVE, Action.START, Action.FINISH) == "completed"


def test_one_stopped_in_the_middle_of_its_only_send_goes_on_at_once() -> None:
    assert next_state(State.PAUSED, Action.START, "at", executed=True) == "running"


@pytest.mark.parametrize("state", [State.PAUSED, State.RECURRING])
def test_past_its_end_a_recurring_campaign_is_completed_stopped_or_not(state: State) -> None:
    assert next_state(state, Action.END, "recurring", executed=True) == "completed"


@pytest.mark.feature("E5")
@pytest.mark.parametrize("state", [State.DRAFT, State.PAUSED])
def test_an_executed_campaign_is_never_edited(state: State) -> None:
    assert next_state(state, Action.EDIT, "recurring", executed=False) == state
    with pytest.raises(ActionRefused, match="make a copy"):
        next_state(state, Action.EDIT, "recurring", executed=True)


@pytest.mark.feature("E5")
def test_what_is_sending_or_completed_can_not_be_edited_and_nothing_leaves_completed() -> None:
    for state, kind, executed in product((*SENDING, State.COMPLETED), KINDS, (True, False)):
        assert Action.EDIT not in allowed_actions(state, kind, executed=executed)
    assert all(not allowed_actions(State.COMPLETED, kind, executed=True) for kind in KINDS)


def test_what_is_not_allowed_is_refused_and_says_what_is() -> None:
    for state, action, kind, executed in product(State, Action, KINDS, (True, False)):
        if action in allowed_actions(state, kind, executed=executed):
            assert next_state(state, action, kind, executed=executed) in State
        else:
            with pytest.raises(ActionRefused, match=f"{state} can not {action}"):
                next_state(state, action, kind, executed=executed)


@pytest.mark.feature("E5")
def test_every_campaign_stands_in_one_list() -> None:
    assert {tab_of(state, kind) for state, kind in product(State, KINDS)} == set(TAB_NAMES)
    assert tab_of(State.PAUSED, "recurring") == tab_of(State.RECURRING, "recurring") == "recurring"
    assert tab_of(State.PAUSED, "at") == tab_of(State.WAITING, "at") == "waiting"
    assert tab_of(State.COMPLETED, "recurring") == "completed"
