"""Tokens: kept before they are used, refreshed once, and a clear word when none works any more."""

import datetime as dt
import os
import stat
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from connectors.home import durable
from connectors.sandbox.local_http import Connection, Reply
from connectors.sources.cafe24.access import ID_VARIABLE, TOKEN_VARIABLE
from connectors.sources.cafe24.errors import Cafe24Error, NotAuthorised, NotConfigured, VendorBusy
from connectors.sources.cafe24.token_file import TokenFile

pytestmark = pytest.mark.feature("B3")


def refreshes(bench: Any) -> int:
    return int(bench.server.desk.refreshes)


def test_the_file_is_the_owners_alone_and_holds_the_newest_refresh_token(bench: Any) -> None:
    bench.client().tokens.access_token()
    file = TokenFile(bench.folder)
    assert stat.S_IMODE(os.stat(file.path).st_mode) == 0o600
    kept = file.read()
    assert kept is not None
    assert kept.refresh != bench.first_token
    assert sorted(path.name for path in bench.folder.iterdir()) == ["token.json", "token.lock"]


def test_a_token_is_on_disk_before_it_is_used(bench: Any) -> None:
    used: list[bool] = []

    def look(request: Any) -> None:
        kept = TokenFile(bench.folder).read()
        used.append(kept is not None and request.headers["authorization"] == f"Bearer {kept.access}")

    bench.server.before = look
    bench.client().rows("products", {})
    assert used == [True]


def test_tokens_are_kept_over_runs_and_refreshed_when_they_run_out(bench: Any) -> None:
    first = bench.client().tokens.access_token()
    assert bench.client().tokens.access_token() == first
    bench.time.sleep(2 * 3600 - 299)  # under five minutes left
    assert bench.client().tokens.access_token() != first
    assert refreshes(bench) == 2


def test_a_withdrawn_access_token_is_replaced_in_the_middle_of_a_walk(make_bench: Callable[..., Any]) -> None:
    bench = make_bench(products=450)

    def withdraw(request: Any) -> None:
        if request.query.get("since_product_no") == "200" and refreshes(bench) == 1:
            bench.server.desk.withdraw_access()

    bench.server.before = withdraw
    bench.pull(only=["products"])
    assert refreshes(bench) == 2
    assert len(bench.rows("products")) == 450


def test_refreshing_at_once_from_many_threads_and_keepers_refreshes_once(bench: Any) -> None:
    found: list[str] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        found.append(bench.client().tokens.access_token())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8
    assert refreshes(bench) == 1


def test_a_refused_refresh_token_says_how_to_authorise_again(bench: Any) -> None:
    bench.client().tokens.access_token()
    bench.server.desk.first_token()  # somebody else has refreshed: ours is dead
    bench.time.sleep(3 * 3600)
    with pytest.raises(NotAuthorised, match="dangol shop cafe24 authorize") as raised:
        bench.client().tokens.access_token()
    assert "used before, withdrawn or too old" in str(raised.value)


def test_a_refresh_token_of_a_fortnight_ago_is_not_even_tried(bench: Any) -> None:
    bench.client().tokens.access_token()
    bench.time.sleep(14 * 24 * 3600)
    asked = len(bench.server.requests)
    with pytest.raises(NotAuthorised, match="older than 14 days"):
        bench.client().tokens.access_token()
    assert len(bench.server.requests) == asked


def test_an_answer_lost_on_its_way_costs_the_token_and_says_so(bench: Any) -> None:
    bench.client().tokens.access_token()
    bench.time.sleep(3 * 3600)
    bench.server.token_faults.append(Connection.LOST)
    with pytest.raises(NotAuthorised, match="used before"):
        bench.client().tokens.access_token()


@pytest.mark.parametrize("fault", [Connection.RESET, Reply(503, "down"), Reply(500, {}), Reply(200, "<html>")])
def test_a_token_desk_that_stumbles_is_asked_again(bench: Any, fault: Any) -> None:
    bench.server.token_faults.extend([fault, fault])
    assert bench.client().tokens.access_token()
    assert refreshes(bench) == 1


def test_a_token_desk_that_is_down_is_given_up(bench: Any) -> None:
    bench.server.token_faults.extend([Reply(503, "down")] * 9)
    with pytest.raises(VendorBusy, match=r"503, 4 times"):
        bench.client().tokens.access_token()


def test_a_full_disk_is_met_before_the_token_is_spent(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space"):
        bench.client().tokens.access_token()
    monkeypatch.undo()
    assert bench.client().tokens.access_token()


def test_a_crash_while_the_answer_is_kept_leaves_the_old_file_whole(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.client().tokens.access_token()
    before = TokenFile(bench.folder).path.read_bytes()
    bench.time.sleep(3 * 3600)

    def crash(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(durable.os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        bench.client().tokens.access_token()
    monkeypatch.undo()
    assert TokenFile(bench.folder).path.read_bytes() == before
    with pytest.raises(NotAuthorised):
        bench.client().tokens.access_token()


def test_a_code_is_exchanged_once(bench: Any) -> None:
    client = bench.client(**{TOKEN_VARIABLE: ""})
    code = bench.server.desk.let_in()
    tokens = client.tokens.authorise(code)
    assert client.tokens.access_token() == tokens.access
    with pytest.raises(NotAuthorised, match="the code"):
        client.tokens.authorise(code)
    assert client.tokens.access_token() == tokens.access


def test_a_new_first_token_of_the_environment_wins_over_a_dead_file(bench: Any) -> None:
    bench.client().tokens.access_token()
    again = bench.server.desk.first_token()
    client = bench.client(**{TOKEN_VARIABLE: again})
    assert client.rows("customergroups", {})
    assert refreshes(bench) == 2
    assert bench.client(**{TOKEN_VARIABLE: again}).tokens.access_token() == client.tokens.access_token()


def test_authorising_after_a_first_token_keeps_what_was_authorised(bench: Any) -> None:
    bench.client().tokens.access_token()
    tokens = bench.client().tokens.authorise(bench.server.desk.let_in())
    assert bench.client().tokens.access_token() == tokens.access


def test_a_wrong_app_is_told_from_a_dead_token(bench: Any) -> None:
    with pytest.raises(NotAuthorised, match="does not know this app"):
        bench.client(**{ID_VARIABLE: "another"}).tokens.access_token()


def test_without_any_token_the_error_says_what_to_do(bench: Any) -> None:
    with pytest.raises(NotConfigured, match=r"authorize.*DANGOL_CAFE24_REFRESH_TOKEN"):
        bench.client(**{TOKEN_VARIABLE: ""}).tokens.access_token()


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"access": 1}'])
def test_a_broken_file_counts_as_none(bench: Any, broken: str) -> None:
    TokenFile(bench.folder).path.write_text(broken, encoding="utf-8")
    assert bench.client().tokens.access_token()


def test_no_error_and_no_repr_holds_a_secret(bench: Any) -> None:
    client = bench.client()
    client.tokens.access_token()
    kept = TokenFile(bench.folder).read()
    assert kept is not None
    bench.server.desk.first_token()
    bench.time.sleep(3 * 3600)
    with pytest.raises(Cafe24Error) as raised:
        client.tokens.access_token()
    shown = f"{raised.value} {kept!r} {client.access!r} {bench.said}"
    for secret in (kept.access, kept.refresh, bench.first_token, client.access.client_secret):
        assert secret not in shown


def test_times_without_an_offset_are_not_read_as_utc(bench: Any) -> None:
    """The vendor writes Korean time: read as UTC the token would seem to live nine hours longer."""
    bench.client(requests.Session()).tokens.access_token()
    kept = TokenFile(bench.folder).read()
    assert kept is not None
    assert kept.access_until - bench.time.now() == dt.timedelta(hours=2)
    assert kept.refresh_until - bench.time.now() == dt.timedelta(days=14)
