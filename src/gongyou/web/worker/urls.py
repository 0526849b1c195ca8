"""The worker's addresses. `/q/<point>` stands on printed posters: it never changes."""

from __future__ import annotations

from django.urls import path

from gongyou.web.worker import community, guard, home, injury, intake, own, receipt, stations, tracking, work

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
    path("jobs/", work.jobs, name="jobs"),
    path("jobs/<uuid:post_id>/", work.job, name="job"),
    path("me/work/", work.mine, name="work"),
    path("me/work/survey/", work.survey, name="work_areas"),
    path("me/work/survey/<str:area>/", work.survey, name="work_survey"),
    path("me/work/posts/<uuid:post_id>/", work.post, name="work_post"),
    path("me/work/steps/<slug:name>/", work.step, name="work_step"),
]
