"""Random customers over few values, so that random conditions often fit some of them and not others."""

import datetime as dt
import json
import random
from functools import cache
from zoneinfo import ZoneInfo

from models.segments.memory.facts import CartItem, CustomerFacts, Event, Figures, Member, Order, Product, Visit
from tests.models.segments.fact_tables import CONSENTS, FactTables

START = dt.datetime(2025, 10, 18)
DAYS = 20  # over the end of summer time in London (October 26) and New York (November 2)
ZONES = ("Asia/Seoul", "Europe/London", "America/New_York")
NAMES = ("product_view", "add_to_cart", "purchase", "search", "banner_click", "refund")
DEVICES = ("pc", "mobile_web", "app", None)
CHANNELS = ("Direct", "Organic Search", "Kakao Message", None)
CAMPAIGNS = ("(not set)", "가을 세일", "O'Brien; drop table customers; --", None)
GRADES = ("VIP", "GOLD", "SILVER", None)
FIELDS = {"point": "number", "회원 등급": "text", "is_staff": "boolean", 'a"b': "text"}
PRODUCTS = (
    Product("1", "린넨 원피스", "여성의류 > 원피스", "오롯"),
    Product("2", "Linen SHIRT", "여성의류 > 블라우스", "Plain"),
    Product("3", "니트 👗 원피스", "여성의류", None),
    Product("4", "구두 '가죽'", "신발 > 구두", "오롯"),
    Product("5", None, None, None),
)
PRICES = (1000.0, 25000.0, 9900.5, 0.0, None)
PROPERTIES = (
    None, "not json", json.dumps({"banner_id": "main_1", "n": 5}), json.dumps({"banner_id": 5, "a": {"b": True}}),
    json.dumps({"n": 5.0, "a": {"b": "5"}}), json.dumps({"n": "5", "a": [1]}),
    json.dumps({"banner_id": None, "n": 2.5}),
)  # fmt: skip


@cache
def world(seed: int, size: int = 24) -> tuple[dict[str, CustomerFacts], FactTables]:
    """Customers by key and their tables; robots' rows are in the tables only."""
    rng = random.Random(seed)
    zone = ZoneInfo(ZONES[seed % len(ZONES)])
    customers = {f"customer-{number}": random_customer(rng) for number in range(size)}
    tables = FactTables(customers, zone, FIELDS)
    for key in customers:
        tables.add_robots(key, _some(rng, _event, 3), _some(rng, _visit, 3))
    return customers, tables


def random_customer(rng: random.Random) -> CustomerFacts:
    tastes = {f"taste:t{number}": rng.choice((0.2, 0.5, 0.9)) for number in (1, 2) if rng.random() < 0.4}
    return CustomerFacts(
        figures=_figures(rng),
        events=_some(rng, _event, 14),
        visits=_some(rng, _visit, 6),
        orders=_some(rng, _order, 4),
        cart=tuple(_cart_item(rng, product) for product in PRODUCTS if rng.random() < 0.25),
        member=_member(rng) if rng.random() < 0.6 else None,
        segments=frozenset(tastes) | frozenset(["ai:likely_to_buy"] if rng.random() < 0.4 else []),
        strengths=tastes,
    )


def _some(rng: random.Random, make, most: int):  # type: ignore[no-untyped-def]
    return tuple(make(rng) for _ in range(rng.choice((0, 1, most // 2, most))))


def _moment(rng: random.Random) -> dt.datetime:
    """Often just at or around midnight of one of the zones."""
    moment = START + dt.timedelta(days=rng.randrange(DAYS), hours=rng.randrange(24))
    return moment + rng.choice((dt.timedelta(0), dt.timedelta(microseconds=-1), dt.timedelta(minutes=17)))


def _day(rng: random.Random) -> dt.date:
    return _moment(rng).date()


def _event(rng: random.Random) -> Event:
    return Event(
        name=rng.choice(NAMES), at=_moment(rng), device=rng.choice(DEVICES), product=rng.choice((*PRODUCTS, None)),
        price=rng.choice(PRICES), quantity=rng.choice((1, 2, 5, None)),
        query=rng.choice(("린넨", "LINEN dress", "100%_off", None)), url=rng.choice(("/cart", "/p/1?x=%27", None)),
        properties=rng.choice(PROPERTIES),
    )  # fmt: skip


def _visit(rng: random.Random) -> Visit:
    return Visit(
        started_at=_moment(rng), device=rng.choice(DEVICES), channel=rng.choice(CHANNELS),
        source=rng.choice(("naver", "kakao", None)), medium=rng.choice(("cpc", "organic", None)),
        campaign=rng.choice(CAMPAIGNS), landing_url=rng.choice(("https://shop/EVENT", "https://shop/", None)),
        page_views=rng.randrange(5), dwell_seconds=rng.choice((0.0, 30.5, 600.0)), is_bounce=rng.random() < 0.3,
    )  # fmt: skip


def _order(rng: random.Random) -> Order:
    return Order(_moment(rng), rng.choice((1000.0, 25000.0, 9900.1, 0.2)), rng.choice(DEVICES), rng.choice(CHANNELS))


def _cart_item(rng: random.Random, product: Product) -> CartItem:
    return CartItem(product, rng.choice((1, 3)), rng.choice(PRICES), _moment(rng))


def _member(rng: random.Random) -> Member:
    def maybe() -> bool | None:
        return rng.choice((True, False, None))

    known = {
        "point": rng.choice((0.0, 500.0, 500.5)), "회원 등급": rng.choice(("GOLD", "골드 '특별'", "VIP")),
        "is_staff": rng.random() < 0.5, 'a"b': rng.choice(("x", "X 👗", "")),
    }  # fmt: skip
    return Member(
        joined_day=rng.choice((_day(rng), None)), grade=rng.choice(GRADES), points=rng.choice((0, 300, None)),
        birthday_month=rng.choice((10, 11, None)), has_phone=maybe(), has_email=maybe(), has_push_token=maybe(),
        is_channel_friend=maybe(),
        consents={name: rng.random() < 0.5 for name in CONSENTS if rng.random() < 0.7},
        custom={name: value for name, value in known.items() if rng.random() < 0.7},
    )  # fmt: skip


def _figures(rng: random.Random) -> Figures:
    seen = sorted((_moment(rng), _moment(rng)))
    never = rng.random() < 0.15
    return Figures(
        is_member=rng.choice((True, False, None)), first_channel=rng.choice(CHANNELS),
        first_source=rng.choice(("naver", None)), first_medium=rng.choice(("cpc", None)),
        first_campaign=rng.choice(CAMPAIGNS), first_seen_at=None if never else seen[0],
        last_seen_at=None if never else seen[1], orders=rng.choice((0, 1, 3, None)),
        revenue=rng.choice((0.0, 50000.0, 50000.5)), last_order_day=rng.choice((_day(rng), None)),
        purchase_cycle_days=rng.choice((2.0, 7.5, None)), rfm_grade=rng.choice(GRADES),
        lifecycle=rng.choice(("prospect", "new", "one_time", "returning", "lapsed")),
    )  # fmt: skip
