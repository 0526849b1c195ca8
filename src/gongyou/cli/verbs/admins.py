"""`gongyou admins`: the three first administrators of a new installation, with one-time passwords."""

from __future__ import annotations

import click

from gongyou.cli.answer import answers, say
from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import bootstrap_admins
from gongyou.kernel.installation import installed


@click.command(help="Open the three administrators' accounts, once.\n\nExample: gongyou admins")
@answers
def command() -> None:
    roles = installed().roles
    for first in bootstrap_admins(system_actor("admins")):
        click.echo(f"{roles[first.role].title}  {first.login}  一次性密码 {first.first_password}")
    say("请分别交给三个人，首次登录时改密码并绑定动态码。密码不会再显示。")
