"""How long to wait before a busy server is asked again.

Belongs here: reading what the server asks for, and the waits where it asks for nothing; pure, nothing sleeps here.
Does not belong here: deciding whether to ask again (``language_model``).
"""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

FIRST_WAIT = 1.0  # seconds
LONGEST_BACKOFF = 20.0
LONGEST_WAIT = 60.0  # a server that asks for more is not waited for in this run


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait, None if it does not: ``retry-after-ms``, or ``Retry-After`` of RFC 9110, 10.2.3.

    ``headers`` is asked for lower-case names. A date is measured against the ``Date`` of the same reply: no clock of
    ours, so none that can be wrong.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    seconds = milliseconds / 1000 if milliseconds is not None else _number(headers.get("retry-after"))
    if seconds is None:
        seconds = _until(headers.get("retry-after"), headers.get("date"))
    return seconds if seconds is not None and seconds > 0 else None


def wait_before_retry(attempt: int, asked: float | None, jitter: float) -> float:
    """Seconds to wait after the failed ``attempt`` (from 1): what the server asked, else doubling with jitter.

    ``jitter`` in [0, 1) spreads the wait over the upper half of its range, so that clients do not return in step.
    """
    if asked is not None:
        return asked
    return float(min(LONGEST_BACKOFF, FIRST_WAIT * 2 ** (attempt - 1)) * (0.5 + jitter / 2))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _until(moment: str | None, now: str | None) -> float | None:
    if not moment or not now:
        return None
    try:
        return (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError):  # no date, or one with a zone against one without
        return None
