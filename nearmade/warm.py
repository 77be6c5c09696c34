"""What the first visitor should not wait for."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger("nearmade.web")


def warm_up() -> None:
    """Load the cities and start the geometry processes, beside the requests that come already."""
    threading.Thread(target=_warm, name="warm-up", daemon=True).start()


def _warm() -> None:
    from configurator import geometry_pool
    from configurator.products import families
    from routing import places

    try:
        places.find("Lyon")
        for kind in families().values():
            geometry_pool.draft(kind.slug, {}, kind.materials[0])
    except Exception:
        log.warning("warming up failed; the first visitors wait a little", exc_info=True)
