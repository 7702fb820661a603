"""The daily diagnosis on its way to the marketers: once a day and marketer, everybody with an outcome, nobody's number
told, and no campaign the wiser."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.campaigns.delivery.results import collect
from assets.campaigns.publishing import publish_table
from assets.campaigns.tables import PUBLISHED
from assets.campaigns.vendors.opening import Vendors, open_vendors
from assets.campaigns.work import send_due
from assets.reports.diagnosis_message import NoDiagnosis, facts_of, newest_day, why_not_ready
from assets.reports.diagnosis_sending import (
    Outcome,
    outcomes,
    recipients,
    reserve_diagnosis,
    send_notices,
    send_of,
)
from connectors.sandbox.local_http import Connection, Reply
from connectors.sandbox.sens_kakao import EVERY, SandboxTemplate
from connectors.sandbox.sens_server import SensServer
from connectors.store.ledger.ledger import Ledger
from models.reports.diagnosis_text import diagnosis_template, diagnosis_values
from models.reports.diagnosis_words import DiagnosisWords
from tests.assets.campaigns.sending_rigs import SEOUL, Clock, SendingShop, sending_shop
from tests.diagnosis_by_hand import DAY, PHONES, tables

pytestmark = [pytest.mark.feature("I6", "M4")]
MORNING = dt.datetime(2025, 10, 31, 8, 30, tzinfo=SEOUL).astimezone(dt.UTC)
NAMED = [{"name": "김마케터", "phone": PHONES[0]}, {"name": "이담당", "phone": PHONES[1]}]
WIRE = tuple(phone.replace("-", "") for phone in PHONES)


class Killed(BaseException):
    """What stands in for kill -9: nothing between here and the test may catch it."""


@contextmanager
def shop_with(root: Path, **reports: Any) -> Iterator[SendingShop]:
    settings = {"marketers": NAMED, **reports}
    with sending_shop(root, Clock(MORNING), reports=settings) as shop:
        document = diagnosis_template("ko")
        document["alimtalk"]["inspection"] = {"state": "approved"}
        shop.store.templates.apply([document])
        with duckdb.connect() as connection:
            for name, frame in tables().items():
                connection.register("frame", frame.to_arrow())
                shop.shop.published.publish_full(name, connection, "SELECT * FROM frame")
        yield shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SendingShop]:
    with shop_with(tmp_path / "home") as found:
        yield found


@contextmanager
def live(folder: Path) -> Iterator[tuple[SendingShop, SensServer, Vendors]]:
    """A shop whose vendor is a server like the real one, which remembers what it took."""
    with shop_with(folder / "home") as shop:
        alimtalk = diagnosis_template("ko")["alimtalk"]
        template = SandboxTemplate(alimtalk["code"], alimtalk["text"], EVERY)
        told = {"clock": lambda: shop.clock().timestamp(), "templates": [template]}
        with SensServer(senders=(), channels={"@shop": "ACTIVE"}, **told) as sens:
            sens.alimtalk.delay = 0.0
            yield shop, sens, Vendors(sens.environment, False, None, lookup_after=dt.timedelta(seconds=1))


def sent_to(vendors: Vendors) -> dict[str, int]:
    assert vendors.sandbox is not None
    return dict(vendors.sandbox.sens.alimtalk.ledger.accepted)


def states(shop: SendingShop) -> dict[str, str]:
    return {one.name: one.state for one in outcomes(shop.shop, DAY)}


def test_each_marketer_gets_it_once_however_often_it_is_asked_for(shop: SendingShop) -> None:
    assert states(shop) == dict.fromkeys(("김마케터", "이담당"), "not_planned")
    with open_vendors(shop.shop) as vendors:
        assert reserve_diagnosis(shop.shop, vendors, DAY) == 2
        send_notices(shop.shop, vendors)
        later = replace(shop.shop, settings=_with(shop, diagnosis_at="10:00"))
        shop.clock.pass_(hours=2)
        assert reserve_diagnosis(later, vendors, DAY) == 0
        assert send_notices(later, vendors) == []
        assert sent_to(vendors) == dict.fromkeys(WIRE, 1)
        assert vendors.sandbox is not None
        (request,) = [one.json for one in vendors.sandbox.sens.requests if one.method == "POST"]
    assert {one["content"].splitlines()[0] for one in request["messages"]} == {"[단골샵] 일일 진단 리포트"}
    assert states(shop) == dict.fromkeys(("김마케터", "이담당"), "delivered")
    send = send_of(shop.shop, DAY)
    assert send is not None
    assert (send.state, send.cost) == ("finished", 2 * 75_000)


def test_who_is_named_later_gets_it_too_and_who_is_taken_out_does_not(shop: SendingShop) -> None:
    first = replace(shop.shop, settings=_with(shop, marketers=NAMED[:1]))
    with open_vendors(shop.shop) as vendors:
        reserve_diagnosis(first, vendors, DAY)
        send_notices(first, vendors)
        assert reserve_diagnosis(shop.shop, vendors, DAY) == 1
        other = replace(shop.shop, settings=_with(shop, marketers=[{"name": "박오타", "phone": "02-12"}]))
        assert reserve_diagnosis(other, vendors, DAY) == 1
        send_notices(other, vendors)
        assert sent_to(vendors) == {WIRE[0]: 1}
        assert reserve_diagnosis(shop.shop, vendors, DAY) == 0, "a second try of the same day is a new decision"
    assert outcomes(other, DAY) == [
        Outcome("박오타", "cancelled", "bad_number"), Outcome("", "delivered", "0000"),
        Outcome("", "cancelled", "not_named"),
    ]  # fmt: skip


KILLS = ("planned", "reserved", "claimed", "requested", "recorded")


@pytest.mark.parametrize("where", KILLS)
def test_killed_anywhere_and_run_again_nobody_gets_it_twice_and_nobody_is_lost(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live(tmp_path) as (shop, sens, vendors):
        with monkeypatch.context() as patch:
            _kill_at(where, patch)
            with pytest.raises(Killed):
                _one_pass(shop, vendors)
        shop.clock.pass_(seconds=95)  # longer than the engine is patient with a request that nobody answers for
        reserve_diagnosis(shop.shop, vendors, DAY)
        for _ in range(3):
            send_notices(shop.shop, vendors)
            shop.clock.pass_(seconds=30)
        assert dict(sens.alimtalk.ledger.accepted) == dict.fromkeys(WIRE, 1)
        assert states(shop) == dict.fromkeys(("김마케터", "이담당"), "delivered")
        assert shop.store.notices.to_do(shop.clock()) == ()


def test_a_vendor_that_fails_is_asked_again_only_about_what_is_surely_not_sent(tmp_path: Path) -> None:
    with live(tmp_path) as (shop, sens, vendors):
        sens.faults.extend([Reply(429), Connection.LOST, Connection.RESET])
        reserve_diagnosis(shop.shop, vendors, DAY)
        for _ in range(20):
            send_notices(shop.shop, vendors)
            shop.clock.pass_(seconds=60)
        assert dict(sens.alimtalk.ledger.accepted) == dict.fromkeys(WIRE, 1)
        assert states(shop) == dict.fromkeys(("김마케터", "이담당"), "delivered")


@pytest.mark.feature("I7")
def test_campaigns_their_tables_and_their_runs_know_nothing_of_it(shop: SendingShop) -> None:
    with open_vendors(shop.shop) as vendors:
        reserve_diagnosis(shop.shop, vendors, DAY)
        ledger = shop.ledger
        assert (ledger.to_do(shop.clock()), ledger.unfinished(), ledger.next_work()) == ((), (), None)
        assert send_due(shop.shop, vendors) == []
        send_notices(shop.shop, vendors)
        collect(shop.shop, vendors)
    long_ago = MORNING - dt.timedelta(days=30)
    assert (ledger.changed_since(long_ago), ledger.of_campaign("@diagnosis")) == ((), ())
    assert ledger.find("@diagnosis@2025-10-30T00:00:00+00:00") is None
    assert ledger.recent_sends(long_ago).is_empty()
    assert ledger.claims(long_ago, MORNING + dt.timedelta(days=1), "spring").is_empty()
    assert [publish_table(shop.shop, name).rows for name in PUBLISHED] == [0, 0, 0]
    assert len(shop.store.notices.changed_since(long_ago)) == 1


@pytest.mark.feature("M5")
def test_no_number_is_kept_or_told(shop: SendingShop, caplog: pytest.LogCaptureFixture) -> None:
    with open_vendors(shop.shop) as vendors:
        reserve_diagnosis(shop.shop, vendors, DAY)
        reports = send_notices(shop.shop, vendors)
        send = send_of(shop.shop, DAY)
        assert send is not None
        shown = repr((shop.shop.settings, recipients(shop.shop), outcomes(shop.shop, DAY), reports, shop.told))
    shown += caplog.text + str(shop.store.notices.deliveries(send.send_no).to_dicts())
    shown += "".join(path.read_bytes().decode("latin-1") for path in shop.shop.home.root.rglob("*") if path.is_file())
    for digits in (*PHONES, *WIRE, *(one[1:] for one in WIRE)):
        assert digits not in shown


def test_what_keeps_it_from_going_out_is_told_and_nothing_is_reserved(shop: SendingShop) -> None:
    def refusal(day: dt.date = DAY, **reports: Any) -> str:
        with open_vendors(shop.shop) as vendors, pytest.raises(NoDiagnosis) as told:
            reserve_diagnosis(replace(shop.shop, settings=_with(shop, **reports)), vendors, day)
        return str(told.value)

    assert "name them in shop.yaml" in refusal(marketers=[])
    assert "diagnosis-template" in refusal(diagnosis_template="other")
    assert "has KakaoTalk channels: @shop" in refusal(diagnosis_sender="@other")
    assert "the last day known is 2025-10-30" in refusal(DAY + dt.timedelta(days=3))
    document = diagnosis_template("ko")
    shop.store.templates.apply([document])  # a draft
    assert "template request" in refusal()
    document["alimtalk"] |= {"text": "#{날씨}", "inspection": {"state": "approved"}}
    shop.store.templates.apply([document])
    assert "#{날씨}" in refusal()
    assert shop.store.notices.changed_since(MORNING - dt.timedelta(days=30)) == ()


def test_it_is_ready_once_the_day_is_over_and_the_page_it_leads_to_is_there(shop: SendingShop) -> None:
    assert newest_day(shop.shop) == DAY
    assert why_not_ready(shop.shop, DAY) is None
    assert "no row of 2025-10-31" in str(why_not_ready(shop.shop, DAY + dt.timedelta(days=1)))
    linked = replace(shop.shop, settings=_with(shop, report_url="https://report.shop.kr"))
    assert "no page" in str(why_not_ready(linked, DAY))
    page = shop.shop.home.published / "reports" / "days" / "2025-10-30.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>", encoding="utf-8")
    assert why_not_ready(linked, DAY) is None


def test_tables_that_are_not_there_yet_leave_their_lines_empty(tmp_path: Path) -> None:
    with sending_shop(tmp_path / "home", Clock(MORNING)) as shop, duckdb.connect() as connection:
        assert newest_day(shop.shop) is None
        with pytest.raises(NoDiagnosis, match="dangol run"):
            facts_of(shop.shop, DAY)
        connection.register("frame", tables()["report_daily"].to_arrow())
        shop.shop.published.publish_full("report_daily", connection, "SELECT * FROM frame")
        values = diagnosis_values(facts_of(shop.shop, DAY), DiagnosisWords("ko"))
    assert (values["상품 1위"], values["유입 사이트"], values["추천 성과"]) == ("–", "없음", "없음")


def test_after_twelve_hours_it_is_no_news_any_more(shop: SendingShop) -> None:
    with open_vendors(shop.shop) as vendors:
        reserve_diagnosis(shop.shop, vendors, DAY)
        shop.clock.pass_(hours=12)
        send_notices(shop.shop, vendors)
        assert sent_to(vendors) == {}
    assert states(shop) == dict.fromkeys(("김마케터", "이담당"), "expired")


def _with(shop: SendingShop, **reports: Any) -> Any:
    known = {"marketers": NAMED, **reports}
    return shop.shop.settings.model_validate({**shop.shop.settings.model_dump(by_alias=True), "reports": known})


def _one_pass(shop: SendingShop, vendors: Vendors) -> None:
    reserve_diagnosis(shop.shop, vendors, DAY)
    send_notices(shop.shop, vendors)


def _kill_at(where: str, patch: pytest.MonkeyPatch) -> None:
    """Die right after a step: ``planned`` before anybody is reserved, ``reserved``, ``claimed`` before the request,
    ``requested`` before the answer is written down, ``recorded`` before the end."""

    def dying(owner: Any, name: str, *, after: bool) -> None:
        real = getattr(owner, name)

        def killed(*given: Any, **named: Any) -> Any:
            if after:
                real(*given, **named)
            raise Killed

        patch.setattr(owner, name, killed)

    if where == "planned":
        dying(Ledger, "plan", after=True)
    elif where == "reserved":
        dying(Ledger, "add", after=True)
    elif where == "claimed":
        dying(Ledger, "claim", after=True)
    elif where == "requested":
        dying(Ledger, "close", after=False)
    else:
        dying(Ledger, "close", after=True)
