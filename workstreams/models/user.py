"""People who sign in."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person with an account in this portal; groups are the roles."""

    def __str__(self) -> str:
        return self.get_full_name() or self.username
