"""What is told of pictures without reading them."""

import pytest
from pytest_django import DjangoAssertNumQueries

from richmessages.models import SourceState
from richmessages.pictures.sources import sources_by_url
from tests.factories.richmessages import PNG, PictureSourceFactory

pytestmark = pytest.mark.django_db


def test_the_sizes_of_many_pictures_come_with_one_query_and_without_their_bytes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kept, waiting = PictureSourceFactory(), PictureSourceFactory(state=SourceState.WAITING, picture=None)

    with django_assert_num_queries(1):
        found = sources_by_url([kept.url, waiting.url])
        sizes = {url: source.size for url, source in found.items()}

    assert sizes == {kept.url: len(PNG), waiting.url: 0}
    picture = found[kept.url].picture
    assert picture
    assert picture.get_deferred_fields() == {"png"}
