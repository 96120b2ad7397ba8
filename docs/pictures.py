"""Draws the pictures of `content/media/`: flat shapes, one palette, one typeface.

    python docs/pictures.py content/media

The same run gives the same bytes with the same Pillow and the same DejaVu fonts (Debian: `fonts-dejavu-core`).
Everything is drawn at twice its size and then made smaller, because that is what makes edges smooth.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

INK: Final = "#14213d"
DEEP: Final = "#22345c"
PAPER: Final = "#fbf7ef"
WHITE: Final = "#ffffff"
SHADE: Final = "#e8e0d0"
QUIET: Final = "#6a6a72"
CORAL: Final = "#f26b5e"
TEAL: Final = "#2a9d8f"
GOLD: Final = "#f4b942"
SKY: Final = "#8ec5e8"
PLUM: Final = "#7b5ea7"
LEAF: Final = "#9cc56b"
BRIGHT: Final = (CORAL, GOLD, TEAL, SKY, PLUM, LEAF)
SCALE: Final = 2
FONTS: Final = {"bold": "DejaVuSans-Bold.ttf", "plain": "DejaVuSans.ttf", "mono": "DejaVuSansMono.ttf"}

Point = tuple[float, float]


@cache
def font(style: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS[style], round(size * SCALE))


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture being drawn; every number is in pixels of the finished picture."""

    image: Image.Image
    draw: ImageDraw.ImageDraw

    @classmethod
    def new(cls, width: int, height: int, ground: str) -> "Canvas":
        image = Image.new("RGB", (width * SCALE, height * SCALE), ground)
        return cls(image, ImageDraw.Draw(image))

    def box(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 0, edge: str = "") -> None:
        corners = (x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE)
        self.draw.rounded_rectangle(corners, radius * SCALE, fill, edge or None, 3 * SCALE if edge else 1)

    def disc(self, x: float, y: float, r: float, fill: str) -> None:
        self.draw.ellipse([n * SCALE for n in (x - r, y - r, x + r, y + r)], fill)

    def shape(self, points: list[Point], fill: str) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill)

    def line(self, points: list[Point], fill: str, width: float = 4) -> None:
        self.draw.line([(x * SCALE, y * SCALE) for x, y in points], fill, round(width * SCALE), joint="curve")

    def text(
        self, x: float, y: float, words: str, size: float, fill: str, style: str = "plain", at: str = "ls"
    ) -> None:
        """`at` is Pillow's anchor: `ls` left on the baseline, `ms` middle, `rs` right."""
        self.draw.text((x * SCALE, y * SCALE), words, fill, font(style, size), at)

    def wide(self, words: str, size: float, style: str) -> float:
        return self.draw.textlength(words, font(style, size)) / SCALE

    def finished(self) -> Image.Image:
        width, height = self.image.size
        return self.image.resize((width // SCALE, height // SCALE), Image.Resampling.LANCZOS)


# ── figures ────────────────────────────────────────────────────────────────────────────────────────────────


def sheet(canvas: Canvas, x: float, y: float, w: float, lines: str = SHADE) -> None:
    """A sheet of paper with a folded corner and some writing; it is 1.3 times as high as it is wide."""
    h, fold = w * 1.3, w * 0.26
    canvas.shape([(x, y), (x + w - fold, y), (x + w, y + fold), (x + w, y + h), (x, y + h)], WHITE)
    canvas.shape([(x + w - fold, y), (x + w, y + fold), (x + w - fold, y + fold)], SKY)
    canvas.box(x + w * 0.14, y + h * 0.16, w * 0.36, h * 0.06, CORAL, h * 0.03)
    for row, length in enumerate((0.72, 0.6, 0.72, 0.45)):
        canvas.box(x + w * 0.14, y + h * (0.36 + 0.14 * row), w * length, h * 0.045, lines, h * 0.022)


def bubble(canvas: Canvas, x: float, y: float, w: float, h: float, fill: str) -> None:
    """A message bubble with two lines in it."""
    canvas.shape([(x + w * 0.16, y + h - 2), (x + w * 0.16, y + h * 1.22), (x + w * 0.4, y + h - 2)], fill)
    canvas.box(x, y, w, h, fill, h * 0.28)
    canvas.box(x + w * 0.14, y + h * 0.3, w * 0.66, h * 0.1, WHITE, h * 0.05)
    canvas.box(x + w * 0.14, y + h * 0.56, w * 0.42, h * 0.1, WHITE, h * 0.05)


def plane(canvas: Canvas, x: float, y: float, size: float, fill: str = WHITE, fold: str = SKY) -> None:
    """A paper plane that flies to the upper right, inside a square of `size`."""
    tip, tail, low, heart = (x + size, y), (x, y + size * 0.42), (x + size * 0.62, y + size * 0.96), 0.4
    middle = (x + size * heart, y + size * 0.6)
    canvas.shape([tip, tail, middle], fill)
    canvas.shape([tip, middle, low], fill)
    canvas.shape([tip, middle, (x + size * 0.38, y + size * 0.9), (x + size * 0.5, y + size * 0.74)], fold)


def eye(canvas: Canvas, x: float, y: float, w: float) -> None:
    """An open eye, centred on (x, y)."""
    steps = [math.pi * n / 40 for n in range(41)]
    upper = [(x - w / 2 * math.cos(a), y - w * 0.27 * math.sin(a)) for a in steps]
    lower = [(x + w / 2 * math.cos(a), y + w * 0.27 * math.sin(a)) for a in steps]
    canvas.shape(upper + lower, WHITE)
    canvas.disc(x, y, w * 0.2, TEAL)
    canvas.disc(x, y, w * 0.1, INK)
    canvas.disc(x + w * 0.05, y - w * 0.05, w * 0.035, WHITE)


def book(canvas: Canvas, x: float, y: float, w: float, fill: str = TEAL) -> None:
    """A closed book, standing."""
    h = w * 1.18
    canvas.box(x, y, w, h, fill, w * 0.1)
    canvas.box(x + w * 0.12, y + h * 0.84, w * 0.88, h * 0.1, WHITE, w * 0.03)
    canvas.box(x + w * 0.14, y, w * 0.05, h * 0.82, INK)
    canvas.box(x + w * 0.36, y + h * 0.2, w * 0.46, h * 0.09, GOLD, w * 0.04)
    canvas.box(x + w * 0.36, y + h * 0.38, w * 0.3, h * 0.06, GOLD, w * 0.03)


def arrow(canvas: Canvas, x: float, y: float, length: float, fill: str) -> None:
    canvas.line([(x, y), (x + length - 8, y)], fill, 5)
    canvas.shape([(x + length, y), (x + length - 18, y - 11), (x + length - 18, y + 11)], fill)


def brand(canvas: Canvas, x: float, y: float, fill: str, words: str, size: float = 25) -> None:
    """The name in bold and what follows it; the small coral square is all the logo there is."""
    canvas.box(x, y - size * 0.74, size * 0.74, size * 0.74, CORAL, 4)
    canvas.text(x + size * 1.15, y, "cmflow", size, fill, "bold")
    start = x + size * 1.15 + canvas.wide("cmflow", size, "bold") + size * 0.6
    canvas.text(start, y, words, size, fill)


# ── the cards ──────────────────────────────────────────────────────────────────────────────────────────────


def launch(upper: str, lower: str, behind: str) -> Image.Image:
    canvas = Canvas.new(1200, 675, INK)
    canvas.text(84, 150, upper, 74, WHITE, "bold")
    canvas.text(84, 244, lower, 74, GOLD, "bold")
    places = [(620 + 182 * column, 330 + 124 * row) for row in range(2) for column in range(3)]
    for x, y in places:
        joint = 560 if x < 700 else x - 20
        canvas.line([(240, 435), (520, 435), (560, y + 38), (joint, y + 38), (x + 10, y + 38)], DEEP, 7)
    for (x, y), fill in zip(places, BRIGHT, strict=True):
        bubble(canvas, x, y, 132, 78, fill)
    sheet(canvas, 100, 322, 174)
    brand(canvas, 84, 622, WHITE, behind)
    return canvas.finished()


def square() -> Image.Image:
    canvas = Canvas.new(1080, 1080, INK)
    for row, (words, fill) in enumerate((("Plan it.", WHITE), ("Review it.", WHITE), ("Send it once.", GOLD))):
        canvas.text(96, 220 + 128 * row, words, 104, fill, "bold")
    canvas.line([(200, 756), (880, 756)], DEEP, 10)
    for x in (200, 540, 880):
        canvas.disc(x, 756, 124, DEEP)
    sheet(canvas, 146, 686, 108)
    eye(canvas, 540, 756, 168)
    plane(canvas, 816, 692, 124)
    brand(canvas, 96, 992, WHITE, "1 December 2026", 34)
    return canvas.finished()


def one_post() -> Image.Image:
    canvas = Canvas.new(1200, 675, PAPER)
    canvas.text(72, 134, "One post's way", 62, INK, "bold")
    canvas.text(72, 190, "Nothing is sent that was not read. Nothing that was sent is forgotten.", 25, QUIET)
    for place, (word, fill) in enumerate(zip(("write", "check", "review", "send", "remember"), BRIGHT, strict=False)):
        x = 72 + 216 * place
        canvas.box(x, 390, 184, 132, fill, 18)
        words = INK if fill in (GOLD, SKY) else WHITE
        canvas.text(x + 92, 446, str(place + 1), 34, words, "bold", "ms")
        canvas.text(x + 92, 492, word, 27, words, "bold", "ms")
        if place:
            arrow(canvas, x - 31, 456, 30, INK)
    canvas.disc(812, 312, 60, INK)
    plane(canvas, 780, 278, 64)
    book(canvas, 994, 256, 88, INK)
    brand(canvas, 72, 622, INK, "plan, review, publish, remember")
    return canvas.finished()


def ledger() -> Image.Image:
    canvas = Canvas.new(1200, 675, PAPER)
    canvas.text(72, 134, "Never sent twice", 62, INK, "bold")
    cards = (("09:29:58", ("I am about", "to send this"), WHITE), ("09:30:00", (), SKY), ("09:30:01", (), WHITE))
    for place, (hour, words, fill) in enumerate(cards):
        x = 72 + 372 * place
        canvas.box(x, 206, 312, 250, fill, 20, SHADE if fill == WHITE else "")
        canvas.text(x + 28, 254, hour, 25, QUIET if fill == WHITE else INK, "mono")
        for row, line in enumerate(words or (("", "") if place == 1 else ("It is out, and", "here is the", "address"))):
            canvas.text(x + 28, 320 + 44 * row, line, 33, INK, "bold")
        if place:
            arrow(canvas, x - 52, 331, 44, INK)
    plane(canvas, 540, 286, 124, WHITE, INK)
    for x in (72, 816):
        canvas.box(x, 480, 312, 52, TEAL, 26)
        canvas.text(x + 156, 515, "written in git", 25, WHITE, "bold", "ms")
    brand(canvas, 72, 622, INK, "the intent first, the receipt after")
    return canvas.finished()


def counting() -> Image.Image:
    canvas = Canvas.new(1200, 675, PAPER)
    canvas.text(72, 134, "One family emoji, four lengths", 56, INK, "bold")
    bars = (("Mastodon", 1, TEAL), ("X", 2, SKY), ("Telegram", 7, GOLD), ("Threads", 25, CORAL))
    for row, (name, length, fill) in enumerate(bars):
        y = 198 + 84 * row
        canvas.text(262, y + 40, name, 31, INK, "plain", "rs")
        canvas.box(288, y, 29 * length, 56, fill, 10)
        canvas.text(288 + 29 * length + 20, y + 41, str(length), 35, INK, "bold")
    brand(canvas, 72, 622, INK, "same picture, different rulers")
    return canvas.finished()


def week() -> Image.Image:
    canvas = Canvas.new(1200, 675, PAPER)
    canvas.text(72, 122, "La semaine d'un coup d'œil", 54, INK, "bold")
    posts = ((0, 0, CORAL), (1, 1, TEAL), (2, 0, GOLD), (2, 2, PLUM), (3, 1, SKY))
    for column, day in enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi")):
        x = 72 + 214 * column
        canvas.box(x, 172, 198, 380, WHITE, 16, SHADE)
        canvas.text(x + 99, 216, day, 27, QUIET, "bold", "ms")
    for column, row, fill in posts:
        x, y = 72 + 214 * column, 242 + 100 * row
        canvas.box(x + 14, y, 170, 82, fill, 14)
        canvas.box(x + 32, y + 24, 112, 9, WHITE, 4)
        canvas.box(x + 32, y + 48, 74, 9, WHITE, 4)
    canvas.text(72 + 214 * 4 + 99, 366, "ici,", 27, TEAL, "bold", "ms")
    canvas.text(72 + 214 * 4 + 99, 402, "de la place", 27, TEAL, "bold", "ms")
    brand(canvas, 72, 622, INK, "les jours trop pleins, les jours vides")
    return canvas.finished()


def alt_text() -> Image.Image:
    canvas = Canvas.new(1080, 1080, PAPER)
    canvas.text(96, 208, "Alt text in", 96, INK, "bold")
    canvas.text(96, 320, "one minute", 96, INK, "bold")
    for row, (words, fill) in enumerate(
        (("What is it?", TEAL), ("What matters in it?", CORAL), ("What does it say?", PLUM))
    ):
        y = 436 + 112 * row
        canvas.disc(130, y + 30, 34, fill)
        canvas.text(130, y + 44, str(row + 1), 38, WHITE, "bold", "ms")
        canvas.text(196, y + 46, words, 52, INK)
    canvas.shape([(850, 900), (850, 972), (918, 900)], INK)
    canvas.box(772, 776, 212, 140, INK, 34)
    canvas.box(824, 806, 108, 80, WHITE, 8)
    canvas.shape([(834, 876), (866, 832), (892, 876)], TEAL)
    canvas.shape([(872, 876), (898, 850), (922, 876)], LEAF)
    canvas.disc(906, 828, 10, GOLD)
    brand(canvas, 96, 992, INK, "tips for any tool", 34)
    return canvas.finished()


def clock_change() -> Image.Image:
    canvas = Canvas.new(1200, 675, INK)
    canvas.text(72, 134, "The hour that is not there", 60, WHITE, "bold")
    canvas.text(72, 190, "Paris, the night of 28 March 2027", 27, SKY)
    canvas.line([(72, 400), (468, 400)], SKY, 8)
    canvas.line([(852, 400), (1128, 400)], SKY, 8)
    for x, hour in ((130, "01:00"), (410, "01:59"), (930, "03:00")):
        canvas.disc(x, 400, 17, WHITE)
        canvas.text(x, 466, hour, 35, WHITE, "mono", "ms")
    for start in range(496, 830, 24):
        canvas.line([(start, 306), (start + 13, 306)], CORAL, 4)
        canvas.line([(start, 494), (start + 13, 494)], CORAL, 4)
    for start in range(306, 490, 24):
        canvas.line([(496, start), (496, start + 13)], CORAL, 4)
        canvas.line([(830, start), (830, start + 13)], CORAL, 4)
    canvas.text(663, 388, "02:30", 58, CORAL, "bold", "ms")
    canvas.text(663, 440, "does not exist", 30, WHITE, "plain", "ms")
    brand(canvas, 72, 622, WHITE, "asks before it guesses")
    return canvas.finished()


def route(step: float) -> Image.Image:
    """One moment of the small film: the dot is at `step` stations (0 to 4) from the start."""
    canvas = Canvas.new(800, 300, PAPER)
    canvas.line([(100, 130), (700, 130)], SHADE, 8)
    canvas.line([(100, 130), (100 + 150 * step, 130)], TEAL, 8)
    for place, word in enumerate(("write", "check", "review", "send")):
        passed = step >= place
        canvas.disc(100 + 150 * place, 130, 14, TEAL if passed else SHADE)
        canvas.text(100 + 150 * place, 194, word, 23, INK if passed else QUIET, "bold" if passed else "plain", "ms")
    if step >= 3.99:
        canvas.shape([(640, 92), (698, 104), (698, 164), (640, 152)], INK)
        canvas.shape([(760, 92), (702, 104), (702, 164), (760, 152)], INK)
        canvas.text(700, 206, "remembered", 19, INK, "bold", "ms")
    else:
        book(canvas, 674, 92, 52, INK)
    canvas.disc(100 + 150 * step, 130 if step < 3.99 else 100, 20, CORAL)
    brand(canvas, 86, 266, INK, "a post's day", 19)
    return canvas.finished()


STILLS: Final[dict[str, Callable[[], Image.Image]]] = {
    "launch-en.png": lambda: launch("Plan it. Review it.", "Send it once.", "open source, 1 December 2026"),
    "launch-fr.png": lambda: launch("Prévoir. Relire.", "Envoyer une seule fois.", "logiciel libre, 1er décembre 2026"),
    "launch-square.jpg": square,
    "one-post.png": one_post,
    "ledger.png": ledger,
    "counting.png": counting,
    "semaine.png": week,
    "alt-text.jpg": alt_text,
    "clock-change.png": clock_change,
}


def film() -> tuple[list[Image.Image], list[int]]:
    """The frames of the film and how long each is shown, in milliseconds; it rests at every station."""
    steps = [place + part / 6 for place in range(4) for part in range(6)] + [4.0]
    rests = [900 if step == int(step) else 110 for step in steps[:-1]] + [2500]
    palette = route(1.5).quantize(48, Image.Quantize.MAXCOVERAGE)
    return [route(step).quantize(palette=palette, dither=Image.Dither.NONE) for step in steps], rests


def save(image: Image.Image, path: Path) -> None:
    if path.suffix == ".png":
        image.save(path, optimize=True)
    else:
        image.save(path, quality=86, optimize=True, progressive=True)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in STILLS.items():
        save(draw(), folder / name)
    frames, rests = film()
    frames[0].save(folder / "route.gif", save_all=True, append_images=frames[1:], duration=rests, loop=0, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
