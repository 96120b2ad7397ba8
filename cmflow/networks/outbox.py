"""The outbox: a network that is a folder. What would be sent lies there, exactly, to be read; the rehearsal uses it.

One JSON file and one text file for each part: `<post>/<account>.<part>.json`. The JSON file is the post: it appears
whole or not at all, and a second request with the same key finds it there. An account may ask for faults, to see how
publishing copes with a network that answers late, twice or never.
"""

import hashlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from cmflow.ledger import codec
from cmflow.model import Kind, Media, Part, Receipt, Remote, Span, Visibility
from cmflow.model.errors import DeliveryError, Denied, NotSent, Rejected, Throttled, Unsure
from cmflow.model.limits import Limit, Limits, Measure
from cmflow.netkit.errors import other_files
from cmflow.netkit.network import Access, Network, Option, Outgoing, Standing, load
from cmflow.netkit.upload import Upload
from cmflow.render import counting, formats
from cmflow.render.autolink import plain

if TYPE_CHECKING:
    import httpx

READ = date(2026, 11, 22)
VERSION = 1


@dataclass(frozen=True, slots=True)
class Outbox:
    """`faults`: what goes wrong with the account's first request, its second, and so on; counted in the folder."""

    folder: Path
    account: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What a request comes to. `error` None: the process dies. `late`: the post is there from the next request on."""

    error: type[DeliveryError] | None
    says: str = ""
    taken: bool = False
    late: bool = False


FINE = "fine"
FAULTS = {
    "request lost": Fault(Unsure, "The outbox gave no answer."),
    "answer lost": Fault(Unsure, "The outbox gave no answer.", taken=True),
    "arrives late": Fault(Unsure, "The outbox gave no answer.", late=True),
    "503": Fault(Unsure, "The outbox answered 503."),
    "503 but taken": Fault(Unsure, "The outbox answered 503.", taken=True),
    "429": Fault(Throttled, "The outbox takes no more for now."),
    "422": Fault(Rejected, "The outbox refuses it."),
    "401": Fault(Denied, "The outbox does not know us."),
    "dies before": Fault(None),
    "dies after": Fault(None, taken=True),
}
PAUSE = timedelta(minutes=3)  # how long a 429 asks for


def connect(http: "httpx.Client", access: Access) -> Outbox:
    """The folder a rehearsal hands in, else the account's own."""
    folder = access.folder or access.account.option("folder")
    if not folder:
        raise Denied("The outbox has no folder.", f"Give {access.account.name} one in the plan: options: {{folder: …}}")
    faults = tuple(name.strip() for name in access.account.option("faults").split(",") if name.strip())
    unknown = [fault for fault in faults if fault not in (*FAULTS, FINE)]
    if unknown:
        raise Denied(f"The outbox knows no fault {unknown[0]!r}.", f"It knows: {', '.join((*FAULTS, FINE))}.")
    return Outbox(Path(folder), access.account.name, faults)


def publish(outbox: Outbox, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    try:
        fault = _fault(outbox) if outbox.faults else None
        return _fails(outbox, message, thread, fault) if fault else _published(outbox, message, thread)
    except OSError as error:
        raise NotSent(f"The outbox cannot be written: {error.strerror}.", f"Check {outbox.folder}.") from error


def find(outbox: Outbox, message: Outgoing) -> Remote | None:
    """By key; the text alone could be an older post of the same words."""
    if outbox.faults:
        _arrive(outbox)
    return next((_remote(outbox, path) for path in _places(outbox, message) if _key(path) == message.key), None)


def delete(outbox: Outbox, receipt: Receipt) -> None:
    """Deleting what is not there is fine: it is not there. A receipt that leads elsewhere deletes nothing."""
    path = _inside(outbox, receipt)
    try:
        path.unlink(missing_ok=True)
        path.with_suffix(".txt").unlink(missing_ok=True)
    except OSError as error:
        raise NotSent(f"{path} cannot be deleted: {error.strerror}.", f"Check {outbox.folder}.") from error


def describe(outbox: Outbox, receipt: Receipt, alts: tuple[str, ...]) -> Remote:
    """Both files are written again, with other alt texts."""
    path = _inside(outbox, receipt)
    try:
        sheet, readable = json.loads(path.read_bytes()), path.with_suffix(".txt").read_text(errors="surrogateescape")
        if len(sheet["media"]) != len(alts):
            raise other_files(receipt.url, len(sheet["media"]), len(alts))
        for file, alt in zip(sheet["media"], alts, strict=True):
            readable = readable.replace(f"\n[{file['file']}] {file['alt']}\n", f"\n[{file['file']}] {alt}\n")
            file["alt"] = alt
        text = json.dumps(sheet, ensure_ascii=False, indent=2) + "\n"
        path.write_bytes(text.encode(errors="backslashreplace"))
        path.with_suffix(".txt").write_text(readable, errors="surrogateescape")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotSent(f"{path} cannot be changed ({type(error).__name__}).", f"Check {outbox.folder}.") from error
    return Remote(receipt.id, receipt.url)


def verify(outbox: Outbox) -> Standing:
    try:
        outbox.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Denied(
            f"The outbox {outbox.folder} cannot be made: {error.strerror}.", "Choose another folder."
        ) from error
    return Standing(f"Writes to the folder {outbox.folder.as_posix()}")


def _published(outbox: Outbox, message: Outgoing, thread: tuple[Receipt, ...]) -> Remote:
    sheet = json.dumps(_sheet(message, thread), ensure_ascii=False, indent=2) + "\n"
    for path in _places(outbox, message, free=True):
        if _key(path) == message.key or (not path.exists() and _put(path, sheet.encode(errors="backslashreplace"))):
            path.with_suffix(".txt").write_bytes(_readable(message).encode(errors="backslashreplace"))
            return _remote(outbox, path)
    raise NotSent("Another program is writing to the outbox.")


def _places(outbox: Outbox, message: Outgoing, free: bool = False) -> Iterator[Path]:
    """The part's files, `account.1.json`; a second post of the same part is `account.1.again2.json`, and so on."""
    stem = f"{_name(message.variant.account)}.{message.index + 1}"
    path = outbox.folder / _name(message.variant.post) / f"{stem}.json"
    count = 1
    while path.exists():
        yield path
        count += 1
        path = path.with_name(f"{stem}.again{count}.json")
    if free:
        yield path


def _inside(outbox: Outbox, receipt: Receipt) -> Path:
    path = outbox.folder / f"{receipt.id}.json"
    if not path.resolve().is_relative_to(outbox.folder.resolve()):
        raise Rejected(f"The receipt {receipt.id!r} leads out of the outbox.", f"Look into {outbox.folder} yourself.")
    return path


def _put(path: Path, data: bytes) -> bool:
    """Make a file, whole and for good; False where there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike a rename, never over another one
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _key(path: Path) -> str | None:
    try:
        key = json.loads(path.read_bytes())["key"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return key if isinstance(key, str) else None


def _remote(outbox: Outbox, path: Path) -> Remote:
    return Remote(path.relative_to(outbox.folder).with_suffix("").as_posix(), path.as_posix())


def _name(name: str) -> str:
    """A file name for a post or account; a very long one is cut and told apart by its hash."""
    safe = codec.safe(name)
    if len(safe.encode()) <= 200:
        return safe
    digest = hashlib.sha256(safe.encode()).hexdigest()[:12]
    return f"{safe.encode()[:150].decode(errors='ignore')}~{digest}"


# ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────


def _fault(outbox: Outbox) -> Fault | None:
    """What goes wrong with this request, the last of those that the folder has counted."""
    outbox.folder.mkdir(parents=True, exist_ok=True)
    _arrive(outbox)
    with (outbox.folder / f".{_name(outbox.account)}.requests").open("ab") as file:
        file.write(b".")
        file.flush()
        number = file.tell()
    return FAULTS.get(outbox.faults[number - 1]) if number <= len(outbox.faults) else None


def _fails(outbox: Outbox, message: Outgoing, thread: tuple[Receipt, ...], fault: Fault) -> NoReturn:
    if fault.taken or fault.late:
        remote = _published(outbox, message, thread)
        if fault.late:
            path = outbox.folder / f"{remote.id}.json"
            path.rename(path.with_name(f".{path.name}.late"))
            path.with_suffix(".txt").unlink()
    if fault.error is None:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault.error is Throttled:
        raise Throttled(fault.says, retry_at=datetime.fromtimestamp(message.written, UTC) + PAUSE)
    raise (fault.error or Unsure)(fault.says, "It is a fault that the plan asks for.")


def _arrive(outbox: Outbox) -> None:
    """What was on its way is there; where its place is taken by now, as one more post."""
    for late in sorted(outbox.folder.glob("*/.*.late")):
        path = late.with_name(late.name[1:].removesuffix(".late"))
        while not _put(path, late.read_bytes()):
            path = path.with_name(f"{path.stem}.late.json")
        late.unlink()


# ── what lies there ─────────────────────────────────────────────────────────────────────────────────────────


def _sheet(message: Outgoing, thread: tuple[Receipt, ...]) -> dict[str, Any]:
    variant, part = message.variant, message.part
    return {
        "version": VERSION,
        "key": message.key,
        "post": variant.post,
        "account": variant.account,
        "network": variant.network,
        "part": message.index + 1,
        "parts": len(variant.parts),
        "due": variant.time.isoformat(),
        "written": _moment(message.written),
        "digest": variant.digest,
        "after": [receipt.id for receipt in thread],
        **_part(part),
        "media": [_file(media, upload) for media, upload in zip(part.media, message.files, strict=True)],
        "title": variant.title,
        "tags": list(variant.tags),
        "link": variant.link,
        "card": _card(message),
        "language": variant.language,
        "content_warning": variant.content_warning,
        "visibility": variant.visibility.value,
        "reply_to": variant.reply_to,
        "quote": variant.quote,
        "repost": variant.repost,
        "poll": _poll(message),
        "first_comment": _part(variant.first_comment) if variant.first_comment else None,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "text": part.form.body,
        "spans": _spans(part.form.spans),
        "html": part.form.html,
        "length": part.length,
        "limit": part.limit,
        "characters": {"text": part.text.chars, "spans": _spans(part.text.spans)},
    }


def _spans(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    return [{"start": s.start, "end": s.end, "kind": s.kind.value, "value": s.value} for s in spans]


def _file(media: Media, upload: Upload) -> dict[str, Any]:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    subtitles = [{"file": item.path, "language": item.language} for item in media.subtitles]
    sheet = {"file": media.path, "alt": media.alt, "bytes": upload.size, "sha256": digest.hexdigest()}
    return {**sheet, "subtitles": subtitles} if subtitles else sheet


def _card(message: Outgoing) -> dict[str, str] | None:
    card = message.variant.card
    if card is None:
        return None
    picture = card.picture.path if card.picture else ""
    return {"title": card.title, "description": card.description, "picture": picture}


def _poll(message: Outgoing) -> dict[str, Any] | None:
    poll = message.variant.poll
    if poll is None:
        return None
    return {"options": list(poll.options), "minutes": poll.duration.total_seconds() / 60, "multiple": poll.multiple}


def _readable(message: Outgoing) -> str:
    variant, part, limits = message.variant, message.part, load(message.variant.network).limits
    text = formats.legible(part.form.display)
    behind = (span.value for span in part.form.display.spans if span.kind is Kind.LINK and span.value not in text)
    links = "".join(f"\nLink: {url}\n" for url in dict.fromkeys(behind))
    facts = (
        ("To", f"{variant.account} ({variant.network})"),
        ("Due", f"{variant.time:%Y-%m-%d %H:%M %z}"),
        ("Part", f"{message.index + 1} of {len(variant.parts)}" if len(variant.parts) > 1 else ""),
        ("Title", variant.title),
        ("Warning", variant.content_warning if limits.content_warning else ""),
        ("Replies to", variant.reply_to),
        ("Quotes", variant.quote),
        ("Reposts", variant.repost),
        ("Poll", " | ".join(variant.poll.options) if variant.poll and limits.poll_options else ""),
        ("Length", f"{part.length} of {part.limit}" if part.limit else ""),
    )
    head = "".join(f"{name}: {value}\n" for name, value in facts if value)
    media = "".join(f"\n[{item.path}] {item.alt}\n" for item in part.media)
    comment = (
        formats.legible(variant.first_comment.form.display) if variant.first_comment and message.index == 0 else ""
    )
    return f"{head}\n{text}\n{links}{media}" + (f"\nFirst comment: {comment}\n" if comment else "")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


network: Network[Outbox] = Network(
    name="outbox",
    title="Outbox",
    docs="https://docs.python.org/3/library/json.html",
    limits=Limits(
        text=(Measure(Limit(1_000_000, "characters", "cmflow", READ), counting.code_points),),
        form=formats.markdown,
        find=plain.finder(),
        shortcodes="all",
        content_warning=True,
        visibility=tuple(Visibility),
        media_types=("image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", "video/quicktime"),
    ),
    options=(
        Option("folder", "Where in the repository to write what would be sent.", example="outbox", folder=True),
        Option(
            "faults",
            "To see how publishing copes: what goes wrong with the account's first request, its second, and so on, "
            f"separated by commas. Each is one of: {', '.join(FAULTS)}; `{FINE}` is none.",
            example="answer lost, fine, 429",
        ),
    ),
    keyed=True,
    connect=connect,
    publish=publish,
    find=find,
    delete=delete,
    describe=describe,
    verify=verify,
)
