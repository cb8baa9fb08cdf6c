"""Fills an empty installation with the shop."""

from django.contrib.auth.models import Group
from django.db import transaction

from channels_app.models import Account, ChannelInstance, MspConnection, Organisation
from omnichannel.demo import identities
from omnichannel.demo.apple_side import gateway_url, introduce
from omnichannel.demo.company import COMPANY, DESKS, PEOPLE, PROGRAM, Desk, Person
from omnichannel.demo.conversations import load_conversations
from omnichannel.demo.expertise import load_expertise
from omnichannel.demo.rich_messages import load_rich_messages
from workstreams.models import ApiToken, Queue, User, Workstream
from workstreams.people.services import Duties, assign_duties
from workstreams.roles import Role, every_secret_right

LARGEST_FILE_KB = 102_400


def is_empty() -> bool:
    """Tell whether nobody has begun to use this installation."""
    return not User.objects.exists() and not Account.objects.exists()


@transaction.atomic
def load() -> None:
    """Create the shop with its people, its conversations and, where Apple is simulated, its customers' phones."""
    Organisation.objects.update_or_create(pk=1, defaults={"largest_file_kb": LARGEST_FILE_KB})
    connection = _connect()
    queues = {desk.key: Queue.objects.create(name=desk.queue) for desk in DESKS}
    instances = {desk.key: _open(desk, connection, queues[desk.key]) for desk in DESKS}
    for person in PEOPLE:
        _employ(person, queues)
    load_expertise()
    load_rich_messages()
    _admit_program()
    introduce(connection)
    load_conversations(instances)


def _connect() -> MspConnection:
    return MspConnection.objects.create(
        name=COMPANY, msp_id=identities.msp_id(), secret=identities.msp_secret(), gateway_url=gateway_url()
    )


def _open(desk: Desk, connection: MspConnection, queue: Queue) -> ChannelInstance:
    workstream = Workstream.objects.create(name=desk.workstream, fallback_queue=queue)
    account = Account.objects.create(
        name=desk.account, connection=connection, business_id=identities.business_id(desk.key)
    )
    return ChannelInstance.objects.create(
        account=account,
        workstream=workstream,
        language=desk.language,
        customers_may_attach=True,
        agents_may_attach=True,
    )


def _employ(person: Person, queues: dict[str, Queue]) -> None:
    user = User.objects.create_user(
        person.username,
        password=identities.password(person.username),
        first_name=person.first_name,
        last_name=person.last_name,
    )
    served = [queues[desk] for desk in person.desks]
    rights = tuple(every_secret_right()) if person.role == Role.ADMINISTRATOR else ()
    assign_duties(user, Duties(frozenset({person.role}), agent_name=person.name, queues=served, secret_rights=rights))


def _admit_program() -> None:
    user = User.objects.create_user(PROGRAM)
    user.groups.set(Group.objects.filter(name=Role.API_ACCESS.value))
    ApiToken.objects.create(user=user, name=COMPANY, digest=ApiToken.digest_of(identities.api_token()))
