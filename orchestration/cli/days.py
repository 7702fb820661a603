"""Days on the command line. Belongs here: reading one. Does not belong here: what it is used for."""

import datetime as dt


class DayError(Exception):
    """A day that can not be read; the message names the option."""


def parse_day(text: str, option: str) -> dt.date:
    """A day written as YYYY-MM-DD."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise DayError(f"{option} {text!r} is not a day: write it as YYYY-MM-DD") from error
