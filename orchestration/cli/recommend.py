"""`dangol recommend`: lists, recommendation models and rules, for who works with them.

Belongs here: arguments and options. Does not belong here: what the commands do (``recommend_show``,
``recommend_quality``, ``recommend_models``, ``recommend_rules``), how lists are made (``models.recommend``).
"""

from pathlib import Path
from typing import Annotated

import typer

HELP = "Recommendations: lists, their quality, models and rules."
recommend_app = typer.Typer(help=HELP, no_args_is_help=True)
models_app = typer.Typer(help="Recommendation models: what is recommended where.", no_args_is_help=True)
rules_app = typer.Typer(help="Rules: what is never, first, last or seldom recommended.", no_args_is_help=True)
recommend_app.add_typer(models_app, name="models")
recommend_app.add_typer(rules_app, name="rules")

_Home = Annotated[Path | None, typer.Option("--home", help="the home; else $DANGOL_HOME, else ./.dangol")]
_ListFormat = Annotated[str, typer.Option("--format", "-f", help="table, csv or json")]
_ShowFormat = Annotated[str, typer.Option("--format", "-f", help="table, json, or yaml to edit and apply again")]
_Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="YAML documents; all of them or none are applied")
]
_Id = Annotated[str, typer.Argument(metavar="ID")]

# What a command does is imported when it is called: the databases' packages would slow every `dangol --help` down.


@recommend_app.command("show")
def show(
    product: Annotated[str | None, typer.Option(metavar="ID", help="a product")] = None,
    customer: Annotated[str | None, typer.Option(metavar="KEY", help="a customer key, or a member id")] = None,
    query: Annotated[str | None, typer.Option(metavar="Q", help="what somebody searches for")] = None,
    category: Annotated[str | None, typer.Option(metavar="C", help="a category, or * for the whole shop")] = None,
    algorithm: Annotated[str | None, typer.Option(metavar="A", help="only this algorithm")] = None,
    page: Annotated[
        str | None, typer.Option(metavar="P", help="what this page shows: main, category, product, cart or search")
    ] = None,
    limit: Annotated[int, typer.Option(help="products of each list")] = 10,
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """What is recommended, and why: for a product, customer, query or category, or on a page."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.recommend_show import Wanted, show_lists
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        show_lists(desk, Wanted(product, customer, query, category, algorithm, page, limit))


@recommend_app.command("quality")
def quality(
    days: Annotated[int, typer.Option(help="newest days that were measured")] = 7,
    home: _Home = None,
    form: _ListFormat = "table",
) -> None:
    """How well lists predicted what customers looked at next, and what filled them."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.recommend_quality import show_quality
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        show_quality(desk, days)


@models_app.command("apply")
def models_apply(files: _Files, home: _Home = None) -> None:
    """Put models in force; a document that is in force already changes nothing."""
    from orchestration.cli.recommend_models import apply_models
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        apply_models(desk, files)


@models_app.command("list")
def models_list(home: _Home = None, form: _ListFormat = "table") -> None:
    """All models: those that come with Dangol and the shop's own."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.recommend_models import list_models
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        list_models(desk)


@models_app.command("show")
def models_show(name: _Id, home: _Home = None, form: _ShowFormat = "table") -> None:
    """One model and its versions."""
    from orchestration.cli.document_desk import SHOW_FORMATS
    from orchestration.cli.recommend_models import show_model
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home, form, SHOW_FORMATS) as desk:
        show_model(desk, name)


@models_app.command("on")
def models_on(name: _Id, home: _Home = None) -> None:
    """Switch a model on."""
    from orchestration.cli.recommend_models import switch_model
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        switch_model(desk, name, on=True)


@models_app.command("off")
def models_off(name: _Id, home: _Home = None) -> None:
    """Switch a model off."""
    from orchestration.cli.recommend_models import switch_model
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        switch_model(desk, name, on=False)


@models_app.command("remove")
def models_remove(name: _Id, home: _Home = None) -> None:
    """Remove a model of the shop; one that comes with Dangol is then again as it came."""
    from orchestration.cli.recommend_models import remove_model
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        remove_model(desk, name)


@models_app.command("schema")
def models_schema() -> None:
    """JSON Schema of a model, for editors that check while you type."""
    from models.recommend.definitions.document import RecommendModel
    from models.recommend.rules.schema import schema_text

    typer.echo(schema_text(RecommendModel, "Dangol recommendation model"), nl=False)


@rules_app.command("apply")
def rules_apply(files: _Files, home: _Home = None) -> None:
    """Put rules in force; a document that is in force already changes nothing."""
    from orchestration.cli.recommend_rules import apply_rule_files
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        apply_rule_files(desk, files)


@rules_app.command("list")
def rules_list(home: _Home = None, form: _ListFormat = "table") -> None:
    """All rules in the order in which they win, and those that contradict each other."""
    from orchestration.cli.document_desk import LIST_FORMATS
    from orchestration.cli.recommend_rules import list_rules
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home, form, LIST_FORMATS) as desk:
        list_rules(desk)


@rules_app.command("show")
def rules_show(name: _Id, home: _Home = None, form: _ShowFormat = "table") -> None:
    """One rule in words, and its versions."""
    from orchestration.cli.document_desk import SHOW_FORMATS
    from orchestration.cli.recommend_rules import show_rule
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home, form, SHOW_FORMATS) as desk:
        show_rule(desk, name)


@rules_app.command("on")
def rules_on(name: _Id, home: _Home = None) -> None:
    """Switch a rule on."""
    from orchestration.cli.recommend_rules import switch_rule
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        switch_rule(desk, name, on=True)


@rules_app.command("off")
def rules_off(name: _Id, home: _Home = None) -> None:
    """Switch a rule off."""
    from orchestration.cli.recommend_rules import switch_rule
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        switch_rule(desk, name, on=False)


@rules_app.command("remove")
def rules_remove(name: _Id, home: _Home = None) -> None:
    """Remove a rule that no model names."""
    from orchestration.cli.recommend_rules import remove_rule
    from orchestration.cli.recommend_view import open_desk

    with open_desk(home) as desk:
        remove_rule(desk, name)


@rules_app.command("schema")
def rules_schema() -> None:
    """JSON Schema of a rule, for editors that check while you type."""
    from models.recommend.rules.document import Rule
    from models.recommend.rules.schema import schema_text

    typer.echo(schema_text(Rule, "Dangol recommendation rule"), nl=False)
