"""What every channel promises the sending engine, whatever its vendor is."""

import logging
from collections.abc import Callable

import pytest

from connectors.channels.protocol import (
    Ambiguous,
    Answer,
    Attempt,
    CannotTell,
    ChannelError,
    Refused,
    SenderDown,
    Transient,
)
from tests.connectors.channels.rigs import Rig

pytestmark = pytest.mark.feature("G1")
MANY = range(1, 8)


def states(answer: Answer) -> dict[str, str]:
    return {outcome.message_id: outcome.state for outcome in answer.outcomes}


def sent(rig: Rig, attempt: Attempt) -> dict[str, str] | ChannelError:
    try:
        return states(rig.channel.send(attempt))
    except ChannelError as error:
        return error


def test_a_batch_is_taken_and_every_message_has_an_outcome(rig: Rig) -> None:
    attempt = rig.attempt(MANY)
    told = states(rig.channel.send(attempt))
    assert set(told) == {message.id for message in attempt.messages}
    assert set(told.values()) <= {"accepted", "delivered"}
    assert [rig.accepted(message.to) for message in attempt.messages] == [1] * len(MANY)


def test_a_full_batch_is_one_that_the_vendor_takes(rig: Rig) -> None:
    told = states(rig.channel.send(rig.attempt(range(rig.channel.batch_size))))
    assert len(told) == rig.channel.batch_size
    assert set(told.values()) <= {"accepted", "delivered"}


def test_one_bad_address_is_refused_alone(rig: Rig) -> None:
    attempt = rig.attempt(MANY, {3: rig.bad_address})
    answer = rig.channel.send(attempt)
    assert {key for key, state in states(answer).items() if state == "refused"} == {"m3"}
    assert all(outcome.code for outcome in answer.outcomes if outcome.state == "refused")
    assert sum(rig.accepted(message.to) for message in attempt.messages) == len(MANY) - 1


def test_a_batch_of_bad_addresses_is_refused_without_an_error(rig: Rig) -> None:
    assert states(rig.channel.send(rig.attempt([5], {5: rig.bad_address}))) == {"m5": "refused"}


def test_a_busy_vendor_took_nothing_and_may_be_asked_again(rig: Rig) -> None:
    if rig.busy is None:
        assert not rig.has_results  # files are never busy
        return
    rig.busy()
    attempt = rig.attempt([1])
    told = sent(rig, attempt)
    assert isinstance(told, Transient) or told == {"m1": "retry"}
    if isinstance(told, Transient):
        assert told.retry_after == 7
        assert told.code
    assert rig.accepted(rig.address(1)) == 0
    rig.clock.pass_(seconds=8)
    assert set(states(rig.channel.send(rig.attempt([1]))).values()) == {"accepted"}


def test_a_sender_that_may_not_send_says_so_and_sends_nothing(rig: Rig) -> None:
    if rig.down is None:
        return
    rig.down()
    with pytest.raises(SenderDown):
        rig.channel.send(rig.attempt([1]))
    assert rig.accepted(rig.address(1)) == 0


@pytest.mark.parametrize("taken", [0, 1])
def test_silence_after_the_request_is_ambiguous_whether_it_was_taken_or_not(rig: Rig, taken: int) -> None:
    trouble: Callable[[], None] | None = rig.lost if taken else rig.reset
    if trouble is None:
        return
    trouble()
    told = sent(rig, rig.attempt([1]))
    assert isinstance(told, Ambiguous) or told == {"m1": "ambiguous"}
    assert rig.accepted(rig.address(1)) == taken


def test_a_lost_answer_is_found_by_looking_up(rig: Rig) -> None:
    attempt = rig.attempt(MANY)
    if rig.lost is not None:
        rig.lost()
        sent(rig, attempt)
    else:
        rig.channel.send(attempt)
    if not rig.can_look_up:
        with pytest.raises(CannotTell) as error:
            rig.channel.lookup(attempt)
        assert not error.value.later
        return
    rig.clock.pass_(seconds=rig.channel.lookup_after.total_seconds())
    answer = rig.channel.lookup(attempt)
    assert answer.request_id
    assert set(states(answer)) == {message.id for message in attempt.messages}
    assert set(states(answer).values()) <= {"accepted", "delivered"}


def test_what_never_arrived_is_not_found(rig: Rig) -> None:
    if not rig.can_look_up:
        return
    attempt = rig.attempt(MANY)
    if rig.reset is not None:
        rig.reset()
        sent(rig, attempt)
    rig.clock.pass_(seconds=rig.channel.lookup_after.total_seconds())
    assert rig.channel.lookup(attempt).outcomes == []


def test_the_same_people_asked_about_twice_are_told_apart_by_attempt(rig: Rig) -> None:
    if not rig.can_look_up:
        return
    first, other = rig.attempt(MANY), rig.attempt(range(20, 28))
    rig.channel.send(other)
    assert rig.channel.lookup(first).outcomes == []


def test_results_come_when_the_vendor_has_them(rig: Rig) -> None:
    if rig.fails_later is not None:
        rig.fails_later(rig.address(2), "3019")
    attempt = rig.attempt(MANY)
    answer = rig.channel.send(attempt)
    known = Attempt(
        attempt.attempt_id, attempt.sender, attempt.template, attempt.opened_at, attempt.messages, answer.request_id
    )
    if not rig.has_results:
        assert not rig.channel.results_for
        assert list(rig.channel.results([known])) == []
        return
    assert list(rig.channel.results([known])) == []
    rig.clock.pass_(minutes=1)
    found = {result.message_id: result for result in rig.channel.results([known])}
    assert {key: result.state for key, result in found.items()} == {
        message.id: "failed" if message.id == "m2" else "delivered" for message in attempt.messages
    }
    assert found["m2"].code == "3019"
    assert all(result.at is not None and result.at.tzinfo is not None for result in found.values())


def test_nothing_secret_is_said(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = [repr(rig.channel)]
    for trouble in (None, rig.busy, rig.down, rig.lost, rig.reset):
        if trouble is not None:
            trouble()
        attempt = rig.attempt([1, 2], {2: rig.bad_address})
        said += [repr(attempt)]
        for ask in (rig.channel.send, rig.channel.lookup):
            try:
                said.append(repr(ask(attempt)))
            except ChannelError as error:
                said += [str(error), repr(error), repr(error.__cause__), str(error.code)]
        rig.clock.pass_(seconds=60)
    said += [record.getMessage() for record in caplog.records]
    for private in (*rig.secrets, rig.address(1), rig.bad_address):
        assert not [line for line in said if private in line]


def test_an_attempt_without_messages_asks_nobody(rig: Rig) -> None:
    try:
        assert list(rig.channel.send(rig.attempt([])).outcomes) == []
    except Refused:
        pytest.fail("nothing was asked for")
