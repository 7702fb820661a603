import datetime as dt
import json
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.naming.store import Answer, Declined, NameStore

DAY = dt.date(2026, 3, 1)
ANSWER = Answer("감성 컬렉션", "잔잔한 색을 좋아하는 분들의 취향입니다.", "openai:gpt-4o-mini")


def test_a_reply_outlives_the_process_that_kept_it(tmp_path: Path) -> None:
    NameStore(tmp_path).put("a", ANSWER)
    NameStore(tmp_path).put("b", Declined("the model refused", "openai:x at y"))
    assert NameStore(tmp_path).get("a") == ANSWER
    assert NameStore(tmp_path).get("b") == Declined("the model refused", "openai:x at y")
    assert NameStore(tmp_path).get("c") is None


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    store = NameStore(tmp_path / "naming")
    assert store.get("a") is None
    assert store.calls_on(DAY) == 0
    assert not (tmp_path / "naming").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_any_key_and_any_text_come_back_as_they_were(tmp_path: Path, key: str, text: str) -> None:
    answer = Answer(text, text, "openai:m")
    NameStore(tmp_path).put(key, answer)
    assert NameStore(tmp_path).get(key) == answer


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"key": "a"}', b'{"key": "a", "reply": {"name": 1}}']
)
def test_a_damaged_reply_is_said_and_asked_about_again(tmp_path: Path, damage: bytes) -> None:
    lines: list[str] = []
    store = NameStore(tmp_path, say=lines.append)
    store.put("a", ANSWER)
    (path,) = (tmp_path / "answers").glob("*.json")
    path.write_bytes(damage)
    assert store.get("a") is None
    assert str(path) in lines[0]
    store.put("a", ANSWER)
    assert store.get("a") == ANSWER


def test_a_reply_copied_under_another_name_is_not_believed(tmp_path: Path) -> None:
    store = NameStore(tmp_path)
    store.put("a", ANSWER)
    (first,) = (tmp_path / "answers").glob("*.json")
    store.put("b", ANSWER)
    (second,) = set((tmp_path / "answers").glob("*.json")) - {first}
    second.write_bytes(first.read_bytes())
    assert store.get("b") is None


def test_calls_of_a_day_end_at_the_limit_and_begin_anew_the_next(tmp_path: Path) -> None:
    assert [NameStore(tmp_path).reserve(DAY, 3) for _ in range(5)] == [True, True, True, False, False]
    assert NameStore(tmp_path).calls_on(DAY) == 3
    assert NameStore(tmp_path).reserve(DAY + dt.timedelta(days=1), 3)


def test_a_clock_set_back_does_not_buy_calls(tmp_path: Path) -> None:
    store = NameStore(tmp_path)
    assert store.reserve(DAY, 1)
    assert store.reserve(DAY + dt.timedelta(days=1), 1)
    assert not store.reserve(DAY, 1)


def test_old_days_are_forgotten(tmp_path: Path) -> None:
    store = NameStore(tmp_path)
    for offset in range(70):
        store.reserve(DAY + dt.timedelta(days=offset), 1)
    assert len(json.loads((tmp_path / "calls.json").read_text())) == 60


@pytest.mark.parametrize("damage", [b"", b'{"2026-03-0', b"[]", b'{"2026-03-01": -5}', b'{"2026-03-01": "many"}'])
def test_a_damaged_count_is_a_day_used_up(tmp_path: Path, damage: bytes) -> None:
    lines: list[str] = []
    store = NameStore(tmp_path, say=lines.append)
    store.reserve(DAY, 3)
    (tmp_path / "calls.json").write_bytes(damage)
    assert not store.reserve(DAY, 3)
    assert "calls.json is damaged" in lines[0]
    assert not store.reserve(DAY, 3)
    assert len(lines) == 1
    assert store.reserve(DAY + dt.timedelta(days=1), 3)


def test_writers_at_the_same_time_do_not_overspend(tmp_path: Path) -> None:
    granted: list[bool] = []

    def spend() -> None:
        granted.extend(NameStore(tmp_path).reserve(DAY, 20) for _ in range(10))

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert granted.count(True) == 20
    assert NameStore(tmp_path).calls_on(DAY) == 20
