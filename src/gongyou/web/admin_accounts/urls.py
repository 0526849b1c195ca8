from django.urls import path

from gongyou.web.admin_accounts import audit, views

app_name = "admin_accounts"
urlpatterns = [
    path("accounts/", views.account_list, name="list"),
    path("accounts/new/", views.new_account, name="new"),
    path("accounts/queue/", views.queue, name="queue"),
    path("accounts/<uuid:account_id>/", views.account, name="account"),
    path("accounts/<uuid:account_id>/roles/", views.add_role, name="add_role"),
    path("accounts/<uuid:account_id>/lock/", views.lock, name="lock"),
    path("accounts/<uuid:account_id>/unlock/", views.unlock, name="unlock"),
    path("accounts/<uuid:account_id>/sessions/end/", views.end_sessions, name="end_sessions"),
    path("accounts/<uuid:account_id>/reset/", views.ask_reset, name="ask_reset"),
    path("accounts/roles/<uuid:holding_id>/confirm/", views.confirm_role, name="confirm_role"),
    path("accounts/roles/<uuid:holding_id>/end/", views.end_role, name="end_role"),
    path("accounts/resets/<uuid:request_id>/confirm/", views.confirm_reset, name="confirm_reset"),
    path("accounts/resets/<uuid:request_id>/decline/", views.decline_reset, name="decline_reset"),
    path("audit/", audit.records, name="audit"),
    path("audit/reads/", audit.reads, name="reads"),
    path("audit/verify/", audit.verify, name="verify"),
]
