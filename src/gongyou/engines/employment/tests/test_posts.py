"""Posts before they are public, bad input by row and field, the platform's receipts, lists without an ineligible pair."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from django.db import IntegrityError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.connectors.exchange.importing import Imported, import_file
from gongyou.connectors.platforms import FolderExchange
from gongyou.engines.casework.tests.wish_county import volunteer
from gongyou.engines.employment import jobs as employment
from gongyou.engines.employment import services
from gongyou.engines.employment.models import (
    Intention,
    Listing,
    MatchRun,
    Post,
    PostPush,
    SurveyAnswer,
)
from gongyou.engines.employment.ports import install_platform, platform
from gongyou.engines.employment.queries.lists import own_intentions
from gongyou.engines.employment.services.posts import EmployerWords
from gongyou.engines.employment.tests.bed import CLEANER, CODE, ELECTRICIAN, NOW, PERSON, Bed, later
from gongyou.institutions.decisions.vault import kept_by_others
from gongyou.kernel import jobs
from gongyou.kernel.errors import DomainError
from gongyou.kernel.models.events import Job
from gongyou.policy.cases import credit_code

pytestmark = pytest.mark.django_db
PEOPLE = (
    "office",
    "name",
    "phone",
    "division",
    "wants_job",
    "agrees_matching",
    "occupations",
    "birth_on",
    "wage_min_yuan",
)
POSTS = (
    "office", "employer", "credit_code", "title", "occupation", "division", "headcount", "wage_low_yuan",
    "wage_high_yuan", "age_min", "text",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "word", "article"),
    [
        ({"title": "限男 保洁"}, "限男", "就业促进法第二十七条"),
        ({"text": "本地人优先，外地人勿扰"}, "外地人勿扰", "就业促进法第三十一条"),
        ({"text": "体检乙肝不要"}, "乙肝", "就业促进法第三十条"),
        ({"text": "入职交押金300元"}, "押金", "劳动合同法第九条"),
        ({"fee_yuan": "50"}, "收费", "劳动合同法第九条"),
    ],
)
def test_a_post_with_a_fee_or_a_discriminating_word_is_refused_with_word_and_article(
    bed: Bed, change: dict[str, str], word: str, article: str
) -> None:
    with pytest.raises(DomainError, match=f"{word}.*{article}"):
        bed.proposes(replace(CLEANER, **change))
    assert not Post.objects.exists()


def test_words_that_promise_the_opposite_are_let_through(bed: Bed) -> None:
    bed.proposes(replace(CLEANER, text="不收押金，男女不限。"))
    assert Post.objects.get().state == "waiting"


def test_a_post_is_made_public_by_another_person_of_a_verified_employer(bed: Bed) -> None:
    made = bed.proposes()
    both = replace(bed.reviewer, id=bed.officer.id)
    with pytest.raises(DomainError, match="不能是同一个人"):
        services.publish_post(both, post_id=made.post_id, version=made.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=made.post_id).update(state="public", published_by=bed.officer.id)
    unknown = services.answer_shortage(
        bed.officer,
        office_id=bed.office_id,
        employer=EmployerWords("无名示例厂", credit_code(902)),
        words=CLEANER,
        channel="desk",
    )
    with pytest.raises(DomainError, match="还没有核实"):
        services.publish_post(bed.reviewer, post_id=unknown.post_id, version=unknown.version)


BAD = [
    ("headcount", {"headcount": "0"}, "人数应是1或更多的整数"),
    ("wage_high_yuan", {"wage_low_yuan": "5000", "wage_high_yuan": "4000"}, "最高工资低于最低工资"),
    ("occupation", {"occupation": "9-99-99-99"}, "职业分类大典里没有这个代码"),
    ("division", {"division": "999999"}, "没有这个行政区划代码"),
    ("age_min", {"age_min": "14"}, "年龄下限低于法定最低就业年龄"),
]


def test_bad_input_headcount_0_reversed_wages_unknown_occupation_or_division_ages_out_of_law(
    bed: Bed, tmp_path: Path
) -> None:
    """Each bad cell by row and column; good rows of the same sheet are taken; a second import doubles nothing."""
    good = {
        "office": bed.county.root.code, "employer": "晨光示例电子厂", "credit_code": CODE, "title": "保洁员",
        "occupation": "保洁员", "division": "370828", "headcount": "2", "wage_low_yuan": "3000",
        "wage_high_yuan": "3500", "age_min": "", "text": "",
    }  # fmt: skip
    rows = [good, *({**good, **change} for _column, change, _why in BAD)]
    done, rejects = _import(bed, "posts", POSTS, rows, tmp_path)
    assert (done.read, done.accepted, done.rejected) == (6, 1, 5)
    assert [(r["row"], r["column"]) for r in rejects] == [(str(n + 3), c) for n, (c, _, _) in enumerate(BAD)]
    assert all(why in r["reason"] for r, (_, _, why) in zip(rejects, BAD, strict=True))
    assert _import(bed, "posts", POSTS, rows, tmp_path)[0].accepted == 1
    assert Post.objects.count() == 1
    person = {
        "office": bed.county.root.code, "name": "王一", "phone": "13811110009", "division": "370828",
        "wants_job": "是", "agrees_matching": "是", "occupations": "保洁员", "birth_on": "1990-05-01",
        "wage_min_yuan": "3000",
    }  # fmt: skip
    people = [
        person,
        {**person, "birth_on": "2012-01-01"},
        {**person, "occupations": "9-99-99-99"},
        {**person, "wage_min_yuan": "三千左右"},
        {**person, "division": "370899"},
    ]
    done, rejects = _import(bed, "willingness", PEOPLE, people, tmp_path)
    assert (done.accepted, [r["column"] for r in rejects]) == (
        1,
        ["birth_on", "occupations", "wage_min_yuan", "division"],
    )
    assert Intention.objects.count() == SurveyAnswer.objects.filter(kind="willingness").count() == 1


def _import(
    bed: Bed, kind: str, columns: tuple[str, ...], rows: list[dict[str, str]], folder: Path
) -> tuple[Imported, list[dict[str, str]]]:
    path, wrong = folder / f"{kind}.csv", folder / "rejects.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    done = import_file(
        bed.officer, kind, path, area="", is_dry_run=False, rejects_to=wrong, progress=lambda _n: None
    )
    if not done.rejects:
        return done, []
    with wrong.open(encoding="utf-8-sig", newline="") as file:
        return done, list(csv.DictReader(file))


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Path]:
    """A folder that a public platform shares."""
    before = platform()
    install_platform(FolderExchange(tmp_path / "platform"))
    yield tmp_path / "platform"
    install_platform(before)


def test_a_shortage_is_pushed_once_and_the_platforms_receipt_is_kept(bed: Bed, shared: Path) -> None:
    post = bed.opens()
    jobs.run_due()
    push = PostPush.objects.get(post=post)
    assert (push.state, Job.objects.filter(kind="employment.push_post", state="ready").count()) == (
        "waiting",
        1,
    )
    (offered,) = shared.glob("out/*.json")
    assert json.loads(offered.read_text(encoding="utf-8"))["title"] == "厂区保洁"
    (shared / "in").mkdir()
    (shared / "in" / f"{push.pk}.json").write_text('{"reference": "JZ-1"}', encoding="utf-8")
    with later(1):
        jobs.run_due()
    push.refresh_from_db()
    assert (push.state, push.reference) == ("taken", "JZ-1")
    assert len(list(shared.glob("out/*.json"))) == 1


FAMILY, RELATED = (
    7,
    {("6-29-01-01", "6-29-04-01"), ("6-29-04-01", "6-29-01-01"), ("4-10-01-06", "4-09-08-01")},
)
LEGAL = {"4-07-05-01": 18, "low_voltage_permit": 18}


def fits(who: Intention, post: Post) -> bool:
    """The conditions of INTERFACES `match`, written once more from the page and not from the engine."""
    own = {post.occupation, *(o for o in who.occupations if o[:FAMILY] == post.occupation[:FAMILY])}
    works = any(o in own or (o, post.occupation) in RELATED for o in who.occupations)
    pays = post.wage_high_fen is None or who.wage_min_fen is None or post.wage_high_fen >= who.wage_min_fen
    assert who.birth_on is not None
    age = NOW.year - who.birth_on.year - ((NOW.month, NOW.day) < (who.birth_on.month, who.birth_on.day))
    least = max(16, *(LEGAL.get(work, 0) for work in (post.occupation, *post.certificates)))
    return (
        works and pays and set(post.certificates) <= set(who.certificates) and age >= least
        and (not who.shifts or post.shift in who.shifts)
        and post.division[:4] == who.division[:4]
    )  # fmt: skip


def test_no_ineligible_pair_in_any_stored_list(bed: Bed) -> None:
    """A small county against brute force over all pairs, after a run and after posts changed; and nothing is missing."""
    chance = Random(7)
    for number in range(30):
        bed.asks(
            replace(
                PERSON,
                name=f"人{number}",
                phone=f"138111200{number:02d}",
                occupations=tuple(chance.sample(["保洁员", "电工", "保安员", "砌筑工"], 2)),
                certificates=("低压电工作业证",) if chance.random() < 0.4 else (),
                wage_min_yuan=str(chance.randrange(2500, 6000, 500)),
                shifts=chance.choice([(), ("白班",), ("夜班",)]),
                birth_on=chance.choice(["2009-06-01", "1980-01-01", "1999-09-09"]),
            )
        )
    kinds = [
        CLEANER, ELECTRICIAN, replace(CLEANER, occupation="保安员"), replace(CLEANER, occupation="装饰装修工"),
    ]  # fmt: skip
    for number in range(12):
        made = replace(
            chance.choice(kinds), title=f"岗位{number}", shift=chance.choice(["白班", "夜班", "轮班"])
        )
        bed.opens(replace(made, division=chance.choice(["370828", "370828", "370112"])))
    bed.matches()
    for _round in ("the whole", "an update"):
        posts = {str(post.pk): post for post in Post.objects.filter(state="public")}
        for intention in Intention.objects.all():
            listed = {one[0] for one in Listing.objects.get(intention=intention).posts}
            assert listed & posts.keys() == {key for key, post in posts.items() if fits(intention, post)}
        assert Listing.objects.exclude(posts=[]).exists()
        bed.opens(replace(CLEANER, title="新岗位", shift="白班", wage_high_yuan="5000"))
        gone = Post.objects.filter(state="public", title="岗位3").first()
        if gone is not None:
            services.end_post(bed.officer, post_id=gone.pk, version=gone.version)
        jobs.run_due()
    assert MatchRun.objects.latest("ordered_at", "id").kind == "update"


def test_sex_is_no_input_and_every_run_counts_groups(bed: Bed) -> None:
    for number, sex in enumerate(("女", "男")):
        bed.asks(replace(PERSON, name=f"人{number}", phone=f"1381112010{number}", sex=sex))
    bed.opens()
    run = bed.matches()
    assert {row["by"] for row in run.fairness} == {"sex", "age_band", "township"}
    scores = [listing.posts[0][1] for listing in Listing.objects.all()]
    assert len(set(scores)) == 1


def test_the_night_ends_posts_and_orders_the_next_run(bed: Bed) -> None:
    bed.asks()
    post = bed.opens(replace(CLEANER, expires_on="2026-11-24"))
    bed.opens(replace(CLEANER, title="食堂保洁"))
    first = bed.matches()
    with later(2):
        assert employment.run_night() == {"posts_expired": 1, "matches_ordered": 1}
        assert employment.run_night() == {"posts_expired": 0, "matches_ordered": 0}
        jobs.run_due()
    post.refresh_from_db()
    second = MatchRun.objects.latest("ordered_at")
    assert (post.state, second.state, second.posts, second.previous_id) == ("expired", "done", 1, first.pk)
    assert {*first.files.values(), *second.files.values()} <= set(kept_by_others())


def test_a_worker_sees_their_own_list_alone_and_may_have_a_person_look(bed: Bed) -> None:
    mine, other = volunteer("13811110001"), volunteer("13811110077")
    bed.asks()
    (intention,) = own_intentions(mine)
    assert own_intentions(other) == ()
    services.ask_person(mine, intention_id=intention.id, text="想离家近")
    with pytest.raises(DomainError, match="还没有答复"):
        services.ask_person(mine, intention_id=intention.id, text="再看看")
    with pytest.raises(Refusal, match="没有这项权限"):
        services.choose_order(other, intention_id=intention.id, is_plain=True)
    (asked,) = own_intentions(mine)
    assert asked.ask_id is not None
    services.answer_ask(bed.officer, ask_id=asked.ask_id, text="明天电话联系您")
    assert own_intentions(mine)[0].answer == "明天电话联系您"
