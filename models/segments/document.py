"""A segment of the marketer: who is in it, as conditions combined with all, any and not.

Belongs here: what a segment may say, how deep and how large it may be. Does not belong here: leaves (``leaves``,
``leaves_people``), what can be told only beside other segments and the shop's custom fields (``checks``).
"""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen, Id, LongText, Text
from models.documents.reading import Place
from models.segments.leaves import AcquisitionTest, CartTest, EnvironmentTest, EventTest, PurchaseTest, VisitTest
from models.segments.leaves_people import ConsentTest, Custom, CustomerTest, Cycle, Membership, MemberTest

DEEPEST: Final = 50  # conditions inside conditions, leaves counted
MOST_LEAVES: Final = 100  # joining them takes the third power of their number
_GROUPS: Final = ("all", "any", "not")


class Condition(Frozen):
    """Exactly one of: all, any, not, or something that is asked of the customer."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    all_: tuple["Condition", ...] | None = Field(None, alias="all", min_length=1, description="each of these holds")
    any_: tuple["Condition", ...] | None = Field(None, alias="any", min_length=1, description="one of these holds")
    not_: "Condition | None" = Field(None, alias="not", description="this does not hold")
    event: EventTest | None = None
    visits: VisitTest | None = None
    purchases: PurchaseTest | None = None
    cycle_due: Cycle | None = None
    cart: CartTest | None = None
    environment: EnvironmentTest | None = None
    acquisition: AcquisitionTest | None = None
    member: MemberTest | None = None
    consent: ConsentTest | None = None
    custom: Custom | None = None
    customer: CustomerTest | None = None
    segment: Membership | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            found = ", ".join(name.rstrip("_") for name in given) or "nothing"
            known = ", ".join(name.rstrip("_") for name in type(self).model_fields)
            raise PydanticCustomError(
                "one_condition", "needs exactly one of: {known} (it has: {given}); combine several with all or any",
                {"known": known, "given": found},
            )  # fmt: skip
        return self

    @property
    def kind(self) -> str:
        """``all``, ``any``, ``not`` or the name of the leaf."""
        return next(name.rstrip("_") for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def leaf(self) -> BaseModel | None:
        """What is asked of the customer; None for all, any and not."""
        found = getattr(self, self.kind) if self.kind not in _GROUPS else None
        return found if isinstance(found, BaseModel) else None

    @property
    def parts(self) -> tuple["Condition", ...]:
        """Conditions inside this one."""
        return (*(self.all_ or ()), *(self.any_ or ()), *([self.not_] if self.not_ else []))

    def leaves(self, place: Place = ()) -> Iterator[tuple[Place, BaseModel]]:
        """Every leaf with its place: keys, and places in lists from 0."""
        if (leaf := self.leaf) is not None:
            yield (*place, self.kind), leaf
        for at, part in enumerate(self.parts):
            yield from part.leaves((*place, self.kind) if self.not_ else (*place, self.kind, at))


def _bounded(value: object) -> object:
    """Refuse what is nested too deeply or has too many leaves before anything follows it down."""
    level, leaves = [value], 0
    for _ in range(DEEPEST):
        inner: list[object] = []
        for one in level:
            if not isinstance(one, dict):
                continue
            leaves += not set(one) & set(_GROUPS)
            inner += [part for key in ("all", "any") if isinstance(one.get(key), list | tuple) for part in one[key]]
            inner += [one["not"]] if "not" in one else []
        level = inner
        if not level:
            break
    if level:
        raise PydanticCustomError("condition_deep", "is more than {deepest} levels deep", {"deepest": DEEPEST})
    if leaves > MOST_LEAVES:
        values = {"most": MOST_LEAVES, "leaves": leaves}
        raise PydanticCustomError("condition_large", "asks {leaves} things, more than {most}", values)
    return value


def _not_reserved(name: str) -> str:
    if name.split(":")[0] in ("taste", "ai"):  # ids with a colon do not fit anyway; these names would only confuse
        raise PydanticCustomError("segment_id", "taste and ai are names of segments that are found by themselves")
    return name


Root = Annotated[Condition, BeforeValidator(_bounded)]


class Segment(Frozen):
    """Customers for whom ``include`` holds and ``exclude`` does not."""

    id: Annotated[Id, AfterValidator(_not_reserved)]
    name: Text
    description: LongText | None = None
    on: bool = Field(True, description="false: kept, but no longer counted every day")
    include: Root = Field(description="who is in it")
    exclude: Root | None = Field(None, description="who is not, although include holds")
    refresh: Literal["daily", "once"] = Field(
        "daily", description="daily: saved, counted anew every day; once: one-off"
    )

    def leaves(self) -> Iterator[tuple[Place, BaseModel]]:
        """Every leaf of both conditions with its place."""
        yield from self.include.leaves(("include",))
        if self.exclude is not None:
            yield from self.exclude.leaves(("exclude",))
