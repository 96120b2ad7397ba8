"""Rules for the pictures and videos of one variant."""

from collections import Counter
from collections.abc import Iterator

from cmflow.content.media import Facts
from cmflow.content.media.fit import is_scalable, shown
from cmflow.lint.context import Case, Rule, excess
from cmflow.model import Media, Problem, Visibility
from cmflow.model.limits import Limit, Limits, clashes, refusal
from cmflow.render import effective

Attachment = tuple[Media, Facts]


def usable(case: Case) -> Iterator[Problem]:
    """A file that is missing, or is not a picture: the same finding for every account, so it names none."""
    path, card = case.post.path, case.variant.card
    files: list[tuple[str, int, tuple[str, ...]]] = [(item.path, item.line, _SHOWN) for item in _attached(case)]
    files += [(item.path, item.line, _SPOKEN) for media in _attached(case) for item in media.subtitles]
    files += [(card.picture.path, card.picture.line, _PICTURES)] if card and card.picture else []
    for file, line, kinds in files:
        facts = case.media.get(file)
        if facts is None:
            hint = "Correct the path (upper and lower case matter), or add the file."
            yield Problem(path, line, "media-missing", f"{file} does not exist.", hint)
        elif isinstance(facts, str):
            yield unusable(path, line, file, facts)
        elif facts.kind not in kinds:
            message = f"{file} is {_NAMES[facts.kind]}, which cannot be used here."
            yield Problem(path, line, "media-unreadable", message, f"Name {_NAMES[kinds[0]]} here.")


def unusable(path: str, line: int, file: str, reason: str) -> Problem:
    """The problem of a post, on a line, with a file that cannot be sent."""
    message = f"{file} cannot be used. {reason}"
    return Problem(path, line, "media-unreadable", message, "Export the file again, or choose another.")


_SHOWN = ("image", "gif", "video", "document")
_SPOKEN = ("subtitles",)
_PICTURES = ("image",)


def spoken(case: Case) -> Iterator[Problem]:
    """Subtitles: of videos alone, in each language once, and as large as the network takes them."""
    if not case.limits.subtitle_types:
        lines = [item.line for media in effective(case.post, case.account).media for item in media.subtitles]
        for line in lines[:1]:
            message = "This network takes no subtitles: the video is published without them."
            yield case.problem("not-supported", line, message, "Leave it, or remove this account.")
    for media, facts in _usable(case):
        if media.subtitles and facts.kind != "video":
            message = f"{media.path} is not a video: its subtitles are not sent."
            yield case.problem("subtitles-unused", media.line, message, "Remove `subtitles:`.")
        languages = Counter(item.language for item in media.subtitles)
        for language in (language for language, count in languages.items() if count > 1):
            message = f"{media.path} has subtitles in “{language}” more than once."
            yield case.problem("subtitles-unused", media.line, message, "Give each file its own `language:`.")
        for item in media.subtitles:
            size, limit = case.media.get(item.path), case.limits.subtitle_bytes
            if limit and isinstance(size, Facts) and (message := excess(item.path, size.size, limit)):
                yield case.problem("media-too-large", item.line, message, "Shorten the subtitles, or leave them out.")


def carded(case: Case) -> Iterator[Problem]:
    """A card without a link has no effect; the same finding for every account."""
    if case.post.card and not case.post.link:
        message = "`card:` says what a link shows, and the post has no `link:`."
        yield Problem(case.post.path, case.post.card.line, "card-unused", message, "Add `link:`, or remove `card:`.")


def private(case: Case) -> Iterator[Problem]:
    """What a file reveals besides its content; also the same finding for every account."""
    for media, facts in _usable(case):
        if facts.located:
            message = f"{media.path} reveals where it was taken, to the metre."
            hint = "cmflow does not publish that, but anyone who can read the repository sees it. Export it without."
            yield Problem(case.post.path, media.line, "media-tells-place", message, hint)


def fitting(case: Case) -> Iterator[Problem]:
    """Type, bytes, pixels and seconds of each file, and the length of its description."""
    for media, facts in _usable(case):
        if case.by_hand or not is_scalable(facts, case.limits):
            yield from _oversized(case, media, facts)
        if case.limits.video_codecs and facts.codec and facts.codec not in case.limits.video_codecs:
            message = (
                f"{media.path} is encoded as {facts.codec}; this network accepts {', '.join(case.limits.video_codecs)}."
            )
            yield case.problem("video-codec", media.line, message, "Export it as MP4 with H.264 and AAC.")
        shortest = case.limits.video_shortest
        if shortest and facts.kind == "video" and facts.seconds < shortest.value:
            message = f"{media.path} plays for {facts.seconds:.1f} of at least {shortest.value} seconds."
            yield case.problem("video-too-short", media.line, message, "Export it longer, or as a picture.")
        yield from _shape(case, media, facts)
        if case.limits.alt and (message := excess(f"The alt text of {media.path}", len(media.alt), case.limits.alt)):
            yield case.problem("alt-too-long", media.line, message, "Shorten `alt:`.")


def _shape(case: Case, media: Media, facts: Facts) -> Iterator[Problem]:
    """How long and narrow a video may be, and moving pictures that networks do not play."""
    ratio, sides = case.limits.video_ratio, (facts.width, facts.height)
    if ratio and facts.kind == "video" and min(sides) and max(sides) * 100 > min(sides) * ratio.value:
        which = "tall" if facts.height > facts.width else "wide"
        most = f"{ratio.value / 100:g}:1" if which == "wide" else f"1:{ratio.value / 100:g}"
        message = f"{media.path} is too {which}: {sides[0]}×{sides[1]} pixels; this network accepts {most} at most."
        hint = "Cut it, or give this account another one under `variants:`."
        yield case.problem("video-shape", media.line, message, hint)
    if facts.kind == "gif" and facts.mime == "image/webp" and facts.mime in case.limits.media_types:
        message = f"{media.path} is an animated WebP: most networks show its first picture only, or refuse it."
        yield case.problem("media-moves", media.line, message, "Export it as GIF, or as MP4.")


def _oversized(case: Case, media: Media, facts: Facts) -> Iterator[Problem]:
    """Type and size of what is sent as it is: cmflow makes other pictures fit, unless a person posts them."""
    types = case.limits.media_types
    if types and facts.mime not in types:
        message = f"{media.path} is {facts.mime}, which this network does not accept."
        yield case.problem("media-type", media.line, message, f"It accepts {', '.join(types)}.")
    for limit, value in _sizes(case, facts):
        if limit and value > limit.value:
            message = excess(media.path, value, limit)
            yield case.problem("media-too-large", media.line, message, "Export it smaller or shorter.")


def _sizes(case: Case, facts: Facts) -> tuple[tuple[Limit | None, int], ...]:
    limits = case.limits
    if facts.kind == "video":
        return (limits.video_bytes, facts.size), (limits.video_seconds, int(facts.seconds))
    if facts.kind == "document":
        return ((limits.document_bytes, facts.size),)
    moving = limits.gif_bytes if facts.kind == "gif" else None
    return (
        (moving or limits.image_bytes, facts.size),
        (limits.image_pixels, facts.width * facts.height),
        (limits.image_width, shown(facts)[0]),
        (limits.image_edges, facts.width + facts.height),
    )


def number(case: Case) -> Iterator[Problem]:
    """How many files a part has, and whether the network takes a post without any."""
    for name, _, part in case.pieces:
        kinds = [facts.kind for media in part.media if isinstance(facts := case.media.get(media.path), Facts)]
        videos, documents = kinds.count("video"), kinds.count("document")
        rows = (
            (case.limits.images, len(kinds) - videos - documents),
            (case.limits.videos, videos),
            (case.limits.documents, documents),
            (case.limits.files, len(kinds)),
        )
        for limit, count in rows:
            if limit and count > limit.value:
                hint = "Remove some, or give this account its own `media:` under `variants:`."
                yield case.problem("media-too-many", "media", excess(name, count, limit), hint)


def weight(case: Case) -> Iterator[Problem]:
    """How many bytes the files of a part have together, at least: pictures may be made smaller to fit."""
    limit = case.limits.files_bytes
    for name, _, part in case.pieces if limit else ():
        known = [facts for media in part.media if isinstance(facts := case.media.get(media.path), Facts)]
        fixed = [facts.size for facts in known if case.by_hand or not is_scalable(facts, case.limits)]
        if limit and sum(fixed) > limit.value:
            hint = "Export them smaller, or spread them over the parts of a thread."
            yield case.problem(
                "media-too-large", "media", excess(f"{name} with all its files", sum(fixed), limit), hint
            )


def _kind(facts: Facts, limits: Limits) -> str:
    return "gif" if facts.mime == "image/gif" and not limits.still_gifs else facts.kind


def together(case: Case) -> Iterator[Problem]:
    """What the network refuses in one post; a poll and a quote go out with the first part."""
    for number, (_, _, part) in enumerate(case.pieces):
        contents = Counter[str](
            _kind(facts, case.limits) for media in part.media if isinstance(facts := case.media.get(media.path), Facts)
        )
        if number == 0:
            contents["poll"] = bool(case.variant.poll and case.limits.poll_options)
            contents["quote"] = bool(case.variant.quote)
            contents["comment"] = bool(case.variant.first_comment)
            contents["private"] = case.variant.visibility is Visibility.PRIVATE
        for clash in clashes(case.limits, contents):
            key = next((_KEYS[kind] for kind in (clash.first, clash.second) if kind in _KEYS), "media")
            hint = "Remove one of them there, with `variants:`, or split it into two posts."
            if clash.certain:
                yield case.problem("not-together", key, f"This network accepts no post with {refusal(clash)}.", hint)
            else:
                message = f"Some servers of this network accept no post with {refusal(clash)}."
                yield case.problem("perhaps-not-together", key, message, hint)


_KEYS = {"poll": "poll", "comment": "first_comment"}  # of CONTENTS, those that have a key of their own


def needed(case: Case) -> Iterator[Problem]:
    """What a post there cannot do without. A file that cannot be used is told once, as such."""
    kinds = {facts.kind for _, facts in _usable(case)}
    is_reported = not kinds and any(True for _ in _attached(case))
    for need in case.limits.needs.split():
        if need in _ENOUGH and not is_reported and not kinds & _ENOUGH[need]:
            message = f"This network accepts no post without {_NAMES[need]}{_because(case)}."
            yield case.problem("media-needed", "media", message, "Add one, or remove this account.")


def _because(case: Case) -> str:
    return f": {case.limits.nature}" if case.limits.nature else ""


_ENOUGH = {"image": {"image", "gif"}, "video": {"video"}, "media": {"image", "gif", "video"}}
_NAMES = {
    "image": "a picture",
    "gif": "a moving picture",
    "video": "a video",
    "media": "a picture or a video",
    "document": "a document",
    "subtitles": "a file of subtitles",
}


def _attached(case: Case) -> Iterator[Media]:
    for _, _, part in case.pieces:
        yield from part.media


def _usable(case: Case) -> Iterator[Attachment]:
    for media in _attached(case):
        facts = case.media.get(media.path)
        if isinstance(facts, Facts) and facts.kind in _SHOWN:
            yield media, facts


RULES: tuple[Rule, ...] = (usable, private, fitting, spoken, carded, number, weight, together, needed)
