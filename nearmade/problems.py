"""Errors of the REST API as RFC 9457 problem details."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotAcceptable,
    ParseError,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import BadInput, NearmadeError, TooMany, Wait
from core.problems import MEDIA_TYPE, details
from nearmade.middleware import problem, too_large, wrong_method


class ShallowJSON(JSONParser):
    """JSON as DRF reads it; brackets nested past Python's stack are a fault of the sender."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("This JSON is nested too deeply.") from error
        except ParseError as error:
            raise ParseError(_unread(error.__context__)) from error


def _unread(fault: BaseException | None) -> str:
    """Why a text is no JSON, without the words of the library that read it."""
    if isinstance(fault, JSONDecodeError):
        return f"It is no JSON: there is a fault in line {fault.lineno}, column {fault.colno}."
    if isinstance(fault, UnicodeDecodeError):
        return "It has to be JSON in UTF-8."
    return "It holds a number that has too many digits, or that JSON does not know (NaN, Infinity)."


class Negotiation(DefaultContentNegotiation):
    """DRF's own; a ``?format=`` that nobody writes is not acceptable, instead of not found."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        try:
            return super().filter_renderers(renderers, format)
        except Http404 as error:
            raise NotAcceptable(available_renderers=renderers) from error


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: ours and DRF's own errors in one form, and always as JSON."""
    if isinstance(error, RequestDataTooBig):
        error = too_large()
    if isinstance(error, NearmadeError):
        response = Response(problem(error), status=error.status)
        if isinstance(error, Wait):
            response["Retry-After"] = str(error.retry_after_s)
    elif (handled := exception_handler(error, context)) is not None:
        response = handled
        response.data = _told(error, response.status_code, context)
    else:
        return None
    response.content_type = MEDIA_TYPE
    # Whatever the view writes (YAML, HTML, a solid): of an error it writes JSON.
    request = context["request"]
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = MEDIA_TYPE
    return response


def _told(error: Exception, status: int, context: dict[str, Any]) -> dict[str, Any]:
    """The problem details of one of DRF's own errors."""
    if isinstance(error, ValidationError):
        said = _in_words(error.detail)
        every = " ".join(f"{name}: {words}" if name else words for name, words in said.items())
        return problem(BadInput(every, fields=said)) | {"status": status}
    return details(status, _sentence(error, context))


def _sentence(error: Exception, context: dict[str, Any]) -> str:
    """What is wrong, and what would be right."""
    view = context["view"]
    match error:
        case MethodNotAllowed():
            method = str(context["request"].method)
            return wrong_method(method, ", ".join(view.allowed_methods)).sentence
        case NotAcceptable():
            written = ", ".join(dict.fromkeys(kind.media_type for kind in view.renderer_classes))
            return f"This address answers in {written} only. Please ask for that in Accept."
        case UnsupportedMediaType():
            read = ", ".join(kind.media_type for kind in view.parser_classes)
            return f"This address reads {read} only. Please send that, and say so in Content-Type."
        case Throttled():
            return TooMany(getattr(error, "wait", None) or 1.0).sentence
        case ParseError():
            return f"What was sent cannot be read. {error.detail}"
        case APIException():
            return str(error.detail)
    return "There is nothing here. The address may be mistyped, or what it named is gone."


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
    return _WORDS.get(str(getattr(faults, "code", "")), str(faults))


_WORDS = {
    "required": "It is missing; please send it.",
    "null": "It is null; send a value, or leave it out.",
    "blank": "It is empty; send a value, or leave it out.",
    "not_a_list": "It has to be a list: values in [ ].",
    "not_a_dict": "It has to be an object: names and values in { }.",
    "null_characters_not_allowed": "It holds a character that cannot be seen; leave that out.",
    "surrogate_characters_not_allowed": "It holds half a character; send it in UTF-8.",
}
"""By the code of a fault: what REST framework has words of its own for."""
