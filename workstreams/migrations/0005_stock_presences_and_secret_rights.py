"""Fills what every installation has, and leaves administrators of before the rights to secrets that they had."""

from django.db import migrations

STOCK = (
    ("Available", "Available", "available", True),
    ("Busy", "Busy", "busy", True),
    ("Busy - DND", "Do not disturb", "busy_dnd", True),
    ("Away", "Appear away", "away", True),
    ("Offline", "Offline", "offline", True),
    ("Inactive", "Inactive", "away", False),
)
SECRETS = (
    ("channels_app", "mspconnection"),
    ("authsettings", "authenticationsetting"),
    ("payments", "paymentprofile"),
)


def fill(apps, _schema_editor):
    Presence = apps.get_model("workstreams", "Presence")
    for name, text, base_status, user_can_set in STOCK:
        values = {"text": text, "base_status": base_status, "user_can_set": user_can_set, "is_stock": True}
        Presence.objects.get_or_create(name=name, defaults=values)
    apps.get_model("workstreams", "RatingModel").objects.get_or_create(name="Stars", defaults={"minimum": 1, "maximum": 10})


def keep_rights(apps, _schema_editor):
    rights = [f"{app}.{right}_secret_{model}" for app, model in SECRETS for right in ("read", "create", "update")]
    User = apps.get_model("workstreams", "User")
    User.objects.filter(groups__name="Omnichannel administrator").update(secret_rights=rights)


class Migration(migrations.Migration):

    dependencies = [
        ("workstreams", "0004_people_skills_and_capacity"),
    ]

    operations = [
        # Going back drops the tables.
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(keep_rights, migrations.RunPython.noop),
    ]
