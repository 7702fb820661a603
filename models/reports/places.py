"""Where pages of reports lie below their folder, and how they link to each other.

Belongs here: names of files. Does not belong here: writing files (``assets.reports.files``), what pages show.
"""

from typing import Final, Literal

Kind = Literal["campaign", "channel", "day", "segment", "dashboard", "history", "live", "recommendations", "index"]
_FOLDERS: Final[dict[Kind, str]] = {
    "campaign": "campaigns", "channel": "channels", "day": "days", "segment": "segments",
}  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = (
    "dashboard", "history", "campaign", "channel", "day", "segment", "recommendations", "live", "index",
)  # fmt: skip
WITH_ID: Final = frozenset(_FOLDERS)


def place(kind: Kind, name: str = "", form: str = "html") -> str:
    """Path of a page below the folder of reports: 'campaigns/spring-sale.html', 'dashboard.html'.

    Colons of names, which some systems allow in no file name, become '~', which no name has.
    """
    folder = _FOLDERS.get(kind)
    return f"{folder}/{name.replace(':', '~')}.{form}" if folder else f"{kind}.{form}"


def address(kind: Kind, name: str = "", since: Kind = "index") -> str:
    """The same, relative to a page of kind ``since``."""
    return ("../" if since in _FOLDERS else "") + place(kind, name)
