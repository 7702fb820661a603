"""What is wrong with the variables of a template: names, places, kinds that do not go together.

Belongs here: variables, and the kinds of sends that they leave. Does not belong here: their values (``filling``).
"""

import re
from collections.abc import Iterator
from typing import Final

from models.documents.reading import Problem
from models.messages.allowed import uses_at
from models.messages.documents.places import Place, places
from models.messages.documents.template import Template
from models.messages.problems import problem
from models.messages.variables import ANY_VARIABLE, Variable, meant, variable, variables_in

_BEGINNING: Final = re.compile(r"#\{")
_ADDRESSES: Final = ("image_url", "mobile_url", "pc_url", "landing")


def variable_problems(template: Template) -> Iterator[Problem]:
    """Everything wrong with variables, and with what stands in for their missing values."""
    spots = places(template)
    found = variables_in(spot.text for spot in spots)
    for spot in spots:
        yield from _at(template, spot)
    personal, kakao = [one for one in found if one.is_personal], [one for one in found if one.use == "kakao"]
    if personal and kakao and _has_kakao(template):
        values = {"kakao": str(kakao[0]), "personal": str(personal[0]), "near": _near(kakao[0])}
        yield problem(template, "", "variables_mixed", **values)
    elif kakao and not sends_by(template):
        yield problem(template, "targeting", "kakao_not_manual", kakao=str(kakao[0]))
    yield from _if_missing(template, {one.column for one in found})


def sends_by(template: Template) -> frozenset[str]:
    """Kinds of sends that a template is for: ``conditional`` (members that a segment finds), ``manual`` (an uploaded
    list). Personal variables need members, Kakao variables an upload (F3); targeting M and N is not for lists (F4)."""
    found = variables_in(place.text for place in places(template))
    kinds = {"conditional", "manual"}
    if any(one.is_personal for one in found):
        kinds -= {"manual"}
    if any(one.use == "kakao" for one in found):
        kinds -= {"conditional"}
    if template.brand_message is not None and template.brand_message.targeting != "I":
        kinds -= {"manual"}
    return frozenset(kinds)


def _has_kakao(template: Template) -> bool:
    return template.channel in ("alimtalk", "brand_message")


def _at(template: Template, spot: Place) -> Iterator[Problem]:
    if len(_BEGINNING.findall(spot.text)) != len(ANY_VARIABLE.findall(spot.text)):
        yield problem(template, spot.path, "variable_broken")
    allowed = uses_at(template, spot)
    for one in variables_in([spot.text]):
        if one.use == "link":
            yield problem(template, spot.path, "variable_reserved", variable=str(one))
        elif one.use == "kakao" and ("kakao" not in allowed or (template.brand_message is not None and meant(one))):
            yield problem(template, spot.path, "variable_unknown", variable=str(one), near=_near(one))
        elif one.use not in allowed:
            uses = ", ".join(sorted(allowed)) or "-"
            yield problem(template, spot.path, "variable_not_here", variable=str(one), uses=uses)


def _near(one: Variable) -> str:
    return str(meant(one) or "-")


def _if_missing(template: Template, used: set[str]) -> Iterator[Problem]:
    for name, text in template.if_missing.items():
        one = variable(name.removeprefix("#{").removesuffix("}"))
        if one.column not in used:
            yield problem(template, f"/if_missing.{name}", "missing_unused", variable=str(one))
        elif one.use in _ADDRESSES and not text.startswith(("https://", "http://")):
            yield problem(template, f"/if_missing.{name}", "not_a_link")
