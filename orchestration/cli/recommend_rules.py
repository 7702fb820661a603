"""`dangol recommend rules`: applying, listing, showing, switching and removing rules.

Belongs here: what each command does and shows. Does not belong here: wording, layout, rules in words
(``recommend_rule_text``).
"""

from collections.abc import Sequence
from pathlib import Path

from models.documents.said import said
from models.recommend.rules.contradictions import Contradiction, contradictions
from models.recommend.rules.document import Rule
from orchestration.cli.recommend_rule_text import told_actions, told_condition
from orchestration.cli.recommend_view import Desk
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.words import CommandError

_COLUMNS = ("id", "name", "on", "priority", "pages", "condition", "action")


def apply_rule_files(desk: Desk, files: Sequence[Path]) -> None:
    """Put the rules of ``files`` in force and say what changed and what contradicts what."""
    rules = desk.read(files, Rule)
    desk.tell_applied(desk.store.recommend_rules.apply([said(rule) for rule in rules]))
    _tell_contradictions(desk)


def list_rules(desk: Desk) -> None:
    """Print all rules in the order in which they win."""
    if desk.form != "table":
        write_rows(_COLUMNS, [_row(rule) for rule in desk.rules], desk.form, desk.out)
        return
    words, screen = desk.words, desk.screen
    if not desk.rules:
        screen.line(words("rules_none"))
        return
    on = sum(rule.on for rule in desk.rules)
    screen.line(words("rules_title", count=len(desk.rules), on=on), "bold")
    screen.line()
    columns = [Column(words("id"), whole=True), Column(words("name")), Column(words("priority"), right=True)]
    columns += [Column(words(key)) for key in ("pages", "condition", "action", "status")]
    screen.table(
        columns,
        [
            [
                rule.id, rule.name, str(rule.priority), _pages(desk, rule), told_condition(rule, words.locale),
                told_actions(rule, words.locale), desk.state(rule.on),
            ]
            for rule in desk.rules
        ],
    )  # fmt: skip
    _tell_contradictions(desk)


def show_rule(desk: Desk, name: str) -> None:
    """Print one rule and its versions."""
    rule = _rule(desk, name)
    versions = desk.store.recommend_rules.history(name)
    if desk.form != "table":
        desk.print_document(rule, versions)
        return
    words, screen = desk.words, desk.screen
    screen.line(f"{rule.name} ({rule.id})", "bold")
    screen.facts(
        [
            (words("description"), rule.description or ""),
            (words("status"), desk.state(rule.on)),
            (words("priority"), str(rule.priority)),
            (words("pages"), _pages(desk, rule)),
            (words("condition"), told_condition(rule, words.locale)),
            (words("action"), told_actions(rule, words.locale)),
        ]
    )
    desk.print_versions(versions)


def switch_rule(desk: Desk, name: str, *, on: bool) -> None:
    """Switch a rule on or off."""
    desk.switch(desk.store.recommend_rules, said(_rule(desk, name)), on)


def remove_rule(desk: Desk, name: str) -> None:
    """Remove a rule. Raises :class:`CommandError` when a model names it."""
    rule = _rule(desk, name)
    users = [model.id for model in desk.models if name in model.rule_ids]
    if users:
        raise CommandError(desk.words("rule_in_use", id=name, models=", ".join(users)))
    desk.store.recommend_rules.remove(rule.id)
    desk.screen.line(desk.words("was_removed", id=rule.id))


def _rule(desk: Desk, name: str) -> Rule:
    return desk.pick(name, {rule.id: rule for rule in desk.rules}, "no_rule")


def _pages(desk: Desk, rule: Rule) -> str:
    return ", ".join(desk.words(f"page_{page}") for page in rule.pages) or desk.words("all_pages")


def _row(rule: Rule) -> dict[str, object]:
    """A rule for machines; condition and action as JSON."""
    written = said(rule)
    return {
        "id": rule.id, "name": rule.name, "on": rule.on, "priority": rule.priority, "pages": list(rule.pages),
        "condition": [written["if"]] if "if" in written else [], "action": written["then"],
    }  # fmt: skip


def _tell_contradictions(desk: Desk) -> None:
    found = contradictions(desk.rules)
    if not found:
        return
    desk.screen.heading(desk.words("contradictions"))
    for one in found:
        desk.screen.line(_told(desk, one), "yellow")


def _told(desk: Desk, one: Contradiction) -> str:
    """'Rule a pins product P that rule b excludes …'."""
    what = desk.words("what_products", ids=", ".join(one.products)) if one.products else desk.words("what_all")
    told = desk.words(one.kind, winner=one.winner, loser=one.loser, what=what)
    pages = ", ".join(desk.words(f"page_{page}") for page in one.pages)
    return f"[{pages}] {told}" if pages else told
