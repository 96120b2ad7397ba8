"""The digest names what is sent: no field of a variant is missing in it, nor where people look before."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from cmflow.model import Account, Card, Form, Kind, Media, Part, Poll, Span, Subtitles, Text, Variant, Visibility
from cmflow.model.post import Post
from cmflow.netkit import network
from cmflow.netkit.network import Outgoing
from cmflow.netkit.upload import Upload
from cmflow.networks.outbox import sheet
from cmflow.render import digests, preview
from cmflow.render.preview import Preview
from cmflow.repository.content import Content
from cmflow.review import appearance
from cmflow.website import post_page, press
from cmflow.website.calendar import Calendar
from cmflow.website.places import PostContext
from tests.render.test_preview import SHORT, THREAD
from tests.repository import places
from tests.website.calendars import PLAN, TEMPLATES

BLOBS = {
    "content/media/a.png": "1" * 40,
    "content/media/b.png": "2" * 40,
    "content/media/a.srt": "3" * 40,
    "content/media/b.srt": "4" * 40,
}
ACCOUNT = Account("chat", "telegram", options=(("chat", "@a"),))


def part(words: str) -> Part:
    return Part(Text(words), Form(words), SHORT.parts[0].media, len(words), 1024)


# One change of each field that is sent: a new field needs one here.
CHANGES: dict[str, object] = {
    "parts": (part("Other words"),),
    "title": "Other title",
    "tags": ("other",),
    "link": "https://other.example/",
    "language": "fr",
    "content_warning": "Other warning",
    "visibility": Visibility.UNLISTED,
    "reply_to": "other-answered",
    "quote": "https://other.example/quoted",
    "repost": "other-reposted",
    "poll": Poll(("Other", "Options"), timedelta(days=3)),
    "first_comment": part("Other comment"),
    "card": Card("Other title", "Other sentence", Media("content/media/b.png")),
}
INNER: dict[type, dict[str, object]] = {
    Form: {"body": "B", "spans": (Span(0, 1, Kind.BOLD),), "html": "<p>B</p>"},
    Span: {"start": 1, "end": 4, "kind": Kind.CODE, "value": "v"},
    Media: {
        "path": "content/media/b.png",
        "alt": "Other",
        "subtitles": (Subtitles("content/media/a.srt", "fr"),),
    },
    Subtitles: {"path": "content/media/b.srt", "language": "de"},
    Card: {"title": "T", "description": "D", "picture": Media("content/media/b.png")},
    Poll: {"options": ("C", "D"), "duration": timedelta(days=2), "multiple": True},
    Part: {"form": Form("B"), "media": ()},
}


HELLO = replace(SHORT, network="mastodon", account="toots")


def digest(variant: Variant) -> str:
    return digests.digest(variant, BLOBS, ACCOUNT)


def test_digests_of_the_past_stay_as_they_are() -> None:
    """Ledgers and approvals hold them: another digest would call what was sent edited, and ask for new approvals."""
    account = Account("toots", "mastodon", options=(("instance", "https://a.example"),))
    poll = replace(SHORT, poll=Poll(("a", "b"), multiple=True), tags=("é",))
    blobs = {"content/media/a.png": "1" * 40}
    assert [digests.digest(variant, blobs, account) for variant in (THREAD, SHORT, poll)] == [
        "aad849a066102179c9bf985d0516d4965e1d5dbe2c40dc02f41e7072a1b6b111",
        "5930a354348c5ff94784ae595eaa9cd2b0fa2d592c40dc02f41e7072a1b6b111",
        "a205c57152eec57a33930a4eb1d078f88f2e177e2c40dc02f41e7072a1b6b111",
    ]


def test_every_field_of_a_variant_is_sent_or_said_not_to_be() -> None:
    names = {field.name for field in fields(Variant)}
    assert set(CHANGES) == names - set(digests.UNSENT[Variant])
    assert all({field.name for field in fields(kind)} >= set(names) for kind, names in digests.UNSENT.items())
    assert all(
        set(changes) == {field.name for field in fields(kind)} - set(digests.UNSENT[kind])
        for kind, changes in INNER.items()
    )


@pytest.fixture
def content() -> Content:
    return places.content({"content/plan.md": places.PLAN, "content/media/a.png": places.PNG})


def sights(variant: Variant, content: Content) -> Iterator[str]:
    """The variant wherever people and programs see it before it is sent."""
    limits = {"mastodon": network.load("mastodon").limits}
    post = Post("post", "content/posts/post.md", "Title", variant.time, (variant.account,), "Hello")
    shown = Preview(post, (variant,), (), {"mastodon": "Mastodon"}, limits, "UTC", "en")
    yield "\n".join(preview.text(shown))
    yield "\n".join(preview.markdown(shown))
    yield json.dumps(preview.as_dict(shown), default=str)
    yield "\n".join(appearance.lines(shown, variant, content))
    files = tuple(Upload.of(b"png") for _ in variant.parts[0].media)
    yield preview.page((shown,), TEMPLATES)
    printer = press(Calendar((), PLAN, {}, {}, {}, variant.time), TEMPLATES)
    yield post_page.page(shown, "", PostContext("scheduled"), printer)
    yield json.dumps(sheet.sheet_of(Outgoing(variant, 0, "k", 0.0, files), ()), default=str)


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_is_sent_is_seen_before(name: str, content: Content) -> None:
    changed = replace(HELLO, **{name: CHANGES[name]})  # type: ignore[arg-type]
    assert digest(changed) != digest(HELLO)
    names = ("preview", "Markdown", "JSON", "review", "page of a preview", "page of the post", "outbox")
    pairs = zip(names, sights(HELLO, content), sights(changed, content), strict=True)
    assert [name for name, one, other in pairs if one == other] == []


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, changes in INNER.items() for name in changes])
def test_every_field_inside_counts(kind: type, name: str) -> None:
    spans = (Span(0, 3, Kind.BOLD),)
    form, poll = Form("Body", spans), Poll(("A", "B"))
    base: dict[type, Any] = {Form: form, Span: spans[0], Media: Media("content/media/a.png", "Alt"), Poll: poll}
    base |= {Subtitles: Subtitles("content/media/a.srt", "fr"), Card: Card("Title")}
    base[Part] = Part(Text("Body"), form, (base[Media],))
    changed = replace(base[kind], **{name: INNER[kind][name]})

    def variant_of(media: Media) -> Variant:
        return replace(SHORT, parts=(replace(base[Part], media=(media,)),))

    def variant(value: Any) -> Variant:
        if kind is Poll:
            return replace(SHORT, poll=value)
        if kind is Card:
            return replace(SHORT, card=value)
        if kind is Subtitles:
            return variant_of(replace(base[Media], subtitles=(value,)))
        if kind is Part:
            return replace(SHORT, parts=(value,))
        if kind is Media:
            return variant_of(value)
        return replace(
            SHORT, parts=(replace(base[Part], form=value if kind is Form else replace(form, spans=(value,))),)
        )

    assert digest(variant(changed)) != digest(variant(base[kind]))
