"""A county's or a city's run through the platform: intentions and posts in the database, lists back, then changed posts.

.venv/bin/python tests/bench/employment/bench.py [--people 20000] [--posts 1700]
GONGYOU_DATABASE=postgresql://… .venv/bin/python tests/bench/employment/bench.py          an empty database
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--posts", type=int, default=1_700)
    parser.add_argument("--changed", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("GONGYOU_DATABASE", f"sqlite:///{folder}/bench.sqlite3")
        os.environ.update(GONGYOU_DATA=folder, DJANGO_SETTINGS_MODULE="tests.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        run(given)


def run(given: argparse.Namespace) -> None:
    from gongyou.engines.employment import services
    from gongyou.engines.employment.models import MatchRun, Post
    from gongyou.engines.employment.tests.bed import open_bed
    from gongyou.kernel import jobs
    from tests.yunshan.county import build_jinxiang, install_repository_packs

    install_repository_packs()
    bed = open_bed(build_jinxiang())
    fill(bed, given)
    print(f"| {given.people:,} people, {given.posts:,} posts | CPU s | wall s | RSS MB |\n|---|---|---|---|")
    for _again in range(2):
        services.order_match(bed.officer, area=bed.county.area)
        measured("a full run, lists written", jobs.run_due)
    for post in Post.objects.filter(state="public").order_by("id")[: given.changed]:
        services.end_post(bed.officer, post_id=post.pk, version=post.version)
    measured(f"{given.changed} posts ended, lists follow", jobs.run_due)
    last = MatchRun.objects.order_by("-ordered_at", "-id")[0]
    print(f"\n{last.kind}: {last.state}, {last.recommended:,} with a list, {last.changed:,} lists changed")


def measured(what: str, work) -> None:  # type: ignore[no-untyped-def]
    cpu, wall = time.process_time(), time.monotonic()
    work()
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {what} | {time.process_time() - cpu:.1f} | {time.monotonic() - wall:.1f} | {rss:,.0f} |",
        flush=True,
    )


def fill(bed, given: argparse.Namespace) -> None:  # type: ignore[no-untyped-def]
    """Rows in bulk: answers and intentions, posts already public."""
    from datetime import timedelta
    from random import Random

    from gongyou.engines.employment.models import Intention, Post, SurveyAnswer
    from gongyou.kernel import moment
    from gongyou.kernel.ids import new_id

    chance, now, today, area = Random(1), moment.now(), moment.today(), bed.county.area
    codes = ["6-31-01-03", "6-30-05-01", "4-07-05-01", "6-29-01-01", "4-03-02-05", "4-09-08-01", "4-01-02-01"]
    path = bed.county.root.path
    answer = SurveyAnswer.objects.create(
        kind="willingness", channel="import", area=area, office_path=path, person_id=new_id(), answered_on=today,
        taken_by=bed.officer.id, taken_at=now,
    )  # fmt: skip
    Intention.objects.bulk_create(
        [
            Intention(
                person_id=new_id(), area=area, office_path=path, answer=answer, division=area,
                birth_on=today - timedelta(days=chance.randrange(7_000, 21_000)), occupations=chance.sample(codes, 2),
                certificates=["low_voltage_permit"] if chance.random() < 0.3 else [], lon=116.3, lat=35.1,
                wage_min_fen=chance.randrange(25, 60) * 10_000, from_on=today, until_on=today + timedelta(days=90),
                sex=chance.choice(["male", "female"]), township=f"{area}00{chance.randrange(1, 9)}", changed_at=now,
            )
            for _ in range(given.people)
        ],
        batch_size=500,
    )  # fmt: skip
    Post.objects.bulk_create(
        [
            Post(
                organisation_id=bed.organisation_id, area=area, office_path=path, title=f"岗位{n}",
                occupation=chance.choice(codes), division=area, headcount=chance.randrange(1, 9), lon=116.3, lat=35.1,
                certificates=["low_voltage_permit"] if chance.random() < 0.2 else [],
                wage_high_fen=chance.randrange(28, 80) * 10_000, shift=chance.choice(["day", "night", "rotating"]),
                expires_on=today + timedelta(days=60), state="public", source="survey", proposed_by=bed.officer.id,
                proposed_at=now, published_by=bed.reviewer.id, published_at=now, changed_at=now,
            )
            for n in range(given.posts)
        ],
        batch_size=500,
    )  # fmt: skip


if __name__ == "__main__":
    main()
