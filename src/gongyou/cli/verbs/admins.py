"""`gongyou admins`: the three first administrators of a new installation, with one-time passwords."""

from __future__ import annotations

from typing import Any

import click

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.kernel.access import system_actor
from gongyou.kernel.accounts import bootstrap_admins
from gongyou.kernel.installation import installed


@click.command(help="Open the three administrators' accounts, once.\n\nExample: gongyou admins --json")
@json_option
@answers
def command(as_json: bool) -> None:
    opened = bootstrap_admins(system_actor("admins"))
    accounts = [{"role": a.role, "login": a.login, "first_password": a.first_password} for a in opened]
    give({"accounts": accounts}, as_json=as_json, sentence=_sentence)
    say(words(says("请分别交给三个人，首次登录时改密码并绑定动态码。密码不会再显示。")))


def _sentence(result: dict[str, Any]) -> str:
    roles = installed().roles
    line = says("{role}  {login}  一次性密码 {password}")
    return "\n".join(
        words(line, role=words(roles[a["role"]].title), login=a["login"], password=a["first_password"])
        for a in result["accounts"]
    )
