"""Write docs/markdown.md: how each element of Markdown looks on each network, made by the code that sends it.

`python docs/looks.py` writes it; tests/render/formats/test_formats.py fails where it differs.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from cmflow.model import Form, Kind, Text
from cmflow.render import formats
from cmflow.render.markdown import parse

PAGE = Path(__file__).parent / "markdown.md"

WAYS: tuple[tuple[str, str, Callable[[Text], Form]], ...] = (
    ("Plain text", "X, Mastodon, Facebook, Threads, Instagram, TikTok, Pinterest, Nostr", formats.plain),
    ("YouTube", "plain text without `<` and `>`", formats.youtube),
    ("LinkedIn", "plain text, reserved characters escaped when sent", formats.little),
    ("Bluesky", "characters, links marked", formats.facets),
    ("Telegram", "characters, formatting marked", formats.entities),
    ("Discord", "Discord's own Markdown", formats.discord),
    ("Slack", "mrkdwn", formats.mrkdwn),
    ("Matrix", "HTML, and plain text beside it", formats.matrix),
    ("Markdown", "Reddit, dev.to, webhook, outbox", formats.markdown),
)

ELEMENTS: tuple[tuple[str, str], ...] = (
    ("Bold, italic, struck", "**bold**, *italic*, ~~gone~~"),
    ("Code", "run `make test`"),
    ("Link", "read [the docs](https://example.org/docs)"),
    ("A link as its own label", "[example.org](https://example.org)"),
    ("Bare URL", "https://example.org/a_(b)?c=1&d=2"),
    ("E-mail link", "[write us](mailto:a@example.org)"),
    ("Image in the text", "![A cat asleep](https://example.org/cat.png)"),
    ("Heading", "# Never sent twice"),
    ("List", "- one\n- two\n  1. nested"),
    ("Quote", "> Nothing is lost.\n> Ever."),
    ("Code block", "```py\nif a < b: ...\n```"),
    ("Table", "| rule | why |\n|---|---|\n| one | `git` |"),
    ("Line break, paragraph", "one\ntwo\n\nthree"),
    ("Rule", "***"),
    ("Raw HTML", "<b>shown</b> as it stands"),
    ("Entity, escape", "&copy; \\*star\\*"),
    ("Hashtag at a line's start", "#python #thanks"),
    ("What only looks like Markdown", "snake_case 2*3*4 C# AT&T <3"),
)

HEAD = """# Markdown, and how it looks

<!-- Made from the code by docs/looks.py: change it there, then run `python docs/looks.py`. -->

A post is written in Markdown, and a pull request shows it like any CommonMark, except for four things that a
post needs: a line break stays a line break, raw HTML is text, only absolute URLs are links, and `---` alone on a
line begins the next part of a thread. Nothing is ever lost: what a network cannot show is written out in
characters. `@{ana}` becomes that person's handle on the network, from `people` in the plan, or else the plain name.

A table becomes one line per row, and a rule three dashes. A single `*` between two letters or two digits is a star;
`**bold**` works inside a word, also in scripts without spaces. A line of two `=` or four `-` and more below a text
makes a heading of it. A list counts from its first number; numbers that
differ stay as written. A definition `[label]: https://…` is hidden if a label uses it. The title of a link
(`[a](https://b.c "title")`) is left out: no network shows it.

"""

AFTER = """## What is good to know

- **Slack** has no way to escape `*`, `_` and `~`: a pair of them around words looks formatted. Where bold is
  inside a word (as in Chinese), a zero-width space is put beside the mark, or Slack would show the star.
- **Telegram** shows no formatting inside code, no code inside a link, and no quote inside a quote.
- **LinkedIn** cuts a post off at an unescaped reserved character: all are escaped, and `#tag` is sent as
  `{hashtag|\\#|tag}`. Its limit counts what is sent; whether LinkedIn counts the escapes as well could not be
  verified, so a text that is a few characters too long here may still fit there. Comments are sent as plain text.
- **What is sent is not what is shown**: the tables above show what is sent to the network. `cmflow preview`, the review
  and the calendar show what readers see; `cmflow preview --format json` has both.
- **Discord** shows headings of level 1 to 3; deeper ones are bold.
- **Matrix** gets HTML only if the text has formatting.
- **YouTube** refuses `<` and `>`: they become `‹` and `›`.
"""


def page() -> str:
    ways = "".join(f"| {name} | {takers} |\n" for name, takers, _ in WAYS)
    return (
        HEAD
        + f"| below | is what these take |\n|---|---|\n{ways}\n"
        + "\n".join(line for name, source in ELEMENTS for line in element(name, source))
        + "\n"
        + AFTER
    )


def element(name: str, source: str) -> Iterator[str]:
    yield from (f"## {name}", "", *fenced(source, "markdown"), "", "| network | what it gets |", "|---|---|")
    text = parse(source)
    looks: dict[str, list[str]] = {}
    for network, _, form in WAYS:
        looks.setdefault(shown(form(text)), []).append(network)
    yield from (f"| {', '.join(networks)} | {look} |" for look, networks in looks.items())
    yield ""


def fenced(source: str, language: str) -> tuple[str, ...]:
    fence = "````" if "```" in source else "```"
    return f"{fence}{language}", *source.split("\n"), fence


def shown(form: Form) -> str:
    marked = [
        f"{each.kind} on {cell(form.body[each.start : each.end])}{target(each.kind, each.value)}" for each in form.spans
    ]
    return "; ".join([cell(form.html or form.body), *marked])


def target(kind: Kind, value: str) -> str:
    return f" → {cell(value)}" if kind is Kind.LINK else f" ({value})" if value else ""


def cell(chars: str) -> str:
    """Characters in a table's cell, each line apart."""
    return "<br>".join(code(line) for line in chars.split("\n"))


def code(line: str) -> str:
    plain = line and line == line.strip() and not set(line) & set("`|") and "  " not in line
    return f"`{line}`" if plain else f"<code>{escaped(line)}</code>"


def escaped(line: str) -> str:
    """What neither HTML nor Markdown may read, as entities; spaces at a line's start stay."""
    special = dict.fromkeys("&<>|*_~`\\[]#", True)
    written = "".join(f"&#{ord(char)};" if char in special else char for char in line)
    return written.replace("  ", "&nbsp; ") or "&nbsp;"


if __name__ == "__main__":
    sys.stdout.write(f"{PAGE.name}: {PAGE.write_text(page(), 'utf-8')} characters\n")
