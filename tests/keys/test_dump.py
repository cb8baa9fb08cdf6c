"""Whoever holds a dump of the database holds no secret."""

import base64
import os
import subprocess

import pytest

from omnichannel.backup.installation import this_installation
from omnichannel.backup.programs import find_programs
from tests.keys.conftest import Use, fields, make_everything, marker


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_ciphertext_of_every_secret(keys: Use) -> None:
    make_everything()

    dump = subprocess.run(
        [find_programs(14).path("pg_dump"), "--data-only", "--no-password"],
        env=os.environ | this_installation().variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert dump.count("k1$") >= len(fields())
    for field in fields():
        assert marker(field) not in dump
        assert base64.b64encode(marker(field).encode()).decode() not in dump
