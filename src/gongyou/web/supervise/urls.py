"""The leaders' face, below /supervise/."""

from __future__ import annotations

from django.urls import path

from gongyou.web.supervise import views

app_name = "supervise"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("late/", views.late, name="late"),
    path("risen/", views.risen, name="risen"),
    path("figures/<str:measure_id>/", views.figure, name="figure"),
]
