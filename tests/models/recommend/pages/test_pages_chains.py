"""Chains: lists are full, without repetitions, and each step only adds."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.pages.chains import LISTS, Step, chained, shares

PRODUCTS = [f"p{number}" for number in range(12)]


def rows(lists: dict[str, list[str]]) -> pl.DataFrame:
    found = [(key, rank, product, 1.0 / rank, 3) for key, ids in lists.items() for rank, product in enumerate(ids, 1)]
    schema = ["key", "rank", "product_id", "score", "support"]
    types = [pl.String, pl.Int32, pl.String, pl.Float64, pl.Int64]
    return pl.DataFrame(found, schema=list(zip(schema, types, strict=True)), orient="row")


def on(lists: pl.DataFrame, context: str) -> list[str]:
    return lists.filter(pl.col("context_id") == context)["product_id"].to_list()


def test_a_later_step_adds_what_is_missing_and_repeats_nothing() -> None:
    own = Step("own", rows({"a": ["p1", "p2"], "b": ["p1", "p2", "p3"]}))
    shop = Step(
        "shop", rows({"*": ["p2", "p3", "p4"]}), pl.DataFrame({"context_id": ["a", "b", "c"], "key": ["*"] * 3})
    )
    lists = chained(pl.Series(["c", "a", "b"]), [own, shop], 3)
    assert on(lists, "a") == ["p1", "p2", "p3"]
    assert on(lists, "b") == ["p1", "p2", "p3"]
    assert on(lists, "c") == ["p2", "p3", "p4"]
    assert lists.filter(pl.col("context_id") == "a")["source"].to_list() == ["own", "own", "shop"]
    assert lists.schema == LISTS


def test_what_is_unwanted_in_a_context_is_left_out_there_alone() -> None:
    own = Step("own", rows({"a": ["p1", "p2"], "b": ["p1"]}))
    unwanted = pl.DataFrame({"context_id": ["a"], "product_id": ["p1"]})
    lists = chained(pl.Series(["a", "b"]), [own], 2, unwanted=unwanted)
    assert on(lists, "a") == ["p2"]
    assert on(lists, "b") == ["p1"]


def test_no_steps_and_no_contexts_give_no_rows() -> None:
    assert chained(pl.Series(["a"]), [], 3).is_empty()
    assert chained(pl.Series([], dtype=pl.String), [Step("own", rows({"a": ["p1"]}))], 3).schema == LISTS


def test_shares_add_up_to_one() -> None:
    own = Step("own", rows({"a": ["p1"], "b": ["p1", "p2"]}))
    shop = Step("shop", rows({"*": PRODUCTS}), "*")
    found = shares(chained(pl.Series(["a", "b"]), [own, shop], 4))
    assert found["share"].sum() == 1
    assert dict(found.select("source", "rows").iter_rows()) == {"own": 3, "shop": 5}


_list = st.lists(st.sampled_from(PRODUCTS), max_size=8, unique=True)


@given(
    st.dictionaries(st.sampled_from("abc"), _list), st.dictionaries(st.sampled_from("abc"), _list), st.integers(1, 9)
)
def test_lists_are_prefixes_of_the_joined_steps_without_repetitions(
    first: dict[str, list[str]], second: dict[str, list[str]], n: int
) -> None:
    lists = chained(pl.Series(["a", "b", "c"]), [Step("one", rows(first)), Step("two", rows(second))], n)
    for context in "abc":
        joined = list(dict.fromkeys([*first.get(context, []), *second.get(context, [])]))
        assert on(lists, context) == joined[:n]
        ranks = lists.filter(pl.col("context_id") == context)["rank"].to_list()
        assert ranks == list(range(1, len(ranks) + 1))
