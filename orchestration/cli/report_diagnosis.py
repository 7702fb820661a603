"""`dangol report send-diagnosis` and `diagnosis-template`: the daily diagnosis by hand.

Belongs here: the two commands and what they say. Does not belong here: sending (``assets.reports.diagnosis_sending``),
when it is sent by itself (``orchestration.diagnosis_sensor``), other reports (``report``).
"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from models.words import Phrases

if TYPE_CHECKING:
    from orchestration.cli.template_view import Desk

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_Day = Annotated[str, typer.Option("--day", help="whose diagnosis, such as 2025-10-30; the last complete one")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="show the message and who gets it, and send nothing")]
_LOST: Final = ("failed", "unknown", "cancelled", "expired")

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


def send_diagnosis(day: _Day = "", dry_run: _DryRun = False, home: _Home = None) -> None:
    """Send the daily diagnosis to the marketers of shop.yaml now; nobody gets the same day's twice."""
    from assets.reports.diagnosis_message import NoDiagnosis
    from orchestration.cli.template_view import open_desk
    from orchestration.cli.template_words import PHRASES
    from orchestration.cli.words import CommandError

    with open_desk(home, phrases={**PHRASES, **DIAGNOSIS_PHRASES}) as desk:
        try:
            all_got_it = _shown(desk, day) if dry_run else _sent(desk, day)
        except NoDiagnosis as error:
            raise CommandError(str(error)) from None
    if not all_got_it:
        raise typer.Exit(1)


def diagnosis_template(home: _Home = None) -> None:
    """Print the AlimTalk template of the daily diagnosis, to save, apply and have inspected."""
    import yaml

    from connectors.home.paths import open_home
    from connectors.home.settings import read_settings
    from models.reports.diagnosis_text import diagnosis_template as template

    settings = read_settings(open_home(home).settings_file)
    document = template(settings.locale, settings.reports.report_url)
    document["id"] = settings.reports.diagnosis_template
    text = document["alimtalk"].pop("text")
    lines = [f"    {line}".rstrip() for line in text.splitlines()]
    typer.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120), nl=False)
    typer.echo("\n".join(["  text: |-", *lines]))  # after the rest of its part, which stands last


def _shown(desk: "Desk", text: str) -> bool:
    from assets.reports.diagnosis_message import content_of, template_of
    from assets.reports.diagnosis_sending import recipients

    day = _day(desk, text)
    content = content_of(desk.shop, template_of(desk.shop), day)
    names = ", ".join(one.name for one in recipients(desk.shop))
    desk.screen.line(desk.words("would_send", day=day, names=names or desk.words("nobody")))
    for line in content["text"].splitlines():
        desk.screen.line(line)
    for button in content.get("buttons", ()):
        desk.screen.line(f"[{button['name']}] {button['mobile']}")
    return True


def _sent(desk: "Desk", text: str) -> bool:
    from assets.reports.diagnosis_sending import outcomes, reserve_diagnosis, send_notices
    from orchestration.cli.screen import Column

    day = _day(desk, text)
    desk.tell_vendors()
    with desk.vendors() as vendors:
        reserved = reserve_diagnosis(desk.shop, vendors, day)
        send_notices(desk.shop, vendors)
    found, words = outcomes(desk.shop, day), desk.words
    desk.screen.line(words("sent_now", day=day, count=reserved) if reserved else words("sent_before", day=day))
    columns = [Column(words(key)) for key in ("marketer", "outcome", "code")]
    rows = [(one.name or words("not_named_now"), words(f"outcome_{one.state}"), one.code or "") for one in found]
    desk.screen.table(columns, rows)
    return not any(one.state in _LOST for one in found if one.name)


def _day(desk: "Desk", text: str) -> dt.date:
    from assets.reports.diagnosis_message import NoDiagnosis, newest_day
    from orchestration.cli.words import CommandError

    if text:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise CommandError(desk.words("no_such_day", day=text)) from None
    found = newest_day(desk.shop)
    if found is None:
        raise NoDiagnosis(desk.words("no_day_yet"))
    return found


DIAGNOSIS_PHRASES: Final[Phrases] = {
    "would_send": ("{day} 일일 진단 리포트, 받을 사람: {names}", "Diagnosis of {day}, to {names}"),
    "nobody": ("없음 (shop.yaml의 reports.marketers)", "nobody (reports.marketers of shop.yaml)"),
    "sent_now": ("{day} 일일 진단 리포트를 {count}명에게 보냅니다.", "Diagnosis of {day}: reserved for {count}."),
    "sent_before": (
        "{day} 일일 진단 리포트는 이미 모두에게 예약되었습니다. 같은 날의 리포트는 두 번 보내지 않습니다.",
        "The diagnosis of {day} was reserved for everybody before; nobody gets it twice.",
    ),
    "no_such_day": ("--day {day!r}: 2025-10-30 같은 날짜여야 합니다.", "--day {day!r} is no day such as 2025-10-30"),
    "no_day_yet": (
        "아직 진단할 날이 없습니다. `dangol run`으로 리포트 테이블을 먼저 만드십시오.",
        "No day is known yet: `dangol run` makes the report tables",
    ),
    "marketer": ("담당자", "marketer"),
    "outcome": ("결과", "outcome"),
    "code": ("코드", "code"),
    "not_named_now": ("(지금은 명단에 없음)", "(no longer named)"),
    "outcome_not_planned": ("예약 안 됨", "not reserved"),
    "outcome_reserved": ("발송 대기", "waiting"),
    "outcome_sending": ("확인 중", "in doubt"),
    "outcome_accepted": ("발송됨", "accepted"),
    "outcome_delivered": ("도착", "delivered"),
    "outcome_failed": ("실패", "failed"),
    "outcome_unknown": ("결과를 알 수 없음", "unknown"),
    "outcome_cancelled": ("보내지 않음", "not sent"),
    "outcome_expired": ("기한이 지남", "expired"),
}
