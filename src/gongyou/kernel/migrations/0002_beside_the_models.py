"""What models can't say: append-only triggers, the search index, path columns compared byte by byte."""

from django.db import migrations

# Scope.filter() asks for ranges of paths ('37/1/' <= x < '37/1/\uffff'): a linguistic collation would break them.
PATHS = (
    ("kernel_auditrecord", "office_path"),
    ("kernel_message", "office_path"),
    ("kernel_roleholding", "office_path"),
    ("kernel_searchentry", "office_path"),
    ("kernel_storedfile", "office_path"),
    ("kernel_workitem", "office_path"),
)

# (table, operation, condition under which it is refused). A sealing sets `batch` of a read once; a lane only grows.
REFUSED = (
    ("kernel_auditrecord", "UPDATE", "1 = 1"),
    ("kernel_auditrecord", "DELETE", "1 = 1"),
    ("kernel_auditlane", "DELETE", "1 = 1"),
    ("kernel_auditlane", "UPDATE", "NEW.length <= OLD.length OR NEW.lane <> OLD.lane"),
    (
        "kernel_readrecord",
        "UPDATE",
        "OLD.batch IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.actor_id <> OLD.actor_id"
        " OR NEW.noun <> OLD.noun OR NEW.purpose <> OLD.purpose OR NEW.ids <> OLD.ids",
    ),
    ("kernel_readrecord", "DELETE", "1 = 1"),
    ("kernel_readbatch", "DELETE", "1 = 1"),
)

SQLITE_SEARCH = (
    # 'ascii' keeps every other character as part of a token; the grams are cut in kernel/search.py.
    "CREATE VIRTUAL TABLE kernel_search_fts USING fts5("
    "grams, content='kernel_searchentry', content_rowid='id', tokenize='ascii', prefix='1')",
    "CREATE TRIGGER kernel_search_insert AFTER INSERT ON kernel_searchentry BEGIN"
    " INSERT INTO kernel_search_fts(rowid, grams) VALUES (NEW.id, NEW.grams); END",
    "CREATE TRIGGER kernel_search_delete AFTER DELETE ON kernel_searchentry BEGIN"
    " INSERT INTO kernel_search_fts(kernel_search_fts, rowid, grams) VALUES ('delete', OLD.id, OLD.grams); END",
    "CREATE TRIGGER kernel_search_update AFTER UPDATE OF grams ON kernel_searchentry BEGIN"
    " INSERT INTO kernel_search_fts(kernel_search_fts, rowid, grams) VALUES ('delete', OLD.id, OLD.grams);"
    " INSERT INTO kernel_search_fts(rowid, grams) VALUES (NEW.id, NEW.grams); END",
)

POSTGRESQL_SEARCH = (
    # Exactly the grams made by kernel/search.py: no text parser with its own idea of Chinese words.
    "ALTER TABLE kernel_searchentry ADD COLUMN vector tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(grams, ' '))) STORED",
    "CREATE INDEX kernel_search_gin ON kernel_searchentry USING gin (vector)",
)


def trigger_name(table, operation):
    return f"append_only_{table}_{operation.lower()}"


def sqlite_triggers():
    for table, operation, condition in REFUSED:
        yield (
            f"CREATE TRIGGER {trigger_name(table, operation)} BEFORE {operation} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def postgresql_triggers():
    yield (
        "CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table, operation, condition in REFUSED:
        yield (
            f"CREATE TRIGGER {trigger_name(table, operation)} BEFORE {operation} ON {table}"
            f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION kernel_append_only()"
        )


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        statements = [*sqlite_triggers(), *SQLITE_SEARCH]
    else:
        collate = [f'ALTER TABLE {t} ALTER COLUMN {c} TYPE varchar(120) COLLATE "C"' for t, c in PATHS]
        statements = [*collate, *postgresql_triggers(), *POSTGRESQL_SEARCH]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table, operation, _ in REFUSED:
        on = "" if vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER {trigger_name(table, operation)}{on}", params=None)
    if vendor == "sqlite":
        for name in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER kernel_search_{name}", params=None)
        schema_editor.execute("DROP TABLE kernel_search_fts", params=None)
        return
    schema_editor.execute("DROP FUNCTION kernel_append_only()", params=None)
    schema_editor.execute("ALTER TABLE kernel_searchentry DROP COLUMN vector", params=None)
    for table, column in PATHS:
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(120)", params=None)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
