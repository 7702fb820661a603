import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.taste.text.pairs import LONGEST_SITTING, co_viewed_pairs, pairs_of_texts

sittings_of = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 12)), max_size=80).map(
    lambda rows: pl.DataFrame(
        {"session_id": [f"s{s}" for s, _ in rows], "product_id": [f"p{p:02d}" for _, p in rows]},
        schema={"session_id": pl.String, "product_id": pl.String},
    )
)


def sitting(name: str, *products: str) -> pl.DataFrame:
    return pl.DataFrame({"session_id": [name] * len(products), "product_id": list(products)})


@settings(max_examples=100, deadline=None)
@given(sittings_of, st.integers(0, 30), st.integers(0, 3), st.randoms())
def test_pairs_are_real_distinct_bounded_and_the_same_in_any_order(
    sittings: pl.DataFrame, limit: int, seed: int, random: object
) -> None:
    pairs = co_viewed_pairs(sittings, limit, seed)
    together = sittings.join(sittings, on="session_id").select(left="product_id", right="product_id_right").unique()
    assert pairs.height <= limit
    assert pairs.join(together, on=["left", "right"], how="anti").is_empty()
    assert pairs.select("left", "right").is_unique().all()
    assert (pairs["left"] < pairs["right"]).all()
    shuffled = sittings[np.random.default_rng(seed).permutation(sittings.height)]
    assert pairs.equals(co_viewed_pairs(shuffled, limit, seed))


def test_small_sittings_give_all_their_pairs() -> None:
    assert co_viewed_pairs(sitting("s", "a", "b", "c", "d"), 100, 0).height == 6


def test_a_very_long_sitting_does_not_dominate() -> None:
    robot = sitting("robot", *(f"p{number:04d}" for number in range(1000)))
    assert co_viewed_pairs(robot, 10**6, 0).height <= 4 * LONGEST_SITTING


def test_of_too_many_pairs_those_of_bestsellers_give_way() -> None:
    """60 pairs of two products that are seen together only, 60 of one bestseller with everything else."""
    true = pl.concat([sitting(f"t{number}", f"a{number}", f"b{number}") for number in range(60)])
    best = pl.concat([sitting(f"u{number}", "bestseller", f"c{number}") for number in range(60)])
    pairs = co_viewed_pairs(pl.concat([true, best]), 40, 1)
    of_bestseller = pairs.filter(pl.any_horizontal(pl.col("left", "right") == "bestseller"))
    assert of_bestseller.height < 10


def test_sittings_of_one_product_give_no_pair() -> None:
    assert co_viewed_pairs(sitting("s", "a", "a"), 10, 0).is_empty()


def test_pairs_of_texts_leave_out_twins_and_strangers() -> None:
    texts = pl.DataFrame({"product_id": ["1", "2", "3"], "text": ["coat", "coat", "bag"]})
    pairs = pl.DataFrame({"left": ["1", "1", "2", "3"], "right": ["2", "3", "3", "gone"]})
    distinct, indexes = pairs_of_texts(pairs, texts)
    assert distinct == ["bag", "coat"]
    assert indexes.tolist() == [[0, 1]]
    assert pairs_of_texts(pairs.clear(), texts)[1].shape == (0, 2)
