"""Where tracked links lead: a number for each address, so that a short link needs no more than the number.

Belongs here: giving numbers, telling the address of one. Does not belong here: making links (``models.tracking``),
following them (``connectors.tracking``).
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from connectors.store.engine import chunks, reading, writing
from connectors.store.send_tables import link_targets


class LinkTargets:
    """The targets of all links; made by ``Store.link_targets``. A number never changes its address."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def numbers(self, urls: Sequence[str]) -> dict[str, int]:
        """The number of each of ``urls``; those that have none get one, in one transaction."""
        hashes = {_hash(url): url for url in urls}
        with reading(self._engine) as connection:
            found = _known(connection, hashes)
        missing = sorted(set(hashes) - set(found))  # in one order everywhere, else two of them dead-lock
        if missing:
            with writing(self._engine) as connection:
                _add(connection, [{"url_hash": name, "url": hashes[name]} for name in missing])
                found |= _known(connection, missing)
        return {url: found[name] for name, url in hashes.items()}

    def url(self, number: int) -> str | None:
        """The address of one number; None for a number that was never given."""
        return self.urls([number]).get(number)

    def urls(self, numbers: Iterable[int]) -> dict[int, str]:
        """The addresses of those of ``numbers`` that were given."""
        table, found = link_targets.c, dict[int, str]()
        with reading(self._engine) as connection:
            for chunk in chunks(sorted(set(numbers))):
                rows = connection.execute(select(table.target_no, table.url).where(table.target_no.in_(chunk)))
                found |= {row.target_no: row.url for row in rows}
        return found


def _known(connection: Connection, hashes: Iterable[str]) -> dict[str, int]:
    table, found = link_targets.c, dict[str, int]()
    for chunk in chunks(sorted(hashes)):
        rows = connection.execute(select(table.url_hash, table.target_no).where(table.url_hash.in_(chunk)))
        found |= {row.url_hash: row.target_no for row in rows}
    return found


def _add(connection: Connection, rows: list[dict[str, str]]) -> None:
    """Add what nobody else added meanwhile."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(link_targets).on_conflict_do_nothing(index_elements=["url_hash"]), rows)


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
