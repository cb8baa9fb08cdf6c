"""Addresses that do something when a form is posted to them, and are no pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

View = Callable[..., HttpResponseBase]


def posted(view: View) -> View:
    """Run a view for POST alone; whoever opens its address is brought to the page above it.

    A person whose session ended signs in again and comes back by GET: to the page with the button, with nothing done.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(request.path.rstrip("/").rpartition("/")[0] + "/")

    return answer
