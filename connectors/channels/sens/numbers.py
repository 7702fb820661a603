"""Telephone numbers as Korean vendors take them.

Belongs here: the form on the wire. Does not belong here: reading what people write (``connectors.store``).
"""

import re
from typing import Final

_MOBILE: Final = re.compile(r"01[016789]\d{7,8}")


def wire_number(to: str) -> str | None:
    """``01012345678`` of a Korean mobile number, also of ``+82 10-…``; None for anything else."""
    digits = re.sub(r"[\s().-]", "", to)
    if digits.startswith("+82"):
        digits = "0" + digits[3:].removeprefix("0")
    return digits if _MOBILE.fullmatch(digits) else None
