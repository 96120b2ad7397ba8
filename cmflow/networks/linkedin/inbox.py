"""Comments below the posts of an organisation, and its answers.

LinkedIn lists comments by post, in no order that it promises. How many there are is asked for many posts at once; only
those where the number is another than last time are read, and those with watched comments. It tells who wrote a
comment by a number alone. A person's posts are read by approved apps only, and direct messages by none.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unicodedata import normalize

from cmflow.model import Author, Contact, Message, Remote
from cmflow.model.errors import Denied, Rejected, Unsure
from cmflow.netkit import mail, mailbox
from cmflow.netkit.answers import date, document, moment
from cmflow.netkit.errors import unreadable
from cmflow.netkit.mailbox import Bag, inside
from cmflow.netkit.network import Inquiry, Mail, Outgoing, Question
from cmflow.networks.linkedin import comment
from cmflow.networks.linkedin.call import SETTLE, LinkedIn, post_urn, remote, segment
from cmflow.values import dataclass

SIZE, PAGES = 100, 5  # comments of one answer, and answers per post or thread
CHUNK = 50  # posts whose numbers are asked for at once
POSTS = 25  # posts that one inquiry reads
MARGIN = timedelta(minutes=10)  # their clock and ours
PERSON = "LinkedIn lets no program read the comments on a person's posts: read and answer them on LinkedIn."
SCOPE = "r_organization_social_feed"
KINDS = ("urn:li:share:", "urn:li:ugcPost:")


@dataclass(frozen=True, slots=True)
class Reader:
    """`watched` are the ids of watched comments, by post."""

    linkedin: LinkedIn
    bag: Bag
    watched: Mapping[str, frozenset[str]]


def inbox(linkedin: LinkedIn, inquiry: Inquiry) -> Mail:
    """All comments of the posts where their number is another than last time. The next inquiry reads what is left."""
    if not linkedin.is_organisation:
        return Mail((), inquiry.cursor, gaps=(PERSON,))
    state, bag = mailbox.position(inquiry.cursor), mailbox.begin("LinkedIn", inquiry)
    first, earlier = moment(state.get("first")) or inquiry.since, state.get("counts")
    bag.since = first
    reader = Reader(linkedin, bag, _watched(inquiry))
    posts = [str(post) for post in mailbox.entries(bag.backlog)] or list(dict.fromkeys(_posts(inquiry)))
    counts = _counts(reader, posts)
    known = earlier if isinstance(earlier, dict) else {}
    if not bag.backlog:
        posts = [post for post in posts if counts.get(post, -1) != known.get(post, 0) or post in reader.watched]
    unread = frozenset(post for post in posts[:POSTS] if not _read(reader, post))
    backlog = posts[POSTS:]
    numbers = {**known, **{post: count for post, count in counts.items() if post not in {*backlog, *unread}}}
    kept = {post: count for post, count in numbers.items() if count}
    return bag.mail(backlog, counts=kept, first=first.isoformat())


def _posts(inquiry: Inquiry) -> Iterator[str]:
    for receipt in inquiry.posts:
        urn = "" if comment.is_one(receipt) else receipt.id or post_urn(receipt.url, {})
        if urn.startswith(KINDS):
            yield urn


def _watched(inquiry: Inquiry) -> dict[str, frozenset[str]]:
    """The ids of watched comments, by post."""
    posts = {trace.post for trace in inquiry.watched if trace.post}
    return {post: frozenset(trace.id for trace in inquiry.watched if trace.post == post) for post in posts}


def _counts(reader: Reader, posts: list[str]) -> dict[str, int]:
    """How many comments each post has, where LinkedIn tells."""
    counts = dict[str, int]()
    for chunk in (posts[start : start + CHUNK] for start in range(0, len(posts), CHUNK)):
        ids = ",".join(map(segment, chunk))
        answer = reader.linkedin.ask("GET", f"/rest/socialMetadata?ids=List({ids})", (403,))
        reader.bag.now = reader.bag.now or date(answer)
        results = inside(document(answer), "results") if answer.is_success else None
        for post, about in results.items() if isinstance(results, dict) else ():
            count = inside(about, "commentSummary", "count")
            if isinstance(count, int):
                counts[post] = count
    return counts


def _read(reader: Reader, post: str) -> bool:
    """Add a post's comments and the answers to them; whether that are all."""
    entries, is_whole = _listed(reader.linkedin, post)
    if entries is None:
        hint = f"it takes the scope {SCOPE}: cmflow connect {reader.linkedin.account}"
        reader.bag.gaps.append(f"LinkedIn does not let us read the comments of {reader.linkedin.name}: {hint}")
        return True
    for entry in list(entries):
        count = inside(entry, "commentsSummary", "aggregatedTotalComments")
        if isinstance(count, int) and count > 0:
            answers, all_of_them = _listed(reader.linkedin, _urn(post, entry))
            entries, is_whole = entries + (answers or []), is_whole and all_of_them and answers is not None
    reader.bag.add(entries, partial(_message, reader, post))
    if is_whole:
        present = {_urn(post, entry) for entry in entries}
        reader.bag.deleted += sorted(reader.watched.get(post, frozenset()) - present)
    else:
        reader.bag.gaps.append(f"Not all comments were read of {remote(post).url}")
    return is_whole


def _listed(linkedin: LinkedIn, urn: str) -> tuple[list[Any] | None, bool]:
    """The comments below a post or a comment, and whether that are all; None where we may not read them."""
    entries: list[Any] = []
    for page in range(PAGES):
        path = f"/rest/socialActions/{segment(urn)}/comments?start={page * SIZE}&count={SIZE}"
        answer = linkedin.ask("GET", path, (403, 404))
        if answer.status_code == 403:
            return None, False
        if answer.status_code == 404:  # deleted
            return entries, True
        elements = inside(document(answer), "elements")
        if not isinstance(elements, list):
            raise unreadable("LinkedIn")
        entries += elements
        if len(elements) < SIZE:
            return entries, True
    return entries, False


# ── messages ────────────────────────────────────────────────────────────────────────────────────────────────


def _urn(post: str, entry: Any) -> str:
    """What names a comment: the post or activity, and its number."""
    urn = str(inside(entry, "commentUrn"))
    return urn if comment.COMMENT.fullmatch(urn) else f"urn:li:comment:({post},{inside(entry, 'id')})"


def _message(reader: Reader, post: str, entry: Any) -> Message:
    urn, parent, actor = mail.identity(_urn(post, entry)), entry.get("parentComment"), mail.identity(entry["actor"])
    time, changed = _time(entry["created"]["time"]), inside(entry, "lastModified", "time")
    edited = _time(changed) if changed else None
    above = mail.identity(parent) if parent else ""
    return Message(
        id=urn,
        conversation=above or urn,
        contact=Contact.COMMENT,
        time=time,
        author=Author(actor, ours=actor == reader.linkedin.author),
        text=mail.words(inside(entry, "message", "text")),
        url=_address(post, urn),
        above=above,
        post=post,
        edited=edited if edited and edited > time else None,
    )


def _time(milliseconds: Any) -> datetime:
    return mailbox.unix(milliseconds / 1000)


def _address(post: str, urn: str) -> str:
    return f"{remote(post).url}?commentUrn={segment(urn)}"


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────


def reply(linkedin: LinkedIn, message: Outgoing, question: Question) -> Remote:
    """Below the first comment of the thread: LinkedIn knows one level of answers."""
    home = _home(linkedin, question)
    if message.part.media:
        raise Rejected("cmflow puts no pictures into comments on LinkedIn.", "Link to the file instead.")
    comment.check(message.part.form.body)
    number = comment.write(linkedin, message.part.form.body, home, question.conversation)
    return _remote(question, home, number)


def find_reply(linkedin: LinkedIn, message: Outgoing, question: Question) -> Remote | None:
    """The oldest answer of ours since the intent with the same words. Other words of ours may be this one: LinkedIn
    may show a text in another way."""
    home, since = _home(linkedin, question), datetime.fromtimestamp(message.written, UTC) - MARGIN
    entries, is_whole = _listed(linkedin, question.conversation)
    if entries is None or not is_whole:
        raise Unsure("LinkedIn does not let us read all the answers to the comment.", SETTLE)
    own = sorted(_ours(linkedin, entries, since))
    unknown = [(number, text) for _, number, text in own if _remote(question, home, number).id not in message.known]
    for number, text in unknown:
        if _same(text) == _same(message.part.form.body):
            return _remote(question, home, number)
    if unknown:
        raise Unsure("LinkedIn shows answers of ours to the comment, and none has exactly these words.", SETTLE)
    return None


def _ours(linkedin: LinkedIn, entries: Iterable[Any], since: datetime) -> Iterator[tuple[datetime, str, str]]:
    for entry in entries:
        try:
            time = _time(entry["created"]["time"])
        except mail.ODD:
            continue
        if inside(entry, "actor") == linkedin.author and time >= since:
            yield time, str(inside(entry, "id")), str(inside(entry, "message", "text"))


def _home(linkedin: LinkedIn, question: Question) -> str:
    """The post or activity that the conversation's name has."""
    match = comment.COMMENT.fullmatch(question.conversation)
    if not linkedin.is_organisation:
        raise Denied("LinkedIn lets no program answer below a person's posts.", "Answer by hand on LinkedIn.")
    if not match:
        raise Rejected("The message is not a comment on LinkedIn.", "Answer it by hand.")
    return match[1]


def _remote(question: Question, home: str, number: str) -> Remote:
    urn = f"urn:li:comment:({home},{number})"
    return Remote(urn, _address(question.trace.post or home, urn))


def _same(text: str) -> str:
    return " ".join(normalize("NFC", text).split())
