"""A load: the landing files that one run of dbt takes in, written to ``lake/load.json`` for dbt to read.

Belongs here: choosing files (pure), numbering loads, writing the list so that dbt never sees half of it.
Does not belong here: the files' content (``connectors.sources``), taking them in (the dbt project).
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.home.durable import write_text

KINDS = ("events", "products", "contents", "members")


@dataclass(frozen=True)
class Load:
    """One numbered load: absolute paths by kind; each list begins with the kind's empty schema file."""

    load_seq: int
    files: Mapping[str, tuple[str, ...]]

    def document(self) -> dict[str, object]:
        return {"load_seq": self.load_seq, **{kind: list(paths) for kind, paths in self.files.items()}}


def choose_load(
    load_seq: int,
    landing: Mapping[str, Iterable[Path]],
    schema_files: Mapping[str, Path],
    taken_in: Collection[str],
    root: Path,
) -> Load:
    """The load of every file of ``landing`` that is not in ``taken_in`` (paths relative to ``root``). Pure."""
    files: dict[str, tuple[str, ...]] = {}
    for kind, schema_file in schema_files.items():
        fresh = [path for path in landing.get(kind, ()) if path.relative_to(root).as_posix() not in taken_in]
        files[kind] = (str(schema_file), *(str(path) for path in fresh))
    return Load(load_seq, files)


def read_last_load(path: Path) -> Load | None:
    """The load written last, or None when there is none that can be read (it is only a hint: see the ledger)."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        files = {kind: tuple(paths) for kind, paths in document.items() if kind != "load_seq"}
        return Load(int(document["load_seq"]), files)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_load(path: Path, load: Load) -> None:
    """Put ``load`` in place of the previous one by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(load.document()))


def next_load_seq(*known: int) -> int:
    """One above every load known anywhere: the ledger, the last list, what is published."""
    return 1 + max(known, default=0)
