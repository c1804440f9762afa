"""The table that the measurements fill: a line a figure, a column a program."""
import statistics

WIDTH = 26


class Table:
    """Prints each line as soon as it is known."""

    def __init__(self, columns):
        self.columns = columns
        self.exceeded = 0
        self.baseline = None
        heads = "".join(f"{column:>{WIDTH}}" for column in columns)
        print(f"{'median (and where 80 % lie)':42}{heads}   limit of the first", flush=True)

    def add(self, what, unit, values, limit=None, times=None):
        """`values`: for each column a list, or none where that program cannot do it. What the
        median of the first is to keep: `limit`, or so many `times` the baseline, an empty Qt
        program."""
        cells = "".join(f"{cell(values.get(column), unit):>{WIDTH}}" for column in self.columns)
        print(f"{what:42}{cells}   {self.verdict(values.get(self.columns[0]), limit, times)}", flush=True)

    def verdict(self, values, limit, times):
        if not values or (limit is None and times is None):
            return ""
        text = "" if limit is None else f"≤ {limit:g}"
        if times:
            limit = times * self.baseline
            text = f"≤ {times:g} × empty Qt"
        if statistics.median(values) <= limit:
            return text
        self.exceeded += 1
        return text + "  EXCEEDED"


def cell(values, unit):
    if not values:
        return "–"
    values = sorted(values)
    middle = f"{statistics.median(values):.2f}"
    if len(values) == 1:
        return f"{middle} {unit}"
    low = values[len(values) // 10]
    high = values[-1 - len(values) // 10]
    return f"{middle} {unit} ({low:.1f} … {high:.1f})"
