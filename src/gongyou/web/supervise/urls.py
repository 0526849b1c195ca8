"""The leaders' face, below /supervise/."""

from __future__ import annotations

from django.urls import path

from gongyou.web.supervise import (
    bulletins,
    community,
    courses,
    guard,
    policies,
    stations,
    themes,
    topics,
    views,
    work,
)

app_name = "supervise"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("wishes/", community.wishes, name="wishes"),
    path("courses/", courses.courses, name="courses"),
    path("courses/<slug:step>/", courses.course_step, name="course_step"),
    path("guard/", guard.overview, name="guard"),
    path("guard/<slug:by>/", guard.rows, name="guard_rows"),
    path("policy/", policies.policy_runs, name="policy_runs"),
    path("late/", views.late, name="late"),
    path("risen/", views.risen, name="risen"),
    path("stations/", stations.stations_page, name="stations"),
    path("topics/", topics.topics, name="topics"),
    path("topics/taken-up/<uuid:topic_id>/", topics.taken_up, name="taken_up"),
    path("topics/<str:key>/", topics.topic, name="topic"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/<uuid:office_id>/<str:week>/", bulletins.bulletin, name="bulletin"),
    path("exclusions/", bulletins.exclusions, name="exclusions"),
    path("themes/", themes.themes, name="themes"),
    path("figures/<str:measure_id>/", views.figure, name="figure"),
    path("employment/", work.work, name="work"),
    path("employment/<slug:figure>/", work.work_rows, name="work_rows"),
]
