"""The protocol: every beginning of every test session predicts what comes next."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from models.recommend.personal import evaluation
from models.recommend.personal.evaluation import Evaluated, categories_of, evaluated, most_popular
from models.recommend.personal.lists import PersonalModel
from models.recommend.personal.ranker import Training
from models.recommend.quality.metrics import Quality
from tests.models.recommend.visits import PER_CLUSTER, PRODUCTS, planted, rows_of, sessions_from

TRAINING = Training(trees=10, least_in_leaf=10, histories=1_000, threads=1)
ORDER = ["best_sellers", "viewed_together", "next_view", "neighbours", "personal"]
KNOWN = ["ab", "abc", "bc"]
# predicted: b after a, z after ab, a after b; nobody predicts c, which begins; z after z can not be known either
UNSEEN = ["abz", "c", "ba", "zz"]


def by_name(train: pl.DataFrame, test: pl.DataFrame, **options: Any) -> dict[str, Evaluated]:
    return {each.algorithm: each for each in evaluated(train, test, training=TRAINING, **options)}


@pytest.fixture(scope="module")
def by_hand() -> dict[str, Evaluated]:
    return by_name(rows_of(KNOWN), rows_of(UNSEEN, "t"))


def test_algorithms_come_in_order_the_simplest_first(by_hand: dict[str, Evaluated]) -> None:
    assert list(by_hand) == ORDER


def test_every_beginning_counts_also_of_products_never_seen_before(by_hand: dict[str, Evaluated]) -> None:
    assert {each.histories for each in by_hand.values()} == {4}
    assert {each.quality.hit_rate for each in by_hand.values()} == {2 / 4}


@pytest.mark.parametrize(
    ("algorithm", "places"),
    [
        # by steps: b 3, a 2, c 2
        ("best_sellers", (1, 2)),
        # of a: b 2 times side by side, then c; of b: a twice, c twice, a is the lower code
        ("viewed_together", (1, 1)),
        # of b only c came after, then best sellers: b, a
        ("next_view", (1, 3)),
        # a itself, b beside it, c further; b itself, c (new sessions) before a
        ("neighbours", (2, 3)),
        ("personal", (2, 3)),
    ],
)
def test_places_by_hand(by_hand: dict[str, Evaluated], algorithm: str, places: tuple[int, int]) -> None:
    """Places of b after a, and of a after b."""
    found = by_hand[algorithm].quality
    assert found.reciprocal_rank == pytest.approx(sum(1 / place for place in places) / 4)
    assert found.ndcg == pytest.approx(sum(1 / np.log2(1 + place) for place in places) / 4)


def test_shorter_lists_hit_less() -> None:
    found = by_name(rows_of(KNOWN), rows_of(UNSEEN, "t"), k=1)
    assert {name: each.quality.hit_rate for name, each in found.items()} == {
        "best_sellers": 1 / 4,
        "viewed_together": 2 / 4,
        "next_view": 1 / 4,
        "neighbours": 0,
        "personal": 0,
    }


def test_what_training_never_saw_is_missed_even_when_the_session_had_it_before() -> None:
    found = by_name(rows_of(KNOWN), rows_of(["zz", "zyz"], "t"))
    assert {each.quality for each in found.values()} == {Quality(0.0, 0.0, 0.0)}


@pytest.mark.parametrize(("known", "unseen"), [([], []), (KNOWN, []), ([], UNSEEN), (KNOWN, ["a", "b"])])
def test_nothing_to_learn_from_or_to_predict_has_no_quality(known: list[str], unseen: list[str]) -> None:
    found = by_name(rows_of(known), rows_of(unseen, "t"))
    assert list(found) == ORDER
    assert {each.quality.hit_rate for each in found.values()} == {0}
    assert all(each.per_second >= 0 for each in found.values())


def named(steps: list[list[int]], prefix: str = "s") -> pl.DataFrame:
    return rows_of([[f"p{product:03d}" for product in session] for session in steps], prefix)


def test_nothing_is_learned_from_the_sessions_that_are_predicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what they hold nor products that they alone know change settings, ranker or the space of products."""
    models, spaces = [], []
    fit, space_of = evaluation.fitted, evaluation.space_of

    def seen_fit(*arguments: Any, **options: Any) -> PersonalModel:
        models.append(fit(*arguments, **options))
        return models[-1]

    def seen_space(*arguments: Any, **options: Any) -> Any:
        spaces.append(space_of(*arguments, **options))
        return spaces[-1]

    monkeypatch.setattr(evaluation, "fitted", seen_fit)
    monkeypatch.setattr(evaluation, "space_of", seen_space)
    train = named(planted(700))
    for test in (named(planted(20, seed=1), "t"), rows_of([["a", "p001", "zz"], ["p001", "p050", "p001"]], "t")):
        by_name(train, test)
    assert models[0].ranker != ""
    assert models[0] == models[1]
    assert spaces[0].vectors.tobytes() == spaces[1].vectors.tobytes()


def test_quality_is_that_of_planted_chains_and_the_same_in_any_mix_of_rows() -> None:
    steps = planted(800)
    train, test = named(steps[:700]), named(steps[700:], "t")
    found = by_name(train, test, k=3)
    qualities = [found[name].quality for name in ORDER]
    assert qualities[0].hit_rate < qualities[1].hit_rate
    assert qualities[3].reciprocal_rank < qualities[4].reciprocal_rank
    assert found["personal"].training_seconds > 0
    first = test.unique("session_id", keep="first", maintain_order=True)
    mixed = pl.concat([first, test.with_row_index("row").filter(~pl.col("session_id").is_first_distinct()).drop("row")])
    again = by_name(train, mixed.select(test.columns), k=3)
    assert {name: each.quality for name, each in again.items()} == {name: found[name].quality for name in ORDER}


def test_categories_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    fit = evaluation.fitted

    def fitted(sessions: Any, first: int, last: int, categories: np.ndarray, **options: Any) -> PersonalModel:
        seen.append(categories)
        return fit(sessions, first, last, categories, **options)

    monkeypatch.setattr(evaluation, "fitted", fitted)
    train = named(planted(100)).with_columns(
        category_id=(pl.col("product_id").str.slice(1).cast(pl.Int32) // PER_CLUSTER).cast(pl.String)
    )
    by_name(train, named([[0, 1], [1, 2]], "t"))
    by_name(train.drop("category_id"), named([[0, 1], [1, 2]], "t"))
    cluster = train["product_id"].unique().sort().str.slice(1).cast(pl.Int32).to_numpy() // PER_CLUSTER
    assert ((seen[0][:, None] == seen[0]) == (cluster[:, None] == cluster)).all()
    assert set(seen[1].tolist()) == {-1}


def test_a_product_has_the_category_that_it_was_last_seen_in() -> None:
    steps = rows_of(["abcab"]).with_columns(category_id=pl.Series(["x", "y", None, "y", None]))
    assert categories_of(steps, pl.Series("product_id", list("abcd"))).tolist()[:2] in ([1, 1], [0, 0])
    assert categories_of(steps, pl.Series("product_id", list("abcd"))).tolist()[2:] == [-1, -1]
    other = rows_of(["ab"]).with_columns(category_id=pl.Series(["y", "x"]))
    one, two = categories_of(other, pl.Series("product_id", ["a", "b"])).tolist()
    assert one != two
    assert min(one, two) >= 0


def test_most_popular_are_those_with_most_steps_of_equals_the_lower_code() -> None:
    sessions = sessions_from([[3, 1], [1, 3, 2], [1]], 6)
    assert most_popular(sessions, 2).tolist() == [1, 3]
    assert most_popular(sessions, 9).tolist() == [1, 3, 2]
    assert most_popular(sessions_from([], PRODUCTS), 9).tolist() == []


def test_progress_is_told() -> None:
    told: list[str] = []
    by_name(rows_of(KNOWN), rows_of(UNSEEN, "t"), say=told.append)
    assert [text for text in told if text.startswith("evaluating")] == [f"evaluating {name}" for name in ORDER]
