"""`dangol template preview`: a template as its recipients see it, as a page or a picture.

Belongs here: a member's values, the file that is written. Does not belong here: the page (``models.messages.preview``),
drawing pictures (``connectors.browser``). With a member the file is personal: it goes where it was asked to.
"""

from pathlib import Path

import polars as pl

from assets.campaigns.values import Values
from connectors.browser.screenshot import BrowserFailed, find_browser, picture_of
from models.messages.documents.template import Template
from models.messages.preview.page import preview
from models.messages.rendering import Rendered, render_one, values_for_test, variables_of
from orchestration.cli.message_problems import told_skip
from orchestration.cli.template_view import Desk
from orchestration.cli.words import CommandError

_LANDING = "landing_url"
_UNSUBSCRIBE = "https://preview.invalid/unsubscribe"  # every e-mail has one; this one leads nowhere


def write_preview(desk: Desk, name: str, member_id: str, width: int, out: Path | None) -> None:
    """Write the preview of a template as HTML or PNG, by the name of the file."""
    template, words = desk.pick_template(name), desk.words
    file = out if out is not None else Path(f"{name}.html")
    if file.suffix.lower() not in (".html", ".png"):
        raise CommandError(words("out_kind", file=file))
    rendered = rendered_for(desk, template, member_id) if member_id else None
    skip = rendered.skip_reason if rendered is not None else None
    why = told_skip(skip, words) if skip is not None else None
    page = preview(template, desk.shop.sender, rendered, words.locale, why)
    data = page.encode() if file.suffix.lower() == ".html" else _picture(desk, page, width)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CommandError(words("not_written", file=file, why=error.strerror or error)) from None
    if why is not None:
        desk.screen.line(words("preview_skipped", why=why), "yellow")
    desk.screen.line(words("preview_written", file=file.absolute()))


def rendered_for(desk: Desk, template: Template, member_id: str) -> Rendered:
    """The message that a member would get now; Kakao variables stay as they are written, for they have no values
    before an upload. Raises :class:`CommandError` for a member that nobody knows."""
    member = desk.store.get(member_id)
    if member is None:
        raise CommandError(desk.words("no_member", id=member_id))
    variables, key = variables_of(template), member.member_key
    people = desk.store.recipients([key]).with_columns(pl.lit(key).alias("customer_key"))
    known = Values(desk.shop, None, variables, pl.Series("customer_key", [key])).of(people).row(0, named=True)
    hosts = desk.settings.site_hosts
    values = {"unsubscribe_url": _UNSUBSCRIBE}
    if hosts and _LANDING not in template.substitutes:
        values[_LANDING] = f"https://{hosts[0]}"  # a campaign says where it leads
    values |= {name: value for name, value in known.items() if value is not None}
    return render_one(template, values_for_test(template, values), desk.shop.sender)


def _picture(desk: Desk, page: str, width: int) -> bytes:
    browser = find_browser()
    if browser is None:
        raise CommandError(desk.words("no_browser"))
    try:
        return picture_of(page, width, browser)
    except BrowserFailed as error:
        raise CommandError(desk.words("browser_failed", why=error)) from None
