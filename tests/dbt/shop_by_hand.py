"""Thirty events and three sends of ten customers, small enough to be worked out by hand.

Belongs here: the rows, with what each is for. Does not belong here: what tables must say of them
(``test_reports_by_hand``). Times are those of Seoul.

`spring` (SMS, variants A and B, six messages and two held out), `mail` (e-mail, three messages) and `app` (push, two
messages). Orders, and whose they are:

| order | customer | amount | after its message |
| --- | --- | --- | --- |
| o1 | a | 10,000 | spring, exactly 3 hours |
| o2 | b | 10,000 + 30,000, the latter returned after 17 days | spring, 3 hours and a microsecond |
| o3 | c | 5,000 | nobody's: the click came before the message |
| o4 | e | 5,000 | spring, a minute, but the next day begins with it |
| o5 | h | 10,000 | spring, the last microsecond of the day |
| o6 | a | 10,000 | mail, exactly 3 hours; spring, 26 hours |
| o7 | f | 5,000 | nobody's: the mail was opened, not clicked |
| o8 | g | 30,000 | app, 36 hours and 20 minutes, by the campaign code of the visit |
| o9 | c | 10,000 | app, exactly 7 days |
| o10 | a | 10,000 | nobody's: mail, 7 days and a microsecond |
"""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import polars as pl

from assets.campaigns.tables import DECISION_ROWS, DELIVERY_ROWS, SEND_ROWS

SEOUL = ZoneInfo("Asia/Seoul")
SPRING, MAIL, APP = "spring@1", "mail@1", "app@1"
CUSTOMERS = {name: number for number, name in enumerate("abcdefghij", start=1)}
CHANNELS = {SPRING: "sms", MAIL: "email", APP: "push"}
PRODUCTS = {"p1": 10_000.0, "p2": 30_000.0, "p3": 5_000.0}


def at(text: str) -> dt.datetime:
    """'03 10:05' or '03 13:00:00.000001' of March 2025 in Seoul, as UTC without a zone, as the landing zone has it."""
    local = dt.datetime.fromisoformat(f"2025-03-{text}").replace(tzinfo=SEOUL)
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def key(name: str) -> str:
    """The pseudonym of a customer; its number is its place in the alphabet."""
    return f"{CUSTOMERS[name]:015x}" + "0" * 17


def _event(number: int, name: str, moment: str, kind: str, device: str = "pc", **fields: object) -> dict[str, object]:
    row = {"event_id": f"e{number}", "visitor_id": f"device-{name}", "member_key": key(name) if name != "d" else None,
           "event_name": kind, "event_at": at(moment), "received_at": at(moment), "device": device}  # fmt: skip
    return row | fields


def _message(number: int, name: str, moment: str, kind: str, send: str) -> dict[str, object]:
    """A click or an opened mail, as the tracking service lands it: it knows the member, not the device."""
    told = {"send_id": send, "campaign_id": send.split("@")[0], "variant": "A", "channel": CHANNELS[send],
            "click_id": f"c{number}"}  # fmt: skip
    return _event(number, name, moment, kind) | {
        "visitor_id": key(name), "device": None, "properties": json.dumps(told)
    }  # fmt: skip


def _line(
    number: int, name: str, moment: str, order: str, product: str, quantity: int = 1, kind: str = "purchase",
    device: str = "pc",
) -> dict[str, object]:  # fmt: skip
    return _event(
        number, name, moment, kind, device,
        order_id=order, product_id=product, price=PRODUCTS[product], quantity=quantity,
    )  # fmt: skip


CLICK, OPEN, HAND = "message_click", "message_open", "mobile_web"
_SHOP = "https://shop.test/"
EVENTS: list[dict[str, object]] = [
    _message(1, "a", "03 10:05", CLICK, SPRING),
    _event(2, "a", "03 10:06", "page_view",
           url=f"{_SHOP}?utm_source=sms&utm_medium=sms&utm_campaign=spring&dg_click=c1"),
    _event(3, "a", "03 10:06:30", "product_view", product_id="p1"),
    _event(4, "a", "03 10:07", "add_to_cart", product_id="p1", quantity=1, price=10_000.0),
    _event(5, "a", "03 12:59", "begin_checkout"),
    _line(6, "a", "03 13:00", "o1", "p1"),
    _message(7, "b", "03 10:10", CLICK, SPRING),
    _event(8, "b", "03 10:10:30", "widget_impression", HAND, properties='{"widget_id":"best"}'),
    _event(9, "b", "03 10:10:50", "widget_click", HAND, product_id="p2", properties='{"widget_id":"best"}'),
    _event(10, "b", "03 10:11", "product_view", HAND, product_id="p2"),
    _line(11, "b", "03 13:00:00.000001", "o2", "p1", device=HAND),
    _line(12, "b", "03 13:00:00.000001", "o2", "p2", device=HAND),
    _message(13, "c", "03 09:59", CLICK, SPRING),
    _line(14, "c", "03 11:00", "o3", "p3"),
    _message(15, "e", "03 23:59:30", CLICK, SPRING),
    _line(16, "e", "04 00:00", "o4", "p3", device=HAND),
    _message(17, "h", "03 23:30", CLICK, SPRING),
    _line(18, "h", "03 23:59:59.999999", "o5", "p3", quantity=2, device=HAND),
    _message(19, "a", "04 09:30", CLICK, MAIL),
    _line(20, "a", "04 12:00", "o6", "p3", quantity=2),
    _message(21, "f", "04 10:00", OPEN, MAIL),
    _line(22, "f", "04 11:00", "o7", "p3"),
    _event(23, "g", "05 08:00", "page_view", HAND, url=f"{_SHOP}?utm_source=push&utm_medium=push&utm_campaign=app"),
    _event(24, "g", "05 08:10", "sign_up", HAND),
    _line(25, "g", "05 08:20", "o8", "p2", device=HAND),
    _message(26, "c", "03 20:30", CLICK, APP),
    _line(27, "c", "10 20:00", "o9", "p1"),
    _line(28, "a", "11 09:00:00.000001", "o10", "p1"),
    _event(29, "d", "03 15:00", "page_view", HAND, url=_SHOP, referrer="https://search.naver.com/search.naver?query=x"),
    _line(30, "b", "20 10:00", "o2", "p2", kind="refund", device=HAND),
]  # fmt: skip


def events() -> pl.DataFrame:
    """The thirty rows as they land."""
    names = {name for row in EVENTS for name in row}
    types = {"price": pl.Float64, "quantity": pl.Int64}
    schema = {name: types.get(name, pl.Datetime("us") if name.endswith("_at") else pl.String) for name in sorted(names)}
    return pl.DataFrame(EVENTS, schema=schema)


def products() -> pl.DataFrame:
    """Three products."""
    return pl.DataFrame(
        [(name, f"상품 {name}", "옷", price, at("01 00:00")) for name, price in PRODUCTS.items()],
        schema=["product_id", "name", "category_path", "price", "received_at"], orient="row",
    )  # fmt: skip


# send, customer, variant, state, sent at, cost
_MESSAGES = [
    (SPRING, "a", "A", "delivered", "03 10:00", 9.0),
    (SPRING, "b", "B", "delivered", "03 10:00", 9.0),
    (SPRING, "c", "A", "delivered", "03 10:00", 9.0),
    (SPRING, "d", "B", "failed", "03 10:00", 0.0),
    (SPRING, "e", "A", "delivered", "03 23:59", 9.0),
    (SPRING, "h", "B", "accepted", "03 23:00", 9.0),
    (MAIL, "a", "A", "delivered", "04 09:00", 0.2),
    (MAIL, "b", "A", "delivered", "04 09:00", 0.2),
    (MAIL, "f", "A", "delivered", "04 09:00", 0.2),
    (APP, "c", "A", "delivered", "03 20:00", 0.0),
    (APP, "g", "A", "delivered", "03 20:00", 0.0),
]
_PLANNED = {SPRING: "03 10:00", MAIL: "04 09:00", APP: "03 20:00"}
_WINDOWS = {SPRING: "3d", MAIL: "7d", APP: "7d"}


def deliveries() -> pl.DataFrame:
    """The eleven messages."""
    rows = [
        {"day": _day(send), "send_id": send, "campaign_id": send.split("@")[0], "channel": CHANNELS[send],
         "send_order": place, "customer_key": key(name), "customer_id": CUSTOMERS[name], "variant": variant,
         "state": state, "vendor_code": "3018" if state == "failed" else "0", "not_before": _utc(_PLANNED[send]),
         "sent_at": _utc(moment), "final_at": _utc(moment), "cost": cost, "tries": 1}
        for place, (send, name, variant, state, moment, cost) in enumerate(_MESSAGES)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=DELIVERY_ROWS)


def decisions() -> pl.DataFrame:
    """Who was meant: everybody with a message, and i and j of spring held out."""
    sent = [(send, name, variant, "send") for send, name, variant, *_ in _MESSAGES]
    rows = [
        {"day": _day(send), "send_id": send, "campaign_id": send.split("@")[0], "customer_key": key(name),
         "customer_id": CUSTOMERS[name], "variant": variant, "decision": decision,
         "reason": None if decision == "send" else decision, "send_order": None, "not_before": _utc(_PLANNED[send])}
        for send, name, variant, decision in [*sent, *((SPRING, name, None, "holdout") for name in "ij")]
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=DECISION_ROWS)


def sends() -> pl.DataFrame:
    """The three sends, all over."""
    rows = []
    for send, planned in _PLANNED.items():
        its = [row for row in _MESSAGES if row[0] == send]
        states = [state for _, _, _, state, *_ in its]
        held = 2 if send == SPRING else 0
        rows.append(
            {"day": _day(send), "send_id": send, "campaign_id": send.split("@")[0], "campaign_name": send.split("@")[0],
             "version": 1, "channel": CHANNELS[send], "advertising": True, "attribution_window": _WINDOWS[send],
             "utm_campaign": send.split("@")[0], "planned_at": _utc(planned), "started_at": _utc(planned),
             "finished_at": _utc("04 12:00"), "state": "finished", "targeted": len(its) + held, "excluded": 0,
             "holdout": held, "messages": len(its), "waiting": 0, "accepted": len(its) - states.count("failed"),
             "delivered": states.count("delivered"), "failed": states.count("failed"), "unknown": 0, "cancelled": 0,
             "expired": 0, "cost": sum(row[5] for row in its)}
        )  # fmt: skip
    return pl.DataFrame(rows, schema=SEND_ROWS)


def _utc(text: str) -> dt.datetime:
    return at(text).replace(tzinfo=dt.UTC)


def _day(send: str) -> dt.date:
    return dt.date(2025, 3, int(_PLANNED[send][:2]))
