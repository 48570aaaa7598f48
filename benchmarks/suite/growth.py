"""How a figure grows with the graph."""

import math
from collections.abc import Sequence

SMALLEST = 1e-9


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """The slope of the straight line through the logarithms (least squares).

    0 does not grow, 1 grows as the graph does. None with fewer than two sizes.
    """
    xs = [math.log(size) for size in sizes]
    ys = [math.log(max(value, SMALLEST)) for value in values]
    if len(set(xs)) < 2:
        return None
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)
