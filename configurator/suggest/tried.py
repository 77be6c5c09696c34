"""One design of a search, tried: what it costs, weighs, bears, and whether it can be made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from configurator import engine
from configurator.dfm.base import LEVELS, Finding
from configurator.dfm.fit import fit
from configurator.engine import Evaluation, PartMeasure, Volume
from configurator.materials import Material
from configurator.materials import material as material_of
from configurator.products import family
from configurator.products.base import Part
from configurator.suggest.stiffness import stiffness_mm
from core.errors import NearmadeError

IMPOSSIBLE = len(LEVELS)


@dataclass(frozen=True)
class Cost:
    """What one piece costs to make, before tax and delivery, and what it weighs."""

    cents: int
    grams: float


Price = Callable[[str, Sequence[PartMeasure], Material], Cost]
"""From a family's slug, the measures of a design's parts and its material to what it costs."""


@dataclass(frozen=True)
class Tried:
    """``level`` is 0 (nothing to say), 1 mended, 2 may be weak, 3 cannot be made."""

    key: str
    params: dict[str, Any]
    cents: int
    grams: float
    stiffness_mm: float
    level: int

    @property
    def objectives(self) -> tuple[float, float, float]:
        """What is made as small as can be: cents, grams, flexibility (1/mm)."""
        return (float(self.cents), self.grams, 1 / max(self.stiffness_mm, 1e-9))


@dataclass(frozen=True)
class Maker:
    """Tries designs of one family in one material on the machines there are."""

    slug: str
    material: str
    price: Price
    machines: tuple[Volume, ...] = ()

    def draft(self, params: dict[str, Any]) -> Tried | None:
        """Some milliseconds: coarse geometry, quick checks.

        None where nothing can be built, or no price be found: what no machine can make (a sheet
        of a thickness that nobody stocks) takes for ever.
        """
        try:
            trial = engine.trial(self.slug, params, self.material)
        except NearmadeError:
            return None
        findings = (*trial.findings, *self._unfit(trial.parts))
        stuff = material_of(self.material)
        try:
            cost = self.price(
                self.slug, engine.measures(trial.parts, stuff, family(self.slug)), stuff
            )
        except ArithmeticError:
            return None
        stiff = stiffness_mm(trial.parts)
        return Tried(trial.key, trial.params, cost.cents, cost.grams, stiff, level_of(findings))

    def _unfit(self, parts: Sequence[Part]) -> tuple[Finding, ...]:
        """What no machine of its process holds; the cure is not asked for."""
        return tuple(
            finding
            for part in parts
            for able in [[m for m in self.machines if m.process == part.process]]
            for finding in fit({part.name: part.mesh.size_mm}, able, lambda machine: None)
        )

    def full(self, tried: Tried) -> tuple[Tried, Evaluation]:
        """All checks at full resolution: what is shown has been through this."""
        found = engine.evaluate(self.slug, tried.params, self.material, self.machines)
        cost = self.price(self.slug, found.parts, material_of(self.material))
        level, stiff = level_of(found.findings), tried.stiffness_mm
        return Tried(found.key, found.params, cost.cents, cost.grams, stiff, level), found


def level_of(findings: Sequence[Finding]) -> int:
    """The gravest level as a number, 0 where there is nothing to say."""
    return max((LEVELS.index(finding.level) + 1 for finding in findings), default=0)
