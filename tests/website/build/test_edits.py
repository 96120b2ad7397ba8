"""Whatever people, runs and the clock did since the last build: the site is as if it had been built from nothing.

`CMFLOW_EXAMPLES=50` tries fifty times as many stories, and so does `make explore`, with others each time.
"""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmflow import git
from cmflow.cli._calendar import bring
from cmflow.cli._context import STATE, Context
from cmflow.ledger import approvals, codec, heartbeat, publication_rows, publications, readings, stops
from cmflow.ledger.readings import Month
from cmflow.model import (
    Approval,
    Delivery,
    Event,
    Form,
    Key,
    Kind,
    Media,
    Part,
    Publication,
    Reading,
    Receipt,
    Span,
    State,
    Stop,
    Stops,
    Text,
    Variant,
)
from cmflow.repository import examination
from cmflow.repository.cache import Cache, Memory
from cmflow.website.build.disk import DiskFolder
from tests.cli.conftest import PLAN
from tests.examples import examples
from tests.website.calendars import TEMPLATES

BEGAN = datetime(2026, 12, 1, 8, tzinfo=UTC)
DATES = (
    *("2026-11-30 09:30", "2026-12-01 09:30", "2026-12-01 10:00", "2026-12-03 17:00", "2027-01-04 09:30"),
    *("2026-03-09 09:30", "2026-04-30 23:45", "2026-05-01 00:15", "2026-05-11 10:00", "2026-06-01 09:30"),
)
OLD = ("2026-02-02 09:30", "2026-03-09 09:30", "2026-03-31 23:50", "2026-04-06 17:00", "2026-06-08 10:00")
BODIES = ("The terrace is **open** ☀️", "The terrace is **open** ☀️", "See https://harbour.example/menu", "# A\n\nlist")
KEYS = (
    "accounts: [all]",
    "accounts: [news, practice]\nmedia: [{file: ../media/a.png, alt: The pier}]",
    "accounts: [short]\nstatus: draft",
    "accounts: [news]\nreply_to: post-1",
    "accounts: [practice]\ncampaign: summer\npillar: menu\nnonsense: 1",
    "accounts: [news, short, practice]\nvariants: {short: {date: 2026-12-02 12:00}, news: {date: 2026-11-29 12:00}}",
    "accounts: [all, practice]\nid: post-1\nfirst_comment: And then\npoll: {options: [Yes, No]}",
)
PLANS = (
    PLAN,
    PLAN.replace("language: en", "language: fr"),
    PLAN.replace("    slots: [mon", "    per_week: 3\n    slots: [mon"),
    PLAN.replace("late: 6h", "late: 30m\nsince: 2026-12-01"),
    PLAN.replace("late: 6h", "approvals: {needed: 1}\nsince: 2026-12-02"),
    PLAN.replace("late: 6h", "late: 6h\nsince: 2027-02-01"),
    PLAN.replace("late: 6h", "late: 6h\nsince: 2026-04-10\ncampaigns: {summer: {ends: 2026-12-20}}"),
    PLAN.replace("late: 6h", "late: 6h\nsince: 2026-11-15"),
    PLAN.replace("late: 6h", "approvals: {needed: 1}\npauses: {winter: {starts: 2026-12-02, ends: 2026-12-05}}"),
    PLAN.replace("late: 6h", "goals: {news: {metric: followers, target: 500, by: 2026-12-31}}"),
    PLAN.replace("  practice:\n    network: outbox\n", "").replace("timezone: Europe/Paris", "timezone: Asia/Tokyo"),
)
OWN = {
    "templates/networks/post.md.j2": "{{ text }} {{ link }}!\n",
    "templates/networks/news.md.j2": "{{ post.title }}: {{ text }}\n",
    "templates/site/month.html.j2": TEMPLATES["templates/site/month.html.j2"] + "<!-- ours {{ now.minute }} -->",
    "templates/site/index.html.j2": TEMPLATES["templates/site/index.html.j2"] + "<!-- {{ now.isoformat() }} -->",
}


@dataclass
class Team:
    """A team's repository, its clock, and the site that is built again and again."""

    root: Path
    now: datetime = BEGAN
    numbers: "count[int]" = field(default_factory=count)

    def post(self, number: int) -> Path:
        return self.root / f"content/posts/post-{number}.md"

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *who, *words], cwd=self.root, check=True, capture_output=True)

    def write(self, path: str, data: str | bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data.encode() if isinstance(data, str) else data)

    def record(self, branch: str, path: str, data: bytes) -> None:
        repository = git.discover(self.root)
        repository.commit_files(branch, {path: data}, "Something happened", repository.tip(branch), self.now)

    def build(self, site: Path, cache: Path, memory: Memory | None = None) -> dict[str, bytes]:
        """Build as a process of its own would, or as one that stays and has a memory, and return all files."""
        context = Context(self.root, git.discover(self.root), Cache(cache, memory))
        bring(context, DiskFolder(site), STATE, self.now)
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def png(width: int) -> bytes:
    from PIL import Image

    Image.new("RGB", (width, 80), "teal").save(output := BytesIO(), "PNG")
    return output.getvalue()


Edit = Callable[[Team, int, int], None]


def write(team: Team, number: int, choice: int) -> None:
    head = f"title: Post {choice}\ndate: {DATES[choice % 10]}\n{KEYS[choice // 10 % len(KEYS)]}"
    team.write(f"content/posts/post-{number}.md", f"---\n{head}\n---\n{BODIES[choice % 4]}\n")


def rewrite(team: Team, number: int, choice: int) -> None:
    """A post of long ago, in the months of the archive."""
    old(team, number, KEYS[choice % len(KEYS)] if choice % 3 else "accounts: [news]", BODIES[choice % 4])


def old(team: Team, number: int, keys: str = "accounts: [all]", body: str = "Long ago") -> None:
    head = f"title: Old {number}\ndate: {OLD[number]}\n{keys}"
    team.write(f"content/posts/old-{number}.md", f"---\n{head}\n---\n{body}\n")


def delete(team: Team, number: int, choice: int) -> None:
    team.post(number).unlink(missing_ok=True)


def rename(team: Team, number: int, choice: int) -> None:
    if team.post(number).exists():
        team.post(number).rename(team.post(choice % 4))


def plan(team: Team, number: int, choice: int) -> None:
    team.write("content/plan.md", PLANS[choice % len(PLANS)])


def template(team: Team, number: int, choice: int) -> None:
    path, text = list(OWN.items())[number]
    team.write(path, text) if choice % 3 else (team.root / path).unlink(missing_ok=True)


def picture(team: Team, number: int, choice: int) -> None:
    file = team.root / "content/media/a.png"
    team.write("content/media/a.png", png(100 + choice)) if choice % 3 else file.unlink(missing_ok=True)


def commit(team: Team, number: int, choice: int) -> None:
    team.git("add", "-A")
    team.git("commit", "-qm", f"Edit {next(team.numbers)}", "--allow-empty")


def deliver(team: Team, number: int, choice: int) -> None:
    """A delivery of the post, or of one that is not there; as it is in the last commit, or as nobody knows it."""
    account, state = ("news", "short", "practice", "former")[choice % 4], list(State)[choice // 4 % len(State)]
    key, due = Key(f"post-{number}", account), datetime(2026, 12, 1 + choice % 3, 8, 30, tzinfo=UTC)
    places = (f"https://social.example/{choice}/{part}" for part in range(1 + choice % 2))
    receipts = tuple(Receipt(part, str(part), url, due) for part, url in enumerate(places))
    receipts = receipts if state is State.SENT else ()
    head = git.discover(team.root).resolve("HEAD") or ""
    delivery = Delivery(
        *key, state, due, f"content/posts/{key.post}.md", commit=head, digest="d" * (choice % 2), receipts=receipts,
        error="no answer" * (choice % 2), history=(Event(due, state, "run 1"),),
    )  # fmt: skip
    team.record(STATE, codec.path(*key), codec.encode(delivery))


def keep(team: Team, number: int, choice: int) -> None:
    """What was sent of the post to two accounts; a file that cannot be read; a text that belongs to no delivery."""
    due, post = datetime(2026, 12, 1 + choice % 3, 8, 30, tzinfo=UTC), f"post-{number}"
    words = Text(f"Kept {choice}", (Span(0, 4, Kind.BOLD),))
    part = Part(words, Form(words.chars, words.spans), (Media("content/media/a.png", "The pier"),))
    path, digest = f"content/posts/{post}.md", "d" * (choice % 2)
    texts = [Variant(post, name, "mastodon", due, (part,), digest=digest) for name in ("news", "short")]
    kept = [Publication.of(text, f"Kept {number}", path, {path: "b10b"}) for text in texts]
    rows = [publication_rows.encode(text, digest, due) for text in kept]
    data = publications.edit(post, rows)(None) or b""
    team.record(STATE, codec.publications_path(post), data if choice % 5 else b"{")


def send(team: Team, number: int, choice: int) -> None:
    """The post is sent as it is, to its first accounts."""
    path = f"content/posts/post-{number}.md"
    content = Context(team.root, git.discover(team.root), Cache(None)).folder
    if not team.post(number).exists():
        return
    examined = examination.examine(path, content.source.one(path), content)
    for variant in examined.variants[: 1 + choice % 2]:
        title = examined.post.title if examined.post else ""
        published = Publication.of(variant, title, path, content.source.blobs)
        receipt = Receipt(0, str(choice), f"https://social.example/{choice}", variant.time)
        delivery = Delivery(
            *(variant.post, variant.account, State.SENT, variant.time, path), digest=variant.digest,
            receipts=(receipt,), history=(Event(team.now, State.SENT, "run 1"),),
        )  # fmt: skip
        file = codec.publications_path(variant.post)
        repository = git.discover(team.root)
        (oid,) = repository.objects(f"refs/heads/{STATE}:{file}")
        former = dict(repository.read([oid] if oid else []))
        change = publications.edit(variant.post, [publication_rows.encode(published, variant.digest, team.now)])
        team.record(STATE, codec.path(variant.post, variant.account), codec.encode(delivery))
        team.record(STATE, file, change(former.get(oid)) or b"")


def unpublish(team: Team, number: int, choice: int) -> None:
    """It was sent once, and a person took it back."""
    account, due = ("news", "short", "practice")[choice % 3], datetime(2026, 12, 1 + choice % 3, 8, 30, tzinfo=UTC)
    steps = (
        Event(due, State.SENT, "run 1"),
        Event(due, State.SKIPPED, "", "unpublished", ("https://social.example/1",)),
    )
    head = git.discover(team.root).resolve("HEAD") or ""
    delivery = Delivery(
        f"post-{number}", account, State.SKIPPED, due, f"content/posts/post-{number}.md", commit=head, history=steps
    )
    team.record(STATE, codec.path(delivery.post, account), codec.encode(delivery))


def beat(team: Team, number: int, choice: int) -> None:
    team.record(STATE, heartbeat.FILE, f'{{"version": 1, "at": "{team.now.isoformat()}", "run": "{choice}"}}'.encode())


def approve(team: Team, number: int, choice: int) -> None:
    """What was approved is one of the texts of the post, or another."""
    digests = tuple((name, "d" * (choice % 2)) for name in ("news", "short"))
    approval = Approval("bo", team.now, choice, "c0ffee", ("ana",), digests)
    data = approvals.encode(f"post-{number}", (approval,))
    team.record(STATE, codec.approvals_path(f"post-{number}"), data)


def stop(team: Team, number: int, choice: int) -> None:
    record = Stop(team.now, "A crisis", "Ana", "run", team.now if choice % 2 else None)
    team.record(STATE, stops.FILE, stops.encode(Stops((record,))))


def measure(team: Team, number: int, choice: int) -> None:
    slot = f"{team.now:%Y-%m-%d}"
    figure = Reading("news", "mastodon", "followers_count", choice, team.now, slot, common="followers")
    team.record(readings.BRANCH, readings.path("news", team.now), readings.encode(Month((figure,))))


def wait(team: Team, number: int, choice: int) -> None:
    team.now += (timedelta(minutes=choice), timedelta(hours=choice), timedelta(days=choice), timedelta(seconds=1))[
        number
    ]


def take(team: Team, number: int, choice: int) -> None:
    """A page is taken away, or cut off, as where the disk was full."""
    pages = sorted(path for path in (team.root / "_site").rglob("*") if path.is_file())
    if pages:
        pages[choice * 7 % len(pages)].unlink()


EDITS = (write, write, write, rewrite, delete, rename, plan, template, picture, commit, commit, deliver, send, send,
         keep, unpublish, approve, beat, stop, measure, wait, wait, take)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 3), st.integers(0, 69)), min_size=1, max_size=5)


Story = list[list[tuple[Edit, int, int]]]
STORIES = st.lists(STEPS, min_size=1, max_size=4)


@pytest.mark.slow
@examples(10)
@given(STORIES)
def test_a_build_after_any_edits_is_one_from_nothing(story: Story) -> None:
    go_through(story, PLAN)


@pytest.mark.slow
@examples(10)
@given(STORIES)
def test_a_build_that_leaves_its_archive_alone_is_one_from_nothing(story: Story) -> None:
    go_through(story, PLAN.replace("late: 6h", "late: 6h\nsince: 2026-11-15"), len(OLD))


def go_through(story: Story, first_plan: str, old_posts: int = 0) -> None:
    """Build after each step of the story, of a team with so many posts of long ago, and compare."""
    with TemporaryDirectory() as folder:
        team, memory = Team(Path(folder) / "team"), Memory()
        team.root.mkdir()
        team.git("init", "-q", "-b", "main")
        team.write("content/plan.md", first_plan)
        for number in range(old_posts):
            old(team, number)
        team.write(".gitignore", "_site/\n")
        commit(team, 0, 0)
        for number in range(3):
            write(team, number, number * 6)
        for step in [[], *story]:
            for edit, number, choice in step:
                edit(team, number, choice)
            built = team.build(team.root / "_site", Path(folder) / "cache")
            served = team.build(Path(folder) / "served", Path(folder) / "cache of serve", memory)
            assert built == served == team.build(Path(folder) / "other", Path(folder) / "none")
            shutil.rmtree(Path(folder) / "other")
            shutil.rmtree(Path(folder) / "none")
