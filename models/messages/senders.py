"""Sender accounts of the marketer: who messages come from, and whether the vendor lets them.

Belongs here: what a sender document says. Does not belong here: keys, which are secrets (environment only), asking
vendors for states (``connectors.channels.accounts``), the sender as the law names it (``law``).
"""

from typing import Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.campaigns.fields import SenderId
from models.documents.fields import Frozen, Text

SenderKind = Literal["sms", "kakao", "push", "email", "onsite"]
# The kind of sender that each channel goes out by.
KIND_OF: Final[dict[str, SenderKind]] = {
    "sms": "sms", "alimtalk": "kakao", "brand_message": "kakao", "push": "push", "email": "email", "onsite": "onsite",
}  # fmt: skip
_ADDRESSED: Final = ("sms", "kakao", "email")


class Account(Frozen):
    """One account at a vendor. Several of a sender share the load, and take over from one another."""

    name: Text = "main"
    share: float = Field(1.0, gt=0, le=1_000, description="of the load, beside the others")
    variables: str = Field(
        "", pattern=r"^[A-Z0-9_]{0,32}$", description="ending of the variables that hold its keys: B for DANGOL_…_B"
    )


class SenderAccount(Frozen):
    """Who messages come from. Only what is approved may send; what needs no approval is approved as it is saved."""

    id: SenderId
    name: Text
    kind: SenderKind
    address: Text | None = Field(None, description="telephone number, @channel, or address of e-mails")
    accounts: tuple[Account, ...] = Field((Account(),), min_length=1, max_length=10)
    state: Literal["approved", "waiting", "rejected", "deleted", "unknown"] = Field(
        "unknown", description="as the vendor said last; `dangol sender sync` asks it"
    )
    vendor_state: Text | None = Field(None, description="the vendor's own word for the state")
    targeting: tuple[Literal["M", "N", "I"], ...] = Field(
        ("I",), description="kakao: whom Brand Messages may go to; M and N once Kakao has approved them"
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.kind in _ADDRESSED and not self.address:
            raise PydanticCustomError(
                "sender_address", "a sender of kind {kind} needs its address", {"kind": self.kind}
            )
        names = [one.name for one in self.accounts]
        if len(set(names)) < len(names):
            raise PydanticCustomError("account_twice", "two accounts have the same name")
        if len(names) > 1 and self.kind in ("sms", "kakao", "onsite"):
            raise PydanticCustomError("one_account", "a sender of kind {kind} has one account", {"kind": self.kind})
        return self

    @property
    def may_send(self) -> bool:
        """Whether the vendor lets it: numbers and channels must be approved; the rest asks nobody."""
        return self.state == "approved" or (self.kind in ("push", "email", "onsite") and self.state == "unknown")

    def channel_names(self) -> dict[str, float]:
        """Names of its channels in the ledger and their shares: the id, with '/account' where there are several."""
        if len(self.accounts) == 1:
            return {self.id: 1.0}
        return {f"{self.id}/{one.name}": one.share for one in self.accounts}
