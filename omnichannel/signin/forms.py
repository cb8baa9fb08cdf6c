"""The form of the sign-in page."""

from allauth.account.forms import LoginForm


class SignIn(LoginForm):
    """User name and password, named on the wire as every program that signs in expects them."""

    def add_prefix(self, field_name: str) -> str:
        name: str = super().add_prefix("username" if field_name == "login" else field_name)
        return name
