"""Campaigns that have reports, and the drafts of their pages.

Belongs here: which campaigns there are, how to tell that the results of an old one changed, asking for one. Does not
belong here: what the page shows (``models.reports.campaign``).
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from assets.reports.asking import Asking
from assets.reports.pages import Draft, Drafting, NoReport
from models.reports.campaign import campaign_page
from models.reports.campaign_questions import MOST_DAYS, CampaignRequest, campaign_questions, checked
from models.reports.questions import Column, Equal, Expression, Latest, Question, Total, columns, sums

_COUNTED: Final = ("messages", "accepted", "opened", "clicks", "orders", "refund_amount", "revenue")


@dataclass(frozen=True)
class CampaignRow:
    """A campaign that has sent something. ``window``: its own; ``fingerprint``: changes when its results do."""

    id: str
    name: str
    channel: str
    first_day: dt.date
    last_day: dt.date
    window: str
    fingerprint: str


@dataclass(frozen=True)
class CampaignWanted:
    """Another page of a campaign than the published one: in another ``window``, of one send, of the sends of days."""

    window: str = ""
    send_id: str = ""
    days: tuple[dt.date, dt.date] | None = None


PUBLISHED: Final = CampaignWanted()


def draft_campaign(drafting: Drafting, row: CampaignRow, wanted: CampaignWanted = PUBLISHED) -> Draft:
    """The page of a campaign: the sends of its last 31 days, unless other ones are wanted.

    Raises :class:`NoReport` for a send that it has not, ``PeriodTooLong`` for more days than the page has.
    """
    first, last = wanted.days or (max(row.first_day, row.last_day - dt.timedelta(days=MOST_DAYS - 1)), row.last_day)
    planned_at = None
    if wanted.send_id:
        first, planned_at = _planned(drafting, row, wanted.send_id)
        last = first
    request = checked(
        CampaignRequest(row.id, row.name, row.channel, first, last, wanted.window or row.window, wanted.send_id,
                        planned_at), drafting.words,
    )  # fmt: skip
    answers = drafting.asking.ask(campaign_questions(request))
    return Draft("campaign", row.id, row.name, (request,), answers,
                 lambda: campaign_page(request, answers, drafting.words, drafting.glossary), first, last)  # fmt: skip


def _planned(drafting: Drafting, row: CampaignRow, send_id: str) -> tuple[dt.date, dt.datetime]:
    """The day of a send, and the moment it was planned for."""
    mine = (Equal("campaign_id", row.id), Equal("send_id", send_id))
    found = drafting.asking.one(Question("send", "report_sends", columns("day", "planned_at"), mine, limit=1)).rows()
    if not found:
        raise NoReport(drafting.words("no_send", campaign=row.id, send=send_id))
    return found[0]["day"], found[0]["planned_at"]


def campaign_rows(asking: Asking) -> list[CampaignRow]:
    """Every campaign with a send, the newest first. One pass over the table of sends, which has a few rows a send."""
    asked = {
        "id": Column("campaign_id"), "name": Latest("campaign_name", "planned_at"),
        "channel": Latest("channel", "planned_at"), "first_day": Total("min", "day"), "last_day": Total("max", "day"),
        "is_collecting": Total("max", "is_collecting"), **sums(*_COUNTED),
    }  # fmt: skip
    question = Question("sent", "report_sends", asked, (), ("id",), ("-last_day", "id"))
    chosen: dict[str, Expression] = {"id": Column("campaign_id"), "window": Latest("window", "planned_at")}
    own_window = (Equal("is_default_window", True),)
    windows = Question("windows", "report_sends", chosen, own_window, ("id",), ("id",))
    own = {row["id"]: row["window"] for row in asking.one(windows).rows()}
    return [
        CampaignRow(
            row["id"], row["name"] or row["id"], row["channel"], row["first_day"], row["last_day"],
            own.get(row["id"], "7d"), hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:16],
        ) for row in asking.one(question).rows()
    ]  # fmt: skip
