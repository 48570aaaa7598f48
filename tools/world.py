"""`tools/world.py FOLDER`: draw the map of the world that pages of instruments show.

FOLDER is ``node_modules`` with `world-atlas <https://github.com/topojson/world-atlas>`_ 2 (ISC),
which carries Natural Earth's countries (public domain), and `i18n-iso-countries` 7 (MIT) for
their codes. States that the scale leaves out, or that are too small to be seen, become a point.
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

WIDTH, HEIGHT = 960, 428
SOUTH = -58.0
"""Latitude below which nothing is drawn: no state of the graph lies there."""
SMALLEST = 14.0
"""Area in square units of the drawing from which a shape can be seen."""
TARGET = Path(__file__).parents[1] / "src/mla_graph/pages/world.json"

Ring = list[tuple[float, float]]


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Project degrees to the drawing with Equal Earth (Šavrič, Patterson and Jenny 2018)."""
    a = (1.340264, -0.081106, 0.000893, 0.003796)
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    six = theta**6
    slope = 9 * a[3] * theta**8 + 7 * a[2] * six + 3 * a[1] * theta**2 + a[0]
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    y = theta * (a[3] * theta**8 + a[2] * six + a[1] * theta**2 + a[0])
    scale = WIDTH / 2 / 2.7067
    return WIDTH / 2 + x * scale, 236 - y * scale


def rings(topology: dict, geometry: dict) -> list[Ring]:
    """Decode the outer rings of a geometry (TopoJSON, sections 2.1.3 and 2.2)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]

    def arc(index: int) -> Ring:
        x = y = 0
        points = []
        for dx, dy in topology["arcs"][~index if index < 0 else index]:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        return points[::-1] if index < 0 else points

    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    found = []
    for polygon in polygons:
        ring: Ring = []
        for index in polygon[0]:
            ring += arc(index)[1 if ring else 0 :]
        found.append(unbroken(ring))
    return found


def unbroken(ring: Ring) -> Ring:
    """Lead a ring on beyond 180 degrees where it crosses the edge of the map."""
    turns, points = 0, [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        turns += (x - before < -180) - (x - before > 180)
        points.append((x + 360 * turns, y))
    shift = 360 * round(sum(x for x, _ in points) / len(points) / 360)
    return [(x - shift, y) for x, y in points]


def area(ring: Ring) -> float:
    """Compute the area within a ring (shoelace formula)."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def path(drawn: list[Ring]) -> str:
    """Write rings as an SVG path in whole units, relative, without points that fall together."""
    text = ""
    for ring in drawn:
        points = [(round(x), round(y)) for x, y in ring]
        kept = [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]
        if len(kept) < 4:
            continue
        text += f"M{kept[0][0]} {kept[0][1]}l"
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(kept[:-1])]
        text += " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-") + "z"
    return text


def main(folder: Path) -> None:
    """Write the shapes by code, the points of small states, and the land without a code."""
    numbers = {
        row[2]: row[0] for row in json.loads((folder / "i18n-iso-countries/codes.json").read_text())
    }
    coarse, fine = (
        json.loads((folder / f"world-atlas/countries-{scale}.json").read_text())
        for scale in ("110m", "50m")
    )
    shapes, rest, points = {}, "", {}
    for topology in (coarse, fine):
        for geometry in topology["objects"]["countries"]["geometries"]:
            name = geometry["properties"]["name"]
            code = "XK" if name == "Kosovo" else numbers.get(geometry.get("id", ""))
            if code == "AQ" or code in shapes or "arcs" not in geometry:
                continue
            found = [ring for ring in rings(topology, geometry) if max(p[1] for p in ring) > SOUTH]
            drawn = [[projected(*point) for point in ring] for ring in found]
            largest = max(drawn, key=area)
            if topology is coarse and not code:
                rest += path(drawn)
            elif topology is coarse and code and (line := path(drawn)):
                shapes[code] = line
            if code and (code not in shapes or area(largest) < SMALLEST):
                middle = [sum(axis) / len(largest) for axis in zip(*largest, strict=True)]
                points[code] = [round(value) for value in middle]
    TARGET.write_text(
        json.dumps(
            {
                "source": "Natural Earth, 1:110m, public domain; by way of world-atlas 2 (ISC)",
                "width": WIDTH,
                "height": HEIGHT,
                "shapes": dict(sorted(shapes.items())),
                "points": dict(sorted(points.items())),
                "rest": rest,
            },
            indent=0,
        )
        + "\n"
    )


main(Path(sys.argv[1]))
