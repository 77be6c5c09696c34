"""Errors that people can be told about become pages, panels or problem details."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static

from core.errors import BadInput, NearmadeError, Wait

log = logging.getLogger("nearmade.web")


class ErrorsInWords:
    """Turns a ``NearmadeError`` that a view lets through into its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
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
            return JsonResponse(
                problem(error), status=error.status, content_type="application/problem+json"
            )
        context = {
            "title": "That did not work",
            "sentence": error.sentence,
            "fields": getattr(error, "fields", {}),
        }
        htmx = bool(getattr(request, "htmx", False))
        template = "nearmade/_problem.html" if htmx else "nearmade/problem.html"
        return render(request, template, context, status=error.status)


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
    return "application/json" in accepts or request.path.startswith(("/api/v1/", "/node/"))


def problem(error: NearmadeError) -> dict[str, object]:
    """RFC 9457 problem details of one of our errors."""
    body: dict[str, object] = {
        "type": f"urn:nearmade:{type(error).__name__}",
        "title": error.sentence,
        "status": error.status,
    }
    if isinstance(error, BadInput) and error.fields:
        body["fields"] = error.fields
    return body
