"""The daily diagnosis of one day as a message: its facts asked, its template filled, its sender found.

Belongs here: everything about the message but its recipients. Does not belong here: the text (``models.reports
.diagnosis_text``), sending (``diagnosis_sending``).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from assets.campaigns.shop import MissingDocument, Shop
from assets.campaigns.vendors.opening import Vendors
from assets.reports.asking import Asking
from connectors.published.tables import PublishedTables
from models.messages.checks import obstacles_in
from models.messages.contents import contents
from models.messages.documents.template import Template
from models.messages.rendering import render, variables_of
from models.messages.senders import SenderAccount
from models.messages.standing import account_holds, inspection_holds
from models.reports.diagnosis_facts import DayFacts, diagnosis_questions
from models.reports.diagnosis_text import diagnosis_values, page_path
from models.reports.diagnosis_words import DiagnosisWords

TABLE = "report_daily"


class NoDiagnosis(Exception):
    """The diagnosis can not be sent; the message says what to do."""


def newest_day(shop: Shop) -> dt.date | None:
    """The last business day that is over and known."""
    if TABLE not in shop.published.names():
        return None
    today = shop.clock().astimezone(shop.zone).date()
    found: dt.date | None = (
        shop.published.scan(TABLE).filter(pl.col("day") < today).select(pl.col("day").max()).collect().item()
    )
    return found


def why_not_ready(shop: Shop, day: dt.date) -> str | None:
    """Why the diagnosis of a day can not be sent by itself yet; None: it can. A table that was made while the day was
    not over may lack some of it."""
    version = shop.published.current(TABLE)
    if version is None or not _is_known(shop.published, day):
        return f"there is no row of {day} in {TABLE} yet"
    over = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), shop.zone)
    if dt.datetime.fromisoformat(version.created) < over:
        return f"{TABLE} was published before {day} was over"
    page = shop.home.published / "reports" / page_path(day)
    if shop.settings.reports.report_url and not page.is_file():
        return f"there is no page of {day} yet, which the message leads to"
    return None


def facts_of(shop: Shop, day: dt.date) -> DayFacts:
    """What the published tables know of a day. Raises :class:`NoDiagnosis` where they know nothing."""
    with Asking(shop.published) as asking:
        if not asking.has(TABLE):
            raise NoDiagnosis(f"there is no published table {TABLE} yet: `dangol run` makes it")
        facts = DayFacts(day, asking.ask(diagnosis_questions(day)))
    if not facts.is_there:
        newest = newest_day(shop)
        raise NoDiagnosis(f"nothing is known of {day}" + (f": the last day known is {newest}" if newest else ""))
    return facts


def content_of(shop: Shop, template: Template, day: dt.date) -> dict[str, Any]:
    """What the channel sends about a day, the same to everybody. Raises :class:`NoDiagnosis`."""
    words = DiagnosisWords(shop.settings.locale, shop.settings.currency)
    values = diagnosis_values(facts_of(shop, day), words)
    needed = {one.name: one.column for one in variables_of(template) if one.use != "shop"}
    if unknown := sorted(set(needed) - set(values)):
        told = ", ".join(f"#{{{name}}}" for name in unknown)
        raise NoDiagnosis(
            f"template {template.id!r} has variables that a diagnosis has no value for: {told}; see "
            "`dangol report diagnosis-template`"
        )
    frame = pl.DataFrame({column: [values[name]] for name, column in needed.items()} or {"": [None]})
    rendered = render(template, frame, shop.sender)
    if (reason := rendered["skip_reason"].item()) is not None:
        raise NoDiagnosis(f"template {template.id!r}: the message can not be made: {reason}")
    return contents(template, rendered, shop.sender)[0]


def template_of(shop: Shop) -> Template:
    """The template that the settings name. Raises :class:`NoDiagnosis`."""
    name = shop.settings.reports.diagnosis_template
    try:
        template = shop.template(name)
    except MissingDocument:
        raise NoDiagnosis(
            f"there is no template {name!r} (reports.diagnosis_template): save what `dangol report diagnosis-template` "
            "prints, `dangol template apply` it and `dangol template request` its inspection"
        ) from None
    if template.alimtalk is None:
        raise NoDiagnosis(f"template {name!r} (reports.diagnosis_template) is no AlimTalk")
    return template


def sender_of(shop: Shop) -> SenderAccount:
    """The channel that the settings name, or the only one. Raises :class:`NoDiagnosis`."""
    known: Mapping[str, SenderAccount] = {
        one.id: SenderAccount.model_validate(one.document) for one in shop.store.senders.current()
    }
    fitting = sorted(name for name, one in known.items() if one.kind == "kakao")
    named = shop.settings.reports.diagnosis_sender
    if named in fitting:
        return known[named]
    if not named and len(fitting) == 1:
        return known[fitting[0]]
    told = f"KakaoTalk channels: {', '.join(fitting)}" if fitting else "no KakaoTalk channel yet, see `dangol sender`"
    raise NoDiagnosis(f"reports.diagnosis_sender of shop.yaml must say which channel sends; the shop has {told}")


def check(shop: Shop, vendors: Vendors, template: Template, sender: SenderAccount) -> None:
    """Raises :class:`NoDiagnosis` for the first thing that keeps the message from going out."""
    if not account_holds(sender, is_sandbox=vendors.is_sandbox):
        raise NoDiagnosis(f"sender {sender.id!r} may not send: it is {sender.state}; `dangol sender sync` asks anew")
    if not inspection_holds(template, is_sandbox=vendors.is_sandbox):
        raise NoDiagnosis(f"template {template.id!r} was approved in the sandbox only: `dangol template sync`")
    for told in obstacles_in(template, shop.sender):
        where = ".".join(str(part) for part in told.place)
        raise NoDiagnosis(
            f"template {template.id!r} can not be sent: {where}: {told.values.get('message', told.kind)}; "
            "`dangol template request` has it inspected"
        )


def _is_known(published: PublishedTables, day: dt.date) -> bool:
    return not published.scan(TABLE, day, day).filter(pl.col("day") == day).head(1).collect().is_empty()
