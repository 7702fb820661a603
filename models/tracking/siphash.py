"""SipHash-2-4: a short, keyed hash of numbers that nobody without the key can foretell, for many rows at once.

Belongs here: the hash (Aumasson, Bernstein: SipHash, INDOCRYPT 2012) over rows of 64-bit words. Does not belong here:
what is hashed and why (``codes``).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
_CHUNK: Final = 1 << 15  # rows whose state stays in the processor's cache


def siphash(key: tuple[int, int], words: Words) -> Words:
    """One hash for each row of ``words`` (rows, words per row), as of their little-endian bytes.

    ``key``: two numbers of 64 bits."""
    found = np.empty(len(words), dtype=np.uint64)
    for start in range(0, len(words), _CHUNK):
        found[start : start + _CHUNK] = _hashed(key, words[start : start + _CHUNK])
    return found


def _hashed(key: tuple[int, int], words: Words) -> Words:
    first, second = np.uint64(key[0]), np.uint64(key[1])
    beginning = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
    state = [np.full(len(words), np.uint64(number)) for number in beginning]
    for at, half in enumerate((first, second, first, second)):
        state[at] ^= half
    length = np.full(len(words), np.uint64((words.shape[1] * 8 & 255) << 56))
    for word in (*words.T, length):
        state[3] ^= word
        _rounds(state, 2)
        state[0] ^= word
    state[2] ^= np.uint64(255)
    _rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _rounds(state: list[Words], times: int) -> None:
    """In place; additions wrap."""
    a, b, c, d = state
    for _ in range(times):
        a += b
        b[:] = _turned(b, 13) ^ a
        a[:] = _turned(a, 32)
        c += d
        d[:] = _turned(d, 16) ^ c
        a += d
        d[:] = _turned(d, 21) ^ a
        c += b
        b[:] = _turned(b, 17) ^ c
        c[:] = _turned(c, 32)


def _turned(numbers: Words, bits: int) -> Words:
    return (numbers << np.uint64(bits)) | (numbers >> np.uint64(64 - bits))
