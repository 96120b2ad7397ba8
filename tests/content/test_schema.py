"""The schema takes whatever the readers take; what it refuses, they refuse as well."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from jsonschema.protocols import Validator

from cmflow.content import plan, posts, schema
from cmflow.content.fields import SHAPES
from cmflow.content.keys import Key
from cmflow.netkit import network
from cmflow.problems import is_error
from cmflow.repository.plans import NETWORKS
from tests import ROOT
from tests.content.test_content import mutated
from tests.content.test_posts import PLAN
from tests.examples import examples

POSTS = [*sorted(ROOT.glob("content/posts/**/*.md")), *ROOT.glob("templates/init/content/posts/*.md")]
PLANS = [ROOT / "content/plan.md", ROOT / "templates/init/content/plan.md"]
HEAD = {"title": "Hello", "date": "2026-12-01 09:30", "accounts": ["x-en"]}
BRAND = {"brand": "cmflow", "timezone": "Europe/Paris", "accounts": {"x-en": {"network": "x"}}}


class Modern(yaml.SafeLoader):
    """YAML 1.2, which editors read: numbers, `true`, `false` and `null` are no text, all else is."""


class Older(yaml.SafeLoader):
    """YAML 1.1 but for its dates, which JSON does not have."""


def resolvers(*kept: tuple[str, str, str]) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, first in kept:
        for char in first or [""]:
            found.setdefault(char, []).append((f"tag:yaml.org,2002:{tag}", re.compile(pattern)))
    return found


Modern.yaml_implicit_resolvers = resolvers(
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL)?$", "~nN"),
    ("null", r"^$", ""),
)
Older.yaml_implicit_resolvers = {
    first: [each for each in found if not each[0].endswith((":timestamp", ":int"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
LOADERS = (Modern, Older)


def head(text: str, loader: Any = Modern) -> Any:
    """What an editor sees of a file's front matter."""
    return yaml.load(re.split(r"^---[ \t]*$", text, flags=re.MULTILINE)[1], loader)


@cache
def checker(kind: str, planned: bool = False) -> Validator:
    made = {
        "post": lambda: schema.post(PLAN if planned else None),
        "plan": lambda: schema.plan({name: network.load(name).options for name in network.names()}),
    }[kind]()
    return Draft7Validator(made)


def wrong(kind: str, value: Any, planned: bool = False) -> Iterator[str]:
    """Where a value does not fit."""
    for error in checker(kind, planned).iter_errors(value):
        yield ".".join(map(str, error.absolute_path))


@pytest.mark.parametrize("kind", ["post", "plan"])
def test_a_schema_is_one(kind: str) -> None:
    Draft7Validator.check_schema(checker(kind).schema)


def test_every_shape_has_its_schema() -> None:
    assert {*schema.PLAIN, *schema.MAKERS} == set(SHAPES)


def properties(found: object) -> Iterator[dict[str, Any]]:
    """Every key that a schema explains, however deep."""
    if isinstance(found, dict):
        yield from (each for each in found.get("properties", {}).values() if "title" in each)
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    for each in inside:
        yield from properties(each)


@pytest.mark.parametrize(("kind", "keys"), [("post", posts.KEYS), ("plan", plan.KEYS)])
def test_an_editor_explains_every_key(kind: str, keys: tuple[Key, ...]) -> None:
    assert {each["description"] for each in properties(checker(kind).schema)} == {key.doc for key in keys}


@pytest.mark.parametrize(("kind", "keys"), [("post", posts.KEYS), ("plan", plan.KEYS)])
def test_every_example_fits(kind: str, keys: tuple[Key, ...]) -> None:
    for each in properties(checker(kind).schema):
        assert each["examples"], each["description"]
        alone = Draft7Validator({"properties": {"it": each}})
        for found in each["examples"]:
            assert not list(alone.iter_errors({"it": found})), found


# ── what there is ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.stem)
def test_our_own_posts_fit(path: Path, loader: Any) -> None:
    text = path.read_text("utf-8").replace("@date@", "2026-12-01 09:30")
    assert list(wrong("post", head(text, loader))) == []


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parts[-3])
def test_our_own_plans_fit(path: Path, loader: Any) -> None:
    text = path.read_text("utf-8").replace("@timezone@", "UTC").replace("@today@", "2026-11-29")
    assert list(wrong("plan", head(text, loader))) == []


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("planned", [True, False])
def test_a_post_with_everything_fits(planned: bool, loader: Any) -> None:
    text = (ROOT / "tests/cases/posts/everything.md").read_text("utf-8")
    assert list(wrong("post", head(text, loader), planned)) == []


@examples(150)
@given(mutated())
@example("---\ntitle: ' '\ndate: 2026-12-01 09:30\naccounts: x-en\n---\n")
@example("---\ntitle: 2026\ndate: 2026-12-01 9:30\naccounts: x-en\ntags: [2026, yes]\n---\n")
@example("\ufeff---\ntitle: T\ndate: 2026-12-01 09:30\naccounts: [x-en]\n---\n")
@example("---\ntitle\t: T\ndate: 2026-12-01 09:30\naccounts: [x-en]\n---\n")
@example("---\ntitle: yes\ndate: 2026-12-01T09:30Z\naccounts: [x-en,]\nthread: AUTO\n---\n")
def test_what_the_reader_takes_fits(text: str) -> None:
    found, problems = posts.parse(text.encode("utf-8", "replace"), "content/posts/a.md", PLAN)
    if found is None or any(is_error(each) for each in problems):
        return
    try:
        read = head(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except yaml.YAMLError:  # PyYAML's own parser takes no tab before a colon; YAML does
        return
    assert list(wrong("post", read, planned=True)) == []


@examples(60)
@given(st.sampled_from(plan.KEYS), st.text(max_size=8))
def test_what_the_plans_reader_takes_fits(key: Key, word: str) -> None:
    if "." in key.name or key.name in BRAND:
        return
    value = json.dumps(word)
    text = f"---\nbrand: a\ntimezone: UTC\naccounts: {{x-en: {{network: x}}}}\n{key.name}: {value}\n---\n"
    found, problems = plan.parse(text.encode("utf-8", "replace"), "content/plan.md", NETWORKS)
    if found is not None and not any(is_error(each) for each in problems):
        assert list(wrong("plan", head(text))) == []


# ── what is wrong ───────────────────────────────────────────────────────────────────────────────────────────

BROKEN_POSTS: dict[str, tuple[dict[str, object], list[str]]] = {
    "unknown key": ({"platforms": ["x"]}, [""]),
    "misspelt key": ({"titel": "Hello"}, [""]),
    "no day": ({"date": "soon"}, ["date"]),
    "no time": ({"date": "2026-12-01"}, ["date"]),
    "thirteenth month": ({"date": "2026-13-01 09:30"}, ["date"]),
    "no title": ({"title": " "}, ["title"]),
    "no accounts": ({"accounts": []}, ["accounts"]),
    "unknown account": ({"accounts": ["x-en", "x"]}, ["accounts"]),
    "unknown campaign": ({"campaign": "lunch"}, ["campaign"]),
    "unknown pillar": ({"pillar": "fun"}, ["pillar"]),
    "status": ({"status": "published"}, ["status"]),
    "thread": ({"thread": "yes"}, ["thread"]),
    "visibility": ({"visibility": "open"}, ["visibility"]),
    "link": ({"link": "example.org"}, ["link"]),
    "id": ({"id": "a b"}, ["id"]),
    "tag": ({"tags": ["a, b"]}, ["tags"]),
    "late": ({"late": "6 hours"}, ["late"]),
    "expects": ({"expects": {"clicks": "many"}}, ["expects.clicks"]),
    "expects what": ({"expects": {"fame": 1}}, ["expects"]),
    "media": ({"media": [{"fil": "a.png"}]}, ["media"]),
    "absolute media": ({"media": ["/etc/passwd"]}, ["media"]),
    "one answer": ({"poll": {"options": ["Yes"]}}, ["poll.options"]),
    "variants of whom": ({"variants": {"telegram": {"skip": "yes"}}}, ["variants"]),
    "variants of what": ({"variants": {"x": {"link": "https://example.org"}}}, ["variants.x"]),
    "skip": ({"variants": {"x": {"skip": "perhaps"}}}, ["variants.x.skip"]),
}


@pytest.mark.parametrize("name", BROKEN_POSTS)
def test_a_broken_post_is_marked_where_it_is_broken(name: str) -> None:
    change, places = BROKEN_POSTS[name]
    value = {**HEAD, **change}
    assert sorted(wrong("post", value, planned=True)) == places
    text = f"---\n{yaml.safe_dump(value)}---\nText\n"
    _, problems = posts.parse(text.encode(), "content/posts/a.md", PLAN)
    assert any(is_error(each) for each in problems)


BROKEN_PLANS: dict[str, tuple[dict[str, object], list[str]]] = {
    "zone": ({"timezone": "Paris, France"}, ["timezone"]),
    "network": ({"accounts": {"a": {"network": "myspace"}}}, ["accounts.a.network"]),
    "no network": ({"accounts": {"a": {}}}, ["accounts.a"]),
    "name": ({"accounts": {"a b": {"network": "x"}}}, ["accounts"]),
    "option": ({"accounts": {"a": {"network": "x", "options": {"instance": "a"}}}}, ["accounts.a.options"]),
    "needed option": ({"accounts": {"a": {"network": "mastodon"}}}, ["accounts.a"]),
    "slot": ({"accounts": {"a": {"network": "x", "slots": ["monday 9"]}}}, ["accounts.a.slots"]),
    "hours": ({"rules": {"hours": "8 to 20"}}, ["rules.hours"]),
    "share": ({"pillars": {"a": {"share": "half"}}}, ["pillars.a.share"]),
    "no share": ({"pillars": {"a": {"about": "b"}}}, ["pillars.a"]),
    "starts": ({"campaigns": {"a": {"starts": "monday"}}}, ["campaigns.a.starts"]),
    "metric": ({"goals": {"x-en": [{"metric": "fame", "target": 1, "by": "2027-01-01"}]}}, ["goals.x-en"]),
    "readings": (
        {"goals": {"x-en": {"metric": "views", "target": 1, "by": "2027-01-01", "readings": {"now": 1}}}},
        ["goals.x-en"],
    ),
}


@pytest.mark.parametrize("name", BROKEN_PLANS)
def test_a_broken_plan_is_marked_where_it_is_broken(name: str) -> None:
    change, places = BROKEN_PLANS[name]
    value = {**BRAND, **change}
    assert sorted(wrong("plan", value)) == places
    text = f"---\n{yaml.safe_dump(value)}---\n"
    _, problems = plan.parse(text.encode(), "content/plan.md", NETWORKS)
    assert any(is_error(each) for each in problems)


def test_without_a_plan_a_post_may_name_anything() -> None:
    value = {**HEAD, "accounts": ["anywhere", 7], "campaign": "any", "variants": {"myspace": {"skip": True}}}
    assert list(wrong("post", value)) == []


def test_a_name_may_look_like_a_number_or_a_flag() -> None:
    found = schema.post(plan.parse(NUMBERED, "content/plan.md", NETWORKS)[0])
    taken = Draft7Validator(found)
    assert taken.is_valid({**HEAD, "accounts": [2026, True]})
    assert not taken.is_valid({**HEAD, "accounts": [2027]})


NUMBERED = b"---\nbrand: a\ntimezone: UTC\naccounts: {2026: {network: x}, true: {network: x}}\n---\n"
