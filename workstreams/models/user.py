"""People who sign in."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account in this portal; groups are the roles."""

    # The person's column profile, as permissions: "payments.update_secret_paymentprofile".
    secret_rights = ArrayField(
        models.CharField(max_length=100), verbose_name=_("rights to secrets"), default=list, blank=True
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username
