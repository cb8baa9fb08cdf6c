"""What the clock starts."""

from celery import shared_task

from omnichannel.drafts.models import Draft


@shared_task
def remove_forgotten() -> None:
    """Remove drafts that nobody has touched for a month."""
    Draft.objects.forgotten().delete()
