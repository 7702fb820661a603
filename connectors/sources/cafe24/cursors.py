"""How far each list of one shop has been read and landed: a small JSON file in the mall's folder.

Belongs here: reading it and replacing it whole. Does not belong here: what the marks mean (``resources``).
Delete the file and everything is read again; nothing lands twice.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from connectors.home.durable import write_text


class Cursors:
    """Marks by name, kept over runs; a mark moves only after what stands before it is on disk."""

    def __init__(self, folder: Path, shop_no: int) -> None:
        self._path = folder / f"cursors-{shop_no}.json"
        self._marks = self._read()

    def __getitem__(self, name: str) -> str | None:
        return self._marks.get(name)

    def move(self, marks: Mapping[str, str | None]) -> None:
        """Set marks, or take them away with None, all at once."""
        if not marks:
            return
        moved = {**self._marks, **marks}
        self._marks = {name: moved[name] for name in sorted(moved) if moved[name] is not None}
        write_text(self._path, json.dumps(self._marks, indent=1) + "\n")

    def _read(self) -> dict[str, str | None]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}
