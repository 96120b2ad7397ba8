"""Where a status belongs: the thread it is part of, and what we are told of it."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from cmflow.model import Author, Contact, Message, Visibility
from cmflow.netkit import rest, status_text
from cmflow.netkit.mail import address, identity, name, words
from cmflow.netkit.rest import ApiClient
from cmflow.networks.mastodon.call import AUDIENCE, Status, segment
from cmflow.networks.mastodon.match import NO_SOURCE

LONGEST_HTML = 100_000
LANGUAGE = 35  # characters of the longest name of a language


class Threads:
    """The threads that were met in one run. `posts` are the ids of our own posts that cmflow knows."""

    def __init__(self, api: ApiClient, me: str, posts: frozenset[str]) -> None:
        self.api, self.me, self.posts = api, me, posts
        self.by_id: dict[str, Status] = {}

    def message(self, kind: str, status: Status) -> Message | None:
        """The message that a status is; None for one that is not for us. Raises one of `mail.ODD` for an odd one."""
        account, id = status["account"], identity(status["id"])
        is_own = identity(account["id"]) == self.me
        if is_own != (kind == "own"):
            return None
        above = self._above(status)
        root = _parent(above[-1] if above else status) or (identity(above[-1]["id"]) if above else id)
        visibility = _visibility(status)
        return Message(
            id=id,
            conversation=root,
            contact=self._contact(kind, status, above),
            time=_time(status["created_at"]),
            author=self._author(account, is_own),
            text=_text(status),
            url=address(status.get("url")) or address(status.get("uri")),
            above=_parent(status),
            post=self._post(status, above),
            language=name(status.get("language"))[:LANGUAGE],
            files=tuple(_files(status)),
            visibility=visibility,
            edited=rest.moment(status.get("edited_at")),
        )

    def _above(self, status: Status) -> list[Status]:
        """The statuses that it answers, the nearest first, as far as the server knows them."""
        above: list[Status] = []
        ids = {identity(status["id"])}
        while parent := _parent(status):
            if parent not in self.by_id:
                self._load(identity(status["id"]))
            if parent not in self.by_id or parent in ids:
                break
            ids.add(parent)
            status = self.by_id[parent]
            above.append(status)
        return above

    def _load(self, id: str) -> None:
        context = rest.document(self.api.ask("GET", f"/api/v1/statuses/{segment(id)}/context", fine=NO_SOURCE))
        for part in ("ancestors", "descendants"):
            for status in (rest.objects(context.get(part)) if isinstance(context, dict) else None) or ():
                self.by_id[str(status.get("id"))] = status

    def _contact(self, kind: str, status: Status, above: list[Status]) -> Contact:
        if status.get("visibility") == "direct":
            return Contact.DIRECT
        if kind == "quote" or _quoted(status):
            return Contact.QUOTE
        is_below = kind == "own" or any(_is_of(other, self.me) for other in above)
        is_answer = is_below or status.get("in_reply_to_account_id") == self.me
        return Contact.COMMENT if is_answer else Contact.MENTION

    def _post(self, status: Status, above: list[Status]) -> str:
        """The post of ours that it is about: the nearest that cmflow knows, else the first of the thread."""
        ids = [_parent(status), *(str(other.get("id")) for other in above), _quoted(status)]
        if known := next((id for id in ids if id in self.posts), ""):
            return known
        return identity(above[-1]["id"]) if above and _is_of(above[-1], self.me) else ""

    def _author(self, account: Status, is_own: bool) -> Author:
        handle = name(account.get("acct"))
        host = "" if "@" in handle else f"@{urlsplit(self.api.address).hostname}"
        return Author(
            identity(account["id"]),
            name(account.get("display_name")) or handle,
            f"@{handle}{host}" if handle else "",
            address(account.get("url")),
            is_own,
        )


def _parent(status: Status) -> str:
    value = status.get("in_reply_to_id")
    return identity(value) if value not in (None, "") else ""


def _is_of(status: Status, account_id: str) -> bool:
    account = status.get("account")
    return isinstance(account, dict) and str(account.get("id")) == account_id


def _quoted(status: Status) -> str:
    """The id of the status that this one quotes, "" for none that is shown."""
    quote = status.get("quote")
    inner = quote.get("quoted_status", quote) if isinstance(quote, dict) else None
    return str(inner.get("id") or "") if isinstance(inner, dict) else ""


def _visibility(status: Status) -> Visibility:
    """An audience that only this server knows is answered to the author alone."""
    names = {theirs: audience for audience, theirs in AUDIENCE.items()}
    return names.get(str(status.get("visibility")), Visibility.PRIVATE)


def _text(status: Status) -> str:
    warning, body = words(status.get("spoiler_text")), str(status["content"] or "")[:LONGEST_HTML]
    return words("\n\n".join(filter(None, (warning, words(status_text.read(body))))))


def _time(written: object) -> datetime:
    time = rest.moment(written)
    if time is None:
        raise ValueError("this is not a time")
    return time


def _files(status: Status) -> Iterable[str]:
    for file in rest.objects(status.get("media_attachments")) or ():
        if link := address(file.get("remote_url")) or address(file.get("url")):
            yield link
