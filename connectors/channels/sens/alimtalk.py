"""AlimTalk through SENS.

Belongs here: the body of the request (CHANNELS.md, 3). Does not belong here: whether a text matches its template
(``models.messages.approved``), templates and channels at the vendor (``accounts``).

``content`` of a message: the part ``alimtalk`` of a template document, filled: ``code``, ``text``, ``title``,
``header``, ``highlight``, ``items``, ``summary``, ``buttons``.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from connectors.channels.protocol import Message
from connectors.channels.sens.client import SensClient
from connectors.channels.sens.kakao import Body, KakaoChannel
from connectors.channels.turns import text_of

RESULTS_FOR: Final = dt.timedelta(hours=25)
_LINKS: Final = {"mobile": "linkMobile", "pc": "linkPc", "ios": "schemeIos", "android": "schemeAndroid"}


def alimtalk_channel(
    client: SensClient,
    channel_id: str,
    *,
    lookup_after: dt.timedelta = dt.timedelta(minutes=2),
    results_for: dt.timedelta = RESULTS_FOR,
) -> KakaoChannel:
    """The sender of AlimTalk messages from one KakaoTalk channel (``@name``)."""
    return KakaoChannel(
        client,
        "alimtalk",
        channel_id,
        key_of=lambda message: text_of(message.content, "code"),
        body_of=lambda code: {"templateCode": code},
        message_of=_message,
        text_of=lambda message: text_of(message.content, "text"),
        lookup_after=lookup_after,
        results_for=results_for,
    )


def _message(message: Message) -> Body:
    content = message.content
    body: Body = {"countryCode": "82", "content": text_of(content, "text"), "useSmsFailover": False}
    if text_of(content, "title"):
        body["title"] = text_of(content, "title")
    if text_of(content, "header"):
        body["headerContent"] = text_of(content, "header")
    if content.get("highlight"):
        body["itemHighlight"] = picked(content["highlight"], ("title", "description"))
    if content.get("items"):
        body["item"] = {"list": [picked(one, ("title", "description")) for one in content["items"]]}
        if content.get("summary"):
            body["item"]["summary"] = picked(content["summary"], ("title", "description"))
    if content.get("buttons"):
        body["buttons"] = buttons(content["buttons"])
    return body


def buttons(given: Sequence[Mapping[str, Any]]) -> list[Body]:
    """Buttons as the vendor takes them."""
    return [{"type": str(one.get("type", "WL")), "name": str(one["name"]), **links(one)} for one in given]


def links(given: Mapping[str, Any]) -> Body:
    """``mobile``, ``pc``, ``ios`` and ``android`` under the vendor's names."""
    return {theirs: str(given[ours]) for ours, theirs in _LINKS.items() if given.get(ours)}


def picked(given: Mapping[str, Any], names: Sequence[str]) -> Body:
    """The named texts that there are."""
    return {name: str(given[name]) for name in names if given.get(name)}
