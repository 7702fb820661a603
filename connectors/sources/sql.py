"""Small SQL helpers: quoting, connections, the hash that all engines share.

Belongs here: turning names and values into safe SQL text; opening DuckDB within the shop's limits.
Does not belong here: what is asked of it (``reader_*``, ``targets``, ``landing``).

Names and values from files and mappings always pass through :func:`name` and :func:`text`. The DuckDB expressions of a
mapping are the one exception: a mapping is configuration of the shop, trusted like its code.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


def name(identifier: str) -> str:
    """``identifier`` quoted as an SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """``value`` quoted as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: tuple[str, ...] | list[str]) -> str:
    """Comma-separated SQL strings."""
    return ", ".join(text(value) for value in values)


def hash63(column: str) -> str:
    """63 bits of MD5 as BIGINT: the integer form of an id (docs/architecture.md, conventions)."""
    return f"(md5_number_lower({column}) >> 1)::BIGINT"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder of this call's own under ``parent``, removed at the end whatever happens.

    A killed process leaves its folder behind; it is removed by a later call once its process is gone.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"sources-{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for left in parent.glob("sources-*-*"):
        process = left.name.split("-")[1]
        if process.isdigit() and not Path(f"/proc/{process}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def connect(folder: Path, memory_limit: str, zone: str = "UTC") -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB that spills into ``folder``; naive times are cast in ``zone``."""
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": False,
        "partitioned_write_max_open_files": 4000,
    }
    connection = duckdb.connect(config=options)
    try:
        connection.execute(f"set TimeZone = {text(zone)}")
        connection.execute("set enable_progress_bar = false")
        yield connection
    finally:
        connection.close()
