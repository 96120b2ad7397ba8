"""What editors, merges, other programs and people do to files, drawn from a random number generator."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

LINE = 400  # how often a short text is written where a long one is wanted
DEEP = 3_000

ODD_TEXTS = [
    "", "~", "null", "yes", "no", "0", "-1", "007", "0x1F", "0o17", "1e999", "-.inf", ".nan", "9" * 400, "1_000",
    "12:30",
    "2026-12-01", "2026-12-01 09:30", "2026-02-30 09:30", "0000-00-00 00:00", "0001-01-01 00:00", "9999-12-31 23:59",
    "10000-01-01 00:00", "2026-12-01T09:30:00.123456789+99:99", "2026-12-01 24:00", "２０２６-12-01 09:30",
    "99999999999d", "-6h", "1h1h", "[]", "{}", "[[]]", "{a: {b: {c: 1}}}", "[1, yes, ~, {}]", "{1: 2}", "{? [a] : b}",
    '"\\ud800"', '"\\0"', '"\\x1b[31m"', '"\\u202e"', '"\\U0010FFFF"', "'", '"', "[", "{", "|", ">", "|\n  text",
    "&a [*a]",
    "*a", "<<: *a", "!!binary aGk=", "!!python/object:os.system x", "!!set {a}", "!!timestamp 2026-12-01", "@at",
    "`tick`",
    "%x", "# only a comment", "- a\n  - b", "a: b: c", "../../../etc/passwd", "/etc/passwd", "content/plan.md",
    "C:\\x",
    "https://[::1", "http://a b", "https://xn--/", "javascript:alert(1)", "https://example.org/" + "a" * 9_000,
    "[" * DEEP, "{a: " * DEEP, "- " * DEEP, "x" * 100_000, "é" * 5_000, "a\u0301" * 500, "👩‍👩‍👧‍👦" * 300,
    "{{ post }}", "{% raw %}",
    "all", "mastodon-en", "[mastodon-en, mastodon-en]", "Europe/Pariss", "Etc/GMT+2", "localtime", "UTC\0", "en",
    "xx-YY",
]  # fmt: skip
PIECES = [
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x1b[2J", b"\x07", b"\r", b"\r\n", b"\t",
    b"\x0b",
    b"\x0c", b"\x85", b"---\n", b"\n---\n", b"...\n", b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> other\n", b"{{",
    b"}}",
    b"{% for a in b %}", b"{% include 'post.md.j2' %}", b"{#", b"{{ ''.__class__ }}", b"{{ 9**9**9 }}",
    b"{{ 'a' * 10**9 }}",
    b"{% for a in range(10**9) %}a{% endfor %}", b"```", b"<!--", b"<script>", b"</script>", b"&#0;", b"&#x110000;",
    b"![](", b"[a](b", b"[a]: <", b"@", b"#", b"#" * 50, b"@a@b@c", b"https://", b"1. " * 500, b"> " * DEEP,
    b"[" * DEEP,
    b"*" * DEEP, b"_" * DEEP, b"`" * DEEP, b"<b>" * DEEP, b"(" * DEEP, b"- " * 500, b"    " * 500,
    b"|a" * 500 + b"\n|-",
    b"0" * LINE, b"9" * LINE + b". x\n", b"a" * 70_000, b"{" * DEEP, b'"', b"'", b":", b",", b"null", b"NaN",
    b"1e999",
    *(text.encode() for text in (
        "\u202e", "\u2066", "\ufeff", "\u2028", "\u2029", "\u0085", "\u200b", "\u00ad", "\ufffe", "\U000e0041",
        "\u0301" * 999,
        "😀", "👩‍👩‍👧‍👦", "ﬃ", "İ", "ß", "𝟘", "\u115f", "е" * 20,
    )),
]  # fmt: skip
ODD_VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 1.5, -0.0, 10**30, 10**400, 1e308, float("inf"), float("nan"), "", " ", "x", "\0",
    "\ud800",
    "\x1b[31m", "\u202e", "a" * 20_000, [], {}, [None], [[]], {"": ""}, [1, "a", None, {}], "sent", "sending",
    "unsure",
    "failed", "scheduled", "exploded", "0000-01-01T00:00:00+00:00", "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-12-01T09:30:00", "2026-12-01",
    "2026-12-01T09:30:00Z",
    "yesterday", "../../etc/passwd", "javascript:alert(1)", "https://[", "\u2028", 2**63, -(2**63), "1", "null",
]  # fmt: skip

Damage = Callable[[Random, bytes], bytes]


def damaged(draw: Random, data: bytes, kind: str) -> bytes:
    """The bytes with one to four faults that fit their kind: `yaml`, `json` or `bytes`."""
    faults = {"yaml": (*PLAIN, *LINES, *YAML), "json": (*PLAIN, *LINES, *JSON), "bytes": PLAIN}[kind]
    weights = [1 if fault in PLAIN or fault in LINES else 6 for fault in faults]
    for fault in draw.choices(faults, weights, k=draw.choice((1, 1, 1, 2, 3, 4))):
        data = fault(draw, data)
    return data


# ── bytes ───────────────────────────────────────────────────────────────────────────────────────────────────


def _flip(draw: Random, data: bytes) -> bytes:
    flipped = bytearray(data)
    for _ in range(draw.randint(1, 8) if data else 0):
        flipped[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(flipped)


def _cut(draw: Random, data: bytes) -> bytes:
    first, last = sorted(draw.randint(0, len(data)) for _ in range(2))
    return data[:first] if draw.random() < 0.5 else data[:first] + data[last:]


def _insert(draw: Random, data: bytes) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + draw.choice(PIECES) + data[place:]


def _replace(draw: Random, data: bytes) -> bytes:
    return draw.choice((b"", b"\n", b"\0" * 64, b"\xff\xfe", b"[]", b"{}", b"null", b"---\n---\n", draw.choice(PIECES)))


def _recode(draw: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(draw.choice(("utf-16", "utf-8-sig", "latin-1", "utf-32")), "replace")


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────


def _drop_line(draw: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for line in lines if draw.random() > 1.5 / max(len(lines), 1))


def _double_line(draw: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    number = draw.randrange(len(lines))
    lines[number] *= draw.choice((2, 2, 2, 200))
    return b"".join(lines)


def _swap_lines(draw: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    first, second = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"".join(lines)


def _end_lines(draw: Random, data: bytes) -> bytes:
    return data.replace(b"\n", draw.choice((b"\r\n", b"\r", b"\n\r", b"\n\n", b"", "\u2028".encode())))


def _conflict(draw: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    first = draw.randrange(len(lines))
    last = min(len(lines), first + draw.randint(1, 3))
    theirs = [line.upper() for line in lines[first:last]]
    marked = [b"<<<<<<< HEAD\n", *lines[first:last], b"=======\n", *theirs, b">>>>>>> main\n"]
    return b"".join((*lines[:first], *marked, *lines[last:]))


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────


def _yaml_value(draw: Random, data: bytes) -> bytes:
    """Another value for a key that the file has."""
    lines = data.split(b"\n")
    numbers = [number for number, line in enumerate(lines) if b":" in line and not line.startswith((b"-", b"#"))]
    if not numbers:
        return data
    number = draw.choice(numbers)
    lines[number] = lines[number].partition(b":")[0] + b": " + draw.choice(ODD_TEXTS).encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def _yaml_key(draw: Random, data: bytes) -> bytes:
    """A key more, with a value that may not fit it."""
    name = draw.choice((*KEYS, "x", "__proto__", "", "? ", "date ", "Date", "title"))
    line = f"{name}: {draw.choice(ODD_TEXTS)}\n".encode("utf-8", "surrogatepass")
    place = data.find(b"\n") + 1
    return data[:place] + line + data[place:]


KEYS = ("id", "title", "date", "accounts", "status", "campaign", "pillar", "tags", "thread", "media", "variants",
        "poll",
        "reply_to", "quote", "repost", "link", "language", "visibility", "content_warning", "first_comment", "late",
        "approved", "mentions", "append", "prepend", "card", "expires", "timezone", "since", "brand", "rules",
        "groups",
        "pillars", "campaigns", "goals", "pauses", "approvals", "people", "feeds", "budget")  # fmt: skip


def _json_value(draw: Random, data: bytes) -> bytes:
    """A value of another type, a key less or a key more, somewhere in the document, or in one of its lines."""
    lines = data.split(b"\n")
    number = draw.randrange(len(lines)) if len(lines) > 2 and lines[0].startswith(b'{"') else None
    try:
        tree = json.loads(data if number is None else lines[number])
    except (ValueError, RecursionError):
        return data
    indent = len(lines[1]) - len(lines[1].lstrip()) if len(lines) > 1 and number is None else None
    text = json.dumps(_other(draw, tree), indent=indent).encode() + (b"\n" if indent else b"")
    return text if number is None else b"\n".join((*lines[:number], text, *lines[number + 1 :]))


def _other(draw: Random, tree: Any) -> Any:
    if not isinstance(tree, dict | list) or not tree or draw.random() < 0.1:
        return draw.choice(ODD_VALUES)
    if isinstance(tree, dict):
        name = draw.choice([*tree])
        act = draw.random()
        if act < 0.2:
            return {key: value for key, value in tree.items() if key != name}
        if act < 0.3:
            return {**tree, draw.choice(("x", "", "__proto__", "state", "\ud800")): draw.choice(ODD_VALUES)}
        return {**tree, name: _other(draw, tree[name])}
    number = draw.randrange(len(tree))
    return [*tree[:number], _other(draw, tree[number]), *tree[number + draw.choice((0, 1)) :]]


def _json_deep(draw: Random, data: bytes) -> bytes:
    deep = draw.choice((b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900))
    return draw.choice((deep, data.replace(b"null", deep), data.replace(b":", b":" + deep, 1)))


PLAIN: tuple[Damage, ...] = (_flip, _cut, _insert, _replace, _recode)
LINES: tuple[Damage, ...] = (_drop_line, _double_line, _swap_lines, _end_lines, _conflict)
YAML: tuple[Damage, ...] = (_yaml_value, _yaml_key, _insert)
JSON: tuple[Damage, ...] = (_json_value, _json_value, _json_deep)
