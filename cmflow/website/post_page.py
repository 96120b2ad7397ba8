"""The page of one post: each variant as it will look, its deliveries, its authors and its approvals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cmflow.content import new_post
from cmflow.content.local_time import as_text
from cmflow.content.media import urls
from cmflow.insights.status import Standing
from cmflow.model import Approval, Change, Delivery, Kind, Media, Part, Post, Problem, Status, Variant, same_content
from cmflow.model.limits import Limits
from cmflow.problems import severity
from cmflow.render.formats.hypertext import html
from cmflow.render.markdown.spans import BLOCKS
from cmflow.render.preview import Preview, card_lines
from cmflow.website.mock import pieces, written
from cmflow.website.places import PostContext

if TYPE_CHECKING:
    from cmflow.website.post_figures import FiguresCard
    from cmflow.website.printer import Printer

WEB = ("https://", "http://")
UNPUBLISH = "actions/workflows/unpublish.yml"
SETTLE = "actions/workflows/settle.yml"
# Where a person posts by hand: in these states it may be posted, and be said to be.
TO_POST = ("scheduled", "due", "by_hand", "missed")
UNKNOWN = ("unsure", "missed", "by_hand")  # a person says what happened to it
_RICH = frozenset({Kind.LINK, Kind.BOLD, Kind.ITALIC, Kind.STRIKE, Kind.CODE, *BLOCKS})
LONGEST_ADDRESS = 7_000  # characters that GitHub takes
LOOKS = ("as it will look", "as it looks", "as it was sent", "changed since")
OVER = ("failed", "history", "missed", "skipped")  # states of what will not be sent as it is
READ = (
    "parts",
    "first_comment",
    "language",
    "poll",
    "card",
    "link",
    "content_warning",
    "visibility",
    "version",
    "reply_to",
    "quote",
    "repost",
)
CLIPS = ("mp4", "m4v", "mov", "webm")


def page(preview: Preview, written: str, context: PostContext, printer: Printer, source: str = "") -> str:
    """The page; `written` is the file's front matter, `source` the whole file. Raises `TemplateError`."""
    post, say = preview.post, _Say(printer)
    return printer.page(
        "post.html.j2",
        **say.head(post.title, post.path, post.date, context),
        figures=say.figures(context),
        language=post.language,
        about=[(say.labels[name], value) for name, value in _about(preview) if value],
        problems=[_problem(problem) for problem in (*preview.problems, *context.problems)],
        looks=[*say.looks(preview, context)],
        duplicate=say.duplicate(post, source),
        approvals=[say.approval(approval, preview.variants) for approval in context.approvals],
        written=written,
    )


def missing_page(post_id: str, context: PostContext, printer: Printer, preview: Preview | None = None) -> str:
    """The page of a post that is in the ledger, but no longer in the content; `preview` is what was sent of it."""
    due, say = min((standing.due for _, standing in context.standings), default=printer.now), _Say(printer)
    return printer.page(
        "post.html.j2",
        **say.head(preview.post.title if preview else post_id, "", due, context),
        language="",
        about=[],
        problems=[],
        approvals=[],
        written="",
        duplicate="",
        looks=[*say.looks(preview, context)] if preview else [],
        figures=say.figures(context),
    )


def _about(preview: Preview) -> Iterator[tuple[str, str]]:
    post = preview.post
    yield "campaign", post.campaign
    yield "pillar", post.pillar
    yield "language", post.language
    yield "tags", " ".join(f"#{tag.lstrip('#')}" for tag in post.tags)
    yield "link", post.link


def _problem(problem: Problem) -> tuple[str, str, str, str]:
    """How bad, its code with the account, what is wrong, what to do."""
    account = f" ({problem.account})" if problem.account else ""
    return severity(problem.code).value, problem.code + account, problem.message, problem.hint


class _Say:
    """Says everything in words, so that the template only puts them in their places.

    In the sandbox each attribute and each call costs a microsecond, and there are many pages.
    """

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.labels = printer.labels
        self.zone = printer.now.tzinfo

    def head(self, title: str, path: str, time: datetime, context: PostContext) -> dict[str, Any]:
        local = time.astimezone(self.zone)
        at, text = _moment(local)
        web, branch = self.printer.shared["web"], quote(self.printer.shared["branch"])
        receipts = (receipt for delivery in context.deliveries.values() for receipt in delivery.receipts)
        is_out = any(receipt.url.startswith(WEB) for receipt in receipts)  # a rehearsal is in a folder
        return {
            "up": "../",
            "title": title,
            "path": path,
            "at": at,
            "when": f"{self.printer.language.day(local.date())}, {text[11:]}",
            "state": context.state,
            "edit": f"{web}/edit/{branch}/{quote(path)}" if web and path else "",
            "changes": f"{web}/commits/{branch}/{quote(path)}" if web and path else "",
            "take_back": f"{web}/{UNPUBLISH}" if web and is_out else "",
            "settle": f"{web}/{SETTLE}" if web and any(state in UNKNOWN for state, _ in context.standings) else "",
            "settle_with": self.labels["settle with"],
            "id": next((standing.post for _, standing in context.standings), ""),
            "deliveries": [self.delivery(state, standing, context) for state, standing in context.standings],
            "history": [self.change(change, web) for change in context.history],
        }

    def figures(self, context: PostContext) -> list[FiguresCard]:
        """What was read of the post."""
        if not context.courses:
            return []
        from cmflow.website import post_figures

        return post_figures.cards(context.courses, self.printer.voice)

    def delivery(self, state: str, standing: Standing, context: PostContext) -> tuple[Any, ...]:
        """Account, state and its word, when it is due, what is to be said, and where each part can be seen."""
        delivery = context.deliveries.get(standing.account)
        receipts = [receipt for receipt in delivery.receipts if receipt.url.startswith(WEB)] if delivery else []
        places = [
            (receipt.url, receipt.url.split("/")[2] + (f" {receipt.part + 1}" if len(receipts) > 1 else ""))
            for receipt in receipts
        ]
        return (
            standing.account,
            state,
            self.printer.language.states[state],
            *_moment(standing.due.astimezone(self.zone)),
            self.printer.language.note(standing.note),
            places,
        )

    def looks(self, preview: Preview, context: PostContext) -> Iterator[tuple[str, str, list[tuple[Any, ...]]]]:
        """The variants below what they are: what is to come, what was sent, what has been changed since, what is too
        old to be sent; the second is what is to be said of all of them."""
        states = {standing.account: state for state, standing in context.standings}
        groups = defaultdict[str, list[Variant]](list)
        for variant in preview.variants:
            delivery = context.deliveries.get(variant.account)
            state = states.get(variant.account, context.state)
            look = LOOKS[2] if variant.account in preview.as_sent else _look(variant, state, delivery)
            groups[look].append(variant)
        for name in LOOKS:
            if groups[name]:
                yield self.labels[name], "", [self.variant(preview, variant, context) for variant in groups[name]]
        if preview.history:
            note = "" if preview.post.status is Status.DRAFT else self.labels["before cmflow"]
            yield self.labels["as it was written"], note, [*self.history(preview)]

    def duplicate(self, post: Post, source: str) -> str:
        """Where on GitHub a post like this one is begun, for a week later; "" for one too long for an address."""
        web, branch = self.printer.shared["web"], self.printer.shared["branch"]
        if not (web and source):
            return ""
        time = post.date.astimezone(self.zone) + timedelta(days=7)
        path = f"{post.path.removesuffix('.md')}-{time:%Y-%m-%d}.md"
        text = new_post.duplicate(source, as_text(time))
        url = new_post.address(web, branch, path, text)
        return url if len(url) <= LONGEST_ADDRESS else ""

    def history(self, preview: Preview) -> Iterator[tuple[Any, ...]]:
        """What is written, once for all accounts that have it in common."""
        groups = list[list[Variant]]()
        for variant in preview.history:
            group = next((group for group in groups if _reads_alike(group[0], variant)), None)
            if group is None:
                groups.append([variant])
            else:
                group.append(variant)
        for variants in groups:
            shared = variants[0]
            parts = [*shared.parts, *((shared.first_comment,) if shared.first_comment else ())]
            labels = [f"{number}/{len(shared.parts)}" for number in range(1, len(shared.parts) + 1)]
            labels = [*(labels if len(labels) > 1 else ("",)), self.labels["first comment"]]
            yield (
                "as-written",
                [self.account(preview, variant) for variant in variants],
                shared.language,
                [
                    (self.labels[name], value)
                    for name, value in _details(shared)
                    if value not in ("", preview.post.link)
                ],
                [
                    (label, written(part.text), "", False, [_media(item) for item in part.media], "", "")
                    for label, part in zip(labels, parts, strict=False)
                ],
                shared.poll.options if shared.poll else (),
                *(False, "", ""),
            )

    def account(self, preview: Preview, variant: Variant) -> tuple[str, ...]:
        """Its name, its network and the network's title, and when it is there."""
        (at, text), network = _moment(variant.time.astimezone(self.zone)), variant.network
        return variant.account, network, preview.titles[network], at, text[11:]

    def variant(self, preview: Preview, variant: Variant, context: PostContext) -> tuple[Any, ...]:
        """The manner of its network, its account, the language, what goes out beside the text, the parts, the poll;
        where a person posts it by hand, whether that is to be done, and where it begins."""
        limits, unit = preview.limits[variant.network], preview.unit
        state = next((state for state, standing in context.standings if standing.account == variant.account), "")
        many = len(variant.parts) > 1
        to_post = variant.network in preview.by_hand and state in TO_POST
        parts = [
            self.part(f"{number}/{len(variant.parts)}" if many else "", part, limits, unit(variant, part), to_post)
            for number, part in enumerate(variant.parts, 1)
        ]
        if comment := variant.first_comment:
            parts.append(self.part(self.labels["first comment"], comment, limits, unit(variant, comment), to_post))
        return (
            f"on-{variant.network}",
            [self.account(preview, variant)],
            variant.language,
            [(self.labels[name], value) for name, value in _details(variant, limits) if value],
            parts,
            variant.poll.options if variant.poll and limits.poll_options else (),
            to_post,
            preview.by_hand.get(variant.network, ""),
            self.labels["open"].format(preview.titles[variant.network]),
        )

    def part(self, label: str, part: Part, limits: Limits, unit: str, to_post: bool) -> tuple[Any, ...]:
        """Its number in a thread, its pieces, how long it is of how much, whether that is too much, its pictures; where
        a person posts it, what is pasted, in characters and, where they do not say it all, as HTML."""
        number, word = self.printer.number, self.labels.get(f"unit {unit}", unit)
        length = f"{number(part.length)} / {number(part.limit)} {word}" if part.limit else number(part.length)
        display = part.form.display
        rich = html(display) if to_post and any(span.kind in _RICH for span in display.spans) else ""
        media = [_media(item) for item in part.media]
        return label, pieces(part, limits), length, part.length > part.limit, media, part.form.paste, rich

    def approval(self, approval: Approval, variants: Sequence[Variant]) -> tuple[str, ...]:
        """When it was, by whom, whether of the current text where that is known, its pull request and where that is."""
        web = self.printer.shared["web"]
        same = all(variant.digest == approval.digest(variant.account) for variant in variants)
        word = self.labels["approved" if same else "approved before"] if variants else ""
        return (
            *_moment(approval.time.astimezone(self.zone)),
            approval.by,
            word,
            f"#{approval.pull}",
            f"{web}/pull/{approval.pull}" if web else "",
        )

    def change(self, change: Change, web: str) -> tuple[str, ...]:
        """When it was, by whom, what for and where to see it, its pull request and where that is, who reviewed."""
        return (
            *_moment(change.time.astimezone(self.zone)),
            change.author,
            change.subject,
            f"{web}/commit/{change.commit}" if web else "",
            f"#{change.pull}" if change.pull else "",
            f"{web}/pull/{change.pull}" if web else "",
            self.labels["reviewed by"].format(", ".join(change.reviewers)) if change.reviewers else "",
        )


def _details(variant: Variant, limits: Limits | None = None) -> Iterator[tuple[str, str]]:
    yield "title", variant.title
    yield "content warning", variant.content_warning if limits is None or limits.content_warning else ""
    yield "tags", " ".join(variant.tags)
    yield "visibility", "" if variant.visibility == "public" else variant.visibility.value
    yield "reply to", variant.reply_to
    yield "quote", variant.quote
    yield "repost", variant.repost
    yield "sent link", variant.link
    yield "card", " · ".join(card_lines(variant.card)) if variant.card else ""
    yield "version", variant.version


def _look(variant: Variant, state: str, delivery: Delivery | None) -> str:
    if state == "sent":
        same = delivery and (not delivery.digest or same_content(delivery.described or delivery.digest, variant.digest))
        return "as it was sent" if same else "changed since"
    return "as it looks" if state in OVER else "as it will look"


def _reads_alike(variant: Variant, second: Variant) -> bool:
    return all(getattr(variant, name) == getattr(second, name) for name in READ)


def _moment(time: datetime) -> tuple[str, str]:
    """As programs read it, and as people do: `2026-12-01 09:30`."""
    iso = time.isoformat()
    return iso, f"{iso[:10]} {iso[11:16]}"


def _media(media: Media) -> tuple[str, str, bool]:
    """Its URL, its description, and whether it is a video."""
    return "../" + urls.address("", media.path), media.alt, media.path.rpartition(".")[2].lower() in CLIPS
