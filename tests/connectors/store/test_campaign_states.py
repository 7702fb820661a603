"""Campaigns as documents, and their states, on both engines."""

import datetime as dt
from dataclasses import replace

import pytest

from connectors.store.campaign_states import CampaignState
from connectors.store.store import Store

pytestmark = pytest.mark.feature("E1")
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


def test_a_campaign_is_a_versioned_document(store: Store) -> None:
    assert store.campaigns.apply([{"id": "spring", "name": "봄"}]).added == ("spring",)
    assert store.campaigns.apply([{"id": "spring", "name": "봄 신상"}]).changed == ("spring",)
    assert [version.version for version in store.campaigns.history("spring")] == [1, 2]


def test_states_change_in_one_go_and_a_refusal_changes_nothing(store: Store) -> None:
    states = store.campaign_states
    assert states.of("spring") is None

    def drafted(known: CampaignState | None, now: dt.datetime) -> CampaignState:
        assert known is None
        return CampaignState("spring", "draft", now)

    assert states.change("spring", drafted) == CampaignState("spring", "draft", NOW) == states.of("spring")
    started = states.change("spring", lambda known, now: replace(known, state="recurring", next_at=now, version=3))
    with pytest.raises(ValueError, match="no"):
        states.change("spring", lambda known, now: (_ for _ in ()).throw(ValueError("no")))
    assert states.all() == (started,)


def test_the_due_are_those_whose_moment_has_come(store: Store) -> None:
    for name, next_at in (
        ("b", NOW),
        ("a", NOW - dt.timedelta(days=1)),
        ("c", NOW + dt.timedelta(seconds=1)),
        ("d", None),
    ):
        state = CampaignState(name, "recurring", NOW, next_at=next_at)
        store.campaign_states.change(name, lambda known, now, state=state: state)
    assert [state.campaign_id for state in store.campaign_states.due()] == ["a", "b"]
