"""Language, type size and theme: remembered in cookies, changed by plain forms without JavaScript."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from gongyou.kernel.accounts import choose_language
from gongyou.web.guards import public
from gongyou.web.requests import actor_of

LANGUAGE_COOKIE = "django_language"  # the name LocaleMiddleware reads
THEME_COOKIE = "gongyou_theme"
TYPE_COOKIE = "gongyou_type"
THEMES = ("auto", "light", "dark")
TYPE_SIZES = ("normal", "large")
LANGUAGES = ("zh-hans", "en")
REMEMBERED_SECONDS = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """auto (the device decides), light or dark."""
    return _chosen(request, THEME_COOKIE, THEMES)


def type_size_of(request: HttpRequest) -> str:
    """normal or large."""
    return _chosen(request, TYPE_COOKIE, TYPE_SIZES)


def _chosen(request: HttpRequest, cookie: str, known: tuple[str, ...]) -> str:
    value = request.COOKIES.get(cookie, "")
    return value if value in known else known[0]


def safe_next(request: HttpRequest, given: str, otherwise: str = "/") -> str:
    """An address to return to, inside this site only."""
    is_ours = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if given and is_ours else otherwise


@public
@require_POST
def change_preferences(request: HttpRequest) -> HttpResponse:
    """POST language, theme or type; whatever is none of the known values changes nothing."""
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in LANGUAGES and check_for_language(language):
        _remember(request, response, LANGUAGE_COOKIE, language)
        actor = actor_of(request)
        if actor.kind in {"staff", "worker"}:
            choose_language(actor, language=language)
    if request.POST.get("theme") in THEMES:
        _remember(request, response, THEME_COOKIE, request.POST["theme"])
    if request.POST.get("type") in TYPE_SIZES:
        _remember(request, response, TYPE_COOKIE, request.POST["type"])
    return response


def _remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=REMEMBERED_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
    )
