"""Waking the installation up: settings, apps, and a sentence when a setting can't work."""

from __future__ import annotations

import os
import sys

import click
import django
from django.utils import translation

SETTINGS = "gongyou.config.settings"


def start() -> None:
    """Set Django up once. A wrong setting is one sentence and exit 2, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except (RuntimeError, OSError, ValueError) as error:
        click.echo(f"这个平台的设置不对（见 docs/settings.md）：{error}", err=True)
        sys.exit(2)
    translation.activate(language())


def language() -> str:
    """The reader's: English where the environment asks for it, else Chinese, the source language."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if asked.lower().startswith("en") else "zh-hans"
