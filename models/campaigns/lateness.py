"""What becomes of messages that were due while nothing ran.

Belongs here: the judgement of one moment, and of all that were missed. Does not belong here: finding missed moments
(``schedule``), asking the marketer.

A moment found within ``grace`` is on time. Of several missed moments of a campaign only the newest can still be sent or
asked about: five reminders at once would be worse than none, so the older ones expire. A message whose campaign's
period is over expires whatever the policy says.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from models.campaigns.fields import Late

GRACE: Final = dt.timedelta(minutes=10)
Judgement = Literal["on_time", "send", "ask", "expire"]
Why = Literal["on_time", "policy", "newer_missed", "after_period"]


@dataclass(frozen=True)
class Judged:
    """What to do about one moment, and why."""

    due_at: dt.datetime
    judgement: Judgement
    why: Why


def judge_missed(
    due: Sequence[dt.datetime],
    now: dt.datetime,
    policy: Late,
    period_end: dt.datetime | None = None,
    grace: dt.timedelta = GRACE,
) -> list[Judged]:
    """A judgement for each moment of ``due`` (aware, up to ``now``, not yet planned), in order of time.

    Raises ``ValueError`` for a moment after ``now``: it is not due."""
    moments = sorted(set(due))
    if moments and moments[-1] > now:
        raise ValueError(f"{moments[-1]} is after {now}: not due yet")
    return [_judged(moment, moment == moments[-1], now, policy, period_end, grace) for moment in moments]


def _judged(
    due_at: dt.datetime,
    is_newest: bool,
    now: dt.datetime,
    policy: Late,
    period_end: dt.datetime | None,
    grace: dt.timedelta,
) -> Judged:
    if period_end is not None and now >= period_end:
        return Judged(due_at, "expire", "after_period")
    if not is_newest:
        return Judged(due_at, "expire", "newer_missed")
    if now - due_at <= grace:
        return Judged(due_at, "on_time", "on_time")
    return Judged(due_at, policy, "policy")
