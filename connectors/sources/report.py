"""What an ingest did, in numbers that add up.

Belongs here: the report's shape and its arithmetic. Does not belong here: counting (``ingest``), printing (the CLI).

In source rows: read = kept + already + sum(filtered) + sum(quarantined).
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class FileReport:
    """One file. All counts are source rows, except ``events``, ``products``, ``contents`` (rows that were landed) and
    ``members`` (members handed to the store).

    ``kept``: at least one target is new (or only members came of it), and none was refused. ``already``: accepted, and
    everything of it was there before. ``filtered``: by name of filter. ``quarantined``: by the code of the first
    reason; a row that one target refused counts here even if its other targets took it.
    """

    file: str
    read: int = 0
    kept: int = 0
    already: int = 0
    filtered: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    events: int = 0
    products: int = 0
    contents: int = 0
    members: int = 0
    stored: tuple[Any, ...] = ()  # what the members' sink told, by target
    notes: tuple[str, ...] = ()
    error: str = ""
    seen_before: bool = False

    @property
    def refused(self) -> int:
        return sum(self.quarantined.values())

    @property
    def adds_up(self) -> bool:
        return self.read == self.kept + self.already + sum(self.filtered.values()) + self.refused

    def as_json(self) -> dict[str, Any]:
        """Everything but what the members' sink told."""
        return asdict(replace(self, stored=()))

    @classmethod
    def again(cls, file: str, first: dict[str, Any]) -> "FileReport":
        """Report of a file whose content was ingested before with the same mapping: nothing is added."""
        return cls(
            file=file,
            read=first["read"],
            already=first["kept"] + first["already"],
            filtered=first["filtered"],
            quarantined=first["quarantined"],
            notes=("this content was ingested before with this mapping; nothing to do",),
            seen_before=True,
        )


@dataclass(frozen=True)
class IngestReport:
    """All files of one ingest, in the order given."""

    mapping: str
    files: tuple[FileReport, ...]
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(file.error for file in self.files if file.error)
