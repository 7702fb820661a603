"""`dangol campaign plan`: the dry run as tables and as a page with a calendar.

Belongs here: which campaigns are played through, where the page goes, rows for machines. Does not belong here: playing
(``assets.campaigns.plans.dry_run``, ``models.campaigns.plan``), the page itself (``models.reports.campaign_plan``).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl

from assets.campaigns.plans.dry_run import entry_of
from assets.campaigns.plans.people import CanNotDecide
from assets.segments.report import write_html
from models.campaigns.document import Campaign
from models.campaigns.plan import Entry, Rehearsed, rehearse
from models.campaigns.plan_warnings import PlanWarning, warnings_of_campaign, warnings_of_occurrence
from models.campaigns.states import SENDING, State
from models.campaigns.words import CampaignWords
from models.reports.campaign_plan import PlannedSend, PlanReport, plan_page, planned_send, told_variants
from models.reports.campaign_plan_words import PLAN_PHRASES
from orchestration.cli import document_desk
from orchestration.cli.campaign_view import Desk
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.words import CommandError

_COLUMNS: Final = (
    "campaign_id", "name", "planned_at", "last_out", "targeted", "sends", "by_variant", "after_night", "excluded",
    "holdout", "left_out", "cost", "warnings",
)  # fmt: skip
_CUSTOMER_COLUMNS: Final = ("planned_at", "customer_key", "decision", "reason", "variant", "not_before")
_CUSTOMERS_SHOWN: Final = 20


def plan_sends(desk: Desk, names: Sequence[str], days: int, out: Path | None) -> None:
    """Print what would go out, and write the page; rows alone for machines."""
    campaigns = _campaigns(desk, names)
    now = document_desk.now()
    with _playing(desk, campaigns, now) as entries:
        warnings = [warning for entry in entries for warning in warnings_of_campaign(entry, now)]
        sends: list[PlannedSend] = []
        for one in rehearse(entries, desk.shop.policies, now, days, desk.settings.zone):
            sends.append(planned_send(desk.campaigns[one.sending.campaign_id], one))
            warnings += warnings_of_occurrence(one)
    words = CampaignWords(desk.settings.locale, desk.settings.zone, desk.settings.currency, PLAN_PHRASES)
    if desk.form != "table":
        write_rows(_COLUMNS, [_row(one, warnings) for one in sends], desk.form, desk.out)
        return
    _print(desk, campaigns, sends, words)
    for name, told in words.warnings(warnings):
        desk.screen.line(f"{name}: {told}", "yellow")
    report = _report(desk, campaigns, sends, warnings, _days(desk, now, days), words)
    single = campaigns[0].name if len(campaigns) == 1 else ""
    title = words("plan_title_of", name=single) if single else words("plan_title")
    path = write_html(out or desk.home.published / "reports" / "campaign-plan.html", plan_page(report, title, words))
    desk.screen.line()
    desk.screen.line(desk.words("report_written", path=path))
    desk.tell_vendors()


def plan_customers(desk: Desk, names: Sequence[str], days: int) -> None:
    """Print what each customer of one campaign would get, by customer_key."""
    if len(names) != 1:
        raise CommandError(desk.words("one_campaign"))
    campaigns, now = _campaigns(desk, names), document_desk.now()
    with _playing(desk, campaigns, now) as entries:
        found = list(rehearse(entries, desk.shop.policies, now, days, desk.settings.zone))
    if desk.form != "table":
        rows = [row for one in found for row in _customers(one).to_dicts()]
        write_rows(_CUSTOMER_COLUMNS, rows, desk.form, desk.out)
        return
    for one in found:
        _print_customers(desk, one)
    if not found:
        desk.screen.line(desk.words("plan_none"))


def _campaigns(desk: Desk, names: Sequence[str]) -> list[Campaign]:
    """The campaigns asked for, else all that are started, by id."""
    if names:
        return [desk.pick_campaign(name) for name in dict.fromkeys(names)]
    started = [one for one in desk.campaigns.values() if State(desk.standing(one.id).state) in SENDING]
    if not started:
        raise CommandError(desk.words("none_started"))
    return started


@contextmanager
def _playing(desk: Desk, campaigns: Sequence[Campaign], now: dt.datetime) -> Iterator[list[Entry]]:
    """What is played through. Raises :class:`CommandError` for what a campaign names and is not there."""
    try:
        with desk.facts() as facts:
            if desk.form == "table":
                desk.tell_as_of(facts)
            entries = [entry_of(desk.shop, facts, one, now) for one in campaigns]
        yield entries
    except CanNotDecide as error:
        raise CommandError(desk.words("can_not_decide", why=error)) from error


def _print(desk: Desk, campaigns: Sequence[Campaign], sends: Sequence[PlannedSend], words: CampaignWords) -> None:
    screen = desk.screen
    if sends:
        columns = [Column(words(f"plan_{key}")) for key in ("planned", "campaign")]
        columns += [Column(words(f"plan_{key}"), right=True) for key in ("targeted", "messages")]
        columns.append(Column(words("plan_variants")))
        columns += [Column(words(f"plan_{key}"), right=True) for key in (
            "after_night", "holdout", "left_out_count", "cost")]  # fmt: skip
        columns.append(Column(words("plan_left_out")))
        screen.table(columns, [_told(one, words) for one in sends])
        total = desk.words("plan_total", count=len(sends), messages=f"{sum(one.sends for one in sends):,}",
                           cost=words.money(sum(one.cost for one in sends)))  # fmt: skip
        screen.line()
        screen.line(total, "bold")
    else:
        screen.line(words("plan_nothing"))
    for one in campaigns:
        if one.schedule.kind == "trigger":
            screen.line(f"{one.id}: {words.schedule(one.schedule, desk.names)}. {words('plan_triggers_text')}")


def _told(send: PlannedSend, words: CampaignWords) -> list[str]:
    return [
        words.moment(send.planned_at), f"{send.name} ({send.campaign_id})", f"{send.targeted:,}", f"{send.sends:,}",
        told_variants(send.by_variant), f"{send.after_night:,}", f"{send.holdout:,}", f"{send.excluded:,}",
        words.money(send.cost), words.reasons(send.left_out),
    ]  # fmt: skip


def _report(
    desk: Desk,
    campaigns: Sequence[Campaign],
    sends: Sequence[PlannedSend],
    warnings: Sequence[PlanWarning],
    days: Sequence[dt.date],
    words: CampaignWords,
) -> PlanReport:
    notes = [words("plan_note_people")]
    if any(State(desk.standing(one.id).state) not in SENDING for one in campaigns):
        notes.append(words("plan_note_started"))
    notes.append(desk.words(f"vendors_{desk.settings.messages.vendors}"))
    return PlanReport(campaigns, sends, warnings, days, desk.shop.policies.night, notes)


def _days(desk: Desk, now: dt.datetime, days: int) -> list[dt.date]:
    """The days from today on in which something may go out; what falls into the last night goes out after it."""
    first = now.astimezone(desk.settings.zone).date()
    return [first + dt.timedelta(days=place) for place in range(days + 1)]


def _row(send: PlannedSend, warnings: Sequence[PlanWarning]) -> dict[str, Any]:
    mine = [one.kind for one in warnings if (one.campaign_id, one.planned_at) == (send.campaign_id, send.planned_at)]
    return {
        "campaign_id": send.campaign_id, "name": send.name, "planned_at": send.planned_at.isoformat(),
        "last_out": None if send.last_out is None else send.last_out.isoformat(), "targeted": send.targeted,
        "sends": send.sends, "by_variant": _listed(send.by_variant), "after_night": send.after_night,
        "excluded": send.excluded, "holdout": send.holdout, "left_out": _listed(send.left_out), "cost": send.cost,
        "warnings": mine,
    }  # fmt: skip


def _listed(counts: Any) -> list[str]:
    return [f"{name}={count}" for name, count in sorted(counts.items())]


def _customers(rehearsed: Rehearsed) -> pl.DataFrame:
    """Decisions by customer_key, as texts."""
    moment = pl.lit(rehearsed.planned_at.isoformat()).alias("planned_at")
    texts = [pl.col(name).cast(pl.String) for name in ("decision", "reason", "variant")]
    goes = pl.col("not_before").dt.to_string("iso:strict")
    return rehearsed.decisions.select(moment, "customer_key", *texts, goes).sort("customer_key")


def _print_customers(desk: Desk, rehearsed: Rehearsed) -> None:
    words, told = desk.words, desk.told
    shown = rehearsed.decisions.sort("send_order", "customer_key", nulls_last=True).head(_CUSTOMERS_SHOWN)
    desk.screen.heading(f"{told.moment(rehearsed.planned_at)} · {rehearsed.sending.campaign_id}")
    columns = [Column("customer_key", whole=True), *(Column(words(key)) for key in ("decided", "reason", "variant"))]
    rows = [[row["customer_key"], words(f"decision_{row['decision']}"), told.reason(row["reason"]),
             row["variant"] or ""] for row in shown.iter_rows(named=True)]  # fmt: skip
    desk.screen.table(columns, rows)
    if rehearsed.decisions.height > shown.height:
        desk.screen.line(words("more_customers", count=f"{rehearsed.decisions.height - shown.height:,}"))
