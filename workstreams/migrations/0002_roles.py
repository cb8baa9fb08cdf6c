"""Creates the groups that carry the roles; what each may do is in workstreams.roles."""

from django.db import migrations

ROLES = (
    "Omnichannel administrator",
    "Omnichannel supervisor",
    "Omnichannel agent",
    "Omnichannel API access",
)


def create_groups(apps, _schema_editor):
    Group = apps.get_model("auth", "Group")
    for name in ROLES:
        Group.objects.get_or_create(name=name)


class Migration(migrations.Migration):

    dependencies = [
        ("workstreams", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        # Going back leaves the groups: people may hold them.
        migrations.RunPython(create_groups, migrations.RunPython.noop),
    ]
