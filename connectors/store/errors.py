"""What can go wrong with the operational store, as a small typed hierarchy.

Belongs here: the exceptions, and turning a database driver's error into one of them.
Does not belong here: deciding what to do about them (callers).
No message ever quotes a row's values or a password: databases like to put both into theirs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

_LOCKED = ("database is locked", "database table is locked", "database schema is locked")
_CORRUPT = ("file is not a database", "malformed", "disk image")
_LOCK_STATES = ("55P03", "40P01", "40001")  # lock_timeout, deadlock, serialisation


class StoreError(Exception):
    """The operational store could not do what was asked; the message says what, where and what to do next."""


class StoreUnreachable(StoreError):
    """The database can not be opened: wrong URL, server down, folder missing."""


class StoreTooNew(StoreError):
    """The database was migrated by a newer version of this program."""


class StoreCorrupt(StoreError):
    """The SQLite file is damaged or no database at all."""


class StoreLocked(StoreError):
    """Another process held the database for longer than the time-out."""


class InvalidMembers(StoreError):
    """A table of members can not be taken as it is; nothing of it was stored.

    ``rows`` holds the positions (from 0) of the offending rows, empty when the table as a whole is wrong, so that
    the caller can set those rows aside and offer the rest again.
    """

    def __init__(self, message: str, rows: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.rows = rows


@contextmanager
def translated(url: URL, *, opening: bool = False) -> Iterator[None]:
    """Run the block; SQLAlchemy's errors leave it as :class:`StoreError`, without the driver's parameters.

    ``opening`` says that a connection is being made, when any operational error means "unreachable".
    The original is not chained: its text may hold the row that failed.
    """
    try:
        yield
    except DBAPIError as error:
        raise _from_driver(error, shown(url), opening) from None
    except SQLAlchemyError as error:
        raise StoreError(f"the operational store {shown(url)} failed: {type(error).__name__}") from None


def bad_url(error: ArgumentError | NoSuchModuleError | ImportError) -> StoreUnreachable:
    """A URL that names no usable kind of database."""
    return StoreUnreachable(
        f"DANGOL_OPS_URL can not be used ({type(error).__name__}): write sqlite:////path/ops.db or "
        "postgresql+psycopg://user:password@host/database"
    )


def shown(url: URL) -> str:
    """The URL as messages may show it: without the password."""
    return url.render_as_string(hide_password=True)


def _from_driver(error: DBAPIError, where: str, opening: bool) -> StoreError:
    said = _first_words(error)
    if said.startswith(_LOCKED) or getattr(error.orig, "sqlstate", None) in _LOCK_STATES:
        return StoreLocked(
            f"the operational store {where} is locked by another process ({said}): nothing was changed; "
            "try again when the other one has finished"
        )
    if any(sign in said for sign in _CORRUPT):
        return StoreCorrupt(f"{where} is damaged or is no database ({said}): put a backup of it in its place")
    if opening or error.connection_invalidated or "unable to open" in said:
        return StoreUnreachable(
            f"the operational store {where} can not be reached ({said}): check DANGOL_OPS_URL, that the server is "
            "up or the folder exists, and the user's rights"
        )
    return StoreError(f"the operational store {where} refused the work ({type(error).__name__}: {said})")


def _first_words(error: DBAPIError) -> str:
    """The driver's message without its detail, where PostgreSQL repeats the row."""
    diagnostics = getattr(error.orig, "diag", None)
    primary = getattr(diagnostics, "message_primary", None)
    text = str(primary or error.orig).strip()
    return text.splitlines()[0] if text else type(error.orig).__name__
