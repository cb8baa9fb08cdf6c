"""Has the database refuse to change, delete or empty what the audit log holds."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only; % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_events_never_change BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_events_are_never_emptied BEFORE TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
ALLOW = """
DROP TRIGGER audit_events_never_change ON audit_auditevent;
DROP TRIGGER audit_events_are_never_emptied ON audit_auditevent;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0001_an_append_only_log"),
    ]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
    ]
