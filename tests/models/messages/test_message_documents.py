"""Templates from files: reading, the published schema, the guide."""

import json
import re
from pathlib import Path

import pytest
import yaml

from models.documents.reading import DocumentError
from models.documents.said import said
from models.messages.checks import obstacles_in, warnings_in
from models.messages.documents.places import part_with, places, with_texts
from models.messages.documents.reading import read_templates, schema_text
from models.messages.documents.template import CHANNELS, Template
from models.messages.variables import catalogue
from tests.models.messages.templates import SENDER, brand, card, sms

pytestmark = pytest.mark.feature("F12")
ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/guides/messages.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as refused:
        read_templates([("t.yaml", text)])
    return [(".".join(map(str, one.place)), one.kind) for one in refused.value.problems]


def test_every_example_of_the_guide_can_be_read_and_sent() -> None:
    found = read_templates([(f"example {at}", text) for at, text in enumerate(EXAMPLES)])
    assert {template.channel for template in found} == set(CHANNELS)
    for template in found:
        assert obstacles_in(template, SENDER) == [], template.id
        assert [one.kind for one in warnings_in(template, SENDER)] in ([], ["push_no_opt_out"]), template.id


def test_every_variable_and_skip_reason_is_in_the_guide() -> None:
    for names, use in catalogue():
        if use in ("member_name", "member", "shop", "unsubscribe"):
            assert all(f"#{{{name}}}" in GUIDE for name in names), names
    for reason in ("missing:", "too_long:", "too_many_lines:", "unencodable:", "bad_link:"):
        assert f"`{reason}" in GUIDE


def test_the_published_schema_is_that_of_the_program() -> None:
    published = ROOT / "docs/schemas/message-template.json"
    assert published.read_text(encoding="utf-8") == schema_text()
    schema = json.loads(schema_text())
    for text in EXAMPLES:
        for document in yaml.safe_load_all(text):
            assert set(document) <= set(schema["properties"])


def test_a_document_is_stored_as_it_was_written() -> None:
    for template in read_templates([("guide", "\n---\n".join(EXAMPLES))]):
        assert Template.model_validate(json.loads(json.dumps(said(template)))) == template


TOP = "id: a\nname: a\n"


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        ("", "", "one_channel"),
        ("sms: {text: a}\npush: {title: a, body: b}", "", "one_channel"),
        ("sms: {txt: a}", "sms.text", "missing"),
        ('sms: {text: "a\\u202Eb"}', "sms.text", "hidden_letters"),
        ('sms: {text: "a\\u0007"}', "sms.text", "unreadable_text"),
        ('sms: {text: a, subject: "a\\nb"}', "sms.subject", "line_break"),
        ("push: {title: a, body: b, link: 'javascript:x'}", "push.link", "not_a_link"),
        ("push: {title: a, body: b, app_link: 'javascript://x'}", "push.app_link", "not_an_app_link"),
        ("push: {title: a, body: b, app_link: 'JavaScript://x'}", "push.app_link", "not_an_app_link"),
        ("sms:\n  text: 안녕 #{NAME}", "", "variable_lost"),
        ("sms:\n  text: #{NAME}님", "", "variable_lost"),
        ("sms: {text: '#{회원 이릉}'}", "sms.text", "variable_unknown"),
        ("onsite: {style: popup, title: a, background: 'red;}'}", "onsite.background", "string_pattern_mismatch"),
        (
            'email: {sender: {name: a, address: "a@b.kr\\r\\nBcc: c@d.kr"}, subject: a, html: a}',
            "email.sender.address",
            "string_pattern_mismatch",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, place: str, kind: str) -> None:
    assert (place, kind) in problems(TOP + text + "\n")


def test_problems_say_which_file_and_document() -> None:
    good, bad = "id: a\nname: a\nsms: {text: a}\n", "id: b\nname: b\nsms: {text: '#{회원 이릉}'}\n"
    with pytest.raises(DocumentError) as refused:
        read_templates([("1.yaml", good), ("2.yaml", f"{good.replace('id: a', 'id: c')}---\n{bad}")])
    (problem,) = refused.value.problems
    assert (problem.source, problem.number, problem.document_id) == ("2.yaml", 2, "b")


def test_variables_in_quotes_blocks_and_comments_are_not_lost() -> None:
    text = "# #{NAME} is a variable\nid: a\nname: a  # the name\nsms:\n"
    text += "  text: |\n    안녕 #{NAME}\n  subject: '#{NAME} a'\n"
    (found,) = read_templates([("t.yaml", text)])
    assert found.sms is not None
    assert (found.sms.text, found.sms.subject) == ("안녕 #{NAME}", "#{NAME} a")


def test_line_breaks_and_letters_have_one_form() -> None:
    import unicodedata

    found = sms(unicodedata.normalize("NFD", "가\r\n나\r다\t라 "))
    assert found.sms is not None
    assert found.sms.text == "가\n나\n다 라"


def test_texts_go_back_to_where_they_came_from() -> None:
    carousel = brand("CAROUSEL_FEED", cards=[card(), card()], substitute={"text": "세일"})
    texts = {place.path: f"https://a.kr/{at}.jpg" for at, place in enumerate(places(carousel))}
    changed = with_texts(carousel, texts)
    assert {place.path: place.text for place in places(changed)} == texts
    assert part_with(carousel, texts)["cards"][1]["buttons"][0]["mobile"] == texts["cards.1.buttons.0.mobile"]
    assert with_texts(carousel, {}) == carousel
