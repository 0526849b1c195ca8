"""Pages for what went wrong: one sentence what happened, one what to do next."""

from __future__ import annotations

import logging
import secrets

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger("gongyou.web")


def bad_request(request: HttpRequest, exception: SuspiciousOperation | None = None) -> HttpResponse:
    """400: what was sent could not be read."""
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
    """The calm page for anything refused."""
    context = {"title": title, "sentence": sentence, "hint": hint, "status": status, "back": back or "/"}
    return render(request, "errors/refusal.html", context, status=status)
