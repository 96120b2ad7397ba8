"""Rules for one post, whatever its networks: its time, alt texts, people and links."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cmflow.content import experiments
from cmflow.content.new_post import PLACEHOLDER
from cmflow.lint import address_rules, markup_rules, tag_rules
from cmflow.lint.markup_rules import matches as _matches
from cmflow.lint.markup_rules import outside_code as _outside_code
from cmflow.model import Account, Kind, Media, Plan, Post, Problem, Status
from cmflow.problems.invisible import is_blank
from cmflow.render import markdown as text

_PERSON = re.compile(r"@\{([^{}\s]+)\}")
_TARGET = re.compile(r"\]\(\s*<?([^\s<>()]+)")

RUNS = timedelta(minutes=15)  # GitHub often starts them as late as that
Window = tuple[time, time]
_REACHED = ("http", "https", "mailto", "tel", "geo", "xmpp", "nostr", "matrix", "tg")


def hours(post: Post, plan: Plan) -> Iterator[Problem]:
    """One finding for all accounts that share the time and the hours."""
    zone, windows = ZoneInfo(plan.zone), dict[tuple[datetime, Window], list[str]]()
    for account, moment in _times(post, plan):
        window = account.hours or plan.rules.hours
        if window and not _within(moment.astimezone(zone).time(), window):
            windows.setdefault((moment, window), []).append(account.name)
    for (moment, window), names in windows.items():
        message = f"{moment.astimezone(zone):%H:%M} is outside the hours {window[0]:%H:%M} to {window[1]:%H:%M}"
        yield _problem(post, "outside-hours", "date", f"{message} of {', '.join(names)}.", "Choose another time.")


def _within(moment: time, window: Window) -> bool:
    """Hours may run over midnight: 20:00 to 02:00."""
    first, last = window
    return first <= moment <= last if first <= last else moment >= first or moment <= last


def campaign(post: Post, plan: Plan) -> Iterator[Problem]:
    active = next((campaign for campaign in plan.campaigns if campaign.name == post.campaign), None)
    if active is None:
        return
    zone = ZoneInfo(plan.zone)
    for day in sorted({moment.astimezone(zone).date() for _, moment in _times(post, plan)}):
        if active.starts and day < active.starts:
            message = f"It is due on {day}; the campaign “{active.name}” starts on {active.starts}."
        elif active.ends and day > active.ends:
            message = f"It is due on {day}; the campaign “{active.name}” ended on {active.ends}."
        else:
            continue
        yield _problem(post, "outside-campaign", "date", message, "Move the post, or change the campaign's dates.")


def alt(post: Post, plan: Plan) -> Iterator[Problem]:
    """Required whatever the network: a picture is described once, for all accounts."""
    if plan.rules.alt_text:
        for media in _media(post):
            if is_blank(media.alt):
                message = f"{media.path} has no alt text."
                hint = "Describe in a sentence what it shows, for people who cannot see it: `alt: …`"
                yield Problem(post.path, media.line, "alt-missing", message, hint)


def people(post: Post, plan: Plan) -> Iterator[Problem]:
    keys = {person.key for person in plan.people}
    for markdown, match, line in _matches(post, _PERSON):
        if match[1] not in keys and match[1] in _values(Kind.PERSON, markdown):
            hint = "Correct the key, or add the person under `people:` in the plan."
            yield Problem(post.path, line, "unknown-person", f"The plan has no person “{match[1]}”.", hint)


def links(post: Post, plan: Plan) -> Iterator[Problem]:
    """No reader could follow such a link: its brackets would be published as they are."""
    for markdown, match, line in _matches(post, _TARGET):
        if not _followed(match[1]) and (
            match[0] in _outside_code(markdown) or match[1] in _values(Kind.LINK, markdown)
        ):
            message = f"“{match[1]}” is not an address that a reader can follow."
            hint = _LINKEDIN if match[1].startswith("urn:li:") else _WEB_ADDRESS
            yield Problem(post.path, line, "bad-link", message, hint)


_WEB_ADDRESS = "Write the whole address, starting with https://; a picture belongs under `media:`."
_LINKEDIN = "To mention a person on LinkedIn, put this as `linkedin:` under `people:` in the plan; write `@{key}`."


def _values(kind: Kind, markdown: str) -> set[str]:
    return {span.value for span in text.parse(markdown).spans if span.kind is kind}


def _followed(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _REACHED and bool(parts.netloc or parts.scheme not in ("http", "https"))


def _media(post: Post) -> Iterator[Media]:
    yield from post.media
    for _, override in post.overrides:
        yield from override.media or ()


def _times(post: Post, plan: Plan) -> Iterator[tuple[Account, datetime]]:
    """The due date of the post, for each account that shows it."""
    for account in filter(None, map(plan.account, post.accounts)):
        override = post.override(account)
        if override is None or not override.skip:
            yield account, (override and override.date) or post.date


def _problem(post: Post, code: str, key: str, message: str, hint: str) -> Problem:
    return Problem(post.path, post.line(key), code, message, hint)


def late(post: Post, plan: Plan) -> Iterator[Problem]:
    """One finding for all accounts: there may be no run within so short a time."""
    lengths = {account.name: plan.lateness(account, post.late) for account, _ in _times(post, plan)}
    names = [name for name, length in lengths.items() if length < RUNS]
    if names:
        minutes = int(min(lengths.values()).total_seconds() // 60)
        message = f"On {', '.join(names)} it may be at most {minutes} min late, but runs often start 15 min late."
        yield _problem(post, "late-short", "late", message, "Write `late: 15m` or more, in the post or in the plan.")


def placeholder(post: Post, plan: Plan) -> Iterator[Problem]:
    """A draft may wait for its text; a ready post would be published with the placeholder."""
    if post.status is not Status.READY:
        return
    for markdown, line in markup_rules.texts(post):
        if markdown.strip() == PLACEHOLDER:
            message = f"The text is still “{PLACEHOLDER}”"
            yield Problem(post.path, line, "placeholder", message, "Write the text, or keep `status: draft`.")


def experiment(post: Post, plan: Plan) -> Iterator[Problem]:
    """Of two differences at once, no one can tell which of them it was."""
    names = experiments.differences(post.ab.versions) if post.ab else ()
    if len(names) > 1:
        message = f"The versions of the A/B test differ in {' and '.join(f'`{name}`' for name in names)}."
        yield _problem(post, "ab-several", "ab", message, "Let them differ in one thing, and test the other later.")


RULES: tuple[Callable[[Post, Plan], Iterator[Problem]], ...] = (
    placeholder,
    hours,
    campaign,
    alt,
    people,
    links,
    address_rules.addresses,
    address_rules.handles,
    markup_rules.source,
    tag_rules.of_post,
    experiment,
    late,
)
