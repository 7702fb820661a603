import json
from pathlib import Path

import pytest

from connectors.channels.onsite import OnSiteChannel, forget
from connectors.channels.protocol import Attempt, CannotTell, Message, Refused, Transient
from tests.connectors.channels.rigs import Clock, onsite_rig

pytestmark = pytest.mark.feature("G1", "F9")


def test_documents_are_published_whole_and_nothing_else_is_left(tmp_path: Path, clock: Clock) -> None:
    rig = onsite_rig(tmp_path, clock)
    made = rig.attempt([1, 2])
    rig.channel.send(made)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [f"onsite/2025-10-15/{made.attempt_id}.json"]
    held = json.loads(files[0].read_text(encoding="utf-8"))
    assert held["messages"][0] == {"id": "m1", "customer": rig.address(1), "document": dict(rig.content(1))}


def test_the_same_attempt_twice_is_one_file(tmp_path: Path, clock: Clock) -> None:
    rig = onsite_rig(tmp_path, clock)
    made = rig.attempt([1])
    rig.channel.send(made)
    rig.channel.send(made)
    assert rig.accepted(rig.address(1)) == 1


@pytest.mark.parametrize("name", ["member@example.com", "01012345678", "+821012345678", "821012345678", "", "../../x"])
def test_nothing_that_names_a_person_is_published(tmp_path: Path, clock: Clock, name: str) -> None:
    rig = onsite_rig(tmp_path, clock)
    answer = rig.channel.send(rig.attempt([1], {1: name}))
    assert [(one.state, one.code) for one in answer.outcomes] == [("refused", "bad_key")]
    assert not list(tmp_path.rglob("*.json"))


def test_a_disk_that_takes_nothing_is_transient(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "onsite").write_text("in the way", encoding="utf-8")
    with pytest.raises(Transient):
        onsite_rig(tmp_path, clock).channel.send(onsite_rig(tmp_path, clock).attempt([1]))


def test_a_file_that_can_not_be_read_tells_nothing_for_now(tmp_path: Path, clock: Clock) -> None:
    rig = onsite_rig(tmp_path, clock)
    made = rig.attempt([1])
    rig.channel.send(made)
    next(tmp_path.rglob("*.json")).write_text("{", encoding="utf-8")
    with pytest.raises(CannotTell) as error:
        rig.channel.lookup(made)
    assert error.value.later


def test_an_attempt_whose_id_is_no_name_for_a_file_is_refused(tmp_path: Path, clock: Clock) -> None:
    made = Attempt("../escape", "onsite", None, clock.now(), [Message("m", "customer1", {})])
    with pytest.raises(Refused):
        OnSiteChannel(tmp_path).send(made)
    assert OnSiteChannel(tmp_path).lookup(made).outcomes == []


@pytest.mark.feature("B4")
def test_who_is_erased_is_in_no_published_file(tmp_path: Path, clock: Clock) -> None:
    rig = onsite_rig(tmp_path, clock)
    rig.channel.send(rig.attempt([1, 2]))
    rig.channel.send(rig.attempt([1]))
    gone = rig.address(1)
    assert forget(tmp_path, {gone}) == 2
    assert forget(tmp_path, {gone}) == 0
    texts = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("onsite/*/*.json"))]
    assert len(texts) == 2
    assert not any(f'"{gone}"' in text for text in texts)
    assert sum(f'"{rig.address(2)}"' in text for text in texts) == 1
