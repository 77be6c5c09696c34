"""A design as GLB, small enough to follow a slider.

What a viewer needs to know:

- The file is metres and y up, as glTF asks: a root node ``design`` scales by 0.001 and turns
  z up to y up. Below it everything is millimetres, z up, as it lies on the printer's plate.
- One child of the root per part, named after the part ("body", "lid"), whose translation is the
  part's place on the plate. Its ``extras`` hold ``home`` ([x, y, z, turned]: the place in the
  assembled product, turned over about x first when ``turned`` is 1), ``size_mm`` and, for a part
  that stands up out of the plane it lies in, ``tilt`` (a quaternion x, y, z, w that turns it
  before ``home`` moves it). Move or turn this node; its child ``<name>.mesh`` only undoes the
  quantisation.
- Positions are u16 (KHR_mesh_quantization, which three.js reads by itself).
- For the viewer there are no normals, which would nearly double the bytes: every vertex is there
  once, and materials are names alone. A primitive's ``extras`` may hold ``smooth``: its faces
  stand in the order of the mesh's groups, and so many of them are of each. Faces of one group are
  shaded as one surface; without ``smooth`` faces are that meet flatter than ``CREASE_DEG``.
- A file to take away has normals (i8), smooth over curved surfaces and split at creases.
- Meshes that are the same twice are there once.
- ``_GLOW``, where a part has it, is the share of a lamp's light that comes through at a vertex; it
  lies in two bytes that would be padding.
- Faces of a fault are a primitive of their own with the material ``fault-weak`` or
  ``fault-impossible``, the browned edges of laser cuts one with ``edge``, what is printed in a
  second colour one with ``second-colour`` (the ``extras`` of the part's node tell its shade); all
  other faces have the material ``part``.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from configurator.geometry.mesh import Ints, Mesh, highest, lowest
from configurator.geometry.shading import (
    EDGE_TONE,
    cut_edges,
    in_second_colour,
    linear,
    split_at_creases,
)
from configurator.geometry.turns import quaternion
from configurator.materials import USUAL_HEX
from configurator.products.base import Part

PART, WEAK, IMPOSSIBLE, EDGE, SECOND = PAINTS = (
    "part", "fault-weak", "fault-impossible", "edge", "second-colour",
)  # fmt: skip
"""A file names those that it needs."""
FAULTS = {WEAK: (0.85, 0.45, 0.02), IMPOSSIBLE: (0.75, 0.03, 0.02)}

_PLACE = np.dtype([("at", "<u2", 3), ("glow", "<u2")])
_VERTEX = np.dtype([*_PLACE.descr, ("normal", "i1", 3), ("pad", "i1")])
MOST_GROUPS = 16
"""A mesh of more is one of flat sides and creases, which the viewer finds by angle in fewer bytes
than it takes to say how many faces each side has."""
_USHORT, _UINT, _BYTE = 5123, 5125, 5120
_VERTICES, _INDICES = 0, 1


class _Writer:
    """Collects vertices, indices and the JSON that describes them.

    All vertices are one view and all indices another, as each view costs 70 bytes of JSON.
    """

    def __init__(self, stride: int) -> None:
        self.stride = stride
        self.blobs: tuple[list[bytes], list[bytes]] = ([], [])
        self.sizes = [0, 0]
        self.accessors: list[dict[str, object]] = []
        self.meshes: list[dict[str, object]] = []
        self.nodes: list[dict[str, object]] = [{}]
        self.known: dict[bytes, int] = {}
        self.painted: list[tuple[str, tuple[float, ...]]] = []

    def paint(self, name: str, colour: tuple[float, ...]) -> int:
        """The number in this file of one of PAINTS in a colour (linear light; none for ours)."""
        if (name, colour) not in self.painted:
            self.painted.append((name, colour))
        return self.painted.index((name, colour))

    def add(self, view: int, data: bytes) -> int:
        """Where in a view the data begins."""
        start = self.sizes[view]
        data += b"\0" * (-len(data) % 4)
        self.blobs[view].append(data)
        self.sizes[view] += len(data)
        return start

    def accessor(
        self, view: int, start: int, kind: int, count: int, shape: str, **about: object
    ) -> int:
        at = {"byteOffset": start} if start else {}
        self.accessors.append(
            {"bufferView": view, **at, "componentType": kind, "count": count, "type": shape,
             **about}
        )  # fmt: skip
        return len(self.accessors) - 1

    def views(self) -> list[dict[str, object]]:
        first, second = self.sizes
        return [
            {"buffer": 0, "byteLength": first, "byteStride": self.stride, "target": 34962},
            {"buffer": 0, "byteOffset": first, "byteLength": second, "target": 34963},
        ]


Fault = tuple[str, Ints]
"""Level ("weak" or "impossible") and the faces to paint."""


def glb(
    parts: Sequence[Part],
    faults: Mapping[str, Sequence[Fault]] | None = None,
    worn: Mapping[str, tuple[str, str]] | None = None,
    *,
    normals: bool = True,
    shade: str = USUAL_HEX,
) -> bytes:
    """The parts of a design as one GLB file; ``faults`` by part name are painted.

    ``worn`` says by role what is made of another material than the customer's: its slug, its shade.
    Without ``normals`` it is for our own viewer, which makes them, and knows the colour; else the
    customer's is ``shade``.
    """
    out = _Writer(_VERTEX.itemsize if normals else _PLACE.itemsize)
    for part in parts:
        wear = (worn or {}).get(part.role)
        own = wear[1] if wear else shade
        _add_part(out, part, (faults or {}).get(part.name, ()), wear, own if normals else "")
    # A quarter turn about x takes z up to y up.
    out.nodes[0] = {
        "name": "design",
        "children": list(range(1, len(out.nodes), 2)),
        "rotation": [-0.70710678, 0, 0, 0.70710678],
        "scale": [0.001, 0.001, 0.001],
    }
    return _packed(out)


def _add_part(
    out: _Writer,
    part: Part,
    faults: Sequence[Fault],
    wear: tuple[str, str] | None,
    shade: str,
) -> None:
    """``shade`` is what a file to take away has it in; "" for the viewer."""
    normals = bool(shade)
    vertices, faces = _quantised(part) if normals else _placed(part)
    painted = _painted(part, faults)
    paint = b"".join(bytes([material]) + chosen.tobytes() for material, chosen in painted)
    # ``_grain`` is the node's, so that a mesh of the same bytes may differ in nothing else.
    second = part.second_colour.shade if part.second_colour else ""
    seen = vertices.tobytes() + faces.tobytes() + paint + (shade + second).encode()
    same = hashlib.sha256(seen).digest()
    if same not in out.known:
        out.known[same] = len(out.meshes)
        groups = None if normals else part.mesh.groups
        attributes = _add_vertices(out, part, vertices, normals)
        primitives = [
            {"attributes": attributes,
             "material": out.paint(*_paint(part, PAINTS[material], shade)),
             **_add_faces(out, faces, chosen, groups, len(vertices))}
            for material, chosen in painted
        ]  # fmt: skip
        out.meshes.append({"name": part.name, "primitives": primitives})
    _add_nodes(out, part, wear, out.known[same])


def _paint(part: Part, name: str, shade: str) -> tuple[str, tuple[float, ...]]:
    """A paint and its colour; the viewer has surfaces of its own."""
    if not shade:
        return name, ()
    if name in FAULTS:
        return name, FAULTS[name]
    second = part.second_colour
    wanted = second.shade if second and name == SECOND else shade
    tone = EDGE_TONE if name == EDGE else 1.0
    return name, tuple(float(f"{light:.4g}") for light in (linear(wanted) * tone).tolist())


def _add_vertices(
    out: _Writer, part: Part, vertices: npt.NDArray[np.void], normals: bool
) -> dict[str, int]:
    start = out.add(_VERTICES, vertices.tobytes())
    low, high = lowest(vertices["at"]).tolist(), highest(vertices["at"]).tolist()
    count = len(vertices)
    found = {"POSITION": out.accessor(_VERTICES, start, _USHORT, count, "VEC3", min=low, max=high)}
    if normals:
        found["NORMAL"] = out.accessor(_VERTICES, start + 8, _BYTE, count, "VEC3", normalized=True)
    if part.glow is not None:
        found["_GLOW"] = out.accessor(
            _VERTICES, start + 6, _USHORT, count, "SCALAR", normalized=True
        )
    return found


def _add_faces(
    out: _Writer, faces: Ints, chosen: npt.NDArray[np.bool_], groups: Ints | None, vertices: int
) -> dict[str, object]:
    if groups is None or groups.max() >= MOST_GROUPS:
        return {"indices": _add_indices(out, faces[chosen], vertices)}
    own = groups[chosen]
    order = np.argsort(own, kind="stable")
    return {
        "indices": _add_indices(out, faces[chosen][order], vertices),
        "extras": {"smooth": np.bincount(own).tolist()},
    }


def _add_nodes(out: _Writer, part: Part, wear: tuple[str, str] | None, mesh: int) -> None:
    index = len(out.nodes)
    x, y, z, turned = part.home
    extras: dict[str, object] = {
        "home": [*_short((x, y, z)), int(turned)],
        "size_mm": _short([round(length, 3) for length in part.mesh.size_mm]),
    }
    if any(part.tilt_deg):
        extras["tilt"] = _short(quaternion(part.tilt_deg))
    if wear is not None:
        extras["material"], extras["shade"] = wear
    if part.second_colour is not None:
        band = part.second_colour
        extras["second_shade"], extras["second_mm"] = (
            band.shade,
            _short((band.low_mm, band.high_mm)),
        )
    out.nodes.append(
        {
            "name": part.name,
            "translation": _short(part.at),
            "children": [index + 1],
            "extras": extras,
        }
    )
    out.nodes.append(
        {
            "name": f"{part.name}.mesh",
            "mesh": mesh,
            "translation": _short(part.mesh.low.tolist()),
            "scale": _short([_grain(part.mesh)] * 3),
        }
    )


def _short(numbers: Sequence[float]) -> list[float]:
    """Nine digits: a millionth of a millimetre in a metre; whole numbers without a point."""
    rounded = (float(f"{number:.9g}") for number in numbers)
    return [int(number) if number.is_integer() else number for number in rounded]


def _grain(mesh: Mesh) -> float:
    """Millimetres a quantisation step: the same on each axis, so that normals stay true."""
    return max(mesh.size_mm) / 65535


def _placed(part: Part) -> tuple[npt.NDArray[np.void], Ints]:
    """Each vertex once, without a normal."""
    vertices = np.zeros(len(part.mesh.vertices), dtype=_PLACE)
    vertices["at"] = _steps(part.mesh)
    if part.glow is not None:
        vertices["glow"] = np.rint(part.glow * 65535).astype(np.uint16)
    return vertices, part.mesh.faces


def _steps(mesh: Mesh) -> npt.NDArray[np.uint16]:
    return np.rint((mesh.vertices - mesh.low) / _grain(mesh)).astype(np.uint16)


def _quantised(part: Part) -> tuple[npt.NDArray[np.void], Ints]:
    mesh = part.mesh
    origin, faces, normals = split_at_creases(mesh)
    vertices = np.zeros(len(origin), dtype=_VERTEX)
    vertices["at"] = _steps(mesh)[origin]
    vertices["normal"] = np.rint(normals * 127).astype(np.int8)
    if part.glow is not None:
        vertices["glow"] = np.rint(part.glow[origin] * 65535).astype(np.uint16)
    return vertices, faces


def _painted(part: Part, faults: Sequence[Fault]) -> list[tuple[int, npt.NDArray[np.bool_]]]:
    """(index in PAINTS, mask of its faces) for each that has faces; the worst fault wins."""
    material = np.zeros(len(part.mesh.faces), dtype=np.int8)
    material[cut_edges(part)] = PAINTS.index(EDGE)
    material[in_second_colour(part)] = PAINTS.index(SECOND)
    for name in FAULTS:
        for level, chosen in faults:
            if name == f"fault-{level}":
                material[chosen] = PAINTS.index(name)
    return [(index, material == index) for index in np.flatnonzero(np.bincount(material)).tolist()]


def _add_indices(out: _Writer, faces: Ints, vertices: int) -> int:
    small = vertices <= 65535
    data = faces.astype("<u2" if small else "<u4").tobytes()
    start = out.add(_INDICES, data)
    return out.accessor(_INDICES, start, _USHORT if small else _UINT, faces.size, "SCALAR")


def _packed(out: _Writer) -> bytes:
    body = b"".join(blob for blobs in out.blobs for blob in blobs)
    document = {
        "asset": {"version": "2.0", "generator": "Nearmade"},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": out.nodes,
        "meshes": out.meshes,
        "materials": [_material(*paint) for paint in out.painted],
        "accessors": out.accessors,
        "bufferViews": out.views(),
        "buffers": [{"byteLength": len(body)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    header = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body))
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    return header + chunks + struct.pack("<I4s", len(body), b"BIN\0") + body


def _material(name: str, colour: tuple[float, ...]) -> dict[str, object]:
    """Without a colour it is a name alone."""
    if not colour:
        return {"name": name}
    surface = {"baseColorFactor": [*colour, 1], "metallicFactor": 0, "roughnessFactor": 0.55}
    return {"name": name, "pbrMetallicRoughness": surface}
