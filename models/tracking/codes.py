"""Click codes: the few letters of a short link that say which message it stood in and where it leads.

Belongs here: making and reading codes. Does not belong here: addresses (``urls``), who got the message (the ledger).

A code is a head of 6 letters and three numbers: send, place in the send, target. Letters are 0-9A-Za-z (base 62). The
head holds how many letters each number has and a keyed check of 30 bits (SipHash-2-4 of the three numbers). Numbers
have as many letters as they need, and of each number of letters all combinations are used, so every message and target
has exactly one code. Codes of a shop's first 3,844 sends, with up to 3,906 recipients and 62 targets, have 10 or 11
letters.

What the check is for: nobody can make up a code that counts as somebody's click, opens or unsubscribes for them, save
by trying a thousand million of them. What it is not for: secrecy. A code says to everyone how many sends there were.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from models.tracking.siphash import siphash

LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(LETTERS)
_HEAD: Final = 6
# Letters of send, place and target. The last takes whatever is larger: up to 931 million each.
_SHAPES: Final = (*product((2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4)), (5, 5, 5))
_CHECKS: Final = _BASE**_HEAD // len(_SHAPES)  # 1.16e9: more than 30 bits
_LONGEST: Final = 5
_WIDTH: Final = _HEAD + 3 * _LONGEST
_VALUES: Final = {letter: value for value, letter in enumerate(LETTERS)}
_BYTES: Final = np.frombuffer(LETTERS.encode(), dtype=np.uint8)
_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClickCode:
    """The message and the target that a code stands for; target 0: none (an e-mail's pixel, unsubscribing)."""

    send_no: int
    seq: int
    target_no: int


def click_codes(secret: str, send_no: int, seqs: pl.Series, target_nos: pl.Series | int = 0) -> pl.Series:
    """Codes row by row for messages ``seqs`` of a send that lead to ``target_nos`` (one for all, or one each; null
    where there is none, and then no code). ``secret``: the home's. Raises ValueError for negative numbers and those
    beyond 900 million."""
    targets = pl.Series([target_nos]).new_from_index(0, len(seqs)) if isinstance(target_nos, int) else target_nos
    there = seqs.is_not_null() & targets.is_not_null()
    numbers = np.column_stack(
        [
            np.full(int(there.sum()), send_no, dtype=np.int64),
            seqs.filter(there).cast(pl.Int64).to_numpy(),
            targets.filter(there).cast(pl.Int64).to_numpy(),
        ]
    )
    made = pl.Series("code", _written(secret, numbers), dtype=pl.String)
    if len(made) == len(there):
        return made
    places = pl.when(there).then(there.cast(pl.UInt32).cum_sum() - 1)
    return pl.select(pl.lit(made).gather(places).alias("code")).to_series()


def read_code(secret: str, code: str) -> ClickCode | None:
    """What a code stands for; None for what is no code of this shop."""
    digits = [_VALUES.get(letter, -1) for letter in code[: _WIDTH + 1]]
    if not _HEAD < len(digits) <= _WIDTH or min(digits) < 0:
        return None
    shape, check = divmod(_number(digits[:_HEAD]), _CHECKS)
    if shape >= len(_SHAPES) or sum(_SHAPES[shape]) != len(digits) - _HEAD:
        return None
    found: list[int] = []
    at = _HEAD
    for letters, first in zip(_SHAPES[shape], _firsts(shape), strict=True):
        found.append(_number(digits[at : at + letters]) + first)
        at += letters
    numbers = np.array([found], dtype=np.int64)
    if int(_shapes(numbers)[0]) != shape or int(_checks(secret, numbers)[0]) != check:
        return None
    return ClickCode(*found)


def _written(secret: str, numbers: npt.NDArray[np.int64]) -> pa.Array:
    """All letters of all codes as one text, and where each begins."""
    shapes = _shapes(numbers)
    lengths = np.array(_SHAPES, dtype=np.int64)[shapes]
    firsts = np.array([_firsts(shape) for shape in range(len(_SHAPES))], dtype=np.int64)[shapes]
    digits = np.zeros((len(numbers), _WIDTH), dtype=np.uint8)
    _write(digits[:, :_HEAD], shapes * _CHECKS + _checks(secret, numbers))
    used = np.ones((len(numbers), _WIDTH), dtype=np.bool_)
    for at in range(3):
        start = _HEAD + at * _LONGEST
        _write(digits[:, start : start + _LONGEST], numbers[:, at] - firsts[:, at])
        used[:, start : start + _LONGEST] = np.arange(_LONGEST) >= (_LONGEST - lengths[:, at])[:, None]
    offsets = np.concatenate([[0], np.cumsum(_HEAD + lengths.sum(axis=1))]).astype(np.int64)
    letters = _BYTES[digits][used]  # row by row, from left to right
    return pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(letters))


def _write(digits: npt.NDArray[np.uint8], numbers: _Counts) -> None:
    for place in range(digits.shape[1] - 1, -1, -1):
        numbers, digits[:, place] = np.divmod(numbers, _BASE)


def _shapes(numbers: npt.NDArray[np.int64]) -> _Counts:
    """The place in ``_SHAPES`` for each row (send, place, target)."""
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= _BASE**_LONGEST):
        raise ValueError(f"click codes take 0 to {_BASE**_LONGEST - 1}, not {numbers.min()} to {numbers.max()}")
    sends, places, targets = (np.searchsorted(_beyond(letters), numbers[:, at], side="right")
                              for at, letters in enumerate(((2, 3, 4), (1, 2, 3, 4), (1, 2, 3, 4))))  # fmt: skip
    is_large = (sends > 2) | (places > 3) | (targets > 3)
    return np.where(is_large, len(_SHAPES) - 1, (sends * 4 + places) * 4 + targets)


@lru_cache
def _beyond(letters: tuple[int, ...]) -> _Counts:
    """The first number that needs more than so many letters, for each of ``letters``."""
    return np.cumsum([_BASE**count for count in letters])


@lru_cache
def _firsts(shape: int) -> tuple[int, int, int]:
    """The numbers that are written as zeros only: the shorter ones have shapes of their own."""
    if shape == len(_SHAPES) - 1:
        return (0, 0, 0)
    send, place, target = _SHAPES[shape]
    return (
        sum(_BASE**count for count in range(2, send)),
        sum(_BASE**count for count in range(1, place)),
        sum(_BASE**count for count in range(1, target)),
    )


def _checks(secret: str, numbers: npt.NDArray[np.int64]) -> _Counts:
    hashes = siphash(_key(secret), numbers.astype(np.uint64))
    return (hashes % np.uint64(_CHECKS)).astype(np.int64)


@lru_cache(maxsize=8)
def _key(secret: str) -> tuple[int, int]:
    """A key of its own, made from the home's secret, which also makes pseudonyms."""
    made = blake2b(secret.encode(), digest_size=16, person=b"dangol.clicks").digest()
    return int.from_bytes(made[:8], "little"), int.from_bytes(made[8:], "little")


def _number(digits: list[int]) -> int:
    found = 0
    for digit in digits:
        found = found * _BASE + digit
    return found
