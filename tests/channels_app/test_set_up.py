"""Setting Apple Messages for Business up in a workstream: the pages, what may wait, and the tabs afterwards."""

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from channels_app import services
from channels_app.automated.services import Said
from channels_app.models import ChannelInstance
from channels_app.services import CannotSetUp
from channels_app.wizards import SetUp
from tests.factories.authsettings import AuthenticationSettingFactory
from tests.factories.channels_app import (
    AccountFactory,
    ChannelInstanceFactory,
    SurveyFactory,
)
from tests.factories.payments import PaymentProfileFactory
from tests.factories.workstreams import WorkstreamFactory
from tests.portal.visitors import Visitor, Walk, errors, walk
from tests.portal_of import open_portal
from tests.simulator.apple import FakeApple, apple

__all__ = ["apple"]

NO_TEXTS = {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"}


def run_of(administrator: Visitor, **names: str) -> tuple[Walk, Any]:
    """A run of the wizard in a new workstream, and a free account."""
    workstream = WorkstreamFactory.create(name=names.get("workstream", "Sales"))
    account = AccountFactory.create(name=names.get("account", "Velo shop"))
    return walk(administrator, SetUp, workstream=workstream.pk), account


def plain(account: Any, **pages: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every page filled in with as little as possible."""
    return {
        "accounts": {"account": account.pk},
        "language": {"language": "en"},
        "behaviors": NO_TEXTS,
        "features": {},
    } | pages


def summary_of(page: str) -> dict[str, str]:
    """What the Summary says, by label."""
    lines = re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*(.*?)\s*</dd>", page, re.DOTALL)
    return {label: unescape(re.sub(r"<[^>]+>", "\n", value)) for label, value in lines}


@pytest.mark.accepts("A2.3-3")
def test_the_summary_shows_every_value_and_back_loses_none(administrator: Visitor) -> None:
    run, account = run_of(administrator)
    setting, profile, survey = (
        AuthenticationSettingFactory.create(),
        PaymentProfileFactory.create(),
        SurveyFactory.create(),
    )
    pages = {
        "accounts": {"account": account.pk},
        "language": {"language": "de"},
        "behaviors": {
            "texts-TOTAL_FORMS": "2",
            "texts-INITIAL_FORMS": "0",
            "texts-0-trigger": "greeting",
            "texts-0-text": "Hallo!",
            "texts-1-trigger": "agent_ended",
            "texts-1-text": "Bis bald!",
            "offers_survey": "on",
            "survey": survey.pk,
            "survey_message": "Wie war es?",
            "may_authenticate": "on",
            "authentication_setting": setting.pk,
        },
        "features": {
            "customers_may_attach": "on",
            "may_request_payment": "on",
            "payment_profile": profile.pk,
        },
    }

    run.through(pages)
    said = summary_of(run.sees("summary").content.decode())

    assert {name: " / ".join(value.split("\n")) for name, value in said.items()} == {
        "Account": "Velo shop",
        "Account ID": account.business_id,
        "Language": "German",
        "Custom automated messages": (
            "Greeting message for async channels and voice: Hallo! / Agent ended conversation: Bis bald!"
        ),
        "Post-conversation survey": "On",
        "Survey": survey.name,
        "Message": "Wie war es?",
        "Authentication settings": "On",
        "Authentication setting": setting.name,
        "File attachments: customers": "On",
        "File attachments: agents": "Off",
        "Apple Pay": "On",
        "Payment profile": profile.name,
    }

    for step in ("accounts", "language", "behaviors", "features"):
        run.fills("summary", step)
        run.fills(step, "language", **pages[step])
    assert summary_of(run.sees("summary").content.decode()) == said

    run.fills("summary")
    instance = ChannelInstance.objects.get()
    assert (instance.account, instance.workstream.name, instance.language) == (account, "Sales", "de")
    assert (instance.survey, instance.survey_message) == (survey, "Wie war es?")
    assert (instance.authentication_setting, instance.payment_profile) == (setting, profile)
    assert (instance.customers_may_attach, instance.agents_may_attach) == (True, False)
    assert list(instance.automated_messages.values_list("trigger", "text", "language")) == [
        ("agent_ended", "Bis bald!", "de"),
        ("greeting", "Hallo!", "de"),
    ]


@pytest.mark.accepts("A2.3-1")
def test_sign_in_may_wait_for_its_setting(administrator: Visitor) -> None:
    run, account = run_of(administrator)

    run.through(plain(account, behaviors=NO_TEXTS | {"may_authenticate": "on"}))
    said = summary_of(run.sees("summary").content.decode())
    created = run.fills("summary")

    instance = ChannelInstance.objects.get()
    assert said["Authentication setting"] == "Not chosen yet; it can be chosen later"
    assert "Setting missing" in administrator.client.get(created.url).content.decode()
    assert not instance.may_send_authentication

    ChannelInstance.objects.update(authentication_setting=AuthenticationSettingFactory.create())
    complete = ChannelInstance.objects.get()
    assert complete.may_send_authentication
    assert complete.notices == ()


@pytest.mark.accepts("A2.3-2")
def test_apple_pay_may_wait_for_its_profile(administrator: Visitor) -> None:
    run, account = run_of(administrator)

    run.through(plain(account, features={"may_request_payment": "on"}))
    said = summary_of(run.sees("summary").content.decode())
    created = run.fills("summary")

    instance = ChannelInstance.objects.get()
    assert said["Payment profile"] == "Not chosen yet; it can be chosen later"
    assert "Profile missing" in administrator.client.get(created.url).content.decode()
    assert not instance.may_send_payment

    ChannelInstance.objects.update(payment_profile=PaymentProfileFactory.create())
    complete = ChannelInstance.objects.get()
    assert complete.may_send_payment
    assert complete.notices == ()


def test_a_chosen_setting_alone_switches_nothing_on() -> None:
    instance = ChannelInstance(authentication_setting_id=1, payment_profile_id=1)

    assert (instance.may_send_authentication, instance.may_send_payment, instance.notices) == (False, False, ())


def test_home_and_lists_say_what_is_missing(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create(account__name="Velo shop", may_request_payment=True)
    ChannelInstanceFactory.create(account__name="Bakery")

    home = administrator.opens("index")
    listed = administrator.opens("channels_app_channelinstance_changelist").content.decode()

    matters = {matter.title: matter.url for matter in home.context["overview"].matters}
    page = f"/admin/channels_app/channelinstance/{instance.pk}/change/?tab=features"
    assert matters["“Velo shop”: profile missing."] == page
    assert listed.count("profile missing") == 1
    assert "“Bakery”: profile missing." not in matters


@pytest.mark.accepts("A2.3-4")
def test_a_message_now_opens_a_conversation_in_that_workstream(administrator: Visitor, apple: FakeApple) -> None:
    portal = open_portal(apple)
    account = ChannelInstance.objects.get().account
    ChannelInstance.objects.all().delete()
    workstream = WorkstreamFactory.create(name="Sales")
    run = walk(administrator, SetUp, workstream=workstream.pk)
    run.through(plain(account) | {"summary": {}})
    phone = apple.phone()

    phone.write("Is the blue one in stock?")
    portal.receive()

    conversation = portal.conversation(phone)
    assert (conversation.workstream, conversation.queue) == (workstream, workstream.fallback_queue)
    assert conversation.instance == ChannelInstance.objects.get()


def test_only_free_accounts_are_offered(administrator: Visitor) -> None:
    ChannelInstanceFactory.create(account__name="Busy")
    AccountFactory.create(name="Deleted", retired_at=timezone.now())
    run, _account = run_of(administrator, account="Free")

    page = run.sees("accounts").content.decode()

    assert "Free" in page
    assert "Busy" not in page
    assert "Deleted" not in page


def test_an_account_that_is_at_work_meanwhile_is_told_at_the_end(administrator: Visitor) -> None:
    run, account = run_of(administrator)
    run.through(plain(account))
    ChannelInstanceFactory.create(account=account)

    answer = run.fills("summary")

    assert answer.url == run.address("accounts")
    with pytest.raises(CannotSetUp, match="at work already"):
        services.create_instance(account=account, workstream=WorkstreamFactory.create(), by=administrator.user)
    account.instances.update(retired_at=timezone.now())
    account.retired_at = timezone.now()
    account.save()
    with pytest.raises(CannotSetUp, match="deleted meanwhile"):
        services.create_instance(account=account, workstream=WorkstreamFactory.create(), by=administrator.user)
    assert ChannelInstance.objects.count() == 1


def texts(*rows: tuple[str, str], **more: str) -> dict[str, str]:
    """Entries of the page Behaviors for some texts."""
    entries = {"texts-TOTAL_FORMS": str(len(rows)), "texts-INITIAL_FORMS": "0"}
    for number, (trigger, text) in enumerate(rows):
        entries |= {f"texts-{number}-trigger": trigger, f"texts-{number}-text": text}
    return entries | more


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (texts(("greeting", "One"), ("greeting", "Two")), "This trigger has a message already. Keep one of the two."),
        (texts(("greeting", "")), "This field is required."),
        (texts(("", "One")), "This field is required."),
        (texts(("average_wait", "One")), "Select a valid choice."),
        (texts(("greeting", "x" * 2001)), "at most 2000 characters"),
    ],
)
def test_a_wrong_text_is_explained_at_its_field(administrator: Visitor, entries: dict[str, str], sentence: str) -> None:
    run, account = run_of(administrator)
    run.through({"accounts": {"account": account.pk}, "language": {"language": "en"}})

    response = run.fills("behaviors", **entries)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "This page needs a look." in response.content.decode()


def test_lines_that_are_empty_or_removed_say_nothing(administrator: Visitor) -> None:
    run, account = run_of(administrator)
    behaviors = texts(("", ""), ("greeting", "Hello"), ("agent_ended", "Bye"), **{"texts-2-DELETE": "on"})

    run.through(plain(account, behaviors=behaviors) | {"summary": {}})

    assert list(ChannelInstance.objects.get().automated_messages.values_list("trigger", flat=True)) == ["greeting"]


def test_a_profile_whose_certificate_ended_is_refused(administrator: Visitor) -> None:
    profile = PaymentProfileFactory.create(certificate_ends_at=timezone.now() - datetime.timedelta(days=1))
    run, account = run_of(administrator)

    response = run.through(plain(account, features={"may_request_payment": "on", "payment_profile": profile.pk}))

    assert list(errors(response)) == ["payment_profile"]


def test_the_workstream_offers_to_continue_its_own_draft(administrator: Visitor) -> None:
    run, account = run_of(administrator)
    other = WorkstreamFactory.create()
    run.fills("accounts", account=account.pk)

    here = administrator.opens("workstreams_workstream_change", run.about["workstream"]).content.decode()
    there = administrator.opens("workstreams_workstream_change", other.pk).content.decode()
    anywhere = administrator.opens("channels_app_channelinstance_changelist").content.decode()

    assert run.address() in here
    assert run.address() in anywhere
    assert "Your draft “Sales”" in anywhere
    assert "Continue your draft" not in there


def test_adding_an_instance_asks_for_its_workstream(administrator: Visitor) -> None:
    none = administrator.opens("channels_app_channelinstance_add").content.decode()
    first = WorkstreamFactory.create(name="Sales")
    only = administrator.opens("channels_app_channelinstance_add", account=7)
    WorkstreamFactory.create(name="Workshop")
    several = administrator.opens("channels_app_channelinstance_add", account=7).content.decode()

    set_up = f"/admin/workstreams/workstream/{first.pk}/set-up/?account=7"
    assert "No workstream yet" in none
    assert only.url == set_up
    assert set_up in several


def test_a_suggested_account_is_chosen_already(administrator: Visitor) -> None:
    run, account = run_of(administrator)

    page = administrator.client.get(
        f"/admin/workstreams/workstream/{run.about['workstream']}/set-up/?account={account.pk}", follow=True
    ).content.decode()

    assert re.search(rf'value="{account.pk}"[^>]* checked', page)


def test_the_pages_are_tabs_afterwards(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create()
    other = WorkstreamFactory.create()
    profile = PaymentProfileFactory.create()
    services.change_instance(instance, texts=[Said("greeting", "Hello")], by=administrator.user)

    def save(tab: str, **entries: Any) -> None:
        page = f"/admin/channels_app/channelinstance/{instance.pk}/change/?tab={tab}"
        assert administrator.client.get(page).status_code == 200
        assert administrator.client.post(page, entries).headers["Location"] == page

    save("account", workstream=other.pk)
    save("language", language="fr")
    save(
        "behaviors",
        **texts(("greeting", "Bonjour"), ("agent_ended", "Au revoir")) | {"texts-INITIAL_FORMS": "1"},
        may_authenticate="on",
    )
    save(
        "features",
        agents_may_attach="on",
        may_request_payment="on",
        payment_profile=profile.pk,
    )

    instance.refresh_from_db()
    assert (instance.workstream, instance.language, instance.may_authenticate) == (other, "fr", True)
    assert instance.agents_may_attach
    assert instance.payment_profile == profile
    assert list(instance.automated_messages.values_list("trigger", "text", "language")) == [
        ("agent_ended", "Au revoir", "fr"),
        ("greeting", "Bonjour", "fr"),
    ]


@pytest.mark.parametrize(
    ("tab", "entries"),
    [
        ("language", {"language": "klingon"}),
        ("behaviors", texts(("greeting", ""))),
    ],
)
def test_a_tab_refuses_what_the_wizard_refuses(administrator: Visitor, tab: str, entries: dict[str, str]) -> None:
    instance = ChannelInstanceFactory.create()

    page = f"/admin/channels_app/channelinstance/{instance.pk}/change/?tab={tab}"
    response = administrator.client.post(page, entries)

    assert response.status_code == 200
    assert "Nothing was saved yet." in response.content.decode()


def test_a_workstream_that_is_not_there_has_no_set_up(administrator: Visitor, supervisor: Visitor) -> None:
    run, _account = run_of(administrator)

    assert walk(administrator, SetUp, workstream=0).sees("accounts").status_code == 404
    assert walk(supervisor, SetUp, **run.about).sees("accounts").status_code == 403
    page = supervisor.opens("workstreams_workstream_change", run.about["workstream"]).content.decode()
    assert "Set up Apple Messages" not in page
    assert "Copy" not in page
