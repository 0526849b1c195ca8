"""The leaders' face, below /supervise/."""

from __future__ import annotations

from django.urls import path

from gongyou.web.supervise import policies, views

app_name = "supervise"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("policy/", policies.policy_runs, name="policy_runs"),
    path("late/", views.late, name="late"),
    path("figures/<str:measure_id>/", views.figure, name="figure"),
]
