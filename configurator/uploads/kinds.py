"""The kinds of file that can be brought, and what a form says of each."""

from __future__ import annotations

from dataclasses import dataclass

from configurator.blobs import Kind


@dataclass(frozen=True)
class FileKind:
    """``accept`` is what a browser's dialogue offers."""

    kind: Kind
    noun: str
    accept: str
    formats: str
    most_bytes: int

    @property
    def said(self) -> str:
        """What may be brought, as a sentence."""
        return f"{self.formats}, up to {self.most_bytes >> 20} MB."


FILE_KINDS: dict[str, FileKind] = {
    known.kind: known
    for known in (
        FileKind(
            kind="picture",
            noun="picture",
            accept="image/png,image/jpeg,image/webp",
            formats="PNG, JPEG or WebP",
            most_bytes=24 * 2**20,
        ),
        FileKind(
            kind="outline",
            noun="drawing",
            accept=".svg,image/svg+xml,image/png,image/jpeg,image/webp",
            formats="SVG, or a PNG, JPEG or WebP of a dark shape",
            most_bytes=8 * 2**20,
        ),
        FileKind(
            kind="solid",
            noun="file",
            accept=".stl,.3mf,.step,.stp,model/stl,model/3mf,model/step",
            formats="STL, 3MF or STEP",
            most_bytes=64 * 2**20,
        ),
    )
}
