"""The templates that come with the program: sound, sendable, and full of values."""

import pytest

from models.documents.reading import read_documents
from models.messages.checks import obstacles_in, warnings_in
from models.messages.documents.template import CHANNELS
from models.messages.examples.shipped import example_templates, sender_examples
from models.messages.law import saved
from models.messages.rendering import render_one, variables_of
from models.messages.senders import KIND_OF, SenderAccount
from tests.models.messages.templates import SENDER

pytestmark = [pytest.mark.feature("F12"), pytest.mark.feature("F7")]
_TEXTS = {
    "name": "홍길동",
    "grade": "골드",
    "points": 1500,
    "landing_url": "https://a.kr",
    "unsubscribe_url": "https://a.kr/u",
}


def value(column: str) -> object:
    """A value that products have, in the longest form of the demo shop."""
    last = column.rpartition("__")[2]
    known = {"name": "하이웨이스트 캐시미어 H라인 스커트 아이보리", "price": 61900.0}
    return _TEXTS.get(column) or known.get(last) or "https://a.kr/1.jpg"


def test_there_is_a_good_example_of_every_channel() -> None:
    assert {one.channel for one in example_templates()} == set(CHANNELS)
    for one in example_templates():
        ready = saved(one, "[수신거부: 설정]")
        assert {found.kind for found in obstacles_in(ready, SENDER)} <= {"not_approved"}, one.id
        assert warnings_in(ready, SENDER) == [], one.id
        rendered = render_one(ready, {each.column: value(each.column) for each in variables_of(ready)}, SENDER)
        assert rendered.skip_reason is None, one.id
        assert rendered.substitute_skip_reason is None, one.id


def test_only_products_and_points_must_be_there() -> None:
    for one in example_templates():
        if any("__" in each.column or each.column == "points" for each in variables_of(one)):
            continue
        assert render_one(one, {"unsubscribe_url": "https://a.kr/u"}, SENDER).skip_reason is None, one.id


def test_there_is_a_sender_of_every_kind() -> None:
    senders = read_documents([("senders", sender_examples())], SenderAccount)
    assert {one.kind for one in senders} == set(KIND_OF.values())
    assert all(one.state == "unknown" for one in senders)
