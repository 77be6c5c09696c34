"""Pages that belong to no app."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from core.htmx import asks_for_part
from core.problems import MEDIA_TYPE, details
from manufacturing.selectors import factories_of
from nearmade.middleware import wants_json


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """After signing in: each to their own first page."""
    factory = factories_of(request.user).first()
    if factory is not None:
        return redirect("routing:inbox", factory.pk)
    if request.user.is_staff:
        return redirect("routing:operations")
    return redirect("configurator:catalogue")


@require_GET
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "nearmade/how.html")


@require_GET
def healthy(request: HttpRequest) -> HttpResponse:
    """For a supervisor or a load balancer: this process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said(request, _BAD_REQUEST, 400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    lost = _NO_SUCH_CALL if request.path.startswith("/api/") else _NOT_FOUND
    return _said(request, lost, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _said(request, _FORBIDDEN, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not ours, or one that lay open until its token had run out."""
    return _said(request, _FORGED, 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Whatever broke may be what the other pages need, so this one needs nothing."""
    if wants_json(request):
        return _said(request, _BROKEN, 500)
    if asks_for_part(request) and request.headers.get("HX-Target") != "main":
        return _broken_part(request)
    return HttpResponse(render_to_string("nearmade/broken.html"), status=500)


def _broken_part(request: HttpRequest) -> HttpResponse:
    """A line in a panel, not a page in it; what asks every few seconds stays and asks again."""
    sentence = f"{_BROKEN['sentence']} Nothing of yours is lost."
    answer = HttpResponse(f'<p class="fault impossible" role="alert">{sentence}</p>', status=500)
    if "v" in request.GET:  # core.live
        answer["HX-Reswap"] = "none"
    return answer


def _said(request: HttpRequest, context: dict[str, str], status: int) -> HttpResponse:
    """A page for people, problem details (RFC 9457) for programs."""
    if wants_json(request):
        body = details(status, context["sentence"])
        return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
    return render(request, "nearmade/problem.html", context, status=status)


_NOT_FOUND = {
    "title": "There is nothing here",
    "sentence": "The address may be mistyped, or the page has moved.",
}
_NO_SUCH_CALL = {
    "title": "There is nothing here",
    "sentence": "Nothing is at this address. /api/docs/ lists all there are; most begin with "
    "/api/v1/families/.",
}
_FORBIDDEN = {
    "title": "This is not yours to open",
    "sentence": "Sign in with another account, or ask whoever sent you the link.",
}
_BAD_REQUEST = {
    "title": "We could not read that",
    "sentence": "What came in was not what a browser sends. Please go back and try once more.",
}
_BROKEN = {"sentence": "Something broke on our side. Please try again in a minute."}
_FORGED = {
    "title": "This form has gone stale",
    "sentence": "Nothing was changed. Please go back, load the page again, and send it once more.",
}
