from typing import Any

from django.db import migrations


def keep_the_largest(apps: Any, _editor: Any) -> None:
    """What was accepted somewhere stays accepted: one limit holds for the company from now on."""
    limits = apps.get_model("channels_app", "ChannelInstance").objects.values_list("attachment_limit_kb", flat=True)
    organisation, _is_new = apps.get_model("channels_app", "Organisation").objects.get_or_create(pk=1)
    organisation.largest_file_kb = max(limits, default=organisation.largest_file_kb)
    organisation.save()


class Migration(migrations.Migration):

    dependencies = [
        ('channels_app', '0006_automated_text_may_be_inherited'),
    ]

    operations = [
        migrations.RunPython(keep_the_largest, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='channelinstance',
            name='attachment_limit_kb',
        ),
    ]
