"""The `gongyou` command. Each verb stands in its own file; what it does stands in the rooms."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from gongyou.cli.starting import start

VERBS = {
    "admins": "gongyou.cli.verbs.admins",
    "audit": "gongyou.cli.verbs.audit",
    "backup": "gongyou.cli.verbs.backup",
    "calendar": "gongyou.cli.verbs.calendar",
    "certificates": "gongyou.cli.verbs.certificates",
    "demo": "gongyou.cli.verbs.demo",
    "doctor": "gongyou.cli.verbs.doctor",
    "export": "gongyou.cli.verbs.exporting",
    "import": "gongyou.cli.verbs.importing",
    "match": "gongyou.cli.verbs.match",
    "migrate": "gongyou.cli.verbs.migrate",
    "night": "gongyou.cli.verbs.night",
    "oversight": "gongyou.cli.verbs.oversight",
    "packs": "gongyou.cli.verbs.packs",
    "policy": "gongyou.cli.verbs.policy",
    "restore": "gongyou.cli.verbs.restore",
    "serve": "gongyou.cli.verbs.serve",
    "worker": "gongyou.cli.verbs.worker",
}
STARTS_ITSELF = {"demo"}
"""The demo first chooses its own folder; starting before that would make keys in another one."""

NEEDS_NO_START = {"certificates", "match", "oversight", "policy"}
"""Files in, files out: no database, no keys. What must be said in the reader's language starts the rest."""


class Verbs(click.Group):
    """Loads a verb only when it is called: `calendar` starts without the web pages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = VERBS.get(cmd_name)
        if module is None:
            return None
        if cmd_name not in STARTS_ITSELF | NEEDS_NO_START:
            start()
        command: click.Command = import_module(module).command
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gongyou")
def group() -> None:
    """工友 gongyou: service systems for workers."""


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    group(prog_name="gongyou")
