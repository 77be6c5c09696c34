"""How much CO₂e a part causes, in grams: material, electricity, transport.

Factors, rounded, with their sources (cradle to gate, warming potential over 100 years):
- PLA 2.5 kg/kg: 0.62 net plus the 1.83 that the plants took up, which is not credited here
  because it comes back when the part rots or burns (Vink and Davies, Industrial Biotechnology
  11(3), 2015). PETG 2.5: PET 2.19 (CPME eco-profile 2017) plus compounding and spooling.
  A material without a figure of its own counts as 3.4 (ABS, PlasticsEurope 2015, plus the same).
- Plywood 0.9 and MDF-like boards less (EPDs of European makers, without credit for the carbon in
  the wood); cast acrylic 6.0 (PMMA eco-profile, PlasticsEurope 2013: about 3.8 for the granulate,
  and casting, estimated). Sheets count with their waste.
- Planed, kiln-dried hardwood 0.5 to 0.6 (EPDs of European sawmills, carbon in the wood not
  credited; walnut comes from further); aluminium sheet 8.2 (European Aluminium's environmental
  profile 2018: 6.7 for primary ingot, and rolling), brass 4.5 (half recycled,
  estimated). With waste.
- Electricity: 0.1 kW while printing, 1.0 kW while cutting (a CO₂ tube with its cooling and
  extraction, estimated), 1.8 kW while milling (spindle and extraction, estimated), at the world's
  mean of 0.473 kg/kWh (Ember, Global Electricity Review 2025).
- A parcel by van 0.60 kg per tonne-km up to 300 km, by lorry 0.11 beyond (UK Government GHG
  conversion factors 2024, freighting goods).
Each is uncertain by about a third, so the figure is shown with two digits at most.
"""

from __future__ import annotations

from dataclasses import dataclass

MATERIAL_KG_PER_KG = {
    "pla": 2.5, "petg": 2.5, "birch": 0.9, "poplar": 0.9, "acrylic": 6.0, "oak": 0.5, "walnut": 0.6,
    "beech": 0.5, "aluminium": 8.2, "brass": 4.5, "acrylic-plate": 6.0,
}  # fmt: skip
UNKNOWN_MATERIAL_KG_PER_KG = 3.4
POWER_KW = {"fdm": 0.1, "laser": 1.0, "cnc": 1.8}
GRID_KG_PER_KWH = 0.473
VAN_KG_PER_TONNE_KM = 0.60
LORRY_KG_PER_TONNE_KM = 0.11
VAN_KM = 300.0
PACKAGING_G = 100.0


@dataclass(frozen=True)
class Footprint:
    """Grams of CO₂e for the whole quantity."""

    material_g: int
    machine_g: int
    transport_g: int

    @property
    def total_g(self) -> int:
        return self.material_g + self.machine_g + self.transport_g


def footprint(
    material: str,
    grams: float,
    machine_s: float,
    distance_km: float,
    process: str = "fdm",
    packaging_g: float = PACKAGING_G,
) -> Footprint:
    """CO₂e of making ``grams`` of ``material`` in ``machine_s`` and sending it ``distance_km``.

    ``packaging_g`` is 0 for what travels in a parcel that is counted already.
    """
    per_kg = MATERIAL_KG_PER_KG.get(material, UNKNOWN_MATERIAL_KG_PER_KG)
    tonnes = (grams + packaging_g) / 1e6
    van_km, lorry_km = min(distance_km, VAN_KM), max(0.0, distance_km - VAN_KM)
    transport_kg = tonnes * (van_km * VAN_KG_PER_TONNE_KM + lorry_km * LORRY_KG_PER_TONNE_KM)
    return Footprint(
        material_g=round(grams * per_kg),
        machine_g=round(machine_s / 3600 * POWER_KW[process] * GRID_KG_PER_KWH * 1000),
        transport_g=round(transport_kg * 1000),
    )
