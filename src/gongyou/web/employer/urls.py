"""The employer's pages, below /me/organisations/: a worker's sign-in, an organisation's rights."""

from __future__ import annotations

from django.urls import path

from gongyou.web.employer import views, work

app_name = "employer"
urlpatterns = [
    path("me/organisations/", views.organisations, name="organisations"),
    path("me/organisations/<uuid:organisation_id>/", views.organisation, name="organisation"),
    path("me/organisations/<uuid:organisation_id>/why/<uuid:run_id>/", views.why, name="why"),
    path("me/organisations/<uuid:organisation_id>/object/<uuid:run_id>/", views.objection, name="object"),
    path("me/organisations/<uuid:organisation_id>/posts/", work.posts, name="posts"),
    path("me/organisations/<uuid:organisation_id>/posts/<uuid:post_id>/", work.post, name="post"),
    path(
        "me/organisations/<uuid:organisation_id>/posts/<uuid:post_id>/change/",
        work.change,
        name="post_change",
    ),
]
