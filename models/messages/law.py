"""What the law asks of advertising, put into a template: ``(광고)`` first, the sender, a free way to opt out.

Belongs here: 정보통신망법 §50 as texts, always before limits are checked, so that they count. Does not belong here:
consents, night hours (``models.campaigns``), HTML of e-mails beyond its footer.

Doing it twice changes nothing. KakaoTalk itself puts (광고) before the channel's name and the opt-out under a Brand
Message; texts with room for it get the label as well, unless ``label_kakao_texts`` is off.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.messages.documents.places import places, with_texts
from models.messages.documents.push import Push
from models.messages.documents.template import Template

LABEL: Final = "(광고)"
_FOOTER: Final = 'data-dangol="sender"'
_LABELS: Final = re.compile(r"^(?:\s*[(\[（［<【]\s*광\s*고\s*[)\]）］>】])+\s*")
_KAKAO_TEXTS: Final = frozenset({"TEXT", "IMAGE", "WIDE_IMAGE"})  # the others have no text of their own at the top
_KAKAO_ROOM: Final = frozenset({"TEXT", "IMAGE"})  # with room for the opt-out


@dataclass(frozen=True)
class Sender:
    """The shop as the law wants it named. ``contact``: phone number or address; ``opt_out_number``: free 080 number."""

    mall_name: str
    contact: str = ""
    opt_out_number: str = ""
    currency: str = "KRW"
    locale: str = "ko"
    label_kakao_texts: bool = True


def with_law(template: Template, sender: Sender) -> Template:
    """The template as it may be sent: an advertising one labelled, with the sender and the opt-out."""
    if not template.advertises:
        return template
    texts = {place.path: place.text for place in places(template)}
    changed: dict[str, str] = {}
    if template.sms is not None:
        changed |= _sms(texts, "", sender)
    elif template.brand_message is not None:
        changed |= _brand(template, texts, sender)
        if template.substitute is not None:
            changed |= _sms(texts, "substitute.", sender)
    elif template.push is not None:
        changed |= {"title": labelled(texts["title"]), "body": _with_line(texts["body"], template.push.opt_out or "")}
    elif template.email is not None:
        changed |= {"subject": labelled(texts["subject"]), "html": _with_footer(texts["html"], sender)}
        if "text" in texts:
            changed["text"] = _with_line(texts["text"], _named(sender))
    return with_texts(template, {path: text for path, text in changed.items() if text != texts[path]})


def saved(template: Template, push_opt_out: str | None) -> Template:
    """The template as it is stored: an advertising push takes over the opt-out text set at that moment (F8), so that
    templates saved before it was set stay as they were until they are saved again."""
    if template.push is None or not template.advertises or not push_opt_out:
        return template
    push = Push.model_validate(template.push.model_dump() | {"opt_out": push_opt_out})
    return template.model_copy(update={"push": push})


def labelled(text: str, name: str = "") -> str:
    """``(광고)`` first, then who sends it, then the text; a label or name that is there already is not put twice."""
    bare = _LABELS.sub("", text)
    bare = bare.removeprefix(name).lstrip() if name else bare
    return f"{LABEL}{name} {bare}"


def has_label(text: str) -> bool:
    """Whether a text begins with a label of advertising, written in whatever way."""
    return _LABELS.match(text) is not None


def _named(sender: Sender) -> str:
    return f"[{sender.mall_name} {sender.contact}]" if sender.contact else f"[{sender.mall_name}]"


def _opt_out(sender: Sender) -> str:
    return f"무료수신거부 {sender.opt_out_number}" if sender.opt_out_number else ""


def _sms(texts: Mapping[str, str], start: str, sender: Sender) -> dict[str, str]:
    text = labelled(texts[f"{start}text"], _named(sender))
    if not _says_number(text, sender.opt_out_number):
        text = _with_line(text, _opt_out(sender))
    found = {f"{start}text": text}
    if f"{start}subject" in texts:
        found[f"{start}subject"] = labelled(texts[f"{start}subject"])
    return found


def _brand(template: Template, texts: Mapping[str, str], sender: Sender) -> dict[str, str]:
    brand = template.brand_message
    if brand is None or brand.type not in _KAKAO_TEXTS or not sender.label_kakao_texts:
        return {}
    text = labelled(texts["text"])
    if brand.type in _KAKAO_ROOM:
        to_all = brand.targeting != "I" and sender.opt_out_number != ""
        if not (to_all and _says_number(text, sender.opt_out_number)):
            text = _with_line(text, _opt_out(sender) if to_all else "수신거부: 채널 홈 > 차단")
    return {"text": text}


def _says_number(text: str, number: str) -> bool:
    """Whether a text has this number, with dashes, dots, blanks or without; not as a part of a longer one."""
    digits = re.sub(r"\D", "", number)
    return bool(digits) and re.search(rf"(?<!\d){'[-. ]?'.join(digits)}(?!\d)", text) is not None


def _with_line(text: str, line: str) -> str:
    """A last line, unless it is there already."""
    return text if not line or text.rstrip().endswith(line) else f"{text.rstrip()}\n{line}"


def _with_footer(page: str, sender: Sender) -> str:
    """The sender's name and contact at the end of an e-mail; the link to opt out stands in its HTML already."""
    if _FOOTER in page:
        return page
    told = html.escape(" · ".join(part for part in (sender.mall_name, sender.contact) if part))
    told = told.replace("#{", "&#35;{").replace("{", "&#123;")  # a name is no variable and no command
    footer = f'<p {_FOOTER} style="margin:24px 16px;font-size:12px;color:#666666">{told}</p>'
    at = page.lower().rfind("</body>")
    return page + footer if at < 0 else page[:at] + footer + page[at:]
