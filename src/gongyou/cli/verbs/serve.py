"""`gongyou serve`: the web pages and the API."""

from __future__ import annotations

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces

from gongyou.basics.refusal import Refusal, says
from gongyou.cli.answer import answers, say, words
from gongyou.cli.schema import waiting_changes
from gongyou.cli.static_files import collect
from gongyou.kernel.installation import installed


@click.command(help="Serve pages and API until stopped.\n\nExample: gongyou serve --port 8000")
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen at")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=max(1, (os.cpu_count() or 1) // 2),
    show_default="one for two processors",
    help="processes; the database wants the other processors when it stands on this machine",
)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="threads per process"
)
@answers
def command(host: str, port: int, workers: int, threads: int) -> None:
    if waiting_changes():
        raise Refusal("tables", says("数据库表还不是这个版本的。"), says("请先运行 gongyou migrate。"))
    serve(host, port, workers, threads)


def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Run until stopped. Raises Refusal when somebody else has the port."""
    check_port(host, port)
    if collect(installed().data_dir / "static.stamp"):
        say(words(says("网页文件已收集。")))
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
    """Raises Refusal where something answers or the address is none of this machine's."""
    try:
        # Granian binds with SO_REUSEPORT: a second server would silently share the first one's traffic.
        with socket.create_server((host, port), family=_family(host)):
            return
    except OSError as error:
        raise Refusal(
            "port_taken",
            says("地址 {host} 的端口 {port} 不能用：{reason}。"),
            says("端口被占用时请换一个，例如 --port {other}。"),
            field="port",
            host=host,
            port=port,
            reason=error.strerror or str(error),
            other=port % 65535 + 1,
        ) from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
