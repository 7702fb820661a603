"""Uses of segments by campaigns, on both engines."""

import datetime as dt

import pytest

from connectors.store.segment_uses import SegmentUse
from connectors.store.store import Store

pytestmark = pytest.mark.feature("C5")
NOW = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


def test_uses_of_a_segment_are_told_newest_first(store: Store) -> None:
    uses = store.segment_uses
    uses.add("lapsed", "winback", 120)
    uses.add("lapsed", "winback", 117)
    uses.add("lapsed", "spring", 3)
    uses.add("vip", "spring", 9)
    assert [(use.campaign_id, use.size) for use in uses.of("lapsed")] == [
        ("spring", 3),
        ("winback", 117),
        ("winback", 120),
    ]
    assert uses.of("lapsed")[0] == SegmentUse("lapsed", "spring", NOW, 3, True)
    assert uses.of("other") == ()


def test_campaigns_are_counted_once_each(store: Store) -> None:
    for segment, campaign in (
        ("lapsed", "winback"),
        ("lapsed", "winback"),
        ("lapsed", "spring"),
        ("ai:at_risk", "spring"),
    ):
        store.segment_uses.add(segment, campaign, 1)
    assert store.segment_uses.counts() == {"lapsed": 2, "ai:at_risk": 1}


def test_a_campaign_that_is_over_frees_its_segments(store: Store) -> None:
    for segment in ("lapsed", "vip"):
        store.segment_uses.add(segment, "spring", 5)
    store.segment_uses.add("vip", "summer", 5)
    assert store.segment_uses.close("spring") == 2
    assert store.segment_uses.close("spring") == 0
    assert [use.is_open for use in store.segment_uses.of("lapsed")] == [False]
    assert [(use.campaign_id, use.is_open) for use in store.segment_uses.of("vip")] == [
        ("summer", True),
        ("spring", False),
    ]
