"""`gongyou audit verify`: walk the chain of actions and the sealed batches of reads."""

from __future__ import annotations

import sys
from typing import Any

import click

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, words
from gongyou.kernel import audit


@click.group(help="The audit chain.\n\nExample: gongyou audit verify --json")
def command() -> None:
    pass


@command.command(help="Check every link; a broken chain is exit 1.\n\nExample: gongyou audit verify --json")
@json_option
@answers
def verify(as_json: bool) -> None:
    verdict = audit.verify()
    roots = [{"lane": lane, "length": length, "head": head} for lane, length, head in audit.heads()]
    result = {
        "intact": verdict.is_intact,
        "records": verdict.records,
        "lanes": verdict.lanes,
        "read_batches": verdict.read_batches,
        "broken": list(verdict.broken),
        "roots": roots,
    }
    give(result, as_json=as_json, sentence=_sentence)
    if not verdict.is_intact:
        sys.exit(1)


def _sentence(result: dict[str, Any]) -> str:
    if result["intact"]:
        return words(
            says("审计链完整：{records}条记录，{batches}批查阅记录。"),
            records=result["records"],
            batches=result["read_batches"],
        )
    return words(says("审计链有断裂：")) + "\n" + "\n".join(result["broken"])
