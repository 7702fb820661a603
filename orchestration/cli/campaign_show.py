"""`dangol campaign show`: one campaign in words.

Belongs here: which facts are shown in which order. Does not belong here: wording of the campaign itself
(``models.campaigns.words``), policies (``campaign_policies``), layout.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from assets.campaigns.plans.due import LATE, next_send_at
from connectors.store.ledger.shapes import Send
from models.campaigns.document import Campaign, Variant
from models.campaigns.fields import MONEY_UNITS
from models.campaigns.schedule import next_occurrence, timetable_of
from models.campaigns.states import SENDING, State
from orchestration.cli import document_desk
from orchestration.cli.campaign_list import counted_targets, told_size
from orchestration.cli.campaign_policies import policy_rows
from orchestration.cli.campaign_view import Desk
from orchestration.cli.screen import Column

_SENDS_SHOWN: Final = 10


def show_campaign(desk: Desk, name: str) -> None:
    """Print one campaign; as a document with ``--format yaml`` or ``json``."""
    campaign = desk.pick_campaign(name)
    sends = desk.store.ledger.of_campaign(name)
    versions = desk.store.campaigns.history(name)
    if desk.form != "table":
        standing = {key: value for key, value in asdict(desk.standing(name)).items() if key != "campaign_id"}
        told = [_send_document(one) for one in sends]
        desk.print_document(campaign, versions, **standing, sends=told)
        return
    screen = desk.screen
    screen.line(f"{campaign.name} ({campaign.id})", "bold")
    screen.facts([*_what(desk, campaign), *_who(desk, campaign), *_when(desk, campaign)])
    _print_variants(desk, campaign)
    screen.heading(desk.words("policies"))
    columns = [Column(desk.words(key)) for key in ("policy", "value", "source")]
    screen.table(columns, policy_rows(campaign, desk.shop.policies, desk.told))
    _print_links(desk, campaign)
    _print_sends(desk, sends)
    desk.print_versions(versions)
    screen.line()
    desk.tell_vendors()


def _what(desk: Desk, campaign: Campaign) -> list[tuple[str, str]]:
    words, told = desk.words, desk.told
    sender = desk.senders.get(campaign.sender)
    goal = told(f"kpi_{campaign.goal.kpi}") + (f": {campaign.goal.aim}" if campaign.goal.aim else "")
    is_ad = told("advertising" if campaign.advertising else "information")
    targeting = campaign.brand_targeting
    return [
        (words("description"), campaign.description or ""),
        (words("purpose"), f"{told.named('purpose', campaign.purpose)} ({is_ad})"),
        (words("goal"), goal),
        (words("channel"), told.named("channel", campaign.channel)),
        (words("sender"), f"{sender.name} ({sender.id})" if sender else campaign.sender),
        (words("targeting"), told(f"targeting_{targeting}") if targeting else ""),
    ]


def _who(desk: Desk, campaign: Campaign) -> list[tuple[str, str]]:
    words, target = desk.words, campaign.target
    size = counted_targets(desk, [target]).get(target)
    told = told_size(desk, {"size": size, "is_upper_bound": target.range_ is not None})
    return [
        (words("who"), ", ".join(map(desk.named_segment, target.include))),
        (words("who_not"), ", ".join(map(desk.named_segment, target.exclude))),
        (words("range"), words("visited", days=target.range_.visited_last_days) if target.range_ else ""),
        (words("last_count"), told),
    ]


def _when(desk: Desk, campaign: Campaign) -> list[tuple[str, str]]:
    words, told = desk.words, desk.told
    standing = desk.standing(campaign.id)
    state, now = State(standing.state), document_desk.now()
    if state in SENDING:
        following = told.moment(next_send_at(campaign, standing, desk.shop))
    else:
        moment = next_occurrence(timetable_of(campaign, desk.settings.zone, now), now)
        following = "-" if state is State.COMPLETED or moment is None else words("if_started", when=told.moment(moment))
    return [
        (words("when"), told.schedule(campaign.schedule, desk.names)),
        (words("period"), told.period(campaign)),
        (words("status"), told.named("state", str(state))),
        (words("next"), following),
        (words("started"), told.moment(standing.started_at) if standing.started_at else ""),
    ]


def _print_variants(desk: Desk, campaign: Campaign) -> None:
    words = desk.words
    desk.screen.heading(words("variants"))
    columns = [Column(words("variant")), Column(words("share"), right=True)]
    columns += [Column(words(key)) for key in ("template", "sender", "landing", "substitute")]
    rows = [
        [variant.name, f"{float(share):.2%}", _template(desk, variant.template), variant.sender or campaign.sender,
         campaign.landing(variant) or words("no_landing"), _substitute(desk, variant)]
        for variant, share in zip(campaign.variants, campaign.shares, strict=True)
    ]  # fmt: skip
    desk.screen.table(columns, rows)


def _template(desk: Desk, name: str) -> str:
    template = desk.templates.get(name)
    return f"{template.name} ({name})" if template else name


def _substitute(desk: Desk, variant: Variant) -> str:
    if variant.substitute is None:
        return ""
    template = variant.substitute.template
    told = desk.words("own_substitute") if template is None else _template(desk, template)
    return f"{told}, {variant.substitute.sender}"


def _print_links(desk: Desk, campaign: Campaign) -> None:
    words, tracking = desk.words, campaign.tracking
    desk.screen.heading(words("tracking"))
    if not tracking.on:
        desk.screen.line(words("tracking_off"), "yellow")
        return
    rows = [
        (variant.name, "&".join(f"utm_{key}={value}" for key, value in campaign.utm(variant).items()))
        for variant in campaign.variants
    ]
    desk.screen.facts(rows)
    told = [words("short_links" if tracking.short_links else "long_links")]
    told += [words("through_login")] if tracking.through_login else []
    desk.screen.line(" ".join(told))


def _print_sends(desk: Desk, sends: Sequence[Send]) -> None:
    if not sends:
        return
    words, told = desk.words, desk.told
    desk.screen.heading(words("sends_so_far", count=sum(one.substitute_of is None for one in sends)))
    columns = [Column(words(key)) for key in ("send", "planned", "status")]
    columns += [Column(words(key), right=True) for key in ("left", "accepted", "delivered", "failed", "cost")]
    rows = [
        [send_name(desk, one), told.moment(one.planned_at), told_state(desk, one), f"{one.reserved + one.sending:,}",
         f"{one.accepted:,}", f"{one.delivered:,}", f"{one.failed:,}", told.money(one.cost / MONEY_UNITS)]
        for one in reversed(sends[-_SENDS_SHOWN:])
    ]  # fmt: skip
    desk.screen.table(columns, rows)
    if len(sends) > _SENDS_SHOWN:
        desk.screen.line(words("more_sends"))


def send_name(desk: Desk, send: Send) -> str:
    """The number by which commands know a send; of substitutes with a mark."""
    return f"└ {send.send_no} {desk.words('substitute')}" if send.substitute_of else str(send.send_no)


def told_state(desk: Desk, send: Send) -> str:
    """'멈춤: 하루 비용 한도'."""
    state = desk.told.named("send", send.state)
    if not send.reason:
        return state
    expired_by_policy = send.state == "expired" and send.reason == LATE
    kind = send.reason.partition(":")[0]  # what follows is for the log
    return f"{state}: {desk.told.named('why', 'policy' if expired_by_policy else kind)}"


def _send_document(send: Send) -> dict[str, Any]:
    known = asdict(send)
    return {key: known[key] for key in known if key not in ("campaign_id", "cost")} | {"cost": send.cost / MONEY_UNITS}
