"""Certificates: signed and checked a second on one core, sizes and QR versions, recognition of many people.

    quiet .venv/bin/python tests/bench/certificates/bench.py --count 100000

CPU seconds of this process; one thread. The goals are those of the design: QR ≤ version 12, ≥ 1,000 checks a second.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from gongyou.basics.workdays import SHANGHAI
from gongyou.credentials.admitting import Holding, admits
from gongyou.credentials.clauses import compiled, is_met
from gongyou.credentials.documents import paper, printed, status
from gongyou.credentials.documents.issuing import Issued, Wanted, issue, titles_of
from gongyou.credentials.documents.store import Store
from gongyou.credentials.documents.verifying import Asked, verify
from gongyou.packkit.recognition import recognition_from

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int) -> str:
    """A well-formed identity number of nobody in particular."""
    body = f"110105{date.fromordinal(date(1970, 1, 1).toordinal() + number % 12000):%Y%m%d}{number % 999:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def timed(name: str, count: int, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"| {name} | {count:,} | {cpu:.2f} | {wall:.2f} | {count / cpu:,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    count = parser.parse_args().count
    recognition = recognition_from(ROOT / "packs", "")
    titles = titles_of(recognition)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        kinds = [kind.id for kind in recognition.declared.kinds if kind.issuer == "emergency_management"]
        store.add_issuer("authority", title="示例应急管理局", kinds=kinds, titles=titles, on=date(2026, 1, 1))
        issuer = store.issuer("authority")
        key, places = store.signing_key(issuer, NOW.date()), itertools.count()
        people = [id_number(number) for number in range(count)]
        made: list[Issued] = []

        def sign() -> None:
            for number, person in enumerate(people):
                wanted = Wanted("陈桂英", person, "low_voltage_permit", "", f"T{person}", "2026-03-01")
                made.append(
                    issue(
                        wanted,
                        recognition=recognition,
                        issuer=issuer,
                        key=key,
                        take_place=lambda: next(places),
                        titles=titles,
                        at=NOW,
                    )
                )
                assert number < count

        print("| what | count | CPU s | wall s | a second |\n|---|---|---|---|---|")
        timed("issued, both forms signed", count, sign)
        register = store.register()
        store.take_places(issuer, count)
        revoked = range(0, count, 97)
        store.revoke(issuer, revoked)
        lists = [status.read(text, register) for text in store.status_lists(issuer, NOW)]
        asked = Asked(NOW, lists)
        answers: list[bool | None] = []
        timed(
            "checked, paper form",
            count,
            lambda: answers.extend(verify(m.paper, register, asked).is_valid for m in made),
        )
        assert answers.count(False) == len(revoked), "every revoked one fails, no other"
        assert answers.count(True) == count - len(revoked)
        some = made[: max(1, count // 5)]
        timed(
            "checked, machine form", len(some), lambda: [verify(m.credential, register, asked) for m in some]
        )
        few = made[:200]
        timed(
            "A4 pages with QR code",
            len(few),
            lambda: [
                printed.page(m.claims, m.paper, issuer, titles, name=m.name, number_shown="1**") for m in few
            ],
        )
        sizes = [len(m.paper) for m in made]
        versions = {paper.qr_version(m.paper) for m in few}
        machine = max(len(m.credential) for m in some)
        print(
            f"\npaper {min(sizes)}–{max(sizes)} characters, QR version {sorted(versions)}; machine {machine} bytes"
        )
        assert max(versions) <= paper.LARGEST_QR
    recognise(count)


def recognise(count: int) -> None:
    """People with one or two certificates against every occupation, by sentences and by masks."""
    recognition = recognition_from(ROOT / "packs", "")
    kinds = [kind.id for kind in recognition.declared.kinds]
    held = [
        [
            Holding(kind=kinds[n % len(kinds)], issued_on=date(2020 + n % 7, 1 + n % 12, 1)),
            Holding(kind=kinds[n * 7 % len(kinds)], issued_on=date(2021 + n % 5, 1 + n % 11, 1)),
        ]
        for n in range(count)
    ]
    clauses = compiled(recognition, NOW.date())
    posts = [one.code for one in recognition.declared.occupations]
    masks: list[int] = []
    timed("people → masks", count, lambda: masks.extend(clauses.held(one) for one in held))
    pairs = count * len(posts)
    met: list[bool] = []
    timed(
        "pairs by mask", pairs, lambda: met.extend(is_met(m, clauses.needs[p]) for m in masks for p in posts)
    )
    sample = held[: max(1, count // 20)]
    said: list[bool] = []
    timed(
        "pairs by sentences",
        len(sample) * len(posts),
        lambda: said.extend(
            admits(recognition, one, post, NOW.date()).admits for one in sample for post in posts
        ),
    )
    assert said == met[: len(said)], "both ways agree"


if __name__ == "__main__":
    main()
