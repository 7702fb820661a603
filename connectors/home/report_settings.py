"""Settings of reports: who gets the daily diagnosis, when, and where the pages can be opened.

Belongs here: the section of ``shop.yaml``. Does not belong here: what reports show (``models.reports``), sending them
(``assets.reports``).
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from connectors.home.section import Section

_TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"


def _quoted(value: object) -> object:
    """YAML reads 01012345670 as a number, in base eight."""
    if isinstance(value, int | float):
        raise ValueError("must be in quotes: '010-…'")
    return value


class Marketer(Section):
    """Somebody of the shop who gets reports; no member. ``repr`` shows no number."""

    name: str = Field(min_length=1, max_length=30, description="as lists of what was sent show them")
    phone: Annotated[str, BeforeValidator(_quoted)] = Field(
        min_length=1, max_length=30, repr=False, description="in quotes, mobile, such as '010-…'"
    )


class ReportSettings(Section):
    """Reports, and the daily diagnosis by AlimTalk (docs/guides/daily-diagnosis.md)."""

    marketers: tuple[Marketer, ...] = Field((), description="who gets the daily diagnosis: name and phone of each")
    diagnosis_at: str = Field(
        "08:30", pattern=_TIME_OF_DAY, description="from when on the diagnosis of the day before is sent, shop's time"
    )
    diagnosis_template: str = Field(
        "daily-diagnosis", min_length=1, description="id of its AlimTalk template (`dangol report diagnosis-template`)"
    )
    diagnosis_sender: str = Field("", description="id of the KakaoTalk channel it comes from; empty: the only one")
    report_url: str = Field(
        "", pattern=r"^(https?://[^\s/]+(/[^\s]*[^\s/])?)?$",
        description="where published/reports can be opened with a browser; empty: messages have no button",
    )  # fmt: skip
