"""The leaders' face, below /supervise/."""

from __future__ import annotations

from django.urls import path

from gongyou.web.supervise import community, policies, stations, views

app_name = "supervise"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("wishes/", community.wishes, name="wishes"),
    path("policy/", policies.policy_runs, name="policy_runs"),
    path("late/", views.late, name="late"),
    path("risen/", views.risen, name="risen"),
    path("stations/", stations.stations_page, name="stations"),
    path("figures/<str:measure_id>/", views.figure, name="figure"),
]
