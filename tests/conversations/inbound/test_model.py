"""Whatever arrives in whatever order, however it is cut into batches: the rows say what the model says.

MODEL_EXAMPLES=2000 looks further than a usual run does.
"""

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, note, settings

from channels_app.models import Account
from conversations.inbound.fetch import fetch_all
from conversations.inbound.process import process_due
from conversations.models import Attachment, Conversation, Customer, InboundReceipt, Message, ReceiptState, Reference
from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import Business, StoredFile
from simulator.services import references, storage
from simulator.services.faults import arm
from simulator.services.setup import set_up
from tests.conversations.inbound import acts
from tests.conversations.inbound.acts import Act
from tests.conversations.inbound.deliveries import Apple
from tests.conversations.inbound.model import Delivered, Lane, Person, Talk, World
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory
from tests.portal_of import Portal
from tests.simulator.apple import WEBHOOK_URL

OTHER_BUSINESS = "b1b1b1b1-0000-4000-8000-000000000001"
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "25"))
LONG_AGO, SOME_DAY = (timezone.now() + datetime.timedelta(days=days) for days in (-1, 1))
ME = (0, 0)
IDENTIFIERS = dict(zip(acts.CHOICES, ("brake", "chain"), strict=True))


@dataclass
class Call:
    """A delivery as Apple would make it again."""

    keys: dict[str, Any]
    meaning: Delivered


@dataclass
class Play:
    """The product and its model, side by side."""

    apples: list[Apple]
    businesses: list[Business]
    world: World
    now: datetime.datetime
    calls: list[Call] = field(default_factory=list)
    waiting: dict[UUID, tuple[int, Delivered]] = field(default_factory=dict)

    def act(self, act: Act) -> None:
        """Do something to both."""
        note(str(act))
        match act:
            case acts.Write(lane, text, files):
                names = tuple(f"file {number}.txt" for number in range(files))
                pointers = [self._file(lane, name) for name in names]
                keys = {"kind": "text", "body": text + amb.PLACEHOLDER * files, "attachments": pointers}
                self._deliver(keys, Delivered(lane, self.now, "text", text.strip(), files=names))
            case acts.React(lane, quoted):
                words = f"Loved “{quoted}”"
                meaning = Delivered(lane, self.now, "reaction", words, quoted=quoted.strip())
                self._deliver({"kind": "text", "body": words}, meaning)
            case acts.Choose():
                self._choose(act)
            case acts.Signal(lane, kind):
                meaning = Delivered(lane, self.now, kind)
                if kind == "memoji":
                    meaning = replace(meaning, kind="unsupported", body=kind)
                self._deliver({"kind": kind}, meaning)
            case acts.Again(number, has_new_id) if self.calls:
                call = self.calls[number % len(self.calls)]
                keys = {**call.keys, "id": str(uuid4())} if has_new_id else call.keys
                self._deliver(keys, _here_by_now(call.meaning))
            case _:
                self._work(act)

    def _work(self, act: Act) -> None:
        match act:
            case acts.Wait(seconds):
                self.now += datetime.timedelta(seconds=seconds)
            case acts.Hold():
                newest = InboundReceipt.objects.filter(state=ReceiptState.WAITING).order_by("-pk")[:1]
                InboundReceipt.objects.filter(pk__in=newest.values("pk")).update(due_at=SOME_DAY)
            case acts.Release():
                InboundReceipt.objects.update(due_at=LONG_AGO)
            case acts.Process(limit):
                process_due(limit)
                self._follow()
            case acts.Fetch():
                self._fetch()

    def finish(self) -> None:
        """Let workers do all that is left."""
        self.act(acts.Release())
        while self.waiting:
            before = len(self.waiting)
            self.act(acts.Process(100))
            assert len(self.waiting) < before
        self.act(acts.Fetch())

    def _deliver(self, keys: dict[str, Any], meaning: Delivered) -> None:
        account, customer = meaning.lane
        keys = {"id": str(uuid4())} | keys
        if not (is_known := any(call.keys["id"] == keys["id"] for call in self.calls)):
            self.now += datetime.timedelta(seconds=1)
            meaning = replace(meaning, at=self.now)
        kind = keys["kind"]
        others = {name: value for name, value in keys.items() if name != "kind"}
        answer = self.apples[account].deliver(kind, customer=f"urn:mbid:{customer}", **others)
        assert answer.status_code == 200, answer.content
        if is_known:
            return
        # The time by which things are told apart is the model's, so that nothing depends on how quick this machine is.
        receipt = InboundReceipt.objects.get(account=self.apples[account].account, apple_id=keys["id"])
        InboundReceipt.objects.filter(pk=receipt.pk).update(received_at=self.now)
        self.calls.append(Call(keys, meaning))
        self.waiting[receipt.apple_id] = (receipt.pk, meaning)

    def _choose(self, act: acts.Choose) -> None:
        data = _answer(act.choice)
        meaning = Delivered(act.lane, self.now, "interactive", act.choice, act.choice)
        if act.link == "inside" or act.lane[0] not in self.world.working:
            self._deliver({"kind": "interactive", "interactiveData": data}, meaning)
            return
        business = self.businesses[act.lane[0]]
        pointer = references.refer(business, data)
        is_here = act.link == "works"
        if act.link == "never":
            StoredFile.objects.filter(url=pointer["url"]).delete()
        if act.link == "works later":
            arm(FaultKind.LINK_EXPIRED, business=business, times=1)
        if not is_here:
            meaning = replace(meaning, body="Your repair", is_missing=True, will_come=act.link == "works later")
        self._deliver({"kind": "interactive", "interactiveDataRef": pointer}, meaning)

    def _file(self, lane: Lane, name: str) -> dict[str, Any]:
        key, content = amb.new_key(), b"Words in a file."
        stored = storage.keep(self.businesses[min(lane[0], 1)], amb.encrypt(content, key))
        return {
            "name": name, "mimeType": "text/plain", "size": stored.size, "url": stored.url, "owner": stored.owner,
            "signature-base64": stored.signature_base64, "key": amb.key_to_text(key),
        }  # fmt: skip

    def _follow(self) -> None:
        """Tell the model what the product has applied, which must be each customer's oldest."""
        open_ids = set(InboundReceipt.objects.filter(state=ReceiptState.WAITING).values_list("pk", flat=True))
        passed: set[Lane] = set()
        for apple_id, (pk, meaning) in list(self.waiting.items()):
            if pk in open_ids:
                passed.add(meaning.lane)
            else:
                assert meaning.lane not in passed, "A later delivery was applied before an earlier one."
                self.world.apply(meaning)
                del self.waiting[apple_id]

    def _fetch(self) -> None:
        # One after the other, so that of two that say the same it is always the later one that is dropped.
        due = [*Attachment.objects.filter(state="waiting"), *Reference.objects.filter(state="waiting").order_by("pk")]
        for model in {type(each) for each in due}:
            model._default_manager.update(due_at=SOME_DAY)
        for each in due:
            type(each)._default_manager.filter(pk=each.pk).update(due_at=LONG_AGO)
            fetch_all()
        self.world.fetch()

    def check(self) -> None:
        """Compare all that people could see."""
        assert _seen() == {lane: _as_seen(person) for lane, person in self.world.people.items()}
        assert InboundReceipt.objects.filter(state=ReceiptState.PARKED).count() == self.world.parked


def _here_by_now(meaning: Delivered) -> Delivered:
    """Return what a delivery means when its link works in the meantime."""
    return replace(meaning, body=meaning.answer, is_missing=False) if meaning.will_come else meaning


def _answer(choice: str) -> dict[str, Any]:
    item = {"identifier": IDENTIFIERS[choice], "title": choice, "order": 1}
    return {
        "bid": amb.BUSINESS_BID,
        "sessionIdentifier": "9EA84811-F2CC-4AD8-81F3-6255A0396DA9",
        "data": {
            "version": "1.0",
            "requestIdentifier": "a0c044da-a4ba-4f31-9bfc-648d47567842",
            "listPicker": {"sections": [{"title": "Repairs", "items": [item]}]},
            "replyMessage": {"title": "Your repair"},
        },
    }


Seen = dict[Lane, tuple[Any, ...]]


def _seen() -> Seen:
    numbers = {pk: number for number, pk in enumerate(Account.objects.order_by("pk").values_list("pk", flat=True))}
    return {
        (numbers[each.account_id], int(each.customer_id.rpartition(":")[2])): (
            each.left_at,
            each.last_seen_at,
            [_talk(talk) for talk in each.conversations.order_by("pk")],
        )
        for each in Customer.objects.all()
    }


def _talk(talk: Conversation) -> tuple[Any, ...]:
    entries = talk.messages.order_by("pk").select_related("reference", "reaction_to").prefetch_related("attachments")
    return (
        talk.is_open,
        talk.close_reason,
        talk.unread,
        talk.preview,
        talk.typing_until,
        [_entry(each) for each in entries],
    )


def _entry(message: Message) -> tuple[Any, ...]:
    reference = getattr(message, "reference", None)
    return (
        message.kind,
        message.body,
        # A note tells when it was written down, which is no matter of Apple's.
        None if message.kind == "event" else message.created_at,
        reference is not None and reference.state != "stored",
        [attachment.state for attachment in message.attachments.all()],
        message.reaction_to.body if message.reaction_to else None,
    )


def _as_seen(person: Person) -> tuple[Any, ...]:
    return (person.left_at, person.last_seen_at, [_talk_as_seen(talk) for talk in person.talks])


def _talk_as_seen(talk: Talk) -> tuple[Any, ...]:
    entries = [
        (each.kind, each.body, None if each.kind == "event" else each.at, each.is_missing, each.files, each.reacts_to)
        for each in talk.entries
    ]
    reason = "" if talk.is_open else "customer_left"
    return (talk.is_open, reason, talk.unread, talk.preview, talk.typing_until, entries)


@pytest.fixture
def apples(portal: Portal) -> list[Apple]:
    """Two businesses that are put to work, and one that is not yet."""
    apple = portal.apple
    set_up(
        msp_id=apple.credentials.msp_id,
        secret=apple.credentials.secret,
        webhook_url=WEBHOOK_URL,
        businesses={apple.business_id: "Kettle & Spoke", OTHER_BUSINESS: "Spoke & Kettle"},
    )
    first = Account.objects.get()
    second = AccountFactory.create(connection=first.connection, business_id=OTHER_BUSINESS)
    ChannelInstanceFactory.create(account=second, customers_may_attach=True)
    return [Apple(first), Apple(second), Apple(AccountFactory.create(connection=first.connection))]


@contextmanager
def play(apples: list[Apple]) -> Iterator[Play]:
    """The product with nobody in it; what happens is undone."""
    by_id = {str(each.business_id): each for each in Business.objects.all()}
    businesses = [by_id[apples[0].account.business_id], by_id[OTHER_BUSINESS], by_id[OTHER_BUSINESS]]
    with transaction.atomic():
        yield Play(apples, businesses, World(frozenset({0, 1})), timezone.now())
        transaction.set_rollback(True)


@settings(
    max_examples=EXAMPLES, derandomize="MODEL_EXAMPLES" not in os.environ, deadline=None, database=None,
    suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip
@given(story=acts.acts)
@example(story=[acts.Write(ME, "Hello"), acts.React(ME, "Hello")])
@example(story=[acts.Choose(ME, "New chain", "works later"), acts.Wait(90), acts.Choose(ME, "New chain", "inside")])
@example(story=[acts.Choose(ME, "New chain", "works later"), acts.Choose(ME, "New chain", "inside")])
@example(
    story=[acts.Write(ME, "Hello"), acts.Signal(ME, "close"), acts.Write(ME, "Hello"), acts.Again(0, has_new_id=False)]
)
def test_the_rows_say_what_the_model_says(apples: list[Apple], story: list[Act]) -> None:
    with play(apples) as both:
        for act in story:
            both.act(act)
            both.check()
        both.finish()
        both.check()
