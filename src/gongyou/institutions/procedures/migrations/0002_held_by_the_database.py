"""What models can't say: two persons, steps in their order, sealed content, nothing written changed or deleted.

`differs` is each database's comparison that knows NULL. PostgreSQL locks what a rule rests on before it looks.
"""

from django.db import migrations

PATHS = (
    ("procedures_approval", "office_path"),
    ("procedures_approvalstep", "office_path"),
    ("procedures_publicitylist", "office_path"),
    ("procedures_objection", "office_path"),
)

APPROVAL_FIXED = [
    "id",
    "office_id",
    "office_path",
    "plan",
    "plan_hash",
    "title",
    "about_kind",
    "about_id",
    "digest",
    "item_count",
    "sum_fen",
    "step_count",
    "prepared_by",
    "prepared_by_name",
    "prepared_at",
]
LIST_FIXED = [
    "id",
    "office_id",
    "office_path",
    "area",
    "rule",
    "rule_hash",
    "programme",
    "period",
    "run_ref",
    "title",
    "previous_id",
    "prepared_by",
    "prepared_by_name",
    "prepared_at",
]
OBJECTION_FIXED = [
    "id",
    "number",
    "office_id",
    "office_path",
    "list_id",
    "list_maker",
    "programme",
    "subject_key",
    "run_ref",
    "rule",
    "rule_hash",
    "raised_by_kind",
    "raised_by_id",
    "raised_by_name",
    "ground",
    "ground_title",
    "file_count",
    "entered_by",
    "raised_at",
]
OBJECTION_DECIDED = [
    "state",
    "outcome",
    "decided_by",
    "decided_by_name",
    "decided_at",
    "reason",
    "keep_until",
    "due_at",
    "is_provisional",
]
OBJECTION_SEALED = ["text", "contact_name", "contact_phone"]


def changed(columns, differs):
    return "(" + " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns) + ")"


def rewritten(columns, differs):
    """Another value than before, and not erased."""
    parts = (f"(NEW.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in columns)
    return "(" + " OR ".join(parts) + ")"


def refused(differs):
    """(table, operation, condition under which it is refused)"""
    return (
        ("procedures_approval", "INSERT", "NEW.state <> 'open'"),
        ("procedures_approval", "DELETE", "1 = 1"),
        (
            "procedures_approval",
            "UPDATE",
            f"OLD.state <> 'open' OR NEW.state = 'open' OR {changed(APPROVAL_FIXED, differs)}",
        ),
        ("procedures_approvalstep", "UPDATE", "1 = 1"),
        ("procedures_approvalstep", "DELETE", "1 = 1"),
        ("procedures_approvaldecision", "UPDATE", "1 = 1"),
        ("procedures_approvaldecision", "DELETE", "1 = 1"),
        (
            "procedures_publicitylist",
            "INSERT",
            "NEW.state <> 'draft' OR NEW.line_count <> 0 OR NEW.sum_fen <> 0 OR NEW.digest <> ''"
            " OR NEW.published_at IS NOT NULL OR NEW.over_at IS NOT NULL",
        ),
        ("procedures_publicitylist", "DELETE", "1 = 1"),
        (
            "procedures_publicitylist",
            "UPDATE",
            f"{changed(LIST_FIXED, differs)}"
            f" OR (OLD.state <> 'draft' AND {changed(['line_count', 'sum_fen', 'digest', 'sealed_at'], differs)})"
            f" OR (OLD.state <> 'sealed' AND {changed(['published_by', 'published_at'], differs)})"
            " OR (OLD.over_at IS NOT NULL AND NEW.over_at IS NULL)"
            " OR NOT ((OLD.state = 'draft' AND NEW.state IN ('sealed', 'withdrawn'))"
            " OR (OLD.state = 'sealed' AND NEW.state IN ('published', 'withdrawn'))"
            " OR (OLD.state = 'published' AND NEW.state = 'published')"
            " OR (OLD.state = 'published' AND NEW.state = 'closed' AND NEW.over_at IS NOT NULL"
            " AND NEW.ended_by IS NOT NULL)"
            " OR (OLD.state = 'published' AND NEW.state = 'withdrawn' AND NEW.ended_by IS NOT NULL))",
        ),
        ("procedures_publicityline", "UPDATE", "1 = 1"),
        ("procedures_publicityline", "DELETE", "1 = 1"),
        ("procedures_objection", "INSERT", "NEW.state <> 'open'"),
        ("procedures_objection", "DELETE", "1 = 1"),
        (
            "procedures_objection",
            "UPDATE",
            f"{changed(OBJECTION_FIXED, differs)} OR {rewritten(OBJECTION_SEALED, differs)}"
            f" OR (OLD.state = 'decided' AND {changed(OBJECTION_DECIDED, differs)})"
            f" OR (OLD.state = 'open' AND {changed(OBJECTION_SEALED, differs)})",
        ),
    )


# (table, operation, name, what must exist for it to be let through, what it says, what PostgreSQL locks first)
NEEDED = (
    (
        "procedures_approvalstep",
        "INSERT",
        "in_plan",
        "SELECT 1 FROM procedures_approval a WHERE a.id = NEW.approval_id AND a.state = 'open'"
        " AND NEW.number BETWEEN 1 AND a.step_count AND NOT EXISTS (SELECT 1 FROM procedures_approvaldecision d"
        " WHERE d.approval_id = a.id)",
        "steps are those of the plan, before anybody decided",
        "",
    ),
    (
        "procedures_approvaldecision",
        "INSERT",
        "in_turn",
        "SELECT 1 FROM procedures_approval a JOIN procedures_approvalstep s ON s.approval_id = a.id"
        " WHERE a.id = NEW.approval_id AND s.number = NEW.number AND a.state = 'open' AND a.digest = NEW.digest"
        " AND a.plan_hash = NEW.plan_hash AND a.prepared_by = NEW.prepared_by"
        " AND NEW.number = 1 + (SELECT count(*) FROM procedures_approvaldecision d"
        " WHERE d.approval_id = a.id AND d.verdict = 'approve')"
        " AND a.step_count = (SELECT count(*) FROM procedures_approvalstep t WHERE t.approval_id = a.id)",
        "a decision takes the next step of an open approval and names its digest, plan and preparer",
        "SELECT 1 FROM procedures_approval WHERE id = NEW.approval_id FOR UPDATE",
    ),
    (
        "procedures_approval",
        "UPDATE",
        "decided",
        "SELECT 1 FROM (SELECT coalesce(sum(CASE WHEN d.verdict = 'approve' THEN 1 ELSE 0 END), 0) AS yes,"
        " coalesce(sum(CASE WHEN d.verdict = 'refuse' THEN 1 ELSE 0 END), 0) AS no"
        " FROM procedures_approvaldecision d WHERE d.approval_id = NEW.id) v"
        " WHERE (NEW.state = 'approved' AND v.yes = NEW.step_count AND v.no = 0)"
        " OR (NEW.state = 'refused' AND v.no = 1)"
        " OR (NEW.state = 'withdrawn' AND v.no = 0 AND v.yes < NEW.step_count)",
        "an approval is what its decisions say",
        "",
    ),
    (
        "procedures_objection",
        "INSERT",
        "on_list",
        "SELECT 1 WHERE NEW.list_id IS NULL UNION ALL SELECT 1 FROM procedures_publicitylist l"
        " WHERE l.id = NEW.list_id AND l.state = 'published' AND l.prepared_by = NEW.list_maker"
        " AND l.run_ref = NEW.run_ref AND l.programme = NEW.programme",
        "an objection names a public list, its maker and its run",
        "SELECT 1 FROM procedures_publicitylist WHERE id = NEW.list_id FOR SHARE",
    ),
)

# Refused where such a row exists.
UNLESS = (
    (
        "procedures_publicitylist",
        "UPDATE",
        "objected",
        "SELECT 1 FROM procedures_objection o WHERE o.list_id = NEW.id AND o.state = 'open' AND NEW.state = 'closed'",
        "a list is closed when every objection to it is decided",
        "",
    ),
)

SQLITE = (
    "CREATE TRIGGER procedures_line_in_draft BEFORE INSERT ON procedures_publicityline BEGIN"
    " SELECT RAISE(ABORT, 'lines are added to a draft only') WHERE NOT EXISTS ("
    "SELECT 1 FROM procedures_publicitylist l WHERE l.id = NEW.list_id AND l.state = 'draft'); END",
    # SHA256 is Django's; a shell without it can't seal.
    "CREATE TRIGGER procedures_list_sealed BEFORE UPDATE ON procedures_publicitylist"
    " WHEN OLD.state = 'draft' AND NEW.state = 'sealed' BEGIN"
    " SELECT RAISE(ABORT, 'count, sum and hash of a list are those of its lines') WHERE NOT EXISTS ("
    "SELECT 1 FROM (SELECT count(*) AS n, coalesce(sum(s.amount_fen), 0) AS fen,"
    " SHA256(group_concat(s.line, char(10))) AS digest FROM (SELECT amount_fen, position || char(31) || subject_key"
    " || char(31) || name || char(31) || shown || char(31) || amount_fen AS line"
    " FROM procedures_publicityline WHERE list_id = NEW.id ORDER BY position) s) t"
    " WHERE t.n = NEW.line_count AND t.n > 0 AND t.fen = NEW.sum_fen AND t.digest = NEW.digest); END",
)

POSTGRESQL = (
    """CREATE FUNCTION procedures_line_in_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM procedures_publicitylist WHERE id IN (SELECT DISTINCT list_id FROM added) FOR SHARE;
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT list_id FROM added) a
             LEFT JOIN procedures_publicitylist l ON l.id = a.list_id
             WHERE l.id IS NULL OR l.state <> 'draft') THEN
    RAISE EXCEPTION 'lines are added to a draft only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$""",
    "CREATE TRIGGER procedures_line_in_draft AFTER INSERT ON procedures_publicityline REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION procedures_line_in_draft()",
    """CREATE FUNCTION procedures_list_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n bigint; fen numeric; digest text;
BEGIN
  SELECT count(*), coalesce(sum(amount_fen), 0), encode(sha256(convert_to(string_agg(position || chr(31)
    || subject_key || chr(31) || name || chr(31) || shown || chr(31) || amount_fen, chr(10) ORDER BY position),
    'UTF8')), 'hex') INTO n, fen, digest FROM procedures_publicityline WHERE list_id = NEW.id;
  IF n = 0 OR n <> NEW.line_count OR fen <> NEW.sum_fen OR digest <> NEW.digest THEN
    RAISE EXCEPTION 'count, sum and hash of a list are those of its lines' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$""",
    "CREATE TRIGGER procedures_list_sealed BEFORE UPDATE ON procedures_publicitylist FOR EACH ROW"
    " WHEN (OLD.state = 'draft' AND NEW.state = 'sealed') EXECUTE FUNCTION procedures_list_sealed()",
)


def sqlite_statements():
    for table, operation, condition in refused("IS NOT"):
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    for rules, word in ((NEEDED, "NOT EXISTS"), (UNLESS, "EXISTS")):
        for table, operation, name, query, text, _lock in rules:
            yield (
                f"CREATE TRIGGER {table}_{operation.lower()}_{name} BEFORE {operation} ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{text}') WHERE {word} ({query}); END"
            )
    yield from SQLITE


def postgresql_statements():
    for table, column in PATHS:
        yield f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(120) COLLATE "C"'
    for table, operation, condition in refused("IS DISTINCT FROM"):
        yield (
            f"CREATE TRIGGER append_only_{table}_{operation.lower()} BEFORE {operation} ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION kernel_append_only()"
        )
    for rules, word in ((NEEDED, "NOT EXISTS"), (UNLESS, "EXISTS")):
        for table, operation, name, query, text, lock in rules:
            function = f"{table}_{operation.lower()}_{name}"
            locking = f" {lock.replace('SELECT', 'PERFORM', 1)};" if lock else ""
            yield (
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{locking}"
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
    dependencies = [("procedures", "0001_initial"), ("kernel", "0002_beside_the_models")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
