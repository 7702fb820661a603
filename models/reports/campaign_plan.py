"""The dry run of campaigns as a page: what goes out when, to how many, who is left out, what it costs.

Belongs here: rows of the coming sends, and the parts of the page. Does not belong here: playing them through
(``models.campaigns.plan``), drawing (``calendar``), wording (``models.campaigns.words``, ``campaign_plan_words``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from models.campaigns.document import Campaign
from models.campaigns.plan import Rehearsed, summary
from models.campaigns.plan_warnings import PlanWarning
from models.campaigns.policies import NightHours
from models.campaigns.when import WEEKDAYS
from models.campaigns.words import CampaignWords
from models.reports.calendar import NARROW, WIDE, Block, calendar_svg
from models.reports.page import Figure, Figures, Legend, Page, Picture, Section, Table

_NOBODY: Final = "#98a2b3"  # what would go out to nobody
COLOURS: Final = ("#2f6fed", "#067647", "#b54708", "#7a5af8", "#c11574", "#0e7090", "#912018", "#475467")


@dataclass(frozen=True)
class PlannedSend:
    """One coming occurrence. Moments are aware. ``by_variant``: messages by variant; ``left_out``: customers by reason
    (holdout among them); ``out``: messages by the moment they may go; ``cost`` in the shop's currency."""

    campaign_id: str
    name: str
    channel: str
    planned_at: dt.datetime
    last_out: dt.datetime | None
    targeted: int
    sends: int
    after_night: int
    holdout: int
    excluded: int
    cost: float
    by_variant: Mapping[str, int]
    left_out: Mapping[str, int]
    out: Sequence[tuple[dt.datetime, int]]


@dataclass(frozen=True)
class PlanReport:
    """Everything the page says. ``triggers``: campaigns that wait for what customers do, which nobody can count ahead;
    ``notes``: what holds for all of it; ``night``: hours that are shaded."""

    campaigns: Sequence[Campaign]
    sends: Sequence[PlannedSend]
    warnings: Sequence[PlanWarning]
    days: Sequence[dt.date]
    night: NightHours
    notes: Sequence[str] = ()

    @property
    def triggers(self) -> list[Campaign]:
        return [one for one in self.campaigns if one.schedule.kind == "trigger"]


def planned_send(campaign: Campaign, rehearsed: Rehearsed) -> PlannedSend:
    """The row of an occurrence that was played through."""
    row = summary(rehearsed).row(0, named=True)
    decisions = rehearsed.decisions
    goes = decisions.filter(pl.col("decision") == "send")
    out = goes.group_by("not_before").len().sort("not_before")
    kept = ("planned_at", "last_out", "targeted", "sends", "after_night", "holdout", "excluded", "cost")
    return PlannedSend(
        campaign_id=campaign.id,
        name=campaign.name,
        channel=campaign.channel,
        by_variant=_counts(goes["variant"]),
        left_out=_counts(decisions.filter(pl.col("decision") != "send")["reason"]),
        out=[(moment, count) for moment, count in out.iter_rows()],
        **{key: row[key] for key in kept},
    )


def told_variants(by_variant: Mapping[str, int]) -> str:
    """'A 1,200 · B 1,199'; nothing where there is one variant alone."""
    if len(by_variant) < 2:
        return ""
    return " · ".join(f"{name} {count:,}" for name, count in sorted(by_variant.items()))


def plan_page(report: PlanReport, title: str, words: CampaignWords) -> Page:
    """The page. ``words`` with ``campaign_plan_words``."""
    colours = {one.id: COLOURS[place % len(COLOURS)] for place, one in enumerate(report.campaigns)}
    sections = [
        Section(words("plan_sum"), [_figures(report, words)]),
        Section(words("plan_calendar"), _calendar(report, colours, words), text=words("plan_calendar_text")),
    ]
    if report.warnings:
        names = {one.id: one.name for one in report.campaigns}
        rows = [[names[name], told] for name, told in words.warnings(report.warnings)]
        sections.append(Section(words("plan_warnings"), [Table([words("plan_campaign"), words("plan_warning")], rows)]))
    sections.append(Section(words("plan_sends"), [_sends(report, words)]))
    if any(one.left_out for one in report.sends):
        sections.append(Section(words("plan_left_out"), [_left_out(report, words)]))
    if report.triggers:
        rows = [[one.name, words.schedule(one.schedule)] for one in report.triggers]
        table = Table([words("plan_campaign"), words("plan_when")], rows)
        sections.append(Section(words("plan_triggers"), [table], text=words("plan_triggers_text")))
    period = words("plan_period", first=report.days[0], last=report.days[-1])
    return Page(title, period, sections, footer=" ".join(report.notes), language=words.locale)


def _figures(report: PlanReport, words: CampaignWords) -> Figures:
    messages = sum(one.sends for one in report.sends)
    left_out = sum(one.excluded for one in report.sends)
    held = sum(one.holdout for one in report.sends)
    return Figures(
        [
            Figure(words("plan_occurrences"), f"{len(report.sends):,}"),
            Figure(words("plan_messages"), f"{messages:,}"),
            Figure(words("plan_cost"), words.money(sum(one.cost for one in report.sends))),
            Figure(words("plan_left_out_count"), f"{left_out:,}", words("plan_held", count=f"{held:,}")),
            Figure(words("plan_warnings"), f"{len(words.warnings(report.warnings)):,}"),
        ]
    )


def _calendar(report: PlanReport, colours: Mapping[str, str], words: CampaignWords) -> list[Legend | Picture]:
    blocks = [
        _block(one, moment, count, colours[one.campaign_id] if count else _NOBODY, words)
        for one in report.sends
        for moment, count in one.out or [(one.planned_at, 0)]
    ]
    weekdays = [words(name) for name in WEEKDAYS]
    night = (report.night.from_, report.night.to)
    wide, narrow = (calendar_svg(blocks, report.days, weekdays, night, size) for size in (WIDE, NARROW))
    told = [(colours[one.id], f"{one.name} · {words.schedule(one.schedule)}") for one in report.campaigns
            if one.schedule.kind != "trigger"]  # fmt: skip
    says = words("plan_says", count=len(report.sends), first=report.days[0], last=report.days[-1])
    return [Legend(told), Picture(wide, says, narrow)]


def _block(send: PlannedSend, moment: dt.datetime, count: int, colour: str, words: CampaignWords) -> Block:
    local = moment.astimezone(words.zone).replace(tzinfo=None)
    told = words("plan_people", count=f"{count:,}")
    says = f"{send.name} · {words.moment(moment)} · {told}"
    if send.last_out and send.last_out > moment:
        says += " " + words("plan_until", moment=words.moment(send.last_out))
    return Block(local, colour, (send.name, f"{local:%H:%M} · {told}"), _short(count, words), says)


def _short(count: int, words: CampaignWords) -> str:
    """A number that fits into a narrow column."""
    if count < 100_000:
        return f"{count:,}"
    return words("plan_short", count=f"{count / 10_000:,.0f}" if words.locale == "ko" else f"{count / 1000:,.0f}")


def _sends(report: PlanReport, words: CampaignWords) -> Table:
    columns = [words(f"plan_{key}") for key in (
        "planned", "campaign", "channel", "targeted", "messages", "variants", "after_night", "left_out_count",
        "holdout", "cost")]  # fmt: skip
    rows = [
        [words.moment(one.planned_at), one.name, words.named("channel", one.channel), f"{one.targeted:,}",
         f"{one.sends:,}", told_variants(one.by_variant), f"{one.after_night:,}", f"{one.excluded:,}",
         f"{one.holdout:,}", words.money(one.cost)] for one in report.sends
    ]  # fmt: skip
    return Table(columns, rows, numbers=(3, 4, 6, 7, 8, 9), empty=words("plan_nothing"))


def _left_out(report: PlanReport, words: CampaignWords) -> Table:
    columns = [words("plan_planned"), words("plan_campaign"), words("plan_reasons")]
    rows = [[words.moment(one.planned_at), one.name, words.reasons(one.left_out)] for one in report.sends
            if one.left_out]  # fmt: skip
    return Table(columns, rows)


def _counts(values: pl.Series) -> dict[str, int]:
    return dict(values.cast(pl.String).value_counts().iter_rows())
