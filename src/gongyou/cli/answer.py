"""How every verb answers: one JSON object or a sentence; exit 0 done, 2 the input is wrong, 1 anything else."""

from __future__ import annotations

import dataclasses
import functools
import json
import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec

import click
from django.apps import apps
from django.db import DatabaseError
from django.utils import translation

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.starting import start
from gongyou.kernel.canonical import plain

P = ParamSpec("P")

json_option = click.option(
    "--json", "as_json", is_flag=True, help="print one JSON object on stdout and nothing else"
)


def gettext(msgid: str) -> str:
    """A sentence in the reader's language. Verbs that need no start (`main.NEEDS_NO_START`) start for it."""
    if not apps.ready:
        start()
    return translation.gettext(msgid)


def words(msgid: str, **params: object) -> str:
    """A sentence (marked with `says`) in the reader's language."""
    text = gettext(msgid)
    return text.format(**params) if params else text


def say(text: str) -> None:
    """Progress and sentences go to stderr."""
    click.echo(text, err=True)


def give(result: Any, *, as_json: bool, sentence: Callable[[Any], str]) -> None:
    """Print the result: JSON, or the sentence made of it."""
    click.echo(json.dumps(result, ensure_ascii=False, default=_jsonable) if as_json else sentence(result))


def _jsonable(value: Any) -> Any:
    # Field by field, so that a float inside (seconds of a report) is no obstacle: digests forbid them, answers don't.
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return plain(value)


def answers(function: Callable[P, None]) -> Callable[P, None]:
    """Turn refusals into one sentence and exit 2, everything unforeseen into exit 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Refusal as refusal:
            say(refusal_sentence(refusal))
            sys.exit(2)
        except click.ClickException:
            raise
        except (KeyboardInterrupt, BrokenPipeError):
            say(words(says("已停止。")))
            sys.exit(1)
        except Exception as error:
            logging.getLogger(__name__).debug("verb failed", exc_info=True)
            say(_unforeseen(error))
            sys.exit(1)

    return run


def refusal_sentence(refusal: Refusal) -> str:
    """What happened and what to do, in the reader's language."""
    text = gettext(refusal.message) + (gettext(refusal.hint) if refusal.hint else "")
    return text.format(**refusal.params) if refusal.params else text


def _unforeseen(error: Exception) -> str:
    if isinstance(error, DatabaseError):
        return words(
            says(
                "数据库没有答应：{error}。请运行 gongyou doctor 看哪里不对；新装或升级后先运行 gongyou migrate。"
            ),
            error=str(error).strip(),
        )
    return words(says("没有完成：{error}"), error=f"{type(error).__name__}: {error}")


def table(rows: Mapping[str, Any]) -> str:
    """Label and value per line."""
    width = max((len(k) for k in rows), default=0)
    return "\n".join(f"{key:<{width}}  {value}" for key, value in rows.items())
