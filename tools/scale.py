#!/usr/bin/env python3
"""How cost grows with servers, clients and subscribers: what `./dev scale` measures and draws.

    scale.py BUILD [--pictures FOLDER] [--most N] [servers] [clients] [subscribers]

Prints each curve with the power of the number that it grows with in its upper half: 0 is a cost that
stays as it is, 1 one that doubles where the number doubles. It is the cost of a single operation, which
must be linear at most. With --pictures, draws them, too.
"""
import argparse
import math
import os
import sys

from bench_world import World
from scale_measure import scale_clients, scale_servers, scale_subscribers
from svgplot import draw

STEPS = {
    "servers": [1, 10, 50, 100, 200, 500, 1000, 1500, 2000],
    "clients": [1, 10, 100, 500, 1000, 2500, 5000, 7500, 10000],
    "subscribers": [1, 10, 50, 100, 200, 300, 400, 500],
}
CURVES = {
    "servers": ["the watcher, one start", "list", "admin start of one that runs"],
    "clients": ["the watcher, one attach", "the watcher, one death", "info"],
    "subscribers": ["the watcher, one event"],
}
# Noise on the curve included.
MOST_POWER = 1.3


def power(rows, curve):
    """The slope between the middle and the end, both on logarithmic scales."""
    middle, last = rows[len(rows) // 2], rows[-1]
    return math.log(last[curve] / middle[curve]) / math.log(last[0] / middle[0])


def report(subject, rows):
    """Whether no curve is steeper than a straight line."""
    print(f"\n{subject:>12}" + "".join(f"{curve:>30}" for curve in CURVES[subject])
          + f"{'memory':>12}")
    for row in rows:
        print(f"{row[0]:12,}" + "".join(f"{value:27.3f} ms" for value in row[1:-1])
              + f"{row[-1]:9.1f} MB")
    powers = [power(rows, curve) for curve in range(1, len(rows[0]))]
    print(f"{'power':>12}" + "".join(f"{value:30.2f}" for value in powers[:-1])
          + f"{powers[-1]:12.2f}", flush=True)
    return max(powers) <= MOST_POWER


def main():
    parser = argparse.ArgumentParser(description="Measures how cost grows.")
    parser.add_argument("build", help="folder of a release build")
    parser.add_argument("subjects", nargs="*", help="of servers, clients, subscribers")
    parser.add_argument("--pictures", help="folder to draw into")
    parser.add_argument("--most", type=int, default=10000, help="stop at this number")
    options = parser.parse_intermixed_args()
    build = os.path.abspath(options.build)
    measures = {
        "servers": scale_servers,
        "clients": lambda world, steps: scale_clients(world, steps, f"{build}/tests/bench/crowd"),
        "subscribers": scale_subscribers,
    }
    is_good = True
    for subject in options.subjects or measures:
        steps = [step for step in STEPS[subject] if step <= options.most]
        world = World("sharedserver", f"{build}/cli/sharedserver")
        try:
            rows = list(measures[subject](world, steps))
        finally:
            world.remove()
        is_good = report(subject, rows) and is_good
        if options.pictures:
            draw(os.path.join(options.pictures, f"scale-{subject}.svg"), subject,
                 CURVES[subject], rows)
    if not is_good:
        sys.exit("scale: a cost grows faster than what it is for.")


if __name__ == "__main__":
    main()
