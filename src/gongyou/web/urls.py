"""Where people meet the system. Each part keeps its own list."""

from __future__ import annotations

from django.urls import include, path

from gongyou.web.duty_feed import duty_feed
from gongyou.web.health import healthz
from gongyou.web.preferences import change_preferences
from gongyou.web.publicity import public_list, public_lists, public_print

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("calendar/<str:token>.ics", duty_feed, name="duty_feed"),
    path("publicity/", public_lists, name="publicity"),
    path("publicity/<uuid:list_id>/", public_list, name="public_list"),
    path("publicity/<uuid:list_id>/print/", public_print, name="public_print"),
    path("settings/", change_preferences, name="preferences"),
    path("api/v1/", include("gongyou.web.api.urls")),
    path("desk/", include("gongyou.web.admin_accounts.urls")),
    path("desk/", include("gongyou.web.desk.urls")),
    path("supervise/", include("gongyou.web.supervise.urls")),
    path("", include("gongyou.web.sign_in.urls")),
    path("", include("gongyou.web.employer.urls")),
    path("", include("gongyou.web.worker.urls")),
]
