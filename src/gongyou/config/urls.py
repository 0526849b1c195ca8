from django.urls import include, path

urlpatterns = [path("", include("gongyou.web.urls"))]
