"""Everything that can go wrong between a source file and the landing zone, as one small hierarchy.

Belongs here: the error classes and how their messages are put together.
Does not belong here: refused rows (those are not errors: they go to quarantine with a reason).
"""


class SourceError(Exception):
    """A source can not be read as the mapping says.

    ``what`` went wrong, ``where`` (file, line, column) and ``how`` to mend it; the message holds all three.
    """

    def __init__(self, what: str, where: str = "", how: str = "") -> None:
        self.what = what
        self.where = where
        self.how = how
        super().__init__("".join([f"{where}: " if where else "", what, f"\n  -> {how}" if how else ""]))


class MappingError(SourceError):
    """The mapping file itself is wrong; the message names its lines."""


class FileUnreadable(SourceError):
    """The file is missing, not a file, not permitted or not of the format the mapping names."""


class WrongEncoding(SourceError):
    """The bytes are not text in the encoding that the mapping names."""


class MissingColumn(SourceError):
    """The mapping reads a column that the file does not have."""


class ExpressionError(SourceError):
    """A DuckDB expression of the mapping fails on the rows of this file."""


class LandingError(SourceError):
    """Rows handed to the landing zone do not have the canonical shape."""
