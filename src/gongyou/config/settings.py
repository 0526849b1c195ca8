"""Settings from the environment. Defaults are those of one small machine with the embedded database."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gongyou.basics.folders import ROOT, packs_dir
from gongyou.config.secrets import secret_at

DATA_DIR = Path(os.environ.get("GONGYOU_DATA", ROOT / "var")).resolve()
PACKS_DIR = packs_dir()
PUBLIC_URL = os.environ.get("GONGYOU_PUBLIC_URL", "http://127.0.0.1:8000")
DATABASE_URL = os.environ.get("GONGYOU_DATABASE", f"sqlite:///{DATA_DIR / 'gongyou.sqlite3'}")
SMS_KIND = os.environ.get("GONGYOU_SMS", "local")
SMS_URL = os.environ.get("GONGYOU_SMS_URL", "")
SMS_SECRET = os.environ.get("GONGYOU_SMS_SECRET", "")
IS_DEMO = os.environ.get("GONGYOU_DEMO", "") == "1"

SECRET_KEY = secret_at(DATA_DIR / "secret.key")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("GONGYOU_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GONGYOU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "gongyou.kernel",
    "gongyou.registry",
    "gongyou.offices",
    "gongyou.institutions.ledger",
    "gongyou.institutions.decisions",
    "gongyou.institutions.procedures",
    "gongyou.engines.casework",
    "gongyou.engines.benefits",
    "gongyou.engines.employment",
    "gongyou.engines.oversight",
    "gongyou.insight",
    "gongyou.web",
    "gongyou.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "gongyou.web.pages_only.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gongyou.web.pages_only.Locale",
    "gongyou.web.pages_only.Common",
    "gongyou.web.pages_only.Csrf",
    "gongyou.web.pages_only.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongyou.web.pages_only.Htmx",
    "gongyou.web.middleware.ContentPolicyMiddleware",
    "gongyou.web.middleware.ActorMiddleware",
    "gongyou.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "gongyou.config.urls"
WSGI_APPLICATION = "gongyou.config.wsgi.application"
AUTH_USER_MODEL = "kernel.Account"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "gongyou.web.context.page",
            ],
            "builtins": ["gongyou.web.templatetags.gongyou"],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/"))
            if parts.path.startswith("//")
            else unquote(parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: a legal record survives a power cut; see docs/decisions.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA secure_delete=FAST;"
                " PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
            "TEST": {"NAME": os.environ.get("GONGYOU_TEST_SQLITE") or None},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.removeprefix("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            # Each thread keeps its own: taking one from a pool for every request cost a twentieth of an intake.
            "CONN_MAX_AGE": 600,
        }
    raise RuntimeError(f"GONGYOU_DATABASE must start with sqlite:/// or postgresql://, not {parts.scheme}://")


DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "gongyou" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("GONGYOU_STATIC", DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_DEMO or os.environ.get("GONGYOU_PLAIN_STATIC")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = IS_DEMO or bool(os.environ.get("GONGYOU_PLAIN_STATIC"))

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_IS_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_SECURE = _IS_HTTPS
CSRF_FAILURE_VIEW = "gongyou.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if _IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_TEMP_DIR = None

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"level": "ERROR"}},  # refusals are answers, not faults
    "root": {"handlers": ["stderr"], "level": os.environ.get("GONGYOU_LOG", "WARNING")},
}
