"""`dangol sender`: who messages come from, as the vendors say; on a small shop."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.home.paths import Home
from connectors.sandbox.cafe24_demo import made_up_shop
from connectors.sandbox.cafe24_server import CLIENT_ID, CLIENT_SECRET, Cafe24Server, settings_of
from connectors.sandbox.sens_server import SECRET_KEY, SensServer
from models.messages.examples.shipped import sender_examples, sender_schema
from orchestration.cli.sender import sender_app
from orchestration.cli.words import CommandError
from tests.orchestration.message_shop import Call, caller, live, made_home, set_to, written

pytestmark = pytest.mark.feature("G7")
ROOT = Path(__file__).parents[2]
KAKAO = "id: '@dangolshop'\nname: 채널\nkind: kakao\naddress: '@dangolshop'\n"
NUMBER = "id: '15880000'\nname: 번호\nkind: sms\naddress: 1588-0000\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return made_home(tmp_path / "home")


@pytest.fixture
def call(home: Home) -> Call:
    return caller(sender_app, home)


def rows(call: Call) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in json.loads(call("list", "--format", "json"))}


def test_the_published_schema_is_that_of_the_documents() -> None:
    published = (ROOT / "docs/schemas/sender.json").read_text(encoding="utf-8")
    assert published == sender_schema(), "write sender_schema() to docs/schemas/sender.json"


def test_the_sandbox_approves_the_senders_of_the_examples(home: Home, call: Call, tmp_path: Path) -> None:
    told = call("apply", written(tmp_path, sender_examples()))
    assert "샌드박스" in told
    found = rows(call)
    assert {row["kind"] for row in found.values()} == {"sms", "kakao", "push", "email", "onsite"}
    assert all(row["state"] == "approved" and row["may_send"] for row in found.values())
    assert found["sms-number"]["campaigns"] == ["spring"]
    for name in ("push-app", "newsletter"):
        assert "키로 접속했습니다" in call("verify", name)  # a token of the one, a session with the other's server
    assert "그대로 2개" in call("sync")
    set_to(home, **live())
    assert not any(rows(call)[name]["may_send"] for name in ("sms-number", "kakao-channel"))  # no real vendor said so


def test_a_channel_is_verified_before_it_is_saved(
    home: Home, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(home, **live())
    claimed = written(tmp_path, KAKAO + "state: approved\n")
    with pytest.raises(CommandError, match="DANGOL_SENS_ACCESS_KEY"):
        call("apply", claimed)
    with SensServer(channels={"@dangolshop": "READY", "@other": "ACTIVE"}) as sens:
        for name, value in sens.environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(CommandError, match="저장하지 않았습니다"):
            call("apply", written(tmp_path, KAKAO.replace("@dangolshop", "@dangolsho")))
        assert rows(call) == {}
        call("apply", written(tmp_path, KAKAO + "state: approved\n"), "--no-check")
        assert rows(call)["@dangolshop"]["state"] == "unknown"
        assert "심사 중" in call("verify", "@dangolshop")
        sens.alimtalk.channels["@dangolshop"] = "ACTIVE"
        told = call("sync")
        assert "심사 중 → 승인" in told
        assert "@other: 발송사에 있어 추가했습니다" in told
        shown = call("show", "@dangolshop")
        assert "DANGOL_SENS_SECRET_KEY" in shown
        assert SECRET_KEY not in shown
        monkeypatch.setenv("DANGOL_SENS_SECRET_KEY", "wrong")
        with pytest.raises(CommandError, match="발송사에 확인하지 못했습니다"):
            call("sync")
        assert rows(call)["@dangolshop"]["state"] == "approved"


def test_a_number_without_a_list_is_confirmed_by_hand(home: Home, call: Call, tmp_path: Path) -> None:
    set_to(home, **live())
    assert "--evidence" in call("apply", written(tmp_path, NUMBER))
    assert rows(call)["15880000"]["state"] == "unknown"
    assert rows(call)["15880000"]["missing_keys"][0] == "DANGOL_SENS_ACCESS_KEY"
    with pytest.raises(CommandError, match="누가 어떻게"):
        call("approve", "15880000")
    call("approve", "15880000", "--evidence", "박지영, SENS 콘솔 2026-03-02")
    call("sync")
    call("apply", written(tmp_path, NUMBER))
    assert rows(call)["15880000"]["may_send"]
    assert "by hand: 박지영" in call("show", "15880000")
    call("apply", written(tmp_path, NUMBER.replace("1588-0000", "1588-0001")))
    assert not rows(call)["15880000"]["may_send"]  # another number is another matter


def test_numbers_come_from_the_mall(home: Home, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mall = made_up_shop(products=1, members=1, orders=1)
    mall.senders = [
        {"sender_no": 1, "sender": "1588-0000", "auth_status": "30"},
        {"sender_no": 2, "sender": "02-222-3333", "auth_status": "40"},
    ]
    with Cafe24Server(mall, capacity=1000) as server:
        monkeypatch.setenv("DANGOL_CAFE24_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("DANGOL_CAFE24_CLIENT_SECRET", CLIENT_SECRET)
        monkeypatch.setenv("DANGOL_CAFE24_REFRESH_TOKEN", server.desk.first_token())
        set_to(home, **live(cafe24=settings_of(server)))
        call("apply", written(tmp_path, NUMBER + "---\n" + NUMBER.replace("0000", "7777")))
        told = call("sync")
        assert "15880000: 확인 전 → 승인" in told
        assert "022223333: 발송사에 있어 추가했습니다 (반려)" in told
        assert rows(call)["15887777"]["state"] == "unknown"
        assert rows(call)["022223333"]["state"] == "rejected"


def test_what_a_campaign_uses_stays(call: Call, tmp_path: Path) -> None:
    call("apply", written(tmp_path, NUMBER.replace("'15880000'", "sms-number")))
    with pytest.raises(CommandError, match="spring"):
        call("delete", "sms-number")
    with pytest.raises(CommandError, match="spring"):
        call("apply", written(tmp_path, "id: sms-number\nname: 푸시\nkind: push\n"))
    call("apply", written(tmp_path, KAKAO))
    call("delete", "@dangolshop")
    assert set(rows(call)) == {"sms-number"}
    with pytest.raises(CommandError, match="address"):
        call("apply", written(tmp_path, "id: x\nname: x\nkind: email\n"))
