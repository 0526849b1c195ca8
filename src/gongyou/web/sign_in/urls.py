from django.urls import path

from gongyou.web.sign_in import views, worker

app_name = "sign_in"
urlpatterns = [
    path("sign-in/", views.staff, name="staff"),
    path("sign-in/second/", views.second, name="second"),
    path("sign-in/password/", views.password, name="password"),
    path("sign-in/enrol/", views.enrol, name="enrol"),
    path("me/sign-in/", worker.phone, name="worker"),
    path("me/sign-in/code/", worker.code, name="worker_code"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
