"""The geometry pool of this process, started when it is first needed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from typing import cast

from django.conf import settings

from configurator import step_file
from configurator.dfm.fit import Volume
from configurator.engine import Evaluation, Preview
from configurator.materials import USUAL_HEX
from configurator.pool import Pool, Request, Superseded
from configurator.products import family
from core.throttle import asking

__all__ = ["Superseded", "advised", "draft", "evaluate", "file", "picture"]


@cache
def _pool() -> Pool:
    return Pool(settings.GEOMETRY_WORKERS)


def draft(slug: str, raw: Mapping[str, object], material: str, *, client: str = "") -> Preview:
    """A preview for the slider. Raises Superseded when a newer one was asked for."""
    request = Request("draft", slug, raw, material)
    return cast(Preview, _pool().run(client or _nobody(), request, address=asking()))


def evaluate(
    slug: str,
    raw: Mapping[str, object],
    material: str,
    machines: tuple[Volume, ...] = (),
    *,
    client: str = "",
) -> Evaluation:
    """The design of record with all its checks."""
    request = Request("evaluate", slug, raw, material, machines)
    return cast(Evaluation, _pool().run(client or _nobody(), request, 30.0, address=asking()))


def advised(
    slug: str,
    raw: Mapping[str, object],
    material: str,
    machines: tuple[Volume, ...] = (),
    *,
    client: str = "",
) -> Evaluation:
    """The design of record with values that cure its faults: for who reads them.

    Most designs have no fault, and what the viewer has asked for already is enough.
    """
    found = evaluate(slug, raw, material, machines, client=client)
    if not found.findings or not family(slug).cures:
        return found
    request = Request("advised", slug, raw, material, machines)
    return cast(Evaluation, _pool().run(client or _nobody(), request, 30.0, address=asking()))


def picture(
    slug: str,
    raw: Mapping[str, object],
    colour_hex: str,
    width: int,
    *,
    client: str = "",
    names: tuple[str, ...] = (),
) -> bytes:
    """A rendered PNG, ``width`` pixels wide, of all parts or those named.

    Raises Superseded when a newer one was asked for.
    """
    request = Request("picture", slug, raw, colour_hex=colour_hex, size_px=width, names=names)
    return cast(bytes, _pool().run(client or _nobody(), request, 60.0, address=asking()))


def file(
    slug: str, raw: Mapping[str, object], extension: str, colour_hex: str = USUAL_HEX
) -> bytes:
    """A design as a file to take away: any of ``processes.files_of``."""
    shade = colour_hex if extension == "glb" else ""  # of the others one file is all colours'
    request = Request("file", slug, raw, extension=extension, colour_hex=shade)
    data = cast(bytes, _pool().run(_nobody(), request, 30.0, address=asking()))
    return step_file.written(data) if extension == "step" else data


def _nobody() -> str:
    """A client of its own: nothing it asks for is ever superseded."""
    return uuid.uuid4().hex
