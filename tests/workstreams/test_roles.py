"""The groups that carry the roles exist after a migration, and grant what the matrix says."""

import pytest
from django.contrib.auth.models import Group

from tests.portal.visitors import Visitor
from workstreams.roles import Role


@pytest.mark.django_db
def test_every_role_has_its_group() -> None:
    names = set(Group.objects.values_list("name", flat=True))

    assert names == {role.value for role in Role}


def test_a_role_grants_what_the_matrix_says(administrator: Visitor, supervisor: Visitor, agent: Visitor) -> None:
    rights = ("workstreams.view_queue", "workstreams.add_queue", "channels_app.view_mspconnection")

    held = {
        person.user.username: [right for right in rights if person.user.has_perm(right)]
        for person in (administrator, supervisor, agent)
    }

    assert held == {"ada": list(rights), "sam": ["workstreams.view_queue"], "lea": ["workstreams.view_queue"]}
