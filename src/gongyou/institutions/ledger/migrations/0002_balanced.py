"""What models can't say: totals move only with transfers, transfers fit their posting, nothing written is changed.

SQLite has no statement triggers, so it counts row by row; `last_transfer` proves that a change of an account's totals
is one transfer counted once. PostgreSQL counts and checks a whole statement at once (COPY and INSERT … SELECT too).
"""

from django.db import migrations

PATHS = (("ledger_book", "office_path"),)

# (table, operation, condition under which it is refused)
REFUSED = (
    ("ledger_book", "UPDATE", "1 = 1"),
    ("ledger_book", "DELETE", "1 = 1"),
    ("ledger_account", "DELETE", "1 = 1"),
    (
        "ledger_account",
        "UPDATE",
        "NEW.id <> OLD.id OR NEW.book_id <> OLD.book_id OR NEW.name <> OLD.name OR NEW.side <> OLD.side"
        " OR NEW.may_go_negative <> OLD.may_go_negative",
    ),
    ("ledger_account", "INSERT", "NEW.debit_fen <> 0 OR NEW.credit_fen <> 0 OR NEW.last_transfer <> 0"),
    ("ledger_flow", "UPDATE", "1 = 1"),
    ("ledger_flow", "DELETE", "1 = 1"),
    ("ledger_period", "DELETE", "1 = 1"),
    (
        "ledger_period",
        "UPDATE",
        "OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL OR NEW.closed_by IS NULL OR NEW.id <> OLD.id"
        " OR NEW.book_id <> OLD.book_id OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on",
    ),
    ("ledger_period", "INSERT", "NEW.closed_at IS NOT NULL"),
    ("ledger_periodtotal", "UPDATE", "1 = 1"),
    ("ledger_periodtotal", "DELETE", "1 = 1"),
    (
        "ledger_draft",
        "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.prepared_by <> OLD.prepared_by"
        " OR NEW.sum_fen <> OLD.sum_fen OR NEW.flow_id <> OLD.flow_id",
    ),
    ("ledger_draft", "DELETE", "1 = 1"),
    ("ledger_posting", "DELETE", "1 = 1"),
    ("ledger_posting", "INSERT", "NEW.is_sealed"),
    (
        "ledger_posting",
        "UPDATE",
        "OLD.is_sealed OR NOT NEW.is_sealed OR NEW.id <> OLD.id OR NEW.book_id <> OLD.book_id"
        " OR NEW.period_id <> OLD.period_id OR NEW.flow_id <> OLD.flow_id OR NEW.kind <> OLD.kind"
        " OR NEW.debit_id <> OLD.debit_id OR NEW.credit_id <> OLD.credit_id OR NEW.posted_on <> OLD.posted_on"
        " OR NEW.prepared_by <> OLD.prepared_by OR NEW.posted_by <> OLD.posted_by"
        " OR NEW.is_counter <> OLD.is_counter OR NEW.reference <> OLD.reference",
    ),
    ("ledger_transfer", "UPDATE", "1 = 1"),
    ("ledger_transfer", "DELETE", "1 = 1"),
    ("ledger_returnfile", "UPDATE", "1 = 1"),
    ("ledger_returnfile", "DELETE", "1 = 1"),
    ("ledger_returnline", "UPDATE", "1 = 1"),
    ("ledger_returnline", "DELETE", "1 = 1"),
)

# (table, operation, name, what must exist for it to be let through, what it says)
NEEDED = (
    (
        "ledger_flow",
        "INSERT",
        "accounts",
        "SELECT 1 FROM ledger_account d JOIN ledger_account c ON c.book_id = d.book_id"
        " JOIN ledger_book b ON b.id = d.book_id"
        " WHERE d.id = NEW.debit_id AND c.id = NEW.credit_id AND d.book_id = NEW.book_id AND b.kind = NEW.book_kind",
        "a flow runs between two accounts of its own book",
    ),
    (
        "ledger_posting",
        "INSERT",
        "flow",
        "SELECT 1 FROM ledger_flow f JOIN ledger_period d ON d.book_id = f.book_id"
        " WHERE f.id = NEW.flow_id AND f.book_id = NEW.book_id AND d.id = NEW.period_id AND d.closed_at IS NULL"
        " AND NEW.posted_on BETWEEN d.starts_on AND d.ends_on"
        " AND (NOT f.needs_approval OR NEW.approval_id IS NOT NULL OR NEW.is_counter)"
        " AND ((NOT NEW.is_counter AND NEW.kind = f.name AND NEW.debit_id = f.debit_id"
        " AND NEW.credit_id = f.credit_id)"
        " OR (NEW.is_counter AND NEW.kind = '~' || f.name AND NEW.debit_id = f.credit_id"
        " AND NEW.credit_id = f.debit_id))",
        "a posting follows a declared flow in an open period",
    ),
    (
        "ledger_posting",
        "UPDATE",
        "totals",
        "SELECT 1 FROM (SELECT count(*) AS n, coalesce(sum(amount_fen), 0) AS fen FROM ledger_transfer"
        " WHERE posting_id = NEW.id) t WHERE t.n = NEW.transfer_count AND t.fen = NEW.sum_fen AND t.n > 0",
        "the control totals of a posting are those of its transfers",
    ),
)

# Refused where such a row exists.
UNLESS = (
    (
        "ledger_period",
        "INSERT",
        "overlap",
        "SELECT 1 FROM ledger_period o WHERE o.book_id = NEW.book_id AND o.starts_on <= NEW.ends_on"
        " AND o.ends_on >= NEW.starts_on",
        "periods of a book never overlap",
    ),
    (
        "ledger_period",
        "UPDATE",
        "unsealed",
        "SELECT 1 FROM ledger_posting p WHERE p.period_id = NEW.id AND NOT p.is_sealed",
        "a period closes when every posting in it is sealed",
    ),
)

SQLITE = (
    "CREATE TRIGGER ledger_transfer_fits BEFORE INSERT ON ledger_transfer BEGIN"
    " SELECT RAISE(ABORT, 'a transfer fits its posting, which is open') WHERE NOT EXISTS ("
    "SELECT 1 FROM ledger_posting p JOIN ledger_period d ON d.id = p.period_id WHERE p.id = NEW.posting_id"
    " AND NOT p.is_sealed AND d.closed_at IS NULL AND p.book_id = NEW.book_id AND p.kind = NEW.kind"
    " AND p.debit_id = NEW.debit_id AND p.credit_id = NEW.credit_id"
    " AND p.is_counter = (NEW.reverses IS NOT NULL));"
    " SELECT RAISE(ABORT, 'a counter-entry mirrors a transfer') WHERE NEW.reverses IS NOT NULL AND NOT EXISTS ("
    "SELECT 1 FROM ledger_transfer t WHERE t.id = NEW.reverses AND t.book_id = NEW.book_id"
    " AND t.debit_id = NEW.credit_id AND t.credit_id = NEW.debit_id AND t.amount_fen = NEW.amount_fen); END",
    "CREATE TRIGGER ledger_transfer_counts AFTER INSERT ON ledger_transfer BEGIN"
    " UPDATE ledger_account SET debit_fen = debit_fen + NEW.amount_fen, last_transfer = NEW.id"
    " WHERE id = NEW.debit_id;"
    " UPDATE ledger_account SET credit_fen = credit_fen + NEW.amount_fen, last_transfer = NEW.id"
    " WHERE id = NEW.credit_id; END",
    "CREATE TRIGGER ledger_account_counted BEFORE UPDATE ON ledger_account"
    " WHEN NEW.debit_fen <> OLD.debit_fen OR NEW.credit_fen <> OLD.credit_fen"
    " OR NEW.last_transfer <> OLD.last_transfer BEGIN"
    " SELECT RAISE(ABORT, 'totals move only with transfers') WHERE NEW.last_transfer <= OLD.last_transfer"
    " OR NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.id = NEW.last_transfer AND ("
    "(t.debit_id = NEW.id AND NEW.debit_fen = OLD.debit_fen + t.amount_fen AND NEW.credit_fen = OLD.credit_fen)"
    " OR (t.credit_id = NEW.id AND NEW.credit_fen = OLD.credit_fen + t.amount_fen"
    " AND NEW.debit_fen = OLD.debit_fen))); END",
)

POSTGRESQL = (
    """CREATE FUNCTION ledger_count_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ledger_period WHERE id IN (SELECT period_id FROM ledger_posting
    WHERE id IN (SELECT DISTINCT posting_id FROM added)) FOR SHARE;
  IF EXISTS (SELECT 1 FROM (SELECT posting_id, book_id, kind, debit_id, credit_id, reverses IS NOT NULL AS is_counter
                            FROM added GROUP BY 1, 2, 3, 4, 5, 6) a
             LEFT JOIN ledger_posting p ON p.id = a.posting_id LEFT JOIN ledger_period d ON d.id = p.period_id
             WHERE p.id IS NULL OR p.is_sealed OR d.closed_at IS NOT NULL OR p.book_id <> a.book_id
                OR p.kind <> a.kind OR p.debit_id <> a.debit_id OR p.credit_id <> a.credit_id
                OR p.is_counter <> a.is_counter) THEN
    RAISE EXCEPTION 'a transfer fits its posting, which is open' USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added a LEFT JOIN ledger_transfer t ON t.id = a.reverses
             WHERE a.reverses IS NOT NULL AND (t.id IS NULL OR t.book_id <> a.book_id OR t.debit_id <> a.credit_id
                OR t.credit_id <> a.debit_id OR t.amount_fen <> a.amount_fen)) THEN
    RAISE EXCEPTION 'a counter-entry mirrors a transfer' USING ERRCODE = 'restrict_violation';
  END IF;
  PERFORM 1 FROM ledger_account WHERE id IN (SELECT debit_id FROM added UNION SELECT credit_id FROM added)
    ORDER BY id FOR UPDATE;
  UPDATE ledger_account SET debit_fen = debit_fen + s.debit, credit_fen = credit_fen + s.credit
  FROM (SELECT u.id, sum(u.debit) AS debit, sum(u.credit) AS credit FROM (
          SELECT debit_id AS id, sum(amount_fen) AS debit, 0 AS credit FROM added GROUP BY 1
          UNION ALL SELECT credit_id, 0, sum(amount_fen) FROM added GROUP BY 1) u GROUP BY u.id) s
  WHERE ledger_account.id = s.id;
  RETURN NULL;
END $$""",
    "CREATE TRIGGER ledger_transfer_counts AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_count_transfers()",
    # Seen from a statement of its own the depth is 0; from inside the counting trigger it is 1.
    "CREATE TRIGGER append_only_ledger_account_totals BEFORE UPDATE ON ledger_account FOR EACH ROW"
    " WHEN (pg_trigger_depth() = 0 AND (NEW.debit_fen <> OLD.debit_fen OR NEW.credit_fen <> OLD.credit_fen"
    " OR NEW.last_transfer <> OLD.last_transfer)) EXECUTE FUNCTION kernel_append_only()",
)


def sqlite_statements():
    for table, operation, condition in REFUSED:
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    for rules, word in ((NEEDED, "NOT EXISTS"), (UNLESS, "EXISTS")):
        for table, operation, name, query, text in rules:
            yield (
                f"CREATE TRIGGER {table}_{operation.lower()}_{name} BEFORE {operation} ON {table} BEGIN"
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
        for table, operation, name, query, text in rules:
            function = f"{table}_{operation.lower()}_{name}"
            yield (
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {word} ({query}) THEN"
                f" RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
            )
            yield (
                f"CREATE TRIGGER {function} BEFORE {operation} ON {table} FOR EACH ROW"
                f" EXECUTE FUNCTION {function}()"
            )
    yield from POSTGRESQL


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite_statements() if is_sqlite else postgresql_statements():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
