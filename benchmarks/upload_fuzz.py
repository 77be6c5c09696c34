"""Mutated and crafted files against the readers of uploads: crashes, memory, time, silent loss.

    python benchmarks/upload_fuzz.py [--quick] [--count N] [--corpus DIR] [--seed S]

Each file is read in a process of its own, forked from one in which the reader is loaded, under the
very limits of production (``configurator.uploads.child``). A *crash* is an end by a signal that the
limits do not send, or without an answer. Memory and time are the process's own (peak resident,
CPU). *Silent loss* is a solid that is taken while its triangles or its volume are not those that
an independent reader finds in the same bytes: a plain record reader for binary STL, trimesh for
ASCII, lib3mf for 3MF; of STEP, where OpenCASCADE's own integral over what it read, or the number
of solids in the text, says otherwise. ``--corpus`` adds files to the seeds that are mutated.
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import logging
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import lib3mf
import numpy as np
import trimesh

from benchmarks.report import headline, last_line, table
from configurator import blobs
from configurator.blobs import Blob
from configurator.uploads import child, sandbox
from configurator.uploads.readers import READERS, Reader
from tests.configurator import crafted

MOST_MB, MOST_S = 2048, 20
COUNT, QUICK_COUNT = 10_000, 300
KINDS = {".stl": "solid", ".3mf": "solid", ".svg": "outline"}


@dataclass(frozen=True)
class End:
    """How one reading ended: the answer, whether it crashed, peak megabytes, CPU seconds."""

    answer: bytes
    crashed: str
    peak_mb: float
    cpu_s: float
    over: str


def read_apart(reader: Reader, data: bytes) -> End:
    """One file in a forked process under the limits of production."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(out)
        _inside(reader, data, into)
    os.close(into)
    until = time.monotonic() + sandbox.WALL_S
    answer = sandbox.heard(out, until)
    late = time.monotonic() >= until
    if late:
        os.kill(pid, signal.SIGKILL)
    os.close(out)
    _, status, used = os.wait4(pid, 0)
    return _ended(answer, status, used, late)


def _inside(reader: Reader, data: bytes, into: int) -> None:
    try:
        child.bounded()
        child.nothing_new_opens()
        said = child.said(reader, data)
        while said:
            said = said[os.write(into, said) :]
        os._exit(0)
    except BaseException:
        os._exit(3)


def _ended(answer: bytes, status: int, used: resource.struct_rusage, late: bool) -> End:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    slow = late or number in (signal.SIGXCPU, signal.SIGKILL)
    crashed = ""
    if number and not slow:
        crashed = signal.Signals(number).name
    elif os.WIFEXITED(status) and os.WEXITSTATUS(status):
        crashed = "an exception that no reader catches"
    over = "time" if slow else "memory" if answer == b'{"error": "memory"}' else ""
    return End(answer, crashed, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, over)


class StepForks:
    """OpenCASCADE's process, which forks one for each file."""

    def __init__(self) -> None:
        command = [str(sandbox.STEP_PYTHON), "-I", str(Path(__file__).with_name("step_forks.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def read(self, reader: Reader, data: bytes) -> tuple[End, float]:
        """As production does it in two steps, and the volume (mm³) that OpenCASCADE finds."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(struct.pack("<Q", len(data)) + data)
        self._process.stdin.flush()
        about = json.loads(self._process.stdout.readline())
        answer = self._process.stdout.read(about["length"])
        number = about["signal"]
        slow = about["late"] or number in (signal.SIGXCPU, signal.SIGKILL)
        crashed = signal.Signals(number).name if number and not slow else ""
        first = End(answer, crashed, about["peak_mb"], about["cpu_s"], "time" if slow else "")
        if crashed or slow or answer.startswith(b'{"error"') or not answer:
            return first, 0.0
        then = read_apart(reader, answer[8:])
        both = replace(then, peak_mb=max(first.peak_mb, then.peak_mb),
                       cpu_s=first.cpu_s + then.cpu_s)  # fmt: skip
        return both, float(struct.unpack_from("<d", answer)[0])


def seeds(corpus: Path | None, folder: Path) -> list[tuple[str, str, bytes]]:
    """(kind, name, bytes) of sound files to mutate."""
    ball, box = crafted.BALL, crafted.BOX
    star = (
        f'{crafted.HEAD}<g transform="rotate(9)"><path d="M0 0A9 9 0 0 1 30 9Q4 5 8 9z"/></g></svg>'
    )
    made = [
        ("solid", "ball.stl", crafted.as_stl(ball)),
        ("solid", "box.stl", crafted.as_stl(box)),
        ("solid", "ball ASCII.stl", ball.export(file_type="stl_ascii").encode()),
        ("solid", "two.3mf", _by_lib3mf(ball)),
        ("solid", "tetra.3mf", crafted.TETRA),
        ("outline", "star.svg", star.encode()),
        ("outline", "shape.png", crafted.silhouette()),
        ("picture", "ramp.png", crafted.saved(crafted.ramp(200, 150))),
        ("picture", "ramp.jpg", crafted.saved(crafted.ramp(200, 150), "JPEG")),
        ("picture", "ramp.webp", crafted.saved(crafted.ramp(200, 150), "WEBP")),
    ]
    if sandbox.STEP_PYTHON.exists():
        made += [
            ("step", f"{'-'.join(how)}.step", crafted.step_file(folder, *how))
            for how in (("hole",), ("two",))
        ]
    for path in sorted(corpus.iterdir()) if corpus else []:
        kind = KINDS.get(path.suffix.lower(), "picture")
        made.append((kind, path.name, path.read_bytes()))
    return made


def _by_lib3mf(mesh: Any) -> bytes:
    wrapper = lib3mf.get_wrapper()
    model = wrapper.CreateModel()
    one = model.AddMeshObject()
    one.SetGeometry(
        [lib3mf.Position((lib3mf.ctypes.c_float * 3)(*map(float, v))) for v in mesh.vertices],
        [lib3mf.Triangle((lib3mf.ctypes.c_uint32 * 3)(*map(int, f))) for f in mesh.faces],
    )
    holder = model.AddComponentsObject()
    for x in (0.0, 40.0):
        holder.AddComponent(one, wrapper.GetTranslationTransform(x, 0, 0))
    model.AddBuildItem(holder, wrapper.GetIdentityTransform())
    return bytes(model.QueryWriter("3mf").WriteToBuffer())


WORDS = (b"nan", b"inf", b"-1", b"1e309", b"0", b"9" * 40, b"", b"\xff\xfe", b"<", b'"')


def mutated(data: bytes, rng: random.Random) -> bytes:
    """One to five faults, mostly one: flipped bits, lost and doubled pieces, numbers that lie."""
    if data[:2] == b"PK" and rng.random() < 0.7:
        return _inside_archive(data, rng)
    broken = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        rng.choices(FAULTS, WEIGHTS)[0](broken, rng)
    return bytes(broken)


def _inside_archive(data: bytes, rng: random.Random) -> bytes:
    """The archive stays sound: what is in it does not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            text = bytearray(old.read(name))
            for _ in range(rng.choice((0, 1, 1, 3))):
                rng.choices(FAULTS, WEIGHTS)[0](text, rng)
            new.writestr(name, bytes(text))
    return out.getvalue()


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 4, 16))):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randint(0, len(data)) :]


def _lose(data: bytearray, rng: random.Random) -> None:
    at = rng.randint(0, len(data))
    del data[at : at + rng.choice((1, 4, 50, 500))]


def _double(data: bytearray, rng: random.Random) -> None:
    at = rng.randint(0, len(data))
    data[at:at] = data[at : at + rng.choice((1, 4, 50, 5000))]


def _word(data: bytearray, rng: random.Random) -> None:
    """Somewhere a number becomes a word that is none."""
    digits = [i for i, c in enumerate(data[:20_000]) if 48 <= c <= 57]
    at = rng.choice(digits) if digits else 0
    data[at : at + rng.randint(1, 6)] = rng.choice(WORDS)


def _number(data: bytearray, rng: random.Random) -> None:
    """Four bytes become a number at the edge of what they hold."""
    if len(data) >= 4:
        at = rng.randrange(len(data) - 3)
        odd = rng.choice((0, 1, 2**31 - 1, 2**32 - 1, 0x7F800000, 0x7FC00000))
        data[at : at + 4] = struct.pack("<I", odd)


def _count(data: bytearray, rng: random.Random) -> None:
    """The header says another number of triangles, and perhaps there are as many."""
    if len(data) > 84:
        count = rng.choice((0, 1, 12, 999, 2**31, (len(data) - 84) // 50))
        data[80:84] = struct.pack("<I", count)
        if rng.random() < 0.5 and count < 10_000:
            data[84 + 50 * count :] = b""


FAULTS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _cut, _lose, _double, _word, _number, _count,
)  # fmt: skip


WEIGHTS = (4, 1, 1, 1, 4, 4, 1)


def lost(ours: Any, theirs: Any) -> str:
    """What an independent reader finds in the same bytes and we do not; "" where all is there."""
    if len(theirs) != len(ours):
        return f"{len(theirs)} triangles, read {len(ours)}"
    size = float(np.ptp(theirs.reshape(-1, 3), axis=0).max())
    one, other = _volume(theirs), _volume(ours)
    return "" if abs(one - other) < 1e-3 * max(abs(one), 1e-3 * size**3) else "another volume"


def _step_lost(blob: Blob, exact_mm3: float) -> str:
    """What the triangles of a whole solid lack of OpenCASCADE's own volume; faults are told."""
    faults = ("open", "turned", "crowded", "inside_out", "overlapping")
    if any(blob.facts[name] for name in faults):
        return ""
    volume = abs(_volume(_triangles(blob)))
    gone = abs(volume - abs(exact_mm3)) > 0.02 * max(volume, abs(exact_mm3))
    return f"{volume:.0f} mm³ of {abs(exact_mm3):.0f}" if gone else ""


def _volume(triangles: Any) -> float:
    centred = triangles - triangles.reshape(-1, 3).mean(axis=0)
    a, b, c = centred[:, 0], centred[:, 1], centred[:, 2]
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def _triangles(blob: Blob) -> Any:
    points = np.frombuffer(blob.arrays["vertices"].data, "<f4").reshape(-1, 3).astype(float)
    faces = np.frombuffer(blob.arrays["faces"].data, "<i4").reshape(-1, 3)
    return points[faces]


def _independent(data: bytes) -> Any | None:
    """(m, 3, 3): triangles with an extent, by somebody else's reader; None where it has none."""
    try:
        if data[:2] == b"PK":
            found = _from_3mf(data)
        elif len(data) >= 84 and len(data) == 84 + 50 * int.from_bytes(data[80:84], "little"):
            rows = [struct.unpack_from("<9f", data, at + 12) for at in range(84, len(data), 50)]
            found = np.array(rows, dtype=float).reshape(-1, 3, 3)
        else:
            mesh = trimesh.load(io.BytesIO(data), file_type="stl_ascii", process=False)
            found = np.asarray(mesh.triangles)
    except Exception:
        return None
    distinct = [
        len({tuple(corner) for corner in t}) == 3 for t in found.astype(np.float32).tolist()
    ]
    return found[np.array(distinct, dtype=bool)]


def _from_3mf(data: bytes) -> Any:
    wrapper = lib3mf.get_wrapper()
    model = wrapper.CreateModel()
    model.QueryReader("3mf").ReadFromBuffer(data)
    scale = {0: 0.001, 1: 1, 2: 10, 3: 25.4, 4: 304.8, 5: 1000}[int(model.GetUnit().value)]
    merged = model.MergeToModel()
    found = []
    items = merged.GetBuildItems()
    while items.MoveNext():
        item = items.GetCurrent()
        mesh = merged.GetMeshObjectByID(item.GetObjectResourceID())
        place = np.array([list(row) for row in item.GetObjectTransform().Fields])
        points = np.array([list(v.Coordinates) for v in mesh.GetVertices()])
        faces = np.array([list(t.Indices) for t in mesh.GetTriangleIndices()])
        turn = faces[:, ::-1] if np.linalg.det(place[:3]) < 0 else faces
        found.append((points @ place[:3] + place[3])[turn])
    return np.concatenate(found) * scale


def files(
    count: int, seed: int, corpus: Path | None, folder: Path
) -> Iterator[tuple[str, str, bytes]]:
    """The crafted ones, then so many mutated ones."""
    for kind, named in crafted.CRAFTED.items():
        for name in named:
            yield kind, f"crafted {name}", crafted.crafted(kind, name)[0]
    rng = random.Random(seed)
    grown = seeds(corpus, folder)
    for number in range(count):
        kind, name, data = grown[number % len(grown)]
        yield kind, f"{name} #{number}", mutated(data, rng)


def main() -> None:
    """Reads them all, and prints what came of it by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.getLogger("trimesh").disabled = True  # it tells of each file that it cannot read
    count = asked.count or (QUICK_COUNT if asked.quick else COUNT)
    headline(
        "upload_fuzz", ["numpy", "pillow", "manifold3d", "lib3mf", "trimesh"], quick=asked.quick
    )
    readers = {kind: READERS[kind]() for kind in READERS}
    sums: dict[str, collections.Counter[str]] = {k: collections.Counter() for k in readers}
    most: dict[str, list[float]] = {k: [0.0, 0.0] for k in readers}
    step = StepForks() if sandbox.STEP_PYTHON.exists() else None
    with tempfile.TemporaryDirectory() as folder:
        for kind, name, data in files(count, asked.seed, asked.corpus, Path(folder)):
            exact_mm3 = 0.0
            if kind == "step":
                assert step is not None
                end, exact_mm3 = step.read(readers[kind], data)
            else:
                end = read_apart(readers[kind], data)
            fault = _judged(kind, data, end, sums[kind], exact_mm3)
            most[kind] = [max(most[kind][0], end.peak_mb), max(most[kind][1], end.cpu_s)]
            if fault:
                print(f"  {kind}, {name}: {fault}", flush=True)
    _report(sums, most)


def _judged(
    kind: str, data: bytes, end: End, sums: collections.Counter[str], exact_mm3: float
) -> str:
    sums["files"] += 1
    sums["crashes"] += bool(end.crashed)
    sums["over_memory"] += end.peak_mb > MOST_MB
    sums["over_time"] += end.cpu_s > MOST_S
    sums["stopped"] += bool(end.over)
    if end.crashed or end.answer[:1] in (b"{", b""):
        sums["refused"] += not end.crashed
        return end.crashed
    blob = blobs.unpacked(end.answer)
    sums["taken"] += 1
    if kind == "step":
        gone = _step_lost(blob, exact_mm3)
        sums["compared"] += 1
        sums["silent_loss"] += bool(gone)
        return gone
    theirs = _independent(data) if kind == "solid" else None
    if theirs is None:
        return ""
    gone = lost(_triangles(blob), theirs)
    sums["compared"] += 1
    sums["silent_loss"] += bool(gone)
    return gone


def _report(sums: dict[str, collections.Counter[str]], most: dict[str, list[float]]) -> None:
    columns = (
        "files",
        "taken",
        "refused",
        "stopped",
        "crashes",
        "over_memory",
        "over_time",
        "silent_loss",
    )
    rows = [
        [kind, *(str(counts[c]) for c in columns), f"{most[kind][0]:.0f}", f"{most[kind][1]:.1f}"]
        for kind, counts in sums.items()
    ]
    table([["kind", *columns, "max MB", "max s"], *rows])
    total = sum(sums.values(), collections.Counter())
    keys = ("files", "crashes", "over_memory", "over_time", "silent_loss")
    worst = {"max_mb": max(m[0] for m in most.values()), "max_s": max(m[1] for m in most.values())}
    last_line({**{key: total[key] for key in keys}, **{k: round(v, 2) for k, v in worst.items()}})


if __name__ == "__main__":
    main()
