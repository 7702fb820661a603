"""Hashes that stay, variants that are exact at every moment of a send and stay with a customer."""

from fractions import Fraction
from hashlib import blake2b

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.campaigns.hashing import below_share, hashed
from models.campaigns.variants import handed_out, slots, wished

pytestmark = pytest.mark.feature("G4")

_64 = (1 << 64) - 1
STEP = 0x9E3779B97F4A7C15


def mixed(number: int) -> int:
    """SplitMix64's finaliser in plain whole numbers."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _64
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _64
    return number ^ (number >> 31)


def salt_of(*words: str) -> int:
    said = "".join(f"{len(word)}:{word}" for word in words)
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "little")


def test_the_mix_is_that_of_splitmix64() -> None:
    # the first outputs of the generator with seed 1234567, as published with it
    found = [mixed((1234567 + place * STEP) & _64) for place in (1, 2, 3)]
    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@given(st.lists(st.integers(0, 2**60 - 1), max_size=20), st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_hashes_are_what_the_formula_says_in_plain_numbers(ids: list[int], salt: list[str]) -> None:
    expected = [mixed(mixed((one + STEP) & _64) ^ salt_of(*salt)) for one in ids]
    assert hashed(pl.Series(ids, dtype=pl.Int64), *salt).tolist() == expected


def test_hashes_stay_what_they_were_when_customers_were_first_drawn() -> None:
    found = hashed(pl.Series([0, 1, 2**60 - 1, 123_456_789]), "variant", "spring").tolist()
    assert found == [9176406696939792387, 4253815602914317978, 376994333290940745, 2536074971875124236]


def test_draws_of_different_salts_are_independent_and_even() -> None:
    ids = pl.Series(range(100_000))
    one, other = (below_share(hashed(ids, *salt), 1_000, 10_000) for salt in (("ab", "c"), ("a", "bc")))
    for share, expected in ((one.mean(), 0.1), (other.mean(), 0.1), ((one & other).mean(), 0.01)):
        assert abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / 100_000)
    assert below_share(hashed(ids, "x"), 10_000, 10_000).all()
    assert not below_share(hashed(ids, "x"), 0, 10_000).any()


WEIGHTS = st.lists(st.integers(1, 60), min_size=1, max_size=11)


@given(WEIGHTS, st.integers(1, 400), st.integers(0, 1000))
@example([1, 9_999], 10_000, 0)
@example([9_989, *[1] * 10], 9_000, 500)
@example([3334, 3333, 3333], 4000, 9000)
def test_every_beginning_of_a_send_has_exact_shares(weights: list[int], n: int, first: int) -> None:
    order = slots(weights, 0, first + n)
    assert (slots(weights, first, n) == order[first:]).all()
    counts = np.cumsum(order[:, None] == np.arange(len(weights)), axis=0)
    exact = np.arange(1, first + n + 1)[:, None] * np.array(weights) / sum(weights)
    bound = 1 - 1 / (2 * len(weights) - 2) if len(weights) > 1 else 0
    assert np.abs(counts - exact).max() <= bound + 1e-9


@settings(max_examples=60)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=11), st.integers(0, 300), st.integers(0, 10**6))
def test_everybody_gets_one_variant_each_its_room_and_no_move_is_needless(
    weights: list[int], n: int, first_id: int
) -> None:
    hashes = hashed(pl.Series(range(first_id, first_id + n), dtype=pl.Int64), "v")
    wishes = wished(hashes, weights)
    room = np.bincount(slots(weights, 0, n), minlength=len(weights))
    found = handed_out(wishes, hashes, room.tolist())
    assert (np.bincount(found, minlength=len(weights)) == room).all()
    surplus = np.maximum(np.bincount(wishes, minlength=len(weights)) - room, 0).sum()
    assert (found != wishes).sum() == surplus
    order = np.random.default_rng(1).permutation(n)
    assert (handed_out(wishes[order], hashes[order], room.tolist()) == found[order]).all()
    for variant, weight in enumerate(weights):
        assert abs(room[variant] - Fraction(weight * n, sum(weights))) < 1


def test_wishes_follow_the_shares_and_the_last_variant_goes_first() -> None:
    hashes = hashed(pl.Series(range(200_000)), "v")
    by_hash = wished(hashes, [5, 3, 2])
    assert np.abs(np.bincount(by_hash) / 200_000 - [0.5, 0.3, 0.2]).max() < 0.006
    last = np.where(np.arange(200_000) < 10, 2, -1)
    assert (wished(hashes, [5, 3, 2], last)[:10] == 2).all()
    assert (wished(hashes, [5, 3, 2], last)[10:] == by_hash[10:]).all()


def test_a_room_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="room for 3 of 2"):
        handed_out(np.array([0, 1]), np.array([1, 2], dtype=np.uint64), [2, 1])


def test_a_changed_audience_changes_few_variants_and_with_memory_none() -> None:
    before, after = np.arange(20_000), np.arange(2_000, 22_000)  # a tenth leaves, a tenth is new
    weights = [1] * 11

    def variants(ids: np.ndarray, last: np.ndarray | None = None) -> np.ndarray:
        hashes = hashed(pl.Series(ids), "variant", "c")
        room = np.bincount(slots(weights, 0, len(ids)), minlength=11).tolist()
        return handed_out(wished(hashes, weights, last), hashes, room, None if last is None else last < 0)

    first = variants(before)
    stay = slice(2_000, None)
    assert (variants(after)[:18_000] != first[stay]).mean() < 0.02
    remembered = np.concatenate([first[stay], np.full(2_000, -1)])  # newcomers even the numbers out
    assert (variants(after, remembered)[:18_000] != first[stay]).mean() == 0
