"""Bytes of `content/plan.md` → `Plan`, and every problem in it."""

from collections.abc import Mapping
from typing import Any

from cmflow.content import destinations, frontmatter, inbox_values, keys, plan_keys, plan_values, secrets, zones
from cmflow.content import fields as shapes
from cmflow.content.fields import mapping, scalar
from cmflow.content.frontmatter import Field, Map
from cmflow.content.keys import BadValue, Context, Reader, excerpt
from cmflow.content.plan_values import NAME, NetworkFacts, PlanContext
from cmflow.model import (
    Account,
    ApprovalRules,
    Campaign,
    Goal,
    Inbox,
    LinkTags,
    Pause,
    Person,
    Pillar,
    Plan,
    Problem,
    Rules,
    Threading,
    TriageRule,
    Visits,
    WeekStart,
)

__all__ = ["KEYS", "NAME", "NetworkFacts", "parse"]

KEYS = plan_keys.KEYS
ONE_APPROVAL = 1  # approvals that are needed where the number cannot be read: a slip must not let everything pass


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
    accounts_field, people_field = fields.get("accounts"), fields.get("people")
    context = PlanContext(
        path, problems, networks, _inside(accounts_field, "network"), _inside(people_field, plan_values.GITHUB)
    )
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
    """Return whether the key has a value that could not be read."""
    return name in fields and fields[name].value is not None and name not in values


def _inside(field: Field | None, key: str) -> dict[str, str]:
    """The names below a field, each with what is written there for that key: accounts with their networks."""
    values = {}
    if field and isinstance(field.value, dict):
        for name, item in field.value.items():
            inside = item.value.get(key) if isinstance(item.value, dict) else None
            values[name] = inside.value.strip() if inside and isinstance(inside.value, str) else ""
    return values


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────


def _accounts(context: PlanContext, name: str, field: Field) -> tuple[Account, ...]:
    accounts = []
    variables: dict[str, str] = {}
    if not field.value:
        raise BadValue("missing-key", f"`{name}` names no account.", "Add one: `mastodon-en: {network: mastodon}`.")
    for account, path, line, fields in _entries(context, name, field):
        values = keys.read(context, _ACCOUNT, fields, path, line)
        if plan_values.is_name(context, account, line, variables) and "network" in values:
            plan_values.check_options(context, account, values, fields.get("options"), line)
            accounts.append(Account(account, line=line, **values))
    return tuple(accounts)


# ── what belongs to accounts ────────────────────────────────────────────────────────────────────────────────


def _goals(context: PlanContext, name: str, field: Field) -> tuple[Goal, ...]:
    goals = []
    for account, item in mapping(name, field).items():
        if account not in context.accounts:
            plan_values.report_account(context, item.line, account)
            continue
        goal_fields = item.value if isinstance(item.value, tuple) else (item,)
        for number, goal_field in enumerate(goal_fields):
            path = f"{name}.{account}.{number}"
            fields = keys.attempt(context, _mapping, path, goal_field) or {}
            values = keys.read(context, _GOAL, fields, path, goal_field.line) if fields else {}
            if values.get("per") and values.get("metric") == "followers":
                hint = "Delete `per`: followers are those of the account, and not of a month's posts."
                context.report(goal_field.line, "bad-value", "Followers cannot be counted `per: month`.", hint)
            elif values.keys() >= {"metric", "target", "by"}:
                goals.append(Goal(account, line=goal_field.line, **values))
    return tuple(goals)


def _people(context: PlanContext, name: str, field: Field) -> tuple[Person, ...]:
    people = []
    for person, path, line, fields in _entries(context, name, field):
        values = keys.read(context, _PERSON, {"name": fields["name"]} if "name" in fields else {}, path, line)
        handles = tuple(
            plan_values.read_handles(context, path, {key: item for key, item in fields.items() if key != "name"})
        )
        if values:
            people.append(Person(person, values["name"], handles, line))
    return tuple(people)


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


def _utm(context: PlanContext, name: str, field: Field) -> bool | LinkTags:
    if not isinstance(field.value, dict):
        return bool(shapes.READERS["flag"](context, name, field))
    return LinkTags(**keys.read(context, _UTM, mapping(name, field), name, field.line))


def _visits(context: PlanContext, name: str, field: Field) -> Visits | None:
    fields = mapping(name, field)
    values = keys.read(context, _VISITS, fields, name, field.line)
    if name in context.accounts:
        message = f"The account `{name}` would have the same secret as `{name}:`."
        context.report(field.line, "bad-value", message, "Give the account another name.")
        return None
    wrong = destinations.server("address", values.get("address", ""), True)
    if wrong and "address" in values:
        context.report(fields["address"].line, "bad-value", *wrong)
        return None
    return Visits(**values, line=field.line) if values.keys() >= {"service", "address", "site"} else None


# ── the inbox ───────────────────────────────────────────────────────────────────────────────────────────────


def _inbox(context: PlanContext, name: str, field: Field) -> Inbox | None:
    """None where it cannot be read from which accounts, or to where: tickets must not get to the wrong place."""
    fields = mapping(name, field)
    values = keys.read(context, _INBOX, fields, name, field.line)
    if any(_is_lost(fields, values, key) for key in ("repository", "accounts")):
        return None
    if _is_lost(fields, values, "approval"):
        values["approval"] = True
    inbox_values.check_least(context, values, fields)
    return Inbox(**values, line=field.line)


def _triage_rules(context: PlanContext, name: str, field: Field) -> tuple[TriageRule, ...]:
    if isinstance(field.value, tuple):
        message = "The rules have no names, which are said as the reason for a label."
        raise BadValue("bad-value", message, "Write names with keys: `refunds: {words: [refund], label: complaint}`.")
    rules = []
    for rule, path, line, fields in _entries(context, name, field):
        values = keys.read(context, _TRIAGE_RULE, fields, path, line)
        if any(_is_lost(fields, values, key) for key in fields):
            continue  # without one of its conditions, it would fit other messages than it should
        if problem := inbox_values.fault(path, values):
            context.report(line, "bad-value", *problem)
        else:
            rules.append(TriageRule(rule, line=line, **values))
    return tuple(rules)


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
    "utm": _utm,
    "pattern": plan_values.read_pattern,
    "visits": _visits,
    "inbox": _inbox,
    "triage rules": _triage_rules,
    **inbox_values.READERS,
    "service": plan_values.read_service,
    "money": plan_values.read_budget,
    "plan accounts": _accounts,
    "network": plan_values.read_network,
    "options": plan_values.read_options,
    "limits": plan_values.read_limits,
    "slots": plan_values.read_slots,
    "groups": plan_values.read_groups,
    "pillars": _pillars,
    "campaigns": _campaigns,
    "pauses": _pauses,
    "goals": _goals,
    "readings": plan_values.read_readings,
    "metric": plan_values.read_metric,
    "span": plan_values.read_span,
    "people": _people,
    "threading": shapes.choice(Threading, shapes.THREADING_SYNONYMS),
    "week start": shapes.choice(WeekStart, plan_keys.WEEK_START_SYNONYMS),
}

_TOP = keys.table(KEYS, _READERS, "the plan", advice=plan_keys.ADVICE)
_RULES = keys.table(KEYS, _READERS, "`rules`", "rules")
_APPROVALS = keys.table(KEYS, _READERS, "`approvals`", "approvals")
_UTM = keys.table(KEYS, _READERS, "`utm`", "utm")
_VISITS = keys.table(KEYS, _READERS, "`visits`", "visits")
_INBOX = keys.table(KEYS, _READERS, "`inbox`", "inbox", advice=inbox_values.ADVICE)
_TRIAGE_RULE = keys.table(KEYS, _READERS, "a rule", "inbox.rules.*")
_ACCOUNT = keys.table(KEYS, _READERS, "an account", "accounts.*")
_PILLAR = keys.table(KEYS, _READERS, "a pillar", "pillars.*")
_CAMPAIGN = keys.table(KEYS, _READERS, "a campaign", "campaigns.*")
_PAUSE = keys.table(KEYS, _READERS, "a pause", "pauses.*")
_GOAL = keys.table(KEYS, _READERS, "a goal", "goals.*")
_PERSON = keys.table(KEYS, _READERS, "a person", "people.*")
