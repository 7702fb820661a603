"""One question at a time: what is sent, what comes of each reply, what it costs."""

import datetime as dt
import errno
import json
import logging
import os
from collections.abc import Callable
from typing import Any

import pytest

from connectors.naming.store import Answer, Declined
from connectors.sandbox.openai_server import (
    Connection,
    Fault,
    OpenAIServer,
    Reply,
    content,
    error,
    named,
    out_of_credit,
    rate_limited,
    refusal,
)

SYSTEM = "당신은 쇼핑몰의 카피라이터입니다."
USER = "키워드: 린넨, 셔츠, 여름\n대표 상품: 린넨 오버핏 셔츠"
GOOD = named("상큼 바캉스룩", "여름 휴가에 어울리는 시원한 옷차림입니다.")


def test_a_question_is_answered_by_the_model(bench: Any) -> None:
    model = bench.model()
    answer = model.ask("group", SYSTEM, USER)
    assert answer is not None
    assert answer.name.startswith("린넨 셔츠")
    assert answer.named_by == model.label == "openai:gpt-4o-mini"
    assert model.calls == len(bench.server.requests) == 1
    assert bench.lines == []


def test_nothing_is_sent_but_the_text_that_was_given(bench: Any) -> None:
    bench.model().ask("member-4711", SYSTEM, USER)
    (request,) = bench.server.requests
    assert set(request.body) == {"model", "messages", "response_format", "stream"}
    system, user = request.body["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert system["content"].startswith(SYSTEM)
    assert user["content"] == USER
    assert "4711" not in json.dumps([request.body, dict(request.headers), request.path])


def test_the_answer_is_asked_for_in_a_strict_schema(bench: Any) -> None:
    bench.model().ask("group", SYSTEM, USER)
    schema = bench.server.requests[0].body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert schema["schema"]["required"] == ["name", "description"]


def test_an_answer_is_paid_for_once(bench: Any) -> None:
    first = bench.model().ask("group", SYSTEM, USER)
    again = bench.model()
    assert again.ask("group", SYSTEM, USER) == first
    assert again.calls == 0
    assert len(bench.server.requests) == 1
    assert bench.store().calls_on(bench.day) == 1


def test_a_second_run_without_change_makes_no_call(bench: Any) -> None:
    bench.server.faults.append(refusal())
    for _ in range(2):
        model = bench.model()
        for group in range(5):
            model.ask(f"group {group}", SYSTEM, f"키워드: 낱말{group}")
    assert len(bench.server.requests) == 5
    assert model.calls == 0
    bench.day += dt.timedelta(days=1)
    assert bench.model().ask("group 3", SYSTEM, "키워드: 낱말3") is not None
    assert len(bench.server.requests) == 5


def test_an_answer_stays_the_other_models_when_the_model_is_changed(bench: Any) -> None:
    bench.model().ask("group", SYSTEM, USER)
    later = bench.model(access=bench.access(model="gpt-9")).ask("group", SYSTEM, USER)
    assert later is not None
    assert later.named_by == "openai:gpt-4o-mini"


def test_other_content_is_another_question(bench: Any) -> None:
    model = bench.model()
    model.ask("group", SYSTEM, USER)
    model.ask("group, complaint: too long", SYSTEM, f"{USER}\n더 짧게")
    assert len(bench.server.requests) == 2


def test_white_space_around_and_in_an_answer_is_tidied(bench: Any) -> None:
    bench.server.faults.append(named(" 감성\n컬렉션 ", "잔잔한\t 색 "))
    assert bench.model().ask("group", SYSTEM, USER) == Answer("감성 컬렉션", "잔잔한 색", "openai:gpt-4o-mini")


def test_a_name_that_is_too_long_is_handed_on_for_the_caller_to_judge(bench: Any) -> None:
    bench.server.faults.append(named("길" * 60, "설명"))
    answer = bench.model().ask("group", SYSTEM, USER)
    assert answer is not None
    assert len(answer.name) == 60


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refusal(), "refused"),
        (content('{"name": "감성'), "not the JSON"),
        (content("Sure! Here is a name."), "not the JSON"),
        (content('{"name": "감성"}'), "not the JSON"),
        (content('{"name": 7, "description": []}'), "not the JSON"),
        (content('{"name": "감성', finish_reason="length"), "cut off"),
        (content("", finish_reason="content_filter"), "content filter"),
        (error(400, "filtered", code="content_filter"), "content filter"),
        (named("", "설명"), "empty"),
        (named("  ", "설명"), "empty"),
        (content('{"name": "\\ud800", "description": "d"}'), "not the JSON"),
        (content('{"name": "\ud800", "description": "d"}'), "not the JSON"),
        (content(""), "empty"),
    ],
)
def test_a_reply_without_a_usable_name_is_no_crash_and_not_asked_for_again(
    bench: Any, fault: Fault, words: str
) -> None:
    bench.server.faults.append(fault)
    assert bench.model().ask("group", SYSTEM, USER) is None
    assert words in bench.said
    assert len(bench.lines) == 1
    assert bench.model().ask("group", SYSTEM, USER) is None
    assert "declined before" in bench.said
    assert len(bench.server.requests) == 1
    assert isinstance(bench.store().get("group"), Declined)
    assert bench.slept == []


def test_what_one_model_declined_another_is_asked(bench: Any) -> None:
    bench.server.models = ("gpt-4o-mini", "gpt-4o")
    bench.server.faults.append(refusal())
    assert bench.model().ask("group", SYSTEM, USER) is None
    assert bench.model(access=bench.access(model="gpt-4o")).ask("group", SYSTEM, USER) is not None


@pytest.mark.parametrize(
    "fault", [rate_limited(), error(500, "down"), error(503, "busy"), error(408, "slow"), Connection.RESET]
)
def test_a_passing_fault_is_waited_out(bench: Any, fault: Fault) -> None:
    bench.server.faults.extend([fault, fault, GOOD])
    answer = bench.model().ask("group", SYSTEM, USER)
    assert answer is not None
    assert answer.name == "상큼 바캉스룩"
    assert len(bench.server.requests) == bench.store().calls_on(bench.day) == 3
    assert bench.slept == [1, 2]
    assert "trying again in 1.0 s" in bench.said


@pytest.mark.parametrize("fault", [Connection.HELD, Connection.DRIPPING])
def test_a_server_that_does_not_reply_in_time_is_asked_again(bench: Any, fault: Fault) -> None:
    bench.server.faults.extend([fault, GOOD])
    assert bench.model(timeout_seconds=0.2).ask("group", SYSTEM, USER) is not None
    assert "no reply in time" in bench.said
    assert bench.slept == [1]


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"Retry-After": "7"}, 7), ({"retry-after-ms": "250"}, 0.25), ({"Retry-After": "junk"}, 1)]
)
def test_the_server_says_when_to_come_back(bench: Any, headers: dict[str, str], seconds: float) -> None:
    bench.server.faults.extend([rate_limited(headers), GOOD])
    assert bench.model().ask("group", SYSTEM, USER) is not None
    assert bench.slept == [seconds]


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(bench: Any) -> None:
    bench.server.faults.append(rate_limited({"Retry-After": "3600"}))
    model = bench.model()
    assert model.ask("a", SYSTEM, USER) is None
    assert model.ask("b", SYSTEM, USER) is None
    assert len(bench.server.requests) == 1
    assert "3,600 s" in bench.said
    assert bench.slept == []


def test_attempts_are_bounded_and_jittered(bench: Any) -> None:
    bench.server.faults.extend([error(500, "down")] * 10)
    assert bench.model(jitter=lambda: 0.0).ask("group", SYSTEM, USER) is None
    assert len(bench.server.requests) == 4
    assert bench.slept == [0.5, 1, 2]
    assert bench.store().get("group") is None  # nothing is concluded about the group: it is asked about next time


def test_a_dead_server_costs_two_questions_not_thirty(bench: Any) -> None:
    bench.server.faults.extend([error(503, "down")] * 100)
    model = bench.model()
    assert [model.ask(f"group {number}", SYSTEM, USER) for number in range(30)] == [None] * 30
    assert model.calls == len(bench.server.requests) == 8
    assert bench.said.count("not asked any more in this run") == 1


def test_a_server_that_is_not_there_is_said_so(bench: Any) -> None:
    with OpenAIServer() as gone:
        url = gone.base_url
    model = bench.model(access=bench.access(base_url=url), attempts=2)
    assert model.ask("group", SYSTEM, USER) is None
    assert f"{url}: no connection" in bench.said


def test_outages_with_answers_between_them_do_not_stop_the_run(bench: Any) -> None:
    model = bench.model(attempts=1)
    for number in range(4):
        bench.server.faults.extend([error(500, "down"), GOOD])
        assert model.ask(f"lost {number}", SYSTEM, USER) is None
        assert model.ask(f"found {number}", SYSTEM, USER) is not None


@pytest.mark.parametrize(
    ("change", "faults", "words"),
    [
        ({"api_key": "sk-wrong-key"}, [], "OPENAI_API_KEY"),
        ({"model": "gpt-99"}, [], "DANGOL_NAMING_MODEL"),
        ({}, [error(400, "no such parameter")], "no such parameter"),
        ({}, [error(403, "not in your country")], "not in your country"),
        ({}, [error(418, "a teapot")], "418: a teapot"),
        ({}, [Reply(400, {"error": {"type": {"odd": []}, "code": [], "message": {}}})], "(400)"),
        ({}, [Reply(400, [{"error": {"message": "a list"}}])], "(400)"),
        ({}, [Reply(400, {"error": "words alone"})], "400: words alone"),
        ({}, [out_of_credit()], "billing"),
        ({}, [error(402, "pay")], "billing"),
        ({}, [Reply(307, {}, {"Location": "/v1/elsewhere"})], "307"),
        ({}, [Reply(200, "<html>welcome</html>")], "OPENAI_BASE_URL"),
        ({}, [Reply(200, {"hello": "world"})], "OPENAI_BASE_URL"),
        ({}, [Reply(200, {"choices": []})], "OPENAI_BASE_URL"),
        ({}, [Reply(404, "<html>nothing here</html>")], "(404): check"),
        ({"api_key": "two words"}, None, "OPENAI_API_KEY"),
        ({"base_url": "localhost"}, None, "OPENAI_BASE_URL"),
    ],
)
def test_what_only_a_person_can_mend_is_said_once_and_stops_the_run(
    bench: Any, change: dict[str, str], faults: list[Fault] | None, words: str
) -> None:
    bench.server.faults.extend(faults or [])
    model = bench.model(access=bench.access(**change))
    assert [model.ask(f"group {number}", SYSTEM, USER) for number in range(3)] == [None] * 3
    assert len(bench.server.requests) == (0 if faults is None else 1)
    assert len(bench.lines) == 1
    assert words in bench.said
    assert "not asked any more in this run" in bench.said
    assert bench.slept == []
    assert bench.model().ask("group 0", SYSTEM, USER) is not None  # mended: nothing was held against the group


def test_kept_answers_are_given_after_the_run_stopped(bench: Any) -> None:
    answer = bench.model().ask("known", SYSTEM, USER)
    bench.server.faults.append(error(403, "no"))
    model = bench.model()
    assert model.ask("new", SYSTEM, USER) is None
    assert model.ask("known", SYSTEM, USER) == answer


def test_the_budget_of_a_day_holds_over_runs_and_begins_anew(bench: Any) -> None:
    for _ in range(3):
        model = bench.model(calls_per_day=3)
        for group in range(5):
            model.ask(f"group {group}", SYSTEM, f"키워드: 낱말{group}")
    assert len(bench.server.requests) == 3
    assert "the 3 calls of 2026-03-01 are used up" in bench.said
    bench.day += dt.timedelta(days=1)
    assert bench.model(calls_per_day=3).ask("group 4", SYSTEM, USER) is not None


def test_the_budget_is_said_once_a_run(bench: Any) -> None:
    model = bench.model(calls_per_day=0)
    for group in range(5):
        assert model.ask(f"group {group}", SYSTEM, USER) is None
    assert len(bench.lines) == 1
    assert bench.server.requests == []


def test_repeated_requests_count_too(bench: Any) -> None:
    bench.server.faults.extend([error(500, "down")] * 10)
    assert bench.model(calls_per_day=2).ask("group", SYSTEM, USER) is None
    assert len(bench.server.requests) == 2
    assert "used up" in bench.said


def test_on_a_full_disk_nothing_is_asked(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("connectors.home.durable.os.fsync", full)
    model = bench.model()
    assert [model.ask(key, SYSTEM, USER) for key in "abc"] == [None, None, None]
    assert bench.server.requests == []
    assert len(bench.lines) == 1
    assert "No space left on device" in bench.said


def test_an_answer_that_can_not_be_kept_is_the_last_that_is_paid_for(bench: Any) -> None:
    bench.folder.mkdir()
    (bench.folder / "answers").write_text("a file where the folder should be")
    model = bench.model()
    assert model.ask("a", SYSTEM, USER) is not None
    assert model.ask("b", SYSTEM, USER) is None
    assert len(bench.server.requests) == 1
    assert "could not be kept" in bench.said


def test_a_server_without_structured_output_is_asked_in_json_mode(
    make_bench: Callable[[OpenAIServer], Any],
) -> None:
    with OpenAIServer(structured_output=False) as server:
        bench = make_bench(server)
        model = bench.model()
        assert model.ask("a", SYSTEM, USER) is not None
        assert model.ask("b", SYSTEM, USER) is not None
    formats = [request.body["response_format"]["type"] for request in server.requests]
    assert formats == ["json_schema", "json_object", "json_object"]
    assert len(bench.lines) == 1
    assert "JSON mode" in bench.said


def test_a_server_that_knows_neither_is_given_up(bench: Any) -> None:
    bench.server.faults.extend([error(400, "response_format is not supported")] * 5)
    assert bench.model().ask("group", SYSTEM, USER) is None
    assert len(bench.server.requests) == 2
    assert "not asked any more" in bench.said


def test_the_key_is_in_no_line_log_or_representation(
    bench: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    key = bench.server.api_key
    for status in (400, 401, 403, 404, 418, 422, 429, 500):
        bench.server.faults.append(error(status, f"the key {key} is not welcome"))
        bench.model(attempts=1).ask(f"group {status}", SYSTEM, USER)
    bench.server.faults.append(Reply(401, f"{key}"))
    bench.model().ask("plain", SYSTEM, USER)
    model = bench.model(access=bench.access(api_key=f"{key}-wrong"))
    model.ask("wrong", SYSTEM, USER)
    written = "".join(path.read_text() for path in bench.folder.rglob("*") if path.is_file())
    printed = capsys.readouterr()
    assert len(bench.lines) >= 9
    assert caplog.text
    for text in (bench.said, caplog.text, repr(model), repr(model._access), written, printed.out, printed.err):
        assert key not in text


def test_variables_of_the_machine_do_not_override_the_access(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-machine")
    assert bench.model().ask("group", SYSTEM, USER) is not None


def test_a_proxy_that_can_not_be_used_is_said(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "nonsense://127.0.0.1:9")
    assert bench.model().ask("group", SYSTEM, USER) is None
    assert "ALL_PROXY" in bench.said
