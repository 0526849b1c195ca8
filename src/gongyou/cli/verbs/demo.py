"""`gongyou demo`: an embedded database with all areas' sample data, served, with one login per role."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
from django.db import connections

from gongyou.basics.refusal import says
from gongyou.cli.answer import answers, give, json_option, say, words
from gongyou.cli.starting import start


@click.command(help="Try it with sample areas.\n\nExample: gongyou demo --port 8000 --data /tmp/gongyou-demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen at")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--data",
    "data",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="folder of the demo's database; default GONGYOU_DATA or ./var",
)
@click.option("--check", is_flag=True, help="load, run the night's jobs, fetch every page once, and exit")
@json_option
@answers
def command(host: str, port: int, data: Path | None, check: bool, as_json: bool) -> None:
    wanted = {"GONGYOU_DEMO": "1"}
    if data is not None:
        wanted["GONGYOU_DATA"] = str(data.resolve())
    if "GONGYOU_PUBLIC_URL" not in os.environ:
        wanted["GONGYOU_PUBLIC_URL"] = f"http://{host}:{port}"
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        # Settings are read once at the start: begin again as a demo, in this very process, so signals reach it.
        again = [sys.executable, "-m", "gongyou.cli", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, **wanted})  # noqa: S606 — ourselves
    start()
    _demo(host, port, check, as_json)


def _demo(host: str, port: int, check: bool, as_json: bool) -> None:
    # These need the apps, and so the demo's own settings.
    from gongyou.cli import demonstration  # noqa: PLC0415 — needs the demo's own settings
    from gongyou.cli.verbs import serve  # noqa: PLC0415 — needs the demo's own settings

    if not check:
        serve.check_port(host, port)
    logins = demonstration.prepare(say)
    if check:
        pages, failures = demonstration.fetch_every_page(logins)
        for failure in failures:
            say(failure)
        result = {"pages": pages, "failures": failures}
        done = says("演示检查：打开{pages}个页面，{count}个有问题。")
        give(result, as_json=as_json, sentence=lambda _: words(done, pages=pages, count=len(failures)))
        if failures:
            sys.exit(1)
        return
    for line in demonstration.login_lines(logins):
        say(line)
    _serve_with_worker(host, port)


def _serve_with_worker(host: str, port: int) -> None:
    from gongyou.cli.verbs import serve  # noqa: PLC0415 — needs the demo's own settings

    connections.close_all()  # nothing open crosses the server's fork
    # A process of its own: the server forks, and a thread caught in mid-write would leave its lock in the child.
    command = [sys.executable, "-m", "gongyou.cli", "worker"]
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 — ourselves
    try:
        serve.serve(host, port, workers=1, threads=4)
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            worker.kill()
