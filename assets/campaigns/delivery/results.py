"""What becomes of messages after they were sent: results, substitutes, opt-outs, and campaigns that are done.

Belongs here: one round of all of it. Does not belong here: who gets a substitute (``substituting``), asking a vendor
(``connectors.sending.polling``), publishing.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import polars as pl

from assets.campaigns.delivery.composing import CampaignComposer
from assets.campaigns.delivery.routes import CannotSend, channels_of
from assets.campaigns.delivery.sending import campaign_of, results_of
from assets.campaigns.delivery.substituting import substitute
from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.vendors.channels import NoAccount, sens_client_of
from assets.campaigns.vendors.opening import Vendors
from connectors.channels.protocol import ChannelError
from connectors.channels.sens.unsubscribes import listed
from connectors.home.uploads import UploadFiles
from connectors.store.campaign_states import CampaignState
from connectors.store.consents import Consent
from connectors.store.contact import checked_phones
from connectors.store.ledger.counting import OVER
from connectors.store.ledger.shapes import Send
from models.campaigns.document import CONTINUOUS, KAKAO, Campaign
from models.campaigns.states import Action, State, next_state
from models.campaigns.when import Kind
from models.messages.senders import Account, SenderAccount

EVIDENCE: Final = "080"
_WINDOW: Final = dt.timedelta(days=5)  # a carrier tells for up to 80 hours
_OVERLAP: Final = dt.timedelta(hours=1)  # of a list that is read again: clocks differ


@dataclass(frozen=True)
class Collected:
    """What a round brought: messages whose result came, substitutes reserved, numbers that opted out, push tokens
    forgotten, and campaigns that are completed now."""

    results: int = 0
    substitutes: int = 0
    opt_outs: int = 0
    forgotten_tokens: int = 0
    completed: tuple[str, ...] = ()


def collect(shop: Shop, vendors: Vendors) -> Collected:
    """One round; safe to repeat at any moment. A vendor that can not be asked now is asked the next time, and
    ``shop.say`` tells."""
    shop.store.ledger.expire()
    results = _results(shop, vendors)
    sends = shop.store.ledger.changed_since(shop.clock() - _WINDOW)
    substitutes = sum(_substituted(shop, send) for send in sends)
    refused, done = opt_outs(shop, vendors), tuple(_completed(shop, sends))
    return Collected(results, substitutes, refused, vendors.forgotten(), done)


def opt_outs(shop: Shop, vendors: Vendors) -> int:
    """Numbers that refused text messages at the vendor since the last look become consents; how many consents."""
    accounts: dict[str, Account] = {}
    for one in shop.store.senders.current():
        sender = SenderAccount.model_validate(one.document)
        if sender.kind == "sms":
            accounts.setdefault(sender.accounts[0].variables, sender.accounts[0])
    said = 0
    for name, account in sorted(accounts.items()):
        note, now = f"sens_unsubscribes:{name}", shop.clock()
        last = shop.store.notes.read(note)
        since = None if last is None else dt.datetime.fromisoformat(last) - _OVERLAP
        try:
            found = list(listed(sens_client_of(shop, vendors, account), since))
        except (NoAccount, ChannelError) as error:
            shop.say(f"opt-outs could not be read: {error}")
            continue
        said += _refused(shop, {one.number: one.at for one in found})
        shop.store.notes.write(note, now.isoformat())
    return said


def _refused(shop: Shop, numbers: dict[str, dt.datetime | None]) -> int:
    if not numbers:
        return 0
    table = pl.DataFrame({"number": list(numbers)}).with_columns(
        checked_phones(pl.Series(list(numbers), dtype=pl.String), "KR")["e164"].alias("phone")
    )
    known = shop.store.keys_by_phones(table["phone"].drop_nulls().to_list()).join(table, on="phone")
    said = [
        Consent(row["member_key"], "sms", False, numbers[row["number"]], EVIDENCE)
        for row in known.iter_rows(named=True)
    ]
    return shop.store.record_consents(said).updated if said else 0


def _results(shop: Shop, vendors: Vendors) -> int:
    """Results that are due, of one send after another."""
    ledger = shop.store.ledger
    due = [send for send in ledger.to_do(shop.clock()) if ledger.awaited(1, send.send_no)]
    return sum(_results_of(shop, vendors, send) for send in due)


def _results_of(shop: Shop, vendors: Vendors, send: Send) -> int:
    try:
        campaign, messages = campaign_of(shop, send)
        channels = channels_of(shop, vendors, send, messages)
    except CannotSend as error:
        shop.say(f"{send.send_id}: results could not be asked for: {error}")
        return 0
    return results_of(shop, channels, send, CampaignComposer(shop, send, campaign, messages))


def _substituted(shop: Shop, send: Send) -> int:
    if send.substitute_of is not None or send.channel not in KAKAO or not send.failed:
        return 0
    try:
        campaign = shop.campaign(send.campaign_id, send.version)
    except MissingDocument as error:
        shop.say(f"{send.send_id}: no substitutes: {error}")
        return 0
    return substitute(shop, campaign, send)


def _completed(shop: Shop, sends: Sequence[Send]) -> Iterator[str]:
    """Campaigns that were to be sent once and whose sends are over. ``sends``: of which something changed lately."""
    lately = {send.campaign_id for send in sends if send.state in OVER}
    for state in shop.store.campaign_states.of_state(State.RUNNING):
        if state.campaign_id not in lately:
            continue
        try:
            campaign = shop.campaign(state.campaign_id, state.version)
        except MissingDocument:
            continue
        own = shop.store.ledger.of_campaign(campaign.id)
        if campaign.schedule.kind in CONTINUOUS or not all(_is_done(shop, campaign, one) for one in own):
            continue
        done = shop.store.campaign_states.change(campaign.id, partial(_finished, campaign.schedule.kind))
        if done.state == State.COMPLETED:
            shop.store.segment_uses.close(campaign.id)
            UploadFiles(shop.home).remove(campaign.id)
            yield campaign.id


def _finished(kind: Kind, before: CampaignState | None, now: dt.datetime) -> CampaignState:
    """Completed, unless somebody did something else with it meanwhile."""
    if before is None:
        raise ValueError("a campaign that was sent has no state")
    if before.state != State.RUNNING:
        return before
    state = next_state(State.RUNNING, Action.FINISH, kind, executed=before.is_executed)
    return replace(before, state=state.value, since=now, next_at=None)


def _is_done(shop: Shop, campaign: Campaign, send: Send) -> bool:
    """Over; and where substitutes may follow, every result is there or late."""
    if send.state not in OVER:
        return False
    waits = send.accepted and send.channel in KAKAO and any(variant.substitute for variant in campaign.variants)
    return not waits or shop.clock() - (send.last_sent_at or send.planned_at) > dt.timedelta(hours=26)
