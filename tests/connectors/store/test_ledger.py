"""What the ledger of sending promises, on every engine it runs on."""

import datetime as dt
import threading
from collections import Counter

import polars as pl
import pytest
from sqlalchemy import create_engine, text

from connectors.store.ledger.claiming import Wish
from connectors.store.ledger.ledger import Ledger
from connectors.store.ledger.shapes import Claim, Closed, Ending, Occurrence, Parcel, Rate, Send
from connectors.store.send_tables import MESSAGE_STATES
from connectors.store.store import Store

pytestmark = pytest.mark.feature("M4")
START = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
DAY = "2026-03-02"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def ahead(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock):
    with Store.open(url, secret="s", now=clock) as opened:
        yield opened


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return store.ledger


def decided(
    number: int, *, first: int = 0, price: int = 90_000, variants: tuple[str, ...] = ("A",), **late: dt.datetime
):
    names = [f"{place:032x}" for place in range(first, first + number)]
    return pl.DataFrame(
        {
            "customer_id": range(first, first + number),
            "customer_key": names,
            "variant": [variants[place % len(variants)] for place in range(number)],
            "decision": ["send"] * number,
            "send_order": range(first, first + number),
            "not_before": pl.Series([late.get("not_before", START)] * number, dtype=pl.Datetime("us", "UTC")),
            "price": [price] * number,
            "address_hash": [f"hash-{place}" for place in range(first, first + number)],
        }
    )


def planned(ledger: Ledger, number: int, campaign: str = "spring", **options) -> Send:
    ends_at = options.pop("ends_at", None)
    send = ledger.plan(Occurrence(campaign, 1, options.pop("planned_at", START), "sms", ends_at))
    ledger.reserve(send.send_no, decided(number, **options))
    return ledger.progress(send.send_no)


def claimed(ledger: Ledger, send: Send, most: int = 1000, worker: str = "w1", size: int = 100, **options) -> Claim:
    variants = options.pop("variants", ("A", "B"))
    wish = Wish(worker, most, variants, lambda variant: ("number-1", size), DAY, **options)
    return ledger.claim(send.send_no, wish)


def all_ended(parcel: Parcel, state: str, closed: str = "settled", **more) -> Closed:
    return Closed(parcel, closed, [Ending(row.seq, state, **more) for row in parcel.rows])


def counted(url: str, send_no: int) -> Counter[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT state, count(*) FROM messages WHERE send_no = :no GROUP BY state"), {"no": send_no}
        )
        counts = Counter(dict(found.all()))
    engine.dispose()
    return counts


def counts_of(send: Send) -> Counter[str]:
    return +Counter({state: getattr(send, state) for state in MESSAGE_STATES})


def test_an_occurrence_is_planned_once_and_its_decision_reserved_once(ledger: Ledger, url: str) -> None:
    first = planned(ledger, 250)
    assert (first.state, first.reserved, first.send_id) == ("sending", 250, "spring@2026-03-02T01:00:00+00:00")
    again = ledger.plan(Occurrence("spring", 2, START.astimezone(dt.timezone(dt.timedelta(hours=9))), "sms"))
    assert again.send_no == first.send_no
    assert ledger.reserve(first.send_no, decided(300)) == 0
    assert counted(url, first.send_no) == {"reserved": 250} == counts_of(ledger.progress(first.send_no))
    assert planned(ledger, 0, "empty").state == "sending"
    assert ledger.unfinished()[0].send_id == first.send_id


def test_what_cannot_be_reserved_is_named_and_nothing_of_it_stays(ledger: Ledger) -> None:
    send = ledger.plan(Occurrence("spring", 1, START, "sms"))
    rows = decided(3)
    with pytest.raises(ValueError, match="same customer_key twice"):
        ledger.reserve(send.send_no, rows.with_columns(customer_key=pl.lit("x")))
    with pytest.raises(ValueError, match="lack the columns price"):
        ledger.reserve(send.send_no, rows.drop("price"))
    with pytest.raises(ValueError, match="no not_before in 3 rows"):
        ledger.reserve(send.send_no, rows.with_columns(not_before=None))
    left_out = pl.concat([rows, decided(2, first=3).with_columns(decision=pl.lit("holdout"), send_order=None)])
    assert ledger.reserve(send.send_no, left_out) == 3


def test_a_claim_takes_each_message_once_in_order_and_opens_its_requests_first(ledger: Ledger, url: str) -> None:
    send = planned(ledger, 250, variants=("A", "B"))
    one = claimed(ledger, send, 200, size=40)
    two = claimed(ledger, send, 200, "w2", size=40)
    assert [len(parcel.rows) for parcel in one.parcels] == [40, 40, 20, 40, 40, 20]
    assert {row.variant for row in one.parcels[0].rows} == {"A"}
    seqs = [sorted(row.seq for parcel in claim.parcels for row in parcel.rows) for claim in (one, two)]
    assert seqs == [list(range(200)), list(range(200, 250))]
    assert claimed(ledger, send).parcels == ()
    assert counted(url, send.send_no) == {"sending": 250} == counts_of(ledger.progress(send.send_no))
    assert len({parcel.attempt_id for claim in (one, two) for parcel in claim.parcels}) == 8


def test_answers_end_messages_with_counts_and_costs(ledger: Ledger, url: str, clock: Clock) -> None:
    send = planned(ledger, 10, price=100)
    (parcel,) = claimed(ledger, send).parcels
    assert ledger.spent("spring") == {START.date(): 1000}
    clock.ahead(1)
    endings = [Ending(0, "failed", "3001"), Ending(1, "reserved", "429", not_before=START + dt.timedelta(seconds=60))]
    endings += [Ending(2, "accepted", vendor_message_id="v2", price=250)]
    endings += [Ending(seq, "accepted") for seq in range(3, 10)]
    after = ledger.close(send.send_no, [Closed(parcel, "answered", endings, clock(), "req-1")])
    assert counts_of(after) == Counter(accepted=8, failed=1, reserved=1) == counted(url, send.send_no)
    assert after.cost == 7 * 100 + 250
    assert ledger.spent("spring") == {START.date(): 950}
    assert ledger.close(send.send_no, [all_ended(parcel, "failed")]) == after, "an answer counts once"
    assert claimed(ledger, send).wait_until == START + dt.timedelta(seconds=60)
    (awaited,) = ledger.awaited(10)
    assert (awaited.request_id, len(awaited.rows), awaited.rows[0].vendor_message_id) == ("req-1", 8, "v2")
    done = ledger.settle(send.send_no, [Closed(awaited, "answered", [Ending(2, "failed", "carrier")], clock())])
    assert (done.failed, done.accepted, done.cost) == (2, 7, 700)
    assert ledger.awaited(10)[0].looks == 1


def test_open_requests_of_the_gone_become_ambiguous_and_are_settled_once(ledger: Ledger, clock: Clock) -> None:
    send = planned(ledger, 300)
    mine, other = claimed(ledger, send, 100), claimed(ledger, send, 100, "w2")
    patience, wait = dt.timedelta(seconds=60), dt.timedelta(seconds=5)
    assert ledger.take_over(send.send_no, patience=patience, wait=wait, worker="w1") == 1
    assert ledger.in_doubt(send.send_no, 9) == ()
    assert ledger.next_doubt(send.send_no) == clock() + wait
    clock.ahead(5)
    (doubt,) = ledger.in_doubt(send.send_no, 9)
    assert doubt.rows == mine.parcels[0].rows
    late = [Ending(row.seq, "reserved", not_before=clock()) for row in doubt.rows[:40]]
    known = [Ending(row.seq, "accepted") for row in doubt.rows[40:]]
    after = ledger.close(send.send_no, [Closed(doubt, "settled", late + known)])
    assert counts_of(after) == Counter(reserved=140, accepted=60, sending=100)
    assert ledger.close(send.send_no, [all_ended(mine.parcels[0], "accepted")]) == after
    clock.ahead(61)
    assert ledger.take_over(send.send_no, patience=patience, wait=wait) == 1
    answered = ledger.close(send.send_no, [all_ended(other.parcels[0], "accepted")])
    assert answered.accepted == 160, "an answer that comes after all is still the truth"
    assert ledger.next_doubt(send.send_no) is None


@pytest.mark.feature("E8")
def test_the_days_money_ends_claims_exactly_and_failures_give_it_back(ledger: Ledger) -> None:
    send = planned(ledger, 10, price=300)
    one = claimed(ledger, send, daily_limit=1000)
    assert len(one.parcels[0].rows) == 3
    assert claimed(ledger, send, daily_limit=1000).is_broke
    ledger.close(send.send_no, [all_ended(one.parcels[0], "failed")])
    assert len(claimed(ledger, send, daily_limit=1000).parcels[0].rows) == 3
    other = planned(ledger, 5, planned_at=START + dt.timedelta(hours=1), price=300)
    assert claimed(ledger, other, daily_limit=1000).is_broke, "of the campaign, not of the send"


def test_stop_holds_for_the_next_claim_and_resume_goes_on(ledger: Ledger, url: str) -> None:
    send = planned(ledger, 200)
    (parcel,) = claimed(ledger, send, 100).parcels
    assert ledger.stop(send.send_no, "by hand").state == "stopped"
    assert claimed(ledger, send) == Claim("stopped")
    assert ledger.close(send.send_no, [all_ended(parcel, "reserved", not_before=START)]).reserved == 200
    assert ledger.resume(send.send_no).reason is None
    assert len(claimed(ledger, send).parcels) == 2
    ended = ledger.cancel(send.send_no, "by hand")
    assert (ended.state, ended.sending) == ("cancelled", 200)
    assert ledger.resume(send.send_no).state == "cancelled"


def test_what_comes_back_to_a_cancelled_send_is_cancelled_too(ledger: Ledger, url: str) -> None:
    send = planned(ledger, 150)
    (parcel,) = claimed(ledger, send, 100).parcels
    assert counts_of(ledger.cancel(send.send_no, "by hand")) == Counter(cancelled=50, sending=100)
    after = ledger.close(send.send_no, [all_ended(parcel, "reserved", not_before=START)])
    assert counts_of(after) == Counter(cancelled=150) == counted(url, send.send_no)
    assert after.cost == 0


def test_a_send_past_its_end_expires_and_one_with_nothing_left_is_finished(ledger: Ledger, clock: Clock) -> None:
    ends_at = START + dt.timedelta(hours=1)
    send = planned(ledger, 120, ends_at=ends_at)
    (parcel,) = claimed(ledger, send, 100).parcels
    clock.ahead(3600)
    assert claimed(ledger, send).state == "expired"
    (expired,) = ledger.expire()
    assert counts_of(expired) == Counter(expired=20, sending=100)
    assert ledger.expire() == ()
    other = planned(ledger, 1, "other")
    assert ledger.finish(other.send_no).state == "sending"
    ledger.close(other.send_no, [all_ended(claimed(ledger, other).parcels[0], "accepted")])
    assert ledger.finish(other.send_no).state == "finished"
    assert ledger.close(send.send_no, [all_ended(parcel, "accepted")]).accepted == 100


@pytest.mark.feature("E7")
def test_decisions_learn_who_had_what(ledger: Ledger, clock: Clock) -> None:
    night = START + dt.timedelta(hours=9)
    first = planned(ledger, 4)
    (parcel,) = claimed(ledger, first).parcels
    endings = [Ending(0, "accepted"), Ending(1, "failed"), Ending(2, "unknown"), Ending(3, "delivered")]
    ledger.close(first.send_no, [Closed(parcel, "settled", endings)])
    planned(ledger, 1, "autumn", first=3, not_before=night)
    recent = ledger.recent_sends(START - dt.timedelta(hours=24))
    assert recent.rows() == [(0, START), (2, START), (3, night)]
    assert recent.schema["sent_at"] == pl.Datetime("us", "UTC")
    assert ledger.recent_sends(START + dt.timedelta(microseconds=1)).rows() == [(3, night)]
    assert ledger.previous("spring").rows() == [
        (0, "hash-0", "A", START), (2, "hash-2", "A", START), (3, "hash-3", "A", START)
    ]  # fmt: skip
    assert ledger.previous("nothing").is_empty()


@pytest.mark.feature("G5")
def test_failed_messages_get_one_substitute_of_their_own(ledger: Ledger, url: str) -> None:
    parent = planned(ledger, 10)
    (parcel,) = claimed(ledger, parent).parcels
    endings = [Ending(seq, "failed", "3018") for seq in (2, 5)] + [Ending(7, "unknown")]
    endings += [Ending(seq, "accepted") for seq in (0, 1, 3, 4, 6, 8)]
    ledger.close(parent.send_no, [Closed(parcel, "ambiguous", endings, START)])
    failed = ledger.failed(parent.send_no)
    assert failed.select("send_order", "customer_id", "variant", "code").rows() == [
        (2, 2, "A", "3018"), (5, 5, "A", "3018")
    ]  # fmt: skip
    rows = decided(10).filter(pl.col("send_order").is_in([2, 5]))
    send = ledger.substitute(parent, "sms", rows)
    assert (send.substitute_of, send.reserved, send.channel) == (parent.send_no, 2, "sms")
    assert ledger.failed(parent.send_no).is_empty()
    assert ledger.substitute(parent, "sms", rows) == send
    ledger.close(send.send_no, [all_ended(claimed(ledger, send).parcels[0], "accepted")])
    assert ledger.finish(send.send_no).state == "finished"
    ledger.close(parent.send_no, [Closed(parcel, "settled", [Ending(9, "failed", "3018")])])
    later = ledger.substitute(parent, "sms", decided(1, first=9))
    assert (later.state, later.reserved, later.accepted) == ("sending", 1, 2)


@pytest.mark.feature("G2")
def test_a_speed_limit_is_kept_by_all_who_share_it(ledger: Ledger, clock: Clock) -> None:
    rate, gone = Rate("push", 1000), Counter[int]()
    sends = [planned(ledger, 2500), planned(ledger, 2500, "autumn")]
    while clock.now < START + dt.timedelta(minutes=2):
        for send, worker in zip(sends, ("w1", "w2"), strict=True):
            claim = claimed(ledger, send, 400, worker, rate=rate)
            for parcel in claim.parcels:
                gone[int((max(parcel.go_at, clock.now) - START).total_seconds() // 60)] += len(parcel.rows)
        clock.ahead(0.2)
    assert all(980 <= gone[minute] <= 1020 for minute in range(2)), gone


def test_two_workers_at_once_never_get_the_same_message(ledger: Ledger, url: str) -> None:
    send = planned(ledger, 3000)
    taken: list[list[int]] = [[], []]

    def work(number: int) -> None:
        with Store.open(url, secret="s", now=lambda: START) as store:
            while parcels := claimed(store.ledger, send, 150, f"w{number}", size=50).parcels:
                taken[number] += [row.seq for parcel in parcels for row in parcel.rows]
                store.ledger.close(send.send_no, [all_ended(parcel, "accepted") for parcel in parcels])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken[0] + taken[1]) == list(range(3000))
    assert counts_of(ledger.progress(send.send_no)) == Counter(accepted=3000) == counted(url, send.send_no)


@pytest.mark.feature("B4")
def test_an_erased_member_is_in_no_message_and_gets_none(store: Store, ledger: Ledger, url: str) -> None:
    import pyarrow as pa

    store.upsert_members(pa.table({"member_id": ["m-1"]}))
    key = store.key_of("m-1")
    rows = decided(3).with_columns(customer_key=pl.Series(["a", key, "c"]))
    sent, waiting = (ledger.plan(Occurrence(name, 1, START, "sms")) for name in ("sent", "waiting"))
    for send in (sent, waiting):
        ledger.reserve(send.send_no, rows)
    ledger.close(sent.send_no, [all_ended(claimed(ledger, sent).parcels[0], "accepted")])
    assert store.record_erasure(key, {}).counts == {"store": 1, "store/messages": 2}
    assert counts_of(ledger.progress(waiting.send_no)) == Counter(reserved=2, cancelled=1)
    assert ledger.progress(sent.send_no).accepted == 3
    assert ledger.previous("sent")["customer_id"].to_list() == [0, 2]
    engine = create_engine(url)
    with engine.connect() as connection:
        for table in ("messages", "attempts", "sends"):
            assert key not in repr(connection.execute(text(f"SELECT * FROM {table}")).all())
    engine.dispose()


def test_an_answer_that_comes_late_tells_only_of_what_is_still_in_doubt(ledger: Ledger, clock: Clock) -> None:
    send = planned(ledger, 10)
    (mine,) = claimed(ledger, send).parcels
    clock.ahead(100)
    ledger.take_over(send.send_no, patience=dt.timedelta(seconds=60), wait=dt.timedelta(0))
    (doubt,) = ledger.in_doubt(send.send_no, 9)
    known = [Ending(row.seq, "accepted") for row in doubt.rows[:4]]
    ledger.close(send.send_no, [Closed(doubt, "ambiguous", known, clock())])
    assert [row.seq for row in ledger.in_doubt(send.send_no, 9)[0].rows] == [4, 5, 6, 7, 8, 9]
    after = ledger.close(send.send_no, [all_ended(mine, "failed")])
    assert counts_of(after) == Counter(accepted=4, failed=6)
