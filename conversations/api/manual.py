"""The page on which developers read our REST and try it out."""

from django.views.generic import TemplateView


class Manual(TemplateView):
    """The description of our REST, in a form that can be tried with a token."""

    template_name = "conversations/api/manual.html"
