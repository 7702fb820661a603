"""The daily diagnosis to the marketers: reserved, sent, its results asked for, once a day and marketer.

Belongs here: who gets it, and what became of each. Does not belong here: the message (``diagnosis_message``), the
engine and the ledger that keep the promises (``connectors.sending``, ``connectors.store.ledger``), when it is due
(``orchestration.diagnosis_sensor``).

A day is one send of the ledger's notices, which no campaign sees. The ledger knows a marketer by a keyed hash of the
number; the number stands in ``shop.yaml`` and goes from there to the vendor, and nowhere else.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import polars as pl

from assets.campaigns.delivery.sending import worker_name
from assets.campaigns.shop import Shop
from assets.campaigns.vendors.channels import NoAccount, open_channels
from assets.campaigns.vendors.opening import Vendors, introduce
from assets.reports.diagnosis_message import NoDiagnosis, check, content_of, sender_of, template_of
from connectors.home.member_key import address_hash
from connectors.sending.engine import Engine
from connectors.sending.job import Composed, Job, Policy, Report, Route
from connectors.sending.locks import held_alone, send_lock
from connectors.sending.polling import poll
from connectors.store.contact import checked_phones
from connectors.store.ledger.shapes import NOTICE, Occurrence, Row, Send
from models.campaigns.fields import money_units
from models.messages.documents.template import Template

CAMPAIGN_ID: Final = "@diagnosis"  # no campaign can be called so
GOES_FOR: Final = dt.timedelta(hours=12)  # after that a diagnosis is no news any more
NOT_NAMED, BAD_NUMBER, NOT_PLANNED = "not_named", "bad_number", "not_planned"
_POLICY: Final = Policy(in_flight=1)
_VARIANT: Final = "A"


@dataclass(frozen=True)
class Recipient:
    """A marketer as the ledger knows them (``key``), and the number; empty where what was given is none."""

    key: str
    name: str
    number: str = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What became of the message to one marketer: a state of the ledger, or ``not_planned``."""

    name: str
    state: str
    code: str | None = None


def recipients(shop: Shop) -> list[Recipient]:
    """Whom the settings name, each number once."""
    named = shop.settings.reports.marketers
    given = pl.Series([one.phone for one in named], dtype=pl.String)
    numbers = checked_phones(given, shop.settings.members.default_region)["e164"].to_list()
    found: dict[str, Recipient] = {}
    for one, number in zip(named, numbers, strict=True):
        key = address_hash(number or one.phone, shop.secret)
        found.setdefault(key, Recipient(key, one.name, number or ""))
    return list(found.values())


def occurrence_of(day: dt.date, ends_at: dt.datetime, version: int = 0) -> Occurrence:
    """The send of a day's diagnosis. It is known by the day, not by the moment it is due at: another time of day in the
    settings makes no second one."""
    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    return Occurrence(CAMPAIGN_ID, version, midnight, NOTICE, ends_at)


def send_of(shop: Shop, day: dt.date) -> Send | None:
    """The send of a day's diagnosis, if there is one."""
    return shop.store.notices.find(occurrence_of(day, shop.clock()).send_id)


def reserve_diagnosis(shop: Shop, vendors: Vendors, day: dt.date) -> int:
    """Reserve the diagnosis of ``day`` for every marketer who has none reserved yet; how many. What is reserved goes
    out with :func:`send_notices`, within twelve hours.

    Safe to repeat at any moment. Raises :class:`NoDiagnosis` where it could not be sent now; nothing is reserved then.
    """
    people = recipients(shop)
    if not people:
        raise NoDiagnosis("nobody gets the diagnosis: name them in shop.yaml, reports.marketers")
    template, sender = template_of(shop), sender_of(shop)
    check(shop, vendors, template, sender)
    content_of(shop, template, day)
    notices, now = shop.store.notices, shop.clock()
    version = shop.store.templates.history(template.id)[-1].version
    send = notices.plan(occurrence_of(day, now + GOES_FOR, version))
    there = dict(notices.deliveries(send.send_no).select("customer_key", "seq").iter_rows())
    new = [one for one in people if one.key not in there]
    if not new:
        return 0
    first = max(there.values(), default=-1) + 1
    price = money_units(shop.prices["ALIMTALK"])
    return notices.add(send.send_no, _rows(new, first, now, price))


def send_notices(shop: Shop, vendors: Vendors) -> list[Report]:
    """Send what is reserved, look up what is in doubt, ask for results that are due. Safe to call at any moment, by
    several processes at once. Raises :class:`NoDiagnosis`."""
    notices = shop.store.notices
    notices.expire()
    found: list[Report] = []
    for send in notices.to_do(shop.clock()):
        if send.state == "planned":  # somebody was killed before anybody was reserved
            continue
        with held_alone(send_lock(shop.home, send.send_no)) as mine:
            if mine:
                found.append(_sent(shop, vendors, send))
    return found


def outcomes(shop: Shop, day: dt.date) -> list[Outcome]:
    """What became of the day's diagnosis: of every marketer named now, then of those named when it was sent."""
    send, people = send_of(shop, day), recipients(shop)
    if send is None:
        return [Outcome(one.name, NOT_PLANNED) for one in people]
    rows = shop.store.notices.deliveries(send.send_no).select("customer_key", "state", "code").iter_rows()
    told = {key: (state, code) for key, state, code in rows}
    named = [Outcome(one.name, *told.pop(one.key, (NOT_PLANNED, None))) for one in people]
    return named + [Outcome("", state, code) for state, code in told.values()]


def _sent(shop: Shop, vendors: Vendors, send: Send) -> Report:
    template, sender = template_of(shop), sender_of(shop)
    if send.reserved:  # what was requested before is asked about whatever became of the template
        check(shop, vendors, template, sender)
    introduce(vendors, [sender], [template])
    try:
        channels = open_channels(shop, vendors, "alimtalk", sender)
    except NoAccount as error:
        raise NoDiagnosis(f"sender {sender.id!r}: {error}") from None
    composer = _Composer(shop, template, send.planned_at.date())
    routes = {_VARIANT: Route(sender.channel_names(), template.id)}
    job = Job(send.send_no, worker_name(), composer, channels, routes, shop.zone)
    policy = replace(_POLICY, first_poll=0.0) if vendors.is_sandbox else _POLICY
    notices = shop.store.notices
    with ThreadPoolExecutor(policy.in_flight, thread_name_prefix="notices") as pool:
        report = Engine(notices, job, policy, clock=shop.clock, sleep=shop.sleep, pool=pool).run()
    while notices.awaited(1, send.send_no):
        poll(notices, channels, lambda _: composer, shop.clock, _POLICY, send_no=send.send_no)
    return replace(report, send=notices.progress(send.send_no))


def _rows(people: Sequence[Recipient], first: int, now: dt.datetime, price: int) -> pl.DataFrame:
    keys = [one.key for one in people]
    return pl.DataFrame(
        {
            "send_order": range(first, first + len(people)),
            "customer_key": keys,
            "customer_id": pl.Series([None] * len(people), dtype=pl.Int64),
            "variant": [_VARIANT] * len(people),
            "address_hash": keys,
            "not_before": pl.Series([now] * len(people), dtype=pl.Datetime("us", "UTC")),
            "price": [price] * len(people),
        }
    )


class _Composer:
    """The same content to everybody who is still named."""

    def __init__(self, shop: Shop, template: Template, day: dt.date) -> None:
        self._shop, self._template, self._day = shop, template, day
        self._people = {one.key: one for one in recipients(shop)}

    @cached_property
    def _content(self) -> dict[str, Any]:
        return content_of(self._shop, self._template, self._day)

    def compose(self, send: Send, rows: Sequence[Row], now: dt.datetime) -> Mapping[int, Composed]:
        """See ``Composer``. Codes: ``not_named`` (any more), ``bad_number``."""
        found: dict[int, Composed] = {}
        for row in rows:
            one = self._people.get(row.customer_key)
            if one is None or not one.number:
                found[row.seq] = Composed("", code=NOT_NAMED if one is None else BAD_NUMBER)
            else:
                found[row.seq] = Composed(one.number, self._content, one.key)
        return found

    def addresses(self, send: Send, rows: Sequence[Row]) -> Mapping[int, str]:
        """See ``Composer``."""
        people = {row.seq: self._people.get(row.customer_key) for row in rows}
        return {seq: one.number for seq, one in people.items() if one is not None and one.number}
