"""The worker's addresses. `/q/<point>` stands on printed posters: it never changes."""

from __future__ import annotations

from django.urls import path

from gongyou.web.worker import (
    community,
    courses,
    guard,
    home,
    injury,
    intake,
    own,
    receipt,
    stations,
    tracking,
)

app_name = "worker"
urlpatterns = [
    path("", home.home, name="home"),
    path("stations/", stations.station_list, name="stations"),
    path("stations/<str:code>/", stations.station_page, name="station"),
    path("stations/<str:code>/<slug:deed>/", stations.station_deed, name="station_deed"),
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
    path("partners/", community.partners, name="partners"),
    path("wishes/", community.wish_wall, name="wishes"),
    path("services/", community.services, name="services"),
    path("care/", community.care_sessions, name="care"),
    path("courses/", courses.courses, name="courses"),
    path("courses/draw/<uuid:examination_id>/", courses.draw, name="course_draw"),
    path("me/courses/", courses.mine, name="own_courses"),
    path("me/courses/<uuid:class_id>/", courses.enrol, name="course_enrol"),
    path("me/courses/<uuid:enrolment_id>/<slug:name>/", courses.step, name="course_step"),
    path("me/check-in/<slug:code>/", courses.check_in, name="check_in"),
    path("me/partner/", community.join, name="join"),
    path("injury/", injury.route_test, name="injury"),
    path("injury/way/", injury.way, name="injury_way"),
    path("injury/form/", injury.application, name="injury_form"),
    path("me/guard/", guard.own_list, name="own_guard"),
    path("me/guard/<uuid:matter_id>/", guard.own_page, name="own_guard_matter"),
    path("me/claims/", community.claims, name="claims"),
    path("me/claims/<uuid:claim_id>/give-up/", community.give_up, name="give_up"),
    path("me/wishes/<uuid:case_id>/", community.claim, name="claim"),
    path("me/care/", community.own_care, name="own_care"),
    path("me/care/<uuid:session_id>/", community.enrol, name="enrol"),
    path("me/care/<uuid:enrolment_id>/withdraw/", community.withdraw, name="withdraw_child"),
]
