"""`dangol sender`: who messages come from, for who sets the shop up.

Belongs here: arguments and options. Does not belong here: what the commands do (``sender_documents``).
"""

from pathlib import Path
from typing import Annotated

import typer

HELP = "Senders: numbers, KakaoTalk channels, apps and addresses that messages come from; states, verification, sync."
sender_app = typer.Typer(help=HELP, no_args_is_help=True)

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_ListFormat = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_ShowFormat = Annotated[str, typer.Option("--format", "-f", help="table, json, or yaml to edit and apply again")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="id of a sender, such as 15880000 or @shop")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@sender_app.command("apply")
def apply(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML documents; all are applied or none")],
    no_check: Annotated[
        bool, typer.Option("--no-check", help="save without asking the vendor; it may not send before it is verified")
    ] = False,
    home: _Home = None,
) -> None:
    """Put senders in force; KakaoTalk channels are verified with the vendor before they are saved."""
    from orchestration.cli.sender_documents import apply_senders
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=SENDER_PHRASES) as desk:
        apply_senders(desk, files, check=not no_check)


@sender_app.command("list")
def list_(home: _Home = None, form: _ListFormat = "table") -> None:
    """All senders: kind, address, state, what they may send, whether their keys are set, campaigns that use them."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.sender_documents import list_senders
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, form, LIST_FORMATS, SENDER_PHRASES) as desk:
        list_senders(desk)


@sender_app.command("show")
def show(name: _Id, home: _Home = None, form: _ShowFormat = "table") -> None:
    """One sender: its state, which variables hold its keys and whether they are set, its versions."""
    from orchestration.cli.document_desk import SHOW_FORMATS
    from orchestration.cli.sender_documents import show_sender
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, form, SHOW_FORMATS, SENDER_PHRASES) as desk:
        show_sender(desk, name)


@sender_app.command("verify")
def verify(name: _Id, home: _Home = None) -> None:
    """Ask the vendor, with the sender's own keys, whether it may send; nothing is sent."""
    from orchestration.cli.sender_documents import verify_sender
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=SENDER_PHRASES) as desk:
        verify_sender(desk, name)


@sender_app.command("sync")
def sync(home: _Home = None) -> None:
    """Ask the vendors for the states of all numbers (of a Cafe24 mall) and KakaoTalk channels."""
    from orchestration.cli.sender_documents import sync_all
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=SENDER_PHRASES) as desk:
        sync_all(desk)


@sender_app.command("approve")
def approve(
    name: _Id,
    evidence: Annotated[str, typer.Option(help="who saw where that the number is registered")] = "",
    home: _Home = None,
) -> None:
    """Note by hand that a number is registered at the vendor, where no list can be asked."""
    from orchestration.cli.sender_documents import approve_sender
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=SENDER_PHRASES) as desk:
        approve_sender(desk, name, evidence)


@sender_app.command("delete")
def delete(name: _Id, home: _Home = None) -> None:
    """Take a sender out of force; refused while a campaign that is not completed uses it."""
    from orchestration.cli.sender_documents import delete_sender
    from orchestration.cli.sender_words import SENDER_PHRASES
    from orchestration.cli.template_view import open_desk

    with open_desk(home, phrases=SENDER_PHRASES) as desk:
        delete_sender(desk, name)


@sender_app.command("examples")
def examples() -> None:
    """A sender of each kind, as a file to change and apply."""
    from models.messages.examples.shipped import sender_examples

    typer.echo(sender_examples(), nl=False)


@sender_app.command("schema")
def schema() -> None:
    """The JSON Schema of a sender, for editors that check while one types."""
    from models.messages.examples.shipped import sender_schema

    typer.echo(sender_schema(), nl=False)
