"""Why a plate could not be sliced."""

from __future__ import annotations

from core.errors import OutsideFailed


class SliceFailed(OutsideFailed):
    """The slicer gave no program that may be used; ``code`` is a word to branch on.

    Codes: ``not_installed``, ``timeout``, ``crashed``, ``too_big``, ``off_bed``, ``empty``,
    ``not_solid``, ``redrawn``.
    """

    def __init__(self, code: str, sentence: str, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.code = code
