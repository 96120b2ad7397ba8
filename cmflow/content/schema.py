"""JSON Schema of the front matter of a post and of the plan, for editors: made from the keys that the readers know.

A schema sees less than the readers do (whether a file is there, whether two dates fit), so it must take all that they
take. YAML may hand `2026` or `yes` over as a number or a flag where cmflow reads the words as written: it takes both.
It is of draft 7: many editors know no newer one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from cmflow.content import dates, fields, inbox_keys, inbox_values, languages, plan_values, posts
from cmflow.content import plan as plans
from cmflow.content.keys import Key
from cmflow.model import GOALS, METRICS, SERVICES, Plan, Status, Threading, Visibility, WeekStart
from cmflow.model.limits import NUMBERS
from cmflow.values import dataclass

DRAFT = "http://json-schema.org/draft-07/schema#"

Schema = dict[str, object]


class Option(Protocol):
    """A setting of a network, as far as it is written in a plan."""

    @property
    def name(self) -> str: ...
    @property
    def doc(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def example(self) -> str: ...


Options = Mapping[str, Sequence[Option]]  # by network


@dataclass(frozen=True, slots=True)
class Names:
    """What may be named: by a post, what its plan has (None: anything); by a plan, the networks with their options."""

    plan: Plan | None = None
    networks: Options | None = None

    def of(self, kind: str) -> tuple[str, ...] | None:
        """The accounts, campaigns … of the plan; None where there is no plan."""
        plan = self.plan
        if plan is None:
            return None
        accounts = [account.name for account in plan.accounts]
        names: Mapping[str, Iterable[str]] = {
            "accounts": (*accounts, *(name for name, _ in plan.groups)),
            "campaign": (campaign.name for campaign in plan.campaigns),
            "pillar": (pillar.name for pillar in plan.pillars),
            "variants": dict.fromkeys((*accounts, *(account.network for account in plan.accounts))),
        }
        return tuple(names[kind])


def post(plan: Plan | None = None) -> Schema:
    """The front matter of a post; with a plan, nothing else than what that has may be named."""
    about = "The keys between the two lines `---` of a post."
    return _document("A post", about, posts.KEYS, Names(plan))


def plan(networks: Options) -> Schema:
    """The front matter of content/plan.md."""
    return _document(
        "The social media plan", "The keys at the top of content/plan.md.", plans.KEYS, Names(None, networks)
    )


def _document(title: str, about: str, keys: Sequence[Key], names: Names) -> Schema:
    return {"$schema": DRAFT, "title": title, "description": about, **_object(keys, "", names)}


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def _object(keys: Sequence[Key], prefix: str, names: Names) -> Schema:
    """The keys directly under `prefix`, and no others."""
    inside = {key.name.rpartition(".")[2]: key for key in keys if key.name.rpartition(".")[0] == prefix}
    schema: Schema = {
        "type": "object",
        "properties": {leaf: _key(key, keys, names) for leaf, key in inside.items()},
        "required": [leaf for leaf, key in inside.items() if key.required],
        "additionalProperties": False,
    }
    return schema if schema["required"] else {name: value for name, value in schema.items() if name != "required"}


def _key(key: Key, keys: Sequence[Key], names: Names) -> Schema:
    """A key with nothing after it counts as not given."""
    shape = PLAIN.get(key.shape) or MAKERS[key.shape](keys, names)
    if key.required and key.shape == "line":
        shape = {**shape, "pattern": _exactly(r"\S(?:[^\n]*\S)?")}
    description = {
        "title": key.name.rpartition(".")[2].replace("_", " "),
        "description": key.doc,
        "examples": [_example(key)],
    }
    return {**description, **(shape if key.required else _or_nothing(shape))}


def _or_nothing(shape: Schema) -> Schema:
    type_ = shape.get("type")
    if type_ is None:
        return {"anyOf": [shape, {"type": "null"}]}
    return {**shape, "type": [*(type_ if isinstance(type_, list) else [type_]), "null"]}


def _example(key: Key) -> object:
    import yaml

    value: object = yaml.load(key.example, yaml.BaseLoader)
    return int(key.example) if key.shape == "number" else value


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────

SCALAR = ["string", "number", "boolean"]


def _exactly(pattern: str) -> str:
    """All of the value, with white space around it if need be."""
    return rf"^\s*(?:{pattern})\s*$"


def _word(pattern: str) -> Schema:
    return {"type": "string", "pattern": _exactly(pattern)}


def _any_case(texts: Iterable[str]) -> str:
    """`yes` → `[Yy][Ee][Ss]`: not every reader of schemas knows another way."""
    return "|".join("".join(f"[{c.upper()}{c}]" if c.isalpha() else re.escape(c) for c in text) for text in texts)


def _choice(values: Iterable[str]) -> Schema:
    """One of these, and the editor offers them; capitals do not matter."""
    texts = [str(value) for value in values]
    return {"anyOf": [{"enum": texts}, _word(_any_case(texts))]}


def _named_choice(names: Iterable[str] | None) -> Schema:
    """One of these names, which YAML may take for a number or a flag; any, where they are None."""
    if names is None:
        return {"type": SCALAR, "pattern": r"\S"}
    choices = list(names)
    numbers = [int(name) for name in choices if name.isascii() and name.isdigit()]
    flags = [name.lower() == "true" for name in choices if name.lower() in ("true", "false")]
    return {"enum": [*choices, *numbers, *flags]}


def _several(item: Schema, least: int = 0, alone: Schema | None = None) -> Schema:
    """A list; one `alone`, without brackets, is a list of one."""
    many = {"type": "array", "items": item, **({"minItems": least} if least else {})}
    return {"anyOf": [many, alone or item, *([] if least else [{"type": "string", "pattern": r"^\s*$"}])]}


def _named_values(value: Schema, names: Schema | None = None) -> Schema:
    """Keys of one's own choice, each with such a value."""
    return {"type": "object", **({"propertyNames": names} if names else {}), "additionalProperties": value}


DAY = "(?:19[7-9][0-9]|2[01][0-9]{2})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
CLOCK = dates.CLOCK.pattern
ZONE = (
    r"(?: *(?:Z|[+\-−][0-9]{2}(?::?[0-9]{2})?)?(?:\[[A-Za-z0-9_+/-]+\])?"
    r"| *(?![AaPp][Mm]\s*$)[A-Za-z][A-Za-z0-9_+/-]*)"
)
DURATION = r"(?=[0-9])(?:[0-9]{1,4} *d)? *(?:[0-9]{1,4} *h)? *(?:[0-9]{1,5} *m)?"
URL = r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]+\S*"
ID = r"[^\s!-/:-@\[-`{-~][^\s!-,/:-@\[-^`{-~]*"  # no ASCII but letters, digits and `-_.`; all of the others
PATH = r"(?![A-Za-z][A-Za-z0-9+.-]+:)[^/~\\\s](?:[^\\\n]*[^\\\s])?"

_DAY_NAME = f"(?:{_any_case(sorted(dates.WEEKDAYS))})"
WEEKDAYS = rf"{_DAY_NAME}(?:\s*[-–]\s*{_DAY_NAME})?"
LABEL = rf"(?:{_any_case(inbox_keys.LABELS)})\??"

NUMBER: Schema = {"type": ["integer", "string"], "minimum": 0, "pattern": _exactly("[0-9]{1,12}")}
LINE: Schema = {"type": SCALAR, "pattern": _exactly(r"(?:\S(?:[^\n]*\S)?)?")}
LOGIN: Schema = {"type": SCALAR, "pattern": _exactly(inbox_values.LOGIN.pattern)}
TAG: Schema = {"type": SCALAR, "pattern": _exactly(r"#?＃?\s*[^\s,#＃]+")}
TAG_OF_WORDS: Schema = {"type": SCALAR, "pattern": _exactly(r"#?＃?\s*[^\s,#＃](?:[^\n,#＃]*[^\s,#＃])?")}

PLAIN: Mapping[str, Schema] = {
    "line": LINE,
    "text": {"type": SCALAR},
    "flag": {"anyOf": [{"enum": ["yes", "no"]}, {"type": "boolean"}, _word(_any_case(fields.FLAGS))]},
    "number": NUMBER,
    "moment": _word(rf"{DAY}(?:T| +){CLOCK}(?::[0-5][0-9](?:[.,][0-9]{{1,9}})?)?{ZONE}"),
    "day": _word(DAY),
    "money": _word(fields.MONEY.pattern),
    "duration": _word(DURATION),
    "hours": _word(rf"{CLOCK}\s*[-–]\s*{CLOCK}"),
    "slots": _several(_word(rf"(?:{_any_case(sorted(dates.WEEKDAYS))}) +{CLOCK}")),
    "zone": _word(r"[A-Za-z][A-Za-z0-9_+/-]*"),
    "language": _word(languages.TAG.pattern),
    "url": _word(URL),
    "reference": {"type": SCALAR, "pattern": _exactly(f"{URL}|{ID}")},
    "id": {"type": SCALAR, "pattern": _exactly(rf"(?!.*\.\s*$){ID}"), "maxLength": 300},
    "status": _choice(Status),
    "threading": _choice(Threading),
    "week start": _choice(WeekStart),
    "visibility": _choice(Visibility),
    "metric": {"enum": list(GOALS)},
    "span": {"enum": list(plan_values.SPANS)},
    "tags": _several(TAG_OF_WORDS, alone=TAG),
    "mentions": _several({"type": SCALAR}),
    "texts": _several(LINE),
    "path": {"type": SCALAR, "pattern": _exactly(PATH)},
    "pattern": {"type": SCALAR},
    "service": {"enum": list(SERVICES)},
    "limits": _named_values(_or_nothing(NUMBER), {"enum": list(NUMBERS)}),
    "numbers": _named_values(_or_nothing(NUMBER), {"enum": list(METRICS)}),
    "readings": _named_values(NUMBER, {"pattern": _exactly(DAY)}),
    "repository": {"type": SCALAR, "pattern": _exactly(f"{inbox_values.REPOSITORY.pattern}/?")},
    "business hours": _named_values(_several(_word(rf"{CLOCK}\s*[-–]\s*{CLOCK}")), {"pattern": _exactly(WEEKDAYS)}),
    "days": _several(_word(DAY)),
    "percent": {"type": ["integer", "string"], "pattern": _exactly(inbox_values.PERCENT.pattern)},
    "label": _word(LABEL),
    "logins": _several(LOGIN),
    "assignments": _named_values(_or_nothing(_several(LOGIN)), {"pattern": _exactly(LABEL)}),
    "languages": _several({"type": SCALAR, "pattern": _exactly(languages.TAG.pattern)}),
    "regular expression": {"type": SCALAR, "pattern": r"\S"},
    "groups": _named_values(_several({"type": SCALAR, "pattern": r"\S"}, least=1)),
}


# ── values with keys of their own, or with names ────────────────────────────────────────────────────────────

Maker = Callable[[Sequence[Key], Names], Schema]


def _named(prefix: str) -> Maker:
    """Names of one's own, each with the keys under `prefix`; nothing after a name where none of them is required."""

    def make(keys: Sequence[Key], names: Names) -> Schema:
        inside = _object(keys, prefix, names)
        return _named_values(inside if "required" in inside else _or_nothing(inside))

    return make


def _media(keys: Sequence[Key], names: Names) -> Schema:
    return _several({"anyOf": [_object(keys, "media.*", names), PLAIN["path"]]})


def _subtitles(keys: Sequence[Key], names: Names) -> Schema:
    return _several({"anyOf": [_object(keys, "media.*.subtitles.*", names), PLAIN["path"]]})


def _poll(keys: Sequence[Key], names: Names) -> Schema:
    schema = _object(keys, "poll", names)
    return {**schema, "allOf": [{"properties": {"options": {"type": "array", "minItems": 2}}}]}


def _variants(keys: Sequence[Key], names: Names) -> Schema:
    keys_of_plan = names.of("variants")
    return _named_values(
        _or_nothing(_object(keys, "variants.*", names)), {"enum": list(keys_of_plan)} if keys_of_plan else None
    )


def _versions(keys: Sequence[Key], names: Names) -> Schema:
    schema = _named_values(_or_nothing(_object(keys, "ab.versions.*", names)))
    return {**schema, "minProperties": 2, "maxProperties": 2}


def _accounts(keys: Sequence[Key], names: Names) -> Schema:
    """An account has the options of its network."""
    account = _object(keys, "accounts.*", names)
    rules = [_options(network, options) for network, options in (names.networks or {}).items()]
    schema = _named_values(
        {**account, **({"allOf": rules} if rules else {})}, {"pattern": f"^(?:{plans.NAME.pattern})$"}
    )
    return {**schema, "minProperties": 1}


def _options(network: str, options: Sequence[Option]) -> Schema:
    properties = {"properties": dict(_settings(options)), "additionalProperties": False}
    needed = [option.name for option in options if option.required]
    consequence: Schema = {
        "properties": {"options": {**properties, **({"required": needed, "type": "object"} if needed else {})}}
    }
    is_there = {"properties": {"network": {"const": network}}, "required": ["network"]}
    return {"if": is_there, "then": {**consequence, **({"required": ["options"]} if needed else {})}}


def _settings(options: Sequence[Option]) -> Iterator[tuple[str, Schema]]:
    for option in options:
        description = {"description": option.doc, **({"examples": [option.example]} if option.example else {})}
        yield option.name, {**description, **(LINE if option.required else _or_nothing(LINE))}


def _people(keys: Sequence[Key], names: Names) -> Schema:
    """Besides the name, handles by networks and accounts."""
    return _named_values({**_object(keys, "people.*", names), "additionalProperties": _or_nothing(LINE)})


def _goals(keys: Sequence[Key], names: Names) -> Schema:
    goal = _object(keys, "goals.*", names)
    return _named_values({"anyOf": [{"type": "array", "items": goal}, goal]})


MAKERS: Mapping[str, Maker] = {
    "accounts": lambda keys, names: _several(_named_choice(names.of("accounts")), least=1),
    "campaign": lambda keys, names: _named_choice(names.of("campaign")),
    "pillar": lambda keys, names: _named_choice(names.of("pillar")),
    "network": lambda keys, names: _named_choice(names.networks),
    "media": _media,
    "subtitles": _subtitles,
    "card": lambda keys, names: _object(keys, "card", names),
    "poll": _poll,
    "variants": _variants,
    "experiment": lambda keys, names: _object(keys, "ab", names),
    "versions": _versions,
    "utm": lambda keys, names: {"anyOf": [PLAIN["flag"], _object(keys, "utm", names)]},
    "visits": lambda keys, names: _object(keys, "visits", names),
    "rules": lambda keys, names: _object(keys, "rules", names),
    "approvals": lambda keys, names: _object(keys, "approvals", names),
    "options": lambda keys, names: _named_values(_or_nothing(LINE)),
    "plan accounts": _accounts,
    "pillars": _named("pillars.*"),
    "campaigns": _named("campaigns.*"),
    "pauses": _named("pauses.*"),
    "goals": _goals,
    "people": _people,
    "inbox": lambda keys, names: _object(keys, "inbox", names),
    "triage rules": _named("inbox.rules.*"),
}
