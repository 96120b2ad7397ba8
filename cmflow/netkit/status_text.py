"""The text of what people wrote, from its HTML: of a status on Mastodon, of a comment elsewhere."""

from html.parser import HTMLParser

LINES, VOID = ("br", "p", "li", "div", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3"), ("br", "img", "wbr", "hr")


def read(html: str) -> str:
    """The characters of a status: links in full, emoji by name, one line per paragraph."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Reader(HTMLParser):
    """Collects the text of a status.

    `link` is an address and the piece that its text begins with, `depth` the number of open tags within a quoted post.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.link = ("", 0)
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self.depth or "quote-inline" in attributes.get("class", "").split():
            self.depth += tag not in VOID
        elif tag == "img":
            self.pieces.append(attributes.get("alt", ""))
        elif tag == "a":
            self.link = (attributes.get("href", ""), len(self.pieces))
        elif tag in LINES:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.depth:
            self.depth -= 1
        elif tag == "a":
            self._restore_link()
        elif tag in LINES:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.pieces.append(data)

    def _restore_link(self) -> None:
        """Replace a shortened address by that of the link: some servers shorten long ones in the text."""
        address, start = self.link
        text = "".join(self.pieces[start:])
        if text.endswith("…") and text.removesuffix("…") in address:
            self.pieces[start:] = [address]
