"""Random conditions of every kind, written as a marketer would, over the values of ``random_customers``."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from tests.models.segments.random_customers import CAMPAIGNS, CHANNELS, DAYS, NAMES, START

Doc = dict[str, Any]
_FIRST = START.date()
days = st.integers(0, DAYS).map(lambda number: _FIRST + dt.timedelta(days=number))


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Doc]:
    """A document with one to three of these keys."""
    return st.sets(st.sampled_from(sorted(optional)), min_size=1, max_size=3).flatmap(
        lambda keys: st.fixed_dictionaries({key: optional[key] for key in sorted(keys)})
    )


def maybe(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Doc]:
    """A document with ``required`` keys and up to three others."""
    keys = st.sets(st.sampled_from(sorted(optional)), max_size=3)
    return keys.flatmap(lambda found: st.fixed_dictionaries(required | {key: optional[key] for key in sorted(found)}))


def picks(*values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from([one for one in values if one is not None]), min_size=1, max_size=3, unique=True)


def ranges(*values: float) -> st.SearchStrategy[Doc]:
    one = st.sampled_from(values)
    both = st.tuples(one, one).map(sorted)
    keys = ("at_least", "at_most", "exactly")
    alone = st.tuples(st.sampled_from(keys), one).map(lambda pair: {pair[0]: pair[1]})
    return st.one_of(
        alone, both.map(lambda ends: {"between": ends}), both.map(lambda ends: dict(zip(keys, ends, strict=False)))
    )


def amounts(*values: float) -> st.SearchStrategy[Doc]:
    open_ends = st.tuples(st.sampled_from(("above", "below")), st.sampled_from(values))
    return ranges(*values) | open_ends.map(lambda pair: {pair[0]: pair[1]})


counts = ranges(0, 1, 2, 3, 5)
windows = st.one_of(
    st.builds(lambda n: {"last_days": n}, st.integers(1, 12)),
    st.builds(lambda n, today: {"last_days": n, "today": today}, st.integers(1, 12), st.booleans()),
    st.tuples(days, days).map(lambda ends: {"from": str(min(ends)), "to": str(max(ends))}),
    days.map(lambda day: {"from": str(day)}),
    days.map(lambda day: {"to": str(day)}),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: {"days_ago": {"from": ends[0], "to": ends[1]}}),
    st.integers(0, 9).map(lambda end: {"days_ago": {"from": end}}),
    st.integers(0, 9).map(lambda end: {"days_ago": {"to": end}}),
)
hours = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(
    lambda ends: ends[0] != ends[1] and ends != (0, 24)
).map(lambda ends: {"from": ends[0], "to": ends[1]})  # fmt: skip
devices = picks("pc", "mobile_web", "app")
products: dict[str, st.SearchStrategy[Any]] = {
    "products": picks("1", "2", "3", "5", "9'; drop table events"),
    "name_contains": picks("linen", "원피스", "'", "👗", "%"),
    "category": picks("여성의류", "여성의류>원피스", "신발 > 구두"),
    "category_is": picks("여성의류", "여성의류 > 블라우스"),
    "brand": picks("오롯", "Plain", "plain"),
}
_filters: dict[str, st.SearchStrategy[Any]] = dict(
    **products,
    device=devices,
    price=amounts(0, 1000, 9900.5, 25000),
    quantity=amounts(1, 2, 5),
    query_contains=picks("linen", "%", "_"),
    url_contains=picks("CART", "%27"),
    hour_of_day=hours,
    properties=st.dictionaries(
        st.sampled_from(("banner_id", "n", "a.b", "a", "missing")),
        st.sampled_from(("main_1", "5", 5, 2.5, True, ["main_1", 5])),
        min_size=1, max_size=2,
    ),
)  # fmt: skip
where = some(**_filters)


def at_times(document: st.SearchStrategy[Doc], *measures: str) -> st.SearchStrategy[Doc]:
    """Sometimes the first or last one, which then is no longer counted."""

    def once(pair: tuple[Doc, Any]) -> Doc:
        kept = {key: value for key, value in pair[0].items() if key not in measures}
        return kept | {"occurrence": pair[1][0], "window": pair[1][1]}

    changed = st.tuples(document, st.tuples(st.sampled_from(("first", "last")), windows)).map(once)
    return document | changed


events = at_times(maybe({"name": st.sampled_from(NAMES)}, window=windows, count=counts, where=where), "count")
_one_filter = st.sampled_from(sorted(_filters)).flatmap(lambda key: st.fixed_dictionaries({key: _filters[key]}))
filtered = st.fixed_dictionaries({"name": st.sampled_from(NAMES), "where": _one_filter}, optional={"count": counts})
visits = at_times(
    maybe(
        {}, window=windows, count=counts, device=devices, channel=picks(*CHANNELS), source=picks("naver", "kakao"),
        medium=picks("cpc"), campaign=picks(*CAMPAIGNS), campaign_contains=picks("세일", "DROP table"),
        landing_contains=picks("event"), hour_of_day=hours, page_views=ranges(0, 2, 4),
        dwell_seconds=amounts(0, 30.5, 600), bounced=st.booleans(),
    ),
    "count",
)  # fmt: skip
_spent = amounts(0, 0.6, 1000, 2000, 9900.1, 25000, 35000)
purchases = at_times(
    maybe(
        {}, window=windows, count=counts, amount=_spent, average=_spent, device=devices, channel=picks(*CHANNELS),
        days_since_last=st.integers(0, 9).map(lambda end: {"from": end, "to": 3}),
    ),
    "count", "amount", "average",
)  # fmt: skip
bought = at_times(
    st.tuples(
        some(**products), maybe({}, window=windows, count=counts, amount=_spent, device=devices,
                                days_since_last=st.integers(0, 9).map(lambda end: {"to": end})),
    ).map(lambda both: both[0] | both[1]),
    "count", "amount",
)  # fmt: skip
carts = maybe({}, **products, items=counts, pieces=ranges(0, 1, 3, 6), amount=_spent, last_added=windows)
acquisitions = st.one_of(
    some(channel=picks(*CHANNELS), source=picks("naver"), medium=picks("cpc"), campaign=picks(*CAMPAIGNS)),
    maybe({"touch": st.just("any"), "channel": picks(*CHANNELS)}, window=windows, campaign=picks(*CAMPAIGNS)),
)
members = some(
    is_member=st.booleans(), joined=windows, grade=picks("VIP", "GOLD"), points=amounts(0, 300),
    birthday_month=st.sampled_from(("this_month", 10, [1, 11])), has_phone=st.booleans(), has_email=st.booleans(),
    has_push_token=st.booleans(), is_channel_friend=st.booleans(),
)  # fmt: skip
consents = some(sms=st.booleans(), email=st.booleans(), push=st.booleans(), kakao=st.booleans(), night=st.booleans())
customs = st.sampled_from(
    (
        "point >= 500", "point != 500", "point < 500.5", "points == 300", "point in [0, 500.5]", "point exists",
        'grade == "GOLD"', 'grade != "VIP"', "is_staff == true", "is_staff != true", "is_staff in [false]",
        "`회원 등급` contains 'gold'", "`회원 등급` >= 'H'", "`회원 등급` == \"골드 '특별'\"",
        {"name": 'a"b', "op": "contains", "value": "x"}, {"name": 'a"b', "op": "in", "value": ["", "X 👗"]},
        {"name": 'a"b', "op": "exists"}, "grade in ('GOLD', 'VIP')",
    )
)  # fmt: skip
figures = some(
    rfm_grade=picks("VIP", "GOLD"), lifecycle=picks("prospect", "new", "lapsed"), orders=counts,
    revenue=amounts(0, 50000, 50000.5), purchase_cycle_days=amounts(2, 7.5), first_seen=windows, last_seen=windows,
)  # fmt: skip
cycles = st.just(True) | st.tuples(st.sampled_from((0, 0.5, 1)), st.sampled_from((1, 1.5, 3))).map(
    lambda ends: {"from": ends[0], "to": ends[1]}
)
found_segments = st.one_of(
    st.sampled_from(("taste:t1", "taste:t2", "ai:likely_to_buy")),
    amounts(0.2, 0.5, 0.9).map(lambda strength: {"id": "taste:t1", "strength": strength}),
)
rule_segments = st.sampled_from(("inner", "outer"))
leaves = st.one_of(
    events.map(lambda one: {"event": one}),
    filtered.map(lambda one: {"event": one}),
    visits.map(lambda one: {"visits": one}),
    purchases.map(lambda one: {"purchases": one}),
    bought.map(lambda one: {"purchases": one}),
    carts.map(lambda one: {"cart": one}),
    st.tuples(devices, windows).map(lambda pair: {"environment": {"device": pair[0], "window": pair[1]}}),
    acquisitions.map(lambda one: {"acquisition": one}),
    members.map(lambda one: {"member": one}),
    consents.map(lambda one: {"consent": one}),
    customs.map(lambda one: {"custom": one}),
    figures.map(lambda one: {"customer": one}),
    cycles.map(lambda one: {"cycle_due": one}),
    found_segments.map(lambda one: {"segment": one}),
)
KINDS = (
    "event", "visits", "purchases", "cart", "environment", "acquisition", "member", "consent", "custom", "customer",
    "cycle_due", "segment",
)  # fmt: skip


def nested(leaf: st.SearchStrategy[Doc], most: int = 6) -> st.SearchStrategy[Doc]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=most,
    )


conditions = nested(leaves | rule_segments.map(lambda name: {"segment": name}))
inner_segments = nested(leaves, 2)
outer_segments = nested(leaves | st.just({"segment": "inner"}), 3)
