"""The worker's addresses. `/q/<point>` stands on printed posters: it never changes."""

from __future__ import annotations

from django.urls import path

from gongyou.web.worker import home, intake, own, receipt, tracking

app_name = "worker"
urlpatterns = [
    path("", home.home, name="home"),
    path("stations/", home.stations, name="stations"),
    path("privacy/", home.privacy, name="privacy"),
    path("q/<str:code>", intake.from_point, name="point"),
    path("say/", intake.choose_station, name="say"),
    path("say/<str:code>/", intake.at_station, name="say_at"),
    path("receipt/<str:number>", receipt.show, name="receipt"),
    path("track", tracking.find, name="track"),
    path("track/<str:number>", tracking.show, name="matter"),
    path("track/<str:number>/<str:step>", tracking.take_step, name="step"),
    path("me/", own.home, name="me"),
    path("me/data/", own.data, name="me_data"),
    path("me/points/", own.points, name="points"),
    path("me/messages/", own.messages_choice, name="me_messages"),
]
