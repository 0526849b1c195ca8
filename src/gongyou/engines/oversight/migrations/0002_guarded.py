"""What models can't say: no sanction without a heard person and a second one's yes; nothing said or posted is changed.

`differs` is each database's comparison that knows NULL.
"""

from django.db import migrations

PATHS = (
    ("oversight_matter", "office_path"),
    ("oversight_injuryform", "office_path"),
    ("oversight_routeuse", "office_path"),
)
PROPOSED = [
    "id",
    "matter_id",
    "number",
    "facts",
    "is_first",
    "gives_back",
    "found_fen",
    "returned_fen",
    "fine_tenths",
    "fine_fen",
    "suspension_months",
    "band",
    "late_reason",
    "digest",
    "approval_id",
    "proposed_by",
    "proposed_by_name",
    "proposed_at",
]
ISSUED = [
    "issued_by",
    "issued_at",
    "issued_on",
    "days_used",
    "days_allowed",
    "suspended_from",
    "suspended_until",
]
PAID = ["id", "decision_id", "money", "amount_fen", "paid_on", "receipt", "noted_by", "noted_at"]
HEARD = ["id", "matter_id", "kind", "at", "document", "by", "second"]


def changed(columns, differs):
    quoted = (f'"{name}"' for name in columns)
    return "(" + " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in quoted) + ")"


def refused(differs):
    """(table, operation, condition under which it is refused)"""
    never = [
        (f"oversight_{table}", "DELETE", "1 = 1")
        for table in ("matter", "hearing", "happening", "extension", "decision", "payment", "injuryform")
    ]
    return (
        *never,
        ("oversight_happening", "UPDATE", "1 = 1"),
        (
            "oversight_hearing",
            "UPDATE",
            f"{changed(HEARD, differs)} OR (NEW.text IS NOT NULL AND NEW.text {differs} OLD.text)",
        ),
        ("oversight_decision", "INSERT", "NEW.state <> 'open' OR NEW.issued_by IS NOT NULL"),
        (
            "oversight_decision",
            "UPDATE",
            f"{changed(PROPOSED, differs)} OR OLD.state = 'refused'"
            f" OR (OLD.state = 'issued' AND (NEW.state <> 'issued' OR {changed(ISSUED, differs)}))",
        ),
        ("oversight_payment", "INSERT", "NEW.confirmed_by IS NOT NULL"),
        ("oversight_payment", "UPDATE", f"{changed(PAID, differs)} OR OLD.confirmed_by IS NOT NULL"),
    )


# (table, operation, name, what must exist, what it says)
NEEDED = (
    (
        "oversight_decision",
        "INSERT",
        "heard",
        "SELECT 1 FROM oversight_matter m JOIN oversight_hearing h ON h.matter_id = m.id"
        " WHERE m.id = NEW.matter_id AND m.filed_on IS NOT NULL AND m.second_officer IS NOT NULL"
        " AND h.kind IN ('explained', 'refused', 'absent')",
        "a sanction needs an inquiry in which the person was heard",
    ),
    (
        "oversight_decision",
        "UPDATE",
        "agreed",
        "SELECT 1 WHERE NEW.state <> 'issued' UNION ALL"
        " SELECT 1 FROM procedures_approval a JOIN procedures_approvaldecision d ON d.approval_id = a.id"
        " WHERE a.id = NEW.approval_id AND a.state = 'approved' AND a.digest = NEW.digest"
        " AND a.prepared_by = NEW.proposed_by AND d.verdict = 'approve' AND d.decided_by = NEW.issued_by",
        "a sanction is issued with the yes of another person to exactly this content",
    ),
)


def sqlite_statements():
    for table, operation, condition in refused("IS NOT"):
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    for table, operation, name, query, text in NEEDED:
        yield (
            f"CREATE TRIGGER {table}_{operation.lower()}_{name} BEFORE {operation} ON {table} BEGIN"
            f" SELECT RAISE(ABORT, '{text}') WHERE NOT EXISTS ({query}); END"
        )


def postgresql_statements():
    for table, column in PATHS:
        yield f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(120) COLLATE "C"'
    for table, operation, condition in refused("IS DISTINCT FROM"):
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION kernel_append_only()"
        )
    for table, operation, name, query, text in NEEDED:
        function = f"{table}_{operation.lower()}_{name}"
        yield (
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS ({query}) THEN"
            f" RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
        )
        yield (
            f"CREATE TRIGGER {function} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def add(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite_statements() if is_sqlite else postgresql_statements():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        ("procedures", "0002_held_by_the_database"),
        ("kernel", "0002_beside_the_models"),
    ]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
