"""The seven items of a personal message, from tables worked out by hand."""

import datetime as dt
from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.message_items import CUSTOMER_PRODUCTS, ITEMS, MESSAGE_ITEMS, Lists, message_items

NOON = dt.datetime(2026, 7, 1, 12)
PAIR = pl.Schema({"customer_key": pl.String(), "product_id": pl.String()})
REPEATS = pl.Schema({**PAIR, "score": pl.Float64(), "is_due": pl.Boolean()})
RELATED = pl.Schema({"product_id": pl.String(), "other_id": pl.String(), "rank": pl.Int32()})


def ago(minutes: int | None) -> dt.datetime | None:
    return None if minutes is None else NOON - dt.timedelta(minutes=minutes)


def seen(
    product: str, minutes: int | None, views: int = 1, carted: int | None = None, customer: str = "k"
) -> tuple[object, ...]:
    """A row: looked at so many minutes ago, put into the cart so many minutes ago (not in it: None)."""
    return customer, product, views if minutes is not None else 0, ago(minutes), ago(carted)


def items(
    *rows: tuple[object, ...],
    related: dict[str, str] | None = None,
    repeats: list[tuple[str, str, float, bool]] | None = None,
    allowed: str = "abcdefghijklmnopqrstuvwxyz",
    bought: list[tuple[str, str]] | None = None,
    how: Lists | None = None,
) -> dict[tuple[str, str], str]:
    """Products by customer and item, in order, as one word of one letter each."""
    lists = [(one, other, rank) for one, found in (related or {}).items() for rank, other in enumerate(found, 1)]
    found = pl.concat(
        message_items(
            pl.LazyFrame(list(rows), schema=CUSTOMER_PRODUCTS, orient="row"),
            pl.LazyFrame(lists, schema=RELATED, orient="row"),
            pl.LazyFrame(repeats or [], schema=REPEATS, orient="row"),
            pl.Series("product_id", list(allowed), dtype=pl.String),
            pl.LazyFrame(bought or [], schema=PAIR, orient="row"),
            how,
        )
    )
    assert found.schema == MESSAGE_ITEMS
    words: dict[tuple[str, str], str] = defaultdict(str)
    for customer, item, rank, product in found.iter_rows():
        words[customer, item] += product
        assert rank == len(words[customer, item]), "ranks run from 1 without a gap"
    return dict(words)


def test_latest_cart_is_what_was_put_into_the_cart_last_and_is_still_there() -> None:
    found = items(seen("a", 5, carted=30), seen("b", 1, carted=40), seen("c", 2), seen("d", None, carted=10))
    assert found["k", "latest_cart"] == "dab"


def test_latest_viewed_is_what_was_looked_at_last() -> None:
    found = items(seen("a", 5, views=9), seen("b", 1), seen("c", 3), seen("d", None, carted=0))
    assert found["k", "latest_viewed"] == "bca"


def test_most_viewed_goes_by_views_then_by_recency_then_by_id() -> None:
    found = items(seen("a", 5, views=2), seen("d", 1), seen("c", 1), seen("b", 3, views=2), seen("e", 9, views=7))
    assert found["k", "most_viewed"] == "ebacd"


def test_products_of_the_same_moment_come_by_id() -> None:
    found = items(seen("b", 1, carted=1), seen("a", 1, carted=1))
    assert found["k", "latest_viewed"] == found["k", "latest_cart"] == "ab"


def test_related_items_are_those_of_the_latest_cart_latest_view_and_most_viewed_product() -> None:
    rows = [seen("a", 5, carted=4), seen("b", 1), seen("c", 3, views=5)]
    found = items(*rows, related={"a": "xyz", "b": "yzx", "c": "zxy"}, how=Lists(most=2))
    assert found["k", "cart_related"] == "xy"
    assert found["k", "recent_related"] == "yz"
    assert found["k", "most_viewed_related"] == "zx"


def test_a_short_related_list_is_filled_on_from_the_next_latest_product() -> None:
    found = items(
        seen("a", 1), seen("b", 2), seen("c", 3), related={"a": "xb", "b": "xay", "c": "zw"}, how=Lists(most=3)
    )
    assert found["k", "recent_related"] == "xyz"


def test_no_more_bases_than_asked_for_are_used() -> None:
    rows = [seen("a", 1), seen("b", 2), seen("c", 3)]
    found = items(*rows, related={"a": "x", "b": "y", "c": "z"}, how=Lists(most=8, bases=2))
    assert found["k", "recent_related"] == "xy"


def test_a_base_that_is_sold_out_still_has_related_products_but_is_not_shown_itself() -> None:
    found = items(seen("a", 1, carted=1), seen("b", 2), related={"a": "xy"}, allowed="bxy")
    assert found["k", "cart_related"] == "xy"
    assert found["k", "latest_viewed"] == "b"
    assert ("k", "latest_cart") not in found


def test_a_base_without_a_list_gives_way_to_the_next() -> None:
    assert items(seen("a", 1), seen("b", 2), related={"b": "x"})["k", "recent_related"] == "x"


def test_sold_out_products_leave_no_gap() -> None:
    rows = [seen(product, minutes) for minutes, product in enumerate("abcdef")]
    found = items(*rows, related={"a": "uvwxyz"}, allowed="bdfvxz", how=Lists(most=3))
    assert found["k", "latest_viewed"] == "bdf"
    assert found["k", "recent_related"] == "vxz"


def test_what_was_just_bought_is_not_related_unless_it_is_due_again() -> None:
    repeats = [("k", "y", 1.0, True), ("k", "z", 1.0, False)]
    bought = [("k", "x"), ("k", "y"), ("k", "z"), ("other", "w")]
    found = items(seen("a", 1), related={"a": "xyzw"}, repeats=repeats, bought=bought)
    assert found["k", "recent_related"] == "yw"


def test_repeat_purchases_are_the_due_ones_the_most_likely_first() -> None:
    repeats = [
        ("k", "a", 0.5, True),
        ("k", "b", 0.9, True),
        ("k", "c", 2.0, False),
        ("k", "d", 0.5, True),
        ("k", "e", 3.0, True),
    ]
    assert items(repeats=repeats, allowed="abcd")["k", "repeat_purchase"] == "bad"


def test_who_only_bought_has_a_repeat_purchase_and_nothing_else() -> None:
    assert items(repeats=[("k", "a", 0.5, True)]) == {("k", "repeat_purchase"): "a"}


def test_nobody_gets_nothing() -> None:
    assert items() == {}


@pytest.mark.parametrize("most", [1, 2, 3, 8])
def test_lists_are_no_longer_than_asked_for(most: int) -> None:
    rows = [seen(product, minutes, carted=minutes) for minutes, product in enumerate("abcdefghij")]
    found = items(*rows, related={"a": "klmnopqrstuvwxyz"}, how=Lists(most=most))
    assert {len(word) for word in found.values()} == {most}


def test_customers_do_not_mix_and_pieces_make_no_difference() -> None:
    rows = [seen(product, n, customer=f"k{n % 5}") for n, product in enumerate("abcdefghij")]
    related = dict.fromkeys("abcdefghij", "uvwxyz")
    bought = [(f"k{n}", "u") for n in range(0, 5, 2)]
    whole = items(*rows, related=related, bought=bought)
    assert whole == items(*reversed(rows), related=related, bought=bought, how=Lists(piece=2))
    assert whole["k0", "latest_viewed"] == "af"
    assert whole["k0", "recent_related"] == "vwxyz"
    assert whole["k1", "recent_related"] == "uvwxyz"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["k1", "k2", "k3"]),
        st.sampled_from("abcdefgh"),
        st.integers(0, 3),
        st.integers(0, 5),
        st.none() | st.integers(0, 5),
    ),
    max_size=20,
    unique_by=lambda row: row[:2],
)
PAIRS = st.lists(st.tuples(st.sampled_from(["k1", "k2", "k3"]), st.sampled_from("abcdefgh")), max_size=6, unique=True)
LISTS = st.dictionaries(st.sampled_from("abcdefgh"), st.permutations("abcdefgh").map("".join), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    related=LISTS,
    due=PAIRS,
    bought=PAIRS,
    allowed=st.sets(st.sampled_from("abcdefgh")),
    most=st.integers(1, 4),
)
def test_lists_hold_nothing_twice_and_nothing_excluded(
    rows: list[tuple[str, str, int, int, int | None]],
    related: dict[str, str],
    due: list[tuple[str, str]],
    bought: list[tuple[str, str]],
    allowed: set[str],
    most: int,
) -> None:
    table = [(k, p, views, ago(minutes) if views else None, ago(carted)) for k, p, views, minutes, carted in rows]
    repeats = [(k, p, 1.0, True) for k, p in due]
    found = items(
        *table, related=related, repeats=repeats, allowed="".join(allowed), bought=bought, how=Lists(most=most)
    )
    for (customer, item), word in found.items():
        assert item in ITEMS
        assert len(set(word)) == len(word) <= most
        assert set(word) <= allowed
        own = {p: (views, -minutes, carted) for k, p, views, minutes, carted in rows if k == customer}
        looked = {p: (views, recency) for p, (views, recency, _) in own.items() if views}
        carts = {p: -carted for p, (_, _, carted) in own.items() if carted is not None}
        shown = sorted(allowed)
        if item == "latest_viewed":
            assert word[0] == max((p for p in shown if p in looked), key=lambda p: looked[p][1])
        if item == "most_viewed":
            assert word[0] == max((p for p in shown if p in looked), key=lambda p: looked[p])
        if item == "latest_cart":
            assert word[0] == max((p for p in shown if p in carts), key=lambda p: carts[p])
        if item == "repeat_purchase":
            assert {(customer, product) for product in word} <= set(due)
        if item.endswith("_related"):
            assert not {(customer, product) for product in word} & (set(bought) - set(due))
        if item == "cart_related":
            assert max(sorted(carts), key=lambda p: carts[p]) not in word
