"""Value added tax at the place where the goods arrive.

Source: European Commission, "VAT rates applied in the Member States" (Taxes in Europe
Database v4, standard rates in force on 2026-01-01: Estonia 24 % since July 2025, Romania 21 %
since August 2025, Finland 25.5 % since September 2024, Slovakia 23 % since January 2025).
Outside the Union: the standard VAT or GST rate of OECD "Consumption Tax Trends 2024", table
2.A2.1. A country that is not in the table is an export: no tax is charged here, and the
customer is told that their customs may ask for some.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# per mille, so that 25.5 % and 8.1 % stay whole numbers
STANDARD_PER_MILLE: Mapping[str, int] = MappingProxyType(
    {
        # the European Union
        "AT": 200, "BE": 210, "BG": 200, "CY": 190, "CZ": 210, "DE": 190, "DK": 250,
        "EE": 240, "ES": 210, "FI": 255, "FR": 200, "GR": 240, "HR": 250, "HU": 270,
        "IE": 230, "IT": 220, "LT": 210, "LU": 170, "LV": 210, "MT": 180, "NL": 210,
        "PL": 230, "PT": 230, "RO": 210, "SE": 250, "SI": 220, "SK": 230,
        # its neighbours
        "CH": 81, "GB": 200, "IS": 240, "NO": 250, "TR": 200,
        # further away
        "AU": 100, "CN": 130, "IN": 180, "JP": 100, "KR": 100, "MX": 160, "NZ": 150,
        "SG": 90, "ZA": 150,
    }
)  # fmt: skip


def tax_per_mille(country: str) -> int:
    """The standard rate of a country (ISO 3166 alpha-2) in per mille; 0 where none is known."""
    return STANDARD_PER_MILLE.get(country, 0)


def tax_label(country: str) -> str:
    """How the line reads: ``VAT 20 %``, ``VAT 25.5 %``, or that none is charged here."""
    rate = tax_per_mille(country)
    return f"VAT {rate / 10:g} %" if rate else "Tax (export: your customs may add some)"


def customs_note(country: str) -> str:
    """What a buyer must know beside the price where no tax is charged here; "" elsewhere."""
    if tax_per_mille(country):
        return ""
    return "No tax is charged here: your customs may add some when it arrives."
