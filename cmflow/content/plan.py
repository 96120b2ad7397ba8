"""Bytes of `content/plan.md` → `Plan`, and every problem in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmflow.content import dates, destinations, frontmatter, keys, plan_keys, secrets, zones
from cmflow.content import fields as shapes
from cmflow.content.fields import items, mapping, scalar
from cmflow.content.frontmatter import Field, Map
from cmflow.content.keys import BadValue, Context, Reader, excerpt, listing
from cmflow.model import (
    METRICS,
    Account,
    ApprovalRules,
    Campaign,
    Goal,
    Pause,
    Person,
    Pillar,
    Plan,
    Problem,
    Rules,
    Slot,
    Threading,
    WeekStart,
)
from cmflow.model.limits import NUMBERS


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What a plan must know of a network: its options, those that an account must give, those that are folders, and
    those that are servers which get secrets.

    `handle` is the pattern of a handle that mentions somebody there, with an example; "" where any may.
    """

    options: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    handle: tuple[str, str] = ("", "")


KEYS = plan_keys.KEYS
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
ONE_APPROVAL = 1  # approvals that are needed where nobody can read how many: a slip must not let everything pass
_NAME_HINT = "Use letters from a to z, digits, `-` and `_`; at most 60."


@dataclass(frozen=True, slots=True)
class PlanContext(Context):
    """A plan being read: its problems, the networks there are, and the names of accounts with their networks."""

    networks: Mapping[str, NetworkFacts]
    accounts: Mapping[str, str]


def parse(data: bytes, path: str, networks: Mapping[str, NetworkFacts]) -> tuple[Plan | None, tuple[Problem, ...]]:
    """The plan in a file's bytes, and what is wrong with it, in the order of the file.

    There is a plan only if its zone and the network of every account are right: without those, nothing that a post
    says could be judged.
    """
    matter = frontmatter.read(data, path)
    if not matter.readable:
        return None, matter.problems
    problems = list(matter.problems)
    fields = secrets.remove(Context(path, problems), matter)
    context = PlanContext(path, problems, networks, _networks(fields.get("accounts")))
    values = keys.read(context, _TOP, fields)
    accounts = values.get("accounts", ())
    plan = None
    if "timezone" in values and accounts and len(accounts) == len(context.accounts):
        values = {_ATTRIBUTES.get(name, name): value for name, value in values.items()}
        if _is_lost(fields, values, "approvals"):
            values["approvals"] = ApprovalRules(ONE_APPROVAL)
        plan = Plan(**{"brand": "", "language": "", **values}, prose=secrets.mask(matter.body), path=path)
    return plan, matter.sorted(problems)


_ATTRIBUTES = {"timezone": "zone"}  # keys of the file whose value has another name in `Plan`


def _is_lost(fields: Map, values: Mapping[str, Any], name: str) -> bool:
    """Return whether something stands there that could not be read."""
    return name in fields and fields[name].value is not None and name not in values


def _networks(accounts: Field | None) -> dict[str, str]:
    """The names of the accounts and their networks, as written."""
    networks = {}
    if accounts and isinstance(accounts.value, dict):
        for name, field in accounts.value.items():
            network = field.value.get("network") if isinstance(field.value, dict) else None
            networks[name] = network.value if network and isinstance(network.value, str) else ""
    return networks


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────


def _accounts(context: PlanContext, name: str, field: Field) -> tuple[Account, ...]:
    accounts = []
    variables: dict[str, str] = {}
    if not field.value:
        raise BadValue("missing-key", f"`{name}` names no account.", "Add one: `mastodon-en: {network: mastodon}`.")
    for account, path, line, fields in _entries(context, name, field):
        values = keys.read(context, _ACCOUNT, fields, path, line)
        if _is_name(context, account, line, variables) and "network" in values:
            _check_options(context, account, values, fields.get("options"), line)
            accounts.append(Account(account, line=line, **values))
    return tuple(accounts)


def _is_name(context: PlanContext, account: str, line: int, variables: dict[str, str]) -> bool:
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


def _check_options(
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
        if option in facts.folders and (wrong := destinations.folder(option, account, options[option])):
            context.report(lines[option].line, "outside-repository", *wrong, account)
    for option in facts.required:
        if option not in lines or lines[option].value is None:
            message = f"The account `{account}` needs the option `{option}` of {network}."
            hint = f"Add it below `options`: `{option}: …`."
            context.report(field.line if field else line, "missing-option", message, hint, account)


def _network(context: PlanContext, name: str, field: Field) -> str | None:
    word = scalar(name, field)
    if word in context.networks:
        return word
    networks = sorted(context.networks)
    message = f"cmflow has no network `{excerpt(word)}`."
    context.unknown(field.line, "unknown-network", message, word, networks, f"It has {listing(networks)}.")
    return None


def _options(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, str], ...]:
    options = []
    for option, item in mapping(name, field).items():
        if item.value is not None:
            value = keys.attempt(context, shapes.READERS["line"], f"{name}.{option}", item)
            options += [(option, value)] if value is not None else []
    return tuple(options)


def _limits(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, int], ...]:
    numbers = []
    for word, item in mapping(name, field).items():
        if word not in NUMBERS:
            message = f"`{excerpt(word)}` is not a number that a server sets."
            context.unknown(item.line, "unknown-key", message, word, NUMBERS, f"It can be any of {listing(NUMBERS)}.")
            continue
        value = keys.attempt(context, shapes.READERS["number"], f"{name}.{word}", item)
        numbers += [(word, value)] if value is not None else []
    return tuple(sorted(numbers))


def _slots(context: PlanContext, name: str, field: Field) -> tuple[Slot, ...]:
    slots: dict[Slot, None] = {}
    for item in items(name, field):
        value = keys.attempt(context, _slot, name, item)
        slots.update(dict.fromkeys(value or ()))
    return tuple(slots)


def _slot(context: PlanContext, name: str, field: Field) -> tuple[Slot, ...]:
    return dates.slots(scalar(name, field))


# ── what belongs to accounts ────────────────────────────────────────────────────────────────────────────────


def _groups(context: PlanContext, name: str, field: Field) -> tuple[tuple[str, tuple[str, ...]], ...]:
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
            _unknown_account(context, item.line, word)
    return tuple(members)


def _unknown_account(context: PlanContext, line: int, word: str) -> None:
    message = f"`{excerpt(word)}` is not an account of this plan."
    context.unknown(line, "unknown-account", message, word, context.accounts, f"It has {listing(context.accounts)}.")


def _goals(context: PlanContext, name: str, field: Field) -> tuple[Goal, ...]:
    goals = []
    for account, item in mapping(name, field).items():
        if account not in context.accounts:
            _unknown_account(context, item.line, account)
            continue
        goal_fields = item.value if isinstance(item.value, tuple) else (item,)
        for number, goal_field in enumerate(goal_fields):
            path = f"{name}.{account}.{number}"
            fields = keys.attempt(context, _mapping, path, goal_field) or {}
            values = keys.read(context, _GOAL, fields, path, goal_field.line) if fields else {}
            if values.keys() >= {"metric", "target", "by"}:
                goals.append(Goal(account, line=goal_field.line, **values))
    return tuple(goals)


def _metric(context: PlanContext, name: str, field: Field) -> str:
    word = scalar(name, field)
    if word not in METRICS:
        hint = keys.suggestion(word, METRICS) or f"It is one of {listing(METRICS)}."
        raise BadValue("bad-value", f"`{excerpt(word)}` is not something cmflow measures.", hint)
    return word


def _readings(context: PlanContext, name: str, field: Field) -> tuple[tuple[date, int], ...]:
    readings: list[tuple[date, int]] = []
    for day_text, item in mapping(name, field).items():
        day = keys.attempt(context, shapes.READERS["day"], f"{name}.{excerpt(day_text)}", Field(day_text, item.line))
        number = keys.attempt(context, shapes.READERS["number"], f"{name}.{excerpt(day_text)}", item)
        if day is None or number is None:
            continue
        if readings and day <= readings[-1][0]:
            message = f"The reading of {day} is below that of {readings[-1][0]}."
            context.report(item.line, "bad-date", message, "Write them in the order of their days, the oldest first.")
            continue
        readings.append((day, number))
    return tuple(readings)


def _people(context: PlanContext, name: str, field: Field) -> tuple[Person, ...]:
    people = []
    for person, path, line, fields in _entries(context, name, field):
        values = keys.read(context, _PERSON, {"name": fields["name"]} if "name" in fields else {}, path, line)
        handles = tuple(_handles(context, path, {key: item for key, item in fields.items() if key != "name"}))
        if values:
            people.append(Person(person, values["name"], handles, line))
    return tuple(people)


def _handles(context: PlanContext, name: str, fields: Map) -> Iterable[tuple[str, str]]:
    for key, item in fields.items():
        if key not in context.accounts and key not in context.networks:
            choices = (*context.networks, *context.accounts)
            message = f"`{excerpt(key)}` is neither a network nor an account of this plan."
            hint = "Handles are listed by network or account."
            context.unknown(item.line, "unknown-network", message, key, choices, hint)
        elif item.value is not None:
            value = keys.attempt(context, shapes.READERS["line"], f"{name}.{key}", item)
            if value and _is_handle(context, f"{name}.{key}", item.line, value, context.accounts.get(key, key)):
                yield key, value


def _is_handle(context: PlanContext, name: str, line: int, value: str, network: str) -> bool:
    """Return whether it can stand in a text there; a name that mentions nobody can, and that is said."""
    pattern, example = context.networks[network].handle if network in context.networks else ("", "")
    if not pattern or re.fullmatch(pattern, value):
        return True
    inside = re.search(pattern, value)
    hint = f'Write the URN alone: `"{inside[0] if inside else example}"`.'
    if inside or "](" in value or value.startswith("urn:"):
        context.report(line, "bad-value", f"`{name}`: `{excerpt(value)}` would be published as it is.", hint)
        return False
    message = f"`{name}`: `{excerpt(value)}` mentions nobody there: it is published as plain text."
    context.report(line, "plain-handle", message, hint)
    return True


# ── pillars, campaigns, pauses, rules ───────────────────────────────────────────────────────────────────────────────


def _pillars(context: PlanContext, name: str, field: Field) -> tuple[Pillar, ...]:
    pillars = []
    entries = _entries(context, name, field)
    for pillar, path, line, fields in entries:
        values = keys.read(context, _PILLAR, fields, path, line)
        if "share" in values:
            pillars.append(Pillar(pillar, line=line, **values))
    total = sum(pillar.share for pillar in pillars)
    if entries and len(pillars) == len(entries) and total != 100:
        message = f"The shares of the pillars add up to {total}, not 100."
        context.report(field.line, "shares-not-100", message, "Change them so that they do.")
    return tuple(pillars)


def _campaigns(context: PlanContext, name: str, field: Field) -> tuple[Campaign, ...]:
    campaigns = []
    for campaign, path, line, fields in _entries(context, name, field):
        values = {"starts": None, "ends": None, **keys.read(context, _CAMPAIGN, fields, path, line)}
        if values["starts"] and values["ends"] and values["ends"] < values["starts"]:
            message = f"The campaign `{excerpt(campaign)}` ends before it starts."
            context.report(fields["ends"].line, "bad-date", message, "Look at `starts` and `ends`.")
            values["ends"] = None
        if _is_lost(fields, values, "approvals"):
            values["approvals"] = ONE_APPROVAL
        campaigns.append(Campaign(campaign, line=line, **values))
    return tuple(campaigns)


def _pauses(context: PlanContext, name: str, field: Field) -> tuple[Pause, ...]:
    pauses = []
    for pause, path, line, fields in _entries(context, name, field):
        values = keys.read(context, _PAUSE, fields, path, line)
        if len(values) == 2 and values["ends"] < values["starts"]:
            message = f"The pause `{excerpt(pause)}` ends before it starts."
            context.report(fields["ends"].line, "bad-date", message, "Look at `starts` and `ends`.")
        elif len(values) == 2:
            pauses.append(Pause(pause, line=line, **values))
    return tuple(pauses)


def _rules(context: PlanContext, name: str, field: Field) -> Rules:
    return Rules(**keys.read(context, _RULES, mapping(name, field), name, field.line))


def _approvals(context: PlanContext, name: str, field: Field) -> ApprovalRules | None:
    values = keys.read(context, _APPROVALS, mapping(name, field), name, field.line)
    return ApprovalRules(**values) if "needed" in values else None


def _entries(context: PlanContext, name: str, field: Field) -> list[tuple[str, str, int, Map]]:
    """Named things below a key: name, dotted place, line, and the keys of each."""
    entries = []
    for entry, item in mapping(name, field).items():
        path = f"{name}.{entry}"
        fields = {} if item.value is None else keys.attempt(context, _mapping, path, item)
        if fields is not None:
            entries.append((entry, path, item.line, fields))
    return entries


def _mapping(context: PlanContext, name: str, field: Field) -> Map:
    return mapping(name, field)


def _zone(context: PlanContext, name: str, field: Field) -> str:
    zone = zones.zone(scalar(name, field)).key
    zones.report(context, field.line, zone)
    return zone


_READERS: Mapping[str, Reader] = {
    **shapes.READERS,
    "zone": _zone,
    "rules": _rules,
    "approvals": _approvals,
    "plan accounts": _accounts,
    "network": _network,
    "options": _options,
    "limits": _limits,
    "slots": _slots,
    "groups": _groups,
    "pillars": _pillars,
    "campaigns": _campaigns,
    "pauses": _pauses,
    "goals": _goals,
    "readings": _readings,
    "metric": _metric,
    "people": _people,
    "threading": shapes.choice(Threading, shapes.THREADING_SYNONYMS),
    "week start": shapes.choice(WeekStart, plan_keys.WEEK_START_SYNONYMS),
}

_TOP = keys.table(KEYS, _READERS, "the plan", advice=plan_keys.ADVICE)
_RULES = keys.table(KEYS, _READERS, "`rules`", "rules")
_APPROVALS = keys.table(KEYS, _READERS, "`approvals`", "approvals")
_ACCOUNT = keys.table(KEYS, _READERS, "an account", "accounts.*")
_PILLAR = keys.table(KEYS, _READERS, "a pillar", "pillars.*")
_CAMPAIGN = keys.table(KEYS, _READERS, "a campaign", "campaigns.*")
_PAUSE = keys.table(KEYS, _READERS, "a pause", "pauses.*")
_GOAL = keys.table(KEYS, _READERS, "a goal", "goals.*")
_PERSON = keys.table(KEYS, _READERS, "a person", "people.*")
