"""The values of the plan's `inbox:` that need no keys of their own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from cmflow.content import dates, keys
from cmflow.content import fields as shapes
from cmflow.content.fields import items, mapping, scalar
from cmflow.content.frontmatter import Field, Map
from cmflow.content.inbox_keys import LABELS
from cmflow.content.keys import BadValue, Reader, excerpt, listing
from cmflow.content.plan_values import PlanContext, report_account
from cmflow.model import Label

REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")
LOGIN = re.compile(r"@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,59})")
PERCENT = re.compile(r"(?:100|[1-9]?[0-9]) *%?")
OTHER_LABELS = {
    **dict.fromkeys(("question", "help", "support"), "doubt"),
    **dict.fromkeys(("bug", "problem", "issue"), "complaint"),
    **dict.fromkeys(("idea", "feature", "request"), "suggestion"),
    **dict.fromkeys(("offer", "business", "partnership"), "proposal"),
    **dict.fromkeys(("thanks", "compliment", "kudos"), "praise"),
}
SHORTEST = timedelta(days=1)  # that texts are kept: shorter, and they are gone before a colleague is back
PROBE = 3000  # characters: about the longest message of any network but a few
PATIENCE = 0.5  # seconds per probe; a pattern without trouble needs a thousandth of it


def read_repository(context: PlanContext, name: str, field: Field) -> str:
    word = scalar(name, field).removesuffix("/")
    if not REPOSITORY.fullmatch(word):
        short = re.sub(r"^(?:https?://)?github\.com/|\.git$", "", word, flags=re.IGNORECASE)
        hint = f"Write `{short}`." if REPOSITORY.fullmatch(short) else "Write its owner and name: `acme/inbox`."
        raise BadValue("bad-value", f"`{excerpt(word)}` is not a repository on GitHub.", hint)
    return word


def read_percent(context: PlanContext, name: str, field: Field) -> int:
    word = scalar(name, field)
    if not PERCENT.fullmatch(word):
        raise BadValue("bad-value", f"`{excerpt(word)}` is not a share in percent.", "Write `90%`.")
    return int(word.rstrip("% "))


def read_days(context: PlanContext, name: str, field: Field) -> tuple[date, ...]:
    days = (keys.attempt(context, shapes.READERS["day"], name, item) for item in items(name, field))
    return tuple(sorted({day for day in days if day}))


def read_accounts(context: PlanContext, name: str, field: Field) -> tuple[str, ...] | None:
    """The accounts that there are; None where there is not one of them, which is not the same as no such key."""
    accounts: dict[str, int] = {}
    for item in items(name, field):
        word = scalar(name, item)
        if word in context.accounts:
            accounts.setdefault(word, item.line)
        else:
            report_account(context, item.line, word)
    for account, line in accounts.items():
        _check_reading(context, name, account, line)
    return tuple(accounts) or None


def _check_reading(context: PlanContext, name: str, account: str, line: int) -> None:
    network = context.accounts[account]
    if network in context.networks and not context.networks[network].reads:
        message = f"`{name}`: cmflow cannot read what people write to `{account}`."
        hint = "docs/listening.md has what each network lets cmflow read. Look at that account yourself, and remove it."
        context.report(line, "unread-account", message, hint, account)


def read_languages(context: PlanContext, name: str, field: Field) -> tuple[str, ...]:
    tags = (keys.attempt(context, shapes.READERS["language"], name, item) for item in items(name, field))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


# ── business hours ──────────────────────────────────────────────────────────────────────────────────────────


def read_hours(context: PlanContext, name: str, field: Field) -> tuple[tuple[int, time, time], ...] | None:
    if isinstance(field.value, str):
        word = scalar(name, field)
        raise BadValue("bad-value", f"`{excerpt(word)}` names no days.", f'Write `{{weekdays: "{excerpt(word)}"}}`.')
    spans: list[tuple[int, time, time]] = []
    for word, item in mapping(name, field).items():
        weekdays = keys.attempt(context, _weekdays, name, Field(word, item.line)) or ()
        clocks = keys.attempt(context, _spans, f"{name}.{excerpt(word)}", item) or ()
        spans += [(weekday, *clock) for weekday in weekdays for clock in clocks]
    spans.sort()
    for first, second in pairwise(spans):
        if first[0] == second[0] and second[1] < first[2]:
            message = f"Two spans of {_DAYS[first[0]]} overlap."
            raise BadValue("bad-value", message, "Write each part of a day once.")
    return tuple(spans) or None


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _weekdays(context: PlanContext, name: str, field: Field) -> tuple[int, ...]:
    """`mon`, `mon-thu`, `sat-mon`, `weekdays`."""
    first, dash, last = (part.strip() for part in scalar(name, field).lower().replace("–", "-").partition("-"))
    starts, ends = dates.WEEKDAYS.get(first, ()), dates.WEEKDAYS.get(last, ())
    if not dash and starts:
        return starts
    if len(starts) == len(ends) == 1:
        return tuple((starts[0] + step) % 7 for step in range((ends[0] - starts[0]) % 7 + 1))
    word = excerpt(scalar(name, field))
    hint = keys.suggestion(word, dates.WEEKDAYS) or "Write `mon`, `mon-thu`, `weekdays`, `weekends` or `daily`."
    raise BadValue("bad-value", f"`{word}` is not a day of the week.", hint)


def _spans(context: PlanContext, name: str, field: Field) -> tuple[tuple[time, time], ...]:
    return tuple(dates.hours(scalar(name, item)) for item in items(name, field))


# ── people and labels ───────────────────────────────────────────────────────────────────────────────────────


def read_logins(context: PlanContext, name: str, field: Field) -> tuple[str, ...]:
    """GitHub logins; a key of `people` becomes the login of that person."""
    logins: dict[str, None] = {}
    for item in items(name, field):
        word = scalar(name, item)
        if not LOGIN.fullmatch(word):
            hint = "Write the login alone, `ana-ruiz`. A team cannot be assigned on GitHub: list its people."
            context.report(item.line, "bad-value", f"`{name}`: `{excerpt(word)}` is not a login on GitHub.", hint)
        else:
            logins[_login(context, name, word.removeprefix("@"), item.line)] = None
    return tuple(logins)


def _login(context: PlanContext, name: str, word: str, line: int) -> str:
    """The login of the person; what may be a slip is reported, and taken for a login."""
    people = context.people
    if word in people:
        if not people[word]:
            message = f"`{name}`: `{word}` is a person of the plan whose GitHub login is not known."
            context.report(line, "unknown-assignee", message, f"Add it to `people.{word}`: `github: {word}`.")
        return people[word] or word
    if word not in people.values():
        message = f"`{name}`: `{word}` is not a person of the plan."
        if any(people.values()):
            hint = f"If it is a login on GitHub, add its owner to `people`: `{{name: …, github: {word}}}`."
            context.unknown(line, "unknown-assignee", message, word, (*people, *filter(None, people.values())), hint)
        elif hint := keys.suggestion(word, people):
            context.report(line, "unknown-assignee", message, hint)
    return word


def read_label(context: PlanContext, name: str, field: Field) -> Label:
    word = scalar(name, field).lower()
    if word.rstrip("?") in LABELS:
        return Label.SPAM if word.rstrip("?") == "spam" else Label(word)
    synonym = OTHER_LABELS.get(word)
    hint = f"Did you mean `{synonym}`?" if synonym else keys.suggestion(word, LABELS)
    message = f"`{excerpt(word)}` is not a label."
    raise BadValue("bad-value", message, hint or f"It is one of {listing(LABELS)}.")


def read_assignments(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, tuple[str, ...]], ...]:
    assignments = []
    for word, item in mapping(name, field).items():
        label = keys.attempt(context, read_label, name, Field(word, item.line))
        logins = keys.attempt(context, read_logins, f"{name}.{excerpt(word)}", item)
        assignments += [(str(label), logins)] if label and logins else []
    return tuple(assignments)


def check_least(context: PlanContext, values: dict[str, Any], fields: Map) -> None:
    """Report durations and numbers that are too small to be meant, and drop them."""
    if values.get("keep", SHORTEST) < SHORTEST:
        message = f"`inbox.keep`: `{excerpt(scalar('keep', fields['keep']))}` is less than a day."
        context.report(fields["keep"].line, "bad-value", message, "Write `30d` or `90d`.")
        del values["keep"]
    if values.get("burst") == 0:
        message = "`inbox.burst`: with 0, every conversation with a new person would be put into one ticket."
        context.report(fields["burst"].line, "bad-value", message, "Write `20`.")
        del values["burst"]
    if values.get("first_answer") and not values.get("hours"):
        message = "`inbox.first_answer` is an aim in business hours, and there are no `hours`: nights count too."
        hint = 'Add your business hours: `hours: {weekdays: "09:00-17:30"}`.'
        context.report(fields["first_answer"].line, "aim-without-hours", message, hint)


# ── words and patterns ──────────────────────────────────────────────────────────────────────────────────────


def read_regular_expression(context: PlanContext, name: str, field: Field) -> str:
    """A pattern that the engine takes and that does not run endlessly on a long message."""
    import regex

    pattern = scalar(name, field)
    try:
        compiled = regex.compile(pattern, regex.IGNORECASE)
    except regex.error as error:
        message = f"`{excerpt(pattern)}` is not a regular expression: {error}."
        raise BadValue("bad-value", message, "For plain words, use `words`; a `\\` needs single quotes.") from None
    for probe in _probes(pattern):
        try:
            compiled.search(probe, timeout=PATIENCE)
        except TimeoutError:
            message = f"`{excerpt(pattern)}` takes very long on some messages, such as “{excerpt(probe[:8])}…”."
            hint = "A repeated group must not hold another repetition of the same characters: not `(a+)+` but `a+`."
            raise BadValue("slow-pattern", message, hint) from None
    return pattern


def _probes(pattern: str) -> Iterator[str]:
    """Long messages on which a pattern that goes back and forth would never end: runs of a character, then no match.

    The engine sees at once that a text lacks a literal of the pattern, so all of them are at the end.
    """
    literals = re.sub(r"\\.|\W", "", pattern)
    for run in _runs(literals):
        yield run * (PROBE // len(run)) + "!"
        yield run * (PROBE // len(run)) + "\x00" + " ".join(pattern) + literals


def _runs(literals: str) -> Iterable[str]:
    return dict.fromkeys(("a", "1", " ", "a ", "-", *literals[:6], literals[:6] or "a"))


def fault(path: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with a rule as a whole, and what to do: it fits every message, or does nothing."""
    if not any(values.get(key) for key in ("words", "pattern", "accounts", "languages")):
        return f"`{path}` says of no message that it is meant.", "Add `words`, `pattern`, `accounts` or `languages`."
    if not any(values.get(key) for key in ("label", "urgent", "assign")):
        return f"`{path}` does nothing with the messages that it fits.", "Add `label`, `urgent` or `assign`."
    return None


READERS: Mapping[str, Reader] = {
    "repository": read_repository,
    "percent": read_percent,
    "days": read_days,
    "accounts": read_accounts,
    "languages": read_languages,
    "business hours": read_hours,
    "logins": read_logins,
    "label": read_label,
    "assignments": read_assignments,
    "regular expression": read_regular_expression,
}

ADVICE: Mapping[str, str] = {
    **dict.fromkeys(("repo", "github"), "Did you mean `repository`?"),
    **dict.fromkeys(("retention", "delete_after"), "Did you mean `keep`?"),
    **dict.fromkeys(("business_hours", "opening_hours", "office_hours"), "Did you mean `hours`?"),
    **dict.fromkeys(("sla", "first_response", "first_reply", "response_time"), "Did you mean `first_answer`?"),
    **dict.fromkeys(("approvals", "review", "four_eyes"), "Did you mean `approval`?"),
    **dict.fromkeys(("limit", "flood", "quarantine"), "Did you mean `burst`?"),
    **dict.fromkeys(("labels", "triage"), "Labels come from `rules`."),
}
