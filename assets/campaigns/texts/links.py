"""The links of messages as recipients get them: tracked, short where the shop has a place for short links.

Belongs here: from the links of a template to the columns that its texts are filled with. Does not belong here: finding
links (``models.messages.links``), how addresses and codes are made (``models.tracking``), clicks
(``assets.campaigns.delivery.clicks``).
"""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Final, Literal

import polars as pl

from assets.campaigns.shop import Shop
from connectors.home.settings import Settings
from connectors.store.ledger.shapes import Send
from models.campaigns.document import Campaign, Variant
from models.messages.filling import Money
from models.messages.links import Link, link_targets
from models.tracking.codes import click_codes
from models.tracking.urls import click_slot, login_page, open_pixel, plain, through_login, unsubscribe_link, with_utm

LANDING: Final = "landing_url"  # column of the variable #{랜딩 URL}
_OWN: Final = ("unsubscribe_url", "open_pixel_url")
_BASE64: Final = {"+": "%2B", "/": "%2F", "=": "%3D"}

LinkWarning = Literal[
    "no_link_host",  # short links are wanted, but there is nowhere for them: full links are sent
    "no_unsubscribe",  # e-mail can not be sent: nowhere for the link to unsubscribe
    "no_login_page",  # links are to go through the login, whose page is not known
]


def link_host(settings: Settings) -> str:
    """What short links begin with, without a slash at the end; empty where there is no place for them."""
    first = next(iter(settings.site_hosts), "")
    return settings.tracking.link_host or (f"https://{first}/r" if first else "")


def link_warnings(settings: Settings, campaign: Campaign) -> tuple[LinkWarning, ...]:
    """What a marketer should know about a campaign's links before it starts."""
    tracking, found = campaign.tracking, list[LinkWarning]()
    if tracking.on and tracking.short_links and not link_host(settings):
        found.append("no_link_host")
    if campaign.channel == "email" and not link_host(settings).startswith("https://"):
        found.append("no_unsubscribe")
    if tracking.on and tracking.through_login and not _login_page(settings):
        found.append("no_login_page")
    return tuple(found)


def with_landing(values: pl.DataFrame, campaign: Campaign, variant: Variant) -> pl.DataFrame:
    """The recipients' values with the variant's landing page as ``#{랜딩 URL}``; null where the campaign has none."""
    return values.with_columns(pl.lit(campaign.landing(variant), pl.String).alias(LANDING))


def link_columns(
    shop: Shop,
    send: Send,
    campaign: Campaign,
    variant: Variant,
    links: Sequence[Link],
    values: pl.DataFrame,
    seqs: pl.Series,
    *,
    if_missing: Mapping[str, str] | None = None,
    known: MutableMapping[str, int] | None = None,
) -> pl.DataFrame:
    """Everything that a template's link places are filled with, row by row of ``values`` (the columns of the template's
    variables): ``link__<number>``, ``landing_url``, in e-mails also ``unsubscribe_url`` and ``open_pixel_url`` (null
    where the shop has no place for short links).

    ``seqs``: the messages' places in the send; ``if_missing``: the template's ``substitutes``; ``known``: as for
    :func:`tracked_links`."""
    landed = with_landing(values, campaign, variant)
    money = Money(shop.settings.currency, shop.settings.locale)
    targets = link_targets(links, landed, money, if_missing)
    tracked = tracked_links(shop, send, campaign, variant, links, targets, seqs, known=known)
    own = [own_links(shop, send, seqs)] if send.channel == "email" else []
    return pl.concat([tracked, landed.select(LANDING), *own], how="horizontal")


def tracked_links(
    shop: Shop,
    send: Send,
    campaign: Campaign,
    variant: Variant,
    links: Sequence[Link],
    targets: pl.DataFrame,
    seqs: pl.Series,
    *,
    known: MutableMapping[str, int] | None = None,
) -> pl.DataFrame:
    """``targets`` (columns of ``links``: where each recipient is to land, null: nowhere) as links of our own, row by
    row for the messages ``seqs`` of a send; as they are where the campaign's tracking is off. The same message and
    target get the same link, however often this is done.

    ``known``: numbers of targets by address, kept by who calls this often, so that the store is asked once for each."""
    columns = [link.column for link in links]
    if not campaign.tracking.on or not columns:
        return targets.select(columns)
    whole = pl.concat([targets[column] for column in columns]).alias("target")  # one below the other
    leads = destinations(shop.settings, send.channel, campaign, variant, whole.drop_nulls().unique().sort().to_list())
    made = _numbered(shop, leads, {} if known is None else known)
    rows = whole.to_frame().join(made, on="target", how="left", maintain_order="left")
    codes = click_codes(shop.secret, send.send_no, pl.concat([seqs] * len(columns)), rows["target_no"])
    host = link_host(shop.settings) if campaign.tracking.short_links else ""
    found = pl.select(pl.lit(f"{host}/") + pl.lit(codes)).to_series() if host else _full(shop, rows, codes)
    height = targets.height
    return pl.DataFrame([found.slice(at * height, height).alias(column) for at, column in enumerate(columns)])


def destinations(
    settings: Settings, channel: str, campaign: Campaign, variant: Variant, targets: Sequence[str]
) -> dict[str, str]:
    """Where links to ``targets`` lead, as :func:`models.campaigns.inflow.untracked_links` looks at them: with the
    parameters of the campaign, through the login where it wants that. What is no address is left out.

    ``channel``: of the messages; substitutes of Kakao messages are text messages, and say so."""
    hosts = (*settings.site_hosts, *((_host(landing),) if (landing := campaign.landing(variant)) else ()))
    utm = tuple(utm_of(campaign, variant, channel).items())
    mall = settings.tracking.mall if campaign.tracking.through_login else None
    found = {target: _lead(target, utm, mall, settings.tracking.login_path, hosts) for target in targets}
    return {target: address for target, address in found.items() if address is not None}


@lru_cache(maxsize=1 << 16)  # a send asks for the same pages again and again
def _lead(
    target: str, utm: tuple[tuple[str, str], ...], mall: str | None, login_path: str, hosts: tuple[str, ...]
) -> str | None:
    address = plain(target)
    if address is None:
        return None
    address = with_utm(address, dict(utm), login_path)
    return address if mall is None else through_login(address, mall, login_path, hosts)


def utm_of(campaign: Campaign, variant: Variant, channel: str) -> dict[str, str]:
    """Parameters of the variant's links in messages of ``channel``."""
    made = campaign.utm(variant)
    if not made or channel == campaign.channel:
        return made
    said = campaign.tracking.utm
    return made | {"source": said.source or channel, "medium": said.medium or channel}


def own_links(shop: Shop, send: Send, seqs: pl.Series) -> pl.DataFrame:
    """``unsubscribe_url`` and ``open_pixel_url`` of e-mails, by the messages' places in the send; null where the shop
    has no place for short links."""
    host = link_host(shop.settings)
    if not host:
        nothing = pl.lit(None, pl.String)
        return pl.select(nothing.repeat_by(len(seqs)).explode().alias(name) for name in _OWN)
    codes = click_codes(shop.secret, send.send_no, seqs)
    return pl.select(
        _around(unsubscribe_link(host, "\n"), codes).alias(_OWN[0]),
        _around(open_pixel(host, "\n"), codes).alias(_OWN[1]),
    )


def _around(address: str, codes: pl.Series) -> pl.Expr:
    before, after = address.split("\n")
    return pl.lit(before) + pl.lit(codes) + pl.lit(after)


def _numbered(shop: Shop, leads: Mapping[str, str], known: MutableMapping[str, int]) -> pl.DataFrame:
    """target, address, target_no."""
    missing = sorted({address for address in leads.values() if address not in known})
    if missing:
        known.update(shop.store.link_targets.numbers(missing))
    rows = [(target, address, known[address]) for target, address in leads.items()]
    return pl.DataFrame(rows, schema={"target": pl.String, "address": pl.String, "target_no": pl.Int64}, orient="row")


def _full(shop: Shop, rows: pl.DataFrame, codes: pl.Series) -> pl.Series:
    """Whole addresses with the clicks' codes in them."""
    slots = {address: click_slot(address, shop.settings.tracking.login_path)
             for address in rows["address"].drop_nulls().unique()}  # fmt: skip
    schema = {"address": pl.String, "start": pl.String, "before": pl.String, "after": pl.String, "end": pl.String,
              "is_base64": pl.Boolean}  # fmt: skip
    made = [(address, one.start, one.before, one.after, one.end, one.is_base64) for address, one in slots.items()]
    parts = rows.select("address").join(
        pl.DataFrame(made, schema=schema, orient="row"), on="address", how="left", maintain_order="left"
    )
    middle = pl.col("before") + pl.lit(codes) + pl.col("after")
    encoded = middle.str.encode("base64").str.replace_many(list(_BASE64), list(_BASE64.values()))
    inside = pl.when("is_base64").then(encoded).otherwise(middle)
    return parts.select(pl.col("start") + inside + pl.col("end")).to_series()


def _login_page(settings: Settings) -> str | None:
    return login_page(settings.tracking.mall, settings.tracking.login_path)


def _host(url: str) -> str:
    return (plain(url) or "").partition("://")[2].partition("/")[0]
