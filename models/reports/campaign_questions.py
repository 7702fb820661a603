"""What the report on a campaign asks of published tables.

Belongs here: the request and its questions. Does not belong here: where answers stand (``campaign``).

A campaign is looked at by period, the sends planned for at most 31 days added up, or by send date, one send alone.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.reports.conservation import conservation_question
from models.reports.questions import (
    Among,
    Between,
    Column,
    Equal,
    Expression,
    Filter,
    In,
    Question,
    Ratio,
    Total,
    columns,
    sums,
)
from models.reports.results_words import ResultWords

MOST_DAYS: Final = 31
MOST_ORDERS: Final = 200
MOST_PRODUCTS: Final = 100
REACH: Final = dt.timedelta(days=10)  # a message goes out within three days, an order counts for seven
_RATES: Final[Mapping[str, Expression]] = {
    "success_rate": Ratio("accepted", "messages"), "open_rate": Ratio("opened", "accepted"),
    "click_rate": Ratio("clicked", "accepted"), "conversion_rate": Ratio("ordered", "accepted"),
    "roas": Ratio("revenue", "cost"),
}  # fmt: skip
_ADDED: Final = (
    "messages", "accepted", "delivered", "failed", "unknown", "waiting", "cancelled", "expired", "cost", "opened",
    "clicked", "clicks", "viewed", "carted", "ordered", "sign_ups", "orders", "gross_revenue", "refund_amount",
    "revenue",
)  # fmt: skip


class PeriodTooLong(ValueError):
    """More days than a report by period has; the message says so in the language of ``words``."""


@dataclass(frozen=True)
class CampaignRequest:
    """``window``: 3h, 6h, day, 3d or 7d; ``first`` to ``last``: send days; ``send_id``: one send alone, planned at
    ``planned_at`` within these days."""

    campaign_id: str
    name: str
    channel: str
    first: dt.date
    last: dt.date
    window: str = "7d"
    send_id: str = ""
    planned_at: dt.datetime | None = None

    @property
    def happened(self) -> list[dt.date]:
        """Days on which something of these sends can happen."""
        until = min(self.last, self.first + dt.timedelta(days=MOST_DAYS)) + REACH
        return [self.first + dt.timedelta(days=after) for after in range((until - self.first).days + 1)]


def checked(request: CampaignRequest, words: ResultWords) -> CampaignRequest:
    """The request; raises :class:`PeriodTooLong` for more than :data:`MOST_DAYS` days."""
    length = (request.last - request.first).days + 1
    if not request.send_id and length > MOST_DAYS:
        days = words.days(request.first, request.last)
        raise PeriodTooLong(words("too_long", most=MOST_DAYS, days=days, length=length))
    return request


def campaign_questions(request: CampaignRequest) -> list[Question]:
    """Questions by name; see the functions below."""
    return [*_of_sends(request), *_of_course(request), *_of_statistics(request), *_of_orders(request)]


def _sends(request: CampaignRequest) -> tuple[Filter, ...]:
    """Rows of what is kept by send; the substitutes of a send belong to it."""
    mine: tuple[Filter, ...] = (
        Equal("campaign_id", request.campaign_id), Between("day", request.first, request.last)
    )  # fmt: skip
    if request.send_id:
        mine = (*mine, In("send_id", (request.send_id, f"{request.send_id}/substitute")))
    return mine


def _of_sends(request: CampaignRequest) -> list[Question]:
    """info, windows (a row a window), now (a row), data (a row a send), split (a row a variant), failures."""
    mine, chosen = _sends(request), Equal("window", request.window)
    collecting: dict[str, Expression] = {"is_collecting": Total("max", "is_collecting")}
    whole = {**sums(*_ADDED), **_RATES, **collecting}
    told = columns("send_id", "planned_at", "channel", "state", "advertising", "version", "attribution_window",
                   "utm_campaign", "substitute_of", "targeted", "excluded", "holdout", "messages")  # fmt: skip
    closes: dict[str, Expression] = {"closes_at": Total("max", "closes_at")}
    return [
        Question("info", "sends", told, mine, order_by=("planned_at", "send_id")),
        Question("windows", "report_sends", {"window": Column("window"), **whole}, mine, ("window",), ("window",)),
        Question("now", "report_sends", {**whole, **closes}, (*mine, chosen)),
        Question("data", "report_sends", {**columns("day", "send_id", "channel", "planned_at"), **whole},
                 (*mine, chosen), ("day", "send_id", "channel", "planned_at"), ("-planned_at", "send_id")),
        Question("split", "report_sends", {"variant": Column("variant"), **whole},
                 (*mine, chosen), ("variant",), ("variant",)),
        Question("failures", "deliveries", {"channel": Column("channel"), "vendor_code": Column("vendor_code"),
                 "messages": Total("count", "*")}, (*mine, Equal("state", "failed")), ("channel", "vendor_code"),
                 ("-messages", "channel", "vendor_code"), 10),
    ]  # fmt: skip


def _of_course(request: CampaignRequest) -> list[Question]:
    """days and hours: by when things happened; sent_hours: by when messages were sent. Of one send alone its orders by
    day only, which are kept by send."""
    days = Between("day", request.happened[0], request.happened[-1])
    mine: tuple[Filter, ...] = (Equal("campaign_id", request.campaign_id), Equal("window", request.window), days)
    if request.send_id:
        alone = (*mine, In("send_id", (request.send_id, f"{request.send_id}/substitute")))
        counted = {"day": Column("day"), "orders": Total("count", "*"), **sums("revenue")}
        return [Question("days", "report_campaign_orders", counted, alone, ("day",), ("day",))]
    actions = ("messages", "clicks", "orders", "revenue")
    sent = Between("day", request.first, request.last)
    rates: Mapping[str, Expression] = {
        "sent_click_rate": Ratio("sent_clicked", "messages"), "sent_order_rate": Ratio("sent_ordered", "messages"),
    }  # fmt: skip
    return [
        Question("days", "report_campaign_days", {"day": Column("day"), **sums(*actions)}, mine, ("day",), ("day",)),
        Question("hours", "report_campaign_hours", {"hour": Column("hour"), **sums(*actions)}, mine, ("hour",),
                 ("hour",)),
        Question("sent_hours", "report_campaign_hours",
                 {"hour": Column("hour"), **sums("messages", "sent_clicked", "sent_ordered"), **rates},
                 (*mine[:2], sent), ("hour",), ("hour",)),
    ]  # fmt: skip


def _of_statistics(request: CampaignRequest) -> list[Question]:
    """lift, variants, models, traits: made from all sends of the last 90 or 30 days, whatever the request."""
    mine: tuple[Filter, ...] = (Equal("campaign_id", request.campaign_id), Equal("window", request.window))
    scope: tuple[Filter, ...] = (
        Equal("scope", "campaign"), Equal("scope_id", request.campaign_id), Equal("window", request.window)
    )  # fmt: skip
    lift = columns("metric", "treated", "held_out", "treated_mean", "held_out_mean", "incremental", "incremental_low",
                   "incremental_high", "last_touch", "p_value", "detectable_lift", "needed_people", "warnings",
                   "is_collecting", "conclusion")  # fmt: skip
    variants = columns("metric", "place", "variant", "recipients", "conversions", "mean", "low", "high", "chance_best",
                       "expected_loss", "verdict", "conclusion")  # fmt: skip
    traits = columns("rank", "trait_kind", "trait", "trait_name", "people", "support", "rate", "overall_rate", "lift",
                     "low", "high", "is_over", "sentence")  # fmt: skip
    return [
        Question("lift", "report_lift", lift, (*mine, Equal("send_id", request.send_id)), order_by=("metric",)),
        Question("variants", "report_variants", variants, mine, order_by=("metric", "place", "variant")),
        Question("models", "report_attribution_models", columns("model", "orders", "revenue"),
                 (*scope, Equal("period", "30d")), order_by=("model",)),
        Question("traits", "report_characteristics", traits, scope, order_by=("rank", "trait_kind", "trait"), limit=10),
    ]  # fmt: skip


def _of_orders(request: CampaignRequest) -> list[Question]:
    """orders (the latest), products (the most), conservation (all orders of the shop on these days)."""
    chosen = (Equal("campaign_id", request.campaign_id), Equal("window", request.window))
    theirs = Among("send_id", "sends", "send_id", _sends(request))  # type: ignore[arg-type]
    days = Between("day", request.happened[0], request.happened[-1])
    told = columns("ordered_at", "order_id", "channel", "variant", "lag_seconds", "device", "products", "quantity",
                   "gross_revenue", "refund_amount", "revenue")  # fmt: skip
    listed = ("product_id", "product_name", "category_path")
    counted = sums("orders", "quantity", "refunded_quantity", "gross_revenue", "refund_amount", "revenue")
    return [
        Question("orders", "report_campaign_orders", told, (*chosen, days, theirs), (),
                 ("-ordered_at", "order_id"), MOST_ORDERS),
        Question("products", "report_campaign_products", {**columns(*listed), **counted},
                 (*_sends(request), Equal("window", request.window)), listed,
                 ("-revenue", "-quantity", "product_id", "product_name", "category_path"), MOST_PRODUCTS),
        conservation_question(request.first, request.last, request.window),
    ]  # fmt: skip
