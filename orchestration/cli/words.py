"""Phrases in the shop's language, and the error that says one.

Belongs here: picking and filling phrases, what commands on documents have in common to say. Does not belong here: the
phrases of a command (``recommend_words``, ``segment_words``, …), layout (``screen``).
"""

from typing import Final

import models.words
from models.words import Phrases


class CommandError(Exception):
    """What was asked for can not be done; the message says why and what to do, in the shop's language."""


class Words(models.words.Words):
    """Phrases of commands: ``words("key", name=value)``."""

    def amount(self, number: float) -> str:
        """A number as people write it."""
        return f"{number:,.0f}" if number == int(number) else f"{number:,g}"

    def or_list(self, texts: tuple[str, ...], most: int = 3) -> str:
        """'a or b or 5 more'."""
        shown = list(texts[:most])
        if len(texts) > most:
            shown.append(self("more", count=len(texts) - most))
        return self("or").join(shown)


DOCUMENT_PHRASES: Final[Phrases] = {
    "id": ("ID", "id"),
    "name": ("이름", "name"),
    "description": ("설명", "description"),
    "status": ("상태", "status"),
    "version": ("버전", "version"),
    "applied_at": ("적용 시각", "applied"),
    "versions": ("적용 이력", "Versions"),
    "on": ("켜짐", "on"),
    "off": ("꺼짐", "off"),
    "removed": ("삭제됨", "removed"),
    "applied_new": ("추가 {count}개: {ids}", "Added {count}: {ids}"),
    "applied_changed": ("변경 {count}개: {ids}", "Changed {count}: {ids}"),
    "applied_same": ("그대로 {count}개: {ids}", "As they were, {count}: {ids}"),
    "switched_on": ("{id}: 켰습니다.", "{id} is on."),
    "switched_off": ("{id}: 껐습니다.", "{id} is off."),
    "already_on": ("{id}: 이미 켜져 있습니다.", "{id} was on already."),
    "already_off": ("{id}: 이미 꺼져 있습니다.", "{id} was off already."),
    "was_removed": ("{id}: 삭제했습니다. 이력은 남아 있습니다.", "{id} is removed; its history stays."),
    "no_format": ("--format {form!r}: {formats} 중 하나여야 합니다.", "--format {form!r} is not one of {formats}"),
    "there_are": ("가장 가까운 것: {nearest}. 있는 것: {all}.", "Nearest: {nearest}. There are: {all}."),
    "there_are_none": ("아직 하나도 없습니다.", "There are none yet."),
    "or": (" 또는 ", " or "),
    "more": ("그 밖의 {count}개", "{count} more"),
}
