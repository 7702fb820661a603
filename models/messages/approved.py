"""Whether an AlimTalk text is the approved one: the same but for what stands in place of variables.

Belongs here: comparing texts. Does not belong here: fetching templates from the vendor (connectors).
"""

import re
import unicodedata

from models.messages.variables import ANY_VARIABLE

_SHOWN = 20  # letters of a text that a difference tells


def matches(approved: str, sent: str) -> bool:
    """Whether ``sent`` is ``approved`` with some text, or none, in place of each ``#{variable}``."""
    return first_difference(approved, sent) is None


def first_difference(approved: str, sent: str) -> str | None:
    """What of the approved text is not found in ``sent`` at its place; None where they match.

    Fixed pieces are looked for from left to right, the first at the beginning, the last at the end, each as early as it
    can stand: with variables that take any text that finds a match wherever there is one, in linear time.
    """
    sent = same_form(sent)
    pieces = re.split(ANY_VARIABLE.pattern.replace("(", "(?:", 1), same_form(approved))
    if len(pieces) == 1:
        return None if pieces[0] == sent else _shown(pieces[0])
    first, *middle, last = pieces
    if not sent.startswith(first):
        return _shown(first)
    at = len(first)
    for piece in middle:
        found = sent.find(piece, at)
        if found < 0:
            return _shown(piece)
        at = found + len(piece)
    return None if sent.endswith(last) and len(sent) - len(last) >= at else _shown(last)


def same_form(text: str) -> str:
    """A text as texts are compared: composed letters, one kind of line break, nothing around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _shown(piece: str) -> str:
    return piece if len(piece) <= _SHOWN else piece[:_SHOWN] + "…"
