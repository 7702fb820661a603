"""Consents, push tokens, custom values and contact of members, on every engine."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from connectors.store.consents import Consent
from connectors.store.custom import MAX_FIELDS
from connectors.store.members import UpsertResult
from connectors.store.schema import CHANNELS
from connectors.store.store import Store

pytestmark = pytest.mark.feature("B1")
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class Clock:
    """A minute later each time it is asked."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


@pytest.fixture
def ticking(url: str) -> Iterator[Store]:
    with Store.open(url, secret="s", now=Clock()) as opened:
        yield opened


def put(store: Store, *rows: dict, evidence: str = "f.csv") -> UpsertResult:
    return store.upsert_members(pa.Table.from_pylist(list(rows)), evidence=evidence)


def day(number: int) -> dt.datetime:
    return dt.datetime(2025, 1, number, tzinfo=dt.UTC)


def test_the_newest_consent_holds_in_whatever_order_they_come(ticking: Store) -> None:
    put(ticking, {"member_id": "a", "consent_sms": False, "consent_sms_at": day(5)})
    older = put(ticking, {"member_id": "a", "consent_sms": True, "consent_sms_at": day(3), "consent_source": "paper"})
    assert (older.updated, older.unchanged) == (0, 1)
    member = ticking.get("a")
    assert (member.consent_sms, member.consent_sms_at) == (False, day(5))
    put(ticking, {"member_id": "a", "consent_sms": True, "consent_sms_at": day(9)})
    assert ticking.get("a").consent_sms is True
    told = [(one.at, one.granted, one.evidence) for one in ticking.consents_of(member.member_key)]
    assert told == [(day(3), True, "paper"), (day(5), False, "f.csv"), (day(9), True, "f.csv")]


def test_of_a_yes_and_a_no_at_the_same_instant_the_no_holds(ticking: Store) -> None:
    for first, second in ((True, False), (False, True)):
        member_id = f"{first}-first"
        put(ticking, {"member_id": member_id, "consent_sms": first, "consent_sms_at": day(5)})
        put(ticking, {"member_id": member_id, "consent_sms": second, "consent_sms_at": day(5)})
        member = ticking.get(member_id)
        assert member.consent_sms is False
        assert [one.granted for one in ticking.consents_of(member.member_key)] == [False]


def test_a_consent_without_a_time_is_of_now_and_news_only_once(ticking: Store) -> None:
    put(ticking, {"member_id": "a", "consent_email": True})
    at = ticking.get("a").consent_email_at
    assert at > START
    assert put(ticking, {"member_id": "a", "consent_email": True}).unchanged == 1
    assert ticking.get("a").consent_email_at == at
    put(ticking, {"member_id": "a", "consent_email": False})
    assert [one.granted for one in ticking.consents_of(ticking.key_of("a"))] == [True, False]


def test_opt_outs_go_through_the_same_door(ticking: Store) -> None:
    put(ticking, {"member_id": "a", "consent_sms": True, "consent_push": True, "consent_sms_at": day(1)})
    key, before = ticking.key_of("a"), ticking.last_change()
    said = [
        Consent(key, "sms", False, day(2), "reply"), Consent(key, "sms", True, day(4), "form"),
        Consent(key, "sms", False, day(3), "call"), Consent(key, "push", False, None, "app"),
        Consent("0" * 32, "sms", False, day(2)),
    ]  # fmt: skip
    assert ticking.record_consents(said).updated == 1
    member = ticking.get("a")
    assert (member.consent_sms, member.consent_sms_at, member.consent_push) == (True, day(4), False)
    assert [one.evidence for one in ticking.consents_of(key) if one.channel == "sms"] == [
        "f.csv",
        "reply",
        "call",
        "form",
    ]
    assert ticking.count() == 1, "a consent makes no member"
    assert ticking.last_change() == before + 1
    assert ticking.record_consents(said[:3]) == UpsertResult(0, 0, 1)
    assert ticking.record_consents([]) == UpsertResult(0, 0, 0)
    with pytest.raises(ValueError, match="sms, email"):
        Consent(key, "fax", True)


_SAID = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(CHANNELS), st.booleans(), st.integers(1, 6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_SAID, max_size=12), st.randoms())
def test_the_order_of_arrival_does_not_matter(ticking: Store, said: list, random) -> None:
    found = []
    for _ in range(2):
        for member_id in ("a", "b"):
            ticking.delete(member_id)
            put(ticking, {"member_id": member_id})
        for member_id, channel, granted, number in said:
            put(ticking, {"member_id": member_id, f"consent_{channel}": granted, f"consent_{channel}_at": day(number)})
        keys = [ticking.key_of(member_id) for member_id in ("a", "b")]
        current = [[getattr(ticking.by_key(key), f"consent_{one}") for one in CHANNELS] for key in keys]
        found.append((current, [[(c.channel, c.at, c.granted) for c in ticking.consents_of(key)] for key in keys]))
        random.shuffle(said)
    assert found[0] == found[1]


def test_several_push_tokens_and_the_newest_on_the_member(ticking: Store) -> None:
    key = ticking.key_of("a")
    put(ticking, {"member_id": "a", "push_token": "t1", "push_platform": "ios"})
    put(ticking, {"member_id": "a", "push_token": "t2", "push_platform": None})
    put(ticking, {"member_id": "b", "push_token": "t1", "push_platform": "ios"})
    assert [(one.token, one.platform) for one in ticking.push_tokens_of(key)] == [("t2", None), ("t1", "ios")]
    put(ticking, {"member_id": "a", "push_token": "t1"})
    assert [one.token for one in ticking.push_tokens_of(key)] == ["t1", "t2"]
    assert ticking.get("a").push_token == "t1"
    assert put(ticking, {"member_id": "a", "push_token": "t1"}).unchanged == 1
    assert "t1" not in repr(ticking.push_tokens_of(key))


@pytest.mark.feature("B2")
def test_custom_values_are_merged_by_field_and_null_removes(ticking: Store) -> None:
    put(ticking, {"member_id": "a", "custom": '{"point": 1, "생일": "03-01", "old": true, "gone": null}'})
    assert ticking.get("a").custom == {"point": 1, "생일": "03-01", "old": True}
    put(ticking, {"member_id": "a", "custom": '{"point": 2.5, "old": null}'})
    assert ticking.get("a").custom == {"point": 2.5, "생일": "03-01"}
    assert put(ticking, {"member_id": "a", "custom": '{"old": null, "point": 2.50}'}).unchanged == 1
    assert [(one.name, one.type) for one in ticking.custom_fields()] == [
        ("old", "boolean"), ("point", "number"), ("생일", "text"),
    ]  # fmt: skip


@pytest.mark.feature("B2")
def test_a_value_that_does_not_fit_is_refused_alone_and_named(ticking: Store) -> None:
    put(ticking, {"member_id": "a", "custom": '{"point": 1}'})
    rows = [
        {"member_id": "z", "grade": "S", "custom": '{"point": "many", "new": 1}'},
        {"member_id": "y", "grade": "G", "custom": '{"point": true, "new": "text", "tags": [1], "Point": 5}'},
        {"member_id": "x", "grade": "G", "custom": '{"point": 7, "home": {"city": "x"}, "": 1}'},
    ]
    result = put(ticking, *rows)
    assert (result.inserted, result.refused.total) == (3, 7)
    assert [(one.row, one.field) for one in result.refused.first] == [
        (1, "point"), (2, "point"), (2, "new"), (2, "tags"), (2, "Point"), (3, "home"), (3, ""),
    ]  # fmt: skip
    assert str(result.refused.first[0]) == (
        "row 1: custom field 'point': text, but its first value was a number: mend the source, or use another field"
    )
    assert "a list" in result.refused.first[3].problem
    assert "'point' that differs in upper and lower case" in result.refused.first[4].problem
    assert "an object" in result.refused.first[5].problem
    assert [(m.grade, m.custom) for m in map(ticking.get, "zyx") if m] == [
        ("S", {"new": 1}),
        ("G", None),
        ("G", {"point": 7}),
    ]


@pytest.mark.feature("B2")
def test_names_that_are_values_stop_somewhere(ticking: Store) -> None:
    many = json.dumps({f"order {number}": number for number in range(MAX_FIELDS + 5)})
    result = put(ticking, {"member_id": "a", "custom": many})
    assert (len(ticking.custom_fields()), result.refused.total) == (MAX_FIELDS, 5)


def test_what_can_not_be_reached_is_kept_as_given_and_counted(ticking: Store) -> None:
    rows = [
        {"member_id": "a", "phone": "010-1234-5678", "email": "A@B.kr"},
        {"member_id": "b", "phone": "+82 10 1234 5678", "email": "no"},
        {"member_id": "c", "phone": "12", "email": None},
    ]
    result = put(ticking, *rows)
    assert (result.invalid_phones, result.invalid_emails) == (1, 1)
    c = ticking.get("c")
    assert (c.phone, c.phone_e164, c.phone_state, c.email_state) == ("12", None, "invalid", None)
    assert ticking.keys_by_phone("+821012345678") == tuple(sorted(ticking.key_of(one) for one in "ab"))
    put(ticking, {"member_id": "b", "phone": ""})
    assert (ticking.get("b").phone_state, ticking.get("b").phone_e164) == (None, None)
    figures = ticking.member_figures()
    assert (figures["members"], figures["phones_ok"], figures["phones_invalid"], figures["without_phone"]) == (
        3,
        1,
        1,
        1,
    )


def test_every_change_has_a_new_number_and_no_change_has_none(ticking: Store) -> None:
    steps = [
        {"consent_sms": True, "consent_sms_at": day(5)}, {"consent_sms": True, "consent_sms_at": day(1)},
        {"push_token": "t"}, {"custom": '{"a": 1}'}, {"custom": '{"a": null}'}, {"phone": "1"}, {"grade": "S"},
    ]  # fmt: skip
    seen = [ticking.last_change()]
    for step in steps:
        put(ticking, {"member_id": "a", **step})
        seen.append(ticking.last_change())
        put(ticking, {"member_id": "a", **step})
        assert ticking.last_change() == seen[-1], step
    ticking.delete("a")
    assert ticking.last_change() > seen[-1]
    assert seen == sorted(set(seen))


def test_an_older_store_brings_along_what_it_has(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    from connectors.store.migrate import SCRIPTS

    path = tmp_path / "ops.db"
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text(
                "INSERT INTO members "
                "(member_id, member_key, phone, email, push_token, consent_sms, custom, updated_at) VALUES "
                "('a', 'k', '010-1234-5678', 'no', 't', 1, :custom, '2025-01-05 00:00:00.000000'), "
                "('b', 'l', NULL, NULL, NULL, NULL, NULL, '2025-01-05 00:00:00.000000')"
            ),
            {"custom": json.dumps({"생일": "03-01", "point": 5, "tags": ["x"]})},
        )
    with Store.open(f"sqlite:///{path}", secret="s", now=Clock()) as store:
        member = store.by_key("k")
        assert (member.phone_e164, member.email_state, member.consent_sms_at) == ("+821012345678", "invalid", day(5))
        assert [(one.channel, one.granted, one.at) for one in store.consents_of("k")] == [("sms", True, day(5))]
        assert [one.token for one in store.push_tokens_of("k")] == ["t"]
        assert {one.name: one.type for one in store.custom_fields()} == {"point": "number", "생일": "text"}
        assert member.custom == {"생일": "03-01", "point": 5, "tags": ["x"]}


def test_keys_of_the_api_are_issued_ended_and_told_apart(ticking: Store) -> None:
    first, other = ticking.issue_api_key("crm"), ticking.issue_api_key("app")
    assert (ticking.owner_of_api_key(first), ticking.owner_of_api_key(other)) == ("crm", "app")
    second = ticking.issue_api_key("crm")
    assert (ticking.owner_of_api_key(first), ticking.owner_of_api_key(second)) == (None, "crm")
    assert ticking.revoke_api_key("crm")
    assert not ticking.revoke_api_key("crm")
    assert ticking.owner_of_api_key(second) is None
    assert ticking.owner_of_api_key("") is None
    with pytest.raises(ValueError, match="1 to 64"):
        ticking.issue_api_key(" ")
