from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "gongyou.web"
    label = "web"
