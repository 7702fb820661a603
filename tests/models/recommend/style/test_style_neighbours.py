import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.style.cells import nearest_by_cells
from models.recommend.style.neighbours import LISTS, VectorLengthsDifferError, recall, similar_style


def embedded(vectors: np.ndarray, prefix: str = "p") -> pl.DataFrame:
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    ids = [f"{prefix}{number:06d}" for number in range(len(unit))]
    return pl.DataFrame({"product_id": ids, "vector": pl.Series(unit, dtype=pl.Array(pl.Float32, unit.shape[1]))})


def catalogue(size: int, groups: int = 20, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(groups, 16))
    return embedded(centres[rng.integers(0, groups, size)] + 0.5 * rng.normal(size=(size, 16)))


def by_hand(embeddings: pl.DataFrame, allowed: set[str], n: int) -> dict[str, list[str]]:
    vectors, ids = embeddings["vector"].to_numpy().astype(np.float64), embeddings["product_id"].to_list()
    scores = np.round(vectors @ vectors.T, 5)
    return {
        ids[row]: [
            ids[other]
            for other in sorted(range(len(ids)), key=lambda other: (-scores[row, other], ids[other]))
            if other != row and ids[other] in allowed
        ][:n]
        for row in range(len(ids))
    }


def lists_of(found: pl.DataFrame) -> dict[str, list[str]]:
    grouped = found.sort("product_id", "rank").group_by("product_id", maintain_order=True).agg("other_id")
    return dict(grouped.rows())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 8), st.integers(0, 99), st.data())
def test_exact_neighbours_are_those_found_by_hand_whatever_the_order(
    size: int, n: int, seed: int, data: st.DataObject
) -> None:
    """Small whole numbers make many ties."""
    rng = np.random.default_rng(seed)
    embeddings = embedded(rng.integers(-1, 2, (size, 3)) + np.array([0.0, 0.0, 1.5]))
    ids = embeddings["product_id"].to_list()
    allowed = data.draw(st.sets(st.sampled_from(ids)))
    allowed_ids = pl.Series(sorted(allowed), dtype=pl.String)
    found = similar_style(embeddings.sample(fraction=1.0, shuffle=True, seed=seed), allowed_ids, n)
    expected = {product: others for product, others in by_hand(embeddings, allowed, n).items() if others}
    assert lists_of(found) == expected
    assert found.schema == LISTS


def test_large_blocks_and_small_ones_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    embeddings = catalogue(700)
    everything = embeddings["product_id"]
    whole = similar_style(embeddings, everything, 5)
    assert lists_of(whole) == by_hand(embeddings, set(everything), 5)
    monkeypatch.setattr("models.recommend.style.exact._SCORES", 7_000)
    monkeypatch.setattr("models.recommend.style.exact._STRIDE", 4)  # so that thresholds are taken from groups
    assert similar_style(embeddings, everything, 5).drop("score").equals(whole.drop("score"))


@pytest.mark.feature("D5")
def test_sold_out_products_have_lists_but_stand_in_none() -> None:
    embeddings = catalogue(200)
    allowed = embeddings["product_id"].gather_every(2)
    found = similar_style(embeddings, allowed, 20)
    assert found.group_by("product_id").len()["len"].to_list() == [20] * 200
    assert found["other_id"].is_in(allowed.implode()).all()
    assert (found["product_id"] != found["other_id"]).all()


def test_cells_find_nearly_all_neighbours_and_always_the_same() -> None:
    embeddings = catalogue(3000, groups=60)
    everything = embeddings["product_id"]
    vectors = embeddings["vector"].to_numpy()
    rows = np.arange(3000)
    first = list(nearest_by_cells(vectors, rows, 10, per_cell=100, probed=12))
    again = list(nearest_by_cells(vectors, rows, 10, per_cell=100, probed=12))
    assert all((a == b).all() for one, other in zip(first, again, strict=True) for a, b in zip(one, other, strict=True))
    in_cells = similar_style(embeddings, everything, 10, exact_up_to=100)
    assert recall(in_cells, embeddings, everything) > 0.95
    assert in_cells.group_by("product_id").len()["len"].to_list() == [10] * 3000
    assert recall(similar_style(embeddings, everything, 10), embeddings, everything) == 1.0


def test_cells_that_miss_neighbours_are_told_by_their_recall() -> None:
    embeddings = catalogue(400)
    found = similar_style(embeddings, embeddings["product_id"], 10)
    worse = found.filter(pl.col("rank") % 2 == 0)
    assert recall(worse, embeddings, embeddings["product_id"]) == pytest.approx(0.5)


def test_no_product_one_product_and_nothing_allowed_give_empty_lists() -> None:
    one, nothing = catalogue(1), pl.Series([], dtype=pl.String)
    for embeddings, allowed in ((one.clear(), nothing), (one, one["product_id"]), (catalogue(5), nothing)):
        found = similar_style(embeddings, allowed)
        assert found.is_empty()
        assert found.schema == LISTS
        assert recall(found, embeddings, allowed) == 1.0


def test_vectors_of_two_models_are_refused() -> None:
    mixed = pl.DataFrame({"product_id": ["a", "b"], "vector": [[1.0, 0.0], [1.0]]})
    with pytest.raises(VectorLengthsDifferError):
        similar_style(mixed, mixed["product_id"])
