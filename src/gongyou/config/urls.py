from django.urls import include, path

urlpatterns = [path("", include("gongyou.web.urls"))]

handler400 = "gongyou.web.errors.bad_request"
handler403 = "gongyou.web.errors.forbidden"
handler404 = "gongyou.web.errors.not_found"
handler500 = "gongyou.web.errors.server_error"
