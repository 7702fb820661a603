"""The short form of conditions on custom data: ``point >= 500``, ``grade == "GOLD"``, ``region in ["서울", "부산"]``.

Belongs here: reading one comparison. Does not belong here: whether the field exists and fits (``checks``).

A name is a word of letters, digits, ``_``, ``-`` and dots, or stands in backticks; texts stand in single or double
quotes, in which a backslash takes the next character as it is; numbers, true and false stand bare.
"""

import re
from typing import Final, Literal, get_args

from pydantic_core import PydanticCustomError

Operator = Literal["==", "!=", ">=", ">", "<=", "<", "in", "contains", "exists"]
OPERATORS: Final = get_args(Operator)

_MOST_TEXT: Final = 10_000
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | `(?P<quoted>[^`]+)`
      | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<op>==|!=|>=|<=|=|>|<)
      | (?P<mark>[\[\](),])
      | (?P<word>[\w.-]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_OPENING: Final = {"[": "]", "(": ")"}
Token = tuple[str, str]  # kind and text


def read_comparison(text: str) -> dict[str, object]:
    """``name``, ``op`` and ``value`` of a comparison. Raises the error that pydantic reports at its place."""
    tokens = _tokens(text)
    if not tokens or tokens[0][0] not in ("word", "quoted"):
        raise _wrong("must begin with the name of a field")
    name, rest = tokens[0][1], tokens[1:]
    if not rest:
        raise _wrong("needs one of " + " ".join(OPERATORS) + " after the name")
    op = "==" if rest[0] == ("op", "=") else rest[0][1]
    if rest[0][0] not in ("op", "word") or op not in OPERATORS:
        raise _wrong("needs one of " + " ".join(OPERATORS) + " after the name")
    if op == "exists":
        if rest[1:]:
            raise _wrong("has more after exists")
        return {"name": name, "op": op}
    return {"name": name, "op": op, "value": _listed(rest[1:]) if op == "in" else _single(rest[1:])}


def _tokens(text: str) -> list[Token]:
    if len(text) > _MOST_TEXT:
        raise _wrong("is too long; write it as name, op and value")
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _wrong("can not be read from '" + text[at : at + 20] + "' on (is a quote missing?)")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _single(tokens: list[Token]) -> object:
    if len(tokens) != 1:
        found = "has more than one value" if tokens else "needs a value"
        raise _wrong(found + "; combine comparisons with all, any and not")
    return _literal(tokens[0])


def _listed(tokens: list[Token]) -> list[object]:
    """``[a, b]`` or ``(a, b)``."""
    if len(tokens) < 3 or tokens[0][0] != "mark" or tokens[-1] != ("mark", _OPENING.get(tokens[0][1], "")):
        raise _wrong('in needs a list: ["a", "b"]')
    inner = tokens[1:-1]
    if len(inner) % 2 == 0 or any(token != ("mark", ",") for token in inner[1::2]):
        raise _wrong('in needs values with commas between them: ["a", "b"]')
    return [_literal(token) for token in inner[::2]]


def _literal(token: Token) -> object:
    kind, text = token
    if kind == "text":
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    if kind == "number":
        return float(text) if set(text) & set(".eE") else int(text)
    if kind == "word" and text in ("true", "false"):
        return text == "true"
    raise _wrong("value '" + text + "' must be a number, true, false, or a text in quotes")


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("custom_text", "{what}", {"what": what})
