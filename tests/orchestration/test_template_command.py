"""`dangol template`: documents, inspection at the vendor, previews and test sends, on a small shop."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from connectors.browser import screenshot
from connectors.home.paths import Home
from connectors.sandbox.sens_kakao import SandboxTemplate
from connectors.sandbox.sens_server import SensServer
from models.messages.documents.template import CHANNELS
from models.messages.examples.shipped import example_templates, example_texts, sender_examples
from orchestration.cli.sender import sender_app
from orchestration.cli.template import template_app
from orchestration.cli.words import CommandError
from tests.orchestration.message_shop import Call, caller, live, made_home, set_to, written

pytestmark = pytest.mark.feature("F12")
SHIPPING = """
id: shipping
name: 배송 안내
alimtalk:
  code: SHIP01
  text: "#{받는분}님, 주문하신 #{주문번호}의 배송이 시작되었습니다."
  buttons: [{type: DS, name: 배송 조회}]
"""
BUTTON = {"type": "DS", "name": "배송 조회"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return made_home(tmp_path / "home")


@pytest.fixture
def call(home: Home) -> Call:
    return caller(template_app, home)


@pytest.fixture
def sandboxed(home: Home, tmp_path: Path) -> Home:
    """The senders of the examples, as the sandbox approves them."""
    caller(sender_app, home)("apply", written(tmp_path, sender_examples()))
    return home


@pytest.fixture
def sens(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[SensServer]:
    """A vendor that is no sandbox to the shop, which has its keys."""
    with SensServer(channels={"@dangolshop": "ACTIVE"}) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        set_to(home, **live())
        yield server


def stored(call: Call, name: str) -> dict[str, object]:
    found = yaml.safe_load(call("show", name, "--format", "yaml"))
    assert isinstance(found, dict)
    return found


def state(call: Call, name: str) -> str:
    return next(str(row["state"]) for row in json.loads(call("list", "--format", "json")) if row["id"] == name)


@pytest.mark.feature("F1")
def test_examples_of_every_channel_can_be_applied_and_are_listed(call: Call, tmp_path: Path) -> None:
    for channel in CHANNELS:
        assert call("examples", channel) == example_texts()[channel]
    call("apply", written(tmp_path, call("examples")))
    assert len(json.loads(call("examples", "push", "--format", "json"))) == 4
    rows = {row["id"]: row for row in json.loads(call("list", "--format", "json"))}
    assert set(rows) == {one.id for one in example_templates()}
    assert {row["channel"] for row in rows.values()} == set(CHANNELS)
    assert {name for name, row in rows.items() if row["state"] != "ready"} == {"points-alimtalk"}
    sms = rows["cart-reminder-sms"]
    assert (sms["kind"], sms["campaigns"]) == ("LMS", ["spring"])
    assert sms["bytes"] > 90
    assert "장바구니 리마인드 캐러셀" in call("list", "--channel", "brand_message")
    assert json.loads(call("usage", "cart-reminder-sms", "--format", "json"))[0]["role"] == "message"


@pytest.mark.feature("F8")
def test_a_push_takes_the_opt_out_text_when_it_is_saved(home: Home, call: Call, tmp_path: Path) -> None:
    set_to(home, campaigns={})
    file = written(tmp_path, "id: sale\nname: 세일\npush: {title: 세일, body: 오늘까지}\n")
    assert "수신 거부 방법을 적어야 합니다" in call("apply", file)
    set_to(home)
    assert "opt_out" not in str(stored(call, "sale"))  # saved before the text was set
    call("apply", file)
    assert "[수신거부: 설정 > 알림]" in str(stored(call, "sale"))
    call("copy", "sale", "sale-2")
    assert "[수신거부: 설정 > 알림]" in str(stored(call, "sale-2"))


@pytest.mark.feature("F2")
def test_an_approval_can_not_be_made_up(sandboxed: Home, call: Call, tmp_path: Path) -> None:
    told = call("apply", written(tmp_path, SHIPPING + "  inspection: {state: approved}\n"))
    assert "검수 상태는 발송사가 정합니다" in told
    assert state(call, "shipping") == "draft"
    assert "승인" in call("request", "shipping")
    assert "이미 승인" in call("request", "shipping")
    call("apply", written(tmp_path, SHIPPING + "  substitute: {text: '배송 시작'}\n"))
    assert state(call, "shipping") == "approved"  # what was inspected is the same
    assert "그대로 1개: shipping" in call("sync")
    assert "다시 승인될 때까지" in call("apply", written(tmp_path, SHIPPING.replace("시작되었습니다", "끝났습니다")))
    assert state(call, "shipping") == "draft"
    with pytest.raises(CommandError, match="복사할 수 없습니다"):
        call("copy", "shipping", "shipping-2")


@pytest.mark.feature("F2")
def test_the_vendor_decides_on_the_state_and_the_text(
    sandboxed: Home, call: Call, tmp_path: Path, sens_of: SensServer
) -> None:
    sens, text = sens_of, "#{받는분}님, 주문하신 #{주문번호}의 배송이 시작되었습니다."
    assert state(call, "shipping") == "sandbox_only"  # what the sandbox approved counts in the sandbox alone
    desk = sens.alimtalk.templates
    desk["SHIP01"] = SandboxTemplate("SHIP01", text, "@dangolshop", "REJ", [BUTTON], [{"content": "변수가 많습니다"}])
    desk["NEW01"] = SandboxTemplate("NEW01", "#{주문번호} 접수", "@dangolshop", "APR")
    told = call("sync")
    assert "변수가 많습니다" in told
    assert (state(call, "shipping"), state(call, "NEW01")) == ("rejected", "approved")
    desk["SHIP01"] = SandboxTemplate("SHIP01", text + "\n감사합니다.", "@dangolshop", "APR", [BUTTON])
    told = call("sync")
    assert "본문 2번째 줄" in told
    assert "감사합니다." in told
    assert state(call, "shipping") == "draft"  # sent, it would be refused
    call("sync", "--take-texts")
    assert state(call, "shipping") == "approved"
    assert "감사합니다." in str(stored(call, "shipping"))
    del desk["SHIP01"]
    assert "코드 SHIP01인 템플릿이 없습니다" in call("sync")
    assert "콘솔에서 코드 SHIP01" in call("request", "shipping")
    assert state(call, "shipping") == "requested"


@pytest.fixture
def sens_of(sandboxed: Home, call: Call, tmp_path: Path, request: pytest.FixtureRequest) -> SensServer:
    """The vendor, after the sandbox had approved a template."""
    call("apply", written(tmp_path, SHIPPING))
    call("request", "shipping")
    found = request.getfixturevalue("sens")
    assert isinstance(found, SensServer)
    return found


def test_what_a_campaign_uses_stays(home: Home, call: Call, tmp_path: Path) -> None:
    call("apply", written(tmp_path, example_texts()["sms"]))
    with pytest.raises(CommandError, match="spring"):
        call("delete", "cart-reminder-sms")
    with pytest.raises(CommandError, match="새 id로"):
        call("apply", written(tmp_path, "id: cart-reminder-sms\nname: 푸시\npush: {title: 세일, body: 오늘}\n"))
    call("copy", "cart-reminder-sms", "other")
    with pytest.raises(CommandError, match="이미 있거나"):
        call("copy", "cart-reminder-sms", "other")
    call("delete", "other")
    with pytest.raises(CommandError, match="cart-reminder-sms"):
        call("show", "cart-smz")


def test_what_is_wrong_is_told_and_nothing_is_applied(call: Call, tmp_path: Path) -> None:
    for text, told in (
        ("id: x\nname: x\nsms: {text: '#{회원 이릉}님'}\n", "회원 이름"),
        ("id: x\nname: x\nsms: {text: a}\npush: {title: a, body: b}\n", "하나만"),
        ("id: x\nname: x\nalimtalk: {code: A, text: '#{주문번호} #{적립금}'}\n", "함께 쓸 수 없습니다"),
        ("id: x\nname: x\nsms:\n  text: 안녕 #{NAME}\n", "따옴표로"),
    ):
        with pytest.raises(CommandError, match="아무것도 바뀌지 않았습니다") as refused:
            call("apply", written(tmp_path, text))
        assert told in str(refused.value)
    assert json.loads(call("list", "--format", "json")) == []


@pytest.mark.feature("F11")
def test_a_preview_is_filled_with_a_members_values(call: Call, tmp_path: Path) -> None:
    call("apply", written(tmp_path, example_texts()["brand_message"]))
    page = tmp_path / "page.html"
    call("preview", "cart-reminder", "--out", str(page))
    assert "#{상품명_최근 장바구니 상품}" in page.read_text(encoding="utf-8")
    call("preview", "cart-reminder", "--member", "kim", "--out", str(page))
    filled = page.read_text(encoding="utf-8")
    assert "김단골님, 울 니트 1" in filled
    assert "29,000원" in filled
    assert "울 니트 3" in filled
    assert "#{" not in filled
    assert "이미지 URL_최근 장바구니 상품" in call("preview", "cart-reminder", "--member", "lee", "--out", str(page))
    with pytest.raises(CommandError, match="회원이 없습니다"):
        call("preview", "cart-reminder", "--member", "nobody", "--out", str(page))


@pytest.mark.feature("F11")
def test_without_a_campaign_a_landing_page_is_the_shops_own(sandboxed: Home, call: Call, tmp_path: Path) -> None:
    call("apply", written(tmp_path, "id: linked\nname: 링크\nsms: {text: '신상 #{랜딩 URL}'}\n"))
    page = tmp_path / "page.html"
    call("preview", "linked", "--member", "kim", "--out", str(page))
    assert "신상 https://www.shop.kr/" in page.read_text(encoding="utf-8")
    set_to(sandboxed, site_hosts=[])
    assert "발송사가 받았습니다" in call("test-send", "linked", "--to", "010-9999-8888")


@pytest.mark.feature("F11")
def test_a_picture_needs_a_browser_and_says_so(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("apply", written(tmp_path, example_texts()["sms"]))
    picture = tmp_path / "page.png"
    monkeypatch.setattr(screenshot, "NAMES", ("no-browser-of-this-name",))
    with pytest.raises(CommandError, match=r"preview|미리보기\.html"):
        call("preview", "cart-reminder-sms", "--out", str(picture))
    browser = tmp_path / "browser"
    browser.write_text(
        "#!/bin/sh\n"
        'for one in "$@"; do case "$one" in\n'
        "  --dump-dom) echo '<html data-high=\"321\">';;\n"
        "  --window-size=*) size=${one#--window-size=};;\n"
        "  --screenshot=*) out=${one#--screenshot=};;\n"
        'esac; done\nif [ -n "$out" ]; then echo "$size" > "$out"; fi\n',
        encoding="utf-8",
    )
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(screenshot, "NAMES", (str(browser),))
    call("preview", "cart-reminder-sms", "--width", "390", "--out", str(picture))
    assert picture.read_text(encoding="utf-8") == "390,321\n"  # as wide as asked for, as high as the page


@pytest.mark.feature("F11")
def test_a_test_send_goes_to_the_sandbox(sandboxed: Home, call: Call, tmp_path: Path) -> None:
    for channel in ("sms", "push", "onsite"):
        call("apply", written(tmp_path, example_texts()[channel]))
    assert "발송사가 받았습니다" in call("test-send", "cart-reminder-sms", "--member", "kim")
    told = call("test-send", "cart-reminder-sms", "--member", "kim", "--to", "010-9999-8888", "--sender", "sms-number")
    assert "샌드박스" in told
    assert "sms-number에서 010-9999-8888" in told
    with pytest.raises(CommandError, match="--member"):
        call("test-send", "cart-reminder-sms", "--to", "010-9999-8888")
    with pytest.raises(CommandError, match="값이 없음"):
        call("test-send", "cart-reminder-sms", "--member", "lee", "--to", "010-9999-8888")
    with pytest.raises(CommandError, match="보내는 메시지가 아닙니다"):
        call("test-send", "coupon-banner", "--member", "kim")
    with pytest.raises(CommandError, match="push 발신 계정이 아닙니다"):
        call("test-send", "weekend-push-c", "--to", "token", "--sender", "site")


@pytest.mark.feature("F11")
@pytest.mark.feature("F3")
def test_kakao_variables_of_a_test_stay_as_written(
    sandboxed: Home, call: Call, tmp_path: Path, sens_of: SensServer
) -> None:
    text = "#{받는분}님, 주문하신 #{주문번호}의 배송이 시작되었습니다."
    sens_of.alimtalk.templates["SHIP01"] = SandboxTemplate("SHIP01", text, "@dangolshop", "APR", [BUTTON])
    with pytest.raises(CommandError, match="샌드박스에서만"):
        call("test-send", "shipping", "--to", "010-9999-8888")
    call("sync")
    caller(sender_app, sandboxed)("verify", "kakao-channel")
    told = call("test-send", "shipping", "--to", "010-9999-8888")
    assert "실제 발송사" in told
    assert "#{받는분}, #{주문번호}" in told
    assert dict(sens_of.alimtalk.ledger.accepted) == {"01099998888": 1}
