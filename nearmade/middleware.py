"""Errors that people can be told about become pages, panels or problem details."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.middleware.common import CommonMiddleware
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes

from core.errors import NearmadeError, TooLarge, Wait
from core.problems import MEDIA_TYPE, details

log = logging.getLogger("nearmade.web")
API = "/api/v1/"


class ErrorsInWords:
    """Turns a ``NearmadeError`` that a view lets through into its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API) and _of_unknown_length(request):
            return self._answer(request, NoLength(_NO_LENGTH))
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            allowed = response["Allow"]
            response = self._answer(request, wrong_method(request.method, allowed))
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RequestDataTooBig):
            error = too_large()
        if not isinstance(error, NearmadeError):
            return None
        # The path of a tracking page is a key: the log names the view instead.
        view = request.resolver_match.view_name if request.resolver_match else "?"
        log.info("%s %s: %s", request.method, view, error)
        response = self._answer(request, error)
        if isinstance(error, Wait):
            response["Retry-After"] = str(error.retry_after_s)
        return response

    def _answer(self, request: HttpRequest, error: NearmadeError) -> HttpResponse:
        if wants_json(request):
            return JsonResponse(problem(error), status=error.status, content_type=MEDIA_TYPE)
        context = {
            "title": "That did not work",
            "sentence": error.sentence,
            "fields": getattr(error, "fields", {}),
        }
        htmx = bool(getattr(request, "htmx", False))
        template = "nearmade/_problem.html" if htmx else "nearmade/problem.html"
        return render(request, template, context, status=error.status)


class SlashesInWords(CommonMiddleware):
    """Django's own, but for what it answers to a program that forgot the slash at the end.

    Its redirect (301) turns a POST into a GET and says nothing; this one (308) keeps method and
    body, and says what it is for to whoever does not follow.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        lost = response.status_code == 404 and request.path.startswith(API)
        if lost and self.should_redirect_with_slash(request):
            there = f"{escape_leading_slashes(request.path)}/"
            said = f"This address ends with a slash. Please ask {there} instead."
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(
                f"{there}?{iri_to_uri(query)}" if query else there,
                preserve_request=True,
                content=json.dumps(details(308, said)),
                content_type=MEDIA_TYPE,
            )
        return super().process_response(request, response)


class AdminScriptsCarryNonce:
    """Puts the nonce of the policy on the scripts of Django's own admin pages.

    Only on those loaded from our static files and the admin's word list, so that text which
    slipped in unescaped could not load anything that is not ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        ours = rf"(?:{re.escape(static(''))}|/admin/jsi18n/)"
        # Django's own forms only, ``src`` first but for an id of its own: what is injected could
        # hide an address of ours inside another attribute.
        self._script = re.compile(
            rf'<script(?=(?:\s+id="django-admin-[\w-]+")?\s+src="{ours})'.encode()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.app_name == "admin" and not response.streaming:
            nonce = str(request.csp_nonce)  # type: ignore[attr-defined]  # set by its middleware
            response.content = self._script.sub(
                f'<script nonce="{nonce}"'.encode(), response.content
            )
        return response


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: by what it accepts, or by speaking to the API."""
    accepts = request.headers.get("Accept", "")
    return "application/json" in accepts or request.path.startswith(("/api/", "/node/"))


def problem(error: NearmadeError) -> dict[str, object]:
    """RFC 9457 problem details of one of our errors."""
    kind = f"urn:nearmade:{type(error).__name__}"
    told = details(error.status, error.sentence, kind=kind, title=error.title)
    return told | error.members()


def too_large() -> TooLarge:
    """A body that Django does not take into memory. Files have an address and limits apart."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
    return TooLarge(f"What was sent is larger than {most} MB. Please send less at once.")


class NoLength(NearmadeError):
    """A body in chunks, which REST framework would take for an empty one."""

    status = 411
    title = "The length of what was sent is missing."


_NO_LENGTH = (
    "What was sent does not say how long it is, so none of it was read. "
    "Please send it in one piece, with a Content-Length."
)


def _of_unknown_length(request: HttpRequest) -> bool:
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return chunked and not request.headers.get("Content-Length")


class WrongMethod(NearmadeError):
    """The address is right, the method is not."""

    status = 405
    title = "This address does not know that method."


def wrong_method(method: str | None, allowed: str) -> WrongMethod:
    known = allowed or "nothing"
    return WrongMethod(f"This address knows no {method}. Please ask it with {known}.")
