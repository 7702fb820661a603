"""What conditions are answered against: which day is today, the shop's zone, its custom fields, its other segments.

Belongs here: what is handed in beside a condition, and where a custom field is found. Does not belong here: facts of
customers (tables of the warehouse, or ``models.segments.memory.facts``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from zoneinfo import ZoneInfo

from models.segments.document import Segment

FieldType = Literal["text", "number", "boolean"]
CUSTOM_PREFIX: Final = "custom__"
# names that fall back to what the shop's member API calls its own, where no custom field of the name exists
FALLBACKS: Final[Mapping[str, tuple[str, FieldType]]] = {
    "point": ("points", "number"), "points": ("points", "number"), "grade": ("grade", "text"),
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """``as_of``: today, a business day. ``fields``: custom fields and their types. ``segments``: rule segments by id,
    for those that are named by others. ``found``: ids of segments that are found by themselves (``taste:…``, ``ai:…``);
    None: any id of theirs is taken, and one that is not there has no members."""

    as_of: dt.date
    zone: ZoneInfo
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    found: frozenset[str] | None = None

    def column_of(self, name: str) -> tuple[str, FieldType] | None:
        """Column of the member facts that holds a custom field, and its type; None for a field nobody knows."""
        if name in self.fields:
            return CUSTOM_PREFIX + name, self.fields[name]
        return FALLBACKS.get(name)
