"""Fixed texts of a template, once the law's words are in: what already breaks a limit whatever the values are.

Belongs here: counting what nobody's values change. Does not belong here: filled texts (``rendering``).
"""

from collections.abc import Iterator

from models.documents.reading import Problem
from models.messages.documents.places import Place, places
from models.messages.documents.template import Template
from models.messages.letters import outside_sms, rare_in_sms, shown_letters, sms_bytes, units
from models.messages.limits import EMAIL_HTML, limit_at, limits_of
from models.messages.problems import problem
from models.messages.variables import ANY_VARIABLE


def text_obstacles(template: Template) -> Iterator[Problem]:
    """Texts that are too long with all their variables empty; letters that no SMS carries."""
    limits = limits_of(template)
    for spot in places(template):
        fixed = ANY_VARIABLE.sub("", spot.text)
        limit = limit_at(limits, spot.path, spot.pattern, spot.role)
        if limit is not None:
            have = sms_bytes(fixed) if limit.unit == "sms_bytes" else units(fixed)
            if have > limit.most:
                kind = "too_many_bytes" if limit.unit == "sms_bytes" else "too_many_letters"
                yield problem(template, spot.path, kind, have=have, most=limit.most)
            if limit.line_breaks is not None and fixed.count("\n") > limit.line_breaks:
                yield problem(template, spot.path, "too_many_breaks", have=fixed.count("\n"), most=limit.line_breaks)
        found = outside_sms(_without_variables(spot.text)) if _is_sms(template, spot) else []
        if found:
            yield problem(template, spot.path, "unencodable", letters=shown_letters(found))


def text_warnings(template: Template) -> Iterator[Problem]:
    """What is allowed but goes wrong for some."""
    for spot in places(template):
        found = rare_in_sms(_without_variables(spot.text)) if _is_sms(template, spot) else []
        if found:
            yield problem(template, spot.path, "rare_letters", letters=shown_letters(found))
    if template.push is not None and template.advertises and not template.push.opt_out:
        yield problem(template, "opt_out", "push_no_opt_out")
    if template.email is not None and len(template.email.html) > EMAIL_HTML:
        yield problem(template, "html", "html_long", have=len(template.email.html), most=EMAIL_HTML)


def _is_sms(template: Template, spot: Place) -> bool:
    return template.sms is not None or spot.path.startswith("substitute.")


def _without_variables(text: str) -> str:
    """Variables blanked out, so that places of other letters stay what the marketer sees."""
    return ANY_VARIABLE.sub(lambda match: " " * len(match[0]), text)
