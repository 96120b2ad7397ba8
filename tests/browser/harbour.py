"""The calendar of a café at a harbour: three months of posts in every state, made the same each time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from cmflow import git
from cmflow.insights.inbox.simulation import simulate
from cmflow.ledger import Ledger, change, conversations, heartbeat, open_writer, readings
from cmflow.metrics import store
from cmflow.model import Account, Delivery, Event, Plan, Reading, Receipt, State

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 9, 14, 20, tzinfo=ZONE)
FULL_DAY = "2026-12-15"
PLAN_OF_INBOX = Plan("Harbour Café", "Europe/Paris", "en", (Account("toots", "mastodon"),))
LONG = (
    "The whole story of our terrace, from the first chair in 1987 to the hundred and twelve of today, told by the "
    "people who carried them out every single morning and back in again at night"
).ljust(200, "!")
PLAN = """\
---
brand: Harbour Café
timezone: Europe/Paris
language: {language}
since: 2026-11-16
late: 6h
accounts:
  toots:
    network: mastodon
    title: Harbour Café on Mastodon
    options: {{instance: https://social.example}}
    per_week: 4
    slots: [mon 09:30, wed 09:30]
    audience: Neighbours
    tone: Warm
  sky:
    network: bluesky
    title: Harbour Café on Bluesky
    options: {{handle: harbour.example}}
    per_week: 3
    slots: [tue 12:00]
  x-en: {{network: x, options: {{handle: harbour}}, per_week: 2}}
  threads: {{network: threads}}
  page: {{network: facebook, title: Our page, options: {{page: "1000001"}}, per_week: 2}}
  photos: {{network: instagram, title: Pictures, options: {{user: "17840001"}}}}
  work: {{network: linkedin, options: {{organization: "1"}}, per_week: 1}}
  channel: {{network: telegram, title: The channel, options: {{chat: "@harbour"}}}}
  crew: {{network: slack, title: "Crew: #news", options: {{channel: C1}}}}
inbox: {{accounts: [toots], hours: {{weekdays: "09:00-17:30"}}, first_answer: 4h, answered: 90%}}
groups: {{all: [toots, sky, x-en]}}
people: {{lena: {{name: Lena, mastodon: "@lena@social.example"}}}}
pillars: {{menu: {{share: 50, about: What we cook}}, people: {{share: 30}}, harbour: {{share: 20}}}}
campaigns:
  winter: {{starts: 2026-11-23, ends: 2027-01-10, aim: A full house on grey days}}
  terrace: {{starts: 2027-02-01, ends: 2027-03-31, aim: Everybody knows when it opens}}
pauses: {{holidays: {{starts: 2026-12-24, ends: 2026-12-26}}}}
goals:
  toots:
    - {{metric: followers, target: 500, by: 2027-03-31, start: 300, readings: {{2026-11-16: 310, 2026-12-07: 352}}}}
  page: [{{metric: clicks, target: 90, by: 2026-12-31, start: 0, readings: {{2026-12-01: 20}}}}]
---
# How we speak

Warm, short, **never** in a hurry. See [our house](https://harbour.example/house).

| when | what |
|---|---|
| morning | the soup |
"""
IDEAS = (
    ("Soup of the day", "Pumpkin, chestnut and a little thyme 🎃 Until the pot is empty: https://harbour.example/soup"),
    ("Who baked this?", "Lena has been at the oven since four. Ask her about the *second* rising. #bread"),
    ("Fog over the pier", "You cannot see the boats this morning, but you can hear them. Come in, it is warm."),
    ("Three tables left for Friday", "Three tables, eight chairs, one pianist. Write to us and we keep one for you."),
    ("What the fishermen drink", "Black, no sugar, standing up. We asked why, and @{lena} wrote it down."),
    ("A recipe to take home", "1. Toast the bread\n2. Rub it with garlic\n3. Eat it before it is cold\n\n#recipe"),
    ("Open on Sunday after all", "The bakery is back, so **we open on Sunday** from nine."),
)
ACCOUNTS = ("all", "toots, sky", "page, photos", "toots, work", "sky, channel, crew", "all, page", "toots, x-en")
PILLARS = ("menu", "people", "harbour", "menu", "people", "menu", "harbour")
BAD = {3: State.FAILED, 9: State.UNSURE, 12: State.MISSED, 14: State.SKIPPED}  # what became of some of the past posts
AGES = (("1h", 1, 0.1), ("6h", 6, 0.3), ("1d", 24, 0.6), ("3d", 72, 0.9), ("7d", 168, 1.0), ("14d", 336, 1.0))
WHY = {
    State.FAILED: "The network refused it: the picture is too large (413).",
    State.UNSURE: "The connection broke before an answer came.",
    State.MISSED: "It was due at 09:30 and is over six hours late.",
    State.SKIPPED: "Ada said: not on that day.",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A content repository, and where its pages are."""

    root: Path
    out: Path

    def build(self) -> None:
        words = (sys.executable, "-m", "cmflow", "--root", self.root, "build", "--out", self.out)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CMFLOW_", "GITHUB_"))}
        done = subprocess.run(
            [*map(str, words), "--at", f"{NOW:%Y-%m-%d %H:%M}"], env=clean, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def harbour(folder: Path, language: str = "en") -> Site:
    """The café's calendar, built."""
    site = Site(folder / "café", folder / "pages")
    write(site, "content/plan.md", PLAN.format(language=language))
    _pictures(site)
    commit(site, "Ada Marin", "Write the plan")
    for number, (path, text) in enumerate(posts()):
        write(site, path, text)
        if number == 40:
            commit(site, "Ada Marin", "Plan November and December (#12)\n\nReviewed-by: Bo Lind <bo@example.org>")
    commit(site, "Bo Lind", "Plan the new year (#15)\n\nReviewed-by: Ada Marin <ada@example.org>")
    _remember(site)
    site.build()
    return site


def empty(folder: Path) -> Site:
    """A plan, and nothing else yet."""
    site = Site(folder / "new", folder / "pages")
    write(site, "content/plan.md", "---\nbrand: Harbour Café\ntimezone: Europe/Paris\nlanguage: en\naccounts:\n"
          "  toots: {network: mastodon, options: {instance: https://social.example}}\n---\nSoon.\n")  # fmt: skip
    site.build()
    return site


def write(site: Site, path: str, what: str | bytes) -> None:
    file = site.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(what.encode() if isinstance(what, str) else what)


# ── posts ───────────────────────────────────────────────────────────────────────────────────────────────────


def post(date: str, title: str, accounts: str, text: str, **keys: str) -> str:
    quoted = title.replace('"', '\\"')
    head = {"title": f'"{quoted}"', "date": date, "accounts": f"[{accounts}]"} | keys
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + f"---\n{text}\n"


def posts() -> Iterator[tuple[str, str]]:
    """Every file of a post, and what it says."""
    yield from _usual()
    for number in range(30):
        date = f"{FULL_DAY} {8 + number // 3:02}:{number % 3 * 20:02}"
        accounts = ("toots", "sky", "page", "channel", "crew")[number % 5]
        text = f"Live from the harbour, picture {number + 1} of 30. It is {date[-5:]} and the light has changed again."
        yield (
            f"content/posts/live/{number + 1:02}.md",
            post(
                date, f"Live from the harbour, {date[-5:]}", accounts, text, id=f"live-{number + 1}", pillar="harbour"
            ),
        )
    yield from _special()


def _usual() -> Iterator[tuple[str, str]]:
    day = datetime(2026, 11, 16)
    for number in range(70):
        title, text = IDEAS[number % 7]
        keys = {"pillar": PILLARS[number % 7], "tags": "[harbour, winter]"}
        if day < datetime(2027, 1, 11):
            keys["campaign"] = "winter"
        if number % 7 == 2:
            keys["media"] = "[{file: content/media/fog.jpg, alt: 'Grey water, a grey pier, one red boat'}]"
        if number % 9 == 8 and day > datetime(2026, 12, 10):
            keys["status"] = "draft"
        hour = ("09:30", "12:00", "17:15")[number % 3]
        yield (
            f"content/posts/{day:%Y-%m}/{day:%d}-{number}.md",
            post(
                f"{day:%Y-%m-%d} {hour}",
                title,
                ACCOUNTS[number % 7],
                f"{text}\n\nDay {number + 1}.",
                id=f"p{number}",
                **keys,
            ),
        )
        day += timedelta(days=3 if day.weekday() == 4 else 1)
        day += timedelta(days=5 if day == datetime(2026, 12, 24) else 0)


def _special() -> Iterator[tuple[str, str]]:
    arabic = "صباح الخير من الميناء! القهوة جاهزة ☕ https://harbour.example/قهوة"
    hebrew = "בוקר טוב מהנמל, version 2 של התפריט"
    thread = "First the chairs.\n\n---\n\nThen the tables.\n\n---\n\nThen the sun, we hope. #terrace"
    pictures = (
        "[{file: content/media/fog.jpg, alt: 'Grey water, a grey pier, one red boat'}, "
        "{file: content/media/soup.jpg, alt: 'A bowl of orange soup'}]"
    )
    yield "content/posts/long-title.md", post("2026-12-17 10:00", LONG, "toots, sky, page, work", "It is long.")
    yield "content/posts/arabic.md", post("2026-12-10 10:00", "صباح الخير", "toots, page", arabic, language="ar")
    yield "content/posts/hebrew.md", post("2026-12-11 18:00", hebrew, "sky", hebrew, language="he")
    yield (
        "content/posts/thread.md",
        post(
            *("2026-12-14 11:00", "How a terrace is built", "toots, sky, x-en, threads", thread),
            media=pictures,
            thread="manual",
            campaign="winter",
            content_warning="Sun",
            pillar="people",
        ),
    )
    yield "content/posts/too-long.md", post("2026-12-16 09:00", "Too long for X", "x-en, toots", "soup " * 90)
    yield "content/posts/no-date.md", "---\ntitle: When?\naccounts: [toots]\n---\nOne day.\n"
    yield "content/posts/due.md", post("2026-12-09 14:00", "The pier at two", "toots, sky", "It is two o'clock.")


def _pictures(site: Site) -> None:
    folder = site.root / "content" / "media"
    folder.mkdir(parents=True)
    for name, ground, shape in (("fog", "#aab4bb", "#c0392b"), ("soup", "#f3ead8", "#e67e22")):
        image = Image.new("RGB", (1200, 675), ground)
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 430, 1200, 675), fill="#7d8a92")
        draw.ellipse((420, 330, 780, 520), fill=shape)
        image.save(folder / f"{name}.jpg", quality=80)


# ── what git remembers ──────────────────────────────────────────────────────────────────────────────────────


def commit(site: Site, author: str, message: str) -> None:
    if not (site.root / ".git").exists():
        _git(site, "init", "-q", "--template=", "-b", "main")
        _git(site, "remote", "add", "origin", "https://github.com/harbour/posts.git")
    _git(site, "add", "-A")
    _git(site, "-c", f"user.name={author}", "-c", "user.email=a@example.org", "commit", "-q", "-m", message)


def _git(site: Site, *words: str) -> None:
    dated = {"GIT_AUTHOR_DATE": "2026-11-10T10:00:00Z", "GIT_COMMITTER_DATE": "2026-11-10T10:00:00Z"}
    none = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *words], cwd=site.root, env={**os.environ, **dated, **none}, check=True)


def _remember(site: Site) -> None:
    ledger = Ledger(git.Repository(site.root, site.root / ".git" / "objects"))
    writer, _ = open_writer(ledger, lambda: NOW, lambda seconds: None)
    writer.record(*_deliveries())
    writer.close()
    heartbeat.mark(ledger, "https://github.com/harbour/posts/actions/runs/1", NOW - timedelta(minutes=35))
    metrics = Ledger(ledger.repository, readings.BRANCH)
    assert store.save(metrics, (*_figures(), *_followers()), lambda: NOW) == ""
    inbox = Ledger(ledger.repository, conversations.BRANCH)
    files = conversations.files(simulate(PLAN_OF_INBOX, NOW))
    change.commit(inbox, lambda tip: (None, files, "Inbox"), lambda: NOW)


def _figures() -> Iterator[Reading]:
    """What was read of the posts on Bluesky and Mastodon; those with a picture (every seventh) did well."""
    names = {"toots": ("mastodon", "favourites_count"), "sky": ("bluesky", "likeCount")}
    for delivery in _deliveries():
        if delivery.account in names and delivery.state is State.SENT:
            network, metric = names[delivery.account]
            likes = 20 + int(delivery.post[1:]) * 7 % 11 + 30 * (int(delivery.post[1:]) % 7 == 2)
            for slot, hours, part in AGES:
                time = delivery.receipts[0].time + timedelta(hours=hours)
                if time < NOW:
                    yield Reading(
                        *(delivery.account, network, metric, round(likes * part), time, slot, delivery.post),
                        age=hours * 3_600,
                        common="reactions",
                    )


def _followers() -> Iterator[Reading]:
    for days in (*range(20), *range(26, 40)):
        time = NOW - timedelta(days=40 - days, hours=4)
        yield Reading("toots", "mastodon", "followers_count", 300 + days * 2, time, f"{time.astimezone(UTC):%Y-%m-%d}")


def _deliveries() -> Iterator[Delivery]:
    """What became of the posts before now; `p17` is on its way."""
    groups = {"all": "toots, sky, x-en"}
    for number, (_, text) in enumerate(_usual()):
        head = dict(line.split(": ", 1) for line in text.split("---\n")[1].splitlines())
        due = datetime.strptime(head["date"], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).astimezone(UTC)
        names = ", ".join(groups.get(name, name) for name in head["accounts"].strip("[]").split(", ")).split(", ")
        for place, account in enumerate(dict.fromkeys(names)):
            if due < NOW:
                yield _delivery(f"p{number}", account, due, BAD.get(number, State.SENT) if not place else State.SENT)


def _delivery(name: str, account: str, due: datetime, state: State) -> Delivery:
    at = due + timedelta(seconds=40)
    url = f"https://{account}.example/@harbour/{name}"
    return Delivery(
        *(name, account, state, due),
        attempt=1,
        run="https://github.com/harbour/posts/actions/runs/1",
        receipts=(Receipt(0, name, url, at),) if state is State.SENT else (),
        error=WHY.get(state, ""),
        history=(Event(at, state, "", WHY.get(state, "")),),
    )
