"""A terminal's screen, as `tmux capture-pane -e` gives it, made a picture (SVG)."""
import html
import re
import unicodedata

CELL_WIDTH, CELL_HEIGHT, MARGIN, TITLE_HEIGHT = 8.4, 18, 14, 30
PAPER, INK = "#1d2027", "#d8dce4"
COLOURS = ["#1d2027", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dce4",
           "#7f8694", "#f08a92", "#b1d796", "#f0d399", "#84c3f7", "#d99aea", "#7ccbd6", "#ffffff"]
SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m|\x1b\([A-Z0-9]|\x0f|\x0e")
WORD = re.compile(r"\S+")


def indexed(number):
    """One of xterm's 256 colours."""
    if number < 16:
        return COLOURS[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    number -= 16
    steps = [0, 95, 135, 175, 215, 255]
    return "#{:02x}{:02x}{:02x}".format(steps[number // 36], steps[number // 6 % 6],
                                        steps[number % 6])


class Style:
    """What SGR sequences (ECMA-48) have set."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.ink, self.paper, self.bold, self.reverse = INK, PAPER, False, False

    def obey(self, parameters):
        codes = [int(code or 0) for code in re.split("[;:]", parameters)]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.reset()
            elif code in (1, 22):
                self.bold = code == 1
            elif code in (7, 27):
                self.reverse = code == 7
            elif code in (38, 48):
                self.set(code == 38, self.extended(codes))
            elif code in (39, 49):
                self.set(code == 39, INK if code == 39 else PAPER)
            else:
                for first, is_ink, base in ((30, True, 0), (40, False, 0), (90, True, 8),
                                            (100, False, 8)):
                    if first <= code < first + 8:
                        self.set(is_ink, COLOURS[base + code - first])

    @staticmethod
    def extended(codes):
        if codes.pop(0) == 5:
            return indexed(codes.pop(0))
        red, green, blue = codes.pop(0), codes.pop(0), codes.pop(0)
        return f"#{red:02x}{green:02x}{blue:02x}"

    def set(self, is_ink, colour):
        if is_ink:
            self.ink = colour
        else:
            self.paper = colour

    def colours(self):
        return (self.paper, self.ink) if self.reverse else (self.ink, self.paper)


def cells(text):
    """How many cells of the screen it takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def runs(screen):
    """Each piece of text of one look: (line, column, text, ink, paper, bold)."""
    style = Style()
    for row, line in enumerate(screen.split("\n")):
        column = at = 0
        for match in [*SEQUENCE.finditer(line), None]:
            text = line[at:match.start() if match else None]
            if text:
                yield (row, column, text, *style.colours(), style.bold)
                column += cells(text)
            if match:
                at = match.end()
                if match.group(1) is not None:
                    style.obey(match.group(1))


def svg(screen, title, columns):
    """The picture; what is read aloud of it is its title."""
    lines = screen.rstrip("\n").split("\n")
    width = columns * CELL_WIDTH + 2 * MARGIN
    height = len(lines) * CELL_HEIGHT + TITLE_HEIGHT + MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
             f' viewBox="0 0 {width:.0f} {height:.0f}" role="img">',
             f"<title>{html.escape(title)}</title>",
             f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
             f'<text x="{width / 2:.0f}" y="20" fill="#7f8694" text-anchor="middle"'
             f' font-family="sans-serif" font-size="12">{html.escape(title)}</text>',
             '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14"'
             ' xml:space="preserve">']
    for row, column, text, ink, paper, bold in runs("\n".join(lines)):
        x, y = MARGIN + column * CELL_WIDTH, TITLE_HEIGHT + row * CELL_HEIGHT
        length = cells(text) * CELL_WIDTH
        if paper != PAPER:
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{CELL_HEIGHT}"'
                         f' fill="{paper}"/>')
        weight = ' font-weight="bold"' if bold else ""
        # Word by word, so that columns stand in line whatever font there is.
        for word in WORD.finditer(text):
            x = MARGIN + (column + cells(text[:word.start()])) * CELL_WIDTH
            length = cells(word.group()) * CELL_WIDTH
            parts.append(f'<text x="{x:.1f}" y="{y + 13}" fill="{ink}" textLength="{length:.1f}"'
                         f'{weight}>{html.escape(word.group())}</text>')
    return "\n".join([*parts, "</g>", "</svg>", ""])
