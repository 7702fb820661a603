"""`dangol recommend models`: applying, listing, showing, switching and removing recommendation models.

Belongs here: what each command does and shows. Does not belong here: wording, layout, what a model may say
(``models.recommend.definitions``).
"""

from collections.abc import Sequence
from pathlib import Path

from connectors.published.query import open_reader, run_query
from connectors.published.recommendations import RecommendTables
from connectors.published.tables import PublishedTables
from models.documents.reading import Problem
from models.documents.said import said
from models.recommend.definitions.built_in import built_in_models
from models.recommend.definitions.document import MIN_DAYS, RecommendModel, Variant
from orchestration.cli.recommend_view import Desk
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.words import CommandError

_COLUMNS = ("id", "name", "page", "basis", "algorithm", "rules", "segment", "on", "origin")


def apply_models(desk: Desk, files: Sequence[Path]) -> None:
    """Put the models of ``files`` in force; every rule that one names must be there."""
    models = desk.read(files, RecommendModel)
    known = [rule.id for rule in desk.rules]
    missing = [(model, rule) for model in models for rule in model.rule_ids if rule not in known]
    desk.refuse(
        [
            Problem(
                model.id, 0, model.id, ("rules", model.rules.index(rule)), "unknown_rule",
                {"rule": rule, "hint": desk.hint(rule, known)},
            )
            for model, rule in missing
            if model.rules
        ]
    )  # fmt: skip
    desk.tell_applied(desk.store.recommend_models.apply([said(model) for model in models]))
    _tell_days(desk)


def list_models(desk: Desk) -> None:
    """Print all models, those that come with Dangol first."""
    if desk.form != "table":
        write_rows(_COLUMNS, [_row(desk, model) for model in desk.models], desk.form, desk.out)
        return
    words, screen = desk.words, desk.screen
    on = sum(model.on for model in desk.models)
    screen.line(words("models_title", count=len(desk.models), on=on), "bold")
    screen.line()
    columns = [Column(words("id"), whole=True)]
    columns += [
        Column(words(key)) for key in ("name", "page", "basis", "algorithm", "rules", "segment", "status", "origin")
    ]
    screen.table(
        columns,
        [
            [
                model.id, model.name, words(f"page_{model.page}"), words(f"basis_{model.basis}"),
                words(f"algorithm_{model.algorithm}"), _rules(desk, model), model.segment or words("everybody"),
                desk.state(model.on), words(_origin(desk, model)),
            ]
            for model in desk.models
        ],
    )  # fmt: skip
    _tell_days(desk)


def show_model(desk: Desk, name: str) -> None:
    """Print one model and its versions."""
    model = _model(desk, name)
    versions = desk.store.recommend_models.history(name)
    if desk.form != "table":
        desk.print_document(model, versions, origin=_origin(desk, model))
        return
    words, screen, display = desk.words, desk.screen, model.display
    screen.line(f"{model.name} ({model.id})", "bold")
    screen.facts(
        [
            (words("description"), model.description or ""),
            (words("status"), f"{desk.state(model.on)} · {words(_origin(desk, model))}"),
            (words("page"), words(f"page_{model.page}")),
            (words("basis"), words(f"basis_{model.basis}")),
            (words("algorithm"), words(f"algorithm_{model.algorithm}")),
            (words("rules"), _rules(desk, model)),
            (words("segment"), model.segment or words("everybody")),
            (words("trigger"), words(f"trigger_{model.trigger.when}", value=model.trigger.value)),
            (words("widget_title"), display.title),
            (words("elements"), ", ".join(words(f"element_{element}") for element in display.show)),
            (words("items"), words("items_told", pc=display.items_pc, mobile=display.items_mobile)),
            (words("ab_split"), ", ".join(_variant(desk, variant) for variant in model.ab_split)),
            (words("made"), _made(desk, model)),
        ]
    )
    desk.print_versions(versions)
    _tell_days(desk)


def switch_model(desk: Desk, name: str, *, on: bool) -> None:
    """Switch a model on or off; of a built-in one the shop then has a version of its own."""
    desk.switch(desk.store.recommend_models, said(_model(desk, name)), on)


def remove_model(desk: Desk, name: str) -> None:
    """Remove a model of the shop. Raises :class:`CommandError` for a built-in one as it came."""
    model = _model(desk, name)
    origin = _origin(desk, model)
    if origin == "built_in":
        raise CommandError(desk.words("remove_built_in", id=name))
    desk.store.recommend_models.remove(name)
    desk.screen.line(desk.words("was_removed" if origin == "own" else "back_to_built_in", id=name))


def _model(desk: Desk, name: str) -> RecommendModel:
    return desk.pick(name, {model.id: model for model in desk.models}, "no_model")


def _origin(desk: Desk, model: RecommendModel) -> str:
    """Where a model comes from: ``built_in``, ``changed_built_in`` or ``own``."""
    is_own = any(own.id == model.id for own in desk.own_models)
    came_with = any(one.id == model.id for one in built_in_models())
    return ("changed_built_in" if came_with else "own") if is_own else "built_in"


def _rules(desk: Desk, model: RecommendModel) -> str:
    if model.rules is None:
        return desk.words("rules_of_page")
    return ", ".join(rule if isinstance(rule, str) else rule.id for rule in model.rules) or desk.words("no_rules")


def _variant(desk: Desk, variant: Variant) -> str:
    share = desk.words.amount(variant.share)
    if variant.algorithm is None:
        return desk.words("variant", name=variant.name, share=share)
    algorithm = desk.words(f"algorithm_{variant.algorithm}")
    return desk.words("variant_algorithm", name=variant.name, share=share, algorithm=algorithm)


def _made(desk: Desk, model: RecommendModel) -> str:
    """When its lists were made last and, where a ranker makes them, when that was trained; '' for never."""
    with open_reader(PublishedTables(desk.home), desk.settings.memory_limit) as connection:
        run = RecommendTables(connection).last_run()
    if run is None:
        return ""
    told = desk.words("made_on", day=run["day"], days=run["days"])
    if "personal" in model.algorithms and run["ranker_day"] is not None:
        told += desk.words("trained_on", day=run["ranker_day"])
    return told


def _row(desk: Desk, model: RecommendModel) -> dict[str, object]:
    """A model for machines; ``rules`` null: all of the page."""
    row = {name: getattr(model, name) for name in _COLUMNS if name not in ("rules", "origin")}
    rules = None if model.rules is None else [rule if isinstance(rule, str) else rule.id for rule in model.rules]
    return row | {"rules": rules, "origin": _origin(desk, model)}


def _tell_days(desk: Desk) -> None:
    """Say so while there are fewer days of data than a model needs."""
    days = _days_of_data(desk)
    if days < MIN_DAYS:
        desk.screen.line()
        desk.screen.line(desk.words("few_days", days=days, needed=MIN_DAYS), "yellow")


def _days_of_data(desk: Desk) -> int:
    tables = PublishedTables(desk.home)
    if "daily_site_metrics" not in tables.names():
        return 0
    with open_reader(tables, desk.settings.memory_limit) as connection:
        found = run_query(
            connection, "SELECT count(DISTINCT day) FROM daily_site_metrics WHERE sessions > 0"
        ).fetchone()
    return int(found[0]) if found else 0
