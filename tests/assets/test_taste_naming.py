"""A language model in the taste step: how often it is asked, what it is told, what happens when it fails."""

import functools
import json
from collections.abc import Callable, Iterator

import pytest

from assets import taste_naming
from connectors.home.settings import Settings
from connectors.lake.errors import LakeError
from connectors.lake.tables import LakeTables
from connectors.naming.language_model import LanguageModel
from connectors.sandbox.openai_server import (
    Connection,
    Fault,
    OpenAIServer,
    content,
    named,
    rate_limited,
    refusal,
)
from tests.assets.taste_home import TasteHome, clear_products, clear_views, day, until

pytestmark = pytest.mark.feature("C1")
VIEWS, PRODUCTS = clear_views(), clear_products()
BY_MODEL = "openai:gpt-4o-mini"
SEGMENTS = 6


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def with_model(monkeypatch: pytest.MonkeyPatch, server: OpenAIServer) -> OpenAIServer:
    """The environment has a key for ``server``; nobody waits for long."""
    use(monkeypatch, server.base_url, server.api_key)
    patient = functools.partial(LanguageModel, sleep=lambda seconds: None, timeout_seconds=0.4, attempts=2)
    monkeypatch.setattr(taste_naming, "LanguageModel", patient)
    return server


def use(monkeypatch: pytest.MonkeyPatch, url: str, key: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    monkeypatch.setenv("OPENAI_API_KEY", key)


def run_of(home: TasteHome, number: int) -> dict[str, str]:
    """Run the ``number``-th day; who named each segment."""
    home.publish(until(VIEWS, number), PRODUCTS)
    assert home.run().row["state"] == "published"
    rows = home.read_day("taste_segments", number)
    assert rows["name"].n_unique() == rows.height == SEGMENTS
    return dict(rows.select("segment_id", "named_by").iter_rows())


def bundles(home: TasteHome, number: int) -> int:
    return home.read_day("taste_bundles", number).height


def test_one_call_a_group_and_one_more_where_the_answer_had_problems(home: TasteHome, with_model: OpenAIServer) -> None:
    with_model.faults.append(named("이 이름은 스무 글자를 한참 넘는 아주아주 긴 이름입니다", "길다."))
    assert set(run_of(home, 31).values()) == {BY_MODEL}
    assert len(with_model.requests) == SEGMENTS + bundles(home, 31) + 1
    complaint = json.dumps(with_model.requests[1].body, ensure_ascii=False)
    assert "can not be used" in complaint
    assert run_of(home, 32) == dict.fromkeys(home.read_day("taste_segments", 31)["segment_id"], BY_MODEL)
    assert len(with_model.requests) == SEGMENTS + bundles(home, 31) + 1, "named once, and kept"


def test_nothing_of_a_person_is_told(home: TasteHome, with_model: OpenAIServer) -> None:
    run_of(home, 31)
    told = " ".join(json.dumps(request.body, ensure_ascii=False) for request in with_model.requests)
    assert "린넨" in told
    keys = set(VIEWS["customer_key"]) | set(VIEWS["session_id"]) | set(home.read("taste_segments")["segment_id"])
    assert [key for key in keys if key in told] == []
    assert "person" not in told
    assert "visit" not in told
    for request in with_model.requests:
        assert set(request.body or {}) == {"messages", "model", "response_format", "stream"}


STOPPED = f"{BY_MODEL} is not asked any more in this run"
FAULTS: dict[str, tuple[Callable[[], Fault], str, int]] = {  # what is said, and requests after which it is left alone
    "refusal": (refusal, "the model refused", SEGMENTS),
    "malformed": (lambda: content("{name: 린넨"), "not the JSON", SEGMENTS),
    "too long": (lambda: named("가" * 21, "설명입니다."), "got no name that can be used", 2 * SEGMENTS),
    "429": (rate_limited, STOPPED, 4),
    "timeout": (lambda: Connection.HELD, STOPPED, 4),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_failing_server_costs_names_and_nothing_else(home: TasteHome, with_model: OpenAIServer, fault: str) -> None:
    make, words, requests = FAULTS[fault]
    with_model.faults.extend(make() for _ in range(60))
    assert set(run_of(home, 31).values()) == {"embedded"}
    assert home.read_day("taste_segments", 31)["named_on"].to_list() == [day(30)] * SEGMENTS, "the names they had"
    assert bundles(home, 31) == 0
    assert len(with_model.requests) == requests
    assert any(words in line for line in home.said)
    (summary,) = [line for line in home.said if "got no name that can be used" in line]
    assert summary.startswith(f"{SEGMENTS} of {SEGMENTS} segments")
    assert not any(with_model.api_key in line for line in home.said)


def test_a_dead_server_is_one_line_and_the_next_healthy_run_gives_better_names_once(
    home: TasteHome, with_model: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, "http://127.0.0.1:9/v1", with_model.api_key)  # nobody listens at the port of discard
    assert set(run_of(home, 31).values()) == {"embedded"}
    assert len([line for line in home.said if "not asked any more" in line]) == 1
    use(monkeypatch, with_model.base_url, with_model.api_key)
    assert set(run_of(home, 32).values()) == {BY_MODEL}
    asked = len(with_model.requests)
    assert asked == SEGMENTS + bundles(home, 32)
    assert home.read_day("taste_segments", 32)["named_on"].to_list() == [day(32)] * SEGMENTS
    run_of(home, 33)
    assert len(with_model.requests) == asked


def test_a_run_killed_after_the_answers_pays_nothing_again(
    home: TasteHome, with_model: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.publish(until(VIEWS, 31), PRODUCTS)
    before = home.in_the_lake()
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise LakeError("the disk is full")

        patch.setattr(LakeTables, "write_together", full)
        with pytest.raises(LakeError):
            home.run()
    asked = len(with_model.requests)
    assert asked == SEGMENTS + bundles(home, 30)
    assert home.in_the_lake() == before
    assert set(run_of(home, 31).values()) == {BY_MODEL}
    assert len(with_model.requests) == asked


def test_no_calls_allowed_is_no_call(home: TasteHome, with_model: OpenAIServer) -> None:
    home.settings = Settings.model_validate({"naming": {"daily_calls": 0}})
    assert set(run_of(home, 31).values()) == {"embedded"}
    assert with_model.requests == []


def test_a_used_up_budget_leaves_the_rest_to_the_embedded_namer(home: TasteHome, with_model: OpenAIServer) -> None:
    home.settings = Settings.model_validate({"naming": {"daily_calls": 2}})
    assert sorted(run_of(home, 31).values()) == ["embedded"] * (SEGMENTS - 2) + [BY_MODEL] * 2
    assert len(with_model.requests) == 2
    assert [line for line in home.said if "used up" in line]
