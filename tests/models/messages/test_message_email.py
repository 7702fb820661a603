"""E-mails: their commands, what their HTML may hold, how they are filled."""

import html

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.messages.checks import problems_in
from models.messages.email.filling import ONE_CLICK, filled_pages, unsubscribe_headers
from models.messages.email.source import WrongSource, environment, jinja_code, source_of
from models.messages.email.text import text_of
from models.messages.rendering import Rendered, render, render_one
from tests.models.messages.templates import SENDER, UNSUBSCRIBE, email

pytestmark = pytest.mark.feature("F9")
LINK = "https://a.kr/u/1"


def one(page: str, **values: object) -> Rendered:
    return render_one(email(page + UNSUBSCRIBE), {"unsubscribe_url": LINK} | values, SENDER)


def kinds(page: str) -> list[str]:
    return [problem.kind for problem in problems_in(email(page + UNSUBSCRIBE))]


@pytest.mark.parametrize(
    "page",
    [
        "{% for i in [1] %}{% endfor %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ value.__class__ }}",
        '{{ value["name"].__class__ }}',
        "{{ value[value] }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9999999 }}",
        "{{ range(1000000000) }}",
        "{{ lipsum() }}",
        "{{ self }}",
        "{% set a = 1 %}",
        "{% include 'a' %}",
        "{% import 'a' as b %}",
        "{% macro a() %}{% endmacro %}",
        "{% raw %}{{ x }}{% endraw %}{% block a %}{% endblock %}",
        "{{ 'a'|safe }}",
        "{{ #{NAME}|attr('x') }}",
        "{{ #{NAME}|replace('a', 'b') }}",
        "{{ 'a' ~ 'b' }}",
        "{% if #{적립금} > 1000 %}{% endif %}",
        "{% if 'a' in #{NAME} %}{% endif %}",
        "{{ -#{적립금} }}",
        "{{ #{NAME}|default('a', true) }}",
        "{% if #{NAME} %}",
        "{% endif %}",
        "{{",
        "{% if " + "(" * 3000 + "1" + ")" * 3000 + " %}{% endif %}",
        "{% if " + "not " * 300 + "1 %}{% endif %}",
        "{{ '" + "a" * 1001 + "' }}",
    ],
)
def test_commands_that_e_mails_do_not_have_are_refused(page: str) -> None:
    with pytest.raises(WrongSource):
        source_of(page)
    assert "html_command" in kinds(page)


def test_a_condition_leaves_a_part_out_and_its_variable_may_be_missing() -> None:
    page = "{% if #{적립금}|number >= 1000 %}<b>#{적립금}점</b>{% elif #{적립금} %}조금{% else %}없음{% endif %}"
    assert kinds(page) == []
    for points, said in ((1500, "<b>1,500점</b>"), (10, "조금"), (None, "없음")):
        found = one(page, points=points)
        assert found.skip_reason is None
        assert found.fields["html"].startswith(said)


def test_a_variable_outside_of_conditions_must_be_there() -> None:
    assert one("{% if 1 %}#{NAME}{% endif %}").skip_reason == "missing:회원 이름"
    assert one("{{ #{NAME}|default('고객') }}").fields["html"].startswith("고객")
    assert render_one(email(UNSUBSCRIBE), {}, SENDER).skip_reason == "missing:수신거부 링크"


def test_values_are_text_and_never_html_or_commands() -> None:
    value = "<script>&\"'{{ 7*7 }}{% if %}#{NAME}"
    shown = html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    for page in ("<p>#{NAME}</p>", "{% if 1 %}<p>#{NAME}</p>{% endif %}"):
        assert f"<p>{shown}</p>" in one(page, name=value).fields["html"]
        assert value in one(page, name=value).fields["text"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["#{NAME}", "#{적립금}", "<b>", "</b>", "가 ", "{", "}", "#", "&amp;"]), max_size=8).map(
        "".join
    ),
    st.lists(st.text(st.sampled_from("가a<>&'\"{}#% "), min_size=1, max_size=10), min_size=2, max_size=2),
)
def test_filling_at_once_and_filling_by_jinja_agree(page: str, values: list[str]) -> None:
    try:
        source = source_of(page)
    except WrongSource:
        return
    frame = pl.DataFrame({"name": [values[0]], "points": [values[1]]})
    for escapes in (True, False):
        by_jinja = environment(escapes).from_string(jinja_code(page)).render(value=frame.row(0, named=True))
        assert filled_pages(source, frame, escapes).to_list() == [by_jinja]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<script>x</script>", "html_tag"),
        *((f"<{tag}>x</{tag}>", "html_tag") for tag in ("form", "input", "object", "embed", "base", "svg", "applet")),
        ("<IFRAME src='https://a.kr'></IFRAME>", "html_tag"),
        ("<meta http-equiv=refresh content='0;url=https://a.kr'>", "html_tag"),
        ("<img src='https://a.kr/1.jpg' onerror='x()'>", "html_attribute"),
        ("<a href='javascript:x()'>a</a>", "html_address"),
        ("<a href=' JavaScript:x()'>a</a>", "html_address"),
        ("<a href='java&#115;cript:x()'>a</a>", "html_address"),
        ("<img src='data:image/png;base64,AA'>", "html_address"),
        ("<p style='color:#{NAME}'>a</p>", "html_variable"),
        ("<style>p{color:#{NAME}}</style>", "html_variable"),
        ("<!-- #{NAME} -->", "html_variable"),
        ("<a href='https://a.kr/?n=#{NAME}'>a</a>", "html_variable"),
        ("<a href='https://a.kr/#{모바일 URL_최근 장바구니 상품}'>a</a>", "html_variable"),
        ("<a href='#{모바일 URL_최근 장바구니 상품}#{PC URL_최근 장바구니 상품}'>a</a>", "html_variable"),
        ("<a href=#{수신거부 링크}>a</a>", "html_unquoted"),
    ],
)
def test_what_is_not_safe_in_a_mail_is_refused(page: str, kind: str) -> None:
    assert kind in kinds(page)


def test_addresses_that_come_as_values_must_be_addresses() -> None:
    page = '<a href="#{모바일 URL_최근 장바구니 상품}">보기</a>'
    assert kinds(page) == []
    assert one(page, latest_cart__1__url_mobile="https://a.kr/1").skip_reason is None
    assert (
        one(page, latest_cart__1__url_mobile="javascript:x()").skip_reason == "bad_link:모바일 URL_최근 장바구니 상품"
    )
    assert (
        render_one(email(UNSUBSCRIBE), {"unsubscribe_url": "http://a.kr"}, SENDER).skip_reason
        == "bad_link:수신거부 링크"
    )


def test_a_link_to_unsubscribe_is_required() -> None:
    assert [one.kind for one in problems_in(email("<p>a</p>"))] == ["no_unsubscribe"]
    assert [one.kind for one in problems_in(email("<p>#{수신거부 링크}</p>"))] == ["no_unsubscribe"]


def test_headers_let_people_unsubscribe_with_one_click() -> None:
    assert unsubscribe_headers(LINK) == {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": ONE_CLICK}
    for wrong in ("http://a.kr", "https://a.kr\r\nBcc: x@y.kr", "https://a.kr/>"):
        with pytest.raises(ValueError, match="https"):
            unsubscribe_headers(wrong)
    assert one("<p>a</p>").fields["unsubscribe_url"] == LINK


def test_the_text_says_what_the_page_says() -> None:
    page = (
        "<html><head><style>p{}</style><title>t</title></head><body><h1>신상</h1><p>안녕&nbsp;<b>#{NAME}</b>님</p>"
        "<ul><li>하나</li><li>둘</li></ul><img alt='사진' src='https://a.kr/1.jpg'>"
        "<a href='https://a.kr/?a=1&amp;b=2'>보기</a><table><tr><td>가격</td><td>1원</td></tr></table></body></html>"
    )
    assert text_of(page) == ("신상\n\n안녕 #{NAME}님\n\n- 하나\n- 둘\n\n[사진]보기 (https://a.kr/?a=1&b=2)\n\n가격 1원")
    assert text_of("{% if #{NAME} %}<b>a</b>{% endif %}&#123;{ 7*7 }} &#35;{NAME}") == (
        "{% if #{NAME} %}a{% endif %}｛｛ 7*7 }} #｛NAME}"
    )
    given = render_one(email(UNSUBSCRIBE, text="손으로 쓴 글 #{수신거부 링크}"), {"unsubscribe_url": LINK}, SENDER)
    assert given.fields["text"] == f"손으로 쓴 글 {LINK}"


def test_the_preheader_stands_first_and_is_no_html() -> None:
    found = render_one(email("<body>a" + UNSUBSCRIBE + "</body>", preheader="<오늘만> {{ 7*7 }} #{NAME}"),
                       {"unsubscribe_url": LINK, "name": "<b>"}, SENDER)  # fmt: skip
    assert found.fields["html"].startswith(
        '<body><div style="display:none;max-height:0;overflow:hidden">'
        "&lt;오늘만&gt; &#123;&#123; 7*7 }} &lt;b&gt;</div>a"
    )


def test_css_that_looks_like_a_command_stays_css() -> None:
    page = "<style>@media(x){#a{color:red}}</style><p>#{NAME}</p>"
    assert kinds(page) == []
    assert page.replace("#{NAME}", "홍") in one(page, name="홍").fields["html"]


def test_each_recipient_gets_their_own_page_in_their_own_row() -> None:
    frame = pl.DataFrame({"name": pl.int_range(5_000, eager=True).cast(pl.String)}).with_columns(
        points=pl.col("name").str.len_chars(), unsubscribe_url=pl.lit("https://a.kr/u/") + pl.col("name")
    )
    made = render(email("{% if #{적립금}|number > 1 %}<b>#{NAME}</b>{% endif %}" + UNSUBSCRIBE), frame, SENDER)
    shown = [f"<b>{at}</b>" if at > 9 else "" for at in range(5_000)]
    assert [page.split("<a")[0] for page in made["field:html"]] == shown
    assert made["field:unsubscribe_url"].to_list() == frame["unsubscribe_url"].to_list()


def expressions() -> st.SearchStrategy[str]:
    """What a marketer may write between {{ and }}, sensible or not."""
    ends = st.sampled_from(["#{NAME}", "#{적립금}", "'가'", "7", "''", "true", "none"])
    return st.recursive(ends, lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["number", "default('고객')", "upper", "lower", "length"])).map("|".join),
        st.tuples(inner, st.sampled_from(["and", "or", "==", "!=", ">=", "<"]), inner).map(" ".join).map("({})".format),
        st.tuples(inner, inner).map("('a' if {0[0]} else {0[1]})".format), inner.map("('b' if {})".format),
        inner.map("(not {})".format), inner.map("(-{})".format),
    ), max_leaves=6)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(expressions(), st.sampled_from([None, "홍길동", "1,500", "-3", "<b>"]))
def test_what_is_accepted_can_be_filled_whatever_the_values_are(expression: str, value: str | None) -> None:
    try:
        source = source_of(f"{{% if {expression} %}}예{{% endif %}}{{{{ {expression} }}}}")
    except WrongSource:
        return
    frame = pl.DataFrame({"name": [value], "points": [value]}, schema={"name": pl.String, "points": pl.String})
    (made,) = filled_pages(source, frame, escapes=True).to_list()
    assert made is not None
    assert "<b>" not in made


def test_numbers_are_printed_as_people_write_them() -> None:
    found = one("{{ #{적립금}|number }} {{ #{NAME}|length }}", points=1500, name="홍길동")
    assert found.fields["html"].startswith("1500 3")
