"""Click codes: short, one for each message and target, and none that anybody could make up."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tracking.codes import LETTERS, ClickCode, click_codes, read_code
from models.tracking.siphash import siphash

pytestmark = pytest.mark.feature("H1")
SECRET = "5ec4e7" * 10
# edges between numbers of letters, for sends and for the other two
EDGES = [0, 1, 61, 62, 3_843, 3_844, 3_905, 3_906, 242_171, 242_172, 242_233, 242_234, 15_018_507, 15_018_508,
         15_018_569, 15_018_570, 62**5 - 1]  # fmt: skip
numbers = st.one_of(st.sampled_from(EDGES), st.integers(0, 5_000), st.integers(0, 62**5 - 1))
triples = st.tuples(numbers, numbers, numbers)


def code_of(send_no: int, seq: int, target_no: int, secret: str = SECRET) -> str:
    return str(click_codes(secret, send_no, pl.Series([seq]), pl.Series([target_no]))[0])


@given(triples)
def test_a_code_reads_as_what_it_was_made_of_and_nothing_else_does(triple: tuple[int, int, int]) -> None:
    code = code_of(*triple)
    assert re.fullmatch(r"[0-9A-Za-z]{10,21}", code)
    assert code == code_of(*triple)
    assert read_code(SECRET, code) == ClickCode(*triple)
    assert read_code("another shop", code) is None


@given(triples, st.integers(0, 30), st.sampled_from(LETTERS))
def test_altering_a_letter_or_the_length_is_found(triple: tuple[int, int, int], at: int, letter: str) -> None:
    code = code_of(*triple)
    at %= len(code)
    altered = code[:at] + letter + code[at + 1 :]
    assert altered == code or read_code(SECRET, altered) is None
    for other in (code[:at] + code[at + 1 :], code[:at] + letter + code[at:], f"{code} ", f"{code}\n", code[:at] + "-"):
        assert read_code(SECRET, other) is None


def test_every_single_change_of_a_code_is_found() -> None:
    code = code_of(300, 50_000, 7)
    altered = {code[:at] + letter + code[at + 1 :] for at in range(len(code)) for letter in LETTERS} - {code}
    assert [one for one in altered if read_code(SECRET, one) is not None] == []


@pytest.mark.parametrize(
    "text", ["", "0", "abc", "가나다라마바사아자차", "z" * 10, "z" * 21, "0" * 10, "_" * 12, "0" * 500]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert read_code(SECRET, text) is None


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=50, unique=True), numbers)
def test_no_two_messages_or_targets_share_a_code(pairs: list[tuple[int, int]], send_no: int) -> None:
    frame = pl.DataFrame(pairs, schema={"seq": pl.Int64, "target_no": pl.Int64}, orient="row")
    codes = click_codes(SECRET, send_no, frame["seq"], frame["target_no"])
    assert codes.n_unique() == len(pairs)
    assert codes.to_list() == [code_of(send_no, *pair) for pair in pairs]


def test_a_hundred_thousand_codes_are_distinct_short_and_none_where_there_is_no_target() -> None:
    seqs = pl.Series("seq", range(100_000))
    targets = seqs.to_frame().select(pl.when(pl.col("seq") % 10 > 0).then(pl.col("seq") % 60)).to_series()
    codes = click_codes(SECRET, 300, seqs, targets)
    assert codes.null_count() == 10_000
    assert codes.drop_nulls().n_unique() == 90_000
    assert codes.str.len_chars().max() == 12
    assert read_code(SECRET, codes[99_999]) == ClickCode(300, 99_999, 99_999 % 60)
    assert click_codes(SECRET, 300, seqs.head(0)).to_list() == []


def test_numbers_that_no_code_can_hold_are_refused() -> None:
    for wrong in (-1, 62**5):
        with pytest.raises(ValueError, match="click codes take 0 to 916132831"):
            click_codes(SECRET, 1, pl.Series([wrong]))


def plain_siphash(key: bytes, data: bytes) -> int:
    """SipHash-2-4 byte by byte, after the reference in C."""
    most = 2**64 - 1
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v = [0x736F6D6570736575 ^ k0, 0x646F72616E646F6D ^ k1, 0x6C7967656E657261 ^ k0, 0x7465646279746573 ^ k1]

    def turned(number: int, bits: int) -> int:
        return (number << bits | number >> (64 - bits)) & most

    def rounds(times: int) -> None:
        for _ in range(times):
            v[0] = (v[0] + v[1]) & most
            v[2] = (v[2] + v[3]) & most
            v[1], v[3] = turned(v[1], 13) ^ v[0], turned(v[3], 16) ^ v[2]
            v[0] = (turned(v[0], 32) + v[3]) & most
            v[2] = (v[2] + v[1]) & most
            v[3], v[1] = turned(v[3], 21) ^ v[0], turned(v[1], 17) ^ v[2]
            v[2] = turned(v[2], 32)

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for start in range(0, len(padded), 8):
        word = int.from_bytes(padded[start : start + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 255
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def test_the_hash_is_siphash() -> None:
    import numpy as np

    key = bytes(range(16))
    assert plain_siphash(key, bytes(range(15))) == 0xA129CA6149BE45E5  # the example of the paper, appendix A
    data = np.random.default_rng(7).integers(0, 2**64, size=(50, 3), dtype=np.uint64)
    halves = (int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little"))
    assert siphash(halves, data).tolist() == [plain_siphash(key, row.astype("<u8").tobytes()) for row in data]
