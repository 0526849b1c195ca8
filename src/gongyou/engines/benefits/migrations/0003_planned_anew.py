"""PostgreSQL: two guards are planned for the rows at hand, each time.

A function keeps the plan of its first statement, with the number of rows that one had: made for twenty lines it looks
up 400,000 one by one, made for 400,000 it reads a whole table for one. EXECUTE is read and planned anew. Counting what
fits, instead of looking for what doesn't, lets the planner join as a whole: EXISTS is planned for its first row.
"""

from django.db import migrations

FITS = (
    "SELECT (SELECT count(*) FROM written) = (SELECT count(*) FROM written w"
    " JOIN benefits_line l ON l.round_id = w.round_id AND l.subject = w.subject AND l.decided_fen = w.decided_fen)"
    " AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT round_id FROM written) w"
    " LEFT JOIN benefits_round r ON r.id = w.round_id WHERE r.id IS NULL OR r.state <> 'approved')"
)
IS_WITHIN = (
    "SELECT count(*) = 0 FROM benefits_entitlement e"
    " JOIN (SELECT entitlement_id, sum(amount_fen) AS fen FROM benefits_order"
    " WHERE state IN ('batched', 'sent', 'paid') AND entitlement_id IN (SELECT o.entitlement_id FROM benefits_batchline l"
    " JOIN benefits_order o ON o.id = l.order_id WHERE l.batch_id = $1) GROUP BY entitlement_id) s"
    " ON s.entitlement_id = e.id"
    " LEFT JOIN (SELECT entitlement_id, sum(recovered_fen) AS fen FROM benefits_recovery GROUP BY entitlement_id) r"
    " ON r.entitlement_id = e.id WHERE s.fen - coalesce(r.fen, 0) > e.decided_fen"
)
GUARDS = (
    ("benefits_entitlement_insert", FITS, "", "NULL", "an entitlement is what an approved round says"),
    ("benefits_entitlement_update", FITS, "", "NULL", "an entitlement is what an approved round says"),
    (
        "benefits_batch_update_decided",
        IS_WITHIN,
        " USING NEW.id",
        "NEW",
        "nobody is sent more than the last valid decision says",
    ),
)


def replace(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, query, using, returned, text in GUARDS:
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$"
            f" DECLARE is_right boolean; BEGIN EXECUTE $query${query}$query$ INTO is_right{using};"
            f" IF NOT is_right THEN RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END IF;"
            f" RETURN {returned}; END $guard$",
            params=None,
        )


class Migration(migrations.Migration):
    dependencies = [("benefits", "0002_guarded")]
    operations = [migrations.RunPython(replace, migrations.RunPython.noop)]
