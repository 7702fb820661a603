"""Bringing a database to the schema of this program.

Belongs here: which revision a database has, and moving it up under a lock. Does not belong here: the revisions
(``migrations/versions``). Moving down is not offered: a shop that goes back to an older version restores its backup.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from connectors.store.engine import writing
from connectors.store.errors import StoreTooNew, shown
from connectors.store.schema import HEAD

SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x64616E676F6C  # "dangol": any number that no other program on the same server picks


def migrate(engine: Engine) -> None:
    """Bring the database to :data:`HEAD`; does nothing, and does not load Alembic, when it is there already.

    Safe when several processes open one database at once: one migrates, the others wait and find it done. A crash
    in between leaves the old schema, because all steps share one transaction.
    Raises :class:`StoreTooNew` when the database has a revision that this program does not know.
    """
    with engine.connect() as connection:
        if revision(connection) == HEAD:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        found = revision(connection)  # again: another process may have been faster
        if found != HEAD:
            _upgrade(connection, found)


def revision(connection: Connection) -> str | None:
    """The revision stored in the database, None for one that was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreTooNew(
            f"the operational store {shown(connection.engine.url)} has schema {found}, this program knows up to "
            f"{HEAD}: install the newer version of Dangol that made it, or restore a backup"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
