"""How fast a design becomes a checked solid, against trimesh and OpenSCAD on the same solids.

    python benchmarks/configurator.py [--quick] [--family F]

Ours: draft (rules, mesh, closedness, overhangs, GLB) and full (closedness, thickness by 2000
rays, overhangs, machine fit, GLB) over random designs, each new to the engine. Peers: the
default design, built of the same outlines and written to GLB (trimesh) or STL (OpenSCAD), without
any check; trimesh writes no normals then, and neither does ours for the viewer. The same by us is
``build_glb_ms``, and ``with_normals_ms`` the file to take away. Both begin as if the design had
never been seen. OpenSCAD runs five times a family, fewer where that takes more than some seconds.
``--quick`` runs it once a family while there is time, and asks for some hundred designs over HTTP
instead of 10,000.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

import trimesh

from benchmarks import peers, sliders
from benchmarks.report import cpu_ms, headline, last_line, median, p95, rounded, table, wall_ms
from configurator import engine
from configurator.geometry.export import glb
from configurator.pool import Pool, Request
from configurator.products import families
from configurator.products.samples import sample

MACHINES = (engine.Volume("Common", 250, 210, 210),)
SEED = 2026
QUICK_S, OPENSCAD_UNTIL_S = 42.0, 10.0
DESIGNS = {
    "_angle", "_fob", "_pieces", "_web", "_whole", "across", "laid_out", "layout", "lettered",
    "modules", "openings", "pair", "plan", "slab",
}  # fmt: skip
"""The functions that keep what they made of a whole design."""
OPENSCAD_FAMILY_S = 12.0
"""After so long no further run of OpenSCAD is begun for a family; one is always made."""


def ours(slug: str, count: int) -> dict[str, float]:
    """Times over ``count`` random designs, none of them seen before."""
    family = families()[slug]
    rng = Random(SEED)
    stuff = family.materials[0]
    designs = [sample(family, rng).model_dump() for _ in range(count + 5)]
    for raw in designs[:5]:
        engine.draft(slug, raw, stuff)
        engine.evaluate(slug, raw, stuff, MACHINES)
    gc.collect()
    gc.freeze()
    draft = [cpu_ms(lambda raw=raw: engine.draft(slug, raw, stuff)) for raw in designs[5:]]
    full = [
        cpu_ms(lambda raw=raw: engine.evaluate(slug, raw, stuff, MACHINES)) for raw in designs[5:]
    ]
    default = engine.evaluate(slug, {}, stuff)
    return {
        "triangles": sum(part.triangles for part in default.parts),
        "draft_p50_ms": median(draft),
        "draft_p95_ms": p95(draft),
        "full_p50_ms": median(full),
        "full_p95_ms": p95(full),
        "glb_bytes": len(default.glb),
    }


def theirs(slug: str, repeats: int, folder: Path) -> dict[str, float | None]:
    """Times of the peers on the default design, and the size of trimesh's GLB of our mesh."""
    params = families()[slug].Params()
    parts = families()[slug].build(params, "full")
    volume = sum(part.mesh.volume_mm3 for part in parts)

    def checked(solids: peers.Solids | None) -> None:
        if solids is not None:
            ratio = sum(solid.volume for solid in solids) / volume
            assert 0.94 < ratio < 1.06, f"{slug}: the peer made {ratio:.3f} of our volume"

    checked(peers.by_trimesh(slug, params))
    by_trimesh = _afresh(
        lambda: trimesh.Scene(peers.by_trimesh(slug, params)).export(file_type="glb")
    )
    by_openscad: list[float] = []
    until = time.monotonic() + OPENSCAD_FAMILY_S
    while peers.OPENSCAD and len(by_openscad) < repeats:
        by_openscad.append(cpu_ms(lambda: checked(peers.by_openscad(slug, params, folder))))
        if time.monotonic() > until:
            break
    own = [trimesh.Trimesh(p.mesh.vertices, p.mesh.faces, process=False) for p in parts]
    bare = len(trimesh.Scene(own).export(file_type="glb"))
    for mesh in own:
        mesh.vertex_normals  # noqa: B018  # what is known is written, and a viewer needs them
    return {
        "peer_trimesh_ms": by_trimesh,
        "peer_openscad_ms": median(by_openscad) if by_openscad else None,
        "peer_glb_bytes": len(trimesh.Scene(own).export(file_type="glb")),
        "peer_bare_bytes": bare,
        "build_glb_ms": _afresh(lambda: glb(families()[slug].build(params, "full"), normals=False)),
        "with_normals_ms": _afresh(lambda: glb(families()[slug].build(params, "full"))),
    }


def _afresh(make: Callable[[], object]) -> float:
    """CPU time of making it, the median of nine, each as if that design had never been seen."""
    times = []
    for _ in range(9):
        _forget()
        times.append(cpu_ms(make))
    return median(times)


def _forget() -> None:
    """Empty what is kept of whole designs; glyphs, files and tables stay."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("configurator.geometry.", "configurator.products.")):
            for kept in DESIGNS & vars(module).keys():
                getattr(vars(module)[kept], "cache_clear", lambda: None)()


def repeat_ms() -> float:
    """Wall time of a design that the pool has seen before."""
    pool = Pool(workers=1)
    request = Request("evaluate", "twisted-vase", {"height_mm": 131}, "petg")
    pool.run("bench", request, 60)
    times = [wall_ms(lambda: pool.run("bench", request, 60)) for _ in range(200)]
    pool.close()
    return median(times)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--family", choices=list(families()), help="only this one")
    given = arguments.parse_args()
    packages = ["numpy", "manifold3d", "trimesh", "embreex", "uharfbuzz"]
    headline("configurator", packages, quick=given.quick)
    results: dict[str, dict[str, float | None]] = {}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for slug in [given.family] if given.family else families():
            results[slug] = ours(slug, 40 if given.quick else 150)
            results[slug] |= theirs(slug, _openscad_runs(given.quick, began), Path(folder))
    _show(results)
    again = repeat_ms()
    print(f"a design seen before: {again} ms")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sliding = sliders.measure(
            Path(folder),
            moves=10 if given.quick else 100,
            designs=700 if given.quick else 10_000,
            warm=60 if given.quick else 300,
            seconds=max(2.0, QUICK_S - (time.monotonic() - began)) if given.quick else 3600,
        )
    _show_sliding(sliding)
    for figures in results.values():
        for key in ("build_glb_ms", "with_normals_ms", "peer_bare_bytes"):
            del figures[key]
    last_line(
        {
            "families": results,
            "repeat_ms": again,
            "concurrent8_p95_ms": sliding.concurrent8_p95_ms,
            "rss_growth_mb": sliding.growth_mb,
            "rss_designs": sliding.memory_mb[-1][0],
        }
    )


def _openscad_runs(quick: bool, began: float) -> int:
    """How often OpenSCAD builds a family; in quick mode not at all once time is getting short."""
    if not quick:
        return 5
    return int(time.monotonic() - began < OPENSCAD_UNTIL_S)


def _show_sliding(sliding: sliders.Sliding) -> None:
    print(f"8 sliders at once over HTTP: p95 {sliding.concurrent8_p95_ms} ms a draft, wall time")
    table([["new designs asked for", *[n for n, _ in sliding.memory_mb]],
           ["web and pool, MB", *[round(mb) for _, mb in sliding.memory_mb]]])  # fmt: skip
    if sliding.growth_mb is None:
        print("too little time for the growth of memory")
    print("the pool keeps up to 128 MB of results; memory past that would be a leak")


def _show(results: dict[str, dict[str, float | None]]) -> None:
    ours_keys = ("triangles", "draft_p50_ms", "draft_p95_ms", "full_p50_ms", "full_p95_ms")
    peer_keys = ("build_glb_ms", "with_normals_ms", "peer_trimesh_ms", "peer_openscad_ms")
    keys = (*ours_keys, *peer_keys, "glb_bytes", "peer_glb_bytes", "peer_bare_bytes")
    table([["CPU ms", *results], *[[key, *[r[key] for r in results.values()]] for key in keys]])
    print("build_glb_ms is ours for what trimesh does: build and write, no checks, no normals")
    print("peer_glb_bytes with normals, which our viewer makes itself; peer_bare_bytes without")
    if peers.OPENSCAD is None:
        print("OpenSCAD is absent: apt-get install openscad")
    for slug, figures in results.items():
        ratio = (figures["peer_trimesh_ms"] or 0) / (figures["build_glb_ms"] or 1)
        print(f"{slug}: build and GLB take 1/{rounded(ratio)} of trimesh's time")


if __name__ == "__main__":
    main()
