"""Versions of the marketer's documents, on both engines."""

import datetime as dt
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.store.documents import Applied
from connectors.store.errors import StoreError
from connectors.store.store import Store

pytestmark = [pytest.mark.feature("D4"), pytest.mark.feature("D5")]
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


def document(name: str, /, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": "규칙 🎉", "if": {"candidate": {"price": {"min": 1000.5}}}, **more}


def test_only_what_changed_becomes_a_version(store: Store) -> None:
    rules = store.recommend_rules
    assert rules.apply([document("b"), document("a", on=False)]) == Applied(("a", "b"), (), ())
    reordered = dict(reversed(document("a", on=False).items()))
    assert rules.apply([reordered, document("b", name="x")]) == Applied((), ("b",), ("a",))
    assert [(one.id, one.version, one.is_on) for one in rules.current()] == [("a", 1, False), ("b", 2, True)]
    first, second = rules.history("b")
    assert (first.document, first.version) == (document("b"), 1)
    assert (second.document, second.applied_at) == (document("b", name="x"), NOW)
    assert rules.history("zz") == ()


def test_rules_and_models_are_kept_apart(store: Store) -> None:
    store.recommend_rules.apply([document("a")])
    assert store.recommend_models.current() == ()
    assert not store.recommend_models.remove("a")


@pytest.mark.feature("F12")
@pytest.mark.feature("G7")
def test_every_kind_of_document_has_its_own_ids_and_versions(store: Store) -> None:
    kinds = [store.campaigns, store.templates, store.senders, store.segments, store.recommend_rules]
    for number, documents in enumerate(kinds):
        assert documents.apply([{"id": "a", "kind": number}]).added == ("a",)
    assert store.templates.apply([{"id": "a", "kind": "new"}]).changed == ("a",)
    assert [[one.version for one in documents.history("a")] for documents in kinds] == [[1], [1, 2], [1], [1], [1]]
    assert [documents.current()[0].document["kind"] for documents in kinds] == [0, "new", 2, 3, 4]


def test_what_was_removed_keeps_its_history_and_can_come_back(store: Store) -> None:
    rules = store.recommend_rules
    rules.apply([document("a")])
    assert rules.remove("a")
    assert not rules.remove("a")
    assert rules.current() == ()
    assert rules.apply([document("a")]) == Applied(("a",), (), ())
    assert [(one.version, one.document is None, one.is_on) for one in rules.history("a")] == [
        (1, False, True), (2, True, False), (3, False, True),
    ]  # fmt: skip


def test_one_document_that_can_not_be_stored_leaves_nothing_of_the_call(store: Store) -> None:
    rules = store.recommend_rules
    with pytest.raises(ValueError, match="same id"):
        rules.apply([document("a"), document("b"), document("a")])
    with pytest.raises((TypeError, StoreError)):
        rules.apply([document("a"), document("b", wrong=object())])
    assert rules.current() == ()
    assert rules.apply([]) == Applied((), (), ())


def test_writers_at_once_make_versions_without_gaps(url: str) -> None:
    def write(side: str) -> None:
        with Store.open(url, secret="s", now=lambda: NOW) as mine:
            for turn in range(5):
                mine.recommend_rules.apply([document("both", name=f"{side}{turn}"), document(side, turn=turn)])

    with Store.open(url, secret="s", now=lambda: NOW) as store:
        threads = [threading.Thread(target=write, args=(side,)) for side in ("left", "right")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.version for one in store.recommend_rules.history("both")] == list(range(1, 11))
        assert len(store.recommend_rules.history("left")) == 5


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 2), max_size=3), max_size=6))
def test_any_sequence_of_calls_equals_a_dictionary(store: Store, calls: list[dict[str, int | None]]) -> None:
    rules = store.recommend_rules
    for one in rules.current():
        rules.remove(one.id)
    model: dict[str, dict[str, Any]] = {}
    for call in calls:
        for name in [name for name, value in call.items() if value is None]:
            assert rules.remove(name) == (model.pop(name, None) is not None)
        wanted = {name: document(name, value=value) for name, value in call.items() if value is not None}
        done = rules.apply(list(wanted.values()))
        assert set(done.unchanged) == {name for name, one in wanted.items() if model.get(name) == one}
        assert set(done.added) == set(wanted) - set(model)
        model |= wanted
        assert {one.id: one.document for one in rules.current()} == model
    for name in "abc":
        assert [one.version for one in rules.history(name)] == list(range(1, len(rules.history(name)) + 1))
