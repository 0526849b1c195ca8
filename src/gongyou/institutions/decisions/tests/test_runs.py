"""A run from tables to decisions: stored, keyed, recomputed from the pinned policy, compared, stopped."""

from __future__ import annotations

import shutil
from copy import copy
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from gongyou.basics.refusal import Refusal
from gongyou.institutions.decisions import jobs as room_jobs
from gongyou.institutions.decisions import parts, vault
from gongyou.institutions.decisions.definitions import SUBJECTS, Order
from gongyou.institutions.decisions.models import PolicyRun, RunPart, Snapshot
from gongyou.institutions.decisions.pinned import graph_of, nearest_policy
from gongyou.institutions.decisions.queries import (
    RunView,
    SubjectFilter,
    cell_name,
    explain_decision,
    list_changes,
    list_subjects,
    run_of,
)
from gongyou.institutions.decisions.queries.records import record_of
from gongyou.institutions.decisions.receiving import receive_tables
from gongyou.institutions.decisions.services import keep_snapshot, order_run, stop_run
from gongyou.institutions.decisions.tests.office import (
    CUTTING,
    EMPLOYERS,
    GOOD,
    ON,
    PROGRAMME,
    PUBLIC,
    VAGUE,
    employer,
    finished,
    snapshot,
    tables,
)
from gongyou.kernel import jobs
from gongyou.kernel.access import Actor, Holding, system_actor
from gongyou.kernel.errors import DomainError, NotFound
from gongyou.kernel.ids import new_id
from gongyou.kernel.installation import installed
from gongyou.kernel.models.audit import ReadRecord
from gongyou.kernel.models.events import Event
from gongyou.packkit.loader import load_packs
from gongyou.packkit.releases import policy_release
from gongyou.packkit.services import publish_releases
from tests.yunshan.county import PACKS, County

pytestmark = pytest.mark.django_db


def test_tables_become_decisions(run: RunView, officer: Actor) -> None:
    assert run.state == "done"
    assert (run.rows, run.eligible, run.ineligible, run.unknown) == (4, 1, 2, 1)
    assert run.total_fen == 2_160_000  # 12 × 3,000 yuan × 60 %
    assert run.failed["keeps_its_people"] == 1
    assert "layoff_formula" in run.assumed
    lines = {line.subject: line for line in list_subjects(officer, run.id, purpose="看").items}
    assert lines[GOOD].amount_fen == 2_160_000
    assert lines[CUTTING].failed == ("keeps_its_people",)
    assert lines[VAGUE].needs == ("insured_average",)
    assert lines[PUBLIC].outcome == "ineligible"


def test_the_list_comes_in_pages_and_filtered(run: RunView, officer: Actor) -> None:
    first = list_subjects(officer, run.id, purpose="看", size=3)
    rest = list_subjects(officer, run.id, purpose="看", size=3, cursor=first.next)
    assert [len(first.items), len(rest.items), rest.next] == [3, 1, ""]
    refused = list_subjects(officer, run.id, purpose="看", only=SubjectFilter(failed="keeps_its_people"))
    assert [line.subject for line in refused.items] == [CUTTING]
    unknown = list_subjects(officer, run.id, purpose="看", only=SubjectFilter(outcome="unknown"))
    assert [line.subject for line in unknown.items] == [VAGUE]


def test_the_same_key_is_the_same_run(run: RunView, officer: Actor) -> None:
    again = order_run(officer, order=Order(run.snapshot_id, ON))
    assert again.id == run.id
    assert jobs.run_due() == 0
    assert PolicyRun.objects.count() == 1


def test_a_refusal_is_explained_with_its_distance(run: RunView, officer: Actor) -> None:
    found = explain_decision(officer, run.id, CUTTING, purpose="看")
    assert found.is_same
    step = next(s for s in found.explanation.steps if s.name == "keeps_its_people")
    assert step.holds is False
    assert step.distance == "实际6.1%，超出0.6个百分点"
    assert step.source
    formula = next(v for v in found.explanation.values if v.id == "layoff_formula")
    assert formula.confidence == "assumed"


def test_what_if_a_value_or_a_fact_were_different(run: RunView, officer: Actor) -> None:
    by_value = explain_decision(officer, run.id, CUTTING, purpose="试", overrides={"layoff_limit": "6.1%"})
    assert by_value.tried and by_value.tried.outcome == "eligible" and by_value.tried.simulated
    by_fact = explain_decision(
        officer, run.id, CUTTING, purpose="试", facts={"benefit_recipient_count": "55"}
    )
    assert by_fact.tried and by_fact.tried.outcome == "eligible"
    assert by_fact.explanation.outcome == "ineligible"
    with pytest.raises(Refusal, match="读不懂"):
        explain_decision(officer, run.id, CUTTING, purpose="试", facts={"benefit_recipient_count": "许多"})


def test_what_if_one_fact_of_a_month_were_different(run: RunView, officer: Actor) -> None:
    """What-if over child rows: a cell of a month, a month nobody sent, and a cell that can't be read."""
    short = {cell_name("contributions", "2024-03", "paid_yuan"): "2999.99"}
    tried = explain_decision(officer, run.id, GOOD, purpose="试", facts=short).tried
    assert tried and (tried.outcome, tried.failed) == ("ineligible", ("has_paid_in_full",))
    # A month nobody sent, of which one cell is known: the rest of it must be found out.
    more = {cell_name("contributions", "2023-12", "paid_yuan"): "1.00"}
    found = explain_decision(officer, run.id, GOOD, purpose="试", facts=more)
    assert found.tried and found.tried.outcome == "unknown" and len(found.rows[0].rows) == 12
    with pytest.raises(Refusal, match="读不懂"):
        explain_decision(
            officer,
            run.id,
            GOOD,
            purpose="试",
            facts={cell_name("contributions", "2024-03", "paid_yuan"): "许多"},
        )


def test_reading_a_decision_leaves_a_record(run: RunView, officer: Actor) -> None:
    before = ReadRecord.objects.filter(noun="decision").count()
    explain_decision(officer, run.id, GOOD, purpose="答复来电")
    record = ReadRecord.objects.filter(noun="decision").latest("at")
    assert ReadRecord.objects.filter(noun="decision").count() == before + 1
    assert (record.actor_id, record.purpose) == (officer.id, "答复来电")


def test_an_old_decision_recomputes_after_the_pack_changed(
    run: RunView, officer: Actor, county: County, tmp_path: Path
) -> None:
    root = tmp_path / "packs"
    shutil.copytree(PACKS, root)
    path = root / "programmes" / PROGRAMME / "values.yaml"
    changed = path.read_text(encoding="utf-8").replace("amount: 5.5%", "amount: 9%")
    path.write_text(changed, encoding="utf-8")
    publish_releases(
        system_actor("tests"), releases=(policy_release(load_packs(root)[0], PROGRAMME, county.area),)
    )
    assert nearest_policy(county.area, PROGRAMME).hash != run.content
    new = finished(officer, Order(run.snapshot_id, ON))
    assert new.id != run.id
    old, fresh = (explain_decision(officer, r, CUTTING, purpose="复核") for r in (run.id, new.id))
    assert old.is_same and old.explanation.outcome == "ineligible"
    assert fresh.is_same and fresh.explanation.outcome == "eligible"
    assert old.explanation.policy_hash == run.policy_hash


def test_a_row_that_does_not_follow_from_the_rules_is_told(
    run: RunView, officer: Actor, county: County, tmp_path: Path
) -> None:
    kept_jobs = [employer(str(e["employer_id"])) for e in EMPLOYERS]
    other = finished(
        officer, Order(snapshot(officer, county.root.id, tables(tmp_path / "other", *kept_jobs)), ON)
    )
    row = PolicyRun.objects.get(pk=run.id)
    row.pk, row.run_key, row.results = new_id(), "0" * 64, dict(other.results)
    row.save(force_insert=True)
    found = explain_decision(officer, row.pk, CUTTING, purpose="看")
    assert not found.is_same
    assert any(difference.startswith("outcome") for difference in found.differences)


def test_new_facts_are_a_new_run_and_a_difference(
    run: RunView, officer: Actor, county: County, tmp_path: Path
) -> None:
    corrected = [employer(VAGUE) if e["employer_id"] == VAGUE else e for e in EMPLOYERS]
    files = tables(tmp_path / "corrected", *corrected)
    new = finished(officer, Order(snapshot(officer, county.root.id, files), ON))
    assert (new.previous_id, new.changes) == (run.id, {"outcome": 1})
    (line,) = list_changes(officer, new.id, purpose="看")
    assert (line.subject, line.outcome_before, line.outcome_after) == (VAGUE, "unknown", "eligible")


def test_a_simulation_is_marked_and_is_nobodys_previous(
    run: RunView, officer: Actor, county: County, tmp_path: Path
) -> None:
    tried = finished(officer, Order(run.snapshot_id, ON, {"layoff_limit": "6.1%"}))
    assert tried.is_simulated and tried.eligible == 2 and tried.previous_id == run.id
    files = tables(tmp_path / "more", *EMPLOYERS[:2])
    assert finished(officer, Order(snapshot(officer, county.root.id, files), ON)).previous_id == run.id
    told = [
        e.payload["is_simulated"] for e in Event.objects.filter(name="decisions.run_finished").order_by("at")
    ]
    assert told == [False, True, False]


def test_a_run_can_be_stopped_and_ordered_again(officer: Actor, county: County, tmp_path: Path) -> None:
    order = Order(snapshot(officer, county.root.id, tables(tmp_path / "facts")), ON)
    queued = order_run(officer, order=order)
    assert stop_run(officer, run_id=queued.id).state == "stopped"
    jobs.run_due()
    assert run_of(officer, queued.id).state == "stopped"
    assert finished(officer, order).state == "done"


def test_a_run_that_is_asked_to_stop_while_it_computes(
    officer: Actor, county: County, tmp_path: Path
) -> None:
    run = order_run(officer, order=Order(snapshot(officer, county.root.id, tables(tmp_path / "facts")), ON))
    row = PolicyRun.objects.get(pk=run.id)
    room_jobs._enter(row, room_jobs.Stage.COMPUTING)
    assert run_of(officer, run.id).stage == "computing"
    stop_run(officer, run_id=run.id)
    jobs.run_due()
    assert run_of(officer, run.id).state == "stopped"


def test_wrong_files_are_answered_by_sentences(officer: Actor, county: County, tmp_path: Path) -> None:
    files = tables(tmp_path / "facts")

    def receive(given: dict[str, Path]) -> str:
        with pytest.raises(Refusal) as refused:
            receive_tables(officer, office_id=county.root.id, programme=PROGRAMME, on=ON, files=given)
        return refused.value.sentence()

    assert "不是这个政策要的表" in receive({"shops.csv": files["employers.csv"], **files})
    assert "contributions" in receive({"employers.csv": files["employers.csv"]})
    assert "打不开" in receive({"all.zip": files["employers.csv"]})
    assert "两份" in receive(
        {"a/employers.csv": files["employers.csv"], "b/employers.csv": files["employers.csv"]}
    )
    assert not Snapshot.objects.exists()


def test_rows_that_cannot_be_read_are_counted_and_told(
    officer: Actor, county: County, tmp_path: Path
) -> None:
    files = tables(tmp_path / "facts", *EMPLOYERS, employer("913700009999999999", staff_count=3))
    received = receive_tables(officer, office_id=county.root.id, programme=PROGRAMME, on=ON, files=files)
    kept = keep_snapshot(officer, tables=received)
    assert kept.counts["employers"]["rejected"] == 1
    with vault.opened({"rejects.csv": received.rejects}) as folder:
        assert "913700009999999999" in (folder / "rejects.csv").read_text(encoding="utf-8")


def test_what_is_kept_is_sealed_and_alteration_is_noticed(run: RunView, officer: Actor) -> None:
    root = installed().data_dir / "decisions"
    contents = [
        path.read_bytes() for path in root.rglob("*") if path.is_file() and path.parent.name != ".work"
    ]
    assert contents and not [c for c in contents if "独角兽".encode() in c or GOOD.encode() in c]
    digest = run.results["decisions.parquet"]
    path = root / digest[:2] / digest
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(DomainError, match="丢失或损坏"):
            list_subjects(officer, run.id, purpose="看")
    finally:
        path.write_bytes(whole)


def test_a_done_run_never_changes(run: RunView) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyRun.objects.filter(pk=run.id).update(total_fen=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Snapshot.objects.filter(pk=run.snapshot_id).update(area="000000")


def test_a_run_without_a_result_shows_none(officer: Actor, county: County, tmp_path: Path) -> None:
    run = order_run(officer, order=Order(snapshot(officer, county.root.id, tables(tmp_path / "facts")), ON))
    with pytest.raises(DomainError, match="还没有结果"):
        list_subjects(officer, run.id, purpose="看")
    elsewhere = Actor(new_id(), "staff", "外人", (Holding("policy_officer", None, "000000/"),))
    with pytest.raises(NotFound):
        run_of(elsewhere, run.id)


def test_one_explanation_opens_only_its_piece(officer: Actor, run: RunView) -> None:
    """With every other content gone the decision is explained, as the whole files explain it."""
    row = PolicyRun.objects.select_related("snapshot").get(pk=run.id)
    graph = graph_of(row.content, row.area, row.law_on, row.overrides)
    whole = copy(row)
    whole.results = {name: digest for name, digest in row.results.items() if name != SUBJECTS}
    for subject in (GOOD, CUTTING, VAGUE, PUBLIC):
        assert record_of(row, graph, subject) == record_of(whole, graph, subject)
    for path in (installed().data_dir / "decisions").glob("*/*"):
        if path.name != row.results[SUBJECTS]:
            path.unlink()
    found = explain_decision(officer, run.id, CUTTING, purpose="答复来电")
    assert found.is_same and found.stored.failed == ("keeps_its_people",)
    with pytest.raises(NotFound):
        explain_decision(officer, run.id, "913700000000000000", purpose="答复来电")


def test_a_piece_that_was_altered_does_not_open(officer: Actor, run: RunView) -> None:
    path = next((installed().data_dir / "decisions").glob(f"*/{run.results[SUBJECTS]}"))
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(DomainError, match="丢失或损坏"):
        explain_decision(officer, run.id, CUTTING, purpose="答复来电")


def test_a_stopped_run_goes_on_where_it_was(
    officer: Actor, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress, stop and resume: finished parts are shown, kept under the run, and not computed again."""
    files = tables(tmp_path / "facts")
    whole = finished(officer, Order(snapshot(officer, county.root.id, files), ON))
    monkeypatch.setattr(parts, "PART_ROWS", 16)  # 48 months: three parts
    order = Order(whole.snapshot_id, ON, {"layoff_limit": "5.4%"})
    ordered = order_run(officer, order=order)
    stop_after(1, officer, ordered.id, monkeypatch)
    jobs.run_due()
    stopped = run_of(officer, ordered.id)
    assert (stopped.state, stopped.parts_done, stopped.parts_count) == ("stopped", 1, 3)
    monkeypatch.undo()
    monkeypatch.setattr(parts, "PART_ROWS", 16)
    kept = set(RunPart.objects.filter(run_id=ordered.id).values_list("name", flat=True))
    computed: list[str] = []
    keep = parts.VaultKeeper.keep

    def counted(self: parts.VaultKeeper, name: str, folder: Path) -> Path:
        computed.append(name)
        return keep(self, name, folder)

    monkeypatch.setattr(parts.VaultKeeper, "keep", counted)
    done = finished(officer, order)
    assert (done.state, len(computed), set(computed) & kept) == ("done", 2, set())
    assert not RunPart.objects.filter(run_id=ordered.id).exists()
    assert (whole.parts_count, done.fingerprint) == (
        0,
        whole.fingerprint,
    )  # 5.4% decides nobody here otherwise


def stop_after(count: int, officer: Actor, run_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody presses stop when so many parts are done."""
    keep = parts.VaultKeeper.keep

    def keep_and_stop(self: parts.VaultKeeper, name: str, folder: Path) -> Path:
        path = keep(self, name, folder)
        if run_of(officer, run_id).parts_done == count:
            stop_run(officer, run_id=run_id)
        return path

    monkeypatch.setattr(parts.VaultKeeper, "keep", keep_and_stop)
