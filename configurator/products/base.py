"""The contract of a product family: parameters declared once, and a solid built from them.

A family is one file: a ``Params`` class whose fields are made by ``number``, ``text``, ``choice``
and ``flag``, and a ``Family`` that turns it into parts. Form, JSON Schema, URL, random samples
and corners are derived in ``products.fields``. Nothing here or at the top of a family imports a
geometry library, so that a web process can make forms without paying for one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

if TYPE_CHECKING:
    from configurator.dfm.base import Finding
    from configurator.geometry.mesh import Floats, Mesh
    from configurator.geometry.milled import Pocket
    from configurator.geometry.sheet import Outline
    from configurator.materials import Material

Quality = Literal["draft", "full"]
Vector = tuple[float, float, float]
Process = Literal["fdm", "laser", "cnc"]
"""How a part is made. What each process asks and checks: ``configurator.processes``."""
MAIN = "main"
"""The role of what is made of the material that the customer chooses."""


class BaseParams(BaseModel):
    """Parameters of a design: frozen, nothing unknown, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def number(
    label: str,
    default: float,
    *,
    ge: float,
    le: float,
    step: float,
    unit: str = "",
    help: str = "",
    group: str = "",
    whole: bool = False,
) -> Any:
    """A number between ``ge`` and ``le``; ``step`` sets the slider and the decimals kept.

    ``whole`` says it is a count (annotate the field ``int``).
    """
    extra: JsonDict = {"kind": "number", "unit": unit, "step": step, "group": group, "whole": whole}
    return Field(
        default, ge=ge, le=le, title=label, description=help, json_schema_extra={"x-form": extra}
    )


def thickness(
    label: str, default: float, *, ge: float, le: float, help: str = "", group: str = ""
) -> Any:
    """The thickness (mm) of the sheet or board that is chosen: a form offers those that workshops
    stock of the material, in place of a slider."""
    extra: JsonDict = {"kind": "number", "unit": "mm", "step": 1, "group": group, "stocked": True}
    return Field(
        default, ge=ge, le=le, title=label, description=help, json_schema_extra={"x-form": extra}
    )


def text(label: str, default: str, *, max_length: int, help: str = "", group: str = "") -> Any:
    """One line of text of at most ``max_length`` characters."""
    extra: JsonDict = {"kind": "text", "group": group}
    return Field(
        default,
        max_length=max_length,
        title=label,
        description=help,
        json_schema_extra={"x-form": extra},
    )


def choice(
    label: str,
    default: str,
    choices: Mapping[str, str],
    *,
    help: str = "",
    group: str = "",
    samples: str = "",
) -> Any:
    """One of ``choices`` (value to label); annotate the field with the ``Literal`` of its keys.

    ``samples`` is a static SVG file with a symbol for each value, shown in place of its label.
    """
    extra: JsonDict = {
        "kind": "choice",
        "group": group,
        "choices": dict(choices),
        "samples": samples,
    }
    return Field(default, title=label, description=help, json_schema_extra={"x-form": extra})


def flag(label: str, default: bool, *, help: str = "", group: str = "") -> Any:
    """Yes or no."""
    extra: JsonDict = {"kind": "flag", "group": group}
    return Field(default, title=label, description=help, json_schema_extra={"x-form": extra})


def upload(
    label: str,
    default: str,
    *,
    accept: Literal["picture", "outline", "solid"],
    ours: Mapping[str, str],
    sets: Mapping[str, str] | None = None,
    help: str = "",
    group: str = "",
) -> Any:
    """A file that the customer brings, as the name of its blob (``configurator.blobs``).

    ``ours`` are those that come with the family (name to label); "" among them means none.
    ``sets`` are choices that a form takes along when a file is brought. Annotate the field ``str``.
    """
    extra: JsonDict = {
        "kind": "upload",
        "group": group,
        "accept": accept,
        "choices": dict(ours),
        "sets": dict(sets or {}),
    }
    return Field(
        default,
        pattern=f"^({'|'.join(ours)}|[0-9a-f]{{64}})$",
        title=label,
        description=help,
        json_schema_extra={"x-form": extra},
    )


@dataclass(frozen=True)
class SecondColour:
    """A band of heights (mm) that is printed in another colour of the same material: the machine
    stops where it begins, and where it ends below the top, for somebody to change the spool.

    ``colour`` is its slug, ``shade`` the same as #rrggbb.
    """

    colour: str
    shade: str
    low_mm: float
    high_mm: float


@dataclass(frozen=True, eq=False)
class Part:
    """One body of a design, in the orientation it is printed in.

    ``mesh`` stands on the bed (z ≥ 0), centred on the z axis. ``at`` moves it (mm) so that the
    parts of a design lie side by side on a plate. ``home`` is its place in the assembled product:
    (move x, y, z, and whether it is turned over about the x axis first). ``detail_z_mm`` is the
    band of heights that holds letters or relief, judged by the finer of the material's two wall
    limits; ``detail_sunk`` says that it is cut into the face and does not stand on it.
    ``walls_declared``: the family's formula knows the thinnest wall and its rules say it, so no
    ray has to look for it. ``bodies`` are how many pieces that do not touch are meant.
    ``glow`` (n,) is the share of a lamp's light that comes through at each vertex, for a part that
    is looked at against the light. ``second_colour`` is what is printed in another one.

    ``process`` makes it, of the material of its ``role`` (``Family.stuff``). ``outline`` is what a
    sheet part is cut along, in the plane that it lies in: the mesh is that outline, made thick,
    less the ``pockets`` that a milled part has from above.
    ``tilt_deg`` turns the part about x, then y, then z before ``home`` moves it.
    """

    name: str
    mesh: Mesh
    at: Vector = (0.0, 0.0, 0.0)
    home: tuple[float, float, float, bool] = (0.0, 0.0, 0.0, False)
    detail_z_mm: tuple[float, float] | None = None
    detail_sunk: bool = False
    walls_declared: bool = False
    bodies: int = 1
    glow: Floats | None = None
    second_colour: SecondColour | None = None
    process: Process = "fdm"
    role: str = MAIN
    outline: Outline | None = None
    pockets: tuple[Pocket, ...] = ()
    tilt_deg: Vector = (0.0, 0.0, 0.0)

    @property
    def changes_mm(self) -> tuple[float, ...]:
        """The heights at which the spool is changed while it is printed, the lowest first."""
        if self.second_colour is None:
            return ()
        top = float(self.mesh.high[2])
        return tuple(
            z for z in (self.second_colour.low_mm, self.second_colour.high_mm) if z < top - 1e-6
        )


@dataclass(frozen=True)
class Preset:
    """A named starting point: parameters that differ from the defaults, and a colour slug."""

    name: str
    params: Mapping[str, object]
    colour: str


class Family(ABC):
    """A kind of product: what can be changed, and how it becomes solid."""

    slug: ClassVar[str]
    version: ClassVar[int]
    """Raised whenever the same parameters would give another shape."""
    name: ClassVar[str]
    noun: ClassVar[str]
    """Its name within a sentence, after "your": by itself the name in small letters."""
    summary: ClassVar[str]
    process: ClassVar[Process] = "fdm"
    materials: ClassVar[tuple[str, ...]]
    """Slugs, the usual one first."""
    other_materials: ClassVar[Mapping[str, str]] = {}
    """Role to slug, for parts of a material that is not the customer's to choose."""
    other_colours: ClassVar[Mapping[str, str]] = {}
    """Role to colour slug, where it is not simply the material's first colour."""
    Params: ClassVar[type[BaseParams]]
    prismatic: ClassVar[bool] = False
    """Made of few planes and walls, so that a STEP file of it is of use."""
    presets: ClassVar[tuple[Preset, ...]]
    fitted: ClassVar[str] = ""
    """Parameters that fit it to a wrist, a phone, a screw, another part, with blanks between: what
    a suggestion leaves as it is until the customer says otherwise."""
    idle: ClassVar[Mapping[str, Mapping[str, tuple[object, ...]]]] = {}
    """Parameter to others, each with the values at which the first changes nothing: a form does
    not ask for the width of a hole that is not there."""
    wall_field: ClassVar[str | None] = None
    """The parameter that thickens what the wall check finds too thin."""
    web_field: ClassVar[str | None] = None
    """The parameter that widens what the check of webs between cuts finds too narrow."""
    scale_field: ClassVar[str | None] = None
    """The parameter, in per cent, that makes the whole of it larger or smaller alike."""
    dark_note: ClassVar[str] = ""
    """What is said of a dark colour, where one does not serve."""
    view_deg: ClassVar[tuple[float, float]] = (30.0, 24.0)
    """Where a picture is taken from: turn about z, and height above the horizon."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__ and "noun" not in cls.__dict__:
            cls.noun = cls.name.lower()

    @abstractmethod
    def build(self, params: Any, quality: Quality) -> tuple[Part, ...]:
        """The parts of a design. Any valid parameters give closed solids; same in, same out."""

    def scene(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts as a picture shows them; their ``home`` places them."""
        return parts

    @abstractmethod
    def declared_box(self, params: Any) -> dict[str, Vector]:
        """The size (mm) each part, by name, never exceeds."""

    @abstractmethod
    def rules(self, params: Any, material: Any) -> tuple[Finding, ...]:
        """What the parameters alone tell: limits of the material, and what was mended.

        ``material`` is a ``Filament`` or a ``Sheet``, by the family's process.
        """

    def cured(self, params: Any, finding: Finding, material: Any) -> Finding:
        """A finding of the checks of record with the one value that cures it, looked for by drawing
        the design anew; as it is where it has one that does, or there is none."""
        return finding

    def facts(self, params: Any, parts: tuple[Part, ...]) -> tuple[str, ...]:
        """What the parameters decide and no size tells, in a few words each: "47 pieces"."""
        return ()

    @property
    def cures(self) -> bool:
        """Whether it looks for such values at all."""
        return type(self).cured is not Family.cured

    def stuff(self, role: str, chosen: Material) -> Material:
        """What the parts of a role are made of, when the customer chose ``chosen``."""
        from configurator.materials import material

        return chosen if role == MAIN else material(self.other_materials[role])

    def colour(self, role: str, stuff: Material, chosen: str) -> str:
        """The colour slug of the parts of a role, when the customer chose ``chosen``."""
        if role == MAIN:
            return chosen
        return self.other_colours.get(role, stuff.colours[0].slug)

    @property
    def worn(self) -> dict[str, tuple[str, str]]:
        """Role to (material slug, colour as #rrggbb), for parts that are not the customer's choice
        of either."""
        from configurator.materials import material

        found = {}
        for role, slug in self.other_materials.items():
            stuff = material(slug)
            wanted = self.colour(role, stuff, "")
            shade = next(colour.hex for colour in stuff.colours if colour.slug == wanted)
            found[role] = (slug, shade)
        return found

    @property
    def cure_fields(self) -> dict[str, str]:
        """By check: the parameter that adds what is missing."""
        named = {"walls": self.wall_field, "bridges": self.web_field}
        return {check: name for check, name in named.items() if name is not None}

    @property
    def processes(self) -> frozenset[str]:
        """Every process that its parts may need."""
        from configurator.materials import material

        others = (material(slug).process for slug in self.other_materials.values())
        return frozenset({self.process, *others})

    def processes_of(self, params: Any) -> frozenset[str]:
        """Those that the parts of this design do need."""
        return self.processes
