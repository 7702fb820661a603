"""States of a campaign and what may be done in each.

Belongs here: the table of states. Does not belong here: keeping them (the operational store), when something is due
(``schedule``).

A new campaign is a draft; once saved it is paused and sends nothing until it is started. One that is to be sent at a
time waits, one that repeats is recurring, all others are running. Whoever stops it resets its schedule; started again,
it counts from that moment. What was sent, and what is past the end of its period, is completed. What has been executed
(one message was reserved) is never edited: one edits a copy.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from models.campaigns.when import Kind


class State(StrEnum):
    DRAFT = "draft"
    PAUSED = "paused"
    WAITING = "waiting"
    RUNNING = "running"
    RECURRING = "recurring"
    COMPLETED = "completed"


class Action(StrEnum):
    EDIT = "edit"  # the marketer changes the document
    SAVE = "save"  # … and is done with it
    START = "start"  # paused to running; also resuming
    STOP = "stop"
    BEGIN = "begin"  # the time of one that waits has come
    FINISH = "finish"  # everything of one that is sent once has been sent
    END = "end"  # the period is over, or no occurrence is left


STARTED: Final[Mapping[Kind, State]] = {
    "now": State.RUNNING, "at": State.WAITING, "recurring": State.RECURRING, "trigger": State.RUNNING,
}  # fmt: skip
SENDING: Final = frozenset(
    {State.WAITING, State.RUNNING, State.RECURRING}
)  # messages may go out, or will by themselves
TAB_NAMES: Final = ("waiting", "running", "recurring", "completed")
_NEXT: Final[Mapping[tuple[State, Action], State | None]] = {
    (State.DRAFT, Action.EDIT): State.DRAFT,
    (State.DRAFT, Action.SAVE): State.PAUSED,
    (State.PAUSED, Action.EDIT): State.PAUSED,
    (State.PAUSED, Action.START): None,  # by the kind of schedule
    (State.PAUSED, Action.END): State.COMPLETED,
    (State.WAITING, Action.BEGIN): State.RUNNING,
    (State.WAITING, Action.STOP): State.PAUSED,
    (State.RUNNING, Action.STOP): State.PAUSED,
    (State.RUNNING, Action.FINISH): State.COMPLETED,
    (State.RUNNING, Action.END): State.COMPLETED,
    (State.RECURRING, Action.STOP): State.PAUSED,
    (State.RECURRING, Action.END): State.COMPLETED,
}


class ActionRefused(Exception):
    """An action does not go in a state. ``executed``: it would, had the campaign not been executed."""

    def __init__(self, state: State, action: Action, allowed: frozenset[Action], *, executed: bool) -> None:
        why = (
            "it has been executed; make a copy and edit that"
            if executed
            else f"in this state one can: {', '.join(sorted(allowed)) or 'nothing'}"
        )
        super().__init__(f"a campaign that is {state} can not {action}: {why}")
        self.state, self.action, self.allowed, self.executed = state, action, allowed, executed


def allowed_actions(state: State, kind: Kind, *, executed: bool) -> frozenset[Action]:
    """What can be done with a campaign of a kind of schedule in a state."""
    found = {action for begun, action in _NEXT if begun is state}
    if executed:
        found.discard(Action.EDIT)
    if kind in ("recurring", "trigger"):
        found.discard(Action.FINISH)
    return frozenset(found)


def next_state(state: State, action: Action, kind: Kind, *, executed: bool) -> State:
    """The state after an action. Raises :class:`ActionRefused` when it does not go."""
    allowed = allowed_actions(state, kind, executed=executed)
    if action not in allowed:
        raise ActionRefused(state, action, allowed, executed=executed and (state, action) in _NEXT)
    if action is Action.START and kind == "at" and executed:
        return State.RUNNING  # stopped in the middle of its one send: the rest goes out now
    return _NEXT[state, action] or STARTED[kind]


def tab_of(state: State, kind: Kind) -> str:
    """The list in which a marketer finds it: a campaign that repeats stays among the recurring ones while paused."""
    if kind == "recurring" and state in (State.PAUSED, State.RECURRING):
        return "recurring"
    if kind == "trigger" and state is State.PAUSED:
        return "running"
    return {State.RUNNING: "running", State.RECURRING: "recurring", State.COMPLETED: "completed"}.get(state, "waiting")
