"""`gongyou demo`: an embedded database with all areas' sample data, served, with one login per role."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import click

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, say


@click.command(help="Try it.\n\nExample: gongyou demo --port 8000")
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, default=8000)
@click.option("--data", "data", type=click.Path(path_type=Path, file_okay=False), default=None)
@click.option("--check", is_flag=True, help="load, run the night's jobs, fetch every page once, and exit")
@answers
def command(host: str, port: int, data: Path | None, check: bool) -> None:
    if os.environ.get("GONGYOU_DEMO") != "1":
        # Settings are read once at the start: begin again as a demo.
        environment = {**os.environ, "GONGYOU_DEMO": "1"}
        if data is not None:
            environment["GONGYOU_DATA"] = str(data.resolve())
        environment.setdefault("GONGYOU_PUBLIC_URL", f"http://{host}:{port}")
        again = [sys.executable, "-m", "gongyou.cli", *sys.argv[1:]]
        sys.exit(subprocess.run(again, env=environment, check=False).returncode)  # noqa: S603 — ourselves
    _demo(host, port, check)


def _demo(host: str, port: int, check: bool) -> None:
    from gongyou.cli import demonstration  # noqa: PLC0415 — needs the demo's own settings
    from gongyou.cli.verbs import serve  # noqa: PLC0415
    from gongyou.cli.verbs.worker import work_until  # noqa: PLC0415

    if not check:
        serve.check_port(host, port)
    logins = demonstration.prepare(say)
    if check:
        pages, failures = demonstration.fetch_every_page(logins)
        for failure in failures:
            say(failure)
        say(f"演示检查：打开 {pages} 个页面，{len(failures)} 个有问题。")
        if failures:
            raise Refusal("demo_pages", says("有页面打不开，见上面的清单。"))
        return
    for line in demonstration.login_lines(logins):
        say(line)
    stop = threading.Event()
    worker = threading.Thread(target=work_until, args=(stop,), daemon=True)
    worker.start()
    try:
        serve.serve(host, port, workers=1, threads=4)
    finally:
        stop.set()
        worker.join(timeout=5)
