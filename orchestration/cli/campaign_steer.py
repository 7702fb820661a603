"""`dangol campaign start`, `stop`, `late`, `resume`, `cancel`: switching campaigns and sends on and off.

Belongs here: what is said before and after. Does not belong here: the doing (``assets.campaigns.plans.steering``),
which action goes in which state (``models.campaigns.states``).
"""

from collections.abc import Sequence

import polars as pl

from assets.campaigns.plans.checking import Checked
from assets.campaigns.plans.due import LATE, next_send_at
from assets.campaigns.plans.people import CanNotDecide, target_of
from assets.campaigns.plans.steering import Started, answer_late, start_campaign, stop_campaign
from connectors.published.errors import PublishError
from models.campaigns.document import Campaign
from models.campaigns.phrases import WARNINGS
from models.campaigns.states import SENDING, ActionRefused, State
from models.documents.reading import Problem
from orchestration.cli.campaign_history import find_send
from orchestration.cli.campaign_problems import CAMPAIGN_PROBLEMS
from orchestration.cli.campaign_view import Desk
from orchestration.cli.document_problems import told_problem, told_where
from orchestration.cli.message_problems import MESSAGE_PROBLEMS
from orchestration.cli.words import CommandError, Words


def start(desk: Desk, name: str) -> None:
    """Start a campaign and tell its next planned send and how many it would reach now."""
    campaign = desk.pick_campaign(name)
    if State(desk.standing(name).state) in SENDING:
        desk.screen.line(desk.words("already_started", id=name))
    else:
        started(desk, campaign)
        desk.screen.line(desk.words("started_now", id=name))
    standing = desk.store.campaign_states.of(name)
    following = None if standing is None else next_send_at(campaign, standing, desk.shop)
    when = desk.told.schedule(campaign.schedule, desk.names) if following is None else desk.told.moment(following)
    desk.screen.line(desk.words("next_send", when=when))
    desk.screen.line(told_now(desk, campaign))
    desk.tell_vendors()


def started(desk: Desk, campaign: Campaign) -> Started:
    """Start a campaign, telling its warnings. Raises :class:`CommandError` for what is in the way."""
    try:
        done = start_campaign(desk.shop, campaign.id)
    except ActionRefused as error:
        raise _refused(desk, campaign, error) from None
    if done.checked.obstacles:
        lines = told_checked(desk, done.checked.obstacles)
        raise CommandError("\n".join([desk.words("not_started", id=campaign.id), *lines]))
    tell_warnings(desk, done.checked)
    return done


def stop(desk: Desk, name: str) -> None:
    """Stop a campaign and its sends under way."""
    campaign = desk.pick_campaign(name)
    if State(desk.standing(name).state) is State.PAUSED:
        desk.screen.line(desk.words("already_stopped", id=name))
        return
    try:
        stop_campaign(desk.shop, name)
    except ActionRefused as error:
        raise _refused(desk, campaign, error) from None
    desk.screen.line(desk.words("stopped_now", id=name))
    halted = [one for one in desk.store.ledger.of_campaign(name) if one.state == "stopped"]
    left = sum(one.reserved for one in halted)
    if left:
        desk.screen.line(desk.words("stopped_left", count=f"{left:,}", id=name), "yellow")


def answer(desk: Desk, asked: str, *, is_sent: bool, is_expired: bool) -> None:
    """Send what was due while nothing ran, or let it go."""
    if is_sent == is_expired:
        raise CommandError(desk.words("send_or_expire"))
    send = find_send(desk, asked)
    if send.state != "stopped" or send.reason != LATE:
        state = desk.told.named("send", send.state)
        raise CommandError(desk.words("not_late", id=send.send_id, state=state))
    if is_sent and State(desk.standing(send.campaign_id).state) not in SENDING:
        raise CommandError(desk.words("late_stopped", id=send.campaign_id))
    answer_late(desk.shop, send.send_id, is_sent)
    desk.screen.line(desk.words("late_sent" if is_sent else "late_expired", id=send.send_id))
    if is_sent:
        desk.tell_vendors()


def resume(desk: Desk, asked: str) -> None:
    """Let a send that has stopped by itself go on where it was."""
    send = find_send(desk, asked)
    if send.state != "stopped":
        raise CommandError(desk.words("not_stopped", id=send.send_id, state=desk.told.named("send", send.state)))
    if State(desk.standing(send.campaign_id).state) not in SENDING:
        raise CommandError(desk.words("late_stopped", id=send.campaign_id))
    desk.store.ledger.resume(send.send_no)
    desk.screen.line(desk.words("late_sent", id=send.send_id))
    desk.tell_vendors()


def cancel(desk: Desk, asked: str) -> None:
    """End a send: what is reserved never goes out."""
    send = find_send(desk, asked)
    if send.finished_at is not None:
        raise CommandError(desk.words("send_over", id=send.send_id, state=desk.told.named("send", send.state)))
    desk.store.ledger.cancel(send.send_no, "cancelled")
    desk.screen.line(desk.words("send_cancelled", id=send.send_id))


def tell_warnings(desk: Desk, checked: Checked) -> None:
    """What one should look at, though nothing is in the way."""
    if checked.warnings:
        desk.screen.line(desk.words("look_at"), "yellow")
    for line in told_checked(desk, checked.warnings):
        desk.screen.line(line, "yellow")


def told_checked(desk: Desk, problems: Sequence[Problem]) -> list[str]:
    """Obstacles and warnings, a sentence each with its place."""
    of_plan = {kind.removeprefix("warn_"): told for kind, told in WARNINGS.items()}
    words = Words(desk.words.locale, {**of_plan, **MESSAGE_PROBLEMS, **CAMPAIGN_PROBLEMS})
    return [f"  {told_where(one, words)}: {told_problem(one, words)}" for one in problems]


def told_now(desk: Desk, campaign: Campaign) -> str:
    """How many customers the target has now; a range and everybody's own reasons may let fewer through."""
    try:
        with desk.facts() as facts:
            target = target_of(desk.shop, facts, campaign)
    except (PublishError, CanNotDecide) as error:
        return desk.words("size_unknown", why=error)
    inside = target.included.join(target.excluded.select("customer_id"), on="customer_id", how="anti")
    return desk.words("size_now", count=f"{inside.select(pl.len()).item():,}")


def _refused(desk: Desk, campaign: Campaign, error: ActionRefused) -> CommandError:
    state = desk.told.named("state", str(error.state))
    key = "over_now" if error.state is State.COMPLETED else "refused"
    return CommandError(desk.words(key, id=campaign.id, state=state))
