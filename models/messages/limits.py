"""How long each text of a message may be once its variables are filled, as tables.

Belongs here: numbers. Does not belong here: counting (``letters``), holding texts to them (``checks``, ``rendering``),
which parts a Brand Message has (``brand_shapes``).

Sources: CHANNELS.md sections 2 to 4 and 6; what no source says (marked ``U``) is the stricter of the known values.
"""

from dataclasses import dataclass
from typing import Final, Literal

from models.messages.documents.template import Template

SMS_BYTES: Final = 90
LMS_BYTES: Final = 2_000
SUBJECT_BYTES: Final = 40
PUSH_BYTES: Final = 3_800  # FCM takes 4,096 of UTF-8 in all; the rest is for keys and the click id
OPT_OUT: Final = 30  # characters of the opt-out text of pushes (F8)
MMS_FILE_BYTES: Final = 300 * 1024
MMS_PIXELS: Final = (1_500, 1_440)
MMS_FILE_NAME: Final = 40
BUTTON_NAME: Final = 20  # of AlimTalk
ENTRY_TITLE: Final = 6  # of the list of an AlimTalk
EMAIL_HTML: Final = 102_400  # characters beyond which Gmail cuts a mail


@dataclass(frozen=True)
class Limit:
    """At most ``most`` characters (or bytes of an SMS), and line breaks."""

    most: int
    unit: Literal["characters", "sms_bytes"] = "characters"
    line_breaks: int | None = None


_LINK: Final = Limit(1_000)
_ALIMTALK: Final[dict[str, Limit]] = {
    "text": Limit(1_000),
    "title": Limit(50),  # U
    "header": Limit(16),
    "highlight.title": Limit(30),
    "highlight.description": Limit(19),  # U
    "items.*.description": Limit(23),
    "summary.description": Limit(23),
}
_HIGHLIGHT_WITH_IMAGE: Final = {"highlight.title": Limit(21), "highlight.description": Limit(13)}
_LONG_TEXT: Final = Limit(1_300, line_breaks=99)
_COMMERCE: Final = {"commerce.title": Limit(30), "additional": Limit(34)}
_BRAND: Final[dict[str, dict[str, Limit]]] = {
    "TEXT": {"text": _LONG_TEXT, "coupon.description": Limit(12)},
    "IMAGE": {"text": _LONG_TEXT, "coupon.description": Limit(12)},
    "WIDE_IMAGE": {"text": Limit(76, line_breaks=1), "coupon.description": Limit(18)},
    "WIDE_ITEM_LIST": {
        "header": Limit(20),
        "items.0.title": Limit(25),
        "items.*.title": Limit(30),
        "coupon.description": Limit(18),
    },
    "COMMERCE": {**_COMMERCE, "coupon.description": Limit(12)},
    "CAROUSEL_FEED": {
        "cards.*.title": Limit(20),
        "cards.*.text": Limit(180, line_breaks=2),
        "cards.*.coupon.description": Limit(18),
    },
    "CAROUSEL_COMMERCE": {
        "head.title": Limit(20),
        "head.text": Limit(50),
        **{f"cards.*.{path}": limit for path, limit in _COMMERCE.items()},
        "cards.*.coupon.description": Limit(18),
    },
}
_EMAIL: Final[dict[str, Limit]] = {"subject": Limit(200), "preheader": Limit(200), "html": Limit(600_000)}
_SMS: Final[dict[str, Limit]] = {
    "text": Limit(LMS_BYTES, "sms_bytes"),
    "subject": Limit(SUBJECT_BYTES, "sms_bytes"),
}


def limits_of(template: Template) -> dict[str, Limit]:
    """Path, or pattern of paths with ``*`` for numbers, -> limit; a path goes before a pattern."""
    part = template.part
    if template.sms is not None:
        return _sms(template.sms.longest)
    if template.brand_message is not None:
        found = dict(_BRAND[template.brand_message.type])
    elif template.alimtalk is not None:
        highlight = template.alimtalk.highlight
        found = _ALIMTALK | (_HIGHLIGHT_WITH_IMAGE if highlight and highlight.image else {})
    else:
        found = dict(_EMAIL) if template.channel == "email" else {}
    substitute = getattr(part, "substitute", None)
    if substitute is not None:
        found |= {f"substitute.{path}": limit for path, limit in _sms(substitute.longest).items()}
    return found


def _sms(longest: str) -> dict[str, Limit]:
    return _SMS if longest == "LMS" else _SMS | {"text": Limit(SMS_BYTES, "sms_bytes")}


def limit_at(limits: dict[str, Limit], path: str, pattern: str, role: str) -> Limit | None:
    """The limit of a text; every link may have 1,000 characters."""
    return limits.get(path) or limits.get(pattern) or (_LINK if role in ("link", "image") else None)
