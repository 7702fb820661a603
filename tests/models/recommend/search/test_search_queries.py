import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recommend.search.keyboard import in_korean, keystrokes
from models.recommend.search.queries import LONGEST, normalised, spellings
from models.recommend.search.variants import KEYBOARD, SAME, TYPO, shop_words, variants
from models.simulation.words_search import on_english_keyboard

NO_WORDS = pl.Series("word", [], pl.String)


def key(query: str) -> str:
    return str(normalised(pl.Series([query]))[0])


def known(**searches: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"query": list(searches), "searches": list(searches.values())}, {"query": pl.String, "searches": pl.Int64}
    )


def meant(queries: pl.DataFrame, words: tuple[str, ...] = ()) -> dict[str, tuple[str, str]]:
    found = variants(queries, pl.Series("word", words, pl.String))
    return {query: (main, why) for query, main, why in found.rows()}


@pytest.mark.feature("D1")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("무선 이어폰", "무선이어폰"),
        ("  무선-이어폰!! ", "무선이어폰"),
        ("ＮＩＫＥ 에어", "nike에어"),
        ("Nike\u200b AIR", "nikeair"),
        ("ㄴㅣㅌㅡ", "니트"),
        (unicodedata.normalize("NFD", "니트"), "니트"),
        ("1.5L 물", "1.5l물"),
        ("15L 물", "15l물"),
        ("원피스😀", "원피스"),
        ("👨\u200d👩\u200d👧 ❤️", ""),
        ("\u0301", ""),
        ("", ""),
    ],
)
def test_spellings_of_one_query_share_a_key(written: str, expected: str) -> None:
    assert key(written) == expected


def test_huge_queries_become_short_keys_or_nothing() -> None:
    assert key("😀" * 500) == ""
    assert key("니트 " * 10_000) == ("니트" * LONGEST)[:LONGEST]
    assert len(key("\ufdfa" * 10_000)) == LONGEST  # one character that NFKC makes eighteen
    assert len(key("가" + "\u0301" * 10_000)) <= LONGEST


def test_missing_queries_stay_missing_and_the_order_is_kept() -> None:
    queries = pl.Series("q", ["나 이키", None, "아디다스", "나이키"])
    assert normalised(queries).to_list() == ["나이키", None, "아디다스", "나이키"]
    assert normalised(queries).name == "q"
    assert normalised(pl.Series("q", [], pl.String)).to_list() == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_a_key_is_bounded_and_its_own_key(query: str) -> None:
    first = key(query)
    assert len(first) <= LONGEST
    assert " " not in first
    assert key(first) == first


def test_a_key_is_shown_as_it_is_written_most() -> None:
    typed = pl.DataFrame({"query": ["무선이어폰", "무선  이어폰", "무선 이어폰", "😀"], "searches": [3, 2, 2, 9]})
    assert spellings(typed).rows() == [("무선이어폰", "무선 이어폰", 7)]


@pytest.mark.parametrize("word", ["아이폰", "꽈배기", "닭갈비", "앉은뱅이", "괜찮아", "원피스", "왜", "값비싼"])
def test_keystrokes_are_those_of_the_english_keyboard(word: str) -> None:
    typed = pl.DataFrame({"query": [word, on_english_keyboard(word)]}).select(keystrokes(pl.col("query")))
    assert typed["query"].n_unique() == 1


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8))
def test_what_was_typed_on_the_wrong_keyboard_becomes_korean_again(word: str) -> None:
    latin = on_english_keyboard(word)
    back = in_korean(pl.Series([latin.lower()]))[0]
    if latin == latin.lower():  # without doubled consonants, which are lost in lower case
        same = pl.DataFrame({"query": [back, word]}).select(keystrokes(pl.col("query")))["query"]
        assert same.n_unique() == 1
    assert back is not None


def test_english_words_are_not_taken_for_korean() -> None:
    assert in_korean(pl.Series(["vans", "coat", "니트", "dkdlvhs", "a1", None])).to_list() == [
        None, None, None, "아이폰", None, None,
    ]  # fmt: skip


def test_the_wrong_keyboard_is_found_in_both_directions() -> None:
    assert meant(known(아이폰=9, dkdlvhs=2))["dkdlvhs"] == ("아이폰", KEYBOARD)
    typed = key("ㅜㅑㅏㄷ")  # nike with the keyboard on Korean
    found = meant(pl.DataFrame({"query": ["nike", typed], "searches": [9, 2]}))
    assert found[typed] == ("nike", KEYBOARD)


def test_doubled_consonants_are_found_although_keys_have_no_capitals() -> None:
    assert meant(known(꽈배기=9, rhkqorl=2))["rhkqorl"] == ("꽈배기", KEYBOARD)


def test_two_korean_words_a_shift_key_apart_are_not_taken_for_the_wrong_keyboard() -> None:
    found = meant(known(방석쿠션=9, 빵석쿠션=8, qkdtjrzntus=1), ("방석", "빵석", "쿠션"))
    assert {query: main for query, (main, _) in found.items()} == {
        "방석쿠션": "방석쿠션", "빵석쿠션": "빵석쿠션", "qkdtjrzntus": "방석쿠션",
    }  # fmt: skip


@pytest.mark.parametrize("typo", ["원피쓰", "언피스", "원피", "원피스스", "원핏스", "원스피스"])
def test_a_typo_joins_the_query_that_is_clearly_more_frequent(typo: str) -> None:
    found = meant(known(**{"원피스": 20, typo: 2}))
    expected = TYPO if typo not in ("원스피스",) else SAME  # a whole syllable that is not doubled is another word
    assert found[typo] == ("원피스" if expected == TYPO else typo, expected)
    assert found["원피스"] == ("원피스", SAME)


def test_of_two_queries_equally_frequent_none_is_a_typo() -> None:
    assert meant(known(원피스=3, 원피쓰=2))["원피쓰"] == ("원피쓰", SAME)


def test_words_of_the_shop_are_no_typos() -> None:
    assert meant(known(코트=50, 보트=2))["보트"] == ("코트", TYPO)
    assert meant(known(코트=50, 보트=2), ("코트", "보트"))["보트"] == ("보트", SAME)


@pytest.mark.parametrize(("more", "less"), [("a라인스커트", "h라인스커트"), ("100매티슈", "200매티슈"), ("코", "고")])
def test_where_one_letter_makes_another_product_nothing_is_merged(more: str, less: str) -> None:
    assert meant(known(**{more: 50, less: 2}))[less] == (less, SAME)


def test_a_misspelling_on_the_wrong_keyboard_finds_its_query() -> None:
    found = meant(known(**{"원피스": 30, "원피쓰": 3, on_english_keyboard("원피쓰").lower(): 1}))
    assert {main for main, _ in found.values()} == {"원피스"}


_letters = st.text(alphabet="가나다각낙", min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_letters, st.integers(1, 30), min_size=1, max_size=25), st.integers(0, 99))
def test_mains_are_their_own_mains_and_the_order_of_rows_does_not_matter(counts: dict[str, int], seed: int) -> None:
    queries = known(**counts)
    found = variants(queries, NO_WORDS)
    assert found.equals(variants(queries.sample(fraction=1.0, shuffle=True, seed=seed), NO_WORDS))
    assert found["query"].to_list() == sorted(counts)
    mains = found.filter(pl.col("query").is_in(found["main"].implode()))
    assert (mains["query"] == mains["main"]).all()
    assert all(counts[main] >= 2 * counts[query] for query, main, why in found.rows() if why == TYPO)


@settings(max_examples=150, deadline=None)
@given(st.sets(st.text(alphabet="abcde", min_size=4, max_size=7), min_size=2, max_size=12))
def test_exactly_the_words_one_edit_apart_are_merged(words: set[str]) -> None:
    """With one frequent word and rare ones, against a plain distance (swaps count as one edit)."""
    ordered = sorted(words)
    frequent, rare = ordered[0], ordered[1:]
    long = [word for word in rare if len(word) >= 5]  # shorter Latin words have to agree as they are
    found = meant(known(**{frequent: 100} | dict.fromkeys(rare, 1)))
    assert {word for word in long if found[word][1] == TYPO} == {word for word in long if _one_edit(word, frequent)}


def _one_edit(left: str, right: str) -> bool:
    alphabet = "abcde"
    cuts = [(left[:i], left[i:]) for i in range(len(left) + 1)]
    edited = {a + b[1:] for a, b in cuts if b}
    edited |= {a + letter + b for a, b in cuts for letter in alphabet}
    edited |= {a + letter + b[1:] for a, b in cuts if b for letter in alphabet}
    edited |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return right in edited


def test_words_of_the_shop_are_those_of_its_catalogue() -> None:
    products = pl.DataFrame(
        {"name": ["린넨 셔츠 (S)", None], "category_path": ["여성의류 > 셔츠", None], "brand": ["Oh! Lot", None]}
    )
    assert shop_words(products).to_list() == ["lot", "oh", "린넨", "셔츠", "여성의류"]


def test_no_queries_have_no_variants() -> None:
    assert variants(known(), NO_WORDS).is_empty()
