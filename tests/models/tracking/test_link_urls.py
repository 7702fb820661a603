"""Addresses of links: parameters, return URLs, and that the inflow of links as they are sent is seen."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.campaigns.inflow import untracked_links
from models.tracking.urls import (
    LOGIN_PAGES,
    click_slot,
    landing_of,
    open_pixel,
    plain,
    short_link,
    through_login,
    unsubscribe_link,
    with_click,
    with_utm,
)

pytestmark = pytest.mark.feature("H1")
UTM = {"source": "kakao", "medium": "brand_message", "campaign": "봄 소식&1"}
OWN = "/account/login?go={url}&x=1"
HOSTS = ["www.shop.kr", "m.shop.kr"]
MALLS = [*LOGIN_PAGES, "flexg"]
words = st.text(st.sampled_from("ab가나 &=?#/%+1"), max_size=8)


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://a.kr", "https://a.kr?utm_source=k&utm_term=%EB%B4%84%20%26"),
        ("https://a.kr/?", "https://a.kr/?utm_source=k&utm_term=%EB%B4%84%20%26"),
        ("https://a.kr/b?c=1&d#e?f", "https://a.kr/b?c=1&d&utm_source=k&utm_term=%EB%B4%84%20%26#e?f"),
        ("https://a.kr/?utm_source=my#x", "https://a.kr/?utm_source=my&utm_term=%EB%B4%84%20%26#x"),
        ("https://a.kr/?utm%5Fsource=my&utm_term=", "https://a.kr/?utm%5Fsource=my&utm_term=%EB%B4%84%20%26"),
        ("https://a.kr/?q=%B0%A1", "https://a.kr/?q=%B0%A1&utm_source=k&utm_term=%EB%B4%84%20%26"),
    ],
)
def test_parameters_go_in_once_before_the_fragment_and_those_of_the_marketer_stay(url: str, made: str) -> None:
    assert with_utm(url, {"source": "k", "term": "봄 &"}) == made
    assert with_utm(made, {"source": "k", "term": "봄 &"}) == made


def test_addresses_go_over_the_wire_as_ascii() -> None:
    assert plain("HTTPS://한글.kr:8080/상품 1?q=가&r=%B0%A1#끝") == (
        "https://xn--bj0bj06e.kr:8080/%EC%83%81%ED%92%88%201?q=%EA%B0%80&r=%B0%A1#%EB%81%9D"
    )
    for wrong in ("shop.kr/a", "ftp://a.kr", "https://", "https://[", "https://a:b.kr", "https://me@a.kr/", "tel:080"):
        assert plain(wrong) is None


@pytest.mark.feature("H2")
@pytest.mark.parametrize(
    ("mall", "made"),
    [
        ("cafe24", "https://m.shop.kr/member/login.html?returnUrl=%2Forder%2Fbasket.html%3Fa%3D1%23b"),
        ("godomall", "https://m.shop.kr/member/login.php?returnUrl=%2Forder%2Fbasket.html%3Fa%3D1%23b"),
        ("makeshop", "https://m.shop.kr/shop/member.html?type=login&returnurl=%2Forder%2Fbasket.html%3Fa%3D1%23b"),
        ("imweb", "https://m.shop.kr/login?back_url=L29yZGVyL2Jhc2tldC5odG1sP2E9MSNi&used_login_btn=Y"),
        ("flexg", "https://m.shop.kr/account/login?go=%2Forder%2Fbasket.html%3Fa%3D1%23b&x=1"),
    ],
)
def test_each_mall_has_its_return_url_on_the_host_of_the_link(mall: str, made: str) -> None:
    url = "https://m.shop.kr/order/basket.html?a=1#b"
    assert through_login(url, mall, OWN, HOSTS) == made
    assert through_login(url.replace("//m.", "//"), mall, OWN, HOSTS) == made.replace("//m.", "//")
    assert through_login(made, mall, OWN, HOSTS) == made
    assert landing_of(made, OWN) == url


@pytest.mark.feature("H2")
def test_links_to_other_hosts_and_without_a_known_page_stay() -> None:
    for url in ("https://blog.shop.kr/a", "https://shop.kr.evil.kr/a", "https://instagram.com/shop"):
        assert through_login(url, "cafe24", "", HOSTS) == url
    assert through_login("https://shop.kr/a", "flexg", "", HOSTS) == "https://shop.kr/a"
    assert through_login("https://shop.kr/a", "other", "login?u={url}", HOSTS) == "https://shop.kr/a"
    elsewhere = through_login("https://shop.kr//evil.kr/a", "cafe24", "", HOSTS)
    assert elsewhere == "https://shop.kr/member/login.html?returnUrl=%2Fevil.kr%2Fa"


@pytest.mark.feature("H2")
def test_a_return_url_made_by_hand_gets_the_parameters_inside() -> None:
    by_hand = "https://m.shop.kr/member/login.html?noMember=1&returnUrl=/order/%ED%95%9C.html?a=1"
    tracked = with_click(with_utm(by_hand, {"source": "k"}), "c0de")
    assert tracked.startswith("https://m.shop.kr/member/login.html?noMember=1&returnUrl=%2Forder")
    assert landing_of(tracked) == "https://m.shop.kr/order/%ED%95%9C.html?a=1&utm_source=k&dg_click=c0de"
    absolute = "https://shop.kr/login?back_url=" + "aHR0cHM6Ly9zaG9wLmtyL2E%3D"
    assert landing_of(with_click(absolute, "c0de")) == "https://shop.kr/a?dg_click=c0de"


@given(st.lists(st.tuples(words, words), max_size=3), words, st.sampled_from([None, *MALLS]))
def test_the_landing_page_gets_all_parameters_whatever_the_address(
    query: list[tuple[str, str]], fragment: str, mall: str | None
) -> None:
    from urllib.parse import quote, urlencode

    given = f"https://www.shop.kr/p?{urlencode(query)}#{quote(fragment)}"
    target = with_utm(given, UTM, OWN)
    if mall is not None:
        target = through_login(target, mall, OWN, HOSTS)
        assert with_utm(through_login(given, mall, OWN, HOSTS), UTM, OWN) == target  # in either order
    assert untracked_links([target], UTM) == () or mall == "flexg"  # whose page only the settings know
    followed = with_click(target, "c0de", OWN)
    assert with_click(with_click(target, "0ther", OWN), "c0de", OWN) == followed
    assert click_slot(target, OWN).filled("c0de") == followed
    parts = urlsplit(landing_of(followed, OWN))
    values = parse_qsl(parts.query, keep_blank_values=True)
    added = [*((f"utm_{name}", value) for name, value in UTM.items()), ("dg_click", "c0de")]
    assert values == [*query, *added]
    assert unquote(parts.fragment) == fragment
    assert (parts.netloc, parts.path) == ("www.shop.kr", "/p")


@pytest.mark.feature("H4")
def test_links_as_they_are_sent_count_as_tracked() -> None:
    own = "https://shop.kr/c?utm_source=blog"
    pages = [with_utm("https://shop.kr/c", UTM), with_click("https://shop.kr/c", "c0de")]
    through = [through_login(page, mall, "", HOSTS) for page in pages for mall in LOGIN_PAGES]
    sent = [short_link("https://shop.kr/r", "c0de"), with_click(own, "c0de"), *pages, *through]
    assert untracked_links(sent, UTM, "https://shop.kr/r") == ()
    assert untracked_links([own, *sent], UTM) == (own, sent[0])


def test_mails_have_addresses_of_their_own() -> None:
    assert unsubscribe_link("https://a.kr/r", "c0de") == "https://a.kr/r/u/c0de"
    assert open_pixel("https://a.kr/r", "c0de") == "https://a.kr/r/o/c0de.gif"
