"""Markdown as GitHub shows it: read by GitHub's own fork of cmark, cleaned of what GitHub takes out, then linked.

GitHub turns mentions, issues and commits into links where they stand in plain text, never inside of `pre`, `code` or a
link: `linked` finds whatever would become one. `page` looks like a comment there.
"""

import re
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
import nh3
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

TAGS = set(
    re.findall(
        r"\w+",
        "a b blockquote br code details del div em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ol p pre s samp span"
        " strong sub summary sup table tbody td th thead tr tt ul var",
    )
)
QUIET = ("pre", "code", "a", "style", "script", "tt")
# a mention, an issue or pull request, a commit, an address, a security advisory
LINKED = re.compile(
    r"(?<![\w/])@[\w-]+|(?<!\w)(?:[\w.-]+/[\w.-]+)?#\d+|\bGH-\d+|\b[0-9a-f]{7,40}\b|https?://|www\.|GHSA-|:\w+:|\$`",
    re.I,
)


def html(markdown: str) -> str:
    """The HTML of a comment."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_HARDBREAKS
    made = cmarkgfm.github_flavored_markdown_to_html(markdown, options)
    attributes = {"details": {"open"}, "a": {"href"}, "code": {"class"}, "pre": {"lang"}, "img": {"src"}}
    return nh3.clean(made, tags=TAGS, attributes=attributes)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.plain: list[str] = []
        self.code: list[str] = []
        self.tags: set[str] = set()
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("br", "hr", "img", "input"):
            self.within.append(tag)
        if tag in ("pre", "code"):
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(tag in QUIET for tag in self.within):
            self.code[-1:] = [(self.code[-1] if self.code else "") + data]
        else:
            self.plain.append(data)


def read(markdown: str) -> _Reader:
    """What stands where: `plain` text, `code`, the `tags` there are and where they lead."""
    reader = _Reader()
    reader.feed(html(markdown))
    reader.close()
    return reader


def linked(markdown: str) -> list[str]:
    """What GitHub would turn into a link, a picture, or a message to somebody."""
    return [found[0] for text in read(markdown).plain for found in LINKED.finditer(text)]


STYLE = """
body { margin: 0; padding: 24px; background: #fff; color: #1f2328; font: 14px/1.5 -apple-system, "Segoe UI",
  "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; }
.comment { max-width: 860px; border: 1px solid #d1d9e0; border-radius: 6px; }
.who { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0;
  color: #59636e; }
.body { padding: 16px; overflow-wrap: break-word; }
.body > :first-child { margin-top: 0; } .body > :last-child { margin-bottom: 0; }
h3 { font-size: 1.25em; margin: 24px 0 16px; } h4 { font-size: 1em; margin: 24px 0 16px; }
p, ul, ol, pre, blockquote, details { margin: 0 0 16px; }
ul, ol { padding-left: 2em; } li + li { margin-top: .25em; } li > p { margin-top: 16px; } ul ul { margin: 0; }
code { padding: .2em .4em; font-size: 85%; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas,
  "Liberation Mono", monospace, "Noto Color Emoji"; background: #818b981f; border-radius: 6px;
  white-space: break-spaces; }
pre { padding: 16px; background: #f6f8fa; border-radius: 6px; overflow: auto; line-height: 1.45; font-size: 85%; }
pre code { padding: 0; background: none; font-size: 100%; white-space: pre; }
.add { color: #116329; background: #dafbe1; } .del { color: #82071e; background: #ffebe9; }
hr { height: .25em; margin: 24px 0; background: #d1d9e0; border: 0; }
a { color: #0969da; } blockquote { padding: 0 1em; border-left: .25em solid #d1d9e0; }
.alert { padding: 8px 16px; border-left-color: #9a6700; } .alert b { color: #9a6700; }
summary { cursor: pointer; }
"""


def page(markdown: str) -> str:
    """A page that shows the comment as GitHub does; the lines of a diff have its colours."""
    body = re.sub(r'(?s)<pre lang="diff"><code>(.*?)</code></pre>', _diff, html(markdown))
    body = re.sub(
        r"<blockquote>\s*<p>\[!WARNING\]<br>",
        '<blockquote class="alert"><p><b style="color:#9a6700">⚠ Warning</b><br>',
        body,
    )
    who = '<div class="who"><b>github-actions</b> <small>bot</small> commented</div>'
    return (
        f'<!doctype html><meta charset="utf-8"><title>A comment</title><style>{STYLE}</style>'
        f'<div class="comment">{who}<div class="body">{body}</div></div>'
    )


def _diff(block: re.Match[str]) -> str:
    kinds = {"+": "add", "-": "del"}
    lines = (f'<span class="{kinds.get(line[:1], "")}">{line}</span>' for line in block[1].split("\n"))
    return f"<pre><code>{chr(10).join(lines)}</code></pre>"
