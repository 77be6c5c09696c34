"""Files to take away, read back by the readers that others use."""

from __future__ import annotations

from pathlib import Path

import lib3mf
import numpy as np
import pytest
import stl
from django.test import Client

from configurator import engine
from configurator.geometry.files import FORMATS
from configurator.processes import SOLIDS
from configurator.products import families, family


@pytest.mark.parametrize("slug", list(families()))
def test_a_strict_reader_takes_every_3mf(slug: str, tmp_path: Path) -> None:
    path = tmp_path / "part.3mf"
    path.write_bytes(engine.file(slug, {}, "3mf"))
    model = lib3mf.get_wrapper().CreateModel()
    reader = model.QueryReader("3mf")
    reader.SetStrictModeActive(True)
    reader.ReadFromFile(str(path))
    assert [reader.GetWarning(i) for i in range(reader.GetWarningCount())] == []
    assert model.GetUnit() == lib3mf.ModelUnit.MilliMeter
    kind = family(slug)
    parts = {part.name: part for part in kind.build(kind.Params(), "full")}
    items = model.GetBuildItems()
    seen = 0
    while items.MoveNext():
        item = items.GetCurrent()
        name = item.GetObjectResource().GetName()
        mesh = model.GetMeshObjectByID(item.GetObjectResourceID())
        assert mesh.IsManifoldAndOriented()
        assert mesh.GetTriangleCount() == len(parts[name].mesh.faces)
        moved = item.GetObjectTransform().Fields[3]
        assert list(moved) == pytest.approx(parts[name].at, abs=1e-3)
        corner = mesh.GetVertex(0).Coordinates
        assert list(corner) == pytest.approx(parts[name].mesh.vertices[0], abs=1e-4)
        seen += 1
    assert seen == len(parts)


@pytest.mark.parametrize("slug", list(families()))
def test_an_stl_has_the_volume_and_the_box_of_the_plate(slug: str, tmp_path: Path) -> None:
    path = tmp_path / "part.stl"
    path.write_bytes(engine.file(slug, {}, "stl"))
    read = stl.mesh.Mesh.from_file(str(path), mode=stl.Mode.BINARY)
    kind = family(slug)
    parts = kind.build(kind.Params(), "full")
    volume, _, _ = read.get_mass_properties()
    assert volume == pytest.approx(sum(part.mesh.volume_mm3 for part in parts), rel=1e-3)
    points = np.vstack([part.mesh.vertices + part.at for part in parts])
    assert read.min_ == pytest.approx(points.min(axis=0), abs=0.01)
    assert read.max_ == pytest.approx(points.max(axis=0), abs=0.01)


@pytest.mark.parametrize("extension", list(FORMATS))
def test_the_same_design_is_the_same_file(extension: str) -> None:
    slug = "finger-box" if extension in ("dxf", "svg", "step") else "enclosure"
    one = engine.file(slug, {"width_mm": 90}, extension)
    assert one == engine.file(slug, {"width_mm": 90}, extension)
    assert one != engine.file(slug, {"width_mm": 91}, extension)


@pytest.mark.django_db
@pytest.mark.parametrize("extension", SOLIDS)
def test_a_customer_takes_the_design_away_under_a_name_of_ours(
    client: Client, extension: str
) -> None:
    reply = client.get(f"/design/name-tag/file.{extension}", {"name": '"; rm -rf'})
    assert reply.status_code == 200
    said = reply["Content-Disposition"]
    assert said.startswith('attachment; filename="name-tag-')
    assert said.endswith(f'.{extension}"')
    assert "rm" not in said
    assert reply.content == engine.file("name-tag", {"name": '"; rm -rf'}, extension)


@pytest.mark.django_db
def test_a_file_we_do_not_write_or_a_value_out_of_range_is_refused_in_words(
    client: Client,
) -> None:
    wanted = {"headers": {"Accept": "application/json"}}
    unknown = client.get("/design/name-tag/file.exe", **wanted)
    assert unknown.status_code == 404
    assert "3mf, stl, glb" in unknown.json()["detail"]
    wrong = client.get("/design/name-tag/file.stl", {"width_mm": "9999"}, **wanted)
    assert wrong.status_code == 422
    assert "Width is 9999 mm" in wrong.json()["detail"]
    with pytest.raises(engine.NotFound):
        engine.file("name-tag", {}, "exe")
