"""How scripts call the simulator: JSON or multipart in, JSON out, one sentence when something is wrong."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from simulator.models import Phone
from simulator.services.answers import CannotAnswer
from simulator.services.faults import CannotArm
from simulator.services.phones import CannotWrite
from simulator.services.setup import CannotRegister, ForeignBusiness

Body = TypeVar("Body", bound=BaseModel)
View = Callable[..., HttpResponse]
CONTENT_TYPES = ("application/json", "multipart/form-data")


class Fault(Exception):
    """A call that cannot be served, with its status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def api_call(**views: View) -> View:
    """Return a view that serves each method by its own function and tells every fault in JSON."""

    @csrf_exempt
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _refuse_strangers(request)
            view = views.get(str(request.method))
            if view is None:
                raise Fault(405, f"Use {' or '.join(views)}.")
            return _told(view)(request, *args, **kwargs)
        except Fault as fault:
            return JsonResponse({"error": fault.sentence}, status=fault.status)
        except (MultiPartParserError, RequestDataTooBig, TooManyFilesSent, TooManyFieldsSent) as fault:
            return JsonResponse({"error": str(fault)}, status=400)

    return call


def read(request: HttpRequest, model: type[Body]) -> Body:
    """Return the JSON body, or say what is wrong with it."""
    try:
        return model.model_validate_json(request.body or b"{}")
    except ValidationError as error:
        raise Fault(400, _sentence(error)) from error


def read_form(request: HttpRequest, model: type[Body]) -> Body:
    """Return the fields of a multipart body, or say what is wrong with them."""
    try:
        return model.model_validate(request.POST.dict())
    except ValidationError as error:
        raise Fault(400, _sentence(error)) from error


def phone_of(opaque_id: str) -> Phone:
    """Return the phone, or say that there is none."""
    phone = Phone.objects.select_related("business__provider").filter(opaque_id=opaque_id).first()
    if phone is None:
        raise Fault(404, "There is no phone with this id.")
    return phone


def _told(view: View) -> View:
    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except CannotWrite as fault:
            raise Fault(409, str(fault)) from fault
        except ForeignBusiness as fault:
            raise Fault(409, str(fault)) from fault
        except CannotRegister as fault:
            raise Fault(400, _correct(f"{name}: {sentence}" for name, sentence in fault.faults.items())) from fault
        except (CannotArm, CannotAnswer) as fault:
            raise Fault(400, str(fault)) from fault

    return call


def _refuse_strangers(request: HttpRequest) -> None:
    # No cookie protects these calls, so that another site's page must not be able to make them.
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") or (
        origin is not None and urlsplit(origin).netloc != request.get_host()
    ):
        raise Fault(403, "Calls from the pages of other sites are refused.")
    has_body = request.headers.get("Content-Length", "0") not in ("", "0")
    if has_body and request.content_type not in CONTENT_TYPES:
        raise Fault(400, f"The content type must be {' or '.join(CONTENT_TYPES)}.")


def _sentence(error: ValidationError) -> str:
    faults = (f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors())
    return _correct(faults)


def _correct(faults: Iterable[str]) -> str:
    return f"Please correct {'; '.join(fault.rstrip('.') for fault in faults)}."
