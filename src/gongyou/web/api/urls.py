"""/api/v1: intake, one's own matter, lists for staff. Errors are RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import Status, UploadedFile
from ninja.errors import HttpError
from ninja.errors import ValidationError as NinjaValidationError
from ninja.params.functions import File, Header, Query

from gongyou.basics.refusal import Refusal, says
from gongyou.engines.casework import queries
from gongyou.engines.casework.services.filing import Filing, file_case
from gongyou.kernel.access import visitor_actor
from gongyou.kernel.errors import DomainError, NotAllowed, NotFound
from gongyou.kernel.files import receive_file
from gongyou.web.api.document import DocumentedAPI
from gongyou.web.api.schemas import (
    CaseOut,
    CasePageOut,
    FileOut,
    IntakeIn,
    IntakeOut,
    Problem,
    TypeOut,
)
from gongyou.web.api.unreadable import unreadable_input
from gongyou.web.cursors import is_cursor
from gongyou.web.problem import problem_response
from gongyou.web.requests import actor_of, source_of

api = DocumentedAPI(
    title="gongyou", version="1", description="工友开放接口", docs_url=None, urls_namespace="api-v1"
)
Standing = Literal["", "open", "late", "closed"]
Kind = Literal["", "appeal", "wish", "clue", "application", "suggestion", "proposal"]
PROBLEMS: Any = dict.fromkeys((400, 403, 404, 409, 413, 415, 422, 429), Problem)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return problem_response(error)


@api.exception_handler(NinjaValidationError)
def invalid(request: HttpRequest, error: NinjaValidationError) -> HttpResponse:
    return problem_response(unreadable_input(error.errors))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(
        Refusal(
            "unreadable",
            says("请求内容读不懂。"),
            says("请发送 UTF-8 编码的 JSON。"),
            status=error.status_code,
        )
    )


@api.post("/intake", response={201: IntakeOut, **PROBLEMS}, tags=["intake"], summary="提交一件事")
def intake(
    request: HttpRequest, payload: IntakeIn, key: str = Header(..., alias="Idempotency-Key", max_length=200)
) -> HttpResponse:
    """The same key and body give the same answer; an acknowledged intake survives a kill of the process."""
    filing = _filing(payload)
    # Not even a signed-in account stays with an anonymous matter.
    actor = (visitor_actor() if filing.is_anonymous else actor_of(request)).intending(key)
    has_phone = bool(filing.phone or filing.proxy_phone)
    if not has_phone and not filing.is_anonymous:
        raise DomainError(
            "no_contact",
            says("没有留电话，也没有写明匿名。"),
            says("请留下电话，或者写 is_anonymous：不是每类事项都可以匿名。"),
            field="contact.phone",
        )
    receipt = file_case(actor, filing=filing)
    answer = IntakeOut(
        number=receipt.number,
        kind=receipt.kind,
        state=receipt.state,
        due_at=receipt.due_at,
        provisional=receipt.provisional,
        office=receipt.office,
        receipt_code="" if has_phone else queries.pin_of(receipt.number),
    )
    # Written by pydantic itself: checked and written a second time by the framework it would cost thrice as much.
    return HttpResponse(answer.model_dump_json(), status=201, content_type="application/json; charset=utf-8")


def _filing(payload: IntakeIn) -> Filing:
    subject = payload.subject or payload.contact
    proxy = payload.contact if payload.subject else None
    return Filing(
        programme=payload.programme,
        type_id=payload.kind,
        text=payload.text,
        channel="api",
        point=payload.point,
        office=payload.office,
        topic=payload.topic,
        occurred_on=payload.occurred_on,
        place=payload.place,
        name=subject.name,
        phone=subject.phone,
        proxy_name=proxy.name if proxy else "",
        proxy_phone=proxy.phone if proxy else "",
        is_anonymous=payload.is_anonymous,
        files=tuple(payload.files),
    )


@api.post("/files", response={201: FileOut, **PROBLEMS}, tags=["intake"], summary="上传照片或文件")
def upload(
    request: HttpRequest, file: UploadedFile = File(...), is_anonymous: bool = False
) -> Status[dict[str, Any]]:
    """A file to name in an intake within 24 hours; `is_anonymous` for an anonymous one: no account stays with it."""
    actor = visitor_actor() if is_anonymous else actor_of(request)
    stored = receive_file(actor, name=file.name or "", content=file.read())
    return Status(201, {"id": stored.id, "media_type": stored.media_type, "size": stored.size})


@api.get("/cases/{number}", response={200: CaseOut, **PROBLEMS}, tags=["cases"], summary="查进度")
def one_case(request: HttpRequest, number: str, tail: str = Query("", max_length=6)) -> dict[str, Any]:
    """One's own matter, with the last four digits of the phone or the receipt code."""
    actor = actor_of(request)
    view = queries.track(actor, queries.prove_own(actor, number, tail, source_of(request)))
    return {
        "number": view.number,
        "kind": view.kind,
        "title": view.title,
        "state": view.state,
        "sentence": view.public_sentence,
        "received_at": view.received_at,
        "due_at": view.due_at,
        "provisional": view.provisional,
        "is_late": view.is_late,
        "office": view.office.name,
        "office_phone": view.office.phone,
        "answer": view.answer,
    }


@api.get("/cases", response={200: CasePageOut, **PROBLEMS}, tags=["cases"], summary="本岗位可见的事项")
def list_cases(
    request: HttpRequest,
    standing: Standing = "",
    kind: Kind = "",
    cursor: str = "",
    size: int = Query(30, ge=1, le=200),
) -> dict[str, Any]:
    """Staff only, within scope; newest first."""
    actor = actor_of(request)
    if not actor.may("casework.read"):
        raise NotAllowed("casework.read")
    only = queries.CaseFilter(kind=kind, standing=standing)
    if cursor and not is_cursor(cursor):
        raise DomainError("cursor", says("翻页标记无效。"), says("请从第一页开始。"), field="cursor")
    page = queries.list_cases(actor, only=only, cursor=cursor, size=size)
    return {"items": [vars(line) for line in page.items], "next": page.next}


@api.get(
    "/areas/{area}/types",
    response={200: list[TypeOut], **PROBLEMS},
    tags=["intake"],
    summary="本地可以提交什么",
)
def types(request: HttpRequest, area: str) -> list[dict[str, Any]]:
    found = queries.public_types(area)
    if not found:
        raise NotFound(says("这个地区没有开通服务。"))
    return [
        {
            "programme": t.programme,
            "type_id": t.type_id,
            "kind": t.kind,
            "title": t.title,
            "invitation": t.invitation,
            "may_be_anonymous": t.may_be_anonymous,
        }
        for t in found
    ]


urlpatterns = [path("", api.urls)]
