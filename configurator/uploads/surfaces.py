"""What is wrong with a stranger's triangles, and what of it can be mended.

Plain arrays in and out: points (n, 3) float64, faces (m, 3) int64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

Points = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Faults:
    """How many edges are open, run the wrong way, or have more than two faces."""

    open: int
    turned: int
    crowded: int

    @property
    def none(self) -> bool:
        return not (self.open or self.turned or self.crowded)


def welded(corners: Points, within: float = 0.0) -> tuple[Points, Faces]:
    """Corners (m, 3, 3) as shared points: equal ones are one, or those that near."""
    flat = corners.reshape(-1, 3)
    key = np.round(flat / within).astype(np.int64) if within else flat + 0.0  # −0 is 0
    _, first, number = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return flat[first], number.reshape(-1, 3).astype(np.int64)


def without_slivers(points: Points, faces: Faces) -> Faces:
    """Faces that have three corners and an area; the others hold nothing."""
    a, b, c = faces.T
    distinct: Faces = faces[(a != b) & (b != c) & (c != a)]
    return distinct


def single(faces: Faces) -> tuple[Faces, int]:
    """Each triangle once, and how many were doubled. Two that face each other both go."""
    ordered = np.sort(faces, axis=1)
    _, first, number, count = np.unique(
        ordered, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    if count.max(initial=1) == 1:
        return faces, 0
    sign = _sign(faces, ordered)
    balance = np.bincount(number.ravel(), weights=sign, minlength=len(first))
    keep = first[(count == 1) | (balance != 0)]
    return faces[np.sort(keep)], len(faces) - len(keep)


def _sign(faces: Faces, ordered: Faces) -> Points:
    """1 where a face runs through its corners in rising order, −1 where it runs back."""
    rolled = [np.roll(ordered, k, axis=1) for k in range(3)]
    forward = np.any([np.all(faces == r, axis=1) for r in rolled], axis=0)
    return np.where(forward, 1.0, -1.0)


def faults(faces: Faces, count: int) -> Faults:
    """What keeps the surface from being closed, oriented and 2-manifold."""
    start, end = faces.ravel(), faces[:, [1, 2, 0]].ravel()
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, number, uses = np.unique(low * count + high, return_inverse=True, return_counts=True)
    forward = np.bincount(number, weights=start < end, minlength=len(uses))
    return Faults(
        open=int((uses == 1).sum()),
        turned=int(((uses == 2) & (forward != 1)).sum()),
        crowded=int((uses > 2).sum()),
    )


def bodies(faces: Faces) -> tuple[int, npt.NDArray[np.int32]]:
    """How many pieces share no point, and the piece (m,) of each face."""
    used, corner = np.unique(faces, return_inverse=True)
    corner = corner.reshape(-1, 3)
    one, other = corner[:, [0, 1]].ravel(), corner[:, [1, 2]].ravel()
    links = coo_matrix((np.ones(len(one), bool), (one, other)), (len(used),) * 2)
    count, labels = connected_components(links, directed=False)
    return int(count), labels[corner[:, 0]]


def volume(points: Points, faces: Faces) -> float:
    """Signed volume; positive when the faces are wound outwards."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def turned_alike(points: Points, faces: Faces) -> tuple[Faces, int]:
    """The faces wound alike across every edge of two, and how many were turned for it.

    Most of each piece stays as it was. A piece whose volume comes out negative while nothing
    surrounds it is turned as a whole.
    """
    flip = _parity(faces)
    count, piece = bodies(faces)
    share = np.bincount(piece, weights=flip, minlength=count) / np.bincount(piece, minlength=count)
    flip ^= share[piece] > 0.5
    alike = np.where(flip[:, None], faces[:, ::-1], faces)
    for number in range(count):
        of_piece = piece == number
        if volume(points, alike[of_piece]) < 0 and not _inside_another(
            points, alike, piece, number
        ):
            alike[of_piece] = alike[of_piece][:, ::-1]
            flip[of_piece] ^= True
    return alike, int(flip.sum())


def _parity(faces: Faces) -> npt.NDArray[np.bool_]:
    """(m,): whether a face runs against the first of its piece, along a tree of neighbours."""
    start, end = faces.ravel(), faces[:, [1, 2, 0]].ravel()
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((high, low))
    same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    one, other = order[:-1][same], order[1:][same]
    against = (start[one] == start[other]).astype(np.int8)
    of_one, of_other = one // 3, other // 3
    count = len(faces)
    links = coo_matrix((np.full(len(one), 1, np.int8), (of_one, of_other)), (count, count)).tocsr()
    differs = dict(
        zip(zip(of_one.tolist(), of_other.tolist(), strict=True), against.tolist(), strict=True)
    )
    flip = np.zeros(count, dtype=bool)
    total, label = connected_components(links, directed=False)
    for piece in range(total):
        root = int(np.argmax(label == piece))
        reached, before = breadth_first_order(links, root, directed=False)
        for face in reached[1:].tolist():
            parent = int(before[face])
            turn = differs.get((parent, face), differs.get((face, parent), 0))
            flip[face] = flip[parent] ^ bool(turn)
    return flip


def _inside_another(
    points: Points, faces: Faces, piece: npt.NDArray[np.int32], number: int
) -> bool:
    """Whether a piece's box lies within another's: a hollow, which is wound inwards.

    One with open edges may reach as far as the other: the bore of a pipe without its ends.
    """
    own = faces[piece == number]
    low, high = _box(points, own)
    reaches = faults(own, len(points)).open > 0
    for other in range(int(piece.max()) + 1):
        if other == number:
            continue
        other_low, other_high = _box(points, faces[piece == other])
        if (other_low < low).all() and (high < other_high).all():
            return True
        within = (other_low <= low).all() and (high <= other_high).all()
        if reaches and within and (high - low < other_high - other_low).sum() >= 2:
            return True
    return False


def _box(points: Points, faces: Faces) -> tuple[Points, Points]:
    used = points[faces.ravel()]
    return used.min(axis=0), used.max(axis=0)
