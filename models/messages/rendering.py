"""Messages made for recipients: every text filled, its kind and price class found, or the reason why one gets none.

Belongs here: one template and many recipients at once, or one for previews and test sends. Does not belong here: what
is wrong with the template itself (``checks``), the requests that vendors take (connectors, assets).

Limits hold after substitution and after the law's words were added. A recipient whose message breaks one is left out
with a reason that names the field, never cut short.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from models.messages.documents.places import Place, places
from models.messages.documents.template import Template
from models.messages.email.filling import filled_pages
from models.messages.email.pages import with_preheader
from models.messages.email.source import Source, source_of
from models.messages.email.text import text_of
from models.messages.filling import WEB_ADDRESS, Money, filled, missing, values_of
from models.messages.kinds import cost_class, text_kind
from models.messages.law import Sender, with_law
from models.messages.letters import has_outside_sms, sms_bytes_of, units_of
from models.messages.limits import PUSH_BYTES, Limit, limit_at, limits_of
from models.messages.variables import LINKS, Variable, variables_in

FIELD: Final = "field:"
SUBSTITUTE: Final = "substitute."
_ADDRESS: Final = r"^[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>\\^`|]+$"  # braces: test sends leave variables as they are


@dataclass(frozen=True)
class Rendered:
    """One message. ``fields``: path -> text, empty when ``skip_reason`` says why there is none."""

    kind: str
    cost_class: str
    bytes: int | None
    skip_reason: str | None
    fields: Mapping[str, str]
    substitute_kind: str | None = None
    substitute_skip_reason: str | None = None


def variables_of(template: Template) -> tuple[Variable, ...]:
    """Variables whose columns :func:`render` needs. The column of the mall's name may be left out."""
    found = list(variables_in(place.text for place in places(template)))
    if template.email is not None:
        found += variables_in(["#{수신거부 링크}"])
    return tuple(dict.fromkeys(found))


def render(template: Template, recipients: pl.DataFrame, sender: Sender, keep: Sequence[str] = ()) -> pl.DataFrame:
    """One row per row of ``recipients``, in their order: columns ``keep``, then

    ``kind`` (SMS, LMS, MMS, ALIMTALK, a Brand Message type, PUSH, EMAIL, ONSITE), ``cost_class``, ``bytes`` (of the
    text; cp949 in text messages, else UTF-8), ``skip_reason`` (null: may be sent), and ``field:<path>`` for every text,
    null for those left out. With a substitute also ``substitute_kind``, ``substitute_bytes``,
    ``substitute_skip_reason``.

    Reasons: ``missing:<variable>``, ``too_long:<path>``, ``too_many_lines:<path>``, ``unencodable:<path>``,
    ``bad_link:<path>``. Raises :class:`models.messages.filling.MissingColumns`.
    """
    ready = with_law(template, sender)
    spots = places(ready)
    variables = variables_of(ready)
    if "mall_name" not in recipients.columns:
        recipients = recipients.with_columns(pl.lit(sender.mall_name).alias("mall_name"))
    money = Money(sender.currency, sender.locale)
    values = values_of(recipients, variables, money, template.substitutes).rechunk()
    own = [spot for spot in spots if not spot.path.startswith(SUBSTITUTE)]
    other = [spot for spot in spots if spot.path.startswith(SUBSTITUTE)]
    texts = _texts(ready, own, values)
    reason = pl.coalesce([_missing(ready, own), *_broken(ready, own)])
    frame = pl.concat([values, texts], how="horizontal").with_columns(reason.alias("skip_reason"))
    columns = [*_summary(ready), *_kept(ready, texts.columns, "skip_reason")]
    if other:
        frame = pl.concat([frame, _texts(ready, other, values)], how="horizontal")
        frame = frame.with_columns(pl.coalesce([_missing(ready, other), *_broken(ready, other)]).alias("_other"))
        columns += [*_substitute_summary(), *_kept(ready, [FIELD + spot.path for spot in other], "_other")]
    return pl.concat([recipients.select(keep), frame.select(columns)], how="horizontal")


def render_one(template: Template, values: Mapping[str, Any], sender: Sender) -> Rendered:
    """The message of one recipient: ``values`` by column of the variables, a missing key is a missing value."""
    columns = {one.column: [_storable(values.get(one.column))] for one in variables_of(with_law(template, sender))
               if one.column != "mall_name" or "mall_name" in values}  # fmt: skip
    frame = pl.DataFrame(columns) if columns else pl.DataFrame({"": [None]})
    row = render(template, frame, sender).row(0, named=True)
    fields = {
        name.removeprefix(FIELD): text for name, text in row.items() if name.startswith(FIELD) and text is not None
    }
    return Rendered(row["kind"], row["cost_class"], row["bytes"], row["skip_reason"], fields,
                    row.get("substitute_kind"), row.get("substitute_skip_reason"))  # fmt: skip


def values_for_test(template: Template, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for a test send: Kakao variables, which have none before the upload, stay as written (F11)."""
    kakao = {one.column: str(one) for one in variables_of(template) if one.use == "kakao"}
    return {**kakao, **values}


def _storable(value: Any) -> Any:
    """Half an emoji is no letter: it is left out."""
    return value.encode("utf-8", "ignore").decode("utf-8") if isinstance(value, str) else value


def _source(template: Template) -> Source:
    email = template.email
    if email is None:
        raise TypeError("not an e-mail")
    return source_of(with_preheader(email.html, email.preheader))


def _texts(template: Template, spots: Sequence[Place], values: pl.DataFrame) -> pl.DataFrame:
    """Every text of ``spots`` filled, as columns ``field:<path>``."""
    plain = [filled(one.text, one.role != "body").alias(FIELD + one.path) for one in spots if one.role != "html"]
    frame = values.with_columns(plain).select([FIELD + one.path for one in spots if one.role != "html"])
    if template.email is None:
        return frame
    source = _source(template)
    pages = [filled_pages(source, values, escapes=True).alias(FIELD + "html")]
    if template.email.text is None:
        text = text_of(template.email.html)
        said = filled_pages(source_of(text), values, escapes=False)
        pages.append(said.str.replace_all(r" *\n *", "\n").alias(FIELD + "text"))  # parts left out leave blanks
    pages.append(values["unsubscribe_url"].alias(FIELD + "unsubscribe_url"))
    return frame.with_columns(pages)


def _missing(template: Template, spots: Sequence[Place]) -> pl.Expr:
    """Variables without a value; what a condition of an e-mail asks for may be missing there, but not elsewhere."""
    found = list(variables_in(spot.text for spot in spots if spot.role != "html"))
    if template.email is not None:
        source = _source(template)
        found += [one for one in source.variables if one not in source.optional]
        found += variables_in(["#{수신거부 링크}"])
    return missing(dict.fromkeys(found))


def _broken(template: Template, spots: Sequence[Place]) -> list[pl.Expr]:
    """For each limit of the channel: the reason where a text breaks it, else null."""
    limits = limits_of(template)
    found: list[pl.Expr] = []
    for spot in spots:
        text = pl.col(FIELD + spot.path)
        limit = limit_at(limits, spot.path, spot.pattern, spot.role)
        if limit is not None:
            found += _beyond(text, limit, spot.path)
        if spot.role in ("link", "image") and "#{" in spot.text:
            shape = WEB_ADDRESS if spot.text.startswith("#{") else _ADDRESS
            found.append(_told(~text.str.contains(shape), f"bad_link:{spot.path}"))
        if template.sms is not None or spot.path.startswith(SUBSTITUTE):
            found.append(_told(has_outside_sms(text), f"unencodable:{spot.path}"))
        if spot.role == "html":
            links = [one for one in variables_in([spot.text]) if one.use in LINKS | {"image_url"}]
            found += [_told(~pl.col(one.column).str.contains(WEB_ADDRESS), f"bad_link:{one.name}") for one in links]
    if template.email is not None:
        found.append(_told(~pl.col("unsubscribe_url").str.contains(r"^https://[^\s<>]+$"), "bad_link:수신거부 링크"))
    if template.push is not None:
        size = pl.sum_horizontal([pl.col(FIELD + spot.path).str.len_bytes().cast(pl.Int64) for spot in spots])
        found.append(_told(size > PUSH_BYTES, "too_long:payload"))
    return found


def _beyond(text: pl.Expr, limit: Limit, path: str) -> list[pl.Expr]:
    length = sms_bytes_of(text) if limit.unit == "sms_bytes" else units_of(text)
    found = [_told(length > limit.most, f"too_long:{path}")]
    if limit.line_breaks is not None:
        found.append(_told(text.str.count_matches("\n") > limit.line_breaks, f"too_many_lines:{path}"))
    return found


def _told(holds: pl.Expr, reason: str) -> pl.Expr:
    return pl.when(holds).then(pl.lit(reason))


def _kept(template: Template, columns: Sequence[str], reason: str) -> list[pl.Expr]:
    """Texts of those who get the message; nobody else's can be sent by mistake, nor a subject with an SMS."""
    gets = pl.col(reason).is_null()
    subjects = [FIELD + SUBSTITUTE + "subject"] + ([FIELD + "subject"] if template.sms is not None else [])
    found = []
    for column in columns:
        shown = gets & (_text_kind(template, column) != "SMS") if column in subjects else gets
        found.append(pl.when(shown).then(pl.col(column)).alias(column))
    return found


def _text_kind(template: Template, subject: str) -> pl.Expr:
    return text_kind(template.sms, pl.col(subject.removesuffix("subject") + "text"))


def _summary(template: Template) -> list[pl.Expr]:
    kind = _text_kind(template, FIELD + "subject") if template.sms is not None else pl.lit(_kind(template))
    return [
        kind.alias("kind"),
        cost_class(template.channel, kind).alias("cost_class"),
        _size(template).alias("bytes"),
        pl.col("skip_reason"),
    ]


def _kind(template: Template) -> str:
    return template.brand_message.type if template.brand_message is not None else template.channel.upper()


def _size(template: Template) -> pl.Expr:
    if template.sms is not None:
        return sms_bytes_of(pl.col(FIELD + "text"))
    path = next((place.path for place in places(template) if place.path in ("html", "body", "text")), None)
    return pl.lit(None, pl.Int64) if path is None else pl.col(FIELD + path).str.len_bytes().cast(pl.Int64)


def _substitute_summary() -> list[pl.Expr]:
    text = pl.col(FIELD + SUBSTITUTE + "text")
    return [
        text_kind(None, text).alias("substitute_kind"),
        sms_bytes_of(text).alias("substitute_bytes"),
        pl.col("_other").alias("substitute_skip_reason"),
    ]
