"""The pictures of the README, taken from a fresh demo: `.venv/bin/python tools/screenshots.py`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PORT = 8123
OUT = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
CHROMIUM = os.environ.get("GONGYOU_CHROMIUM", "/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}


@contextmanager
def demo() -> Iterator[str]:
    """A demo in a folder of its own, served until the block ends."""
    with tempfile.TemporaryDirectory() as data:
        url = f"http://127.0.0.1:{PORT}"
        os.environ.update(GONGYOU_DATA=data, GONGYOU_DEMO="1", GONGYOU_PUBLIC_URL=url)
        command = [sys.executable, "-m", "gongyou.cli", "demo", "--port", str(PORT)]
        server = subprocess.Popen(command)
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"{url}/healthz", timeout=2)  # noqa: S310
                    break
                except OSError:
                    time.sleep(0.5)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)


def main() -> None:
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with demo() as url, sync_playwright() as play:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "gongyou.config.settings"
        django.setup()
        from gongyou.cli.demonstration import PASSWORD
        from gongyou.engines.casework.models import Case
        from gongyou.kernel.access import system_actor
        from gongyou.kernel.accounts import demo_second_factor
        from gongyou.kernel.models import Account

        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def signed_in(login: str):
            page = browser.new_page(viewport=DESK, locale="zh-CN")
            page.goto(f"{url}/sign-in/")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            account = Account.objects.get(login=login)
            page.fill(
                "input[name=code]",
                demo_second_factor(system_actor("demo"), account_id=account.pk, is_demo=True),
            )
            page.press("input[name=code]", "Enter")
            page.wait_for_url("**/desk/**")
            return page

        phone = browser.new_page(viewport=PHONE, locale="zh-CN")
        matter = Case.objects.filter(closed_as="satisfied", phone_tail="0102").get()
        phone.goto(f"{url}/track")
        phone.fill("input[name=number]", matter.number)
        phone.fill("input[name=tail]", "0102")
        phone.press("input[name=tail]", "Enter")
        phone.wait_for_load_state()
        phone.screenshot(path=OUT / "worker.png")
        signed_in("jinxing.desk").screenshot(path=OUT / "desk.png")
        leader = signed_in("jinxiang.leader")
        leader.goto(f"{url}/supervise/")
        leader.screenshot(path=OUT / "supervise.png")
        browser.close()


if __name__ == "__main__":
    main()
