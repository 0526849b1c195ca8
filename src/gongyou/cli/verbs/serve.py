"""`gongyou serve`: the web pages and the API."""

from __future__ import annotations

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, say


@click.command(help="Serve pages and API.\n\nExample: gongyou serve --port 8000 --workers 2")
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, default=8000)
@click.option("--workers", type=int, default=2, help="processes; two per core is plenty")
@click.option("--threads", type=int, default=4, help="threads per process")
@answers
def command(host: str, port: int, workers: int, threads: int) -> None:
    serve(host, port, workers, threads)


def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Run until stopped. Raises Refusal when somebody else has the port."""
    check_port(host, port)
    say(f"http://{host}:{port}/")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongyou.config.settings")
    Granian(
        "gongyou.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


def check_port(host: str, port: int) -> None:
    # Granian binds with SO_REUSEPORT: a second server would silently share the first one's traffic.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((host, port)) == 0:
            raise Refusal(
                "port_taken",
                says("端口 {port} 已被别的程序占用。"),
                says("请换一个端口，例如 --port {other}。"),
                field="port",
                port=port,
                other=port + 1,
            )
