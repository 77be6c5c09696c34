"""Files made to break a reader: bombs, lies, loops, numbers that are none."""

import io
import math
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image, ImageDraw

from configurator.uploads import sandbox, threemf

BOX = trimesh.creation.box((10, 20, 30))
BALL = trimesh.creation.icosphere(3, 10)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'


def as_stl(mesh):
    return mesh.export(file_type="stl")


def archive(model, **others):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("3D/3dmodel.model", model)
        for name, text in others.items():
            file.writestr(name, text)
    return out.getvalue()


TETRA = threemf.sample()
with zipfile.ZipFile(io.BytesIO(TETRA)) as _zip:
    MODEL = _zip.read("3D/3dmodel.model").decode()


def nested(depth, copies):
    """Objects of components of components: a few bytes that ask for copies ** depth tetrahedra."""
    objects = "".join(
        f'<object id="{n}"><components>' + f'<component objectid="{n - 1}"/>' * copies
        + "</components></object>"
        for n in range(2, depth + 2)
    )  # fmt: skip
    return archive(
        MODEL.replace("</resources>", f"{objects}</resources>").replace(
            '<item objectid="1"/>', f'<item objectid="{depth + 1}"/>'
        )
    )


def bare(count, body=b""):
    return b"\0" * 80 + struct.pack("<I", count) + body


def bomb():
    """Half a megabyte that unpacks to half a gigabyte."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("3D/3dmodel.model", "w") as model,
    ):
        for _ in range(512):
            model.write(b" " * 2**20)
    return out.getvalue()


NAN = np.array(BOX.triangles, dtype=np.float32)
NAN[3, 1, 2] = np.nan


def raw(corners):
    record = np.zeros(len(corners), dtype=[("n", "<f4", 3), ("c", "<f4", (3, 3)), ("a", "<u2")])
    record["c"] = corners
    return bare(len(corners), record.tobytes())


SOLIDS = {
    "nothing": (b"", "none of the solids"),
    "text": (b"hello", "none of the solids"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "none of the solids"),
    "an OBJ": (b"v 0 0 0\nv 1 0 0\nf 1 2 3\n", "none of the solids"),
    "a glTF": (b"glTF\x02\0\0\0" + b"\0" * 90, "none of the solids"),
    "no triangle": (bare(0), "no triangle"),
    "cut short": (as_stl(BALL)[:-300], "cut short or damaged"),
    "cut short ASCII": (BALL.export(file_type="stl_ascii").encode()[:-300], "cut short"),
    "words": (b"solid x\nfacet normal 0 0 0\nouter loop\n" + b"vertex a b c\n" * 3
              + b"endloop\nendfacet\nendsolid", "no number"),
    "solid, then nothing": (b"solid x\nendsolid x\n" + b" " * 90, "cut short|no triangle"),
    "NaN": (raw(NAN), "lies nowhere"),
    "infinite": (raw(np.where(np.isnan(NAN), np.inf, NAN)), "lies nowhere"),
    "far out": (raw(BOX.triangles + 1e9), "no size to be made"),
    "points": (raw(np.ones((4, 3, 3))), "points or lines"),
    "a sheet": (raw(BOX.triangles * [1, 1, 0]), "sheet without thickness"),
    "too many": (bare(600_000, b"\0" * 50 * 600_000), "500,000 can be worked with"),
    "no ZIP": (b"PK\x03\x04" + b"\0" * 90, "archive of the 3MF file is damaged"),
    "a ZIP of nothing": (archive("").replace(b"3D/3dmodel", b"3D/4dmodel"), "no model in it"),
    "no XML": (archive("this is no model"), "model in the 3MF file is damaged"),
    "entities": (archive('<!DOCTYPE a [<!ENTITY b "c">]>' + MODEL), "document type"),
    "builds nothing": (archive(MODEL.replace('<item objectid="1"/>', "")), "builds nothing"),
    "another object": (archive(MODEL.replace('objectid="1"', 'objectid="7"')), "not in it"),
    "a corner too many": (archive(MODEL.replace('v3="1"', 'v3="9"')), "corner that is not there"),
    "a corner below": (archive(MODEL.replace('v3="1"', 'v3="-1"')), "corner that is not there"),
    "another unit": (archive(MODEL.replace("inch", "parsec")), "parsec"),
    "beams": (archive(MODEL.replace("</mesh>", "<beamlattice/></mesh>")), "beam lattice"),
    "a thousand million copies": (nested(6, 32), "500,000 can be worked with"),
    "deep": (nested(40, 1), "more than 16 deep"),
    "round in circles": (archive(MODEL.replace(
        "</resources>", '<object id="2"><components><component objectid="2"/></components></object>'
        "</resources>").replace('<item objectid="1"/>', '<item objectid="2"/>')), "16 deep"),
    "a bomb": (bomb, "unpacks to more|more time or memory"),
    "no matrix": (archive(MODEL.replace(
        '<item objectid="1"/>', '<item objectid="1" transform="1 2 3"/>')), "."),
    "nowhere in the matrix": (archive(MODEL.replace(
        '<item objectid="1"/>', f'<item objectid="1" transform="nan {"0 " * 11}"/>')), "."),
}  # fmt: skip


def silhouette(dark=20, light=240, noise=0):
    picture = Image.new("L", (300, 200), light)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((50, 50, 250, 150), fill=dark)
    draw.rectangle((130, 80, 170, 120), fill=light)
    if noise:
        grain = np.random.default_rng(1).normal(0, noise, (200, 300))
        picture = Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


DEEP = HEAD + "<g>" * 5000 + '<rect width="9" height="9"/>' + "</g>" * 5000 + "</svg>"
MANY = HEAD + '<path d="M0 0L9 9"/>' * 50_000 + "</svg>"
SPIKES = "M" + " ".join(
    f"{(40 + 9 * (i % 2)) * math.cos(i / 3400):.4f} {(40 + 9 * (i % 2)) * math.sin(i / 3400):.4f}"
    for i in range(21_000)
)


FAR_APART = (
    f'{HEAD}<g transform="rotate(9)"><path d="M0 -1 {"9" * 40}0 1 30 9Q4 5 8 9z"/></g></svg>'
)
OUTLINES = {
    "nothing": (b"", "no SVG drawing"),
    "a page": (b"<html><body>hello", "no SVG drawing"),
    "empty": ((HEAD + "</svg>").encode(), "no closed shape"),
    "cut short": ((HEAD + "<rect width='9' ").encode(), "damaged"),
    "a dash": ((HEAD + '<path d="M0 0L9 9"/></svg>').encode(), "no closed shape"),
    "laughing": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD.encode() + b"&a;</svg>", "entities"),
    "many": (MANY.encode(), "elements"),
    "fine": (f'{HEAD}<path d="{SPIKES}"/></svg>'.encode(), "points"),
    "huge": ((HEAD + '<rect width="1e308" height="1e308"/></svg>').encode(), "."),
    "far apart": (FAR_APART.encode(), "no closed"),
    "no number": ((HEAD + '<path d="M0 0LNaN 9L9 9Z"/></svg>').encode(), "."),
    "another root": (b'<a><svg xmlns="http://www.w3.org/2000/svg"/></a>', "damaged"),
    "grey": (silhouette(128, 128), "all of one shade|no closed shape"),
}


def saved(picture, kind="PNG", **how):
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def ramp(width=64, height=48):
    return Image.fromarray(np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1)))


def picture_bomb(side=12_000):
    """A PNG of side × side white pixels in a few kilobytes."""
    row = b"\0" + b"\xff" * side
    pack = zlib.compressobj(9)
    body = b"".join(pack.compress(row) for _ in range(side)) + pack.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


PICTURES = {
    "nothing": (b"", "no picture that we can read"),
    "a solid": (b"solid cube\nfacet normal", "no picture that we can read"),
    "BMP": (saved(ramp().convert("RGB"), "BMP"), "Choose a PNG, JPEG or WebP"),
    "cut short": (saved(ramp(300, 300))[:-400], "damaged"),
    "tiny": (saved(ramp(8, 8)), "needs 16 each way"),
    "a strip": (saved(ramp(400, 20)), "strip of 400 × 20"),
    "a bomb": (picture_bomb, "at most 64 million"),
}

CRAFTED = {"picture": PICTURES, "outline": OUTLINES, "solid": SOLIDS}
"""Kind to name to (bytes, or how to make them; what the refusal says)."""


def crafted(kind, name):
    """The bytes, and what the refusal says."""
    data, said = CRAFTED[kind][name]
    return (data() if callable(data) else data), said


_STEP = """
import sys
from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox, BRepPrimAPI_MakeCylinder
from OCP.Interface import Interface_Static
from OCP.STEPControl import STEPControl_StepModelType, STEPControl_Writer
from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt
box = BRepPrimAPI_MakeBox(gp_Pnt(5, 5, 5), 60, 40, 10).Shape()
if "hole" in sys.argv:
    axis = gp_Ax2(gp_Pnt(35, 25, 0), gp_Dir(0, 0, 1))
    box = BRepAlgoAPI_Cut(box, BRepPrimAPI_MakeCylinder(axis, 12, 30).Shape()).Shape()
writer = STEPControl_Writer()
if "inch" in sys.argv:
    Interface_Static.SetCVal_s("write.step.unit", "INCH")
writer.Transfer(box, STEPControl_StepModelType.STEPControl_AsIs)
if "two" in sys.argv:
    other = BRepPrimAPI_MakeBox(gp_Pnt(100, 5, 5), 10, 10, 10).Shape()
    writer.Transfer(other, STEPControl_StepModelType.STEPControl_AsIs)
writer.Write(sys.argv[1])
"""


def step_file(folder: Path, *how: str) -> bytes:
    """A box as OpenCASCADE writes it; ``how``: with a ``hole``, in ``inch``, ``two`` of them."""
    path = folder / f"{'-'.join(how) or 'box'}.step"
    if not path.exists():
        python = [str(sandbox.STEP_PYTHON), "-c", _STEP]
        subprocess.run([*python, str(path), *how], check=True, capture_output=True)
    return path.read_bytes()
