"""Settings that a person may get wrong."""

from pathlib import Path

import pytest

from connectors.home.settings import Settings, SettingsError, read_settings


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "shop.yaml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file)


@pytest.mark.feature("C1")
def test_taste_has_defaults_and_takes_what_is_said(tmp_path: Path) -> None:
    settings = read(
        tmp_path, "taste: {max_groups: 8, text_model: intfloat/multilingual-e5-small}\nnaming: {daily_calls: 0}"
    )
    assert (settings.taste.min_groups, settings.taste.max_groups, settings.taste.window_days) == (8, 8, 30)
    assert (settings.taste.text_model, settings.naming.daily_calls) == ("intfloat/multilingual-e5-small", 0)


@pytest.mark.feature("C1")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("taste: {min_groups: 12, max_groups: 9}", r"taste: .*max_groups \(9\) must not be below min_groups \(12\)"),
        ("taste: {min_groups: 31}", r"max_groups \(30\) must not be below min_groups \(31\)"),
        ("taste: {window_days: 0}", r"taste\.window_days: .*greater than or equal to 1"),
        ("taste: {window_days: 366}", r"taste\.window_days: .*less than or equal to 365"),
        ("taste: {min_groups: 1}", r"taste\.min_groups: "),
        ("taste: {max_groups: 201}", r"taste\.max_groups: "),
        ("taste: {min_customers: 9}", r"taste\.min_customers: "),
        ("taste: {sample_customers: 999}", r"taste\.sample_customers: "),
        ("taste: {text_model: ''}", r"taste\.text_model: "),
        ("taste: {keep_days: 1}", r"taste\.keep_days: "),
        ("taste: {groups: 3}", r"taste\.groups: unknown setting; known here: keep_days, max_groups"),
        ("recommend: {window_days: 0}", r"recommend\.window_days: .*greater than or equal to 1"),
        ("recommend: {window_days: 731}", r"recommend\.window_days: .*less than or equal to 730"),
        ("recommend: {window_days: 29}", r"items_window_days \(30\) must not be above window_days \(29\)"),
        ("recommend: {search_views: 0}", r"recommend\.search_views: "),
        ("naming: {daily_calls: -1}", r"naming\.daily_calls: "),
        ("naming: {model: x}", r"naming\.model: unknown setting; known here: daily_calls"),
    ],
)
def test_what_can_not_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read(tmp_path, text)
