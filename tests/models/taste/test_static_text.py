import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from models.taste.text.static_fit import fit_on_pairs
from models.taste.text.static_init import vectors_from_texts
from models.taste.text.static_text import (
    LEAST_PAIRS,
    TextModelFacts,
    TrainedTextModel,
    should_retrain,
    train_text_model,
)
from models.taste.text.static_tokens import bags_of, train_tokenizer

Vectors = NDArray[np.float32]
NO_PAIRS = np.zeros((0, 2), dtype=np.int64)
TASTES, STYLES = 6, 5


def shop(products: int = 360, seed: int = 3) -> tuple[list[str], NDArray[np.int64]]:
    """Titles and their planted tastes: a taste has five style words; nouns and colours say nothing of it.

    No title has two style words, so that only views can tell which of them belong together.
    """
    rng = np.random.default_rng(seed)
    taste = rng.integers(TASTES, size=products)
    styles = np.array([f"{first}{second}풍" for first in "로맨틱스포츠빈티" for second in "가나다라"])
    nouns = np.array(["코트", "스커트", "가방", "신발", "원피스", "니트", "모자", "양말"])
    style = styles[taste * STYLES + rng.integers(STYLES, size=products)]
    noun = rng.choice(nouns, products)
    titles = [f"{style[number]} {noun[number]} {number % 40}호" for number in range(products)]
    return titles, taste


def pairs_within(taste: NDArray[np.int64], count: int, among: NDArray[np.bool_], seed: int = 4) -> NDArray[np.int64]:
    """Pairs of products of one taste, a fifth of them by chance."""
    rng = np.random.default_rng(seed)
    there = np.flatnonzero(among)
    pairs = rng.choice(there, (count * TASTES * 2, 2))
    same = (taste[pairs[:, 0]] == taste[pairs[:, 1]]) | (rng.random(len(pairs)) < 0.04)
    return np.unique(np.sort(pairs[same & (pairs[:, 0] != pairs[:, 1])][:count], axis=1), axis=0)


def share_of_own_taste(vectors: Vectors, taste: NDArray[np.int64], of: NDArray[np.bool_]) -> float:
    """Of the ten nearest products of those ``of``."""
    near = vectors @ vectors.T
    np.fill_diagonal(near, -2.0)
    nearest = np.argsort(-near[of], axis=1, kind="stable")[:, :10]
    return float((taste[nearest] == taste[of][:, None]).mean())


def encode(trained: TrainedTextModel, texts: list[str]) -> Vectors:
    return np.asarray(trained.model.encode(texts, normalize_embeddings=True))


def facts(**changes: object) -> TextModelFacts:
    known: dict[str, object] = {"method": "co-viewed pairs", "texts": 100, "pairs": 1000, "vocabulary": 50}
    known |= {"dimensions": 8, "seed": 0, "rounds": 3, "loss_before": 2.0, "loss_after": 1.0, "trained_on": "ab"}
    return TextModelFacts(**(known | changes))  # type: ignore[arg-type]


class TestFitting:
    def test_new_products_are_near_their_taste_though_nobody_saw_them(self) -> None:
        titles, taste = shop()
        seen = np.random.default_rng(0).random(len(titles)) < 0.8
        start = train_text_model(titles, NO_PAIRS)
        fitted = train_text_model(titles, pairs_within(taste, 4000, seen))
        assert fitted.facts.method == "co-viewed pairs"
        assert fitted.facts.loss_after is not None
        assert fitted.facts.loss_before is not None
        assert fitted.facts.loss_after < fitted.facts.loss_before
        vectors = encode(fitted, titles)
        of_seen, of_new = (share_of_own_taste(vectors, taste, of) for of in (seen, ~seen))
        assert of_new > 0.9 > 0.6 > share_of_own_taste(encode(start, titles), taste, ~seen)
        assert of_seen - of_new < 0.05

    def test_the_same_again_whatever_the_number_of_threads_which_is_put_back(self) -> None:
        import torch

        titles, taste = shop(150)
        pairs = pairs_within(taste, 1000, np.ones(150, dtype=np.bool_))
        before = torch.get_num_threads()
        weights = []
        try:
            for threads in (1, 2):
                torch.set_num_threads(threads)
                trained = train_text_model(titles, pairs, seed=5)
                assert torch.get_num_threads() == threads
                assert trained.facts.rounds > 0
                weights.append(encode(trained, titles))
        finally:
            torch.set_num_threads(before)
        assert np.array_equal(*weights)

    def test_pairs_by_chance_teach_nothing_and_leave_the_start(self) -> None:
        titles, _ = shop(120)
        pairs = np.unique(np.sort(np.random.default_rng(1).integers(120, size=(400, 2)), axis=1), axis=0)
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        bags = bags_of(train_tokenizer(titles, 1000), titles)
        fitted = fit_on_pairs(vectors_from_texts(bags, 16, 0), bags, pairs, seed=0)
        assert fitted.loss_after <= fitted.loss_before
        assert fitted.loss_before - fitted.loss_after < 0.1


class TestTextsAlone:
    def test_words_that_stand_together_make_titles_alike(self) -> None:
        words = ["니트 울 겨울", "코트 울 겨울", "니트 울 눈꽃", "수영복 바다 여름", "샌들 바다 여름", "샌들 바다 모래"]
        titles = [f"{title} {number % 7}" for number, title in enumerate(words * 10)]
        vectors = encode(train_text_model(titles, NO_PAIRS), titles)
        assert share_of_own_taste(vectors, np.arange(60) % 6 // 3, np.ones(60, dtype=np.bool_)) > 0.95

    @pytest.mark.parametrize("titles", [["코트"], ["👗"], ["1"], ["코트", "가방", "신발"], ["a b"], ["", "코트"], []])
    def test_tiny_shops_are_no_crash(self, titles: list[str]) -> None:
        said: list[str] = []
        trained = train_text_model(titles, NO_PAIRS, say=said.append)
        assert trained.facts.method == "texts alone"
        assert any("texts alone" in line for line in said)
        vectors = encode(trained, [*titles, "처음 보는 말", "👑"])
        assert np.isfinite(vectors).all()
        assert vectors.shape == (len(titles) + 2, trained.facts.dimensions)

    def test_a_pair_or_two_do_not_fit_a_model(self) -> None:
        trained = train_text_model(["코트", "가방", "신발"], np.array([[0, 1], [1, 2]]))
        assert (trained.facts.method, trained.facts.rounds) == ("texts alone", 0)

    def test_many_pairs_of_two_texts_are_no_crash(self) -> None:
        pairs = np.tile(np.array([[0, 1]]), (LEAST_PAIRS, 1))
        assert np.isfinite(encode(train_text_model(["코트", "가방"], pairs), ["코트", "가방"])).all()


class TestTokens:
    def test_hangul_syllables_stay_whole(self) -> None:
        tokenizer = train_tokenizer(["오버핏 후드티 WARM", "오버핏 셔츠 WARM"], 100)
        assert tokenizer.encode("오버핏 warm").tokens == ["오버핏", "warm"]
        assert tokenizer.encode("\u110b\u1169버핏").tokens == ["오버핏"]  # letters put together

    def test_the_same_in_any_process_and_order_of_texts(self) -> None:
        """Ties between merges could go either way: a small vocabulary over words of chance has many."""
        program = (
            "import sys, numpy as np\n"
            "from models.taste.text.static_tokens import train_tokenizer\n"
            "letters = np.random.default_rng(0).choice(list('가나다라마바사'), (400, 5))\n"
            "texts = [''.join(word) for word in letters][:: int(sys.argv[1])]\n"
            "print(sorted(train_tokenizer(texts, 150).get_vocab().items()))"
        )
        found = {
            subprocess.run([sys.executable, "-c", program, step], capture_output=True, text=True, check=True).stdout
            for step in ("1", "-1", "1", "-1")
        }
        assert len(found) == 1

    def test_all_syllables_of_a_large_catalogue_are_known(self) -> None:
        syllables = [chr(0xAC00 + 4 * number) for number in range(2500)]
        tokenizer = train_tokenizer(syllables * 2, 20_000)
        assert all(token != "[UNK]" for each in tokenizer.encode_batch(syllables) for token in each.tokens)


class TestRetraining:
    known = pl.Series([f"h{number}" for number in range(100)])

    def reason(self, known_facts: TextModelFacts, new: int = 0, pairs: int = 1000, most: int = 100_000) -> str | None:
        texts = pl.Series([f"h{number}" for number in range(new, 100 + new)])
        return should_retrain(known_facts, self.known, texts, pairs, most_pairs=most)

    def test_an_ordinary_day_keeps_the_model(self) -> None:
        assert self.reason(facts(), new=10, pairs=3000) is None

    def test_a_catalogue_that_has_turned_over_needs_another(self) -> None:
        assert self.reason(facts(), new=30) is None
        assert "31% of the product texts" in str(self.reason(facts(), new=31))

    def test_many_times_the_pairs_need_another(self) -> None:
        assert "4000 co-viewed pairs" in str(self.reason(facts(), pairs=4000))

    def test_pairs_beyond_the_limit_do_not_count(self) -> None:
        assert self.reason(facts(pairs=100_000), pairs=900_000) is None

    def test_the_first_pairs_of_a_new_shop_do(self) -> None:
        new = facts(method="texts alone", pairs=20)
        assert self.reason(new, pairs=LEAST_PAIRS - 1) is None
        assert self.reason(new, pairs=LEAST_PAIRS) is not None

    def test_a_shop_without_products_keeps_what_it_has(self) -> None:
        empty = pl.Series([], dtype=pl.String)
        assert should_retrain(facts(), self.known, empty, 0, most_pairs=10) is None
