"""What has arrived on a fake network, as a reader would see it there: one value for all networks."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cmflow.sandbox.fakes import (
    bluesky,
    discord,
    facebook,
    linkedin,
    mastodon,
    matrix,
    slack,
    telegram,
    webhook,
    x,
    youtube,
)
from cmflow.values import dataclass

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArrivedFile:
    """A picture or video; `role` is `thumbnail` for what stands for a video."""

    name: str
    mime: str
    alt: str = ""
    role: str = ""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A post, or a comment below one. `below` is the id of what it answers, "" where it stands alone.

    `notes` are what a reader does not see as text: a content warning, an audience, a card.
    """

    id: str
    text: str
    title: str = ""
    below: str = ""
    kind: str = "post"
    files: tuple[ArrivedFile, ...] = ()
    options: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def arrivals(fake: Any) -> tuple[Arrival, ...]:
    """What the network shows now, in the order it came."""
    return tuple(READERS[type(fake)](fake))


def _bluesky(server: bluesky.Bluesky) -> Iterator[Arrival]:
    for uri, record in server.records.items():
        is_post = "text" in record or "subject" in record  # else it says who may answer, and what is hidden there
        if not is_post or not uri.startswith(f"at://{server.did}/"):
            continue
        if "text" not in record:
            yield Arrival(uri, "", kind="repost", notes=(f"Repost of {record['subject']['uri']}",))
            continue
        embed = record.get("embed", {})
        notes = [f"Quotes {embed['record'].get('uri', '')}"] if "record" in embed and "uri" in embed["record"] else []
        media = embed.get("media", embed)
        notes += [f"Card: {media['external']['uri']}"] if "external" in media else []
        notes += [f"Label: {label['val']}" for label in record.get("labels", {}).get("values", ())]
        pictures = [*media.get("images", ()), *([media] if "video" in media else [])]
        files = tuple(_blob(server, item.get("image") or item["video"], item.get("alt", "")) for item in pictures)
        below = record.get("reply", {}).get("parent", {}).get("uri", "")
        yield Arrival(uri, record["text"], below=below, files=files, notes=tuple(notes))


def _blob(server: bluesky.Bluesky, blob: Entry, alt: str) -> ArrivedFile:
    mime, data = server.blobs[blob["ref"]["$link"]]
    return ArrivedFile(_named(mime), mime, alt, data=data.removeprefix(bluesky.READY))


def _discord(server: discord.Discord) -> Iterator[Arrival]:
    for number, message in server.messages.items():
        if not server.is_ours(message):
            continue
        files = tuple(_attached(server, attachment) for attachment in message["attachments"])
        poll = message.get("poll", {})
        options = tuple(answer["poll_media"]["text"] for answer in poll.get("answers", ()))
        below = (message.get("message_reference") or {}).get("message_id", "")
        title = poll.get("question", {}).get("text", "")
        text = discord.readable(message["content"])
        yield Arrival(number, text, title, below, files=files, options=options)


def _attached(server: discord.Discord, attachment: Entry) -> ArrivedFile:
    file = next(file for file in reversed(server.files) if file.name == attachment["filename"])
    return ArrivedFile(file.name, file.mime, attachment.get("description", ""), data=file.data)


def _facebook(server: facebook.Facebook) -> Iterator[Arrival]:
    for number, story in server.stories.items():
        outer = story.get("attachments", {}).get("data", [])
        inner = [item for entry in outer for item in entry.get("subattachments", {}).get("data", [entry])]
        files = tuple(_target(server, item) for item in inner if item["media_type"] != "link")
        notes = tuple(f"Link: {item['url']}" for item in inner if item["media_type"] == "link")
        yield Arrival(number, story.get("message", ""), files=files, notes=notes)
        targets = [number, *(item["target"].get("id", "") for item in inner if item["media_type"] == "video")]
        comments = [comment for target in targets for comment in server.comments.get(target, ())]
        written = [comment for comment in comments if comment["from"]["id"] == server.page]
        for index, comment in enumerate(written, 1):
            yield Arrival(f"{number}/{index}", comment["message"], below=number, kind="comment")


def _target(server: facebook.Facebook, item: Entry) -> ArrivedFile:
    number = item["target"]["id"]
    if item["media_type"] == "photo":
        file = server.photos[number]["file"]
        return ArrivedFile(file.name, file.mime, server.photos[number]["alt"], data=file.data)
    name = "reel.mp4" if server.videos[number].is_reel else "video.mp4"
    return ArrivedFile(name, "video/mp4", data=server.videos[number].received)


def _linkedin(server: linkedin.LinkedIn) -> Iterator[Arrival]:
    for urn, item in server.shown.items():
        if "message" in item:
            if server.is_ours(item):
                yield Arrival(urn, item["message"]["text"], below=item["object"], kind="comment")
            continue
        content = item.get("content", {})
        pictures = [
            *content.get("multiImage", {}).get("images", ()),
            *([content["media"]] if "media" in content else ()),
        ]
        files = tuple(_upload(server, picture) for picture in pictures)
        article = content.get("article", {})
        notes = [f"Link: {article['source']}"] if article else []
        notes += [f"Shares {item['reshareContext']['parent']}"] if "reshareContext" in item else []
        notes += [f"For: {item['visibility'].lower()}"] if item["visibility"] != "PUBLIC" else []
        poll = content.get("poll", {})
        options = tuple(option["text"] for option in poll.get("options", ()))
        text = linkedin.readable(item["commentary"])
        yield Arrival(urn, text, poll.get("question", ""), files=files, options=options, notes=tuple(notes))


def _upload(server: linkedin.LinkedIn, picture: Entry) -> ArrivedFile:
    data, urn = server.uploads[picture["id"]], picture["id"]
    mime = "video/mp4" if ":video:" in urn else _mime(data)
    return ArrivedFile(picture.get("title") or _named(mime), mime, picture.get("altText", ""), data=data)


def _mastodon(server: mastodon.Mastodon) -> Iterator[Arrival]:
    for number, status in server.statuses.items():
        if status["account"]["id"] != mastodon.ACCOUNT["id"]:
            continue  # of the audience
        files = [server.files[file["id"]] for file in status["media_attachments"]]
        notes = [f"Warning: {status['spoiler_text']}"] if status["spoiler_text"] else []
        notes += [f"For: {status['visibility']}"] if status["visibility"] != "public" else []
        yield Arrival(
            number,
            server.sources.get(number, ""),
            below=status["in_reply_to_id"] or "",
            files=tuple(ArrivedFile(file.name, file.mime, alt, data=file.data) for file, alt in files),
            options=tuple(option["title"] for option in (status.get("poll") or {}).get("options", ())),
            notes=tuple(notes),
        )


def _matrix(server: matrix.Matrix) -> Iterator[Arrival]:
    for event, content in server.shown:
        relation = event["content"].get("m.relates_to", {})
        below = relation.get("event_id") or relation.get("m.in_reply_to", {}).get("event_id", "")
        files: tuple[ArrivedFile, ...] = ()
        if "url" in content:
            request = server.files[int(content["url"].rpartition("/file")[2]) - 1]
            name = parse_qs(urlsplit(str(request.url)).query).get("filename", ["file"])[0]
            alt = matrix.alt_text(content)
            files = (ArrivedFile(name, content["info"]["mimetype"], alt, data=request.content),)
        yield Arrival(event["event_id"], content["body"], below=below, files=files)


def _slack(server: slack.Slack) -> Iterator[Arrival]:
    for number, message in server.messages.items():
        if not server.is_ours(message):
            continue
        root = message.get("thread_ts", number)
        files = tuple(
            ArrivedFile(file["name"], _mime(server.tickets[file["id"]]["data"]), server.alts.get(file["id"], ""),
                 data=server.tickets[file["id"]]["data"])
            for file in message.get("files", ())
        )  # fmt: skip
        yield Arrival(number, slack.readable(message["text"]), below="" if root == number else root, files=files)


def _telegram(server: telegram.Telegram) -> Iterator[Arrival]:
    for number, message in server.messages.items():
        poll = message.get("poll", {})
        reply = message.get("reply_to_message", {})
        yield Arrival(
            str(number),
            message.get("text") or message.get("caption", ""),
            poll.get("question", ""),
            str(reply.get("message_id", "")),
            files=tuple(_sent(server, message)),
            options=tuple(option["text"] for option in poll.get("options", ())),
        )


def _sent(server: telegram.Telegram, message: Entry) -> Iterator[ArrivedFile]:
    for kind in telegram.KINDS.values():
        if kind in message:
            about = message[kind][0] if kind == "photo" else message[kind]
            file = server.files[int(about["file_id"][1:]) - 1]
            yield ArrivedFile(file.name, file.mime, data=file.data)


def _webhook(server: webhook.Webhook) -> Iterator[Arrival]:
    for number, data in server.published.items():
        files = tuple(
            ArrivedFile(file["name"], file["type"], file["alt"], data=base64.b64decode(file["data"]))
            for file in data["media"]
        )
        below = data["previous"][-1] if data["previous"] else ""
        options = tuple((data["poll"] or {}).get("options", ()))
        yield Arrival(server.name(number), data["text"], data["title"], below, files=files, options=options)


def _x(server: x.X) -> Iterator[Arrival]:
    for number, tweet in server.tweets.items():
        references = {reference["type"]: reference["id"] for reference in tweet["referenced_tweets"]}
        notes = (f"Quotes {references['quoted']}",) if "quoted" in references else ()
        files = tuple(ArrivedFile(_named(item.mime), item.mime, item.alt, data=item.data) for item in tweet["media"])
        options = tuple((tweet["poll"] or {}).get("options", ()))
        below = references.get("replied_to", "")
        yield Arrival(number, tweet["written"], below=below, files=files, options=options, notes=notes)
    for number in server.reposts:
        yield Arrival(f"repost {number}", "", kind="repost", notes=(f"Repost of {number}",))


def _youtube(server: youtube.YouTube) -> Iterator[Arrival]:
    for number, video in server.videos.items():
        snippet, status = video["snippet"], video["status"]
        files = [ArrivedFile("video.mp4", "video/mp4", data=video["data"])]
        if "thumbnail" in video:
            thumbnail = video["thumbnail"]
            files.append(ArrivedFile("thumbnail", _mime(thumbnail), role="thumbnail", data=thumbnail))
        notes = [f"For: {status['privacyStatus']}"] if status["privacyStatus"] != "public" else []
        notes += [f"Tags: {', '.join(snippet['tags'])}"] if snippet.get("tags") else []
        notes += ["In the playlist"] if number in server.playlist else []
        yield Arrival(number, snippet["description"], snippet["title"], files=tuple(files), notes=tuple(notes))
        comments = [text for target, text in server.comments if target == number]
        for index, comment in enumerate(comments, 1):
            yield Arrival(f"{number}/{index}", comment, below=number, kind="comment")


READERS: dict[type, Callable[[Any], Iterator[Arrival]]] = {
    bluesky.Bluesky: _bluesky,
    discord.Discord: _discord,
    facebook.Facebook: _facebook,
    linkedin.LinkedIn: _linkedin,
    mastodon.Mastodon: _mastodon,
    matrix.Matrix: _matrix,
    slack.Slack: _slack,
    telegram.Telegram: _telegram,
    webhook.Webhook: _webhook,
    x.X: _x,
    youtube.YouTube: _youtube,
}
MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"))


def _mime(data: bytes) -> str:
    """The type by the first bytes; a video where they are not those of a picture."""
    return next((mime for mark, mime in MAGIC if data.startswith(mark)), "video/mp4")


def _named(mime: str) -> str:
    kind, _, form = mime.partition("/")
    return f"{kind}.{ {'jpeg': 'jpg', 'quicktime': 'mov'}.get(form, form) }"
