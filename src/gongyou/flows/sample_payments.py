"""Payments of a demo: the budget, the yes of others, a batch, its bank file, what the bank answered, who may look."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from gongyou.basics.money import fen_to_text, yuan_to_fen
from gongyou.engines.benefits import queries, services
from gongyou.engines.benefits.definitions import BankLayout
from gongyou.engines.benefits.queries import BatchView, OrderFilter, RoundView
from gongyou.flows.sample_times import moment_of
from gongyou.institutions.ledger.services import draft_posting, post_draft
from gongyou.institutions.procedures import queries as procedures
from gongyou.institutions.procedures.services import decide_approval
from gongyou.kernel import jobs, moment
from gongyou.kernel.access import Actor
from gongyou.offices import queries as offices
from gongyou.registry.services.representatives import check_representative, name_representative

Recipe = Mapping[str, Any]
Actors = Mapping[str, Actor]


def live_payment(recipe: Recipe, round_id: UUID, actors: Actors) -> None:
    """From a list put up for approval to the bank's answer."""
    clerk = actors[recipe["made_by"]]
    of = queries.round_of(clerk, round_id)
    with moment.standing_at(moment_of(recipe["at"])):
        _grant(recipe, of, actors)
        _approve(recipe["list_approved_by"], of.approval_id, actors)
    with moment.standing_at(moment_of(recipe["batch_at"])):
        made = services.make_batch(
            clerk,
            office_id=of.office_id,
            programme=of.programme,
            period=of.period,
            layout=recipe["layout"],
        )
        _approve(recipe["batch_approved_by"], queries.batch_of(clerk, made.id).approval_id, actors)
        cashier = actors[recipe["sent_by"]]
        services.send_batch(cashier, batch_id=made.id)
    with moment.standing_at(moment_of(recipe["answered_at"])):
        _answer(recipe, cashier, queries.batch_of(cashier, made.id))


def _grant(recipe: Recipe, of: RoundView, actors: Actors) -> None:
    """The year's budget, prepared by one and posted by another."""
    rules = queries.rules_of(of.area, of.programme).rules
    book = queries.book_for(of.area, rules)
    draft = draft_posting(
        actors[recipe["prepared_by"]],
        book_id=book.id,
        flow="appropriate",
        posted_on=moment.today(),
        reference=recipe["document"],
        purpose=recipe["purpose"],
        entries=((recipe["document"], 1, yuan_to_fen(str(recipe["budget_yuan"]))),),
    )
    post_draft(actors[recipe["posted_by"]], draft_id=draft.id)


def _approve(people: list[str], approval_id: UUID | None, actors: Actors) -> None:
    if approval_id is None:
        raise ValueError("nothing was put up for approval")
    digest = procedures.approval([approval_id])[approval_id].digest
    for login in people:
        decide_approval(actors[login], approval_id=approval_id, digest=digest, verdict="approve")
    jobs.run_due()


def _answer(recipe: Recipe, cashier: Actor, batch: BatchView) -> None:
    """The bank's file as this demo's bank would write it: all paid but every n-th."""
    layout = queries.rules_of(batch.area, batch.programme).rules.layout(batch.layout)
    with TemporaryDirectory(prefix="gongyou-sample-") as folder:
        path = Path(folder) / "returned.csv"
        _write(path, layout, recipe, cashier, batch)
        digest, read = queries.read_return_file(cashier, batch.id, path)
    services.receive_returns(cashier, batch_id=batch.id, name="returned.csv", digest=digest, read=read)


def _write(path: Path, layout: BankLayout, recipe: Recipe, cashier: Actor, batch: BatchView) -> None:
    which = OrderFilter(batch.programme, batch.area, batch.period, batch_id=batch.id)
    lines = queries.list_orders(cashier, which, purpose="demo", size=10_000).items
    with path.open("w", encoding=layout.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=layout.delimiter)
        writer.writerow([column.title for column in layout.answers])
        for number, line in enumerate(lines, start=1):
            is_paid = number % int(recipe["fails_every"]) != 0
            cells = {
                "number": line.number,
                "amount_yuan": fen_to_text(line.amount_fen).replace(",", ""),
                "result": layout.paid_words[0] if is_paid else layout.failed_words[0],
                "reason": "" if is_paid else recipe["failure"],
            }
            writer.writerow([cells.get(column.id, "") for column in layout.answers])


def name_representatives(recipe: Recipe, round_id: UUID, actors: Actors) -> None:
    """Who acts for organisations on a round: by their place on it, checked by a second person."""
    at = moment_of(recipe["at"])
    clerk, checker, reader = (actors[recipe[who]] for who in ("named_by", "checked_by", "read_by"))
    of = queries.round_of(reader, round_id)
    lines = queries.list_round_lines(reader, round_id, purpose="demo", size=200).items
    path = offices.office(of.office_id).path
    for number, one in enumerate(recipe["people"]):
        with moment.standing_at(at + timedelta(minutes=number)):
            line = lines[int(one["line"]) - 1]
            named = name_representative(
                clerk,
                credit_code=line.subject,
                organisation=line.name,
                kind="enterprise",
                office_path=path,
                name=one["name"],
                phone=one["phone"],
                evidence=one["evidence"],
            )
            if one.get("is_checked", True):
                check_representative(
                    checker,
                    representative_id=named.representative_id,
                    version=named.version,
                    is_accepted=True,
                )
