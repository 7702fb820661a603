"""The published table ``events_quarantine``: refused rows, straight from the landing zone.

Belongs here: which columns people see of it, and when it has to be written again.
Does not belong here: why a row is refused (``connectors.sources``).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from connectors.published.tables import PublishedTables
from connectors.published.targets import QUARANTINE
from connectors.published.versions import Version
from connectors.sources.canonical import QUARANTINE_COLUMNS

_FIRST_COLUMNS = ("source", "row_number", "reason", "raw")


def publish_quarantine(files: Sequence[Path], published: PublishedTables) -> Version:
    """Publish every refused row of ``files``, unless they are those of the version readers see."""
    signature = hashlib.sha256("\n".join(sorted(path.name for path in files)).encode()).hexdigest()[:16]
    current = published.current(QUARANTINE)
    if current is not None and current.signature == signature:
        return current
    with duckdb.connect(":memory:") as connection:
        return published.publish_full(QUARANTINE, connection, _select(files), signature=signature)


def _select(files: Sequence[Path]) -> str:
    types = {column.name: column.type for column in QUARANTINE_COLUMNS}
    names = [*_FIRST_COLUMNS, *(name for name in types if name not in _FIRST_COLUMNS)]
    if not files:
        nothing = ", ".join(f"CAST(NULL AS {types[name]}) AS {name}" for name in names)
        return f"SELECT {nothing} WHERE false"
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    columns = ", ".join(f"CAST({name} AS {types[name]}) AS {name}" for name in names)
    return f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true) ORDER BY source, file, row_number"
