"""The member API over a real socket: what it takes, refuses and answers."""

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import duckdb
import pytest
import requests
import uvicorn

from connectors.home.member_key import read_secret
from connectors.home.paths import make_home
from connectors.member_api.app import build_member_api
from connectors.member_api.lander import Lander
from connectors.sources.landing import Landing
from connectors.store.store import Store

pytestmark = pytest.mark.feature("B1")
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    home = make_home(tmp_path_factory.mktemp("api") / "home")
    store = Store.open(home.ops_url, secret=read_secret(home), now=lambda: NOW)
    lander = Lander(store, Landing(home, ZoneInfo("Asia/Seoul")), lambda: NOW, after_s=3600)
    app = build_member_api(store, lander, lambda: NOW, max_bytes=200_000)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        threading.Event().wait(0.02)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {store.issue_api_key('crm')}"
    yield SimpleNamespace(
        home=home, store=store, lander=lander, url=f"http://127.0.0.1:{port}/v1/members", http=session, server=server
    )
    server.should_exit = True
    thread.join(30)
    store.close()


def test_a_member_is_created_changed_and_left_alone(shop: SimpleNamespace) -> None:
    body = {"name": "홍길동", "phone": "010-1234-5678", "consents": {"sms": True}, "custom": {"point": 500}}
    first = shop.http.put(f"{shop.url}/m-1", json=body)
    assert (first.status_code, first.json()["result"], first.json()["phone_state"]) == (201, "created", "ok")
    again = shop.http.put(f"{shop.url}/m-1", json=body)
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    changed = shop.http.put(f"{shop.url}/m-1", json={"custom": {"point": None, "vip": True}, "phone": "12"})
    assert (changed.json()["result"], changed.json()["phone_state"]) == ("changed", "invalid")
    shown = shop.http.get(f"{shop.url}/m-1").json()
    assert (shown["name"], shown["phone"], shown["custom"]) == ("홍길동", "12", {"vip": True})
    assert shown["consents"] == {"sms": True, "email": None, "push": None, "kakao": None, "night": None}
    assert shown["consent_history"] == [
        {"channel": "sms", "granted": True, "at": NOW.isoformat(), "source": "API client crm"}
    ]
    assert shop.http.get(f"{shop.url}/nobody").status_code == 404


def test_consents_of_one_request_keep_their_own_sources(shop: SimpleNamespace) -> None:
    at = "2026-02-01T10:00:00+09:00"
    said = {"sms": {"granted": True, "at": at, "source": "form 7"}, "email": {"granted": False, "at": at}}
    assert shop.http.put(f"{shop.url}/m-2", json={"consents": said}).status_code == 201
    opted_out = {"sms": {"granted": False, "at": "2026-02-02T10:00:00+09:00", "source": "reply STOP"}}
    assert shop.http.patch(f"{shop.url}/m-2/consents", json=opted_out).json()["result"] == "changed"
    assert shop.http.patch(f"{shop.url}/m-2/consents", json={"sms": said["sms"]}).json()["result"] == "unchanged"
    shown = shop.http.get(f"{shop.url}/m-2").json()
    assert (shown["consents"]["sms"], shown["consents"]["email"]) == (False, False)
    assert [(one["channel"], one["granted"], one["source"]) for one in shown["consent_history"]] == [
        ("email", False, "API client crm"), ("sms", True, "form 7"), ("sms", False, "reply STOP"),
    ]  # fmt: skip
    assert shop.http.patch(f"{shop.url}/nobody/consents", json=opted_out).status_code == 404
    assert shop.http.patch(f"{shop.url}/m-2/consents", json={}).status_code == 422


def test_a_batch_is_stored_and_says_what_was_refused(shop: SimpleNamespace) -> None:
    members = [{"member_id": f"b-{n}", "custom": {"stars": n}, "email": "nope"} for n in range(999)]
    members.append({"member_id": "b-x", "custom": {"stars": "many", "tags": ["a"]}, "grade": "GOLD"})
    answer = shop.http.post(shop.url, json={"members": members}).json()
    assert (answer["created"], answer["invalid_emails"], answer["refused_values"]) == (1000, 999, 2)
    assert {(one["row"], one["field"]) for one in answer["refused"]} == {(1000, "custom.stars"), (1000, "custom.tags")}
    member = shop.store.get("b-x")
    assert (member.grade, member.custom) == ("GOLD", None), "the rest of the row is kept"


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        ({"phnoe": "010"}, "phnoe", "there is no such field"),
        ({"points": "5"}, "points", "valid integer"),
        ({"points": 2**63}, "points", "less than"),
        ({"name": 5}, "name", "valid string"),
        ({"name": "a\x00"}, "name", "NUL"),
        ({"consents": {"fax": True}}, "consents.fax", "Input should be"),
        ({"consents": {"sms": "yes"}}, "consents.sms", "boolean"),
        ({"consents": {"sms": {"granted": True, "at": "2026-02-01T10:00:00"}}}, "consents.sms.at", "timezone"),
        ({"consents": {"sms": {"granted": True, "at": "2027-01-01T00:00:00Z"}}}, "consents.sms.at", "ahead"),
        ({"joined_at": "0001-01-01T00:00:00Z"}, "joined_at", "1900"),
        ({"custom": [1]}, "custom", "object"),
    ],
)
def test_what_can_not_be_used_is_named_by_field(shop: SimpleNamespace, body: dict, field: str, problem: str) -> None:
    answer = shop.http.put(f"{shop.url}/bad", json=body)
    assert answer.status_code == 422
    found = answer.json()["fields"]
    assert any(one["field"] == field and problem in one["problem"] for one in found), found
    assert shop.store.get("bad") is None


@pytest.mark.parametrize(
    ("data", "status"), [(b"{", 422), (b"", 422), (b"[1]", 422), (b"\xff\xfe", 422), (b" " * 300_000, 413)]
)
def test_bodies_that_are_no_request(shop: SimpleNamespace, data: bytes, status: int) -> None:
    answer = shop.http.post(shop.url, data=data)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_more_than_a_thousand_and_wrong_places_are_refused(shop: SimpleNamespace) -> None:
    members = [{"member_id": str(n)} for n in range(1001)]
    assert shop.http.post(shop.url, json={"members": members}).status_code == 422
    assert shop.http.post(shop.url, json={"members": []}).status_code == 422
    wrong = shop.http.post(shop.url, json={"members": [{"member_id": "a"}, {"member_id": ""}]})
    assert wrong.json()["fields"][0]["field"] == "members.1.member_id"
    assert shop.http.get(shop.url).status_code == 405
    assert shop.http.get(shop.url.replace("members", "else")).json() == {"error": "Not Found"}


def test_nobody_gets_in_without_a_key_in_force(shop: SimpleNamespace) -> None:
    old = shop.store.issue_api_key("app")
    assert requests.get(f"{shop.url}/m-1", headers={"X-Api-Key": old}).status_code == 200
    new = shop.store.issue_api_key("app")
    for headers in ({}, {"X-Api-Key": old}, {"Authorization": "Bearer "}, {"Authorization": f"Basic {new}"},
                    {"X-Api-Key": new + "x"}):  # fmt: skip
        answer = requests.get(f"{shop.url}/m-1", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert requests.put(f"{shop.url}/sneaked-in", json={}, headers=headers).status_code == 401
    assert shop.store.get("sneaked-in") is None
    assert shop.store.revoke_api_key("app")
    assert requests.get(f"{shop.url}/m-1", headers={"X-Api-Key": new}).status_code == 401


@pytest.mark.feature("B2")
def test_members_land_together_and_once(shop: SimpleNamespace) -> None:
    shop.http.put(f"{shop.url}/l-1", json={})
    shop.http.put(f"{shop.url}/l-2", json={})
    assert shop.lander.land() >= 2
    assert shop.lander.land() == 0
    files = [str(path) for path in shop.home.landing.glob("members/*/*.parquet")]
    with duckdb.connect() as con:
        keys = {key for (key,) in con.execute("select member_key from read_parquet($1)", [files]).fetchall()}
    assert {shop.store.key_of("l-1"), shop.store.key_of("l-2")} <= keys
    assert len(keys) == shop.store.count()


@pytest.mark.feature("B4")
def test_an_erasure_is_noted_for_the_command(shop: SimpleNamespace) -> None:
    answer = shop.http.delete(f"{shop.url}/m-9")
    assert (answer.status_code, answer.json()["result"]) == (202, "noted for erasure")
    assert shop.http.delete(f"{shop.url}/m-9").status_code == 202
    assert [(one.member_id, one.requested_by) for one in shop.store.erasure_requests()] == [("m-9", "API client crm")]


def test_ids_with_spaces_quotes_and_emoji_are_ids(shop: SimpleNamespace, tmp_path: Path) -> None:
    for member_id in ("a b", "' OR 1=1 --", "🎉", "가"):
        path = requests.utils.quote(member_id, safe="")
        assert shop.http.put(f"{shop.url}/{path}", json={"grade": member_id}).status_code == 201
        assert shop.http.get(f"{shop.url}/{path}").json()["grade"] == member_id
