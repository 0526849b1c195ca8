"""Puts the installation together when Django is ready: keys, roles, wiring, ports, job handlers."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from gongyou.config.roles import ROLES
from gongyou.connectors.bank_files import LayoutFiles
from gongyou.connectors.platforms import FolderExchange
from gongyou.engines.benefits.ports import install_bank_files
from gongyou.engines.employment.ports import install_courses, install_platform
from gongyou.flows.wiring import HANDLERS
from gongyou.kernel.installation import Installation, install
from gongyou.kernel.sealing import keyring_at

# Modules that register job handlers and personal-data declarations.
JOB_MODULES = (
    "gongyou.kernel.messages",
    "gongyou.kernel.accounts.erasing",
    "gongyou.kernel.retention",
    "gongyou.kernel.seals",
    "gongyou.registry.jobs",
    "gongyou.institutions.decisions.jobs",
    "gongyou.institutions.procedures.jobs",
    "gongyou.offices.jobs",
    "gongyou.engines.casework.jobs",
    "gongyou.engines.benefits.jobs",
    "gongyou.engines.employment.jobs",
    "gongyou.flows.placement_harm",
    "gongyou.engines.skills.jobs",
    "gongyou.engines.oversight.jobs",
)


class ConfigConfig(AppConfig):
    name = "gongyou.config"
    label = "config"

    def ready(self) -> None:
        from gongyou.connectors.sms import sms_port  # noqa: PLC0415 — needs the models to be loaded
        from gongyou.flows.course_finding import class_for  # noqa: PLC0415 — needs the models to be loaded

        install(
            Installation(
                data_dir=settings.DATA_DIR,
                packs_dir=settings.PACKS_DIR,
                keyring=keyring_at(settings.DATA_DIR / "keys.json"),
                roles=ROLES,
                public_url=settings.PUBLIC_URL,
                handlers=HANDLERS,
                sms=sms_port(
                    settings.DATA_DIR,
                    kind=settings.SMS_KIND,
                    url=settings.SMS_URL,
                    secret=settings.SMS_SECRET,
                ),
            )
        )
        install_bank_files(LayoutFiles())
        # Whoever collects the folder answers there or not: a file that was written whole is the receipt.
        install_platform(FolderExchange(settings.DATA_DIR / "platform", answers_by_itself=True))
        install_courses(class_for)
        for module in JOB_MODULES:
            import_module(module)
