"""A message template of the marketer: one document, one channel.

Belongs here: what every template has, which channel it is for, copying one. Does not belong here: what is wrong with it
(``models.messages.checks``), the campaigns that use it.
"""

from typing import Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.messages.documents.alimtalk import AlimTalk
from models.messages.documents.brand import BrandMessage
from models.messages.documents.email import Email
from models.messages.documents.fields import Fixed, Frozen, Id, Text
from models.messages.documents.onsite import OnSite
from models.messages.documents.push import Push
from models.messages.documents.sms import Sms, Substitute
from models.messages.variables import variable

Channel = Literal["sms", "alimtalk", "brand_message", "push", "email", "onsite"]
Part = Sms | AlimTalk | BrandMessage | Push | Email | OnSite
CHANNELS: Final[tuple[Channel, ...]] = ("sms", "alimtalk", "brand_message", "push", "email", "onsite")


class NotCopied(ValueError):
    """A template that can not be copied."""


class Template(Frozen):
    """A message. Exactly one of ``sms``, ``alimtalk``, ``brand_message``, ``push``, ``email``, ``onsite`` says what."""

    id: Id
    name: Text
    description: Text | None = None
    purpose: Literal["advertising", "information"] | None = Field(
        None, description="without it: AlimTalk informs, all others advertise"
    )
    if_missing: dict[Text, Fixed] = Field(
        {}, description="variable: what stands in for a missing value; without it the recipient is left out"
    )
    sms: Sms | None = None
    alimtalk: AlimTalk | None = None
    brand_message: BrandMessage | None = None
    push: Push | None = None
    email: Email | None = None
    onsite: OnSite | None = None

    @model_validator(mode="after")
    def _one_channel(self) -> Self:
        given = [channel for channel in CHANNELS if getattr(self, channel) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_channel", "needs exactly one of: {known}", {"known": ", ".join(CHANNELS)})
        return self

    @property
    def channel(self) -> Channel:
        """The channel that the template is for."""
        return next(channel for channel in CHANNELS if getattr(self, channel) is not None)

    @property
    def part(self) -> Part:
        """What the template says for its channel."""
        part: Part = getattr(self, self.channel)
        return part

    @property
    def substitute(self) -> Substitute | None:
        """The text message that stands in for it."""
        return getattr(self.part, "substitute", None)

    @property
    def advertises(self) -> bool:
        """Whether the law on advertising holds for it. A message on the shop's own pages is not sent to anybody."""
        if self.channel == "onsite":
            return False
        return self.purpose == "advertising" or (self.purpose is None and self.channel != "alimtalk")

    @property
    def substitutes(self) -> dict[str, str]:
        """Column of a variable -> what stands in for its missing value."""
        return {variable(name.removeprefix("#{").removesuffix("}")).column: text
                for name, text in self.if_missing.items()}  # fmt: skip


def copied(template: Template, new_id: str, new_name: str) -> Template:
    """The same message under another id. Raises :class:`NotCopied` for AlimTalk, whose templates live at the vendor."""
    if template.channel == "alimtalk":
        raise NotCopied(
            f"{template.id}: AlimTalk templates are made and approved at the vendor; they can not be copied"
        )
    said = template.model_dump(by_alias=True, exclude_defaults=True)
    return Template.model_validate(said | {"id": new_id, "name": new_name})
