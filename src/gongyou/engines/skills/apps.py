from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "gongyou.engines.skills"
    label = "skills"
    default_auto_field = "django.db.models.BigAutoField"
