"""What vendors said of a template or sender, kept or lost when a document is applied."""

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.messages.approved import matches
from models.messages.documents.alimtalk import Inspection
from models.messages.documents.template import Template
from models.messages.senders import SenderAccount
from models.messages.standing import (
    account_holds,
    after_sync,
    claims_more,
    differences,
    from_vendor,
    inspection_holds,
    with_inspection,
    with_known_account,
    with_known_state,
    with_vendor_text,
)
from tests.models.messages.templates import template

pytestmark = [pytest.mark.feature("F2"), pytest.mark.feature("G7")]
State = Literal["draft", "requested", "approved", "rejected"]
STATES: tuple[State, ...] = ("draft", "requested", "approved", "rejected")
texts = st.text(st.sampled_from("가나 #{}\n."), min_size=1, max_size=12).filter(lambda text: text.strip() != "")


@dataclass(frozen=True)
class Vendor:
    text: str
    state: State = "approved"
    code: str = "A1"
    name: str = "안내"
    category: str = ""
    type: str = "BA"
    vendor_state: str = "APR"
    reason: str = ""
    buttons: list[dict[str, Any]] = field(default_factory=list)


def alimtalk(text: str, state: State = "draft", **more: Any) -> Template:
    return template("alimtalk", {"code": "A1", "text": text, "inspection": {"state": state}, **more})


def state_of(found: Template) -> str:
    assert found.alimtalk is not None
    return found.alimtalk.inspection.state


@given(texts, texts, st.sampled_from(STATES), st.sampled_from(STATES))
def test_no_file_makes_up_an_approval(text: str, other: str, said: State, known: State) -> None:
    file, before = alimtalk(text, said), alimtalk(other, known)
    stored = with_known_state(file, before)
    same = text.strip() == other.strip()
    assert state_of(stored) in (("draft", "requested") if not same else STATES)
    if same and not (said == "requested" and known in ("draft", "rejected")):
        assert state_of(stored) == known
    assert with_known_state(stored, stored) == stored  # applying what is stored changes nothing
    assert claims_more(file, stored) == (said in ("approved", "rejected") and said != state_of(stored))
    assert state_of(with_known_state(file, None)) == ("requested" if said == "requested" else "draft")


@given(texts, texts, st.sampled_from(STATES))
def test_only_the_vendors_very_text_is_approved(ours: str, theirs: str, state: State) -> None:
    vendor = Vendor(theirs, state)
    synced = after_sync(alimtalk(ours), vendor, is_sandbox=False)
    if differences(synced, vendor):
        assert state_of(synced) == "draft"
    else:
        assert state_of(synced) == state
        assert matches(theirs, ours)
    taken = with_vendor_text(synced, vendor, is_sandbox=False)
    assert differences(taken, vendor) == ()
    assert state_of(taken) == state_of(from_vendor(vendor, "new", is_sandbox=False)) == state


def test_buttons_differ_by_kind_and_name_and_not_by_address() -> None:
    button = {"type": "WL", "name": "보기", "linkMobile": "https://a.kr", "linkPc": "https://a.kr"}
    vendor = Vendor("안내", buttons=[button])
    mine = {"type": "WL", "name": "보기", "mobile": "https://b.kr", "pc": "https://b.kr"}
    same = alimtalk("안내", "approved", buttons=[mine])
    assert differences(same, vendor) == ()
    assert [one.part for one in differences(alimtalk("안내"), vendor)] == ["buttons"]
    elsewhere = alimtalk("안내", buttons=[mine | {"mobile": "https://c.kr"}])
    assert state_of(with_known_state(elsewhere, same)) == "approved"
    assert state_of(with_known_state(alimtalk("안내", buttons=[mine | {"name": "가기"}]), same)) == "draft"


def test_what_the_vendor_lacks_waits_or_is_a_draft() -> None:
    assert [state_of(after_sync(alimtalk("안내", state), None, is_sandbox=False)) for state in STATES] == [
        "draft", "requested", "draft", "draft",
    ]  # fmt: skip


def test_an_approval_of_the_sandbox_is_none_at_the_vendor() -> None:
    made = after_sync(alimtalk("안내"), Vendor("안내"), is_sandbox=True)
    assert inspection_holds(made, is_sandbox=True)
    assert not inspection_holds(made, is_sandbox=False)
    assert inspection_holds(with_inspection(made, Inspection(state="approved", vendor_state="APR")), is_sandbox=False)
    number = SenderAccount(id="1", name="a", kind="sms", address="1", state="approved", vendor_state="sandbox")
    assert account_holds(number, is_sandbox=True)
    assert not account_holds(number, is_sandbox=False)


def test_a_sender_keeps_its_state_with_its_address() -> None:
    known = SenderAccount(id="1", name="a", kind="sms", address="1", state="approved", vendor_state="30")
    claimed = known.model_copy(update={"address": "2"})
    assert with_known_account(known.model_copy(update={"name": "b", "state": "unknown"}), known).may_send
    assert with_known_account(claimed, known).state == "unknown"
    assert with_known_account(claimed, None).state == "unknown"
    assert with_known_account(SenderAccount(id="p", name="a", kind="push", state="rejected"), None).may_send
