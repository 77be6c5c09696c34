"""Filaments as data: what the slicer and the estimate must know of a material."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Filament:
    """One kind of filament. Temperatures in °C, density in g/cm³, flow in mm³/s.

    ``hotend_cap_c`` and ``bed_cap_c`` are what the signed manifest allows: a program for this
    material may never ask for more.
    """

    slug: str
    name: str
    density_g_cm3: float
    hotend_c: float
    bed_c: float
    hotend_cap_c: float
    bed_cap_c: float
    max_volumetric_mm3_s: float
    fan_percent: int
    diameter_mm: float = 1.75

    def slicer_settings(self) -> dict[str, str]:
        """The PrusaSlicer settings of this material."""
        return {
            "filament_type": self.slug.upper(),
            "filament_density": f"{self.density_g_cm3:g}",
            "filament_diameter": f"{self.diameter_mm:g}",
            "temperature": f"{self.hotend_c:g}",
            "first_layer_temperature": f"{self.hotend_c + 5:g}",
            "bed_temperature": f"{self.bed_c:g}",
            "first_layer_bed_temperature": f"{self.bed_c:g}",
            "max_fan_speed": str(self.fan_percent),
            "min_fan_speed": str(self.fan_percent // 2),
        }


FILAMENTS: dict[str, Filament] = {
    f.slug: f
    for f in (
        Filament("pla", "PLA", 1.24, 215, 60, 235, 70, 15, 100),
        Filament("petg", "PETG", 1.27, 235, 80, 255, 90, 11, 50),
        Filament("asa", "ASA", 1.07, 250, 100, 270, 110, 12, 30),
        Filament("tpu", "TPU 95A", 1.21, 225, 50, 245, 60, 3.2, 60),
    )
}
"""Slug → filament; figures from the makers' data sheets."""
