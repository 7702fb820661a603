"""The operational store: members' personal data, which no other place holds, and what the marketer defined.

Belongs here: opening it and the operations other parts call, each one transaction.
Does not belong here: SQL (one module per aggregate: ``members``, ``erasures``, ``documents``), engine details
(``engine``), documents and sends (``parts``).
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa
from sqlalchemy import Connection, Engine, text

from connectors.home.member_key import member_key
from connectors.store import (
    api_keys,
    consents,
    custom,
    erasures,
    member_facts,
    member_rows,
    members,
    push_tokens,
    recipients,
    triggers,
)
from connectors.store import changes as change_numbers
from connectors.store import erasure_requests as requests
from connectors.store.consents import Consent
from connectors.store.custom import CustomField
from connectors.store.engine import compact, make_engine, reading, writing
from connectors.store.erasure_requests import ErasureRequest
from connectors.store.erasures import Erasure
from connectors.store.errors import translated
from connectors.store.ledger import history
from connectors.store.member_facts import MemberFactRows
from connectors.store.members import Member, UpsertResult
from connectors.store.migrate import migrate
from connectors.store.parts import StoreParts
from connectors.store.push_tokens import PushToken

Clock = Callable[[], dt.datetime]


class Store(StoreParts):
    """One shop's operational store. Make it with :meth:`open`, close it with :meth:`close` or ``with``.

    Usable from several threads; not across a fork (open it in the child). Every method raises
    :class:`connectors.store.errors.StoreError` or one of its kinds.
    """

    def __init__(self, engine: Engine, secret: str, now: Clock, region: str) -> None:
        super().__init__(engine, now)
        self._secret = secret
        self._region = region

    @classmethod
    def open(cls, url: str, *, secret: str, now: Clock, timeout_s: float = 30.0, region: str = "KR") -> Self:
        """Open the store at ``url`` (``home.ops_url``), creating its tables or bringing them up to date.

        ``secret``: the home's member key secret (``connectors.home.member_key.read_secret``). ``now``: the clock, UTC.
        ``timeout_s``: how long to wait for another process's lock, and for a server to answer. ``region``: whose
        telephone numbers come without a country code (``members.default_region`` of the settings).
        """
        engine = make_engine(url, timeout_s=timeout_s)
        try:
            with translated(engine.url, opening=True):
                engine.connect().close()
            with translated(engine.url):
                migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, secret, now, region)

    def close(self) -> None:
        """Give the connections back. The store can not be used after that."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def upsert_members(
        self, table: pa.Table, *, evidence: str = "", say: Callable[[str], None] = lambda line: None
    ) -> UpsertResult:
        """Insert or update members by ``member_id``; all of the table or nothing of it.

        ``table``: column ``member_id`` and any of ``connectors.store.member_rows.COLUMNS`` (``custom`` as the text of a
        JSON object of scalars; times as timestamps, UTC where they have no zone). A column that is absent is left
        alone, and so is a value that is null: null says "unknown", not "forget it". To take a value back write an
        empty text, 0 or false. ``custom`` is merged field by field; there null takes a field back. Storing the same
        table again changes nothing.
        ``evidence``: what proves consents whose row has no ``consent_source`` (a file's name, an API client).
        ``say``: takes a line for every 100,000 members.
        Raises :class:`connectors.store.errors.InvalidMembers`, which names the offending rows.
        """
        rows = member_rows.prepared(table, self._secret, self._region)
        with writing(self._engine) as connection:
            return members.upsert_members(connection, rows, self._now(), evidence, say)

    def record_consents(self, said: Sequence[Consent]) -> UpsertResult:
        """Take what members said on single channels, such as opt-outs, through the same door as a members table.

        All or nothing; whoever the store does not know is passed over.
        """
        with writing(self._engine) as connection:
            rows = consents.as_members(connection, said)
            prepared = member_rows.prepared(rows.to_arrow(), self._secret, self._region)
            return members.upsert_members(connection, prepared, self._now(), "")

    def consents_of(self, key: str) -> tuple[Consent, ...]:
        """Everything that the member with this pseudonym said, oldest first, with what proves it."""
        with reading(self._engine) as connection:
            return consents.history(connection, key)

    def push_tokens_of(self, key: str) -> tuple[PushToken, ...]:
        """The push tokens of one member, the newest first."""
        with reading(self._engine) as connection:
            return push_tokens.of_member(connection, key)

    def forget_push_token(self, token: str, at: dt.datetime) -> int:
        """A vendor said at ``at`` that a token is gone: take it from whoever had it by then. A member's next newest
        token takes its place on the member's row. Returns how many members lost it; their rows count as changed."""
        with writing(self._engine) as connection:
            return members.forget_token(connection, token, at, self._now())

    def custom_fields(self) -> tuple[CustomField, ...]:
        """The shop's own fields and their types, by name."""
        with reading(self._engine) as connection:
            return custom.read_fields(connection)

    def keys_by_phone(self, phone_e164: str) -> tuple[str, ...]:
        """Pseudonyms of all members with this number (E.164), sorted: families share one."""
        with reading(self._engine) as connection:
            return members.by_phone(connection, phone_e164)

    def keys_by_phones(self, phones: Sequence[str]) -> pl.DataFrame:
        """Columns phone and member_key: all members with one of these numbers (E.164), sorted by both."""
        with reading(self._engine) as connection:
            return recipients.keys_by_phones(connection, phones)

    def recipients(self, keys: Sequence[str]) -> pl.DataFrame:
        """Addresses, consents and values of the members among ``keys``, a row each, by member_key. Personal: for the
        message that is being made, never for files or logs.

        Columns: member_key, member_id, name, phone (E.164) and email (each null unless it can be reached), push_token
        (the newest), consent_<channel> (null: never said), is_channel_friend, grade, points, custom (JSON text)."""
        with self._snapshot() as connection:
            return recipients.of_keys(connection, keys)

    def member_figures(self) -> dict[str, int]:
        """How many members there are, can be reached and consented, by figure; nothing personal."""
        with reading(self._engine) as connection:
            return members.unreachable(connection)

    def last_change(self) -> int:
        """A number that rises with every transaction that changed something of members, consents or tokens."""
        with reading(self._engine) as connection:
            return change_numbers.last_seq(connection)

    def keys_since(self, seq: int) -> tuple[int, pa.Table]:
        """The last change, and the column ``member_key`` of members written by changes after ``seq`` (0: everybody)."""
        with self._snapshot() as connection:
            return change_numbers.last_seq(connection), member_facts.keys_since(connection, seq)

    @contextmanager
    def facts_since(self, seq: int) -> Iterator[MemberFactRows]:
        """What segments may know of members written by changes after ``seq`` (0: everybody), of one state of the store:
        the batches have to be read within the block."""
        with self._snapshot() as connection:
            yield member_facts.facts_since(connection, seq, self._secret)

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """A connection that sees one state of the store, however long it takes; for reading only."""
        with reading(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            yield connection

    def issue_api_key(self, name: str) -> str:
        """A new key of the member API for the client ``name``, ending its old one. Nobody can see it again."""
        with writing(self._engine) as connection:
            return api_keys.issue(connection, name, self._now())

    def revoke_api_key(self, name: str) -> bool:
        """End a client's key; False where there was none."""
        with writing(self._engine) as connection:
            return api_keys.revoke(connection, name)

    def owner_of_api_key(self, key: str) -> str | None:
        """The client whose key this is, None for nobody's."""
        with reading(self._engine) as connection:
            return api_keys.owner(connection, key)

    def request_erasure(self, member_id: str, by: str) -> None:
        """Note that ``member_id`` is to be erased; `dangol member erase --requested` does it."""
        with writing(self._engine) as connection:
            requests.add(connection, self.key_of(member_id), member_id, by, self._now())

    def erasure_requests(self) -> tuple[ErasureRequest, ...]:
        """Who is still to be erased, oldest request first."""
        with reading(self._engine) as connection:
            return requests.waiting(connection)

    def get(self, member_id: str) -> Member | None:
        """The member with the shop's id ``member_id``, None when the store does not know one."""
        with reading(self._engine) as connection:
            return members.find(connection, "member_id", member_id)

    def by_key(self, key: str) -> Member | None:
        """The member behind a pseudonym, None when the store does not know one."""
        with reading(self._engine) as connection:
            return members.find(connection, "member_key", key)

    def count(self) -> int:
        """How many members are stored."""
        with reading(self._engine) as connection:
            return members.count(connection)

    def key_of(self, member_id: str) -> str:
        """The pseudonym of an id under this store's secret, whether the member is stored or not."""
        return member_key(member_id, self._secret)

    def delete(self, member_id: str) -> int:
        """Remove one member from the store alone; returns the rows removed (0 or 1).

        To erase a person from the whole home use ``connectors.erasure.erase.erase_member``.
        """
        with writing(self._engine) as connection:
            removed = members.remove(connection, self.key_of(member_id))
        compact(self._engine)
        return removed["members"]

    def record_erasure(self, key: str, counts: Mapping[str, int], devices: Sequence[str] = ()) -> Erasure:
        """The last step of an erasure, one transaction: remove what is still there of the member and write the trail,
        with the rows removed here beside the ``counts`` of the other places: ``store`` is the member's own row,
        ``store/<table>`` are consents, tokens, messages and hits of triggers. ``devices``: visitors who were the member
        alone."""
        with writing(self._engine) as connection:
            removed = members.remove(connection, key)
            requests.done(connection, key)
            if sent := history.forget(connection, key, self._now()):
                removed["messages"] = sent
            if hits := triggers.forget(connection, (key, *devices)):
                removed["trigger_hits"] = hits
            here = {"store" if name == "members" else f"store/{name}": rows for name, rows in removed.items()}
            erasure = Erasure(key, self._now(), {**counts, **here})
            erasures.add(connection, erasure)
        compact(self._engine)
        return erasure

    def erasures_of(self, key: str) -> tuple[Erasure, ...]:
        """The trail of one pseudonym, oldest first."""
        with reading(self._engine) as connection:
            return erasures.of_key(connection, key)

    def erased(self) -> dict[str, dt.datetime]:
        """Pseudonyms of everybody ever erased, and when last (aware UTC)."""
        with reading(self._engine) as connection:
            return erasures.latest(connection)
