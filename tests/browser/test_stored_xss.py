"""Nothing that a post, a plan, a commit or the ledger says does anything in the pages: no script, no request."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from cmflow import git, website
from cmflow.insights.status import Standing
from cmflow.ledger import Ledger, open_writer
from cmflow.model import (
    Account,
    Campaign,
    Change,
    Delivery,
    Event,
    Form,
    Media,
    Part,
    Pause,
    Pillar,
    Plan,
    Poll,
    Post,
    Problem,
    Receipt,
    State,
    Text,
    Variant,
)
from cmflow.netkit import network
from cmflow.render.preview import Preview
from cmflow.website.places import PostContext, file_name
from cmflow.website.post_page import page as post_page
from tests.browser.conftest import Opener, Watch, at, settle
from tests.browser.harbour import NOW, Site, commit, write
from tests.browser.payloads import ADDRESSES, ALL, BREAKS, TAGS
from tests.website.calendars import TEMPLATES, calendar, entry

pytestmark = pytest.mark.slow

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")

PLAN = """\
---
brand: {said}
timezone: Europe/Paris
language: en
since: 2026-11-16
accounts:
  toots:
    network: mastodon
    title: {said}
    options: {{instance: https://social.example}}
    audience: {said}
    tone: {said}
    per_week: 1
  channel: {{network: telegram, title: {said}, options: {{chat: {said}}}}}
  crew: {{network: discord, title: {said}}}
  photos: {{network: instagram, title: {said}, options: {{user: "1"}}}}
pillars: {{{said}: {{share: 60, about: {said}}}}}
campaigns: {{{said}: {{starts: 2026-11-01, ends: 2026-12-31, aim: {said}}}}}
pauses: {{{said}: {{starts: 2026-12-24, ends: 2026-12-26}}}}
people: {{ana: {{name: {said}}}}}
---
"""


def clean(said: str) -> str:
    """Without what no file of text may hold."""
    return "".join(each for each in said if each.isprintable() or each in "\n\u2028\u2029\u202e\xa0")


def quoted(text: str) -> str:
    """The text as YAML."""
    return json.dumps(text)


def post(number: int, said: str) -> str:
    """A post that says it wherever it can say anything."""
    said = clean(said)
    one_line = " ".join(said.split())
    day = f"2026-12-{1 + number % 28:02} {8 + number % 10:02}:{number % 60:02}"
    return f"""\
---
title: {quoted(said)}
id: attack-{number}
date: {day}
accounts: [toots, channel, crew, photos]
campaign: {quoted(said)}
pillar: {quoted(said)}
tags: [{quoted(said)}, plain]
language: {quoted(said)}
link: {quoted(said)}
content_warning: {quoted(said)}
first_comment: {quoted(said)}
reply_to: {quoted(said)}
status: {"draft" if number % 3 == 0 else "ready"}
media:
  - file: {quoted(media(number, said))}
    alt: {quoted(said)}
variants:
  crew: {{text: {quoted(said)}}}
---
{clean(said)}

[{one_line}]({one_line} "{one_line}") ![{one_line}]({one_line}) <{one_line}> `{one_line}` **{one_line}** @{{ana}}

> {one_line}

- {one_line}

# {one_line}

```{one_line}
{clean(said)}
```
"""


def media(number: int, said: str) -> str:
    return f"content/media/{number} {name(said)}.jpg"


def name(said: str) -> str:
    """The payload as the name of a file: whatever a file system takes."""
    return "".join(each for each in said if each.isprintable() and each != "/")[:60]


def picture() -> bytes:
    """A picture that has something to say."""
    made = BytesIO()
    Image.new("RGB", (40, 40), "#aa8844").save(made, "jpeg", comment=TAGS[0].encode())
    return made.getvalue() + TAGS[0].encode()


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A calendar whose every field is an attack, made by `cmflow build`."""
    folder = tmp_path_factory.mktemp("attacked")
    site = Site(folder / "café", folder / "pages")
    everything = "\n\n".join(map(clean, ALL))
    write(site, "content/plan.md", PLAN.format(said=quoted(BREAKS[0])) + everything)
    for number, said in enumerate(ALL):
        write(site, f"content/posts/{number} {name(said)}.md", post(number, said))
        write(site, media(number, said), picture())
        if number % 20 == 0:
            commit(
                site,
                name(said) or "x",
                clean(said) + "\n\nReviewed-by: " + clean(said).split("\n")[0],
            )
    commit(site, "<b>Ada</b>", "The rest")
    ledger = Ledger(git.Repository(site.root, site.root / ".git" / "objects"))
    writer, _ = open_writer(ledger, lambda: NOW, lambda seconds: None)
    writer.record(*_deliveries())
    writer.close()
    site.build()
    return site


def _deliveries() -> Iterator[Delivery]:
    for number, said in enumerate(map(clean, ALL)):
        state = (State.SENT, State.FAILED, State.UNSURE)[number % 3]
        receipts = (Receipt(0, said, said, NOW), Receipt(1, said, f"https://ok.example/{said}", NOW))
        history = (Event(NOW, state, said, said),)
        bare = Delivery(f"attack-{number}", "toots", state, NOW - timedelta(days=1), receipts=receipts, error=said)
        bare = replace(bare, parts=2 if state is State.SENT else 3)
        yield replace(bare, run=said, history=history)
        yield replace(bare, account="channel")
        yield replace(bare, post=f"gone-{number}")


def look(page: Page, pages: Sequence[Path]) -> None:
    for path in pages:
        page.goto(path.as_uri())
        assert page.evaluate(LOOK) == [], path


def test_there_are_enough() -> None:
    assert len({*ALL}) >= 60


def test_pages_of_posts(attacked: Site, opened: Opener) -> None:
    found = sorted((attacked.out / "posts").iterdir())
    assert len(found) > 1.9 * len(ALL)  # some cannot be read at all
    page = opened(found[0])
    look(page, found)


def test_lists_and_the_plan(attacked: Site, opened: Opener) -> None:
    found = sorted(attacked.out.glob("*.html"))
    assert len(found) > 2
    page = opened(attacked.out / "index.html")
    for path in found:
        page.goto(path.as_uri())
        for each in page.locator("summary:visible").all():
            each.click()
        assert page.evaluate(LOOK) == [], path


def test_every_view(attacked: Site, opened: Opener) -> None:
    page = opened(at(attacked.out))
    page.locator("#filters").click()
    for view in ("month", "week", "list", "board", "day"):
        for date in ("2026-12-01", "2026-12-08"):
            page.goto(at(attacked.out, view, date))
            settle(page)
            assert page.evaluate(LOOK) == [], view
    for box in page.locator("#choices input").all()[:12]:
        page.locator("#filters").evaluate("each => each.getAttribute('aria-expanded') === 'true' || each.click()")
        box.check()
        settle(page)
        assert page.evaluate(LOOK) == []
        box.uncheck()
    page.locator("#search").fill("script")
    settle(page)
    assert page.evaluate(LOOK) == []


def test_what_the_address_says(attacked: Site, opened: Opener) -> None:
    page = opened(at(attacked.out))
    for said in (*TAGS[:3], *BREAKS, *ADDRESSES[:3]):
        for keys in (("view", "date"), ("q",), ("account", "state", "campaign", "author")):
            wanted = {"view": "list", **dict.fromkeys(keys, said)}
            page.evaluate("wanted => { location.hash = new URLSearchParams(wanted) }", wanted)
            settle(page)
            assert page.evaluate(LOOK) == [], said


# ── values that no check lets through ───────────────────────────────────────────────────────────────────────


def test_values_that_cmflow_would_refuse(tmp_path: Path, opened: Opener, watch: Watch) -> None:
    """Whatever a page is made of, it only shows it."""
    for number, brand in enumerate((TAGS[0], BREAKS[0], BREAKS[3], BREAKS[8])):
        made = _calendar(brand)
        for path, text in website.every_page(made, TEMPLATES):
            put(tmp_path / str(number) / path, text)
    for number, said in enumerate(ALL):
        put(tmp_path / "0" / "posts" / f"{number}.html", _post(said, made))
    page = opened(tmp_path / "0" / "index.html")
    look(page, sorted(tmp_path.rglob("*.html")))
    watch.wrong[:] = [each for each in watch.wrong if "ERR_FILE_NOT_FOUND" not in each]  # their pictures


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", errors="replace")


def _calendar(brand: str) -> website.Calendar:
    """Every value of a plan and its posts, each time with another attack."""
    days = [NOW + timedelta(hours=3 * number) for number in range(len(ALL))]
    plan = Plan(
        *(brand, "Europe/Paris", brand, tuple(Account(said, said, said, audience=said, tone=said) for said in ALL)),
        pillars=tuple(Pillar(said, 1, said) for said in ALL),
        campaigns=tuple(Campaign(said, None, None, said) for said in ALL),
        pauses=tuple(Pause(said, NOW.date(), NOW.date()) for said in ALL),
        prose="\n\n".join(ALL),
    )
    posts = [
        entry(f"p{number}", day, (said,), title=said, campaign=said, pillar=said, language=said, tags=(said,))
        for number, (said, day) in enumerate(zip(ALL, days, strict=True))
    ]
    named = [replace(entry("b", day), id=said, path=said, title="") for said, day in zip(ALL, days, strict=True)]
    ledger = [Delivery(f"p{number}", said, State.FAILED, NOW, error=said) for number, said in enumerate(ALL)]
    gone = [Delivery(said, said, State.SENT, NOW) for said in ALL]
    web = f"https://github.com/o/{brand}"
    return calendar(*posts, *named, plan=plan, ledger=(*ledger, *gone), web=web, branch=brand)


def _post(said: str, made: website.Calendar) -> str:
    part = Part(
        Text(said), Form(said), (Media(media(1, said), said), Media(f"content/media/{name(said)}.mp4", said)), 3, 2
    )
    variant = Variant(
        *(said, said, "mastodon", NOW, (part, part)),
        title=said,
        tags=(said,),
        language=said,
        content_warning=said,
        reply_to=said,
        quote=said,
        repost=said,
        poll=Poll((said, said), timedelta(days=1)),
        first_comment=part,
    )
    problems = (Problem(said, 1, "bad-value", said, said, said),)
    post = Post(
        said, said, said, NOW, (said,), said, campaign=said, pillar=said, tags=(said,), link=said, language=said
    )
    loaded = network.load("mastodon")
    preview = Preview(post, (variant,), problems, {"mastodon": said}, {"mastodon": loaded.limits}, "Europe/Paris", "en")
    delivery = Delivery(said, said, State.SENT, NOW, receipts=(Receipt(0, said, said, NOW),), error=said)
    change = Change(NOW, said, said, said, 1, (said,))
    standing = Standing(said, said, State.FAILED, NOW, note=said, url=said)
    around = PostContext("failed", (("failed", standing),), {said: delivery}, (change,), problems)
    assert file_name("a") == "posts/a.html"
    return post_page(preview, said, around, website.press(made, TEMPLATES))


def test_an_attack_that_works_is_seen(tmp_path: Path, opened: Opener, watch: Watch) -> None:
    put(tmp_path / "bad.html", f"<!doctype html><title>Bad</title>{TAGS[0]}<img src='https://evil.example/pixel.gif'>")
    page = opened(tmp_path / "bad.html")
    assert len(page.evaluate(LOOK)) == 3
    assert {each.split(":")[0] for each in watch.wrong} >= {"dialog", "request"}
    watch.wrong.clear()
