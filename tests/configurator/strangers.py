"""Files from strangers, as these tests bring them: read, kept, and made into a design."""

import tempfile
from functools import cache

import lib3mf
import numpy as np

from configurator import blobs, engine
from configurator.uploads import sandbox
from configurator.uploads.readers import READERS, Refused
from core.errors import BadInput
from tests.configurator.crafted import BOX


@cache
def reader():
    return READERS["solid"]()


def read(data):
    """As the sandboxed process reads it, without the process: those tests stand further down."""
    try:
        blob = reader()(data)
    except Refused as error:
        raise BadInput(str(error)) from error
    return blobs.packed(blob), blob


def read_in_sandbox(data):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        return sandbox.read("solid", file)


def kept(data):
    return blobs.keep(read(data)[0])


def made(data, **params):
    """The design of a file, evaluated: (its only part's measures, findings by check)."""
    result = engine.evaluate("own-file", {"file": kept(data), "way": "as_is", **params}, "pla")
    return result, {f.check: f for f in result.findings}


def by_lib3mf(unit, place=None, parts=1):
    """A file that the reference implementation writes: boxes within boxes of components."""
    wrapper = lib3mf.get_wrapper()
    model = wrapper.CreateModel()
    model.SetUnit(unit)
    mesh = model.AddMeshObject()
    mesh.SetGeometry(
        [lib3mf.Position((lib3mf.ctypes.c_float * 3)(*map(float, v))) for v in BOX.vertices],
        [lib3mf.Triangle((lib3mf.ctypes.c_uint32 * 3)(*map(int, f))) for f in BOX.faces],
    )
    holder = model.AddComponentsObject()
    for number in range(parts):
        at = wrapper.GetTranslationTransform(40.0 * number, 0, 0)
        holder.AddComponent(mesh, at)
    outer = model.AddComponentsObject()
    outer.AddComponent(holder, wrapper.GetTranslationTransform(5, 0, 0))
    model.AddBuildItem(outer, place or wrapper.GetIdentityTransform())
    return bytes(model.QueryWriter("3mf").WriteToBuffer())


def without(mesh, chosen):
    less = mesh.copy()
    keep = np.ones(len(mesh.faces), bool)
    keep[chosen] = False
    less.update_faces(keep)
    return less
