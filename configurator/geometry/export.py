"""A design as GLB, small enough to follow a slider.

What a viewer needs to know:

- The file is metres and y up, as glTF asks: a root node ``design`` scales by 0.001 and turns
  z up to y up. Below it everything is millimetres, z up, as it lies on the printer's plate.
- One child of the root per part, named after the part ("body", "lid"), whose translation is the
  part's place on the plate. Its ``extras`` hold ``at`` (that place), ``home`` ([x, y, z, turned]:
  the place in the assembled product, turned over about x first when ``turned`` is 1), ``size_mm``
  and, for a part that stands up out of the plane it lies in, ``tilt`` (a quaternion x, y, z, w
  that turns it before ``home`` moves it). Move or turn this node; its child ``<name>.mesh`` only
  undoes the quantisation.
- Positions are u16, normals i8 (KHR_mesh_quantization, which three.js reads by itself). Normals
  are smooth over curved surfaces and split at creases.
- ``_GLOW``, where a part has it, is the share of a lamp's light that comes through at a vertex; it
  lies in two bytes that would be padding.
- Faces of a fault are a primitive of their own with the material ``fault-weak`` or
  ``fault-impossible``, the browned edges of laser cuts one with ``edge``; all other faces have
  the material ``part``.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from configurator.geometry.mesh import Ints, Mesh, highest, lowest
from configurator.geometry.shading import EDGE_TONE, cut_edges, split_at_creases
from configurator.geometry.turns import quaternion
from configurator.products.base import Part

MATERIALS: tuple[tuple[str, tuple[float, float, float]], ...] = (
    ("part", (0.55, 0.09, 0.013)),
    ("fault-weak", (0.85, 0.45, 0.02)),
    ("fault-impossible", (0.75, 0.03, 0.02)),
)
_EDGE = ("edge", (0.55 * EDGE_TONE, 0.09 * EDGE_TONE, 0.013 * EDGE_TONE))
"""Only files with sheet parts name it."""

_VERTEX = np.dtype([("at", "<u2", 3), ("glow", "<u2"), ("normal", "i1", 3), ("pad", "i1")])
_USHORT, _UINT, _BYTE = 5123, 5125, 5120
_VERTICES, _INDICES = 34962, 34963


class _Writer:
    """Collects binary blobs and the JSON that describes them."""

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.offset = 0
        self.views: list[dict[str, object]] = []
        self.accessors: list[dict[str, object]] = []
        self.meshes: list[dict[str, object]] = []
        self.nodes: list[dict[str, object]] = [{}]
        self.has_edges = False

    def view(self, data: bytes, **about: object) -> int:
        self.views.append(
            {"buffer": 0, "byteOffset": self.offset, "byteLength": len(data), **about}
        )
        data += b"\0" * (-len(data) % 4)
        self.blobs.append(data)
        self.offset += len(data)
        return len(self.views) - 1

    def accessor(self, view: int, kind: int, count: int, shape: str, **about: object) -> int:
        self.accessors.append(
            {"bufferView": view, "componentType": kind, "count": count, "type": shape, **about}
        )
        return len(self.accessors) - 1


Fault = tuple[str, Ints]
"""Level ("weak" or "impossible") and the faces to paint."""


def glb(
    parts: Sequence[Part],
    faults: Mapping[str, Sequence[Fault]] | None = None,
    worn: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """The parts of a design as one GLB file; ``faults`` by part name are painted.

    ``worn`` says by role what is made of another material than the customer's: its slug, its shade.
    """
    out = _Writer()
    for part in parts:
        wear = (worn or {}).get(part.role)
        _add_part(out, part, (faults or {}).get(part.name, ()), wear)
    # A quarter turn about x takes z up to y up.
    out.nodes[0] = {
        "name": "design",
        "children": list(range(1, len(out.nodes), 2)),
        "rotation": [-(0.5**0.5), 0, 0, 0.5**0.5],
        "scale": [0.001, 0.001, 0.001],
    }
    return _packed(out)


def _add_part(
    out: _Writer, part: Part, faults: Sequence[Fault], wear: tuple[str, str] | None
) -> None:
    vertices, faces = _quantised(part)
    view = out.view(vertices.tobytes(), byteStride=_VERTEX.itemsize, target=_VERTICES)
    positions = vertices["at"]
    attributes = {
        "POSITION": out.accessor(
            view,
            _USHORT,
            len(vertices),
            "VEC3",
            min=lowest(positions).tolist(),
            max=highest(positions).tolist(),
        ),
        "NORMAL": out.accessor(view, _BYTE, len(vertices), "VEC3", byteOffset=8, normalized=True),
    }
    if part.glow is not None:
        attributes["_GLOW"] = out.accessor(
            view, _USHORT, len(vertices), "SCALAR", byteOffset=6, normalized=True
        )
    out.has_edges |= part.outline is not None
    primitives = [
        {
            "attributes": attributes,
            "indices": _add_indices(out, faces[chosen], len(vertices)),
            "material": material,
        }
        for material, chosen in _painted(cut_edges(part), faults)
    ]
    out.meshes.append({"name": part.name, "primitives": primitives})
    _add_nodes(out, part, wear)


def _add_nodes(out: _Writer, part: Part, wear: tuple[str, str] | None) -> None:
    index = len(out.nodes)
    x, y, z, turned = part.home
    extras: dict[str, object] = {
        "at": list(part.at),
        "home": [x, y, z, int(turned)],
        "size_mm": [round(length, 3) for length in part.mesh.size_mm],
    }
    if any(part.tilt_deg):
        extras["tilt"] = list(quaternion(part.tilt_deg))
    if wear is not None:
        extras["material"], extras["shade"] = wear
    out.nodes.append(
        {
            "name": part.name,
            "translation": list(part.at),
            "children": [index + 1],
            "extras": extras,
        }
    )
    out.nodes.append(
        {
            "name": f"{part.name}.mesh",
            "mesh": len(out.meshes) - 1,
            "translation": part.mesh.low.tolist(),
            "scale": [_grain(part.mesh)] * 3,
        }
    )


def _grain(mesh: Mesh) -> float:
    """Millimetres a quantisation step: the same on each axis, so that normals stay true."""
    return max(mesh.size_mm) / 65535


def _quantised(part: Part) -> tuple[npt.NDArray[np.void], Ints]:
    mesh = part.mesh
    origin, faces, normals = split_at_creases(mesh)
    steps = np.rint((mesh.vertices - mesh.low) / _grain(mesh)).astype(np.uint16)
    vertices = np.zeros(len(origin), dtype=_VERTEX)
    vertices["at"] = steps[origin]
    vertices["normal"] = np.rint(normals * 127).astype(np.int8)
    if part.glow is not None:
        vertices["glow"] = np.rint(part.glow[origin] * 65535).astype(np.uint16)
    return vertices, faces


def _painted(
    edges: npt.NDArray[np.bool_], faults: Sequence[Fault]
) -> list[tuple[int, npt.NDArray[np.bool_]]]:
    """(material index, mask of its faces) for each material that has faces; the worst wins."""
    material = np.where(edges, len(MATERIALS), 0).astype(np.int8)
    for index, (name, _) in enumerate(MATERIALS):
        for level, chosen in faults:
            if name == f"fault-{level}":
                material[chosen] = index
    return [(int(index), material == index) for index in np.unique(material)]


def _add_indices(out: _Writer, faces: Ints, vertices: int) -> int:
    small = vertices <= 65535
    data = faces.astype("<u2" if small else "<u4").tobytes()
    view = out.view(data, target=_INDICES)
    return out.accessor(view, _USHORT if small else _UINT, faces.size, "SCALAR")


def _packed(out: _Writer) -> bytes:
    body = b"".join(out.blobs)
    document = {
        "asset": {"version": "2.0", "generator": "Nearmade"},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": out.nodes,
        "meshes": out.meshes,
        "materials": [_material(name, colour) for name, colour in _materials(out)],
        "accessors": out.accessors,
        "bufferViews": out.views,
        "buffers": [{"byteLength": len(body)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    header = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body))
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    return header + chunks + struct.pack("<I4s", len(body), b"BIN\0") + body


def _materials(out: _Writer) -> tuple[tuple[str, tuple[float, float, float]], ...]:
    return (*MATERIALS, _EDGE) if out.has_edges else MATERIALS


def _material(name: str, colour: tuple[float, float, float]) -> dict[str, object]:
    surface = {"baseColorFactor": [*colour, 1], "metallicFactor": 0, "roughnessFactor": 0.55}
    return {"name": name, "pbrMetallicRoughness": surface}
