"""Tickets and notes in words: what strangers wrote is quoted: no mention, no link and no picture of theirs works.

    wording = Wording(templates, plan.zone, plan.language)
    sheet = wording.sheet(subject, message, now)

Pure: text in, text out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from cmflow.inbox import quoting
from cmflow.inbox.helpdesk import Sheet
from cmflow.inbox.languages import texts
from cmflow.model import Author, Contact, Label, Message, Trace, Visibility
from cmflow.model.reason import Reason
from cmflow.render import escape
from cmflow.render.escape import OwnWords
from cmflow.values import dataclass

INBOX, URGENT, ACCOUNT = "inbox", "urgent", "account: "  # labels
TELL = "tell them"  # the label of a conversation whose author waits for the news
LONGEST_LABEL = 50  # characters: GitHub takes no more
EXCERPT, NAME = 60, 40  # characters in a title
FILES, REASONS = 10, 8  # lines of each
COMMANDS = ("reply", "draft", "saved", "thanks", "hide", "spam", "done", "relay", "post")
OPEN_TO_ALL = (Visibility.PUBLIC, Visibility.UNLISTED)
ANSWERS = ("reply", "draft", "saved", "thanks")


class Removal(StrEnum):
    """Why a text is not there any more."""

    PURGED = "purged"  # it is older than the plan keeps texts
    FORGOTTEN = "forgotten"  # its author asked for it
    DELETED = "deleted"  # its author deleted it on the network


@dataclass(frozen=True, slots=True)
class OwnPost:
    """The post of ours that a message is about; `url` leads to its file, "" where it has none."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a ticket shows besides messages. `network` is its title: "Facebook".

    `reasons` are those of triage. `no_reply` and `no_hide`: no program can do that on the network. `refusals` are
    (command, why) for all else that does not work here.
    """

    account: str
    network: str
    label: Label | None = None
    urgent: bool = False
    reasons: tuple[Reason, ...] = ()
    post: OwnPost | None = None
    assignees: tuple[str, ...] = ()
    no_reply: bool = False
    no_hide: bool = False
    refusals: tuple[tuple[str, str], ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        account = f"{ACCOUNT}{self.account}"[:LONGEST_LABEL]
        return (INBOX, *filter(None, (self.label and self.label.value,)), account, *((URGENT,) * self.urgent))


@dataclass(frozen=True, slots=True)
class Wording:
    """The templates, and the plan's zone and language. `folder`: people act on a command line, not by comments."""

    templates: Mapping[str, str]
    zone: str
    language: str
    folder: bool = False

    # ── the ticket ──────────────────────────────────────────────────────────────────────────────────────────

    def sheet(self, subject: Subject, message: Message, now: datetime) -> Sheet:
        """The ticket of a conversation of which this is the latest message. Raises `TemplateError`."""
        body = self._filled("conversation", self._about(subject, message, now))
        return Sheet(self.title(subject, message), body, subject.labels, subject.assignees)

    def title(self, subject: Subject, message: Message) -> str:
        """`Complaint on Facebook: our post “Bread on Friday”`"""
        post = escape.plain(subject.post.title, EXCERPT) if subject.post else ""
        values = {"kind": self._kind(subject, message), "network": _network(subject), "post": post}
        return self._text("title" if post else "title bare", **values, **self._clock(message.time))

    def quarantine(self, account: str) -> Sheet:
        """One ticket for too many conversations of strangers; its notes list them."""
        title = self._text("title quarantine", account=escape.plain(account, NAME))
        body = self._text("quarantine", account=quoting.code(account))
        return Sheet(title, body, (INBOX, Label.SPAM.value, f"{ACCOUNT}{account}"[:LONGEST_LABEL]))

    # ── notes ───────────────────────────────────────────────────────────────────────────────────────────────

    def note(self, subject: Subject, message: Message) -> str:
        """A message of a conversation. Raises `TemplateError`."""
        return self._fitted("message", subject, message, self._attached(subject, message))

    def stripped_note(self, subject: Subject, trace: Trace, removal: Removal, days: int = 0) -> str:
        """The same note without what the author wrote and without their name."""
        message = bare(trace)
        about = self._attached(replace(subject, reasons=()), message)
        return self._filled("message", self._removed(subject, message, removal, days) | about)

    def quarantined(self, network: str, messages: Sequence[Message], start: int = 1) -> str:
        """The first message of each of these conversations, numbered; those that do not fit are counted."""
        lines = [self._row(network, message) for message in messages[: escape.LONGEST // 60]]
        while sum(map(len, lines)) + 8 * len(lines) > escape.LONGEST - 200:
            lines = lines[: len(lines) * 9 // 10]
        left_out = len(messages) - len(lines)
        more = OwnWords(self._text("more", count=left_out) if left_out else "")
        return self._filled("quarantine", {"lines": lines, "more": more, "start": start})

    # ── another team ────────────────────────────────────────────────────────────────────────────────────────

    def relay(self, subject: Subject, message: Message, ticket: str, named: bool = False, quote: bool = True) -> Sheet:
        """The issue that another team gets. Its author is named only where that is asked for.

        `ticket` is the address of the conversation; `quote` shows the text: what is not public stays out of a
        repository that is.
        """
        name = " named" if named else ""
        excerpt = escape.plain(message.text[:1000], EXCERPT) if quote else ""
        values = {"kind": self._kind(subject, message), "network": _network(subject), "text": excerpt}
        title = self._text("relay title" if excerpt else "relay title bare", **values)
        text = quoting.lines(message.text) if quote else ""
        body = partial(self._relay_body, f"relay{name}", subject, message, ticket, len(text))
        return Sheet(title, quoting.fit(body, text))

    def relay_note(
        self, subject: Subject, message: Message, ticket: str, named: bool = False, quote: bool = True
    ) -> str:
        """The comment on an issue that another team has already."""
        name = " named" if named else ""
        text = quoting.lines(message.text) if quote else ""
        return quoting.fit(partial(self._relay_body, f"relay join{name}", subject, message, ticket, len(text)), text)

    def _relay_body(self, key: str, subject: Subject, message: Message, ticket: str, length: int, part: str) -> str:
        network, day = _network(subject), f"{self._local(message.time):%Y-%m-%d}"
        head = self._text(key, who=quoting.person(message.author), network=network, day=day)
        return self._filled(
            "relay",
            {
                "head": OwnWords(head),
                "text": quoting.quote(part) if part.strip() else OwnWords(""),
                "cut": self._cut(subject, length - len(part)),
                "end": OwnWords(self._text("relay end", network=network)),
                "ticket": OwnWords(escape.address(ticket)),
            },
        )

    # ── pieces ──────────────────────────────────────────────────────────────────────────────────────────────

    def _fitted(self, template: str, subject: Subject, message: Message, about: dict[str, Any]) -> str:
        text = quoting.lines(message.text)

        def filled(part: str) -> str:
            written = {
                "head": self._head(subject, message),
                "text": quoting.quote(part) if part.strip() else OwnWords(self._text("no text")),
                "cut": self._cut(subject, len(text) - len(part)),
            }
            return self._filled(template, written | about)

        return quoting.fit(filled, text)

    def _removed(self, subject: Subject, message: Message, removal: Removal, days: int) -> dict[str, Any]:
        sentence = self._text(removal.value, days=days, network=_network(subject))
        head = self._text("wrote", who=self._text("nobody"), network=_network(subject), when=self.when(message.time))
        return {"head": OwnWords(head), "text": OwnWords(sentence), "cut": OwnWords("")}

    def _head(self, subject: Subject, message: Message) -> OwnWords:
        key = "we wrote" if message.author.ours else "wrote"
        author = quoting.person(message.author) or self._text("nobody")
        return OwnWords(self._text(key, who=author, network=_network(subject), when=self.when(message.time)))

    def _cut(self, subject: Subject, count: int) -> OwnWords:
        return OwnWords(self._text("cut", count=count, network=_network(subject)) if count else "")

    def _attached(self, subject: Subject, message: Message) -> dict[str, Any]:
        """What every message has: files, when it was edited, where it stands, who can see it."""
        count = len(message.files)
        key = "file" if count == 1 else "files"
        return {
            "files_head": OwnWords(self._text(key, count=count) if count else ""),
            "files": [quoting.code(file, escape.LINE) for file in message.files[:FILES]],
            "files_more": OwnWords(self._text("more", count=count - FILES) if count > FILES else ""),
            "edited": OwnWords(self._text("edited", when=self.when(message.edited)) if message.edited else ""),
            "link": self._link("link", subject.network, message.url),
            "audience": OwnWords(self._audience(message.visibility)),
            "language": self._fact("language", quoting.code(message.language) if message.language else ""),
            "reasons": self._fact("reasons", "; ".join(map(self._reason, subject.reasons[:REASONS]))),
        }

    def _about(self, subject: Subject, message: Message, now: datetime) -> dict[str, Any]:
        """The facts, and what one can do."""
        commands, refusals = self._commands(subject, message, now)
        post = subject.post
        return {
            "urgent": OwnWords(self._text("urgent") if subject.urgent else ""),
            "until": OwnWords(self._until(subject, message, now)),
            "account": self._fact("account", quoting.code(subject.account), network=_network(subject)),
            "post": self._fact("post", quoting.post(post.title, post.url) if post else ""),
            "audience": OwnWords(self._audience(message.visibility)),
            "commands_head": OwnWords(self._text("commands folder" if self.folder else "commands")),
            "commands": commands,
            "impossible": OwnWords(self._text("impossible")),
            "refusals": refusals,
        }

    def _commands(self, subject: Subject, message: Message, now: datetime) -> tuple[list[OwnWords], list[OwnWords]]:
        """What one can write, and what does not work here, with the reason."""
        reasons = dict(self._refusals(subject, message, now))
        network = _network(subject)
        able = [OwnWords(self._text(f"command {name}", network=network)) for name in COMMANDS if name not in reasons]
        names = {reason: [name for name in reasons if reasons[name] == reason] for reason in reasons.values()}
        return able, [OwnWords(f"{_listed(names[reason])}: {reason}") for reason in names]

    def _refusals(self, subject: Subject, message: Message, now: datetime) -> Iterator[tuple[str, str]]:
        network = _network(subject)
        if subject.no_reply:
            yield from ((name, self._text("no reply", network=network)) for name in ANSWERS)
        elif message.until and message.until <= now:
            sentence = self._text("too late", network=network, **self._clock(message.until))
            yield from ((name, sentence) for name in ANSWERS)
        if subject.no_hide:
            yield "hide", self._text("no hide", network=network)
        if not may_be_quoted(message):
            yield "post", self._text("no post")
        yield from ((name, quoting.reason(reason)) for name, reason in subject.refusals if name in COMMANDS)

    def _until(self, subject: Subject, message: Message, now: datetime) -> str:
        if message.until is None:
            return ""
        key = "late" if message.until <= now else "until"
        return self._text(key, network=_network(subject), **self._clock(message.until))

    def _audience(self, visibility: Visibility) -> str:
        keys = {Visibility.PRIVATE: "private", Visibility.FOLLOWERS: "followers"}
        return self._text(keys[visibility]) if visibility in keys else ""

    def _row(self, network: str, message: Message) -> OwnWords:
        author, link = quoting.person(message.author), self._link("link", network, message.url)
        return OwnWords(" · ".join(filter(None, (author, quoting.code(message.text[:1000], 120), link))))

    def _kind(self, subject: Subject, message: Message) -> str:
        return self._text(subject.label.value if subject.label else f"contact {message.contact}")

    def _link(self, key: str, network: str, url: str) -> OwnWords:
        address = escape.address(url)
        if not address:
            return OwnWords("")
        host = quoting.code(quoting.host(url))
        return OwnWords(self._text(key, network=escape.plain(network, NAME), url=address, host=host))

    def _reason(self, reason: Reason) -> str:
        """It quotes a stranger, so it is code."""
        return quoting.code(reason_text(reason, self.language), escape.LINE)

    def _fact(self, key: str, value: str, **values: object) -> OwnWords:
        """One line; none where nothing is known."""
        return OwnWords(self._text(key, **{key: value}, **values) if value else "")

    # ── words ───────────────────────────────────────────────────────────────────────────────────────────────

    def when(self, time: datetime) -> str:
        """`Tue 2026-12-01, 09:30 (Europe/Paris)`"""
        local = self._local(time)
        weekday = self._text(f"weekday {local.weekday()}")
        return self._text("when", weekday=weekday, day=f"{local:%Y-%m-%d}", clock=f"{local:%H:%M}", zone=self.zone)

    def _clock(self, time: datetime) -> dict[str, str]:
        local = self._local(time)
        day = f"{self._text(f'weekday {local.weekday()}')} {local:%Y-%m-%d}"
        return {"clock": f"{local:%H:%M}", "day": day, "zone": self.zone}

    def _local(self, time: datetime) -> datetime:
        return time.astimezone(ZoneInfo(self.zone))

    def _text(self, key: str, **values: object) -> str:
        return texts(self.language)[key].format(**values)

    def _filled(self, template: str, values: Mapping[str, Any]) -> str:
        return escape.render(self.templates, template, values, strict=True)


def reason_text(reason: Reason, language: str) -> str:
    """Why a message has its label, as a sentence of that language."""
    sentences, values = texts(language), dict(reason.figures)
    for name, key in (("label", "words of"), ("list", "list")):
        if name in values:
            values[name] = sentences[f"{key} {values[name]}"]
    return sentences[f"reason {reason.code}"].format(**values)


def may_be_quoted(message: Message) -> bool:
    """Whether a post of ours may show it: it is public, or was proposed as one."""
    return message.contact is Contact.SUGGESTION or message.visibility in OPEN_TO_ALL


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`/{name}`" for name in names)


def _network(subject: Subject) -> str:
    return escape.plain(subject.network, NAME)


def bare(trace: Trace) -> Message:
    """What remains of a message when its text and its author's name are gone."""
    author = Author("", ours=trace.ours)
    return Message(trace.id, "", trace.contact, trace.time, author, "", visibility=trace.visibility, until=trace.until)
