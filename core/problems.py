"""Problem details (RFC 9457): what a program is told of an error."""

from __future__ import annotations

from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"


def details(
    status: int, sentence: str, *, kind: str = "about:blank", title: str = ""
) -> dict[str, object]:
    """The members that every problem has.

    ``title`` is the same for all problems of a kind, that of ``about:blank`` the phrase of its
    status; ``sentence``, with the reason and what to do, is of this one, and its ``detail``.

    >>> details(404, "No such design.")["title"]
    'Not Found'
    """
    summary = title or HTTPStatus(status).phrase
    return {"type": kind, "title": summary, "status": status, "detail": sentence}
