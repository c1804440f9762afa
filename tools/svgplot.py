"""Draws curves as SVG, with nothing but Python's own library."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 32, 50, 50
# Told apart by the colour-blind, and by their dashes where there is no colour.
COLORS = ["#0072b2", "#d55e00", "#009e73"]
DASHES = ["none", "8 4", "2 3"]


def draw(path, subject, curves, rows):
    """`rows`: a number of `subject`, then a value in ms for each of `curves`."""
    most = max(value for row in rows for value in row[1:1 + len(curves)])
    frame = Frame(rows[-1][0], nice(most))
    parts = [grid(frame, subject)]
    for index, curve in enumerate(curves):
        points = [(row[0], row[1 + index]) for row in rows]
        parts.append(line(frame, points, index))
        parts.append(legend(curve, index))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                   f'font-family="sans-serif" font-size="13">\n'
                   f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n'
                   + "\n".join(parts) + "\n</svg>\n")


class Frame:
    """Where a value is on the paper."""

    def __init__(self, most_x, most_y):
        self.most_x = most_x
        self.most_y = most_y

    def x(self, value):
        return LEFT + (WIDTH - LEFT - RIGHT) * value / self.most_x

    def y(self, value):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.most_y


def nice(value):
    """The next round number that is not less."""
    step = 10 ** math.floor(math.log10(value))
    return next(factor * step for factor in (1, 2, 2.5, 5, 10) if factor * step >= value)


def grid(frame, subject):
    parts = []
    for fifth in range(6):
        x, y = frame.most_x * fifth / 5, frame.most_y * fifth / 5
        parts.append(f'<path d="M{frame.x(0)} {frame.y(y):.1f} H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{frame.y(y) + 4:.1f}" text-anchor="end" '
                     f'fill="#333">{y:g} ms</text>')
        parts.append(f'<text x="{frame.x(x):.1f}" y="{HEIGHT - BOTTOM + 20}" '
                     f'text-anchor="middle" fill="#333">{x:,.0f}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" '
                 f'text-anchor="middle" fill="#333">{escape(subject)}</text>')
    return "\n".join(parts)


def line(frame, points, index):
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3" '
                   f'fill="{COLORS[index]}"/>' for x, y in points)
    return (f'<polyline points="{path}" fill="none" stroke="{COLORS[index]}" stroke-width="2" '
            f'stroke-dasharray="{DASHES[index]}"/>{dots}')


def legend(curve, index):
    x = LEFT + index * 220
    return (f'<path d="M{x} 24 h28" stroke="{COLORS[index]}" stroke-width="2" '
            f'stroke-dasharray="{DASHES[index]}"/>'
            f'<text x="{x + 34}" y="28" fill="#333">{escape(curve)}</text>')
