"""The HTTP side of ``edge.protocol``: three addresses, all asked by the node."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from core.errors import NearmadeError
from core.problems import MEDIA_TYPE, details
from edge.protocol import PairRequest, PollRequest
from edge.protocol.base import Message
from manufacturing import dispatch, programs
from manufacturing.models import Node, Program
from manufacturing.nodes import node_by_token
from manufacturing.nodes import pair as pair_node
from manufacturing.program_files import ProgramLost, ProgramNotNow, read_program

NodeView = Callable[..., HttpResponse]
DIGEST = re.compile(r"^[0-9a-f]{64}$")


def for_nodes(view: NodeView) -> NodeView:
    """Only for a paired, not revoked node; the view gets it as its second argument."""

    @csrf_exempt  # a node carries a token, not a cookie
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        node = node_by_token(token) if scheme == "Bearer" else None
        if node is None:
            return _problem(401, "This node is not paired (any more).")
        return view(request, node, *args, **kwargs)

    return guarded


@csrf_exempt
@require_POST
def pair(request: HttpRequest) -> HttpResponse:
    """A one-time code in exchange for an identity."""
    try:
        return _reply(pair_node(PairRequest.model_validate_json(request.body)))
    except ValidationError as error:
        return _problem(400, f"not a PairRequest: {error.error_count()} faults")
    except NearmadeError as error:
        return _problem(error.status, error.sentence)


@for_nodes
@require_POST
def poll(request: HttpRequest, node: Node) -> HttpResponse:
    """News of the node against commands of the hub."""
    try:
        message = PollRequest.model_validate_json(request.body)
    except ValidationError as error:
        return _problem(400, f"not a PollRequest: {error.error_count()} faults")
    reply = dispatch.poll_held(node, message)
    return HttpResponse(status=204) if reply is None else _reply(reply)


@for_nodes
@require_GET
def program(request: HttpRequest, node: Node, sha256: str) -> HttpResponse:
    """The bytes of a program that one of this factory's jobs needs: those that were proven."""
    mine = Program.objects.filter(sha256=sha256, jobs__factory=node.factory)
    row = mine.order_by("-pk").first() if DIGEST.match(sha256) else None
    if row is None:
        return _problem(404, "There is no such program for this workshop.")
    try:
        data = read_program(row)
    except ProgramLost as lost:
        programs.mark_lost(row, lost.sentence)
        return _problem(404, f"This program cannot be used: {lost.sentence}.")
    except ProgramNotNow as fault:
        return _problem(503, fault.sentence)  # the node waits and asks again
    return HttpResponse(data, content_type="application/octet-stream")


def _reply(message: Message) -> HttpResponse:
    return HttpResponse(message.model_dump_json(), content_type="application/json")


def _problem(status: int, sentence: str) -> JsonResponse:
    return JsonResponse(details(status, sentence), status=status, content_type=MEDIA_TYPE)


urlpatterns = [
    path("pair", pair, name="node-pair"),
    path("poll", poll, name="node-poll"),
    path("programs/<str:sha256>", program, name="node-program"),
]
