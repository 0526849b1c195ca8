"""How every verb answers: one JSON object or a sentence; exit 0 done, 2 the input is wrong, 1 anything else."""

from __future__ import annotations

import functools
import json
import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec

import click

from gongyou.basics.refusal import Refusal
from gongyou.kernel.canonical import plain

P = ParamSpec("P")

json_option = click.option(
    "--json", "as_json", is_flag=True, help="print one JSON object on stdout and nothing else"
)


def say(text: str) -> None:
    """Progress and sentences go to stderr."""
    click.echo(text, err=True)


def give(result: Any, *, as_json: bool, sentence: Callable[[Any], str]) -> None:
    """Print the result: JSON, or the sentence made of it."""
    click.echo(json.dumps(plain(result), ensure_ascii=False) if as_json else sentence(result))


def answers(function: Callable[P, None]) -> Callable[P, None]:
    """Turn refusals into one sentence and exit 2, everything unforeseen into exit 1."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Refusal as refusal:
            say(refusal.sentence())
            sys.exit(2)
        except click.ClickException:
            raise
        except (KeyboardInterrupt, BrokenPipeError):
            say("已停止。")
            sys.exit(1)
        except Exception as error:
            logging.getLogger(__name__).debug("verb failed", exc_info=True)
            say(f"没有完成：{type(error).__name__}: {error}")
            sys.exit(1)

    return run


def table(rows: Mapping[str, Any]) -> str:
    """Label and value per line."""
    width = max((len(k) for k in rows), default=0)
    return "\n".join(f"{key:<{width}}  {value}" for key, value in rows.items())
