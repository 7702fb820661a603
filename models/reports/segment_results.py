"""The published report on a segment: its shares of the shop, averages beside the shop's, products; and its results.

Belongs here: questions and which answer stands where. Does not belong here: figures (``models.profile``), the report
that is made on demand over any days (``segment``), HTML (``page``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.reports.dashboard import SEGMENT_METRICS
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Figure, Figures, Heading, Page, Part, Section, Table, Tone
from models.reports.questions import Answer, Equal, Question, Unit, columns
from models.reports.results import card, nothing
from models.reports.results_words import ResultWords
from models.reports.segment_words import ReportWords
from models.reports.tables import Shown, table_of

PERIODS: Final = ("7d", "30d")
_KINDS: Final = ("bought", "carted")
_GOODS: Final[Mapping[str, Unit]] = {"quantity": "count", "customers": "count", "share": "rate", "site_share": "rate"}
_SHARE: Final = "figure_share"
_LIKE_BEFORE: Final = 0.05  # per cent that are shown as 0.0: neither better nor worse
_UNITS: Final[Mapping[str, Unit]] = {"count": "count", "money": "money", "number": "number", "seconds": "seconds",
                                     "rate": "rate"}  # fmt: skip


@dataclass(frozen=True)
class SegmentRequest:
    """``period`` of ``report_segment_profiles``."""

    segment_id: str
    period: str = "30d"


def segment_questions(request: SegmentRequest) -> list[Question]:
    """What the report asks, by name: profile (a row a figure), bought and carted (a row a product), results (a row)."""
    mine = (Equal("segment_id", request.segment_id), Equal("period", request.period))
    asked = ("place", "figure", "unit", "segment", "site", "share", "difference", "percent", "name", "members", "day",
             "first_day")  # fmt: skip
    goods = ("rank", "product_id", "product_name", "quantity", "customers", "share", "site_share")
    return [
        Question("profile", "report_segment_profiles", columns(*asked), mine, order_by=("place",)),
        *(Question(kind, "report_segment_products", columns(*goods), (*mine, Equal("kind", kind)), order_by=("rank",))
          for kind in _KINDS),
        Question("results", "report_segments", columns(*SEGMENT_METRICS, "name", "first_day", "last_day"), mine),
    ]  # fmt: skip


def segment_results_page(
    request: SegmentRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The page of a segment."""
    profile = answers["profile"]
    row = profile.rows()[0] if profile.frame.height else {}
    subtitle = words(
        "segment_subtitle", period=words.period(request.period), days=words.days(row.get("first_day"), row.get("day")),
        members=words.formats.value(row.get("members"), "count"),
    )  # fmt: skip
    sections = [
        *_figures(profile, words),
        _results(answers["results"], words),
        *(
            Section(
                words(kind), [_products(answers[kind], f"no_{kind}", words)], half=True, name=words(f"sheet_{kind}")
            )
            for kind in _KINDS
        ),
    ]
    return Page(
        words("segment_title", name=name_of(request, answers)), subtitle, sections, words("segment_footer"),
        words.locale, answers=list(answers.values()), glossary=glossary, formats=words.formats,
    )  # fmt: skip


def name_of(request: SegmentRequest, answers: Mapping[str, Answer]) -> str:
    """What the segment is called; its id where nothing says."""
    told = [row["name"] for one in ("profile", "results") for row in answers[one].rows()[:1]]
    return str(next((name for name in told if name), request.segment_id))


def _figures(profile: Answer, words: ResultWords) -> list[Section]:
    """What is counted as shares of the shop; averages beside the shop's; all of it as a table."""
    if profile.frame.is_empty():
        return [Section(words("shares"), [nothing(profile, words("nobody"), words)])]
    cards = [(_card(profile, place, words), row["share"] is None) for place, row in enumerate(profile.rows())]
    heads: list[str | Heading] = [words(key) for key in ("figure", "this_segment", "site")]
    heads += [Heading(words("share"), _SHARE), words("difference")]
    return [
        Section(words("shares"), [Figures([one for one, is_average in cards if not is_average])]),
        Section(words("compared"), [Figures([one for one, is_average in cards if is_average])]),
        Section(words("all_figures"), [Table(heads, _rows(profile, words), numbers=(4,))]),
    ]


def _card(profile: Answer, place: int, words: ResultWords) -> Figure:
    row, names = profile.rows()[place], ReportWords(words.locale)
    metric = f"figure_{row['figure']}"
    unit, label = _UNITS[row["unit"]], names(metric)
    segment, site = (words.formats.value(row[side], unit) for side in ("segment", "site"))
    if row["share"] is not None:
        return Figure(
            label, profile.number(place, "share", "rate", metric), names("of_site", segment=segment, site=site)
        )
    note = names("average", site=site)
    if row["percent"] is None:
        return Figure(label, profile.number(place, "segment", unit, metric), note)
    tone: Tone = "" if abs(row["percent"]) < _LIKE_BEFORE else "up" if row["percent"] > 0 else "down"
    told = _difference(row, words)
    return Figure(label, profile.number(place, "segment", unit, metric), f"{note} · {told}", tone)


def _rows(profile: Answer, words: ResultWords) -> list[list[Cell]]:
    names = ReportWords(words.locale)
    rows: list[list[Cell]] = []
    for place, row in enumerate(profile.rows()):
        unit = _UNITS[row["unit"]]
        metric = f"figure_{row['figure']}"
        sides = [profile.number(place, side, unit, metric) for side in ("segment", "site")]
        share = profile.number(place, "share", "rate", _SHARE)
        rows.append([Heading(names(metric), metric), *sides, share, _difference(row, words)])
    return rows


def _difference(row: Mapping[str, Any], words: ResultWords) -> str:
    if row["percent"] is None or row["share"] is not None:
        return "–"
    key = "points" if row["unit"] == "rate" else "percent"
    return ReportWords(words.locale)(key, difference=row["difference"], percent=row["percent"])


def _results(results: Answer, words: ResultWords) -> Section:
    if results.frame.is_empty():
        return Section(words("segment_results"), [nothing(results, words("nobody"), words)])
    cards = [card(results, 0, name, words, metric=metric) for name, metric in SEGMENT_METRICS.items()]
    row = results.rows()[0]
    days = words.days(row["first_day"], row["last_day"])
    return Section(words("segment_results"), [Figures(cards)], words("segment_results_text", days=days))


def _products(found: Answer, empty: str, words: ResultWords) -> Part:
    if found.frame.is_empty():
        return nothing(found, words(empty), words)
    listed = [
        Shown("rank", words("rank"), metric=""),
        Shown("product_name", words("product"), "text", metric=""),
        *(Shown(name, words(name), unit, f"taken_{name}") for name, unit in _GOODS.items()),
    ]
    return table_of(found, listed)
