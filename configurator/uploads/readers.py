"""Which reader is for which kind of file. A reader is loaded with all it needs, then called.

Once it sees a stranger's file nothing can be loaded any more, so what a library would load only
when it is first used is used once before, on a file of ours.
"""

from __future__ import annotations

from collections.abc import Callable

from configurator.blobs import Blob


class Refused(ValueError):
    """The file cannot be used; the text says what, why and what to do."""


Reader = Callable[[bytes], Blob]


def _picture() -> Reader:
    from configurator.uploads import pictures

    return pictures.read


def _outline() -> Reader:
    from configurator.uploads import outlines

    outlines.warm()
    return outlines.read


def _solid() -> Reader:
    from configurator.uploads import solids

    solids.warm()
    return solids.read


def _from_step() -> Reader:
    from configurator.uploads import solids

    solids.warm()
    return solids.read_meshed_step


READERS: dict[str, Callable[[], Reader]] = {
    "picture": _picture,
    "outline": _outline,
    "solid": _solid,
    "step": _from_step,
}
