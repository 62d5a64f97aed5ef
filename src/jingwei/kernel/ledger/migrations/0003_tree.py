"""The tree over the entries. A trigger notes every new entry as waiting; those that are there already wait as well."""

from django.db import migrations, models

_WAIT = """
-- what is there waits in the order of recording where that breaks the order of no stream, else stream by stream
CREATE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_pending (entry) SELECT id FROM added ORDER BY stream, seq;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_wait AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION ledger_wait();
INSERT INTO ledger_pending (entry) SELECT id FROM ledger_entry ORDER BY
  CASE WHEN (SELECT bool_and(in_order) FROM
    (SELECT recorded_at >= lag(recorded_at) OVER (PARTITION BY stream ORDER BY seq) AS in_order FROM ledger_entry) AS one)
  THEN recorded_at END, stream, seq;
ALTER TABLE ledger_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
"""
_DO_NOT_WAIT = "DROP TRIGGER ledger_wait ON ledger_entry; DROP FUNCTION ledger_wait();"

_REFUSE = """
CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = '{0}' AND grantee <> current_user LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {0} FROM %I', role);
  END LOOP;
END $$;
"""
_ALLOW = "DROP TRIGGER ledger_no_change ON {0}; DROP TRIGGER ledger_no_truncate ON {0};"
_KEPT = ("ledger_leaf", "ledger_fullnode", "ledger_signedcheckpoint")


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="FullNode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch", "height", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.PositiveIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                ("number", models.PositiveBigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch", "idx", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.PositiveIntegerField()),
                ("idx", models.PositiveBigIntegerField()),
                ("entry", models.UUIDField(unique=True)),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("epoch", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200)),
                ("public_key", models.BinaryField(max_length=32)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("edge", models.BinaryField(default=b"")),
                ("trouble", models.CharField(default="", max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("pid", models.BigAutoField(primary_key=True, serialize=False)),
                ("entry", models.UUIDField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch", "size", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.PositiveIntegerField()),
                ("size", models.PositiveBigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
            ],
        ),
        migrations.RunSQL(_WAIT, _DO_NOT_WAIT),
        *(migrations.RunSQL(_REFUSE.format(table), _ALLOW.format(table)) for table in _KEPT),
    ]
