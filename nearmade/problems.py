"""Errors of the REST API as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import NearmadeError
from nearmade.middleware import problem

TYPE = "application/problem+json"


class ShallowJSON(JSONParser):
    """JSON as DRF reads it; brackets nested past Python's stack are a fault of the sender."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("This JSON is nested too deeply.") from error


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: ours and DRF's own errors in one form."""
    if isinstance(error, NearmadeError):
        return Response(problem(error), status=error.status, content_type=TYPE)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = {
            "type": "urn:nearmade:BadInput",
            "title": "Some of what was sent cannot be used.",
            "status": response.status_code,
            "fields": _in_words(error.detail),
        }
        response.content_type = TYPE
        return response
    if response is not None and isinstance(error, APIException | Http404):
        response.data = {
            "type": "about:blank",
            "title": str(getattr(error, "detail", "There is nothing here.")),
            "status": response.status_code,
        }
        response.content_type = TYPE
    return response


def _in_words(detail: Any) -> dict[str, str]:
    """Each field with its sentence; faults of nested fields are joined under the outermost."""
    if not isinstance(detail, dict):
        return {"": _said(detail)}
    return {str(name): _said(faults) for name, faults in detail.items()}


def _said(faults: Any) -> str:
    if isinstance(faults, dict):
        return " ".join(f"{name}: {_said(inner)}" for name, inner in faults.items())
    if isinstance(faults, list):
        return " ".join(_said(inner) for inner in faults)
    return str(faults)
