"""`dangol campaign send-now`, `run`, `upload`: sending in this process.

Belongs here: what is said before and after. Does not belong here: the run (``orchestration.campaign_running``), the
work (``assets.campaigns``).
"""

from collections.abc import Sequence
from pathlib import Path

from assets.campaigns.texts.uploads import UploadRefused, take_upload
from connectors.store.ledger.shapes import Occurrence, Send
from models.campaigns.document import Campaign
from models.campaigns.fields import MONEY_UNITS
from models.campaigns.schedule import period_end
from models.campaigns.states import SENDING, State
from orchestration.cli import document_desk
from orchestration.cli.campaign_show import told_state
from orchestration.cli.campaign_steer import started
from orchestration.cli.campaign_view import Desk
from orchestration.cli.words import CommandError

_REFUSED_SHOWN = 20


def send_now(desk: Desk, name: str) -> bool:
    """Send an occurrence of a campaign now; False when the run failed."""
    campaign = desk.pick_campaign(name)
    kind = campaign.schedule.kind
    if kind in ("at", "trigger"):
        raise CommandError(desk.words(f"send_now_{kind}", id=name))
    before = {one.send_no for one in desk.store.ledger.of_campaign(name)}
    if State(desk.standing(name).state) not in SENDING:
        started(desk, campaign)
        desk.screen.line(desk.words("started_now", id=name))
    if kind == "recurring":
        _plan_now(desk, campaign)
    desk.tell_vendors()
    done = _run(desk, [name])
    sends = [one for one in desk.store.ledger.of_campaign(name) if one.send_no not in before]
    _tell_counts(desk, sends)
    return done


def run_due(desk: Desk) -> bool:
    """Do what is due now; False when the run failed."""
    started_at = document_desk.now()
    desk.tell_vendors()
    done = _run(desk, None)
    _tell_counts(desk, [one for one in desk.store.ledger.changed_since(started_at) if _is_touched(one)])
    following = min((one.next_at for one in desk.store.campaign_states.all() if one.next_at), default=None)
    if following is not None:
        desk.screen.line(desk.words("next_due", when=desk.told.moment(following)))
    return done


def upload_values(desk: Desk, name: str, file: Path) -> None:
    """Take the values of Kakao variables and tell the rows that were not taken."""
    desk.pick_campaign(name)
    if not file.is_file():
        raise CommandError(desk.words("no_upload_file", file=file))
    try:
        taken = take_upload(desk.shop, name, file)
    except UploadRefused as error:
        raise CommandError(desk.words("upload_refused", why=error)) from None
    desk.screen.line(desk.words("uploaded", count=f"{taken.members:,}", id=name))
    for row, why in taken.refused[:_REFUSED_SHOWN]:
        desk.screen.line("  " + desk.words("row_refused", row=row, why=desk.words(f"upload_{why}")), "yellow")
    if len(taken.refused) > _REFUSED_SHOWN:
        desk.screen.line("  " + desk.words("more_problems", count=len(taken.refused) - _REFUSED_SHOWN), "yellow")


def _plan_now(desk: Desk, campaign: Campaign) -> None:
    """An occurrence besides those of the schedule."""
    standing = desk.store.campaign_states.of(campaign.id)
    version = 1 if standing is None or standing.version is None else standing.version
    moment = document_desk.now().replace(microsecond=0)
    end = period_end(campaign.period, desk.settings.zone)
    if end is not None and moment >= end:
        raise CommandError(desk.words("over_now", id=campaign.id, state=desk.told("state_completed")))
    desk.store.ledger.plan(Occurrence(campaign.id, version, moment, campaign.channel, end))


def _run(desk: Desk, ids: Sequence[str] | None) -> bool:
    """Everything that is due, with a line a step; of ``ids`` only, or of all campaigns."""
    from orchestration.campaign_running import run_campaigns
    from orchestration.progress import Progress, open_stream

    desk.out.flush()
    progress = Progress(open_stream())  # Dagster captures standard output while steps run
    return run_campaigns(desk.home, desk.settings, ids=ids, say=progress.say)


def _tell_counts(desk: Desk, sends: Sequence[Send]) -> None:
    """What came of sends, a line each; substitutes too."""
    if not sends:
        desk.screen.line(desk.words("nothing_due"))
        return
    for one in sends:
        left = one.reserved + one.sending
        desk.screen.line(
            desk.words(
                "sent_counts" if one.substitute_of is None else "substitute_counts",
                id=one.campaign_id,
                state=told_state(desk, one),
                accepted=f"{one.accepted + one.delivered:,}",
                failed=f"{one.failed + one.unknown:,}",
                not_sent=f"{one.cancelled + one.expired:,}",
                left=f"{left:,}",
                cost=desk.told.money(one.cost / MONEY_UNITS),
            )  # fmt: skip
        )
    if any(one.reserved + one.sending for one in sends):
        desk.screen.line(desk.words("left_hint"), "yellow")
    desk.screen.line(desk.words("reasons_hint"))


def _is_touched(send: Send) -> bool:
    return send.state != "stopped"
