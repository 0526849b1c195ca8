"""Pages for what went wrong: one sentence what happened, one what to do next."""

from __future__ import annotations

import logging
import secrets

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from gongyou.basics.refusal import Refusal, says
from gongyou.web.problem import problem_response

logger = logging.getLogger("gongyou.web")


TO_PROGRAMS: dict[int, tuple[str, str]] = {
    400: (says("请求内容读不懂。"), says("请对照接口说明核对。")),
    403: (says("您的岗位没有这项权限。"), says("如确需办理，请联系本单位系统管理员。")),
    404: (says("没有这个接口。"), says("请对照接口说明核对。")),
    405: (says("这个接口不接受这种请求方法。"), says("请对照接口说明核对。")),
    413: (says("一次交来的内容太多。"), says("文字最多4000个字；照片和文件请单独上传。")),
}


def bad_request(request: HttpRequest, exception: SuspiciousOperation | None = None) -> HttpResponse:
    """400: what was sent could not be read; 413: it was more than anybody writes."""
    if isinstance(exception, RequestDataTooBig):
        title, sentence, hint = (
            _("一次交来的内容太多"),
            _("文字最多4000个字。"),
            _("请返回上一页，写短一些再提交。"),
        )
        return stopped(request, 413, title, sentence, hint)
    return stopped(
        request,
        400,
        _("提交的内容没有读懂"),
        _("可能是网页放得太久了。"),
        _("请返回上一页，刷新后再试一次。"),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return stopped(
        request,
        403,
        _("这一页您不能打开"),
        _("您的岗位没有这项权限。"),
        _("如确需办理，请联系本单位系统管理员。"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return stopped(
        request,
        404,
        _("没有这一页"),
        _("网址可能写错了，或者这一页已经撤下。"),
        _("请核对网址，或者从首页进入。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without the database, because that may be what fails; the reference stands in the log."""
    reference = secrets.token_hex(4)
    logger.error("500 page shown for %s, reference %s", request.path, reference)
    return HttpResponse(render_to_string("errors/500.html", {"reference": reference}), status=500)


def not_that_way(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """405: mostly the address of a form's answer, opened as a page by going back or by a bookmark."""
    response = stopped(
        request,
        405,
        _("这一页不能直接打开"),
        _("这个网址只接收表单交来的内容。"),
        _("请回到刚才的页面，用页面上的按钮办理。"),
    )
    response["Allow"] = refused.headers.get("Allow", "")
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: mostly a page left open too long, or cookies switched off."""
    logger.info("csrf: %s at %s", reason, request.path)
    return stopped(
        request,
        403,
        _("这张表单过期了，没有提交成功"),
        _("网页放得太久，或者浏览器关掉了Cookie。"),
        _("请按“返回”回到刚才的页面，刷新后再提交；浏览器一般会保留您填的内容，稳妥起见请先复制下来。"),
    )


def stopped(
    request: HttpRequest, status: int, title: str, sentence: str, hint: str, back: str = ""
) -> HttpResponse:
    """The calm page for anything refused; a problem document where a program asked."""
    if request.path.startswith("/api/"):
        message, advice = TO_PROGRAMS[status]
        return problem_response(Refusal(f"http_{status}", message, advice, status=status))
    context = {"title": title, "sentence": sentence, "hint": hint, "status": status, "back": back or "/"}
    return render(request, "errors/refusal.html", context, status=status)
