"""What the member API takes, as classes, and as a table for the store.

Belongs here: the fields of a request, their types, what is wrong with them. Does not belong here: HTTP (``app``).
"""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import pyarrow as pa
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from connectors.members.importing import ROW
from connectors.store.schema import CHANNELS

BATCH_MEMBERS: Final = 1000
_AHEAD: Final = dt.timedelta(days=1)
_FIRST: Final = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("may not hold a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a surrogate pair, which is no text") from None
    return text


Text = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_storable)]
MemberId = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_storable)]
Channel = Literal["sms", "email", "push", "kakao", "night"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ConsentIn(_Strict):
    """One channel: what was said, when (with an offset; else: now), and what proves it."""

    granted: bool
    at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    source: Text | None = None


class MemberIn(_Strict):
    """One member. A field that is absent or null keeps what is stored."""

    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    push_token: Text | None = None
    push_platform: Annotated[Text, StringConstraints(max_length=16)] | None = None
    consents: dict[Channel, bool | ConsentIn] = {}
    is_channel_friend: bool | None = None
    grade: Text | None = None
    points: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    joined_at: Annotated[AwareDatetime | None, Field(strict=False)] = None
    custom: dict[str, JsonValue] | None = None


class IdentifiedMember(MemberIn):
    """One member of a batch."""

    member_id: MemberId


class BatchIn(_Strict):
    """Several members, each once or more."""

    members: Annotated[list[IdentifiedMember], Field(min_length=1, max_length=BATCH_MEMBERS)]


class ConsentsIn(_Strict):
    """Consents alone, by channel."""

    sms: bool | ConsentIn | None = None
    email: bool | ConsentIn | None = None
    push: bool | ConsentIn | None = None
    kakao: bool | ConsentIn | None = None
    night: bool | ConsentIn | None = None

    def given(self) -> dict[str, ConsentIn]:
        """The channels that are named."""
        said = {channel: getattr(self, channel) for channel in CHANNELS}
        return {channel: as_consent(value) for channel, value in said.items() if value is not None}


def as_consent(value: bool | ConsentIn) -> ConsentIn:
    """``true`` is short for ``{"granted": true}``."""
    return ConsentIn(granted=value) if isinstance(value, bool) else value


def times_wrong(members: Sequence[tuple[str, MemberIn]], now: dt.datetime) -> list[tuple[str, str]]:
    """(field, problem) for each time that can not be; ``members`` with the place of each in the request."""
    found = []
    for place, member in members:
        consents = {channel: as_consent(value) for channel, value in member.consents.items()}
        found += [(f"{place}{field}", problem) for field, problem in consent_times_wrong(consents, now)]
        if member.joined_at is not None and not _FIRST <= member.joined_at <= now + _AHEAD:
            found.append((f"{place}joined_at", "is before 1900 or more than a day ahead"))
    return found


def consent_times_wrong(consents: dict[Any, ConsentIn], now: dt.datetime) -> list[tuple[str, str]]:
    """(field, problem) for each time of a consent that can not be."""
    return [
        (f"consents.{channel}.at", "is before 1900 or more than a day ahead")
        for channel, said in consents.items()
        if said.at is not None and not _FIRST <= said.at <= now + _AHEAD
    ]


def as_table(members: Sequence[tuple[str, MemberIn]], client: str) -> pa.Table:
    """Members by id as the table that the store takes; ``client`` proves what names no source of its own."""
    rows = [
        {**row, ROW: number}
        for number, (member_id, member) in enumerate(members, 1)
        for row in _rows(member_id, member, client)
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _rows(member_id: str, member: MemberIn, client: str) -> list[dict[str, Any]]:
    """The member, and one row more for each further source of consents."""
    plain = member.model_dump(exclude={"consents", "custom", "member_id"})
    rows: dict[str, dict[str, Any]] = {}
    for channel, value in member.consents.items():
        said = as_consent(value)
        row = rows.setdefault(said.source or client, {"member_id": member_id})
        row |= {f"consent_{channel}": said.granted, f"consent_{channel}_at": said.at}
    made = [row | {"consent_source": source} for source, row in rows.items()] or [{"member_id": member_id}]
    custom = None if member.custom is None else json.dumps(member.custom, ensure_ascii=False)
    made[0] |= plain | {"custom": custom}
    return made


_TEXTS: Final = (
    "member_id", "name", "phone", "email", "push_token", "push_platform", "grade", "custom", "consent_source",
)  # fmt: skip
_SCHEMA: Final = pa.schema(
    [(ROW, pa.int64()), *((name, pa.string()) for name in _TEXTS)]
    + [(f"consent_{channel}", pa.bool_()) for channel in CHANNELS]
    + [(f"consent_{channel}_at", pa.timestamp("us", "UTC")) for channel in CHANNELS]
    + [("is_channel_friend", pa.bool_()), ("points", pa.int64()), ("joined_at", pa.timestamp("us", "UTC"))]
)
