"""What models can't say, whoever writes: lines fit their round, nothing is committed or sent without its approval,
a batch holds what its seal says, nobody gets more than the last valid decision, nothing paid is changed.

PostgreSQL checks whole statements (COPY and INSERT … SELECT too); SQLite has only row triggers.
"""

# ruff: noqa: S608 — our own names

from django.db import migrations

PATHS = tuple(
    (f"benefits_{table}", "office_path")
    for table in ("round", "entitlement", "subjectaccount", "batch", "accountchase", "useofmoney")
)

# (table, operation, condition under which it is refused)
REFUSED = (
    ("benefits_round", "DELETE", "1 = 1"),
    (
        "benefits_round",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.programme <> OLD.programme OR NEW.area <> OLD.area OR NEW.period <> OLD.period"
        " OR NEW.instalment <> OLD.instalment OR NEW.rules_hash <> OLD.rules_hash OR NEW.prepared_by <> OLD.prepared_by"
        " OR OLD.state IN ('committed', 'dropped')"
        " OR (OLD.state IN ('approving', 'approved') AND (NEW.digest <> OLD.digest OR NEW.sum_fen <> OLD.sum_fen"
        " OR NEW.line_count <> OLD.line_count) AND NEW.state IN ('approving', 'approved', 'committed'))",
    ),
    ("benefits_round", "INSERT", "NEW.state <> 'taking'"),
    ("benefits_entitlement", "DELETE", "1 = 1"),
    (
        "benefits_entitlement",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.programme <> OLD.programme OR NEW.period <> OLD.period OR NEW.subject <> OLD.subject"
        " OR NEW.instalment <> OLD.instalment",
    ),
    ("benefits_order", "DELETE", "1 = 1"),
    ("benefits_order", "INSERT", "NEW.state <> 'owed' OR NEW.attempt <> 0"),
    (
        "benefits_order",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.entitlement_id <> OLD.entitlement_id OR NEW.round_id <> OLD.round_id"
        " OR NEW.amount_fen <> OLD.amount_fen OR OLD.state IN ('paid', 'cancelled', 'lapsed')"
        " OR (NEW.state <> OLD.state AND NOT ("
        "(OLD.state = 'owed' AND NEW.state IN ('batched', 'cancelled', 'lapsed'))"
        " OR (OLD.state = 'batched' AND NEW.state IN ('sent', 'owed'))"
        " OR (OLD.state = 'sent' AND NEW.state IN ('paid', 'returned'))"
        " OR (OLD.state = 'returned' AND NEW.state IN ('owed', 'cancelled', 'lapsed'))))",
    ),
    ("benefits_recovery", "DELETE", "1 = 1"),
    (
        "benefits_recovery",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.entitlement_id <> OLD.entitlement_id OR NEW.amount_fen <> OLD.amount_fen"
        " OR NEW.recovered_fen < OLD.recovered_fen OR OLD.state <> 'open'",
    ),
    ("benefits_batch", "DELETE", "1 = 1"),
    ("benefits_batch", "INSERT", "NEW.is_sealed OR NEW.state <> 'approving'"),
    (
        "benefits_batch",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.prepared_by <> OLD.prepared_by OR NEW.book_id <> OLD.book_id"
        " OR NEW.number <> OLD.number OR (OLD.is_sealed AND (NOT NEW.is_sealed OR NEW.line_count <> OLD.line_count"
        " OR NEW.sum_fen <> OLD.sum_fen OR NEW.digest <> OLD.digest))"
        " OR (OLD.file_digest <> '' AND NEW.file_digest <> OLD.file_digest)"
        " OR (OLD.state IN ('answered', 'dissolved') AND NEW.state <> OLD.state)"
        " OR (OLD.state = 'sent' AND NEW.state NOT IN ('sent', 'answered'))",
    ),
    ("benefits_batchline", "DELETE", "1 = 1"),
    (
        "benefits_batchline",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.batch_id <> OLD.batch_id OR NEW.order_id <> OLD.order_id"
        " OR NEW.account_id <> OLD.account_id OR NEW.amount_fen <> OLD.amount_fen OR NEW.position <> OLD.position"
        " OR NEW.attempt <> OLD.attempt OR (OLD.result <> '' AND NEW.result <> OLD.result)",
    ),
    ("benefits_subjectaccount", "DELETE", "1 = 1"),
    (
        "benefits_subjectaccount",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.subject <> OLD.subject OR NEW.area <> OLD.area"
        " OR NEW.account_index <> OLD.account_index OR NEW.proposed_by <> OLD.proposed_by",
    ),
    ("benefits_chasestep", "UPDATE", "1 = 1"),
    ("benefits_chasestep", "DELETE", "1 = 1"),
    ("benefits_returnfile", "UPDATE", "1 = 1"),
    ("benefits_returnfile", "DELETE", "1 = 1"),
    ("benefits_useofmoney", "UPDATE", "1 = 1"),
    ("benefits_useofmoney", "DELETE", "1 = 1"),
)

APPROVED = (
    "SELECT 1 FROM procedures_approval a WHERE a.id = NEW.approval_id AND a.about_id = NEW.id AND a.state = 'approved'"
    " AND a.digest = NEW.digest AND a.sum_fen = NEW.sum_fen AND a.prepared_by = NEW.prepared_by"
)

# (table, operation, name, when it is asked, what must exist, what it says)
NEEDED = (
    (
        "benefits_round",
        "UPDATE",
        "approved",
        "NEW.state IN ('approved', 'committed') AND NEW.state <> OLD.state",
        APPROVED,
        "a round is approved by its own approval, digest and sum",
    ),
    (
        "benefits_batch",
        "UPDATE",
        "approved",
        "NEW.state IN ('approved', 'filed', 'sent') AND NEW.state <> OLD.state",
        APPROVED,
        "a batch is approved by its own approval, digest and sum",
    ),
    (
        "benefits_batch",
        "UPDATE",
        "sealed",
        "NEW.is_sealed AND NOT OLD.is_sealed",
        "SELECT 1 FROM (SELECT count(*) AS n, coalesce(sum(l.amount_fen), 0) AS fen,"
        " coalesce(sum(CASE WHEN o.state = 'batched' AND o.attempt = l.attempt AND o.amount_fen = l.amount_fen"
        " THEN 0 ELSE 1 END), 0) AS bad FROM benefits_batchline l JOIN benefits_order o ON o.id = l.order_id"
        " WHERE l.batch_id = NEW.id) t"
        " WHERE t.n = NEW.line_count AND t.fen = NEW.sum_fen AND t.n > 0 AND t.bad = 0",
        "the seal of a batch says what its lines say",
    ),
)

TOO_MUCH = (
    "SELECT 1 FROM benefits_entitlement e"
    " JOIN (SELECT entitlement_id, sum(amount_fen) AS fen FROM benefits_order"
    " WHERE state IN ('batched', 'sent', 'paid') AND entitlement_id IN (SELECT o.entitlement_id FROM benefits_batchline l"
    " JOIN benefits_order o ON o.id = l.order_id WHERE l.batch_id = NEW.id) GROUP BY entitlement_id) s"
    " ON s.entitlement_id = e.id"
    " LEFT JOIN (SELECT entitlement_id, sum(recovered_fen) AS fen FROM benefits_recovery GROUP BY entitlement_id) r"
    " ON r.entitlement_id = e.id WHERE s.fen - coalesce(r.fen, 0) > e.decided_fen"
)

UNLESS = (
    (
        "benefits_batch",
        "UPDATE",
        "decided",
        "(NEW.is_sealed AND NOT OLD.is_sealed) OR (NEW.state = 'sent' AND OLD.state <> 'sent')",
        TOO_MUCH,
        "nobody is sent more than the last valid decision says",
    ),
)

OPEN_ROUND = "('taking', 'taken', 'listed')"
TEXTS = {
    "line": "lines of a round change only until it is put up for approval",
    "batchline": "lines are put into a batch only before it is sealed",
    "entitlement": "an entitlement is what an approved round says",
    "order": "a payment is owed only under an approved round",
    "paid": "paid or returned is what the bank answered",
}
FIT_ENTITLEMENT = (
    "SELECT 1 FROM benefits_line l JOIN benefits_round r ON r.id = l.round_id WHERE r.id = NEW.round_id"
    " AND r.state = 'approved' AND l.subject = NEW.subject AND l.decided_fen = NEW.decided_fen"
)

SQLITE = (
    *(
        f"CREATE TRIGGER benefits_line_{op.lower()} BEFORE {op} ON benefits_line BEGIN"
        f" SELECT RAISE(ABORT, '{TEXTS['line']}') WHERE NOT EXISTS (SELECT 1 FROM benefits_round r"
        f" WHERE r.id = {row}.round_id AND r.state IN {OPEN_ROUND}); END"
        for op, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    "CREATE TRIGGER benefits_batchline_open BEFORE INSERT ON benefits_batchline BEGIN"
    f" SELECT RAISE(ABORT, '{TEXTS['batchline']}') WHERE EXISTS (SELECT 1 FROM benefits_batch b"
    " WHERE b.id = NEW.batch_id AND b.is_sealed); END",
    "CREATE TRIGGER benefits_entitlement_insert BEFORE INSERT ON benefits_entitlement BEGIN"
    f" SELECT RAISE(ABORT, '{TEXTS['entitlement']}') WHERE NOT EXISTS ({FIT_ENTITLEMENT}); END",
    "CREATE TRIGGER benefits_entitlement_update BEFORE UPDATE ON benefits_entitlement BEGIN"
    f" SELECT RAISE(ABORT, '{TEXTS['entitlement']}') WHERE NOT EXISTS ({FIT_ENTITLEMENT}); END",
    "CREATE TRIGGER benefits_order_insert BEFORE INSERT ON benefits_order BEGIN"
    f" SELECT RAISE(ABORT, '{TEXTS['order']}') WHERE NOT EXISTS (SELECT 1 FROM benefits_round r"
    " WHERE r.id = NEW.round_id AND r.state IN ('approved', 'committed')); END",
    "CREATE TRIGGER benefits_order_answered BEFORE UPDATE ON benefits_order"
    " WHEN NEW.state IN ('paid', 'returned') AND OLD.state = 'sent' BEGIN"
    f" SELECT RAISE(ABORT, '{TEXTS['paid']}') WHERE NOT EXISTS (SELECT 1 FROM benefits_batchline l"
    " WHERE l.order_id = NEW.id AND l.attempt = NEW.attempt AND l.result = NEW.state); END",
)


def _statement_check(name, table, operation, query, text):
    """One look at all rows a statement wrote."""
    referencing = "OLD TABLE AS written" if operation == "DELETE" else "NEW TABLE AS written"
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS ({query}) THEN"
        f" RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {name} AFTER {operation} ON {table} REFERENCING {referencing}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _postgresql():
    for operation in ("INSERT", "UPDATE", "DELETE"):
        yield from _statement_check(
            f"benefits_line_{operation.lower()}", "benefits_line", operation,
            "SELECT 1 FROM (SELECT DISTINCT round_id FROM written) w LEFT JOIN benefits_round r ON r.id = w.round_id"
            f" WHERE r.id IS NULL OR r.state NOT IN {OPEN_ROUND}",
            TEXTS["line"],
        )  # fmt: skip
    yield from _statement_check(
        "benefits_batchline_open", "benefits_batchline", "INSERT",
        "SELECT 1 FROM (SELECT DISTINCT batch_id FROM written) w LEFT JOIN benefits_batch b ON b.id = w.batch_id"
        " WHERE b.id IS NULL OR b.is_sealed",
        TEXTS["batchline"],
    )  # fmt: skip
    for operation in ("INSERT", "UPDATE"):
        yield from _statement_check(
            f"benefits_entitlement_{operation.lower()}", "benefits_entitlement", operation,
            "SELECT 1 FROM written w LEFT JOIN benefits_line l ON l.round_id = w.round_id AND l.subject = w.subject"
            " LEFT JOIN benefits_round r ON r.id = w.round_id"
            " WHERE l.id IS NULL OR r.id IS NULL OR r.state <> 'approved' OR l.decided_fen <> w.decided_fen",
            TEXTS["entitlement"],
        )  # fmt: skip
    yield from _statement_check(
        "benefits_order_insert", "benefits_order", "INSERT",
        "SELECT 1 FROM (SELECT DISTINCT round_id FROM written) w LEFT JOIN benefits_round r ON r.id = w.round_id"
        " WHERE r.id IS NULL OR r.state NOT IN ('approved', 'committed')",
        TEXTS["order"],
    )  # fmt: skip
    yield from _statement_check(
        "benefits_order_answered", "benefits_order", "UPDATE",
        "SELECT 1 FROM written w WHERE w.state IN ('paid', 'returned') AND NOT EXISTS (SELECT 1"
        " FROM benefits_batchline l WHERE l.order_id = w.id AND l.attempt = w.attempt AND l.result = w.state)",
        TEXTS["paid"],
    )  # fmt: skip


def sqlite_statements():
    for table, operation, condition in REFUSED:
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    for rules, word in ((NEEDED, "NOT EXISTS"), (UNLESS, "EXISTS")):
        for table, operation, name, when, query, text in rules:
            yield (
                f"CREATE TRIGGER {table}_{operation.lower()}_{name} BEFORE {operation} ON {table} WHEN {when} BEGIN"
                f" SELECT RAISE(ABORT, '{text}') WHERE {word} ({query}); END"
            )
    yield from SQLITE


def postgresql_statements():
    for table, column in PATHS:
        yield f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(120) COLLATE "C"'
    for table, operation, condition in REFUSED:
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION kernel_append_only()"
        )
    for rules, word in ((NEEDED, "NOT EXISTS"), (UNLESS, "EXISTS")):
        for table, operation, name, when, query, text in rules:
            function = f"{table}_{operation.lower()}_{name}"
            yield (
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {word} ({query}) THEN"
                f" RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
            )
            yield (
                f"CREATE TRIGGER {function} BEFORE {operation} ON {table} FOR EACH ROW WHEN ({when})"
                f" EXECUTE FUNCTION {function}()"
            )
    yield from _postgresql()


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite_statements() if is_sqlite else postgresql_statements():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("benefits", "0001_initial"),
        ("procedures", "0001_initial"),
        ("kernel", "0002_beside_the_models"),
    ]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
