"""Taking one person's rows out of Parquet files.

Belongs here: finding the files and rows, writing a file anew without them, swapping it in under its own name.
Does not belong here: which folders there are (``erase``), versions of published tables (``published``).
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from connectors.erasure.errors import ErasureError
from connectors.erasure.person import IDENTIFYING, Relation, condition
from connectors.home.durable import sync

_FILE: Final = "dangol_file"
_ROW: Final = "file_row_number"
_ARROW: Final = b"ARROW:schema"  # the note of a Parquet file in which Arrow keeps its own schema


@dataclass(frozen=True)
class FileGroup:
    """Files with the same columns, so that one query can read them all."""

    paths: tuple[Path, ...]
    columns: Mapping[str, str]  # name to DuckDB type

    @property
    def relation(self) -> Relation:
        """The rows of all files, with the file and the position in it."""
        sql = f"read_parquet($files, hive_partitioning = false, filename = '{_FILE}', file_row_number = true)"
        return Relation(sql, {"files": [str(path) for path in self.paths]})


def parquet_files(folder: Path) -> list[Path]:
    """All Parquet files under ``folder``, sorted; none where the folder is missing."""
    return sorted(path for path in folder.rglob("*.parquet") if path.is_file() and not path.is_symlink())


def grouped(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Iterator[FileGroup]:
    """``paths`` by their columns, leaving out those where nothing identifies a person (their data is never read)."""
    alike: dict[tuple[object, ...], list[Path]] = {}
    for path in paths:
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise ErasureError(
                f"{path} can not be read, so nobody can say whether it holds the member ({error}): restore or delete "
                "it, then erase again"
            ) from None
        if IDENTIFYING & set(schema.names):
            alike.setdefault(tuple((field.name, str(field.type)) for field in schema), []).append(path)
    for members in alike.values():
        described = connection.execute(
            "DESCRIBE SELECT * FROM read_parquet($files, hive_partitioning = false)", {"files": [str(members[0])]}
        ).fetchall()
        yield FileGroup(tuple(members), {row[0]: row[1] for row in described})


def find_rows(connection: duckdb.DuckDBPyConnection, groups: Iterable[FileGroup]) -> dict[Path, list[int]]:
    """Positions of the person's rows by file; files without any are left out. Reads identifying columns only."""
    found: dict[Path, list[int]] = {}
    for group in groups:
        where = condition(group.columns)
        if where is not None:
            sql = f"SELECT {_FILE}, list({_ROW}) FROM {group.relation.sql} WHERE {where} GROUP BY {_FILE}"
            rows = connection.execute(sql, dict(group.relation.parameters)).fetchall()
            found |= {Path(name): positions for name, positions in rows}
    return found


def rewrite(path: Path, positions: Sequence[int], scratch: Path) -> None:
    """Replace ``path`` by a copy without the rows at ``positions``, in one rename; a crash leaves the old file."""
    scratch.mkdir(parents=True, exist_ok=True)
    aside = scratch / "rewriting.parquet"
    write_without(path, positions, aside)
    aside.chmod(path.stat().st_mode & 0o777)
    os.replace(aside, path)
    sync(path.parent)


def write_without(source: Path, positions: Sequence[int], target: Path) -> None:
    """Write the rows of ``source`` except those at ``positions`` to ``target``, durably: same columns, order, row
    groups and metadata; one row group in memory at a time."""
    drop = np.sort(np.asarray(positions, dtype=np.int64))
    with (
        pq.ParquetFile(source) as reader,
        pq.ParquetWriter(target, reader.schema_arrow, compression="zstd", store_decimal_as_integer=True) as writer,
    ):
        start = 0
        for number in range(reader.num_row_groups):
            rows = reader.read_row_group(number)
            first, last = np.searchsorted(drop, [start, start + rows.num_rows])
            keep = np.ones(rows.num_rows, dtype=bool)
            keep[drop[first:last] - start] = False
            start += rows.num_rows
            if keep.any():
                writer.write_table(rows.filter(pa.array(keep)))
        known = {_ARROW, *(reader.schema_arrow.metadata or {})}  # those are written with the schema
        notes = {name: text for name, text in (reader.metadata.metadata or {}).items() if name not in known}
        if notes:
            writer.add_key_value_metadata(notes)
    sync(target)
