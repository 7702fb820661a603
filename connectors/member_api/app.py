"""The member API: members in, out and asked for over HTTP, as an ASGI application to be mounted or served.

Belongs here: routes, who may call, sizes, answers and errors as JSON.
Does not belong here: fields (``bodies``), importing (``connectors.members.importing``), when pseudonyms are landed
(``lander``), serving (whoever mounts it).
"""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.member_api.bodies import (
    BatchIn,
    ConsentsIn,
    MemberId,
    MemberIn,
    as_table,
    consent_times_wrong,
    times_wrong,
)
from connectors.member_api.lander import Lander
from connectors.members.importing import MembersReport, import_members
from connectors.store.consents import Consent
from connectors.store.errors import InvalidMembers, StoreError, StoreLocked
from connectors.store.members import Member
from connectors.store.schema import CHANNELS
from connectors.store.store import Store

MAX_BYTES: Final = 4 * 1024 * 1024
_MEMBER_ID: Final[TypeAdapter[str]] = TypeAdapter(MemberId)
_Body = TypeVar("_Body", bound=BaseModel)


class Refused(Exception):
    """A request that is answered with an error: HTTP status, what is wrong, and the fields it is wrong with."""

    def __init__(self, status: int, error: str, fields: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(error)
        self.status, self.error, self.fields = status, error, fields


def build_member_api(
    store: Store, lander: Lander, now: Callable[[], dt.datetime], max_bytes: int = MAX_BYTES
) -> Starlette:
    """The application. ``max_bytes``: of a request's body. Close ``store`` after the server has ended.

    Routes (docs/guides/member-api.md): PUT, GET, DELETE ``/v1/members/{id}``, POST ``/v1/members``, PATCH
    ``/v1/members/{id}/consents``. Every request needs the key of a client (``Store.issue_api_key``).
    """
    api = _MemberApi(store, lander, now, max_bytes)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        lander.note()  # whom a killed process left
        yield
        await run_in_threadpool(lander.land)

    one = "/v1/members/{member_id}"
    routes = [
        Route("/v1/members", api.answer(api.post), methods=["POST"]),
        Route(one, api.answer(api.put), methods=["PUT"]),
        Route(one, api.answer(api.get), methods=["GET"]),
        Route(one, api.answer(api.delete), methods=["DELETE"]),
        Route(f"{one}/consents", api.answer(api.patch_consents), methods=["PATCH"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _http_error})


async def _http_error(request: Request, error: Exception) -> Response:
    """No such route or method, in the shape of all other errors."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


class _MemberApi:
    """The routes."""

    def __init__(self, store: Store, lander: Lander, now: Callable[[], dt.datetime], max_bytes: int) -> None:
        self._store, self._lander, self._now, self._max_bytes = store, lander, now, max_bytes

    def answer(self, route: Callable[[Request, str], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """``route`` behind the key, its errors as JSON. Nothing personal is in an error."""

        async def answered(request: Request) -> Response:
            try:
                return await route(request, await self._client(request))
            except Refused as refused:
                fields = [{"field": field, "problem": problem} for field, problem in refused.fields]
                body = {"error": refused.error, **({"fields": fields} if fields else {})}
                headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
                return JSONResponse(body, refused.status, headers=headers)
            except InvalidMembers as invalid:
                return JSONResponse({"error": str(invalid)}, 422)
            except StoreLocked:
                body = {"error": "the store is busy; send the same again in a minute"}
                return JSONResponse(body, 503, headers={"Retry-After": "60"})
            except StoreError:
                return JSONResponse({"error": "the store can not be used; see the server's log"}, 500)

        return answered

    async def put(self, request: Request, client: str) -> Response:
        """One member, whole or in part."""
        member_id, member = _id(request), await self._read(request, MemberIn)
        _refuse(times_wrong([("", member)], self._now()))
        report = await self._import([(member_id, member)], client)
        stored = await run_in_threadpool(self._store.get, member_id)
        assert stored is not None
        result = "created" if report.stored.inserted else "changed" if report.stored.updated else "unchanged"
        body = {
            "member_id": member_id, "result": result, "phone_state": stored.phone_state,
            "email_state": stored.email_state, "refused": _refused(report, with_row=False),
        }  # fmt: skip
        return JSONResponse(body, 201 if result == "created" else 200)

    async def post(self, request: Request, client: str) -> Response:
        """Up to 1,000 members, all or none."""
        batch = await self._read(request, BatchIn)
        _refuse(times_wrong([(f"members.{number}.", one) for number, one in enumerate(batch.members)], self._now()))
        report = await self._import([(one.member_id, one) for one in batch.members], client)
        stored = report.stored
        return JSONResponse(
            {
                "created": stored.inserted, "changed": stored.updated, "unchanged": stored.unchanged,
                "invalid_phones": stored.invalid_phones, "invalid_emails": stored.invalid_emails,
                "refused_values": stored.refused.total, "refused": _refused(report, with_row=True),
            }
        )  # fmt: skip

    async def get(self, request: Request, client: str) -> Response:
        """What is stored of one member."""
        member = await run_in_threadpool(self._store.get, _id(request))
        if member is None:
            raise Refused(404, "there is no such member")
        return JSONResponse(await run_in_threadpool(self._shown, member))

    async def patch_consents(self, request: Request, client: str) -> Response:
        """Consents of a known member."""
        member_id, body = _id(request), await self._read(request, ConsentsIn)
        said = body.given()
        if not said:
            raise Refused(422, f"no consent given; name some of {', '.join(CHANNELS)}")
        _refuse(consent_times_wrong(said, self._now()))
        member = await run_in_threadpool(self._store.get, member_id)
        if member is None:
            raise Refused(404, "there is no such member")
        consents = [
            Consent(member.member_key, channel, one.granted, one.at, one.source or client)
            for channel, one in said.items()
        ]
        report = await run_in_threadpool(self._store.record_consents, consents)
        return JSONResponse({"member_id": member_id, "result": "changed" if report.updated else "unchanged"})

    async def delete(self, request: Request, client: str) -> Response:
        """Note that the member is to be erased: every place of the home is searched, no request should wait for it."""
        await run_in_threadpool(self._store.request_erasure, _id(request), client)
        how = "`dangol member erase --requested` on the server erases everybody noted, from every place"
        return JSONResponse({"result": "noted for erasure", "how": how}, 202)

    async def _import(self, members: Sequence[tuple[str, MemberIn]], client: str) -> MembersReport:
        table = as_table(members, client)
        return await run_in_threadpool(import_members, self._store, table, evidence=client, land=self._lander.note)

    async def _client(self, request: Request) -> str:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        given = key.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")
        name = await run_in_threadpool(self._store.owner_of_api_key, given) if given else None
        if name is None:
            raise Refused(401, "no valid key: send `Authorization: Bearer KEY`")
        return f"API client {name}"

    async def _read(self, request: Request, model: type[_Body]) -> _Body:
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > self._max_bytes:
                raise Refused(413, f"the body is larger than {self._max_bytes:,} bytes: send fewer members at a time")
            parts.append(part)
        try:
            return model.model_validate_json(b"".join(parts))
        except ValidationError as error:
            found = [_explained(problem) for problem in error.errors(include_url=False, include_input=False)]
            raise Refused(422, "the body can not be used", found[:50]) from None

    def _shown(self, member: Member) -> dict[str, Any]:
        key = member.member_key
        history = [
            {"channel": one.channel, "granted": one.granted, "at": one.at.isoformat() if one.at else None,
             "source": one.evidence} for one in self._store.consents_of(key)
        ]  # fmt: skip
        tokens = [
            {"token": one.token, "platform": one.platform, "seen_at": one.seen_at.isoformat()}
            for one in self._store.push_tokens_of(key)
        ]
        plain = ("member_id", "member_key", "name", "phone", "phone_e164", "phone_state", "email", "email_state",
                 "is_channel_friend", "grade", "points", "custom")  # fmt: skip
        shown = {name: getattr(member, name) for name in plain}
        shown["consents"] = {channel: getattr(member, f"consent_{channel}") for channel in CHANNELS}
        shown["joined_at"] = member.joined_at.isoformat() if member.joined_at else None
        shown["updated_at"] = member.updated_at.isoformat()
        return {**shown, "consent_history": history, "push_tokens": tokens}


def _id(request: Request) -> str:
    try:
        return _MEMBER_ID.validate_python(request.path_params["member_id"])
    except ValidationError:
        raise Refused(422, "the member id can not be used", [("member_id", "1 to 200 characters")]) from None


def _refuse(wrong: Sequence[tuple[str, str]]) -> None:
    if wrong:
        raise Refused(422, "the body can not be used", wrong)


def _refused(report: MembersReport, *, with_row: bool) -> list[Mapping[str, Any]]:
    """The custom values that were not stored; everything else was."""
    return [
        {**({"row": one.row} if with_row else {}), "field": f"custom.{one.field}", "problem": one.problem}
        for one in report.stored.refused.first
    ]


def _explained(problem: Any) -> tuple[str, str]:
    """Field and words; of the input nothing is repeated."""
    place = ".".join(str(part) for part in problem["loc"] if part not in ("bool", "ConsentIn", "[key]")) or "(body)"
    words = {"extra_forbidden": "there is no such field", "missing": "is missing"}
    return place, words.get(problem["type"], str(problem["msg"]))
