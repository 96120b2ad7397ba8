"""Rules for what a network makes of the words of one variant: whom it mentions, and what it leaves as plain text."""

import re
from collections.abc import Iterator

from cmflow.lint.context import Case, Rule
from cmflow.model import Entity, Kind, Part, Problem, Text

_FULL_HANDLE = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_NOT_PERSON = re.compile(r"/?r/|nostr:(?:note|nevent|naddr)1")
_SHORTCODE = re.compile(r"(?<![\w:/]):([a-z+][a-z0-9_+-]{0,40}|100):(?![\w:/])")
_WWW = re.compile(r"(?<![\w/@.-])www\.[\w-]+(?:\.[\w-]+)+(?:/[^\s<>()]*[\w/])?", re.IGNORECASE)
# Those that people write most, with the emoji they stand for.
_WRITTEN = (
    "tada=🎉 mega=📣 loudspeaker=📢 link=🔗 rocket=🚀 fire=🔥 heart=❤️ star=⭐ sparkles=✨ smile=😄 smiley=😃 "
    "grin=😁 joy=😂 wink=😉 blush=😊 thumbsup=👍 +1=👍 thumbsdown=👎 clap=👏 wave=👋 pray=🙏 muscle=💪 eyes=👀 "
    "point_right=👉 point_down=👇 bulb=💡 warning=⚠️ x=❌ white_check_mark=✅ heavy_check_mark=✔️ bug=🐛 memo=📝 "
    "calendar=📅 date=📅 clock=🕐 email=📧 books=📚 book=📖 computer=💻 camera=📷 movie_camera=🎥 earth_africa=🌍 "
    "microphone=🎤 musical_note=🎵 gift=🎁 trophy=🏆 medal=🏅 100=💯 thinking=🤔 sunglasses=😎 cry=😢 sob=😭 "
    "raised_hands=🙌 coffee=☕ pizza=🍕 beer=🍺 tulip=🌷 sunny=☀️ snowflake=❄️ christmas_tree=🎄 arrow_right=➡️"
)
EMOJI = dict(pair.split("=") for pair in _WRITTEN.split())
_PEOPLE = "Name people as `@{key}`, with their handle on each network under `people:` in the plan."


def mentions(case: Case) -> Iterator[Problem]:
    """The person with that name there is told, and may be a stranger."""
    messages = dict[str, str]()
    for _, key, part in case.pieces:
        if not re.search(r"[@＠!/]|nostr:", part.form.body):
            continue
        handles = _handles(case, part)
        for entity in case.limits.find(part.form.body):
            if entity.kind == "mention" and not _NOT_PERSON.match(entity.text) and not _is_known(entity, handles):
                messages.setdefault(_message(case, entity, part.form.body), key)
    for message, key in messages.items():
        yield case.problem("mention-unknown", key, message, _PEOPLE)


def _handles(case: Case, part: Part) -> frozenset[str]:
    """The handles of whom the plan knows there, and our own."""
    handles = [span.value for span in part.text.spans if span.kind is Kind.MENTION]
    places = (case.account.name, case.account.network)
    for person in case.plan.people:
        handles += [handle for name, handle in person.handles if name in places]
    return frozenset(map(_plain, [*handles, case.account.option("handle")])) - {""}


def _is_known(entity: Entity, handles: frozenset[str]) -> bool:
    """LinkedIn's `@[Ana](urn:li:…)` has the handle in it."""
    name = _plain(entity.text)
    return name in handles or any(f"({handle})" in name for handle in handles)


def _plain(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()


def _message(case: Case, entity: Entity, body: str) -> str:
    handle = _FULL_HANDLE.match(body, entity.start)
    is_foreign = handle and case.account.network != "bluesky" and handle[0].casefold() != entity.text.casefold()
    if handle and (is_foreign or (case.account.network != "bluesky" and handle[0].lower().endswith(".bsky.social"))):
        return f"“{handle[0]}” is a handle on another network: this one links `{entity.text}`, which may be a stranger."
    return f"“{entity.text}” is linked to the account with that name there, which is not in the plan."


def shortcodes(case: Case) -> Iterator[Problem]:
    """`:tada:` is an emoji on GitHub, and ten characters elsewhere. A server's own emoji are not known here."""
    if case.limits.shortcodes == "all":
        return
    names = dict[str, str]()
    for _, key, part in case.pieces:
        for match in _SHORTCODE.finditer(_outside(part.text, Kind.CODE, Kind.PRE, Kind.LINK)):
            if match[1] in EMOJI or not case.limits.shortcodes:
                names.setdefault(match[1], key)
    for name, key in names.items():
        hint = f"Write {EMOJI[name]}." if name in EMOJI else "Write the emoji itself, or put it between backticks."
        yield case.problem("shortcode", key, f"`:{name}:` is published there as plain text.", hint)


def addresses(case: Case) -> Iterator[Problem]:
    """`www.example.org` where only `https://www.example.org` is a link."""
    if not any("www." in part.text.chars.lower() for _, _, part in case.pieces) or not _is_link(case, "https://a.org"):
        return
    urls = dict[str, str]()
    for _, key, part in case.pieces:
        for match in _WWW.finditer(_outside(part.text, Kind.CODE, Kind.PRE, Kind.LINK)):
            if not _is_link(case, match[0]):
                urls.setdefault(match[0], key)
    for address, key in urls.items():
        message = f"“{address[:60]}” is not a link there."
        yield case.problem("www-not-linked", key, message, f"Write `https://{address[:60]}`.")


def _is_link(case: Case, address: str) -> bool:
    return any(entity.kind == "url" for entity in case.limits.find(address))


def _outside(text: Text, *kinds: Kind) -> str:
    """The characters, with blanks for those of these kinds."""
    chars = text.chars
    for span in text.spans:
        if span.kind in kinds:
            chars = chars[: span.start] + " " * (span.end - span.start) + chars[span.end :]
    return chars


RULES: tuple[Rule, ...] = (mentions, shortcodes, addresses)
