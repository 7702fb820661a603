"""`dangol campaign`: campaigns from a document to their results, for who works with them.

Belongs here: arguments and options. Does not belong here: what the commands do (``campaign_documents``,
``campaign_list``, ``campaign_steer``, ``campaign_plan``, ``campaign_preview``, …), what a campaign means
(``models.campaigns``).
"""

from pathlib import Path
from typing import Annotated

import typer

HELP = "Campaigns: documents, start and stop, dry run, sends and what came of them."
campaign_app = typer.Typer(help=HELP, no_args_is_help=True)

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_ListFormat = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_ShowFormat = Annotated[str, typer.Option("--format", "-f", help="table, json, or yaml to edit and apply again")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="id of a campaign")]
_Variant = Annotated[str, typer.Option("--variant", metavar="NAME", help="of this variant alone; else of all")]
_Member = Annotated[str, typer.Option("--member", metavar="MEMBER_ID", help="the shop's own id of a member")]
_Send = Annotated[str, typer.Argument(metavar="SEND", help="number or id of a send, as `history` tells it")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@campaign_app.command("apply")
def apply(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML documents; all are applied or none")],
    home: _Home = None,
) -> None:
    """Check campaigns and save them; new ones are paused. What has been executed is edited as a copy."""
    from orchestration.cli.campaign_documents import apply_campaigns
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        apply_campaigns(desk, files)


@campaign_app.command("copy")
def copy(
    name: _Id,
    new_id: Annotated[str, typer.Argument(metavar="NEW_ID", help="id of the copy")],
    new_name: Annotated[str, typer.Option("--name", help="name of the copy")] = "",
    home: _Home = None,
) -> None:
    """The same campaign under another id, paused, to be edited."""
    from orchestration.cli.campaign_documents import copy_campaign
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        copy_campaign(desk, name, new_id, new_name)


@campaign_app.command("delete")
def delete(name: _Id, home: _Home = None) -> None:
    """Take a campaign out of force that was never executed and is not started."""
    from orchestration.cli.campaign_documents import delete_campaign
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        delete_campaign(desk, name)


@campaign_app.command("list")
def list_(
    tab: Annotated[str, typer.Option("--tab", help="waiting, running, recurring or completed; else all")] = "",
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """Campaigns by where they stand, with the next planned send of each."""
    from orchestration.cli.campaign_list import list_campaigns
    from orchestration.cli.campaign_view import open_desk
    from orchestration.cli.document_desk import LIST_FORMATS

    with open_desk(home, form, LIST_FORMATS) as desk:
        list_campaigns(desk, tab)


@campaign_app.command("show")
def show(name: _Id, home: _Home = None, form: _ShowFormat = "table") -> None:
    """One campaign in words: who, what, when, the policies in force, its sends and versions."""
    from orchestration.cli.campaign_show import show_campaign
    from orchestration.cli.campaign_view import open_desk
    from orchestration.cli.document_desk import SHOW_FORMATS

    with open_desk(home, form, SHOW_FORMATS) as desk:
        show_campaign(desk, name)


@campaign_app.command("start")
def start(name: _Id, home: _Home = None) -> None:
    """Start a paused campaign, or resume it: its schedule counts from now."""
    from orchestration.cli.campaign_steer import start
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        start(desk, name)


@campaign_app.command("stop")
def stop(name: _Id, home: _Home = None) -> None:
    """Stop a campaign; its schedule is forgotten."""
    from orchestration.cli.campaign_steer import stop
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        stop(desk, name)


@campaign_app.command("late")
def late(
    send: _Send,
    is_sent: Annotated[bool, typer.Option("--send", help="send it now")] = False,
    is_expired: Annotated[bool, typer.Option("--expire", help="let it go")] = False,
    home: _Home = None,
) -> None:
    """Answer what becomes of a send that was due while nothing ran."""
    from orchestration.cli.campaign_steer import answer
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        answer(desk, send, is_sent=is_sent, is_expired=is_expired)


@campaign_app.command("resume")
def resume(send: _Send, home: _Home = None) -> None:
    """Let a send go on that has stopped by itself (too many failed, the day's money used up, something missing)."""
    from orchestration.cli.campaign_steer import resume
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        resume(desk, send)


@campaign_app.command("cancel")
def cancel(send: _Send, home: _Home = None) -> None:
    """End a send; what is left of it never goes out."""
    from orchestration.cli.campaign_steer import cancel
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        cancel(desk, send)


@campaign_app.command("plan")
def plan(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="else all that are started")] = None,
    days: Annotated[int, typer.Option(min=1, max=60, help="the coming so many days")] = 7,
    customers: Annotated[
        bool, typer.Option("--customers", help="of one campaign: who gets what, by their keys")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="the HTML file (default: published/reports/ of the home)")] = None,
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """The dry run: what would go out when, to how many, who is left out and why, what it would cost."""
    from orchestration.cli.campaign_plan import plan_customers, plan_sends
    from orchestration.cli.campaign_view import open_desk
    from orchestration.cli.document_desk import LIST_FORMATS

    with open_desk(home, form, LIST_FORMATS) as desk:
        if customers:
            plan_customers(desk, names or [], days)
        else:
            plan_sends(desk, names or [], days, out)


@campaign_app.command("preview")
def preview(
    name: _Id,
    variant: _Variant = "",
    member: _Member = "",
    width: Annotated[int, typer.Option(min=320, max=2000, help="of a PNG, in pixels; 390: as on a phone")] = 1200,
    out: Annotated[Path | None, typer.Option(help=".html or .png (default: ID.html in this folder)")] = None,
    home: _Home = None,
) -> None:
    """The messages of all variants and their substitutes as recipients see them, on one page."""
    from orchestration.cli.campaign_preview import TRIAL_PHRASES, preview_campaign
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=TRIAL_PHRASES) as desk:
        preview_campaign(desk, name, variant, member, width, out)


@campaign_app.command("test-send")
def send_test(
    name: _Id,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="telephone number, e-mail address or push token")] = "",
    member: _Member = "",
    variant: _Variant = "",
    home: _Home = None,
) -> None:
    """Send the message of each variant to one address or member. It counts nowhere."""
    from orchestration.cli.campaign_preview import TRIAL_PHRASES, send_tests
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=TRIAL_PHRASES) as desk:
        send_tests(desk, name, variant, to, member)


@campaign_app.command("send-now")
def send_now(name: _Id, home: _Home = None) -> None:
    """Send an occurrence of a campaign now, in this process, and tell what came of it."""
    from orchestration.cli.campaign_running import send_now
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        done = send_now(desk, name)
    raise typer.Exit(0 if done else 1)


@campaign_app.command("run")
def run(home: _Home = None) -> None:
    """Do what is due now in this process, as the sensor would: for cron, without the daemon."""
    from orchestration.cli.campaign_running import run_due
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        done = run_due(desk)
    raise typer.Exit(0 if done else 1)


@campaign_app.command("history")
def history(
    name: Annotated[str, typer.Argument(metavar="[ID]", help="else all campaigns")] = "",
    reasons: Annotated[str, typer.Option("--reasons", metavar="SEND", help="why some were left out or failed")] = "",
    limit: Annotated[int, typer.Option(min=0, help="the newest so many; 0: all of them")] = 20,
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """What was sent: when, to how many, with which results, and what it cost."""
    from orchestration.cli.campaign_history import tell_history, tell_reasons
    from orchestration.cli.campaign_view import open_desk
    from orchestration.cli.document_desk import LIST_FORMATS

    with open_desk(home, form, LIST_FORMATS) as desk:
        if reasons:
            tell_reasons(desk, reasons)
        else:
            tell_history(desk, name, limit)


@campaign_app.command("upload")
def upload(
    name: _Id,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: member_id and a column for each Kakao variable")],
    home: _Home = None,
) -> None:
    """Take the values of Kakao variables for a campaign that is sent by hand."""
    from orchestration.cli.campaign_running import upload_values
    from orchestration.cli.campaign_view import open_desk

    with open_desk(home) as desk:
        upload_values(desk, name, file)


@campaign_app.command("templates")
def templates(
    purpose: Annotated[str, typer.Argument(metavar="[PURPOSE]", help="print this one; segments: those they need")] = "",
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """Examples to start from: cart reminder, repurchase, churn prevention, welcome; and the segments they need."""
    from orchestration.cli.campaign_documents import show_templates
    from orchestration.cli.campaign_view import open_desk
    from orchestration.cli.document_desk import LIST_FORMATS

    with open_desk(home, form, LIST_FORMATS) as desk:
        show_templates(desk, purpose)


@campaign_app.command("schema")
def schema() -> None:
    """The JSON Schema of a campaign, for editors that check while one types."""
    from models.campaigns.schema import campaign_schema

    typer.echo(campaign_schema(), nl=False)
