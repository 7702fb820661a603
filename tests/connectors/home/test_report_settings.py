"""Marketers in the settings: what is wrong is told without their numbers."""

from pathlib import Path

import pytest

from connectors.home.settings import SettingsError, read_settings

pytestmark = [pytest.mark.feature("I6"), pytest.mark.feature("M5")]
PHONE = "010-2222-3333"


def refused(tmp_path: Path, text: str) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        read_settings(file)
    return str(told.value)


def test_marketers_are_read_and_their_numbers_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(f"reports: {{marketers: [{{name: 김단골, phone: '{PHONE}'}}]}}", encoding="utf-8")
    settings = read_settings(file)
    (one,) = settings.reports.marketers
    assert (one.name, one.phone) == ("김단골", PHONE)
    assert PHONE not in repr(settings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("marketers: [{name: a, phone: 01022223330}]", "reports.marketers.0.phone: Value error, must be in quotes"),
        ("marketers: [{name: a, tel: '010-2222-3333'}]", "reports.marketers.0.tel: unknown setting; known here: name"),
        ("marketers: '010-2222-3333'", "reports.marketers: Input should be a valid tuple"),
        ("marketers: [{name: '', phone: '010-2222-3333'}]", "reports.marketers.0.name: String should have at least"),
        ("diagnosis_at: '25:00'", "reports.diagnosis_at"),
        ("report_url: report.shop.kr", "reports.report_url"),
    ],
)
def test_what_is_wrong_is_told_by_its_place_and_no_number_with_it(tmp_path: Path, text: str, told: str) -> None:
    found = refused(tmp_path, f"reports: {{{text}}}")
    assert told in found
    assert "2222" not in found


def test_yaml_that_can_not_be_read_is_told_by_its_line_without_showing_it(tmp_path: Path) -> None:
    found = refused(tmp_path, "reports:\n  marketers: [{name: a, phone: '010-2222-3333'}\n")
    assert "line 3" in found
    assert "2222" not in found
