"""Draws the pictures that come with the families: ``python -m configurator.pictures.make``.

Each is a formula or a seeded growth, so that none is anybody else's work.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import gaussian_filter

from configurator.pictures import FOLDER, OURS

Grey = npt.NDArray[np.float64]
WIDTH, HEIGHT = 640, 480
SMALL = (144, 108)


def _grid() -> tuple[Grey, Grey]:
    """x to the right and y upwards, both about the middle, the half height being 1."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    return (x - WIDTH / 2 + 0.5) / (HEIGHT / 2), (HEIGHT / 2 - y - 0.5) / (HEIGHT / 2)


def _ridge(rng: np.random.Generator, roughness: float) -> Grey:
    """A mountain's line by midpoint displacement, (WIDTH,), about 0."""
    line, step = np.zeros(2), 1.0
    while len(line) < WIDTH + 1:
        middles = (line[:-1] + line[1:]) / 2 + rng.normal(0, step, len(line) - 1)
        line = np.insert(line, np.arange(1, len(line)), middles)
        step *= roughness
    soft: Grey = gaussian_filter(line[:WIDTH], 1.2)
    return soft


def hills() -> Grey:
    """Six ridges in the haze, each nearer one darker, and a sun."""
    rng = np.random.default_rng(11)
    x, y = _grid()
    grey = 0.80 + 0.14 * y
    sun = np.hypot(x - 0.55, y - 0.42)
    grey = np.where(sun < 0.17, 1.0, grey + 0.15 * np.exp(-((sun / 0.45) ** 2)))
    for row in range(6):
        foot = 0.30 - 0.20 * row
        top = foot + 0.17 * _ridge(rng, 0.52)[None, :]
        shade = 0.74 - 0.125 * row
        haze = 0.16 * np.clip((top - y) / 0.5, 0, 1)
        grey = np.where(y < top, shade + haze, grey)
    return grey


def moon() -> Grey:
    """A full moon of craters among stars."""
    rng = np.random.default_rng(4)
    x, y = _grid()
    radius = np.hypot(x, y) / 0.82
    seas = gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 34)
    grey = 0.80 + 0.17 * np.clip(seas / seas.std(), -1.4, 0.6)
    for _ in range(130):
        cx, cy = rng.uniform(-0.8, 0.8, 2)
        size = 0.012 + 0.11 * rng.random() ** 3.2
        away = np.hypot(x - cx, y - cy) / size
        rim = np.exp(-(((away - 1) / 0.22) ** 2))
        light = ((x - cx) * -0.7 + (y - cy) * 0.7) / size
        grey += rim * (0.05 + 0.06 * light) - 0.09 * (away < 1) * (1 - 0.5 * away)
    grey *= np.sqrt(np.clip(1 - 0.55 * radius**2, 0, 1))
    night = np.full((HEIGHT, WIDTH), 0.07)
    for _ in range(160):
        cx, cy, size = rng.uniform(-1.33, 1.33), rng.uniform(-1, 1), rng.uniform(0.004, 0.009)
        night += 0.8 * np.exp(-((np.hypot(x - cx, y - cy) / size) ** 2))
    return np.where(radius < 1, grey, night)


def fern() -> Grey:
    """Barnsley's fern, as dark as it is often visited, on pale paper."""
    rng = np.random.default_rng(2)
    maps = np.array(
        [
            [0.0, 0.0, 0.0, 0.16, 0.0],
            [0.85, 0.04, -0.04, 0.85, 1.6],
            [0.20, -0.26, 0.23, 0.22, 1.6],
            [-0.15, 0.28, 0.26, 0.24, 0.44],
        ]
    )
    points = rng.normal(size=(40_000, 2)) * 0.1
    hits = np.zeros((HEIGHT, WIDTH))
    for turn in range(70):
        chosen = maps[rng.choice(4, len(points), p=[0.01, 0.85, 0.07, 0.07])]
        points = np.column_stack(
            [
                chosen[:, 0] * points[:, 0] + chosen[:, 1] * points[:, 1],
                chosen[:, 2] * points[:, 0] + chosen[:, 3] * points[:, 1] + chosen[:, 4],
            ]
        )
        if turn < 20:
            continue
        turn_rad = math.radians(-52)
        along, across = points[:, 1] - 5.6, points[:, 0]
        column = (
            along * math.cos(turn_rad + math.pi / 2) - across * math.sin(turn_rad + 1.57)
        ) * 47
        row = (along * math.sin(turn_rad + math.pi / 2) + across * math.cos(turn_rad + 1.57)) * 47
        i = np.clip(HEIGHT / 2 - row, 0, HEIGHT - 1).astype(int)
        j = np.clip(WIDTH / 2 + column, 0, WIDTH - 1).astype(int)
        np.add.at(hits, (i, j), 1)
    dark = np.tanh(gaussian_filter(hits, 1.1) / 7)
    x, y = _grid()
    grey: Grey = 0.95 - 0.06 * np.hypot(x, y) - 0.80 * dark
    return grey


def sunflower() -> Grey:
    """Seeds by Vogel's golden angle, petals round them: pale is high."""
    x, y = _grid()
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    grey = np.full((HEIGHT, WIDTH), 0.06)
    for ring, (count, out, shift) in enumerate(((21, 0.94, 0.0), (21, 0.86, math.pi / 21))):
        phase = np.abs(np.mod((angle + shift) / (2 * math.pi) * count, 1) - 0.5) * 2
        along = np.clip((radius - 0.40) / (out - 0.40), 0, 1)
        edge = 1.02 * np.sqrt(np.clip(1 - along**2.6, 0, 1))
        petal = np.clip((edge - phase) * 6, 0, 1) * (along < 1)
        vein = 0.10 * np.cos(phase * math.pi * 3)
        body = (0.40 + 0.16 * ring + vein + 0.25 * (1 - phase) - 0.12 * along) * petal
        grey = np.maximum(grey, body)
    disc = np.where(
        radius < 0.47, 0.30 + 0.25 * np.sqrt(np.clip(1 - (radius / 0.47) ** 2, 0, 1)), 0
    )
    grey = np.maximum(grey, disc)
    golden = math.pi * (3 - math.sqrt(5))
    for seed in range(1, 320):
        r = 0.0255 * math.sqrt(seed)
        away = np.hypot(x - r * math.cos(seed * golden), y - r * math.sin(seed * golden))
        bump = np.clip(1 - (away / 0.021) ** 2, 0, 1)
        grey = np.maximum(grey, bump * (0.62 + 0.38 * np.sqrt(bump)) + 0 * grey)
    soft: Grey = gaussian_filter(grey, 0.8)
    return soft


def ripples() -> Grey:
    """Three stones in a pond."""
    x, y = _grid()
    waves = np.zeros_like(x)
    for cx, cy, length, strength in (
        (-0.6, 0.35, 0.16, 1.0),
        (0.75, -0.3, 0.2, 0.9),
        (0.2, 1.2, 0.27, 0.6),
    ):
        away = np.hypot(x - cx, y - cy)
        waves += strength * np.cos(2 * math.pi * away / length) / (0.55 + away) ** 0.8
    return 0.5 + 0.28 * waves


def main() -> None:
    """Writes each picture and its thumbnail."""
    for name in OURS:
        grey = np.clip(globals()[name](), 0, 1) * 255
        picture = Image.fromarray(grey.astype(np.uint8))
        picture.save(FOLDER / f"{name}.png", optimize=True)
        picture.resize(SMALL, Image.Resampling.LANCZOS).save(
            FOLDER / f"{name}-small.png", optimize=True
        )


if __name__ == "__main__":
    main()
