"""When a run of campaigns is asked for: a pure planner, without clock, store or Dagster.

Belongs here: what is due and what was asked before, to a run or the reason for none. Does not belong here: finding
either (``campaign_sensor``), the work of a run (``assets.campaigns.work``).
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_RUNS: Final = 4  # at the same time: each is a process
MOST_DUE: Final = 200  # campaigns that one run decides about; the next look finds the others
_FIRST_PAUSE: Final = dt.timedelta(seconds=30)
_LONGEST_PAUSE: Final = dt.timedelta(hours=1)


@dataclass(frozen=True)
class DueCampaign:
    """A campaign whose next moment has come. ``is_trigger``: customers of its trigger wait."""

    campaign_id: str
    due_at: dt.datetime


@dataclass(frozen=True)
class WaitingSend:
    """A send that can go on and that nobody works on. ``left``: messages to send or in doubt; ``accepted``: messages
    whose results are awaited."""

    send_no: int
    state: str
    left: int
    accepted: int


@dataclass(frozen=True)
class PastRun:
    """A run that was asked for the same work. ``ended_at``: None while it is under way."""

    attempt: int
    ended_at: dt.datetime | None


@dataclass(frozen=True)
class Ask:
    """A run to ask for. ``campaigns``: ids that it decides about and sends; none: whatever there is to do."""

    batch: str
    attempt: int
    why: str

    @property
    def run_key(self) -> str:
        return f"{self.batch}__attempt{self.attempt}"


@dataclass(frozen=True)
class NoRun:
    """No run, and why."""

    reason: str


def batch_of(due: Sequence[DueCampaign], waiting: Sequence[WaitingSend]) -> str:
    """Identity of some work: the same as long as nobody has done any of it."""
    told = sorted((one.campaign_id, one.due_at.isoformat()) for one in due)
    sends = sorted((one.send_no, one.state, one.left, one.accepted) for one in waiting)
    return hashlib.sha256(repr((told, sends)).encode()).hexdigest()[:16]


def plan_run(
    due: Sequence[DueCampaign],
    waiting: Sequence[WaitingSend],
    past: Sequence[PastRun],
    in_flight: int,
    now: dt.datetime,
    next_at: dt.datetime | None,
) -> Ask | NoRun:
    """One run for what is due and waiting. Work that a run left as it was is asked for again after a pause that doubles
    with every attempt, without end: nobody's message is given up because a database was down for an hour."""
    if not due and not waiting:
        return NoRun("nothing is due" + (f"; next at {next_at.isoformat(timespec='seconds')}" if next_at else ""))
    if in_flight >= MOST_RUNS:
        return NoRun(f"{in_flight} runs of campaigns are under way")
    attempt = 1 + max((run.attempt for run in past), default=0)
    if any(run.ended_at is None for run in past):
        return NoRun("a run for the same work is under way")
    if past:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(10, attempt - 2))
        again_at = max(run.ended_at for run in past if run.ended_at is not None) + pause
        if now < again_at:
            return NoRun(f"{attempt - 1} runs left this as it was; again at {again_at.isoformat(timespec='seconds')}")
    return Ask(batch_of(due, waiting), attempt, f"{len(due)} campaigns are due, {len(waiting)} sends can go on")
