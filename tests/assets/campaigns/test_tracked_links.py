"""Links of messages from the template to the event: made for each recipient, followed, landed."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from assets.campaigns.delivery.clicks import open_resolver
from assets.campaigns.shop import Shop, open_shop
from assets.campaigns.texts.links import destinations, link_columns, link_host, link_warnings, own_links, tracked_links
from connectors.erasure.erase import erase_member
from connectors.home.paths import make_home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.sources.canonical import DEVICES, EVENT_COLUMNS, EVENT_NAMES
from connectors.store.ledger.shapes import Occurrence, Send
from connectors.tracking.journal import Journal
from connectors.tracking.resolver import Resolver
from connectors.tracking.robots import is_robot
from models.campaigns.document import Campaign
from models.campaigns.inflow import untracked_links
from models.messages.links import links_in, with_link_places
from models.messages.rendering import render
from models.tracking.codes import click_codes
from models.tracking.urls import landing_of, with_click
from tests.models.campaigns.shops import campaign
from tests.models.messages.templates import CART, SENDER, UNSUBSCRIBE, email, people, sms

pytestmark = [pytest.mark.feature("H1"), pytest.mark.feature("H2")]
NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) KAKAOTALK 10.4.5"
SETTINGS: dict[str, Any] = {"site_hosts": ["www.shop.kr", "m.shop.kr"]}
AB = campaign(
    id="ab",
    variants=[{"name": "A", "template": "t"}, {"name": "B", "template": "t", "landing_url": "https://m.shop.kr/b?x=1#top"}],
    landing_url="https://m.shop.kr/a",
    tracking={"utm": {"term": "봄"}, "through_login": True},
)  # fmt: skip
MEMBERS = ("kim", "lee", "park")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    home = make_home(tmp_path / "home")
    settings = Settings.model_validate(SETTINGS)
    with open_shop(home, settings, PublishedTables(home), lambda: NOW, lambda seconds: None) as opened:
        people = {"member_id": MEMBERS, "email": [f"{name}@a.kr" for name in MEMBERS], "consent_email": [True] * 3}
        opened.store.upsert_members(pa.table(people | {"consent_email_at": [NOW - dt.timedelta(days=9)] * 3}))
        yield opened


def other(shop: Shop, **changes: Any) -> Shop:
    return Shop(shop.home, Settings.model_validate(SETTINGS | changes), shop.store, shop.published, shop.clock,
                shop.sleep)  # fmt: skip


def reserved(shop: Shop, document: Campaign) -> Send:
    """A send of the campaign to kim (A), lee (B) and park (A)."""
    send = shop.store.ledger.plan(Occurrence(document.id, 1, NOW, document.channel))
    names = [variant.name for variant in document.variants]
    decided = {
        "customer_id": [1, 2, 3],
        "customer_key": [shop.store.key_of(name) for name in MEMBERS],
        "variant": [names[place % len(names)] for place in range(3)],
        "decision": ["send"] * 3,
        "send_order": [0, 1, 2],
        "not_before": pl.Series([NOW] * 3, dtype=pl.Datetime("us", "UTC")),
        "price": [90_000] * 3,
    }
    shop.store.ledger.reserve(send.send_no, pl.DataFrame(decided))
    return shop.store.ledger.progress(send.send_no)


def landed(shop: Shop) -> pl.DataFrame:
    files = [str(path) for path in shop.home.landing.glob("events/received_day=*/*.parquet")]
    return pl.read_parquet(files, hive_partitioning=False).sort("event_at") if files else pl.DataFrame()


def code_in(link: str) -> str:
    return link.rpartition("/")[2]


def test_one_template_serves_both_landing_pages_with_short_links_of_each_recipient(shop: Shop) -> None:
    send, template = (
        reserved(shop, AB),
        sms(f"#{{랜딩 URL}} 또는 #{{모바일 URL_{CART}}} 또는 https://blog.kr/%EC%86%8C?a=1"),
    )
    placed = with_link_places(template)
    values = people(latest_cart__1__url_mobile=["https://m.shop.kr/p/1", None])
    made = link_columns(shop, send, AB, AB.variants[1], placed.links, values, pl.Series([1, 2]))
    again = link_columns(shop, send, AB, AB.variants[1], placed.links, values, pl.Series([1, 2]))
    assert made.equals(again)
    assert made["link__2"][1] is None
    links = made.select(pl.col("^link__.*$")).row(0)
    assert all(link.startswith("https://www.shop.kr/r/") and len(link) < 36 for link in links)
    assert len({*links, *made.select("link__1", "link__3").row(1)}) == 5
    text = render(placed.template, values.hstack(made), SENDER)["field:text"][0]
    assert f"{links[0]} 또는 {links[1]}" in text

    resolver = open_resolver(shop)
    went = [resolver.follow(code_in(link), at=NOW) for link in links]
    utm = "utm_source=sms&utm_medium=sms&utm_campaign=ab&utm_content=B&utm_term=%EB%B4%84"
    assert [landing_of(one.url) for one in went if one] == [
        f"https://m.shop.kr/b?x=1&{utm}&dg_click={code_in(links[0])}#top",
        f"https://m.shop.kr/p/1?{utm}&dg_click={code_in(links[1])}",
        f"https://blog.kr/%EC%86%8C?a=1&{utm}&dg_click={code_in(links[2])}",
    ]
    assert [one.url.startswith("https://m.shop.kr/member/login.html?returnUrl=%2F") for one in went if one] == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.feature("H4")
@pytest.mark.parametrize("mall", ["cafe24", "makeshop", "imweb", "flexg"])
def test_full_links_are_those_that_the_short_ones_lead_to(shop: Shop, mall: str) -> None:
    there = other(shop, tracking={"mall": mall, "login_path": "/login/{url}"})
    full = AB.model_copy(update={"tracking": AB.tracking.model_copy(update={"short_links": False})})
    send, links = reserved(shop, AB), links_in(sms("#{랜딩 URL} https://blog.kr"))
    values, seqs = people(x=["1", "2"]), pl.Series([0, 2])
    sent = link_columns(there, send, full, full.variants[0], links, values, seqs)
    short = link_columns(there, send, AB, AB.variants[0], links, values, seqs)
    resolver = open_resolver(there)
    for column in ("link__1", "link__2"):
        followed = [resolver.follow(code_in(link), at=NOW) for link in short[column]]
        assert sent[column].to_list() == [one.url for one in followed if one]
    utm = full.utm(full.variants[0])
    assert untracked_links([*sent["link__1"], *short["link__1"]], utm, link_host(there.settings)) == (
        () if mall != "flexg" else tuple(sent["link__1"])
    )


def test_untracked_campaigns_send_bare_links_and_warnings_tell_what_is_missing(shop: Shop) -> None:
    bare = campaign(tracking={"on": False})
    send, links = reserved(shop, bare), links_in(sms("#{랜딩 URL} https://m.shop.kr/b?a=1"))
    made = link_columns(shop, send, bare, bare.variants[0], links, people(x=["1"]), pl.Series([0]))
    assert made.row(0)[:2] == ("https://shop.example.com/", "https://m.shop.kr/b?a=1")
    assert link_warnings(shop.settings, bare) == ()

    nowhere = other(shop, site_hosts=[], tracking={"mall": "flexg"})
    assert link_warnings(nowhere.settings, AB) == ("no_link_host", "no_login_page")
    assert link_warnings(nowhere.settings, campaign(channel="email", tracking={"on": False})) == ("no_unsubscribe",)
    sent = link_columns(nowhere, send, AB, AB.variants[0], links, people(x=["1"]), pl.Series([0]))
    assert sent["link__1"][0].startswith("https://m.shop.kr/a?utm_source=sms")
    assert "dg_click=" in sent["link__1"][0]
    assert own_links(nowhere, send, pl.Series([0])).row(0) == (None, None)
    assert link_host(Settings.model_validate({"tracking": {"link_host": "https://go.kr"}})) == "https://go.kr"


def test_substitutes_say_that_they_are_text_messages_and_the_landing_page_is_of_the_shop() -> None:
    kakao = campaign(channel="brand_message", landing_url="https://elsewhere.kr/a", tracking={"through_login": True,
                     "utm": {"source": "mine"}})  # fmt: skip
    found = destinations(Settings(), "sms", kakao, kakao.variants[0], ["https://m.elsewhere.kr/b", "no address"])
    assert [landing_of(url) for url in found.values()] == [
        "https://m.elsewhere.kr/b?utm_source=mine&utm_medium=sms&utm_campaign=spring"
    ]
    assert found["https://m.elsewhere.kr/b"].startswith("https://m.elsewhere.kr/member/login.html?returnUrl=")


def clicked(shop: Shop) -> tuple[Resolver, Send, pl.Series]:
    """A resolver, a send and its three short links."""
    send = reserved(shop, AB)
    targets = pl.DataFrame({"link__1": ["https://m.shop.kr/a"] * 3})
    made = tracked_links(
        shop, send, AB, AB.variants[0], links_in(sms("https://m.shop.kr/a")), targets, pl.Series([0, 1, 2])
    )
    return open_resolver(shop), send, made["link__1"].str.split("/").list.last()


def test_clicks_become_canonical_events_once_however_often_they_are_landed(shop: Shop) -> None:
    resolver, send, codes = clicked(shop)
    assert resolver.flush() == 0
    for at, code in enumerate(codes):
        followed = resolver.follow(code, at=NOW + dt.timedelta(seconds=at), user_agent=PHONE, device=None)
        assert followed is not None
        assert followed.is_noted
    assert resolver.opened(click_codes(shop.secret, send.send_no, pl.Series([1]))[0], at=NOW, device="app")
    journal = Journal(shop.home.root / "clicks")
    kept = [(path, path.read_bytes()) for path in journal.take()]
    assert shop.store.key_of("kim") not in str(kept)
    assert resolver.flush() == 4
    assert journal.take() == []
    for path, content in kept:  # killed after it landed, before it said so
        path.write_bytes(content + b'\n{"event_name": "message_cl')
    assert open_resolver(shop).flush() == 0

    events = landed(shop)
    assert events.columns == [column.name for column in EVENT_COLUMNS]
    assert events.height == events["event_id"].n_unique() == 4
    assert set(events["event_name"]) == {"message_click", "message_open"} <= set(EVENT_NAMES)
    assert set(events["device"].drop_nulls()) == {"app"} <= set(DEVICES)
    lee = events.filter(pl.col("member_key") == shop.store.key_of("lee")).sort("event_name")
    assert lee["visitor_id"].to_list() == lee["member_key"].to_list()
    click = lee.row(0, named=True)
    assert click["event_at"] == click["received_at"] == (NOW + dt.timedelta(seconds=1)).replace(tzinfo=None)
    assert click["user_agent"] == PHONE
    said = json.loads(click["properties"])
    assert said == {
        "send_id": send.send_id, "campaign_id": "ab", "variant": "B", "channel": "sms", "click_id": codes[1],
        "link": landing_of(destinations(shop.settings, "sms", AB, AB.variants[0], ["https://m.shop.kr/a"])["https://m.shop.kr/a"]),
    }  # fmt: skip
    assert click["url"] == with_click(said["link"], codes[1])
    assert json.loads(lee["properties"][1])["link"] is None


def test_only_our_own_codes_lead_anywhere_and_robots_click_nothing(shop: Shop) -> None:
    resolver, send, codes = clicked(shop)
    unsubscribing = click_codes(shop.secret, send.send_no, pl.Series([0]))[0]
    unknown_target = click_codes(shop.secret, send.send_no, pl.Series([0]), 99)[0]
    for code in ("https://evil.kr", "", codes[0][:-1], codes[0] + "a", unsubscribing, unknown_target,
                 click_codes("another", send.send_no, pl.Series([0]), 1)[0]):  # fmt: skip
        assert resolver.follow(code, at=NOW) is None
    assert not resolver.opened(codes[0], at=NOW)
    for agent in ("facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
                  "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "TelegramBot (like TwitterBot)",
                  "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0"):  # fmt: skip
        followed = resolver.follow(codes[0], at=NOW, user_agent=agent)
        assert followed is not None
        assert not followed.is_noted
    assert not is_robot(PHONE)
    assert not is_robot(None)
    assert resolver.flush() == 0


def test_of_erased_members_nothing_is_noted_and_their_links_go_on_leading(shop: Shop) -> None:
    resolver, send, codes = clicked(shop)
    for code in codes:
        resolver.follow(code, at=NOW)
    erase_member(shop.home, "kim", shop.store, shop.clock)
    followed = resolver.follow(codes[0], at=NOW + dt.timedelta(hours=1))
    assert followed is not None
    assert landing_of(followed.url).startswith("https://m.shop.kr/a?utm_source=sms")
    assert resolver.flush() == 2
    assert set(landed(shop)["member_key"]) == {shop.store.key_of("lee"), shop.store.key_of("park")}
    code = click_codes(shop.secret, send.send_no, pl.Series([0]))[0]
    assert resolver.unsubscribe(code, confirmed=True) == "done"
    assert shop.store.get("kim") is None


@pytest.mark.feature("F9")
def test_a_mail_is_unsubscribed_from_by_saying_so_not_by_looking_at_the_link(shop: Shop) -> None:
    mail = campaign(id="mail", channel="email")
    send, placed = reserved(shop, mail), with_link_places(email(f"<body>{UNSUBSCRIBE}</body>"))
    made = link_columns(shop, send, mail, mail.variants[0], placed.links, people(x=["1", "2"]), pl.Series([1, 2]))
    assert made.columns == ["landing_url", "unsubscribe_url", "open_pixel_url"]
    assert render(placed.template, people(x=["1", "2"]).hstack(made), SENDER)["skip_reason"].null_count() == 2
    address = made["unsubscribe_url"][0]
    assert address.startswith("https://www.shop.kr/r/u/")
    assert made["open_pixel_url"][0] == f"https://www.shop.kr/r/o/{code_in(address)}.gif"

    resolver, key = open_resolver(shop), shop.store.key_of("lee")
    assert resolver.unsubscribe(code_in(address), confirmed=False) == "confirm"
    assert [one.granted for one in shop.store.consents_of(key)] == [True]
    for _ in range(2):
        assert resolver.unsubscribe(code_in(address), confirmed=True) == "done"
    said = shop.store.consents_of(key)
    assert [(one.channel, one.granted) for one in said] == [("email", True), ("email", False)]
    assert said[-1].evidence == f"link to unsubscribe in message {send.send_no}-1"
    assert [one.granted for one in shop.store.consents_of(shop.store.key_of("park"))] == [True]
    for wrong in ("nothing", click_codes(shop.secret, send.send_no, pl.Series([1]), 1)[0]):
        assert resolver.unsubscribe(wrong, confirmed=True) is None
