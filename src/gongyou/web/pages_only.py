"""Layers a page needs and the API doesn't: there they step aside, or do the little of their work that is left.

An intake through all twelve spent a tenth of the server's CPU in them. What protects stays for both: security and
frame headers, the content policy, the session, who acts, refusals; and a view that isn't exempt from it still meets
the check against forged forms, which Django calls for each view by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

from gongyou.web.preferences import LANGUAGES

API = "/api/"

if TYPE_CHECKING:

    class _Layer:
        get_response: Any

        def __call__(self, request: HttpRequest) -> Any: ...

else:
    _Layer = object


class _PagesOnly(_Layer):
    """Before a layer of Django's in the order of classes: on the API it calls what lies under it."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(API):
            return self.get_response(request)
        return super().__call__(request)


class StaticFiles(_PagesOnly, WhiteNoiseMiddleware):  # type: ignore[misc]
    pass


class Locale(LocaleMiddleware):
    """On the API the same without looking for a language in the address."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path_info.startswith(API):
            return super().__call__(request)
        language = _language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = cast(HttpResponse, self.get_response(request))
        held = response.headers
        if "Vary" in held:
            patch_vary_headers(response, ("Accept-Language",))
        else:
            held["Vary"] = "Accept-Language"
        held.setdefault("Content-Language", translation.get_language() or language)
        return response


class Common(CommonMiddleware):
    """On the API: a host we answer for, and the answer's length; its addresses take no slash."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.path_info.startswith(API):
            return super().__call__(request)
        request.get_host()  # DisallowedHost
        response = cast(HttpResponse, self.get_response(request))
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        return response


class Csrf(_PagesOnly, CsrfViewMiddleware):
    pass


class Messages(_PagesOnly, MessageMiddleware):
    pass


class Htmx(_PagesOnly, HtmxMiddleware):
    pass


def _language_of(request: HttpRequest) -> str:
    says_nothing = "HTTP_ACCEPT_LANGUAGE" not in request.META and "HTTP_COOKIE" not in request.META
    return LANGUAGES[0] if says_nothing else translation.get_language_from_request(request)
