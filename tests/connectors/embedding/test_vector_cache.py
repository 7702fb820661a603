import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from connectors.embedding.product_vectors import vectors_of
from connectors.embedding.text_model import TextModel
from connectors.embedding.vector_cache import VectorCache, vector_frame


def vectors(*hashes: str, width: int = 3) -> pl.DataFrame:
    """A made-up vector for each hash, always the same."""
    rows = np.array([[len(name), ord(name[0]), *range(width - 2)] for name in hashes], dtype=np.float32)
    return vector_frame(pl.Series(hashes, dtype=pl.String), rows.reshape(-1, width))


def texts(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"product_id": [f"p{n}" for n in names], "text": names, "text_hash": [f"h{n}" for n in names]})


class CountingModel(TextModel):
    """Notes what it was asked to embed."""

    asked: list[str] = []

    def encode(self, texts: object) -> NDArray[np.float32]:
        self.asked.extend(texts)  # type: ignore[arg-type]
        return np.array([[float(text), 1.0] for text in texts], dtype=np.float32)  # type: ignore[attr-defined]


def counting(version: str = "v1") -> CountingModel:
    def never() -> None:
        raise AssertionError("not loaded here")

    model = CountingModel(version, never)  # type: ignore[arg-type]
    object.__setattr__(model, "asked", [])
    return model


class TestCache:
    def test_what_was_put_is_found_by_version_and_hash(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path)
        cache.put("a/model@1", vectors("x", "yy"))
        assert cache.get("a/model@1", pl.Series(["yy", "z"])) is not None
        found = VectorCache(tmp_path).get("a/model@1", pl.Series(["yy", "z", "yy"]))
        assert found is not None
        assert found.equals(vectors("yy"))
        assert cache.get("a/model@2", pl.Series(["x"])) is None
        assert cache.get("a/model@1", pl.Series(["z"])) is None

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.sets(st.sampled_from("abcdefghij"), min_size=1), min_size=1, max_size=9))
    def test_any_additions_give_all_that_was_put(self, additions: list[set[str]]) -> None:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            cache = VectorCache(Path(folder), most_files=3)
            for addition in additions:
                cache.put("v", vectors(*sorted(addition)))
            every = sorted(set().union(*additions))
            found = cache.get("v", pl.Series(every))
            assert found is not None
            assert found.equals(vectors(*every))
            assert len(list(Path(folder).rglob("*.parquet"))) <= 3

    def test_a_small_addition_writes_little(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path)
        cache.put("v", vectors(*(f"x{number}" for number in range(5000)), width=64))
        (large,) = tmp_path.rglob("*.parquet")
        before = large.stat().st_mtime_ns
        cache.put("v", vectors("new", width=64))
        (small,) = set(tmp_path.rglob("*.parquet")) - {large}
        assert small.stat().st_size < 5_000 < large.stat().st_size
        assert large.stat().st_mtime_ns == before

    @pytest.mark.parametrize("damage", [lambda raw: raw[:-7], lambda raw: b"", lambda raw: raw[:50] + b"?" + raw[51:]])
    def test_a_damaged_file_is_said_and_forgotten(self, tmp_path: Path, damage: object) -> None:
        said: list[str] = []
        cache = VectorCache(tmp_path, say=said.append)
        cache.put("v", vectors("x"))
        (torn,) = tmp_path.rglob("*.parquet")
        cache.put("v", vectors("y"))
        torn.write_bytes(damage(torn.read_bytes()))  # type: ignore[operator]
        found = cache.get("v", pl.Series(["x", "y"]))
        assert found is not None
        assert found.equals(vectors("y"))
        assert len(said) == 1
        assert str(torn) in said[0]
        assert not torn.exists()

    def test_a_file_in_the_making_is_not_read(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path)
        cache.put("v", vectors("x"))
        (whole,) = tmp_path.rglob("*.parquet")
        (whole.parent / ".making-2").write_bytes(b"torn")
        found = cache.get("v", pl.Series(["x"]))
        assert found is not None
        cache.put("v", vectors("y"))
        assert not list(whole.parent.glob(".making-*"))


class TestVectorsOf:
    def test_only_what_is_new_is_embedded(self, tmp_path: Path) -> None:
        cache, first, second = VectorCache(tmp_path), counting(), counting()
        vectors_of(texts("1", "2"), first, cache)
        assert first.asked == ["1", "2"]
        embedded = vectors_of(texts("3", "2"), second, cache)
        found = embedded.vectors
        assert second.asked == ["3"]
        assert embedded.new == 1
        assert found["product_id"].to_list() == ["p2", "p3"]
        assert found["vector"].to_list() == [[2.0, 1.0], [3.0, 1.0]]

    def test_products_of_one_text_share_a_vector(self, tmp_path: Path) -> None:
        model = counting()
        same = pl.concat([texts("1"), texts("1").with_columns(product_id=pl.lit("p0"))])
        found = vectors_of(same, model, VectorCache(tmp_path)).vectors
        assert model.asked == ["1"]
        assert found["vector"].to_list() == [[1.0, 1.0]] * 2

    def test_another_model_embeds_all_and_the_old_vectors_go_when_it_is_done(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path)
        vectors_of(texts("1", "2"), counting("v1"), cache)
        newer = counting("v2")
        vectors_of(texts("1", "2"), newer, cache)
        assert newer.asked == ["1", "2"]
        assert cache.get("v1", pl.Series(["h1"])) is None
        assert len(list(tmp_path.iterdir())) == 1

    def test_old_vectors_stay_until_the_newer_model_is_done(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path)
        vectors_of(texts("1"), counting("v1"), cache)
        with pytest.raises(ValueError, match="could not convert"):
            vectors_of(texts("1", "no number"), counting("v2"), cache)
        assert cache.get("v1", pl.Series(["h1"])) is not None

    def test_no_products_are_no_crash_and_lose_nothing(self, tmp_path: Path) -> None:
        cache = VectorCache(tmp_path)
        vectors_of(texts("1"), counting(), cache)
        assert vectors_of(texts("1").clear(), counting("v2"), cache).vectors.columns == ["product_id", "vector"]
        assert cache.get("v1", pl.Series(["h1"])) is not None

    def test_the_order_of_products_does_not_matter(self, tmp_path: Path) -> None:
        some = texts("3", "1", "2")
        one = vectors_of(some, counting(), VectorCache(tmp_path / "a")).vectors
        assert one.equals(vectors_of(some.reverse(), counting(), VectorCache(tmp_path / "b")).vectors)

    def test_a_day_without_news_imports_nothing_heavy(self, tmp_path: Path, model_folder: Path) -> None:
        """In a process of its own, with a real model: loaded on the first day, not looked at on the second."""
        program = (
            "import sys, polars as pl\n"
            "from pathlib import Path\n"
            "from connectors.embedding.hub_models import load_hub_model\n"
            "from connectors.embedding.product_vectors import vectors_of\n"
            "from connectors.embedding.text_models import TextModels\n"
            "from connectors.embedding.vector_cache import VectorCache\n"
            "texts = pl.DataFrame({'product_id': ['1'], 'text': ['코트'], 'text_hash': ['h']})\n"
            "TextModels(Path(sys.argv[1])).current()\n"
            "found = vectors_of(texts, load_hub_model(sys.argv[2]), VectorCache(Path(sys.argv[1])))\n"
            "heavy = {'torch', 'sentence_transformers', 'transformers', 'tokenizers', 'sklearn', 'scipy'}\n"
            "print(found.new, found.vectors['vector'].to_list(), sorted(heavy & set(sys.modules)) != [])"
        )
        command = [sys.executable, "-c", program, str(tmp_path / "cache"), str(model_folder)]
        days = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() for _ in range(2)]
        assert days == ["1 [[1.0, 0.0]] True", "0 [[1.0, 0.0]] False"]
