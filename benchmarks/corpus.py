"""Make a content repository of any size, always the same for the same size: a plan, posts, pictures, history.

    python -m benchmarks.corpus DIR --posts 10000 [--sent]

The files go into git as one stream (`git fast-import`), so that 100,000 posts take seconds. The posts end on
`LAST`; how many years they reach back depends on their number (see `moment`).
"""

import argparse
import io
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from PIL import Image

from benchmarks.words import CHINESE, ENGLISH, FRENCH, JAPANESE, Language

LAST = date(2026, 12, 31)
NOW = "2026-12-01 05:00"  # in the plan's zone; what the benchmarks take as the present: nothing is due
NOON = "2026-12-01 12:00"  # some posts are
COMMITTER = "Corpus <corpus@example.org> 1767225600 +0000"
LANGUAGES = (ENGLISH, ENGLISH, ENGLISH, ENGLISH, FRENCH, FRENCH, FRENCH, JAPANESE, CHINESE)
PILLARS = {"craft": 40, "places": 35, "people": 25}
CAMPAIGNS = {"autumn-sheets": ("2026-09-01", "2026-10-31"), "winter-walks": ("2026-11-15", "2026-12-31")}
PICTURES = 24

ACCOUNTS = {  # account: (network, the language it speaks)
    "mastodon-en": ("mastodon", "en"),
    "mastodon-fr": ("mastodon", "fr"),
    "bluesky-en": ("bluesky", "en"),
    "bluesky-ja": ("bluesky", "ja"),
    "x-en": ("x", "en"),
    "threads-en": ("threads", "en"),
    "linkedin-en": ("linkedin", "en"),
    "facebook-fr": ("facebook", "fr"),
    "telegram-zh": ("telegram", "zh"),
    "telegram-ja": ("telegram", "ja"),
    "discord-team": ("discord", "en"),
    "slack-fr": ("slack", "fr"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A post of the corpus: where it lies, its bytes, and what the ledger must know of it."""

    id: str
    path: str
    content: bytes
    at: datetime
    accounts: tuple[str, ...]
    draft: bool


def moment(index: int, posts: int) -> datetime:
    """The local time of a post, counted from the first: one a day up to 1,000 posts, at most 24 from 24,000 on.

    Two posts are always more than half an hour apart and between 06:00 and 22:00, so no clock change and
    no minimum gap is in the way.
    """
    a_day = max(1, min(24, posts // 1000))
    day, slot = divmod(posts - 1 - index, a_day)
    minutes = (a_day - 1 - slot) * (960 // a_day) + index * 7 % 9
    return datetime.combine(LAST, time(6)) - timedelta(days=day) + timedelta(minutes=minutes)


def post(index: int, posts: int) -> Written:
    """The post of that number; it depends on nothing but the two numbers."""
    dice = random.Random(index * 1_000_003 + posts)
    language = dice.choice(LANGUAGES)
    at = moment(index, posts)
    fitting = [name for name, (_, code) in ACCOUNTS.items() if code == language.code]
    accounts = tuple(sorted(dice.sample(fitting, min(len(fitting), dice.choice((1, 1, 2, 2, 3, 4))))))
    name = f"{language.code}-{index:06}"
    folder = f"content/posts/{at:%Y}/{at:%m}"
    draft = dice.random() < 0.04
    fields = [*front_matter(dice, language, index, at, accounts, folder), *(["status: draft"] if draft else [])]
    content = "\n".join(("---", *fields, "---", body(dice, language, index), "")).encode()
    return Written(name, f"{folder}/{name}.md", content, at, accounts, draft)


def fill(dice: random.Random, sentence: str, language: Language, index: int) -> str:
    return sentence.format(n=index + 1, thing=dice.choice(language.things), place=dice.choice(language.places))


def front_matter(
    dice: random.Random, language: Language, index: int, at: datetime, accounts: tuple[str, ...], folder: str
) -> Iterator[str]:
    """The lines between the two `---`."""
    title = fill(dice, dice.choice(language.titles), language, index)
    yield f'title: "{title}"'
    yield f"date: {at:%Y-%m-%d %H:%M}"
    yield f"accounts: [{', '.join(accounts)}]"
    yield f"language: {language.code}"
    yield f"pillar: {dice.choice(list(PILLARS))}"
    yield f"tags: [{', '.join(dice.sample(language.tags, dice.randint(1, 3)))}]"
    running = [name for name, (starts, ends) in CAMPAIGNS.items() if starts <= at.date().isoformat() <= ends]
    yield from (f"campaign: {name}" for name in running if dice.random() < 0.6)
    if dice.random() < 0.7:
        yield f"link: https://atlas.example/{language.code}/notes/{index + 1}"
    if dice.random() < 0.15:
        place = dice.choice(language.places)
        yield from ("media:", f"  - file: content/media/sheet-{dice.randrange(PICTURES):02}.png", f'    alt: "{place}"')
    if dice.random() < 0.03:
        yield 'content_warning: "Heights"'
    if dice.random() < 0.03:
        yield "thread: auto"
    if dice.random() < 0.08:
        short = fill(dice, dice.choice(language.openers), language, index)
        yield from ("variants:", f"  {accounts[0]}:", f'    text: "{short}"')


def body(dice: random.Random, language: Language, index: int) -> str:
    """A few short paragraphs; one post in thirty is a thread of two parts."""
    parts = []
    for _ in range(2 if dice.random() < 0.03 else 1):
        middles = dice.sample(language.middles, dice.choice((0, 1, 1, 2)))
        closer = [dice.choice(language.closers)] if dice.random() < 0.6 else []
        opener = fill(dice, dice.choice(language.openers), language, index)
        parts.append("\n\n".join((opener, *([" ".join(middles)] if middles else []), *closer)))
    return "\n\n---\n\n".join(parts)


def plan(sent: bool = False) -> bytes:
    """The plan of the made-up team, with whatever options its networks insist on.

    Not `sent`: cmflow takes over on the day of `NOW`, and what is older is history.
    """
    from cmflow.netkit.network import load

    lines = ["---", "brand: Atlas Walkers", "timezone: Europe/Paris", "language: en", "late: 6h"]
    lines += [*([] if sent else ["since: 2026-12-01"]), "accounts:"]
    for name, (network, code) in ACCOUNTS.items():
        needed = [option for option in load(network).options if option.required]
        lines += [f"  {name}:", f"    network: {network}", f"    language: {code}", "    per_week: 7"]
        lines += ["    options:"] if needed else []
        lines += [f'      {option.name}: "{option.example}"' for option in needed]
    lines += ["pillars:", *(f"  {name}: {{share: {share}}}" for name, share in PILLARS.items())]
    lines += ["campaigns:"]
    lines += [f"  {name}: {{starts: {starts}, ends: {ends}}}" for name, (starts, ends) in CAMPAIGNS.items()]
    return "\n".join((*lines, "---", "We draw maps on foot, and say so.", "")).encode()


def picture(index: int) -> bytes:
    """A small map sheet: two bands of colour."""
    image = Image.new("RGB", (640, 360), (40 + index * 8, 120, 90))
    image.paste((230, 220, 200 - index * 4), (0, 180 + index, 640, 360))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def files(posts: int, sent: bool) -> Iterator[tuple[str, bytes]]:
    yield "content/plan.md", plan(sent)
    for index in range(PICTURES):
        yield f"content/media/sheet-{index:02}.png", picture(index)
    for index in range(posts):
        written = post(index, posts)
        yield written.path, written.content


def stream(branch: str, content: Iterator[tuple[str, bytes]], message: str) -> Iterator[bytes]:
    """A `git fast-import` stream that makes one commit of these files on a new branch."""
    yield f"commit refs/heads/{branch}\ncommitter {COMMITTER}\ndata {len(message)}\n{message}\n".encode()
    for path, data in content:
        yield f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    yield b"done\n"


def fast_import(folder: Path, chunks: Iterator[bytes]) -> None:
    with subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet", "--done"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for chunk in chunks:
            process.stdin.write(chunk)
    if process.returncode:
        raise SystemExit(f"git fast-import ended with {process.returncode}")


def make(folder: Path, posts: int, sent: bool = False) -> None:
    """A repository with its work tree checked out; `sent`: what was due before `NOW` is in the ledger as sent."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    fast_import(folder, stream("main", files(posts, sent), f"Plan and {posts} posts"))
    subprocess.run(["git", "-C", folder, "reset", "--quiet", "--hard"], check=True)
    if sent:
        from benchmarks.history import remember

        remember(folder, posts)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description="Make a content repository.")
    parser.add_argument("folder", type=Path, help="where; must not be there yet")
    parser.add_argument("--posts", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--sent", action="store_true", help="with a ledger that holds what was due before " + NOW)
    arguments = parser.parse_args()
    make(arguments.folder, arguments.posts, arguments.sent)


if __name__ == "__main__":
    main()
