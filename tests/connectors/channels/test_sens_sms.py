import base64
import datetime as dt

import pytest

from connectors.channels.protocol import Attempt, CannotTell, Message, Refused, Transient
from connectors.channels.sens import unsubscribes
from connectors.channels.sens.numbers import wire_number
from connectors.channels.sens.sms import SmsChannel, kind_of, problem
from connectors.sandbox.local_http import Connection, Reply
from connectors.sandbox.sens_server import SENDER, SensServer
from tests.connectors.channels.rigs import Clock, phone, sens_client, sms_rig

pytestmark = pytest.mark.feature("G1", "F1", "G6")
JPEG = b"\xff\xd8\xff\xe0" + bytes(1000)


def attempt(clock: Clock, *contents: dict[str, object], start: int = 0) -> Attempt:
    messages = [Message(f"m{n}", phone(n), content) for n, content in enumerate(contents, start)]
    return Attempt("a" * 32, "sms", None, clock.now(), messages)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "가" * 45}, None),
        ({"text": "가" * 45 + "!", "kind": "SMS"}, "too_long"),
        ({"text": "가" * 1000}, None),
        ({"text": "가" * 1000 + "!"}, "too_long"),
        ({"text": "안녕 😀"}, "unencodable"),
        ({"text": "카페 – 봄"}, "unencodable"),
        ({"text": "똠" * 45, "kind": "SMS"}, None),  # two bytes each in cp949, eight in euc_kr
        ({"text": ""}, "empty"),
        ({}, "empty"),
        ({"text": "가" * 50, "subject": "가" * 20}, None),
        ({"text": "가" * 50, "subject": "가" * 21}, "too_long"),
    ],
)
def test_what_the_vendor_would_cut_or_spoil_is_refused_before_it_is_asked(
    content: dict[str, object], expected: str | None
) -> None:
    assert problem(Message("m", phone(1), content)) == expected


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "가" * 45}, "SMS"),
        ({"text": "가" * 45 + "!"}, "LMS"),
        ({"text": "짧게", "images": [{"file": "a.jpg"}]}, "MMS"),
        ({"text": "짧게", "kind": "LMS"}, "LMS"),
    ],
)
def test_longer_texts_become_lms_and_pictures_mms(content: dict[str, object], kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ("01012345678", "01012345678"),
        ("+821012345678", "01012345678"),
        ("+82 (0)10-1234-5678", "01012345678"),
        ("010.1234.5678", "01012345678"),
        ("0212345678", None),
        ("010123456", None),
        ("+14155550100", None),
        ("", None),
    ],
)
def test_only_korean_mobile_numbers_are_sent_to(given: str, wire: str | None) -> None:
    assert wire_number(given) == wire


def test_a_batch_of_several_kinds_becomes_a_request_for_each(sens: SensServer, clock: Clock) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER)
    made = attempt(clock, {"text": "짧게"}, {"text": "가" * 60, "subject": "제목"}, {"text": "또 짧게"})
    answer = channel.send(made)
    bodies = [request.json for request in sens.requests]
    assert [(body["type"], len(body["messages"])) for body in bodies] == [("SMS", 2), ("LMS", 1)]
    assert {body["contentType"] for body in bodies} == {"AD"}
    assert bodies[1]["subject"] == "제목"
    assert "subject" not in bodies[0]
    known = Attempt(made.attempt_id, made.sender, None, made.opened_at, made.messages, answer.request_id)
    clock.pass_(minutes=1)
    assert {result.message_id for result in channel.results([known])} == {"m0", "m1", "m2"}


def test_after_one_of_several_requests_was_lost_no_further_one_is_made(sens: SensServer, clock: Clock) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER)
    made = attempt(clock, {"text": "짧게"}, {"text": "가" * 60}, {"text": "a", "kind": "LMS", "advertising": False})
    sens.faults.extend([None, Connection.LOST])
    states = [outcome.state for outcome in channel.send(made).outcomes]
    assert states == ["accepted", "ambiguous", "retry"]
    assert sens.sms.ledger.total == 2
    found = {outcome.message_id for outcome in channel.lookup(made).outcomes}
    assert found == {"m0", "m1"}


def test_a_number_that_is_not_registered_is_refused(sens: SensServer, clock: Clock) -> None:
    channel = SmsChannel(sens_client(sens, clock), "0299999999")
    with pytest.raises(Refused) as error:
        channel.send(attempt(clock, {"text": "x"}))
    assert error.value.code == "1400"


@pytest.mark.feature("G6")
def test_the_list_may_be_behind_and_then_nothing_is_found(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    sens.sms.ledger.list_delay = 60
    made = rig.attempt([1, 2])
    rig.channel.send(made)
    assert rig.channel.lookup(made).outcomes == []  # hence lookup_after
    clock.pass_(seconds=rig.channel.lookup_after.total_seconds())
    assert len(rig.channel.lookup(made).outcomes) == 2


def test_a_request_is_found_though_its_first_message_never_went_out(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    rig.channel.send(rig.attempt([2, 3]))
    found = rig.channel.lookup(rig.attempt([1, 2, 3]))
    assert {outcome.message_id for outcome in found.outcomes} == {"m2", "m3"}


def test_other_words_to_the_same_people_are_doubtful_and_neither_sent_nor_unsent(
    sens: SensServer, clock: Clock
) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER)
    channel.send(attempt(clock, {"text": "적립금 1,000"}, {"text": "적립금 2,000"}))
    answer = channel.lookup(attempt(clock, {"text": "적립금 1,500"}, {"text": "적립금 2,000"}))
    assert {outcome.state for outcome in answer.outcomes} == {"ambiguous"}


def test_a_single_message_to_one_of_many_is_somebody_elses(sens: SensServer, clock: Clock) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER)
    channel.send(attempt(clock, {"text": "주문이 접수되었습니다."}))
    many = attempt(clock, *({"text": "(광고) 세일"} for _ in range(5)))
    assert channel.lookup(many).outcomes == []


def test_a_vendor_that_does_not_answer_is_asked_again_later(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    for fault in (Reply(500), Reply(429), Connection.RESET):
        sens.reading_faults.append(fault)
        with pytest.raises(CannotTell) as error:
            rig.channel.lookup(rig.attempt([1]))
        assert error.value.later
    sens.reading_faults.append(Reply(500))
    made = rig.attempt([1])
    known = Attempt(made.attempt_id, made.sender, None, made.opened_at, made.messages, "RQ1")
    with pytest.raises(Transient):
        rig.channel.results([known])


def test_two_messages_to_one_number_have_a_result_each(sens: SensServer, clock: Clock) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER)
    messages = [Message("a", phone(1), {"text": "하나"}), Message("b", phone(1), {"text": "둘"})]
    made = Attempt("b" * 32, "sms", None, clock.now(), messages)
    answer = channel.send(made)
    clock.pass_(minutes=1)
    known = Attempt(made.attempt_id, "sms", None, made.opened_at, messages, answer.request_id)
    assert sorted(result.message_id for result in channel.results([known])) == ["a", "b"]


def test_a_picture_is_uploaded_once_and_again_before_the_vendor_forgets_it(sens: SensServer, clock: Clock) -> None:
    asked: list[str] = []

    def pictures(name: str) -> bytes:
        asked.append(name)
        return JPEG

    channel = SmsChannel(sens_client(sens, clock), SENDER, pictures=pictures)
    content = {"text": "룩북", "images": [{"file": "autumn.jpg", "bytes": 1, "width": 1, "height": 1}]}
    for _ in range(3):
        channel.send(attempt(clock, content, content))
    assert asked == ["autumn.jpg"]
    uploaded = next(request.json for request in sens.requests if request.path.endswith("/files"))
    assert base64.b64decode(uploaded["fileBody"]) == JPEG
    clock.pass_(days=5, seconds=1)
    channel.send(attempt(clock, content))
    assert len(asked) == 2


@pytest.mark.parametrize("picture", [b"GIF89a", b"\xff\xd8" + bytes(300 * 1024)])
def test_a_picture_that_carriers_refuse_is_refused(sens: SensServer, clock: Clock, picture: bytes) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER, pictures=lambda name: picture)
    with pytest.raises(Refused):
        channel.send(attempt(clock, {"text": "룩북", "images": [{"file": "a.jpg"}]}))
    assert sens.sms.ledger.total == 0


def test_a_picture_that_is_not_there_is_refused(sens: SensServer, clock: Clock) -> None:
    def pictures(name: str) -> bytes:
        raise FileNotFoundError(name)

    channel = SmsChannel(sens_client(sens, clock), SENDER, pictures=pictures)
    with pytest.raises(Refused) as error:
        channel.send(attempt(clock, {"text": "룩북", "images": [{"file": "a.jpg"}]}))
    assert error.value.code == "no_picture"


def test_a_picture_that_can_not_be_uploaded_now_sends_nothing(sens: SensServer, clock: Clock) -> None:
    channel = SmsChannel(sens_client(sens, clock), SENDER, pictures=lambda name: JPEG)
    for fault in (Connection.LOST, Reply(500), Reply(429)):
        sens.reading_faults.append(fault)  # uploading sends no message
        with pytest.raises(Transient):
            channel.send(attempt(clock, {"text": "룩북", "images": [{"file": "a.jpg"}]}))
    assert sens.sms.ledger.total == 0


def test_numbers_that_refused_are_read_added_and_removed(sens: SensServer, clock: Clock) -> None:
    client = sens_client(sens, clock)
    assert list(unsubscribes.listed(client)) == []  # an empty 404
    unsubscribes.add(client, [phone(n) for n in range(1250)])
    unsubscribes.add(client, [phone(7)])
    sens.sms.unsubscribes[phone(9999)] = ("C", clock.seconds())
    found = list(unsubscribes.listed(client))
    assert len(found) == 1251
    assert {one.number: one.by for one in found}[phone(9999)] == "ars"
    assert found[0].at == clock.now().astimezone(dt.UTC)
    assert phone(0) not in repr(found[0])
    unsubscribes.remove(client, [phone(n) for n in range(1250)])
    assert [one.number for one in unsubscribes.listed(client)] == [phone(9999)]


def test_numbers_that_refused_since_a_moment_are_read_alone(sens: SensServer, clock: Clock) -> None:
    client = sens_client(sens, clock)
    unsubscribes.add(client, [phone(1)])
    clock.pass_(hours=1)
    unsubscribes.add(client, [phone(2)])
    assert [one.number for one in unsubscribes.listed(client, clock.now())] == [phone(2)]


def test_advertising_to_a_number_that_refused_fails_at_the_vendor(sens: SensServer, clock: Clock) -> None:
    rig = sms_rig(sens, clock)
    unsubscribes.add(sens_client(sens, clock), [phone(0)])
    channel = SmsChannel(sens_client(sens, clock), SENDER)
    made = attempt(clock, {"text": "(광고) 세일"}, {"text": "(광고) 세일"})
    answer = channel.send(made)
    clock.pass_(minutes=1)
    known = Attempt(made.attempt_id, "sms", None, made.opened_at, made.messages, answer.request_id)
    assert {one.message_id: one.state for one in rig.channel.results([known])} == {"m0": "failed", "m1": "delivered"}
