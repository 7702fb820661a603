"""Opening ``warehouse.duckdb``: always closed again, patient with a dying predecessor, able to start over.

Belongs here: how the file is opened, waited for, and set aside when it can not be read.
Does not belong here: what stands in it (``ledger``) and what is loaded into it (``load``, the dbt project).
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from connectors.warehouse.errors import WarehouseBusy, WarehouseError

_LOCKED = "Could not set lock on file"
# What DuckDB says of a file that is not, or is no longer, one of its own.
_UNREADABLE = (
    "not a valid DuckDB database file",
    "Trying to read a database file with version number",
    "Corrupt database file",
    "Corrupt WAL file",
    "WAL file",
    "does not match checksum",
    "Computed checksum",
    "Failure while replaying WAL",
    "Could not read enough bytes",
    "Serialization Error",
    "Failed to deserialize",
    "database has been invalidated",
)


class Warehouse:
    """The shop's warehouse file. Holds no connection: each :meth:`connect` opens and closes one."""

    def __init__(
        self,
        path: Path,
        scratch: Path,
        memory_limit: str = "3GB",
        *,
        wait_seconds: float = 900,
        say: Callable[[str], None] = lambda text: None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.set_aside: list[Path] = []  # unreadable files that this object moved out of the way
        self._scratch = scratch / "duckdb"
        self._memory_limit = memory_limit
        self._wait_seconds = wait_seconds
        self._say = say
        self._sleep = sleep
        self._monotonic = monotonic

    @contextmanager
    def connect(self, *, say: Callable[[str], None] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for the length of the block. Raises :class:`WarehouseBusy` when the wait was in vain."""
        connection = self._open(say or self._say)
        try:
            yield connection
        finally:
            connection.close()

    def _open(self, say: Callable[[str], None]) -> duckdb.DuckDBPyConnection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._drop_orphaned_log(say)
        deadline, said = self._monotonic() + self._wait_seconds, False
        while True:
            try:
                return self._open_once()
            except duckdb.Error as error:
                message = str(error)
                if _LOCKED in message:
                    holder = _holder(message)
                    if self._monotonic() >= deadline:
                        raise WarehouseBusy(f"{self.path} is still open in {holder}; end it, then run again") from error
                    if not said:
                        say(f"{self.path.name} is still open in {holder}; waiting for it to let go ...")
                        said = True
                    self._sleep(0.25)
                elif any(mark in message for mark in _UNREADABLE):
                    self._set_aside(message, say)
                else:
                    raise WarehouseError(f"{self.path} can not be opened: {message}") from error

    def _open_once(self) -> duckdb.DuckDBPyConnection:
        options = {"memory_limit": self._memory_limit, "temp_directory": str(self._scratch)}
        connection = duckdb.connect(str(self.path), config=dict(options))
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET preserve_insertion_order = false")
            connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()  # reads the catalogue: finds damage
        except BaseException:
            connection.close()
            raise
        return connection

    def _logs(self) -> list[Path]:
        return sorted(self.path.parent.glob(self.path.name + ".wal*"))

    def _drop_orphaned_log(self, say: Callable[[str], None]) -> None:
        """A write-ahead log without its database belongs to a file that is gone: it must not enter the next one."""
        if not self.path.exists():
            for log in self._logs():
                self._move(log, say, "it has no warehouse file beside it")

    def _set_aside(self, message: str, say: Callable[[str], None]) -> None:
        """Move what can not be read out of the way: first the log alone (commits are ordered, so the file without it
        is an older consistent state), then the file itself (everything is built again from the landing zone)."""
        reason = message.splitlines()[0][:200]
        if logs := self._logs():
            for log in logs:
                self._move(log, say, reason)
        elif self.path.exists():
            self._move(self.path, say, f"{reason}; it will be built again from the landing zone")
        else:
            raise WarehouseError(f"{self.path} can not be opened: {message}")

    def _move(self, path: Path, say: Callable[[str], None], reason: str) -> None:
        number = 1
        while (target := path.with_name(f"{path.name}.corrupt-{number}")).exists():
            number += 1
        path.rename(target)
        self.set_aside.append(target)
        say(f"{path.name} can not be used ({reason}): moved aside to {target.name}")

    @property
    def was_rebuilt(self) -> bool:
        """Whether the database file itself had to be moved aside, so that everything must be loaded anew."""
        return any(path.name.startswith(f"{self.path.name}.corrupt-") for path in self.set_aside)


def _holder(message: str) -> str:
    found = re.search(r"\(PID (\d+)\)", message)
    return f"process {found.group(1)}" if found else "another process"
