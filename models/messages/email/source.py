"""The HTML of an e-mail as a template: ``#{variables}``, and ``{% if … %}`` around parts that not everybody gets.

Belongs here: which commands there are, turning a page into a Jinja template that knows no others. Does not belong here:
what HTML may hold (``models.messages.email.pages``), filling it for recipients (``models.messages.email.filling``).

Of Jinja there are if / elif / else, comparisons, and, or, not, and the filters number, default, upper, lower, length:
no loops, no calls, no attributes, nothing that could run long, fail for some value, or reach anything. The sandbox is a
second wall.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.messages.variables import ANY_VARIABLE, Variable, variable, variables_in

COMMAND: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{\*.*?\*\}", re.DOTALL)
_NODES: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Getitem, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Filter,
)  # fmt: skip
_NUMBER: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
MOST_DEPTH: Final = 20  # conditions inside conditions


class WrongSource(ValueError):
    """A page that can not be used as a template: ``reason`` names what, ``line`` where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class Source:
    """A page ready to be filled. ``optional``: variables that a condition asks for, so that they may be missing."""

    code: str
    variables: tuple[Variable, ...]
    optional: frozenset[Variable]

    @property
    def has_commands(self) -> bool:
        """Whether there is anything but variables to be filled."""
        return COMMAND.search(self.code) is not None


@lru_cache(maxsize=256)
def source_of(page: str) -> Source:
    """Read a page. Raises :class:`WrongSource` for a command that e-mails do not have."""
    commands = COMMAND.search(page) is not None
    optional: set[str] = set()
    if commands or re.search(r"\{[%{*]", page):
        optional = _checked(jinja_code(page))
    found = variables_in([page])
    return Source(page, found, frozenset(one for one in found if one.column in optional))


def jinja_code(page: str) -> str:
    """The page as Jinja reads it: variables are ``value["column"]``, printed where they stand outside of a command."""
    pieces, at = [], 0
    for command in COMMAND.finditer(page):
        pieces += [_printed(page[at : command.start()]), ANY_VARIABLE.sub(_looked_up, command[0])]
        at = command.end()
    return "".join([*pieces, _printed(page[at:])])


@lru_cache(maxsize=2)
def environment(escapes: bool) -> ImmutableSandboxedEnvironment:
    """Jinja with the few commands of e-mails; ``escapes``: values become HTML text."""
    made = ImmutableSandboxedEnvironment(
        autoescape=escapes, comment_start_string="{*", comment_end_string="*}",
        keep_trailing_newline=True, finalize=_printable,
    )  # fmt: skip
    made.globals.clear()
    made.filters = dict(_FILTERS)
    made.tests.clear()
    return made


def _printable(value: Any) -> Any:
    """Nothing for what is missing; 1500, not 1500.0."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    return "" if value is None else value


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _as_number(value: object) -> float:
    """12900 of '12,900원'; what is no number is neither above nor below any."""
    found = _NUMBER.search(_text(value))
    return float(found[0].replace(",", "")) if found else math.nan


_FILTERS: Final[dict[str, Any]] = {
    "number": _as_number,
    "default": lambda value, other="": _text(value) or other,
    "upper": lambda value: _text(value).upper(),
    "lower": lambda value: _text(value).lower(),
    "length": lambda value: len(_text(value)),
}
_NUMERIC: Final = ("number", "length")
_ORDERS: Final = ("gt", "gteq", "lt", "lteq")
_EQUALS: Final = ("eq", "ne")


def _looked_up(match: re.Match[str]) -> str:
    return f"value[{json.dumps(variable(match[1]).column)}]"


def _printed(text: str) -> str:
    return ANY_VARIABLE.sub(lambda match: "{{ " + _looked_up(match) + " }}", text)


def _checked(code: str) -> set[str]:
    """Columns that conditions ask for. Raises where there is anything but the few commands."""
    try:
        tree = environment(True).parse(code)
    except TemplateSyntaxError as error:
        raise WrongSource(error.message or "syntax", error.lineno) from None
    except RecursionError:
        raise WrongSource("too deeply nested", 1) from None
    optional: set[str] = set()
    _walk(tree, 0, optional, asked=False)
    return optional


def _walk(node: nodes.Node, depth: int, optional: set[str], asked: bool) -> None:
    if depth > MOST_DEPTH * 4:
        raise WrongSource("too deeply nested", node.lineno)
    if not isinstance(node, _NODES):
        raise WrongSource(f"no command for e-mails: {type(node).__name__.lower()}", node.lineno)
    if isinstance(node, nodes.Name) and node.name != "value":
        raise WrongSource(f"no such name: {node.name}", node.lineno)
    if isinstance(node, nodes.Filter):
        _known_filter(node)
    if isinstance(node, nodes.Compare):
        _comparable(node)
    if isinstance(node, nodes.Neg) and not _is_number(node.node):
        raise WrongSource("minus is for numbers", node.lineno)
    if isinstance(node, nodes.Getitem):
        _one_of_ours(node, optional, asked)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and len(node.value) > 1000:
        raise WrongSource("a text of more than 1,000 characters in a command", node.lineno)
    test = node.test if isinstance(node, nodes.If | nodes.CondExpr) else None
    for child in node.iter_child_nodes():
        is_default = isinstance(node, nodes.Filter) and node.name == "default"
        _walk(child, depth + 1, optional, asked or child is test or is_default)


def _known_filter(node: nodes.Filter) -> None:
    most = 1 if node.name == "default" else 0
    if node.name not in _FILTERS or len(node.args) > most or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise WrongSource(f"no filter for e-mails: {node.name}", node.lineno)


def _comparable(node: nodes.Compare) -> None:
    """Only numbers are larger or smaller, so that no value makes a comparison fail."""
    for operand in node.ops:
        if operand.op not in (*_ORDERS, *_EQUALS):
            raise WrongSource(f"no comparison for e-mails: {operand.op}", node.lineno)
    ordered = any(operand.op in _ORDERS for operand in node.ops)
    if ordered and not all(_is_number(one) for one in (node.expr, *(operand.expr for operand in node.ops))):
        raise WrongSource("compare numbers: write #{적립금}|number", node.lineno)


def _is_number(node: nodes.Expr) -> bool:
    if isinstance(node, nodes.Neg):
        return _is_number(node.node)
    if isinstance(node, nodes.Const):
        return isinstance(node.value, int | float)
    return isinstance(node, nodes.Filter) and node.name in _NUMERIC


def _one_of_ours(node: nodes.Getitem, optional: set[str], asked: bool) -> None:
    key = node.arg.value if isinstance(node.arg, nodes.Const) else None
    if not (isinstance(node.node, nodes.Name) and node.node.name == "value" and isinstance(key, str)):
        raise WrongSource("brackets are not for e-mails", node.lineno)
    if asked:
        optional.add(key)
