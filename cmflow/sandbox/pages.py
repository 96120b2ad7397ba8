"""The pages of the sandbox, from `templates/sandbox/`. Whatever comes from elsewhere is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cmflow.content.local_time import as_text
from cmflow.netkit import network, oauth
from cmflow.netkit.auth import OAuth2, Way
from cmflow.values import dataclass

if TYPE_CHECKING:
    from jinja2 import Environment

    from cmflow.sandbox.arrivals import ArrivedFile
    from cmflow.sandbox.cast import Actor
    from cmflow.sandbox.records import Record, Scene

FOLDER = "templates/sandbox/"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
VIDEOS = ("video/mp4", "video/quicktime", "video/webm")
WORDS = {
    "refuse": "Refuse the post",
    "throttle": "Too many posts: rate limit",
    "lose": "Publish, and lose the answer",
    "slow": "Answer late",
    "expire": "Expire its credentials",
}

CONTACTS = {
    "comment": "Comment on the latest post",
    "mention": "Mention the account",
    "direct": "Direct message",
}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as the page shows it."""

    address: str
    name: str
    size: str
    alt: str
    kind: str  # image, video, file
    role: str


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post as the page shows it, with what is below it."""

    number: int
    time: str
    title: str
    text: str
    kind: str
    files: tuple[ShownFile, ...]
    options: tuple[str, ...]
    notes: tuple[str, ...]
    deleted: str
    below: tuple[ShownPost, ...]


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account as the page shows it, the newest post first."""

    name: str
    title: str
    network: str
    identity: str
    trouble: str
    has_audience: bool
    posts: tuple[ShownPost, ...]


@dataclass(frozen=True)
class Pages:
    """`sources` are the templates by path."""

    sources: Mapping[str, str]

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import DictLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        names = {path.removeprefix(FOLDER): text for path, text in self.sources.items()}
        return ImmutableSandboxedEnvironment(
            loader=DictLoader(names), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def _page(self, name: str, **values: Any) -> str:
        return self._environment.get_template(name).render(values)

    def arrived(self, scene: Scene, address: Callable[[int, int], str], live: bool, command: str = "") -> str:
        """The page of what arrived; `address` gives that of a file, by record and place. `live`: it is served, and can
        be told what is to go wrong. `command` is what a person types first."""
        latest = {record.account: record.number for record in scene.records}
        actors = sorted(scene.actors, key=lambda actor: -latest.get(actor.account.name, 0))
        accounts = tuple(_account(scene, actor, address) for actor in actors)
        count = sum(not record.deleted for record in scene.records)
        calls = tuple(reversed(scene.calls)) if live else ()
        return self._page(
            "arrived.html.j2",
            accounts=accounts,
            count=count,
            live=live,
            command=command,
            calls=calls,
            words=WORDS,
            contacts=CONTACTS,
            version=scene.version,
            troubles=tuple((name, WORDS[kept.kind], kept.times) for name, kept in scene.troubles.items()),
        )

    def style(self) -> str:
        """The stylesheet of every page."""
        return self.sources[f"{FOLDER}style.css"]

    def script(self) -> str:
        """What loads the page anew when something has arrived."""
        return self.sources[f"{FOLDER}reload.js"]

    def sentence(self, title: str, text: str) -> str:
        """A page that says one thing."""
        return self._page("sentence.html.j2", title=title, text=text)

    def authorise(self, actor: Actor, way: OAuth2, query: str) -> str:
        """The page on which a person lets an app act for the account."""
        title = network.load(actor.account.network).title
        return self._page(
            "authorise.html.j2", network=title, identity=identity(actor), account=actor.account.name, scopes=way.scopes,
            query=query,
        )  # fmt: skip

    def developer(self, actor: Actor) -> str:
        """The page on which a person gets what `cmflow connect` asks for."""
        record = network.load(actor.account.network)
        ways = tuple((way.steps, _values(way, actor)) for way in actor.ways)
        pages = [oauth.filled(way.page, actor.account) for way in actor.ways if way.page]
        return self._page(
            "developer.html.j2", network=record.title, account=actor.account.name, identity=identity(actor),
            ways=tuple(way for way in ways if way[1]), page=pages[0] if pages else "",
        )  # fmt: skip


def _values(way: Way, actor: Actor) -> tuple[tuple[str, str], ...]:
    """The names and values that a person copies for this way to sign in, as far as the account has it."""
    names = way.app if isinstance(way, OAuth2) else way.secrets
    return tuple((name.replace("_", " "), actor.secrets[name]) for name in names if name in actor.secrets)


def identity(actor: Actor) -> str:
    """Who the account is on its network, as the plan has it: a handle, a page, a channel."""
    return ", ".join(value for name, value in actor.account.options if name in IDENTITIES) or actor.account.name


IDENTITIES = ("handle", "page", "organization", "instance", "room", "chat", "channel", "url", "user")


def _account(scene: Scene, actor: Actor, address: Callable[[int, int], str]) -> ShownAccount:
    account = actor.account
    records = [record for record in scene.records if record.account == account.name]
    trouble = scene.troubles.get(account.name) or scene.troubles.get("")
    return ShownAccount(
        account.name,
        account.title or account.name,
        network.load(account.network).title,
        identity(actor),
        WORDS[trouble.kind] if trouble else "",
        hasattr(actor.fake, "hear"),
        tuple(_threads(records, address)),
    )


def _threads(records: list[Record], address: Callable[[int, int], str]) -> Iterable[ShownPost]:
    """Each post that answers none of these, the newest first, with the others below it in the order they came."""
    root: dict[str, str] = {}
    for record in records:
        below = record.arrival.below
        root[record.arrival.id] = root.get(below, record.arrival.id)
    for record in reversed(records):
        if root[record.arrival.id] == record.arrival.id:
            answers = [other for other in records if root[other.arrival.id] == record.arrival.id and other != record]
            yield _post(record, address, tuple(_post(answer, address, ()) for answer in answers))


def _post(record: Record, address: Callable[[int, int], str], below: tuple[ShownPost, ...]) -> ShownPost:
    arrival = record.arrival
    files = tuple(_file(file, address(record.number, place)) for place, file in enumerate(arrival.files))
    return ShownPost(
        record.number,
        as_text(record.time, seconds=True),
        arrival.title,
        arrival.text,
        arrival.kind,
        files,
        arrival.options,
        arrival.notes,
        f"{record.deleted:%H:%M:%S} UTC" if record.deleted else "",
        below,
    )


def _file(file: ArrivedFile, address: str) -> ShownFile:
    kind = "image" if file.mime in PICTURES else "video" if file.mime in VIDEOS else "file"
    return ShownFile(address, file.name, size(len(file.data)), file.alt, kind, file.role)


def size(count: int) -> str:
    """Bytes for people: `12 kB`."""
    for unit, length in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= length:
            return f"{count / length:.{0 if count >= 10 * length else 1}f} {unit}"
    return f"{count} bytes"
