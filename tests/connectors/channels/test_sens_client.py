import datetime as dt
import socket

import pytest
import requests

from connectors.channels.protocol import Ambiguous, ChannelError, Refused, SenderDown, Transient
from connectors.channels.sens.access import AccessProblem, SensAccess, read_access
from connectors.channels.sens.client import SensClient, moment_of, vendor_time
from connectors.channels.sens.signature import signature
from connectors.channels.sens.sms import SmsChannel
from connectors.channels.wire import open_session, raise_for_sending, retry_after, vendor_code
from connectors.sandbox.local_http import Connection, Reply, Slow
from connectors.sandbox.sens_server import SENDER, SMS_SERVICE, SensServer
from tests.connectors.channels.rigs import Clock, Rig, phone, sens_client, sms_rig

pytestmark = pytest.mark.feature("G1")


@pytest.mark.parametrize(
    ("secret", "method", "path", "timestamp", "key", "expected"),
    [  # computed with `openssl dgst -sha256 -hmac … -binary | base64`
        (
            "abcdefghijklmnopqrstuvwxyz0123456789ABCD",
            "GET",
            "/sms/v2/services/ncp%3Asms%3Akr%3A1%3Ashop/messages?requestId=RQ1&pageSize=100",
            "1760500000000",
            "ABCDEFGHIJ0123456789",
            "N0rZtZJmg5uyYY1XVs4/sW4O+RMhVT2iiimXd80AglA=",
        ),
        (
            "s",
            "POST",
            "/alimtalk/v2/services/ncp:kkobizmsg:kr:1:shop/messages",
            "1521787414578",
            "AKIA",
            "5dMW3+Ly27zTHWz2g/JU8QlxZCHSyIGQ20cd66petoA=",
        ),
    ],
)
def test_signatures_are_those_that_openssl_makes(
    secret: str, method: str, path: str, timestamp: str, key: str, expected: str
) -> None:
    assert signature(secret, method, path, timestamp, key) == expected


def test_what_is_signed_is_what_stands_in_the_request_line(sens: SensServer, clock: Clock) -> None:
    client = sens_client(sens, clock)
    assert client.get("sms", "messages", {"requestId": "RQ 한글&=?/", "pageSize": "100"}) == {}  # 404: no records
    target = sens.requests[-1].target
    assert target.startswith(f"/sms/v2/services/{SMS_SERVICE.replace(':', '%3A')}/messages?requestId=RQ%20%ED%95%9C")


@pytest.mark.parametrize(("minutes", "right"), [(-5.1, False), (-4.9, True), (4.9, True), (5.1, False)])
def test_a_clock_five_minutes_off_is_refused(sens: SensServer, clock: Clock, minutes: float, right: bool) -> None:
    off = Clock(clock.at + dt.timedelta(minutes=minutes))
    rig = sms_rig(sens, off)
    if right:
        assert rig.channel.send(rig.attempt([1])).request_id
    else:
        with pytest.raises(SenderDown, match="this machine's clock"):
            rig.channel.send(rig.attempt([1]))


@pytest.mark.parametrize("name", ["DANGOL_SENS_ACCESS_KEY", "DANGOL_SENS_SECRET_KEY"])
def test_a_wrong_key_is_refused_and_not_told(sens: SensServer, clock: Clock, name: str) -> None:
    client = sens_client(sens, clock, **{name: "wrong-key-0001"})
    with pytest.raises(SenderDown) as error:
        client.post("sms", "messages", {})
    assert error.value.code == "200"  # the gateway's own code
    assert "wrong-key" not in f"{error.value!r}{client!r}"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (401, SenderDown),
        (403, SenderDown),
        (404, SenderDown),
        (302, SenderDown),
        (408, Ambiguous),
        (413, Refused),
        (429, Transient),
        (500, Ambiguous),
        (502, Ambiguous),
        (503, Transient),
        (504, Ambiguous),
    ],
)
def test_what_a_status_means_for_what_was_sent(
    sens: SensServer, clock: Clock, status: int, error: type[ChannelError]
) -> None:
    rig = sms_rig(sens, clock)
    sens.faults.append(Reply(status, {"status": status, "code": phone(1), "errors": [phone(1)]}))
    with pytest.raises(error) as told:
        rig.channel.send(rig.attempt([1]))
    assert type(told.value) is error
    assert told.value.code == str(status)  # the vendor's code is a number: it is not passed on
    assert sens.sms.ledger.total == 0


def test_an_answer_that_makes_no_sense_is_ambiguous(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    sens.faults.append(Reply(202, "<html>"))
    with pytest.raises(Ambiguous):
        rig.channel.send(rig.attempt([1]))


def test_a_vendor_that_is_not_there_took_nothing(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    access = SensAccess("key", "secret", SMS_SERVICE, base_url=f"http://127.0.0.1:{port}")
    channel = SmsChannel(SensClient(access, session=open_session(), now=clock.now), SENDER)
    with pytest.raises(Transient) as error:
        channel.send(Rig(channel, lambda n: {"text": "x"}, phone, lambda a: 0, clock, "", ()).attempt([1]))
    assert error.value.code == "connection"


@pytest.mark.parametrize("fault", [Connection.HELD, Slow(0.6)])
def test_a_vendor_that_is_silent_too_long_is_ambiguous_though_it_took_everything(
    sens: SensServer, clock: Clock, fault: Connection | Slow
) -> None:
    access = read_access(sens.environment)
    assert access is not None
    client = SensClient(access, session=open_session(), now=clock.now, timeout=(5, 0.2))
    rig = sms_rig(sens, clock)
    channel = SmsChannel(client, SENDER)
    sens.faults.append(fault)
    with pytest.raises(Ambiguous) as error:
        channel.send(rig.attempt([1]))
    assert error.value.code == "timeout"


def test_a_redirect_is_not_followed_and_a_netrc_adds_nothing(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    sens.faults.append(Reply(307, None, {"Location": f"{sens.url}/elsewhere"}))
    with pytest.raises(SenderDown):
        rig.channel.send(rig.attempt([1]))
    assert [request.path.rpartition("/")[2] for request in sens.requests] == ["messages"]
    assert "authorization" not in sens.requests[0].headers


def test_lists_are_read_to_their_last_page(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    for _ in range(3):
        rig.channel.send(rig.attempt(range(100)))
    window = {"requestStartTime": vendor_time(clock.now()), "requestEndTime": vendor_time(clock.now())}
    assert len(sens_client(sens, clock).pages("sms", "messages", window)) == 300
    assert [request.query.get("nextToken") for request in list(sens.requests)[-3:]] == [None, "100", "200"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-15T14:00:00.123", dt.datetime(2025, 10, 15, 5, 0, 0, 123000, dt.UTC)),
        ("2025-10-15 14:00:00", dt.datetime(2025, 10, 15, 5, tzinfo=dt.UTC)),
        ("2025-10-15T14:00:00+00:00", dt.datetime(2025, 10, 15, 14, tzinfo=dt.UTC)),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_the_vendor_tells_korean_time(text: object, expected: dt.datetime | None) -> None:
    assert moment_of(text) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("A000", "A000"),
        (3019, "3019"),
        ("", None),
        ("01012345678", None),
        ("010-1234-5678", None),
        (True, None),
        ("two words", None),
        ("x" * 41, None),
    ],
)
def test_no_number_passes_for_a_code(value: object, code: str | None) -> None:
    assert vendor_code(value) == code


@pytest.mark.parametrize(("said", "seconds"), [("7", 7), ("0.5", 0.5), ("-1", None), ("soon", None), ("999999", None)])
def test_only_a_sensible_wait_is_honoured(said: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": said}) == seconds


def test_success_raises_nothing() -> None:
    response = requests.Response()
    response.status_code = 202
    raise_for_sending(response, "POST")


def test_access_comes_from_the_environment_and_shows_no_key() -> None:
    environ = {
        "DANGOL_SENS_ACCESS_KEY": "the-access-key",
        "DANGOL_SENS_SECRET_KEY": " the-secret-key\n",
        "DANGOL_SENS_SMS_SERVICE_ID": "ncp:sms:kr:1:shop",
    }
    access = read_access(environ)
    assert access is not None
    assert access.secret_key == "the-secret-key"
    assert access.base_url == "https://sens.apigw.ntruss.com"
    assert "the-access-key" not in repr(access)
    assert "the-secret-key" not in repr(access)
    assert read_access({}) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"DANGOL_SENS_SECRET_KEY": ""}, "DANGOL_SENS_SECRET_KEY"),
        ({"DANGOL_SENS_ACCESS_KEY": "two words"}, "DANGOL_SENS_ACCESS_KEY"),
        ({"DANGOL_SENS_SMS_SERVICE_ID": ""}, "DANGOL_SENS_SMS_SERVICE_ID"),
        ({"DANGOL_SENS_URL": "http://sens.example"}, "DANGOL_SENS_URL"),
    ],
)
def test_a_variable_that_is_wrong_is_named(changed: dict[str, str], named: str) -> None:
    environ = {
        "DANGOL_SENS_ACCESS_KEY": "the-access-key",
        "DANGOL_SENS_SECRET_KEY": "the-secret-key",
        "DANGOL_SENS_SMS_SERVICE_ID": "ncp:sms:kr:1:shop",
    }
    with pytest.raises(AccessProblem, match=named) as error:
        read_access({**environ, **changed})
    assert "the-" not in str(error.value)
