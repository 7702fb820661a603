"""Values as people write them, the glossary, and colours that can be read."""

import datetime as dt
import zoneinfo

import pytest

from models.reports import palette
from models.reports.formats import Formats
from models.reports.glossary import glossary
from models.reports.questions import Unit, Value
from tests.models.reports.made_up import DOCS

pytestmark = pytest.mark.feature("I1")
NIGHT = dt.datetime(2025, 10, 1, 15, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(("value", "unit", "ko", "en"), [
    (1_234_000.4, "money", "1,234,000원", "₩1,234,000"),
    (-0.2, "money", "0원", "₩0"), (-5000.0, "money", "-5,000원", "-₩5,000"),
    (0.12345, "rate", "12.3%", "12.3%"), (-0.0001, "rate", "0.0%", "0.0%"),
    (1234567, "count", "1,234,567", "1,234,567"),
    (3.14159, "ratio", "3.14", "3.14"), (12.345, "number", "12.3", "12.3"), (8, "hour", "8시", "08:00"),
    (0, "seconds", "0초", "0 s"), (59.6, "seconds", "1분", "1 min"), (3725, "seconds", "1시간 2분", "1 h 2 min"),
    (180000, "seconds", "2일 2시간", "2 d 2 h"), (NIGHT, "moment", "2025-10-02 00:30", "2025-10-02 00:30"),
    (NIGHT.replace(tzinfo=None), "moment", "2025-10-02 00:30", "2025-10-02 00:30"),
    (dt.date(2025, 10, 1), "day", "2025-10-01", "2025-10-01"), (None, "money", "–", "–"), ("7d", "text", "7d", "7d"),
])  # fmt: skip
def test_values_are_written_as_people_do(value: Value, unit: Unit, ko: str, en: str) -> None:
    assert (Formats("ko").value(value, unit), Formats("en").value(value, unit)) == (ko, en)


def test_money_is_written_in_its_currency() -> None:
    told = [Formats("en", currency).money(1234.5) for currency in ("USD", "JPY", "EUR", "CHF")]
    assert told == ["$1,234.50", "¥1,234", "€1,234.50", "1,234.50 CHF"]
    assert Formats("ko", "USD", zoneinfo.ZoneInfo("UTC")).money(-1) == "-$1.00"


def test_changes_are_told_in_points_or_per_cent() -> None:
    ko, en = Formats("ko"), Formats("en")
    found = [ko.change(0.123, 0.1, "rate"), en.change(0.1, 0.123, "rate"), ko.change(150, 100, "count")]
    assert [(one[0], round(one[1], 9)) for one in found if one] == [("+2.3%p", 2.3), ("-2.3 pp", -2.3), ("+50.0%", 50)]
    assert ko.change(5, 0, "count") is None
    assert ko.change(None, 3, "count") is None


def test_definitions_are_read_in_both_languages() -> None:
    found = glossary(DOCS)
    assert set(found.definitions) == {"orders", "revenue", "click_rate"}
    told = found.of("revenue", "ko")
    assert told is not None
    assert (told.label, told.text) == ("순매출", "주문 금액에서 환불을 뺀 금액.")
    assert (found.label("revenue", "en"), found.label("unheard_of", "en")) == ("Net revenue", "unheard_of")
    with pytest.raises(ValueError, match="doc block metric_x: expected"):
        glossary({"metric_x": "Just a sentence."})


def test_texts_and_lines_stand_out_from_what_is_behind_them() -> None:
    for behind in (palette.PAPER, palette.BACK, palette.PALE):
        assert palette.contrast(palette.INK, behind) >= 7
        assert palette.contrast(palette.DIM, behind) >= 4.5
    for ink, behind in palette.TONES.values():
        assert palette.contrast(ink, behind) >= 4.5
        assert palette.contrast(ink, palette.PAPER) >= 4.5
        assert palette.contrast(palette.INK, behind) >= 4.5
    for colour in (*palette.SERIES, palette.ACCENT, palette.MARKED):
        assert palette.contrast(colour, palette.PAPER) >= 3
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
