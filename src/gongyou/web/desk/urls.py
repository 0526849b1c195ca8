"""The staff face, below /desk/."""

from __future__ import annotations

from django.urls import path

from gongyou.web.desk.views import (
    beside,
    calls,
    case,
    case_files,
    cases,
    duty,
    export,
    incidents,
    jobs,
    new,
    paper,
    sent,
    stations,
    worklist,
)

app_name = "desk"

urlpatterns = [
    path("", worklist.worklist_page, name="worklist"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/export/", export.export_cases, name="export"),
    path("search/", cases.search_page, name="search"),
    path("cases/<uuid:case_id>/", case.case_page, name="case"),
    path("cases/<uuid:case_id>/print/", case.case_print, name="case_print"),
    path("cases/<uuid:case_id>/contact/", case.show_contact, name="contact"),
    path("cases/<uuid:case_id>/steps/<slug:name>/", case.take_step, name="step"),
    path("cases/<uuid:case_id>/beside/<slug:name>/", beside.take_beside, name="beside"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/raise/", incidents.raise_one, name="raise_incident"),
    path("incidents/<uuid:incident_id>/", incidents.incident_page, name="incident"),
    path("incidents/<uuid:incident_id>/<slug:name>/", incidents.take_step, name="incident_step"),
    path("files/<uuid:file_id>/", case_files.case_file, name="file"),
    path("files/<uuid:file_id>/small/", case_files.thumbnail, name="thumbnail"),
    path("new/", new.new_case, name="new"),
    path("receipts/<uuid:case_id>/", new.receipt_page, name="receipt"),
    path("receipts/<uuid:case_id>/80mm/", new.receipt_slip, {"size": "80mm"}, name="slip_80mm"),
    path("receipts/<uuid:case_id>/a4/", new.receipt_slip, {"size": "a4"}, name="slip_a4"),
    path("paper/", paper.paper_page, name="paper"),
    path("call-backs/", calls.call_list, name="calls"),
    path("call-backs/<uuid:case_id>/", calls.call_page, name="call"),
    path("call-backs/<uuid:case_id>/try/", calls.quick_try, name="quick_try"),
    path("call-backs/<uuid:case_id>/phone/", calls.call_phone, name="call_phone"),
    path("messages/", sent.message_list, name="messages"),
    path("messages/<uuid:message_id>/text/", sent.open_message, name="message_text"),
    path("messages/<uuid:message_id>/resend/", sent.resend, name="resend"),
    path("duty/", duty.duty_page, name="duty"),
    path("duty/put/", duty.put_shift, name="put_shift"),
    path("duty/<uuid:shift_id>/drop/", duty.drop_shift, name="drop_shift"),
    path("stations/", stations.station_list, name="stations"),
    path("stations/<uuid:office_id>/", stations.office_page, name="office"),
    path("stations/points/", stations.add_point, name="add_point"),
    path("stations/points/<slug:code>/poster/", stations.poster, name="poster"),
    path("stations/points/<uuid:point_id>/retire/", stations.retire_point, name="retire_point"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="retry_job"),
]
