"""The played vendors: what tests of campaigns and crashes rely on."""

import collections
from pathlib import Path

import pytest

from connectors.channels.mail.access import read_access as read_mail
from connectors.channels.protocol import Ambiguous, ChannelError, Transient
from connectors.channels.push.service_account import read_account
from connectors.channels.sens.access import read_access as read_sens
from connectors.sandbox.local_http import Connection, Fault, FaultMix, Reply, Request, Slow
from connectors.sandbox.pictures import made_up_picture
from connectors.sandbox.sens_server import SensServer
from connectors.sandbox.vendors import sandbox_vendors
from tests.connectors.channels.rigs import Clock, phone, sens_client, sms_rig

pytestmark = pytest.mark.feature("G1")
SOME = Request("POST", "/", {}, b"")


def test_all_vendors_at_once_are_found_by_the_environment(clock: Clock, tmp_path: Path) -> None:
    with sandbox_vendors(tmp_path, clock=clock.seconds) as vendors:
        sens, fcm, mail = (
            read_sens(vendors.environment),
            read_account(vendors.environment),
            read_mail(vendors.environment),
        )
        assert sens is not None
        assert sens.base_url == vendors.sens.url
        assert fcm is not None
        assert fcm.base_url == vendors.fcm.url
        assert mail is not None
        assert mail.port == vendors.smtp.port
    assert (tmp_path / "fcm-sandbox.json").stat().st_mode & 0o077 == 0


def test_a_mix_of_faults_is_the_same_for_the_same_seed_and_has_its_shares() -> None:
    rates: list[tuple[Fault, float]] = [(Connection.RESET, 0.1), (Connection.LOST, 0.2), (Slow(0), 0.05)]
    drawn = [FaultMix(rates, 7)(SOME) for _ in range(2)]
    assert drawn[0] == drawn[1]
    mix = FaultMix(rates, 7)
    shares = collections.Counter(mix(SOME) for _ in range(20_000))
    assert shares[Connection.RESET] == pytest.approx(2_000, rel=0.1)
    assert shares[Connection.LOST] == pytest.approx(4_000, rel=0.1)
    assert shares[None] == pytest.approx(13_000, rel=0.1)


def test_the_vendors_own_count_is_right_whatever_happens_on_the_way(sens: SensServer, clock: Clock) -> None:
    sens.choose = FaultMix([(Connection.RESET, 0.2), (Connection.LOST, 0.2), (Reply(429), 0.2), (Reply(500), 0.1)], 3)
    rig = sms_rig(sens, clock)
    nothing, unknown = 0, 0
    for number in range(60):
        try:
            rig.channel.send(rig.attempt([number]))
        except Transient:
            nothing += 1
            assert rig.accepted(phone(number)) == 0
        except Ambiguous:
            unknown += 1
            found = rig.channel.lookup(rig.attempt([number])).outcomes
            assert len(found) == rig.accepted(phone(number))
        else:
            assert rig.accepted(phone(number)) == 1
    assert nothing > 5
    assert unknown > 15


def test_longer_texts_are_cut_without_a_word_as_the_vendor_does(sens: SensServer, clock: Clock) -> None:
    client = sens_client(sens, clock)
    message = {"to": phone(1), "content": "가" * 60}
    said = client.post("sms", "messages", {"type": "SMS", "from": "0212345678", "content": "x", "messages": [message]})
    (row,) = client.pages("sms", "messages", {"requestId": said["requestId"]})
    detail = client.get("sms", f"messages/{row['messageId']}")
    assert isinstance(detail, dict)
    assert detail["messages"][0]["content"] == "가" * 45


@pytest.mark.parametrize(
    "change",
    [
        {"type": "XMS"},
        {"contentType": "SPAM"},
        {"from": "0299999999"},
        {"messages": []},
        {"messages": [{"to": phone(1)}] * 101},
        {"messages": [{"to": "0212345678"}]},
        {"messages": [{"to": phone(1), "content": "😀"}]},
        {"type": "MMS", "files": [{"fileId": "UNKNOWN"}]},
        {"type": "LMS", "subject": "가" * 21},
    ],
)
def test_a_malformed_request_is_refused_whole(sens: SensServer, clock: Clock, change: dict[str, object]) -> None:
    good = {"type": "SMS", "contentType": "COMM", "from": "0212345678", "content": "x", "messages": [{"to": phone(1)}]}
    with pytest.raises(ChannelError) as error:
        sens_client(sens, clock).post("sms", "messages", {**good, **change})
    assert error.value.code == "1400"
    assert sens.sms.ledger.total == 0


def test_a_window_of_more_than_thirty_days_or_a_page_of_more_than_a_hundred_is_refused(
    sens: SensServer, clock: Clock
) -> None:
    client = sens_client(sens, clock)
    window = {"requestStartTime": "2025-09-01 00:00:00", "requestEndTime": "2025-10-02 00:00:01"}
    for query in (window, {"requestId": "x", "pageSize": "101"}, {"requestStartTime": "yesterday"}):
        with pytest.raises(Transient) as error:
            client.get("sms", "messages", query)
        assert error.value.code == "400"


def test_made_up_pictures_are_pictures_and_differ() -> None:
    one, other = made_up_picture("https://a.kr/1.jpg"), made_up_picture("https://a.kr/2.jpg")
    assert one.startswith(b"\x89PNG\r\n\x1a\n")
    assert one != other
    assert one == made_up_picture("https://a.kr/1.jpg")
    assert int.from_bytes(one[16:20], "big") / int.from_bytes(one[20:24], "big") == 2
    assert len(one) < 20_000
