"""Rows on their way into the lake that are too many to hold: written in pieces, read back as one lazy frame.

Belongs here: pieces in ``scratch/`` and their end. Does not belong here: where the rows go (``tables``).
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from connectors.home.paths import Home
from connectors.lake.errors import LakeError


class Spool:
    """Pieces of several tables, until the end of the ``with`` block; what killed processes left is removed by the lake.

    ``schemas``: the columns of each table; pieces are cast to them.
    """

    def __init__(self, home: Home, schemas: Mapping[str, pl.Schema]) -> None:
        self._schemas = schemas
        self._folder: Path = home.scratch / f"lake_spool-{os.getpid()}"
        self._counts = dict.fromkeys(schemas, 0)

    def __enter__(self) -> Self:
        shutil.rmtree(self._folder, ignore_errors=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, table: str, piece: pl.DataFrame) -> None:
        """Put ``piece`` behind what there is of ``table``. Raises :class:`LakeError` when it can not be written."""
        if piece.is_empty():
            return
        folder = self._folder / table
        try:
            folder.mkdir(parents=True, exist_ok=True)
            kept = piece.select(self._schemas[table].names()).cast(self._schemas[table])
            kept.write_parquet(folder / f"{len(list(folder.iterdir())):06d}.parquet", compression="zstd")
        except OSError as error:
            raise LakeError(
                f"{table} could not be written to {folder} ({error}): see that the disk has room, then run again"
            ) from error
        self._counts[table] += piece.height

    def rows(self, table: str) -> int:
        """Rows of ``table`` so far."""
        return self._counts[table]

    def scan(self, table: str) -> pl.LazyFrame:
        """All pieces of ``table`` in the order in which they came. Holds as long as the block."""
        paths = sorted((self._folder / table).glob("*.parquet"))
        return pl.scan_parquet(paths) if paths else pl.LazyFrame(schema=self._schemas[table])
