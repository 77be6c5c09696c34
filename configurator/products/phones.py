"""Phones that cases are made for: sizes of their bodies, and where windows have to be.

Width, height and thickness are the maker's own, from the page that ``source`` names, without
camera bumps. Those pages do not say where buttons and lenses are: the windows are our own
estimate, drawn generously, and a first case of a model wants a look at the phone in it.
``corner_mm`` is estimated too, on the tight side: it leaves a little air at the phone's corner
and never pinches it.
"""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[float, float]


@dataclass(frozen=True)
class Phone:
    """One model, mm, as it lies with its screen up.

    ``camera`` is the window in the back: from the right edge (seen from the front; cameras look
    out behind it), from the top edge, width, height. ``left`` and ``right`` are the openings for
    buttons, from where to where below the top edge; None where there is nothing to press.
    """

    slug: str
    name: str
    width_mm: float
    height_mm: float
    thickness_mm: float
    corner_mm: float
    camera: tuple[float, float, float, float]
    left: Span | None
    right: Span | None
    source: str


_ISLAND = (2.0, 2.0, 35.0, 36.0)
_PRO_ISLAND = (2.0, 2.0, 40.0, 42.0)
_COLUMN = (2.5, 2.5, 30.0, 64.0)
_APPLE = "Apple Support, “{} - Tech Specs”"
_SAMSUNG = "Samsung, “{} Specifications”"
_GOOGLE = "Google, Pixel Phone Help, “Pixel phone hardware tech specs”: {}"


def _iphone(
    slug: str,
    name: str,
    size: tuple[float, float, float],
    camera: tuple[float, float, float, float] = _ISLAND,
    left: Span = (21.0, 68.0),
    right: Span = (33.0, 70.0),
    corner_mm: float = 10.0,
) -> Phone:
    return Phone(slug, name, *size, corner_mm, camera, left, right, _APPLE.format(name))


def _galaxy(slug: str, name: str, size: tuple[float, float, float], right: Span) -> Phone:
    return Phone(slug, name, *size, 8.0, _COLUMN, None, right, _SAMSUNG.format(name))


def _pixel(
    slug: str, name: str, size: tuple[float, float, float], bar: Span, corner_mm: float
) -> Phone:
    """A camera bar runs across the whole back."""
    camera = (0.0, bar[0], size[0], bar[1] - bar[0])
    return Phone(slug, name, *size, corner_mm, camera, None, (32.0, 88.0), _GOOGLE.format(name))


PHONES: dict[str, Phone] = {
    phone.slug: phone
    for phone in (
        _iphone(
            "iphone-se3",
            "iPhone SE (3rd generation)",
            (67.3, 138.4, 7.3),
            camera=(3.0, 3.0, 29.0, 17.0),
            left=(13.0, 58.0),
            right=(17.0, 50.0),
            corner_mm=9.0,
        ),
        _iphone("iphone-12", "iPhone 12", (71.5, 146.7, 7.4)),
        _iphone("iphone-13-mini", "iPhone 13 mini", (64.2, 131.5, 7.65), left=(17.0, 64.0)),
        _iphone("iphone-13", "iPhone 13", (71.5, 146.7, 7.65)),
        _iphone("iphone-14", "iPhone 14", (71.5, 146.7, 7.80)),
        _iphone("iphone-14-plus", "iPhone 14 Plus", (78.1, 160.8, 7.80), right=(33.0, 74.0)),
        _iphone("iphone-15", "iPhone 15", (71.6, 147.6, 7.80)),
        _iphone("iphone-15-plus", "iPhone 15 Plus", (77.8, 160.9, 7.80), right=(33.0, 74.0)),
        _iphone("iphone-15-pro", "iPhone 15 Pro", (70.6, 146.6, 8.25), _PRO_ISLAND),
        _iphone(
            "iphone-15-pro-max",
            "iPhone 15 Pro Max",
            (76.7, 159.9, 8.25),
            _PRO_ISLAND,
            right=(33.0, 74.0),
        ),
        _galaxy("galaxy-s23", "Galaxy S23", (70.9, 146.3, 7.6), right=(26.0, 86.0)),
        _galaxy("galaxy-s24", "Galaxy S24", (70.6, 147.0, 7.6), right=(26.0, 86.0)),
        _galaxy("galaxy-s24-plus", "Galaxy S24+", (75.9, 158.5, 7.7), right=(30.0, 92.0)),
        _galaxy("galaxy-a54", "Galaxy A54 5G", (76.7, 158.2, 8.2), right=(26.0, 90.0)),
        _pixel("pixel-6", "Pixel 6", (74.8, 158.6, 8.9), (9.0, 39.0), 8.5),
        _pixel("pixel-7", "Pixel 7", (73.2, 155.6, 8.7), (9.0, 39.0), 8.5),
        _pixel("pixel-8", "Pixel 8", (70.8, 150.5, 8.9), (9.0, 39.0), 9.5),
        _pixel("pixel-8-pro", "Pixel 8 Pro", (76.5, 162.6, 8.8), (9.0, 41.0), 9.5),
    )
}
"""Slug → phone, maker by maker and by age."""
