"""`dangol template`: messages of all channels, for who writes them.

Belongs here: arguments and options. Does not belong here: what the commands do (``template_documents``,
``template_preview``, ``template_vendor``, ``message_trial``), what a message may say (``models.messages``).
"""

from pathlib import Path
from typing import Annotated

import typer

HELP = "Message templates: text messages, AlimTalk, Brand Messages, pushes, e-mails, on-site; previews and test sends."
template_app = typer.Typer(help=HELP, no_args_is_help=True)

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_ListFormat = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_ShowFormat = Annotated[str, typer.Option("--format", "-f", help="table, json, or yaml to edit and apply again")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="id of a template")]
_Member = Annotated[str, typer.Option("--member", metavar="MEMBER_ID", help="the shop's own id of a member")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@template_app.command("apply")
def apply(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML documents; all are applied or none")],
    home: _Home = None,
) -> None:
    """Put templates in force, and say what keeps them from being sent."""
    from orchestration.cli.template_documents import apply_templates
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        apply_templates(desk, files)


@template_app.command("list")
def list_(
    channel: Annotated[
        str, typer.Option(help="of one channel: sms, alimtalk, brand_message, push, email, onsite")
    ] = "",
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """All templates: channel, state, what they are sent as, variables, campaigns that use them."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.template_documents import list_templates
    from orchestration.cli.template_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        list_templates(desk, channel)


@template_app.command("show")
def show(name: _Id, home: _Home = None, form: _ShowFormat = "table") -> None:
    """One template: what it says, what is to be mended, who uses it, its versions."""
    from orchestration.cli.document_desk import SHOW_FORMATS
    from orchestration.cli.template_documents import show_template
    from orchestration.cli.template_view import open_desk

    with open_desk(home, form, SHOW_FORMATS) as desk:
        show_template(desk, name)


@template_app.command("copy")
def copy(
    name: _Id,
    new_id: Annotated[str, typer.Argument(metavar="NEW", help="id of the copy")],
    new_name: Annotated[str, typer.Option("--name", help="name of the copy")] = "",
    home: _Home = None,
) -> None:
    """The same message under another id; not of AlimTalk, which the vendor has inspected under its code."""
    from orchestration.cli.template_documents import copy_template
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        copy_template(desk, name, new_id, new_name)


@template_app.command("delete")
def delete(name: _Id, home: _Home = None) -> None:
    """Take a template out of force; refused while a campaign that is not completed uses it."""
    from orchestration.cli.template_documents import delete_template
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        delete_template(desk, name)


@template_app.command("usage")
def usage(name: _Id, home: _Home = None, form: _ListFormat = "table") -> None:
    """Which campaigns use a template, as what, and where they stand."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.template_documents import tell_uses
    from orchestration.cli.template_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        tell_uses(desk, name)


@template_app.command("preview")
def preview(
    name: _Id,
    member: _Member = "",
    width: Annotated[int, typer.Option(min=320, max=2000, help="of a PNG, in pixels; 390: as on a phone")] = 1200,
    out: Annotated[Path | None, typer.Option(help=".html or .png (default: ID.html in this folder)")] = None,
    home: _Home = None,
) -> None:
    """A template as its recipients see it; with a member, filled with that member's values."""
    from orchestration.cli.template_preview import write_preview
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        write_preview(desk, name, member, width, out)


@template_app.command("test-send")
def send_one(
    name: _Id,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="telephone number, e-mail address or push token")] = "",
    member: _Member = "",
    sender: Annotated[str, typer.Option(metavar="ID", help="sender account, where there are several")] = "",
    home: _Home = None,
) -> None:
    """Send a template to one address or member. Kakao variables stay as written; those of members need a member."""
    from orchestration.cli.message_trial import send_to_one
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        send_to_one(desk, desk.pick_template(name), to, member, sender)


@template_app.command("request")
def request(name: _Id, home: _Home = None) -> None:
    """Have an AlimTalk template inspected; the sandbox approves it at once, the vendor takes it in its console."""
    from orchestration.cli.template_vendor import request_one
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        request_one(desk, name)


@template_app.command("sync")
def sync(
    take_texts: Annotated[
        bool, typer.Option("--take-texts", help="put the vendor's text into templates that differ from it")
    ] = False,
    home: _Home = None,
) -> None:
    """Ask the vendor for AlimTalk templates: their inspection, why one was rejected, what differs, what is new."""
    from orchestration.cli.template_vendor import sync_all
    from orchestration.cli.template_view import open_desk

    with open_desk(home) as desk:
        sync_all(desk, take_texts=take_texts)


@template_app.command("examples")
def examples(
    channel: Annotated[str, typer.Argument(metavar="[CHANNEL]", help="those of this channel; else all")] = "",
    home: _Home = None,
    form: Annotated[
        str, typer.Option("--format", "-f", help="yaml: a file to apply; table, csv or json: which there are")
    ] = "yaml",
) -> None:
    """Good examples to start from, as a file to change and apply: those of a channel, or all."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.template_documents import show_examples
    from orchestration.cli.template_view import open_desk

    with open_desk(home, form, ("yaml", *LIST_FORMATS)) as desk:
        show_examples(desk, channel)


@template_app.command("schema")
def schema() -> None:
    """The JSON Schema of a template, for editors that check while one types."""
    from models.messages.documents.reading import schema_text

    typer.echo(schema_text(), nl=False)
