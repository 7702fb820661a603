"""What commands on the marketer's documents start with: the store, the language, files of documents.

Belongs here: reading files, saying what applying them changed, printing a document and its versions.
Does not belong here: what a command does, which documents there are (``recommend_view``, ``segment_view``, …).
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, open_home
from connectors.home.settings import Settings, read_settings
from connectors.store.documents import Applied, Documents, Version
from connectors.store.store import Store
from models.documents.reading import DocumentError, Problem, read_documents
from models.documents.said import said
from models.words import Phrases
from orchestration.cli.document_problems import told_problems
from orchestration.cli.screen import Column, Screen
from orchestration.cli.words import CommandError, Words

LIST_FORMATS = ("table", "csv", "json")
SHOW_FORMATS = ("table", "json", "yaml")
Document = TypeVar("Document", bound=BaseModel)
Desk = TypeVar("Desk", bound="DocumentDesk")
Reader = Callable[[Sequence[tuple[str, str]]], tuple[Document, ...]]


@dataclass(frozen=True)
class DocumentDesk:
    """A home whose documents are worked on; ``form``: how to print."""

    home: Home
    settings: Settings
    store: Store
    words: Words
    form: str
    out: IO[str]

    @cached_property
    def screen(self) -> Screen:
        return Screen(self.out)

    def read(
        self, files: Sequence[Path], kind: type[Document], reader: Reader[Document] | None = None
    ) -> tuple[Document, ...]:
        """Documents of all ``files``; ``reader``: what reads those of this kind, where there is more to it. Raises
        :class:`CommandError` that tells all problems of all of them."""
        problems: list[Problem] = []
        texts: list[tuple[str, str]] = []
        for file in files:
            try:
                texts.append((str(file), file.read_text(encoding="utf-8-sig")))
            except UnicodeDecodeError:
                problems.append(Problem(str(file), 0, "", (), "not_utf8"))
            except OSError as error:
                problems.append(Problem(str(file), 0, "", (), "no_file", {"what": error.strerror or error}))
        found: tuple[Document, ...] = ()
        try:
            found = read_documents(texts, kind) if reader is None else reader(texts)
        except DocumentError as error:
            problems += error.problems
        self.refuse(problems)
        return found

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Raise :class:`CommandError` telling ``problems``, if there are any."""
        if problems:
            raise CommandError(told_problems(problems, self.words.locale))

    def tell_applied(self, applied: Applied) -> None:
        """What applying documents changed."""
        for key, ids in (("new", applied.added), ("changed", applied.changed), ("same", applied.unchanged)):
            if ids:
                self.screen.line(self.words(f"applied_{key}", count=len(ids), ids=", ".join(ids)))

    def pick(self, name: str, known: Mapping[str, Document], missing: str) -> Document:
        """The document of an id. Raises :class:`CommandError` with the phrase ``missing`` and the nearest ids."""
        if name not in known:
            raise CommandError(self.words(missing, id=name, hint=self.hint(name, list(known))))
        return known[name]

    def hint(self, name: str, known: Sequence[str]) -> str:
        """Which ids there are, the nearest first."""
        if not known:
            return self.words("there_are_none")
        nearest = get_close_matches(name, known, n=1, cutoff=0) or known[:1]
        return self.words("there_are", nearest=nearest[0], all=", ".join(known))

    def switch(self, documents: Documents, document: Mapping[str, Any], on: bool) -> None:
        """Make a version of ``document`` (as :func:`said` gives it) that is on or off, and say so."""
        name, state = document["id"], "on" if on else "off"
        if document.get("on", True) == on:
            self.screen.line(self.words(f"already_{state}", id=name))
            return
        switched = {key: value for key, value in document.items() if key != "on"}
        documents.apply([switched if on else switched | {"on": False}])
        self.screen.line(self.words(f"switched_{state}", id=name))

    def state(self, is_on: bool) -> str:
        return self.words("on" if is_on else "off")

    def print_document(self, document: BaseModel, versions: Sequence[Version], **more: object) -> None:
        """A document as it would stand in a file (yaml), or with its versions (json)."""
        if self.form == "yaml":
            self.out.write(yaml.safe_dump(said(document), allow_unicode=True, sort_keys=False))
            return
        listed = [{"version": one.version, "applied_at": one.applied_at, "is_on": one.is_on, "document": one.document}
                  for one in versions]  # fmt: skip
        whole = {"document": said(document), **more, "versions": listed}
        self.out.write(json.dumps(whole, ensure_ascii=False, indent=2, default=_moment) + "\n")

    def print_versions(self, versions: Sequence[Version]) -> None:
        """All versions of a document, the newest first; times in the shop's zone."""
        if not versions:
            return
        self.screen.heading(self.words("versions"))
        columns = [Column(self.words("version"), right=True)]
        columns += [Column(self.words(key)) for key in ("applied_at", "status")]
        self.screen.table(columns, [self._version_row(one, self.settings.zone) for one in reversed(versions)])

    def _version_row(self, one: Version, zone: ZoneInfo) -> list[str]:
        state = self.words("removed") if one.document is None else self.state(one.is_on)
        return [str(one.version), f"{one.applied_at.astimezone(zone):%Y-%m-%d %H:%M}", state]


@contextmanager
def desk_of(kind: type[Desk], phrases: Phrases, root: Path | None, form: str, formats: Sequence[str]) -> Iterator[Desk]:
    """The home's documents on a desk of ``kind``. Raises :class:`CommandError` for an unknown format."""
    home = open_home(root)
    settings = read_settings(home.settings_file)
    words = Words(settings.locale, phrases)
    if form not in formats:
        raise CommandError(words("no_format", form=form, formats=", ".join(formats)))
    with Store.open(home.ops_url, secret=read_secret(home), now=now) as store:
        yield kind(home, settings, store, words, form, sys.stdout)
    sys.stdout.flush()  # whoever read along may have gone: to be noticed here rather than at the very end


def now() -> dt.datetime:
    """The clock of commands, aware UTC."""
    return dt.datetime.now(dt.UTC)


def _moment(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
