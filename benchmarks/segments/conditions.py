"""Segments to count: five conditions each, two of them about behaviour in a window of days.

Belongs here: which questions are asked. Does not belong here: asking them (``counting``).
"""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.segments.facts import LAST_DAY, PRODUCTS
from models.segments.context import Context
from models.segments.document import Segment

CONTEXT = Context(
    as_of=LAST_DAY, zone=ZoneInfo("Asia/Seoul"), fields={"skin_type": "text", "birth_year": "number"}
)  # the planted members have these
LONGEST = 90  # days of a window
_EVENTS = ("page_view", "product_view", "category_view", "search", "add_to_cart", "login", "purchase")
_WORDS = ("린넨", "코튼", "실크", "캐시미어", "원피스", "니트", "코트", "세럼")
_CATEGORIES = ("패션 > 원피스", "패션 > 니트", "패션 > 자켓", "패션 > 크림")


def five_conditions(number: int, longest: int = LONGEST, shortest: int = 1) -> Segment:
    """One segment: two windows of behaviour, the rest about who the customer is; all different, always the same."""
    random = np.random.default_rng([number, longest, shortest])
    first, second = (_behaviour(random, kind, shortest, longest) for kind in random.choice(8, 2, replace=False))
    people = [_PEOPLE[kind](random) for kind in random.choice(len(_PEOPLE), 3, replace=False)]
    shape = number % 4
    if shape == 0:
        include: dict[str, Any] = {"all": [first, second, *people]}
    elif shape == 1:
        include = {"all": [first, {"not": second}, *people]}
    elif shape == 2:
        include = {"all": [{"any": [first, second]}, people[0], {"any": people[1:]}]}
    else:
        include = {"all": [first, people[0], {"any": [second, people[1]]}, people[2]]}
    return Segment.model_validate({"id": f"bench-{number}", "name": f"Benchmark {number}", "include": include})


def windows_of(days: int) -> Segment:
    """Two windows of this many days that end today: the same question, longer and longer."""
    window = {"last_days": days}
    conditions: list[dict[str, Any]] = [
        {"event": {"name": "product_view", "window": window, "count": {"at_least": 3}}},
        {"event": {"name": "product_view", "window": window, "where": {"name_contains": "린넨"}}},
        {"consent": {"sms": True}},
        {"member": {"points": {"at_least": 500}}},
        {"customer": {"rfm_grade": ["VIP", "GOLD", "SILVER", "BRONZE"]}},
    ]
    return Segment.model_validate({"id": "windows", "name": "Windows", "include": {"all": conditions}})


def _window(random: np.random.Generator, shortest: int, longest: int) -> dict[str, Any]:
    days = int(random.integers(shortest, longest + 1))
    if random.random() < 0.3:
        return {"last_days": days, "today": False}
    if random.random() < 0.2:
        first = LAST_DAY - dt.timedelta(days=days - 1)
        return {"from": first.isoformat(), "to": LAST_DAY.isoformat()}
    return {"last_days": days}


def _behaviour(random: np.random.Generator, kind: int, shortest: int, longest: int) -> dict[str, Any]:
    window = _window(random, shortest, longest)
    times = int(random.integers(1, 6))
    picked = [f"P{number:07}" for number in random.integers(0, PRODUCTS, int(random.choice([1, 20, 2_000])))]
    look = "add_to_cart" if random.random() < 0.3 else "product_view"
    kinds: list[dict[str, Any]] = [
        {"event": {"name": str(random.choice(_EVENTS)), "window": window, "count": {"at_least": times}}},
        {"event": {"name": "page_view", "window": window, "count": {"between": [times, times + 20]}}},
        {"event": {"name": look, "window": window, "where": {"products": picked}}},
        {"event": {"name": look, "window": window, "where": {"name_contains": str(random.choice(_WORDS))}}},
        {
            "event": {
                "name": look,
                "window": window,
                "count": {"at_least": times},
                "where": {"category": str(random.choice(_CATEGORIES)), "device": "mobile_web"},
            }
        },
        {"visits": {"window": window, "count": {"at_least": times}}},
        {"purchases": {"window": window, "amount": {"at_least": times * 30_000}}},
        {"purchases": {"window": window, "name_contains": str(random.choice(_WORDS)), "count": {"exactly": 0}}},
    ]
    return kinds[kind]


_PEOPLE = (
    lambda random: {"member": {"points": {"at_least": int(random.integers(0, 15_000))}}},
    lambda random: {
        "member": {"grade": [str(one) for one in random.choice(["GOLD", "VIP", "SILVER"], 2, replace=False)]}
    },
    lambda random: {"consent": {str(random.choice(["sms", "email", "kakao"])): True}},
    lambda random: {"custom": {"name": "birth_year", "op": ">=", "value": int(random.integers(1960, 2000))}},
    lambda random: {"customer": {"rfm_grade": [str(random.choice(["VIP", "GOLD"])), "SILVER", "BRONZE"]}},
    lambda random: {"customer": {"lifecycle": ["new", "returning"]}},
    lambda random: {"customer": {"last_seen": _window(random, 10, LONGEST)}},
    lambda random: {"cart": {"items": {"at_least": int(random.integers(1, 4))}}},
    lambda random: {"acquisition": {"channel": ["Organic Search", "Paid Social"]}},
    lambda random: {"segment": "ai:likely_to_buy"},
)
