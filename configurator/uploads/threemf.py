"""3MF as triangles in millimetres: components, transforms and units as the core specification says.

Source: 3MF Core Specification 1.3, and the paths of the Production Extension 1.1 (slicers write
one file an object). What else a file holds (colours, slices, beams) is left aside; beams would be
geometry, and a file that has them is refused.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from configurator.uploads.readers import Refused
from configurator.uploads.stl import MOST_TRIANGLES, allowed

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Key = tuple[str, str]

UNITS_MM = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}
MOST_MEMBERS = 2000
MOST_MODEL_BYTES = 400 * 2**20
"""Half a million triangles take about 60 MB of XML."""
DEEPEST = 16
_AGAIN = "Export it once more."


@dataclass
class _Object:
    vertices: list[float] = field(default_factory=list)
    triangles: list[int] = field(default_factory=list)
    components: list[tuple[Key, Floats]] = field(default_factory=list)


@dataclass
class _Model:
    """One model part: its objects by id, what it builds, and millimetres of its unit."""

    objects: dict[str, _Object] = field(default_factory=dict)
    build: list[tuple[Key, Floats]] = field(default_factory=list)
    scale: float = 1.0


def sample() -> bytes:
    """A tetrahedron as a 3MF file."""
    points = ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
    corners = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in points)
    faces = ((0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2))
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in faces)
    mesh = f"<mesh><vertices>{corners}</vertices><triangles>{triangles}</triangles></mesh>"
    objects = f'<resources><object id="1">{mesh}</object></resources>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "3D/3dmodel.model",
            f'<model unit="inch">{objects}<build><item objectid="1"/></build></model>',
        )
    return out.getvalue()


def looks_like_3mf(data: bytes) -> bool:
    return data[:4] == b"PK\x03\x04"


def read(data: bytes) -> tuple[Floats, Numbers]:
    """(n, 3) corners in mm and (m, 3) triangles of all that the file builds."""
    archive = _opened(data)
    models: dict[str, _Model] = {}
    root = _root_of(archive)
    main = _parsed(archive, root, models)
    if not main.build:
        raise Refused(f"The file builds nothing: no object is placed on its plate. {_AGAIN}")
    allowed(sum(_count(archive, models, key, {}, 0) for key, _ in main.build))
    pieces = [piece for key, place in main.build for piece in _placed(archive, models, key, place)]
    starts = np.cumsum([0, *(len(points) for points, _ in pieces)])
    points = np.concatenate([points for points, _ in pieces]) * main.scale
    faces = np.concatenate([f + start for (_, f), start in zip(pieces, starts, strict=False)])
    return points, faces


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except Exception as error:
        raise Refused(f"The archive of the 3MF file is damaged. {_AGAIN}") from error
    if len(members) > MOST_MEMBERS:
        raise Refused(f"The 3MF file holds {len(members):,} files; that is too many to read.")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("The 3MF file is locked with a password. Save it without.")
    return archive


def _root_of(archive: zipfile.ZipFile) -> str:
    """The path of the model that the package names as its start part."""
    found: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship") and attributes.get("Type", "").endswith("/3dmodel"):
            found.append(attributes.get("Target", ""))

    if "_rels/.rels" in archive.namelist():
        _walk(archive, "_rels/.rels", start, lambda tag: None)
    path = found[0].lstrip("/") if found else "3D/3dmodel.model"
    if path not in archive.namelist():
        raise Refused("This is a ZIP archive, but no 3MF file: there is no model in it.")
    return path


def _walk(archive: zipfile.ZipFile, path: str, start: Any, end: Any) -> None:
    """Run through a member's XML piece by piece; what it really inflates to is counted."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _no_doctype
    size = 0
    try:
        with archive.open(path) as member:
            while piece := member.read(1 << 18):
                size += len(piece)
                if size > MOST_MODEL_BYTES:
                    raise Refused("The 3MF file unpacks to more than one file may hold.")
                parser.Parse(piece, False)
            parser.Parse(b"", True)
    except Refused:
        raise
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(f"The model in the 3MF file is damaged. {_AGAIN}") from error


def _no_doctype(*about: object) -> None:
    raise Refused("The 3MF file declares a document type, which no 3MF file may.")


def _parsed(archive: zipfile.ZipFile, path: str, models: dict[str, _Model]) -> _Model:
    if path in models:
        return models[path]
    model = models[path] = _Model()
    if path not in archive.namelist():
        raise Refused(f"The 3MF file names a part that is not in it. {_AGAIN}")
    reader = _Reader(model, path, sum(_triangles(m) for m in models.values()))
    _walk(archive, path, reader.start, reader.end)
    return model


def _triangles(model: _Model) -> int:
    return sum(len(one.triangles) // 3 for one in model.objects.values())


class _Reader:
    """Fills a model from the events of its XML."""

    def __init__(self, model: _Model, path: str, seen: int) -> None:
        self.model, self.path = model, path
        self.seen = seen
        self.object = _Object()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "vertex":
            self.object.vertices += (
                float(attributes["x"]),
                float(attributes["y"]),
                float(attributes["z"]),
            )
        elif name == "triangle":
            self.seen += 1
            if self.seen > MOST_TRIANGLES:
                allowed(self.seen)
            self.object.triangles += (
                int(attributes["v1"]),
                int(attributes["v2"]),
                int(attributes["v3"]),
            )
        elif name in ("object", "component", "item", "model", "beamlattice"):
            self._rare(name, attributes)

    def _rare(self, name: str, attributes: dict[str, str]) -> None:
        if name == "beamlattice":
            raise Refused("The 3MF file holds a beam lattice; export it as a solid.")
        if name == "model":
            unit = attributes.get("unit", "millimeter")
            if unit not in UNITS_MM:
                raise Refused(f"The 3MF file is in “{unit[:20]}”, a unit that we do not know.")
            self.model.scale = UNITS_MM[unit]
        elif name == "object":
            self.object = self.model.objects[attributes["id"]] = _Object()
        else:
            place = (self._key(attributes), _matrix(attributes.get("transform", "")))
            (self.object.components if name == "component" else self.model.build).append(place)

    def end(self, tag: str) -> None:
        """Nothing: an element's attributes say it all."""

    def _key(self, attributes: dict[str, str]) -> Key:
        paths = [value for key, value in attributes.items() if key.rpartition(":")[2] == "path"]
        path = posixpath.normpath(paths[0].lstrip("/")) if paths else self.path
        return path, attributes["objectid"]


def _matrix(text: str) -> Floats:
    """(4, 3): a row-major transform; a point is the row vector (x, y, z, 1)."""
    if not text:
        return np.vstack([np.eye(3), np.zeros(3)])
    return np.array([float(word) for word in text.split()]).reshape(4, 3)


def _count(
    archive: zipfile.ZipFile,
    models: dict[str, _Model],
    key: Key,
    known: dict[Key, int],
    depth: int,
) -> int:
    """How many triangles an object comes to: a few bytes of components can ask for millions."""
    if depth > DEEPEST:
        raise Refused(f"The 3MF file puts objects together more than {DEEPEST} deep.")
    if key not in known:
        one = _named(archive, models, key)
        inner = (_count(archive, models, k, known, depth + 1) for k, _ in one.components)
        known[key] = len(one.triangles) // 3 + sum(inner)
    return known[key]


def _named(archive: zipfile.ZipFile, models: dict[str, _Model], key: Key) -> _Object:
    path, number = key
    model = _parsed(archive, path, models)
    if number not in model.objects:
        raise Refused(f"The 3MF file places an object that is not in it. {_AGAIN}")
    return model.objects[number]


def _placed(
    archive: zipfile.ZipFile, models: dict[str, _Model], key: Key, place: Floats
) -> Iterator[tuple[Floats, Numbers]]:
    """The meshes of an object and of what it is put together from, moved to their place."""
    one = _named(archive, models, key)
    if one.triangles:
        yield _mesh(one, place)
    for inner, within in one.components:
        moved = np.vstack([within[:3] @ place[:3], within[3] @ place[:3] + place[3]])
        yield from _placed(archive, models, inner, moved)


def _mesh(one: _Object, place: Floats) -> tuple[Floats, Numbers]:
    points = np.array(one.vertices).reshape(-1, 3) @ place[:3] + place[3]
    faces = np.array(one.triangles, dtype=np.int64).reshape(-1, 3)
    if faces.min() < 0 or faces.max() >= len(points):
        raise Refused(f"A triangle in the 3MF file names a corner that is not there. {_AGAIN}")
    if np.linalg.det(place[:3]) < 0:
        faces = faces[:, ::-1]  # mirrored: outside stays outside
    return points, faces
