"""A design as a file to take away, parts as they lie on the machine's bed.

Solids are 3MF, STL or GLB; parts of sheet are drawings, too (``geometry.drawings``).

Same design, same bytes: no clock, no name of a machine, nothing a customer typed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from configurator.geometry.brep import described
from configurator.geometry.drawings import dxf, svg
from configurator.geometry.export import glb
from configurator.geometry.mesh import Mesh
from configurator.products.base import Part

_CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
_RELS = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TYPES = (
    f'{_XML}<Types xmlns="{_RELS}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" '
    'ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>'
)
_START = (
    f'{_XML}<Relationships xmlns="{_RELS}/relationships">'
    '<Relationship Target="/3D/3dmodel.model" Id="rel0" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The least date a ZIP can hold; any clock would give other bytes each time."""


def threemf(parts: Sequence[Part]) -> bytes:
    """A 3MF package: an object and a build item per part, millimetres.

    Source: 3MF Core Specification 1.3.
    """
    objects, items = [], []
    for number, part in enumerate(parts, 1):
        objects.append(
            f'<object id="{number}" type="model" name="{part.name}"><mesh>'
            f"{_mesh_xml(part.mesh)}</mesh></object>"
        )
        x, y, z = part.at
        items.append(f'<item objectid="{number}" transform="1 0 0 0 1 0 0 0 1 {x:g} {y:g} {z:g}"/>')
    model = (
        f'{_XML}<model unit="millimeter" xml:lang="en" xmlns="{_CORE}">'
        '<metadata name="Application">Nearmade</metadata>'
        f"<resources>{''.join(objects)}</resources><build>{''.join(items)}</build></model>"
    )
    files = {"[Content_Types].xml": _TYPES, "_rels/.rels": _START, "3D/3dmodel.model": model}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, text)
    return out.getvalue()


def _mesh_xml(mesh: Mesh) -> str:
    """Vertices to a tenth of a micrometre: far below what a machine does, and short."""
    vertices = "".join(
        f'<vertex x="{x:.7g}" y="{y:.7g}" z="{z:.7g}"/>' for x, y, z in mesh.vertices.tolist()
    )
    triangles = "".join(
        f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in mesh.faces.tolist()
    )
    return f"<vertices>{vertices}</vertices><triangles>{triangles}</triangles>"


def stl(parts: Sequence[Part]) -> bytes:
    """Binary STL, all parts in one, with normals. Its header is ours: numpy-stl's has a clock."""
    from stl.mesh import Mesh as Triangles

    corners = np.concatenate([part.mesh.corners + part.at for part in parts])
    triangles = Triangles(np.zeros(len(corners), dtype=Triangles.dtype))
    triangles.vectors[:] = corners
    triangles.update_normals()
    header = b"Nearmade, millimetres".ljust(80)
    return bytes(header + np.uint32(len(corners)).tobytes() + triangles.data.tobytes())


FORMATS: Final[dict[str, Callable[[Sequence[Part]], bytes]]] = {
    "3mf": threemf,
    "stl": stl,
    "glb": glb,
    "step": described,
    "dxf": dxf,
    "svg": svg,
}
"""What writes each kind of file, by its extension; of STEP what ``step_file`` makes one of."""
