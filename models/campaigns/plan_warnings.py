"""What a marketer should know before a campaign starts.

Belongs here: kinds of warnings and what they need to say. Does not belong here: playing occurrences through (``plan``),
sentences (``orchestration.cli``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from models.campaigns.inflow import lacks_tracking
from models.campaigns.night import allowed_at, nights
from models.campaigns.plan import Entry, Rehearsed, summary
from models.campaigns.schedule import is_over, next_occurrence

Kind = Literal[
    "tracking_off",  # links carry nothing: the inflow will be 0
    "no_landing",  # an advertising variant leads nowhere
    "never_sends",  # its time or period has gone by
    "in_night",  # planned within the night: goes out when it is over
    "into_night",  # at its speed it lasts into the next night
    "after_period",  # what waits for the morning would come when the period is over
    "no_candidates",  # nobody is in its segments
    "nobody_left",  # candidates, but all of them left out
    "cost_limit",  # the day's money does not reach
    "lower_priority",  # campaigns of the same hour take customers
]


@dataclass(frozen=True)
class PlanWarning:
    """``planned_at``: the occurrence in question, None for the campaign as a whole; ``values``: what the sentence
    needs."""

    campaign_id: str
    kind: Kind
    planned_at: dt.datetime | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def warnings_of_campaign(entry: Entry, now: dt.datetime) -> list[PlanWarning]:
    """What the document and the timetable alone show."""
    campaign, found = entry.campaign, []
    lacking = lacks_tracking(campaign)
    if lacking:
        found.append(PlanWarning(campaign.id, lacking))
    before = now - dt.timedelta(microseconds=1)
    has_moments = entry.timetable.schedule.kind != "trigger" and not entry.timetable.runs_on
    if next_occurrence(entry.timetable, before) is None if has_moments else is_over(entry.timetable, now):
        found.append(PlanWarning(campaign.id, "never_sends"))
    return found


def warnings_of_occurrence(rehearsed: Rehearsed) -> list[PlanWarning]:
    """What playing it through has shown."""
    sending, planned_at = rehearsed.sending, rehearsed.planned_at
    row = summary(rehearsed).row(0, named=True)
    left_out = dict(rehearsed.decisions["reason"].cast(pl.String).value_counts().iter_rows())
    found: list[tuple[Kind, Mapping[str, object]]] = []
    hours = nights(sending.channel, sending.advertising, False, sending.policies.quiet)
    morning = allowed_at(planned_at, hours, sending.zone)
    if morning > planned_at:
        found.append(("in_night", {"goes_out": morning, "customers": row["after_night"]}))
    if row["last_out"] and allowed_at(row["last_out"], hours, sending.zone) > row["last_out"] > row["first_out"]:
        found.append(("into_night", {"last_out": row["last_out"], "speed": sending.policies.speed}))
    if not row["targeted"]:
        found.append(("no_candidates", {}))
    elif not row["sends"]:
        found.append(("nobody_left", {"customers": row["targeted"], "reasons": left_out}))
    counts: Sequence[Literal["after_period", "cost_limit", "lower_priority"]] = (
        "after_period", "cost_limit", "lower_priority",
    )  # fmt: skip
    found += [(kind, {"customers": left_out[kind]}) for kind in counts if left_out.get(kind)]
    return [PlanWarning(sending.campaign_id, kind, planned_at, values) for kind, values in found]
