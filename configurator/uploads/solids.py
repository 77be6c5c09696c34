"""A stranger's solid: STL or 3MF in, triangles with what is wrong with them out.

The blob holds ``vertices`` (n, 3) f4 and ``faces`` (m, 3) i4 as they were found, equal corners
joined. Where the surface is not a solid and can be mended, ``mended_vertices`` and
``mended_faces`` stand beside them, and ``facts["mending"]`` says what was done: nobody's shape is
changed without being asked.
"""

from __future__ import annotations

from typing import Any

import manifold3d as m3
import numpy as np

from configurator.blobs import Array, Blob
from configurator.uploads import holes, stl, surfaces, threemf
from configurator.uploads.orienting import best_up
from configurator.uploads.readers import Refused
from configurator.uploads.surfaces import Faces, Points

NEAR = 2e-6
"""Corners nearer than this share of the size are one, when a surface is mended."""
MOST_HOLES = 400
MOST_OPEN_SHARE = 0.15
"""More of the surface than this is not guessed at: what is missing is not known. What is flat is
known, however large."""
LARGEST = 1e6
OVERLAP = 1e-5
"""Share of the volume that pieces have in common at least: less is rounding where they touch."""


def warm() -> None:
    """Uses what files need, so that all of it is loaded."""
    box = m3.Manifold.cube((1, 1, 1)) + m3.Manifold.cube((1, 1, 1)).translate((0.5, 0.5, 0.5))
    mesh = box.to_mesh()
    corners = mesh.vert_properties[:, :3].astype(np.float64)[mesh.tri_verts]
    found = _understood(*surfaces.welded(corners[:-1]), "stl", "")
    assert found.facts["mending"], "a cube without a triangle has a hole"
    text = "\n".join(
        ["solid x"]
        + [
            "facet normal 0 0 0\nouter loop\n"
            + "\n".join(f"vertex {x} {y} {z}" for x, y, z in triangle)
            + "\nendloop\nendfacet"
            for triangle in corners
        ]
    )
    read(text.encode())
    read(threemf.sample())


def read(data: bytes) -> Blob:
    """The solid in a file, by what the file is and not by what it is called."""
    if threemf.looks_like_3mf(data):
        points, faces = threemf.read(data)
        return _understood(*_shared(points, faces), "3mf", "mm")
    if stl.looks_like_stl(data):
        return _understood(*surfaces.welded(stl.read(data)), "stl", "")
    raise Refused(
        "This is none of the solids that we read. Choose an STL, 3MF or STEP file "
        "(in other programs: File, Export)."
    )


def read_meshed_step(data: bytes) -> Blob:
    """What ``step_child`` made of a STEP file: binary STL in millimetres."""
    return _understood(*surfaces.welded(stl.read(data)), "step", "mm")


def _shared(points: Points, faces: Faces) -> tuple[Points, Faces]:
    """Points that have the same place become one, as they are in a file without numbers."""
    return surfaces.welded(points[faces])


def _understood(points: Points, faces: Faces, kind: str, unit: str) -> Blob:
    if not np.isfinite(points).all():
        raise Refused("A corner in the file lies nowhere (NaN or infinite). Export it once more.")
    if np.abs(points).max() > LARGEST:
        raise Refused(
            f"The solid reaches {np.abs(points).max():.3g} units out, which is no size to be made. "
            "Move it to the origin and export it once more."
        )
    given = len(faces)
    faces = surfaces.without_slivers(points, faces)
    if not len(faces):
        raise Refused("All triangles in the file are points or lines. Export it once more.")
    points = points - (points.min(axis=0) + points.max(axis=0)) / 2
    if np.ptp(points, axis=0).min() < 1e-6 * np.ptp(points, axis=0).max():
        raise Refused(
            "The file holds a flat sheet without thickness. Give it one and export again."
        )
    wrong = surfaces.faults(faces, len(points))
    count, _ = surfaces.bodies(faces)
    facts: dict[str, Any] = {
        "from": kind,
        "unit": unit,
        "triangles": len(faces),
        "slivers": given - len(faces),
        "bodies": count,
        "open": wrong.open,
        "turned": wrong.turned,
        "crowded": wrong.crowded,
        "inside_out": wrong.none and surfaces.volume(points, faces) < 0,
        "overlapping": False,
        "mending": [],
    }
    arrays = [_points("vertices", points), _faces("faces", faces)]
    facts["mended_bodies"] = count
    sound = wrong.none and not facts["inside_out"]
    mended = _mended(points, faces, facts) if not sound else _merged(points, faces, facts)
    if mended is not None:
        facts["mended_bodies"] = surfaces.bodies(mended[1])[0]
        arrays += [_points("mended_vertices", mended[0]), _faces("mended_faces", mended[1])]
    whole = mended or (points, faces)
    facts["up"] = [round(float(v), 9) for v in best_up(*whole)]
    facts["size"] = [round(float(v), 6) for v in np.ptp(points, axis=0)]
    return Blob("solid", facts, {array.name: array for array in arrays})


def _points(name: str, points: Points) -> Array:
    return Array(name, "<f4", points.shape, points.astype("<f4").tobytes())


def _faces(name: str, faces: Faces) -> Array:
    return Array(name, "<i4", faces.shape, faces.astype("<i4").tobytes())


def _mended(points: Points, faces: Faces, facts: dict[str, Any]) -> tuple[Points, Faces] | None:
    """The surface closed and turned outwards, or None where nobody can tell what was meant."""
    done: list[str] = []
    near = NEAR * float(np.ptp(points, axis=0).max())
    joined = surfaces.welded(points[faces], near)
    if len(joined[0]) < len(points):
        done.append(f"joined {len(points) - len(joined[0]):,} corners that nearly touched")
    points, faces = joined[0], surfaces.without_slivers(*joined)
    faces, doubled = surfaces.single(faces)
    if doubled:
        done.append(f"took out {doubled:,} doubled triangles")
    faces, turned = surfaces.turned_alike(points, faces)
    if turned:
        done.append(f"turned {turned:,} triangles the right way round")
    filled = _patched(points, faces)
    if filled is None:
        return None
    faces, closed = filled
    if closed:
        done.append(closed)
    if not surfaces.faults(faces, len(points)).none or surfaces.volume(points, faces) <= 0:
        return None
    facts["mending"] = done
    return _merged(points, faces, facts) or (points, faces)


def _patched(points: Points, faces: Faces) -> tuple[Faces, str] | None:
    """The faces with all holes closed, and how many those were and how large, in words."""
    rings = holes.loops(faces, len(points))
    if len(rings) > MOST_HOLES or any(len(ring) < 3 for ring in rings):
        return None
    if not rings:
        return faces, ""
    found = holes.patches(points, rings)
    if _area(points, found.guessed) > MOST_OPEN_SHARE * _area(points, faces):
        return None
    added = np.concatenate([found.sure, found.guessed])
    whole = np.concatenate([faces, added])
    return whole, _closed_in_words(found.holes, _area(points, added) / _area(points, whole))


def _closed_in_words(count: int, share: float) -> str:
    """Whoever says yes to it should know how much of the surface is ours."""
    part = f"{share:.0%}" if share >= 0.005 else "less than 1%"
    said = f"closed {count:,} hole{'s' if count > 1 else ''}"
    return f"{said} ({part.replace('%', ' %')} of the surface)"


def _area(points: Points, faces: Faces) -> float:
    a, b, c = (points[faces[:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def _merged(points: Points, faces: Faces, facts: dict[str, Any]) -> tuple[Points, Faces] | None:
    """Pieces that overlap as one, by manifold3d; None where none do."""
    count, piece = surfaces.bodies(faces)
    if count < 2 or not _boxes_meet(points, faces, piece, count):
        return None
    try:
        solids = [_manifold(points, faces[piece == number]) for number in range(count)]
    except ValueError:
        return None
    outer = [solid for solid in solids if solid.volume() > 0]
    if len(outer) != count:
        return None  # hollows: what is wound inwards is cut out, not added
    joined = m3.Manifold.batch_boolean(outer, m3.OpType.Add)
    alone = sum(solid.volume() for solid in outer)
    if alone - joined.volume() < OVERLAP * alone:
        return None
    facts["overlapping"] = True
    facts["mending"] = [*facts["mending"], f"joined {count} pieces that overlap into one solid"]
    mesh = joined.to_mesh()
    corners = mesh.vert_properties[:, :3].astype(np.float64)
    return corners, mesh.tri_verts.astype(np.int64)


def _boxes_meet(points: Points, faces: Faces, piece: Any, count: int) -> bool:
    """Whether any two pieces could overlap at all."""
    if count > 500:
        return False
    boxes = [points[faces[piece == number].ravel()] for number in range(count)]
    low = np.array([box.min(axis=0) for box in boxes])
    high = np.array([box.max(axis=0) for box in boxes])
    meet = np.all((low[:, None] < high[None]) & (low[None] < high[:, None]), axis=2)
    return bool(meet.sum() > count)


def _manifold(points: Points, faces: Faces) -> m3.Manifold:
    used, number = np.unique(faces, return_inverse=True)
    mesh = m3.Mesh(points[used].astype(np.float32), number.reshape(-1, 3).astype(np.uint32))
    solid = m3.Manifold(mesh)
    if solid.status() != m3.Error.NoError:
        raise ValueError(str(solid.status()))
    return solid
