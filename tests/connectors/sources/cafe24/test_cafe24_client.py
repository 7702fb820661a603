"""One call: the bucket, what is tried again and what is not."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.cafe24_server import SCOPES, error, too_many
from connectors.sandbox.local_http import Connection, Reply
from connectors.sources.cafe24.bucket import LeakyBucket
from connectors.sources.cafe24.errors import (
    AnswerUnreadable,
    NotAuthorised,
    NotPermitted,
    RequestRefused,
    VendorBusy,
)

pytestmark = pytest.mark.feature("B3")


@given(st.lists(st.floats(0, 3), max_size=200))
def test_the_bucket_never_runs_over_and_calls_are_apart(pauses: list[float]) -> None:
    bucket, now, level, last = LeakyBucket(), 0.0, 0.0, -1.0
    for pause in pauses:
        now += pause
        now += bucket.wait(now)
        bucket.call(now)
        level = max(0.0, level - 2 * (now - max(last, 0.0))) + 1
        assert level <= 39
        assert now - last >= 0.1
        last = now


def test_calls_in_a_row_are_held_back_and_never_refused(bench: Any) -> None:
    client = bench.client()
    began = bench.time()
    for _ in range(200):
        client.rows("customergroups", {})
    assert bench.server.most <= 40
    assert not any("429" in line for line in bench.said)
    assert 75 < bench.time() - began < 90  # 200 calls less the bucket, two a second


def test_calls_of_others_that_fill_the_bucket_are_seen_in_the_header(bench: Any) -> None:
    one, other = bench.client(), bench.client()
    for _ in range(60):
        one.rows("customergroups", {})
        other.rows("customergroups", {})
    assert not any("429" in line for line in bench.said)


@pytest.mark.parametrize("header", ["", "x/40", "1", "1/0", "-1/40"])
def test_a_header_that_makes_no_sense_is_passed_over(header: str) -> None:
    bucket = LeakyBucket()
    bucket.told(header, 0.0)
    assert bucket.capacity == 40
    assert bucket.wait(0.0) == 0.0


def test_a_storm_of_refusals_is_waited_out_by_the_longer_header(bench: Any) -> None:
    bench.server.faults.extend([too_many(3, 7), too_many(12, 0.5), too_many(1)] * 3)
    client = bench.client()
    assert client.rows("customergroups", {})
    told = [pause for pause in bench.time.slept if pause in (7.0, 12.0, 1.0)]
    assert told == [7.0, 12.0, 1.0] * 3


def test_a_refusal_without_a_wait_is_backed_off(bench: Any) -> None:
    bench.server.faults.extend([error(429, "Too Many Requests")] * 3)
    assert bench.client().rows("customergroups", {})
    assert [pause for pause in bench.time.slept if pause >= 1][:1] == [1.0]


def test_a_vendor_that_asks_for_an_hour_is_left_alone(bench: Any) -> None:
    bench.server.faults.append(too_many(3600))
    with pytest.raises(VendorBusy, match="run the same again later"):
        bench.client().rows("customergroups", {})


def test_a_storm_without_end_is_given_up(bench: Any) -> None:
    bench.server.faults.extend([too_many(1)] * 40)
    with pytest.raises(VendorBusy, match="30 times"):
        bench.client().rows("customergroups", {})


@pytest.mark.parametrize(
    "fault",
    [Connection.RESET, Connection.LOST, Connection.TRUNCATED, Reply(500, "oh"), error(503, "down"), Reply(200, "[")],
)
def test_what_passes_is_tried_again(bench: Any, fault: Any) -> None:
    bench.server.faults.extend([fault] * 5)
    assert len(bench.client().rows("customergroups", {})) == 4
    assert len(bench.said) == 5
    assert bench.time.slept


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Connection.TRUNCATED, VendorBusy), (error(503, "x"), VendorBusy), (Reply(200, "{"), AnswerUnreadable)],
)
def test_what_does_not_pass_is_given_up(bench: Any, fault: Any, kind: type[Exception]) -> None:
    bench.server.faults.extend([fault] * 6)
    with pytest.raises(kind, match=r"GET /api/v2/admin/customergroups: .*6 times"):
        bench.client().rows("customergroups", {})


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (error(400, "bad version"), RequestRefused, r"400: bad version.*\n.*api_version"),
        (error(403, "Insufficient scope."), NotPermitted, "scopes of docs/guides/cafe24.md"),
        (error(404, "No API found."), RequestRefused, "mall_id"),
        (error(422, "Invalid shop_no"), RequestRefused, "shop_no"),
        (Reply(302, "", {"Location": "https://elsewhere.example"}), RequestRefused, "302"),
        (Reply(200, {"orders": []}), AnswerUnreadable, "no list `customergroups`"),
        (Reply(200, {"customergroups": [1]}), AnswerUnreadable, "no list"),
    ],
)
def test_what_would_end_the_same_way_is_not_tried_again(
    bench: Any, fault: Reply, kind: type[Exception], words: str
) -> None:
    bench.server.faults.append(fault)
    with pytest.raises(kind, match=words):
        bench.client().rows("customergroups", {})
    assert sum(request.method == "GET" for request in bench.server.requests) == 1


def test_an_access_token_refused_twice_is_not_tried_a_third_time(bench: Any) -> None:
    bench.server.faults.extend([error(401, "expired")] * 5)
    with pytest.raises(NotAuthorised, match="authorize"):
        bench.client().rows("customergroups", {})
    assert sum(request.method == "GET" for request in bench.server.requests) == 2
    assert bench.server.desk.refreshes == 2


def test_a_scope_the_app_lacks_is_named(make_bench: Callable[..., Any]) -> None:
    bench = make_bench(scopes=tuple(scope for scope in SCOPES if scope != "mall.read_privacy"))
    with pytest.raises(NotPermitted, match="customersprivacy"):
        bench.pull()
    assert len(bench.rows("products")) == 30  # what came before stays


def test_every_call_says_version_shop_and_token(bench: Any) -> None:
    bench.pull()
    calls = [request for request in bench.server.requests if request.method == "GET"]
    assert calls
    for request in calls:
        assert request.headers["x-cafe24-api-version"] == "2026-03-01"
        assert request.headers["authorization"].startswith("Bearer ")
        assert request.query["shop_no"] == "1"
