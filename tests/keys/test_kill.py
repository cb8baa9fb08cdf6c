"""A process that rotates keys is killed half-way; the next one finishes, and no secret is lost."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from channels_app.models import MspConnection
from omnichannel.keys import rotation
from omnichannel.keys.columns import uses
from tests.factories.channels_app import MspConnectionFactory
from tests.keys.conftest import KEYS, Use

ROOT = Path(__file__).parents[2]
ROWS = 200
# Slowly enough to be met in the middle.
ROTATE = """
import time
from omnichannel.keys import rotation

def report(column, count):
    print(count, flush=True)
    time.sleep(0.05)

rotation.BATCH = 1
rotation.rotate(report)
"""


def rotating() -> "subprocess.Popen[str]":
    """Start a process that rotates the secrets of this test's database, a line for each."""
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"]),
        "FIELD_KEYS": f"{KEYS['k2']},{KEYS['k1']}",
    }
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", ROTATE]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_loses_nothing_and_the_next_one_finishes(keys: Use) -> None:
    MspConnectionFactory.create_batch(ROWS, secret="c2VjcmV0")

    with rotating() as process:
        assert process.stdout
        for _line in range(5):
            process.stdout.readline()
        process.kill()
    half_way = {use.key_id: use.count for use in uses()}
    keys("k2", "k1")
    left = rotation.rotate(lambda _column, _count: None)

    keys("k2")
    assert set(half_way) == {"k1", "k2"}
    assert sum(half_way.values()) == ROWS
    assert (left, {each.secret for each in MspConnection.objects.all()}) == ([], {"c2VjcmV0"})
