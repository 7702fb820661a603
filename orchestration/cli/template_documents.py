"""`dangol template apply`, `list`, `show`, `copy`, `delete`, `usage`, `examples`: message templates as documents.

Belongs here: what each command does and shows. Does not belong here: wording, pictures of messages
(``template_preview``), what is asked of vendors (``template_vendor``).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.documents.reading import Problem
from models.documents.said import said
from models.messages.checks import obstacles_in, warnings_in
from models.messages.checks_variables import sends_by
from models.messages.documents.places import places
from models.messages.documents.reading import read_templates
from models.messages.documents.template import CHANNELS, NotCopied, Template, copied
from models.messages.examples.shipped import example_templates, example_texts
from models.messages.law import saved, with_law
from models.messages.letters import sms_bytes
from models.messages.limits import SMS_BYTES
from models.messages.rendering import variables_of
from models.messages.standing import claims_more, inspection_holds, with_known_state
from models.messages.variables import ANY_VARIABLE
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.template_view import Desk, Use
from orchestration.cli.words import CommandError

_COLUMNS = ("id", "name", "channel", "state", "kind", "bytes", "variables", "campaigns", "changed_at")
_USES = ("campaign_id", "name", "state", "variant", "role")
_SHOWN = 2_000  # characters of one text


def apply_templates(desk: Desk, files: Sequence[Path]) -> None:
    """Put the templates of ``files`` in force, all of them or none."""
    written = desk.read(files, Template, read_templates)
    known, uses = desk.templates, desk.uses("template")
    desk.refuse([problem for one in written for problem in _other_channel(one, known.get(one.id), uses)])
    opt_out = desk.settings.campaigns.opt_out_text
    stored = [with_known_state(saved(one, opt_out), known.get(one.id)) for one in written]
    applied = desk.store.templates.apply([said(one) for one in stored])
    desk.tell_applied(applied)
    took = [one.id for one in stored if opt_out and one.push is not None and one.push.opt_out == opt_out]
    if took:
        desk.screen.line(desk.words("opt_out_taken", ids=", ".join(took), text=opt_out))
    for file, now in zip(written, stored, strict=True):
        _tell_state(desk, file, now, known.get(now.id))
        users = sorted({use.campaign_id for use in uses.get(now.id, []) if use.is_open})
        if users and now.id in applied.changed:
            desk.screen.line(desk.words("used_from_now", id=now.id, campaigns=", ".join(users)))
        tell_problems(desk, now)


def list_templates(desk: Desk, channel: str) -> None:
    """Print all templates, or those of one channel."""
    words, screen = desk.words, desk.screen
    if channel and channel not in CHANNELS:
        raise CommandError(words("no_channel", channel=channel, channels=", ".join(CHANNELS)))
    rows = [row for row in _rows(desk) if channel in ("", row["channel"])]
    if desk.form != "table":
        write_rows(_COLUMNS, rows, desk.form, desk.out)
        return
    if not rows:
        screen.line(words("none_of_channel", channel=desk.parts(f"channel_{channel}")) if channel else words("none"))
        return
    screen.line(words("title", count=len(rows)), "bold")
    screen.line()
    columns = [Column(words("id"), whole=True), *(Column(words(key)) for key in ("name", "channel", "state", "kind"))]
    columns += [Column(words("variables")), Column(words("used_by")), Column(words("changed"), whole=True)]
    templates = desk.templates
    screen.table(columns, [_told_row(desk, templates[row["id"]], row) for row in rows])


def show_template(desk: Desk, name: str) -> None:
    """Print one template: what it says, what is wrong with it, who uses it, its versions."""
    template = desk.pick_template(name)
    versions = desk.store.templates.history(name)
    if desk.form != "table":
        desk.print_document(template, versions, state=state_of(desk, template))
        return
    words, screen = desk.words, desk.screen
    screen.line(f"{template.name} ({name})", "bold")
    screen.facts(_facts(desk, template))
    screen.heading(words("text"))
    texts = [[_path(place.path), place.text[:_SHOWN].replace("\n", " ⏎ ")] for place in places(template)]
    screen.table([Column(words("place"), whole=True), Column(words("text"))], texts)
    tell_problems(desk, template)
    _print_uses(desk, desk.uses("template").get(name, []))
    desk.print_versions_of(versions, lambda one: _stored_state(desk, one))


def copy_template(desk: Desk, name: str, new_id: str, new_name: str) -> None:
    """The same message under another id. Raises :class:`CommandError` for AlimTalk and for an id that is taken."""
    template, words = desk.pick_template(name), desk.words
    if desk.store.templates.history(new_id):
        raise CommandError(words("copy_taken", id=new_id))
    try:
        copy = copied(template, new_id, new_name or words("copy_name", name=template.name))
    except NotCopied:
        raise CommandError(words("copy_alimtalk", id=name)) from None
    except ValidationError:
        raise CommandError(words("bad_id", id=new_id)) from None
    desk.store.templates.apply([said(saved(copy, desk.settings.campaigns.opt_out_text))])
    desk.screen.line(words("copied", id=name, new=new_id))


def delete_template(desk: Desk, name: str) -> None:
    """Take a template out of force. Raises :class:`CommandError` while a campaign that is not completed uses it."""
    template = desk.pick_template(name)
    desk.require_unused("template", name)
    desk.store.templates.remove(template.id)
    desk.screen.line(desk.words("was_removed", id=name))


def tell_uses(desk: Desk, name: str) -> None:
    """Print the campaigns that use a template."""
    desk.pick_template(name)
    uses = desk.uses("template").get(name, [])
    if desk.form != "table":
        write_rows(_USES, [{key: getattr(use, key) for key in _USES} for use in uses], desk.form, desk.out)
    elif not uses:
        desk.screen.line(desk.words("no_uses", id=name))
    else:
        _print_uses(desk, uses)


def show_examples(desk: Desk, channel: str) -> None:
    """Print the examples of all channels, or of one, as a file; or which there are."""
    texts = {str(key): text for key, text in example_texts().items()}
    if channel and channel not in texts:
        raise CommandError(desk.words("no_example", id=channel, hint=desk.hint(channel, list(texts))))
    if desk.form == "yaml":
        desk.out.write("---\n".join(text for key, text in texts.items() if channel in ("", key)))
        return
    rows = [{"channel": one.channel, "id": one.id, "name": one.name} for one in example_templates()
            if channel in ("", one.channel)]  # fmt: skip
    if desk.form != "table":
        write_rows(("channel", "id", "name"), rows, desk.form, desk.out)
        return
    desk.screen.line(desk.words("examples"), "bold")
    desk.screen.line()
    columns = [Column(desk.words(key), whole=key != "name") for key in ("channel", "id", "name")]
    desk.screen.table(columns, [list(row.values()) for row in rows])
    desk.screen.line()
    desk.screen.line(desk.words("examples_hint"))


def state_of(desk: Desk, template: Template) -> str:
    """``draft``, ``requested``, ``rejected``, ``sandbox_only`` of an AlimTalk; else ``ready`` (of an AlimTalk
    ``approved``), or ``blocked`` where something else keeps it from being sent."""
    alimtalk = template.alimtalk
    if alimtalk is not None and alimtalk.inspection.state != "approved":
        return alimtalk.inspection.state
    if not inspection_holds(template, is_sandbox=desk.is_sandbox):
        return "sandbox_only"
    if obstacles_in(template, desk.shop.sender):
        return "blocked"
    return "ready" if alimtalk is None else "approved"


def told_state(desk: Desk, template: Template, state: str) -> str:
    """The state in words."""
    if state == "blocked":
        return desk.words("blocked", count=len(obstacles_in(template, desk.shop.sender)))
    return desk.words(state if state in ("ready", "sandbox_only") else f"state_{state}")


def tell_problems(desk: Desk, template: Template) -> None:
    """What keeps a template from being sent and what to look at, in words."""
    sender = desk.shop.sender
    obstacles = [one for one in obstacles_in(template, sender) if one.kind != "not_approved"]
    for key, problems in (("obstacles_of", obstacles), ("warnings_of", warnings_in(template, sender))):
        if problems:
            desk.screen.line()
            desk.screen.line(desk.words(key, id=template.id), "yellow")
            for problem in problems:
                desk.screen.line(f"  {desk.told(problem)}")


def _other_channel(template: Template, before: Template | None, uses: dict[str, list[Use]]) -> list[Problem]:
    """A campaign has one channel: a template that it uses can not go to another."""
    users = sorted({use.campaign_id for use in uses.get(template.id, []) if use.is_open})
    if before is None or before.channel == template.channel or not users:
        return []
    values = {"campaigns": ", ".join(users), "before": before.channel}
    return [Problem(template.id, 0, template.id, (template.channel,), "channel_in_use", values)]


def _tell_state(desk: Desk, file: Template, now: Template, before: Template | None) -> None:
    if now.alimtalk is None:
        return
    if claims_more(file, now):
        claimed = file.alimtalk.inspection.state if file.alimtalk is not None else "draft"
        states = {"said": desk.words(f"state_{claimed}"), "state": told_state(desk, now, state_of(desk, now))}
        desk.screen.line(desk.words("state_not_yours", id=now.id, **states), "yellow")
    was = before.alimtalk.inspection.state if before is not None and before.alimtalk is not None else "draft"
    if was == "approved" and now.alimtalk.inspection.state != "approved":
        desk.screen.line(desk.words("inspection_lost", id=now.id), "yellow")


def _rows(desk: Desk) -> list[dict[str, Any]]:
    uses = desk.uses("template")
    changed = {one.id: one.applied_at for one in desk.store.templates.current()}
    rows = []
    for one in desk.templates.values():
        kind, size = _kind(desk, one)
        campaigns = sorted({use.campaign_id for use in uses.get(one.id, [])})
        rows.append({
            "id": one.id, "name": one.name, "channel": one.channel, "state": state_of(desk, one), "kind": kind,
            "bytes": size, "variables": [variable.name for variable in variables_of(one)], "campaigns": campaigns,
            "changed_at": changed[one.id].astimezone(desk.settings.zone).isoformat(timespec="minutes"),
        })  # fmt: skip
    return rows


def _told_row(desk: Desk, template: Template, row: dict[str, Any]) -> list[str]:
    words = desk.words
    variables, kind = row["variables"], words(f"kind_{row['kind']}")
    if row["bytes"] is not None:
        key = "bytes_and_more" if variables else "bytes"
        kind = words(key, kind=kind, bytes=row["bytes"])
    shown = variables[0] if len(variables) == 1 else ""
    if len(variables) > 1:
        shown = words("more_variables", first=variables[0], count=len(variables) - 1)
    return [row["id"], row["name"], desk.parts(f"channel_{row['channel']}"), told_state(desk, template, row["state"]),
            kind, shown, ", ".join(row["campaigns"]), row["changed_at"][:16].replace("T", " ")]  # fmt: skip


def _kind(desk: Desk, template: Template) -> tuple[str, int | None]:
    """What it is sent as, and bytes of its fixed words with those of the law, where bytes are what counts."""
    if template.sms is not None:
        ready = with_law(template, desk.shop.sender).sms
        size = sms_bytes(ANY_VARIABLE.sub("", ready.text if ready is not None else ""))
        return "MMS" if template.sms.images else "SMS" if size <= SMS_BYTES else "LMS", size
    if template.push is not None:
        ready_push = with_law(template, desk.shop.sender).push
        body = ANY_VARIABLE.sub("", ready_push.body if ready_push is not None else "")
        return "PUSH", len(body.encode())
    part = template.brand_message or template.alimtalk
    style = template.onsite.style if template.onsite is not None else template.channel.upper()
    return (part.type if part is not None else style), None


def _facts(desk: Desk, template: Template) -> list[tuple[str, str]]:
    words, row = desk.words, next(row for row in _rows(desk) if row["id"] == template.id)
    told = _told_row(desk, template, row)
    purpose = "onsite" if template.channel == "onsite" else "advertising" if template.advertises else "information"
    inspection = template.alimtalk.inspection if template.alimtalk is not None else None
    return [
        (words("description"), template.description or ""),
        (words("channel"), told[2]),
        (words("state"), told[3]),
        (words("reason"), (inspection.reason or "") if inspection else ""),
        (words("vendor_state"), (inspection.vendor_state or "") if inspection else ""),
        (words("kind"), told[4]),
        (words("purpose"), words(f"purpose_{purpose}")),
        (
            words("sends_by"),
            ", ".join(words(f"sends_{one}") for one in sorted(sends_by(template))) or words("no_sends"),
        ),
        (words("variables"), ", ".join(f"#{{{name}}}" for name in row["variables"])),
        (words("stands_in"), ", ".join(f"{name} → {text}" for name, text in template.if_missing.items())),
    ]


def _print_uses(desk: Desk, uses: Sequence[Use]) -> None:
    if not uses:
        return
    words = desk.words
    desk.screen.heading(words("usage"))
    columns = [Column(words("campaign"), whole=True), Column(words("name")), Column(words("state"))]
    columns += [Column(words("variant")), Column(words("role"))]
    rows = [[use.campaign_id, use.name, desk.parts(f"state_{use.state}"), use.variant, words(f"role_{use.role}")]
            for use in uses]  # fmt: skip
    desk.screen.table(columns, rows)


def _path(path: str) -> str:
    """'buttons.1.mobile' of the first button's link: marketers count from 1, as problems do."""
    return ".".join(str(int(part) + 1) if part.isdecimal() else part for part in path.split("."))


def _stored_state(desk: Desk, document: dict[str, Any]) -> str:
    alimtalk = document.get("alimtalk")
    if alimtalk is None:
        return desk.words("stored")
    return desk.words(f"state_{alimtalk.get('inspection', {}).get('state', 'draft')}")
