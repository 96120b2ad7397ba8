"""The values of the plan that need no keys of their own, read in the context of its networks and accounts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from typing import Any

from cmflow.content import dates, destinations, keys, secrets
from cmflow.content import fields as shapes
from cmflow.content.fields import items, mapping, scalar
from cmflow.content.frontmatter import Field, Map
from cmflow.content.keys import BadValue, Context, excerpt, listing
from cmflow.model import GOALS, SERVICES, Budget, Slot
from cmflow.model.limits import NUMBERS
from cmflow.values import dataclass

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
GITHUB = "github"  # the handle of a person by which conversations are assigned; no post names people there
_NAME_HINT = "Use letters from a to z, digits, `-` and `_`; at most 60."


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What a plan must know of a network: its options, those that an account must give, those that are folders, and
    those that are servers which get secrets.

    `handle` is the pattern of a handle that mentions a person there, with an example; "" where any handle does.
    `currency` is the one it charges posts in, "" where they cost nothing. `reads`: cmflow can read what people write.
    `shapes` are options that must match a pattern: name, pattern, what it is, and where it is found.
    """

    options: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    handle: tuple[str, str] = ("", "")
    currency: str = ""
    reads: bool = False
    shapes: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanContext(Context):
    """A plan being read: its problems, the networks there are, and the names of accounts with their networks.

    `people` are the keys of people with their GitHub logins, "" where the plan has none.
    """

    networks: Mapping[str, NetworkFacts]
    accounts: Mapping[str, str]
    people: Mapping[str, str] = field(default_factory=dict)


def is_name(context: PlanContext, account: str, line: int, variables: dict[str, str]) -> bool:
    """Return whether the name fits into environment variables and file names; two names must stay different there."""
    if not NAME.fullmatch(account):
        context.report(
            line, "bad-value", f"`{excerpt(account)}` cannot be the name of an account.", _NAME_HINT, account
        )
    first = variables.setdefault(secrets.variable(account, ""), account)
    if first != account:
        message = f"The accounts `{first}` and `{account}` would read the same secrets."
        context.report(line, "bad-value", message, "Give one of them another name.", account)
    if account in context.networks and context.accounts.get(account) != account:
        message = f"The account `{account}` has the name of a network it is not on."
        context.report(line, "bad-value", message, f"Call it something like `{account}-en`.", account)
    return bool(NAME.fullmatch(account))


def check_options(
    context: PlanContext, account: str, values: Mapping[str, Any], field: Field | None, line: int
) -> None:
    network = values["network"]
    facts = context.networks[network]
    options = dict(values.get("options", ()))
    lines = field.value if field and isinstance(field.value, dict) else {}
    for option in options:
        if option not in facts.options:
            message = f"`{excerpt(option)}` is not an option of {network}."
            has = f"It has {listing(facts.options)}." if facts.options else "It has none."
            hint = keys.suggestion(option, facts.options) or has
            context.report(lines[option].line, "unknown-option", message, hint, account)
        if wrong := destinations.server(option, str(options[option]), option in facts.servers):
            context.report(lines[option].line, "bad-value", *wrong, account)
        for shape, pattern, kind, place in facts.shapes:
            if option == shape and not re.fullmatch(pattern, str(options[option]).strip(), re.ASCII):
                message = f"`{option}` is `{excerpt(str(options[option]))}`, which is not {kind}."
                context.report(lines[option].line, "bad-value", message, place, account)
        if option in facts.folders and (wrong := destinations.folder(option, account, options[option])):
            context.report(lines[option].line, "outside-repository", *wrong, account)
    for option in facts.required:
        if option not in lines or lines[option].value is None:
            message = f"The account `{account}` needs the option `{option}` of {network}."
            hint = f"Add it below `options`: `{option}: …`."
            context.report(field.line if field else line, "missing-option", message, hint, account)


def read_network(context: PlanContext, name: str, field: Field) -> str | None:
    word = scalar(name, field)
    if word in context.networks:
        return word
    networks = sorted(context.networks)
    message = f"cmflow has no network `{excerpt(word)}`."
    context.unknown(field.line, "unknown-network", message, word, networks, f"It has {listing(networks)}.")
    return None


def read_budget(context: PlanContext, name: str, field: Field) -> Budget:
    """The budget; one in a currency that no network charges would never be compared with anything."""
    money = shapes.money(scalar(name, field))
    currencies = sorted({facts.currency for facts in context.networks.values()} - {""})
    if money.currency not in currencies:
        message = f"No network charges in {money.currency}."
        raise BadValue("bad-value", message, f"Write the budget in {listing(currencies)}.")
    return Budget(money, field.line)


def read_options(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, str], ...]:
    options = []
    for option, item in mapping(name, field).items():
        if item.value is not None:
            value = keys.attempt(context, shapes.READERS["line"], f"{name}.{option}", item)
            options += [(option, value)] if value is not None else []
    return tuple(options)


def read_limits(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, int], ...]:
    numbers = []
    for word, item in mapping(name, field).items():
        if word not in NUMBERS:
            message = f"`{excerpt(word)}` is not a number that a server sets."
            context.unknown(item.line, "unknown-key", message, word, NUMBERS, f"It can be any of {listing(NUMBERS)}.")
            continue
        value = keys.attempt(context, shapes.READERS["number"], f"{name}.{word}", item)
        numbers += [(word, value)] if value is not None else []
    return tuple(sorted(numbers))


def read_slots(context: PlanContext, name: str, field: Field) -> tuple[Slot, ...]:
    slots: dict[Slot, None] = {}
    for item in items(name, field):
        value = keys.attempt(context, _slot, name, item)
        slots.update(dict.fromkeys(value or ()))
    return tuple(slots)


def _slot(context: PlanContext, name: str, field: Field) -> tuple[Slot, ...]:
    return dates.slots(scalar(name, field))


def read_groups(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups = []
    for group, item in mapping(name, field).items():
        if group in context.accounts:
            message = f"`{excerpt(group)}` is the name of an account and of a group."
            context.report(item.line, "bad-value", message, "Give the group another name.")
            continue
        members = keys.attempt(context, _members, f"{name}.{group}", item)
        if members:
            groups.append((group, members))
    return tuple(groups)


def _members(context: PlanContext, name: str, field: Field) -> tuple[str, ...]:
    members: dict[str, None] = {}
    entries = items(name, field) if field.value is not None else ()
    if not entries:
        raise BadValue("bad-value", f"The group `{name}` names no account.", "Write `team: [x-en, x-fr]`.")
    for item in entries:
        word = scalar(name, item)
        if word in context.accounts:
            members[word] = None
        else:
            report_account(context, item.line, word)
    return tuple(members)


def report_account(context: PlanContext, line: int, word: str) -> None:
    message = f"`{excerpt(word)}` is not an account of this plan."
    context.unknown(line, "unknown-account", message, word, context.accounts, f"It has {listing(context.accounts)}.")


SPANS = ("month",)


def read_metric(context: PlanContext, name: str, field: Field) -> str:
    word = scalar(name, field)
    if word not in GOALS:
        hint = keys.suggestion(word, GOALS) or f"It is one of {listing(GOALS)}."
        raise BadValue("bad-value", f"`{excerpt(word)}` is not something cmflow measures.", hint)
    return word


def read_span(context: PlanContext, name: str, field: Field) -> str:
    word = scalar(name, field)
    if word not in SPANS:
        raise BadValue("bad-value", f"`{name}` cannot be `{excerpt(word)}`.", f"It is {listing(SPANS)}.")
    return word


def read_readings(context: PlanContext, name: str, field: Field) -> tuple[tuple[date, int], ...]:
    readings: list[tuple[date, int]] = []
    for day_text, item in mapping(name, field).items():
        day = keys.attempt(context, shapes.READERS["day"], f"{name}.{excerpt(day_text)}", Field(day_text, item.line))
        number = keys.attempt(context, shapes.READERS["number"], f"{name}.{excerpt(day_text)}", item)
        if day is None or number is None:
            continue
        if readings and day <= readings[-1][0]:
            message = f"The reading of {day} is below that of {readings[-1][0]}."
            context.report(item.line, "bad-date", message, "Write them in date order, oldest first.")
            continue
        readings.append((day, number))
    return tuple(readings)


PLACES = ("post", "account", "network", "part", "campaign", "language")
_BRACES = re.compile(r"\{([^{}]*)\}")


def read_pattern(context: PlanContext, name: str, field: Field) -> str:
    """A pattern of which nothing is left open: each pair of braces holds a name that there is."""
    pattern = shapes.READERS["line"](context, name, field)
    words = _BRACES.findall(pattern)
    wrong = next((word for word in words if word not in PLACES), None)
    if wrong is not None or set("{}") & set(_BRACES.sub("", pattern)):
        message = f"`{{{excerpt(wrong)}}}` is not known here." if wrong else "A brace is unclosed, or one too many."
        raise BadValue("bad-value", f"`{name}`: {message}", f"Braces can hold {listing(PLACES)}.")
    return str(pattern)


def read_service(context: PlanContext, name: str, field: Field) -> str:
    word = scalar(name, field)
    if word not in SERVICES:
        hint = keys.suggestion(word, SERVICES) or f"It is one of {listing(SERVICES)}."
        raise BadValue("bad-value", f"cmflow does not read visits from `{excerpt(word)}`.", hint)
    return word


def read_handles(context: PlanContext, name: str, fields: Map) -> Iterable[tuple[str, str]]:
    for key, item in fields.items():
        if key not in context.accounts and key not in context.networks and key != GITHUB:
            choices = (*context.networks, *context.accounts)
            message = f"`{excerpt(key)}` is neither a network nor an account of this plan."
            hint = "Handles are listed by network or account."
            context.unknown(item.line, "unknown-network", message, key, choices, hint)
        elif item.value is not None:
            value = keys.attempt(context, shapes.READERS["line"], f"{name}.{key}", item)
            if value and _is_handle(context, f"{name}.{key}", item.line, value, context.accounts.get(key, key)):
                yield key, value


def _is_handle(context: PlanContext, name: str, line: int, value: str, network: str) -> bool:
    """Return whether it can be in a text there; a name that mentions no one can, and that is reported."""
    pattern, example = context.networks[network].handle if network in context.networks else ("", "")
    if not pattern or re.fullmatch(pattern, value):
        return True
    inside = re.search(pattern, value)
    hint = f'Write the URN alone: `"{inside[0] if inside else example}"`.'
    if inside or "](" in value or value.startswith("urn:"):
        context.report(line, "bad-value", f"`{name}`: `{excerpt(value)}` would be published as it is.", hint)
        return False
    message = f"`{name}`: `{excerpt(value)}` mentions no one there: it is published as plain text."
    context.report(line, "plain-handle", message, hint)
    return True
