"""How far people came through courses: conversion per step, what fusing saved, classes, order classes; rows behind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongyou.engines.skills.definitions import Step
from gongyou.engines.skills.queries.figures import (
    SUPERVISE,
    at_once_rate,
    class_figures,
    conversions,
    rows_of,
)
from gongyou.kernel.errors import NotFound
from gongyou.web.guards import needs
from gongyou.web.requests import actor_of


@needs(SUPERVISE)
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Everything in reach."""
    actor = actor_of(request)
    figures = class_figures(actor)
    context = {
        "conversions": conversions(actor),
        "figures": figures,
        "saved": sum(one.saved_yuan for one in figures),
        "both": sum(one.both for one in figures),
        "trained": sum(one.trained for one in figures),
        "at_once": at_once_rate(actor),
        "has_orders": any(one.is_order for one in figures),
    }
    return render(request, "supervise/courses.html", context)


@needs(SUPERVISE)
@require_safe
def course_step(request: HttpRequest, step: str) -> HttpResponse:
    """Who stands behind a figure."""
    if step not in set(Step):
        raise NotFound
    return render(
        request, "supervise/course_step.html", {"step": step, "rows": rows_of(actor_of(request), step)}
    )
