"""A log may follow another. What was signed for is never taken away; by the tables' owner, what was not."""

from django.db import migrations, models

_UNSIGNED = """
CREATE FUNCTION ledger_refuse_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE reach bigint;
BEGIN
  IF TG_TABLE_NAME = 'ledger_leaf' THEN
    reach := OLD.idx + 1;
  ELSE
    reach := (OLD.number + 1) << OLD.height::integer;
  END IF;
  IF EXISTS (SELECT FROM ledger_signedcheckpoint WHERE epoch = OLD.epoch AND size >= reach) THEN
    RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
"""
_DROP = "DROP FUNCTION ledger_refuse_signed();"
_NOW = """
DROP TRIGGER ledger_no_change ON {0};
CREATE TRIGGER ledger_no_change BEFORE UPDATE ON {0} FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_keep_signed BEFORE DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION ledger_refuse_signed();
"""
_BEFORE = """
DROP TRIGGER ledger_keep_signed ON {0};
DROP TRIGGER ledger_no_change ON {0};
CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_tree"),
    ]

    operations = [
        migrations.AddField(
            model_name="log",
            name="opening",
            field=models.UUIDField(null=True),
        ),
        migrations.RunSQL(_UNSIGNED, _DROP),
        *(migrations.RunSQL(_NOW.format(table), _BEFORE.format(table)) for table in ("ledger_leaf", "ledger_fullnode")),
    ]
