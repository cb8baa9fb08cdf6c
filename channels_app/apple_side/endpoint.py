"""The endpoint itself, where nothing is delivered: Apple appends /message for that."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from channels_app.apple_side.calls import note_probe
from channels_app.apple_side.identity import CHALLENGE, PROOF, proof_for


@csrf_exempt
@never_cache
def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer 200 to a token of Apple's, which counts as a call; 401 without one, 403 to any other.

    What Apple's own test of a connection sends is not known, so every method is taken.
    """
    if note_probe(request.headers):
        return _plain("Apple reached this Messaging Service Provider.", 200)
    answer = _refused(request)
    if proof := proof_for(request.headers.get(CHALLENGE, "")):
        answer[PROOF] = proof
    return answer


def _refused(request: HttpRequest) -> HttpResponse:
    if request.headers.get("Authorization"):
        return _plain("The token is not Apple’s.", 403)
    answer = _plain("Enter this address in Apple Business Register. Only Apple calls it, with a token.", 401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
