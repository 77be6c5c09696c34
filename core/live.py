"""Live parts of a page: asked for every few seconds, answered with 204 when nothing changed.

The part carries the digest of what it shows in its own ``hx-get`` address (``?v=…``), so any web
process can tell whether the browser has it already; no socket is held and nothing is stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

PLACEHOLDER = "live-version-goes-here"


def render_live(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """The part's HTML. The template writes ``?v={{ live_version }}`` into its ``hx-get``."""
    html = render_to_string(template, {**context, "live_version": PLACEHOLDER}, request)
    return html.replace(PLACEHOLDER, _digest(html))


def live_response(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The part again, or 204 when the browser's version still is what we would send."""
    html = render_live(request, template, context)
    if f'v={request.GET.get("v", "")}"' in html:
        return HttpResponse(status=204)
    return HttpResponse(html)


def _digest(html: str) -> str:
    """A digest without the CSRF token, which is masked anew in every rendering."""
    plain = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
