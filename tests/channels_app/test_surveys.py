"""Surveys in the portal: links to another system, each a complete one."""

import pytest

from channels_app.models import Survey
from tests.factories.channels_app import ChannelInstanceFactory, SurveyFactory
from tests.portal.visitors import Visitor, errors

LINK = "https://survey.example.com/shop?t={token}"


def test_a_survey_is_added_with_the_place_of_its_token(administrator: Visitor) -> None:
    administrator.sends("channels_app_survey_add", name="Purchase", url=LINK)

    assert Survey.objects.get().url == LINK


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://survey.example.com/", "Enter an address that begins with https://."),
        ("javascript:alert(1)", "Enter an address that begins with https://."),
        ("https://survey", "Enter a complete link, like https://survey.example.com/shop?t={token}."),
        ("", "This field is required."),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(administrator: Visitor, url: str, sentence: str) -> None:
    answer = administrator.sends("channels_app_survey_add", name="Purchase", url=url)

    assert errors(answer) == {"url": [sentence]}


def test_a_survey_that_an_instance_offers_is_counted_and_kept(administrator: Visitor) -> None:
    survey = SurveyFactory.create()
    ChannelInstanceFactory.create(survey=survey, offers_survey=True)

    listed = administrator.opens("channels_app_survey_changelist").context["cl"].result_list
    page = administrator.opens("channels_app_survey_delete", survey.pk).content.decode()

    assert [each.instance_count for each in listed] == [1]
    assert "cannot be deleted" in page
