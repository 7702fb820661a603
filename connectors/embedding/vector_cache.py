"""Vectors that were computed before, by model version and content hash.

Belongs here: keeping and finding vectors. Does not belong here: computing them (``text_model``, ``product_vectors``).
Imports none of the heavy packages: a day on which nothing is new must not pay for them.

``<folder>/<version>/<number>-<hash>.parquet`` holds (text_hash, vector). Files are only added; the hash in a name is
that of the file's content, so that a damaged file is noticed, said and computed again.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from connectors.home.durable import ASIDE, sync

_NAME = re.compile(r"(\d{8})-([0-9a-f]{16})\.parquet")


class VectorCache:
    """The vectors of one home. One writer at a time (the home's run lock); readers at any time."""

    def __init__(self, folder: Path, *, most_files: int = 16, say: Callable[[str], None] = lambda text: None) -> None:
        self._folder = folder
        self._most_files = most_files
        self._say = say

    def get(self, version: str, hashes: pl.Series) -> pl.DataFrame | None:
        """Those of ``hashes`` that are there, as (text_hash, vector Array(Float32, d)), sorted; None when none is."""
        wanted = hashes.unique().implode()
        frames = [frame.filter(pl.col("text_hash").is_in(wanted)) for frame in self._read(version)]
        found = [frame for frame in frames if frame.height]
        return pl.concat(found).unique("text_hash", keep="any").sort("text_hash") if found else None

    def put(self, version: str, vectors: pl.DataFrame) -> None:
        """Add ``vectors`` (text_hash, vector). After too many additions all files of the version become one."""
        if vectors.is_empty():
            return
        self._write(version, vectors.select("text_hash", "vector"))
        before = self._files(version)
        if len(before) > self._most_files:
            # written first, removed then: after a crash in between the vectors are there twice, which does no harm
            self._write(version, pl.concat(self._read(version)).unique("text_hash", keep="any").sort("text_hash"))
            for path in before:
                path.unlink(missing_ok=True)

    def keep_only(self, version: str) -> None:
        """Remove the vectors of all other model versions: to be called once this one's are complete."""
        if not self._of(version).is_dir():
            return
        for path in self._folder.iterdir():
            if path.is_dir() and path != self._of(version):
                shutil.rmtree(path, ignore_errors=True)

    def _of(self, version: str) -> Path:
        """Model names have slashes and the like: a readable folder name, told apart by a hash."""
        readable = re.sub(r"[^A-Za-z0-9._@-]+", "_", version).lstrip(".")[:80]
        return self._folder / f"{readable}-{hashlib.sha256(version.encode()).hexdigest()[:8]}"

    def _files(self, version: str) -> list[Path]:
        folder = self._of(version)
        return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.is_dir() else []

    def _read(self, version: str) -> list[pl.DataFrame]:
        frames = []
        for path in self._files(version):
            frame = _read_whole(path)
            if frame is None:
                self._say(f"{path} is damaged: its vectors are computed again")
                path.unlink(missing_ok=True)
            else:
                frames.append(frame)
        return frames

    def _write(self, version: str, vectors: pl.DataFrame) -> None:
        folder = self._of(version)
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(f"{ASIDE}*"):
            leftover.unlink()
        files = self._files(version)
        number = 1 + (int(files[-1].name[:8]) if files else 0)
        aside = folder / f"{ASIDE}{number}"
        vectors.write_parquet(aside, compression="uncompressed")  # vectors hardly shrink
        sync(aside)
        aside.rename(folder / f"{number:08d}-{_digest(aside)}.parquet")
        sync(folder)


def vector_frame(hashes: pl.Series, vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> pl.DataFrame:
    """``hashes`` and Float32[n, d] as the table that the cache keeps."""
    width = vectors.shape[1]
    return pl.DataFrame({"text_hash": hashes, "vector": pl.Series(vectors, dtype=pl.Array(pl.Float32, width))})


def _digest(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:16]


def _read_whole(path: Path) -> pl.DataFrame | None:
    """The table in a file; None when the file is not what was once written under its name."""
    named = _NAME.fullmatch(path.name)
    try:
        whole = named is not None and _digest(path) == named[2]
    except OSError:
        return None
    return pl.read_parquet(path) if whole else None
