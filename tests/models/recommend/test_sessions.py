"""Sessions as flat arrays."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.recommend.sessions import Sessions, sessions_of
from tests.models.recommend.visits import rows_of

words = st.lists(st.text("abcde", min_size=1, max_size=6), max_size=8)


def written(sessions: Sessions) -> list[str]:
    """Sessions as words, a letter a product."""
    ids, starts = sessions.ids.to_list(), sessions.starts.tolist()
    letters = [ids[code] for code in sessions.products.tolist()]
    return ["".join(letters[first:last]) for first, last in zip(starts, starts[1:], strict=False)]


@given(words)
def test_sessions_hold_the_steps_of_the_rows(sessions: list[str]) -> None:
    made = sessions_of(rows_of(sessions))
    assert written(made) == sessions
    assert made.ids.to_list() == sorted(set("".join(sessions)))
    assert made.lengths.tolist() == [len(session) for session in sessions]
    assert (made.products.dtype.name, made.starts.dtype.name) == ("int32", "int64")


@given(words, st.randoms(use_true_random=False))
def test_rows_of_sessions_may_be_mixed_as_long_as_each_keeps_its_order(sessions: list[str], random: object) -> None:
    """As events come in: what counts is which session began first."""
    rows = rows_of(sessions).with_row_index("row")
    begins = rows.group_by("session_id", maintain_order=True).head(1)
    later = rows.join(begins, on="row", how="anti")
    turns = later["session_id"].to_list()
    random.shuffle(turns)  # type: ignore[attr-defined]
    waiting = {name: list(part["row"]) for (name,), part in later.group_by("session_id", maintain_order=True)}
    order = begins["row"].to_list() + [waiting[name].pop(0) for name in turns]
    mixed = pl.DataFrame({"row": pl.Series(order, dtype=pl.UInt32)}).join(rows, on="row", maintain_order="left")
    assert written(sessions_of(mixed)) == sessions


def test_with_given_ids_other_products_are_left_out_and_sessions_of_nothing_else() -> None:
    made = sessions_of(rows_of(["abz", "zz", "ba"]), pl.Series("product_id", ["b", "a"]))
    assert made.products.tolist() == [1, 0, 0, 1]
    assert written(made) == ["ab", "ba"]


def test_a_part_has_the_same_codes() -> None:
    made = sessions_of(rows_of(["ab", "c", "dab", "e"]))
    assert written(made.part(1, 3)) == ["c", "dab"]
    assert len(made.part(2, 2)) == 0
    assert made.part(1, 3).ids.equals(made.ids)
