"""Numbers that look random but are the same for a customer on every machine and in every version.

Belongs here: the hash that holdouts, variants and send orders are drawn with. Does not belong here: drawing them.

A customer's number is ``mix(mix(id) ^ salt)`` in 64 bits, where ``mix`` is the finaliser of SplitMix64 (Steele, Lea,
Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014) and ``salt`` the first 8 bytes of BLAKE2b of a text,
little-endian. The hash of Polars is no choice: it changes between versions. Draws of different salts are independent,
those of one salt all different, since ``mix`` is one to one.
"""

from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Hashes = npt.NDArray[np.uint64]
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_ALL: Final = 1 << 64


def hashed(customer_ids: pl.Series, *salt: str) -> Hashes:
    """A number from 0 to 2**64 - 1 for each of ``customer_ids`` (whole numbers, no nulls), row by row.

    ``salt``: what the draw is for; other words give other, independent numbers."""
    ids = customer_ids.cast(pl.Int64).to_numpy().astype(np.uint64)
    return _mixed(_mixed(ids + _STEP) ^ _salt(salt))


def below_share(hashes: Hashes, share: int, units: int) -> npt.NDArray[np.bool_]:
    """Which numbers lie in the first ``share`` of ``units`` parts of all numbers."""
    if share <= 0:
        return np.zeros(len(hashes), dtype=np.bool_)
    found: npt.NDArray[np.bool_] = hashes <= np.uint64(_ALL * share // units - 1)
    return found


def _salt(words: tuple[str, ...]) -> np.uint64:
    said = "".join(f"{len(word)}:{word}" for word in words)  # ('ab', 'c') is not ('a', 'bc')
    return np.uint64(int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "little"))


def _mixed(numbers: Hashes) -> Hashes:
    """Multiplications wrap, as unsigned ones of numpy do."""
    found = (numbers ^ (numbers >> np.uint64(30))) * _FIRST
    found = (found ^ (found >> np.uint64(27))) * _SECOND
    return found ^ (found >> np.uint64(31))
