"""The sending engine with a clock of its own and a channel that does as it is told, on both databases."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from connectors.channels.protocol import (
    Ambiguous,
    Answer,
    Attempt,
    CannotTell,
    Outcome,
    Refused,
    Result,
    SenderDown,
    Transient,
)
from connectors.sending.engine import Engine
from connectors.sending.job import Composed, Job, Policy, Report
from connectors.sending.polling import poll
from connectors.store.ledger.shapes import Rate, Send
from connectors.store.send_tables import MESSAGE_STATES
from connectors.store.store import Store
from tests.connectors.sending.conftest import QUICK, START, Clock, Inline, Phones, Told, job, reserved

pytestmark = pytest.mark.feature("M4")


def run(store: Store, work: Job, clock: Clock, policy: Policy = QUICK, until: dt.datetime | None = None) -> Report:
    engine = Engine(store.ledger, work, policy, clock=clock, sleep=clock.sleep, pool=Inline())
    return engine.run(until)


def counts(send: Send) -> Counter[str]:
    return +Counter({state: getattr(send, state) for state in MESSAGE_STATES})


def seconds(number: float) -> dt.datetime:
    return START + dt.timedelta(seconds=number)


def test_everybody_gets_it_once_in_requests_of_one_variant(store: Store, clock: Clock) -> None:
    send, channel = reserved(store, 250, variants=("A", "B")), Told(clock)
    report = run(store, job(send, Phones(), {"one": channel}, variants=("A", "B")), clock)
    assert (report.reason, report.send.state, counts(report.send)) == ("finished", "finished", Counter(accepted=250))
    assert channel.people == Counter({f"to-{place}": 1 for place in range(250)})
    assert [len(attempt.messages) for _, attempt in channel.sent] == [100, 25, 100, 25]
    assert run(store, job(send, Phones(), {"one": channel}), clock).reason == "finished"
    assert len(channel.sent) == 4


def test_what_was_certainly_not_accepted_is_tried_again_later_and_not_forever(store: Store, clock: Clock) -> None:
    def busy(attempt: Attempt) -> None:
        raise Transient("429", "429", retry_after=3.0)

    send, channel = reserved(store, 100), Told(clock, busy)
    report = run(store, job(send, Phones(), {"one": channel}), clock, replace(QUICK, most_tries=4))
    assert counts(report.send) == Counter(failed=100)
    assert report.send.cost == 0
    assert [(at - START).total_seconds() for at, _ in channel.sent] == [0, 3, 6, 9]


def test_single_messages_that_are_put_off_go_again_without_the_others(store: Store, clock: Clock) -> None:
    def partly(attempt: Attempt) -> Answer | None:
        if len(attempt.messages) == 1:
            return None
        states = [Outcome(message.id, "accepted") for message in attempt.messages[1:]]
        return Answer([Outcome(attempt.messages[0].id, "retry", code="429"), *states])

    send, channel = reserved(store, 100), Told(clock, partly)
    report = run(store, job(send, Phones(), {"one": channel}), clock)
    assert counts(report.send) == Counter(accepted=100)
    assert channel.people == Counter({"to-0": 2} | {f"to-{place}": 1 for place in range(1, 100)})


def test_after_no_answer_only_what_the_vendor_never_got_goes_again(store: Store, clock: Clock) -> None:
    got: list[Attempt] = []

    def lost(attempt: Attempt) -> None:
        if not got:
            got.append(attempt)
            raise Ambiguous("timeout", "timeout")

    def looked(attempt: Attempt) -> Answer:
        assert attempt.attempt_id == got[0].attempt_id
        assert clock() >= seconds(2), "a request may still be on its way"
        return Answer([Outcome(message.id, "accepted") for message in attempt.messages[:60]], "found")

    send, channel = reserved(store, 100), Told(clock, lost, looked)
    report = run(store, job(send, Phones(), {"one": channel}), clock)
    assert counts(report.send) == Counter(accepted=100)
    assert channel.people == Counter(
        {f"to-{place}": 1 for place in range(60)} | {f"to-{place}": 2 for place in range(60, 100)}
    )


@pytest.mark.parametrize("error", [Ambiguous("reset", "reset"), RuntimeError("a bug in the channel")])
def test_where_nobody_can_tell_it_is_unknown_for_ever(store: Store, clock: Clock, error: Exception) -> None:
    def lost(attempt: Attempt) -> None:
        raise error

    def looked(attempt: Attempt) -> Answer:
        raise CannotTell("no list", "no_list")

    send, channel = reserved(store, 100), Told(clock, lost, looked)
    report = run(store, job(send, Phones(), {"one": channel}), clock)
    assert (report.reason, counts(report.send)) == ("finished", Counter(unknown=100))
    assert run(store, job(send, Phones(), {"one": channel}), clock).reason == "finished"
    assert len(channel.sent) == 1
    assert report.send.cost == 100 * 100, "what may have been sent may have to be paid"


def test_a_vendor_that_can_be_asked_later_is_asked_until_it_is_too_late(store: Store, clock: Clock) -> None:
    def lost(attempt: Attempt) -> None:
        raise Ambiguous("reset", "reset")

    def looked(attempt: Attempt) -> Answer:
        raise CannotTell("down", "503", later=True)

    send, channel = reserved(store, 10), Told(clock, lost, looked)
    policy = replace(QUICK, give_up_looking=60.0, longest_wait=100.0)
    report = run(store, job(send, Phones(), {"one": channel}), clock, policy)
    assert counts(report.send) == Counter(unknown=10)
    assert clock() >= seconds(60)


def test_an_address_that_changed_is_neither_written_to_nor_taken_as_proof(store: Store, clock: Clock) -> None:
    def lost(attempt: Attempt) -> None:
        raise Ambiguous("reset", "reset")

    composer = Phones({1: Composed("other", {}, "hash-other"), 2: None, 3: Composed("to-3", {}, code="no_consent")})
    send, channel = reserved(store, 5), Told(clock, lost)
    work = job(send, composer, {"one": channel})
    report = run(store, work, clock, until=seconds(0.1))
    assert counts(report.send) == Counter(cancelled=3, sending=2)
    composer.special[0] = Composed("other", {}, "hash-other")
    channel.does = lambda attempt: None
    clock.sleep(2)
    report = run(store, work, clock)
    assert counts(report.send) == Counter(cancelled=3, unknown=1, accepted=1)


def test_the_night_and_the_end_of_the_period_are_looked_at_when_it_goes(store: Store, clock: Clock) -> None:
    morning, ends_at = seconds(3600), seconds(7200)
    composer = Phones({place: Composed(f"to-{place}", not_before=morning) for place in (0, 1)})
    send, channel = reserved(store, 3, ends_at=ends_at), Told(clock)
    work = job(send, composer, {"one": channel})
    report = run(store, work, clock)
    assert (report.reason, report.again_at, counts(report.send)) == (
        "waiting",
        morning,
        Counter(reserved=2, accepted=1),
    )
    clock.now = morning
    composer.special[0] = Composed("to-0", not_before=seconds(9000))
    del composer.special[1]
    assert counts(run(store, work, clock).send) == Counter(reserved=1, accepted=2)
    clock.now = ends_at
    report = run(store, work, clock)
    assert (report.reason, counts(report.send)) == ("expired", Counter(accepted=2, expired=1))
    assert channel.people == Counter({"to-1": 1, "to-2": 1})


def test_a_night_that_begins_between_composing_and_sending_holds(store: Store, clock: Clock) -> None:
    send, channel = reserved(store, 300), Told(clock, lambda attempt: clock.sleep(1))
    evening = seconds(0.5)
    composer = Phones({place: Composed(f"to-{place}", until=evening) for place in range(300)})
    run(store, job(send, composer, {"one": channel}), clock, until=seconds(1))
    assert [at for at, _ in channel.sent] == [START]


def test_too_many_failures_stop_a_send_until_somebody_resumes_it(store: Store, clock: Clock) -> None:
    def refused(attempt: Attempt) -> None:
        raise Refused("wrong template", "3015")

    send, channel = reserved(store, 2000), Told(clock, refused)
    work = job(send, Phones(), {"one": channel})
    report = run(store, work, clock)
    assert (report.reason, report.send.reason) == ("stopped", "too_many_failed")
    assert 200 <= report.send.failed <= 800, "what was claimed already may still have gone"
    assert report.send.reserved == 2000 - report.send.failed
    channel.does = lambda attempt: None
    store.ledger.resume(send.send_no)
    assert run(store, work, clock, replace(QUICK, stop_share=1.0)).send.accepted == 2000 - report.send.failed


@pytest.mark.feature("E8")
def test_the_limit_of_the_day_stops_a_send_to_the_message(store: Store, clock: Clock) -> None:
    send, channel = reserved(store, 300), Told(clock)
    report = run(store, job(send, Phones(), {"one": channel}, daily_limit=12_345), clock)
    assert (report.reason, report.send.reason, report.send.cost) == ("stopped", "cost_limit", 12_300)
    assert sum(channel.people.values()) == 123


@pytest.mark.feature("G3")
def test_senders_share_the_load_and_the_others_take_over_at_once(store: Store, clock: Clock) -> None:
    def down(attempt: Attempt) -> None:
        if START < clock() < seconds(5):
            raise SenderDown("suspended", "403")

    slow = lambda attempt: clock.sleep(0.1)  # noqa: E731
    one, two, three = Told(clock, down), Told(clock, slow), Told(clock, slow)
    send = reserved(store, 9000)
    report = run(store, job(send, Phones(), {"one": one, "two": two, "three": three}), clock)
    assert counts(report.send) == Counter(accepted=9000)
    refused = [at for at, _ in one.sent if START < at < seconds(5)]
    assert 1 <= len(refused) <= 12, "left alone, asked now and then"
    assert abs(len(two.sent) - len(three.sent)) <= 1
    assert [at for at, _ in one.sent if at >= seconds(5)], "and takes its share again when it is well"
    delivered = sum(len(attempt.messages) for channel in (two, three) for _, attempt in channel.sent)
    accepted_by_one = sum(len(a.messages) for at, a in one.sent if not START < at < seconds(5))
    assert delivered + accepted_by_one == 9000


@pytest.mark.feature("G3")
def test_with_all_senders_down_the_send_waits_and_loses_nothing(store: Store, clock: Clock) -> None:
    def down(attempt: Attempt) -> None:
        raise SenderDown("suspended", "403")

    send, channel = reserved(store, 100), Told(clock, down)
    report = run(store, job(send, Phones(), {"one": channel}), clock, replace(QUICK, longest_wait=5.0))
    assert (report.reason, report.send.reserved) == ("waiting", 100)
    assert report.again_at is not None
    assert len(channel.sent) <= 6


@pytest.mark.feature("G2")
@pytest.mark.parametrize("speed", [1000, 15_000])
def test_speed_is_kept_to_two_per_cent_in_every_minute(store: Store, clock: Clock, speed: int) -> None:
    send, channel = reserved(store, int(speed * 1.2)), Told(clock, lambda attempt: clock.sleep(0.01))
    work = job(send, Phones(), {"one": channel}, rate=Rate("push", speed))
    run(store, work, clock)
    gone = [(at - START).total_seconds() for at, attempt in channel.sent for _ in attempt.messages]
    for begin in (0, 5, 11):
        number = sum(begin <= moment < begin + 60 for moment in gone)
        assert abs(number - speed) <= speed * 0.02, (begin, number)


@pytest.mark.feature("G6")
def test_results_come_later_and_silence_ends_as_unknown(store: Store, clock: Clock) -> None:
    def said(attempts: list[Attempt]) -> list[Result]:
        messages = [message for attempt in attempts for message in attempt.messages]
        assert {attempt.request_id for attempt in attempts} == {"req"}
        return [
            Result(messages[0].id, "delivered", price=90, at=seconds(7)),
            Result(messages[1].id, "failed", code="3018"),
            Result(messages[2].id, "pending"),
        ]

    send = reserved(store, 4)
    channel = Told(clock, said=said, results_for=dt.timedelta(hours=25))
    channels = {"one": channel}
    assert run(store, job(send, Phones(), channels), clock).reason == "finished"
    assert poll(store.ledger, channels, lambda send: Phones(), clock, QUICK) == 0, "not due yet"
    clock.sleep(10)
    assert poll(store.ledger, channels, lambda send: Phones(), clock, QUICK) == 2
    channel.said = lambda attempts: []
    after = store.ledger.progress(send.send_no)
    assert (counts(after), after.cost) == (Counter(delivered=1, failed=1, accepted=2), 290)
    clock.sleep(25 * 3600)
    assert poll(store.ledger, channels, lambda send: Phones(), clock, QUICK) == 2
    assert counts(store.ledger.progress(send.send_no)) == Counter(delivered=1, failed=1, unknown=2)
    assert poll(store.ledger, channels, lambda send: Phones(), clock, QUICK) == 0


def test_a_composer_that_fails_loses_nothing_and_opens_nothing(store: Store, clock: Clock) -> None:
    class Broken(Phones):
        def compose(self, *args):
            raise RuntimeError("no template")

    send, channel = reserved(store, 150), Told(clock)
    with pytest.raises(RuntimeError, match="no template"):
        run(store, job(send, Broken(), {"one": channel}), clock)
    assert counts(store.ledger.progress(send.send_no)) == Counter(reserved=150)
    assert counts(run(store, job(send, Phones(), {"one": channel}), clock).send) == Counter(accepted=150)


def test_a_worker_that_slept_too_long_does_not_send_what_others_may_have_taken(store: Store, clock: Clock) -> None:
    class Asleep(Phones):
        def compose(self, send, rows, now):
            clock.sleep(60)
            return super().compose(send, rows, now)

    send, channel = reserved(store, 50), Told(clock)
    report = run(store, job(send, Asleep(), {"one": channel}), clock, until=seconds(61))
    assert (channel.sent, counts(report.send)) == ([], Counter(reserved=50))


def test_variants_need_routes_and_routes_need_channels(store: Store, clock: Clock) -> None:
    send = reserved(store, 10, variants=("A", "B"))
    with pytest.raises(ValueError, match="variants that no route"):
        run(store, job(send, Phones(), {"one": Told(clock)}), clock)
    with pytest.raises(ValueError, match="at least one sender"):
        job(send, Phones(), {})
